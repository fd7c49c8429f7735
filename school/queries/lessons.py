"""Lessons: a pupil's, a teacher's to write, those at the same time."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from simple_history.models import HistoricalChanges  # type: ignore[import-untyped]

from ..declared import declared
from ..models import Journal, Lesson, Student, TeachingAssignment, User
from ..models.dated import on_day
from ..rules.bells import Hour
from ..rules.homework import Standing
from .belonging import attendees, taught_where

# How far a lesson looks back for the homework set for it and ahead for the next of its journal:
# over the winter vacation.
NEIGHBOURS = datetime.timedelta(days=28)


def shares_its_day() -> Exists:
    """Exists for Lessons: the journal has another one on that day; `days.repeated` for who looks
    at one lesson alone."""
    others = Lesson.objects.filter(journal=OuterRef("journal"), date=OuterRef("date"))
    return Exists(others.exclude(pk=OuterRef("pk")).order_by())


def with_places(lessons: QuerySet[Lesson]) -> QuerySet[Lesson]:
    """The queryset with whether each lesson `shares_its_day`, and `kind_short`, what other kind
    than usual it is, or «»."""
    return lessons.annotate(shares_its_day=shares_its_day(), kind_short=F("kind__short_name"))


def holds_something() -> Q:
    """Q for Lessons in which something is written, or ever was, in which somebody stands in, or
    which are taken together with another one."""
    facts: Any = Q(attendance_taken_at__isnull=False) | Q(topic_entered_at__isnull=False)
    facts |= Q(joined_to__isnull=False)
    facts |= Q(homework_entered_at__isnull=False)
    for relation in Lesson._meta.related_objects:
        model = relation.related_model
        if not issubclass(model, HistoricalChanges):
            facts |= Exists(
                model._base_manager.filter(**{relation.field.name: OuterRef("pk")}).order_by()
            )
    return facts


def takes_place() -> Q:
    """Q for Lessons that are not cancelled and that somebody attends."""
    return Q(cancelled="", nobody_attends=False)


def days_with_lessons(since: datetime.date, most: int) -> list[datetime.date]:
    """The first days from a school-local one on, at most so many, on which lessons take place; one
    query."""
    rows = Lesson.objects.filter(takes_place(), date__gte=since).order_by("date")
    return list(rows.values_list("date", flat=True).distinct()[:most])


def carries_hour() -> Q:
    """Q for Lessons that take place and whose hour counts: of those that one teacher takes together
    the one to which the others are joined, and where that does not take place one of the others."""
    beside: Any = Q(pk=OuterRef("joined_to"))
    beside |= Q(joined_to=OuterRef("joined_to"), pk__lt=OuterRef("pk"))
    return takes_place() & ~Q(Exists(Lesson.objects.filter(beside, takes_place()).order_by()))


def standing_lessons(
    journals: Collection[int], first: datetime.date, last: datetime.date
) -> list[Standing]:
    """The Standing lessons of journals (ids) on the days first … last and of those around in which
    their homework was set or theirs is for, as `rules.homework.lesson_before` wants them; one
    query."""
    rows = Lesson.objects.filter(
        journal__in=journals, date__range=(first - NEIGHBOURS, last + NEIGHBOURS), cancelled=""
    )
    in_order = rows.order_by("journal", "date", "number")
    columns = ("pk", "journal", "date", "number", "homework", "homework_minutes")
    return [Standing(*row) for row in in_order.values_list(*columns)]


def planned_in(lessons: Collection[int]) -> dict[int, list[str]]:
    """{lesson id: what the apps above know to be planned in it, in Russian} of lessons (ids), those
    of which nothing is known left out."""
    found: dict[int, list[str]] = defaultdict(list)
    for told_of in declared("records", "PLANNED_IN"):
        for lesson, told in told_of(lessons).items():
            found[lesson] += told
    return found


def lessons_of(student: Student, first: datetime.date, last: datetime.date) -> list[Lesson]:
    """The Lessons a pupil belongs to on the days first … last; see `lessons_of_each`."""
    return lessons_of_each([student], first, last)[student.pk]


def lessons_of_each(
    students: Sequence[Student], first: datetime.date, last: datetime.date
) -> dict[int, list[Lesson]]:
    """{student id: the Lessons he belongs to on the days first … last}, cancelled ones too, by date
    and time, with journal, subject, room and substitute loaded; two queries."""
    taught = taught_where([student.pk for student in students], first, last)
    places = Q(journal__group__school_class__in=taught.in_class)
    places |= Q(journal__group__in=taught.in_group)
    lessons = list(
        Lesson.objects.filter(
            places,
            date__range=(first, last),
        )
        .select_related(
            "journal__group", "journal__subject", "kind", "room", "substitution__teacher"
        )
        .order_by("date", "starts_at", "number")
    )
    return {
        student.pk: [lesson for lesson in lessons if taught.has(student.pk, lesson)]
        for student in students
    }


def lessons_to_write(
    teacher: User, first: datetime.date, last: datetime.date, today: datetime.date
) -> QuerySet[Lesson]:
    """The Lessons of the days first … last in which something may be this person's to write by
    `today`: of journals that are assigned to him now, whoever held them, unless somebody stands in,
    and those he takes as a substitute; a queryset. Whose a duty is says `holders_of`."""
    assigned = TeachingAssignment.objects.filter(teacher=teacher)
    that_day = assigned.filter(on_day(OuterRef("date")), journal=OuterRef("journal"))
    own = Q(journal__in=assigned.filter(on_day(today)).values("journal"), substitution=None)
    return (
        Lesson.objects.filter(
            own & (Q(date__lte=today) | Q(Exists(that_day))) | Q(substitution__teacher=teacher),
            date__range=(first, last),
        )
        .select_related("journal__group", "journal__subject", "kind", "substitution", "room")
        .order_by("date", "starts_at", "number")
    )


def conflicting_lessons(
    journal: Journal, day: datetime.date, hour: Hour, beside: Collection[int] = ()
) -> list[Lesson]:
    """Standing lessons of that day and time, but those `beside` (ids), which share a pupil with the
    journal, or are of the same class: nobody sits in two lessons at once, different subgroups may
    run side by side."""
    there = (
        Lesson.objects.filter(
            date=day, starts_at__lt=hour.ends_at, ends_at__gt=hour.starts_at, cancelled=""
        )
        .exclude(Q(journal=journal) | Q(pk__in=beside))
        .select_related("journal__group", "journal__subject")
    )
    own = {attendee.student_id for attendee in attendees(journal, day, day)}
    return [other for other in there if _meets(journal, own, other.journal, day)]


def lessons_of_same_pupils(lesson: Lesson, day: datetime.date, number: int) -> list[Lesson]:
    """The standing Lesson of that number on that day of the same journal, else all that share a
    pupil or the class with a Lesson (with journal and group)."""
    journal = lesson.journal
    there = Lesson.objects.filter(date=day, number=number, cancelled="").exclude(pk=lesson.pk)
    own = list(there.filter(journal=journal).select_related("journal__group", "journal__subject"))
    pupils = {attendee.student_id for attendee in attendees(journal, day, day)}
    return own or [
        other
        for other in there.select_related("journal__group", "journal__subject")
        if _meets(journal, pupils, other.journal, day)
    ]


def _meets(journal: Journal, pupils: set[int], other: Journal, day: datetime.date) -> bool:
    return same_class(journal, other) or any(
        attendee.student_id in pupils for attendee in attendees(other, day, day)
    )


def same_class(one: Journal, other: Journal) -> bool:
    """Whether two journals are of one whole class, which even without pupils is in one place."""
    return (
        one.group.school_class_id is not None
        and one.group.school_class_id == other.group.school_class_id
    )
