"""КТП that a common upload brings: whose they are, and what is not written over."""

import pytest

from journals.models import GivenTopic, PlannedTopic
from school.rules.texts import tidy
from setup.actions.applying import apply_now
from setup.actions.uploading import answer, bring
from setup.batch import Kind, Place, PlanRow, Source
from setup.changes import State
from setup.comparing.review import compare
from setup.queries.standing import standing
from tests.setup.brought import Rows

KEY = "ktp:список.xlsx|лист"


@pytest.fixture
def rows():
    return Rows()


def brought(rows, *about, title="Дроби"):
    return rows.plan("", "", title, about=about)


def compared(world, rows, said=""):
    return compare(rows.batch, standing(world.year), {KEY: said} if said else {})


def titles(review):
    return [one.title for one in review.of(Kind.PLAN) if one.is_written]


def test_the_heading_names_the_journal(world, rows):
    brought(rows, "Планирование по математике, 5 «Б» класс")
    review = compared(world, rows)
    assert titles(review) == ["5Б Математика"]
    assert not review.questions


def test_where_it_fits_several_or_none_it_is_asked(world, rows):
    brought(rows, "Математика 5 класс")
    brought(rows, "Математика 5 класс", title="Счёт")
    review = compared(world, rows)
    (question,) = review.questions
    assert (titles(review), len(question.cells)) == ([], 2)
    labels = [label for _, label in question.options]
    assert labels[:3] == ["всех: 5А Математика, 5Б Математика", "5А Математика", "5Б Математика"]
    assert labels[-1] == "не загружать"
    assert titles(compared(world, rows, "all")) == ["5А Математика", "5Б Математика"]
    assert titles(compared(world, rows, tidy("5Б Математика"))) == ["5Б Математика"]
    assert not compared(world, rows, "skip").changes
    nowhere = Rows()
    brought(nowhere, "Лист1", "план")
    assert compared(world, nowhere).questions


def test_no_individual_plan_is_offered(world, rows):
    """Who has one is the deputy's to know."""
    brought(rows, "Математика")
    (question,) = compared(world, rows).questions
    told = str(question.options)
    assert world.plan.name not in told
    assert "Особый" not in told
    assert not compared(world, rows, tidy(f"{world.plan.name} Математика")).of(Kind.PLAN)


def test_a_plan_by_which_lessons_were_given_stays(world, rows):
    brought(rows, "Математика, 5А")
    assert [one.state for one in compared(world, rows).of(Kind.PLAN)] == [State.CHANGED]
    line = PlannedTopic.objects.filter(journal=world.maths).first()
    GivenTopic.objects.create(lesson=world.lesson, line=line)
    review = compared(world, rows)
    assert not review.of(Kind.PLAN)
    (problem,) = review.problems
    assert (problem.written, problem.why) == (
        "5А Математика",
        "По этому плану уже учат: его меняет учитель на странице плана.",
    )


def test_sheets_of_one_file_follow_each_other_and_two_files_do_not(world, rows):
    for file, sheet, title in (
        ("а.xlsx", "1", "Дроби"),
        ("а.xlsx", "2", "Счёт"),
        ("б.xlsx", "", "Х"),
    ):
        place = Place(Source(file, sheet), 2)
        row = PlanRow(place, "", "", title, about=("Математика 5Б",))
        rows.batch.add(Kind.PLAN, row)
    review = compared(world, rows)
    (change,) = review.of(Kind.PLAN)
    assert [line[0] for line in change.values["lines"]] == ["Дроби", "Счёт"]
    (problem,) = review.problems
    assert "из файла «а.xlsx»" in problem.why


def test_a_file_is_asked_about_and_written(world, login):
    """From the file that the secretary drops to the plan in the journal."""
    text = "№;Тема урока;Часы;Дата план\n1;Дроби;2;02.09\n2;;1;\n3;Счёт;1;04.09\n;Итого;3;\n"
    one = bring([("математика 5.csv", text.encode())], world.admin)
    client, url = login(world.admin), f"/import/{one.pk}/"
    assert "КТП одного класса" in client.get(url).content.decode()
    page = client.get(f"{url}preview/?tab=questions").content.decode()
    assert "Чей это план (КТП): «математика 5.csv»?" in page
    answer(one, {"ktp:математика 5.csv|": tidy("5Б Математика")}, world.admin)
    page = client.get(f"{url}preview/?tab=wrong").content.decode()
    assert "темы нет" in page
    assert apply_now(one, world.admin), one.error
    lines = PlannedTopic.objects.filter(journal=world.maths_b).values_list("title", "hours")
    assert list(lines) == [("Дроби", 2), ("Счёт", 1)]
