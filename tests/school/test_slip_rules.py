"""Passwords on paper and passwords of one's own."""

import datetime
from random import Random

import pytest

from school.rules.agreements import asked_kinds
from school.rules.passwords import COMMON, NAMED, refusal
from school.rules.slips import LETTERS, Child, folded, slip_password, youngest


@pytest.mark.parametrize(
    "typed",
    [
        "k7mh-2qxe-9wtr",
        "K7MH2QXE9WTR",
        " k7mh 2qxe 9wtr ",
        "k7mh–2qxe—9wtr",
        "к7мн-2qxё-9wтr",  # the Russian keyboard was on
    ],
)
def test_a_slips_password_however_it_is_typed(typed):
    assert folded(typed) == folded("k7mh-2qxe-9wtr")


@pytest.mark.parametrize("typed", ["k7mh-2qxe-9wts", "k7mh-2qxe", "", "7kmh-2qxe-9wtr"])
def test_another_password_is_another(typed):
    assert folded(typed) != folded("k7mh-2qxe-9wtr")


def test_no_two_letters_of_a_slip_are_one_when_compared():
    assert len({folded(letter) for letter in LETTERS}) == len(LETTERS)
    chance = Random(1)
    made = slip_password(lambda length, letters: "".join(chance.choices(letters, k=length)))
    assert [len(one) for one in made.split("-")] == [4, 4, 4]


def child(pk, name, number, born=None):
    born_on = datetime.date(born, 5, 1) if born else None
    return Child(pk, name, number, f"{number}А" if number else "", born_on)


@pytest.mark.parametrize(
    ("children", "found"),
    [
        ([child(1, "Анна", 7), child(2, "Борис", 5)], 2),
        ([child(1, "Анна", 5, 2014), child(2, "Борис", 7, 2015)], 2),  # the last born
        ([child(1, "Анна", 5), child(2, "Борис", 7, 2015)], 1),  # not known of each
        ([child(1, "Анна", 5, 2015), child(2, "Борис", 5, 2015)], 1),  # twins
        ([child(1, "Анна", 9), child(2, "Борис", None, 2018)], 1),  # who is in a class
        ([child(2, "Борис", None)], 2),
    ],
)
def test_with_whom_a_parents_slip_lies(children, found):
    assert youngest(children).pk == found
    assert youngest(children[::-1]).pk == found


NAMES = ["Закатова", "Ольга", "Юрьевна", "zakatova-o", "Школа-интернат № 17 имени Ушинского"]


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("йцукенгш", COMMON),
        ("Пароль123", COMMON),
        ("пароль!!!", COMMON),
        ("ПарольПароль", COMMON),
        ("gfhjkm2026", COMMON),  # «пароль» with the other keyboard
        ("qwertyui", COMMON),
        ("1й2ц3у4к", COMMON),
        ("Закатова2015", NAMED),
        ("zakatova.o", NAMED),
        ("Ольга1985!", NAMED),
        ("ушинского17", NAMED),
        ("школа-интернат", NAMED),
        ("синий чайник река", None),
        ("ольга любит сирень", None),
        ("хрустящий-кот-7", None),
        ("fX9-кросс-ток", None),
    ],
)
def test_a_password_of_ones_own(password, why):
    assert refusal(password, NAMES) == why


def test_a_pupil_is_asked_for_5_2_alone():
    assert asked_kinds(is_adult=False) == ["account"]
    assert asked_kinds(is_adult=True) == ["account", "data"]
