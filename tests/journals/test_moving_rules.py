"""A pupil who moves, without a database (2.3, 2.4)."""

import pytest

from journals.grading import Tally
from journals.moving import GRADE, MARKS, days_in, givers, told_from, what_is_brought
from school.rules.spans import END_OF_TIME
from tests.world import FIRST, day

Q2 = (day(11, 2), day(12, 30))
A, B, GROUP = 1, 2, 3
WHOLE = [(FIRST, END_OF_TIME)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ({A: WHOLE}, {A}),
        ({A: [(FIRST, day(11, 15))], B: [(day(11, 16), END_OF_TIME)]}, {B}),
        # he went after the period: it is still the old one's
        ({A: [(FIRST, day(12, 30))], B: [(day(12, 31), END_OF_TIME)]}, {A}),
        # on the period's last day
        ({A: [(FIRST, day(12, 29))], B: [(day(12, 30), END_OF_TIME)]}, {B}),
        # to another class and back
        (
            {A: [(FIRST, day(11, 8)), (day(12, 1), END_OF_TIME)], B: [(day(11, 9), day(11, 30))]},
            {A},
        ),
        # he left the school, or the subject
        ({A: [(FIRST, day(11, 15))]}, {A}),
        # taught in both at once
        ({A: WHOLE, GROUP: WHOLE}, {A, GROUP}),
        ({A: [(FIRST, day(11, 15))], B: [(day(11, 16), END_OF_TIME)], GROUP: WHOLE}, {B, GROUP}),
        # before the period, and after it
        ({A: [(FIRST, day(10, 20))]}, set()),
        ({A: [(day(1, 11), END_OF_TIME)]}, set()),
        ({A: []}, set()),
        ({}, set()),
    ],
)
def test_the_grade_is_given_where_he_is_last(days, expected):
    assert givers(days, *Q2) == expected


def test_days_in_cuts_and_leaves_out():
    days = {A: [(FIRST, day(11, 15))], B: [(day(1, 11), END_OF_TIME)]}
    assert days_in(days, *Q2) == {A: [(day(11, 2), day(11, 15))]}


@pytest.mark.parametrize(
    ("first_day", "expected"),
    [
        (day(12, 31), GRADE),  # the day after it
        (day(12, 30), MARKS),  # its last day
        (day(11, 3), MARKS),
        (day(11, 2), None),  # its first day
        (FIRST, None),
    ],
)
def test_what_is_brought(first_day, expected):
    assert what_is_brought(first_day, *Q2) == expected


def test_told_from():
    assert told_from([("из 5А", "4"), ("Школа № 7", "3"), ("из 5А", "5")]) == [
        "из 5А: 4, 5",
        "Школа № 7: 3",
    ]


def test_tallies_add_up():
    """Five marks with 4,40 and two with 4,00 are 30 of 7."""
    marks = (Tally(22, 5, 5) + Tally(8, 2, 2, exempt=1)).marks(7, 1)
    assert (marks.average * 7, marks.count, marks.scale, marks.exempt) == (30, 7, 7, 1)
    assert Tally().marks(None, 0).average is None
