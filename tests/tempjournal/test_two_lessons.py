"""Two lessons of one journal on a day of an outage: the number says which of the two is meant."""

import html
import re

import pytest
from django.urls import reverse

from tests import world as worlds
from tests.world import day

from .filled import Paper, outage, send


@pytest.fixture
def second(world):
    """The other lesson of 23 November; the first is the 2nd of that day, this is the 6th."""
    return worlds.lesson(world.maths, day(11, 23), world.slots[5])


@pytest.fixture
def broken(world, second):
    return outage(world)


def uploaded(client, broken, paper):
    """(address of the file's page, its HTML)."""
    url = send(client, broken, paper.content())["Location"]
    return url, html.unescape(client.get(url).content.decode())


def test_what_can_be_chosen_of_a_file_is_told_apart(world, login, broken, second):
    paper = Paper(world.maths)
    for lesson in (world.lesson, second, world.substituted):
        paper.mark(lesson, world.ivanov, "5")
    paper.mark(second, world.petrova, "7").write(second, "Дроби", "§ 12")
    _, page = uploaded(login(world.teacher), broken, paper)
    for label in (
        "Иванов Иван, 23.11, 2-й урок: 5",
        "Иванов Иван, 23.11, 6-й урок: 5",
        "Иванов Иван, 24.11: 5",
        "что пройдено, 23.11, 6-й урок: Дроби",
    ):
        assert f'aria-label="{label}"' in page, label
    assert "</b> Петрова Пелагея, 23.11, 6-й урок</label>" in page  # what is to be mended


def test_a_transferred_file_leads_to_the_first_lesson_of_the_outage(world, login, broken, second):
    client = login(world.teacher)
    url, page = uploaded(client, broken, Paper(world.maths).mark(second, world.ivanov, "5"))
    boxes = re.findall(r'type="checkbox" name="([^"]+)" value="([^"]*)" checked', page)
    client.post(url, dict(boxes) | {"apply": ""})
    address = f"/journals/{world.maths.pk}/?lesson={world.lesson.pk}"
    assert f'<a href="{address}">5А, Математика</a>' in client.get(url).content.decode()


@pytest.mark.parametrize("field", [None, "topic"])
def test_the_page_by_hand_and_its_answers_draw_the_same_head(world, login, broken, second, field):
    client, place = login(world.teacher), [broken.pk, world.maths.pk]
    asked = {"lesson": second.pk, "was": "", "text": "4"}
    if field:
        answer = client.post(reverse("transfer_field", args=place), asked | {"field": field})
    else:
        asked["student"] = world.ivanov.pk
        answer = client.post(reverse("transfer_cell", args=place), asked)
    head = answer.json()["head"]
    assert "6-й ур." in head
    assert head in client.get(reverse("transfer_by_hand", args=place)).content.decode()
