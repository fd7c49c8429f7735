"""The administrator's pages of kinds of lessons, and of what is not kept in journals."""

import pytest
from django.urls import reverse

from journals.actions.dues import dues_of
from school.models import Exemption, Journal, Lesson, LessonKind
from tests.site.test_admin import form_of, send
from tests.site.test_admin_rows import page_of, rows
from tests.world import TODAY, day

pytestmark = pytest.mark.any_database


@pytest.fixture
def browser(world, login):
    return login(world.admin)


def kind(name):
    return LessonKind.objects.get(name=name)


def owes(lesson):
    lesson.refresh_from_db()
    return [due is not None for due in dues_of(lesson)]


def test_a_journal_of_another_kind_takes_its_lessons_to_come_along(world, browser):
    path = page_of(Journal, world.maths)
    data = form_of(browser.get(path)) | {"lesson_kind": kind("Консультация").pk}
    page = browser.post(path, data, follow=True).content.decode()
    assert "Изменился вид 2 уроков с сегодняшнего дня." in page
    assert owes(world.today_lesson) == owes(world.future_lesson) == [True, True, False]
    assert owes(world.lesson) == [True, True, True]
    assert world.maths.history.first().history_user == world.admin


def test_a_journal_is_exempted_on_its_page(world, browser):
    path = page_of(Journal, world.maths)
    row = {"what": "homework", "starts_on": TODAY.strftime("%d.%m.%Y"), "ends_on": ""}
    send(browser, path, form_of(browser.get(path)) | rows("exemptions", row))
    assert owes(world.today_lesson) == [True, True, False]
    made = Exemption.objects.get()
    assert (str(made), made.history.get().history_user) == (
        "домашнее задание: 5А, Математика",
        world.admin,
    )


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"parallel": "", "journal": ""}, "Укажите или параллель, или журнал."),
        ({"parallel": "5", "journal": "maths"}, "Укажите или параллель, или журнал."),
        ({"parallel": "13", "journal": ""}, "меньше либо равно 12"),
        ({"parallel": "5", "ends_on": "01.01.2026"}, "Последний день раньше первого."),
        ({"parallel": "6"}, "Сроки пересекаются с другой записью."),
    ],
)
def test_what_an_exemption_can_not_be(world, browser, changed, told):
    Exemption.objects.create(what="homework", parallel=6, starts_on=day(9, 1))
    changed = {name: world.maths.pk if one == "maths" else one for name, one in changed.items()}
    data = {"what": "homework", "parallel": "", "journal": "", "starts_on": "01.11.2026"}
    page = browser.post(page_of(Exemption), data | {"ends_on": ""} | changed)
    assert page.status_code == 200
    assert told in page.content.decode()
    assert Exemption.objects.count() == 1


def test_a_parallel_is_exempted_and_no_more(world, browser):
    data = {"what": "topic", "parallel": "5", "starts_on": "01.09.2026", "ends_on": ""}
    send(browser, page_of(Exemption), data)
    assert owes(world.today_lesson) == [True, False, True]
    assert (
        "5-е классы" in browser.get(reverse("admin:school_exemption_changelist")).content.decode()
    )
    path = reverse("admin:school_exemption_delete", args=[Exemption.objects.get().pk])
    assert browser.post(path, {"post": "yes"}).status_code == 302
    assert owes(world.today_lesson) == [True, True, True]


def test_a_kind_says_what_it_owes(world, browser):
    path = page_of(LessonKind, kind("Урок"))
    page = browser.get(path)
    data = form_of(page)
    del data["owes_homework"]
    send(browser, path, data | {"name": "Учебное занятие"})
    assert owes(world.today_lesson) == [True, True, False]
    assert owes(world.lesson) == [True, True, True]
    assert str(Lesson.objects.get(pk=world.lesson.pk).kind) == "Учебное занятие"


def test_one_lesson_is_of_another_kind(world, browser):
    path = page_of(Lesson, world.future_lesson)
    data = form_of(browser.get(path))
    send(browser, path, data | {"kind": kind("Самоподготовка").pk, "cancelled": "экскурсия"})
    assert owes(world.future_lesson) == [False, False, False]
    assert world.future_lesson.cancelled == "экскурсия"
    send(browser, path, form_of(browser.get(path)) | {"cancelled": ""})
    assert owes(world.future_lesson) == [True, False, False]


def test_leaders_find_it_in_the_history(world, browser, login, noon):
    noon.shift(60)
    Exemption.objects.create(what="homework", parallel=5, starts_on=TODAY)
    noon.shift(60)
    path = page_of(LessonKind, kind("Экзамен"))
    send(browser, path, form_of(browser.get(path)) | {"short_name": "экз."})
    page = login(world.deputy).get("/review/history/").content.decode()
    assert "экз." in page
    assert "вид занятий" in page
    assert "что не ведётся" in page


def test_nothing_of_it_is_for_others(world, login):
    for person in (world.deputy, world.teacher):
        page = login(person).get(page_of(Exemption))
        assert page.status_code in (302, 403, 404)
