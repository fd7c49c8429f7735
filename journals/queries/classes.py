"""The list of classes: how many pupils each has, and how many of them are away today."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, QuerySet

from school import namesakes
from school.models import Enrolment, SchoolClass
from school.models.dated import on_day

from .away import AwayPupil, pupils_of_day
from .school_day import away_on, lessons_on


@dataclass(frozen=True)
class ClassLine:
    """A class in the list; `away` of its `pupils` are away just now, as far as that is written
    down (`attendance.rules.whereabouts`)."""

    school_class: SchoolClass
    teacher: str
    pupils: int
    away: int


def class_lines(
    classes: QuerySet[SchoolClass], day: datetime.date, *, with_away: bool
) -> dict[int, list[ClassLine]]:
    """{parallel: ClassLines} of a queryset of classes on a school-local day, in order; a
    fixed number of queries."""
    found = list(classes.select_related("class_teacher").order_by("number", "letter"))
    there = Enrolment.objects.filter(on_day(day), school_class__in=[one.pk for one in found])
    pupils = dict(there.order_by().values_list("school_class").annotate(Count("student")))
    away = _away({one.pk: pupils.get(one.pk, 0) for one in found}, day) if with_away else {}
    names = namesakes.staff({one.class_teacher for one in found if one.class_teacher_id})
    lines = defaultdict(list)
    for one in found:
        teacher = names.get(one.class_teacher_id, "")
        line = ClassLine(one, teacher, pupils.get(one.pk, 0), len(away.get(one.pk, ())))
        lines[one.number].append(line)
    return dict(lines)


def _away(classes: dict[int, int], day: datetime.date) -> dict[int, list[AwayPupil]]:
    lessons, _ = lessons_on(day)
    return pupils_of_day(away_on(day), lessons, classes).away
