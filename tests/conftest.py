import fcntl
import gc
import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import time_machine
from django.apps import apps
from django.conf import settings
from django.core.cache import cache
from django.db import connection
from django.db.models import FileField
from django.db.models.signals import post_migrate
from django.dispatch import receiver
from django.test import Client

from school.printing import pool
from school.private import private_files
from tests import presses
from tests import world as worlds


def pytest_collection_modifyitems(items):
    """What reads an XLSX, draws a PDF or is a browser's own affair is alike on every database: once
    is enough."""
    if connection.vendor != "sqlite":
        skip = pytest.mark.skip(reason="run on the embedded defaults alone")
        for item in items:
            if item.get_closest_marker("any_database"):
                item.add_marker(skip)


def pytest_collection_finish(session):
    """What was imported stays: looking through it for garbage again and again took a sixth of the
    suite's time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def _migrated():
    """The path of an embedded database in which every migration has run and nothing else has, made
    once for as long as the migrations are the same. To run them takes 28 s of a processor, a copy
    of the file none."""
    sources = sorted(settings.BASE_DIR.glob("*/migrations/*.py"))
    sources += settings.BASE_DIR.glob("requirements*.lock")
    digest = hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()
    kept = settings.VAR_DIR / f"migrated-{digest[:16]}.sqlite3"
    with (settings.VAR_DIR / "migrated.lock").open("w") as lock:  # the other worker waits for it
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            for old in settings.VAR_DIR.glob("migrated-*"):
                old.unlink()
            fresh = kept.with_suffix(".fresh")
            subprocess.run(
                [sys.executable, settings.BASE_DIR / "manage.py", "migrate", "--verbosity=0"],
                env={**os.environ, "DATABASE_URL": f"sqlite:///{fresh}"},
                check=True,
            )
            fresh.rename(kept)
    return kept


@pytest.fixture(scope="session")
def django_db_keepdb(django_db_keepdb, django_db_modify_db_settings):
    """On the embedded default the test's database begins as a copy of a migrated one; on PostgreSQL
    of the one that MIGRATED names, if it names one."""
    if connection.vendor != "sqlite":
        connection.settings_dict["TEST"]["TEMPLATE"] = os.environ.get("MIGRATED")
        return django_db_keepdb
    ours = Path(connection.settings_dict["TEST"]["NAME"])
    for leftover in ours.parent.glob(f"{ours.name}-*"):  # the log of a run that was killed
        leftover.unlink()
    shutil.copyfile(_migrated(), ours)
    return True


@receiver(post_migrate)
def _fill_again(sender, plan=None, **_):
    """A test that commits is followed by a flush, which takes away what migrations have filled in:
    whatever test comes next finds it again. Migrations themselves come with a plan."""
    worlds.given_anew()
    if sender.label == "school" and plan is None:
        worlds.give()


@pytest.fixture(autouse=True)
def _plain_static_files(settings):
    """Tests need no collected files; fast hashes make logins cheap."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


@pytest.fixture(autouse=True)
def _nothing_kept():
    """What a test has put into the cache is about a school that is gone."""
    cache.clear()


@pytest.fixture(autouse=True)
def private_dir(settings, monkeypatch, tmp_path):
    """Where files are kept that people send or that are archived: a directory of the test's own."""
    found = tmp_path / "private"
    found.mkdir()
    private = {**settings.STORAGES["private"], "OPTIONS": {"location": found}}
    settings.STORAGES = {**settings.STORAGES, "private": private}
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, FileField):  # it was given its storage when it was made
                monkeypatch.setattr(field, "storage", private_files())
    return found


@pytest.fixture(autouse=True)
def temp_journal_dir(settings, tmp_path):
    """Where packets of temporary journals are written: a directory of the test's own."""
    settings.TEMP_JOURNAL_DIR = tmp_path / "temp-journals"
    return settings.TEMP_JOURNAL_DIR


@pytest.fixture(scope="session")
def _presses():
    yield
    presses.end_all()


@pytest.fixture(autouse=True)
def kept_presses(_presses, monkeypatch):
    """Processes that draw go on to the next test."""
    monkeypatch.setattr(pool, "_start", presses.start)


@pytest.fixture
def noon():
    """Wednesday, 25 November 2026, 12:00 in Moscow; the clock stands still."""
    with time_machine.travel(worlds.NOON, tick=False) as clock:
        yield clock


@pytest.fixture
def world(db, noon):
    """The small school of tests/world.py."""
    return worlds.stands()


@pytest.fixture
def login(db):
    """login(user) → a Client logged in as that person, whose pages were drawn for them (5.4)."""

    def logged_in(user):
        client = Client(headers={"x-drawn-for": str(user.pk)})
        worlds.log_in(client, user)
        return client

    return logged_in
