"""A few real journeys: what a person does, what is on the screen, what another person sees."""

import pytest
from playwright.sync_api import expect

from journals.actions.entries import save_field
from journals.actions.review import make_remark
from journals.actions.watch import sweep
from journals.models import LateEntry, Mark
from school.models import Subject, User
from tests import world as worlds

from .conftest import box_of


@pytest.fixture
def grid(world):
    return f"/journals/{world.maths.pk}/"


def cell(page, student, lesson):
    """The cell where a pupil's row meets a lesson's column."""
    heads = page.locator("th[data-lesson]").evaluate_all("all => all.map(th => th.dataset.lesson)")
    place = heads.index(str(lesson.pk)) + 1  # the average comes first
    return page.locator(f'tr[data-student="{student.pk}"] > td').nth(place)


def marks_of(student):
    rows = Mark.objects.filter(student=student).order_by("work__lesson__date", "work__position")
    return list(rows.values_list("value__text", flat=True))


def saved(page):
    """Wait until nothing is on its way to the server."""
    expect(page.locator(".saving, .failed")).to_have_count(0)


def leaving(page):
    """The questions that the browser asks a person who leaves the page; he stays each time."""
    asked = []

    def stay(dialog):
        asked.append(dialog.type)
        dialog.dismiss()

    page.on("dialog", stay)
    return asked


def arrived(page, selector, text):
    """A page has come, and its scripts have run: before that nobody hears what is done on it."""
    expect(page.locator(selector)).to_contain_text(text)
    page.wait_for_load_state()


def type_russian(page, text):
    """Keys as a Russian layout sends them; Playwright knows the keys of the American one."""
    keyboard = page.context.new_cdp_session(page)
    for letter in text:
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyDown", "key": letter, "text": letter})
        keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": letter})


def test_teacher_types_a_row_by_keyboard_and_the_parent_sees_it(world, grid, open_as):
    page = open_as("teacher", grid)
    # The page opens at today's lesson, in the first row: Иванов. Typing begins at once.
    page.keyboard.press("5")
    page.keyboard.press("ArrowLeft")  # yesterday's column
    page.keyboard.type("4/5")
    page.keyboard.press("ArrowLeft")
    type_russian(page, "н")
    page.keyboard.press("Enter")  # down to Петрова
    page.keyboard.type("3")
    page.keyboard.press("ArrowRight")
    page.keyboard.type("y")  # «н» on a keyboard left in Latin letters
    page.keyboard.press("Tab")
    saved(page)

    page.reload()
    expect(cell(page, world.ivanov, world.today_lesson)).to_have_text("5")
    expect(cell(page, world.ivanov, world.substituted)).to_have_text("4/5")
    expect(cell(page, world.ivanov, world.lesson)).to_have_text("н")
    expect(cell(page, world.petrova, world.lesson)).to_have_text("3")
    expect(cell(page, world.petrova, world.substituted)).to_have_text("н")
    assert marks_of(world.ivanov) == ["4", "5", "5"]

    diary = open_as("parent", f"/diary/{world.ivanov.pk}/")
    body = diary.locator("main")
    expect(body).to_contain_text("Иванов")
    assert diary.locator(".mark").all_inner_texts() == ["4", "5", "5"]
    expect(body).not_to_contain_text("Петрова")
    other = diary.goto(f"/diary/{world.petrova.pk}/")
    assert other.status == 404


def test_two_browsers_edit_one_cell(world, grid, open_as):
    one, other = open_as("teacher", grid), open_as("classteacher", grid)
    cell(one, world.petrova, world.lesson).click()
    one.keyboard.type("5")
    one.keyboard.press("Enter")
    saved(one)
    cell(other, world.petrova, world.lesson).click()
    other.keyboard.type("2")
    other.keyboard.press("Enter")

    question = other.locator("body")
    expect(question).to_contain_text("Матвеева")  # who was first
    expect(other.get_by_role("button", name="Оставить «5»")).to_be_visible()
    assert marks_of(world.petrova) == ["5"]
    other.get_by_role("button", name="Поставить «2»").click()
    saved(other)
    expect(cell(other, world.petrova, world.lesson)).to_have_text("2")
    assert marks_of(world.petrova) == ["2"]


def test_a_save_while_the_server_is_down_is_retried(world, grid, open_as, server):
    page = open_as("teacher", grid)
    server.stop()
    cell(page, world.ivanov, world.lesson).click()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Не сохранено: 1")
    assert marks_of(world.ivanov) == []

    server.start()
    page.reload()  # what was typed outlives the page
    saved(page)
    expect(cell(page, world.ivanov, world.lesson)).to_have_text("4")
    assert marks_of(world.ivanov) == ["4"]


def test_bad_input_is_explained_at_the_cell_and_stays(world, grid, open_as):
    page = open_as("teacher", grid)
    target = cell(page, world.ivanov, world.lesson)
    target.click()
    page.keyboard.type("6")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Нет такой отметки: «6»")
    expect(target).to_have_text("6")
    assert marks_of(world.ivanov) == []
    target.click()
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    saved(page)
    assert marks_of(world.ivanov) == ["5"]


def test_everybody_present_in_one_keystroke(world, grid, open_as):
    page = open_as("teacher", grid)
    cell(page, world.ivanov, world.lesson).click()
    page.keyboard.press("+")
    expect(page.locator(f'th[data-lesson="{world.lesson.pk}"]')).to_have_class("taken")
    world.lesson.refresh_from_db()
    assert world.lesson.attendance_taken_at is not None


def test_topic_from_the_plan_and_no_homework_by_keyboard(world, grid, open_as):
    page = open_as("teacher", grid)
    topic = page.locator(f'[data-lesson="{world.lesson.pk}"] textarea[data-field="topic"]')
    topic.focus()
    page.keyboard.press("Enter")  # the plan's suggestion
    expect(topic).not_to_have_value("")
    page.keyboard.type("-")  # the homework's field has the focus
    page.keyboard.press("Enter")
    saved(page)
    world.lesson.refresh_from_db()
    assert world.lesson.topic in ("Сложение дробей", "Вычитание дробей")
    assert world.lesson.no_homework


def test_the_grid_on_a_phone_does_not_overflow_the_page(world, grid, open_as):
    page = open_as("teacher", grid, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    diary = open_as("parent", f"/diary/{world.ivanov.pk}/", viewport={"width": 390, "height": 844})
    assert diary.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize(
    ("person", "in_sight"), [("deputy", 4), ("classteacher", 4), ("teacher", 3)]
)
def test_on_a_phone_every_section_is_in_sight(world, open_as, person, in_sight):
    """In one line what has room there, the others behind «Ещё»."""
    page = open_as(person, "/account/", viewport={"width": 390, "height": 844})
    menu = page.get_by_role("navigation", name="Разделы")
    links = menu.get_by_role("link")
    expect(links).to_have_count(in_sight)
    more = menu.get_by_text("Ещё", exact=True)
    assert box_of(links.first)["y"] == pytest.approx(box_of(more)["y"], abs=4)
    more.click()
    expect(links.last).to_have_text("Временные журналы")
    for link in links.all():
        expect(link).to_be_in_viewport(ratio=1)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_an_ended_session_keeps_what_was_typed(world, grid, open_as):
    page = open_as("teacher", grid)
    session = [c for c in page.context.cookies() if c["name"] == "sessionid"]
    page.context.clear_cookies(name="sessionid")
    cell(page, world.ivanov, world.lesson).click()
    page.keyboard.type("3")
    page.keyboard.press("Enter")
    expect(page.locator("body")).to_contain_text("Сеанс окончен")
    page.context.add_cookies(session)
    page.reload()
    saved(page)
    assert marks_of(world.ivanov) == ["3"]
    assert world.lesson.date <= worlds.TODAY


def test_one_click_leads_to_what_is_late_and_writing_it_settles(world, grid, open_as):
    sweep()
    deputy = open_as("deputy", f"/review/late/?subject={world.maths.subject_id}")
    late = deputy.locator("tbody tr", has_text="5Б").filter(has_text="домашнее задание")
    expect(late).to_have_count(1)
    expect(late).to_contain_text("не записано")

    page = open_as("teacher")
    row = page.locator(".day-list li", has_text="5Б, Математика")
    row.get_by_role("link", name="домашнее задание").click()
    focused = page.locator("textarea:focus")
    expect(focused).to_have_attribute("data-field", "homework")
    page.keyboard.type("5")
    page.keyboard.press("Enter")
    saved(page)
    page.goto("/")
    expect(row.get_by_role("link", name="домашнее задание")).to_have_count(0)
    row.get_by_role("link", name="присутствие").click()
    expect(page.locator("td:focus")).to_have_count(1)
    page.keyboard.press("+")  # the column of that lesson is the active one
    expect(page.locator(f'th[data-lesson="{world.lesson_b.pk}"]')).to_have_class("taken")

    deputy.reload()
    expect(late).to_have_count(0)
    deputy.goto(f"/review/late/?state=settled&subject={world.maths.subject_id}")
    expect(deputy.locator("tbody tr", has_text="5Б")).to_have_count(2)


def test_a_deputy_excuses_by_keyboard(world, open_as):
    sweep()
    page = open_as("deputy", f"/review/late/?subject={world.english.subject_id}")
    page.get_by_label("Выбрать все").press("Space")
    page.get_by_role("button", name="Извинить отмеченные").press("Enter")
    reason = page.get_by_label("Почему это извинительно")
    assert page.evaluate("document.activeElement.name") == "excuse"  # the browser asks for it
    reason.fill("сбой сети")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_contain_text("Извинено записей: 3")
    assert LateEntry.objects.filter(excuse="сбой сети").count() == 3


@pytest.mark.parametrize("path", ["", "late/?state=", "remarks/?state=all", "history/"])
def test_the_review_on_a_phone_does_not_overflow(world, open_as, path):
    sweep()
    make_remark(world.maths, world.lesson, world.deputy, "Слово" * 60)
    save_field(world.maths, world.lesson.pk, "topic", "", "Тема" * 100)
    page = open_as("deputy", f"/review/{path}", viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


def test_going_back_keeps_what_was_typed(world, grid, open_as):
    page = open_as("teacher")
    page.goto(grid)
    topic = page.locator(f'[data-lesson="{world.lesson.pk}"] textarea[data-field="topic"]')
    topic.fill("Дроби и доли")
    page.go_back()
    page.goto(grid)
    saved(page)
    page.reload()
    expect(topic).to_have_value("Дроби и доли")


def test_late_entries_fit_an_old_laptop(world, open_as):
    """No column is cut where the screen ends, whatever has been excused and how."""
    sweep()
    long = {"last_name": "Верхнепреображенская", "patronymic": "Константиновна"}
    User.objects.exclude(pk=world.deputy.pk).update(**long)
    Subject.objects.filter(pk=world.maths.subject_id).update(name="Естествознание и экология")
    LateEntry.objects.filter(lesson=world.lesson).update(
        excuse="Сбой сети в главном корпусе с утра и до обеда",
        excused_by=world.deputy,
        excused_at=worlds.NOON,
    )
    page = open_as("deputy", "/review/late/?state=", viewport={"width": 1366, "height": 768})
    table = page.locator(".scroll-x")
    assert table.evaluate("it => it.scrollWidth - it.clientWidth") <= 0
