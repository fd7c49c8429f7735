"""The classes in which pupils were: what is told of a week is told of the class of that time."""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from school.models import Enrolment, SchoolClass, Student
from school.models.dated import overlapping
from school.rules.spans import ONE_DAY

from .. import rules


def classes_in(
    students: Iterable[int], first: datetime.date, last: datetime.date
) -> dict[int, SchoolClass]:
    """{student id: the SchoolClass, with its class teacher, in which he was last on the
    school-local days first … last}; one query."""
    enrolments = overlapping(Enrolment.objects.filter(student__in=students), first, last)
    return {
        enrolment.student_id: enrolment.school_class
        for enrolment in enrolments.select_related("school_class__class_teacher").order_by(
            "starts_on"
        )
    }


def classes_of_week(students: Iterable[int], monday: datetime.date) -> dict[int, SchoolClass]:
    """The same of the week that begins on a `monday`, of the present one up to today."""
    today = timezone.localdate()
    last = min(monday + rules.EVERY - ONE_DAY, max(today, monday))
    return classes_in(students, monday, last)


def class_name_of_week(student: Student, monday: datetime.date) -> str:
    """«5А», the same of a Student with `class_name` of today, «» for who was in none; one query
    but in the present week, whose class is today's."""
    today: str = student.class_name  # type: ignore[attr-defined]  # annotated
    if monday <= timezone.localdate() < monday + rules.EVERY and today:
        return today
    return str(classes_of_week([student.pk], monday).get(student.pk, ""))
