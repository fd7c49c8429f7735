"""Which school year a page shows: the present one, or that which its address asks for. What is
about now by its nature (today's lessons, duties, digests) asks `queries.calendar.year_of`."""

import datetime
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest
from django.utils import timezone

from .models import SchoolYear, YearClosing
from .queries.locks import standing_closings


@dataclass(frozen=True)
class YearChoice:
    """The `year` of a page (None in a school without any), and the `years` among which a person
    chooses, newest first; the `present` one is always among them. `closing`: by whom and when the
    year was closed, None while it is open."""

    year: SchoolYear | None
    years: list[SchoolYear]
    present: SchoolYear | None
    closing: YearClosing | None

    @property
    def is_present(self) -> bool:
        return self.year == self.present

    @property
    def query(self) -> str:
        """What an address needs to stay in the year: «?year=3», «» in the present one."""
        return "" if self.year is None or self.is_present else f"?year={self.year.pk}"

    @property
    def ends_on(self) -> datetime.date:
        """Today (school-local), of a year that is over its last day: whose day it is in lists."""
        today = timezone.localdate()
        return min(today, self.year.ends_on) if self.year else today


def chosen_year(request: HttpRequest, seen: QuerySet[SchoolYear]) -> YearChoice:
    """The YearChoice of a page, of the years (a queryset) of which a person sees something: what
    `?year=` asks for, by default the present one, between two years the one that ended. Http404 for
    one that is unknown or not among them. One query, of another year than the present two."""
    begun = SchoolYear.objects.filter(starts_on__lte=timezone.localdate()).order_by("-starts_on")
    found = SchoolYear.objects.filter(
        Q(pk__in=seen.order_by().values("pk")) | Q(pk__in=begun.values("pk")[:1])
    )
    years = list(found.order_by("-starts_on"))
    present = next((one for one in years if one.starts_on <= timezone.localdate()), None)
    year, asked = present, request.GET.get("year")
    if asked:
        year = next((one for one in years if str(one.pk) == asked), None)
        if year is None:
            raise Http404
    return YearChoice(year, years, present, _closing(year))


def _closing(year):
    if year is None or year.ends_on >= timezone.localdate():
        return None
    return standing_closings().filter(year=year).select_related("closed_by").first()
