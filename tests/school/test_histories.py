"""Every model that a register, average, deadline or right is made of has its history."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.hashers import make_password
from django.urls import reverse
from simple_history.models import HistoricalChanges

from journals.models import PlannedTopic
from school.models import BellSlot, TimetableEntry, User
from school.models.history import BASELINE, begin_history
from tests import world as worlds
from tests.site.test_admin import form_of, send
from tests.world import FIRST, TODAY

OURS = {"school", "journals", "attendance", "diaries", "tempjournal", "setup", "journal_site"}
WITHOUT = {
    "HealthLook": "is a log itself, never changed",
    "GradeSheet": "follows from grades and periods",
    "Certifying": "a deed and how far it is; what is certified has its histories",
    "CertifyingLine": "the same",
    "Watch": "until when the watch has looked",
    "ReportBatch": "a print and how far it is; what was printed is a WeeklyReport",
    "Transfer": "is a log itself; what was written has its histories",
    "Upload": "what was read of a file; what was written has its histories",
    "Import": "is a log itself; what was written has its histories",
    "ImportFile": "a file as it was brought",
    "YearDraft": "is no fact of the school yet; what is opened has its histories",
    "YearDraftClass": "the same",
    "YearDraftPupil": "the same",
    "YearDraftGroup": "the same",
    "KnownWord": "is a log itself: who has answered it, when",
    "Packet": "which packet was written and sent",
    "PacketFolder": "what of a packet lies on the disk, and until when",
    "LeftOut": "which class a packet lacks, and until when",
    "ReportDuty": "follows from applications and the register",
    "Heartbeat": "the last sign of life",
    "Digest": "which letters went out",
    "LoginSession": "which browsers are logged in just now",
    "LoginEvent": "is a log itself, kept for a year",
}


def test_every_model_has_its_history_or_a_reason():
    found = {
        model.__name__
        for model in apps.get_models()
        if model._meta.app_label in OURS
        and not issubclass(model, HistoricalChanges)
        and not hasattr(model, "history")
    }
    assert found == WITHOUT.keys()


def kinds(one):
    return "".join(one.history.order_by("history_id").values_list("history_type", flat=True))


def test_a_log_in_is_no_change(world, client, settings):
    assert kinds(world.teacher) == "+"
    hashers = ["django.contrib.auth.hashers.PBKDF2PasswordHasher", *settings.PASSWORD_HASHERS]
    settings.PASSWORD_HASHERS = hashers  # so that the old hash is made anew
    told = {"username": "teacher", "password": worlds.PASSWORD}
    assert client.post("/login/", told).status_code == 302
    world.teacher.refresh_from_db()
    assert world.teacher.last_login
    assert world.teacher.password.startswith("pbkdf2")
    assert kinds(world.teacher) == "+"


def test_no_hash_is_kept(world):
    names = {field.name for field in User.history.model._meta.fields}
    assert not names & {"password", "last_login", "rights_as_of"}
    assert {"username", "email", "last_name", "is_active", "is_superuser"} <= names


@pytest.fixture
def browser(world, login):
    return login(world.admin)


@pytest.mark.parametrize("usable", ["true", "false"])
def test_a_password_that_another_sets_is_a_deed(world, browser, usable):
    path = reverse("admin:auth_user_password_change", args=[world.teacher.pk])
    new = "quite-another-17" if usable == "true" else ""
    data = {"usable_password": usable, "password1": new, "password2": new}
    button = "set-password" if usable == "true" else "unset-password"
    assert browser.post(path, data | {button: "1"}).status_code == 302
    row = world.teacher.history.first()
    assert (row.password_set, row.history_user) == (True, world.admin)
    path = reverse("admin:school_user_change", args=[world.teacher.pk])
    send(browser, path, form_of(browser.get(path)) | {"last_name": "Матвеева-Нова"})
    row = world.teacher.history.first()
    assert (row.password_set, row.last_name) == (False, "Матвеева-Нова")


def test_what_is_written_in_bulk_begins_its_history_once(world):
    entries = TimetableEntry.objects.bulk_create(
        TimetableEntry(journal=world.maths, weekday=n, number=1, starts_on=FIRST) for n in (1, 2)
    )
    entries[0].ends_on = TODAY
    entries[0].save()
    begin_history(TimetableEntry)
    begin_history(TimetableEntry)
    assert [kinds(entry) for entry in entries] == ["~", "+"]
    row = entries[1].history.get()
    assert (row.history_change_reason, row.weekday, row.history_user) == (BASELINE, 2, None)
    people = User.objects.bulk_create(
        [User(username="bulk", last_name="Много", first_name="Нина", password=make_password(None))]
    )
    begin_history(User)
    assert not people[0].history.get().password_set


def test_the_migrations_begin_the_histories_of_what_stands(world):
    for model in (User, BellSlot, PlannedTopic):
        model.history.all().delete()
    for app, name in (("school", "0011_histories"), ("journals", "0010_histories")):
        migration = importlib.import_module(f"{app}.migrations.{name}")
        for model in migration.NAMES:
            apps.get_model(app, model).history.all().delete()
        migration.begin_histories(apps, None)
    for model in (User, BellSlot, PlannedTopic):
        assert model.history.count() == model.objects.count() > 0
        assert set(model.history.values_list("history_change_reason", flat=True)) == {BASELINE}
    row = world.teacher.history.get()
    assert (row.username, row.last_name, row.history_type) == ("teacher", "Матвеева", "+")


def test_saving_only_what_is_in_no_history_writes_none(world):
    world.lesson.save(update_fields=["topic_due_at"])
    assert kinds(world.lesson) == "+"
    world.lesson.save(update_fields=["cancelled"])
    assert kinds(world.lesson) == "+~"
    world.lesson.journal_id = world.maths.pk
    world.lesson.save(update_fields=["journal_id"])
    assert kinds(world.lesson) == "+~~"
