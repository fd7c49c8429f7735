"""Norms of homework and of control works: how much there is of it, and whether that is more than
advised. Nothing is forbidden by them. Pure."""

import datetime
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import StrEnum
from typing import NamedTuple

NEAR = 85  # percent of the norm of a day's homework, from which on it is nearly reached


class Norms(NamedTuple):
    """The norms in force on a day: minutes of homework {parallel: minutes}, most control works of
    a class a day, most percent of a subject's hours, least days from one control work of a subject
    to the next, and whether there should be none in the first lesson of Monday, in the first and
    last of any day. None and missing: the school has no such norm."""

    minutes: Mapping[int, int] = {}
    works: int | None = None
    share: int | None = None
    apart: int | None = None
    monday: bool = False
    edges: bool = False


class Level(StrEnum):
    CALM = ""
    NEAR = "near"
    OVER = "over"


class Load(NamedTuple):
    """How many minutes the homework of a class for a day takes; `at_least`: not everybody who has
    set some has said how long it takes."""

    minutes: int
    at_least: bool

    @property
    def text(self) -> str:
        return f"≥ {self.minutes}" if self.at_least else str(self.minutes)


def load(by_pupil: Iterable[Sequence[int | None]]) -> Load:
    """The Load of a class, of the minutes of the homework that each of its pupils has for a day,
    None where nobody has said: that of the pupil who has most, for a class in subgroups has no
    homework as a whole."""
    all_minutes = list(by_pupil)
    sums = (sum(one for one in minutes if one is not None) for minutes in all_minutes)
    return Load(max(sums, default=0), any(None in minutes for minutes in all_minutes))


def level(minutes: int, norm: int | None) -> Level:
    """How near a day's minutes come to the norm (СанПиН 1.2.3685-21, table 6.6)."""
    if norm is None or minutes * 100 < norm * NEAR:
        return Level.CALM
    return Level.OVER if minutes > norm else Level.NEAR


def most_works(by_pupil: Iterable[Collection[int]]) -> int:
    """How many control works a day a pupil of a class has, who has most of them; those of one
    journal, as in two lessons on end, are one work."""
    return max((len(set(works)) for works in by_pupil), default=0)


def is_over_share(control: int, hours: int, most: int | None) -> bool:
    """Whether so many hours with a control work are more than `most` percent of a subject's in a
    period. A single one is not: of eight hours in a quarter it were too much, while the source
    counts the year's."""
    return most is not None and control > 1 and control * 100 > hours * most


def share_text(control: int, hours: int, most: int | None) -> str:
    """«13 %» of 2 hours of 15; with a decimal where the whole number would hide that it is more
    than `most`: «10,4 %»; of a single one «1 из 8»."""
    if control == 1:
        return f"1 из {hours}"
    whole = round(control * 100 / hours)
    if is_over_share(control, hours, most) and most is not None and whole <= most:
        return f"{control * 100 / hours:.1f} %".replace(".", ",")
    return f"{whole} %"


class Place(StrEnum):
    """Where a lesson stands among those of its pupils that day, as one adds it to a work."""

    WITHIN = ""
    FIRST = "1-й"
    LAST = "посл."


def place(starts_at: datetime.time, of_day: Collection[datetime.time]) -> Place:
    """The Place of a lesson that begins at `starts_at` among the beginnings of a pupil's lessons of
    that day; of a single one it is the first."""
    if starts_at <= min(of_day, default=starts_at):
        return Place.FIRST
    return Place.LAST if starts_at >= max(of_day) else Place.WITHIN


def is_ill_placed(at: Place, day: datetime.date, norms: Norms, *, is_only: bool) -> bool:
    """Whether a control work should not be in a lesson at that Place of a day. Of a subject that
    `is_only` once a week the lesson can't be chosen, but for Monday's first."""
    if at == Place.FIRST and day.isoweekday() == 1 and norms.monday:
        return True
    return at != Place.WITHIN and norms.edges and not is_only


def too_soon(
    day: datetime.date, others: Iterable[datetime.date], apart: int | None
) -> datetime.date | None:
    """The last day before `day` with a control work of the same journal, where fewer than `apart`
    days lie between them; else None. What is on the same day is the same work."""
    before = max((one for one in others if one < day), default=None)
    if apart is None or before is None or (day - before).days >= apart:
        return None
    return before
