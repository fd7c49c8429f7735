"""The printed weekly reports' rules (2.12), case by case."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from diaries import rules
from school.rules.names import sorting_name
from school.rules.spans import ONE_DAY
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


@pytest.mark.parametrize(
    ("handed", "ends_on", "duties"),
    [
        ([], None, [(23, None)]),
        ([18], None, [(23, 18), (25, None)]),  # before it is due: the next is counted from there
        ([23], None, [(23, 23), (30, None)]),
        ([25], None, [(23, 25), (32, None)]),  # late
        ([16, 18], None, [(23, 16), (23, 18), (25, None)]),  # on the day it began
        ([18, 20, 27], None, [(23, 18), (25, 20), (27, 27), (34, None)]),
        ([18], day(11, 24), [(23, 18)]),  # of what is left of a week nothing is owed
        ([18], day(11, 22), []),
    ],
)
def test_each_hand_out_meets_one_duty(handed, ends_on, duties):
    def of_november(number):
        return number and day(11, 1) + (number - 1) * ONE_DAY

    found = rules.duties(day(11, 16), list(map(of_november, handed)), YEAR, ends_on)
    assert list(found) == [(of_november(due), of_november(met)) for due, met in duties]


@pytest.mark.parametrize(
    ("handed_on", "printed_on", "more"),
    [
        (day(11, 25), day(11, 25), False),  # the same day: the same report
        (day(11, 25), day(11, 26), True),
        (day(11, 25), day(12, 7), True),
        (day(11, 27), day(11, 28), False),  # Friday's has the whole week
        (day(11, 30), day(12, 1), False),
    ],
)
def test_a_later_print_of_a_part_of_the_week_tells_more(handed_on, printed_on, more):
    assert rules.tells_more(day(11, 23), handed_on, printed_on) is more


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

    def order(one):
        *its_class, name = one
        return rules.handing_order(*its_class, sorting_name(*name.split()), 1)

    ordered = [name for *_, name in sorted(pupils, key=order)]
    assert ordered == [
        "Дятлов Денис",
        "Ёжиков Егор",
        "Жуков Захар",
        "Андреев Антон",
        "Алексеев Артём",
        "Абрамов Адам",
    ]
