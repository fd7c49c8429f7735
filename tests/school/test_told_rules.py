"""What is told of a lesson at a glance."""

import datetime

import pytest

from school.rules.joins import carry_hour
from school.rules.teacher_absences import nobody_takes
from school.rules.told import LessonFacts, Told, minutes_until, told_of, told_of_hour


@pytest.mark.parametrize(
    ("facts", "told"),
    [
        ({}, Told.ORDINARY),
        ({"over": True}, Told.UNOPENED),
        ({"over": True, "taken": True}, Told.ORDINARY),
        ({"over": True, "owes": False}, Told.ORDINARY),
        ({"over": True, "without_access": True}, Told.ON_PAPER),
        ({"without_access": True}, Told.ORDINARY),  # it lasts still
        ({"over": True, "without_access": True, "taken": True}, Told.ORDINARY),  # transferred
        ({"substituted": True}, Told.SUBSTITUTED),
        ({"substituted": True, "over": True}, Told.UNOPENED),
        ({"untaught": True}, Told.UNTAUGHT),
        ({"untaught": True, "taken": True}, Told.ORDINARY),  # he has held it before he left
        ({"untaught": True, "cancelled": True}, Told.CANCELLED),
        ({"over": True, "cancelled": True}, Told.CANCELLED),
    ],
)
def test_what_is_told_of_a_lesson(facts, told):
    assert told_of(LessonFacts(**facts)) is told


TAKEN, OPEN, OFF = LessonFacts(taken=True), LessonFacts(over=True), LessonFacts(cancelled=True)


@pytest.mark.parametrize(
    ("lessons", "told", "taken"),
    [
        ([TAKEN, TAKEN], Told.ORDINARY, True),
        ([TAKEN, OPEN], Told.UNOPENED, False),  # of two subgroups one
        ([TAKEN, OFF], Told.ORDINARY, True),
        ([OFF, OFF], Told.CANCELLED, False),
        ([LessonFacts(owes=False)], Told.ORDINARY, False),  # nothing was taken, nothing is owed
        ([TAKEN, LessonFacts(owes=False)], Told.ORDINARY, True),
        ([OPEN, LessonFacts(untaught=True)], Told.UNTAUGHT, False),
    ],
)
def test_what_is_told_of_a_class_at_an_hour(lessons, told, taken):
    assert told_of_hour(lessons) == (told, taken)


@pytest.mark.parametrize(
    ("joined", "carry"),
    [
        ({1: None, 2: None}, {1, 2}),
        ({1: None, 2: 1}, {1}),
        ({2: 1, 3: 1}, {2}),  # the host does not take place
        ({1: None, 2: 1, 3: 1}, {1}),
    ],
)
def test_which_of_joined_lessons_carries_the_hour(joined, carry):
    assert carry_hour(joined) == carry


@pytest.mark.parametrize(
    ("is_taker_away", "others", "nobody"),
    [
        (None, [], True),
        (None, ["Ким"], False),  # two keep the journal
        (False, [], False),
        (True, ["Ким"], True),  # who stands in is away himself
    ],
)
def test_when_nobody_takes_a_lesson(is_taker_away, others, nobody):
    assert nobody_takes(is_taker_away, others) is nobody


def test_minutes_that_have_begun_count():
    assert minutes_until(datetime.time(7, 49, 30), datetime.time(8, 30)) == 41
    assert minutes_until(datetime.time(8, 30), datetime.time(8, 30)) == 0
