"""Rows that are saved at once on a page of the administrator's site: judged as they will stand,
written so that none is in another's way."""

import threading
from contextlib import suppress

import pytest
from django.db import IntegrityError
from django.urls import reverse

from school.actions.lessons import substitute
from school.admin.structure import SubjectAdmin
from school.admin_base import CHANGED_MEANWHILE, MOST_ROWS
from school.models import (
    GradeScale,
    Journal,
    Lesson,
    Parenthood,
    Period,
    SchoolYear,
    Student,
    Subject,
    TeachingGroup,
    User,
)
from school.rows import ALIKE, CROSSED, STALE
from tests import world as worlds
from tests.journals.test_concurrency import at_once
from tests.site.test_admin import form_of, send
from tests.world import day

OVERLAP = "Сроки пересекаются с другой записью."


@pytest.fixture
def browser(world, login):
    return login(world.admin)


def page_of(model, one=None):
    name = f"admin:school_{model._meta.model_name}"
    return reverse(f"{name}_change", args=[one.pk]) if one else reverse(f"{name}_add")


def rows(prefix, *found, first=0):
    """What a browser sends of new rows, the first of them at place `first`."""
    data = {f"{prefix}-TOTAL_FORMS": first + len(found)}
    for place, row in enumerate(found, start=first):
        data |= {f"{prefix}-{place}-{name}": value for name, value in row.items()}
    return data


def refused(browser, path, data, prefix, told):
    """Post; nothing is saved and `told` is {place of a row, or None for above the rows: text}."""
    page = browser.post(path, data)
    assert page.status_code == 200
    found = [one.formset for one in page.context["inline_admin_formsets"]]
    (formset,) = [one for one in found if one.prefix == prefix]
    errors = {n: form.non_field_errors() for n, form in enumerate(formset.forms)}
    errors[None] = formset.non_form_errors()
    assert {n: list(texts) for n, texts in errors.items() if texts} == {
        n: [text] for n, text in told.items()
    }
    for text in told.values():
        assert text in page.content.decode()


# --- a thing and its rows in one save ---


def test_a_pupil_with_class_group_and_parent(world, browser):
    person = worlds.user("new", "Новенький", "Нил")
    path = page_of(Student)
    data = form_of(browser.get(path)) | {"user": person.pk}
    data |= rows("enrolments", {"school_class": world.a5.pk, "starts_on": "25.11.2026"})
    data |= rows("memberships", {"group": world.subgroup.pk, "starts_on": "25.11.2026"})
    data |= rows("parenthood_set", {"parent": world.other_parent.parent.pk})
    send(browser, path, data)
    student = Student.objects.get(user=person)
    assert student.enrolments.get().school_class == world.a5
    assert student.memberships.get().group == world.subgroup
    assert student.parents.get().user == world.other_parent


def test_a_journal_with_assignment_and_timetable(world, browser):
    path = page_of(Journal)
    data = form_of(browser.get(path))
    data |= {"group": world.subgroup.pk, "subject": world.maths.subject_id, "scale": world.five.pk}
    data |= rows("assignments", {"teacher": world.teacher.pk, "starts_on": "01.09.2026"})
    data |= rows(
        "timetable",
        {"weekday": 1, "number": 1, "weeks": 3, "starts_on": "01.09.2026"},
        {"weekday": 2, "number": 1, "weeks": 3, "starts_on": "01.09.2026"},
    )
    send(browser, path, data)
    journal = Journal.objects.get(group=world.subgroup, subject=world.maths.subject)
    assert journal.assignments.get().teacher == world.teacher
    assert journal.timetable.count() == 2


def test_a_group_with_members(world, browser):
    path = page_of(TeachingGroup)
    data = form_of(browser.get(path))
    data |= {"kind": "subgroup", "year": world.year.pk, "name": "5 англ. 2"}
    data |= rows(
        "memberships",
        {"student": world.petrova.pk, "starts_on": "01.09.2026"},
        {"student": world.newcomer.pk, "starts_on": "09.11.2026"},
    )
    send(browser, path, data)
    assert TeachingGroup.objects.get(name="5 англ. 2").memberships.count() == 2


# --- rows as they will stand ---


@pytest.fixture
def pupil(world, browser):
    """(the address of a pupil's page, what it sends back)."""
    path = page_of(Student, world.ivanov)
    return path, form_of(browser.get(path))


def test_a_pupil_is_moved_as_the_guide_says(world, browser, pupil):
    path, data = pupil
    data["enrolments-0-ends_on"] = "24.11.2026"
    new = {"school_class": world.b5.pk, "starts_on": "25.11.2026"}
    send(browser, path, data | rows("enrolments", new, first=1))
    stand = world.ivanov.enrolments.order_by("starts_on")
    assert list(stand.values_list("school_class", "starts_on", "ends_on")) == [
        (world.a5.pk, day(9, 1), day(11, 24)),
        (world.b5.pk, day(11, 25), None),
    ]


def test_a_row_takes_the_place_of_a_deleted_one(world, browser, pupil):
    path, data = pupil
    data["enrolments-0-DELETE"] = "on"
    new = {"school_class": world.b5.pk, "starts_on": "01.09.2026"}
    send(browser, path, data | rows("enrolments", new, first=1))
    assert world.ivanov.enrolments.get().school_class == world.b5


def test_new_rows_that_overlap(world, browser):
    path = page_of(Student)
    data = form_of(browser.get(path)) | {"user": worlds.user("new").pk}
    data |= rows(
        "enrolments",
        {"school_class": world.a5.pk, "starts_on": "01.09.2026", "ends_on": "25.11.2026"},
        {"school_class": world.b5.pk, "starts_on": "25.11.2026"},
    )
    refused(browser, path, data, "enrolments", {1: OVERLAP})
    assert not Student.objects.filter(user__username="new").exists()


def test_a_row_that_overlaps_with_one_that_stays(world, browser, pupil):
    path, data = pupil
    new = {"school_class": world.b5.pk, "starts_on": "25.11.2026"}
    refused(browser, path, data | rows("enrolments", new, first=1), "enrolments", {1: OVERLAP})
    data["enrolments-0-ends_on"] = "25.11.2026"
    refused(browser, path, data | rows("enrolments", new, first=1), "enrolments", {1: OVERLAP})


@pytest.mark.parametrize(
    ("ends", "starts"), [("30.10.2026", "31.10.2026"), ("20.10.2026", "21.10.2026")]
)
def test_a_border_is_moved(world, browser, ends, starts):
    world.quarters[0].ends_on, world.quarters[1].starts_on = day(10, 25), day(10, 26)
    for quarter in world.quarters[:2]:
        quarter.save()
    path = page_of(type(world.year), world.year)
    data = form_of(browser.get(path))
    send(browser, path, data | {"periods-0-ends_on": ends, "periods-1-starts_on": starts})
    first, second = Period.objects.filter(number__in=(1, 2))
    assert (f"{first.ends_on:%d.%m.%Y}", f"{second.starts_on:%d.%m.%Y}") == (ends, starts)


def test_a_chain_of_rows_moves_on(world, browser):
    """Each into the place of the one after it, whatever their order on the page."""
    path = page_of(type(world.year), world.year)
    data = form_of(browser.get(path))
    data |= {f"periods-{place}-number": place + 2 for place in range(4)}
    send(browser, path, data)
    assert list(Period.objects.values_list("number", flat=True)) == [2, 3, 4, 5]
    data = form_of(browser.get(path))
    send(browser, path, data | {f"periods-{place}-number": place + 1 for place in range(4)})
    assert list(Period.objects.values_list("number", flat=True)) == [1, 2, 3, 4]


def test_rows_that_change_places(world, browser):
    path = page_of(type(world.year), world.year)
    data = form_of(browser.get(path)) | {"periods-0-number": 2, "periods-1-number": 1}
    refused(browser, path, data, "periods", {0: CROSSED, 1: CROSSED})


def test_a_period_of_another_year(world, browser):
    path = page_of(type(world.year))
    data = form_of(browser.get(path)) | {"starts_on": "01.09.2027", "ends_on": "31.05.2028"}
    period = {"kind": "quarter", "number": 1, "starts_on": "31.05.2027", "ends_on": "25.10.2027"}
    refused(browser, path, data | rows("periods", period), "periods", {0: OVERLAP})


ROLE = {"kind": "deputy"}
LESSON = {"weeks": 3, "weekday": 1, "starts_on": "01.09.2026"}
VALUE = {"text": "ок", "title": "сделано", "position": 0}
TWICE = {
    "a role": lambda w: (w.teacher, "roles", ROLE, ALIKE),
    "a parenthood": lambda w: (
        w.other_parent.parent,
        "parenthood_set",
        {"student": w.sidorov.pk},
        ALIKE,
    ),
    "a value of a scale": lambda w: (w.five, "values", VALUE, ALIKE),
    "a lesson of the timetable": lambda w: (
        w.maths,
        "timetable",
        LESSON | {"number": 1},
        OVERLAP,
    ),
    "a member": lambda w: (
        w.subgroup,
        "memberships",
        {"student": w.petrova.pk, "starts_on": "01.09.2026"},
        OVERLAP,
    ),
    "an assignment": lambda w: (
        w.maths,
        "assignments",
        {"teacher": w.class_teacher.pk, "starts_on": "01.09.2026"},
        OVERLAP,
    ),
    "a substitution": lambda w: (w.lesson, "substitution", {"teacher": w.teacher.pk}, ALIKE),
}


@pytest.mark.parametrize("case", TWICE.values(), ids=TWICE)
def test_a_row_twice(world, browser, case):
    thing, prefix, row, told = case(world)
    path = page_of(type(thing), thing)
    data = form_of(browser.get(path))
    first = int(data[f"{prefix}-TOTAL_FORMS"])
    refused(browser, path, data | rows(prefix, row, row, first=first), prefix, {first + 1: told})


# --- what others have done meanwhile ---


def test_a_row_that_somebody_has_deleted(world, browser, pupil):
    path, data = pupil
    world.ivanov.memberships.all().delete()
    refused(browser, path, data, "memberships", {None: STALE})
    send(browser, path, data | {"memberships-0-DELETE": "on"})


def test_a_row_that_somebody_has_added(world, browser, pupil):
    path, data = pupil
    Parenthood.objects.create(parent=world.other_parent.parent, student=world.ivanov)
    new = {"parent": world.other_parent.parent.pk}
    refused(
        browser, path, data | rows("parenthood_set", new, first=1), "parenthood_set", {1: ALIKE}
    )


def test_a_substitution_that_somebody_has_added(world, browser):
    path = page_of(Lesson, world.lesson)
    data = form_of(browser.get(path)) | rows("substitution", {"teacher": world.teacher.pk})
    substitute(world.lesson, world.substitute)
    refused(browser, path, data, "substitution", {None: STALE})


def test_what_the_database_refuses_all_the_same(world, browser, monkeypatch):
    def save_model(*_):
        raise IntegrityError

    monkeypatch.setattr(SubjectAdmin, "save_model", save_model)
    page = browser.post(page_of(Subject), {"name": "Химия", "short_name": "Хим"}, follow=True)
    assert CHANGED_MEANWHILE in page.content.decode()
    assert not Subject.objects.filter(name="Химия").exists()


@pytest.mark.django_db(transaction=True)
def test_of_two_who_add_the_same_the_second_hears_of_it(transactional_db, noon, login, monkeypatch):
    world = worlds.stands()
    clients = [login(world.admin) for _ in range(2)]
    gate, save, told = threading.Barrier(2), SubjectAdmin.save_model, []

    def save_model(*args):
        """Where writers do not wait for each other both are at this point with a valid form."""
        with suppress(threading.BrokenBarrierError):
            gate.wait(timeout=0.5)
        save(*args)

    def add(client):
        page = client.post(page_of(Subject), {"name": "Химия", "short_name": "Хим"})
        told.append((page.status_code, "уже существует" in page.content.decode()))

    monkeypatch.setattr(SubjectAdmin, "save_model", save_model)
    assert at_once([lambda client=client: add(client) for client in clients]) == [None, None]
    assert sorted(told) == [(200, True), (302, False)]


# --- as many as a thing may have ---


@pytest.mark.any_database  # rows of forms, none of the database
def test_no_page_makes_as_many_rows_as_are_asked_for(world, browser):
    found = []
    for model, one in (
        (User, world.teacher),
        (Student, world.ivanov),
        (TeachingGroup, world.subgroup),
        (Journal, world.maths),
        (SchoolYear, world.year),
        (GradeScale, world.five),
    ):
        path = page_of(model, one)
        data = form_of(browser.get(path))
        totals = [name for name in data if name.endswith("-TOTAL_FORMS")]
        page = browser.post(path, data | dict.fromkeys(totals, 999_999))
        assert page.status_code == 200
        for inline in page.context["inline_admin_formsets"]:
            assert inline.formset.total_form_count() <= MOST_ROWS, inline.formset.prefix
            found.append(inline.formset.prefix)
    assert len(found) == 10
