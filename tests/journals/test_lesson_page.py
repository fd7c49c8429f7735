"""One lesson without a script: the form, all of it or nothing."""

import datetime

import pytest
from django.urls import reverse

from journals.actions.entries import save_cell, save_field
from journals.models import LessonWork, Mark
from school.models import Lesson

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database


def path(w, lesson=None):
    lesson = lesson or w.lesson
    return reverse("lesson", args=[lesson.journal_id, lesson.pk])


def form_data(page):
    """What the page's form would send, untouched."""
    form = page.context["form"]
    data = {}
    for field in form or []:
        value = field.value()
        if value not in (None, False, ""):
            data[field.html_name] = "on" if value is True else value
    for pupil in page.context["pupils"]:
        if pupil.writable:
            data[f"cell-{pupil.student_id}"] = pupil.text
            data[f"was-{pupil.student_id}"] = pupil.was
    return data


def lesson(w):
    return Lesson.objects.get(pk=w.lesson.pk)


def test_it_works(world, login):
    client = login(world.teacher)
    data = form_data(client.get(path(world))) | {
        "topic": "Сложение дробей",
        "homework": "не задано",
        "work_1": world.test.pk,
        "attendance": "on",
        f"cell-{world.ivanov.pk}": "5",
        f"cell-{world.petrova.pk}": "н",
    }
    page = client.post(path(world), data, follow=True)
    assert "Сохранено." in page.content.decode()
    found = lesson(world)
    assert (found.topic, found.no_homework) == ("Сложение дробей", True)
    assert found.attendance_taken_at is not None
    mark = Mark.objects.get()
    assert (mark.student, mark.work.work_type) == (world.ivanov, world.test)
    # Sent again as it stands now, it changes nothing.
    before = Lesson.history.count()
    client.post(path(world), form_data(client.get(path(world))))
    assert Lesson.history.count() == before


def test_all_or_nothing_and_the_typed_text_stays(world, login):
    client = login(world.teacher)
    data = form_data(client.get(path(world))) | {
        "topic": "Сложение дробей",
        f"cell-{world.ivanov.pk}": "6",
        f"cell-{world.petrova.pk}": "4",
    }
    html = client.post(path(world), data).content.decode()
    assert "Ничего не записано" in html
    assert "Нет такой отметки: «6»" in html
    assert 'value="6"' in html
    assert 'value="4"' in html
    assert 'value="Сложение дробей"' in html
    assert lesson(world).topic == ""
    assert not Mark.objects.exists()


def test_somebody_was_first(world, login):
    client = login(world.teacher)
    data = form_data(client.get(path(world))) | {
        "topic": "Моя тема",
        f"cell-{world.ivanov.pk}": "5",
    }
    save_field(world.maths, world.lesson.pk, "topic", "", "Чужая тема")
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "2")
    html = client.post(path(world), data).content.decode()
    assert "здесь стало: «Чужая тема»" in html
    assert "здесь стало: «2»" in html
    assert 'value="Моя тема"' in html
    assert lesson(world).topic == "Чужая тема"


def test_a_third_work_is_kept(world, login):
    for position, kind in enumerate((world.answer, world.classwork, world.test), start=1):
        LessonWork.objects.create(lesson=world.lesson, work_type=kind, position=position)
    client = login(world.teacher)
    client.post(path(world), form_data(client.get(path(world))) | {"topic": "Тема"})
    assert world.lesson.works.count() == 3
    assert lesson(world).topic == "Тема"


def test_a_leader_reads(world, login):
    page = login(world.deputy).get(path(world))
    assert page.context["form"] is None
    assert "<input id=" not in page.content.decode()
    assert "Сохранить" not in page.content.decode()


def test_a_class_teacher_writes_own_rows_of_a_mixed_subgroup(world, login):
    client = login(world.class_teacher)
    data = {
        "topic": "Чужое дело",
        f"cell-{world.ivanov.pk}": "5",
        f"was-{world.ivanov.pk}": "",
        f"cell-{world.sidorov.pk}": "2",
        f"was-{world.sidorov.pk}": "",
    }
    client.post(path(world, world.english_lesson), data)
    assert Mark.objects.get().student == world.ivanov
    world.english_lesson.refresh_from_db()
    assert world.english_lesson.topic == ""


@pytest.mark.parametrize("name", ["future_lesson", "cancelled_lesson"])
def test_no_marks_in_a_lesson_that_is_closed(world, login, name):
    found = getattr(world, name)
    client = login(world.teacher)
    page = client.get(path(world, found))
    assert not any(pupil.writable for pupil in page.context["pupils"])
    client.post(path(world, found), {f"cell-{world.ivanov.pk}": "5"})
    assert not Mark.objects.exists()


def test_neighbours(world, login):
    page = login(world.teacher).get(path(world)).context["page"]
    assert page.previous == world.early_lesson  # the cancelled one is passed over
    assert page.next == world.substituted
    page = login(world.substitute).get(path(world, world.substituted)).context["page"]
    assert (page.previous, page.next) == (None, None)


def test_a_field_left_alone_is_none_of_the_forms_business(world, login):
    """A colleague has written the topic since the page was opened."""
    client = login(world.teacher)
    data = form_data(client.get(path(world))) | {f"cell-{world.ivanov.pk}": "5"}
    save_field(world.maths, world.lesson.pk, "topic", "", "Доли")
    save_field(world.maths, world.lesson.pk, "attendance", "", "все")
    assert client.post(path(world), data).status_code == 302
    assert Mark.objects.get().value.text == "5"
    assert (lesson(world).topic, bool(lesson(world).attendance_taken_at)) == ("Доли", True)


def test_attendance_is_taken_back_without_a_script(world, login, noon):
    client = login(world.teacher)
    data = form_data(client.get(path(world))) | {"attendance": "on"}
    client.post(path(world), data)
    data = form_data(client.get(path(world)))
    assert data.pop("attendance") == "on"
    assert client.post(path(world), data).status_code == 302
    assert lesson(world).attendance_taken_at is None
    client.post(path(world), data | {"attendance": "on", "was_attendance": ""})
    noon.shift(datetime.timedelta(days=1))
    page = client.get(path(world))
    assert page.context["form"].fields["attendance"].disabled
    client.post(path(world), data | {"was_attendance": "все"})
    assert lesson(world).attendance_taken_at is not None
