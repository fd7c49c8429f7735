"""In weeks without lessons no printed report is owed, drawn or late, and the seven days begin anew
after them (2.12)."""

import datetime

import pytest
from django.utils import timezone

from attendance.refusals import Refused
from diaries import rules
from diaries.actions import handing
from diaries.actions.applications import register_application
from diaries.actions.batches import request_batch, request_weeks_batch
from diaries.models import ReportBatch, ReportDuty
from journals.actions.watch import sweep
from journals.models import LateEntry
from school.actions.days import withdraw_days
from school.models import Period
from school.rules.days import end_of_day
from tests.world import day, day_off

ONE_DAY = datetime.timedelta(days=1)
TERMS = [(day(9, 1), day(10, 25)), (day(11, 2), day(12, 30)), (day(1, 11), day(3, 24))]


def at(date, hour=12):
    return datetime.datetime.combine(date, datetime.time(hour), timezone.get_current_timezone())


# --- rules ---


def five_days(date):
    return date.isoweekday() <= 5


@pytest.mark.parametrize(
    ("terms", "days_off", "spans"),
    [
        (TERMS[:1], [], TERMS[:1]),
        (TERMS, [], TERMS),
        ([(day(10, 3), day(10, 25))], [], [(day(10, 5), day(10, 25))]),  # from a Saturday on
        (
            [(day(9, 7), day(9, 27))],
            range(14, 19),
            [(day(9, 7), day(9, 13)), (day(9, 21), day(9, 27))],
        ),
        ([(day(9, 7), day(9, 27))], range(14, 18), [(day(9, 7), day(9, 27))]),  # a Friday is left
        ([(day(9, 7), day(9, 13)), (day(9, 14), day(9, 20))], [], [(day(9, 7), day(9, 20))]),
        ([], [], []),
    ],
)
def test_where_the_school_teaches(terms, days_off, spans):
    off = {day(9, number) for number in days_off}
    assert rules.teaching(terms, lambda one: five_days(one) and one not in off) == spans


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (day(10, 16), day(10, 23)),  # the last Friday of the quarter
        (day(10, 18), day(10, 25)),  # its last day
        (day(10, 19), day(11, 9)),  # it would be due on the first day of the vacation
        (day(10, 23), day(11, 9)),  # begun anew on Monday 2 November
        (day(10, 28), day(11, 9)),  # applied, or handed out, in the vacation
        (day(11, 1), day(11, 9)),
        (day(11, 2), day(11, 9)),
        (day(12, 25), day(1, 18)),  # over the New Year
        (day(3, 20), None),  # what comes then is not known yet
    ],
)
def test_the_seven_days_begin_anew(since, due):
    assert rules.next_due_day(since, TERMS) == due


# --- what is owed ---


@pytest.fixture
def october(world, noon):
    """Friday 23 October; on Monday the 26th the vacation begins."""
    noon.move_to(at(day(10, 23)))
    return world


def apply(w, since=None):
    since = since or timezone.localdate()
    return register_application(w.ivanov, "Иванова", since, since)


def due(application):
    return [one.due_on for one in application.duties.filter(met_at=None)]


def hand_out(w, application):
    handing.hand_out([], [application], timezone.localdate(), "", w.deputy)


def is_late():
    return LateEntry.objects.filter(kind="report").exists()


def test_nothing_is_late_in_the_vacation(october, noon, login):
    application = apply(october)
    assert due(application) == [day(11, 9)]
    for date in (day(10, 31), day(11, 5), day(11, 9)):
        noon.move_to(at(date))
        sweep()
        assert not is_late()
        page = login(october.deputy).get("/reports/weekly/").content.decode()
        assert "просрочен:" not in page
        assert "до 09.11" in page
    noon.move_to(at(day(11, 10)))
    sweep()
    assert is_late()


def test_what_is_handed_out_before_it_is_counted_from_after_it(october, noon):
    application = apply(october, day(10, 16))
    assert due(application) == [day(10, 23)]
    hand_out(october, application)
    assert due(application) == [day(11, 9)]


def test_a_week_that_is_declared_free(world):
    """A quarantine; and it is withdrawn."""
    application = apply(world)  # on 25 November
    assert due(application) == [day(12, 2)]
    free = [day_off(day(11, 30) + n * ONE_DAY, "грипп") for n in range(5)]
    assert due(application) == [day(12, 14)]
    withdraw_days(free[2])
    assert due(application) == [day(12, 2)]


def test_a_vacation_that_is_moved(world, noon):
    application = apply(world)
    second = world.quarters[1]
    second.ends_on = day(11, 29)
    second.save()
    Period.objects.filter(pk=world.quarters[2].pk).update(starts_on=day(12, 7))
    world.quarters[2].refresh_from_db()
    world.quarters[2].save()
    assert due(application) == [day(12, 14)]
    noon.move_to(at(day(12, 10)))
    second.ends_on = day(12, 6)  # there was none, after all
    second.save()
    assert due(application) == [day(12, 2)]
    sweep()
    assert not is_late()  # nobody could know of it before today
    noon.move_to(at(day(12, 11)))
    sweep()
    assert is_late()


def test_the_summer_owes_nothing_until_the_next_year_is_known(world, noon):
    noon.move_to(at(day(5, 28)))
    assert due(apply(world)) == []


def test_what_was_owed_in_a_vacation_before_is_looked_at_again(october, noon):
    """Rows of before: the seven days were any days."""
    application = apply(october)
    ended = end_of_day(day(10, 30), timezone.get_default_timezone())
    ReportDuty.objects.update(due_on=day(10, 30), report_due_at=ended)
    noon.move_to(at(day(11, 3)))
    sweep()
    assert due(application) == [day(11, 9)]
    assert not is_late()


# --- what is drawn ---


def test_nothing_is_drawn_in_the_vacation(october, noon):
    apply(october)
    noon.move_to(at(day(10, 30), 15))  # a Friday
    assert not request_weeks_batch(timezone.now())
    with pytest.raises(Refused, match="На этой неделе уроков нет"):
        request_batch(october.deputy, day(10, 26))
    assert not ReportBatch.objects.exists()
    assert request_batch(october.deputy, day(10, 19))  # of the week before it is
    noon.move_to(at(day(11, 6), 15))
    assert request_weeks_batch(timezone.now())
