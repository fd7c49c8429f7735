"""Who fails in the running period, by the rule that suggests its grades (2.4)."""

from decimal import Decimal
from fractions import Fraction

import pytest
import time_machine
from django.urls import reverse
from hypothesis import given
from hypothesis import strategies as st

from journals.actions.entries import save_cell
from journals.grading import (
    Marks,
    Outlook,
    Scale,
    Tally,
    Worth,
    is_fine,
    marks_by_now,
    outlook,
)
from journals.queries.board import board
from school.models import GradingRule, Meaning
from tests import world as worlds
from tests.world import NOON, day

HALF = Decimal("0.50")
FIVE = Scale(
    {
        "5": Worth(5, Meaning.EXCELLENT),
        "4": Worth(4, Meaning.GOOD),
        "3": Worth(3, Meaning.SATISFACTORY),
        "2": Worth(2, Meaning.INSUFFICIENT),
    },
    1,
)
VERDICTS = Scale({"зч": Worth(None, Meaning.PASSED), "нз": Worth(None, Meaning.INSUFFICIENT)}, 2)
FAILING, FEW = Outlook.FAILING, Outlook.FEW_MARKS


@pytest.mark.parametrize(
    ("marks", "scale", "found"),
    [
        (Marks(Fraction(249, 100), 5, scale=1), FIVE, FAILING),
        (Marks(Fraction(250, 100), 5, scale=1), FIVE, None),
        (Marks(Fraction(2), 1, scale=1), FIVE, FAILING),  # few, and no good
        (Marks(Fraction(5), 1, scale=1), FIVE, FEW),
        (Marks(), FIVE, FEW),
        (Marks(exempt=1), FIVE, None),
        (Marks(passed=1, failed=2, scale=2), VERDICTS, FAILING),
        (Marks(passed=2, failed=1, scale=2), VERDICTS, None),
        (Marks(Fraction(2), 5, scale=9), FIVE, None),  # of another scale: nothing is concluded
        (Marks(), Scale({}, 3), None),
    ],
)
def test_the_outlook(marks, scale, found):
    assert outlook(marks, scale, HALF, 3) is found


# Its worst two are both no good; a verdict has no points.
OWN = Scale(
    {
        "отл": Worth(9, Meaning.EXCELLENT),
        "уд": Worth(5, Meaning.SATISFACTORY),
        "сл": Worth(3, Meaning.INSUFFICIENT),
        "нет": Worth(1, Meaning.INSUFFICIENT),
        "зч": Worth(None, Meaning.PASSED),
    },
    4,
)


@pytest.mark.parametrize(
    ("tally", "scale", "fine"),
    [
        (Tally(15, 5, 5), FIVE, True),
        (Tally(14, 5, 5), FIVE, False),  # 2,80 is rounded up: nothing is said of it yet
        (Tally(15, 5, 2), FIVE, False),
        (Tally(10, 2, 3), OWN, True),
        (Tally(8, 2, 3), OWN, False),
        (Tally(passed=3), VERDICTS, False),
        (Tally(), FIVE, False),
    ],
)
def test_what_is_fine_by_the_sums_alone(tally, scale, fine):
    assert is_fine(tally, scale, 3) is fine


@given(
    st.builds(Tally, *[st.integers(0, 40), *[st.integers(0, 8)] * 2], *[st.integers(0, 2)] * 3),
    st.sampled_from([FIVE, OWN, VERDICTS, Scale({}, 3)]),
    st.integers(0, 5),
    st.sampled_from([Decimal("0.01"), HALF, Decimal("1.00")]),
)
def test_who_is_fine_has_no_bad_outlook(tally, scale, min_marks, up_from):
    if is_fine(tally, scale, min_marks):
        marks = tally.marks(scale.pk, tally.exempt)
        assert outlook(marks, scale, up_from, min_marks) is None


@pytest.mark.parametrize(
    ("today", "wanted"),
    [((10, 30), 0), ((11, 2), 0), ((11, 21), 1), ((12, 11), 2), ((12, 30), 3), ((1, 5), 3)],
)
def test_how_many_marks_there_are_by_now(today, wanted):
    assert marks_by_now(3, (day(11, 2), day(12, 30)), day(*today)) == wanted


def failing_in(w):
    return {one.name: (one.failing, one.few) for one in board(w.a5, NOON).failing.pupils}


def give(w, lesson, student, text):
    save_cell(lesson.journal, lesson.pk, student.pk, "", text)


def test_the_board_names_who_fails(world):
    for one in (world.lesson, world.early_lesson, world.today_lesson):
        give(world, one, world.ivanov, "2")
        give(world, one, world.petrova, "4")
    give(world, world.individual_lesson, world.special, "2")
    assert failing_in(world) == {
        "Иванов Иван": (["Математика 2,00"], []),
        "Особый Осип": (["Математика 2,00 из 1 отметки"], []),
    }


def test_too_few_marks_are_told_where_others_have_them(world):
    GradingRule.objects.update(min_marks=5)  # two of them by now
    assert failing_in(world) == {}  # nobody has any
    for one in (world.lesson, world.early_lesson):
        give(world, one, world.petrova, "4")
    assert failing_in(world) == {"Иванов Иван": ([], ["Математика 0"])}


def test_nothing_is_concluded_while_hardly_anybody_has_a_mark(world, login):
    GradingRule.objects.update(min_marks=5)
    told = login(world.class_teacher).get(reverse("school_class", args=[world.a5.pk]))
    assert "судить рано" in told.content.decode()
    assert "отметок у всех хватает" not in told.content.decode()


def test_that_marks_suffice_is_said_where_they_do(world, login):
    early = board(world.a5, NOON).failing.early
    for student in (world.ivanov, world.petrova):
        give(world, world.lesson, student, "4")
    give(world, world.individual_lesson, world.special, "4")
    assert board(world.a5, NOON).failing.early == early - 1
    GradingRule.objects.update(min_marks=0)  # none is asked for
    told = login(world.class_teacher).get(reverse("school_class", args=[world.a5.pk]))
    assert "отметок у всех хватает" in told.content.decode()


@pytest.mark.parametrize(("at", "is_told"), [((11, 2), True), ((12, 30), True), ((1, 5), False)])
def test_of_a_vacation_nothing_is_told(world, login, at, is_told):
    with time_machine.travel(f"{day(*at)} 09:00Z", tick=False):
        told = login(world.class_teacher).get(reverse("school_class", args=[world.a5.pk]))
    assert ("Не успевают" in told.content.decode()) is is_told


def test_marks_of_another_class_and_of_before_count_as_in_the_grade(world):
    """Those of the subject in 5Б, but not those of the first quarter."""
    student = world.newcomer
    enrolment = student.enrolments.get()
    enrolment.ends_on = day(11, 23)
    enrolment.save()
    student.enrolments.create(school_class=world.a5, starts_on=day(11, 24))
    give(world, world.lesson_b, student, "2")
    for one in (world.petrova, world.ivanov):
        give(world, world.lesson, one, "4")
    old = worlds.lesson(world.maths, day(10, 5), world.slots[1])
    give(world, old, world.petrova, "2")
    give(world, old, world.ivanov, "2")
    assert failing_in(world) == {"Новиков Никита": (["Математика 2,00 из 1 отметки"], [])}
