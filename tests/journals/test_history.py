"""Every change is in the history: who, when, from what to what, from which address."""

import datetime

import pytest
from django.urls import reverse

from attendance.models import Absence
from journals.actions.entries import save_cell, save_field
from journals.models import LessonWork, Mark
from journals.queries.history import cell_history, last_change
from school.models import (
    Enrolment,
    GroupMembership,
    Lesson,
    Parenthood,
    Role,
    SchoolClass,
    Substitution,
    TeachingAssignment,
)
from school.models.history import create_with_history, originating, update_with_history
from tests import world as worlds
from tests.world import TODAY


def type_in(client, w, was, text):
    data = {"lesson": w.lesson.pk, "student": w.ivanov.pk, "was": was, "text": text}
    path = reverse("save_cell", args=[w.maths.pk])
    assert client.post(path, data, REMOTE_ADDR="10.1.2.3").status_code == 200


def changes(w):
    return [
        (change.who.split()[0], change.what, change.was, change.now)
        for change in cell_history(w.lesson, w.ivanov.pk)
    ]


def test_it_works(world, login, noon):
    teacher, class_teacher = login(world.teacher), login(world.class_teacher)
    type_in(teacher, world, "", "5")
    noon.shift(datetime.timedelta(minutes=1))
    type_in(class_teacher, world, "5", "4")
    noon.shift(datetime.timedelta(minutes=1))
    type_in(teacher, world, "4", "н")
    assert sorted(changes(world)[:2]) == [
        ("Матвеева", "Ответ на уроке", "4", ""),
        ("Матвеева", "Пропуск", "", "н"),
    ]
    assert changes(world)[2:] == [
        ("Руссова", "Ответ на уроке", "5", "4"),
        ("Матвеева", "Ответ на уроке", "", "5"),
    ]
    newest = last_change(world.lesson, world.ivanov.pk)
    assert newest.address == "10.1.2.3"
    assert newest.at == worlds.NOON + datetime.timedelta(minutes=2)


def test_the_page_of_a_cell_tells_it(world, login):
    client = login(world.teacher)
    type_in(client, world, "", "5")
    asked = {"lesson": world.lesson.pk, "student": world.ivanov.pk}
    html = client.get(reverse("cell_history", args=[world.maths.pk]), asked).content.decode()
    for piece in ("25.11.2026 12:00:00", "Матвеева Мария Михайловна", "пусто → <b>5", "10.1.2.3"):
        assert piece in html
    asked["student"] = world.petrova.pk
    html = client.get(reverse("cell_history", args=[world.maths.pk]), asked).content.decode()
    assert "ещё ничего не меняли" in html


def test_what_came_from_paper_says_so(world, login):
    origin = "из временного журнала, сбой 24.11.2026 09:00"
    with originating(origin):
        save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "4")
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "4", "5")
    newest, first = cell_history(world.lesson, world.ivanov.pk)
    assert (newest.origin, first.origin) == ("", origin)
    asked = {"lesson": world.lesson.pk, "student": world.ivanov.pk}
    path = reverse("cell_history", args=[world.maths.pk])
    assert login(world.teacher).get(path, asked).content.decode().count(origin) == 1


def test_behind_our_proxy_the_address_is_the_one_it_saw(world, login, settings):
    settings.BEHIND_HTTPS = True
    data = {"lesson": world.lesson.pk, "student": world.ivanov.pk, "was": "", "text": "5"}
    login(world.teacher).post(
        reverse("save_cell", args=[world.maths.pk]),
        data,
        headers={"x-forwarded-for": "6.6.6.6, 77.88.8.8"},
    )
    assert Mark.history.get().history_address == "77.88.8.8"


FIELDS = [("topic", "Дроби"), ("homework", "§ 5"), ("homework", "-"), ("attendance", "все")]


@pytest.mark.parametrize(("name", "text"), FIELDS)
def test_every_field_of_a_lesson(world, login, name, text):
    data = {"lesson": world.lesson.pk, "field": name, "was": "", "text": text}
    before = Lesson.history.filter(id=world.lesson.pk).count()
    login(world.teacher).post(reverse("save_field", args=[world.maths.pk]), data)
    rows = Lesson.history.filter(id=world.lesson.pk)
    assert rows.count() == before + 1
    assert (rows.first().history_user, rows.first().history_address) == (
        world.teacher,
        "127.0.0.1",
    )


def test_works_of_a_lesson(world):
    text = str(world.test.pk)
    save_field(world.maths, world.lesson.pk, "works", "", text)
    save_field(world.maths, world.lesson.pk, "works", text, "")
    kinds = LessonWork.history.order_by("history_id").values_list("history_type", flat=True)
    assert list(kinds) == ["+", "-"]


def test_bulk_writes_too(world):
    work = LessonWork.objects.create(lesson=world.lesson, work_type=world.answer, position=1)
    five, four = world.five.values.get(text="5"), world.five.values.get(text="4")
    pupils = [world.ivanov, world.petrova]
    marks = [Mark(work=work, student=pupil, value=five) for pupil in pupils]
    create_with_history(Mark, marks, world.teacher)
    for mark in marks:
        mark.value = four
    update_with_history(Mark, marks, ["value"], world.class_teacher)
    assert changes(world) == [
        ("Руссова", "Ответ на уроке", "5", "4"),
        ("Матвеева", "Ответ на уроке", "", "5"),
    ]


def test_a_bulk_write_from_a_page_has_its_address(world, rf):
    from simple_history.models import HistoricalRecords

    HistoricalRecords.context.request = rf.get("/", REMOTE_ADDR="10.9.8.7")
    try:
        create_with_history(
            Absence, [Absence(lesson=world.lesson, student=world.ivanov, reason="н")]
        )
    finally:
        del HistoricalRecords.context.request
    assert Absence.history.get().history_address == "10.9.8.7"


RIGHTS = {
    Role: lambda w: Role(user=w.teacher, kind="deputy"),
    TeachingAssignment: lambda w: TeachingAssignment(
        teacher=w.substitute, journal=w.russian, starts_on=TODAY
    ),
    Parenthood: lambda w: Parenthood(parent=w.parent.parent, student=w.petrova),
    Enrolment: lambda w: Enrolment(student=w.gone, school_class=w.b5, starts_on=TODAY),
    GroupMembership: lambda w: GroupMembership(
        student=w.petrova, group=w.subgroup, starts_on=TODAY
    ),
    SchoolClass: lambda w: SchoolClass(year=w.year, number=6, class_teacher=w.teacher),
    Substitution: lambda w: Substitution(lesson=w.lesson, teacher=w.substitute),
}


@pytest.mark.parametrize("model", RIGHTS, ids=lambda model: model.__name__)
def test_every_right_given_and_taken(world, model):
    row = RIGHTS[model](world)
    row.save()
    pk = row.pk
    row.delete()
    kinds = (
        model.history.filter(id=pk).order_by("history_id").values_list("history_type", flat=True)
    )
    assert list(kinds) == ["+", "-"]
