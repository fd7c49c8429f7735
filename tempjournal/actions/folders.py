"""The packets' folders: what of settings.TEMP_JOURNAL_DIR is ours, so that nothing else is removed.

The disk is a school's shared one. Ours is what a row of PacketFolder names: the folder by its exact
name and place, in it the files that a packet has written, each by its name and by what it holds. A
row is there before its folder is, and so tells of what a worker that died has left. Whatever else
lies there is somebody's: also what he has written into one of our files, and what bears our name.
"""

import hashlib
import logging
import uuid
from collections.abc import Iterable
from itertools import count
from pathlib import Path

from django.conf import settings

from ..models import Packet, PacketFolder

logger = logging.getLogger(__name__)


class Misplaced(Exception):
    """settings.TEMP_JOURNAL_DIR is no place for packets; says why, in Russian."""


def place() -> Path:
    """The absolute path of the folder in which the packets' folders are. Misplaced where that is
    none of its own: neither written to nor tidied then."""
    if why := misplaced():
        raise Misplaced(why)
    return Path(settings.TEMP_JOURNAL_DIR).absolute()


def misplaced() -> str:
    """Why settings.TEMP_JOURNAL_DIR can't hold packets, in Russian; «» if it can."""
    path = Path(settings.TEMP_JOURNAL_DIR)
    if path == Path():
        return "TEMP_JOURNAL_DIR пуст: укажите для временных журналов отдельную папку."
    project, written = settings.BASE_DIR.resolve(), settings.VAR_DIR.resolve()
    path = path.resolve()
    if path == Path(path.anchor):
        return "TEMP_JOURNAL_DIR указывает на корень диска: нужна отдельная папка."
    if project.is_relative_to(path) or written.is_relative_to(path):
        return f"TEMP_JOURNAL_DIR, {path}, содержит саму программу: нужна отдельная папка."
    if path.is_relative_to(project) and not path.is_relative_to(written):
        return f"TEMP_JOURNAL_DIR, {path}, лежит внутри программы: нужна отдельная папка."
    return ""


def path_of(folder: PacketFolder) -> Path:
    """Where a PacketFolder is."""
    return Path(folder.place) / folder.name


def begin(packet: Packet, names: Iterable[str]) -> PacketFolder:
    """Make a folder that nobody looks into, for files of these names of a packet; returns its
    PacketFolder."""
    draft = PacketFolder.objects.create(
        packet=packet,
        place=str(place()),
        name=f".{packet.day}-{uuid.uuid4().hex}",
        files=dict.fromkeys(names, ""),
        is_draft=True,
    )
    path_of(draft).mkdir(parents=True)
    return draft


def free_name(packet: Packet) -> str:
    """What the packet's folder can be called: its day, or where something is called so that is not
    ours, the day with a number."""
    names = (f"{packet.day}-{number}" if number > 1 else str(packet.day) for number in count(1))
    return next(name for name in names if not _is_there(place() / name))


def contents(draft: PacketFolder) -> dict[str, str]:
    """{name: SHA-256} of the files that were written into a draft."""
    folder = path_of(draft)
    return {name: digest(folder / name) for name in draft.files if (folder / name).is_file()}


def digest(path: Path) -> str:
    """The SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def in_the_way(folder: PacketFolder, name: str) -> bool:
    """Whether a place in a PacketFolder is taken by something that no packet has written."""
    path = path_of(folder) / name
    return _is_there(path) and not _is_ours(path, folder)


def discard(folder: PacketFolder) -> None:
    """Remove what is ours of a PacketFolder, the folder itself when nothing else is in it, and its
    row; the row stays where the disk can't be reached, for a later time."""
    try:
        if folder.place == str(place()):
            next(place().iterdir(), None)  # a disk that is away says so
            _remove(path_of(folder), folder)
    except OSError:
        logger.exception("folder %s of a packet not removed", folder.name)
    else:
        folder.delete()


def _remove(path: Path, folder: PacketFolder) -> None:
    if path.is_symlink() or not path.is_dir():
        return
    for name in folder.files:
        if _is_ours(path / name, folder):
            (path / name).unlink()
    if not any(path.iterdir()):
        path.rmdir()


def _is_ours(path: Path, folder: PacketFolder) -> bool:
    if path.is_symlink() or not path.is_file():
        return False
    known = folder.files.get(path.name)
    return folder.is_draft if known == "" else known == digest(path)


def _is_there(path: Path) -> bool:
    return path.is_symlink() or path.exists()
