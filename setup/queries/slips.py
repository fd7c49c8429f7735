"""Whose slips the administrator prints, and what was printed."""

import datetime
from collections.abc import Sequence

from django.db.models import Count, QuerySet

from school.models import SchoolClass, SchoolYear, Slip, User
from school.queries.slips import SlipPerson, employees, families

from .checklist import working_staff

LATELY = 10
ALL, STAFF = "all", "staff"


def slip_people(
    scope: str, classes: Sequence[SchoolClass], day: datetime.date, who: Sequence[str]
) -> list[SlipPerson]:
    """The SlipPersons of a scope on a school-local day: STAFF, or of the classes those of `who`
    («pupils», «parents»)."""
    if scope == STAFF:
        return employees(working_staff(day))
    return families(classes, day, pupils="pupils" in who, parents="parents" in who)


def classes_of(year: SchoolYear | None) -> list[SchoolClass]:
    found = SchoolClass.objects.filter(year=year).select_related("class_teacher")
    return list(found.order_by("number", "letter"))


def lately_made() -> list[tuple[datetime.datetime, User, int, int]]:
    """[(when, by whom, how many slips, how many of them were used)] of the last deeds, newest
    first; two queries."""
    deeds: QuerySet = Slip.objects.order_by("-made_at").values_list("made_at", "made_by")
    rows = list(deeds.annotate(Count("pk"), Count("opened_at"))[:LATELY])
    people = User.objects.in_bulk({by for _, by, *_ in rows})
    return [(at, people[by], made, used) for at, by, made, used in rows]
