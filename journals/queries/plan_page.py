"""The page of a journal's plan: its lines with the lessons that gave them or will, and how far it
is behind, in words."""

import datetime
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from django.urls import reverse
from django.utils import timezone

from school.actions.timetable import NO_PLACE
from school.models import Journal, Period
from school.queries.calendar import period_at, periods
from school.rules.texts import counted

from ..plans import Hour, Plan, PlanLesson, PlanLine, moved, ordinals, repeated_titles, shift, spare
from . import plans as queries
from .free_hours import free_hours


@dataclass(frozen=True)
class Row:
    """A line of the table: of the plan (`line`), or of a lesson that gave none of it (`told`), for
    which a `section` begins before it where it has one. `lag` «» where there is none to tell."""

    line: PlanLine | None = None
    section: str = ""
    told: str = ""
    lesson: PlanLesson | None = None
    number: int = 0
    nth: tuple[int, int] | None = None
    by_plan: str = ""
    when: str = ""
    lag: str = ""
    is_given: bool = False
    is_now: bool = False
    is_unfit: bool = False
    is_left_out: bool = False
    is_off: bool = False

    lesson_url: str = ""

    @property
    def place(self) -> tuple[datetime.date, int]:
        """Of a lesson in the order of time."""
        return (self.lesson.date, self.lesson.number) if self.lesson else (datetime.date.max, 0)


@dataclass(frozen=True)
class Bars:
    """The plan above, what was given below, in thousandths of all hours; `ends` of the periods."""

    wanted: int
    given: int
    ends: Sequence[int]

    @property
    def behind(self) -> int:
        return max(0, self.wanted - self.given)


@dataclass(frozen=True)
class PlanPage:
    """A plan on a school-local day. `period` is the one of that day, None where there is none."""

    plan: Plan
    state: str
    rows: Sequence[Row]
    lag: int
    given: int
    today: int
    wanted: int
    period: Period | None
    lessons_left: int
    hours_left: int
    unfit_in_year: int
    bars: Bars
    next_line: PlanLine | None
    next_number: int = 0
    hidden: int = 0
    lost: Sequence[str] = field(default=())

    @property
    def hours(self) -> int:
        return self.plan.hours

    @property
    def headline(self) -> str:
        if self.lag > 0:
            return f"Отстаём на {counted(self.lag, 'час', 'часа', 'часов')}"
        if self.lag < 0:
            return f"Опережаем на {counted(-self.lag, 'час', 'часа', 'часов')}"
        return "Идём по плану"

    @property
    def excess(self) -> int:
        """Hours of the period that do not fit into its lessons."""
        return max(0, self.hours_left - self.lessons_left)


RECENT = 4  # rows above the first line that is still to be given


def plan_page(journal: Journal, *, whole: bool = True) -> PlanPage:
    """The PlanPage of a journal (with group) today; not `whole`, of what is over only the newest
    rows; three queries."""
    day = timezone.localdate()
    plan = queries.plan(journal.pk)
    found = periods(journal.group.year_id, journal.period_kind)
    period = period_at(found, day)
    fit = plan.fit(period.ends_on) if period else plan.fit(day)
    given, wanted = plan.given_by(day), plan.wanted(day)
    next_hour = _next_hour(plan)
    numbers = ordinals(plan.lines)
    rows = list(_rows(journal, plan, day))
    hidden = 0 if whole else _over(rows)
    return PlanPage(
        plan=plan,
        state=queries.state(plan.lines),
        rows=rows[hidden:],
        hidden=hidden,
        lag=plan.lag(day),
        given=given,
        today=_today(plan, day),
        wanted=wanted,
        period=period,
        lessons_left=fit.lessons,
        hours_left=fit.hours,
        unfit_in_year=sum(
            hour.lesson is None for hours in plan.followed.hours.values() for hour in hours
        ),
        bars=_bars(plan, given, wanted, [one.ends_on for one in found[:-1]]),
        next_line=next_hour.line if next_hour else None,
        next_number=numbers[next_hour.line.pk] + plan.followed.given(next_hour.line)
        if next_hour
        else 0,
        lost=lost_lessons(plan, day),
    )


def _over(rows: Sequence[Row]) -> int:
    """How many of the first rows are over, but for the newest; so few are not worth hiding."""
    now = next((at for at, row in enumerate(rows) if row.is_now or row.is_left_out), len(rows))
    return now - RECENT if now > 2 * RECENT else 0


def _next_hour(plan: Plan) -> Hour | None:
    """The first hour that was not given."""
    for line in plan.lines:
        for hour in plan.followed.hours[line.pk]:
            if not hour.is_given:
                return hour
    return None


def _today(plan: Plan, day: datetime.date) -> int:
    """The number of the hour that a lesson of the day gives, 0 where none does."""
    places = plan.followed.places
    lessons = [one for one in plan.followed.lessons if one.date == day and one.pk in places]
    return places[lessons[-1].pk].number if lessons else 0


def _bars(plan: Plan, given: int, wanted: int, ends: Iterable[datetime.date]) -> Bars:
    total = plan.hours or 1

    def share(hours: int) -> int:
        return min(1000, hours * 1000 // total)

    return Bars(share(wanted), share(given), [share(plan.wanted(end)) for end in ends])


def lost_lessons(plan: Plan, day: datetime.date) -> list[str]:
    """«19.11 сбой»: the lessons up to a day that should have given an hour and did not, the newest
    first."""
    found = [_told_lost(lesson, plan) for lesson in plan.followed.lessons if lesson.date <= day]
    return [one for one in reversed(found) if one]


def _told_lost(lesson: PlanLesson, plan: Plan) -> str:
    day = f"{lesson.date:%d.%m}"
    if lesson.void:
        return "" if _is_replaced(lesson) else f"{day} {lesson.void}"
    place = plan.followed.places.get(lesson.pk)
    return f"{day} вне плана" if place and place.is_off else ""


def _is_replaced(lesson: PlanLesson) -> bool:
    """A new timetable has other lessons in its place."""
    return lesson.void == NO_PLACE or not lesson.owes_topic


def _rows(journal: Journal, plan: Plan, day: datetime.date) -> Iterator[Row]:
    """The lines in their order; lessons that gave none of them before the first line that was
    given, or will be, after them."""
    others = _others(journal, plan)
    url, by_plan = f"{reverse('grid', args=[journal.pk])}lessons/", plan.days_by_plan()
    numbers, nths = ordinals(plan.lines), repeated_titles(plan.lines)
    left_out = {line.pk for line in plan.left_out}
    is_next, section = True, ""
    for line in plan.lines:
        hours = plan.followed.hours[line.pk]
        first = hours[0].lesson
        while others and first and others[0].place < (first.date, first.number):
            yield others.pop(0)
        is_whole = all(hour.is_given for hour in hours)
        waiting = next((hour.lesson for hour in hours if not hour.is_given), None)
        is_now = is_next and not is_whole
        is_next &= is_whole
        yield Row(
            line=line,
            section=line.section if line.section != section else "",
            lesson=first,
            lesson_url=f"{url}{first.pk}/" if first else "",
            number=numbers[line.pk],
            nth=nths.get(line.pk),
            by_plan=_span(by_plan[line.pk]),
            when=_when(hours, day),
            lag=_lag(plan, hours),
            is_given=bool(plan.followed.given(line)),
            is_now=is_now,
            is_unfit=not is_whole and waiting is None,
            is_left_out=line.pk in left_out,
        )
        section = line.section
    yield from others


def _others(journal: Journal, plan: Plan) -> list[Row]:
    """Rows of the lessons that were cancelled or gave something else, in the order of time."""
    url, found = f"{reverse('grid', args=[journal.pk])}lessons/", []
    for lesson in plan.followed.lessons:
        place = plan.followed.places.get(lesson.pk)
        day = f"{lesson.date:%d.%m}"
        told, is_off = "", bool(place and place.is_off)
        if lesson.void and not _is_replaced(lesson):
            told = f"Урок {day} отменён: {lesson.void}"
        elif is_off:
            told = f"Урок {day} вне плана: {lesson.topic}"
        if told:
            found.append(
                Row(told=told, lesson=lesson, lesson_url=f"{url}{lesson.pk}/", is_off=is_off)
            )
    return found


def _when(hours: Sequence[Hour], day: datetime.date) -> str:
    """«✓ 18.11», «25.11 сегодня», «30.11–01.12», «не входит»."""
    days = [hour.lesson.date for hour in hours if hour.lesson]
    if not days:
        return "не входит"
    told = _span(sorted(days))
    if all(hour.is_given for hour in hours):
        return f"✓ {told}"
    if len(days) < len(hours):
        return f"{told}, дальше не входит"
    if any(not hour.is_given and hour.lesson and hour.lesson.date < day for hour in hours):
        return f"{told}, не записана"
    return f"{told} сегодня" if day in days else told


def _span(days: Sequence[datetime.date]) -> str:
    if not days:
        return ""
    first, last = days[0], days[-1]
    if first == last:
        return f"{first:%d.%m}"
    if first.month == last.month:
        return f"{first:%d}–{last:%d.%m}"
    return f"{first:%d.%m}–{last:%d.%m}"


def _lag(plan: Plan, hours: Sequence[Hour]) -> str:
    """How many hours behind the plan is when the line is begun."""
    if hours[0].lesson is None:
        return "⚠"
    lag = plan.lag(hours[0].lesson.date)
    return str(lag) if lag else ""


# --- «перенести план» ---


@dataclass(frozen=True)
class ShiftRow:
    """A line that gets another day; `period` is told where it goes into another one."""

    number: int
    line: PlanLine
    was: str
    becomes: str
    period: str


@dataclass(frozen=True)
class ShiftPage:
    """What each way of «перенести план» comes to before it is chosen. `gone` are the titles of the
    period that go into the next one, `spare` (number, line, whether it is proposed) those that may
    be left out, `excess` the hours for which the year has no lesson, `free_hours` when there could
    be one more."""

    page: PlanPage
    rows: Sequence[ShiftRow]
    next_period: Period | None
    gone: Sequence[int]
    excess: int
    spare: Sequence[tuple[int, PlanLine, bool]]
    free_hours: Sequence[str]


def shift_page(journal: Journal) -> ShiftPage:
    """The ShiftPage of a journal (with group); eight queries."""
    page = plan_page(journal)
    found = periods(journal.group.year_id, journal.period_kind)
    after = shift(page.plan)
    numbers = ordinals(page.plan.lines)
    rows, gone = [], []
    for line, was, becomes in moved(page.plan, after):
        old, new = (period_at(found, one) if one else None for one in (was, becomes))
        other = f"{new}" if new and old and new != old else ""
        if old == page.period and new != old:
            gone.append(numbers[line.pk])
        told = f"{was:%d.%m}" if was else "", f"{becomes:%d.%m}" if becomes else "не входит"
        rows.append(ShiftRow(numbers[line.pk], line, *told, other))
    free = page.plan.followed.free
    proposed, left = set(), max(page.excess, page.unfit_in_year)
    for line in reversed(spare(free)):
        if left > 0:
            proposed.add(line.pk)
            left -= line.hours
    later = [one for one in found if page.period and one.starts_on > page.period.starts_on]
    return ShiftPage(
        page,
        rows,
        later[0] if later else None,
        gone,
        page.unfit_in_year,
        [(numbers[line.pk], line, line.pk in proposed) for line in free],
        [f"{on:%d.%m} {number}-й" for on, number in free_hours(journal, timezone.localdate())],
    )
