"""The list of classes: how many pupils each has, and how many of them are away today."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, F, QuerySet

from attendance.queries import counted_absences
from attendance.reasons import ABSENCES
from school import namesakes
from school.models import Enrolment, SchoolClass
from school.models.dated import on_day


@dataclass(frozen=True)
class ClassLine:
    """A class in the list; `away` of its `pupils` missed a lesson of the day, as far as that is
    written down."""

    school_class: SchoolClass
    teacher: str
    pupils: int
    away: int


def class_lines(
    classes: QuerySet[SchoolClass], day: datetime.date, *, with_away: bool
) -> dict[int, list[ClassLine]]:
    """{parallel: ClassLines} of a queryset of classes on a school-local day, in order; three
    queries, two where it is not asked who is away."""
    found = list(classes.select_related("class_teacher").order_by("number", "letter"))
    there = Enrolment.objects.filter(on_day(day), school_class__in=[one.pk for one in found])
    pupils = dict(there.order_by().values_list("school_class").annotate(Count("student")))
    away = _away(found, day) if with_away else {}
    names = namesakes.staff({one.class_teacher for one in found if one.class_teacher_id})
    lines = defaultdict(list)
    for one in found:
        teacher = names.get(one.class_teacher_id, "")
        line = ClassLine(one, teacher, pupils.get(one.pk, 0), away.get(one.pk, 0))
        lines[one.number].append(line)
    return dict(lines)


def _away(classes, day):
    """{class id: how many of its pupils missed a lesson that day}."""
    way = "student__enrolments__"
    missed = counted_absences().filter(
        on_day(F("lesson__date"), way),
        lesson__date=day,
        reason__in=ABSENCES,
        **{f"{way}school_class__in": [one.pk for one in classes]},
    )
    by_class = missed.order_by().values_list(f"{way}school_class")
    return dict(by_class.annotate(Count("student", distinct=True)))
