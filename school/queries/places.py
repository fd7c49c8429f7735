"""Of which classes teaching groups and pupils are: by that bells, free days and vacations hold for
them."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from functools import partial

from ..models import Enrolment, SchoolClass, SchoolYear
from ..models.dated import overlapping
from ..rules.overrides import VACATION, Override, vacations
from ..rules.scopes import Place
from ..rules.spans import Span, covers, span
from .belonging import classes_of_groups

NO_CLASS = Place()


@dataclass(frozen=True)
class Places:
    """The Places of groups or of pupils (ids), each with its span of days."""

    of: Mapping[int, list[tuple[Place, Span]]]

    def on(self, key: int, day: datetime.date) -> set[Place]:
        """Those of one on a school-local day; that of no class where there is none."""
        return {place for place, days in self.of.get(key, ()) if covers([days], day)} or {NO_CLASS}


def places_of_groups(groups: Collection[int]) -> Places:
    """The Places of teaching groups (ids); three queries."""
    of_groups = classes_of_groups(groups)
    asked = {pk for found in of_groups.values() for pk, _ in found}
    parallels = dict(SchoolClass.objects.filter(pk__in=asked).values_list("pk", "number"))
    return Places(
        {
            group: [(Place(parallels[pk], pk), days) for pk, days in found]
            for group, found in of_groups.items()
        }
    )


def places_of_pupils(
    students: Collection[int], first: datetime.date, last: datetime.date
) -> Places:
    """The Places of pupils (ids) on the days first … last; one query."""
    found = defaultdict(list)
    rows = overlapping(Enrolment.objects.filter(student__in=students), first, last).order_by()
    for student, parallel, school_class, *days in rows.values_list(
        "student", "school_class__number", "school_class", "starts_on", "ends_on"
    ):
        found[student].append((Place(parallel, school_class), span(*days)))
    return Places(found)


def places_of_school(years: Collection[SchoolYear]) -> Callable[[datetime.date], set[Place]]:
    """A function of a school-local day with the Places of all classes of SchoolYears on it; one
    query."""
    days = {one.pk: (one.starts_on, one.ends_on) for one in years}
    rows = SchoolClass.objects.filter(year__in=days).order_by()
    found = [
        (Place(parallel, school_class), days[year])
        for year, parallel, school_class in rows.values_list("year", "number", "pk")
    ]
    return partial(Places({0: found}).on, 0)


def vacations_of_groups(
    groups: Collection[int], said: Collection[Override]
) -> dict[int, tuple[Span, ...]]:
    """{group id: spans of days that are said to be a vacation of all its classes}; no query where
    nobody has one, else three."""
    if not any(one.kind == VACATION for one in said):
        return {}
    places = places_of_groups(groups)
    return {group: tuple(vacations(said, partial(places.on, group))) for group in groups}
