"""Lessons that stand in the timetable though no pupil belongs to their journal that day."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, Min, OuterRef, QuerySet
from django.urls import reverse
from django.utils import timezone

from attendance.models import Absence
from school.models import Enrolment, GroupMembership, Journal, Lesson, SchoolYear
from school.queries.locks import is_closed
from school.queries.teaching import teachers_of

from ..models import LessonWork
from .lists import class_order, teacher_names


def unattended(year: SchoolYear) -> QuerySet[Lesson]:
    """The Lessons of a year that nobody attends any more and in which nothing is written, past and
    to come, but none in a closed period: those that can be cancelled. A journal to which nobody has
    belonged yet waits for its pupils."""
    had_members = GroupMembership.objects.filter(
        group=OuterRef("journal__group"), starts_on__lte=OuterRef("date")
    )
    had_class = Enrolment.objects.filter(
        school_class=OuterRef("journal__group__school_class"), starts_on__lte=OuterRef("date")
    )
    works = LessonWork.objects.filter(lesson=OuterRef("pk"))
    absences = Absence.objects.filter(lesson=OuterRef("pk"))
    return Lesson.objects.filter(
        Exists(had_members) | Exists(had_class),
        ~Exists(works),
        ~Exists(absences),
        ~is_closed(timezone.now()),
        journal__group__year=year,
        cancelled="",
        nobody_attends=True,
        attendance_taken_at=None,
        topic_entered_at=None,
        homework_entered_at=None,
    ).order_by()


@dataclass(frozen=True)
class UnattendedLine:
    """The lessons of a journal that nobody attends: how many, the first and the last day."""

    journal: Journal
    url: str
    teachers: str
    count: int
    first: datetime.date
    last: datetime.date


def unattended_lines(year: SchoolYear) -> list[UnattendedLine]:
    """UnattendedLines of a year, by class and subject; three queries."""
    rows = unattended(year).values_list("journal").annotate(Count("pk"), Min("date"), Max("date"))
    found = {pk: rest for pk, *rest in rows}
    teachers = teacher_names(teachers_of(list(found), timezone.localdate()))
    lines = [
        UnattendedLine(
            journal,
            reverse("grid", args=[journal.pk]),
            teachers.get(journal.pk, ""),
            *found[journal.pk],
        )
        for journal in Journal.objects.filter(pk__in=found).select_related("group", "subject")
    ]
    return sorted(lines, key=lambda line: class_order(line.journal))
