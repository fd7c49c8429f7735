"""By which bells is rung, and at which hour a lesson is. Pure."""

import datetime
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from .scopes import Place, Scope


class Hour(NamedTuple):
    """A lesson's number that day and its school-local times."""

    number: int
    starts_at: datetime.time
    ends_at: datetime.time

    def meets(self, other: "Hour") -> bool:
        """Whether nobody can be in both."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class Use(NamedTuple):
    """That a schedule (id) of bells holds for a scope from a day on, or on that day alone; on a
    weekday (ISO) or, None, on all."""

    schedule: int
    scope: Scope
    starts_on: datetime.date
    only_that_day: bool = False
    weekday: int | None = None


def schedule_on(uses: Iterable[Use], place: Place, day: datetime.date) -> int | None:
    """The schedule (id) by which is rung for a class on a day; None where nothing was said.

    What was said of that day alone goes before what holds from a day on; of these the word that
    speaks of the class more closely, then the one that names the weekday, then the latest.
    """
    best, found = None, None
    for use in uses:
        narrowness = use.scope.narrowness(place)
        if narrowness is None or use.starts_on > day:
            continue
        if use.only_that_day and use.starts_on != day:
            continue
        if use.weekday is not None and use.weekday != day.isoweekday():
            continue
        rank = (use.only_that_day, narrowness, use.weekday is not None, use.starts_on)
        if best is None or rank > best:
            best, found = rank, use.schedule
    return found


def told_at(at: datetime.time, hours: Sequence[Hour]) -> str:
    """What goes on at a school-local time of a day with these Hours, in the order of time: «1-й
    урок в 8:30», «идёт 3-й урок, до 11:00», «перемена до 11:20», «уроки закончились»; «» without
    any."""
    if not hours:
        return ""
    now = [hour for hour in hours if hour.starts_at <= at < hour.ends_at]
    if now:
        return f"идёт {now[0].number}-й урок, до {_clock(now[0].ends_at)}"
    coming = next((hour for hour in hours if at < hour.starts_at), None)
    if coming is None:
        return "уроки закончились"
    if coming is hours[0]:
        return f"{coming.number}-й урок в {_clock(coming.starts_at)}"
    return f"перемена до {_clock(coming.starts_at)}"


def _clock(at: datetime.time) -> str:
    return f"{at.hour}:{at.minute:02}"
