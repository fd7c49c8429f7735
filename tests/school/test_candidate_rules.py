"""Who of the teachers takes a lesson best, and what is proposed."""

import datetime

import pytest

from school.rules.bells import Hour
from school.rules.candidates import (
    CANCEL,
    LATER,
    Asked,
    Choice,
    Deed,
    Free,
    Presence,
    answers,
    choice_of,
    in_order,
    presence,
    to_be_done,
    told,
)
from tests.world import TODAY, day


def hour(number):
    return Hour(number, datetime.time(8 + number), datetime.time(8 + number, 40))


def free(teacher, numbers=(), hours=10, subject=False):
    return Free(teacher, f"Учитель {teacher}", subject, frozenset(numbers), hours)


def asked(pk, number, *found, date=TODAY, **fields):
    return Asked(pk, date, hour(number), found, **fields)


def takes(teacher):
    return Choice(Deed.SUBSTITUTE, teacher)


@pytest.mark.parametrize(
    ("number", "own", "expected"),
    [
        (3, {2, 4}, Presence.BETWEEN),
        (1, {2, 4}, Presence.BESIDE),
        (5, {2, 4}, Presence.BESIDE),
        (1, {3}, Presence.APART),
        (6, {3}, Presence.APART),
        (3, set(), Presence.COMES),
    ],
)
def test_whether_a_teacher_is_in_school_anyway(number, own, expected):
    assert presence(number, own) is expected


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        (free(2, {2, 4}, subject=True), free(1, {2, 4})),  # the same subject
        (free(2, {2}, hours=30), free(1, (), hours=0, subject=True)),  # who needn't come for it
        (free(2, {2, 4}), free(1, {4})),  # no early coming
        (free(2, {2, 4}, hours=18), free(1, {2, 4}, hours=19)),  # fewer hours
        (free(1, {2, 4}), free(2, {2, 4})),  # by the alphabet
        (free(2, {1, 2}, subject=True, hours=30), free(1, {2, 4}, hours=1)),
    ],
)
def test_the_better_one_comes_first(better, worse):
    assert in_order([worse, better], 3) == [better, worse]


HOST = Choice(Deed.JOIN, 7, 70)


@pytest.mark.parametrize(
    ("lesson", "expected"),
    [
        (asked(1, 3, free(1), free(2, {2})), takes(2)),
        (asked(1, 3, free(1), is_last=True), CANCEL),
        (asked(1, 3, free(1, {2}), is_last=True), takes(1)),
        (asked(1, 3, free(1), hosts=(HOST,)), HOST),
        (asked(1, 3, free(1, {2}), hosts=(HOST,)), takes(1)),
        (asked(1, 3, free(1)), takes(1)),
        (asked(1, 3), CANCEL),
        (asked(1, 3, free(1, {2}), is_over=True), LATER),
    ],
)
def test_what_is_proposed(lesson, expected):
    (found,) = answers([lesson], {})
    assert found.chosen == expected


def test_the_choices_above_are_counted_in_the_load_and_in_the_day():
    one, other = free(1, {1}, hours=10), free(2, {2, 9}, hours=10)
    found = answers([asked(1, 2, one), asked(2, 3, one, other), asked(3, 4, one)], {})
    assert [each.chosen for each in found] == [takes(1), takes(2), takes(1)]
    loads = [{free.teacher: free.hours for free in each.free} for each in found]
    assert loads == [{1: 10}, {1: 11, 2: 10}, {1: 11}]
    # Without the lesson above he would have to come back for the fourth: now it is a window away.
    assert presence(4, {1}) is Presence.APART
    assert found[2].free[0].presence_at(4) is Presence.APART
    assert answers([asked(1, 3, one), asked(2, 4, one)], {})[1].free[0].presence_at(4) is (
        Presence.BESIDE
    )


def test_another_week_has_a_load_of_its_own():
    one = free(1, {1})
    found = answers([asked(1, 2, one), asked(2, 2, one, date=day(12, 1))], {})
    assert [each.free[0].hours for each in found] == [10, 10]


def test_nobody_is_chosen_for_two_lessons_at_one_time():
    one, other = free(1, {1, 3}, subject=True), free(2, {1, 3})
    found = answers([asked(1, 2, one, other), asked(2, 2, one, other)], {})
    assert [each.chosen for each in found] == [takes(1), takes(2)]


def test_what_was_said_holds_as_long_as_it_is_possible():
    lesson = asked(1, 3, free(1, {2}), free(2, {2}), hosts=(HOST,))
    for said in (takes(2), HOST, CANCEL, LATER):
        assert answers([lesson], {1: said})[0].chosen == said
    for said in (takes(3), Choice(Deed.JOIN, 7, 71)):
        assert answers([lesson], {1: said})[0].chosen == takes(1)


@pytest.mark.parametrize("choice", [takes(5), HOST, CANCEL, LATER])
def test_a_choice_comes_back_from_its_key(choice):
    assert choice_of(choice.key) == choice


@pytest.mark.parametrize("text", ["", "t", "t-1", "tt1", "j5", "j5-", "substitute", "t1 ", "t²"])
def test_what_is_no_key_is_no_choice(text):
    assert choice_of(text) is None


@pytest.mark.parametrize(
    ("deeds", "button", "text"),
    [
        (["substitute"] * 6 + ["cancel"], "Назначить 6 замен и 1 отмену", "6 замен, 1 отмена"),
        (["substitute"], "Назначить 1 замену", "1 замена"),
        (
            ["join", "substitute", "substitute", "cancel", "later"],
            "Назначить 2 замены, 1 соединение и 1 отмену",
            "2 замены, 1 соединение, 1 отмена",
        ),
        (["later"], "Записать отсутствие", ""),
        ([], "Записать отсутствие", ""),
    ],
)
def test_the_button_says_what_it_does(deeds, button, text):
    assert (to_be_done(deeds), told(deeds)) == (button, text)
