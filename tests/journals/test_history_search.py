"""Who changed what: searched by person, pupil, journal and day (2.10, 4.2)."""

import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from journals.actions.entries import save_field
from journals.actions.review import excuse
from journals.actions.watch import sweep
from journals.models import LateEntry
from school.actions.lessons import cancel_lesson, schedule_lesson, substitute
from school.models.history import originating
from tests.world import day, day_off, queries_of


def post(client, journal, lesson, student, was, text):
    data = {"lesson": lesson.pk, "student": student.pk, "was": was, "text": text}
    assert client.post(f"/journals/{journal.pk}/cells/", data).status_code == 200


@pytest.fixture
def changed(world, login, noon):
    """Of two teachers, two pupils, two journals, two days."""
    noon.shift(60)
    teacher, class_teacher = login(world.teacher), login(world.class_teacher)
    post(teacher, world.maths, world.lesson, world.ivanov, "", "4")
    noon.shift(60)
    post(class_teacher, world.russian, world.russian_lesson, world.petrova, "", "н")
    noon.shift(24 * 3600)
    post(teacher, world.maths, world.lesson, world.ivanov, "4", "5")
    noon.shift(1)
    data = {"lesson": world.lesson.pk, "field": "topic", "was": "", "text": "Дроби"}
    teacher.post(f"/journals/{world.maths.pk}/fields/", data)
    return world


def search(client, **asked):
    return client.get("/review/history/", asked).context["lines"]


def told(client, **asked):
    return [
        (line.kind, line.who.split("\xa0")[0], change.was, change.now)
        for line in search(client, **asked)
        for change in line.changes
    ]


def test_it_works(changed, login):
    assert told(login(changed.deputy), person="Матвеева") == [
        ("урок", "Матвеева", "", "Дроби"),
        ("отметка", "Матвеева", "4", "5"),
        ("отметка", "Матвеева", "", "4"),
        ("работа на уроке", "Матвеева", "", "Ответ на уроке"),
    ]
    line = search(login(changed.deputy), person="матвеева мария")[1]
    assert line.about == "Иванов Иван, Ответ на уроке, 5А, Математика, 23.11.2026, 2-й урок"
    assert line.address == "127.0.0.1"
    assert f"{line.at:%d.%m.%Y %H:%M}" == "26.11.2026 12:02"


def test_by_pupil(changed, login):
    assert told(login(changed.director), student="Петрова", day="2026-11-25")[0] == (
        "пропуск",
        "Руссова",
        "",
        "не был, причина неизвестна",
    )
    assert told(login(changed.director), student="Нет Такой") == []


def test_by_journal(changed, login):
    kinds = {line.kind for line in search(login(changed.director), journal=changed.russian.pk)}
    assert "пропуск" in kinds
    assert "отметка" not in kinds


def test_by_day_of_the_school(changed, login, noon):
    client = login(changed.deputy)
    assert len(told(client, person="Матвеева", day="2026-11-25")) == 2
    assert len(told(client, person="Матвеева", day="2026-11-26")) == 2
    assert told(client, person="Матвеева", day="2026-11-27") == []
    noon.move_to(datetime.datetime(2026, 11, 26, 20, 59, tzinfo=datetime.UTC))  # 23:59 in Moscow
    post(login(changed.teacher), changed.maths, changed.lesson, changed.ivanov, "5", "3")
    assert len(told(client, person="Матвеева", day="2026-11-26")) == 3


def test_names_are_found_as_they_are_shown(changed, login):
    client = login(changed.deputy)
    assert told(client, person="Матвеева М. М.") == told(client, person="Матвеева") != []
    assert told(client, person="Мат\u200bвеева\u00a0М.") == told(client, person="Матвеева")
    assert {who for _, who, _, _ in told(client, person="Система")} == {"система"}


def test_all_together(changed, login):
    found = told(
        login(changed.deputy),
        person="Матвеева",
        student="Иванов",
        journal=changed.maths.pk,
        day="2026-11-25",
    )
    assert found == [("отметка", "Матвеева", "", "4")]


def test_what_is_cleared_and_a_work_taken_away(changed, login, noon):
    teacher = login(changed.teacher)
    noon.shift(60)
    post(teacher, changed.maths, changed.lesson, changed.ivanov, "5", "")
    noon.shift(60)
    data = {
        "lesson": changed.lesson.pk,
        "field": "works",
        "was": str(changed.answer.pk),
        "text": "",
    }
    assert teacher.post(f"/journals/{changed.maths.pk}/fields/", data).status_code == 200
    found = told(login(changed.deputy), person="Матвеева", journal=changed.maths.pk)
    assert found[0] == ("работа на уроке", "Матвеева", "Ответ на уроке", "")
    assert ("отметка", "Матвеева", "5", "") in found  # although its work is gone
    assert ("отметка", "Матвеева", "", "4") in found


def test_excuses_remarks_and_rights(changed, login):
    sweep()
    entry = LateEntry.objects.filter(lesson=changed.early_lesson, kind="topic").get()
    client = login(changed.deputy)
    client.post("/review/late/", {"entry": [entry.pk], "excuse": "болела"})
    client.post(f"/review/remarks/new/?journal={changed.maths.pk}", {"text": "Мало отметок"})
    found = told(client, person="Завучева")
    assert ("замечание", "Завучева", "", "Мало отметок") in found
    assert ("просроченная запись", "Завучева", "", "болела") in found
    substitute(changed.lesson, changed.english_teacher)
    assert ("замена", "система", "", "Англичанова\xa0А.") in [
        (kind, who, was, now)
        for kind, who, was, now in [
            (line.kind, line.who, change.was, change.now)
            for line in search(client, journal=changed.maths.pk)
            for change in line.changes
        ]
    ]


def test_what_was_never_due_leaves_its_trace(changed, login):
    save_field(changed.maths, changed.today_lesson.pk, "works", "", str(changed.answer.pk))
    sweep()
    entry = LateEntry.objects.get(lesson=changed.today_lesson, kind="marks")
    excuse([entry.pk], changed.deputy, "сбой")
    day_off(day(12, 1), "мороз")
    cancel_lesson(changed.today_lesson, "карантин")
    assert not LateEntry.objects.filter(pk=entry.pk).exists()
    found = told(login(changed.deputy), journal=changed.maths.pk)
    assert ("просроченная запись", "система", "была", "снята") in found
    lines = search(login(changed.deputy), journal=changed.maths.pk)
    traces = [line.about for line in lines if line.kind == "просроченная запись"]
    assert "отметки за работу, 5А, Математика, 25.11.2026, 2-й урок" in traces


def test_page_by_page(changed, login, monkeypatch):
    from journals.views import history

    monkeypatch.setattr(history, "PAGE", 3)
    client = login(changed.deputy)
    first = client.get("/review/history/", {"person": "Матвеева"})
    assert len(first.context["lines"]) == 3
    assert "person=%D0%9C" in first.content.decode()  # the choice goes along
    second = client.get("/review/history/", {"person": "Матвеева", "from": 3}).context
    assert [line.kind for line in second["lines"]] == ["работа на уроке"]
    assert (second["newer"], second["older"]) == (0, None)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        ("вчера", "правильную дату"),
        ("2026-13-01", "правильную дату"),
        ("9999-12-31", "меньше либо равно"),
        ("0001-01-01", "больше либо равно"),
    ],
)
def test_a_day_that_is_none_is_told(changed, login, day, told):
    answer = login(changed.deputy).get("/review/history/", {"day": day})
    assert answer.context["lines"] == []
    assert told in answer.content.decode()


def test_what_is_made_without_a_word_is_told_too(changed, login, noon):
    noon.shift(60)
    schedule_lesson(changed.maths, day(12, 1), 1)
    line = search(login(changed.deputy), journal=changed.maths.pk)[0]
    told = [(change.field, change.was, change.now) for change in line.changes]
    assert (line.kind, told) == (
        "урок",
        [
            ("дата", "", "01.12.2026"),
            ("номер урока", "", "1-й урок"),
            ("вид занятий", "", "Урок"),
        ],
    )


def test_to_take_away(changed, login, noon):
    noon.shift(1)
    data = {"lesson": changed.lesson.pk, "field": "topic", "was": "Дроби", "text": "=1+1"}
    login(changed.teacher).post(f"/journals/{changed.maths.pk}/fields/", data)
    asked = {"format": "xlsx", "person": "Матвеева"}
    response = login(changed.deputy).get("/review/history/", asked)
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(response.content)).active]
    assert rows[1][5:] == ["тема урока", "Дроби", "'=1+1", None]
    assert len(rows) == 6


@pytest.mark.parametrize("start", ["", "x", "-1", "1.5", "٣", "9" * 30])
def test_who_asks_for_no_page_gets_one(changed, login, start):
    answer = login(changed.deputy).get("/review/history/", {"from": start})
    assert answer.status_code == 200
    assert answer.context["lines"]


def test_what_came_from_paper_says_so(changed, login):
    origin = "из временного журнала, сбой 24.11.2026 09:00"
    with originating(origin):
        save_field(changed.maths, changed.lesson.pk, "homework", "", "№ 5")
    client = login(changed.deputy)
    assert [line.origin for line in search(client)[:2]] == [origin, ""]
    page = client.get("/review/history/").content.decode()
    assert page.count(origin) == 1
    response = client.get("/review/history/", {"format": "xlsx"})
    heads, newest, *_ = load_workbook(BytesIO(response.content)).active.values
    assert (heads[-1], newest[-1]) == ("Откуда", origin)


def test_queries_do_not_grow(changed, login):
    client = login(changed.deputy)
    few = queries_of(client, "/review/history/")
    teacher = login(changed.teacher)
    for text, was in (("3", "5"), ("2", "3"), ("5", "2"), ("4", "5"), ("5", "4")):
        post(teacher, changed.maths, changed.lesson, changed.ivanov, was, text)
    assert queries_of(client, "/review/history/") == few
