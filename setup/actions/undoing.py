"""A written import, or the opening of a year, is undone by its history, as long as nothing was
written on top of it: what it made goes, what it changed or deleted is as it was. The refusal tells
nothing of marks or absences but that there was work in journals. The same rule and the same way of
rows serve who takes back the cells of a page (`taking_back`)."""

import datetime
import logging
from collections.abc import Callable, Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from guardian.models import UserObjectPermission

from journals.actions.dues import set_dues_of_lessons
from journals.models import GradeSheet
from school.actions.holding import hold, lessons_to_change
from school.actions.timetable import Outcome, follow_timetable
from school.models import Journal, Lesson, Role, SchoolClass, SchoolYear, TimetableEntry, User
from school.models.history import (
    create_with_history,
    delete_with_history,
    originating,
    update_with_history,
)
from school.projection import sync
from school.queries.plans import Plan
from school.rules.spans import ONE_DAY
from school.rules.texts import enumerated

from ..models import Import
from ..queries.written import (
    Deed,
    Written,
    has_been_worked_in,
    journals_taught,
    of_model,
    written_by,
    written_on_top,
)
from ..refusals import INSTEAD, ImportRefused

logger = logging.getLogger(__name__)


def refusal(one: Import) -> str:
    """Why a written import can't be taken back, in Russian, with what is to be done instead; «»
    where it can."""
    if one.state != Import.State.WRITTEN:
        return f"Вернуть можно только записанное: сейчас «{one.get_state_display()}»."
    return refusal_of(one, INSTEAD)


def refusal_of(one: Deed, instead: str) -> str:
    """The same of any deed that has written; `instead`: what is to be done then."""
    return refusal_of_written(one, written_by(one), instead)


def refusal_of_written(one: Deed, found: Sequence[Written], instead: str) -> str:
    """The same where it is known what it has written."""
    if not found:
        return "Возвращать нечего: ничего не было изменено."
    if has_been_worked_in(one, found):
        return f"Вернуть нельзя: {one.after} в журналах уже работали. {instead}"
    if told := written_on_top(found):
        return f"Вернуть нельзя: {one.after} это уже меняли: {enumerated(told, 5)}. {instead}"
    return ""


@transaction.atomic
def start_undoing(one: Import, person: User) -> None:
    """Let a worker take it back. ImportRefused where something was written on top."""
    held = Import.objects.select_for_update().get(pk=one.pk)
    if told := refusal(held):
        raise ImportRefused(told)
    held.state, held.undone_by, held.error = Import.State.UNDOING, person, ""
    held.claimed_at = None
    held.save(update_fields=["state", "undone_by", "error", "claimed_at"])
    one.refresh_from_db()


def undo_waiting() -> int:
    """Take back those that wait for it; returns how many were."""
    undone = 0
    for one in Import.objects.unclaimed().filter(state=Import.State.UNDOING).order_by("pk"):
        if one.claim(state=Import.State.UNDOING):
            undone += undo(one)
    return undone


def undo(one: Import) -> bool:
    """Take a claimed import back; returns whether it is. What stands in the way is told, and the
    import stays written."""
    try:
        is_undone = _undo(one)
    except ImportRefused as refused:
        told = str(refused)
    except Exception:
        logger.exception("%s not undone", one)
        told = f"Вернуть не удалось, ничего не изменено. {INSTEAD}"
    else:
        one.refresh_from_db()
        return is_undone
    one.mine().update(state=Import.State.WRITTEN, error=told[:500], claimed_at=None)
    one.refresh_from_db()
    return False


@transaction.atomic
def _undo(one):
    Import.objects.select_for_update().order_by("pk").first()  # as whoever writes one does
    held = Import.objects.select_for_update().filter(pk=one.pk, claimed_at=one.claimed_at).first()
    if held is None or held.state != Import.State.UNDOING:
        return False
    undo_deed(held, held.undone_by, held.year_id, INSTEAD)
    held.state, held.undone_at, held.claimed_at = Import.State.UNDONE, timezone.now(), None
    held.save(update_fields=["state", "undone_at", "claimed_at"])
    return True


@transaction.atomic
def undo_deed(one: Deed, person: User | None, year: int | None, instead: str) -> None:
    """Make undone what a deed has written in a year (primary key). ImportRefused where something
    was written on top; `instead`: what is to be done then."""
    found = written_by(one)
    _hold(year, found)
    if told := refusal_of_written(one, found, instead):
        raise ImportRefused(told)
    users, timetabled = _users_of(found), journals_taught(found)[1]
    first, rooms = _first_day(found), _rooms(found)
    with originating(back_of(one)):
        stand_as_before(found, person)
        _follow(timetabled, first, rooms, users)


def _hold(year, found):
    """Who writes in the journals waits, or is seen: as whoever changes lessons does."""
    lessons_to_change.send(Lesson)
    made, timetabled = journals_taught(found)
    hold(list(made | timetabled))
    SchoolYear.objects.select_for_update(no_key=True).filter(pk=year).first()


def _users_of(found):
    """The accounts whose rights may be others afterwards, class teachers and deputies among
    them."""
    users: set[int | None] = set()
    for its in found:
        for one in its.model._meta.concrete_fields:
            if one.is_relation and one.related_model is User:
                users |= set(its.rows.values_list(one.attname, flat=True))
                users |= {getattr(row, one.attname, None) for row in its.before}
    leaders = SchoolClass.objects.exclude(class_teacher=None)
    users |= set(leaders.values_list("class_teacher", flat=True))
    users |= set(Role.objects.filter(kind=Role.Kind.DEPUTY).values_list("user", flat=True))
    return users | of_model(found, User).new


def _first_day(found):
    """From which day on the timetable is another one by it; None where it is not."""
    entries = of_model(found, TimetableEntry)
    days = set(
        TimetableEntry.objects.filter(pk__in=entries.new).values_list("starts_on", flat=True)
    )
    changed = TimetableEntry.objects.filter(pk__in=entries.changed).exclude(ends_on=None)
    days |= {day + ONE_DAY for day in changed.values_list("ends_on", flat=True) if day}
    days |= {row.starts_on for row in entries.deleted.values()}
    days |= {row.starts_on for row in entries.changed.values() if not days}
    return min(days, default=None)


def _rooms(found):
    """What a Plan takes as the rooms of before: those of the rows that were new."""
    rows = of_model(found, TimetableEntry).rows
    return {
        (journal, weekday, number): room
        for journal, weekday, number, room in rows.order_by("starts_on").values_list(
            "journal", "weekday", "number", "room"
        )
    }


def back_of(one: Deed) -> str:
    """The origin of what takes a deed back."""
    return f"возврат: {one.origin}"[:100]


def stand_as_before(
    found: Sequence[Written],
    person: User | None,
    is_quiet: Callable[[Any], bool] = lambda row: True,
) -> None:
    """The rows that were made go, the others are as they were; nothing may have been written on
    top. Those that are not quiet are saved one by one, so that what follows of each is heard."""
    _take_what_follows(found)
    for its in found:
        _delete(its.model, list(its.model._base_manager.filter(pk__in=its.new)), person, is_quiet)
    for its in reversed(found):
        _restore(its, person, is_quiet)


def _take_what_follows(found):
    """Of journals and accounts that go."""
    gone = of_model(found, Journal).new
    for model in (GradeSheet, Lesson):
        rows = model._base_manager.filter(journal__in=gone)
        rows._raw_delete(rows.db)
    UserObjectPermission.objects.filter(user__in=of_model(found, User).new).delete()
    Import.objects.filter(year__in=of_model(found, SchoolYear).new).update(year=None)


def _delete(model, rows, person, is_quiet):
    for row in rows:
        if not is_quiet(row):
            row.delete()
    delete_with_history(model, list(filter(is_quiet, rows)), person)


def _restore(its, person, is_quiet):
    tracked = its.model.history.model.tracked_fields
    deleted = [
        its.model(**{one.attname: getattr(row, one.attname) for one in tracked})
        for row in its.deleted.values()
    ]
    create_with_history(its.model, list(filter(is_quiet, deleted)), person)
    rows = list(its.model._base_manager.filter(pk__in=its.changed))
    for row in rows:
        for one in tracked:
            setattr(row, one.attname, getattr(its.changed[row.pk], one.attname))
    names = [one.name for one in tracked if not one.primary_key]
    update_with_history(its.model, list(filter(is_quiet, rows)), names, person)
    for row in deleted:
        if not is_quiet(row):
            row.save(force_insert=True)
    for row in rows:
        if not is_quiet(row):
            row.save()


def _follow(
    timetabled: set[int],
    first: datetime.date | None,
    rooms: dict[tuple[int, int, int], int | None],
    users: set[int],
) -> None:
    """Lessons by the timetable of before, what is due, rights."""
    journals = Journal.objects.filter(pk__in=timetabled)
    if first and (one := journals.select_related("group__year").first()):
        year = one.group.year
        follow_timetable(Plan(year, journals, first, year.ends_on, rooms=rooms), {}, Outcome())
    lessons = Lesson.objects.filter(date__gte=timezone.localdate()).order_by()
    if days := set(lessons.values_list("date", flat=True).distinct()):
        set_dues_of_lessons(days)
    sync(sorted(User.objects.filter(pk__in=users).values_list("pk", flat=True)))
