"""The applied timetable that begins later, as those whose lessons it changes are told of it. Of a
draft that is not applied nobody but the leaders learns anything."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import DraftRow, Student, TeachingAssignment, User
from ..models.dated import on_day
from ..models.timetable import Row
from ..rules.spans import covers
from ..rules.texts import counted
from .belonging import taught_where

FROM = (
    "понедельника",
    "вторника",
    "среды",
    "четверга",
    "пятницы",
    "субботы",
    "воскресенья",
)


@dataclass(frozen=True)
class ComingTimetable:
    """What of a person's week the next timetable changes from its day on."""

    starts_on: datetime.date
    changes: list[str]

    def __str__(self) -> str:
        """«С понедельника, 30.11, другое расписание: меняется 2 урока»"""
        return (
            f"С {FROM[self.starts_on.weekday()]}, {self.starts_on:%d.%m}, другое расписание: "
            f"меняется {counted(len(self.changes), 'урок', 'урока', 'уроков')}"
        )


def coming_of_teacher(teacher: User, today: datetime.date) -> ComingTimetable | None:
    """The next ComingTimetable that changes a teacher's lessons; one query. Of a journal that
    several keep the rows that are another's are not his."""
    own = TeachingAssignment.objects.filter(on_day(OuterRef("draft__starts_on")), teacher=teacher)
    keeps = Exists(own.filter(journal=OuterRef("journal")))
    kept = Exists(own.filter(journal=OuterRef("entry__journal")))
    rows = _rows(today).filter(Q(keeps) | Q(kept))
    return _coming(row for row in rows if _concerns(row, teacher))


def coming_of_pupil(student: Student, today: datetime.date) -> ComingTimetable | None:
    """The same of a pupil; two queries where there is such a timetable."""
    rows = list(_rows(today))
    if not rows:
        return None
    days = [row.draft.starts_on for row in rows]
    taught = taught_where([student.pk], min(days), max(days))

    def belongs(row: DraftRow) -> bool:
        journals = [row.journal, *([row.entry.journal] if row.entry else [])]
        spans = (taught.spans(one).get(student.pk, ()) for one in journals)
        return any(covers(one, row.draft.starts_on) for one in spans)

    return _coming(row for row in rows if belongs(row))


def _rows(today: datetime.date) -> QuerySet[DraftRow]:
    """The changes of timetables that are applied, stand and begin after a day."""
    applied = DraftRow.objects.filter(
        Q(goes=True) | Q(made__isnull=False),
        draft__applied_at__isnull=False,
        draft__withdrawn_at=None,
        draft__starts_on__gt=today,
    )
    sides = ("", "entry__")
    ways = [f"{side}{way}" for side in sides for way in ("journal__group", "journal__subject")]
    return applied.select_related("draft", *ways, "room", "entry__room").order_by(
        "draft__starts_on", "weekday", "number", "pk"
    )


def _concerns(row: DraftRow, teacher: User) -> bool:
    said: list[Row] = [row, *([row.entry] if row.entry else [])]
    return any(one.teacher_id in (None, teacher.pk) for one in said)


def _coming(rows: Iterable[DraftRow]) -> ComingTimetable | None:
    found = list(rows)
    if not found:
        return None
    first = found[0].draft.starts_on
    told = [_told(row) for row in found if row.draft.starts_on == first]
    return ComingTimetable(first, told)


def _told(row: DraftRow) -> str:
    """«вторник, 3-й урок, каб. 12: 5А, Математика (было: понедельник, 2-й урок)»"""
    now, before = _place(row), row.entry and _place(row.entry)
    if row.goes:
        return f"{now}: {row.journal}, урока больше нет"
    if before is None:
        return f"{now}: {row.journal}, новый урок"
    return f"{now}: {row.journal} (было: {before})"


def _place(row: Row) -> str:
    return f"{row.hour}, каб. {row.room}" if row.room else row.hour
