"""The school year's days: periods, terms, working days."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import TypeVar

from django.db.models import Count, QuerySet
from django.utils import timezone

from ..compiled import Compiled, Given
from ..models import DayOverride, Enrolment, Journal, Period, School, SchoolYear
from ..models.dated import overlapping
from ..rules.days import WorkingCalendar, end_of_day, start_of_day
from ..rules.overrides import Override, staff_days
from ..rules.spans import Span

AnyPeriod = TypeVar("AnyPeriod", bound=Period)  # with what a read has added to it


def year_of(day: datetime.date) -> SchoolYear | None:
    """The SchoolYear of a day; between two years the one that ended. None if there is none."""
    return SchoolYear.objects.filter(starts_on__lte=day).order_by("-starts_on").first()


def year_to_plan(today: datetime.date) -> SchoolYear | None:
    """The SchoolYear that lasts, in summer the next one; the last one where none is known yet."""
    return lasting_year(today) or SchoolYear.objects.order_by("starts_on").last()


def lasting_year(today: datetime.date) -> SchoolYear | None:
    """The SchoolYear that lasts, in summer the next one; None where none is known yet."""
    return next(iter(_lasting_years.instances(day=today)), None)


@Compiled
def _lasting_years() -> QuerySet[SchoolYear]:
    return SchoolYear.objects.filter(ends_on__gte=Given("day")).order_by("starts_on")[:1]


def periods(year_id: int, kind: str) -> list[Period]:
    """The year's quarters, trimesters or half-years, in order; one query."""
    return _periods.instances(year=year_id, kind=kind)


@Compiled
def _periods() -> QuerySet[Period]:
    return Period.objects.filter(year=Given("year"), kind=Given("kind")).order_by("starts_on")


def in_kind_order(found: Iterable[AnyPeriod]) -> list[AnyPeriod]:
    """Periods in the order of Period.Kind, those of a kind as they came."""
    kinds = Period.Kind.values
    return sorted(found, key=lambda one: kinds.index(one.kind))


def period_at(found: Sequence[Period], day: datetime.date) -> Period | None:
    """Of ordered periods the one that holds `day`, in a vacation the one that just ended, before
    the first one the first. None of none."""
    started = [period for period in found if period.starts_on <= day]
    return started[-1] if started else (found[0] if found else None)


def week_days() -> int:
    """How many days a week the school is taught, of a school that is not set up five; one query."""
    return School.objects.values_list("week_days", flat=True).first() or 5


def working_calendar(first: datetime.date, last: datetime.date) -> WorkingCalendar:
    """rules.WorkingCalendar of the staff for the days first … last; two queries."""
    return school_days(first, last)[0]


def school_days(
    first: datetime.date, last: datetime.date
) -> tuple[WorkingCalendar, list[Override]]:
    """(The same, what the school says of these days for all and for some classes); two queries."""
    said = overrides(first, last)
    return WorkingCalendar(week_days(), staff_days(said)), said


def overrides(first: datetime.date, last: datetime.date) -> list[Override]:
    """What the school says of the days first … last, as `rules.overrides` takes it; one query."""
    return [one.said for one in overlapping(DayOverride.objects.all(), first, last)]


def days_span(
    first: datetime.date, last: datetime.date
) -> tuple[datetime.datetime, datetime.datetime]:
    """The first and last instant (UTC) of the school-local days first … last."""
    zone = timezone.get_default_timezone()
    return start_of_day(first, zone), end_of_day(last, zone)


def period_spans(year_id: int) -> dict[str, list[Span]]:
    """{kind: spans of the year's periods of it, in order}, of which `rules.terms` makes the spans
    of teaching; one query."""
    by_kind = defaultdict(list)
    rows = Period.objects.filter(year=year_id).order_by("starts_on")
    for kind, starts_on, ends_on in rows.values_list("kind", "starts_on", "ends_on"):
        by_kind[kind].append((starts_on, ends_on))
    return dict(by_kind)


def graded_by(enrolments: QuerySet[Enrolment]) -> dict[int, dict[int, set[str]]]:
    """{student id: {year id: kinds of periods by which journals of the classes of these enrolments
    are graded}}, who has none left out; one query."""
    kind = "school_class__group__journals__period_kind"
    rows = enrolments.exclude(**{kind: None}).values_list("student", "school_class__year", kind)
    found: dict[int, dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for student, year, one in rows.distinct():
        found[student][year].add(one)
    return found


def journals_without_periods(year_id: int) -> dict[str, int]:
    """{kind of periods: how many journals with a timetable are graded by it} of the kinds that a
    year lacks while it has others: no page would show their lessons; two queries."""
    there = period_spans(year_id)
    journals = Journal.objects.filter(group__year=year_id, timetable__isnull=False)
    found = journals.exclude(period_kind__in=there).values_list("period_kind")
    return dict(found.annotate(count=Count("pk", distinct=True)).order_by()) if there else {}
