"""The rules of times without access, one case for each line (3.1, 3.2)."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from school.rules.days import WorkingCalendar
from school.rules.interruptions import Interruption, access_lost_until, postponed, transfer_due
from tests.world import day

MOSCOW = ZoneInfo("Europe/Moscow")
SCHOOL = WorkingCalendar(
    5, {day(11, 13): (False, None), day(12, 5): (True, 5)}
)  # a quarantine, a Saturday of lessons


def at(date, text):
    return datetime.datetime.combine(date, datetime.time.fromisoformat(text), MOSCOW)


def november(text):
    date, time = text.split()
    return at(day(11, int(date)), time)


# --- 3.2: the end of the 2nd working day after access came back ---


@pytest.mark.parametrize(
    ("came_back", "due"),
    [
        (at(day(11, 23), "09:00"), day(11, 25)),  # Monday: Wednesday
        (at(day(11, 23), "00:00"), day(11, 25)),  # its first instant
        (at(day(11, 22), "23:59:59"), day(11, 24)),  # Sunday's last: Monday, Tuesday
        (at(day(11, 20), "16:00"), day(11, 24)),  # Friday: Monday, Tuesday
        (at(day(11, 21), "12:00"), day(11, 24)),  # Saturday
        (at(day(11, 3), "12:00"), day(11, 6)),  # 4 November is a public holiday
        (at(day(12, 30), "12:00"), day(1, 12)),  # 31 December is free for a Sunday moved to it
        (at(day(11, 11), "12:00"), day(11, 16)),  # the school's own free day
        (at(day(12, 3), "12:00"), day(12, 5)),  # and its own working Saturday
    ],
)
def test_transfer_due(came_back, due):
    end_of_day = at(due, "23:59:59.999999")
    assert transfer_due(came_back, SCHOOL, MOSCOW) == end_of_day


# --- what an outage moves ---

DOWN = Interruption(
    at(day(11, 23), "09:00"), at(day(11, 23), "12:00"), at(day(11, 25), "23:59:59.999999")
)
AGAIN = Interruption(
    at(day(11, 25), "20:00"), at(day(11, 26), "10:00"), at(day(11, 30), "23:59:59.999999")
)
STILL = Interruption(at(day(11, 23), "09:00"), None, at(day(11, 27), "23:59:59.999999"))


@pytest.mark.parametrize(
    ("due", "taught", "moved"),
    [
        ("23 08:59:59", None, "23 08:59:59"),  # before it began
        ("23 09:00", None, "25 23:59:59"),  # exactly at its start
        ("23 12:00", None, "25 23:59:59"),  # exactly at its end
        ("23 12:00:01", None, "23 12:00:01"),
        ("23 13:30", ("23 11:00", "23 11:40"), "25 23:59:59"),  # on paper, due when it was over
        ("23 13:30", ("23 11:40", "23 12:20"), "25 23:59:59"),  # it came back in the lesson
        ("23 13:30", ("23 12:00", "23 12:40"), "23 13:30"),  # the lesson after
        ("23 23:59", ("23 08:20", "23 09:00"), "23 23:59"),  # the lesson before
        ("30 23:59", ("23 11:00", "23 11:40"), "30 23:59"),  # due later anyway
    ],
)
def test_postponed(due, taught, moved):
    taught = taught and [november(one) for one in taught]
    assert postponed(november(due), [DOWN], taught).replace(microsecond=0) == november(moved)


def test_the_end_of_a_transfer_without_access_moves_on():
    assert postponed(november("23 10:00"), [DOWN, AGAIN]) == AGAIN.due


def test_a_lesson_in_two_outages_waits_for_the_later():
    taught = november("23 11:50"), november("26 09:00")
    assert postponed(november("23 23:59"), [DOWN, AGAIN], taught) == AGAIN.due


def test_still_on_it_holds_all_that_is_due_before_its_transfer():
    assert postponed(november("24 13:30"), [STILL]) == STILL.due
    assert postponed(november("30 13:30"), [STILL]) == november("30 13:30")


# --- too little access before it was due ---

HOUR = datetime.timedelta(hours=1)
PAPER = at(day(11, 25), "23:59:59.999999")
LATER = at(day(11, 27), "23:59:59.999999")


def without(*spans, due=PAPER, enough=HOUR):
    return [
        Interruption(november(f"23 {starts}"), ends and november(f"23 {ends}"), due, enough)
        for starts, ends in spans
    ]


@pytest.mark.parametrize(
    ("ends", "due", "spans", "moved"),
    [
        # A lesson until 10:40, due at the end of the day.
        ("10:40", "23:59:59", [("11:00", "23:50")], True),  # half an hour was left
        ("10:40", "23:59:59", [("11:00", "23:00")], False),  # an hour and twenty minutes
        ("10:40", "23:59:59", [("11:40", "23:59:59")], True),  # not by this: it falls into it
        # Homework from the last lesson's end at 11:40 until 13:10.
        ("11:40", "13:10", [("11:45", "13:05")], True),
        ("11:40", "13:10", [("11:45", "12:15")], False),  # exactly an hour was left
        ("11:40", "13:10", [("11:45", "12:15:01")], True),
        ("11:40", "13:10", [("11:45", "12:00"), ("12:30", "12:46")], True),  # together 31 minutes
        ("11:40", "13:10", [("11:45", "12:00"), ("12:30", "12:45")], False),
        ("11:40", "13:10", [("09:00", "11:10"), ("13:11", "20:00")], False),  # before and after it
        ("11:40", "13:10", [("12:41", None)], True),  # still on
        ("09:40", "13:10", [("11:45", "13:05")], False),  # long enough since the first lesson
        # An evening class until 23:20 has less than an hour anyway.
        ("23:20", "23:59:59", [], False),
        ("23:20", "23:59:59", [("20:00", "22:50")], False),
        ("23:20", "23:59:59", [("23:30", "23:31")], True),
    ],
)
def test_too_little_access(ends, due, spans, moved):
    taught = november(f"23 {ends}") - HOUR / 2, november(f"23 {ends}")
    due = november(f"23 {due}")
    assert postponed(due, without(*spans), taught) == (PAPER if moved else due)


def test_a_school_that_wants_none_is_never_short_of_it():
    taught, due = (november("23 10:00"), november("23 10:40")), november("23 23:59:59")
    none = datetime.timedelta()
    assert postponed(due, without(("11:00", "23:50"), enough=none), taught) == due


def test_too_little_access_until_the_end_of_the_transfer():
    taught, due = (november("23 10:00"), november("23 10:40")), november("23 23:59:59")
    [first] = without(("09:00", "10:30"))  # held in it
    second = Interruption(november("23 10:50"), november("25 23:40"), LATER, HOUR)
    assert postponed(due, [first, second], taught) == LATER


def test_what_is_no_lessons_duty_has_an_instant_since_when_it_can_be_done():
    long = [Interruption(november("23 00:20"), november("25 23:40"), LATER, HOUR)]
    assert postponed(november("25 23:59"), long, since=november("23 00:00")) == LATER
    assert postponed(november("25 23:59"), long, since=november("22 00:00")) == november("25 23:59")
    assert postponed(november("25 23:59"), long) == november("25 23:59")


@pytest.mark.parametrize(
    ("typed", "until"),
    [
        ("23 23:59", "23 23:59:59.999999"),
        ("23 23:58", "23 23:58"),
        ("23 12:10", "23 12:10"),
        ("23 23:59:30", "23 23:59:30"),
    ],
)
def test_until_the_last_minute_includes_it(typed, until):
    assert access_lost_until(november(typed), MOSCOW) == november(until)
