"""What is to be transferred after outages, and the packet that is ready before (3.1, 3.2)."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from school.models import Journal, Lesson, Outage, SchoolClass, User
from school.models.claimed import Claimed
from school.models.due import late_index
from school.models.history import History

from . import rules


class TemporaryJournal(models.Model):
    """The duty to transfer a journal's lessons of an outage (3.2). `transfer_due_at` (UTC) is NULL
    while the outage lasts; `transferred_at` is when a person `declared` that nothing is left on the
    paper, or when the last of its lessons had all its parts, whichever was first; NULL while
    neither is so: `actions.recount` keeps it equal to the facts."""

    outage = models.ForeignKey(
        Outage, models.CASCADE, related_name="temporary_journals", verbose_name="сбой"
    )
    journal = models.ForeignKey(
        Journal, models.PROTECT, related_name="temporary_journals", verbose_name="журнал"
    )
    transfer_due_at = models.DateTimeField("срок", null=True, editable=False)
    transferred_at = models.DateTimeField("перенесён", null=True, editable=False)
    declared_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="кто сказал, что всё перенесено",
    )
    declared_at = models.DateTimeField("сказано, что всё перенесено", null=True, editable=False)
    history = History(excluded_fields=["transfer_due_at", "transferred_at"])

    class Meta:
        verbose_name = "временный журнал"
        verbose_name_plural = "временные журналы"
        indexes = [late_index("transfer_due_at", "transferred_at", "temporaryjournal_late")]
        constraints = [
            models.UniqueConstraint(fields=["outage", "journal"], name="temporaryjournal_once"),
            models.CheckConstraint(
                condition=Q(declared_by__isnull=True, declared_at__isnull=True)
                | Q(declared_by__isnull=False, declared_at__isnull=False),
                name="temporaryjournal_declared_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.journal}, сбой {self.outage}"


class Transfer(models.Model):
    """What a person transferred of a lesson, and how: `entries` are cells and fields that he
    wrote, without what followed from them. What was written stands in the histories, with
    Outage.origin."""

    class Source(models.TextChoices):
        HAND = "hand", "вручную"
        XLSX = "xlsx", "из файла"

    temporary_journal = models.ForeignKey(
        TemporaryJournal, models.PROTECT, related_name="transfers", verbose_name="временный журнал"
    )
    lesson = models.ForeignKey(
        Lesson, models.PROTECT, related_name="transfers", verbose_name="урок"
    )
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто перенёс")
    source = models.CharField("как", max_length=4, choices=Source)
    made_at = models.DateTimeField("последняя запись")
    entries = models.PositiveIntegerField("записей")

    class Meta:
        verbose_name = "перенос"
        verbose_name_plural = "переносы"
        ordering = ["made_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["temporary_journal", "lesson", "made_by", "source"], name="transfer_once"
            )
        ]

    def __str__(self):
        return f"{self.lesson}: {self.made_by}"


class Upload(models.Model):
    """A filled XLSX as it was read: `sheets` is what `paper.read` found in it, with what the person
    has corrected since. It is applied once."""

    outage = models.ForeignKey(Outage, models.CASCADE, related_name="uploads", verbose_name="сбой")
    uploaded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="кто загрузил"
    )
    uploaded_at = models.DateTimeField("загружен", default=timezone.now)
    name = models.CharField("файл", max_length=200)
    sheets = models.JSONField("прочитанное")
    applied_at = models.DateTimeField("перенесён", null=True)

    class Meta:
        verbose_name = "загруженный файл"
        verbose_name_plural = "загруженные файлы"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return self.name


class Packet(Claimed):
    """The temporary journals of the coming school days as they were written out on the morning of a
    school-local day; the files are in settings.TEMP_JOURNAL_DIR. Instants are UTC. Who claims the
    day writes it; a claim is also what the next try of what failed waits for."""

    # Longer than one form may take (pool.LIMIT), and than a letter.
    CLAIM_LASTS = datetime.timedelta(minutes=15)

    day = models.DateField("день", unique=True)
    written_at = models.DateTimeField("готов", null=True)
    first_day = models.DateField("первый день", null=True)
    last_day = models.DateField("последний день", null=True)
    mailed_at = models.DateTimeField("отправлен", null=True)
    folder = models.CharField("папка", max_length=100, blank=True, editable=False)

    class Meta:
        verbose_name = "пакет временных журналов"
        verbose_name_plural = "пакеты временных журналов"
        ordering = ["-day"]

    def __str__(self):
        return f"{self.day:%d.%m.%Y}"

    @property
    def folder_name(self):
        """What its folder is called: until November 2026 it was not written down, but the day."""
        return self.folder or self.day.isoformat()


class PacketFolder(models.Model):
    """A folder that a packet's worker makes in `place`, settings.TEMP_JOURNAL_DIR as it was then:
    its exact `name`, and the `files` that are written there, {name: SHA-256}, in a draft still
    without it. Nothing else on that disk is ever removed or overwritten."""

    packet = models.ForeignKey(Packet, models.CASCADE, related_name="folders", verbose_name="пакет")
    place = models.CharField("где", max_length=1000, editable=False)
    name = models.CharField("папка", max_length=100, editable=False)
    files = models.JSONField("файлы", default=dict)
    is_draft = models.BooleanField("ещё пишется")

    class Meta:
        verbose_name = "папка пакета"
        verbose_name_plural = "папки пакетов"

    def __str__(self):
        return self.name


class LeftOut(models.Model):
    """A class whose temporary journals could not be made with a packet's others. It is tried again;
    `made_at` (UTC) is when its files came after all, `mailed_at` when they were sent, with the
    packet or after it."""

    packet = models.ForeignKey(
        Packet, models.CASCADE, related_name="left_out", verbose_name="пакет"
    )
    school_class = models.ForeignKey(
        SchoolClass, models.CASCADE, related_name="+", verbose_name="класс"
    )
    tries = models.PositiveSmallIntegerField("попыток", default=1)
    made_at = models.DateTimeField("готов", null=True)
    mailed_at = models.DateTimeField("отправлен", null=True)

    class Meta:
        verbose_name = "не вошедший в пакет класс"
        verbose_name_plural = "не вошедшие в пакет классы"
        ordering = ["school_class__number", "school_class__letter"]
        constraints = [
            models.UniqueConstraint(fields=["packet", "school_class"], name="leftout_once")
        ]

    def __str__(self):
        return str(self.school_class)

    @property
    def will_be_tried(self):
        return self.tries < rules.MOST_TRIES


class Heartbeat(models.Model):
    """One row: when the background work last gave a sign of life (UTC)."""

    beat_at = models.DateTimeField("последний признак жизни")

    class Meta:
        verbose_name = "признак жизни"
        verbose_name_plural = "признаки жизни"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="heartbeat_is_one")]

    def __str__(self):
        return f"{self.beat_at}"
