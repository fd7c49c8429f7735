"""Employees, pupils and parents are written: accounts with a login and no password, and who they
are."""

import datetime
from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib.auth.hashers import make_password
from django.db import transaction

from attendance.refusals import Refused
from journals.actions.pupil_moves import Answers, move_pupil
from school.actions.pupils import leave_school
from school.kept import is_written_under
from school.models import (
    Employee,
    Enrolment,
    Parent,
    Parenthood,
    SchoolClass,
    Student,
    StudentCard,
    User,
)
from school.models.dated import overlapping
from school.rules.logins import login_for
from school.rules.names import PersonName
from school.rules.spans import ONE_DAY

from ...changes import CLOSE, LEFT, Change
from ...refusals import NOT_MADE, NOT_MOVED
from .writing import Writing, changed, day_of, gone, new, set_values

NAMES = PersonName._fields
REACH = ("phone", "email")


def make_accounts(writing: Writing, changes: Iterable[Change]) -> dict[str, User]:
    """{key of a change: its new User}, each with a login of his own and no password."""
    taken = set(User.objects.values_list("username", flat=True))
    made = {}
    for change in changes:
        name = PersonName(*(change.values[part] for part in NAMES))
        login = login_for(name, taken)
        taken.add(login)
        reach = {part: change.values.get(part) or "" for part in REACH}
        made[change.key] = User(
            username=login, password=make_password(None), **name._asdict(), **reach
        )
        writing.logins[change.key] = login
    writing.create(list(made.values()))
    writing.touched |= {user.pk for user in made.values()}
    return made


def _update_accounts(writing: Writing, changes: Sequence[Change], users: dict[str, User]) -> None:
    writing.update_each(
        (users[change.key], set_values(users[change.key], dict(change.values), (*NAMES, *REACH)))
        for change in changes
    )


# --- staff ---


def write_staff(writing: Writing, changes: Sequence[Change]) -> None:
    made = make_accounts(writing, new(changes))
    writing.create(
        [
            Employee(user=made[change.key], position=change.values["position"])
            for change in new(changes)
        ]
    )
    writing.made.update({key: user.pk for key, user in made.items()})
    others = changed(changes)
    users = User.objects.in_bulk([change.target for change in others])
    _update_accounts(writing, others, {one.key: users[one.target] for one in others})
    there = {one.user_id: one for one in Employee.objects.filter(user__in=users)}
    lacking = [one for one in others if one.target not in there]
    writing.create(
        [
            Employee(user_id=writing.key(one.target), position=one.values.get("position", ""))
            for one in lacking
            if {"position", "is_employee"} & set(one.values)
        ]
    )
    writing.update_each(_employee(there[one.target], one) for one in others if one.target in there)
    for one in gone(changes):
        row = Employee.objects.get(user=one.target)
        row.left_on = _day_left(one)
        writing.update([row], ["left_on"])


def _employee(row, change):
    fields = set_values(row, dict(change.values), ("position",))
    if "left_on" in change.values:
        row.left_on = None
        fields.append("left_on")
    return row, fields


# --- pupils ---


def write_pupils(writing: Writing, changes: Sequence[Change]) -> None:
    _make_pupils(writing, writing.need(new(changes), "school_class"))
    _change_pupils(writing, writing.need(changed(changes), "school_class"))
    for change in gone(changes):
        _let_go(writing, change)


def _make_pupils(writing, changes):
    users = make_accounts(writing, changes)
    students = [
        Student(
            user=users[change.key],
            sex=change.values["sex"],
            file_number=change.values["file_number"],
        )
        for change in changes
    ]
    writing.create(students)
    pairs = list(zip(students, changes, strict=True))
    writing.create(
        [
            StudentCard(student=student, born_on=change.values["born_on"])
            for student, change in pairs
            if change.values["born_on"]
        ]
    )
    writing.create(
        [
            Enrolment(
                student=student,
                school_class_id=writing.key(change.values["school_class"]),
                starts_on=day_of(change),
            )
            for student, change in pairs
        ]
    )
    writing.made.update({change.key: student.pk for student, change in pairs})
    writing.regrouped = writing.regrouped or bool(changes)


def _change_pupils(writing, changes):
    students = Student.objects.select_related("user", "card").in_bulk(
        [one.target for one in changes]
    )
    users = {one.key: students[one.target].user for one in changes}
    _update_accounts(writing, changes, users)
    writing.update_each(
        (row, set_values(row, dict(change.values), ("sex", "file_number")))
        for change in changes
        for row in [students[change.target]]
    )
    _change_births(writing, [one for one in changes if "born_on" in one.values], students)
    _move_all(writing, [one for one in changes if "school_class" in one.values], students)


def _change_births(writing, changes, students):
    cards = {one.student_id: one for one in StudentCard.objects.filter(student__in=students)}
    lacking, there = [], []
    for change in changes:
        card = cards.get(change.target)
        if card is None:
            lacking.append(StudentCard(student_id=change.target, born_on=change.values["born_on"]))
        else:
            card.born_on = change.values["born_on"]
            there.append(card)
    writing.create(lacking)
    writing.update(there, ["born_on"])


def _move_all(writing, changes, students):
    """Who is in no class of the year comes into one; who has not begun in another changes it; who
    learns in it is moved as the deputy moves him, since something may be written of him."""
    rows = {}
    of_year = Enrolment.objects.filter(
        student__in=[one.target for one in changes], school_class__year=writing.of.year_id
    )
    for one in of_year.order_by("starts_on"):
        rows[one.student_id] = one
    coming = []
    for change in changes:
        to = writing.key(change.values["school_class"])
        row = rows.get(change.target)
        if row is None or (row.ends_on and row.ends_on < day_of(change)):
            coming.append(
                Enrolment(student_id=change.target, school_class_id=to, starts_on=day_of(change))
            )
        elif row.starts_on >= day_of(change) and not is_written_under([row]):
            row.school_class_id = to
            writing.update([row], ["school_class"])
            writing.regrouped = True
        else:
            _move(writing, change, students[change.target], row, to)
    _end_former(writing, coming)
    writing.create(coming)
    writing.regrouped = writing.regrouped or bool(coming)


def _end_former(writing, coming):
    """Of who comes from a class of another year that enrolment ends the day before."""
    ended = []
    for one in coming:
        former = Enrolment.objects.filter(student=one.student_id, starts_on__lt=one.starts_on)
        for row in overlapping(former, one.starts_on, None):
            row.ends_on = one.starts_on - ONE_DAY
            ended.append(row)
    writing.update(ended, ["ends_on"])


def _move(writing, change, student, row, to):
    """What the mover refuses is not told: it knows of marks."""
    try:
        with transaction.atomic():
            its_class = SchoolClass.objects.get(pk=to)
            move_pupil(student, row.school_class, its_class, day_of(change), Answers())
    except Refused:
        writing.leave_out(change, NOT_MOVED)


def _let_go(writing, change):
    student = Student.objects.select_related("user").get(pk=change.target)
    chosen: Any = change.values["chosen"]
    if chosen == CLOSE:
        student.user.is_active = False
        writing.update([student.user], ["is_active"])
    elif chosen.startswith(f"{LEFT}:"):
        leave_school(student, _day_left(change))


def _day_left(change):
    """The day of «left:2026-08-31», the last one."""
    return datetime.date.fromisoformat(change.values["chosen"].partition(":")[2])


# --- parents ---


def write_parents(writing: Writing, changes: Sequence[Change]) -> None:
    made = writing.need(new(changes), "child")
    persons = [one for one in made if one.values["person"] is None]
    users = make_accounts(writing, persons)
    parents = {one.key: Parent(user=users[one.key]) for one in persons}
    writing.create(list(parents.values()))
    by_ref: dict[Any, Parent] = dict(parents)
    _change_parents(writing, writing.need(changed(changes), "child"), by_ref)
    rows = []
    for one in made:
        parent = by_ref.get(one.values["person"] or one.key)
        if parent is None:
            writing.leave_out(one, NOT_MADE)
        else:
            rows.append(_parenthood(writing, parent, one))
    writing.create(rows)


def _parenthood(writing, parent, change):
    return Parenthood(
        parent=parent,
        student_id=writing.key(change.values["child"]),
        relation=change.values.get("relation") or "",
    )


def _change_parents(writing, changes, by_ref):
    users = User.objects.in_bulk([one.target for one in changes])
    _update_accounts(writing, changes, {one.key: users[one.target] for one in changes})
    writing.touched |= set(users)
    there = {one.user_id: one for one in Parent.objects.filter(user__in=users)}
    lacking = [pk for pk in users if pk not in there]
    there |= {pk: Parent(user_id=pk) for pk in lacking}
    writing.create([there[pk] for pk in lacking])
    by_ref.update(there)
    known = {
        (one.parent_id, one.student_id): one
        for one in Parenthood.objects.filter(parent__in=[one.pk for one in there.values()])
    }
    coming, others = [], []
    for change in changes:
        parent, child = there[change.target], writing.key(change.values["child"])
        row = known.get((parent.pk, child))
        if row is None and "is_parent" in change.values:
            coming.append(_parenthood(writing, parent, change))
        elif row and "relation" in change.values:
            row.relation = change.values["relation"]
            others.append(row)
    writing.create(coming)
    writing.update(others, ["relation"])
