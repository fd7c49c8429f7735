"""A pupil moves in November: his quarter's grade is one and the same wherever it is read."""

import datetime

import pytest
import time_machine
from playwright.sync_api import expect

from journals.models import LessonWork, Mark, PeriodGrade
from tests import world as worlds
from tests.pdf import pages
from tests.world import day

# A browser's journey, alike on every database; test_journeys.py runs on both.
pytestmark = pytest.mark.any_database

LAST_WEEK = datetime.datetime(2026, 12, 24, 9, tzinfo=datetime.UTC)


def give(world, journal, month, first, *texts):
    for place, text in enumerate(texts):
        lesson = worlds.lesson(journal, day(month, first + place), world.slots[6])
        work = LessonWork.objects.create(lesson=lesson, work_type=world.answer, position=1)
        Mark.objects.create(work=work, student=world.ivanov, value=world.five.values.get(text=text))


def test_a_pupil_moves_in_november(world, open_as):
    give(world, world.maths, 11, 2, "5", "4", "5", "4", "4")
    page = open_as("deputy", f"/classes/{world.a5.pk}/pupils/")
    page.get_by_role("row", name="Иванов").get_by_role("link", name="перевести").click()
    page.get_by_label("Класс").select_option("5Б")
    page.get_by_label("С какого дня").fill("2026-11-26")
    page.get_by_role("button", name="Показать, что изменится").click()
    main = page.locator("main")
    expect(main).to_contain_text("Математика (5 отметок)")
    question = page.get_by_role("group", name="Русский язык: там этого предмета нет")
    expect(question.get_by_label("изучать перестаёт")).to_be_checked()
    page.get_by_role("button", name="Перевести").click()
    expect(main).to_contain_text("Иванов Иван: 5Б с 26.11.2026")
    expect(main.get_by_role("row", name="Иванов")).to_contain_text("с 26.11.2026")

    give(world, world.maths_b, 12, 1, "4", "4")
    with time_machine.travel(LAST_WEEK, tick=True):
        page = open_as("teacher", f"/journals/{world.maths_b.pk}/grades/")
        row = page.get_by_role("row", name="Иванов")
        expect(row).to_contain_text("4,29")
        expect(row).to_contain_text("из 5А: 5, 4, 5, 4, 4")
        row.get_by_label("Иванов Иван, 2 четверть").fill("4")
        page.get_by_role("button", name="Сохранить").click()
        expect(page.locator("main")).to_contain_text("Оценки сохранены")
        page.goto(f"/journals/{world.maths.pk}/grades/")
        row = page.get_by_role("row", name="Иванов")
        expect(row).to_contain_text("ставят в 5Б")
        expect(row.get_by_label("Иванов Иван, 2 четверть")).to_have_count(0)
        expect(row.locator("td.grade b")).to_have_count(0)
        assert PeriodGrade.objects.get().value.text == "4"

        address = f"/journals/{world.maths_b.pk}/print.pdf?period={world.quarters[1].pk}"
        text = " ".join("".join(pages(page.request.get(address).body(), "-layout")).split())
        assert "Иванов Иван 4,29 4" in text

        # What the old class teacher had, the new one reads.
        page = open_as("classteacherb", f"/journals/{world.maths.pk}/")
        expect(page.locator("main")).to_contain_text("Иванов")
        expect(page.locator("main")).not_to_contain_text("Петрова")

        page = open_as("parent", f"/diary/{world.ivanov.pk}/grades/")
        expect(page.get_by_role("row", name="Математика").first).to_contain_text("4,29")
        expect(page.locator("table.summary").get_by_role("row", name="Математика")).to_have_text(
            "Математика 4", use_inner_text=True
        )
        page = open_as("deputy", f"/classes/{world.b5.pk}/summary/?period={world.quarters[1].pk}")
        expect(page.get_by_role("row", name="Иванов").locator("td").nth(1)).to_have_text("4")
