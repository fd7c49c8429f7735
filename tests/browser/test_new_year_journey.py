"""The next school year is prepared, opened and taken back in a browser."""

import datetime

import pytest
from playwright.sync_api import expect

from school.models import Enrolment, SchoolClass, SchoolYear
from setup.models import YearDraft
from setup.queries.new_year import new_year
from tests.world import FIRST, TODAY, pupil

pytestmark = pytest.mark.any_database

URL = "/setup/new-year/"


@pytest.fixture
def growing(world):
    """5А, 5Б and a 6А, for whose year somebody can be kept."""
    world.a6 = SchoolClass.objects.create(year=world.year, number=6, letter="А")
    world.older = pupil("older", "Старшая", "Стелла", world.a6, FIRST)
    return world


def unfolded(page):
    """Classes that go on as they are stand in one line."""
    page.get_by_text("3 класса как есть").click()
    return page


def saved(page):
    expect(page.locator("[data-state]")).to_contain_text("черновик сохранён")


def where(student):
    its = Enrolment.objects.filter(student=student, school_class__year__starts_on__year=2027)
    return [str(one.school_class) for one in its]


def test_what_is_chosen_before_the_script_is_there_is_saved(growing, open_as):
    """On an old laptop the page is to be seen long before its script."""
    page, held = open_as("admin", "/setup/"), []
    page.route("**/setup/turn*.js", lambda route: held.append(route))
    page.goto(page.url.replace("/setup/", URL), wait_until="commit")
    unfolded(page)
    page.get_by_label("5А", exact=True).fill("6А, 6В")
    held[0].continue_()
    expect(page.get_by_text("5А: кто куда")).to_be_visible()
    saved(page)


def test_a_class_splits_one_leaves_one_repeats(growing, open_as):
    w = growing
    page = unfolded(open_as("admin", URL, viewport={"width": 1366, "height": 768}))
    expect(page.get_by_role("button", name="Сохранить черновик")).to_be_hidden()
    # A class splits: the field saves itself, and asks who goes where.
    page.get_by_label("5А", exact=True).fill("6А, 6В")
    page.keyboard.press("Enter")
    expect(page.get_by_text("5А: кто куда")).to_be_visible()
    saved(page)
    page.get_by_label("Иванов Иван").select_option("6В")
    expect(page.locator(f"#row-{w.a5.pk} .size")).to_have_text("1 + 2")
    # One leaves, one stays a year more.
    page.get_by_label("Петрова Пелагея").select_option("")
    expect(page.locator(f"#row-{w.a5.pk} .leave")).to_have_text("1")
    page.locator(f"#row-{w.a6.pk}").get_by_role("link", name="ученики").click()
    page.get_by_label("Старшая Стелла").select_option("6А")
    expect(page.locator(f"#row-{w.a6.pk}")).to_contain_text("повторно: Старшая Стелла")
    # What is wrong stays and is told at its place; nothing can be opened with it.
    page.get_by_label("5Б", exact=True).fill("9Б")
    page.get_by_label("5Б", exact=True).press("Tab")
    expect(page.get_by_text("5Б не может стать 9Б")).to_be_visible()
    expect(page.get_by_label("5Б", exact=True)).to_have_value("9Б")
    page.get_by_label("5Б", exact=True).fill("6Б")
    page.get_by_label("5Б", exact=True).press("Tab")
    expect(page.get_by_text("5Б не может стать 9Б")).to_be_hidden()
    assert not SchoolYear.objects.filter(starts_on__year=2027).exists()
    page.get_by_role("button", name="Открыть 2027/28").click()
    expect(page.get_by_text("Открыт 2027/28 учебный год.")).to_be_visible()
    assert [where(one) for one in (w.ivanov, w.petrova, w.older)] == [["6В"], [], ["6А"]]
    page.get_by_role("button", name="Вернуть как было").click()
    expect(page.get_by_text("Возвращено как было")).to_be_visible()
    assert where(w.ivanov) == []
    assert not SchoolYear.objects.filter(starts_on=datetime.date(2027, 9, 1)).exists()
    expect(page.get_by_label("5А", exact=True)).to_have_value("6А, 6В")  # the draft is there again


def test_what_is_typed_while_the_draft_is_saved_stays(growing, open_as):
    page = unfolded(open_as("admin", URL))

    def slowly(route):
        if route.request.method == "POST":
            page.get_by_label("5Б", exact=True).fill("6Д")  # before the answer comes
        route.continue_()

    page.route("**" + URL, slowly, times=1)
    page.get_by_label("5А", exact=True).fill("6Г")
    page.get_by_label("5А", exact=True).press("Tab")
    saved(page)
    expect(page.get_by_label("5Б", exact=True)).to_have_value("6Д")
    page.get_by_label("5Б", exact=True).press("Tab")
    expect(page.locator(f"#row-{growing.b5.pk}")).to_contain_text("другая буква")
    texts = dict(YearDraft.objects.get().classes.values_list("school_class", "becomes"))
    assert texts == {growing.a5.pk: "6Г", growing.b5.pk: "6Д"}


def test_a_cut_line_is_told_and_made_up_for(growing, open_as):
    page = unfolded(open_as("admin", URL))
    page.context.set_offline(True)
    page.get_by_label("5А", exact=True).fill("6Г")
    page.get_by_label("5А", exact=True).press("Tab")
    expect(page.locator("[data-state]")).to_contain_text("Не сохранено: нет связи")
    page.context.set_offline(False)
    saved(page)
    found = new_year(TODAY)
    assert [str(one.targets[0]) for one in found.turn.classes] == ["6Г", "6Б", "7А"]


def test_it_fits_a_phone(growing, open_as):
    page = open_as("admin", f"{URL}?open={growing.a5.pk}", viewport={"width": 390, "height": 844})
    for tab in ("classes", "pupils", "groups", "days"):
        page.goto(f"{URL}?tab={tab}&open={growing.a5.pk}")
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
