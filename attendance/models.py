"""Absences from lessons."""

from django.db import models
from django.utils import timezone

from school.models import Lesson, Student, User
from school.models.dated import Dated
from school.models.due import late_index
from school.models.history import History
from school.models.names import Name
from school.private import private_files

from .reasons import BY_DOCUMENT, Reason


class Absence(models.Model):
    """A pupil's absence from a lesson, or being late for it. Its subject teacher enters it on the
    day (2.5); the class teacher corrects the reason (2.9), by a document or by hand: `confirmed_by`
    is who did, and then the reason stands against subject teachers."""

    lesson = models.ForeignKey(
        Lesson, models.PROTECT, related_name="absences", verbose_name="урок", db_index=False
    )  # the index of absence_once begins with it
    student = models.ForeignKey(
        Student, models.PROTECT, related_name="absences", verbose_name="ученик"
    )
    reason = models.CharField("причина", max_length=2, choices=Reason)
    entered_at = models.DateTimeField("записан", default=timezone.now, editable=False)
    document = models.ForeignKey(
        "AbsenceDocument",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="absences",
        verbose_name="документ",
    )
    confirmed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="причину указал",
    )
    history = History()

    class Meta:
        verbose_name = "пропуск"
        verbose_name_plural = "пропуски"
        constraints = [
            models.UniqueConstraint(fields=["lesson", "student"], name="absence_once"),
            models.CheckConstraint(
                condition=models.Q(reason__in=Reason.values), name="absence_reason"
            ),
            models.CheckConstraint(
                condition=models.Q(document__isnull=True) | models.Q(confirmed_by__isnull=False),
                name="absence_document_confirms",
            ),
        ]

    def __str__(self):
        return f"{self.student}, {self.lesson}: {self.reason}"


class ReasonOpening(models.Model):
    """«Исправление причин в закрытом периоде»: the class teacher put right the reasons of exactly
    these absences of a pupil though their period was closed, by a document received afterwards or
    by hand, and says why (2.9, 4.2)."""

    student = models.ForeignKey(
        Student, models.PROTECT, related_name="reason_openings", verbose_name="ученик"
    )
    document = models.ForeignKey(
        "AbsenceDocument",
        models.SET_NULL,
        null=True,
        related_name="openings",
        verbose_name="документ",
    )  # NULL: by hand, or it was withdrawn
    absences = models.ManyToManyField(Absence, related_name="openings", verbose_name="пропуски")
    why = Name("почему", max_length=300)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто исправил")
    made_at = models.DateTimeField("когда", default=timezone.now)
    history = History()

    class Meta:
        verbose_name = "исправление причин в закрытом периоде"
        verbose_name_plural = "исправления причин в закрытых периодах"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=~models.Q(why=""), name="reasonopening_says_why")
        ]

    def __str__(self):
        return f"{self.student}: {self.why}"


class AbsenceDocument(Dated):
    """A document about the reason of a pupil's absences on the days starts_on … ends_on, received
    by the class teacher on a day (2.9). It sets the reason of all absences it covers, of those
    entered afterwards too.

    `entered_at` (UTC) is when that was done; `reason_due_at` the end of the 2nd working day after
    it was received.
    """

    class Kind(models.TextChoices):
        MEDICAL = "medical", "медицинская справка"
        PARENTS = "parents", "заявление родителей"
        ORDER = "order", "приказ или распоряжение"
        OTHER = "other", "другой документ"

    student = models.ForeignKey(
        Student, models.PROTECT, related_name="absence_documents", verbose_name="ученик"
    )
    kind = models.CharField("документ", max_length=10, choices=Kind)
    number = Name("номер", max_length=50, blank=True)
    received_on = models.DateField("получен")
    ends_on = models.DateField("по")
    reason = models.CharField(
        "причина", max_length=2, choices=[(one.value, one.label) for one in BY_DOCUMENT]
    )
    scan = models.FileField(
        "скан", upload_to="absence-documents/", storage=private_files, blank=True
    )
    entered_by = models.ForeignKey(
        User, models.PROTECT, editable=False, related_name="+", verbose_name="кто внёс"
    )
    entered_at = models.DateTimeField("внесён", default=timezone.now, editable=False)
    reason_due_at = models.DateTimeField("срок", null=True, editable=False)
    history = History(excluded_fields=["reason_due_at"])

    class Meta(Dated.Meta):
        verbose_name = "документ о причине пропусков"
        verbose_name_plural = "документы о причинах пропусков"
        ordering = ["-received_on", "-pk"]
        indexes = [late_index("reason_due_at", "entered_at", "absencedocument_late")]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=models.Q(reason__in=[one.value for one in BY_DOCUMENT]),
                name="absencedocument_reason",
            ),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.number}".strip()


class Inquiry(models.Model):
    """A leader asks a pupil's class teacher where he is on a school-local day; leaders correct no
    reasons themselves (2.9). One is open at a time. It is answered by a text, or by the reason
    itself: that follows from the absences and is not stored. Instants are UTC."""

    student = models.ForeignKey(
        Student, models.PROTECT, related_name="inquiries", verbose_name="ученик"
    )
    day = models.DateField("день")
    asked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто спросил")
    asked_at = models.DateTimeField("когда спросили", default=timezone.now)
    answer = Name("ответ", max_length=300, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто ответил"
    )
    answered_at = models.DateTimeField("когда ответили", null=True)
    history = History()

    class Meta:
        verbose_name = "вопрос об ученике"
        verbose_name_plural = "вопросы об учениках"
        ordering = ["asked_at", "pk"]
        indexes = [models.Index(fields=["day"], name="inquiry_day")]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "day"],
                condition=models.Q(answered_at=None),
                name="inquiry_open_once",
            ),
            models.CheckConstraint(
                condition=models.Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | ~models.Q(answer="")
                & models.Q(answered_by__isnull=False, answered_at__isnull=False),
                name="inquiry_answered_whole",
            ),
        ]

    def __str__(self):
        return f"{self.student}, {self.day:%d.%m.%Y}"
