"""Of which classes the pupils of teaching groups are: by that bells, free days and vacations hold
for them."""

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import partial

from ..models import SchoolClass
from ..rules.overrides import VACATION, Override, vacations
from ..rules.scopes import Place
from ..rules.spans import Span, covers
from .belonging import classes_of_groups

NO_CLASS = Place()


@dataclass(frozen=True)
class Places:
    """The Places of groups (ids), each with the days on which a pupil of it is there."""

    of_groups: Mapping[int, list[tuple[Place, Span]]]

    def on(self, group: int, day: datetime.date) -> set[Place]:
        """Those of a group on a school-local day; that of no class where it has no pupils."""
        found = {place for place, span in self.of_groups.get(group, ()) if covers([span], day)}
        return found or {NO_CLASS}


def places_of_groups(groups: Collection[int]) -> Places:
    """The Places of teaching groups (ids); three queries."""
    of_groups = classes_of_groups(groups)
    asked = {pk for found in of_groups.values() for pk, _ in found}
    parallels = dict(SchoolClass.objects.filter(pk__in=asked).values_list("pk", "number"))
    return Places(
        {
            group: [(Place(parallels[pk], pk), span) for pk, span in found]
            for group, found in of_groups.items()
        }
    )


def vacations_of_groups(
    groups: Collection[int], said: Collection[Override]
) -> dict[int, tuple[Span, ...]]:
    """{group id: spans of days that are said to be a vacation of all its classes}; no query where
    nobody has one, else three."""
    if not any(one.kind == VACATION for one in said):
        return {}
    places = places_of_groups(groups)
    return {group: tuple(vacations(said, partial(places.on, group))) for group in groups}
