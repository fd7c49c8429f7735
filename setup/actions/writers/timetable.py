"""The weekly timetable is written, and the lessons follow."""

import datetime
from collections.abc import Sequence

from django.db.models import Q
from django.utils import timezone

from school.actions.drafts import apply_draft, hold_year, start_draft
from school.actions.holding import hold
from school.actions.refusals import ScheduleError
from school.actions.timetable import Outcome, follow_timetable, make_first_lessons
from school.models import DraftRow, Journal, Lesson, SchoolYear, TimetableDraft, TimetableEntry
from school.models.history import delete_with_history
from school.queries.plans import Plan

from ...changes import END, Change
from .writing import Writing, changed, day_of, gone, new

COMPOSED = (
    "Завуч составляет новое расписание: сначала его вводят или отказываются от него, потом "
    "загружают другое."
)
TOO_EARLY = "Действующее расписание меняют не раньше завтрашнего дня: выберите другой день."


def write_timetable(writing: Writing, changes: Sequence[Change]) -> None:
    """Where nothing is in force that would change, rows come as they are, also those of a timetable
    that has not begun; else by a draft, as the deputy's own: what would put a pupil in two places
    stays behind in another one."""
    coming = writing.need(new(changes), "journal", "room", "teacher")
    moved = writing.need(changed(changes), "room")
    going = [one for one in gone(changes) if one.values["chosen"] == END]
    touched = [*coming, *moved, *going]
    if not touched:
        return
    day = day_of(touched[0])
    year = SchoolYear.objects.get(pk=writing.of.year_id)
    hold(Journal.objects.filter(group__year=year).order_by().values("pk"))
    hold_year(year)
    rows = TimetableEntry.objects.in_bulk([one.target for one in [*moved, *going]])
    try:
        outcome = _write(writing, year, day, coming, moved, going, rows)
    except ScheduleError as error:
        for one in touched:
            writing.leave_out(one, str(error))
        return
    writing.notes += [f"Уроков создано: {outcome.came}, убрано: {outcome.went}."]
    writing.notes += [f"Не вошло в расписание: {told}" for told in outcome.behind]
    writing.notes += [f"Урок не создан: {told}" for told in outcome.left_out]


def _write(writing, year, day, coming, moved, going, rows):
    if rows and day <= timezone.localdate():
        raise ScheduleError(TOO_EARLY)
    if rows and TimetableDraft.objects.filter(year=year, applied_at=None).exists():
        raise ScheduleError(COMPOSED)
    in_force = [row for row in rows.values() if row.starts_on < day]
    if in_force and len(in_force) == len(rows):
        return _by_draft(writing, year, day, coming, moved, going, rows)
    if in_force:
        raise ScheduleError(
            f"Часть расписания вводится {day:%d.%m.%Y}, часть уже действует: выберите более "
            "поздний день."
        )
    return _at_once(writing, year, day, coming, moved, going, rows)


def _says(writing, change):
    values = change.values
    return {
        "journal_id": writing.key(values["journal"]),
        "weekday": values["weekday"],
        "number": values["number"],
        "weeks": values["weeks"],
        "room_id": writing.key(values["room"]),
        "teacher_id": writing.key(values["teacher"]),
    }


def _at_once(writing, year, day, coming, moved, going, rows):
    """Nothing of it is in force yet."""
    gone_rows = [rows[one.target] for one in going]
    named = DraftRow.objects.filter(Q(entry__in=gone_rows) | Q(made__in=gone_rows))
    if gone_rows and named.exists():
        raise ScheduleError(COMPOSED)
    rooms = {_spot(row): row.room_id for row in rows.values()}
    for one in moved:
        rows[one.target].room_id = writing.key(one.values["room"])
    writing.update([rows[one.target] for one in moved], ["room"])
    delete_with_history(TimetableEntry, gone_rows, writing.person)
    made = [TimetableEntry(starts_on=day, **_says(writing, one)) for one in coming]
    writing.create(made)
    journals = {row.journal_id for row in [*made, *rows.values()]}
    return _follow(year, journals, day, rooms)


def _spot(row):
    return row.journal_id, row.weekday, row.number


def _follow(year: SchoolYear, journals: set[int], day: datetime.date, rooms: dict) -> Outcome:
    found = Journal.objects.filter(pk__in=journals)
    plan = Plan(year, found, day, year.ends_on, rooms=rooms)
    if not rooms and not Lesson.objects.filter(journal__in=found).exists():
        return make_first_lessons(plan, Outcome())
    return follow_timetable(plan, {}, Outcome())


def _by_draft(writing, year, day, coming, moved, going, rows):
    draft = start_draft(year, day)
    changes = [DraftRow(draft=draft, **_says(writing, one)) for one in coming]
    for one in moved:
        says = rows[one.target].says | {"room_id": writing.key(one.values["room"])}
        changes.append(DraftRow(draft=draft, entry=rows[one.target], **says))
    for one in going:
        entry = rows[one.target]
        changes.append(DraftRow(draft=draft, entry=entry, goes=True, **entry.says))
    writing.create(changes)
    return apply_draft(draft.pk, {}, writing.person)
