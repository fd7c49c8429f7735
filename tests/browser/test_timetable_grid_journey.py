"""Lessons are moved in the timetable's grid: dragged, by keys, with a conflict, by two leaders at
once, over a dead line."""

import pytest
from playwright.sync_api import expect

from school.models import DraftRow, TimetableDraft
from tests.world import FIRST, day

from .conftest import box_of

pytestmark = pytest.mark.any_database

MONDAY = day(11, 30)


@pytest.fixture
def planned(world):
    world.row = world.maths.timetable.create(weekday=1, number=2, starts_on=FIRST)
    world.other = world.russian.timetable.create(weekday=2, number=3, starts_on=FIRST)
    world.b_row = world.maths_b.timetable.create(weekday=3, number=2, starts_on=FIRST)
    return world


def cell(page, spot):
    return page.locator(f"#week td[data-spot='{spot}']")


def where(row):
    change = DraftRow.objects.filter(entry=row).first()
    return change and f"{change.weekday}.{change.number}"


def lift(page, spot):
    cell(page, spot).locator("a.lesson").focus()
    page.keyboard.press("Space")
    expect(page.locator("#week .verdict").first).to_be_visible()


def drag(page, spot, to):
    start = box_of(cell(page, spot).locator("a.lesson"))
    end = box_of(cell(page, to))
    page.mouse.move(start["x"] + 10, start["y"] + 10)
    page.mouse.down()
    page.mouse.move(start["x"] + 30, start["y"] + 30)
    page.mouse.move(end["x"] + 20, end["y"] + 20, steps=4)
    page.mouse.up()


def test_a_lesson_is_dragged_and_taken_back(planned, open_as):
    page = open_as("deputy", f"/desk/timetable/?by=class&of={planned.a5.pk}")
    drag(page, "1.2", "5.2")
    expect(page.locator("#moved")).to_contain_text("Математика: пн, 2-й → пт, 2-й")
    expect(page.locator("#moved")).to_contain_text("Начат черновик")
    expect(page.locator("#draft-bar")).to_contain_text("изменено строк: 1")
    expect(cell(page, "5.2")).to_contain_text("Математика")
    assert where(planned.row) == "5.2"
    assert TimetableDraft.objects.get().starts_on == MONDAY
    # Onto another of the class the two change places.
    drag(page, "5.2", "2.3")
    expect(page.locator("#draft-bar")).to_contain_text("изменено строк: 2")
    assert (where(planned.row), where(planned.other)) == ("2.3", "5.2")
    page.keyboard.press("Control+z")
    expect(page.locator("#moved")).to_contain_text("Возвращено")
    page.keyboard.press("Control+z")
    expect(page.locator("#draft-bar")).to_contain_text("пока ничего не изменено")
    assert not DraftRow.objects.exists()
    expect(cell(page, "1.2")).to_contain_text("Математика")
    # A click is no drag: it opens the row's form.
    cell(page, "1.2").locator("a.lesson").click()
    expect(page.locator("h1")).to_contain_text("5А, Математика")


def test_by_keys_with_a_conflict_that_is_taken_back(planned, open_as):
    page = open_as("deputy", f"/desk/timetable/?by=class&of={planned.a5.pk}")
    lift(page, "1.2")
    expect(cell(page, "3.2")).to_contain_text("✕")
    expect(cell(page, "3.2")).to_contain_text("5Б")
    expect(cell(page, "5.4")).to_contain_text("✓ свободно")
    for _ in range(2):
        page.keyboard.press("ArrowRight")
    expect(page.locator("#carrying")).to_contain_text("среда, 2-й: занято")
    expect(page.locator("#spoken")).to_contain_text("занято")
    expect(page.locator("#beside")).to_contain_text("✕ 5Б")
    page.keyboard.press("Enter")
    expect(page.locator("#draft-bar")).to_contain_text("не могут стоять вместе: 1")
    expect(page.locator("#conflicts")).to_contain_text("5Б, Математика")
    expect(cell(page, "3.2")).to_contain_text("⚠")
    # The focus stays on the lesson: it goes on from there, to the nearest place that is free.
    page.keyboard.press("Space")
    expect(page.locator("#week .verdict").first).to_be_visible()
    page.keyboard.press("KeyN")
    page.keyboard.press("Enter")
    expect(page.locator("#conflicts")).to_be_hidden()
    expect(page.locator("#draft-bar .clashes")).to_be_hidden()
    for _ in range(2):
        page.keyboard.press("Control+z")
    expect(page.locator("#draft-bar")).to_contain_text("пока ничего не изменено")
    # Lifted and let go it stands where it was.
    lift(page, "1.2")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Escape")
    expect(page.locator("#carrying")).to_be_hidden()
    expect(page.locator("#week .verdict")).to_have_count(0)
    assert not DraftRow.objects.exists()


def test_two_leaders_at_once(planned, open_as):
    path = f"/desk/timetable/?by=class&of={planned.a5.pk}"
    deputy, director = open_as("deputy", path), open_as("director", path)
    drag(deputy, "1.2", "5.2")
    expect(deputy.locator("#moved")).to_contain_text("Перенесено")
    drag(director, "1.2", "4.1")
    expect(director.locator("#moved")).to_contain_text("Не перенесено")
    expect(director.locator("#moved")).to_contain_text("теперь он: пятница, 2-й урок")
    expect(cell(director, "1.2")).to_contain_text("Математика")
    assert where(planned.row) == "5.2"
    director.get_by_role("link", name="Открыть расписание ещё раз").click()
    expect(cell(director, "5.2")).to_contain_text("Математика")


def test_over_a_dead_line(planned, open_as, server):
    page = open_as("deputy", f"/desk/timetable/?by=class&of={planned.a5.pk}")
    lift(page, "1.2")
    server.stop()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    expect(page.locator("#moved")).to_contain_text("не сохранён, повторяется")
    expect(cell(page, "1.3")).to_contain_text("Математика")
    server.start()
    expect(page.locator("#moved")).to_contain_text("Перенесено")
    assert where(planned.row) == "1.3"
    assert DraftRow.history.count() == 1


def test_with_a_finger(planned, open_as):
    """One rests on a lesson, then on a place; nothing overflows."""
    page = open_as(
        "deputy",
        f"/desk/timetable/?by=class&of={planned.a5.pk}",
        viewport={"width": 390, "height": 844},
        has_touch=True,
    )
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    lesson = cell(page, "1.2").locator("a.lesson")
    lesson.scroll_into_view_if_needed()
    start, end = box_of(lesson), box_of(cell(page, "2.2"))
    touch = page.context.new_cdp_session(page)

    def send(kind, *points):
        places = [{"x": x, "y": y} for x, y in points]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": places})

    send("touchStart", (start["x"] + 10, start["y"] + 10))
    expect(page.locator("#carrying")).to_be_visible()
    send("touchMove", (end["x"] + 10, end["y"] + 10))
    send("touchEnd")
    expect(page.locator("#moved")).to_contain_text("Перенесено: Математика: пн, 2-й → вт, 2-й")
    assert where(planned.row) == "2.2"
