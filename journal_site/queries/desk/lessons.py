"""A day's lessons as the desk tells of them: who takes them, what was taken, what stands where."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from journals.queries.school_day import DayClass, DayLesson
from school.models import Outage, TeacherAbsence
from school.queries.outages import times_without_access
from school.queries.teacher_absences import gone_at
from school.rules.bells import Hour
from school.rules.joins import carry_hour
from school.rules.names import PersonName, told_apart
from school.rules.subjects import within_line
from school.rules.teacher_absences import is_untaught
from school.rules.timetable import RowFacts, conflicts
from school.rules.told import (
    LessonFacts,
    Told,
    minutes_until,
    share_time,
    told_of,
    told_of_hour,
)


@dataclass
class DeskDay:
    """The lessons of a school-local day at an instant (school-local): {lesson's id: its
    LessonFacts}, who of the teachers is away (with teacher), and {user's id: surname, told apart}
    of its teachers."""

    now: datetime.datetime
    lessons: list[DayLesson]
    facts: dict[int, LessonFacts]
    absences: list[TeacherAbsence]
    surnames: dict[int, str]

    @cached_property
    def _told(self) -> dict[int, Told]:
        return {pk: told_of(facts) for pk, facts in self.facts.items()}

    def told(self, lesson: DayLesson) -> Told:
        return self._told[lesson.pk]

    def is_to_come(self, lesson: DayLesson) -> bool:
        """Whether it still takes place today, or does just now."""
        facts = self.facts[lesson.pk]
        return not (facts.cancelled or facts.over)

    def who_is_missed(self, lesson: DayLesson) -> TeacherAbsence | None:
        """Why nobody takes a lesson, None where somebody does."""
        if not self.facts[lesson.pk].untaught:
            return None
        return next((one for one in map(self._away(lesson).get, lesson.takers) if one), None)

    def _away(self, lesson: DayLesson) -> dict[int, TeacherAbsence]:
        return gone_at(self.absences, self.now.date(), lesson.number)

    def who_is_there(self, lesson: DayLesson) -> list[str]:
        """The surnames of those who take it, less who is away."""
        gone = self._away(lesson)
        return [self.surnames[pk] for pk in lesson.takers if pk not in gone]


def desk_day(
    now: datetime.datetime,
    lessons: list[DayLesson],
    names: Mapping[int, PersonName],
    absences: list[TeacherAbsence],
    outages: Iterable[Outage],
) -> DeskDay:
    """The DeskDay of what was read."""
    spans = times_without_access(now, outages)
    known = dict(names) | {one.teacher_id: one.teacher.name for one in absences}
    forms = {pk: (one.last_name, one.short, one.full) for pk, one in known.items()}
    by_number = {
        number: set(gone_at(absences, now.date(), number))
        for number in {one.number for one in lessons}
    }
    facts = {one.pk: _facts(one, now, by_number[one.number], spans) for one in lessons}
    return DeskDay(now, lessons, facts, absences, told_apart(forms))


def _facts(lesson, now, gone, spans):
    return LessonFacts(
        cancelled=bool(lesson.cancelled),
        owes=lesson.owes,
        taken=lesson.taken_at is not None,
        over=lesson.ends_at <= now.time(),
        without_access=share_time((lesson.starts_at, lesson.ends_at), spans),
        untaught=is_untaught(lesson.taker, lesson.regular, gone),
        substituted=lesson.taker is not None,
    )


# --- rooms ---


@dataclass(frozen=True)
class RoomTwice:
    """A room (its name) in which lessons of one hour are, and rooms that are `free` then."""

    name: str
    lessons: list[DayLesson]
    free: list[str]


def rooms_twice(day: DeskDay) -> list[RoomTwice]:
    """The RoomTwices of what is still to come. Lessons that one teacher takes together are in one
    room for good."""
    stand = {one.pk: one for one in day.lessons if not one.cancelled}
    carrying = carry_hour({pk: one.joined_to for pk, one in stand.items()})
    placed = [one for one in stand.values() if one.room is not None and one.pk in carrying]
    rows = [
        RowFacts(one.pk, 1, 1, one.hour, frozenset([("room", one.room or 0)]))
        for one in placed
        if day.is_to_come(one)
    ]
    by_key: dict[Hashable, DayLesson] = {one.pk: one for one in placed}
    by_hour: dict[tuple[int, int], dict[int, DayLesson]] = defaultdict(dict)
    for found in conflicts(rows):
        pair = by_key[found.one], by_key[found.other]
        by_hour[found.ids[0], pair[0].number] |= {one.pk: one for one in pair}
    rooms = {one.room or 0: one.room_name or "" for one in placed}
    return [
        RoomTwice(
            rooms[room], list(lessons.values()), _free(placed, rooms, next(iter(lessons.values())))
        )
        for (room, _), lessons in by_hour.items()
    ]


MOST_ROOMS = 4


def _free(placed, rooms, lesson):
    """Names of rooms that the day's other hours use and this one does not."""
    busy = {one.room for one in placed if one.hour.meets(lesson.hour)}
    return sorted(name for pk, name in rooms.items() if pk not in busy)[:MOST_ROOMS]


# --- the grid ---


class Attendance(NamedTuple):
    """Of lessons that owe attendance how many were `taken`, are `on_paper`, and are there."""

    taken: int
    on_paper: int
    owing: int


@dataclass(frozen=True)
class Column:
    """The lessons of one number: its usual times; `minutes` until the next one begins, of others
    None."""

    number: int
    starts_at: datetime.time
    ends_at: datetime.time
    attendance: Attendance
    is_now: bool
    minutes: int | None

    @property
    def has_begun(self) -> bool:
        return bool(self.attendance.taken or self.attendance.on_paper)


@dataclass(frozen=True)
class Cell:
    """The lessons of a class at one hour: the one to open, how they are told, whether their
    attendance was taken."""

    lesson: DayLesson
    texts: list[tuple[str, str]]  # (subject, teachers)
    told: Told
    is_taken: bool


@dataclass(frozen=True)
class Row:
    school_class: DayClass
    cells: list[Cell | None]


def columns(day: DeskDay) -> list[Column]:
    """The Columns of a day, in order."""
    by_number: dict[int, list[DayLesson]] = defaultdict(list)
    for one in day.lessons:
        by_number[one.number].append(one)
    hours = {number: _usual(found) for number, found in sorted(by_number.items())}
    now = day.now.time()
    coming = next((number for number, hour in hours.items() if hour.starts_at > now), None)
    running = any(hour.starts_at <= now < hour.ends_at for hour in hours.values())
    return [
        Column(
            number,
            hour.starts_at,
            hour.ends_at,
            _taken(day, by_number[number]),
            hour.starts_at <= now < hour.ends_at or (not running and number == coming),
            minutes_until(now, hour.starts_at) if number == coming else None,
        )
        for number, hour in hours.items()
    ]


def _usual(lessons: Sequence[DayLesson]) -> Hour:
    return Counter(one.hour for one in lessons).most_common(1)[0][0]


def _taken(day: DeskDay, lessons: Iterable[DayLesson]) -> Attendance:
    owing = [one for one in lessons if one.owes and not one.cancelled]
    taken = sum(one.taken_at is not None for one in owing)
    return Attendance(taken, sum(day.facts[one.pk].is_on_paper for one in owing), len(owing))


def rows(day: DeskDay, classes: Iterable[DayClass], numbers: Sequence[int]) -> list[Row]:
    """The Rows of classes, a cell for each of the numbers."""
    there: dict[tuple[int, int], list[DayLesson]] = defaultdict(list)
    for one in day.lessons:
        for school_class in one.classes:
            there[school_class, one.number].append(one)
    return [
        Row(one, [_cell(day, there.get((one.pk, number), [])) for number in numbers])
        for one in classes
    ]


def _cell(day: DeskDay, lessons: list[DayLesson]) -> Cell | None:
    if not lessons:
        return None
    told, is_taken = told_of_hour([day.facts[one.pk] for one in lessons])
    loud = next(one for one in lessons if day.told(one) == told)
    shown = [one for one in lessons if not one.is_individual or (one is loud and told)] or lessons
    texts: dict[str, dict[str, None]] = defaultdict(dict)
    for one in shown:
        names = ", ".join([day.surnames[pk] for pk in one.takers])
        texts[within_line(one.abbreviation)][names] = None
    return Cell(loud, [(name, ", ".join(texts[name])) for name in texts], told, is_taken)
