"""Which school year a page shows: the present one, or that which its address asks for. What is
about now by its nature (today's lessons, duties, digests) asks `queries.calendar.year_of`."""

import datetime
from dataclasses import dataclass, replace
from functools import cached_property

from django.db.models import Model, Q, QuerySet, Subquery
from django.http import Http404, HttpRequest
from django.utils import timezone

from .converters import is_key
from .models import Journal, Period, SchoolClass, SchoolYear, YearClosing
from .queries.locks import standing_closings
from .rules.spans import END_OF_TIME, ONE_DAY, Span


@dataclass
class YearChoice:
    """The `year` of a page (None in a school without any), and the `years` among which a person
    chooses, newest first; the `present` one is always among them."""

    year: SchoolYear | None
    years: list[SchoolYear]
    present: SchoolYear | None

    @property
    def is_present(self) -> bool:
        return self.year == self.present

    @property
    def query(self) -> str:
        """What an address needs to stay in the year: «?year=3», «» in the present one."""
        return "" if self.year is None or self.is_present else f"?year={self.year.pk}"

    @property
    def last_day(self) -> datetime.date:
        """Today (school-local), of a year that is over its last day."""
        today = timezone.localdate()
        return min(today, self.year.ends_on) if self.year else today

    @cached_property
    def span(self) -> Span:
        """The days from the year's first one to the eve of the next year, of the present one
        without an end: what happens in summer is of the year that ended; one query at most."""
        if self.year is None or self.is_present:
            return (self.year.starts_on if self.year else timezone.localdate()), END_OF_TIME
        later = SchoolYear.objects.filter(starts_on__gt=self.year.starts_on)
        begins = later.order_by("starts_on").values_list("starts_on", flat=True).first()
        return self.year.starts_on, begins - ONE_DAY if begins else END_OF_TIME

    @cached_property
    def closing(self) -> YearClosing | None:
        """By whom and when a year that is over was closed, None while it is open; one query at
        most."""
        if self.year is None or self.year.ends_on >= timezone.localdate():
            return None
        found = standing_closings().filter(year=self.year)
        return found.select_related("closed_by").first()

    def showing(self, day: datetime.date) -> "YearChoice":
        """The same with the year that holds a school-local day, of those to choose from."""
        held = (one for one in self.years if one.starts_on <= day)
        return replace(self, year=next(held, self.year))


def chosen_year(request: HttpRequest, seen: QuerySet[SchoolYear]) -> YearChoice:
    """The YearChoice of a page, of the years (a queryset) of which a person sees something: what
    `?year=` asks for, or the year of a period, journal or class that the address names, by default
    the present one, between two years the one that ended. Http404 for a `year` that is unknown or
    not among them. One query, one more for an address that names such a thing."""
    today = timezone.localdate()
    begun = SchoolYear.objects.filter(starts_on__lte=today).order_by("-starts_on")
    found = SchoolYear.objects.filter(
        Q(pk__in=seen.order_by().values("pk")) | Q(pk=Subquery(begun.values("pk")[:1]))
    )
    years = list(found.order_by("-starts_on"))
    present = next((one for one in years if one.starts_on <= today), None)
    by_key = {str(one.pk): one for one in years}
    if asked := request.GET.get("year"):
        if asked not in by_key:
            raise Http404
        return YearChoice(by_key[asked], years, present)
    named = by_key.get(str(_year_named(request)), present) if len(years) > 1 else present
    return YearChoice(named, years, present)


_NAMING: tuple[tuple[str, type[Model], str], ...] = (
    ("period", Period, "year"),
    ("journal", Journal, "group__year"),
    ("school_class", SchoolClass, "year"),
)


def _year_named(request):
    """The id of the year of the first thing that an address names, None where it names none."""
    for name, model, way in _NAMING:
        if is_key(asked := request.GET.get(name, "")):
            return model._default_manager.filter(pk=asked).values_list(way, flat=True).first()
    return None
