"""Histories: who changed what."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from attendance.models import Absence
from school import namesakes
from school.models import GradeValue, Lesson
from school.models.history import SYSTEM
from school.rules.homework import minutes_typed

from .. import rules
from ..cells import DEBT_NAME
from ..models import LessonWork, Mark
from .cell import works_of


@dataclass(frozen=True)
class Change:
    """One line of a history: `was` and `now` as a person reads them; `origin` says where it came
    from, «» where a person typed it in its place."""

    at: datetime.datetime
    who: str
    what: str
    was: str
    now: str
    address: str
    origin: str


def changes_of(
    rows: Iterable[Any], what: Callable[[Any], str], shown: Callable[[Any], str]
) -> list[Change]:
    """Changes from the history rows of one object's kind, each told from the row before it.

    `rows` are historical rows of any number of objects, `what(row)` names the thing, `shown(row)`
    its value. Rows that change nothing shown are left out.
    """
    rows, found = list(rows), []
    names = _writers(rows)
    for _, history in groupby(sorted(rows, key=lambda r: (r.id, r.history_id)), lambda r: r.id):
        before = ""
        for row in history:
            now = "" if row.history_type == "-" else shown(row)
            if now != before:
                who = names.get(row.history_user_id, SYSTEM)
                address, origin = row.history_address or "", row.history_change_reason or ""
                change = Change(row.history_date, who, what(row), before, now, address, origin)
                found.append(change)
            before = now
    return found


def _writers(rows):
    """{user id: full name} of who wrote historical rows."""
    writers = {row.history_user for row in rows if row.history_user_id}
    return namesakes.in_full({one.pk: one.name for one in writers})


def cell_history(lesson: Lesson, student_id: int) -> list[Change]:
    """The Changes of one cell, newest first; three queries."""
    works = {work.pk: work.name for work in works_of(lesson.pk)}
    marks = Mark.history.filter(work__in=works, student=student_id).select_related("history_user")
    marks = list(marks)  # of whatever scale the journal had then
    values = GradeValue.objects.in_bulk({row.value_id for row in marks if row.value_id})
    absences = Absence.history.filter(lesson=lesson.pk, student=student_id).select_related(
        "history_user"
    )
    found = changes_of(
        marks,
        lambda row: works.get(row.work_id, "Отметка"),
        lambda row: str(values[row.value_id]) if row.value_id else DEBT_NAME,
    ) + changes_of(absences, lambda row: "Пропуск", lambda row: row.reason)
    found.reverse()  # what came later within one instant stays first
    return sorted(found, key=lambda change: change.at, reverse=True)


def last_change(lesson: Lesson, student_id: int) -> Change | None:
    """The newest Change of a cell, or None."""
    return next(iter(cell_history(lesson, student_id)), None)


# A field of a lesson, as its history has it.
_SHOWN = {
    "topic": lambda row: row.topic,
    "homework": lambda row: rules.homework_text(row.homework, row.no_homework),
    "homework_minutes": lambda row: minutes_typed(row.homework_minutes),
    "attendance": lambda row: rules.ALL_PRESENT if row.attendance_taken_at else "",
}


def last_field_change(lesson: Lesson, field: str) -> tuple[str, datetime.datetime] | None:
    """(who, when) of the newest change to one field of a lesson, of actions.FIELDS, or None."""
    if field not in _SHOWN:  # of its works
        works = LessonWork.history.filter(lesson=lesson.pk).select_related("history_user")
        row = works.order_by("-history_date", "-history_id").first()
        return row and (_writers([row]).get(row.history_user_id, SYSTEM), row.history_date)
    rows = Lesson.history.filter(id=lesson.pk).select_related("history_user")
    changes = changes_of(rows, lambda row: field, _SHOWN[field])
    return (changes[-1].who, changes[-1].at) if changes else None
