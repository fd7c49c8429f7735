"""The printed weekly reports' rules (2.12), case by case."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from diaries import rules
from tests.world import day

MOSCOW = ZoneInfo("Europe/Moscow")


def at(date, hour, minute=0, second=0, microsecond=0):
    time = datetime.time(hour, minute, second, microsecond)
    return datetime.datetime.combine(date, time, MOSCOW)


@pytest.mark.parametrize(
    ("ends_on", "withdrawn_on", "date", "active"),
    [
        (None, None, day(11, 15), False),  # the day before it begins
        (None, None, day(11, 16), True),
        (None, None, day(5, 31), True),  # an open end
        (day(11, 20), None, day(11, 20), True),  # its last day is its own
        (day(11, 20), None, day(11, 21), False),
        (None, day(11, 18), day(11, 17), True),
        (None, day(11, 18), day(11, 18), False),  # the day it is withdrawn is not
        (day(11, 16), day(11, 16), day(11, 16), False),  # begun and withdrawn on one day
    ],
)
def test_an_application_in_force(ends_on, withdrawn_on, date, active):
    assert rules.is_active(day(11, 16), ends_on, withdrawn_on, YEAR, date) is active
    assert rules.is_active(day(11, 16), ends_on, withdrawn_on, [], date) is False


YEAR = [(day(9, 1), day(5, 31))]


@pytest.mark.parametrize(
    ("enrolled", "due"),
    [
        (YEAR, day(11, 23)),
        ([(day(9, 1), day(11, 23))], day(11, 23)),  # the last day is his own
        ([(day(9, 1), day(11, 22))], None),
        ([(day(9, 1), day(11, 17)), (day(11, 18), day(5, 31))], day(11, 23)),  # another class
        ([(day(9, 1), day(11, 20)), (day(12, 1), day(5, 31))], day(12, 8)),  # away for a while
        ([], None),
    ],
)
def test_nothing_is_due_about_who_is_not_at_school(enrolled, due):
    assert rules.next_due_day(day(11, 16), enrolled) == due


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (day(11, 16), day(11, 23)),  # Monday to Monday
        (day(11, 20), day(11, 27)),  # from Friday's print to Friday's
        (day(12, 28), day(1, 4)),  # over the New Year: 7 days are 7 days
    ],
)
def test_due_on_the_seventh_day(since, due):
    assert rules.due_day(since) == due


@pytest.mark.parametrize(
    ("ends_on", "owed"),
    [(None, True), (day(11, 23), True), (day(11, 24), True), (day(11, 22), False)],
)
def test_a_part_of_a_week_is_owed_nothing(ends_on, owed):
    assert rules.is_owed(day(11, 23), ends_on) is owed


FRIDAY = day(11, 27)
LAST_LESSON = at(FRIDAY, 15, 40)


@pytest.mark.parametrize(
    ("now", "last_lesson", "expected"),
    [
        (at(day(11, 26), 18), None, False),  # Thursday
        (at(FRIDAY, 12), LAST_LESSON, False),
        (at(FRIDAY, 15, 40), LAST_LESSON, False),  # it is just ending
        (at(FRIDAY, 15, 41), LAST_LESSON, True),
        (at(FRIDAY, 12), None, True),  # a Friday without lessons: a vacation
        (at(day(11, 28), 9), at(day(11, 28), 13), True),  # Saturday, for a Friday missed
        (at(day(11, 29), 9), None, True),
        (at(day(11, 30), 18), None, False),  # Monday is another week
    ],
)
def test_friday_after_the_last_lesson(now, last_lesson, expected):
    assert rules.is_weeks_print_time(now, last_lesson) is expected


def test_the_order_of_handing_out():
    pupils = [
        (None, "", "Абрамов Адам"),
        (10, "А", "Алексеев Артём"),
        (5, "Б", "Андреев Антон"),
        (5, "А", "Жуков Захар"),
        (5, "А", "Ёжиков Егор"),
        (5, "А", "Дятлов Денис"),
    ]
    ordered = [name for *_, name in sorted(pupils, key=lambda one: rules.handing_order(*one))]
    assert ordered == [
        *("Дятлов Денис", "Ёжиков Егор", "Жуков Захар"),
        *("Андреев Антон", "Алексеев Артём", "Абрамов Адам"),
    ]
