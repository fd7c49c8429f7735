"""At which hours lessons are, by the bells that hold for their classes."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from ..models import BellSlot, BellUse
from ..rules.bells import Hour, Use, schedule_on
from ..rules.scopes import Place, Scope
from .places import Places, places_of_groups


@dataclass(frozen=True)
class Bells:
    """The bells of some teaching groups; the hours of a schedule are {number: Hour}."""

    uses: list[Use]
    hours: Mapping[int, dict[int, Hour]]
    places: Places

    def of_group(self, group: int, day: datetime.date) -> dict[int, Hour]:
        """{number: Hour} of the lessons of a group (id) on a school-local day. Where its pupils are
        of several classes, the bells of the oldest ring for all of them."""
        return self.of_class(max(self.places.on(group, day)), day)

    def of_class(self, place: Place, day: datetime.date) -> dict[int, Hour]:
        schedule = schedule_on(self.uses, place, day)
        return self.hours.get(schedule, {}) if schedule is not None else {}


def bell_numbers() -> list[int]:
    """The numbers of lessons that any schedule has, in order; one query."""
    return list(BellSlot.objects.order_by("number").values_list("number", flat=True).distinct())


def numbers_at_one_time(numbers: Collection[int]) -> dict[int, set[int]]:
    """{number: those that any schedule rings while any rings it, itself among them} of numbers of
    lessons; one query."""
    slots = [Hour(*slot) for slot in BellSlot.objects.values_list("number", "starts_at", "ends_at")]
    return {
        number: {number}
        | {
            other.number
            for one in slots
            if one.number == number
            for other in slots
            if one.meets(other)
        }
        for number in numbers
    }


def bells_of(groups: Collection[int]) -> Bells:
    """The Bells of teaching groups (ids); five queries."""
    hours: dict[int, dict[int, Hour]] = defaultdict(dict)
    for schedule, number, starts_at, ends_at in BellSlot.objects.values_list(
        "schedule", "number", "starts_at", "ends_at"
    ):
        hours[schedule][number] = Hour(number, starts_at, ends_at)
    said = BellUse.objects.order_by("pk").values_list(
        "schedule", "parallel", "school_class", "starts_on", "only_that_day", "weekday"
    )
    uses = [
        Use(schedule, Scope(parallel, school_class), starts_on, only_that_day, weekday)
        for schedule, parallel, school_class, starts_on, only_that_day, weekday in said
    ]
    return Bells(uses, hours, places_of_groups(groups))
