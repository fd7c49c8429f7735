"""The rules of temporary journals, one case for each line (3.2)."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from tempjournal import rules
from tests.world import day

MOSCOW = ZoneInfo("Europe/Moscow")


def at(date, text):
    return datetime.datetime.combine(date, datetime.time.fromisoformat(text), MOSCOW)


def november(text):
    date, time = text.split()
    return at(day(11, int(date)), time)


# --- the state of a transfer ---

DUE = november("25 23:59")


@pytest.mark.parametrize(
    ("begun", "typed", "transferred", "due", "now", "state"),
    [
        (False, False, None, DUE, "24 09:00", rules.NOT_BEGUN),
        (True, True, None, DUE, "24 09:00", rules.PARTLY),
        (True, False, None, DUE, "24 09:00", rules.PARTLY),
        (True, True, None, DUE, "25 23:59", rules.PARTLY),
        (True, True, None, DUE, "25 23:59:01", rules.LATE),
        (False, False, None, DUE, "26 09:00", rules.LATE),
        (True, True, "25 23:59", DUE, "26 09:00", rules.DONE),
        (True, True, "26 08:00", DUE, "26 09:00", rules.DONE_LATE),
        (True, False, "25 23:59", DUE, "26 09:00", rules.ENTERED),
        (True, False, "26 08:00", DUE, "26 09:00", rules.ENTERED_LATE),
        (False, False, None, None, "24 09:00", rules.NOT_BEGUN),  # still on
        (True, True, "24 08:00", None, "24 09:00", rules.DONE),
        (True, False, "24 08:00", None, "24 09:00", rules.ENTERED),
    ],
)
def test_transfer_state(begun, typed, transferred, due, now, state):
    transferred = transferred and november(transferred)
    assert rules.transfer_state(begun, typed, transferred, due, november(now)) == state


@pytest.mark.parametrize(
    ("deeds", "typed", "complete"),
    [
        (("23 10:00", None, "23 11:00"), "24 09:00", None),
        (("23 10:00", "23 12:00", "23 11:00"), None, "23 12:00"),
        (("23 10:00", "23 12:00", "23 11:00"), "24 09:00", "24 09:00"),
        (("23 10:00", "24 10:00", "23 11:00"), "24 09:00", "24 10:00"),
        ((), None, "23 09:40"),  # nothing is owed: when the lesson was over
        ((), "24 09:00", "24 09:00"),
    ],
)
def test_complete_at(deeds, typed, complete):
    deeds, (typed, complete) = (
        [one and november(one) for one in these] for these in (deeds, (typed, complete))
    )
    assert rules.complete_at(deeds, typed, november("23 09:40")) == complete


# --- what is left of a pause ---


@pytest.mark.parametrize(
    ("spans", "left"),
    [
        ([], [(9, 15)]),
        ([(8, 16)], []),
        ([(9, 15)], []),
        ([(8, None)], []),
        ([(8, 10)], [(10, 15)]),
        ([(14, None)], [(9, 14)]),
        ([(10, 11), (12, 13)], [(9, 10), (11, 12), (13, 15)]),
        ([(8, 12), (11, 14)], [(14, 15)]),
        ([(10, 15)], [(9, 10)]),
    ],
)
def test_uncovered(spans, left):
    def instant(hour):
        return hour and november(f"23 {hour:02}:00")

    spans = [tuple(map(instant, one)) for one in spans]
    found = rules.uncovered(instant(9), instant(15), spans)
    assert found == [tuple(map(instant, one)) for one in left]
