"""What an import would change, read anew from its files each time it is asked."""

from collections.abc import Collection

from django.db import transaction
from django.utils import timezone

from school.queries.calendar import lasting_year

from ..batch import Kind
from ..changes import Review
from ..comparing.review import compare
from ..models import Import
from ..queries.standing import Standing, standing
from ..reading.files import ReadFiles, read_files
from .uploading import all_answers, files_of


def read(one: Import) -> ReadFiles:
    """What its files say, with all that was answered. ImportRefused once they are gone."""
    return read_files(files_of(one), all_answers(one), timezone.localdate())


def review_of(
    one: Import, found: ReadFiles | None = None, stands: Standing | None = None
) -> Review:
    """The Review of an Import beside what stands now; nothing is written."""
    found = found or read(one)
    stands = stands or standing(lasting_year(timezone.localdate()))
    return compare(found.batch, stands, all_answers(one), kinds_of(one))


def kinds_of(one: Import) -> Collection[Kind]:
    return [Kind(kind) for kind in one.kinds]


@transaction.atomic
def prepare(one: Import) -> tuple[ReadFiles, Review]:
    """What is to be shown: (ReadFiles, Review). What was shown is noted, so that nothing else than
    that is written; `version` of the Import grows where it is not what was shown before."""
    one.refresh_from_db()  # another tab may have answered
    found = read(one)
    review = review_of(one, found)
    shown = {change.key: change.digest for change in review.written()}
    held = Import.objects.select_for_update().get(pk=one.pk)
    if held.shown != shown or not held.version:
        held.shown, held.version = shown, held.version + 1
        held.save(update_fields=["shown", "version"])
    one.shown, one.version = held.shown, held.version
    return found, review
