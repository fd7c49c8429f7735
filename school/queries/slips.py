"""Who gets a slip, with whom it lies, and how each one's log-in stands."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, QuerySet

from ..models import Employee, Enrolment, Parent, Parenthood, SchoolClass, Slip, User
from ..models.dated import on_day
from ..rules.slips import Child, youngest
from .people import staff

NEW, PRINTED, OWN = "new", "printed", "own"


@dataclass(frozen=True)
class SlipPerson:
    """Who may get a slip: `group` is the class («5А») or «Сотрудники» with which it lies, `what`
    says who he is («ученик», «мать: Иванов Иван (5А)»), `helper` whom he asks. `state`: NEW never
    had a log-in, PRINTED has a slip that was not used yet (since `printed_at`), OWN a password."""

    user: User
    group: str
    what: str
    helper: str
    state: str
    printed_at: datetime.datetime | None
    lies_elsewhere: str = ""  # the class of the child with whom it lies
    is_staff: bool = False  # of a family: the administrator gives these theirs

    @property
    def is_proposed(self) -> bool:
        return self.state == NEW and not self.lies_elsewhere and not self.is_staff


def families(
    classes: Sequence[SchoolClass], day: datetime.date, *, pupils: bool = True, parents: bool = True
) -> list[SlipPerson]:
    """The SlipPersons of classes (of one year, with class teachers) on a school-local day, class by
    class, each pupil before the parents whose youngest child he is. Of a single class all of its
    pupils' parents, each with the first of his children there, and where his slip lies; of several
    nobody twice. Six queries."""
    keys = {one.pk for one in classes}
    there = Enrolment.objects.filter(on_day(day), student__user__is_active=True)
    parenthoods = _parenthoods(there.filter(school_class__in=keys))
    students = {one.student_id for one in parenthoods}
    rows = list(
        there.filter(Q(school_class__in=keys) | Q(student__in=students))
        .select_related("student__user", "student__card", "school_class__class_teacher")
        .order_by("school_class", "student__user__sort_name", "student")
    )
    children = {row.student_id: _child(row) for row in rows}
    placed = _with_children(parenthoods, children, keys if len(classes) == 1 else None, rows)
    users = [row.student.user for row in rows] + [one.parent.user for one in parenthoods]
    states, employed = _states(users), _employed({one.pk for one in users})
    found = []
    for row in rows:
        if row.school_class_id not in keys:
            continue
        group, helper = str(row.school_class), _helper(row.school_class)
        if pupils:
            user = row.student.user
            is_staff = user.pk in employed
            found.append(
                SlipPerson(user, group, "ученик", helper, *states[user.pk], is_staff=is_staff)
            )
        for user, what, elsewhere in placed[row.student_id] if parents else ():
            is_staff = user.pk in employed
            state = states[user.pk]
            found.append(SlipPerson(user, group, what, helper, *state, elsewhere, is_staff))
    return found


def _parenthoods(enrolments: QuerySet[Enrolment]) -> list[Parenthood]:
    """Of the pupils' parents all children, those in other classes too."""
    own = Parenthood.objects.filter(student__in=enrolments.order_by().values("student"))
    rows = Parenthood.objects.filter(
        parent__in=own.order_by().values("parent"), parent__user__is_active=True
    )
    return list(rows.select_related("parent__user").order_by("parent__user__sort_name", "pk"))


def _child(row: Enrolment) -> Child:
    card = getattr(row.student, "card", None)
    its = row.school_class
    name = row.student.user.list_name
    return Child(row.student_id, name, its.number, str(its), card.born_on if card else None)


def _with_children(
    parenthoods: Sequence[Parenthood],
    children: dict[int, Child],
    keys: Collection[int] | None,
    rows: Sequence[Enrolment],
) -> dict[int, list[tuple[User, str, str]]]:
    """{student id: [(parent, who he is, the class where his slip lies instead or «»)]}"""
    class_of = {row.student_id: row.school_class_id for row in rows}
    of_parent = defaultdict(list)
    for one in parenthoods:
        if one.student_id in children:
            of_parent[one.parent_id].append(one)
    placed = defaultdict(list)
    for own in of_parent.values():
        kids = [children[one.student_id] for one in own]
        with_whom = youngest(kids)
        elsewhere = ""
        if keys is not None and class_of[with_whom.pk] not in keys:
            elsewhere = with_whom.class_name
            with_whom = youngest([one for one in kids if class_of[one.pk] in keys])
        relation = next(one for one in own if one.student_id == with_whom.pk)
        kids.sort(key=lambda one: (one.pk != with_whom.pk, one.class_number or 0, one.name))
        what = f"{relation.get_relation_display() or 'родитель'}: {', '.join(map(str, kids))}"
        placed[with_whom.pk].append((own[0].parent.user, what, elsewhere))
    return placed


def _helper(school_class: SchoolClass) -> str:
    teacher = school_class.class_teacher
    if teacher is None:
        return "администратор школы"
    return f"классный руководитель {school_class}, {teacher.short_name}"


def employees(users: QuerySet[User]) -> list[SlipPerson]:
    """The SlipPersons of staff, a queryset, in the order of the alphabet; three queries."""
    found = list(users.order_by("sort_name", "pk"))
    states = _states(found)
    held = Employee.objects.filter(user__in=found).values_list("user", "position")
    positions = dict(held)
    return [
        SlipPerson(
            one,
            "Сотрудники",
            positions.get(one.pk) or "сотрудник",
            "администратор школы",
            *states[one.pk],
        )
        for one in found
    ]


def _states(users: Sequence[User]) -> dict[int, tuple[str, datetime.datetime | None]]:
    living = living_slips().filter(person__in={one.pk for one in users})
    printed = dict(living.values_list("person", "made_at"))
    return {
        one.pk: (OWN, None)
        if one.has_usable_password()
        else (PRINTED, printed[one.pk])
        if one.pk in printed
        else (NEW, None)
        for one in users
    }


def _employed(users: Collection[int]) -> set[int]:
    """Who of users (ids) has an account that opens more than a child's diary."""
    return set(User.objects.filter(_works(), pk__in=users).values_list("pk", flat=True))


def _works() -> Q:
    """Who made the site's first account works at the school too."""
    return Q(pk__in=staff().values("pk")) | Q(is_superuser=True)


def living_slips() -> QuerySet[Slip]:
    """The slips that can still be used."""
    return Slip.objects.filter(opened_at=None, ended_at=None)


def latest_slip(person: User) -> Slip | None:
    return Slip.objects.filter(person=person).order_by("-made_at", "-pk").first()


def is_adult(person: User) -> bool:
    """Whether a person is staff or a parent, and so speaks for personal data himself; one query."""
    own = User.objects.filter(pk=person.pk)
    parent = Exists(Parent.objects.filter(user=OuterRef("pk")))
    return own.filter(_works() | Q(parent)).exists()
