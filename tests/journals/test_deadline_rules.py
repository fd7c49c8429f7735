"""When topics, homework, marks and grades are due (2.5–2.8): a table of cases each."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from journals import dues, rules
from journals.dues import (
    TaughtLesson,
    grades_due,
    homework_dues,
    homework_in_time,
    in_time,
    is_late,
    lateness,
    marks_due,
    time_left,
)
from school.rules.days import (
    WorkingCalendar,
    end_of_day,
    exams_open_until,
    grades_open_on,
    working_day_after,
)
from school.rules.interruptions import brought_forward

MOSCOW = ZoneInfo("Europe/Moscow")
A, B = 1, 2  # classes
FIVE, SIX = WorkingCalendar(5), WorkingCalendar(6)


def day(text):
    return datetime.date.fromisoformat(text)


def at(text, zone=MOSCOW, on="2026-11-25"):
    return datetime.datetime.fromisoformat(f"{on} {text}").replace(tzinfo=zone)


def local(instant, zone=MOSCOW):
    return f"{instant.astimezone(zone):%m-%d %H:%M}"


# --- 2.5, 2.7: the end of the lesson's day ---


@pytest.mark.parametrize(
    ("zone", "on", "due"),
    [
        ("Europe/Moscow", "2026-11-25", "2026-11-25 20:59:59.999999"),
        ("Asia/Kamchatka", "2026-11-25", "2026-11-25 11:59:59.999999"),
        ("Europe/Berlin", "2026-10-25", "2026-10-25 22:59:59.999999"),  # a day of 25 hours
        ("Europe/Berlin", "2026-03-29", "2026-03-29 21:59:59.999999"),  # a day of 23 hours
        ("Asia/Beirut", "2026-03-28", "2026-03-28 21:59:59.999999"),  # its midnight does not exist
        ("America/Havana", "2026-10-31", "2026-11-01 03:59:59.999999"),  # midnight comes twice
    ],
)
def test_the_end_of_a_day(zone, on, due):
    assert str(end_of_day(day(on), ZoneInfo(zone))) == f"{due}+00:00"


# --- 2.8: 1 h 30 min after the last lesson of the class ---


@pytest.mark.parametrize(
    ("case", "taught", "due"),
    [
        ("its own lesson is the last", [("10:40", {A})], "12:10"),
        ("a later lesson of the class", [("10:40", {A}), ("14:20", {A})], "15:50"),
        ("a later lesson of another class", [("10:40", {A}), ("14:20", {B})], "12:10"),
        ("a subgroup has the class's last hour", [("10:40", {A}), ("15:10", {A})], "16:40"),
        ("a subgroup across two classes", [("10:40", {A, B}), ("12:00", {A}), ("13:00", {B})],
         "14:30"),
        ("a pupil's individual plan prolongs no class's day",
         [("10:40", {A}), ("15:10", {A}, False)], "12:10"),
        ("an individual plan after the class's last lesson",
         [("15:10", {A}, False), ("10:40", {A})], "16:40"),
        ("self-study in the evening prolongs no class's day",
         [("10:40", {A}), ("14:20", {A}), ("18:45", {A}, False)], "15:50"),
        ("homework set in the evening self-study itself",
         [("18:45", {A}, False), ("14:20", {A})], "20:15"),
        ("two that do not count", [("15:10", {A}, False), ("18:45", {A}, False)], "16:40"),
        ("an individual plan before it", [("9:40", {A}, False), ("10:40", {A})], "12:10"),
        ("a subgroup without pupils", [("10:40", set()), ("15:10", {A})], "12:10"),
    ],
)  # fmt: skip
def test_homework_is_due_after_the_classs_last_lesson(case, taught, due):
    lessons = [
        TaughtLesson(pk, at(f"{end:0>5}"), frozenset(classes), *rest)
        for pk, (end, classes, *rest) in enumerate(taught)
    ]
    assert local(homework_dues(lessons)[0]) == f"11-25 {due}"


def test_evening_classes_have_until_after_midnight():
    late = TaughtLesson(1, at("23:10"), frozenset({A}))
    assert local(homework_dues([late])[1]) == "11-26 00:40"


def test_ninety_minutes_are_ninety_minutes_when_the_clock_is_moved():
    berlin = ZoneInfo("Europe/Berlin")
    before = TaughtLesson(1, at("01:30", berlin, "2026-03-29"), frozenset({A}))
    assert local(homework_dues([before])[1], berlin) == "03-29 04:00"
    before = TaughtLesson(1, at("01:30", berlin, "2026-10-25"), frozenset({A}))
    assert local(homework_dues([before])[1], berlin) == "10-25 02:00"


# --- 2.6: marks, in school days ---

QUARTERS = [(day("2026-09-01"), day("2026-10-25")), (day("2026-11-02"), day("2026-12-30"))]


@pytest.mark.parametrize(
    ("lesson", "days", "calendar", "due"),
    [
        ("2026-11-25", 0, FIVE, "2026-11-25"),
        ("2026-11-25", 2, FIVE, "2026-11-27"),
        ("2026-11-27", 1, FIVE, "2026-11-30"),  # Friday: Monday
        ("2026-11-27", 1, SIX, "2026-11-28"),  # Friday: Saturday in a six-day week
        ("2026-11-28", 1, SIX, "2026-11-30"),
        ("2026-10-23", 1, FIVE, "2026-11-02"),  # the autumn vacation has no school days
        ("2026-11-03", 1, FIVE, "2026-11-05"),  # the Day of National Unity
        ("2026-12-29", 1, FIVE, "2026-12-30"),
        ("2026-12-29", 2, FIVE, "2027-01-11"),  # after the last term: the calendar's working days
        ("2026-11-24", 1, WorkingCalendar(5, {day("2026-11-25"): (False, None)}), "2026-11-26"),
        ("2026-11-27", 1, WorkingCalendar(5, {day("2026-11-28"): (True, 1)}), "2026-11-28"),
    ],
)
def test_marks_are_due_in_school_days(lesson, days, calendar, due):
    found = marks_due(day(lesson), days, calendar, QUARTERS, MOSCOW)
    assert found == end_of_day(day(due), MOSCOW)


WINTER = [*QUARTERS, (day("2027-01-11"), day("2027-03-24"))]


@pytest.mark.parametrize(
    ("lesson", "days", "calendar", "due"),
    [
        ("2026-12-29", 2, FIVE, "2027-01-11"),  # over the holidays and the vacation
        ("2026-12-30", 1, SIX, "2027-01-11"),
        ("2027-02-18", 2, FIVE, "2027-02-20"),  # a Saturday that Russia works in exchange
        ("2027-02-18", 3, FIVE, "2027-02-24"),  # past the Day of the Defender and its Monday
    ],
)
def test_marks_are_due_over_moved_days(lesson, days, calendar, due):
    found = marks_due(day(lesson), days, calendar, WINTER, MOSCOW)
    assert found == end_of_day(day(due), MOSCOW)


def test_the_time_left_on_a_day_of_23_hours():
    berlin = ZoneInfo("Europe/Berlin")
    due, now = at("14:30", berlin, "2026-03-29"), at("01:00", berlin, "2026-03-29")
    assert time_left(due, now, berlin) == "до 14:30, ещё 12 ч 30 мин"


def test_without_terms_the_calendar_alone_counts():
    assert working_day_after(day("2026-10-23"), 1, FIVE) == day("2026-10-26")


@pytest.mark.parametrize(
    ("last_day", "opens", "due"),
    [
        ("2026-12-30", "2026-12-23", "12-30 23:59"),
        ("2026-10-25", "2026-10-18", "10-25 23:59"),  # a Sunday is a last day like any other
    ],
)
def test_grades_of_a_period(last_day, opens, due):
    assert grades_open_on(day(last_day)) == day(opens)
    assert local(grades_due(day(last_day), MOSCOW)) == due


# --- late or not, and how late ---


@pytest.mark.parametrize(
    ("due", "done", "now", "late"),
    [
        ("12:10", None, "12:10", False),  # the due instant itself is in time
        ("12:10", None, "12:11", True),
        ("12:10", "12:10", "18:00", False),
        ("12:10", "12:11", "18:00", True),
        (None, None, "18:00", False),
    ],
)
def test_late_or_not(due, done, now, late):
    assert is_late(due and at(due), done and at(done), at(now)) == late


@pytest.mark.parametrize(
    ("due", "until", "calendar", "told"),
    [
        (("2026-11-25", "12:10"), ("2026-11-25", "12:10:20"), FIVE, "на 1 мин"),
        (("2026-11-25", "12:10"), ("2026-11-25", "12:45"), FIVE, "на 35 мин"),
        (("2026-11-25", "12:10"), ("2026-11-25", "15:10"), FIVE, "на 3 ч"),
        (("2026-11-25", "23:59"), ("2026-11-26", "09:04"), FIVE, "на 9 ч 5 мин"),
        (("2026-11-25", "12:10"), ("2026-11-26", "12:10"), FIVE, "на 1 раб. дн."),
        (("2026-11-27", "23:59"), ("2026-11-30", "23:59"), FIVE, "на 1 раб. дн."),
        (("2026-11-27", "23:59"), ("2026-11-30", "23:59"), SIX, "на 2 раб. дн."),
        (("2026-11-27", "23:59"), ("2026-11-29", "23:59"), FIVE, "на 48 ч"),
    ],
)
def test_how_late(due, until, calendar, told):
    due, until = (at(f"{time:0>5}", on=on) for on, time in (due, until))
    assert lateness(due, until, calendar, MOSCOW) == told


@pytest.mark.parametrize(
    ("taken", "now", "may"),
    [
        (("2026-11-25", "00:00"), ("2026-11-25", "23:59"), True),
        (("2026-11-25", "23:59"), ("2026-11-26", "00:00"), False),
        (("2026-11-24", "12:00"), ("2026-11-25", "08:00"), False),
    ],
)
def test_attendance_may_be_taken_back_on_its_day(taken, now, may):
    (taken_on, taken_at), (today, clock) = taken, now
    assert rules.may_untake(at(taken_at, on=taken_on), at(clock, on=today)) == may


# --- exams are held after the last lesson ---


@pytest.mark.parametrize(
    ("last_day", "until"),
    [("2027-05-31", "2027-08-31"), ("2027-05-25", "2027-08-31"), ("2027-06-30", "2027-08-31")],
)
def test_exams_are_entered_until_the_end_of_august(last_day, until):
    assert exams_open_until(day(last_day)) == day(until)


# --- what a person could not know of before ---


@pytest.mark.parametrize(
    ("heard", "homework", "rest"),
    [
        ("2026-11-24 18:00", "11-24 19:30", "11-24 23:59"),  # before: the lesson's own are later
        ("2026-11-25 14:30", "11-25 16:00", "11-25 23:59"),
        ("2026-11-25 23:00", "11-26 00:30", "11-25 23:59"),
        ("2026-11-26 09:00", "11-26 23:59", "11-26 23:59"),  # no pupil waits for it any more
        ("2026-11-26 23:00", "11-27 00:30", "11-26 23:59"),
    ],
)
def test_time_for_what_one_hears_of_afterwards(heard, homework, rest):
    date, time = heard.split()
    heard = at(time, on=date)
    assert local(homework_in_time(day("2026-11-25"), heard, MOSCOW)) == homework
    assert local(in_time(heard, MOSCOW)) == rest


@pytest.mark.parametrize(
    ("due", "unknown_from", "once_known"),
    [
        ("13:10", None, "20:00"),  # it never was known
        ("13:10", "14:00", "13:10"),  # it had been due when the lesson was cancelled
        ("14:30", "14:00", "20:00"),
        ("21:00", "14:00", "21:00"),  # there is time enough
    ],
)
def test_due_once_it_is_known(due, unknown_from, once_known):
    unknown_from = unknown_from and at(unknown_from)
    assert dues.once_known(at(due), unknown_from, at("20:00")) == at(once_known)


@pytest.mark.parametrize(
    ("before", "due", "expected"),
    [
        ("16:10", "17:10", "17:10"),  # later
        ("16:10", "16:10", "16:10"),
        ("16:10", "13:10", "16:00"),  # earlier: an hour and a half from now
        ("16:10", "16:05", "16:05"),
        ("13:10", "12:10", "13:10"),  # it was over: who is late stays so
        (None, "13:10", "13:10"),
        ("13:10", None, None),
    ],
)
def test_what_is_due_earlier_by_now(before, due, expected):
    before, due, expected = (one and at(one) for one in (before, due, expected))
    for earliest in ("16:00", "16:30", "23:59"):  # computed again later it stays
        found = brought_forward(before, due, at(earliest))
        assert found == expected
        before = found
