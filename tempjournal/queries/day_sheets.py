"""Reads for the day's short form of the temporary journals."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from school import namesakes
from school.models import Enrolment, Lesson, SchoolClass, User
from school.models.dated import on_day
from school.queries.belonging import person_columns
from school.queries.teaching import teachers_of_lessons
from school.rules.names import PersonName

from ..form import DayLesson, DaySheet, Paper
from .packets import class_journals, class_papers, papers


def day_sheets(day: datetime.date) -> list[DaySheet]:
    """The DaySheets of all classes of a school-local day, in their order; a fixed number of
    queries."""
    return _sheets(class_papers(day, day), day)


def day_sheet(school_class: SchoolClass, day: datetime.date) -> DaySheet:
    """That of one class; a fixed number of queries, and fewer rows than of all."""
    found = papers(class_journals(school_class, day, day), day, day)
    return _sheets([(school_class, found)], day)[0]


def _sheets(found: Sequence[tuple[SchoolClass, list[Paper]]], day: datetime.date) -> list[DaySheet]:
    pupils = _pupils([one for one, _ in found], day)
    taken_by = _teachers(paper for _, its_papers in found for paper in its_papers)
    return [
        DaySheet(one, day, pupils[one.pk], _lessons(one, its_papers, pupils[one.pk], taken_by))
        for one, its_papers in found
    ]


def _pupils(
    classes: Collection[SchoolClass], day: datetime.date
) -> dict[int, list[tuple[int, str]]]:
    """{class id: [(student id, name in this list)]} of who is in the classes on a day."""
    people: dict[int, dict[int, PersonName]] = defaultdict(dict)
    rows = Enrolment.objects.filter(on_day(day), school_class__in=classes)
    columns = ("school_class", "student", *person_columns()[1:])
    for school_class, student, *name in rows.order_by(
        "student__user__sort_name", "student"
    ).values_list(*columns):
        people[school_class][student] = PersonName(*name)
    named = namesakes.pupils_of_each({one.pk: people[one.pk] for one in classes})
    return {key: list(names.items()) for key, names in named.items()}


def _teachers(found: Iterable[Paper]) -> dict[int, str]:
    """{lesson id: «Матвеева М. М.»} of those who take the lessons of Papers."""
    keys = {lesson.pk for paper in found for lesson in paper.lessons}
    takers = teachers_of_lessons(Lesson.objects.filter(pk__in=keys))
    people = User.objects.filter(pk__in={pk for found in takers.values() for pk in found})
    names = namesakes.staff(people)
    return {
        lesson: ", ".join(dict.fromkeys(names[pk] for pk in found))
        for lesson, found in takers.items()
    }


def _lessons(
    school_class: SchoolClass,
    found: Iterable[Paper],
    pupils: list[tuple[int, str]],
    taken_by: dict[int, str],
) -> list[DayLesson]:
    """Its DayLessons: of what is a subgroup's only those to which a pupil of the class belongs."""
    here = {pk for pk, _ in pupils}
    made = []
    for paper in found:
        group = paper.journal.group
        is_whole = group.school_class_id == school_class.pk
        own = frozenset(here.intersection(pk for pk, _ in paper.pupils))
        if not (own or is_whole):
            continue
        made += [
            DayLesson(
                lesson.number,
                paper.journal.subject,
                "" if is_whole else str(group),
                taken_by.get(lesson.pk, ""),
                own,
            )
            for lesson in paper.lessons
        ]
    return sorted(made, key=lambda one: (one.number, bool(one.group)))
