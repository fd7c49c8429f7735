"""Outages from before they were the school's come through whole, with all that points to them, and
go back the same way."""

import datetime

import pytest
from django.contrib.auth.models import Permission
from django.db import IntegrityError, connection
from django.db.migrations.executor import MigrationExecutor

from school.models import Outage
from tempjournal.actions.outages import record_outage
from tempjournal.models import TemporaryJournal, Upload
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE = [("school", "0016_owed_and_judged"), ("tempjournal", "0006_packet_folders")]
TABLES = (
    *("tempjournal_outage", "tempjournal_historicaloutage", "tempjournal_outage_hindered_lessons"),
    *("tempjournal_temporaryjournal", "tempjournal_historicaltemporaryjournal"),
    "tempjournal_upload",
)


def migrate(targets):
    executor = MigrationExecutor(connection)
    executor.migrate(targets)
    return MigrationExecutor(connection).loader.project_state(targets).apps


def newest():
    return MigrationExecutor(connection).loader.graph.leaf_nodes()


@pytest.fixture
def world(transactional_db, noon):
    made = worlds.stands()
    yield made
    migrate(newest())


def at(hour):
    return datetime.datetime(2026, 11, 24, hour, tzinfo=datetime.UTC)


def stored():
    """{table: its rows} of all that tells of outages."""
    with connection.cursor() as cursor:
        found = {}
        for table in TABLES:
            cursor.execute(f"SELECT * FROM {table} ORDER BY 1")
            found[table] = cursor.fetchall()
        return found


def rights_of(app):
    """{name of a right about outages: its key} as an app has them."""
    found = Permission.objects.filter(content_type__app_label=app, content_type__model="outage")
    return dict(found.values_list("codename", "pk"))


def test_outages_come_through_whole(world):
    old = migrate(BEFORE)
    rights = rights_of("tempjournal")
    assert rights.keys() >= {"view_outage", "delete_outage"}
    times = {"starts_at": at(6), "ends_at": at(9), "reason": "Авария"}
    said = times | {"recorded_by_id": world.deputy.pk, "recorded_at": at(10)}
    made = old.get_model("tempjournal", "Outage").objects.create(**said)
    made.hindered_lessons.add(world.lesson.pk)
    old.get_model("tempjournal", "HistoricalOutage").objects.create(
        **said, id=made.pk, history_type="+", history_date=at(10), history_user_id=world.deputy.pk
    )
    kept = old.get_model("tempjournal", "TemporaryJournal").objects.create(
        outage=made, journal_id=world.maths.pk, transfer_due_at=at(20)
    )
    upload = old.get_model("tempjournal", "Upload").objects.create(
        outage=made, uploaded_by_id=world.teacher.pk, name="5А.xlsx", sheets=[]
    )
    before = stored()

    migrate(newest())
    assert stored() == before
    outage = Outage.objects.get()
    assert {name: getattr(outage, name) for name in said} == said
    assert list(outage.hindered_lessons.all()) == [world.lesson]
    assert [(one.history_user, one.reason) for one in outage.history.all()] == [
        (world.deputy, "Авария")
    ]
    assert TemporaryJournal.objects.get().outage == Upload.objects.get().outage == outage
    assert (TemporaryJournal.objects.get().pk, Upload.objects.get().pk) == (kept.pk, upload.pk)
    assert (rights_of("school"), rights_of("tempjournal")) == (rights, {})
    # What is recorded next gets keys, a history and temporary journals of its own.
    later = Outage(starts_at=at(11), ends_at=at(12), reason="Ремонт")
    record_outage(later, world.deputy)
    assert later.pk > made.pk
    assert later.history.get().history_id > outage.history.get().history_id
    with pytest.raises(IntegrityError):
        TemporaryJournal.objects.create(outage_id=later.pk + 1, journal=world.maths)

    before = stored()
    migrate(BEFORE)
    assert stored() == before
    assert rights_of("tempjournal") == rights
