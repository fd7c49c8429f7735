"""Two lessons of one journal on a day: addresses name the lesson, and wherever its date stands the
number says which of the two is meant."""

import datetime
import re
from io import BytesIO

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from openpyxl import load_workbook

from journals.actions.entries import save_cell, save_field
from journals.actions.review import make_remark
from journals.actions.watch import sweep
from journals.queries.lists import grid_url
from school.models import Lesson
from tests import world as worlds
from tests.pdf import pages
from tests.world import day, queries_of


@pytest.fixture
def second(world):
    """The other lesson of 23 November; the first is the 2nd of that day, this is the 6th."""
    return worlds.lesson(world.maths, day(11, 23), world.slots[5])


def grid(client, journal, **asked):
    return client.get(reverse("grid", args=[journal.pk]), asked)


def heads(html):
    """{lesson id: its `<th>`}."""
    found = re.findall(r'<th scope="col" data-lesson="(\d+)".*?</th>', html, re.DOTALL)
    return {int(pk): re.search(rf'<th[^>]*data-lesson="{pk}".*?</th>', html)[0] for pk in found}


def line(html, lesson):
    """The lesson's `<tr>` of the right-hand page."""
    return re.search(rf'<tr data-lesson="{lesson.pk}".*?</tr>', html, re.DOTALL)[0]


# --- addresses ---


def test_the_address_of_a_lesson(world, second):
    assert grid_url(second) == f"/journals/{world.maths.pk}/?lesson={second.pk}"


def test_it_opens_the_period_that_holds_the_lesson(world, login):
    old = worlds.lesson(world.maths, day(9, 7), world.slots[1])
    client = login(world.teacher)
    assert grid(client, world.maths, lesson=old.pk).context["period"] == world.quarters[0]
    assert grid(client, world.maths, lesson=world.lesson.pk).context["period"] == world.quarters[1]
    both = {"lesson": old.pk, "period": world.quarters[1].pk}
    assert grid(client, world.maths, **both).context["period"] == world.quarters[0]


def test_old_addresses_go_on_working(world, login):
    client = login(world.teacher)
    assert grid(client, world.maths, date="2026-09-07").context["period"] == world.quarters[0]
    chosen = grid(client, world.maths, period=world.quarters[2].pk)
    assert chosen.context["period"] == world.quarters[2]


@pytest.mark.parametrize("asked", ["of another journal", "", "x", "9" * 18, "9" * 5000, "-1", "²"])
def test_a_lesson_that_is_none_of_the_journal_is_ignored(world, login, asked):
    if asked == "of another journal":
        asked = worlds.lesson(world.russian, day(9, 7), world.slots[1]).pk
    answer = grid(login(world.teacher), world.maths, lesson=asked)
    assert answer.context["period"] == world.quarters[1]


def test_a_lesson_that_is_not_to_be_seen_is_ignored(world, login):
    """Nothing is learned from the address: not even in which period a lesson is."""
    hidden = worlds.lesson(world.maths, day(9, 7), world.slots[1])
    answer = grid(login(world.substitute), world.maths, lesson=hidden.pk)
    assert answer.context["period"] == world.quarters[1]


def test_a_page_with_a_lesson_in_its_address_costs_no_query_more(world, login):
    client, plain = login(world.teacher), reverse("grid", args=[world.maths.pk])
    assert queries_of(client, grid_url(world.lesson)) == queries_of(client, plain)


def test_whatever_names_a_lesson_leads_to_it(world, login, second):
    make_remark(world.maths, second, world.deputy, "Тема не по плану")
    sweep()
    url = grid_url(second)
    leader, teacher = login(world.deputy), login(world.teacher)
    for client, page in (
        (teacher, "/"),
        (teacher, reverse("lesson", args=[world.maths.pk, second.pk])),
        (teacher, "/review/remarks/"),
        (leader, "/review/late/"),
    ):
        assert f'href="{url}' in client.get(page).content.decode(), page


# --- heads and lines of the grid ---


def test_the_number_stands_in_every_head_and_is_shown_where_the_day_repeats(world, login, second):
    found = heads(grid(login(world.teacher), world.maths).content.decode())
    assert {pk: re.search(r'data-number="(\d+)"', th)[1] for pk, th in found.items()} == {
        lesson.pk: str(lesson.number) for lesson in world.maths.lessons.all()
    }
    twice = {pk for pk, th in found.items() if "twice" in th}
    assert twice == {pk for pk, th in found.items() if "nth" in th} == {world.lesson.pk, second.pk}
    assert '<small class="nth">6-й ур.</small>' in found[second.pk]


def test_a_cancelled_lesson_has_its_column_as_well(world, login, second):
    Lesson.objects.filter(pk=second.pk).update(cancelled="карантин")
    found = heads(grid(login(world.teacher), world.maths).content.decode())
    assert "nth" in found[world.lesson.pk]


def test_a_substitute_who_sees_one_of_both_is_told_which(world, login):
    worlds.lesson(world.maths, day(11, 24), world.slots[5])
    found = heads(grid(login(world.substitute), world.maths).content.decode())
    assert list(found) == [world.substituted.pk]
    assert "2-й ур." in found[world.substituted.pk]


@pytest.mark.parametrize("of_day", ["two", "one"])
@pytest.mark.parametrize("field", [None, "topic"])
def test_the_answer_to_a_save_draws_the_head_as_the_page_does(world, login, second, of_day, field):
    lesson = second if of_day == "two" else world.today_lesson
    client = login(world.teacher)
    path = f"/journals/{world.maths.pk}/"
    asked = {"lesson": lesson.pk, "was": "", "text": "4"}
    if field:
        answer = client.post(f"{path}fields/", asked | {"field": field})
    else:
        answer = client.post(f"{path}cells/", asked | {"student": world.ivanov.pk})
    head = answer.json()["head"]
    assert head == heads(grid(client, world.maths).content.decode())[lesson.pk]
    assert ("nth" in head) == (of_day == "two")


def test_a_save_costs_no_query_more(world, login, second):
    client = login(world.teacher)

    def asked(lesson, was, text):
        data = {"lesson": lesson.pk, "student": world.ivanov.pk, "was": was, "text": text}
        with CaptureQueriesContext(connection) as made:
            answer = client.post(f"/journals/{world.maths.pk}/cells/", data)
        assert answer.status_code == 200
        return len(made)

    for lesson in (second, world.today_lesson):
        asked(lesson, "", "4")
    assert asked(second, "4", "5") == asked(world.today_lesson, "4", "5")


def test_the_fields_of_the_right_hand_page_are_told_apart(world, login, second):
    html = grid(login(world.teacher), world.maths).content.decode()
    assert 'aria-label="Тема, 23 ноя, 6-й урок"' in line(html, second)
    assert 'aria-label="Тема, 23 ноя, 2-й урок"' in line(html, world.lesson)
    assert 'aria-label="Тема, 25 ноя"' in line(html, world.today_lesson)


# --- the page of a lesson, the history of a cell ---


def test_the_page_of_a_lesson_names_it_and_its_neighbours(world, login, second):
    html = login(world.teacher).get(reverse("lesson", args=[world.maths.pk, second.pk]))
    html = html.content.decode()
    assert "<title>Урок 23.11.2026, 6-й" in html
    assert "<h1>Урок 23 ноября 2026, 6-й</h1>" in html
    assert "← 23 ноя, 2-й</a>" in html
    assert ">24 ноя, 2-й →</a>" in html


def test_the_history_of_a_cell_names_the_lesson(world, login, second):
    save_cell(world.maths, second.pk, world.ivanov.pk, "", "4")
    asked = {"lesson": second.pk, "student": world.ivanov.pk}
    html = login(world.teacher).get(f"/journals/{world.maths.pk}/cells/history/", asked)
    assert "История клетки: 23.11.2026, 6-й урок" in html.content.decode()


# --- what the administration reads ---


def test_the_search_over_histories(world, login, second, noon):
    noon.shift(60)
    for student, text in ((world.ivanov, "4"), (world.petrova, "н")):
        save_cell(world.maths, second.pk, student.pk, "", text)
    save_field(world.maths, second.pk, "topic", "", "Дроби")
    lines = login(world.deputy).get("/review/history/").context["lines"]
    named = {line.kind: line.about for line in reversed(lines) if "23.11.2026" in line.about}
    lesson = "5А, Математика, 23.11.2026, 6-й урок"
    assert named == {
        "урок": lesson,
        "отметка": f"Иванов Иван, Ответ на уроке, {lesson}",
        "пропуск": f"Петрова Пелагея, {lesson}",
        "работа на уроке": lesson,
    }


def test_late_entries(world, login, second):
    sweep()
    client = login(world.deputy)
    places = {line.told.place for line in client.get("/review/late/").context["lines"]}
    assert {"23.11, 2-й", "23.11, 6-й"} <= places
    sheet = load_workbook(BytesIO(client.get("/review/late/?format=xlsx").content)).active
    assert "23.11, 6-й" in {row[2] for row in sheet.values}


def test_remarks(world, login, second):
    client = login(world.deputy)
    asked = f"/review/remarks/new/?journal={world.maths.pk}&lesson={second.pk}"
    assert "Урок 23 ноября 2026, 6-й" in client.get(asked).content.decode()
    made = make_remark(world.maths, second, world.deputy, "Тема не по плану")
    for page in ("/review/remarks/", f"/review/remarks/{made.pk}/"):
        assert "урок 23.11.2026, 6-й" in client.get(page).content.decode()
    sheet = load_workbook(BytesIO(client.get("/review/remarks/?format=xlsx").content)).active
    rows = list(sheet.values)
    assert rows[0][2:4] == ("Урок", "Номер урока")
    assert rows[1][2:4] == (datetime.datetime(2026, 11, 23), 6)


# --- on paper ---


@pytest.mark.any_database
def test_the_printed_register(world, login, second):
    save_field(world.maths, second.pk, "topic", "", "Сложение дробей")
    make_remark(world.maths, second, world.deputy, "Тема не по плану")
    answer = login(world.director).get(
        f"/journals/{world.maths.pk}/print.pdf", {"period": world.quarters[1].pk}
    )
    _, marks, taught, _, remarks = pages(answer.content)
    assert marks.count("2 ур.") == marks.count("6 ур.") == 1
    assert taught.count("2-й урок") == taught.count("6-й урок") == 1
    assert "Урок 23.11, 6-й" in remarks
