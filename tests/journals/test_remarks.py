"""Remarks on a journal: the administration writes, a teacher answers, the administration closes."""

import datetime

import pytest
from django.db import connection

from journals.actions.review import answer_remark, close_remark, make_remark
from journals.models import Remark
from tests.world import queries_of

# Of pages and their forms; the queries behind them have tests on both databases.
pytestmark = pytest.mark.any_database


@pytest.fixture
def remark(world):
    return make_remark(world.maths, world.lesson, world.deputy, "Тема не по плану")


def path(remark):
    return f"/review/remarks/{remark.pk}/"


def shown(client, **asked):
    return list(client.get("/review/remarks/", asked).context["page"])


def test_from_the_remark_to_its_end(world, login):
    deputy, teacher = login(world.deputy), login(world.teacher)
    new = f"/review/remarks/new/?journal={world.maths.pk}&lesson={world.lesson.pk}"
    assert "5А, Математика" in deputy.get(new).content.decode()
    deputy.post(new, {"text": "Тема не по плану"})
    remark = Remark.objects.get()
    assert (remark.journal, remark.lesson, remark.author) == (
        world.maths,
        world.lesson,
        world.deputy,
    )
    home = teacher.get("/").content.decode()
    assert "Тема не по плану" in home
    assert path(remark) in home
    its_remarks = f"/review/remarks/?journal={world.maths.pk}"
    assert its_remarks in teacher.get(f"/journals/{world.maths.pk}/").content.decode()
    assert "Тема не по плану" in teacher.get(its_remarks).content.decode()
    its_remarks = f"/review/remarks/?journal={world.maths_b.pk}"
    assert "Тема не по плану" not in teacher.get(its_remarks).content.decode()

    answer = teacher.post(path(remark), {"was-answer": "", "answer": "Исправила"}, follow=True)
    assert "Ответ записан" in answer.content.decode()
    remark.refresh_from_db()
    assert (remark.answer, remark.answered_by) == ("Исправила", world.teacher)
    assert "Тема не по плану" not in teacher.get("/").content.decode()
    assert "есть ответ" in deputy.get("/review/remarks/").content.decode()

    deputy.post(path(remark), {"deed": "close"})
    remark.refresh_from_db()
    assert (remark.closed_by, remark.closed_at is None) == (world.deputy, False)
    assert shown(deputy) == []
    assert shown(deputy, state="closed") == shown(deputy, state="all") == [remark]
    assert Remark.history.filter(id=remark.pk).count() == 3


def test_not_settled_after_all(world, login, noon, remark):
    deputy, teacher = login(world.deputy), login(world.teacher)
    answer_remark(remark.pk, world.teacher, "", "Исправлю")
    noon.shift(60)
    deputy.post(path(remark), {"deed": "close"})
    listed = "/review/remarks/?state=closed"
    assert deputy.post(path(remark), {"deed": "reopen", "next": listed}).url == listed
    remark.refresh_from_db()
    assert (remark.closed_by, remark.closed_at) == (None, None)
    assert "Тема не по плану" in teacher.get("/").content.decode()  # it waits again
    assert shown(deputy, state="answered") == []
    noon.shift(60)
    answer_remark(remark.pk, world.teacher, "Исправлю", "Исправила")
    assert "Тема не по плану" not in teacher.get("/").content.decode()


@pytest.mark.parametrize("address", ["https://evil.example/", "//evil.example", "javascript:1"])
def test_nobody_is_led_elsewhere(world, login, remark, address):
    answer = login(world.deputy).post(path(remark), {"deed": "close", "next": address})
    assert answer.url == "/review/remarks/"


def test_a_closed_remark_takes_no_answer_and_the_text_stays(world, login, remark):
    close_remark(remark.pk, world.director)
    html = (
        login(world.teacher)
        .post(path(remark), {"was-answer": "", "answer": "Поздно"})
        .content.decode()
    )
    assert "уже закрыто" in html
    assert "Поздно" in html
    remark.refresh_from_db()
    assert remark.answer == ""


def test_two_teachers_answer_at_once(world, login, remark):
    login(world.teacher).post(path(remark), {"was-answer": "", "answer": "Исправила"})
    html = (
        login(world.class_teacher)
        .post(path(remark), {"was-answer": "", "answer": "Исправит"})
        .content.decode()
    )
    assert "здесь стало: «Исправила»" in html
    assert "Исправит" in html
    remark.refresh_from_db()
    assert remark.answer == "Исправила"
    login(world.teacher).post(path(remark), {"was-answer": "Исправила", "answer": "Исправила всё"})
    remark.refresh_from_db()
    assert remark.answer == "Исправила всё"


@pytest.mark.parametrize("stands", ["Исправила.\nВсё.", "Исправила.\r\nВсё. "])
def test_an_answer_of_lines_can_be_changed(world, login, remark, stands):
    """A browser sends back what stood there with ends of lines of its own; what was kept before
    lines were tidied has others too."""
    teacher = login(world.teacher)
    teacher.post(path(remark), {"was-answer": "", "answer": "Исправила.\r\nВсё."})
    with connection.cursor() as cursor:
        cursor.execute("UPDATE journals_remark SET answer = %s", [stands])
    said = {"was-answer": "Исправила.\r\nВсё.", "answer": "И ещё одно.\u200b\r\n"}
    teacher.post(path(remark), said)
    remark.refresh_from_db()
    assert remark.answer == "И ещё одно."


def test_each_sees_remarks_on_own_journals(world, login, remark):
    other = make_remark(world.russian, None, world.director, "Мало отметок")
    assert shown(login(world.teacher)) == [remark]
    assert shown(login(world.class_teacher)) == [other, remark]
    assert shown(login(world.director)) == [other, remark]
    assert shown(login(world.director), school_class=world.b5.pk) == []
    assert shown(login(world.class_teacher_b)) == []


def test_nothing_said(world, login, remark):
    new = f"/review/remarks/new/?journal={world.maths.pk}"
    html = login(world.deputy).post(new, {"text": "  "}).content.decode()
    assert "Обязательное поле" in html
    html = login(world.teacher).post(path(remark), {"answer": " "}).content.decode()
    assert "Обязательное поле" in html
    assert Remark.objects.get().answer == ""


@pytest.mark.parametrize("query", ["", "?journal=", "?journal=x", "?journal=999999", "?journal=²"])
def test_a_remark_on_nothing(world, login, query):
    assert login(world.deputy).get(f"/review/remarks/new/{query}").status_code == 404


def test_a_lesson_of_another_journal(world, login):
    query = f"?journal={world.maths.pk}&lesson={world.lesson_b.pk}"
    assert login(world.deputy).get(f"/review/remarks/new/{query}").status_code == 404


def test_queries_do_not_grow(world, login, remark):
    client = login(world.deputy)
    few = queries_of(client, "/review/remarks/")
    for n in range(20):
        make_remark(world.russian, world.russian_lesson, world.director, f"Замечание {n}")
    assert queries_of(client, "/review/remarks/") == few <= 14


def test_to_take_away(world, login, remark):
    from io import BytesIO

    from openpyxl import load_workbook

    answer_remark(remark.pk, world.teacher, "", "=1+1")
    response = login(world.deputy).get("/review/remarks/", {"format": "xlsx"})
    rows = [[cell.value for cell in row] for row in load_workbook(BytesIO(response.content)).active]
    assert rows[1][2:4] == [datetime.datetime(2026, 11, 23), 2]
    assert rows[1][6:9] == ["Тема не по плану", "'=1+1", "Матвеева М. М."]


def test_on_a_substituted_lesson_the_substitute_answers(world, login):
    made = make_remark(world.maths, world.substituted, world.deputy, "Нет темы")
    assert "Нет темы" in login(world.substitute).get("/").content.decode()
    assert "Нет темы" not in login(world.teacher).get("/").content.decode()
    assert shown(login(world.substitute)) == [made]
    login(world.substitute).post(path(made), {"was-answer": "", "answer": "Записала"})
    made.refresh_from_db()
    assert made.answered_by == world.substitute


def test_a_substitute_sees_no_other_remark(world, login, remark):
    assert shown(login(world.substitute)) == []
    assert login(world.substitute).get(path(remark)).status_code == 404
