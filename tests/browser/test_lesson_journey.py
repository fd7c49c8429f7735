"""The page of one lesson: what wants another field is sent after it."""

import re

import pytest
from playwright.sync_api import expect

from journals.actions.entries import save_field
from journals.models import LessonWork
from school.models import Lesson

from .test_journeys import cell

pytestmark = pytest.mark.any_database


def test_a_work_is_planned_and_homework_has_its_time(world, open_as):
    lesson = world.future_lesson
    page = open_as("teacher", f"/journals/{world.maths.pk}/lessons/{lesson.pk}/")
    page.get_by_label("Домашнее задание").fill("§ 5")
    page.get_by_label("Сколько минут займёт").fill("20 мин")
    page.get_by_label("Второй вид работы").select_option(label="Контрольная работа")
    page.get_by_label("Тема второй работы").fill("Дроби")
    page.get_by_role("button", name="Сохранить").click()
    # One work alone is the first; minutes are a number.
    expect(page.get_by_label("Тема первой работы")).to_have_class(re.compile("saved"))
    expect(page.get_by_label("Тема первой работы")).to_have_value("Дроби")
    expect(page.get_by_label("Тема второй работы")).to_have_value("")
    expect(page.get_by_label("Сколько минут займёт")).to_have_value("20")
    expect(page.locator(".error-text")).to_have_count(0)
    work = LessonWork.objects.get()
    assert (work.lesson, work.work_type, work.title) == (lesson, world.test, "Дроби")
    assert Lesson.objects.get(pk=lesson.pk).homework_minutes == 20

    page.get_by_label("Домашнее задание").fill("не задано")
    page.get_by_label("Первый вид работы").select_option(label="—")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.get_by_label("Сколько минут займёт")).to_have_value("")
    expect(page.get_by_label("Тема первой работы")).to_have_value("")
    assert not LessonWork.objects.exists()


def test_the_norms_are_told_where_one_plans(world, open_as):
    """Of what was just saved: below the line of the grid, beside the fields of the lesson."""
    for lesson in (world.russian_lesson, world.substituted):
        save_field(lesson.journal, lesson.pk, "works", "", str(world.test.pk))
    page = open_as("teacher", f"/journals/{world.maths.pk}/")
    line = page.locator(f'.page tr[data-lesson="{world.today_lesson.pk}"]')
    below = page.locator(".norm-line")

    def choose(label):
        line.locator('[data-field="works"]').click()
        page.get_by_label("Первая отметка в клетке").select_option(label=label)
        page.locator("#works").get_by_role("button", name="Сохранить").click()

    choose("Контрольная работа")
    expect(below).to_contain_text("В 5А в этот день уже контрольная: русский язык")
    expect(below.locator(".against").first).to_contain_text("Это первый урок дня")
    choose("—")
    expect(below).to_be_hidden()
    line.get_by_label(re.compile("Домашнее задание")).fill("§ 5")
    line.get_by_label(re.compile("Домашнее задание")).press("Tab")
    expect(below).to_contain_text("У 5А на")

    page.goto(f"/journals/{world.maths.pk}/lessons/{world.today_lesson.pk}/")
    page.get_by_label("Сколько минут займёт").fill("121")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator('[data-hints="homework"] .over')).to_contain_text("больше нормы")


def test_minutes_that_are_none_say_so_beside_them(world, open_as):
    page = open_as("teacher", f"/journals/{world.maths.pk}/lessons/{world.lesson.pk}/")
    page.get_by_label("Сколько минут займёт").fill("20")
    page.get_by_role("button", name="Сохранить").click()
    field = page.get_by_label("Сколько минут займёт")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#note-homework_minutes")).to_contain_text("Сначала запишите задание")
    expect(field).to_have_value("20")


def test_the_grid_says_what_the_work_of_the_chosen_cell_is_about(world, open_as):
    save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    save_field(world.maths, world.lesson.pk, "title_1", "", "Дроби")
    page = open_as("teacher", f"/journals/{world.maths.pk}/")
    cell(page, world.ivanov, world.lesson).click()
    expect(page.locator(".bar .place")).to_contain_text("КР: Дроби")
    line = page.locator(f'.page tr[data-lesson="{world.lesson.pk}"]')
    expect(line.locator(".about")).to_have_text("Дроби")
    line.locator('[data-field="works"]').click()
    page.get_by_label("Первая отметка в клетке").select_option(label="—")
    page.get_by_role("dialog").get_by_role("button", name="Сохранить").click()
    expect(line.locator(".about")).to_have_text("")
