"""`make demo FRESH=1` begins anew with what the demo has made, and with nothing else."""

import sqlite3

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from journal_site.demo.forgetting import NotADemo, forget
from journal_site.demo.people import PASSWORD
from journals.models import Certificate

pytestmark = pytest.mark.any_database

CERTIFICATE = "certificates/1-2.pdf"
FOREIGN = (
    "journal.sqlite3.before-the-summer",
    "journal.sqlite3-copy",
    "secret_key",
    "private/certificates/of-the-school.pdf",
    "private/notes.txt",
    "queue/notes.txt",
)


@pytest.fixture
def var(world, tmp_path):
    """A folder with the embedded database of a demo, what it has made, and what it has not."""
    folder = tmp_path / "var"
    for name in (*FOREIGN, f"private/{CERTIFICATE}", "queue/1.celery.msg", "journal.sqlite3-wal"):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("held")
    (folder / "journal.sqlite3-wal").write_bytes(b"")
    world.director.set_password(PASSWORD)
    world.director.save()
    Certificate.objects.create(
        journal=world.maths,
        period=world.quarters[0],
        certified_by=world.director,
        file=CERTIFICATE,
        sha256="0" * 64,
    )
    return folder


def keep(folder):
    """Write the test's database into the folder, as the demo's."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT sql FROM sqlite_master WHERE name IN (%s, %s)", TABLES)
        tables = [sql for (sql,) in cursor.fetchall()]
    with sqlite3.connect(folder / "journal.sqlite3") as made, connection.cursor() as cursor:
        for sql in tables:
            made.execute(sql)
        for table in TABLES:
            cursor.execute(f'SELECT * FROM "{table}"')
            for row in cursor.fetchall():
                made.execute(f'INSERT INTO "{table}" VALUES ({",".join("?" * len(row))})', row)


TABLES = ("school_user", "journals_certificate")


def files(folder):
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def test_a_demo_is_forgotten(var):
    keep(var)
    forget(var)
    assert files(var) == set(FOREIGN)


def test_a_school_that_lives_there_is_not(world, var):
    world.director.set_password("another one")
    world.director.save()
    keep(var)
    before = files(var)
    with pytest.raises(NotADemo, match="не демонстрационная школа"):
        forget(var)
    assert files(var) == before


def test_without_a_database_nothing_was_made(var):
    before = files(var)
    forget(var)
    assert files(var) == before


def test_another_database_is_not_the_demos(settings, var):
    settings.VAR_DIR = var
    with pytest.raises(CommandError, match="только встроенную базу"):
        call_command("demo", port=0, fresh=True)
    assert files(var) >= set(FOREIGN)
