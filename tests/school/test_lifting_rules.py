"""What each place of the week is for lessons that are lifted from theirs."""

import datetime

import pytest

from school.rules.bells import Hour
from school.rules.lifting import Spot, verdicts
from school.rules.timetable import Conflict, RowFacts

ORIGIN, TARGET = Spot(3, 3), Spot(4, 4)
NUMBERS = range(1, 8)


def hour(number, minutes=0):
    return Hour(number, datetime.time(8 + number, minutes), datetime.time(8 + number, minutes + 40))


def row(key, spot, *claims, weeks=3):
    found = frozenset((kind, int(pk)) for kind, pk in (claim.split() for claim in claims))
    return RowFacts(key, spot.weekday, weeks, hour(spot.number), found)


def bells(key, spot):
    return hour(spot.number) if spot.number in NUMBERS else None


LIFTED = row("физика", ORIGIN, "class 7", "pupil 1", "pupil 2", "teacher 5", "room 31")


def verdict(*others, lifted=(LIFTED,), target=TARGET, hour_of=bells):
    rows = [*lifted, *others]
    return verdicts(rows, lifted, ORIGIN, [target], hour_of)[target]


def test_nothing_there_is_free():
    assert verdict(row("далеко", Spot(2, 4), "class 7", "teacher 5")).is_free


@pytest.mark.parametrize(
    ("claims", "exchanged", "kinds"),
    [
        (["class 7", "teacher 6"], ["она"], []),
        (["pupil 2", "teacher 6"], ["она"], []),  # a subgroup, an individual plan
        (["class 8", "teacher 5"], [], ["teacher"]),
        (["class 8", "room 31"], [], ["room"]),
        (["class 8", "teacher 5", "room 31"], [], ["room", "teacher"]),
        (["class 8", "teacher 6", "room 32"], [], []),
        (["class 7", "teacher 5", "room 31"], ["она"], []),  # the teacher's own two lessons
    ],
)
def test_what_stands_there(claims, exchanged, kinds):
    found = verdict(row("она", TARGET, *claims))
    assert list(found.exchange) == exchanged
    assert [one.kind for one in found.conflicts] == kinds
    assert found.is_exchange == (bool(exchanged) and not kinds)


def test_who_would_come_back_has_to_be_free_there_too():
    there = row("литература", TARGET, "class 7", "teacher 6", "room 12")
    busy = row("литература в 8А", ORIGIN, "class 8", "teacher 6")
    found = verdict(there, busy)
    assert found.exchange == ("литература",)
    assert found.conflicts == (Conflict("teacher", (6,), "литература", "литература в 8А"),)


def test_a_subgroup_of_two_classes_does_not_come_without_the_other_class():
    there = row("английский", TARGET, "pupil 1", "pupil 9", "teacher 6")
    other = row("музыка 7Б", ORIGIN, "class 9", "pupil 9", "teacher 8")
    assert [one.kind for one in verdict(there, other).conflicts] == ["pupil"]


def test_of_class_and_pupils_the_class_is_told():
    """Were both told, each lesson would be in the way twice. Lifted alone its subgroup meets the
    whole class, and what is exchanged meets what stays."""
    lifted = row("группа", ORIGIN, "class 7", "pupil 1")
    stays = row("другая", ORIGIN, "class 7", "pupil 1")
    there = row("она", TARGET, "class 7", "pupil 1")
    found = verdict(stays, there, lifted=(lifted,))
    assert [(one.kind, one.one, one.other) for one in found.conflicts] == [
        ("class", "она", "другая")
    ]


@pytest.mark.parametrize(("weeks", "is_free"), [(1, False), (2, True), (3, False)])
def test_odd_weeks_do_not_meet_even_ones(weeks, is_free):
    lifted = row("физика", ORIGIN, "class 7", weeks=1)
    assert verdict(row("она", TARGET, "class 7", weeks=weeks), lifted=(lifted,)).is_free == is_free


def test_subgroups_are_lifted_together():
    first = row("англ. 1", ORIGIN, "pupil 1", "teacher 5")
    second = row("англ. 2", ORIGIN, "pupil 2", "teacher 6")
    there = [row("она", TARGET, "class 8", "teacher 6"), row("ещё", TARGET, "pupil 1")]
    found = verdict(*there, lifted=(first, second))
    assert found.exchange == ("ещё",)
    assert [(one.one, one.other) for one in found.conflicts] == [("англ. 2", "она")]


def test_by_its_own_bells():
    """A young class's fourth lesson meets an old one's third."""

    def early(key, spot):
        return hour(spot.number - 1, 19)

    busy = row("она", Spot(4, 3), "class 8", "teacher 5")
    assert [one.other for one in verdict(busy, hour_of=early).conflicts] == ["она"]
    assert verdict(busy).is_free


def test_where_no_bell_rings_nothing_stands():
    found = verdict(target=Spot(4, 9))
    assert not found.rings
    assert not found.is_free
    there = row("она", TARGET, "class 7")
    silent_at_home = verdict(
        there, hour_of=lambda key, spot: bells(key, spot) if spot == TARGET else None
    )
    assert silent_at_home.exchange == ()
    assert [one.kind for one in silent_at_home.conflicts] == ["class"]
