"""People: how they are found, listed by class, and since when they hold a role."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import TypeVar

from django.db.models import CharField, Exists, Model, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat
from django.utils import timezone

from .. import namesakes
from ..models import Enrolment, Parent, Role, SchoolClass, Student, User
from ..models.dated import on_day
from ..rules import texts
from ..rules.names import PersonName, classes_asked
from ..rules.spans import covers, span
from ..rules.texts import visible, word_pattern
from .calendar import year_of

Row = TypeVar("Row", bound=Model)
Held = tuple[int, datetime.datetime]  # user id, instant

MOST_WORDS, LONGEST_WORD = 8, 40  # what is looked for; more is no search but an attack


def matching(rows: QuerySet[Row], text: str, *ways: str) -> QuerySet[Row]:
    """The queryset's rows in whose texts, found by `ways`, every word of `text` begins a word or a
    number: in any order, alike on every database (`texts.word_pattern`). All rows for a text in
    which nothing is seen."""
    if not visible(text):
        return rows
    words = texts.words(text)[:MOST_WORDS]
    for word in words:
        pattern = word_pattern(word[:LONGEST_WORD])
        rows = rows.filter(reduce(or_, (Q(**{f"{way}__regex": pattern}) for way in ways)))
    return rows if words else rows.none()


NAMES = PersonName._fields


def by_name(people: QuerySet[Row], text: str, prefix: str = "user__") -> QuerySet[Row]:
    """The people of a queryset whose names have the words of `text`; «Иванова А. П.» is found as it
    is shown. `prefix` is the way to the User."""
    return matching(people, text, *(f"{prefix}{name}" for name in NAMES))


def staff() -> QuerySet[User]:
    """Who works at the school, or did: whoever is an Employee, has a role, teaches or leads a
    class, now or once."""
    facts = ("employee", "roles", "assignments", "led_classes")
    return User.objects.filter(reduce(or_, (Q(Exists(_users_of(fact))) for fact in facts)))


def _users_of(fact: str) -> QuerySet[Model]:
    field = User._meta.get_field(fact)
    found = field.related_model._default_manager  # type: ignore[union-attr]
    return found.filter(**{field.field.name: OuterRef("pk")})  # type: ignore[union-attr]


def find_students(students: QuerySet[Student], text: str, day: datetime.date) -> QuerySet[Student]:
    """The students of a queryset who are looked for: by name, by the class they are in on a
    school-local day («5А»), or by both; two queries more where the text has a number."""
    classes, rest = _asked(text, day)
    if classes is not None:
        students = students.filter(pk__in=_pupils(classes, day))
    return by_name(students, rest)


def find_parents(parents: QuerySet[Parent], text: str, day: datetime.date) -> QuerySet[Parent]:
    """The same of parents: those who have a child in the class."""
    classes, rest = _asked(text, day)
    if classes is not None:
        theirs = Parent.objects.filter(children__in=_pupils(classes, day))
        parents = parents.filter(pk__in=theirs.order_by().values("pk"))
    return by_name(parents, rest)


def find_accounts(users: QuerySet[User], text: str, day: datetime.date) -> QuerySet[User]:
    """The same of accounts: those of the class's pupils and of its class teacher."""
    classes, rest = _asked(text, day)
    if classes is not None:
        leads = SchoolClass.objects.filter(pk__in=classes).exclude(class_teacher=None)
        users = users.filter(
            Q(student__in=_pupils(classes, day))
            | Q(pk__in=leads.order_by().values("class_teacher"))
        )
    return by_name(users, rest, "")


def _pupils(classes: set[int], day: datetime.date) -> QuerySet[Enrolment, int]:
    """The ids of the pupils whom classes (ids) have on a day, as a subquery."""
    there = Enrolment.objects.filter(on_day(day), school_class__in=classes)
    return there.order_by().values_list("student", flat=True)


def _asked(text: str, day: datetime.date) -> tuple[set[int] | None, str]:
    """What `classes_asked` says of the classes of the day's year."""
    if not any(map(str.isdigit, text)):
        return None, text
    rows = SchoolClass.objects.filter(year=year_of(day)).order_by()
    classes = {pk: (number, letter) for pk, number, letter in rows.values_list(*_CLASS)}
    return classes_asked(text, classes)


_CLASS = ("pk", "number", "letter")


def students_with_class(students: QuerySet[Student], day: datetime.date) -> QuerySet[Student]:
    """The queryset with names loaded and `class_name` («5А», «» for who is in none that day), in
    the order of the classes and of the alphabet."""
    enrolment = Enrolment.objects.filter(on_day(day), student=OuterRef("pk"))
    number = enrolment.values("school_class__number")
    letter = enrolment.values("school_class__letter")
    return (
        students.select_related("user")
        .annotate(
            class_number=Subquery(number),
            class_name=Concat(
                Coalesce(Cast(Subquery(number), CharField()), Value("")),
                Coalesce(Subquery(letter), Value("")),
                output_field=CharField(),
            ),
        )
        .order_by("class_number", "class_name", "user__sort_name", "pk")
    )


@dataclass(frozen=True)
class ClassPupil:
    """A pupil in his class's list."""

    number: int
    student: Student
    name: str
    enrolment: Enrolment
    is_present: bool


def class_list(school_class: SchoolClass, day: datetime.date) -> list[ClassPupil]:
    """The ClassPupils who are or were in the class, alphabetically; one query, and one more where
    there are namesakes."""
    rows = school_class.enrolments.select_related("student__user")
    found = list(rows.order_by("student__user__sort_name", "student", "starts_on"))
    names = namesakes.students_in_full([row.student for row in found])
    return [
        ClassPupil(
            number,
            row.student,
            names[row.student_id],
            row,
            covers([span(row.starts_on, row.ends_on)], day),
        )
        for number, row in enumerate(found, start=1)
    ]


def held_since(kind: str, asked: Collection[Held]) -> dict[Held, datetime.date]:
    """{(user id, instant): the school-local day since which that person, at that instant, held a
    role of the kind without a break} for the pairs `asked` that the history tells of; one query."""
    roles = Role.history.filter(user__in={user for user, _ in asked}, kind=kind)
    rows = Role.history.filter(id__in=roles.values("id")).order_by("history_date", "history_id")
    spans = []  # [(user id, since, until)]
    held: dict[int, Held] = {}  # of a role's id
    for row in rows:
        holder = row.user_id if row.kind == kind and row.history_type != "-" else None
        if row.id in held and held[row.id][0] != holder:
            spans.append((*held.pop(row.id), row.history_date))
        if holder and row.id not in held:
            held[row.id] = (holder, row.history_date)
    spans += [(*one, None) for one in held.values()]
    return {
        (user, at): timezone.localdate(since)
        for user, at in asked
        for holder, since, until in spans
        if holder == user and since <= at and (until is None or at < until)
    }
