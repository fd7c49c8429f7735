"""At which hours lessons are, by the bells that hold for their classes."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..models import BellSlot, BellUse, SchoolClass
from ..rules.bells import Hour, Use, schedule_on
from ..rules.scopes import Place, Scope
from ..rules.spans import Span, covers
from .belonging import classes_of_groups

NO_CLASS = Place()


@dataclass(frozen=True)
class Bells:
    """The bells of some teaching groups; the hours of a schedule are {number: Hour}."""

    uses: list[Use]
    hours: Mapping[int, dict[int, Hour]]
    classes: Mapping[int, list[tuple[Place, Span]]]

    def of_group(self, group: int, day: datetime.date) -> dict[int, Hour]:
        """{number: Hour} of the lessons of a group (id) on a school-local day. Where its pupils are
        of several classes, the bells of the oldest ring for all of them."""
        places = [place for place, span in self.classes.get(group, ()) if covers([span], day)]
        return self.of_class(max(places, default=NO_CLASS), day)

    def of_class(self, place: Place, day: datetime.date) -> dict[int, Hour]:
        schedule = schedule_on(self.uses, place, day)
        return self.hours.get(schedule, {}) if schedule is not None else {}


def bell_numbers() -> list[int]:
    """The numbers of lessons that any schedule has, in order; one query."""
    return list(BellSlot.objects.order_by("number").values_list("number", flat=True).distinct())


def bells_of(groups: Collection[int]) -> Bells:
    """The Bells of teaching groups (ids); five queries."""
    hours: dict[int, dict[int, Hour]] = defaultdict(dict)
    for schedule, *hour in BellSlot.objects.values_list(
        "schedule", "number", "starts_at", "ends_at"
    ):
        hours[schedule][hour[0]] = Hour(*hour)
    uses = [
        Use(schedule, Scope(parallel, school_class), *when)
        for schedule, parallel, school_class, *when in BellUse.objects.order_by("pk").values_list(
            "schedule", "parallel", "school_class", "starts_on", "only_that_day", "weekday"
        )
    ]
    of_groups = classes_of_groups(groups)
    asked = {pk for found in of_groups.values() for pk, _ in found}
    parallels = dict(SchoolClass.objects.filter(pk__in=asked).values_list("pk", "number"))
    classes = {
        group: [(Place(parallels[pk], pk), span) for pk, span in found]
        for group, found in of_groups.items()
    }
    return Bells(uses, hours, classes)
