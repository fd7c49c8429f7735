"""Outages in the small school."""

import datetime
from zoneinfo import ZoneInfo

import pytest

from school.models import Outage
from tempjournal.actions.outages import record_outage
from tests.world import day

MOSCOW = ZoneInfo("Europe/Moscow")


def at(text):
    """«23 10:00»: that local instant of November 2026."""
    date, time = text.split()
    return datetime.datetime.combine(day(11, int(date)), datetime.time.fromisoformat(time), MOSCOW)


def outage(starts, ends=None, reason="Авария у провайдера"):
    return Outage(starts_at=at(starts), ends_at=ends and at(ends), reason=reason)


@pytest.fixture
def record(world):
    """record("23 09:00", "24 15:00") → the recorded Outage."""

    def recorded(starts, ends=None):
        made = outage(starts, ends)
        record_outage(made, world.deputy)
        return made

    return recorded
