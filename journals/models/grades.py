"""Grades of periods, and the duty to give them."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from school.models import GradeValue, Journal, Period, SchoolYear, Student, Subject, User
from school.models.due import late_index
from school.models.history import History

from ..grading import NOT_ASSESSED
from .brought import TransferDocument


class PeriodGrade(models.Model):
    """A pupil's grade in a `subject` (2.4, 2.6, 4.4): of a quarter, trimester or half-year
    (`period`), of the `year`, of the exam, the final one. There is one, whatever journals of the
    subject he has gone through: it was given in the `journal`, or brought from his former school
    with a `document`. Without a `value` he was not assessed («н/а»).

    `entered_at` (UTC) is the first entry and stays when the grade is changed; `set_by` is who set
    what stands there.
    """

    class Kind(models.TextChoices):
        PERIOD = "period", "за период"
        YEAR = "year", "годовая"
        EXAM = "exam", "экзаменационная"
        FINAL = "final", "итоговая"

    journal = models.ForeignKey(
        Journal, models.PROTECT, null=True, related_name="grades", verbose_name="журнал"
    )
    document = models.ForeignKey(
        TransferDocument,
        models.PROTECT,
        null=True,
        related_name="grades",
        verbose_name="документ прежней школы",
    )
    student = models.ForeignKey(
        Student, models.PROTECT, related_name="grades", verbose_name="ученик"
    )
    subject = models.ForeignKey(Subject, models.PROTECT, related_name="+", verbose_name="предмет")
    year = models.ForeignKey(
        SchoolYear, models.PROTECT, related_name="+", verbose_name="учебный год"
    )
    kind = models.CharField("вид", max_length=10, choices=Kind)
    period = models.ForeignKey(
        Period, models.PROTECT, null=True, related_name="grades", verbose_name="период"
    )
    value = models.ForeignKey(
        GradeValue, models.PROTECT, null=True, related_name="+", verbose_name="оценка"
    )
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто выставил")
    entered_at = models.DateTimeField("выставлена", default=timezone.now, editable=False)
    history = History()

    class Meta:
        verbose_name = "оценка"
        verbose_name_plural = "оценки"
        constraints = [
            models.UniqueConstraint(
                fields=["student", "subject", "period"],
                condition=Q(kind="period"),
                name="periodgrade_once",
            ),
            models.UniqueConstraint(
                fields=["student", "subject", "year", "kind"],
                condition=~Q(kind="period"),
                name="yeargrade_once",
            ),
            models.CheckConstraint(
                condition=Q(journal__isnull=False, document__isnull=True)
                | Q(journal__isnull=True, document__isnull=False),
                name="periodgrade_of_journal_or_document",
            ),
            models.CheckConstraint(
                condition=Q(kind="period", period__isnull=False)
                | (~Q(kind="period") & Q(period__isnull=True)),
                name="periodgrade_period_iff_kind",
            ),
        ]

    def __str__(self):
        return f"{self.student}, {self.journal or self.subject}: {self.text}"

    def save(self, *args, **kwargs):
        if self.journal and not self.subject_id:
            self.subject_id, self.year_id = self.journal.subject_id, self.journal.group.year_id
        super().save(*args, **kwargs)

    @property
    def text(self):
        return self.value.text if self.value else NOT_ASSESSED


class GradeSheet(models.Model):
    """The duty to grade all pupils of a journal: for a period, for the year, in the exam, finally
    (2.6). `complete_at` (UTC) is when the last missing grade was entered, NULL while one is
    missing."""

    Kind = PeriodGrade.Kind
    OF_EXAM = (Kind.EXAM, Kind.FINAL)

    journal = models.ForeignKey(
        Journal, models.CASCADE, related_name="grade_sheets", verbose_name="журнал"
    )
    kind = models.CharField("вид", max_length=10, choices=Kind, default=Kind.PERIOD)
    period = models.ForeignKey(
        Period, models.CASCADE, null=True, related_name="grade_sheets", verbose_name="период"
    )
    complete_at = models.DateTimeField("выставлены", null=True, editable=False)
    grades_due_at = models.DateTimeField("срок", null=True, editable=False)

    class Meta:
        verbose_name = "ведомость оценок"
        verbose_name_plural = "ведомости оценок"
        indexes = [late_index("grades_due_at", "complete_at", "gradesheet_late")]
        constraints = [
            models.UniqueConstraint(fields=["journal", "period"], name="gradesheet_once"),
            models.UniqueConstraint(
                fields=["journal", "kind"],
                condition=Q(period__isnull=True),
                name="yeargradesheet_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="period", period__isnull=False)
                | (~Q(kind="period") & Q(period__isnull=True)),
                name="gradesheet_period_iff_kind",
            ),
        ]

    def __str__(self):
        return f"{self.journal}, {self.place}"

    @property
    def place(self):
        """«2 четверть», «год», «экзамен», «итог»."""
        names = {self.Kind.YEAR: "год", self.Kind.EXAM: "экзамен", self.Kind.FINAL: "итог"}
        return names.get(self.kind) or str(self.period)

    @property
    def what(self):
        """What is due: «оценки за период», «годовые оценки», …"""
        names = {
            self.Kind.PERIOD: "оценки за период",
            self.Kind.YEAR: "годовые оценки",
            self.Kind.EXAM: "экзаменационные оценки",
            self.Kind.FINAL: "итоговые оценки",
        }
        return names[self.kind]
