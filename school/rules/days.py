"""School days, working days, weeks and the instants at which they begin and end. Pure."""

import datetime
import re
from collections import Counter
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import TypeVar

import holidays

from .spans import ONE_DAY, Span, covers

Key = TypeVar("Key", bound=Hashable)


SATURDAY = 6
WEEKDAYS = ("пн", "вт", "ср", "чт", "пт", "сб", "вс")


ONE_WEEK = datetime.timedelta(weeks=1)


@cache
def _russia(year: int, observed: bool = True) -> holidays.HolidayBase:
    """The free days of a year. With `observed` also the Mondays off that make up for holidays on a
    weekend. Whole at once: one that grows when it is asked would grow under other threads."""
    return holidays.country_holidays(
        "RU", language="ru", years=year, observed=observed, expand=False
    )


MOVED_FROM = re.compile(r"перенесено с (\d\d)\.(\d\d)\.(\d{4})")


def _moved_from_saturday(day: datetime.date) -> bool:
    """Whether a free day of the production calendar makes up for a Saturday: by the government's
    order, which names it, or because a holiday fell on it and none on the Sunday after it."""
    if named := MOVED_FROM.search(_russia(day.year)[day]):
        date, month, year = (int(one) for one in named.groups())
        return datetime.date(year, month, date).isoweekday() == SATURDAY
    own = _russia(day.year, observed=False)
    return day not in own and day - day.isoweekday() * ONE_DAY not in own


@dataclass(frozen=True)
class WorkingCalendar:
    """Russia's production calendar with its moved days, and the school's overrides on top.

    `week_days` is 5 or 6; `overrides` is {date: (is working, ISO weekday whose timetable is
    followed, or None)}. A Saturday that the government made a working day in exchange for another
    is one for everybody. Where Saturday is no day off, none is moved from it (article 112 of the
    labour code): in a six-day week such a free day is a working day like others.
    """

    week_days: int
    overrides: dict[datetime.date, tuple[bool, int | None]] = field(default_factory=dict)

    def is_working(self, day: datetime.date) -> bool:
        if day in self.overrides:
            return self.overrides[day][0]
        if self._is_holiday(day):
            return False
        given_away = day in _russia(day.year).weekend_workdays
        return day.isoweekday() <= self.week_days or given_away

    def _is_holiday(self, day: datetime.date) -> bool:
        if day not in _russia(day.year):
            return False
        return self.week_days < SATURDAY or not _moved_from_saturday(day)

    def timetable_weekday(self, day: datetime.date) -> int | None:
        """ISO weekday whose timetable is followed that day, None when there is no teaching: on a
        public holiday, and where the school says that it does not work.

        A Saturday or Sunday is followed by its own, whatever the week's length: what the timetable
        has on it is taught, in a boarding school on days off too, and mostly it has nothing.
        """
        if day not in self.overrides:
            return None if self._is_holiday(day) else day.isoweekday()
        is_working, weekday = self.overrides[day]
        return (weekday or day.isoweekday()) if is_working else None

    def holiday_name(self, day: datetime.date) -> str:
        """«День народного единства», or «» on a day without a public holiday."""
        return _russia(day.year)[day] if self._is_holiday(day) else ""


def is_calendar_known(year: int) -> bool:
    """Whether the production calendar of a year is known with what the government has moved in it:
    it orders that in the autumn before."""
    return any(MOVED_FROM.search(name) for name in _russia(year).values())


def unknown_calendar(today: datetime.date) -> int | None:
    """The year whose production calendar due instants need and the journal lacks: this one, or from
    September on the next. None if both are known."""
    years = range(today.year, today.year + 1 + (today.month >= 9))
    return next((year for year in years if not is_calendar_known(year)), None)


def working_day_after(
    day: datetime.date, count: int, calendar: WorkingCalendar, terms: Sequence[Span] = ()
) -> datetime.date:
    """The `count`-th working day after `day`; 0 is the day itself.

    With `terms`, the spans of teaching, school days are counted: no day of a vacation between
    two terms is one, while before the first and after the last the calendar alone decides.
    """
    while count:
        day += ONE_DAY
        in_vacation = terms and terms[0][0] <= day <= terms[-1][1] and not covers(terms, day)
        count -= calendar.is_working(day) and not in_vacation
    return day


def working_day_before(day: datetime.date, calendar: WorkingCalendar) -> datetime.date:
    """The last working day before `day`."""
    day -= ONE_DAY
    while not calendar.is_working(day):
        day -= ONE_DAY
    return day


def working_days_between(
    first: datetime.date, last: datetime.date, calendar: WorkingCalendar
) -> int:
    """How many working days follow `first` up to and with `last`."""
    days = (first + n * ONE_DAY for n in range(1, (last - first).days + 1))
    return sum(calendar.is_working(day) for day in days)


def duty_day(
    lesson_day: datetime.date, due_day: datetime.date | None, today: datetime.date
) -> datetime.date:
    """The day whose assignments say whose a duty of a lesson is: that on which it is due (None: not
    known yet), or today if that comes earlier, and never one before the lesson."""
    return max(lesson_day, min(due_day or today, today))


def repeated(days: Iterable[Key]) -> set[Key]:
    """Those that stand there more than once: of two lessons of a journal on one day the date does
    not say which is meant, and the lesson's number stands beside it."""
    return {day for day, count in Counter(days).items() if count > 1}


def start_of_day(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    """That local day's midnight (aware, UTC)."""
    return datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)


def end_of_day(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    """The last instant (aware, UTC) before that local day's midnight."""
    return start_of_day(day + ONE_DAY, zone) - datetime.datetime.resolution


GRADES_OPEN = datetime.timedelta(days=7)


def grades_open_on(last_day: datetime.date) -> datetime.date:
    """The first day on which grades of the period that ends with `last_day` are entered (2.6)."""
    return last_day - GRADES_OPEN


def exams_open_until(last_day: datetime.date) -> datetime.date:
    """The last day on which the exam's and the final grade of the school year that ends with
    `last_day` are entered though its periods are closed: exams are held after the last lesson."""
    return datetime.date(last_day.year, 8, 31)


# --- weeks ---


def week_key(day: datetime.date) -> str:
    """ISO week as addresses have it: «2026-W48»."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(day: datetime.date) -> datetime.date:
    """The Monday of a school-local day's week."""
    return day - day.weekday() * ONE_DAY


def monday_of_week(key: str) -> datetime.date:
    """The Monday of «2026-W48». ValueError if there is no such week, or none of this century."""
    if not re.fullmatch(r"20\d\d-W\d\d", key, re.ASCII):
        raise ValueError(key)
    return datetime.date.fromisocalendar(int(key[:4]), int(key[6:]), 1)


# --- birthdays ---


def birthday_from(born_on: datetime.date, day: datetime.date) -> datetime.date:
    """The first birthday on a day or after it; who was born on 29 February has it on 1 March where
    there is none."""
    for year in (day.year, day.year + 1):
        try:
            birthday = born_on.replace(year=year)
        except ValueError:
            birthday = datetime.date(year, 3, 1)
        if birthday >= day:
            return birthday
    raise AssertionError("a year has a birthday")
