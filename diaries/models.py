"""Printed weekly reports (2.12): who applied, what was printed, what was handed out."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from school.models import SchoolClass, Student, User
from school.models.claimed import Claimed
from school.models.dated import Dated, NoOverlap
from school.models.due import late_index
from school.models.history import History
from school.models.names import Name
from school.private import private_files


class PrintApplication(Dated):
    """A parent's written application for printed reports about a pupil: in force from starts_on to
    ends_on, or until the day before it was withdrawn."""

    student = models.ForeignKey(
        Student, models.PROTECT, related_name="print_applications", verbose_name="ученик"
    )
    applicant = Name("заявитель", max_length=300)
    applied_on = models.DateField("дата заявления")
    withdrawn_on = models.DateField("отозвано", null=True, blank=True)
    history = History()

    class Meta(Dated.Meta):
        verbose_name = "заявление на печатный отчёт"
        verbose_name_plural = "заявления на печатные отчёты"
        ordering = ["-applied_on", "-pk"]
        constraints = [
            *Dated.Meta.constraints,
            NoOverlap(over=["student", "applicant"], name="printapplication_once_each"),
        ]

    def __str__(self):
        return f"{self.student}: {self.applicant}"


class ReportBatch(Claimed):
    """The weekly reports of all applications in force, printed as one PDF by a worker. `done` of
    `total` are drawn; it is finished when it has its `file`, failed when it has an `error`.
    `left_out` are those whose report alone could not be drawn."""

    CLAIM_LASTS = datetime.timedelta(minutes=10)  # longer than one class can take

    monday = models.DateField("неделя с")
    requested_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто заказал"
    )  # NULL: the Friday's own
    requested_at = models.DateTimeField("заказан", default=timezone.now)
    total = models.PositiveIntegerField("отчётов", default=0)
    done = models.PositiveIntegerField("готово", default=0)
    finished_at = models.DateTimeField("готов", null=True)
    error = models.CharField("ошибка", max_length=300, blank=True)
    left_out = models.ManyToManyField(
        PrintApplication, related_name="+", verbose_name="не напечатаны"
    )
    retries = models.PositiveSmallIntegerField("повторов", default=0)  # of a Friday's, by itself
    file = models.FileField("файл", upload_to="weekly-reports/", storage=private_files, blank=True)

    class Meta:
        verbose_name = "печать недельных отчётов"
        verbose_name_plural = "печать недельных отчётов"
        ordering = ["-requested_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["monday"],
                condition=Q(requested_by__isnull=True),
                name="reportbatch_one_a_week_by_itself",
            ),
            models.CheckConstraint(condition=Q(done__lte=F("total")), name="reportbatch_done"),
        ]

    def __str__(self):
        return f"{self.monday:%d.%m.%Y}"

    @property
    def is_waiting(self):
        """Neither finished nor failed."""
        return self.finished_at is None and not self.error


class ReportDuty(models.Model):
    """A printed report that an application is or was owed: once in every 7 days (2.12), by the end
    of the school-local day `due_on`; `report_due_at` (UTC) is later where the system was down then
    (3.2). `met_at` (UTC) is when a report, of whichever week, was handed out; `actions` keeps these
    rows equal to what the register says."""

    application = models.ForeignKey(
        PrintApplication, models.PROTECT, related_name="duties", verbose_name="заявление"
    )
    due_on = models.DateField("срок по счёту недель", editable=False)
    report_due_at = models.DateTimeField("срок", editable=False)
    met_at = models.DateTimeField("исполнено", null=True, editable=False)

    class Meta:
        verbose_name = "срок печатного отчёта"
        verbose_name_plural = "сроки печатных отчётов"
        ordering = ["due_on", "pk"]
        indexes = [late_index("report_due_at", "met_at", "reportduty_late")]
        constraints = [
            models.UniqueConstraint(
                fields=["application"],
                condition=Q(met_at__isnull=True),
                name="reportduty_one_owed",
            )
        ]

    def __str__(self):
        return f"{self.application}, до {self.due_on:%d.%m.%Y}"

    @property
    def met_on(self):
        """The school-local day it was met, None if it was not."""
        return self.met_at and timezone.localdate(self.met_at)


class WeeklyReport(models.Model):
    """The register: a week's report of an application, printed in a batch or alone, handed to a
    person on a day. `issued_at` (UTC) is when it was first printed, `batch` where it was printed
    last. `reprinted_at` (UTC) is set where a part of the week was handed out and more of it has
    been printed since: it is to be handed out once more."""

    application = models.ForeignKey(
        PrintApplication, models.PROTECT, related_name="reports", verbose_name="заявление"
    )
    # NULL only in the history: until November 2026 a row was there before it was printed.
    monday = models.DateField("неделя с", null=True)
    issued_at = models.DateTimeField("напечатан", null=True)
    reprinted_at = models.DateTimeField("напечатан полнее", null=True)
    batch = models.ForeignKey(
        ReportBatch, models.PROTECT, null=True, related_name="reports", verbose_name="печать"
    )
    school_class = models.ForeignKey(
        SchoolClass, models.PROTECT, null=True, related_name="+", verbose_name="класс"
    )
    handed_on = models.DateField("выдан", null=True, blank=True)
    handed_to = Name("кому", max_length=1000, blank=True)
    history = History()

    class Meta:
        verbose_name = "недельный отчёт"
        verbose_name_plural = "недельные отчёты"
        ordering = ["-monday", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["application", "monday"], name="weeklyreport_one_a_week"
            ),
            models.CheckConstraint(
                condition=Q(monday__isnull=False, issued_at__isnull=False),
                name="weeklyreport_is_printed",
            ),
            models.CheckConstraint(
                condition=Q(handed_on__isnull=True, handed_to="", reprinted_at__isnull=True)
                | (Q(handed_on__isnull=False) & ~Q(handed_to="")),
                name="weeklyreport_handed_to_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.application}, неделя с {self.monday:%d.%m.%Y}"

    @property
    def is_waiting(self):
        """Printed and to be handed out."""
        return self.handed_on is None or self.reprinted_at is not None

    @property
    def last_printed_on(self):
        """The school-local day of the last print."""
        return timezone.localdate((self.batch and self.batch.finished_at) or self.issued_at)
