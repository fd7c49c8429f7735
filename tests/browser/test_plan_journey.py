"""The plan of a journal: pasted, given in the grid, «вне плана» bound by the key, moved."""

import re

import pytest
from playwright.sync_api import expect

from journals.models import GivenTopic, PlannedTopic
from journals.queries.plans import plan_lines
from school.models import Lesson
from tests.world import day

pytestmark = pytest.mark.any_database

ERRORS = "Работа над ошибками"
TABLE = "\n".join(
    (
        "№ урока\tТема урока\tКол-во часов\tДомашнее задание",
        "Раздел 1. Дроби\t\t\t",
        f"1\t{ERRORS}\t1\t§ 1",
        f"2\t{ERRORS}\t1\t§ 2",
        "3\tУмножение дробей\t1\t§ 3",
        "4\t\t1\t",
        "5\tДеление дробей\t1\t§ 4",
        "Итого\t\t4\t",
    )
)


def titles(world):
    return [line.title for line in plan_lines(world.maths.pk)]


def pasted(page, text):
    """As Ctrl+V does with what was copied in a spreadsheet."""
    page.evaluate(
        """(text) => {
            const data = new DataTransfer();
            data.setData("text/plain", text);
            document.body.dispatchEvent(
                new ClipboardEvent("paste", { clipboardData: data, bubbles: true }));
        }""",
        text,
    )


def test_a_plan_is_pasted_given_and_moved(world, open_as):
    Lesson.objects.filter(journal=world.maths, date__lt=day(11, 23)).update(owes_topic=False)
    page = open_as("teacher", f"/journals/{world.maths.pk}/plan/")
    pasted(page, TABLE)
    expect(page.get_by_role("heading", level=1)).to_have_text(re.compile("Вставка в план"))
    expect(page.locator(".counts")).to_contain_text("Ошибки 1")
    expect(page.locator("tr.error")).to_contain_text("темы нет: строку пропустим")
    expect(page.locator("tr.section")).to_contain_text("Раздел 1. Дроби")
    expect(page.locator("tr.sum")).to_contain_text("сумма, не тема")
    page.get_by_role("button", name="Записать план").click()
    expect(page.locator("#plan")).to_contain_text("(2-я из 2)")
    assert titles(world) == [ERRORS, ERRORS, "Умножение дробей", "Деление дробей"]

    page.goto(f"/journals/{world.maths.pk}/")

    def topic(lesson):
        return page.locator(f'.page tr[data-lesson="{lesson.pk}"] [data-field="topic"]')

    # Enter takes the plan's word; after the second of a title comes the third line.
    for lesson in (world.lesson, world.substituted):
        topic(lesson).focus()
        page.keyboard.press("Enter")
        expect(topic(lesson)).to_have_value(ERRORS)
        expect(topic(lesson)).to_have_class(re.compile("saved"))
    expect(topic(world.today_lesson)).to_have_attribute("placeholder", "Умножение дробей")

    # One's own is «вне плана», and F9 binds it: what follows moves on.
    topic(world.today_lesson).fill("Беседа")
    page.keyboard.press("Enter")
    note = page.locator(f'.page tr[data-lesson="{world.today_lesson.pk}"] .off-plan')
    expect(note).to_contain_text("вне плана")
    expect(topic(world.future_lesson)).to_have_attribute("placeholder", "Умножение дробей")
    topic(world.today_lesson).focus()
    page.keyboard.press("F9")
    expect(note).to_be_hidden()
    expect(topic(world.future_lesson)).to_have_attribute("placeholder", "Деление дробей")
    given = GivenTopic.objects.order_by("lesson__date").values_list("line__position", flat=True)
    assert list(given) == [1, 2, 3]

    # «Перенести план»: was → becomes, then the days of the lessons.
    page.goto(f"/journals/{world.maths.pk}/plan/")
    page.get_by_role("link", name="Перенести план…").click()
    page.get_by_role("button", name="Перенести").click()
    expect(page.locator(".message.success")).to_contain_text("План перенесён")
    last = PlannedTopic.objects.get(journal=world.maths, position=4)
    assert last.planned_on == world.future_lesson.date


def test_lines_are_moved_by_the_keyboard_and_another_tab_is_told(world, open_as):
    page = open_as("teacher", f"/journals/{world.maths.pk}/plan/")
    other = page.context.new_page()
    other.goto(page.url)
    line = page.get_by_role("link", name="Вычитание дробей")
    line.focus()
    page.keyboard.press("Alt+ArrowUp")
    expect(page.locator(".deed-bar .state")).to_contain_text("сохранено")
    assert titles(world) == ["Вычитание дробей", "Сложение дробей"]
    expect(line).to_be_focused()

    other.get_by_role("link", name="Сложение дробей").focus()
    other.keyboard.press("Alt+ArrowDown")
    expect(other.locator(".deed-bar .state")).to_contain_text("План за это время изменили")
    assert titles(world) == ["Вычитание дробей", "Сложение дробей"]

    page.keyboard.press("Insert")
    page.get_by_label("Тема").fill("Повторение")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("#plan")).to_contain_text("Повторение")
    assert titles(world) == ["Вычитание дробей", "Повторение", "Сложение дробей"]
