"""A printed report that is due while the system is down (2.12, 3.2)."""

import pytest
from django.utils import timezone

from diaries.actions.applications import register_application, withdraw_application
from diaries.actions.handing import hand_out
from journals.actions.watch import sweep
from journals.models import LateEntry
from tempjournal.actions.outages import dismiss_outage, record_outage
from tests.tempjournal.conftest import at, outage
from tests.world import day


def days(application):
    """(the day of the count, the day by whose end it is due) of each duty, in order."""
    found = application.duties.order_by("due_on")
    return [(one.due_on, timezone.localdate(one.report_due_at)) for one in found]


@pytest.fixture
def application(world, noon):
    """Of Monday the 16th: the first report is due by the end of Monday the 23rd."""
    noon.move_to(at("16 12:00"))
    return register_application(world.ivanov, "Иванова", day(11, 16), day(11, 16))


def hand_out_one(world, application):
    hand_out([], [application], timezone.localdate(), "", world.deputy)


def is_late():
    return LateEntry.objects.filter(kind="report").exists()


def test_it_moves_to_the_end_of_the_transfer_and_back(world, application, record, noon):
    noon.move_to(at("24 12:00"))
    sweep()
    assert is_late()
    made = record("23 20:00", "24 08:00")
    assert days(application) == [(day(11, 23), day(11, 26))]
    assert not is_late()
    dismiss_outage(made, world.deputy)
    assert days(application) == [(day(11, 23), day(11, 24))]  # nobody is late at once
    assert not is_late()
    noon.move_to(at("25 00:00"))
    sweep()
    assert is_late()


def test_the_next_one_is_counted_from_the_hand_out_as_ever(world, application, record, noon):
    record("23 20:00", "24 08:00")
    noon.move_to(at("26 15:00"))
    hand_out_one(world, application)
    assert days(application) == [(day(11, 23), day(11, 26)), (day(12, 3), day(12, 3))]
    sweep()
    assert not is_late()


def test_one_handed_out_late_was_in_time_after_all(world, application, record, noon):
    noon.move_to(at("24 15:00"))
    hand_out_one(world, application)
    assert is_late()
    record("23 20:00", "24 08:00")
    assert not is_late()
    assert days(application) == [(day(11, 23), day(11, 26)), (day(12, 1), day(12, 1))]


def test_one_owed_after_an_outage_was_recorded_knows_of_it(world, noon):
    noon.move_to(at("24 12:00"))
    record_outage(outage("23 20:00", "24 08:00"), world.deputy)
    made = register_application(world.ivanov, "Иванова", day(11, 16), day(11, 16))
    assert days(made) == [(day(11, 23), day(11, 26))]


def test_what_is_owed_is_told_by_the_count(world, record, noon):
    """An application up to the day of the count owes a report, though it is due later."""
    noon.move_to(at("16 12:00"))
    made = register_application(
        world.ivanov, "Иванова", day(11, 16), day(11, 16), ends_on=day(11, 23)
    )
    noon.move_to(at("24 12:00"))
    record("23 20:00", "24 08:00")
    assert days(made) == [(day(11, 23), day(11, 26))]
    withdraw_application(made, day(11, 24))
    assert days(made) == [(day(11, 23), day(11, 26))]
    other = register_application(world.petrova, "Петров", day(11, 16), day(11, 16))
    withdraw_application(other, day(11, 23))
    assert days(other) == []


def test_still_on_it_rolls_on(world, application, record, noon):
    noon.move_to(at("23 21:00"))
    record("23 20:00")
    assert days(application) == [(day(11, 23), day(11, 25))]
    noon.move_to(at("27 09:00"))
    sweep()
    assert days(application) == [(day(11, 23), day(12, 1))]
    assert not is_late()
