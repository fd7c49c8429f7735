"""Files are brought, answered about, given up, forgotten."""

import datetime
import hashlib
from collections.abc import Collection, Mapping, Sequence

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from school.models import User
from school.queries.calendar import lasting_year
from school.rules.texts import visible

from .. import answers as answering
from ..batch import Kind
from ..models import Import, ImportFile, KnownWord
from ..refusals import ImportRefused

MOST_FILES = 60
MOST_OF_A_NAME = 240
KEPT = datetime.timedelta(days=30)  # how long the bytes of a file are of use


@transaction.atomic
def bring(files: Sequence[tuple[str, bytes]], person: User) -> Import:
    """A new Import of files (name as sent, bytes); one that was sent twice counts once.
    ImportRefused for none, or too many."""
    if not files:
        raise ImportRefused("Выберите файл.")
    if len(files) > MOST_FILES:
        raise ImportRefused(f"Файлов {len(files)}: за один раз не больше {MOST_FILES}.")
    made = Import.objects.create(brought_by=person, year=lasting_year(timezone.localdate()))
    add_files(made, files)
    return made


@transaction.atomic
def add_files(to: Import, files: Sequence[tuple[str, bytes]]) -> None:
    """Further files of an Import that is not written yet."""
    held = _asking(to)
    if held.files.count() + len(files) > MOST_FILES:
        raise ImportRefused(f"За один раз не больше {MOST_FILES} файлов.")
    known = set(held.first.files.values_list("sha256", flat=True))
    names = set(held.first.files.values_list("name", flat=True))
    for name, data in files:
        digest = hashlib.sha256(data).hexdigest()
        if digest in known:
            continue
        known.add(digest)
        name = _free_name(visible(name)[-MOST_OF_A_NAME:], names)
        names.add(name)
        row = ImportFile(of=held.first, name=name, sha256=digest, size=len(data))
        row.file.save(digest, ContentFile(data), save=False)
        row.save()


def _free_name(name: str, names: Collection[str]) -> str:
    """«список.xlsx» → «список (2).xlsx»: answers are told apart by the names of files."""
    stem, dot, suffix = name.rpartition(".")
    number, free = 2, name
    while free in names:
        free = f"{stem} ({number}).{suffix}" if dot else f"{name} ({number})"
        number += 1
    return free


def _asking(one: Import) -> Import:
    """The Import, held; ImportRefused where it is written, or was given up."""
    held = Import.objects.select_for_update(of=("self",)).select_related("continues").get(pk=one.pk)
    if held.state not in (Import.State.ASKING, Import.State.FAILED):
        raise ImportRefused(f"Эта загрузка уже не проверяется: {held.get_state_display()}.")
    return held


@transaction.atomic
def answer(one: Import, said: Mapping[str, str], person: User, remember: bool = True) -> None:
    """Write answers down; «» takes one back where nothing is a meaning of its own (a cell that is
    emptied). What is to be remembered of them answers later files as well."""
    held = _asking(one)
    for key, value in said.items():
        if value or key.startswith("cell:"):
            held.answers[key] = value
        else:
            held.answers.pop(key, None)
    held.state = Import.State.ASKING
    held.save(update_fields=["answers", "state"])
    one.answers, one.state = held.answers, held.state
    if remember:
        for key, value in said.items():
            if value and answering.is_remembered(key) and len(key) <= 200 and len(value) <= 200:
                told = {"value": value, "said_by": person, "said_at": timezone.now()}
                KnownWord.objects.update_or_create(key=key, defaults=told)


@transaction.atomic
def ask_again(key: str, one: Import | None = None) -> None:
    """Take an answer back, for good: later files are asked about it too. Of an Import as well."""
    KnownWord.objects.filter(key=key).delete()
    if one:
        held = _asking(one)
        held.answers.pop(key, None)
        held.save(update_fields=["answers"])
        one.answers = held.answers


def all_answers(one: Import) -> dict[str, str]:
    """What was answered about it, and what is known from before."""
    return known_words() | one.answers


def known_words() -> dict[str, str]:
    """What was answered before, of any Import."""
    return dict(KnownWord.objects.values_list("key", "value"))


@transaction.atomic
def drop(one: Import) -> None:
    """Give it up; nothing was written."""
    held = _asking(one)
    held.state = Import.State.DROPPED
    held.save(update_fields=["state"])


@transaction.atomic
def discard(one: Import) -> None:
    """Leave nothing of it, neither row nor bytes: it was only looked at."""
    for row in one.files.all():
        row.file.delete(save=False)
    one.delete()


@transaction.atomic
def carry_on(one: Import, kinds: Collection[Kind]) -> Import:
    """The Import of what is left over once a part is written: the same files and answers, but
    other kinds of rows."""
    return Import.objects.create(
        brought_by=one.brought_by,
        year=lasting_year(timezone.localdate()),
        continues=one.first,
        kinds=list(kinds),
        answers=one.answers,
    )


def files_of(one: Import) -> list[tuple[str, bytes]]:
    """(name, bytes) of its files. ImportRefused once they are gone."""
    found = []
    for row in one.first.files.all():
        if not row.file:
            raise ImportRefused("Файлы этой загрузки уже удалены: загрузите их ещё раз.")
        with row.file.open("rb") as opened:
            found.append((row.name, opened.read()))
    return found


def forget_files(now: datetime.datetime | None = None) -> int:
    """Let go of the bytes that nobody needs any more: they are lists of people. The report stays.
    Returns how many."""
    before = (now or timezone.now()) - KEPT
    waiting = (Import.State.WRITING, Import.State.UNDOING)
    old = ImportFile.objects.filter(of__brought_at__lt=before).exclude(file="")
    gone = 0
    for row in old.exclude(of__state__in=waiting).exclude(of__continued__state__in=waiting):
        row.file.delete(save=False)
        row.save(update_fields=["file"])
        gone += 1
    Import.objects.filter(state=Import.State.ASKING, brought_at__lt=before).update(
        state=Import.State.DROPPED
    )
    return gone
