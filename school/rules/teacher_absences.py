"""From which lesson to which one a teacher is away. Pure."""

import datetime
from collections.abc import Collection, Container
from typing import NamedTuple

from .overrides import each_day
from .spans import END_OF_TIME, Span, covers, unite

AFTER_THE_LAST = 32_768  # no lesson has such a number: the column's largest is below


class AwayTime(NamedTuple):
    """From a school-local day on, on that day from the lesson `first_number` on (None: the whole
    day), to a day (None: nobody knows yet), on that one up to the lesson `last_number` (None: the
    whole day). Both lessons belong to it."""

    starts_on: datetime.date
    first_number: int | None = None
    ends_on: datetime.date | None = None
    last_number: int | None = None

    @property
    def begins(self) -> tuple[datetime.date, int]:
        return self.starts_on, self.first_number or 0

    @property
    def ends(self) -> tuple[datetime.date, int]:
        last = AFTER_THE_LAST if self.last_number is None else self.last_number
        return self.ends_on or END_OF_TIME, last

    def overlaps(self, other: "AwayTime") -> bool:
        """Whether some lesson could lie in both."""
        return self.begins <= other.ends and other.begins <= self.ends

    @property
    def told(self) -> str:
        """«26.11.2026, со 2-го по 4-й урок», «с 26.11.2026 (с 3-го урока) по 27.11.2026»."""
        first, last = self.first_number, self.last_number
        if self.ends_on == self.starts_on:
            return f"{self.starts_on:%d.%m.%Y}{_within_a_day(first, last)}"
        since = f"с {self.starts_on:%d.%m.%Y}"
        since += "" if first is None else f" ({since_lesson(first)} урока)"
        if self.ends_on is None:
            return f"{since}, конец неизвестен"
        until = f"по {self.ends_on:%d.%m.%Y}"
        return f"{since} {until}" + ("" if last is None else f" (по {last}-й урок)")


def since_lesson(number: int) -> str:
    """«с 1-го», «со 2-го»."""
    return f"{'со' if number == 2 else 'с'} {number}-го"


def _within_a_day(first: int | None, last: int | None) -> str:
    if first is None:
        return "" if last is None else f", по {last}-й урок"
    if last is None:
        return f", {since_lesson(first)} урока"
    return f", {first}-й урок" if first == last else f", {since_lesson(first)} по {last}-й урок"


def away(absence: AwayTime, date: datetime.date, number: int) -> bool:
    """Whether a teacher is away at the lesson of that number on a school-local day."""
    return absence.begins <= (date, number) <= absence.ends


def nobody_takes(is_taker_away: bool | None, others_there: Collection[object]) -> bool:
    """Whether a lesson of which a teacher is away has nobody to take it: who stands in is away, too
    (None: nobody does), or nobody else who keeps its journal is there."""
    return not others_there if is_taker_away is None else is_taker_away


def is_untaught(taker: int | None, regular: Collection[int], gone: Container[int]) -> bool:
    """Whether `nobody_takes` a lesson, for of those who would some are `gone` (ids): who keeps its
    journal, and who stands in (None: nobody does). Nobody does either where none was ever named."""
    if taker is None and not regular:
        return True
    is_missed = taker in gone or any(one in gone for one in regular)
    there = [one for one in regular if one not in gone]
    return is_missed and nobody_takes(None if taker is None else taker in gone, there)


def spans_away(days: Collection[datetime.date], taught: Container[datetime.date]) -> list[Span]:
    """The spans of single days on which a teacher is away; days between two of them on which nobody
    is `taught` belong to them, so that Friday and Monday are one span."""
    between = each_day(min(days), max(days))
    runs = unite((day, day) for day in between if day in days or day not in taught)
    own = [[day for day in days if covers([run], day)] for run in runs]
    return [(min(found), max(found)) for found in own if found]


LONGEST_SHOWN = datetime.timedelta(days=30)
SHOWN_AHEAD = datetime.timedelta(days=6)


def days_ahead(absence: AwayTime, today: datetime.date) -> Span:
    """The days of an absence that is not over of which a list shows lessons: a week, from today or
    from its first day."""
    first = max(absence.starts_on, today)
    return first, min(absence.ends_on or END_OF_TIME, first + SHOWN_AHEAD)


def days_shown(absence: AwayTime, today: datetime.date) -> Span:
    """The days of which its own page does: all of a month; of a longer one, or where nobody knows
    the end, a month from today on."""
    first, last = absence.starts_on, absence.ends_on or END_OF_TIME
    if last - first > LONGEST_SHOWN:
        first = max(first, min(today, last - LONGEST_SHOWN))
    return first, min(last, first + LONGEST_SHOWN)
