"""What is seen and touched on a phone: 390 × 844, mostly without a script."""

import datetime

import pytest
from playwright.sync_api import expect

from journals.actions.entries import save_cell, save_field
from journals.actions.review import make_remark
from journals.actions.watch import sweep
from tests import world as worlds
from tests.world import day

from .conftest import box_of

pytestmark = pytest.mark.any_database

PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
NO_SCRIPT = PHONE | {"java_script_enabled": False}
RED = "rgb(164, 22, 26)"


@pytest.fixture
def long_week(world):
    """Four lessons more of both classes on each day of the week, with homework: Wednesday is far
    below."""
    for n in range(10):
        for slot in world.slots[3:]:
            worlds.lesson(
                world.maths if n < 5 else world.maths_b,
                day(11, 23) + datetime.timedelta(days=n % 5),
                slot,
                homework="Учебник, § 12, № 345–348; повторить правило на с. 56 и выучить примеры",
                homework_entered_at=worlds.NOON,
            )
    return world


def is_on_top(page, text):
    """Whether the head of a day is in the upper third of what is seen."""
    box = box_of(page.get_by_role("heading", name=text))
    return 0 <= box["y"] < 844 / 3


# --- the diary ---


@pytest.mark.parametrize("options", [PHONE, NO_SCRIPT], ids=["script", "no script"])
def test_a_parent_lands_on_the_present_day(long_week, open_as, options):
    w = long_week
    page = open_as("otherparent", "/", **options)  # by way of the home page, as after logging in
    page.wait_for_url("**/#today")
    assert is_on_top(page, "Среда, 25 ноября")
    page.goto("about:blank")
    page.goto(f"/diary/{w.petrova.pk}/")  # an address kept from before
    assert is_on_top(page, "Среда, 25 ноября")
    page.get_by_role("link", name="Предыдущая неделя").click()
    assert is_on_top(page, "Понедельник, 16 ноября") is False  # below the name and the buttons
    assert page.evaluate("scrollY") == 0
    page.get_by_role("link", name="Эта неделя").click()
    assert is_on_top(page, "Среда, 25 ноября")


def test_so_does_who_changes_to_another_child(long_week, open_as):
    w = long_week
    page = open_as("parent", f"/diary/{w.ivanov.pk}/", **PHONE)
    page.get_by_role("link", name="Семён, 5Б").click()
    assert is_on_top(page, "Среда, 25 ноября")


def test_a_touched_mark_says_what_it_is_for(world, open_as):
    second = worlds.lesson(world.maths, day(11, 23), world.slots[5])
    save_field(world.maths, second.pk, "topic", "", "Сложение дробей")
    save_field(world.maths, second.pk, "works", "", str(world.test.pk))
    save_cell(world.maths, second.pk, world.petrova.pk, "", "4")
    told = ("Контрольная работа, вес 3", "понедельник, 23 ноября, 6-й урок: Сложение дробей")
    for path in (f"/diary/{world.petrova.pk}/", f"/diary/{world.petrova.pk}/grades/"):
        page = open_as("otherparent", path, **NO_SCRIPT)
        marks, why = page.locator(".marks summary"), page.locator(".marks ul")
        box = box_of(marks)
        assert min(box["width"], box["height"]) >= 44
        expect(why).to_be_hidden()
        marks.tap()
        for text in told:
            expect(why).to_contain_text(text)
        assert box_of(marks)["x"] == box["x"]  # it stays under the thumb
        marks.tap()
        expect(why).to_be_hidden()
        marks.focus()
        page.keyboard.press("Enter")
        expect(why).to_be_visible()


# --- the grid ---


def test_the_number_of_a_lesson_outlives_a_save(world, open_as):
    second = worlds.lesson(world.maths, day(11, 23), world.slots[5])
    page = open_as("teacher", f"/journals/{world.maths.pk}/")
    head = page.locator(f'th[data-lesson="{second.pk}"]')
    expect(head).to_contain_text("6-й ур.")
    place = page.locator("th[data-lesson]").evaluate_all(
        f"all => all.findIndex(th => th.dataset.lesson === '{second.pk}')"
    )
    page.locator(f'tr[data-student="{world.ivanov.pk}"] > td').nth(place + 1).click()
    page.keyboard.type("4")
    page.keyboard.press("Enter")
    expect(head).to_contain_text("ОТВ")  # its work: the head was drawn anew
    expect(head).to_contain_text("6-й ур.")
    expect(page.locator("th.twice")).to_have_count(2)


# --- wrong fields ---


def borders(page):
    """(tag, colour, width) of every wrong field's border, with and without the focus in it."""
    page.wait_for_load_state()  # without its stylesheet a page has the browser's own borders
    return page.locator("[aria-invalid=true]").evaluate_all(
        """all => all.flatMap(field => [false, true].map(focused => {
          focused ? field.focus() : field.blur();
          const style = getComputedStyle(field);
          return `${field.localName} ${style.borderTopColor} ${style.borderLeftWidth}`;
        }))"""
    )


def test_every_wrong_field_has_a_red_border(world, open_as):
    page = open_as("teacher", f"/journals/{world.maths.pk}/lessons/{world.lesson.pk}/")
    for label in ("Первый вид работы", "Второй вид работы"):
        page.get_by_label(label).select_option("Контрольная работа")
    page.get_by_label("Иванов Иван").fill("7")
    page.get_by_role("button", name="Сохранить").click()
    expect(page.locator("[aria-invalid=true]")).to_have_count(2)
    assert set(borders(page)) == {f"select {RED} 2px", f"input {RED} 2px"}

    page.on("dialog", lambda dialog: dialog.accept())  # it asks before such a page is left
    page.goto("/account/")
    for label in ("Старый пароль", "Новый пароль", "Подтверждение нового пароля"):
        page.get_by_label(label, exact=True).fill("12345678")
    page.get_by_role("button", name="Сменить пароль").click()
    assert set(borders(page)) == {f"input {RED} 2px"}


def test_so_has_a_field_of_the_right_hand_page(world, open_as):
    page = open_as("teacher", f"/journals/{world.maths.pk}/")
    topic = page.locator(f'tr[data-lesson="{world.lesson.pk}"] textarea[data-field=topic]')
    topic.fill("Дроби " * 100)
    topic.press("Enter")
    expect(topic).to_have_attribute("aria-invalid", "true")
    assert set(borders(page)) == {f"textarea {RED} 2px"}


# --- words ---

BROKEN = """() => {
  const found = [], range = document.createRange();
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.parentElement.closest("option, textarea, .visually-hidden")) continue;
    for (const match of node.data.matchAll(/[\\p{L}\\p{N}.,:]+/gu)) {
      range.setStart(node, match.index);
      range.setEnd(node, match.index + match[0].length);
      const shown = [...range.getClientRects()].filter(one => one.width > 1);
      if (new Set(shown.map(one => one.top)).size > 1) found.push(match[0]);
    }
  }
  return found;
}"""


@pytest.fixture
def long_names(world):
    """Names as long as people have them; each has a mark, an absence, a remark, a grade."""
    for person, name in (
        (world.ivanov.user, "Христорождественский-Преображенский"),
        (world.petrova.user, "Крестовоздвиженская"),
        (world.class_teacher, "Нижегородцева-Великанова"),
        (world.teacher, "Благовещенская"),
    ):
        person.last_name = name
        person.save()
    world.russian.subject.name = "Изобразительное искусство"
    world.russian.subject.save()
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "4/5")
    save_cell(world.russian, world.russian_lesson.pk, world.petrova.pk, "", "н")
    make_remark(world.maths, world.lesson, world.deputy, "Тема не по плану")
    sweep()
    return world


@pytest.mark.parametrize("width", [390, 700, 1000])
def test_no_number_date_or_name_is_broken(long_names, open_as, width):
    w = long_names
    pages = {
        "otherparent": [f"/diary/{w.petrova.pk}/", f"/diary/{w.petrova.pk}/grades/"],
        "classteacher": [
            "/",
            f"/classes/{w.a5.pk}/",
            f"/classes/{w.a5.pk}/pupils/",
            f"/classes/{w.a5.pk}/attendance/",
            f"/classes/{w.a5.pk}/summary/",
            f"/journals/{w.maths.pk}/",
            f"/journals/{w.maths.pk}/grades/",
            f"/journals/{w.maths.pk}/lessons/{w.lesson.pk}/",
            "/reports/weekly/",
        ],
        "deputy": [
            "/review/",
            "/review/late/?state=",
            "/review/remarks/",
            "/review/locks/",
            "/review/history/",
            "/reports/weekly/applications/",
        ],
    }
    size = PHONE if width == 390 else {"viewport": {"width": width, "height": 844}}
    for username, paths in pages.items():
        page = open_as(username, **size)
        for path in paths:
            page.goto(path)
            page.locator("details").evaluate_all("all => all.forEach(one => (one.open = true))")
            assert page.evaluate(BROKEN) == [], path
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path


PAGES = {
    "deputy": [
        "/review/",
        "/review/late/",
        "/review/remarks/",
        "/review/history/",
        "/review/locks/",
        "/journals/",
        "/journals/{maths}/",
        "/journals/{maths}/grades/",
        "/leaders/",
        "/classes/",
        "/classes/{a5}/",
        "/classes/{a5}/pupils/",
        "/classes/{a5}/summary/",
        "/classes/{a5}/attendance/",
        "/account/",
        "/reports/weekly/",
        "/reports/weekly/applications/",
        "/temp-journals/",
        "/diary/",
    ],
    "director": ["/journals/{maths}/certificates/"],
    "teacher": ["/timetable/", "/timetable/?week=2026-W48"],
    "classteacher": ["/", "/students/{ivanov}/card/", "/journals/{maths}/lessons/{lesson}/"],
    "ivanov": ["/diary/{ivanov}/", "/diary/{ivanov}/grades/", "/timetable/"],
}


def test_nothing_is_wider_than_320_px(world, open_as):
    """What is wide by its nature scrolls in a frame of its own (WCAG 2.2, 1.4.10)."""
    sweep()
    make_remark(world.maths, world.lesson, world.deputy, "Нет темы")
    things = {"maths": world.maths, "a5": world.a5, "ivanov": world.ivanov, "lesson": world.lesson}
    keys = {name: one.pk for name, one in things.items()}
    wide = []
    for who, paths in PAGES.items():
        page = open_as(who, viewport={"width": 320, "height": 640})
        for path in paths:
            assert page.goto(path.format(**keys)).status == 200, path
            width = page.evaluate("document.documentElement.scrollWidth")
            wide += [(path, width)] if width > 320 else []
    assert wide == []


def test_the_filters_leave_room_for_the_list(world, open_as):
    """Two beside each other, and still for fingers."""
    sweep()
    page = open_as("deputy", "/review/late/", **NO_SCRIPT)
    form = page.locator("form.filters")
    assert box_of(form)["height"] < 844 * 0.3
    controls = form.locator("select, button, a.button").all()
    assert len(controls) == 9
    for one in controls:
        box = box_of(one)
        assert box["height"] >= 44
        assert box["width"] >= 90
    first, second = (box_of(one) for one in controls[:2])
    assert (first["y"], first["x"] < second["x"]) == (second["y"], True)
