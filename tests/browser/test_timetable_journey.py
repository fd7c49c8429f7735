"""A timetable changes from Monday: two deputies, one draft, and what a teacher has planned."""

import pytest
from playwright.sync_api import expect

from journals.actions.entries import save_field
from school.actions.timetable import generate_lessons
from school.models import Lesson
from tests.world import FIRST, TODAY, day

# A browser's journey, alike on every database; test_journeys.py runs on both.
pytestmark = pytest.mark.any_database

MONDAY, FRIDAY = day(11, 30), day(12, 4)


def test_a_timetable_changes_from_monday(world, open_as):
    Lesson.objects.filter(date__gt=TODAY).delete()
    world.maths.timetable.create(weekday=1, number=2, starts_on=FIRST)
    world.russian.timetable.create(weekday=2, number=3, starts_on=FIRST)
    generate_lessons(world.year, MONDAY, day(12, 30))
    planned = Lesson.objects.get(journal=world.maths, date=MONDAY)
    save_field(world.maths, planned.pk, "topic", "", "Дроби")

    page = open_as("deputy", "/desk/timetable/")
    page.get_by_text("Составить новое расписание").click()
    page.get_by_role("button", name="Начать").click()
    page.get_by_text("урок за уроком").click()
    page.get_by_role("link", name="Изменить 2-й, 5А, Математика").click()
    page.get_by_label("День недели").select_option("пятница")
    page.get_by_label("Урок", exact=True).select_option("4-й")
    page.get_by_role("button", name="Записать в черновик").click()
    expect(page.locator("main")).to_contain_text("было: понедельник, 2-й урок")
    page.get_by_text("урок за уроком").click()

    # The other leader looks at the difference; meanwhile one more row is changed.
    other = open_as("director", "/desk/timetable/apply/")
    expect(other.locator("main")).to_contain_text("перенести на 04.12.2026, 4-й")
    page.get_by_role("link", name="Изменить 3-й, 5А, Русский язык").click()
    page.get_by_role("button", name="Урока больше нет").click()
    other.get_by_role("button", name="Ввести расписание").click()
    expect(other.locator("main")).to_contain_text("посмотрите на разницу ещё раз")
    assert Lesson.objects.get(pk=planned.pk).date == MONDAY
    expect(other.locator("main")).to_contain_text("урока нет")
    other.get_by_role("button", name="Ввести расписание").click()
    expect(other.locator("main")).to_contain_text("Расписание введено")

    moved = Lesson.objects.get(pk=planned.pk)
    assert (moved.date, moved.number, moved.topic) == (FRIDAY, 4, "Дроби")
    assert not Lesson.objects.filter(journal=world.russian, date__gte=MONDAY).exists()

    teacher = open_as("teacher", f"/journals/{world.maths.pk}/lessons/{planned.pk}/")
    expect(teacher.locator("h1")).to_contain_text("Урок 4 декабря 2026, 4-й")

    other.get_by_text("Введено последним").click()
    other.get_by_role("button", name="Отозвать").click()
    expect(other.locator("main")).to_contain_text("Расписание отозвано")
    assert Lesson.objects.get(pk=planned.pk).date == MONDAY
    assert Lesson.objects.filter(journal=world.russian, date=day(12, 1)).exists()
