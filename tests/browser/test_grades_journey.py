"""A teacher grades a class in the last week of the quarter, by keyboard."""

import datetime

import pytest
import time_machine
from playwright.sync_api import expect

from journals.actions.locks import lock_period
from journals.models import LessonWork, Mark, PeriodGrade
from tests import world as worlds
from tests.world import day

from .test_journeys import leaving

# A browser's journey, alike on every database; test_journeys.py runs on both.
pytestmark = pytest.mark.any_database


@pytest.fixture
def world(transactional_db):
    """24 December 2026: the second quarter ends on the 30th. Иванов has a 5, Петрова a 3."""
    start = datetime.datetime(2026, 12, 24, 9, tzinfo=datetime.UTC)
    with time_machine.travel(start, tick=True):
        made = worlds.stands()
        for number in (1, 2, 3):
            lesson = worlds.lesson(made.maths, day(12, number), made.slots[1])
            work = LessonWork.objects.create(lesson=lesson, work_type=made.answer, position=1)
            for student, text in ((made.ivanov, "5"), (made.petrova, "3")):
                value = made.five.values.get(text=text)
                Mark.objects.create(work=work, student=student, value=value)
        yield made


def given():
    rows = PeriodGrade.objects.order_by("student__user__last_name")
    return list(rows.values_list("student__user__last_name", "value__text"))


def test_a_class_is_graded_by_keyboard_and_what_disagrees_is_asked(world, open_as):
    page = open_as("teacher", f"/journals/{world.maths.pk}/grades/")
    field = page.get_by_label("Иванов Иван, 2 четверть")
    field.focus()
    page.keyboard.type("3")  # his marks suggest a 5
    page.keyboard.press("Enter")
    page.keyboard.type("3")
    page.keyboard.press("Enter")  # down to Ушёл, who left in November
    page.keyboard.type("yf")
    page.keyboard.press("Enter")  # past the last one: the button
    page.keyboard.press("Enter")

    expect(page.locator("main")).to_contain_text("По отметкам выходит «5», а стоит «3»")
    assert given() == []
    expect(page.get_by_label("Петрова Пелагея, 2 четверть")).to_have_value("3")
    page.get_by_label("поставить всё равно").press("Space")
    page.get_by_role("button", name="Сохранить").press("Enter")
    expect(page.locator("main")).to_contain_text("Оценки сохранены")
    assert given() == [("Иванов", "3"), ("Петрова", "3"), ("Ушёл", None)]

    diary = open_as("parent", f"/diary/{world.ivanov.pk}/grades/")
    expect(diary.locator("table.summary tr", has_text="Математика")).to_contain_text("3")


def test_suggested_grades_are_filled_in_and_saved_by_hand(world, open_as):
    page = open_as("teacher", f"/journals/{world.maths.pk}/grades/")
    page.get_by_label("Петрова Пелагея, 2 четверть").fill("4")
    page.get_by_role("button", name="Подставить предложенные").click()
    expect(page.get_by_label("Иванов Иван, 2 четверть")).to_have_value("5")
    expect(page.get_by_label("Петрова Пелагея, 2 четверть")).to_have_value("4")  # typed stays
    assert given() == []


def test_leaving_with_grades_that_are_not_saved_asks_first(world, open_as):
    page = open_as("teacher", f"/journals/{world.maths.pk}/grades/")
    asked = leaving(page)
    page.get_by_role("button", name="Подставить предложенные").click()
    page.get_by_role("link", name="Сегодня").click()
    expect(page.get_by_label("Иванов Иван, 2 четверть")).to_have_value("5")
    assert asked == ["beforeunload"]
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("main")).to_contain_text("Оценки сохранены")
    page.get_by_role("link", name="Сегодня").click()
    page.wait_for_url("/")
    assert asked == ["beforeunload"]


@pytest.mark.parametrize("path", ["journals/{}/grades/", "classes/{}/summary/", "review/locks/"])
def test_on_a_phone_nothing_overflows(world, open_as, path):
    lock_period(world.quarters[0].pk, world.deputy)
    url = "/" + path.format(world.maths.pk if "journals" in path else world.a5.pk)
    page = open_as("deputy", url, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_closed_cell_says_why(world, open_as):
    lesson = worlds.lesson(world.maths, day(9, 7), world.slots[1])
    lock_period(world.quarters[0].pk, world.deputy)
    page = open_as("teacher", f"/journals/{world.maths.pk}/?period={world.quarters[0].pk}")
    page.locator(f'tr[data-student="{world.ivanov.pk}"] > td').nth(1).click()
    page.keyboard.press("5")
    expect(page.locator(".bar .state")).to_contain_text("1 четверть закрыта 24.12.2026")
    page.keyboard.press("+")
    lesson.refresh_from_db()
    assert lesson.attendance_taken_at is None
