"""The whole school's day: each thing is read once, as rows, for the desk is drawn anew every minute
by whoever leads."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import (
    Count,
    DateField,
    F,
    FilteredRelation,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from attendance.models import Absence, AbsenceDocument, Inquiry
from school.compiled import Compiled, Given
from school.models import (
    GroupMembership,
    Lesson,
    School,
    SchoolClass,
    SchoolYear,
    TeachingGroup,
)
from school.models.dated import on_day
from school.queries.teaching import given_to_another
from school.rules.bells import Hour
from school.rules.names import PersonName

PERSON = PersonName._fields


def _person(way: str) -> list[str]:
    return [f"{way}__{name}" for name in PERSON]


def name_of(parts: Collection[str | None]) -> PersonName:
    return PersonName(*[one or "" for one in parts])


# --- classes ---


class DayClass(NamedTuple):
    """A class of the year: `teacher` is its class teacher's id or None, `pupils` how many are in it
    today; `many` the percentage away from which on the school wants to know."""

    pk: int
    name: str
    number: int
    year: int
    year_begins: datetime.date
    teacher: int | None
    pupils: int
    many: int


def classes_of(day: datetime.date) -> list[DayClass]:
    """The DayClasses of a school-local day, in their order; one query."""
    return [
        DayClass(pk, f"{number}{letter}", number, *rest)
        for pk, number, letter, *rest in _classes(day=day)
    ]


@Compiled
def _classes() -> QuerySet[Any]:
    years = SchoolYear.objects.filter(starts_on__lte=Given("day")).order_by("-starts_on")
    return (
        SchoolClass.objects.filter(year=Subquery(years.values("pk")[:1]))
        .alias(
            enrolled=FilteredRelation("enrolments", condition=on_day(Given("day"), "enrolments__"))
        )
        .annotate(
            pupils=Count("enrolled"),
            many=Subquery(School.objects.values("many_away_percent")[:1]),
        )
        .order_by("number", "letter")
        .values_list(
            "pk", "number", "letter", "year", "year__starts_on", "class_teacher", "pupils", "many"
        )
    )


# --- lessons ---


@dataclass(slots=True)
class DayLesson:
    """A lesson of the day that somebody attends; `regular` are the ids of those who keep its
    journal, `taker` that of who stands in, or None."""

    pk: int
    journal: int
    group: int
    is_individual: bool
    whole_class: int | None
    group_name: str
    year: int
    subject: int
    abbreviation: str
    number: int
    starts_at: datetime.time
    ends_at: datetime.time
    room: int | None
    room_name: str | None
    cancelled: str
    taken_at: datetime.datetime | None
    owes: bool
    joined_to: int | None
    taker: int | None
    regular: list[int] = field(default_factory=list)
    classes: tuple[int, ...] = ()  # whose pupils are taught in it
    students: dict[int, set[int]] = field(default_factory=dict)  # of a group, by their classes
    planned: Collection[int] = ()  # of a class, who has an individual plan in the subject

    @property
    def hour(self) -> Hour:
        return Hour(self.number, self.starts_at, self.ends_at)

    @property
    def takers(self) -> list[int]:
        return self.regular if self.taker is None else [self.taker]


def lessons_on(day: datetime.date) -> tuple[list[DayLesson], dict[int, PersonName]]:
    """(The DayLessons of a school-local day in the order of time, names of their teachers by id);
    two queries, one without lessons."""
    names: dict[int, PersonName] = {}
    found: dict[int, DayLesson] = {}
    for row in _lessons(day=day):
        pk, journal, group, kind = row[:4]
        taker, *taker_name = row[ABOUT : ABOUT + 4]
        regular, *regular_name = row[ABOUT + 4 :]
        lesson = found.get(pk)
        if lesson is None:
            is_individual = kind == TeachingGroup.Kind.INDIVIDUAL
            about = row[4 : ABOUT + 1]
            lesson = found[pk] = DayLesson(pk, journal, group, is_individual, *about)
        if taker is not None and taker not in names:
            names[taker] = name_of(taker_name)
        if regular is not None:
            lesson.regular.append(regular)
            if regular not in names:
                names[regular] = name_of(regular_name)
    lessons = list(found.values())
    _tell_classes(lessons, day)
    return lessons, names


LESSON = (
    "pk",
    "journal",
    "journal__group",
    "journal__group__kind",
    "journal__group__school_class",
    "journal__group__name",
    "journal__group__year",
    "journal__subject",
    "journal__subject__abbreviation",
    "number",
    "starts_at",
    "ends_at",
    "room",
    "room__name",
    "cancelled",
    "attendance_taken_at",
    "owes_attendance",
    "joined_to",
)
ABOUT = len(LESSON)


@Compiled
def _lessons() -> QuerySet[Any]:
    assigned = on_day(Given("day"), "journal__assignments__")
    return (
        Lesson.objects.filter(date=Given("day"), nobody_attends=False)
        .alias(assigned=FilteredRelation("journal__assignments", condition=assigned))
        .filter(~given_to_another(OuterRef("assigned__teacher")))
        .order_by("starts_at", "number", "pk", "assigned__pk")
        .values_list(
            *LESSON,
            "substitution__teacher",
            *_person("substitution__teacher"),
            "assigned__teacher",
            *_person("assigned__teacher"),
        )
    )


def _tell_classes(lessons: list[DayLesson], day: datetime.date) -> None:
    """Whose lessons those of subgroups and individual plans are, and who of a class has a plan."""
    there: dict[int, dict[int, set[int]]] = defaultdict(lambda: defaultdict(set))
    planned: dict[int, set[int]] = defaultdict(set)
    for group, subject, school_class, student in _students_of_groups(day=day) if lessons else ():
        there[group][school_class].add(student)
        if subject is not None:
            planned[subject].add(student)
    for one in lessons:
        whole = one.whole_class
        if whole is None:
            one.students = there[one.group]
            one.classes = tuple(sorted(one.students))
        else:
            one.planned = planned.get(one.subject, ())
            one.classes = (whole,)


@Compiled
def _students_of_groups() -> QuerySet[Any]:
    """Rows (group, subject of an individual plan, class, pupil), of all plans and of the groups
    that are taught that day."""
    enrolled = on_day(Given("day"), "student__enrolments__")
    groups = Lesson.objects.filter(date=Given("day")).order_by().values("journal__group")
    plan = Q(group__kind=TeachingGroup.Kind.INDIVIDUAL)
    found = GroupMembership.objects.alias(
        plans=FilteredRelation("group__journals", condition=plan)
    ).filter(
        on_day(Given("day")),
        enrolled,
        Q(group__in=groups) | plan,
        group__year=F("student__enrolments__school_class__year"),
    )
    return found.order_by().values_list(
        "group", "plans__subject", "student__enrolments__school_class", "student"
    )


# --- pupils ---


class Away(NamedTuple):
    """A pupil of whom a lesson (id), or a document about the day (None), says that he is away, or
    late; of a document the days that it covers."""

    student: int
    school_class: int
    name: PersonName
    lesson: int | None
    reason: str
    first: datetime.date | None
    last: datetime.date | None


def away_on(day: datetime.date) -> list[Away]:
    """The Aways of a school-local day; one query."""
    return [
        Away(student, school_class, name_of(name), lesson, reason, first, last)
        for student, school_class, *name, lesson, reason, first, last in _away(day=day)
    ]


@Compiled
def _away() -> QuerySet[Any]:
    enrolled = on_day(Given("day"), "student__enrolments__")
    who = ("student", "student__enrolments__school_class", *_person("student__user"))
    nothing = Value(None, DateField())
    absences = Absence.objects.filter(enrolled, lesson__date=Given("day"), lesson__cancelled="")
    documents = AbsenceDocument.objects.filter(on_day(Given("day")), enrolled)
    return (
        absences.order_by()
        .values_list(*who, "lesson", "reason", nothing, nothing)
        .union(
            documents.order_by().values_list(
                *who, Value(None, IntegerField()), "reason", "starts_on", "ends_on"
            ),
            all=True,
        )
    )


def attended_by(rows: Iterable[Away], lessons: Iterable[DayLesson]) -> dict[int, list[DayLesson]]:
    """{student id: his lessons, in their order, of those given} of the pupils who are away: the
    same rule as `belonging.attendees`, of what `lessons_on` has read already."""
    away: dict[int, set[int]] = defaultdict(set)
    for row in rows:
        away[row.school_class].add(row.student)
    found = defaultdict(list)
    for one in lessons:
        for school_class in one.classes:
            in_class = away.get(school_class, _NOBODY)
            is_whole = one.whole_class is not None
            there = (
                in_class.difference(one.planned)
                if is_whole
                else in_class & one.students[school_class]
            )
            for student in there:
                found[student].append(one)
    return found


_NOBODY: frozenset[int] = frozenset()


# --- questions about them ---


class Asked(NamedTuple):
    """A question about a pupil of the day; who answered it is named («» nobody has)."""

    student: int
    name: PersonName
    school_class: int
    asked_at: datetime.datetime
    answer: str
    answered_at: datetime.datetime | None
    answered_by: PersonName


def asked_on(day: datetime.date) -> list[Asked]:
    """The Askeds of a school-local day, the oldest first; one query."""
    return [
        Asked(row[0], name_of(row[1:4]), row[4], row[5], row[6], row[7], name_of(row[8:]))
        for row in _asked(day=day)
    ]


@Compiled
def _asked() -> QuerySet[Any]:
    enrolled = on_day(Given("day"), "student__enrolments__")
    return (
        Inquiry.objects.filter(enrolled, day=Given("day"))
        .order_by("asked_at", "pk")
        .values_list(
            "student",
            *_person("student__user"),
            "student__enrolments__school_class",
            "asked_at",
            "answer",
            "answered_at",
            *_person("answered_by"),
        )
    )
