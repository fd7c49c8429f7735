"""Norms of homework and of control works, by tables of cases with their source."""

import datetime

import pytest

from journals import norms
from journals.norms import Level, Load, Norms, Place

MONDAY, TUESDAY = datetime.date(2026, 11, 23), datetime.date(2026, 11, 24)


def at(hour):
    return datetime.time(hour)


# СанПиН 1.2.3685-21, table 6.6: the whole homework of a day.
@pytest.mark.parametrize(
    ("by_pupil", "load"),
    [
        ([], Load(0, False)),
        ([[]], Load(0, False)),
        ([[20, 30], [20]], Load(50, False)),
        ([[20, None], [20, 45]], Load(65, True)),  # somebody has not said
        ([[None]], Load(0, True)),
        ([[0, 25]], Load(25, False)),
        ([[60], [20, 20], [20, 30]], Load(60, False)),  # no pupil is in two subgroups at once
    ],
)
def test_the_load_of_a_class_is_that_of_the_pupil_with_most(by_pupil, load):
    assert norms.load(by_pupil) == load


@pytest.mark.parametrize(("load", "text"), [(Load(95, False), "95"), (Load(70, True), "≥ 70")])
def test_a_load_in_words(load, text):
    assert load.text == text


@pytest.mark.parametrize(
    ("minutes", "norm", "level"),
    [
        (0, 120, Level.CALM),
        (101, 120, Level.CALM),
        (102, 120, Level.NEAR),  # 85 %
        (120, 120, Level.NEAR),  # not more than the norm is within it
        (121, 120, Level.OVER),
        (240, None, Level.CALM),
    ],
)
def test_how_near_the_norm_is(minutes, norm, level):
    assert norms.level(minutes, norm) == level


# № СК-228/03, № 01-169/08-01 of 6 August 2021: not more than one a day in a class.
@pytest.mark.parametrize(
    ("by_pupil", "most"),
    [
        ([], 0),
        ([set()], 0),
        ([{1}, {2}], 1),  # two subgroups
        ([{1, 2}, {2}], 2),
        ([[1, 1]], 1),  # two lessons on end
    ],
)
def test_control_works_of_a_day(by_pupil, most):
    assert norms.most_works(by_pupil) == most


# The federal programmes from 1 September 2025: not more than 10 % of a subject's hours.
@pytest.mark.parametrize(
    ("control", "hours", "is_over", "text"),
    [
        (2, 20, False, "10 %"),
        (2, 15, True, "13 %"),
        (2, 18, True, "11 %"),
        (5, 48, True, "10,4 %"),  # «10 %» would hide it
        (1, 8, False, "1 из 8"),  # a single one is never too many
        (0, 30, False, "0 %"),
    ],
)
def test_the_share_of_hours(control, hours, is_over, text):
    assert norms.is_over_share(control, hours, 10) is is_over
    assert norms.share_text(control, hours, 10) == text


def test_without_a_norm_no_share_is_too_great():
    assert not norms.is_over_share(10, 10, None)
    assert norms.share_text(10, 20, None) == "50 %"


@pytest.mark.parametrize(
    ("starts", "of_day", "place"),
    [
        (at(9), [at(9), at(10), at(11)], Place.FIRST),
        (at(10), [at(9), at(10), at(11)], Place.WITHIN),
        (at(11), [at(9), at(10), at(11)], Place.LAST),
        (at(11), [at(11)], Place.FIRST),
        (at(14), [at(14), at(15)], Place.FIRST),  # whatever the number
    ],
)
def test_the_place_of_a_lesson(starts, of_day, place):
    assert norms.place(starts, of_day) == place


# № СК-228/03, № 01-169/08-01: not in the first and last lesson, but for a subject of one lesson a
# week. Not in the first of Monday: the school's own.
@pytest.mark.parametrize(
    ("place", "day", "said", "is_only", "is_ill"),
    [
        (Place.FIRST, MONDAY, {"monday": True}, True, True),
        (Place.FIRST, TUESDAY, {"monday": True}, False, False),
        (Place.LAST, MONDAY, {"monday": True}, False, False),
        (Place.FIRST, TUESDAY, {"edges": True}, False, True),
        (Place.LAST, TUESDAY, {"edges": True}, False, True),
        (Place.LAST, TUESDAY, {"edges": True}, True, False),
        (Place.WITHIN, MONDAY, {"monday": True, "edges": True}, False, False),
        (Place.FIRST, MONDAY, {}, False, False),
    ],
)
def test_where_no_control_work_is_advised(place, day, said, is_only, is_ill):
    assert norms.is_ill_placed(place, day, Norms(**said), is_only=is_only) is is_ill


# № СК-228/03, № 01-169/08-01: not more often than once in two and a half weeks.
@pytest.mark.parametrize(
    ("days_ago", "apart", "is_soon"),
    [
        ([], 17, False),
        ([17], 17, False),
        ([16], 17, True),
        ([40, 3], 17, True),
        ([3], None, False),
        ([0], 17, False),  # two lessons on end
        ([-5], 17, False),  # of two the later one is too soon
    ],
)
def test_how_soon_after_the_one_before(days_ago, apart, is_soon):
    days = [MONDAY - datetime.timedelta(days=n) for n in days_ago]
    assert (norms.too_soon(MONDAY, days, apart) is not None) is is_soon
