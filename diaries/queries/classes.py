"""In which class pupils were, on a day and in a week: what is told of last week is told of that."""

import datetime
from collections.abc import Iterable

from django.utils import timezone

from school.models import Enrolment, SchoolClass, Student
from school.models.dated import on_day, overlapping
from school.rules.spans import ONE_DAY

from .. import rules


def classes_on(students: Iterable[int], day: datetime.date) -> dict[int, SchoolClass]:
    """{student id: the SchoolClass of that school-local day}, with its class teacher; one query."""
    enrolments = Enrolment.objects.filter(on_day(day), student__in=students)
    return {
        enrolment.student_id: enrolment.school_class
        for enrolment in enrolments.select_related("school_class__class_teacher")
    }


def classes_of_week(students: Iterable[int], monday: datetime.date) -> dict[int, SchoolClass]:
    """{student id: the SchoolClass in which he was last in the week that begins on a `monday`, of
    the present one up to today}, with its class teacher: what is told of a week is told of that
    class, not of today's; one query."""
    today = timezone.localdate()
    last = min(monday + rules.EVERY - ONE_DAY, max(today, monday))
    return classes_in(students, monday, last)


def class_name_of_week(student: Student, monday: datetime.date) -> str:
    """«5А», the same of a Student with `class_name` of today, «» for who was in none; one query but
    in the present week, whose class is today's."""
    if monday <= timezone.localdate() < monday + rules.EVERY and student.class_name:  # type: ignore[attr-defined]  # annotated
        return student.class_name  # type: ignore[attr-defined]  # annotated
    return str(classes_of_week([student.pk], monday).get(student.pk, ""))


def classes_in(
    students: Iterable[int], first: datetime.date, last: datetime.date
) -> dict[int, SchoolClass]:
    """The same of the school-local days first … last."""
    enrolments = overlapping(Enrolment.objects.filter(student__in=students), first, last)
    return {
        enrolment.student_id: enrolment.school_class
        for enrolment in enrolments.select_related("school_class__class_teacher").order_by(
            "starts_on"
        )
    }
