"""The hurried teacher's hands: where Enter leads, what a paste does, taking back, a phone."""

from types import SimpleNamespace

import pytest
from django.db import transaction
from playwright.sync_api import expect

from attendance.models import Absence
from journals.actions.entries import save_cell
from journals.models import Mark, PlannedTopic
from journals.queries.cell import cell_state
from school.models import Lesson
from tests import world as worlds
from tests.world import day

from .conftest import box_of
from .test_journeys import cell, marks_of, saved, type_russian
from .test_kept import light, type_mark

# What a page does with what is typed; two people on every database are in test_journeys.
pytestmark = pytest.mark.any_database


@pytest.fixture
def grid(world):
    return f"/journals/{world.maths.pk}/"


def state(page):
    return page.locator(".bar .state")


def field(page, lesson, name):
    return page.locator(f'tr[data-lesson="{lesson.pk}"] textarea[data-field="{name}"]')


def stored(lesson):
    return Lesson.objects.get(pk=lesson.pk)


def stands(lesson, student):
    with transaction.atomic():
        return cell_state(lesson.pk, student.pk).cell.text


def paste(page, text):
    page.evaluate(
        """text => {
          const data = new DataTransfer();
          data.setData("text/plain", text);
          const options = {clipboardData: data, bubbles: true, cancelable: true};
          document.activeElement.dispatchEvent(new ClipboardEvent("paste", options));
        }""",
        text,
    )


# --- Enter ---


@pytest.fixture
def long_plan(world):
    PlannedTopic.objects.create(
        journal=world.maths, position=3, title="Умножение дробей", hours=9, homework="§ 14"
    )


def test_enter_goes_through_one_lesson_and_back_to_the_grid(world, grid, long_plan, open_as):
    page = open_as("teacher", grid)
    cell(page, world.petrova, world.today_lesson).click()
    page.keyboard.press("F6")
    expect(field(page, world.today_lesson, "topic")).to_be_focused()
    page.keyboard.press("Enter")  # what the plan has
    expect(field(page, world.today_lesson, "homework")).to_be_focused()
    page.keyboard.press("Enter")
    expect(cell(page, world.petrova, world.today_lesson)).to_be_focused()
    page.keyboard.press("Enter")
    page.keyboard.press("Enter")
    saved(page)
    assert stored(world.today_lesson).topic
    assert stored(world.today_lesson).homework
    ahead = stored(world.future_lesson)
    assert (ahead.topic, ahead.homework) == ("", "")


def test_enter_fills_nothing_of_a_lesson_yet_to_be_held(world, grid, long_plan, open_as):
    """Tomorrow's, and today's that has not begun: three lessons a day are not one."""
    later = worlds.lesson(world.maths, worlds.TODAY, world.slots[6])
    page = open_as("teacher", grid)
    for lesson in (world.future_lesson, later):
        topic = field(page, lesson, "topic")
        topic.focus()
        page.keyboard.press("Enter")
        page.keyboard.press("Enter")
        expect(topic).to_have_value("")
    topic.focus()
    page.get_by_role("button", name="Из плана").click()  # said outright, it is written
    saved(page)
    assert stored(world.future_lesson).topic == ""
    assert stored(later).topic != ""


# --- an address that names its lesson ---


def test_two_lessons_a_day_are_told_apart(world, grid, open_as):
    second = worlds.lesson(world.maths, worlds.TODAY, world.slots[4])
    third = worlds.lesson(world.maths, worlds.TODAY, world.slots[5])
    for lesson, number in ((world.today_lesson, 2), (second, 5), (third, 6)):
        page = open_as("teacher", f"{grid}?lesson={lesson.pk}")
        expect(cell(page, world.ivanov, lesson)).to_be_focused()
        expect(page.locator(".bar .place")).to_contain_text(f"25.11.2026, {number}-й урок")
    cell(page, world.ivanov, world.lesson).click()
    expect(page.locator(".bar .place")).not_to_contain_text("урок")


def test_home_leads_to_the_very_lesson(world, open_as):
    first = worlds.lesson(world.maths, worlds.TODAY, world.slots[0])
    page = open_as("teacher")
    for number, lesson in (("1", first), ("2", world.today_lesson)):
        row = page.locator("#lessons + .day-list li").filter(
            has=page.locator(f"b:text-is('{number}')")
        )
        row.get_by_role("link", name="5А, Математика").click()
        expect(cell(page, world.ivanov, lesson)).to_be_focused()
        page.goto("/")


# --- nothing is erased by a slip ---


@pytest.mark.parametrize("slip", ["/", "-", "//"])
def test_a_slip_over_a_mark_erases_nothing(world, grid, open_as, slip):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    page = open_as("teacher", grid)
    type_mark(page, world.ivanov, world.lesson, slip)
    expect(page.locator(".popover")).to_be_visible()
    assert marks_of(world.ivanov) == ["5"]
    cell(page, world.ivanov, world.lesson).click()
    page.keyboard.press("Delete")
    saved(page)
    assert marks_of(world.ivanov) == []


def test_a_dot_is_a_debt_until_a_mark_replaces_it(world, grid, open_as):
    page = open_as("teacher", grid)
    debts = page.locator("details.debts")
    expect(debts).to_be_hidden()
    cell(page, world.ivanov, world.lesson).click()
    type_russian(page, ".")
    page.keyboard.press("Enter")
    saved(page)
    expect(debts).to_contain_text("Должны сдать: 1")
    page.reload()
    expect(debts).to_contain_text("Должны сдать: 1")
    debts.locator("summary").click()
    debts.get_by_role("link").click()
    expect(cell(page, world.ivanov, world.lesson)).to_be_focused()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(debts).to_be_hidden()
    assert marks_of(world.ivanov) == ["4"]


def test_a_mark_brings_its_work_and_the_teacher_names_another(world, grid, open_as):
    page = open_as("teacher", grid)
    type_mark(page, world.ivanov, world.lesson, "5")
    saved(page)
    line = page.locator(f'table.page tr[data-lesson="{world.lesson.pk}"]')
    line.get_by_role("button", name="ОТВ").click()
    first = page.get_by_label("Первая отметка в клетке")
    expect(first).to_have_value(str(world.answer.pk))
    first.select_option("Контрольная работа")
    page.get_by_role("button", name="Сохранить").click()
    expect(line.get_by_role("button", name="КР")).to_be_visible()
    expect(light(page)).to_have_text("Всё сохранено")
    assert Mark.objects.get().work.work_type == world.test


def test_the_cell_one_types_in_is_never_under_the_bar(world, grid, open_as):
    for number in range(30):
        worlds.pupil(f"p{number}", f"Яковлев{number}", "Ян", world.a5)
    page = open_as("teacher", grid, viewport={"width": 1366, "height": 600})
    cell(page, world.ivanov, world.lesson).click()
    for _ in range(25):
        page.keyboard.press("Enter")
        page.keyboard.press("F2")
        overlap = page.evaluate(
            """document.querySelector("input.editor").getBoundingClientRect().bottom
               - document.querySelector(".bar").getBoundingClientRect().top"""
        )
        assert overlap <= 0
        page.keyboard.press("Escape")


# --- paste ---


def test_a_pasted_column_tells_what_went_in(world, grid, open_as):
    save_cell(world.maths, world.lesson.pk, world.petrova.pk, "", "3")
    page = open_as("teacher", grid)
    target = cell(page, world.ivanov, world.lesson)
    target.click()
    # Иванов, Особый (not his journal), Петрова, and beyond the last pupil.
    rows = page.locator("tr[data-student]").evaluate_all(
        "all => all.map(row => row.dataset.student)"
    )
    by_row = {str(world.ivanov.pk): "5\t7", str(world.petrova.pk): "\t4"}
    block = "\n".join(by_row.get(pk, "\t") for pk in rows[rows.index(str(world.ivanov.pk)) :])
    paste(page, f"{block}\n2\t2\n")
    notice = page.locator(".bar .notice")
    expect(notice).to_contain_text("Вставлено: 2")
    expect(notice).to_contain_text("не вошло: 2 (за краем таблицы 2)")
    expect(notice).to_contain_text("не понято: 1: «7» (Иванов Иван, 24.11.2026)")
    expect(notice).to_contain_text("пустых: 1, ими ничего не стёрто")
    assert marks_of(world.ivanov) == ["5"]
    assert marks_of(world.petrova) == ["3", "4"]
    page.get_by_role("button", name="Стереть и их: 1").click()
    saved(page)
    assert marks_of(world.petrova) == ["4"]


def test_a_block_pasted_into_an_open_cell_goes_into_the_grid(world, grid, open_as):
    page = open_as("teacher", grid)
    cell(page, world.ivanov, world.lesson).click()
    page.keyboard.press("F2")
    paste(page, "5\t4")
    saved(page)
    assert marks_of(world.ivanov) == ["5", "4"]


# --- taking back ---


def test_a_cell_is_taken_back_and_done_again(world, grid, open_as):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    page = open_as("teacher", grid)
    type_mark(page, world.ivanov, world.lesson, "4.3")
    saved(page)
    page.keyboard.press("Control+z")
    expect(cell(page, world.ivanov, world.lesson)).to_have_text("5")
    expect(cell(page, world.ivanov, world.lesson)).to_be_focused()
    saved(page)
    assert marks_of(world.ivanov) == ["5"]
    page.keyboard.press("Control+y")
    expect(cell(page, world.ivanov, world.lesson)).to_have_text("4/3")
    saved(page)
    assert marks_of(world.ivanov) == ["4", "3"]
    # Each step is a recorded change of its own.
    first = Mark.history.filter(work__position=1).order_by("history_id")
    assert [row.value.text for row in first] == ["5", "4", "5", "4"]


def test_taking_back_over_anothers_change_asks(world, grid, open_as):
    page = open_as("teacher", grid)
    type_mark(page, world.ivanov, world.lesson, "4")
    saved(page)
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "4", "2")
    page.get_by_role("button", name="Вернуть").click()
    expect(page.get_by_role("button", name="Оставить «2»")).to_be_visible()
    assert marks_of(world.ivanov) == ["2"]


def test_a_paste_is_taken_back_as_a_whole(world, grid, open_as):
    page = open_as("teacher", grid)
    cell(page, world.ivanov, world.lesson).click()
    paste(page, "5\t4")
    saved(page)
    assert marks_of(world.ivanov) == ["5", "4"]
    page.keyboard.press("Control+z")
    expect(state(page)).to_contain_text("Возвращено: записей: 2")
    assert marks_of(world.ivanov) == []


def test_topic_works_and_attendance_are_taken_back(world, grid, open_as):
    page = open_as("teacher", grid)
    topic = field(page, world.lesson, "topic")
    topic.fill("Доли")
    topic.press("Enter")
    saved(page)
    line = page.locator(f'table.page tr[data-lesson="{world.lesson.pk}"]')
    line.get_by_role("button", name="выбрать").click()
    page.get_by_label("Первая отметка в клетке").select_option("Контрольная работа")
    page.get_by_role("button", name="Сохранить").click()
    expect(line.get_by_role("button", name="КР")).to_be_visible()
    line.get_by_role("button", name="все были").click()
    expect(line).to_contain_text("отмечено")
    saved(page)
    assert stored(world.lesson).attendance_taken_at

    undo = page.get_by_role("button", name="Вернуть Ctrl+Z")
    undo.click()
    expect(line.get_by_role("button", name="все были")).to_be_visible()
    saved(page)
    assert stored(world.lesson).attendance_taken_at is None
    undo.click()
    expect(line.get_by_role("button", name="выбрать")).to_be_visible()
    saved(page)
    assert not world.lesson.works.exists()
    undo.click()
    expect(topic).to_have_value("")
    saved(page)
    assert stored(world.lesson).topic == ""
    expect(undo).to_be_disabled()


def test_an_absence_goes_back_with_the_attendance_it_took(world, grid, open_as):
    page = open_as("teacher", grid)
    type_mark(page, world.ivanov, world.lesson, "y")
    head = page.locator(f'th[data-lesson="{world.lesson.pk}"]')
    expect(head).to_have_class("taken")
    page.keyboard.press("Control+z")
    expect(head).not_to_have_class("taken")
    saved(page)
    assert not Absence.objects.exists()
    assert stored(world.lesson).attendance_taken_at is None


def test_what_is_being_typed_is_the_fields_own_to_take_back(world, grid, open_as):
    page = open_as("teacher", grid)
    type_mark(page, world.ivanov, world.lesson, "5")
    saved(page)
    topic = field(page, world.lesson, "topic")
    topic.click()
    page.keyboard.type("До")
    page.keyboard.press("Control+z")
    saved(page)
    assert marks_of(world.ivanov) == ["5"]


# --- a phone, an old tablet ---


PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}


def editor(page):
    return page.locator("input.editor")


def test_a_tap_opens_the_cell_and_enter_keeps_the_keyboard(world, grid, open_as):
    page = open_as("teacher", grid, **PHONE)
    target = cell(page, world.ivanov, world.lesson)
    before = box_of(target)["height"]
    assert before >= 44
    target.tap()
    expect(editor(page)).to_be_focused()
    assert box_of(target)["height"] == before
    hints = {"inputmode": "text", "autocapitalize": "none", "autocorrect": "off"}
    for name, value in (hints | {"enterkeyhint": "next"}).items():
        assert editor(page).get_attribute(name) == value
    page.keyboard.type("5")
    # No moment without an input in focus: the keyboard would go down.
    page.evaluate(
        """() => {
          window.lost = 0;
          addEventListener("focusin", (event) => (lost += !event.target.matches("input")));
        }"""
    )
    page.keyboard.press("Enter")
    expect(editor(page)).to_be_focused()
    assert page.evaluate("lost") == 0
    saved(page)
    assert marks_of(world.ivanov) == ["5"]
    target.tap()
    page.keyboard.type("4")  # in place of the five, not after it
    page.keyboard.press("Enter")
    saved(page)
    assert marks_of(world.ivanov) == ["4"]


@pytest.mark.parametrize("kind", ["mouse", "pen", ""])
def test_whatever_a_tablet_calls_a_tap(world, grid, open_as, kind):
    """Older iPads say «mouse», the oldest nothing; a touch has come before it."""
    page = open_as("teacher", grid)
    target = cell(page, world.ivanov, world.lesson)
    target.evaluate(
        """(td, kind) => {
          const options = {bubbles: true, cancelable: true, composed: true};
          td.dispatchEvent(new PointerEvent("pointerdown", {...options, pointerType: kind}));
          td.dispatchEvent(new TouchEvent("touchstart", options));
          td.dispatchEvent(new MouseEvent("mousedown", options));
          td.dispatchEvent(new PointerEvent("click", {...options, pointerType: kind}));
        }""",
        kind,
    )
    expect(editor(page)).to_be_focused()


def test_a_mouse_only_chooses_the_cell(world, grid, open_as):
    page = open_as("teacher", grid)
    cell(page, world.ivanov, world.lesson).click()
    expect(editor(page)).to_have_count(0)


OLD = """
delete AbortSignal.timeout;
delete Array.prototype.at; delete String.prototype.at;
delete Array.prototype.findLast; delete Array.prototype.findLastIndex;
delete Array.prototype.toSorted; delete Array.prototype.toReversed;
delete Object.hasOwn; delete Object.groupBy; delete window.structuredClone;
delete HTMLDialogElement.prototype.showModal; delete HTMLDialogElement.prototype.close;
delete window.BroadcastChannel; delete window.scheduler; delete crypto.randomUUID;
Object.defineProperty(navigator, "locks", {value: undefined});
"""


def test_what_old_browsers_lack_is_not_needed(world, grid, open_as):
    """Safari 15 and Chrome 96: the oldest that are supported."""
    page = open_as("teacher")
    page.context.add_init_script(OLD)
    page.goto(grid)
    assert page.evaluate("typeof AbortSignal.timeout + typeof [].at") == "undefinedundefined"
    type_mark(page, world.ivanov, world.lesson, "5")
    saved(page)
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["5"]
    page.keyboard.press("Control+z")
    saved(page)
    assert marks_of(world.ivanov) == []
    cell(page, world.ivanov, world.lesson).click()
    page.keyboard.press("F4")
    history = page.locator("dialog#history")
    expect(history).to_be_visible()
    history.get_by_role("button", name="Закрыть").click()
    expect(history).to_be_hidden()
    light(page).click()
    expect(page.locator("dialog#unsaved")).to_be_visible()


def test_a_browser_without_a_database_saves_too(world, grid, open_as):
    """A private window of some: what is typed is kept by the page alone."""
    page = open_as("teacher")
    page.context.add_init_script(
        "IDBFactory.prototype.open = () => { throw new Error('private'); }"
    )
    page.goto(grid)
    type_mark(page, world.ivanov, world.lesson, "6")
    expect(light(page)).to_have_text("Не сохранено: 1")
    type_mark(page, world.ivanov, world.lesson, "5")
    expect(light(page)).to_have_text("Всё сохранено")
    assert marks_of(world.ivanov) == ["5"]
    assert day(11, 23) == world.lesson.date


# --- where the keyboard is ---

COVERED = """
() => {
  const one = document.activeElement, box = one.getBoundingClientRect();
  for (const y of [box.top + 3, box.bottom - 3]) {
    const top = document.elementFromPoint((box.left + box.right) / 2, y);
    const isSeen = one.contains(top) || top?.contains(one);
    if (!isSeen) return `${one.outerHTML} under ${top?.outerHTML}`;
  }
  return "";
}
"""


@pytest.fixture
def full(world):
    """Thirty pupils more in 5А, and a lesson on each day of November."""
    for number in range(30):
        worlds.pupil(f"more{number}", "Новенький", f"Ученик{number:02}", world.a5)
    for number in (2, 3, 4, 6, 9, 10, 11, 12, 13, 16, 17, 18, 19, 26, 30):
        worlds.lesson(world.maths, day(11, number), world.slots[1])
    return world


@pytest.mark.any_database
@pytest.mark.parametrize("size", [(1366, 768), (683, 384), (390, 844)], ids=str)
def test_what_is_active_is_seen(full, open_as, size):
    """A cell or a link that the keyboard has come to lies under nothing that sticks."""
    viewport = {"width": size[0], "height": size[1]}
    page = open_as("teacher", f"/journals/{full.maths.pk}/", viewport=viewport)
    for keys in (["ArrowDown"] * 32, ["ArrowLeft"] * 14, ["ArrowUp"] * 20, ["ArrowRight"] * 16):
        for key in keys:
            page.keyboard.press(key)
            assert page.evaluate(COVERED) == ""
    page.locator("textarea").first.focus()
    for _ in range(40):
        page.keyboard.press("Tab")
        assert page.evaluate(COVERED) == ""


@pytest.mark.any_database
def test_rows_are_seen_on_load_at_200_percent(full, open_as):
    page = open_as("teacher", f"/journals/{full.maths.pk}/", viewport={"width": 683, "height": 384})
    bar = box_of(page.locator(".bar"))["y"]
    shown = [
        box
        for box in (box_of(row) for row in page.locator("tr[data-student]").all()[:8])
        if box["y"] > 0 and box["y"] + box["height"] <= bar
    ]
    assert len(shown) >= 4


@pytest.mark.any_database
def test_tab_leaves_the_grid_after_the_last_cell_that_can_be_written(world, open_as):
    """Lessons to come are none; of the last pupil's row today's is the last."""
    page = open_as("teacher", f"/journals/{world.maths.pk}/")
    last = page.locator("tr[data-student]").last.get_attribute("data-student")
    place = cell(page, SimpleNamespace(pk=last), world.today_lesson)
    place.click()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(place).to_be_focused()
    page.keyboard.press("Tab")
    assert page.evaluate("!document.activeElement.closest('table.grid')")
