"""«Мой класс»: a class's day, as its class teacher begins it (2.9, 4.4)."""

import datetime
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.formats import date_format

from attendance.models import AbsenceDocument
from attendance.queries import counted_absences
from attendance.reasons import EXPLAINING, Reason, is_away
from attendance.rules import spells
from school.compiled import Compiled, Given
from school.models import Lesson, SchoolClass
from school.queries.belonging import Taught
from school.queries.class_people import (
    BIRTHDAYS_AHEAD,
    Birthday,
    ClassPeople,
    Moving,
    class_people,
    pupils_there,
    taught_there,
)
from school.rules.bells import told_at
from school.rules.phones import Phone
from school.rules.spans import ONE_DAY

from .class_day import DayLine, EmptyLine, class_taught, day_lines, empty_lines
from .failing import Failing, failing, running_periods

PRESENT, UNKNOWN_YET, ELSEWHERE = "", "·", "×"  # what a cell says beside reasons of absence


@dataclass(frozen=True)
class AwayLine:
    """A pupil who missed a lesson today or was late for one: `cells` are what each of the day's
    hours says of him, (number, a Reason's code, PRESENT, UNKNOWN_YET or ELSEWHERE). `reason` is
    that of all he missed, «» where they differ or nobody knows one; `document` names the one that
    gives it; `since` the first day of the absence that today is part of; `days` of the month on
    which he was away, today among them, `missed` lessons of today are asked a reason for."""

    student_id: int
    name: str
    cells: list[tuple[int, str]]
    reason: str
    document: str
    since: datetime.date
    days: int
    missed: int
    phones: list[Phone]

    @property
    def is_unknown(self) -> bool:
        return any(text == Reason.UNKNOWN for _, text in self.cells)

    @property
    def waits_for_document(self) -> bool:
        return self.reason == Reason.ILLNESS and not self.document


@dataclass(frozen=True)
class WaitingLine:
    """Days of a pupil's absence, first to last, that wait: for a document about an illness, or,
    `is_unknown`, for any reason at all; `lessons` he missed then."""

    student_id: int
    name: str
    first: datetime.date
    last: datetime.date
    lessons: int
    is_unknown: bool


@dataclass(frozen=True)
class Board:
    """The board of a class at an instant (local `now`). `slots` are the numbers of today's hours,
    `taken` those whose attendance is taken, `behind` those that are over without; `away` are the
    absent first, then who was only late."""

    now: datetime.datetime
    goes_on: str
    people: ClassPeople
    slots: list[int]
    taken: list[int]
    behind: list[int]
    away: list[AwayLine]
    waiting: list[WaitingLine]
    failing: Failing
    lessons: list[DayLine]
    empty: list[EmptyLine]

    @property
    def today(self) -> datetime.date:
        return self.now.date()

    @property
    def names(self) -> dict[int, str]:
        return self.people.names

    @property
    def birthdays(self) -> list[Birthday]:
        return self.people.birthdays

    @property
    def moving(self) -> list[Moving]:
        return self.people.moving

    @cached_property
    def absent(self) -> int:
        return sum(bool(one.missed) for one in self.away)

    @cached_property
    def unknown(self) -> int:
        return sum(one.is_unknown for one in self.away)

    @property
    def present(self) -> int:
        return len(self.names) - self.absent

    @property
    def month(self) -> str:
        """«ноябре»"""
        return f"{date_format(self.today, 'E')[:-1].lower()}е"

    @property
    def birthdays_until(self) -> datetime.date:
        return self.today + BIRTHDAYS_AHEAD * ONE_DAY

    @property
    def weeks_left(self) -> int:
        """Of the running period, begun ones too; 0 where none runs."""
        period = self.failing.period
        return max(0, -((self.today - period.ends_on).days // 7)) if period else 0


def board(school_class: SchoolClass, now: datetime.datetime) -> Board:
    """The Board of a class (with year) of the running school year; ten queries, and one more where
    there are namesakes among pupils."""
    now = timezone.localtime(now)
    today = now.date()
    people = class_people(school_class, today)
    day = class_taught(school_class, now)
    kinds = {one.period_kind for one in day.journals.values()}
    running = running_periods(school_class.year_id, kinds, today)
    since = min([today.replace(day=1), *(one.period.starts_on for one in running.values())])
    where = taught_there(school_class, today)
    absences = _Absences(school_class, since, today)
    held = [one for one in day.today if not one.cancelled and not one.nobody_attends]
    hours = _Hours(held, where, now)
    return Board(
        now,
        told_at(now.time(), [one.hour for one in held]),
        people,
        hours.numbers,
        hours.taken,
        hours.behind,
        _away_lines(people, absences, hours, today),
        list(_waiting_lines(people, absences, today)),
        failing(school_class, day.journals, where, running, people.names, today),
        day_lines(day, now),
        empty_lines(day, now),
    )


class _Hours:
    """Today's lessons of a class by their numbers."""

    def __init__(self, lessons: list[Lesson], where: Taught, now: datetime.datetime) -> None:
        self.where = where
        self.lessons: dict[int, list[Lesson]] = defaultdict(list)
        for one in lessons:
            self.lessons[one.number].append(one)
        self.numbers = sorted(self.lessons)
        owing = {
            number: [one for one in found if one.owes("attendance")]
            for number, found in self.lessons.items()
        }
        self.taken = [
            number
            for number in self.numbers
            if owing[number] and all(one.attendance_taken_at for one in owing[number])
        ]
        self.behind = [
            number
            for number in self.numbers
            if any(
                one.attendance_taken_at is None and one.last_instant <= now for one in owing[number]
            )
        ]

    def cells(self, student: int, reasons: dict[int, str]) -> list[tuple[int, str]]:
        """What the day's hours say of a pupil; `reasons` {lesson id: reason} of his."""
        return [(number, self._cell(number, student, reasons)) for number in self.numbers]

    def _cell(self, number, student, reasons):
        found = self.lessons[number]
        if said := next((reasons[one.pk] for one in found if one.pk in reasons), None):
            return said
        own = [one for one in found if self.where.has(student, one)]
        if not own:
            return ELSEWHERE
        return PRESENT if all(one.attendance_taken_at for one in own) else UNKNOWN_YET


class _Absences:
    """The absences of a class's pupils on the school-local days `since` … today; one query."""

    def __init__(
        self, school_class: SchoolClass, since: datetime.date, today: datetime.date
    ) -> None:
        self.of: dict[int, list[Any]] = defaultdict(list)
        for student, *row in _absences(school_class=school_class.pk, since=since, day=today):
            self.of[student].append(row)

    def on(self, student: int, day: datetime.date) -> list[Any]:
        return [row for row in self.of[student] if row[1] == day]

    def days(
        self, student: int, *reasons: str, without_document: bool = False
    ) -> list[datetime.date]:
        """The day of each lesson missed for one of these reasons."""
        return [
            day
            for _, day, reason, document in self.of[student]
            if reason in reasons and not (without_document and document)
        ]


@Compiled
def _absences() -> QuerySet[Any, Any]:
    rows = counted_absences().filter(
        student__in=pupils_there(),
        lesson__date__gte=Given("since"),
        lesson__date__lte=Given("day"),
    )
    return rows.order_by("lesson__date", "lesson__number", "pk").values_list(
        "student", "lesson", "lesson__date", "reason", "document__kind"
    )


def _away_lines(people, absences, hours, today):
    lines = []
    for student, name in people.names.items():
        rows = absences.on(student, today)
        if not rows:
            continue
        missed = [row for row in rows if is_away(row[2])]
        reasons = {reason for _, _, reason, _ in missed}
        kinds = {kind for *_, kind in missed}
        reason = reasons.pop() if len(reasons) == 1 and reasons <= {*EXPLAINING} else ""
        away_on = sorted({day for _, day, why, _ in absences.of[student] if is_away(why)})
        lines.append(
            AwayLine(
                student,
                name,
                hours.cells(student, {lesson: said for lesson, _, said, _ in rows}),
                reason,
                _KINDS.get(kinds.pop(), "") if len(kinds) == 1 else "",
                spells(away_on)[today][0] if missed else today,
                sum(day >= today.replace(day=1) for day in away_on),
                len(missed),
                people.phones[student],
            )
        )
    return sorted(lines, key=lambda one: (not one.missed, not one.is_unknown))


_KINDS = dict(AbsenceDocument.Kind.choices)


def _waiting_lines(
    people: ClassPeople, absences: _Absences, today: datetime.date
) -> Iterator[WaitingLine]:
    """First what has no reason at all. Of today's absences only an illness waits here, for a
    document: the reasons of today stand above."""
    of_unknown = [(one, Reason.UNKNOWN) for one in people.names]
    for student, reason in [*of_unknown, *((one, Reason.ILLNESS) for one in people.names)]:
        is_unknown = reason == Reason.UNKNOWN
        days = [
            day
            for day in absences.days(student, reason, without_document=True)
            if day >= people.since[student] and not (is_unknown and day == today)
        ]
        for first, last in dict.fromkeys(spells(set(days)).values()):
            lessons = sum(first <= day <= last for day in days)
            yield WaitingLine(student, people.names[student], first, last, lessons, is_unknown)
