"""The administrator's page of the bells."""

import datetime

import pytest
from django.urls import reverse

from school.models import BellSchedule, BellUse, Lesson
from tests.site.test_admin import form_of, send
from tests.world import day


@pytest.fixture
def browser(world, login):
    return login(world.admin)


def page(schedule):
    return reverse("admin:school_bellschedule_change", args=[schedule.pk])


def rows(number, starts_at, ends_at, place):
    row = {"number": number, "starts_at": starts_at, "ends_at": ends_at}
    return {f"slots-{place}-{name}": value for name, value in row.items()}


def test_a_schedule_for_one_class_from_monday(world, browser):
    add = reverse("admin:school_bellschedule_add")
    data = form_of(browser.get(add)) | {"name": "Начальная школа", "slots-TOTAL_FORMS": 2}
    data |= rows(1, "09:00", "09:35", 0) | rows(2, "09:45", "10:20", 1)
    use = {"school_class": world.a5.pk, "starts_on": "27.11.2026"}
    data |= {f"uses-0-{name}": value for name, value in use.items()} | {"uses-TOTAL_FORMS": 1}
    answer = browser.post(add, data, follow=True)
    assert "Изменилось время 1 урока с сегодняшнего дня." in answer.content.decode()
    found = Lesson.objects.get(pk=world.future_lesson.pk)
    assert (found.starts_at, found.ends_at) == (datetime.time(9, 45), datetime.time(10, 20))
    told = browser.get(reverse("admin:school_bellschedule_changelist")).content.decode()
    assert "5А, с 27.11.2026" in told
    assert "вся школа, с 01.09.2026" in told


def test_all_bells_move_at_once(world, browser):
    schedule = world.slots[0].schedule
    data = form_of(browser.get(page(schedule)))
    for place in range(7):
        data |= rows(place + 1, f"{9 + place}:30", f"{10 + place}:10", place)
    send(browser, page(schedule), data)
    assert Lesson.objects.get(pk=world.future_lesson.pk).starts_at == datetime.time(10, 30)
    assert Lesson.objects.get(pk=world.lesson.pk).starts_at == datetime.time(10)


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        (rows(2, "09:30", "10:10", 1), "По времени пересекается с другим звонком"),
        (rows(2, "10:40", "10:00", 1), "Урок кончается раньше, чем начинается."),
        (rows(2, "08:00", "08:40", 1), "2-й урок начинается в 08:00, раньше 1-го (09:00)"),
        (rows(1, "10:00", "10:40", 1), "Такая строка уже есть."),
    ],
)
def test_what_is_refused_stays_on_the_page(world, browser, changed, told):
    schedule = world.slots[0].schedule
    answer = browser.post(page(schedule), form_of(browser.get(page(schedule))) | changed)
    html = answer.content.decode()
    assert told in html
    assert all(f'value="{value}' in html for value in changed.values())
    assert list(schedule.slots.values_list("starts_at", flat=True))[1] == datetime.time(10)


def test_a_schedule_that_holds_is_not_deleted(world, browser):
    schedule = world.slots[0].schedule
    path = reverse("admin:school_bellschedule_delete", args=[schedule.pk])
    assert browser.post(path, {"post": "yes"}).status_code in (200, 403)
    assert BellSchedule.objects.filter(pk=schedule.pk).exists()


def test_when_a_word_is_withdrawn_the_former_bells_ring(world, browser):
    short = BellSchedule.objects.create(name="Сокращённые уроки")
    short.slots.create(number=2, starts_at=datetime.time(9, 40), ends_at=datetime.time(10, 10))
    use = BellUse.objects.create(schedule=short, starts_on=day(11, 27), only_that_day=True)
    send(browser, page(short), form_of(browser.get(page(short))))
    assert Lesson.objects.get(pk=world.future_lesson.pk).starts_at == datetime.time(9, 40)
    data = form_of(browser.get(page(short)))
    send(browser, page(short), data | {"uses-0-DELETE": "on"})
    assert not BellUse.objects.filter(pk=use.pk).exists()
    assert Lesson.objects.get(pk=world.future_lesson.pk).starts_at == datetime.time(10)
