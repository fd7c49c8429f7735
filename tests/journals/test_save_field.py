"""Topic, homework, works and attendance of a lesson."""

import datetime

import pytest
from django.urls import reverse

from attendance.refusals import Refused
from journals.actions.entries import save_cell, save_field
from journals.actions.watch import sweep
from journals.models import LateEntry, LessonWork, Mark, WorkType
from journals.queries.cell import works_of
from journals.refusals import Conflict
from school.models import Lesson
from tests import world as worlds


def save(w, field, text, was="", lesson=None):
    lesson = lesson or w.lesson
    return save_field(lesson.journal, lesson.pk, field, was, text)


def lesson(w):
    return Lesson.objects.get(pk=w.lesson.pk)


def test_it_works(world):
    save(world, "topic", "Сложение  дробей ")
    assert lesson(world).topic == "Сложение дробей"
    assert lesson(world).topic_entered_at == worlds.NOON


@pytest.mark.parametrize("field", ["topic", "homework"])
def test_the_first_entry_met_the_duty(world, noon, field):
    """2.7, 2.8: edited late, entered in time; cleared, not entered."""
    save(world, field, "Одно")
    noon.shift(datetime.timedelta(days=3))
    save(world, field, "Другое", was="Одно")
    assert getattr(lesson(world), f"{field}_entered_at") == worlds.NOON
    save(world, field, "", was="Другое")
    assert getattr(lesson(world), f"{field}_entered_at") is None


@pytest.mark.parametrize("typed", ["-", "не задано", "Не задано."])
def test_nothing_is_set_outright(world, typed):
    """2.8"""
    _, text = save(world, "homework", typed)
    assert text == "не задано"
    assert (lesson(world).homework, lesson(world).no_homework) == ("", True)
    assert lesson(world).homework_entered_at == worlds.NOON
    save(world, "homework", "§ 5", was="не задано")
    assert (lesson(world).homework, lesson(world).no_homework) == ("§ 5", False)


def test_homework_keeps_its_lines(world):
    _, text = save(world, "homework", "§ 5\r\n№ 7\n")
    assert text == "§ 5\n№ 7"
    assert save(world, "homework", "§ 6", was="§ 5\r\n№ 7")[1] == "§ 6"


def test_everybody_present(world):
    """2.5: a deed too; the first time stands, and a text that is neither is refused."""
    save(world, "attendance", "все")
    assert lesson(world).attendance_taken_at == worlds.NOON
    assert save(world, "attendance", "все")[1] == "все"
    with pytest.raises(Refused):
        save(world, "attendance", "нет", was="все")


def works(w):
    types = {one.pk: one for one in WorkType.objects.all()}
    return [types[work.work_type_id] for work in works_of(w.lesson.pk)]


def ids(*types):
    return " ".join(str(one.pk) for one in types)


def test_works_in_their_order(world):
    save(world, "works", ids(world.test, world.answer))
    assert works(world) == [world.test, world.answer]


def test_marks_follow_their_work(world):
    """2.7: reordered, a mark stays with its work; renamed, the work keeps its marks."""
    save(world, "works", ids(world.answer, world.classwork))
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "4/5")
    save(world, "works", ids(world.classwork, world.answer), was=ids(world.answer, world.classwork))
    marks = {mark.work.work_type: mark.value.text for mark in Mark.objects.all()}
    assert marks == {world.answer: "4", world.classwork: "5"}
    save(world, "works", ids(world.test, world.answer), was=ids(world.classwork, world.answer))
    marks = {mark.work.work_type: mark.value.text for mark in Mark.objects.all()}
    assert marks == {world.answer: "4", world.test: "5"}


def test_a_work_with_marks_is_not_taken_away(world):
    save(world, "works", ids(world.answer, world.classwork))
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "4/5")
    was = ids(world.answer, world.classwork)
    with pytest.raises(Refused, match="За «Работа на уроке» уже стоят отметки"):
        save(world, "works", ids(world.answer), was=was)
    assert works(world) == [world.answer, world.classwork]


@pytest.mark.parametrize("text", ["1 1", "999999", "9" * 30, "²", "x", "1 x"])
def test_no_such_works(world, text):
    text = text.replace("1", str(world.answer.pk))
    with pytest.raises(Refused, match="дважды или такого вида нет"):
        save(world, "works", text)
    assert not LessonWork.objects.exists()
    assert WorkType.objects.count() == 3


@pytest.mark.parametrize(("field", "most"), [("topic", 500), ("homework", 2000)])
def test_too_long(world, field, most):
    save(world, field, "я" * most)
    with pytest.raises(Refused, match=f"Не больше {most} знаков, а здесь {most + 1}"):
        save(world, field, "я" * (most + 1), was="я" * most)


@pytest.mark.parametrize("field", ["topic", "homework"])
def test_signs_that_nobody_sees_are_none(world, field):
    """2.7, 2.8: of them alone nothing is written, and no duty met."""
    save(world, field, "Дроби\0 \u200bи\u00a0доли\ufeff")
    assert getattr(lesson(world), field) == "Дроби и доли"
    save(world, field, "\u200b\ufeff", was="Дроби и доли")
    assert getattr(lesson(world), f"{field}_entered_at") is None


@pytest.mark.parametrize("field", ["topic", "homework"])
def test_a_text_of_earlier_with_blanks_of_its_own_can_be_changed(world, field):
    instant = {f"{field}_entered_at": worlds.NOON}
    Lesson.objects.filter(pk=world.lesson.pk).update(**{field: "§ 5,  № 7\u200b"}, **instant)
    assert save(world, field, "§ 6", was="§ 5,  № 7\u200b")[1] == "§ 6"


def test_somebody_was_first(world):
    save(world, "topic", "Одно")
    with pytest.raises(Conflict) as conflict:
        save(world, "topic", "Другое")
    assert conflict.value.present == "Одно"
    assert lesson(world).topic == "Одно"


def test_a_cancelled_lesson_is_closed(world):
    with pytest.raises(Refused, match="карантин"):
        save(world, "topic", "Тема", lesson=world.cancelled_lesson)


def test_everybody_present_is_taken_back_on_the_same_day(world, noon):
    """A slip of the finger; the next day it is a record (2.5)."""
    save(world, "attendance", "все")
    noon.shift(datetime.timedelta(hours=11, minutes=59))  # until local midnight
    assert save(world, "attendance", "", was="все")[1] == ""
    assert lesson(world).attendance_taken_at is None
    assert [row.attendance_taken_at for row in lesson(world).history.all()][:2] == [
        None,
        worlds.NOON,
    ]
    save(world, "attendance", "все")
    noon.shift(datetime.timedelta(minutes=2))
    with pytest.raises(Refused, match="только в день"):
        save(world, "attendance", "", was="все")


@pytest.mark.parametrize("field", ["topic", "homework"])
def test_over_a_text_of_ones_own_whose_answer_got_lost(world, login, field):
    """The page knows what it sent, not how it stands here."""
    client = login(world.teacher)
    assert post(client, world, field, " Дроби  и доли").status_code == 200  # unheard
    again = {"sent": [" Дроби  и доли"]}
    assert post(client, world, field, "Доли", **again).status_code == 200
    assert getattr(lesson(world), field) == "Доли"
    save_field(world.maths, world.lesson.pk, field, "Доли", "Другое")
    assert post(client, world, field, "Дроби", **again).status_code == 409


def test_attendance_of_whom_somebody_is_absent_is_not_taken_back(world):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "н")
    with pytest.raises(Refused, match="отмечены отсутствующие"):
        save(world, "attendance", "", was="все")
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "н", "")
    save(world, "attendance", "", was="все")
    assert lesson(world).attendance_taken_at is None


def test_what_is_taken_back_is_a_duty_again(world):
    """Of a lesson of the day before it is late again at once."""
    sweep()
    late = LateEntry.objects.filter(lesson=world.lesson, kind="attendance")
    save(world, "attendance", "все")
    assert late.get().settled_at
    save(world, "attendance", "", was="все")
    assert late.get().settled_at is None


def test_topics_may_be_planned_ahead_attendance_may_not(world):
    save(world, "topic", "Тема", lesson=world.future_lesson)
    with pytest.raises(Refused, match="ещё не прошёл"):
        save(world, "attendance", "все", lesson=world.future_lesson)


def test_sent_twice_it_changes_nothing(world):
    save(world, "topic", "Одно")
    before = Lesson.history.count()
    save(world, "topic", "Одно")
    assert Lesson.history.count() == before


# --- over the wire ---


def post(client, w, field, text, was="", **data):
    data |= {"lesson": w.lesson.pk, "field": field, "was": was, "text": text}
    path = reverse("save_field", args=[w.maths.pk])
    return client.post(path, data, headers={"accept": "application/json"})


def test_the_answer(world, login):
    answer = post(login(world.teacher), world, "homework", "-").json()
    assert answer["text"] == "не задано"
    assert answer["saved_at"] == "12:00:00"
    answer = post(login(world.teacher), world, "attendance", "все").json()
    assert "taken" in answer["head"]


def test_a_conflict_says_who_and_when(world, login):
    post(login(world.class_teacher), world, "topic", "Одно")
    answer = post(login(world.teacher), world, "topic", "Другое")
    assert answer.status_code == 409
    told = answer.json()
    assert (told["text"], told["by"]) == ("Одно", "Руссова Раиса Романовна")


def test_a_field_there_is_not(world, login):
    assert post(login(world.teacher), world, "cancelled", "да").status_code == 404


def test_too_long_is_told(world, login):
    answer = post(login(world.teacher), world, "topic", "я" * 501)
    assert answer.status_code == 422
    assert "Не больше 500 знаков" in answer.json()["message"]


def test_a_conflict_names_who_wrote_that_field(world, login):
    """Not who last wrote anything of the lesson: here the very person who is told."""
    post(login(world.class_teacher), world, "topic", "Доли")
    post(login(world.class_teacher), world, "works", str(world.test.pk))
    post(login(world.teacher), world, "homework", "§ 5")
    for field in ("topic", "works"):
        told = post(login(world.teacher), world, field, str(world.answer.pk)).json()
        assert told["by"] == "Руссова Раиса Романовна", field
