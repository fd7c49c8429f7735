"""A deputy replaces a teacher for two days in few actions, and the substitute sees it at once."""

import datetime

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from journals.actions.watch import sweep
from journals.models import LateEntry
from school.models import Arrangement, Lesson, Substitution
from school.queries.teaching import holders_of
from tests import world as worlds
from tests.world import day

from .conftest import box_of

# A browser's journey, alike on every database; test_arranging.py runs on both.
pytestmark = pytest.mark.any_database

TOMORROW, FRIDAY = day(11, 26), day(11, 27)
URL = "/desk/substitutions/"


@pytest.fixture
def lessons(world):
    """Of tomorrow and Friday; Russian stands between them, so one teacher is in school."""
    own = [
        worlds.lesson(world.maths, TOMORROW, world.slots[1]),
        worlds.lesson(world.maths_b, TOMORROW, world.slots[4]),
    ]
    worlds.lesson(world.russian, TOMORROW, world.slots[2])
    worlds.lesson(world.russian, FRIDAY, world.slots[0])
    worlds.lesson(world.russian, FRIDAY, world.slots[2])
    return [*own, world.future_lesson]


class Counted:
    """A page's actions: a click, or one typed word with Enter."""

    def __init__(self):
        self.number = 0

    def __call__(self, deed, *said):
        self.number += 1
        deed(*said)


def test_two_days_in_at_most_eight_actions(world, lessons, open_as):
    substitute = open_as("classteacher")
    expect(substitute.locator("main")).not_to_contain_text("Замены впереди")

    page, act = open_as("deputy", "/desk/timetable/"), Counted()
    page.goto(URL)
    act(page.get_by_label("Кого нет").select_option, str(world.teacher.pk))
    expect(page.locator("h1 + .faint")).to_contain_text("Матвеева")
    act(page.get_by_label("ср 25").uncheck)
    act(page.get_by_label("чт 26").check)
    page.wait_for_url(lambda url: "2026-11-26" in url)
    act(page.get_by_label("пт 27").check)
    page.wait_for_url(lambda url: "2026-11-27" in url)
    expect(page.locator("h1 + .faint")).to_contain_text("3 урока, 2 дня")
    act(page.get_by_label("болезнь").check)
    act(page.get_by_role("button", name="Назначить").click)
    expect(page.locator(".message.success")).to_contain_text("Готово: Матвеева М. М.")
    assert act.number + 1 <= 8  # and the tab itself
    expect(page.locator("#stale")).to_be_hidden()  # the desk, with nothing else to tell

    substitute.reload()
    expect(substitute.locator("main")).to_contain_text("Замены впереди")
    expect(substitute.locator("main")).to_contain_text("чт, 26 ноя")
    pupil = open_as("ivanov", f"/diary/{world.ivanov.pk}/?week=2026-W48")
    expect(pupil.locator("main")).to_contain_text("Замена: Руссова Р. Р.")
    taken = Substitution.objects.filter(lesson__in=lessons)
    assert set(taken.values_list("teacher", flat=True)) == {world.class_teacher.pk}

    # Nobody writes anything: the absent one isn't blamed.
    later = timezone.now() + datetime.timedelta(days=3)
    sweep(later)
    late = LateEntry.objects.filter(lesson__in=lessons).values_list("lesson", "due_at")
    blamed = {pk for found in holders_of(set(late), later.date()).values() for pk in found}
    assert blamed == {world.class_teacher.pk}

    page.locator(".message.success").get_by_role("button", name="Отменить").click()
    expect(page.locator(".message.success")).to_contain_text("всё снова как было")
    assert not Substitution.objects.filter(lesson__in=lessons).exists()
    assert not Lesson.objects.filter(pk__in=[one.pk for one in lessons]).exclude(cancelled="")


def test_keys_choose_and_the_button_counts(world, lessons, open_as):
    address = f"{URL}?teacher={world.teacher.pk}&day=2026-11-26&day=2026-11-27"
    page = open_as("deputy", address)
    button = page.locator("#deed")
    page.get_by_label("болезнь").check()
    expect(button).to_have_text("Назначить 3 замены")
    loads = page.locator("[data-ways] .chip:has(:checked) .load")
    expect(loads).to_have_text(["4→5 ч", "5→6 ч", "6→7 ч"])
    page.locator("h1").click()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("o")
    expect(button).to_have_text("Назначить 2 замены и 1 отмену")
    expect(loads).to_have_text(["4→5 ч", "5→6 ч"])
    page.keyboard.press("ArrowDown")
    page.keyboard.press("o")
    expect(button).to_have_text("Назначить 1 замену и 2 отмены")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("1")
    expect(button).to_have_text("Назначить 2 замены и 1 отмену")
    page.keyboard.press("Control+Enter")
    expect(page.locator(".message.success")).to_contain_text("2 замены, 1 отмена")
    deeds = Arrangement.objects.get().lessons.order_by("pk").values_list("deed", flat=True)
    assert list(deeds) == ["substitute", "cancel", "substitute"]


def test_nobody_is_chosen_for_two_lessons_at_a_time(world, lessons, open_as):
    """Of two lessons of the absent one at once the second leaves out who was chosen above."""
    worlds.lesson(world.russian, TOMORROW, world.slots[0])
    worlds.lesson(world.maths_b, TOMORROW, world.slots[1])
    page = open_as("deputy", f"{URL}?teacher={world.teacher.pk}&day=2026-11-26")
    first, second = (page.locator("[data-ways]").nth(n) for n in (0, 1))
    chosen = page.locator("[data-ways] :checked")
    other = chosen.nth(1).get_attribute("data-teacher")
    assert other != str(world.class_teacher.pk)
    page.get_by_label("болезнь").check()
    first.locator("summary").click()
    first.locator(f"[data-teacher='{other}']").check()
    expect(second.locator(f"[data-teacher='{other}']")).to_be_hidden()
    expect(second.locator(":checked")).not_to_have_attribute("data-teacher", other)
    page.get_by_role("button", name="Назначить").click()
    expect(page.locator(".message.success")).to_contain_text("Готово: Матвеева М. М.")


@pytest.mark.parametrize("path", [URL, f"{URL}book/", "teacher"])
def test_nothing_overflows_on_a_phone(world, lessons, open_as, path):
    if path == "teacher":
        path = f"{URL}?teacher={world.teacher.pk}&day=2026-11-26&day=2026-11-27"
    page = open_as("deputy", path, viewport={"width": 390, "height": 844})
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    if "teacher" in path:
        chips = page.locator("[data-ways]").first.locator(":scope > .chip:visible")
        expect(chips).to_have_count(1)
        page.locator("[data-ways]").first.locator("summary").click()
        assert chips.count() > 1
        assert all(box_of(chips.nth(n))["height"] >= 44 for n in range(chips.count()))


def test_a_double_click_is_one_deed(world, lessons, open_as):
    page, sent = open_as("deputy", f"{URL}?teacher={world.teacher.pk}&day={TOMORROW}"), []
    page.on("request", lambda one: one.method == "POST" and sent.append(one.url))
    page.get_by_label("болезнь").check()
    page.evaluate("""() => {
        const press = () => document.getElementById("deed").click();
        press();
        setTimeout(press, 20);  // while the first is on its way
    }""")
    expect(page.locator(".message.success")).to_contain_text("Готово: Матвеева М. М.")
    assert len(sent) == 1
    assert Arrangement.objects.count() == 1
