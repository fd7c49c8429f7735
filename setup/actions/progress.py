"""How far a worker is, told outside of its transaction: in a private file, which both see on every
database."""

import json
from dataclasses import asdict, dataclass

from django.core.files.base import ContentFile
from django.utils import timezone

from school.private import private_files

from ..models import Import


@dataclass(frozen=True)
class Progress:
    """`step` in Russian («ученики»); `done` of `total` things are written."""

    step: str
    done: int
    total: int


def _path(one: Import, what: str) -> str:
    return f"imports/progress/{one.pk}.{what}"


def tell(one: Import, step: str, done: int, total: int) -> None:
    _write(_path(one, "json"), json.dumps(asdict(Progress(step, done, total))).encode())


def progress(one: Import) -> Progress | None:
    """The last that was told; None where nothing was, or it is just being written."""
    try:
        with private_files().open(_path(one, "json")) as file:
            return Progress(**json.loads(file.read()))
    except (FileNotFoundError, ValueError):
        return None


def seconds_left(one: Import, told: Progress) -> int | None:
    """About how many are left, by how long what is written took; None before there is any."""
    if not one.claimed_at or not told.done:
        return None
    passed = (timezone.now() - one.claimed_at).total_seconds()
    return max(round(passed * (told.total - told.done) / told.done), 1)


def ask_to_stop(one: Import) -> None:
    """Let the worker stop before it has written anything for good."""
    _write(_path(one, "stop"), b"stop")


def is_asked_to_stop(one: Import) -> bool:
    return private_files().exists(_path(one, "stop"))


def forget(one: Import) -> None:
    for what in ("json", "stop"):
        private_files().delete(_path(one, what))


def _write(path, data):
    storage = private_files()
    storage.delete(path)  # else the storage finds it another name
    storage.save(path, ContentFile(data))
