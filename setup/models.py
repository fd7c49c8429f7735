"""Imports: files that were brought, what was answered about them, what came of it."""

import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from school.models import SchoolYear, User
from school.models.claimed import Claimed
from school.private import private_files


class Import(Claimed):
    """Files brought at once, from the upload to the report and maybe the way back.

    `answers` are all that was said about the files, see `setup.answers`: the files are read anew
    with them, so they are what a resumed import goes on from. `kinds` are the kinds of rows that it
    writes (`records.Kind`), [] for all; what is left over is an import of its own that
    `continues` this one, with the same files. `shown` is {key of a change: its digest} as it was
    last shown, and `version` grows whenever that is another: so who writes by an old page is told.
    `report` is what was written, for ever; `setup.reports` says its shape.
    """

    CLAIM_LASTS = datetime.timedelta(minutes=10)  # longer than a whole school takes

    class State(models.TextChoices):
        ASKING = "asking", "проверяется"
        WRITING = "writing", "записывается"
        WRITTEN = "written", "записано"
        UNDOING = "undoing", "возвращается"
        UNDONE = "undone", "возвращено как было"
        FAILED = "failed", "не записано"
        DROPPED = "dropped", "не записано: отказались"

    year = models.ForeignKey(
        SchoolYear, models.PROTECT, null=True, related_name="+", verbose_name="учебный год"
    )  # NULL: there was none yet
    brought_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="кто загрузил"
    )
    brought_at = models.DateTimeField("загружено", default=timezone.now)
    continues = models.ForeignKey(
        "self", models.PROTECT, null=True, related_name="continued", verbose_name="продолжает"
    )
    state = models.CharField("состояние", max_length=10, choices=State, default=State.ASKING)
    kinds = models.JSONField("что записывается", default=list)
    answers = models.JSONField("ответы", default=dict)
    shown = models.JSONField("показано", default=dict)
    version = models.PositiveIntegerField("версия показанного", default=0)
    written_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто записал"
    )
    written_at = models.DateTimeField("записано", null=True)
    report: Any = models.JSONField("отчёт", default=dict)
    undone_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто вернул"
    )
    undone_at = models.DateTimeField("возвращено", null=True)
    error = models.CharField("ошибка", max_length=500, blank=True)

    class Meta:
        verbose_name = "загрузка"
        verbose_name_plural = "загрузки"
        ordering = ["-pk"]
        indexes = [
            models.Index(
                fields=["state"],
                condition=Q(state__in=["writing", "undoing"]),
                name="import_waits_for_worker",
            )
        ]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["written", "undoing", "undone"])
                | Q(written_at__isnull=False),
                name="import_written_has_its_time",
            ),
            models.CheckConstraint(
                condition=Q(undone_at__isnull=True) | Q(state="undone"),
                name="import_undone_has_its_state",
            ),
        ]

    def __str__(self):
        return f"загрузка № {self.pk}"

    @property
    def origin(self) -> str:
        """What the history of all that it writes says of where it comes from."""
        return f"загрузка № {self.pk}"

    @property
    def first(self) -> "Import":
        """The one that has the files."""
        return self.continues or self

    @property
    def is_waiting(self) -> bool:
        """Whether a worker has it, or soon will."""
        return self.state in (self.State.WRITING, self.State.UNDOING)


def upload_to(file: "ImportFile", name: str) -> str:
    """Never by the name that was sent: that is for people alone."""
    return f"imports/{file.of_id}/{file.sha256[:32]}"


class ImportFile(models.Model):
    """A file as it was brought. Once nobody needs it the bytes go, and `file` is empty."""

    of = models.ForeignKey(Import, models.CASCADE, related_name="files", verbose_name="загрузка")
    name = models.CharField("имя файла", max_length=255)
    sha256 = models.CharField("SHA-256", max_length=64)
    size = models.PositiveIntegerField("размер, байт")
    file = models.FileField("файл", upload_to=upload_to, storage=private_files, blank=True)

    class Meta:
        verbose_name = "файл загрузки"
        verbose_name_plural = "файлы загрузок"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["of", "sha256"], name="importfile_once"),
        ]

    def __str__(self):
        return self.name


class KnownWord(models.Model):
    """What was answered once and remembered: `key` is that of the answer (`setup.answers`), so it
    answers the same question of every later file unless that is answered anew."""

    key = models.CharField("о чём", max_length=200, unique=True)
    value = models.CharField("ответ", max_length=200)
    said_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто ответил")
    said_at = models.DateTimeField("когда", default=timezone.now)

    class Meta:
        verbose_name = "выученное слово"
        verbose_name_plural = "выученные слова"
        ordering = ["key"]

    def __str__(self):
        return f"{self.key}: {self.value}"
