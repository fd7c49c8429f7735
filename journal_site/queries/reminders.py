"""Whom a reminder of journals that are not open reaches."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from typing import Any, NamedTuple

from django.db.models import Count, OuterRef, QuerySet, Subquery

from journals.queries.late import late_attendance
from journals.queries.lesson_facts import lesson_facts
from school.compiled import Compiled, Given
from school.models import Lesson, SchoolYear, User
from school.queries.lessons import takes_place
from school.queries.outages import outages_on, times_without_access
from school.queries.teacher_absences import absences_on, gone_at
from school.queries.teaching import teachers_of_lessons

from ..models import Reminder


def last_reminder(day: datetime.date) -> Reminder | None:
    """The last Reminder of a school-local day; one query."""
    return Reminder.objects.filter(day=day).order_by("-number").first()


class Reminded(NamedTuple):
    """The number and the instant (UTC) of a day's last Reminder, None where there is none, and of
    how many lessons of the year attendance is late (2.5)."""

    number: int | None = None
    at: datetime.datetime | None = None
    late: int = 0


def reminded_on(day: datetime.date) -> Reminded:
    """The Reminded of a school-local day; one query."""
    return next((Reminded(number, at, late or 0) for number, at, late in _on(day=day)), Reminded())


@Compiled
def _on() -> QuerySet[Any]:
    last = Reminder.objects.filter(day=Given("day")).order_by("-number")
    late = late_attendance(OuterRef("pk")).values("journal__group__year")
    years = SchoolYear.objects.filter(starts_on__lte=Given("day")).order_by("-starts_on")[:1]
    return years.values_list(
        Subquery(last.values("number")[:1]),
        Subquery(last.values("reminded_at")[:1]),
        Subquery(late.annotate(lessons=Count("pk")).values("lessons")),
    )


def unopened_lessons(day: datetime.date, at: datetime.datetime) -> dict[int, list[Lesson]]:
    """{teacher's id: the Lessons (with journal, group and subject) of a school-local day, in their
    order, that were over at an instant (UTC) of it and are still not open; neither what an outage
    left on paper is among them nor what the teacher was away from}; five queries."""
    rows = Lesson.objects.filter(
        takes_place(), date=day, owes_attendance=True, attendance_taken_at=None
    )
    spans = times_without_access(at, outages_on(day))
    takers, absences = teachers_of_lessons(rows), absences_on(day)
    lessons = defaultdict(list)
    for lesson in rows.select_related("journal__group", "journal__subject", "substitution"):
        if lesson_facts(lesson, at, spans).is_unopened:
            gone = gone_at(absences, day, lesson.number)
            for teacher in takers.get(lesson.pk, ()):
                if teacher not in gone:
                    lessons[teacher].append(lesson)
    return lessons


def who_gets_letters(teachers: Collection[int]) -> QuerySet[User]:
    """Those of the teachers (ids) to whom a reminder goes as a letter too."""
    return User.objects.filter(pk__in=teachers, wants_digest=True).exclude(email="")
