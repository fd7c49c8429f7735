"""What stood in the register before there was one row for each applicant and week comes through
whole."""

import datetime

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from journals.actions.late import recheck_rows
from journals.models import LateEntry
from tests import world as worlds
from tests.world import day

pytestmark = pytest.mark.django_db(transaction=True)

BEFORE, AFTER = ("diaries", "0004_histories"), ("diaries", "0005_one_report_a_week")


def at(date, hour=12):
    return datetime.datetime.combine(date, datetime.time(hour), datetime.UTC)


def migrate(target):
    executor = MigrationExecutor(connection)
    executor.migrate([target])
    return MigrationExecutor(connection).loader.project_state([target]).apps


@pytest.fixture
def world(transactional_db, noon):
    made = worlds.stands()
    yield made
    MigrationExecutor(connection).migrate(MigrationExecutor(connection).loader.graph.leaf_nodes())


@pytest.fixture
def old(world):
    """The models as they were, and an application."""
    apps = migrate(BEFORE)
    application = apps.get_model("diaries", "PrintApplication").objects.create(
        student_id=world.ivanov.pk,
        applicant="Иванова Инна",
        applied_on=day(11, 2),
        starts_on=day(11, 2),
    )
    return apps, application


def report(old, due_on, monday=None, issued=None, **fields):
    apps, application = old
    made = apps.get_model("diaries", "WeeklyReport").objects.create(
        application=application,
        due_on=due_on,
        report_due_at=at(due_on, 20),
        monday=monday,
        issued_at=issued,
        **fields,
    )
    fields = [field for field in made._meta.concrete_fields if field.name != "due_on"]
    apps.get_model("diaries", "HistoricalWeeklyReport").objects.create(
        **{field.attname: getattr(made, field.attname) for field in fields},
        history_date=at(day(11, 2)),
        history_type="+",
    )
    return made


def batch(old, monday, name):
    return (
        old[0]
        .get_model("diaries", "ReportBatch")
        .objects.create(
            monday=monday, file=name, total=1, done=1, requested_by_id=None, finished_at=at(monday)
        )
    )


def test_printed_handed_out_and_owed(world, old):
    first = batch(old, day(11, 2), "weekly-reports/first.pdf")
    handed = report(
        old,
        day(11, 9),
        day(11, 2),
        at(day(11, 6)),
        batch=first,
        school_class_id=world.a5.pk,
        handed_on=day(11, 9),
        handed_to="Иванова Инна",
    )
    kept_back = report(old, day(11, 13), day(11, 9), at(day(11, 16)))
    owed = report(old, day(11, 23))
    for one in (kept_back, owed):
        LateEntry.objects.create(
            kind="report",
            object_id=one.pk,
            due_at=one.report_due_at,
            found_at=at(day(11, 24)),
            settled_at=one.issued_at,
            excuse="карантин",
            excused_by_id=world.deputy.pk,
            excused_at=at(day(11, 24)),
        )
    apps = migrate(AFTER)
    rows = (
        apps.get_model("diaries", "WeeklyReport")
        .objects.order_by("pk")
        .values_list(
            "pk", "monday", "issued_at", "batch__file", "school_class", "handed_on", "handed_to"
        )
    )
    assert list(rows) == [
        (
            handed.pk,
            day(11, 2),
            at(day(11, 6)),
            "weekly-reports/first.pdf",
            world.a5.pk,
            day(11, 9),
            "Иванова Инна",
        ),
        (kept_back.pk, day(11, 9), at(day(11, 16)), None, None, None, ""),
    ]
    duties = apps.get_model("diaries", "ReportDuty").objects.order_by("pk")
    assert list(duties.values_list("pk", "due_on", "report_due_at", "met_at")) == [
        (handed.pk, day(11, 9), at(day(11, 9), 20), at(day(11, 6))),
        (kept_back.pk, day(11, 13), at(day(11, 13), 20), at(day(11, 16))),
        (owed.pk, day(11, 23), at(day(11, 23), 20), None),
    ]
    # The late entries are those of the duties, excuses and all, and the watch agrees.
    before = list(LateEntry.objects.order_by("pk").values())
    recheck_rows("report", [handed.pk, kept_back.pk, owed.pk])
    assert list(LateEntry.objects.order_by("pk").values()) == before
    # A new duty gets a key of its own.
    made = apps.get_model("diaries", "ReportDuty").objects.create(
        application_id=old[1].pk,
        due_on=day(12, 7),
        report_due_at=at(day(12, 7)),
        met_at=at(day(12, 7)),
    )
    assert made.pk > owed.pk


def test_a_second_row_of_a_week_becomes_one_with_the_first(world, old):
    """Printed for all, then the first row of the list was handed out: the print stayed behind."""
    printed = batch(old, day(11, 9), "weekly-reports/all.pdf")
    first = report(
        old, day(11, 9), day(11, 9), at(day(11, 13)), batch=printed, school_class_id=world.a5.pk
    )
    second = report(
        old,
        day(11, 20),
        day(11, 9),
        at(day(11, 14)),
        handed_on=day(11, 14),
        handed_to="Иванова Инна",
    )
    third = report(
        old, day(11, 21), day(11, 9), at(day(11, 15)), handed_on=day(11, 15), handed_to="бабушке"
    )
    apps = migrate(AFTER)
    one = apps.get_model("diaries", "WeeklyReport").objects.get()
    assert (one.pk, one.issued_at, one.batch.file.name) == (
        first.pk,
        at(day(11, 13)),
        "weekly-reports/all.pdf",
    )
    assert (one.handed_on, one.handed_to) == (
        day(11, 14),
        "Иванова Инна; ещё раз 15.11.2026: бабушке",
    )
    history = apps.get_model("diaries", "HistoricalWeeklyReport").objects
    assert set(history.values_list("id", "history_type")) == {
        (first.pk, "+"),
        (first.pk, "~"),
        (second.pk, "+"),
        (second.pk, "-"),
        (third.pk, "+"),
        (third.pk, "-"),
    }
    assert apps.get_model("diaries", "ReportDuty").objects.count() == 3
