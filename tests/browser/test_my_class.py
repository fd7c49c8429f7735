"""«Мой класс» on the class teacher's phone."""

import re

import pytest
from playwright.sync_api import expect

from attendance.models import Absence
from journals.actions.entries import save_cell
from school.models import StudentCard

from .conftest import box_of

pytestmark = pytest.mark.any_database

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def test_a_reason_in_one_tap_on_a_phone(world, open_as):
    StudentCard.objects.create(student=world.ivanov, contacts="мама 8 913 555-01-24")
    save_cell(world.maths, world.today_lesson.pk, world.ivanov.pk, "", "н")
    page = open_as("classteacher", "/account/", **PHONE)
    page.get_by_role("link", name="Мой класс").tap()
    expect(page.get_by_role("heading", level=2).first).to_contain_text("неизвестно почему: 1")
    call = page.get_by_role("link", name="мама 8 913 555-01-24")
    assert call.get_attribute("href") == "tel:+79135550124"
    buttons = page.get_by_role("form", name="Причина: Иванов Иван").get_by_role("button")
    expect(buttons).to_have_text(["болезнь", "уваж.", "неуваж."])
    for one in [call, *buttons.all()]:
        assert box_of(one)["height"] >= 44
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    buttons.first.tap()
    expect(page.locator(".message")).to_have_text("Причина указана: 1 пропуск.")
    expect(page.get_by_role("heading", level=2).first).to_have_text("Нет: 1")
    assert Absence.objects.get().reason == "б"
    page.get_by_role("link", name=re.compile("Справка принята.*Иванов")).first.tap()
    expect(page.get_by_label("Пропуски с")).to_have_value("2026-11-25")
    expect(page.get_by_role("button", name="Записать документ")).to_be_visible()


def test_more_opens_by_keyboard_and_names_what_is_open(world, open_as):
    page = open_as("classteacher", "/reports/weekly/", viewport=PHONE["viewport"])
    more = page.get_by_role("navigation", name="Разделы").locator("summary")
    expect(more).to_have_text("Ещё, открыто: Отчёты")
    link = page.get_by_role("link", name="Временные журналы")
    expect(link).to_be_hidden()
    more.focus()
    page.keyboard.press("Enter")
    expect(link).to_be_visible()
    for _ in ("Дневник", "Отчёты", "Временные журналы"):
        page.keyboard.press("Tab")
    expect(link).to_be_focused()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("/temp-journals/$"))


def test_without_scripts_the_menu_opens_as_well(world, open_as):
    page = open_as("deputy", "/account/", viewport=PHONE["viewport"], java_script_enabled=False)
    page.get_by_text("Ещё", exact=True).click()
    page.get_by_role("link", name="Отчёты").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("отчёт")


def test_on_a_wide_screen_all_is_in_a_line(world, open_as):
    page = open_as("deputy", "/account/", viewport={"width": 1366, "height": 768})
    menu = page.get_by_role("navigation", name="Разделы")
    expect(menu.get_by_role("link")).to_have_count(7)
    assert len({box_of(one)["y"] for one in menu.get_by_role("link").all()}) == 1
    expect(menu.locator("details")).to_be_hidden()
