"""What the school says of days of its own («особые дни»), for all or for some classes. Pure.

Who is taught follows from the closest word about his class. The calendar of the staff (2.9, 3.2)
knows only what is said of the whole school, that it works or does not: where pupils have a vacation
or are in quarantine their teachers work. School days (2.6) are the working days less vacations, a
class's own too; a quarantine or a day off of a class prolongs no duty of its teachers.
"""

import datetime
from collections.abc import Callable, Collection, Iterable
from typing import NamedTuple

from .days import WorkingCalendar
from .scopes import Place, Scope
from .spans import ONE_DAY, Span, unite

WORKING, OFF, VACATION, QUARANTINE = "working", "off", "vacation", "quarantine"
WHOLE_SCHOOL = Scope()


class Override(NamedTuple):
    """That the days first … last are of a kind for a scope; `weekday` (ISO) is whose timetable is
    followed on working ones, None for their own."""

    kind: str
    scope: Scope
    first: datetime.date
    last: datetime.date
    weekday: int | None = None

    def holds_on(self, day: datetime.date) -> bool:
        return self.first <= day <= self.last


def staff_days(said: Iterable[Override]) -> dict[datetime.date, tuple[bool, int | None]]:
    """What a WorkingCalendar takes of Overrides."""
    return {
        day: (one.kind == WORKING, one.weekday)
        for one in said
        if one.scope == WHOLE_SCHOOL and one.kind in (WORKING, OFF)
        for day in each_day(one.first, one.last)
    }


def each_day(first: datetime.date, last: datetime.date) -> list[datetime.date]:
    return [first + number * ONE_DAY for number in range((last - first).days + 1)]


def closest(said: Iterable[Override], place: Place, day: datetime.date) -> Override | None:
    """The Override that holds for a class on a day, None where nothing was said. In one scope no
    two share a day."""
    best, found = -1, None
    for one in said:
        if one.holds_on(day):
            narrowness = one.scope.narrowness(place)
            if narrowness is not None and narrowness > best:
                best, found = narrowness, one
    return found


def freed_by(
    said: Collection[Override], places: Collection[Place], day: datetime.date
) -> Override | None:
    """By which word a lesson does not take place whose pupils are of these classes: none as long as
    it leaves one of them be; of several that about the oldest class."""
    found = None
    for place in sorted(places):
        found = closest(said, place, day)
        if found is None or found.kind == WORKING:
            return None
    return found


def timetable_weekday(
    said: Collection[Override],
    places: Iterable[Place],
    day: datetime.date,
    calendar: WorkingCalendar,
) -> int | None:
    """ISO weekday whose rows of the timetable a group follows whose pupils are of these classes;
    `calendar` is of the same days. None when none of them is taught, and where they follow
    different ones: nobody can be in both."""
    weekdays = {_weekday_of_class(said, place, day, calendar) for place in places} - {None}
    return weekdays.pop() if len(weekdays) == 1 else None


def _weekday_of_class(
    said: Iterable[Override], place: Place, day: datetime.date, calendar: WorkingCalendar
) -> int | None:
    one = closest(said, place, day)
    if one is None:
        return calendar.timetable_weekday(day)
    return (one.weekday or day.isoweekday()) if one.kind == WORKING else None


def vacations(
    said: Collection[Override], places_on: Callable[[datetime.date], Iterable[Place]]
) -> list[Span]:
    """The days that are said to be a vacation of all the classes that `places_on` tells of a day:
    spans, in order."""
    days = {day for one in said if one.kind == VACATION for day in each_day(one.first, one.last)}
    return unite((day, day) for day in days if _is_vacation(said, places_on(day), day))


def _is_vacation(said: Iterable[Override], places: Iterable[Place], day: datetime.date) -> bool:
    found = (closest(said, place, day) for place in places)
    return all(one is not None and one.kind == VACATION for one in found)
