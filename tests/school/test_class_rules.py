"""Pure rules about classes: how one is looked for, telephones, birthdays, what goes on now."""

import datetime

import pytest

from school.rules.bells import Hour, told_at
from school.rules.days import birthday_from
from school.rules.names import classes_asked
from school.rules.phones import phones

CLASSES = {
    "5А": (5, "А"),
    "5Б": (5, "Б"),
    "11А": (11, "А"),
    "0А": (0, "А"),
    "3": (3, ""),
    "7Е": (7, "Ё"),
}
FIFTH = {"5А", "5Б"}


@pytest.mark.parametrize(
    ("text", "found", "rest"),
    [
        ("5А", {"5А"}, ""),
        ("5а", {"5А"}, ""),
        ("5 а", {"5А"}, ""),
        (" 5  А ", {"5А"}, ""),
        ("5-А", {"5А"}, ""),
        ("5\u2013а", {"5А"}, ""),
        ("5a", {"5А"}, ""),  # of which the letter is Latin
        ("5A", {"5А"}, ""),
        ("11а", {"11А"}, ""),
        ("0А", {"0А"}, ""),
        ("7е", {"7Е"}, ""),
        ("3", {"3"}, ""),
        ("5", FIFTH, ""),
        ("5А Иванов", {"5А"}, "иванов"),
        ("Иванов 5 а", {"5А"}, "иванов"),
        ("Иванов 5А Иван", {"5А"}, "иванов иван"),
        ("5 Антонов", FIFTH, "антонов"),
        ("5 ван", FIFTH, "ван"),
        ("5Я", set(), ""),
        ("9", set(), ""),
        ("Иванов", None, "Иванов"),
        ("", None, ""),
        ("25.11.2026", None, "25.11.2026"),
        ("2026", None, "2026"),
        ("ivanov5", None, "ivanov5"),
        ("5А 5Б", None, "5А 5Б"),
    ],
)
def test_a_class_in_what_is_looked_for(text, found, rest):
    assert classes_asked(text, CLASSES) == (found, rest)


@pytest.mark.parametrize(
    ("text", "told", "addresses"),
    [
        ("мама 8 913 555-01-24", ["мама 8 913 555-01-24"], ["tel:+79135550124"]),
        ("+7 (913) 555-01-24", ["+7 (913) 555-01-24"], ["tel:+79135550124"]),
        ("9135550124", ["9135550124"], ["tel:+79135550124"]),
        ("+375 29 123-45-67, тётя", ["+375 29 123-45-67"], ["tel:+375291234567"]),
        (
            "мама: 8 913 555-01-24; папа: 8 913 555-01-25",
            ["мама 8 913 555-01-24", "папа 8 913 555-01-25"],
            ["tel:+79135550124", "tel:+79135550125"],
        ),
        (
            "Мама Анна\n8 913 555-01-24\nпапа 8 913 555-01-25",
            ["8 913 555-01-24", "папа 8 913 555-01-25"],
            ["tel:+79135550124", "tel:+79135550125"],
        ),
        ("ул. Мира, 5, кв. 12", [], []),
        ("родился 25.11.2014", [], []),
        ("123456789012345678901234567890", [], []),
        ("", [], []),
    ],
)
def test_telephones_in_free_text(text, told, addresses):
    found = phones(text)
    assert [one.told for one in found] == told
    assert [one.address for one in found] == addresses


@pytest.mark.parametrize(
    ("born", "day", "birthday"),
    [
        ("2014-11-25", "2026-11-25", "2026-11-25"),
        ("2014-11-24", "2026-11-25", "2027-11-24"),
        ("2014-01-02", "2026-12-30", "2027-01-02"),
        ("2012-02-29", "2027-02-25", "2027-03-01"),
        ("2012-02-29", "2028-02-25", "2028-02-29"),
    ],
)
def test_the_next_birthday(born, day, birthday):
    day_of = datetime.date.fromisoformat
    assert birthday_from(day_of(born), day_of(day)) == day_of(birthday)


HOURS = [
    Hour(number, datetime.time(8 + number), datetime.time(8 + number, 40)) for number in (1, 2)
]


@pytest.mark.parametrize(
    ("at", "told"),
    [
        ((8, 0), "1-й урок в 9:00"),
        ((9, 0), "идёт 1-й урок, до 9:40"),
        ((9, 40), "перемена до 10:00"),
        ((10, 39), "идёт 2-й урок, до 10:40"),
        ((10, 40), "уроки закончились"),
    ],
)
def test_what_goes_on(at, told):
    assert told_at(datetime.time(*at), HOURS) == told
    assert told_at(datetime.time(*at), []) == ""
