"""The class teacher registers a certificate, and the grid says so (2.9)."""

import pytest
from playwright.sync_api import expect

from attendance.models import Absence
from journals.actions.entries import save_cell, save_field
from tests import world as worlds

from .test_journeys import cell, saved, type_russian

# A browser's journey, alike on every database; test_journeys.py runs on both.
pytestmark = pytest.mark.any_database


def test_a_certificate_by_keyboard_and_the_grid_shows_it(world, open_as, tmp_path):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "н")
    scan = tmp_path / "справка.pdf"
    scan.write_bytes(worlds.SCAN)

    page = open_as("classteacher")
    page.get_by_role("link", name="5А пропуски и их причины").press("Enter")
    page.get_by_role("link", name="Документ…").press("Enter")
    # The pupil and the days of the absence are there already.
    page.get_by_label("Номер").fill("17")
    page.get_by_label("Пропуски по").fill("2026-11-24")
    page.get_by_label("Скан, если есть").set_input_files(scan)
    page.get_by_role("button", name="Записать документ").press("Enter")
    expect(page.locator(".message")).to_contain_text("Причина указана: 1 пропуск.")
    expect(page.locator("main")).to_contain_text("Таких пропусков нет.")
    with page.expect_download() as download:
        page.get_by_role("link", name="Скан: Иванов Иван, медицинская справка 17").press("Enter")
    assert download.value.path().read_bytes() == worlds.SCAN

    grid = open_as("teacher", f"/journals/{world.maths.pk}/")
    expect(cell(grid, world.ivanov, world.lesson)).to_have_text("б")
    target = cell(grid, world.ivanov, world.substituted)  # the 24th, entered only now
    target.click()
    type_russian(grid, "н")
    grid.keyboard.press("Enter")
    saved(grid)
    expect(target).to_have_text("б")
    cell(grid, world.ivanov, world.lesson).click()
    type_russian(grid, "нп")
    grid.keyboard.press("Enter")
    expect(grid.locator("body")).to_contain_text("Причину уже указал(а)")
    assert set(Absence.objects.values_list("reason", flat=True)) == {"б"}


def test_the_absences_on_a_phone_do_not_overflow(world, open_as):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "н")
    address = f"/classes/{world.a5.pk}/attendance/?for={world.ivanov.pk}"
    page = open_as("classteacher", address, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_the_lessons_page_counts_the_marks_of_a_test(world, open_as):
    """2.6: «1 из 2» changes with each mark that is saved."""
    world.test.expects = world.test.Expects.PRESENT
    world.test.save()
    save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    page = open_as("teacher", f"/journals/{world.maths.pk}/lessons/{world.lesson.pk}/")
    heading = page.get_by_role("heading", name="Ученики")
    expect(heading).to_contain_text("Контрольная работа, отметки: 0 из 2")
    page.get_by_label("Иванов Иван").fill("5")
    page.get_by_role("button", name="Сохранить").click()
    expect(heading).to_contain_text("отметки: 1 из 2")
