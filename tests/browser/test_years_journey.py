"""1 September comes: what is of last year is a click away, and at last becomes an archive."""

import datetime

import pytest
import time_machine
from playwright.sync_api import expect

from journals.actions.entries import save_cell
from journals.actions.locks import lock_period
from journals.actions.watch import sweep
from journals.models import Mark
from school.models import PeriodLock, YearClosing
from tests import world as worlds
from tests.world import day

# A browser's journey, alike on every database; test_journeys.py runs on both.
pytestmark = pytest.mark.any_database

AUGUST = datetime.datetime(2027, 8, 31, 9, tzinfo=datetime.UTC)
LAST, NEXT = "2026/2027", "2027/2028"


@pytest.fixture
def world(transactional_db):
    """31 August 2027. 6А waits for its first day; of last year the fourth quarter is not closed,
    and the topic of a lesson in it was never written."""
    with time_machine.travel(worlds.NOON, tick=True) as clock:
        made = worlds.following(worlds.stands())
        save_cell(made.maths, made.lesson.pk, made.ivanov.pk, "", "5")
        made.may = worlds.lesson(made.maths, day(5, 20), made.slots[1])
        clock.move_to(AUGUST)
        sweep()
        for one in made.quarters[:3]:
            lock_period(one.pk, made.deputy)
        made.clock = clock
        yield made


def choose(page, year):
    page.get_by_role("navigation", name="Учебный год").get_by_role("link", name=year).click()


def section(page, name):
    page.get_by_role("navigation", name="Разделы").get_by_role("link", name=name).click()


def test_last_year_is_a_click_away_and_becomes_an_archive(world, open_as):
    teacher = open_as("teacher", "/journals/")
    expect(teacher.locator("h1")).to_have_text(f"Журналы, {LAST} учебный год")
    world.clock.move_to(AUGUST + datetime.timedelta(days=1))

    # The teacher: last year's journal with its marks and grades, nothing to write in.
    section(teacher, "Журналы")
    expect(teacher.locator("h1")).to_have_text(f"Журналы, {NEXT} учебный год")
    choose(teacher, LAST)
    teacher.get_by_role("link", name="Математика").first.click()
    expect(teacher.locator("h1")).to_contain_text(f"5А, Математика {LAST}")
    teacher.get_by_role("link", name="2 четверть", exact=True).click()
    expect(teacher.locator("main")).to_contain_text("Иванов Иван")
    teacher.get_by_role("link", name="Оценки").click()
    expect(teacher.locator("h1")).to_contain_text("оценки")

    # The parent: the diary of last year, by the class of then.
    parent = open_as("parent", f"/diary/{world.ivanov.pk}/")
    expect(parent.locator("h1")).to_contain_text("6А")
    choose(parent, LAST)
    expect(parent.locator("h1")).to_contain_text("5А")
    parent.get_by_role("link", name="Все отметки за период").click()
    choose(parent, LAST)
    parent.get_by_role("link", name="2 четверть").click()
    expect(parent.locator("h1")).to_contain_text("5А")
    expect(parent.get_by_role("row", name="Математика").first).to_contain_text("5,00")

    # The deputy: what was late, then the last period and the year are closed.
    deputy = open_as("deputy", "/review/")
    choose(deputy, LAST)
    deputy.get_by_role("link", name="Просрочено", exact=True).click()
    expect(deputy.locator("table.late-table")).to_contain_text("20.05")
    deputy.get_by_role("link", name="Закрытые периоды").click()
    deputy.get_by_role("link", name="Закрыть… 4 четверть").click()
    deputy.get_by_role("button", name="Закрыть").click()
    expect(deputy.locator("main")).to_contain_text("4 четверть: период закрыт.")
    deputy.get_by_role("button", name="Закрыть учебный год").click()
    expect(deputy.locator("main")).to_contain_text(f"Учебный год {LAST} закрыт (Завучева")
    assert PeriodLock.objects.count() == 4
    assert YearClosing.objects.get().closed_by == world.deputy

    # Nobody writes in it, not even who leads the class.
    leader = open_as("classteacher", f"/journals/{world.maths.pk}/lessons/{world.may.pk}/")
    expect(leader.locator("main")).to_contain_text("Учебный год закрыт 01.09.2027")
    answer = leader.evaluate(
        """async ([url, lesson, student]) => {
            const token = document.querySelector("[name=csrfmiddlewaretoken]").value;
            const body = new URLSearchParams({lesson, student, was: "", text: "5"});
            const headers = {"X-CSRFToken": token, "X-Drawn-For": document.body.dataset.user};
            return (await fetch(url, {method: "POST", body, headers})).json();
        }""",
        [f"/journals/{world.maths.pk}/cells/", str(world.may.pk), str(world.ivanov.pk)],
    )
    assert "Учебный год закрыт 01.09.2027" in answer["message"]
    assert Mark.objects.count() == 1
