"""The due instant of an absence's reason (2.9)."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from attendance import rules
from school.rules import WorkingCalendar

MOSCOW = ZoneInfo("Europe/Moscow")


@pytest.mark.parametrize(
    ("received", "week_days", "overrides", "due"),
    [
        ("2026-11-24", 5, {}, "2026-11-26"),  # Tuesday: Thursday
        ("2026-11-27", 5, {}, "2026-12-01"),  # Friday: over the weekend
        ("2026-11-27", 6, {}, "2026-11-30"),  # the same in a six-day week
        ("2026-11-28", 5, {}, "2026-12-01"),  # received on a Saturday
        ("2026-12-29", 5, {}, "2027-01-11"),  # before the long holidays: Dec 30 is the first
        ("2026-12-30", 5, {}, "2027-01-12"),  # Dec 31 is a free day in 2026
        ("2026-11-24", 5, {"2026-11-25": False}, "2026-11-27"),  # the school's own free day
        ("2026-11-27", 5, {"2026-11-28": True}, "2026-11-30"),  # a Saturday that is worked
    ],
)
def test_the_second_working_day(received, week_days, overrides, due):
    day = datetime.date.fromisoformat
    overrides = {day(one): (works, None) for one, works in overrides.items()}
    found = rules.reason_due(day(received), WorkingCalendar(week_days, overrides), MOSCOW)
    assert found.astimezone(MOSCOW).date() == day(due)
    assert f"{found.astimezone(MOSCOW):%H:%M:%S.%f}" == "23:59:59.999999"


def days(*numbers):
    return [datetime.date(2026, 11, number) for number in numbers]


def test_a_spell_goes_over_a_weekend_and_ends_after_more():
    friday, monday, tuesday, later = days(13, 16, 17, 24)
    assert rules.spells([tuesday, friday, later, monday]) == {
        friday: (friday, tuesday),
        monday: (friday, tuesday),
        tuesday: (friday, tuesday),
        later: (later, later),
    }


def test_totals():
    """Being late is counted, but no day and no lesson was missed by it."""
    monday, tuesday, friday = days(23, 24, 27)
    found = rules.totals(
        [
            (monday, "б"),
            (monday, "б"),
            (monday, "оп"),
            (tuesday, "н"),
            (tuesday, "уп"),
            (friday, "оп"),
        ]
    )
    assert found == rules.Totals(
        days=2, lessons=4, unknown=1, illness=2, valid=1, truancy=0, late=2
    )


@pytest.mark.parametrize(
    ("reason", "told"), [("б", True), ("уп", True), ("нп", True), ("н", False), ("оп", False)]
)
def test_what_says_why(reason, told):
    assert rules.confirms(reason) == told
