"""Imports: files that were brought, what was answered about them, what came of it."""

import datetime
from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from school.models import SchoolClass, SchoolYear, Student, TeachingGroup, User
from school.models.claimed import Claimed
from school.private import private_files


class Import(Claimed):
    """Files brought at once, from the upload to the report and maybe the way back.

    `answers` are all that was said about the files, see `setup.answers`: the files are read anew
    with them, so they are what a resumed import goes on from. `kinds` are the kinds of rows that it
    writes (`batch.Kind`), [] for all; what is left over is an import of its own that
    `continues` this one, with the same files. `shown` is {key of a change: its digest} as it was
    last shown, and `version` grows whenever that is another: so who writes by an old page is told.
    `report` is what was written, for ever; `setup.reports` says its shape.
    """

    CLAIM_LASTS = datetime.timedelta(minutes=10)  # longer than a whole school takes
    after = "после загрузки"

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
    def began(self) -> datetime.datetime | None:
        """Since when it has written; None where it has not."""
        told = self.report.get("began")
        return datetime.datetime.fromisoformat(told) if told else None

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


class YearDraft(models.Model):
    """What becomes of a school year in the next one, as far as somebody says it: all else is
    derived (`setup.turning`). Nothing of the school changes until it is applied; withdrawn is one
    that was applied and taken back. `origin` is what the history of all that it wrote says."""

    after = "после открытия года"

    from_year = models.ForeignKey(
        SchoolYear, models.CASCADE, related_name="+", verbose_name="год, который кончается"
    )
    starts_on = models.DateField("новый год с")
    ends_on = models.DateField("по")
    new_classes = models.CharField("новые классы", max_length=200, blank=True)
    changed_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="кто изменил черновик"
    )
    changed_at = models.DateTimeField("черновик изменён", default=timezone.now)
    applied_at = models.DateTimeField("открыт", null=True)
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто открыл"
    )
    origin = models.CharField("начало", max_length=100, blank=True)
    withdrawn_at = models.DateTimeField("возвращено", null=True)
    withdrawn_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто вернул"
    )

    class Meta:
        verbose_name = "черновик нового учебного года"
        verbose_name_plural = "черновики нового учебного года"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["from_year"],
                condition=Q(withdrawn_at__isnull=True),
                name="yeardraft_one",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(applied_at__isnull=False),
                name="yeardraft_withdrawn_once_applied",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=models.F("starts_on")), name="yeardraft_days_in_order"
            ),
        ]

    def __str__(self):
        return f"новый учебный год {self.called}"

    @property
    def called(self) -> str:
        """«2027/28»"""
        return f"{self.starts_on.year}/{self.ends_on.year % 100:02}"

    @property
    def began(self) -> datetime.datetime | None:
        """Since when it has written."""
        return self.applied_at


class YearDraftClass(models.Model):
    """That a class becomes others than it usually would: «8А, 8Б», «выпуск»."""

    draft = models.ForeignKey(
        YearDraft, models.CASCADE, related_name="classes", verbose_name="черновик"
    )
    school_class = models.ForeignKey(
        SchoolClass, models.CASCADE, related_name="+", verbose_name="класс"
    )
    becomes = models.CharField("чем становится", max_length=100)

    class Meta:
        verbose_name = "класс в черновике нового года"
        verbose_name_plural = "классы в черновике нового года"
        constraints = [
            models.UniqueConstraint(fields=["draft", "school_class"], name="yeardraftclass_once")
        ]

    def __str__(self):
        return f"{self.school_class} → {self.becomes}"


class YearDraftPupil(models.Model):
    """That a pupil goes elsewhere than his class: the name of his class; «» leaves the school."""

    draft = models.ForeignKey(
        YearDraft, models.CASCADE, related_name="pupils", verbose_name="черновик"
    )
    student = models.ForeignKey(Student, models.CASCADE, related_name="+", verbose_name="ученик")
    becomes = models.CharField("куда идёт", max_length=10, blank=True)

    class Meta:
        verbose_name = "ученик в черновике нового года"
        verbose_name_plural = "ученики в черновике нового года"
        constraints = [
            models.UniqueConstraint(fields=["draft", "student"], name="yeardraftpupil_once")
        ]

    def __str__(self):
        return f"{self.student} → {self.becomes}"


class YearDraftGroup(models.Model):
    """That a group does not go on."""

    draft = models.ForeignKey(
        YearDraft, models.CASCADE, related_name="groups", verbose_name="черновик"
    )
    group = models.ForeignKey(
        TeachingGroup, models.CASCADE, related_name="+", verbose_name="группа"
    )

    class Meta:
        verbose_name = "группа, которой не будет в новом году"
        verbose_name_plural = "группы, которых не будет в новом году"
        constraints = [
            models.UniqueConstraint(fields=["draft", "group"], name="yeardraftgroup_once")
        ]

    def __str__(self):
        return f"{self.group}: не идёт дальше"
