"""What a new timetable changes in lessons, and what can't stand together."""

import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.rules.bells import Hour
from school.rules.timetable import (
    EVEN,
    ODD,
    Conflict,
    Place,
    RowFacts,
    Standing,
    conflicts,
    difference,
    week_of,
    windows,
)
from tests.world import day

FIRST = day(11, 30)  # a Monday
MATHS, RUSSIAN = 1, 2


@pytest.mark.parametrize(
    ("date", "week"),
    [
        (day(9, 1), ODD),  # a Tuesday
        (day(9, 6), ODD),
        (day(9, 7), EVEN),
        (day(11, 30), EVEN),
        (day(12, 6), EVEN),
        (day(12, 7), ODD),
        (datetime.date(2026, 8, 31), ODD),
        (datetime.date(2026, 8, 30), EVEN),
    ],
)
def test_the_week_of_the_first_day_is_the_first(date, week):
    assert week_of(date, day(9, 1)) == week


def place(n, number=1, journal=MATHS):
    return Place(journal, FIRST + datetime.timedelta(days=n), number)


def lesson(pk, planned, held=None, **said):
    return Standing(pk, planned, held or planned, **said)


DAYS = (FIRST, day(12, 20))


def told(standing, wanted, tolerated=(), former=None):
    found = difference(standing, wanted, tolerated, DAYS, former or {})
    return {
        "comes": found.comes,
        "goes": [one.pk for one in found.goes],
        "moves": [(one.pk, place) for one, place in found.moves],
        "rooms": [(one.pk, room) for one, room in found.rooms],
        "adopts": [(one.pk, place) for one, place in found.adopts],
    }


NOTHING = {"comes": [], "goes": [], "moves": [], "rooms": [], "adopts": []}
FILLED, CANCELLED = {"is_filled": True}, {"is_filled": True, "is_cancelled": True}


@pytest.mark.parametrize(
    ("standing", "wanted", "tolerated", "changed"),
    [
        ([], {place(0): None}, [], {"comes": [place(0)]}),
        ([lesson(1, place(0))], {place(0): None}, [], {}),
        ([lesson(1, place(0))], {}, [], {"goes": [1]}),
        # What holds nothing is replaced, what holds something goes along within its week …
        ([lesson(1, place(0))], {place(2): None}, [], {"comes": [place(2)], "goes": [1]}),
        ([lesson(1, place(0), **FILLED)], {place(2): None}, [], {"moves": [(1, place(2))]}),
        (
            [lesson(1, place(0), **FILLED)],
            {place(7): None},
            [],
            {"comes": [place(7)], "goes": [1]},
        ),
        (
            [lesson(1, place(0), **FILLED)],
            {place(2, journal=RUSSIAN): None},
            [],
            {"comes": [place(2, journal=RUSSIAN)], "goes": [1]},
        ),
        # … and what is cancelled does not.
        (
            [lesson(1, place(0), **CANCELLED)],
            {place(2): None},
            [],
            {"comes": [place(2)], "goes": [1]},
        ),
        (
            [lesson(1, place(0), **FILLED), lesson(2, place(1), **FILLED)],
            {place(2): None, place(3): None},
            [],
            {"moves": [(1, place(2)), (2, place(3))]},
        ),
        # One that was moved for this week alone stands for its place, and its room is its own.
        ([lesson(1, place(0), place(3))], {place(0): 12}, [], {}),
        ([lesson(1, place(0), place(3))], {}, [], {"goes": [1]}),
        ([lesson(1, place(0), place(3))], {place(3): None}, [], {"adopts": [(1, place(3))]}),
        # On days that are not taught nothing comes and nothing goes.
        ([lesson(1, place(0))], {}, [place(0)], {}),
        ([], {}, [place(0)], {}),
        # What was added by hand stays, and none comes beside it.
        ([lesson(1, None, place(0))], {}, [], {}),
        ([lesson(1, None, place(0))], {place(0): None}, [], {}),
        # Held before that day already: left alone.
        ([lesson(1, place(0), place(-3), **FILLED)], {}, [], {}),
        ([lesson(1, place(0), place(-3), **FILLED)], {place(0): None}, [], {}),
        # Nor one that was made for a day before, and is held on one of these …
        ([lesson(1, place(-3), place(1))], {}, [], {}),
        ([lesson(1, place(-3), place(1), **FILLED)], {place(2): None}, [], {"comes": [place(2)]}),
        # … and one in a closed period keeps its place.
        ([lesson(1, place(0), place(1), is_closed=True)], {place(0): None}, [], {}),
        ([lesson(1, place(0), place(1), is_closed=True)], {}, [], {}),
    ],
)
def test_the_difference(standing, wanted, tolerated, changed):
    assert told(standing, wanted, tolerated) == NOTHING | changed


@pytest.mark.parametrize(
    ("room", "former", "changed"),
    [
        (7, {place(0): 7}, [(1, 12)]),
        (None, {place(0): None}, [(1, 12)]),
        (8, {place(0): 7}, []),  # what was said of this lesson alone
        (7, {}, []),
        (12, {place(0): 12}, []),
    ],
)
def test_a_room_changes_where_the_lesson_had_that_of_the_former_timetable(room, former, changed):
    found = told([lesson(1, place(0), room=room)], {place(0): 12}, former=former)
    assert found["rooms"] == changed


places = st.builds(place, st.integers(0, 13), st.integers(1, 3), st.sampled_from([MATHS, RUSSIAN]))


@st.composite
def schools(draw):
    """Lessons that could be there: of no two one place is planned or held."""
    planned = draw(st.lists(places, unique=True, max_size=12))
    held, standing = set(), []
    for pk, one in enumerate(planned):
        at = draw(st.sampled_from([one, one, draw(places)]))._replace(journal=one.journal)
        by_hand = draw(st.booleans()) and draw(st.booleans())
        if at not in held:
            held.add(at)
            filled, cancelled = draw(st.booleans()), draw(st.booleans())
            standing.append(
                Standing(pk, None if by_hand else one, at, None, filled, filled and cancelled)
            )
    wanted = dict.fromkeys(draw(st.lists(places, unique=True, max_size=12)))
    tolerated = set(draw(st.lists(places, unique=True, max_size=3))) - wanted.keys()
    return standing, wanted, tolerated


@given(schools())
def test_afterwards_each_place_has_one_lesson_and_nothing_filled_is_lost(school):
    standing, wanted, tolerated = school
    found = difference(standing, wanted, tolerated, DAYS)
    gone = {one.pk for one in found.goes}
    moved = {one.pk: to for one, to in found.moves}
    adopted = {one.pk: to for one, to in found.adopts}
    stays = [one for one in standing if one.pk not in gone or one.is_filled]
    held = [moved.get(one.pk, one.held) for one in stays] + found.comes
    assert len(held) == len(set(held))
    fulfilled = [moved.get(one.pk) or adopted.get(one.pk) or one.planned for one in stays]
    fulfilled = [one for one in fulfilled if one in wanted] + found.comes
    kept_by_hand = {one.held for one in stays if one.pk in gone or one.planned != one.held}
    assert len(fulfilled) == len(set(fulfilled))
    assert wanted.keys() - set(fulfilled) <= kept_by_hand
    assert set(found.comes) <= wanted.keys()
    assert {one.pk for one in standing if one.is_filled} <= {one.pk for one in stays}


# --- conflicts ---

NINE, TEN = (
    Hour(1, datetime.time(9), datetime.time(9, 40)),
    Hour(2, datetime.time(10), datetime.time(10, 40)),
)


def row(key, *claims, weekday=1, weeks=3, hour=NINE):
    return RowFacts(key, weekday, weeks, hour, frozenset(claims))


T, R, C, P, Q = ("teacher", 1), ("room", 12), ("class", 51), ("pupil", 7), ("pupil", 8)


@pytest.mark.parametrize(
    ("rows", "found"),
    [
        ([row(1, T), row(2, T)], [Conflict("teacher", (1,), 1, 2)]),
        ([row(1, T), row(2, T, weekday=2)], []),
        ([row(1, T), row(2, T, hour=TEN)], []),
        ([row(1, T, weeks=1), row(2, T, weeks=2)], []),
        ([row(1, T, weeks=1), row(2, T)], [Conflict("teacher", (1,), 1, 2)]),
        (
            [row(1, T, R), row(2, T, R)],
            [Conflict("room", (12,), 1, 2), Conflict("teacher", (1,), 1, 2)],
        ),
        ([row(1, C, P, Q), row(2, C, P)], [Conflict("class", (51,), 1, 2)]),
        ([row(1, C, P, Q), row(2, P, Q)], [Conflict("pupil", (7, 8), 1, 2)]),
        ([row(1, P), row(2, Q)], []),
        (
            [row(3, T), row(2, T), row(1, T)],  # all at once, in the order of the rows
            [
                Conflict("teacher", (1,), 3, 2),
                Conflict("teacher", (1,), 3, 1),
                Conflict("teacher", (1,), 2, 1),
            ],
        ),
    ],
)
def test_what_cannot_stand_together(rows, found):
    assert conflicts(rows) == found


def _hour(number, starts, ends):
    return Hour(number, datetime.time.fromisoformat(starts), datetime.time.fromisoformat(ends))


@pytest.mark.parametrize(
    ("hours", "free"),
    [
        ([], {}),
        ([(1, "08:30", "09:10"), (2, "09:20", "10:00")], {}),
        ([(1, "08:30", "09:10"), (3, "10:20", "11:00")], {3: "09:10"}),
        (
            [(1, "08:30", "09:10"), (4, "11:20", "12:00"), (6, "13:00", "13:40")],
            {4: "09:10", 6: "12:00"},
        ),
        ([(6, "13:00", "13:40"), (9, "18:00", "18:45")], {}),  # self-study in the evening
        ([(1, "08:30", "09:10"), (1, "08:30", "09:10"), (2, "09:20", "10:00")], {}),  # two at once
        ([(4, "11:20", "12:00"), (5, "15:30", "16:10")], {}),  # no hour is missing
    ],
)
def test_windows(hours, free):
    found = windows([_hour(*one) for one in hours])
    assert {number: f"{since:%H:%M}" for number, since in found.items()} == free
