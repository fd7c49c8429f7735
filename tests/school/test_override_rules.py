"""Free, moved and working days, vacations and quarantine of classes: the rules (2.6, 2.9, 3.2)."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from attendance.rules import reason_due
from journals.dues import marks_due
from school.rules.days import WorkingCalendar
from school.rules.interruptions import transfer_due
from school.rules.overrides import (
    OFF,
    QUARANTINE,
    VACATION,
    WORKING,
    Override,
    freed_by,
    staff_days,
    timetable_weekday,
    vacations,
)
from school.rules.scopes import Place, Scope
from school.rules.terms import less_vacations
from tests.world import day

MOSCOW = ZoneInfo("Europe/Moscow")
SCHOOL, FIRSTS, A1 = Scope(), Scope(parallel=1), Scope(school_class=11)
OF_A1, OF_B1, OF_A5, NOBODY = Place(1, 11), Place(1, 12), Place(5, 51), Place()
WEDNESDAY, SATURDAY, HOLIDAY = day(11, 25), day(11, 28), day(11, 4)


def said(*words):
    """Overrides of November, of (kind, scope, first, last, weekday)."""
    return [
        Override(kind, scope, day(11, first), day(11, last), *weekday)
        for kind, scope, first, last, *weekday in words
    ]


FREE = [  # what is said; of which classes a group is; by which word it is free on the 25th
    ([], {OF_A1}, None),
    ([(OFF, SCHOOL, 25, 25)], {OF_A1}, 0),
    ([(OFF, SCHOOL, 25, 25)], {NOBODY}, 0),
    ([(OFF, SCHOOL, 23, 24), (OFF, SCHOOL, 26, 27)], {OF_A1}, None),  # both ends belong to it
    ([(VACATION, SCHOOL, 24, 25)], {OF_A1}, 0),
    ([(QUARANTINE, SCHOOL, 25, 27)], {OF_A1}, 0),
    ([(QUARANTINE, FIRSTS, 25, 27)], {OF_A1}, 0),
    ([(QUARANTINE, FIRSTS, 25, 27)], {OF_A5}, None),
    ([(QUARANTINE, A1, 25, 27)], {OF_A1}, 0),
    ([(QUARANTINE, A1, 25, 27)], {OF_B1}, None),
    ([(QUARANTINE, A1, 25, 27)], {NOBODY}, None),  # nobody's group has the school's word
    # The closest word holds.
    ([(VACATION, SCHOOL, 25, 27), (WORKING, A1, 25, 25)], {OF_A1}, None),
    ([(VACATION, SCHOOL, 25, 27), (WORKING, A1, 25, 25)], {OF_B1}, 0),
    ([(WORKING, A1, 25, 25), (VACATION, FIRSTS, 25, 27)], {OF_A1}, None),
    ([(OFF, SCHOOL, 25, 25), (QUARANTINE, FIRSTS, 25, 25)], {OF_A1}, 1),
    ([(QUARANTINE, A1, 25, 25), (VACATION, FIRSTS, 25, 25)], {OF_A1}, 0),
    # A group of several classes has a lesson as long as one of them is taught.
    ([(QUARANTINE, A1, 25, 27)], {OF_A1, OF_B1}, None),
    ([(QUARANTINE, FIRSTS, 25, 27)], {OF_A1, OF_B1}, 0),
    ([(QUARANTINE, FIRSTS, 25, 27)], {OF_A1, OF_A5}, None),
    ([(QUARANTINE, A1, 25, 27), (VACATION, Scope(school_class=51), 25, 25)], {OF_A1, OF_A5}, 1),
    ([(WORKING, SCHOOL, 25, 25)], {OF_A1}, None),
]


@pytest.mark.parametrize(("words", "places", "by"), FREE)
def test_by_which_word_a_group_is_free(words, places, by):
    found = said(*words)
    assert freed_by(found, places, WEDNESDAY) == (None if by is None else found[by])


TAUGHT = [  # what is said; of which classes; on which day; whose rows are followed
    ([], {OF_A1}, WEDNESDAY, 3),
    ([], {OF_A1}, SATURDAY, 6),
    ([], {OF_A1}, HOLIDAY, None),
    ([(WORKING, A1, 4, 4)], {OF_A1}, HOLIDAY, 3),
    ([(WORKING, A1, 4, 4)], {OF_B1}, HOLIDAY, None),
    ([(WORKING, SCHOOL, 28, 28, 1)], {OF_A1}, SATURDAY, 1),
    ([(WORKING, A1, 28, 28, 1)], {OF_A1}, SATURDAY, 1),
    ([(WORKING, A1, 28, 28, 1)], {OF_B1}, SATURDAY, 6),
    ([(WORKING, A1, 28, 28, 1)], {OF_A1, OF_B1}, SATURDAY, None),  # nobody can be in both
    ([(WORKING, FIRSTS, 28, 28, 1)], {OF_A1, OF_B1}, SATURDAY, 1),
    ([(WORKING, SCHOOL, 25, 25, 1), (WORKING, A1, 25, 25)], {OF_A1}, WEDNESDAY, 3),
    ([(OFF, SCHOOL, 25, 25), (WORKING, A1, 25, 25, 5)], {OF_A1}, WEDNESDAY, 5),
    ([(OFF, SCHOOL, 25, 25)], {OF_A1}, WEDNESDAY, None),
    ([(QUARANTINE, A1, 25, 25)], {OF_A1}, WEDNESDAY, None),
    ([(QUARANTINE, A1, 25, 25)], {OF_A1, OF_A5}, WEDNESDAY, 3),
    ([(QUARANTINE, A1, 25, 25), (WORKING, SCHOOL, 25, 25, 1)], {OF_A1, OF_A5}, WEDNESDAY, 1),
]


@pytest.mark.parametrize(("words", "places", "date", "weekday"), TAUGHT)
def test_whose_timetable_is_followed(words, places, date, weekday):
    found = said(*words)
    calendar = WorkingCalendar(5, staff_days(found))
    assert timetable_weekday(found, places, date, calendar) == weekday


# A work of Wednesday the 18th with two school days, a document received and access come back then.
# What is said; marks of 1А and of a group of 1А and 1Б (2.6); the staff's two days (2.9, 3.2).
DUES = [
    ([], 20, 20, 20),
    ([(OFF, SCHOOL, 19, 19)], 23, 23, 23),
    ([(OFF, A1, 19, 19)], 20, 20, 20),
    ([(OFF, FIRSTS, 19, 20)], 20, 20, 20),
    ([(QUARANTINE, SCHOOL, 19, 24)], 20, 20, 20),
    ([(QUARANTINE, A1, 19, 24)], 20, 20, 20),
    ([(VACATION, SCHOOL, 19, 22)], 24, 24, 20),
    ([(VACATION, FIRSTS, 19, 22)], 24, 24, 20),
    ([(VACATION, A1, 19, 22)], 24, 20, 20),
    ([(VACATION, A1, 19, 19), (QUARANTINE, A1, 20, 24)], 23, 20, 20),
    ([(VACATION, SCHOOL, 19, 24), (WORKING, A1, 19, 20)], 20, 20, 20),
    ([(VACATION, SCHOOL, 19, 24), (QUARANTINE, A1, 19, 24)], 20, 20, 20),
    ([(WORKING, SCHOOL, 21, 21), (VACATION, A1, 19, 20)], 23, 20, 20),
    ([(WORKING, SCHOOL, 21, 21), (OFF, SCHOOL, 19, 20)], 23, 23, 23),
    ([(WORKING, A1, 21, 22), (VACATION, A1, 19, 20)], 24, 20, 20),  # no working days of the staff
]


@pytest.mark.parametrize(("words", "own", "shared", "staff"), DUES)
def test_what_is_due(words, own, shared, staff):
    found = said(*words)
    calendar = WorkingCalendar(5, staff_days(found))

    def due(*places):
        terms = [(day(11, 2), day(12, 30)), (day(1, 11), day(3, 24))]
        terms = less_vacations(terms, vacations(found, lambda _: places))
        return marks_due(day(11, 18), 2, calendar, terms, MOSCOW).astimezone(MOSCOW).date()

    assert (due(OF_A1), due(OF_A1, OF_B1)) == (day(11, own), day(11, shared))
    received = datetime.datetime.combine(day(11, 18), datetime.time(12), MOSCOW)
    for instant in (
        reason_due(day(11, 18), calendar, MOSCOW),
        transfer_due(received, calendar, MOSCOW),
    ):
        assert instant.astimezone(MOSCOW).date() == day(11, staff)


@pytest.mark.parametrize(
    ("terms", "free", "due"),
    [
        ([], [], (11, 20)),
        ([], [(day(11, 19), day(11, 22))], (11, 24)),  # a year without periods
        ([(day(9, 1), day(11, 22))], [(day(11, 19), day(11, 22))], (11, 24)),  # until its end
        ([(day(11, 20), day(12, 30))], [(day(11, 19), day(11, 19))], (11, 23)),  # before it
        # A break of the periods and one's own are one vacation.
        (
            [(day(9, 1), day(11, 18)), (day(11, 25), day(12, 30))],
            [(day(11, 25), day(11, 26))],
            (11, 30),
        ),
    ],
)
def test_vacations_beside_those_of_the_periods(terms, free, due):
    terms = less_vacations(terms, free)
    found = marks_due(day(11, 18), 2, WorkingCalendar(5), terms, MOSCOW)
    assert found.astimezone(MOSCOW).date() == day(*due)
