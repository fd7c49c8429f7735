"""The deputy asks about a pupil, the class teacher answers, the deputy sees it (2.9); the page is
fetched anew under the hand."""

import pytest
from playwright.sync_api import expect

from attendance.models import Inquiry
from journals.actions.entries import save_cell, save_field

# A browser's journey, alike on every database; test_journeys.py runs on both.
pytestmark = pytest.mark.any_database


@pytest.fixture
def gone(world):
    """Иванов was at the second lesson and is not at the third."""
    save_field(world.maths, world.today_lesson.pk, "attendance", "", "все")
    save_cell(world.russian, world.russian_lesson.pk, world.ivanov.pk, "", "н")


def refresh(page):
    """The minute is over."""
    page.clock.fast_forward(61_000)


def test_a_question_about_a_pupil_and_its_answer(world, open_as, gone):
    desk = open_as("deputy")
    expect(desk.locator("#decide")).to_contain_text("Решить сейчас")
    expect(desk.locator(f"#pupil-{world.ivanov.pk}")).to_contain_text("на 2-м был(а), с 3-го нет")
    desk.get_by_role("button", name="Спросить классного руководителя: Иванов Иван").press("Enter")
    expect(desk.locator(f"#pupil-{world.ivanov.pk}")).to_contain_text("ждём ответа")

    teacher = open_as("classteacher")
    field = teacher.get_by_label("Ответ: где Иванов Иван")
    field.fill("у медсестры")
    field.press("Enter")
    expect(teacher.locator(".message")).to_contain_text("Ответ записан")
    expect(teacher.locator(".inquiries")).to_have_count(0)
    assert Inquiry.objects.get().answer == "у медсестры"

    desk.reload()
    expect(desk.locator("#pupils")).to_be_visible()
    expect(desk.locator(".answers")).to_contain_text("Иванов Иван, 5А: у медсестры")


def test_the_page_is_fetched_anew_under_the_hand(world, open_as, gone):
    """What has the focus keeps it, what is typed nowhere is lost, and a cut line is told."""
    desk = open_as("deputy")
    desk.clock.install()
    desk.reload()
    button = desk.get_by_role("button", name="Спросить классного руководителя: Иванов Иван")
    button.focus()
    save_cell(world.russian, world.russian_lesson.pk, world.petrova.pk, "", "н")
    refresh(desk)
    expect(desk.locator(f"#pupil-{world.petrova.pk}")).to_be_visible()
    expect(button).to_be_focused()
    desk.context.set_offline(True)
    refresh(desk)
    expect(desk.locator("#stale")).to_contain_text("нет связи")
    expect(button).to_be_focused()
    desk.context.set_offline(False)
    refresh(desk)
    expect(desk.locator("#stale")).to_be_hidden()


def test_the_desk_on_a_phone_does_not_overflow(world, open_as, gone):
    page = open_as("deputy", viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    small = page.evaluate(
        """[...document.querySelectorAll(".desk-lines button, .desk-lines a.button")]
            .filter((one) => one.getBoundingClientRect().height < 44).length"""
    )
    assert small == 0
