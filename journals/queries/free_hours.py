"""Hours at which a journal could have one more lesson."""

import datetime
from collections import defaultdict

from django.db.models import Q

from school.models import Journal, Lesson, TeachingAssignment
from school.models.dated import overlapping
from school.queries.bells import bell_numbers
from school.rules.spans import ONE_DAY

AHEAD = 14  # days
MOST = 4


def free_hours(journal: Journal, day: datetime.date) -> list[tuple[datetime.date, int]]:
    """[(day, number)], at most MOST, of the days after a school-local one on which the class of a
    journal (with group) has lessons: a window between them or the hour behind the last one, at
    which its teachers have none either. Empty of a group of several classes: its hours are nobody's
    in particular. Four queries."""
    if journal.group.school_class_id is None:
        return []
    first, last = day + ONE_DAY, day + AHEAD * ONE_DAY
    in_days = Lesson.objects.filter(date__range=(first, last), cancelled="")
    assigned = overlapping(TeachingAssignment.objects.all(), first, last)
    teachers = assigned.filter(journal=journal).values("teacher")
    taught = assigned.filter(teacher__in=teachers).values("journal")
    taken = _numbers(in_days.filter(journal__in=taught))
    own_class = journal.group.school_class_id
    enrolled = Q(journal__group__memberships__student__enrolments__school_class=own_class)
    of_class = _numbers(
        in_days.filter(Q(journal__group__school_class=own_class) | enrolled),
        counts_as_lessons=True,
    )
    numbers = bell_numbers()
    found = [
        (on, number)
        for on, there in sorted(of_class.items())
        for number in numbers
        if min(there) < number <= max(there) + 1 and number not in there | taken[on]
    ]
    return found[:MOST]


def _numbers(lessons, **only):
    """{day: numbers of lessons}."""
    found = defaultdict(set)
    for on, number in lessons.filter(**only).order_by().values_list("date", "number").distinct():
        found[on].add(number)
    return found
