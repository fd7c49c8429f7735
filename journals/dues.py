"""When a duty is due, and how late it is: aware instants in UTC; what is entered at the due
instant is in time. Pure."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from school.rules.days import (
    WorkingCalendar,
    end_of_day,
    grades_open_on,
    working_day_after,
    working_days_between,
)
from school.rules.spans import ONE_DAY, Span

HOMEWORK_GRACE = datetime.timedelta(hours=1, minutes=30)


@dataclass(frozen=True)
class TaughtLesson:
    """A lesson that takes place: when it ends (aware), the ids of its pupils' classes, and whether
    it `counts` among the lessons of these: neither an individual plan's does, nor those of kinds
    that the school does not count (самоподготовка, консультация)."""

    pk: int
    ends_at: datetime.datetime
    classes: frozenset[int]
    counts: bool = True


def homework_dues(taught: Sequence[TaughtLesson]) -> dict[int, datetime.datetime]:
    """{pk: due} of the lessons of one day: 1 h 30 min after the last lesson of the class, for a
    subgroup of the latest of its pupils' classes (2.8).

    What does not count does not prolong the day of the class; it has its own end at least.
    """
    last_of_class: dict[int, datetime.datetime] = {}
    for lesson in taught:
        for one in lesson.classes if lesson.counts else ():
            last_of_class[one] = max(lesson.ends_at, last_of_class.get(one, lesson.ends_at))
    dues = {}
    for lesson in taught:
        ends = [last_of_class[one] for one in lesson.classes if one in last_of_class]
        last = max([lesson.ends_at, *ends])
        dues[lesson.pk] = last.astimezone(datetime.UTC) + HOMEWORK_GRACE
    return dues


def marks_due(
    day: datetime.date,
    mark_days: int,
    calendar: WorkingCalendar,
    terms: Sequence[Span],
    zone: datetime.tzinfo,
) -> datetime.datetime:
    """The end of the `mark_days`-th school day after the lesson's (2.6)."""
    return end_of_day(working_day_after(day, mark_days, calendar, terms), zone)


def exam_days(
    last_day: datetime.date, exams_due_on: datetime.date | None, finals_due_on: datetime.date | None
) -> tuple[datetime.date, datetime.date]:
    """(the last day for grades of exams, the last day for final ones) of a school year whose
    periods end with `last_day`: what the school says, else that day, for 2.6 knows no other; the
    final grade, which follows from both, is not due before them."""
    exams = exams_due_on or last_day
    return exams, max(exams, finals_due_on or last_day)


def exams_open_on(last_day: datetime.date, due_on: datetime.date) -> datetime.date:
    """The first day on which grades due by the day `due_on` are entered: those of the year are, or
    the last week before it has begun, whichever is earlier."""
    return grades_open_on(min(last_day, due_on))


def grades_due(last_day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    """Grades of a period are in by the end of its last day, working or not (2.6)."""
    return end_of_day(last_day, zone)


def in_time(heard_at: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """Until when at least there is time for what a person hears of at an instant: the end of that
    day (2.5–2.7)."""
    return end_of_day(heard_at.astimezone(zone).date(), zone)


def homework_in_time(
    day: datetime.date, heard_at: datetime.datetime, zone: datetime.tzinfo
) -> datetime.datetime:
    """The same for the homework of a lesson on a school-local day: 1 h 30 min, as after lessons
    (2.8); on a later day, when no pupil waits for it any more, as much as for the rest."""
    least = heard_at.astimezone(datetime.UTC) + HOMEWORK_GRACE
    is_past = heard_at.astimezone(zone).date() > day
    return max(least, in_time(heard_at, zone)) if is_past else least


def once_known(
    due: datetime.datetime, unknown_from: datetime.datetime | None, earliest: datetime.datetime
) -> datetime.datetime:
    """When a duty is due that its person could not know of between two instants: what had been due
    by `unknown_from` (None: nothing) is not touched by that, all else is due at the `earliest`
    instant, or later."""
    return due if unknown_from and due < unknown_from else max(due, earliest)


def is_late(
    due: datetime.datetime | None, done: datetime.datetime | None, now: datetime.datetime
) -> bool:
    """Whether a duty was or still is neglected; `due` and `done` may be None."""
    return due is not None and (done or now) > due


def time_left(due: datetime.datetime, now: datetime.datetime, zone: datetime.tzinfo) -> str:
    """How long a duty may still take: «до 13:10, ещё 35 мин», «до конца дня», «до 27.11»."""
    local = due.astimezone(zone)
    if local.date() != now.astimezone(zone).date():
        return f"до {local:%d.%m}"
    if due == end_of_day(local.date(), zone):
        return "до конца дня"
    # Local times of one zone would be subtracted as clocks show them.
    left = due.astimezone(datetime.UTC) - now.astimezone(datetime.UTC)
    return f"до {local:%H:%M}, ещё {_hours_and_minutes(left)}"


def _hours_and_minutes(duration: datetime.timedelta) -> str:
    hours, minutes = divmod(max(int(duration.total_seconds() // 60), 1), 60)
    return " ".join(
        f"{number} {unit}" for number, unit in ((hours, "ч"), (minutes, "мин")) if number
    )


def lateness(
    due: datetime.datetime,
    until: datetime.datetime,
    calendar: WorkingCalendar,
    zone: datetime.tzinfo,
) -> str:
    """How late, in words: minutes and hours up to a day, then working days: «на 35 мин», «на 3 ч
    20 мин», «на 2 раб. дн.». A weekend after the due day does not count."""
    days = working_days_between(
        due.astimezone(zone).date(), until.astimezone(zone).date(), calendar
    )
    if days and until - due >= ONE_DAY:
        return f"на {days} раб. дн."
    return f"на {_hours_and_minutes(until - due)}"
