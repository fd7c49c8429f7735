"""The calendar-thematic plan of a journal (КТП, 2.7): what comes next, how far ahead or behind it
is, what fits until a day, what «перенести план» makes of it. Pure.

Everything follows from two counts of hours: how many the plan wants by a day (`hours_wanted`), and
how many have been given by it, or will be when every lesson without a topic gives the next hour
(`Followed.hours_by`).
"""

import datetime
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from typing import NamedTuple

from school.rules.texts import tidy

UNDATED = datetime.date.max


class PlanLine(NamedTuple):
    """A line of the plan; `pk` is 0 of one that is not written yet, `planned_on` school-local."""

    title: str
    hours: int = 1
    homework: str = ""
    section: str = ""
    planned_on: datetime.date | None = None
    pk: int = 0


class PlanLesson(NamedTuple):
    """A lesson of the journal, in the order of time; `line` is the id of the line that it gave.
    One that is `void` (cancelled, or nobody attends it) gives nothing; one that owes no topic is
    expected to give nothing. `timetabled_on` is the day for which the timetable made it."""

    pk: int
    date: datetime.date
    number: int
    topic: str
    line: int | None = None
    void: str = ""
    owes_topic: bool = True
    timetabled_on: datetime.date | None = None


class Place(NamedTuple):
    """What the plan says of a lesson: the line it gave, or the one that comes next (None where the
    plan is used up), with the `number` of that hour. `is_off`: its topic is «вне плана», and `line`
    is what it could be bound to."""

    line: PlanLine | None
    is_given: bool = False
    is_off: bool = False
    number: int = 0


NOWHERE = Place(None)


def same_title(one: str, other: str) -> bool:
    """Whether two titles are the same to a reader, whatever their blanks, case, dots at the end."""
    return _title(one) == _title(other)


def _title(text: str) -> str:
    return tidy(text).replace(" ", "").rstrip(".")


def says_title(topic: str, title: str) -> bool:
    """Whether a topic still says a line's title, and be it with something of the teacher's own."""
    return _title(title) in _title(topic)


@dataclass(frozen=True)
class Hour:
    """An hour of a line, as it was given, is expected, or does not fit (no `lesson`)."""

    line: PlanLine
    lesson: PlanLesson | None = None
    is_given: bool = False


NEVER = (UNDATED, 0)


def _when(hour: Hour) -> tuple[datetime.date, int]:
    """When an hour is, NEVER where no lesson is left for it."""
    return (hour.lesson.date, hour.lesson.number) if hour.lesson else NEVER


@dataclass(frozen=True)
class Followed:
    """A plan with its lessons: `places` {lesson id: Place} of those that count, `hours` of every
    line in order, those given first."""

    lines: Sequence[PlanLine]
    lessons: Sequence[PlanLesson]
    places: Mapping[int, Place]
    hours: Mapping[int, Sequence[Hour]]
    _days: Sequence[datetime.date] = field(default=())

    def hours_by(self, day: datetime.date) -> int:
        """How many hours are given by the end of a day, or expected to be."""
        return bisect_right(self._days, day)

    def given(self, line: PlanLine) -> int:
        """How many hours of a line were given."""
        return sum(hour.is_given for hour in self.hours[line.pk])

    @property
    def free(self) -> list[PlanLine]:
        """The lines that no lesson gave yet, which may be changed."""
        return [line for line in self.lines if not self.given(line)]

    @property
    def last_given(self) -> int:
        """The place (from 0) behind the last line that was given: nothing is put before it."""
        return max(
            (at for at, line in enumerate(self.lines, start=1) if self.given(line)), default=0
        )


def follow(lines: Sequence[PlanLine], lessons: Sequence[PlanLesson]) -> Followed:
    """Lines in the plan's order and lessons in the order of time, put together. Every lesson that
    owes a topic and has none is expected to give the next hour that no lesson gave, whatever the
    titles are; one with a topic of its own uses none."""
    by_key = {line.pk: line for line in lines}
    hours: dict[int, list[Hour]] = {line.pk: [] for line in lines}
    standing = [lesson for lesson in lessons if not lesson.void]
    for lesson in standing:
        line = by_key.get(lesson.line or 0)
        if line and len(hours[line.pk]) < line.hours:
            hours[line.pk].append(Hour(line, lesson, is_given=True))
    waiting = [line for line in lines for _ in range(line.hours - len(hours[line.pk]))]
    first = ordinals(lines)
    places = {
        hour.lesson.pk: Place(hour.line, is_given=True, number=first[hour.line.pk] + nth)
        for found in hours.values()
        for nth, hour in enumerate(found)
        if hour.lesson
    }
    following = 0
    for lesson in standing:
        if lesson.pk in places or not (lesson.topic or lesson.owes_topic):
            continue
        line = waiting[following] if following < len(waiting) else None
        number = first[line.pk] + len(hours[line.pk]) if line else 0
        places[lesson.pk] = Place(line, is_off=bool(lesson.topic and lines), number=number)
        if line and not lesson.topic:
            hours[line.pk].append(Hour(line, lesson))
            following += 1
    for line in lines:
        hours[line.pk] += [Hour(line)] * (line.hours - len(hours[line.pk]))
    days = sorted(hour.lesson.date for found in hours.values() for hour in found if hour.lesson)
    return Followed(lines, lessons, places, hours, days)


# --- what the plan wants by a day ---


def timetabled_days(lessons: Iterable[PlanLesson]) -> list[datetime.date]:
    """The days on which the timetable had lessons that owe a topic, cancelled or not, in order: by
    these goes a plan without dates. Where all lessons were added by hand, their own days."""
    owing = [one for one in lessons if one.owes_topic]
    timetabled = sorted(one.timetabled_on for one in owing if one.timetabled_on)
    return timetabled or sorted(one.date for one in owing)


def lesson_days(lessons: Iterable[PlanLesson]) -> list[datetime.date]:
    """The days of the lessons that take place and owe a topic, in order."""
    return sorted(one.date for one in lessons if one.owes_topic and not one.void)


def hours_wanted(
    lines: Sequence[PlanLine],
    timetabled: Sequence[datetime.date],
    held: Sequence[datetime.date],
    day: datetime.date,
) -> int:
    """How many hours the plan wants by the end of a day. A line without a date follows the one
    before it. Of lines before the first date it wants an hour for every `timetabled` lesson until
    that date; then all lines whose dates have come, and of those of the last such date an hour a
    lesson `held` since, of each that has the date itself at least one."""
    days = list(dates(lines))
    before = sum(line.hours for line, on in zip(lines, days, strict=True) if on is None)
    come = [(line, on) for line, on in zip(lines, days, strict=True) if on and on <= day]
    if not come:
        return min(before, bisect_right(timetabled, day))
    last = max(on for _, on in come)
    newest = [line for line, on in come if on == last]
    total = sum(line.hours for line, _ in come)
    hours = sum(line.hours for line in newest)
    dated = sum(line.planned_on is not None for line in newest)
    since = bisect_right(held, day) - bisect_left(held, last)
    return before + total - hours + min(hours, max(dated, since))


def dates(lines: Iterable[PlanLine]) -> Iterator[datetime.date | None]:
    """Of each line its date or that of the last line before it that has one."""
    on = None
    for line in lines:
        on = line.planned_on or on
        yield on


class Fit(NamedTuple):
    """What fits until a day: `lessons` are left for so many `hours` that the plan wants by then."""

    lessons: int
    hours: int

    @property
    def excess(self) -> int:
        """Hours that do not fit."""
        return max(0, self.hours - self.lessons)


@dataclass(frozen=True)
class Plan:
    """A plan against what was given."""

    followed: Followed
    timetabled: Sequence[datetime.date]
    held: Sequence[datetime.date]

    @property
    def lines(self) -> Sequence[PlanLine]:
        return self.followed.lines

    @property
    def hours(self) -> int:
        return sum(line.hours for line in self.lines)

    def wanted(self, day: datetime.date) -> int:
        return hours_wanted(self.lines, self.timetabled, self.held, day)

    def lag(self, day: datetime.date) -> int:
        """How many hours the plan is behind at the end of a day, negative where it is ahead. A
        topic that was not entered is no lag: that is another duty."""
        return self.wanted(day) - self.followed.hours_by(day)

    def given_by(self, day: datetime.date) -> int:
        """How many hours were given by the end of a day."""
        found = self.followed.hours.values()
        return sum(
            hour.is_given and hour.lesson.date <= day  # type: ignore[union-attr]  # given by one
            for hours in found
            for hour in hours
        )

    def fit(self, day: datetime.date) -> Fit:
        """What of the plan fits until the end of a day."""
        given = self.given_by(day)
        return Fit(self.followed.hours_by(day) - given, max(0, self.wanted(day) - given))

    def days_by_plan(self) -> dict[int, list[datetime.date]]:
        """{line: the days of its hours by the plan}, as far as these are known."""
        if any(line.planned_on for line in self.lines):
            return {line.pk: [line.planned_on] if line.planned_on else [] for line in self.lines}
        found, place = {}, 0
        for line in self.lines:
            found[line.pk] = list(self.timetabled[place : place + line.hours])
            place += line.hours
        return found

    @property
    def left_out(self) -> list[PlanLine]:
        """The lines that were passed over: later ones were given, and no lesson before the last of
        these waits for its topic."""
        followed = self.followed
        given = self.lines[: followed.last_given]
        before = given[:-1]
        hours = [hour for line in given for hour in followed.hours[line.pk]]
        last = max(_when(hour) for hour in hours if hour.is_given) if hours else NEVER
        return [
            line
            for line in before
            if any(not one.is_given and _when(one) > last for one in followed.hours[line.pk])
        ]

    def _whole(self, line: PlanLine) -> bool:
        return self.followed.given(line) == line.hours

    @property
    def unfit(self) -> list[PlanLine]:
        """The lines with an hour for which no lesson is left."""
        hours = self.followed.hours
        return [line for line in self.lines if any(one.lesson is None for one in hours[line.pk])]


def plan_of(lines: Sequence[PlanLine], lessons: Sequence[PlanLesson]) -> Plan:
    """The Plan of lines and lessons, in their orders."""
    return Plan(follow(lines, lessons), timetabled_days(lessons), lesson_days(lessons))


def ordinals(lines: Iterable[PlanLine]) -> dict[int, int]:
    """{line: number of its first hour}, as a teacher counts lessons."""
    found, number = {}, 1
    for line in lines:
        found[line.pk] = number
        number += line.hours
    return found


def repeated_titles(lines: Sequence[PlanLine]) -> dict[int, tuple[int, int]]:
    """{line: (which one, of how many)} of lines that share their title."""
    counts = Counter(_title(line.title) for line in lines)
    seen: Counter[str] = Counter()
    found = {}
    for line in lines:
        title = _title(line.title)
        seen[title] += 1
        if counts[title] > 1:
            found[line.pk] = (seen[title], counts[title])
    return found


# --- «перенести план» ---


class Shifted(NamedTuple):
    """A line that gets another day; None where no lesson is left for it."""

    line: PlanLine
    was: datetime.date | None
    becomes: datetime.date | None


def shift(plan: Plan) -> list[PlanLine]:
    """All lines with days that are theirs from now on: those still to be given the days of the
    lessons that will, in the same order; those that were given keep what the plan said of them."""
    by_plan = plan.days_by_plan()
    found = []
    for line in plan.lines:
        hours = plan.followed.hours[line.pk]
        was = by_plan[line.pk][0] if by_plan[line.pk] else None
        first = hours[0].lesson
        is_whole = all(hour.is_given for hour in hours)
        day = (was or (first and first.date)) if is_whole else (first and first.date)
        found.append(line._replace(planned_on=day))
    return found


def moved(plan: Plan, after: Iterable[PlanLine]) -> list[Shifted]:
    """What a shift changes of the lines that are still to be given."""
    by_plan = plan.days_by_plan()
    before = {key: days[0] if days else None for key, days in by_plan.items()}
    kept = {line.pk for line in plan.lines if plan._whole(line)}
    return [
        Shifted(line, before[line.pk], line.planned_on)
        for line in after
        if line.pk not in kept and before[line.pk] != line.planned_on
    ]


SPARE = ("резерв", "повторени", "решение задач", "обобщени", "закреплени", "урок-игра")


def spare(lines: Iterable[PlanLine]) -> list[PlanLine]:
    """The lines that look as if they could be left out."""
    return [line for line in lines if any(word in tidy(line.title) for word in SPARE)]


# --- another plan in the place of the lines that are still to be given ---

NEW, CHANGED, GONE, SAME = "new", "changed", "gone", "same"


class Change(NamedTuple):
    """What becomes of a line: `kind` with the line that stands and the one that comes, of which one
    may be None."""

    kind: str
    was: PlanLine | None
    becomes: PlanLine | None


def compare(free: Sequence[PlanLine], coming: Sequence[PlanLine]) -> list[Change]:
    """The Changes that make the `coming` lines of the `free` ones, in the order of what comes. A
    line keeps being itself where its title stands in both, by place and not by text alone: of two
    with one title each is its own."""
    stand, come = ([_title(line.title) for line in lines] for lines in (free, coming))
    found = []
    matched = SequenceMatcher(None, stand, come, autojunk=False)
    for kind, first, last, start, end in matched.get_opcodes():
        if kind == "equal":
            pairs = zip(free[first:last], coming[start:end], strict=True)
            found += [_paired(was, becomes) for was, becomes in pairs]
        else:
            found += [Change(GONE, was, None) for was in free[first:last]]
            found += [Change(NEW, None, becomes) for becomes in coming[start:end]]
    return found


def _paired(was: PlanLine, becomes: PlanLine) -> Change:
    kept = becomes._replace(pk=was.pk)
    return Change(SAME if kept == was else CHANGED, was, kept)


def already_given(followed: Followed, coming: Sequence[PlanLine]) -> int:
    """How many of the first lines of a plan that comes stand for those that were given: as many as
    the plan has up to the last given one, if it begins as this one does."""
    last = followed.last_given
    begins = coming[:1] and followed.lines[:1]
    if not last or not begins or not same_title(coming[0].title, followed.lines[0].title):
        return 0
    return min(last, len(coming))


# --- where lines stand ---


def in_places(lines: Sequence[PlanLine]) -> list[PlanLine]:
    """Lines in a new order, whose days stay where they were: the places have them."""
    days = iter(sorted(line.planned_on for line in lines if line.planned_on))
    return [line._replace(planned_on=next(days)) if line.planned_on else line for line in lines]
