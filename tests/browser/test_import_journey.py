"""A messy class list is mended, written and taken back; a timetable's grid is asked about and
written: by keys, as a secretary does it."""

import pytest
from playwright.sync_api import expect

from school.models import Enrolment, Student, StudentCard, TimetableEntry
from setup.actions.applying import write_waiting
from setup.actions.undoing import undo_waiting
from tests.setup.books import book
from tests.world import day

pytestmark = pytest.mark.any_database

MESSY = [
    ["Список обучающихся 5А класса"],
    [],
    ["№", "ФИО", "Класс", "Д.р.", "Пол", "Л/д"],
    [1, "Гусева Алёна Петровна", "5 А", "19.07.2015", "ж", "Г-201"],
    [2, "Ким", "5а", "01.03.2015", "м", "К-1"],
    [3, "Ветров Артём", "5-А", "31.02.2015", "м", "В-9"],
    [4, "Дроздов Кирилл", "5А", "12.13.2015", "м", "Д-7"],
    [5, "Ёлкина Софья", "5А", "2.11.15", "дев.?", "Е-4"],
    [6, "Журавлёв Семён", "пятый", "01.09.2015", "м", "Ж-5"],
    [7, "Иваноф Иван", "5А", "15.03.2015", "м", ""],
    [8, "Петрава Пелагея", "5А", "16.03.2015", "ж", ""],
    ["Итого: 8"],
]

MENDED = {
    "Ким": "Ким Анна",
    "31.02.2015": "28.02.2015",
    "12.13.2015": "12.12.2015",
    "дев.?": "ж",
    "пятый": "5А",
}


def upload(page, name, rows):
    file = {"name": name, "mimeType": "application/octet-stream", "buffer": book(Лист1=rows)}
    page.get_by_label("Файлы: перетащите").set_input_files(file)
    page.get_by_role("button", name="Загрузить").click()
    expect(page.get_by_role("heading", name="Что в файлах")).to_be_visible()


def test_a_messy_list_is_mended_written_and_taken_back(world, open_as):
    StudentCard.objects.create(student=world.ivanov, born_on=day(3, 15).replace(year=2015))
    StudentCard.objects.create(student=world.petrova, born_on=day(3, 16).replace(year=2015))
    before = Student.objects.count()
    page = open_as("admin", "/import/")
    upload(page, "5А класс.xlsx", MESSY)
    page.get_by_role("button", name="Дальше").click()
    if page.get_by_role("heading", name="Столбцы").count():
        page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("link", name="Ошибки 5")).to_have_attribute("aria-current", "page")
    page.wait_for_load_state()
    for _ in MENDED:
        page.keyboard.press("F8")
        field = page.locator(".wrong-rows input:focus")
        field.fill(MENDED[field.input_value()])
    page.keyboard.press("Control+Enter")
    expect(page.get_by_role("link", name="Ошибки")).to_have_count(0)
    expect(page.get_by_role("link", name="Похожие 2")).to_have_attribute("aria-current", "page")
    page.wait_for_load_state()
    page.keyboard.press("F8")
    page.keyboard.press("2")
    page.keyboard.press("2")
    page.keyboard.press("Control+Enter")
    page.get_by_role("button", name="Записать 8").click()
    expect(page.locator("#progress")).to_contain_text("Страницу можно закрыть")
    assert write_waiting() == 1
    expect(page.get_by_role("heading", name="записано")).to_be_visible()
    assert Enrolment.objects.filter(student__user__last_name="Ким").exists()
    assert Student.objects.count() == before + 8
    page.get_by_role("button", name="Вернуть как было").click()
    expect(page.locator("#progress")).to_contain_text("Страницу можно закрыть")
    assert undo_waiting() == 1
    expect(page.get_by_role("heading", name="возвращено как было")).to_be_visible()
    assert Student.objects.count() == before


GRID = [
    ["День", "№", "5А", "5Б"],
    ["Понедельник", 1, "Русский язык 101", "Математика 102"],
    [None, 2, "Математика 101", "Математика 102"],
    [None, 3, "Математика / — 101", "Математика 102"],
    ["Вторник", 1, "Математика 101", "Математика / — 102"],
]


def test_the_grids_questions_are_answered_and_it_is_written(world, open_as):
    page = open_as("admin", "/import/", viewport={"width": 1366, "height": 768})
    upload(page, "расписание.xlsx", GRID)
    page.get_by_role("button", name="Дальше").click()
    expect(page.get_by_role("heading", name="что мы прочли")).to_be_visible()
    expect(page.locator("td.asked")).to_have_count(2)
    page.wait_for_load_state()
    page.keyboard.press("F8")
    expect(page.locator("td.clash a").first).to_be_focused()
    page.keyboard.press("F8")
    page.keyboard.press("F8")
    expect(page.locator("td.asked a").first).to_be_focused()
    page.get_by_label("Да, урок через неделю").check()
    page.keyboard.press("Control+Enter")
    expect(page.locator("td.asked")).to_have_count(0)
    page.wait_for_load_state()
    page.locator("#C2 a").focus()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#C3 a")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#chosen")).to_contain_text("5А, понедельник, 2-й урок")
    expect(page.locator("#chosen")).to_contain_text("5Б Математика (лист «Лист1», строка 3)")
    page.get_by_role("button", name="Записать").click()
    expect(page.locator("#progress")).to_contain_text("Страницу можно закрыть")
    assert write_waiting() == 1
    expect(page.get_by_role("heading", name="записано")).to_be_visible()
    weeks = TimetableEntry.objects.values_list("weekday", "number", "weeks")
    assert set(weeks.filter(journal=world.maths)) == {(1, 2, 3), (1, 3, 1), (2, 1, 3)}


def test_a_phone_has_no_sideways_overflow(world, open_as):
    page = open_as("admin", "/import/", viewport={"width": 390, "height": 844})
    wide = "document.documentElement.scrollWidth - innerWidth"
    assert page.evaluate(wide) <= 0
    upload(page, "5А класс.xlsx", MESSY)
    assert page.evaluate(wide) <= 0
    address = page.url
    for path in ("heads/", "preview/", "preview/?tab=new", "preview/?tab=similar"):
        page.goto(address + path)
        assert page.evaluate(wide) <= 0, path
    page.goto("/import/")
    upload(page, "расписание.xlsx", GRID)
    page.goto(page.url + "grid/")
    assert page.evaluate(wide) <= 0
