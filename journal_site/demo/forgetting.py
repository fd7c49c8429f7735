"""Beginning the demo anew: only what it has made itself is removed."""

import sqlite3
from contextlib import closing, suppress

from django.apps import apps
from django.contrib.auth.hashers import check_password
from django.db import models

from school.private import private_files

from .people import PASSWORD

DATABASE = "journal.sqlite3"
BESIDE = ("", "-wal", "-shm", "-journal")  # what SQLite calls the parts of it


class NotADemo(Exception):
    """The database is somebody's school; says so, in Russian."""


def forget(folder):
    """Remove from settings.VAR_DIR the embedded database of a demo, the private files that it names
    and the messages of its broker; nothing where it is not there. NotADemo, with nothing touched,
    if a school lives in it: the director's password is not the demo's."""
    path = folder / DATABASE
    if not path.exists():
        return
    with closing(sqlite3.connect(path)) as database:
        if not _is_a_demo(database):
            raise NotADemo(
                f"В {path} не демонстрационная школа: её никто не сотрёт по FRESH=1. Если она не "
                "нужна, уберите этот файл сами."
            )
        files = [folder / "private" / name for name in _private_files(database)]
    for one in (*files, *(folder / "queue").glob("*.msg")):
        if one.is_file() and not one.is_symlink():
            one.unlink()
    for end in BESIDE:
        (folder / f"{DATABASE}{end}").unlink(missing_ok=True)


def _is_a_demo(database):
    """Whether nobody is in it, or those whom the demo has made."""
    people = apps.get_model("school", "User")._meta.db_table
    try:
        passwords = dict(database.execute(f'SELECT username, password FROM "{people}"'))
    except sqlite3.OperationalError:  # begun, and broken off
        return not database.execute("SELECT 1 FROM sqlite_master").fetchone()
    return not passwords or check_password(PASSWORD, passwords.get("director", ""))


def _private_files(database):
    """The names of the private files in all tables, those of an older schema too."""
    for model in apps.get_models():
        for field in model._meta.concrete_fields:
            if isinstance(field, models.FileField) and field.storage is private_files():
                sql = f'SELECT "{field.column}" FROM "{model._meta.db_table}"'
                with suppress(sqlite3.OperationalError):
                    yield from (name for (name,) in database.execute(sql) if name)
