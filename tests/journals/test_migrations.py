"""What stood there before scales said what they mean and exams had a duty comes through whole."""

import datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from journals.models import GradeSheet, PeriodGrade
from school.models import GradeValue, Journal
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("school", "0013_known_lessons"), ("journals", "0011_expected_marks")]


@pytest.fixture
def world(transactional_db, noon):
    made = worlds.stands()
    yield made
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


@pytest.fixture
def old(world):
    """The models as they were."""
    executor = MigrationExecutor(connection)
    executor.migrate(BEFORE)
    return MigrationExecutor(connection).loader.project_state(BEFORE).apps


def migrate():
    executor = MigrationExecutor(connection)
    executor.migrate(executor.loader.graph.leaf_nodes())


def scale(old, name, **values):
    made = old.get_model("school", "GradeScale").objects.create(name=name)
    history = old.get_model("school", "HistoricalGradeValue")
    for text, points in values.items():
        row = {"scale_id": made.pk, "text": text, "title": text, "points": points}
        value = old.get_model("school", "GradeValue").objects.create(**row)
        history.objects.create(
            **{**row, "id": value.pk, "history_type": "+"},
            history_date=datetime.datetime.now(datetime.UTC),
        )
    return made.pk


def meanings(pk):
    return dict(GradeValue.objects.filter(scale=pk).values_list("text", "meaning"))


def test_what_values_meant_so_far_they_say(old, world):
    ten = {str(one): one for one in range(1, 11)}
    adapted = scale(old, "Без двоек", **{"5": 5, "4": 4, "3": 3, "осв": None})
    ten_points = scale(old, "Десятибалльная", **ten, **{"зч": None})
    levels = scale(old, "Три уровня", выс=3, баз=2, ниже=1)
    migrate()
    five = {
        "5": "excellent",
        "4": "good",
        "3": "satisfactory",
        "2": "insufficient",
        "1": "insufficient",
        "зч": "passed",
        "осв": "",
    }
    assert meanings(world.five.pk) == five
    assert meanings(world.pass_fail.pk) == {"зч": "passed", "нз": "insufficient", "осв": ""}
    assert meanings(adapted) == {"5": "excellent", "4": "good", "3": "satisfactory", "осв": ""}
    # What was concluded from these points was wrong: the school is to say.
    assert meanings(ten_points) == dict.fromkeys(ten, "") | {"зч": "passed"}
    assert meanings(levels) == {"выс": "", "баз": "", "ниже": ""}
    # Whoever changes one later is told from what.
    told = GradeValue.history.filter(scale=adapted).values_list("text", "meaning")
    assert dict(told) == meanings(adapted)


def test_sheets_of_the_year_are_that(old, world):
    sheets = old.get_model("journals", "GradeSheet").objects
    sheets.create(journal_id=world.maths.pk, period_id=world.quarters[0].pk)
    sheets.create(journal_id=world.maths.pk, period=None)
    migrate()
    assert [(one.kind, one.period) for one in GradeSheet.objects.order_by("pk")] == [
        ("period", world.quarters[0]),
        ("year", None),
    ]


def test_a_journal_that_hid_grades_of_an_exam_shows_them(old, world):
    old.get_model("journals", "PeriodGrade").objects.create(
        journal_id=world.maths.pk,
        student_id=world.ivanov.pk,
        kind="exam",
        set_by_id=world.teacher.pk,
    )
    migrate()
    assert PeriodGrade.objects.count() == 1
    assert Journal.objects.get(has_exam=True) == world.maths
    latest = world.maths.history.latest()
    assert (latest.has_exam, latest.history_user) == (True, None)
    assert latest.history_change_reason.startswith("экзаменационные или итоговые")
