"""An import is written by a worker: compared once more, then all of it or nothing."""

import logging
from collections.abc import Callable, Collection, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone

from journals.actions.dues import set_dues_of_lessons
from journals.actions.following import recount
from journals.marking import PRESENT
from journals.models import LessonWork
from school.actions.drafts import hold_years
from school.actions.holding import lessons_to_change
from school.models import Lesson, Role, SchoolClass, User
from school.models.history import originating
from school.projection import sync
from school.queries.calendar import lasting_year

from ..batch import KINDS, Kind
from ..changes import Change, Review
from ..models import Import
from ..queries.standing import standing
from ..reading.files import ReadFiles
from ..refusals import CHANGED_MEANWHILE, CHANGED_SINCE, STOPPED, ImportRefused
from ..reports import report_of
from . import progress
from .preparing import prepare, read, review_of
from .uploading import carry_on
from .writers import people, structure, teaching, timetable
from .writers.writing import Writing

logger = logging.getLogger(__name__)

WRITERS: dict[Kind, Callable[[Writing, Sequence[Change]], None]] = {
    Kind.SUBJECTS: structure.write_subjects,
    Kind.PERIODS: structure.write_periods,
    Kind.BELLS: structure.write_bells,
    Kind.STAFF: people.write_staff,
    Kind.CLASSES: structure.write_classes,
    Kind.PUPILS: people.write_pupils,
    Kind.PARENTS: people.write_parents,
    Kind.CURRICULUM: structure.write_curriculum,
    Kind.WORKLOAD: teaching.write_workload,
    Kind.GROUPS: teaching.write_groups,
    Kind.TIMETABLE: timetable.write_timetable,
    Kind.PLAN: teaching.write_plans,
}


class Stopped(Exception):
    """Somebody wants nothing written."""


@transaction.atomic
def start_writing(one: Import, person: User, version: int, kinds: Collection[Kind] = ()) -> None:
    """Let a worker write what was shown as `version`, of `kinds` alone where some are named.
    ImportRefused where something else is to be shown by now, or another was first."""
    held = Import.objects.select_for_update().get(pk=one.pk)
    if held.state not in (Import.State.ASKING, Import.State.FAILED):
        raise ImportRefused(f"Эта загрузка уже не проверяется: {held.get_state_display()}.")
    if held.version != version:
        raise ImportRefused(CHANGED_SINCE)
    if not held.shown:
        raise ImportRefused("Записывать нечего.")
    held.state, held.written_by, held.error = Import.State.WRITING, person, ""
    held.claimed_at = None
    if kinds:
        held.kinds = list(kinds)
    held.save(update_fields=["state", "written_by", "error", "claimed_at", "kinds"])
    progress.forget(held)
    one.refresh_from_db()


def write_waiting() -> int:
    """Write, one after the other, the imports that no living worker writes; returns how many were
    written. One whose worker was killed is begun anew: of that nothing was written."""
    written = 0
    for one in Import.objects.unclaimed().filter(state=Import.State.WRITING).order_by("pk"):
        if one.claim(state=Import.State.WRITING):
            written += write(one)
    return written


def write(one: Import) -> bool:
    """Write a claimed import; returns whether it is written. What fails is told to who asked, and
    nothing of it stays."""
    try:
        is_written = _write(one)
    except (ImportRefused, Stopped) as refused:
        _fail(one, str(refused))
        return False
    except Exception:
        logger.exception("%s not written", one)
        _fail(one, "Записать не удалось, ничего не изменено. Проверьте и запишите ещё раз.")
        return False
    if is_written:
        progress.forget(one)
    return is_written


def _fail(one, why):
    progress.forget(one)
    one.mine().update(state=Import.State.FAILED, error=why[:500], claimed_at=None)
    one.refresh_from_db()


@transaction.atomic
def _write(one):
    began = timezone.now()
    _hold_imports()
    held = Import.objects.select_for_update().filter(pk=one.pk, claimed_at=one.claimed_at).first()
    if held is None or held.state != Import.State.WRITING:
        return False  # another worker has it, or had
    hold_years()
    found = read(held)
    stands = standing(lasting_year(timezone.localdate()))
    held.year = stands.year
    review = review_of(held, found, stands)
    changes, stale = _unchanged_since(held, review)
    with originating(held.origin):
        writing = Writing(held, held.written_by, review)
        for change in stale:
            writing.leave_out(change, CHANGED_MEANWHILE)
        days = _days_taught(held.year_id, stands.today)
        _write_kinds(one, writing, changes)
        _follow(writing, days)
    written = [change for change in changes if change.key not in writing.left_out]
    files = [row.name for row in held.first.files.all()]
    told = (writing.left_out, writing.logins, writing.notes)
    held.report = report_of(files, review, written, *told)
    held.report["began"] = began.isoformat()
    held.report["seconds"] = round((timezone.now() - began).total_seconds(), 1)
    held.state, held.written_at = Import.State.WRITTEN, timezone.now()
    held.claimed_at = None
    held.save()
    _carry_on(held, found)
    return True


def _hold_imports():
    """Of two that write at once the second waits for the first, and then sees what it has
    written."""
    Import.objects.select_for_update().order_by("pk").first()


def _unchanged_since(held: Import, review: Review) -> tuple[list[Change], list[Change]]:
    """(the changes that are to be written and were shown so, those that are others by now)."""
    written, stale = [], []
    for change in review.written():
        if held.shown.get(change.key) == change.digest:
            written.append(change)
        else:
            stale.append(change)
    return written, stale


def _write_kinds(one, writing, changes):
    done, total = 0, len(changes)
    for kind, write_kind in WRITERS.items():
        of_kind = [change for change in changes if change.kind is kind]
        if progress.is_asked_to_stop(one):
            raise Stopped(STOPPED)
        if of_kind:
            progress.tell(one, KINDS[kind], done, total)
            write_kind(writing, of_kind)
            done += len(of_kind)
    progress.tell(one, "права, отчёт", done, total)


def _follow(writing, days):
    """Rights, and what is due: what was written in bulk tells nobody of itself."""
    if writing.regrouped:
        leaders = SchoolClass.objects.filter(year=writing.of.year_id).exclude(class_teacher=None)
        writing.touched |= set(leaders.values_list("class_teacher", flat=True))
        deputies = Role.objects.filter(kind=Role.Kind.DEPUTY)
        writing.touched |= set(deputies.values_list("user", flat=True))
        _follow_pupils(writing, days)
    if writing.touched:
        sync(sorted(writing.touched))


def _follow_pupils(writing, days):
    """Who belongs to lessons that were there before, on `days` from today on."""
    if not days:
        return
    lessons_to_change.send(Lesson)
    set_dues_of_lessons(days)
    of_all = LessonWork.objects.filter(work_type__expects=PRESENT, lesson__date__in=days)
    recount(of_all.filter(lesson__journal__group__year=writing.of.year_id))


def _days_taught(year, today):
    """The days from today on that have lessons by now: those that come by the import the next
    sweep finds."""
    lessons = Lesson.objects.filter(date__gte=today, journal__group__year=year).order_by()
    return set(lessons.values_list("date", flat=True).distinct())


def _carry_on(held: Import, found: ReadFiles) -> None:
    """What the files have beside what is written is an import of its own."""
    if not held.kinds:
        return
    before: list[Any] = [*held.first.continued.values_list("kinds", flat=True), held.first.kinds]
    done = {kind for kinds in before for kind in kinds}
    rest = [kind for kind in found.batch.rows if kind not in done]
    if rest:
        carry_on(held, rest)


def apply_now(one: Import, person: User) -> bool:
    """Compare, and write at once, in this process: for the command line and the tests."""
    prepare(one)
    start_writing(one, person, one.version)
    return one.claim(state=Import.State.WRITING) and write(one)
