"""Pure rules of the diary and of its printed weekly reports (2.11, 2.12). No database."""

import datetime
from collections.abc import Callable, Iterable, Iterator, Sequence

from school.rules.days import monday_of
from school.rules.spans import ONE_DAY, Span, covers, span

FRIDAY = 5
EVERY = datetime.timedelta(days=7)  # «не реже 1 раза в неделю»


def landing_day(taught: Sequence[datetime.date], today: datetime.date) -> datetime.date:
    """Where the diary of the present week opens: today, on a day without lessons the next one of
    the week that has any, else the last one. `taught` are its days with lessons, in order; a week
    without them opens today."""
    coming = [day for day in taught if day >= today]
    return next(iter(coming or taught[-1:]), today)


def is_active(
    starts_on: datetime.date,
    ends_on: datetime.date | None,
    withdrawn_on: datetime.date | None,
    enrolled: Iterable[Span],
    day: datetime.date,
) -> bool:
    """Whether an application is in force on a school-local day; the day it is withdrawn is none of
    its own, nor is one on which the pupil is not `enrolled` (spans)."""
    return (
        covers([span(starts_on, ends_on)], day)
        and (withdrawn_on is None or day < withdrawn_on)
        and covers(enrolled, day)
    )


def due_day(since: datetime.date) -> datetime.date:
    """By the end of which day the next report is due: the 7th after `since`, the school-local day
    of the report before, or of the first the day the application began (2.12)."""
    return since + EVERY


def teaching(terms: Iterable[Span], is_school_day: Callable[[datetime.date], bool]) -> list[Span]:
    """The days of `terms` (spans, in order) less the weeks in which no day of them is a school day:
    spans, of which each begins with one. In vacations and such weeks no report is owed, and the
    seven days begin anew after them (2.12)."""
    found: list[Span] = []
    for first, last in terms:
        monday = monday_of(first)
        while monday <= last:
            begins = max(first, monday)
            ends = min(last, monday + EVERY - ONE_DAY)
            days = [begins + n * ONE_DAY for n in range((ends - begins).days + 1)]
            if taught := [day for day in days if is_school_day(day)]:
                if found and found[-1][1] + ONE_DAY == begins:
                    found[-1] = (found[-1][0], ends)
                else:
                    found.append((taught[0], ends))
            monday += EVERY
    return found


def next_due_day(since: datetime.date, taught: Sequence[Span]) -> datetime.date | None:
    """The same for a pupil who is `taught` on some spans of days: nothing is due on a day on which
    he is not, and when it begins again it is counted anew. None if nothing is due any more."""
    while not (covers(taught, since) and covers(taught, since + EVERY)):
        coming = [first for first, _ in taught if first > since]
        if not coming:
            return None
        since = min(coming)
    return due_day(since)


def is_owed(due_on: datetime.date, ends_on: datetime.date | None) -> bool:
    """Whether a report due by the end of a day is owed by an application that ends on a day: who
    applied for less than what is left of a week is owed none."""
    return ends_on is None or due_on <= ends_on


def duties(
    since: datetime.date,
    handed: Iterable[datetime.date],
    taught: Sequence[Span],
    ends_on: datetime.date | None,
) -> Iterator[tuple[datetime.date, datetime.date | None]]:
    """The reports owed after a school-local day, (by the end of which day, on which it was handed
    out or None), in order: each hand-out meets the one that is owed, and the next is counted from
    it. `handed` are the days of hand-outs from `since` on, in order; the last one is open, unless
    nothing more is owed about a pupil `taught` on spans of days or by an application that ends on a
    day."""
    for day in [*handed, None]:
        due_on = next_due_day(since, taught)
        if due_on is None or not is_owed(due_on, ends_on):
            return
        yield due_on, day
        if day:
            since = day


def tells_more(monday: datetime.date, handed_on: datetime.date, printed_on: datetime.date) -> bool:
    """Whether a report of the week of `monday` printed on a school-local day tells more than the
    one that was handed out before: that one was of a part of the week, not yet of its Friday."""
    return handed_on < printed_on and handed_on < monday + (FRIDAY - 1) * ONE_DAY


def is_weeks_print_time(
    now: datetime.datetime, last_lesson_ends_at: datetime.datetime | None
) -> bool:
    """Whether the week's reports are printed by themselves at a school-local instant: on Friday
    after the school's last lesson (an aware instant, None on a day without lessons), on the days
    after it for a Friday that was missed."""
    weekday = now.isoweekday()
    if weekday == FRIDAY:
        return last_lesson_ends_at is None or now > last_lesson_ends_at
    return weekday > FRIDAY


def handing_order(
    class_number: int | None, class_letter: str, sort_name: str, pupil: int
) -> tuple[bool, int, str, str, int]:
    """Sorting key of the order in which reports are handed out: by class, in it by what people are
    sorted by, and the id (`pupil`); pupils of no class (number None) come last."""
    return class_number is None, class_number or 0, class_letter, sort_name, pupil
