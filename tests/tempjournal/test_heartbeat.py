"""The app notices by itself that it was down (3.1)."""

import threading

import pytest
from django.db import connection

from attendance.actions.documents import receive_document
from attendance.models import AbsenceDocument
from journal_site import celery_app
from journals.actions.entries import save_field
from school.actions.lessons import cancel_lesson
from school.models import Lesson, Outage, School
from tempjournal import tasks
from tempjournal.actions import heartbeat
from tempjournal.actions.outages import dismiss_outage, record_outage
from tempjournal.models import Heartbeat
from tests import world as worlds
from tests.tempjournal.conftest import at, outage
from tests.world import day


def pause(noon, first, last):
    """Two signs of life and nothing between; what is proposed then."""
    for text in (first, last):
        noon.move_to(at(text))
        heartbeat.beat()
    return spans()


def spans():
    found = Outage.objects.filter(recorded_at=None, dismissed_at=None).order_by("starts_at")
    return [str(one) for one in found]


def test_the_first_sign_of_life_proposes_nothing(world):
    assert heartbeat.beat() == []
    assert Heartbeat.objects.get().beat_at == worlds.NOON
    assert spans() == []


def test_a_pause_in_which_a_lesson_was_held(world, noon):
    assert pause(noon, "24 09:30", "24 11:00") == ["24.11.2026 09:30 – 11:00"]
    found = Outage.objects.get()
    assert (found.found_at, found.recorded_at, found.stands) == (at("24 11:00"), None, False)
    heartbeat.beat()
    noon.shift(60)
    tasks.heartbeat()
    assert len(spans()) == 1
    assert Heartbeat.objects.get().beat_at == at("24 11:01")


@pytest.mark.parametrize(
    ("minutes", "last", "proposed"),
    [(30, "24 10:20", 0), (30, "24 10:20:01", 1), (60, "24 10:50", 0), (10, "24 10:01", 1)],
)
def test_longer_than_the_school_has_set(world, noon, minutes, last, proposed):
    School.objects.update(outage_minutes=minutes)
    assert len(pause(noon, "24 09:50", last)) == proposed


@pytest.mark.parametrize(
    ("first", "last", "proposed"),
    [
        ("24 10:40", "24 12:00", 0),  # after one lesson, before the next
        ("24 10:39", "24 12:00", 1),
        ("24 10:40", "24 12:01", 1),
        ("24 14:11", "24 23:00", 0),  # the afternoon
        ("24 23:00", "25 07:00", 1),  # topics were due at midnight
        ("21 09:00", "22 20:00", 0),  # a weekend
    ],
)
def test_only_where_somebody_can_have_missed_it(world, noon, first, last, proposed):
    assert len(pause(noon, first, last)) == proposed


def test_what_was_done_before_was_not_missed(world, noon):
    noon.move_to(at("24 13:00"))
    for lesson in Lesson.objects.filter(date=day(11, 24)):
        for name, text in (("topic", "Дроби"), ("homework", "-"), ("attendance", "все")):
            save_field(lesson.journal, lesson.pk, name, "", text)
    assert pause(noon, "24 23:00", "25 07:00") == []


def test_a_reason_due_in_it(world, noon):
    noon.move_to(at("19 12:00"))
    document = AbsenceDocument(
        **dict.fromkeys(("received_on", "starts_on", "ends_on"), day(11, 19)),
        student=world.ivanov,
        kind="medical",
        reason="б",
        entered_by=world.class_teacher,
    )
    receive_document(document)
    Lesson.objects.filter(date=day(11, 23)).update(
        **dict.fromkeys(
            ("attendance_taken_at", "topic_entered_at", "homework_entered_at"), at("23 12:00")
        )
    )
    assert pause(noon, "23 23:00", "24 01:00") == []  # it was entered in time
    AbsenceDocument.objects.update(entered_at=at("24 00:30"))
    assert len(pause(noon, "23 23:00", "24 01:00")) == 0  # these signs are older than the last
    Heartbeat.objects.all().delete()
    assert len(pause(noon, "23 23:00", "24 01:00")) == 1


def test_a_cancelled_lesson_is_not_missed(world, noon):
    cancel_lesson(world.substituted, "карантин")
    assert pause(noon, "24 09:50", "24 11:00") == []


def test_not_what_is_known_already(world, noon):
    noon.move_to(at("24 08:50"))
    heartbeat.beat()
    record_outage(outage("24 08:30"), world.deputy)
    noon.move_to(at("24 12:30"))
    assert heartbeat.beat() == []
    assert spans() == []


def test_of_a_pause_known_in_part_the_rest(world, noon):
    record_outage(outage("24 08:00", "24 10:50"), world.deputy)
    assert pause(noon, "24 09:00", "24 13:00") == ["24.11.2026 10:50 – 13:00"]


def test_a_proposal_that_was_dismissed_stays_so(world, noon):
    pause(noon, "24 09:30", "24 11:00")
    dismiss_outage(Outage.objects.get(), world.deputy)
    noon.move_to(at("24 11:01"))
    heartbeat.beat()
    assert spans() == []


def test_a_clock_set_back_is_no_pause(world, noon):
    assert pause(noon, "24 11:00", "24 09:00") == []
    assert Heartbeat.objects.get().beat_at == at("24 11:00")


def test_a_school_not_set_up_yet(db, noon):
    assert pause(noon, "24 09:00", "24 11:00") == []


def test_each_minute_and_not_later(world):
    beat = celery_app.conf.beat_schedule["heartbeat"]
    assert beat["task"] == tasks.heartbeat.name
    assert len(beat["schedule"].minute) == 60
    assert beat["options"]["expires"] < 60


@pytest.mark.django_db(transaction=True)
def test_any_number_of_workers_propose_once(noon):
    worlds.stands()
    noon.move_to(at("24 09:30"))
    heartbeat.beat()
    noon.move_to(at("24 11:00"))
    gate, failures = threading.Barrier(6), []

    def give_a_sign():
        gate.wait()
        try:
            heartbeat.beat()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=give_a_sign) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert spans() == ["24.11.2026 09:30 – 11:00"]
