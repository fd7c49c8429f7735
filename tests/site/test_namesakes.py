"""Three namesakes in a class: on every page and paper they are told apart, and line 7 is the same
child."""

import datetime
import re
from html import unescape
from io import BytesIO

import pytest
from django.http import QueryDict
from django.urls import reverse
from openpyxl import load_workbook

from attendance.models import AbsenceDocument
from journals.actions.entries import save_cell
from journals.forms import JournalFilter
from journals.queries import book as journals_book
from journals.queries.debts import debts
from school.models import Journal, StudentCard
from school.queries.people import class_list
from school.rights import JournalRights
from tempjournal.queries import packets
from tempjournal.xlsx import write
from tests import world as worlds
from tests.pdf import pages
from tests.world import day, queries_of

WHOLE = JournalRights(sees_all=True, writes_all=False)

# 5А as everybody is to see it; who left on 6 November stands last.
LISTED = [
    "ван Дейк Антон",
    "Ванин Борис",
    "Ёжиков Егор",
    "Ежов Ефим",
    "Иванов Иван (31.05.2015)",
    "Иванов Иван Иванович",
    "Иванов Иван Петрович",
    "О'Коннор Анна",
    "Оконов Олег",
    "Особый Осип",
    "Петрова Пелагея",
]
GONE = "Ушёл Устин"


@pytest.fixture
def namesakes(world):
    """The namesakes of Иванов of the small school, and others whom a database sorts its own way;
    entered in no order."""
    for n, (last, first, patronymic) in enumerate(
        [
            ("Оконов", "Олег", ""),
            ("Иванов", "Иван", "Петрович"),
            ("Ежов", "Ефим", ""),
            ("О'Коннор", "Анна", ""),
            ("Ванин", "Борис", ""),
            ("Иванов", "Иван", "Иванович"),
            ("Ёжиков", "Егор", ""),
            ("ван Дейк", "Антон", ""),
        ]
    ):
        pupil = worlds.pupil(f"n{n}", last, first, world.a5)
        pupil.user.patronymic = patronymic
        pupil.user.save(update_fields=["patronymic"])
    StudentCard.objects.create(student=world.ivanov, born_on=datetime.date(2015, 5, 31))
    return world


def in_rows(html):
    """[(number, name)] in the heads of a table's rows."""
    found = re.findall(r'<th scope="row"(?: class=long)?><b>(\d+)</b> ([^<]+)</th>', html)
    return [(int(number), unescape(name)) for number, name in found]


def numbered(names):
    return list(enumerate(names, start=1))


ALL = numbered([*LISTED, GONE])


def test_the_grid_and_a_lesson(namesakes, login):
    client = login(namesakes.class_teacher)
    assert in_rows(client.get(f"/journals/{namesakes.russian.pk}/").content.decode()) == ALL
    lesson = f"/journals/{namesakes.russian.pk}/lessons/{namesakes.russian_lesson.pk}/"
    assert [one.name for one in client.get(lesson).context["page"].pupils] == LISTED


def test_the_grades(namesakes, login):
    answer = login(namesakes.deputy).get(f"/journals/{namesakes.russian.pk}/grades/")
    assert [(row.number, row.name) for row in answer.context["page"].rows] == ALL


def test_who_sees_some_rows_sees_the_numbers_of_all(namesakes, login):
    """The class teacher of 5Б has one pupil of the subgroup; on every page he has the number that
    he has for its teacher."""
    url = f"/journals/{namesakes.english.pk}/"
    client = login(namesakes.class_teacher_b)
    assert in_rows(client.get(url).content.decode()) == [(2, "Сидоров Семён")]
    rows = client.get(f"{url}grades/").context["page"].rows
    assert [(row.number, row.name) for row in rows] == [(2, "Сидоров Семён")]


def test_the_summary(namesakes, login):
    answer = login(namesakes.deputy).get(f"/classes/{namesakes.a5.pk}/summary/")
    assert [(row.number, row.name) for row in answer.context["table"].rows] == ALL


def test_the_list_of_the_class(namesakes):
    pupils = [(one.number, one.name) for one in class_list(namesakes.a5, worlds.TODAY)]
    assert pupils == ALL


def test_the_absences(namesakes, login):
    w = namesakes
    for one in class_list(w.a5, worlds.TODAY):
        if one.is_present:
            save_cell(w.russian, w.russian_lesson.pk, one.student.pk, "", "н")
    AbsenceDocument.objects.create(
        student=w.ivanov,
        kind=AbsenceDocument.Kind.MEDICAL,
        received_on=worlds.TODAY,
        starts_on=day(11, 23),
        ends_on=day(11, 23),
        reason="б",
        entered_by=w.class_teacher,
    )
    answer = login(w.class_teacher).get(f"/classes/{w.a5.pk}/attendance/")
    found = answer.context["found"]
    assert [one.name for one in found.open] == LISTED
    assert [one.student.name for one in found.totals] == LISTED
    for field in (answer.context["form"]["student"], answer.context["filters"]["student"]):
        offered = [name for pk, name in field.field.choices if pk]
        assert offered[: len(LISTED)] == LISTED
    assert '<th scope="row">Иванов Иван (31.05.2015)</th>' in answer.content.decode()


def test_the_debts(namesakes):
    w = namesakes
    for one in class_list(w.a5, worlds.TODAY):
        if one.is_present:
            save_cell(w.russian, w.russian_lesson.pk, one.student.pk, "", ".")
    assert [one.pupil for one in debts(w.russian, WHOLE)] == LISTED


def test_the_book(namesakes):
    book = journals_book.book(namesakes.russian, namesakes.quarters[1], WHOLE)
    assert [(row.number, row.attendee.name) for row, _ in book.grades] == ALL
    assert [(row.number, row.attendee.name) for row, _ in book.spreads[0].rows] == ALL


@pytest.mark.any_database
def test_line_7_on_paper_is_the_child_of_line_7_on_the_page(namesakes, login):
    client, seventh = login(namesakes.class_teacher), ALL[6][1]
    journal, period = namesakes.russian.pk, namesakes.quarters[1].pk
    asked = {
        f"/journals/{journal}/print.pdf?period={period}": 2,
        f"/classes/{namesakes.a5.pk}/summary.pdf?period={period}": 1,
        f"/temp-journals/form.pdf?class={namesakes.a5.pk}&from=2026-W48": 1,
    }
    assert seventh == "Иванов Иван Петрович"
    for url, times in asked.items():
        text = "\n".join(pages(client.get(url).content))
        found = re.findall(r"(?m)^\s*(\d+)\.?\s+Иванов Иван Петрович", text)
        assert found.count("7") >= times, (url, found)


def test_the_temporary_journal(namesakes):
    (paper,) = packets.papers(
        Journal.objects.filter(pk=namesakes.russian.pk), day(11, 23), day(11, 27)
    )
    assert [name for _, name in paper.pupils] == LISTED
    sheet = load_workbook(BytesIO(write.class_workbook([paper], "5А"))).worksheets[0]
    rows = sheet.iter_rows(min_row=write.TOP_ROW + write.HEAD_ROWS, max_col=2, values_only=True)
    assert [row for row in rows if row[1]] == numbered(LISTED)


def test_as_many_queries_however_many_namesakes(namesakes, login):
    client, w = login(namesakes.deputy), namesakes
    urls = [
        f"/journals/{w.russian.pk}/",
        f"/journals/{w.russian.pk}/grades/",
        f"/classes/{w.a5.pk}/",
        f"/classes/{w.a5.pk}/summary/",
        f"/classes/{w.a5.pk}/attendance/",
        "/diary/",
    ]
    few = [queries_of(client, url) for url in urls]
    for n in range(12):
        worlds.pupil(f"more{n}", "Иванов", "Иван", w.a5)
        worlds.pupil(f"others{n}", "Петрова", "Пелагея", w.a5)
    assert [queries_of(client, url) for url in urls] == few


# --- teachers ---


@pytest.fixture
def teachers(world):
    """Two «Иванова А. П.» with a journal each, and both names once more in one journal."""
    found = [
        worlds.user("anna", "Иванова", "Анна", "Петровна"),
        worlds.user("alla", "Иванова", "Алла", "Павловна"),
        worlds.user("again", "Иванова", "Анна", "Петровна"),
    ]
    for teacher, journal in zip(found, (world.maths, world.maths_b, world.maths), strict=True):
        worlds.assign(teacher, journal)
    return found


def test_teachers_of_journals_are_told_apart(world, login, teachers):
    anna, alla, again = teachers
    client = login(world.deputy)
    called = [f"Иванова Анна Петровна (код {one.pk})" for one in (anna, again)]
    for url in ("/journals/", "/review/"):
        html = client.get(url).content.decode()
        assert "Иванова Алла Павловна" in html
        assert all(name in html for name in called)
    filters = JournalFilter(QueryDict(), year=world.year)
    choices = dict(filters.fields["teacher"].choices)
    # in the order of the alphabet
    assert [name for name in choices.values() if name.startswith("Иванова")] == [
        "Иванова Алла Павловна",
        *called,
    ]
    assert choices[alla.pk] == "Иванова Алла Павловна"


def test_both_teachers_of_one_name_stand_on_the_temporary_journal(world, teachers):
    (paper,) = packets.papers(Journal.objects.filter(pk=world.maths.pk), day(11, 23), day(11, 27))
    anna, _, again = teachers
    assert paper.teachers == ", ".join(
        [
            world.teacher.full_name,
            *(f"Иванова Анна Петровна (код {one.pk})" for one in (anna, again)),
        ]
    )


# --- the administrator ---


def test_the_administrator_tells_them_by_their_logins(namesakes, login):
    client = login(namesakes.admin)
    found = client.get(
        reverse("admin:autocomplete"),
        {"app_label": "school", "model_name": "groupmembership", "field_name": "student"}
        | {"term": "Иванов"},
    ).json()["results"]
    assert [one["text"] for one in found] == [
        "Иванов Иван (ivanov)",
        "Иванов Иван Иванович (n5)",
        "Иванов Иван Петрович (n1)",
    ]
    rows = client.get(reverse("admin:school_student_changelist")).context["cl"].result_list
    assert [one.user.list_name for one in rows][4:7] == ["Иванов Иван"] * 3
    assert [one.user.username for one in rows][4:7] == ["ivanov", "n5", "n1"]
