"""What is told of a lesson at a glance, on the desk and on a class's board. Pure."""

import datetime
from collections.abc import Iterable, Sequence
from enum import StrEnum
from typing import NamedTuple

Times = tuple[datetime.time, datetime.time]


class Told(StrEnum):
    """What is told of a lesson, or of those that a class has at one hour, the most urgent first;
    the value is how it looks."""

    UNTAUGHT = "untaught"
    UNOPENED = "unopened"
    ON_PAPER = "paper"
    SUBSTITUTED = "changed"
    ORDINARY = ""
    CANCELLED = "cancelled"

    @property
    def sign(self) -> str:
        return SIGNS[self][0]

    @property
    def words(self) -> str:
        return SIGNS[self][1]


SIGNS = {
    Told.UNTAUGHT: ("⚠", "без учителя"),
    Told.UNOPENED: ("○", "журнал не открыт"),
    Told.ON_PAPER: ("▤", "на бумаге"),
    Told.SUBSTITUTED: ("⇄", "замена"),
    Told.ORDINARY: ("", ""),
    Told.CANCELLED: ("", "отменён"),
}
URGENCY = {one: place for place, one in enumerate(Told)}


class LessonFacts(NamedTuple):
    """What is known of a lesson at an instant: it is `cancelled`; it `owes` attendance, which is
    `taken`; it is `over`; it shares a time with one `without_access` (3.1); it is `untaught`:
    nobody takes it; it is `substituted`: another takes it."""

    cancelled: bool = False
    owes: bool = True
    taken: bool = False
    over: bool = False
    without_access: bool = False
    untaught: bool = False
    substituted: bool = False

    @property
    def awaits(self) -> bool:
        """Whether attendance should be there by now and is not."""
        return self.over and self.owes and not (self.taken or self.cancelled)

    @property
    def is_on_paper(self) -> bool:
        return self.awaits and self.without_access

    @property
    def is_unopened(self) -> bool:
        """What a reminder is about. None before the lesson's end; what is on paper waits for its
        transfer (3.2), and of what nobody took nobody is reminded."""
        return self.awaits and not (self.without_access or self.untaught)

    @property
    def passed_untaught(self) -> bool:
        return self.awaits and self.untaught and not self.without_access


def told_of(lesson: LessonFacts) -> Told:
    """What is told of one lesson. No teacher is missing in a lesson that was held."""
    if lesson.cancelled:
        return Told.CANCELLED
    if lesson.untaught and not lesson.taken:
        return Told.UNTAUGHT
    if lesson.awaits:
        return Told.ON_PAPER if lesson.is_on_paper else Told.UNOPENED
    return Told.SUBSTITUTED if lesson.substituted else Told.ORDINARY


def told_of_hour(lessons: Sequence[LessonFacts]) -> tuple[Told, bool]:
    """(What is told of the lessons, one or more, that a class has at one hour, whether attendance
    of all that owe it was taken)."""
    told = min([told_of(one) for one in lessons], key=URGENCY.__getitem__)
    taken = [one.taken for one in lessons if one.owes and not one.cancelled]
    return told, bool(taken) and all(taken)


def share_time(lesson: Times, spans: Iterable[Times]) -> bool:
    """Whether a lesson's times meet one of the spans of its day."""
    begins, ends = lesson
    return any(begins < last and first < ends for first, last in spans)


def minutes_until(now: datetime.time, then: datetime.time) -> int:
    """Whole minutes from one time of a day to a later one, begun ones counted."""
    day = datetime.date.min
    left = datetime.datetime.combine(day, then) - datetime.datetime.combine(day, now)
    return -(-int(left.total_seconds()) // 60)
