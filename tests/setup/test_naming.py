"""What groups are called, and which scale and periods new journals have."""

import pytest

from setup.defaults import period_kind, scale
from setup.naming import GroupName, parsed, sorted_classes

SUBJECTS = ["Английский язык", "Язык", "Физика", "Физика: практикум"]


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("5А Английский язык: 1 группа", GroupName(("5А",), "Английский язык", "1 группа")),
        ("10А, 10Б Физика", GroupName(("10А", "10Б"), "Физика")),
        ("10А Физика: практикум", GroupName(("10А",), "Физика: практикум")),
        ("10А Физика: практикум: Д", GroupName(("10А",), "Физика: практикум", "Д")),
        ("5 англ. 1", None),
        ("Английский, 1 группа", None),
        ("5А Химия: 1 группа", None),
    ],
)
def test_a_name_says_whose_group_it_is(name, found):
    assert parsed(name, SUBJECTS) == found
    if found:
        assert str(found) == name


def test_a_long_subject_leaves_room_for_the_group():
    name = str(GroupName(("5А",), "я" * 100, "1 группа"))
    assert len(name) == 100
    assert name.endswith(": 1 группа")


def test_classes_stand_by_their_numbers():
    assert sorted_classes(["10А", "9Б", "9А", "0А"]) == ("0А", "9А", "9Б", "10А")


@pytest.mark.parametrize(
    ("parallel", "kinds", "kind"),
    [
        (5, {"quarter", "half_year"}, "quarter"),
        (10, {"quarter", "half_year"}, "half_year"),
        (10, {"trimester"}, "trimester"),
        (5, {"half_year"}, "half_year"),
        (5, set(), "quarter"),
    ],
)
def test_periods(parallel, kinds, kind):
    assert period_kind(parallel, kinds) == kind


FIVE, UNMARKED, OWN = (1, "Пятибалльная"), (2, "Безотметочная"), (3, "Уровни")


@pytest.mark.parametrize(
    ("parallel", "used", "found"),
    [
        (5, [], 1),
        (1, [], 2),
        (1, [(1, 3)], 3),
        (6, [(5, 3), (5, 3), (7, 1)], 3),
        (6, [(1, 2), (1, 2), (7, 1)], 1),
    ],
)
def test_scales(parallel, used, found):
    assert scale(parallel, [OWN, UNMARKED, FIVE], used) == found


def test_without_scales_there_is_none():
    assert scale(5, [], []) is None
