"""How long the homework of a lesson takes: written beside it, seen in the diary."""

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse

from attendance.refusals import Refused
from diaries.queries.week import week
from journals.actions.entries import save_field
from journals.queries.history import last_field_change
from journals.refusals import Conflict
from school.actions.lessons import cancel_lesson
from school.models import Lesson
from tests import world as worlds
from tests.journals.test_lesson_page import form_data, path
from tests.world import TODAY, day

MONDAY = day(11, 23)


def save(lesson, field, text, was=""):
    return save_field(lesson.journal, lesson.pk, field, was, text)


def minutes(lesson):
    return Lesson.objects.get(pk=lesson.pk).homework_minutes


def test_it_works(world):
    save(world.lesson, "homework", "§ 5")
    assert save(world.lesson, "homework_minutes", "20 мин")[1] == "20"
    assert minutes(world.lesson) == 20
    save(world.lesson, "homework_minutes", "25", was="20 мин")
    assert [row.homework_minutes for row in world.lesson.history.all()[:2]] == [25, 20]
    assert last_field_change(world.lesson, "homework_minutes")[1] == worlds.NOON
    with pytest.raises(Conflict, match="25"):
        save(world.lesson, "homework_minutes", "30", was="20")
    save(world.lesson, "homework", "§ 6", was="§ 5")
    assert minutes(world.lesson) == 25  # another text takes as long until somebody says otherwise
    save(world.lesson, "homework_minutes", "", was="25")
    assert minutes(world.lesson) is None


@pytest.mark.parametrize("text", ["час", "241", "-1"])
def test_what_is_no_number_of_minutes(world, text):
    save(world.lesson, "homework", "§ 5")
    with pytest.raises(Refused, match="Число минут, не больше 240"):
        save(world.lesson, "homework_minutes", text)


@pytest.mark.parametrize("said", ["", "не задано"])
def test_what_is_not_set_takes_no_time(world, said):
    if said:
        save(world.lesson, "homework", said)
    with pytest.raises(Refused, match="Сначала запишите задание"):
        save(world.lesson, "homework_minutes", "20")
    save(world.lesson, "homework", "§ 5", was=said)
    save(world.lesson, "homework_minutes", "20")
    save(world.lesson, "homework", said, was="§ 5")
    assert minutes(world.lesson) is None


@pytest.mark.parametrize(
    "columns",
    [
        {"homework_minutes": 20},
        {"homework_minutes": 20, "no_homework": True, "homework_entered_at": worlds.NOON},
        {"homework_minutes": 241, "homework": "§ 5", "homework_entered_at": worlds.NOON},
    ],
)
def test_the_database_refuses(world, columns):
    with pytest.raises(IntegrityError), transaction.atomic():
        Lesson.objects.filter(pk=world.lesson.pk).update(**columns)


@pytest.mark.any_database
def test_on_the_page_of_the_lesson(world, login):
    browser = login(world.teacher)
    data = form_data(browser.get(path(world))) | {"homework": "§ 5", "homework_minutes": "20"}
    page = browser.post(path(world), data, follow=True).content.decode()
    assert 'name="homework_minutes" value="20"' in page
    assert minutes(world.lesson) == 20
    data = form_data(browser.get(path(world))) | {"homework_minutes": "полчаса"}
    page = browser.post(path(world), data).content.decode()
    assert "Число минут, не больше 240: например, 20." in page
    assert 'value="полчаса"' in page
    assert "≈ 20 мин" in login(world.director).get(path(world)).content.decode()


@pytest.mark.any_database
def test_the_answer_to_a_save_tells_the_page(world, login):
    save(world.lesson, "homework", "§ 5")
    save(world.lesson, "homework_minutes", "20")
    browser, url = login(world.teacher), reverse("save_field", args=[world.maths.pk])
    sent = {"lesson": world.lesson.pk, "field": "homework", "was": "§ 5", "text": "-"}
    assert browser.post(url, sent).json()["beside"] == {"homework_minutes": ""}


# --- the diary ---


def times(student, date=TODAY):
    return next(one.time for one in week(student, MONDAY).days if one.date == date)


def test_the_sum_of_a_day(world, login):
    """Of what is to be done for its lessons."""
    russian = worlds.lesson(world.russian, day(11, 24), world.slots[4])
    assert times(world.ivanov) == ""
    for lesson in (world.substituted, russian):
        save(lesson, "homework", "§ 5")
    assert times(world.ivanov) == ""
    save(russian, "homework_minutes", "30")
    assert times(world.ivanov) == "не меньше 30 мин"
    save(world.substituted, "homework_minutes", "45")
    assert times(world.ivanov) == "≈ 1 ч 15 мин"
    html = login(world.parent).get(reverse("diary_week", args=[world.ivanov.pk])).content.decode()
    assert "Домашние задания к этому дню: ≈ 1 ч 15 мин" in html
    assert '§ 5 <span class="label nowrap">≈ 45 мин</span>' in html
    cancel_lesson(Lesson.objects.get(pk=world.russian_lesson.pk), "мороз")
    assert times(world.ivanov) == "≈ 45 мин"


def test_a_day_that_is_over_has_none(world):
    save(world.lesson, "homework", "§ 5")
    save(world.lesson, "homework_minutes", "30")
    assert times(world.ivanov, day(11, 24)) == ""
