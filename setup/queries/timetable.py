"""What the timetable of a year comes to, class by class, and the lessons made of it."""

import datetime
from collections import Counter, defaultdict
from dataclasses import dataclass

from school.models import GroupMembership, Journal, Lesson, SchoolClass, SchoolYear, TimetableEntry
from school.models.dated import on_day

from .checklist import locked_out, working_staff


def timetable_by_class(
    year: SchoolYear | None,
) -> tuple[list[tuple[SchoolClass, int]], list[Journal]]:
    """([(SchoolClass, rows of the timetable of its own journals and of its pupils' groups)], the
    Journals that have none); a fixed number of queries."""
    entries = TimetableEntry.objects.filter(journal__group__year=year)
    by_group = Counter(entries.values_list("journal__group", flat=True))
    groups_of = defaultdict(set)
    of_classes = Journal.objects.filter(group__year=year).exclude(group__school_class=None)
    for its_class, group in of_classes.values_list("group__school_class", "group"):
        groups_of[its_class].add(group)
    members = GroupMembership.objects.filter(group__year=year).values_list(
        "student__enrolments__school_class", "group"
    )
    for its_class, group in members.distinct().order_by():
        groups_of[its_class].add(group)
    classes = SchoolClass.objects.filter(year=year)
    rows = [(one, sum(by_group[group] for group in groups_of[one.pk])) for one in classes]
    timeless = Journal.objects.filter(group__year=year, timetable=None)
    found = timeless.select_related("group", "subject").order_by("group__name", "subject__name")
    return rows, list(found)


@dataclass(frozen=True)
class LessonsState:
    """How many rows the timetable has, how many lessons are made of the year and how many of them
    are to come, and how many of the staff have no password yet."""

    entries: int
    lessons: int
    coming: int
    locked: int


def lessons_state(year: SchoolYear | None, today: datetime.date) -> LessonsState:
    lessons = Lesson.objects.filter(journal__group__year=year)
    current = TimetableEntry.objects.filter(journal__group__year=year)
    if year:
        current = current.filter(on_day(min(max(today, year.starts_on), year.ends_on)))
    return LessonsState(
        current.count(),
        lessons.count(),
        lessons.filter(date__gte=today).count(),
        locked_out(working_staff(today)).count(),
    )
