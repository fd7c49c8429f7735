"""Writes of the kinds of works."""

import datetime

from django.db import transaction

from school.actions.holding import hold
from school.actions.versions import change_from
from school.models.history import update_with_history

from ..models import LessonWork, WorkType
from .dues import set_dues_of_works
from .following import recount


@transaction.atomic
def change_work_type(work_type: WorkType, day: datetime.date) -> WorkType:
    """A WorkType in use, changed (not saved), holds from a school-local day to come on: works
    already named for lessons from then on are of the new version, all others stay what they are."""
    works = LessonWork.objects.filter(work_type=work_type.pk, lesson__date__gte=day)
    hold(works.order_by().values("lesson__journal"))
    _, changed = change_from(work_type, day)
    found = list(works.order_by("lesson", "pk").select_for_update(no_key=True, of=["self"]))
    for work in found:
        work.work_type = changed
    update_with_history(LessonWork, found, ["work_type"])
    moved = LessonWork.objects.filter(pk__in=[work.pk for work in found])
    set_dues_of_works(moved)
    recount(moved)
    return changed
