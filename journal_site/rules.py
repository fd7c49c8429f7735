"""What the desk says of a lesson. Pure."""

import datetime
from collections.abc import Sequence
from enum import StrEnum
from typing import NamedTuple


class Told(StrEnum):
    """What is told of a lesson, or of those that a class has at one hour, the most urgent first;
    the value is how it looks."""

    UNTAUGHT = "untaught"
    LATE = "late"
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
    Told.LATE: ("⚠", "журнал просрочен"),
    Told.UNOPENED: ("○", "журнал не открыт"),
    Told.ON_PAPER: ("▤", "на бумаге"),
    Told.SUBSTITUTED: ("⇄", "замена"),
    Told.ORDINARY: ("", ""),
    Told.CANCELLED: ("", "отменён"),
}
URGENCY = {one: place for place, one in enumerate(Told)}


class LessonFacts(NamedTuple):
    """What is known of a lesson at an instant: `owes` attendance, which was `taken`; it is `over`;
    `late`: it had to be taken before; `on_paper`: it was held while there was no access (3.1);
    nobody `takes` it; a substitute does."""

    cancelled: bool = False
    owes: bool = True
    taken: bool = False
    over: bool = False
    late: bool = False
    on_paper: bool = False
    untaught: bool = False
    substituted: bool = False

    @property
    def is_unopened(self) -> bool:
        """Whether attendance should be there by now and is not, be it on paper."""
        return self.over and self.owes and not (self.taken or self.cancelled)


def told_of(lesson: LessonFacts) -> Told:
    """What the desk says of one lesson. «Не открыт» is none before its end (2.5: until the end of
    the day it is not late), and no teacher is missing in a lesson that was held."""
    if lesson.cancelled:
        return Told.CANCELLED
    if lesson.untaught and not lesson.taken:
        return Told.UNTAUGHT
    if lesson.is_unopened:
        if lesson.on_paper:
            return Told.ON_PAPER
        return Told.LATE if lesson.late else Told.UNOPENED
    return Told.SUBSTITUTED if lesson.substituted else Told.ORDINARY


def told_of_hour(lessons: Sequence[LessonFacts]) -> tuple[Told, bool]:
    """(What is told of the lessons, one or more, that a class has at one hour, whether attendance
    of all that owe it was taken)."""
    stand = [one for one in lessons if not one.cancelled]
    owing = [one for one in stand if one.owes]
    told = min((told_of(one) for one in lessons), key=URGENCY.__getitem__)
    return told, bool(owing) and all(one.taken for one in owing)


def minutes_until(now: datetime.time, then: datetime.time) -> int:
    """Whole minutes from one time of a day to a later one, begun ones counted."""
    day = datetime.date.min
    left = datetime.datetime.combine(day, then) - datetime.datetime.combine(day, now)
    return -(-int(left.total_seconds()) // 60)
