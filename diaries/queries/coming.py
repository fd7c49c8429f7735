"""The works that are planned in lessons to come."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists

from journals.models import LessonWork
from school.models import Student
from school.queries.belonging import belonging

from .entry import DiaryWork

AHEAD = datetime.timedelta(days=28)


@dataclass(frozen=True)
class ComingWork:
    """A DiaryWork of a lesson to come."""

    date: datetime.date
    subject: str
    work: DiaryWork


def coming_works(student: Student, today: datetime.date) -> list[ComingWork]:
    """The ComingWorks of a pupil in the four weeks after a school-local day; one query."""
    enrolled, members = (rows.filter(student=student) for rows in belonging("lesson"))
    rows = (
        LessonWork.objects.filter(
            Exists(enrolled) | Exists(members),
            lesson__date__gt=today,
            lesson__date__lte=today + AHEAD,
            lesson__cancelled="",
        )
        .order_by("lesson__date", "lesson__starts_at", "lesson", "position", "pk")
        .values_list(
            "lesson__date",
            "work_type__name",
            "title",
            "work_type__is_control",
            "lesson__journal__subject__name",
        )
    )
    return [
        ComingWork(date, subject, DiaryWork(work, title, is_control))
        for date, work, title, is_control, subject in rows
    ]
