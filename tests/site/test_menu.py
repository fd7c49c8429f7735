"""The menu: what each has in it, in which order, and which section is marked."""

import re

import pytest
from django.urls import reverse

pytestmark = pytest.mark.any_database

MENUS = {
    "deputy": "Сегодня, Классы, Журналы, Контроль, Отчёты, Дневник, Временные журналы",
    "class_teacher": "Сегодня, Мой класс, Расписание, Журналы, Дневник, Отчёты, Временные журналы",
    "teacher": "Сегодня, Расписание, Журналы, Временные журналы",
    "other_teacher": "Сегодня, Расписание, Журналы",
    "parent": "Дневник, Расписание",
    "admin": "Сегодня, Школа, Загрузка, Люди, Входы",
}


def menu(client, path):
    """(titles, the marked one, titles under «Ещё»)."""
    html = client.get(path).content.decode()
    nav = re.search(r'<nav aria-label="Разделы">(.*?)</nav>', html, re.DOTALL)[1]
    whole, _, more = nav.partition("<details")
    links = re.findall(r"<a ([^>]*)>(.*?)</a>", whole)
    marked = [title for attributes, title in links if "aria-current" in attributes]
    return [title for _, title in links], marked, re.findall(r"<a [^>]*>(.*?)</a>", more)


@pytest.mark.parametrize("who", MENUS)
def test_what_is_in_it(world, login, who):
    titles, _, _ = menu(login(getattr(world, who)), "/account/")
    assert ", ".join(titles) == MENUS[who]


@pytest.mark.parametrize(
    ("who", "in_sight"), [("deputy", 4), ("class_teacher", 4), ("teacher", 3), ("parent", 2)]
)
def test_a_phone_has_what_fits_and_the_rest_below(world, login, who, in_sight):
    titles, _, more = menu(login(getattr(world, who)), "/account/")
    assert more == titles[in_sight:]


@pytest.mark.parametrize(
    ("who", "name", "marked"),
    [
        ("deputy", "timetable", "Сегодня"),
        ("deputy", "teacher_absences", "Сегодня"),
        ("deputy", "classes", "Классы"),
        ("deputy", "class_pupils", "Классы"),
        ("deputy", "review_late", "Контроль"),
        ("class_teacher", "school_class", "Мой класс"),
        ("class_teacher", "class_attendance", "Мой класс"),
        ("class_teacher", "journals", "Журналы"),
        ("admin", "setup_accounts", "Входы"),
        ("admin", "setup_agreements", "Входы"),
        ("admin", "setup", "Школа"),
    ],
)
def test_which_section_is_marked(world, login, who, name, marked):
    args = [world.a5.pk] if name in ("class_pupils", "school_class", "class_attendance") else []
    assert menu(login(getattr(world, who)), reverse(name, args=args))[1] == [marked]


def test_own_class_is_one_step_away(world, login):
    html = login(world.class_teacher).get("/account/").content.decode()
    assert f'<a href="/classes/{world.a5.pk}/">Мой класс</a>' in html
    world.b5.class_teacher = world.class_teacher
    world.b5.save()
    html = login(world.class_teacher).get("/account/").content.decode()
    assert '<a href="/classes/">Мой класс</a>' in html
