"""The administrator's pages: what they say and how much they ask the database."""

import datetime
import re

import pytest
from django.urls import reverse

from journals.actions.entries import save_cell
from school.models import (
    CurriculumHours,
    Employee,
    Lesson,
    Role,
    School,
    SchoolClass,
    Slip,
    StudentCard,
    Subject,
    TeachingGroup,
    TimetableEntry,
)
from setup.checklist import SetUp, Stage, checklist
from tests.world import day, pupil, queries_of, user

EMPTY = SetUp(zone="Europe/Moscow")
FILLED = {
    "school": "Школа № 1",
    "year": "2026/2027",
    "periods": {"четверть": 4},
    "bells": (8, datetime.time(8, 30)),
    "subjects": 24,
    "scales": 3,
    "works": 14,
}
PEOPLE = {"pupils": 600, "parents": 900, "staff": 60, "classes": 25}
TAUGHT = {"journals": 450, "groups": 41, "entries": 900, "lessons": 30_000}
READY = SetUp(**FILLED, **PEOPLE, **TAUGHT)


def of(standing, **changes):
    """{name of the page: Stage}."""
    made = checklist(SetUp(**(vars(standing) | changes)))
    return {one.page.removeprefix("setup_"): one.state for one in made.items}


def test_an_empty_school_begins_with_the_questions():
    states = of(EMPTY)
    assert states["questions"] == Stage.NEXT
    assert [states[name] for name in ("year", "people", "classes")] == [Stage.OPEN] * 3
    waiting = ("workload", "groups", "timetable", "lessons")
    assert [states[name] for name in waiting] == [Stage.WAITS] * 4
    assert checklist(EMPTY).is_untouched
    assert (checklist(EMPTY).done, checklist(EMPTY).minutes) == (0, 30)


@pytest.mark.parametrize(
    ("stands", "following"),
    [
        (FILLED, "people"),
        (FILLED | {"pupils": 5}, "classes"),
        (FILLED | {"pupils": 5, "classes": 1}, "people"),  # no teacher yet: what lacks there
        (FILLED | PEOPLE, "workload"),
        (FILLED | PEOPLE | {"journals": 3, "untaught": 2}, "timetable"),
        (FILLED | PEOPLE | {"journals": 3, "entries": 9}, "lessons"),
    ],
)
def test_what_is_next(stands, following):
    made = checklist(SetUp(**stands))
    assert made.following.page == f"setup_{following}"


@pytest.mark.parametrize(
    ("change", "page", "lacks", "deed"),
    [
        ({"periods": {}}, "year", "периодов нет", ""),
        ({"scales": 0}, "subjects", "шкал нет", ""),
        ({"parentless": 38}, "people", "без родителей: 38", "Показать 38"),
        ({"classless": 2, "parentless": 38}, "people", "не зачислены в класс: 2", "Показать 2"),
        ({"unled": ["5А", "6Б"]}, "classes", "без классного руководителя: 5А, 6Б", "Назначить"),
        ({"unled": ["1", "2", "3", "4", "5"]}, "classes", "1, 2, 3 и ещё 2", "Назначить"),
        (
            {"untaught": 20, "unplanned": 2, "left": 1},
            "workload",
            "клеток без учителя: 22, учителей уволено: 1",
            "Дополнить",
        ),
        ({"unseated": {"6А Химия": 9}}, "groups", "не поделены: 6А Химия", "Поделить"),
        ({"timeless": 3}, "timetable", "журналов без расписания: 3", "Показать"),
        ({"locked_out": 7}, "lessons", "без пароля: 7", "К листкам"),
    ],
)
def test_what_lacks_is_told_with_one_deed(change, page, lacks, deed):
    assert checklist(READY).done == 10
    made = checklist(SetUp(**(vars(READY) | change)))
    found = next(one for one in made.items if one.page == f"setup_{page}")
    assert lacks in found.lacks
    assert found.deed == deed
    assert found.state == Stage.NEXT
    assert made.done == 9


def test_what_only_lacks_is_no_hurdle():
    """The first that is not there at all goes before what lacks something above it."""
    states = of(READY, parentless=38, entries=0, lessons=0)
    assert states["people"] == Stage.PART
    assert states["timetable"] == Stage.NEXT
    assert states["lessons"] == Stage.WAITS


# --- over HTTP ---


def test_the_facts_come_to_the_list(world, login):
    CurriculumHours.objects.create(
        school_class=world.a5, subject=Subject.objects.create(name="Химия"), hours=2
    )
    Employee.objects.create(user=world.teacher, left_on=day(11, 1))
    SchoolClass.objects.create(year=world.year, number=6, letter="А")
    CurriculumHours.objects.create(school_class=world.a5, subject=world.english.subject, hours=3)
    pupil("alone", "Одинокий", "Олег", world.a5)
    made = login(world.admin).get("/setup/").context["checklist"]
    told = {one.page.removeprefix("setup_"): f"{one.told}; {one.lacks}" for one in made.items}
    assert "Школа-интернат № 1, Europe/Moscow, пять дней" in told["questions"]
    assert "четверть: 4" in told["year"]
    assert "7 уроков, первый в" in told["bells"]
    assert "без родителей: 3" in told["people"]
    assert "без классного руководителя: 6А" in told["classes"]
    assert "учителей уволено: 1" in told["workload"]
    assert "клеток без учителя: 2" in told["workload"]
    assert "не поделены: 5А Английский язык" in told["groups"]


def test_it_says_the_same_whatever_is_written_in_journals(world, login):
    client = login(world.admin)

    def seen():
        texts = [client.get(path).content.decode() for path in PAGES]
        return [re.sub(r'value="[A-Za-z0-9]{64}"', "", text) for text in texts]

    before = seen()
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "5")
    save_cell(world.maths, world.lesson.pk, world.petrova.pk, "", "н")
    StudentCard.objects.create(student=world.petrova, programme="АООП 7.1", address="Тайная, 1")
    assert seen() == before


PAGES = [
    *("/", "/setup/", "/setup/questions/", "/setup/year/", "/setup/year/?tab=days"),
    *("/setup/bells/", "/setup/bells/?tab=uses", "/setup/subjects/", "/setup/subjects/?tab=scales"),
    *("/setup/subjects/?tab=works", "/setup/people/", "/setup/people/?tab=parents"),
    *("/setup/people/?tab=parents&without=parents", "/setup/people/?tab=staff", "/setup/classes/"),
    *("/setup/accounts/", "/setup/accounts/?tab=pupils", "/setup/timetable/", "/setup/lessons/"),
]


@pytest.mark.parametrize("path", PAGES)
def test_the_queries_of_a_page_do_not_grow(world, login, path):
    client = login(world.admin)
    before = queries_of(client, path)
    for number in range(3):
        made = SchoolClass.objects.create(year=world.year, number=7 + number, letter="А")
        TeachingGroup.objects.create(
            kind="class", year=world.year, name=str(made), school_class=made
        )
        Employee.objects.create(user=user(f"teacher{number}", f"Учителева{number}"))
        for other in range(2):
            pupil(f"new{number}{other}", f"Новый{number}{other}", "Пётр", made)
        Subject.objects.create(name=f"Предмет {number}", short_name="П")
    assert queries_of(client, path) <= before


def test_programmes_do_not_ask_more_of_a_larger_class(world, login):
    client, path = login(world.deputy), f"/desk/programmes/?class={world.a5.pk}"
    before = queries_of(client, path)
    for number in range(3):
        pupil(f"new{number}", f"Новый{number}", "Пётр", world.a5)
    assert queries_of(client, path) <= before


def test_the_list_asks_the_same_of_a_large_school(world, login):
    assert queries_of(login(world.admin), "/setup/") <= 38


# --- home ---


def test_home_is_what_is_left(world, login):
    page = login(world.admin).get("/")
    html = page.content.decode()
    assert "Что осталось" in html
    assert 'href="/admin/">Починка' in html
    assert "/setup/people/" in html


def test_an_administrator_who_teaches_has_both(world, login):
    Role.objects.create(user=world.teacher, kind=Role.Kind.ADMIN)
    client = login(world.teacher)
    assert client.get("/").context["lessons"] is not None
    html = client.get("/").content.decode()
    for title in ("Сегодня", "Журналы", "Школа", "Люди", "Входы"):
        assert f">{title}</a>" in html


# --- accounts ---


def test_a_new_password_is_shown_once_and_works(world, login, client):
    browser = login(world.admin)
    world.teacher.set_unusable_password()
    world.teacher.save()
    page = browser.get("/setup/accounts/?locked=1")
    assert [one.pk for one in page.context["page"].object_list] == [world.teacher.pk]
    page = browser.post("/setup/accounts/?locked=1", {"user": world.teacher.pk})
    password = page.context["password"]
    assert f">{password}</b>" in page.content.decode()
    assert password not in browser.get("/setup/accounts/").content.decode()
    answer = client.post("/login/", {"username": "teacher", "password": password})
    assert answer.status_code == 302
    row = Slip.history.get(person=world.teacher)
    assert (row.history_type, row.history_user) == ("+", world.admin)


def test_a_password_of_ones_own_is_stopped_after_a_second_press_alone(world, login):
    browser = login(world.admin)
    page = browser.post("/setup/accounts/", {"user": world.teacher.pk})
    assert "свой пароль уже есть" in page.text
    assert not Slip.objects.exists()
    page = browser.post("/setup/accounts/", {"user": world.teacher.pk, "sure": "on"})
    assert page.context["password"]
    assert Slip.objects.get().person == world.teacher


def test_a_password_for_nobody(world, login):
    browser = login(world.admin)
    for pk in ("", "x", "999999", "9" * 30):
        assert browser.post("/setup/accounts/", {"user": pk}).status_code == 404
    world.substitute.is_active = False
    world.substitute.save()
    assert browser.post("/setup/accounts/", {"user": world.substitute.pk}).status_code == 404


def test_whose_accounts(world, login):
    browser = login(world.admin)
    names = {}
    for tab in ("staff", "pupils", "parents"):
        page = browser.get(f"/setup/accounts/?tab={tab}").context["page"]
        names[tab] = {one.username for one in page.object_list}
    assert {"teacher", "deputy", "admin"} <= names["staff"]
    assert names["pupils"] == {"ivanov", "petrova", "special", "sidorov", "newcomer"}
    assert names["parents"] == {"parent", "otherparent"}


# --- lessons ---


def test_lessons_are_made_in_one_deed(world, login):
    TimetableEntry.objects.create(
        journal=world.russian, weekday=4, number=6, starts_on=world.year.starts_on
    )
    browser, there = login(world.admin), Lesson.objects.count()
    page = browser.post("/setup/lessons/", follow=True)
    assert "Создано уроков" in page.content.decode()
    made = Lesson.objects.count()
    assert made > there
    assert "Создано уроков: 0" in browser.post("/setup/lessons/", follow=True).content.decode()
    assert Lesson.objects.count() == made


def test_two_rows_of_one_pupil_are_refused_in_russian(world, login):
    for journal in (world.russian, world.maths):
        TimetableEntry.objects.create(
            journal=journal, weekday=4, number=6, starts_on=world.year.starts_on
        )
    page = login(world.admin).post("/setup/lessons/", follow=True)
    assert "Уроки не созданы" in page.content.decode()


def test_the_timetable_class_by_class(world, login):
    TimetableEntry.objects.create(
        journal=world.russian, weekday=4, number=6, starts_on=world.year.starts_on
    )
    context = login(world.admin).get("/setup/timetable/").context
    assert {str(one): count for one, count in context["rows"]}["5А"] >= 1
    assert world.russian not in context["timeless"]


def test_a_school_without_a_year(db, login, noon):
    person = user("secretary")
    Role.objects.create(user=person, kind=Role.Kind.ADMIN)
    browser = login(person)
    School.objects.all().delete()
    for path in PAGES:
        page = browser.get(path, follow=True)
        assert page.status_code == 200, path
    page = browser.get("/setup/classes/", follow=True)
    assert "Сначала заведите учебный год" in page.content.decode()
    assert browser.post("/setup/lessons/").status_code in (200, 302)


@pytest.mark.parametrize("name", ["setup", "setup_people", "setup_accounts"])
def test_one_section_of_the_menu_is_marked(world, login, name):
    html = login(world.admin).get(reverse(name)).content.decode()
    nav = html.partition('aria-label="Разделы"')[2].partition("</nav>")[0]
    assert nav.count("aria-current") == 1
