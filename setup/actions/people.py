"""Pupils, parents and staff, one at a time: what a list or a file says of a person."""

import datetime
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from school import kept
from school.models import (
    Employee,
    Enrolment,
    Lesson,
    Parent,
    Parenthood,
    SchoolClass,
    Student,
    StudentCard,
    User,
)
from school.models.dated import on_day
from school.queries.people import staff
from school.rules.logins import login_for
from school.rules.names import sorting_name

from ..queries.checklist import present_pupils

Said = Mapping[str, Any]  # {field: value} of what is said

NAMES = ("last_name", "first_name", "patronymic")
CONTACTS = ("phone", "email")
MOVES = "Ученик уже учится в классе: перевод оформляет завуч на странице «Ученики» этого класса."


def hold_people() -> None:
    """Of two who write the same list at once the second waits, and sees who is there already."""
    list(User.objects.select_for_update(no_key=True).order_by("pk").values_list("pk")[:1])


@transaction.atomic
def create_account(**said: Any) -> User:
    """An account for who does not log in yet: with a login made of the name and no password.
    `said`: fields of the User; ValidationError."""
    user = User(**said)
    taken = {one.lower() for one in User.objects.values_list("username", flat=True)}
    user.username = login_for(user.name, taken)
    user.set_unusable_password()
    user.full_clean()
    user.save()
    return user


@transaction.atomic
def change_account(user: User, said: Said) -> None:
    """Name and contacts; ValidationError."""
    values = {name: said[name] for name in (*NAMES, *CONTACTS) if name in said}
    if not values:
        return
    for name, value in values.items():
        setattr(user, name, value)
    user.full_clean()
    user.save(update_fields=list(values))


# --- pupils ---


@transaction.atomic
def create_pupil(said: Said, school_class: SchoolClass | None, today: datetime.date) -> Student:
    """A new pupil: names, `born_on`, `sex`, `file_number`, and his class. ValidationError where one
    of that name is there who might be the same."""
    hold_people()
    names = {name: said.get(name) or "" for name in NAMES}
    _refuse_similar(names, said.get("born_on"), today)
    student = Student(user=create_account(**names))
    _change_pupil(student, said)
    if school_class:
        enrol(student, school_class, today)
    return student


@transaction.atomic
def change_pupil(student: Student, said: Said) -> None:
    """Names, birth date, sex and file number of a pupil, as far as they are said."""
    change_account(student.user, said)
    _change_pupil(student, said)


def _change_pupil(student, said):
    values = {name: said[name] for name in ("sex", "file_number") if name in said}
    if values or student.pk is None:
        for name, value in values.items():
            setattr(student, name, value)
        student.full_clean()
        student.save()
    if "born_on" in said:
        _set_birth_date(student, said["born_on"])


def _set_birth_date(student, born_on):
    """Nothing else of the card is the secretary's to write."""
    card = StudentCard.objects.filter(student=student).first()
    if card is None and born_on:
        StudentCard.objects.create(student=student, born_on=born_on)
    elif card is not None and card.born_on != born_on:
        card.born_on = born_on
        card.save(update_fields=["born_on"])


def _refuse_similar(names, born_on, today):
    """Nobody is doubled: of the same name is another only whose birth date is another."""
    there = present_pupils(today).select_related("user", "card")
    for one in there.filter(user__sort_name=sorting_name(*names.values())):
        card = getattr(one, "card", None)
        other = card.born_on if card else None
        if born_on is None or other is None or born_on == other:
            born = f", {other:%d.%m.%Y}" if other else ""
            raise ValidationError(
                f"Такой ученик уже есть: {one.user.full_name}{born}. Если это другой человек, "
                "впишите обоим дату рождения."
            )


@transaction.atomic
def enrol(student: Student, school_class: SchoolClass, today: datetime.date) -> None:
    """Put a pupil into a class: from the first day of its year, once the year has lessons from
    today on. What was entered today or has not begun is put right; a move is the leaders' deed, and
    whoever sets the school up is not told by it what stands in journals. ValidationError."""
    standing = student.enrolments.filter(school_class__year=school_class.year_id)
    on = on_day(_day(school_class, today))
    if standing.filter(on, school_class=school_class).exists():
        return
    row = standing.order_by("-starts_on").first()
    if row and (row.ends_on is None or row.ends_on >= today):
        if kept.is_kept(row):
            raise ValidationError({"class_name": MOVES})
        row.school_class = school_class
    else:
        begins = _first_day(school_class, today)
        row = Enrolment(student=student, school_class=school_class, starts_on=begins)
    row.full_clean()
    row.save()


def _day(school_class, today):
    return max(today, school_class.year.starts_on)


def _first_day(school_class, today):
    year = school_class.year
    is_going = Lesson.objects.filter(journal__group__year=year).exists()
    return _day(school_class, today) if is_going else year.starts_on


# --- parents ---


@transaction.atomic
def add_parent(student: Student, said: Said) -> Parenthood:
    """A parent of a pupil: names, `phone`, `email`, `relation`. Who has the same name and the same
    phone or address is the same person, be he a parent or of the staff. ValidationError."""
    names = {name: said.get(name) or "" for name in NAMES}
    contacts = {name: said.get(name) or "" for name in CONTACTS}
    user = _known(names, contacts) or create_account(**names, **contacts)
    parent, _ = Parent.objects.get_or_create(user=user)
    parenthood = Parenthood(parent=parent, student=student, relation=said.get("relation") or "")
    parenthood.full_clean()
    parenthood.save()
    return parenthood


def _known(names, contacts):
    alike = User.objects.filter(sort_name=sorting_name(*names.values()), student=None)
    for one in alike.order_by("pk"):
        if any(contacts[name] and contacts[name] == getattr(one, name) for name in CONTACTS):
            change_account(one, {name: text for name, text in contacts.items() if text})
            return one
    return None


@transaction.atomic
def change_parent(parenthood: Parenthood, said: Said) -> None:
    """Names, contacts and what he is to the child, as far as they are said; of several children's
    parent name and contacts are changed everywhere."""
    change_account(parenthood.parent.user, said)
    if "relation" in said:
        parenthood.relation = said["relation"]
        parenthood.full_clean()
        parenthood.save()


# --- staff ---


@transaction.atomic
def create_employee(said: Said) -> Employee:
    """A new employee: names, contacts, `position`, `left_on`. ValidationError where one of that
    name works here."""
    hold_people()
    names = {name: said.get(name) or "" for name in NAMES}
    if staff().filter(sort_name=sorting_name(*names.values())).exists():
        raise ValidationError("Такой сотрудник уже есть. Другому впишите имя и отчество полностью.")
    contacts = {name: said.get(name) or "" for name in CONTACTS}
    user = _known(names, contacts) or create_account(**names, **contacts)
    return _employ(Employee(user=user), said)


@transaction.atomic
def change_employee(user: User, said: Said) -> None:
    """The same, as far as it is said, of who works here already."""
    change_account(user, said)
    if {"position", "left_on"} & said.keys():
        _employ(Employee.objects.filter(user=user).first() or Employee(user=user), said)


def _employ(employee, said):
    for name in ("position", "left_on"):
        if name in said:
            setattr(employee, name, said[name])
    employee.full_clean()
    employee.save()
    return employee
