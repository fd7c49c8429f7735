"""«Мой класс»: a class's day, as its class teacher begins it (2.9, 4.4)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.formats import date_format

from attendance.models import AbsenceDocument
from attendance.reasons import EXPLAINING, Reason, is_away
from attendance.rules import Attended, Whereabouts, away_since, spells, whereabouts
from school.models import Lesson, SchoolClass
from school.queries.belonging import Taught
from school.queries.class_people import (
    BIRTHDAYS_AHEAD,
    Birthday,
    ClassPeople,
    Moving,
    class_people,
    taught_there,
)
from school.rules.bells import told_at
from school.rules.phones import Phone
from school.rules.spans import ONE_DAY
from school.rules.told import LessonFacts, told_of_hour

from .class_day import DayLine, EmptyLine, class_taught, day_facts, day_lines, empty_lines
from .class_facts import Asked, ClassFacts, Covered, class_facts
from .failing import Failing, failing, running_periods

PRESENT, UNKNOWN_YET, ELSEWHERE = "", "·", "×"  # what a cell says beside reasons of absence


@dataclass(frozen=True)
class AwayLine:
    """A pupil who missed a lesson today or was late for one: `cells` are what each of the day's
    hours says of him, (number, a Reason's code, PRESENT, UNKNOWN_YET or ELSEWHERE). `reason` is
    that of all he missed, «» where they differ or nobody knows one; `document` names the one that
    gives it; `since` when he has been away; `days` of the month on which he was away, today among
    them, `missed` lessons of today are asked a reason for. `where` he is just now: who missed a
    lesson may be there again, and a document says that he is away before any is taken."""

    student_id: int
    name: str
    cells: list[tuple[int, str]]
    reason: str
    document: str
    since: datetime.date
    days: int
    missed: int
    where: Whereabouts
    phones: list[Phone]

    @property
    def is_unknown(self) -> bool:
        return any(text == Reason.UNKNOWN for _, text in self.cells)

    @property
    def was_late(self) -> bool:
        """Whether that is all there is to say."""
        return not (self.missed or self.where.reason)

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
    `taken` those at which that of the whole class is, `behind` those that are over without, less
    what is on paper; `away` are who is away just now, then who missed a lesson and is there again,
    then who was only late; `asked` are questions about them that wait, with the pupil's name."""

    now: datetime.datetime
    goes_on: str
    people: ClassPeople
    slots: list[int]
    taken: list[int]
    behind: list[int]
    away: list[AwayLine]
    asked: list[tuple[Asked, str]]
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
        return sum(bool(one.where.reason) for one in self.away)

    @cached_property
    def missing(self) -> int:
        """Of how many of them nobody knows why."""
        return sum(one.where.is_missing for one in self.away)

    @property
    def is_unknown(self) -> bool:
        """Whether some reason of today is to be found out, be it of who is there again."""
        return any(one.is_unknown for one in self.away)

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
    now_running = {kind: one for kind, one in running.items() if one.holds(today)}
    since = min([today.replace(day=1), *(one.period.starts_on for one in running.values())])
    where = taught_there(school_class, today)
    known = class_facts(school_class, since, now)
    facts = day_facts(day, known, now)
    held = [one for one in day.today if not one.cancelled and not one.nobody_attends]
    hours = _Hours(held, where, facts, people.names)
    away = _away_lines(people, known, hours, today)
    unknown = {one.student_id for one in away if one.is_unknown}
    return Board(
        now,
        told_at(now.time(), [one.hour for one in held]),
        people,
        hours.numbers,
        hours.taken,
        hours.behind,
        away,
        [(one, people.names[one.student]) for one in known.asked if one.student in unknown],
        list(_waiting_lines(people, known, today)),
        failing(school_class, day.journals, where, now_running, people.names, today),
        day_lines(day, facts, now),
        empty_lines(day, now),
    )


class _Hours:
    """Today's lessons of a class by their numbers."""

    def __init__(
        self,
        lessons: list[Lesson],
        where: Taught,
        facts: Mapping[int, LessonFacts],
        students: Iterable[int],
    ) -> None:
        self.where = where
        self.in_order = sorted(lessons, key=lambda one: (one.starts_at, one.number, one.pk))
        self.lessons: dict[int, list[Lesson]] = defaultdict(list)
        for one in lessons:
            self.lessons[one.number].append(one)
        self.numbers = sorted(self.lessons)
        of_hour = {
            number: [facts[one.pk] for one in found] for number, found in self.lessons.items()
        }
        self.taken = [
            number
            for number in self.numbers
            if told_of_hour(of_hour[number])[1] and self._covers(number, students)
        ]
        self.behind = [
            number for number in self.numbers if any(one.is_unopened for one in of_hour[number])
        ]

    def _covers(self, number: int, students: Iterable[int]) -> bool:
        """Whether what was taken at an hour tells of the whole class."""
        taken = [one for one in self.lessons[number] if one.attendance_taken_at]
        return any(one.journal.group.school_class_id for one in taken) or all(
            any(self.where.has(student, one) for one in taken) for student in students
        )

    def whereabouts(
        self, student: int, reasons: dict[int, str], document: Covered | None
    ) -> Whereabouts:
        """Of a pupil; `reasons` {lesson id: reason} of his, `document` what one says of today."""
        attended = [
            Attended(one.number, reasons.get(one.pk, ""))
            for one in self.in_order
            if one.attendance_taken_at and self.where.has(student, one)
        ]
        return whereabouts(attended, document.reason if document else "")

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


def _away_lines(
    people: ClassPeople, known: ClassFacts, hours: _Hours, today: datetime.date
) -> list[AwayLine]:
    lines = []
    for student in people.names:
        rows = [one for one in known.missed[student] if one.day == today]
        if not (rows or student in known.covered):
            continue  # nothing says that he is away: half a ms of a class
        where = hours.whereabouts(
            student, {one.lesson: one.reason for one in rows}, known.covered.get(student)
        )
        if rows or where.reason:
            lines.append(_away_line(student, rows, where, people, known, hours, today))
    return sorted(lines, key=lambda one: (not one.where.reason, not one.missed, not one.is_unknown))


def _away_line(student, rows, where, people, known, hours, today):
    missed = [one for one in rows if is_away(one.reason)]
    reasons = {one.reason for one in missed}
    kinds = {one.document for one in missed}
    reason = reasons.pop() if len(reasons) == 1 and reasons <= {*EXPLAINING} else ""
    days = {one.day for one in known.missed[student] if is_away(one.reason)}
    covered = known.covered.get(student)
    if covered and not missed:
        reason, kinds = covered.reason, {covered.kind}
    is_away_today = missed or where.reason
    return AwayLine(
        student,
        people.names[student],
        hours.cells(student, {one.lesson: one.reason for one in rows}),
        reason,
        _KINDS.get(kinds.pop(), "") if len(kinds) == 1 else "",
        away_since(days, known.taught, today, covered and covered.first)
        if is_away_today
        else today,
        sum(day >= today.replace(day=1) for day in days),
        len(missed),
        where,
        people.phones[student],
    )


_KINDS = dict(AbsenceDocument.Kind.choices)


def _waiting_lines(
    people: ClassPeople, known: ClassFacts, today: datetime.date
) -> Iterator[WaitingLine]:
    """First what has no reason at all. Of today's absences only an illness waits here, for a
    document: the reasons of today stand above."""
    of_unknown = [(one, Reason.UNKNOWN) for one in people.names]
    for student, reason in [*of_unknown, *((one, Reason.ILLNESS) for one in people.names)]:
        is_unknown = reason == Reason.UNKNOWN
        days = [
            one.day
            for one in known.missed[student]
            if one.reason == reason
            and not one.document
            and one.day >= people.since[student]
            and not (is_unknown and one.day == today)
        ]
        for first, last in dict.fromkeys(spells(set(days)).values()):
            lessons = sum(first <= day <= last for day in days)
            yield WaitingLine(student, people.names[student], first, last, lessons, is_unknown)
