"""Whom a reminder of journals that are not open reaches."""

import datetime
from collections import defaultdict

from django.db.models import QuerySet
from django.utils import timezone

from school.compiled import Compiled, Given
from school.models import Lesson
from school.queries.lessons import takes_place
from school.queries.teaching import teachers_of_lessons

from ..models import Reminder


def last_reminder(day: datetime.date) -> Reminder | None:
    """The last Reminder of a school-local day; one query."""
    return next(iter(_last_reminder.instances(day=day)), None)


@Compiled
def _last_reminder() -> QuerySet[Reminder]:
    return Reminder.objects.filter(day=Given("day")).order_by("-number")[:1]


def unopened_lessons(day: datetime.date, at: datetime.datetime) -> dict[int, list[Lesson]]:
    """{teacher's id: the Lessons (with journal, group and subject) of a school-local day, in their
    order, that were over at an instant (UTC) and owe attendance, which is not taken to this
    moment}; three queries."""
    clock = timezone.localtime(at).time()
    found = Lesson.objects.filter(
        takes_place(),
        date=day,
        ends_at__lte=clock,
        owes_attendance=True,
        attendance_taken_at=None,
    )
    takers = teachers_of_lessons(found)
    lessons = defaultdict(list)
    for lesson in found.select_related("journal__group", "journal__subject"):
        for teacher in takers.get(lesson.pk, ()):
            lessons[teacher].append(lesson)
    return lessons
