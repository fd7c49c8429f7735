"""What a pupil brings from his former school: its document and the marks in it. The grades of its
periods are `PeriodGrade`s."""

from django.db import models
from django.utils import timezone

from school.models import GradeValue, Period, SchoolYear, Student, Subject, User
from school.models.history import History
from school.models.names import Name


class TransferDocument(models.Model):
    """A sheet of marks or a certificate of the former school about a school year; `recorded_at` is
    UTC."""

    student = models.ForeignKey(
        Student, models.PROTECT, related_name="transfer_documents", verbose_name="ученик"
    )
    year = models.ForeignKey(
        SchoolYear, models.PROTECT, related_name="+", verbose_name="учебный год"
    )
    school = Name("прежняя школа", max_length=100)
    name = Name("документ", max_length=150)
    signed_on = models.DateField("дата документа")
    recorded_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто внёс")
    recorded_at = models.DateTimeField("внесён", default=timezone.now, editable=False)
    history = History()

    class Meta:
        verbose_name = "документ прежней школы"
        verbose_name_plural = "документы прежних школ"
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "school", "name", "signed_on"],
                name="transferdocument_once",
                violation_error_message="Такой документ уже внесён.",
            )
        ]

    def __str__(self):
        return f"{self.name}, {self.school}, {self.signed_on:%d.%m.%Y}"


class BroughtMark(models.Model):
    """A mark that the document has of a period which had not ended: it counts in the pupil's mean
    as one of the weight 1."""

    WEIGHT = 1

    document = models.ForeignKey(
        TransferDocument, models.PROTECT, related_name="marks", verbose_name="документ"
    )
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name="предмет")
    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name="период")
    value = models.ForeignKey(GradeValue, models.PROTECT, related_name="+", verbose_name="отметка")
    history = History()

    class Meta:
        verbose_name = "отметка прежней школы"
        verbose_name_plural = "отметки прежних школ"
        ordering = ["pk"]

    def __str__(self):
        return f"{self.document.student}, {self.subject}: {self.value}"
