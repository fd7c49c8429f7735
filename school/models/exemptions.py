"""What is not kept in some journals: no homework in the first classes."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from .dated import Dated, NoOverlap
from .history import History
from .structure import Journal


class Exemption(Dated):
    """A duty of lessons that a parallel or a journal does not have, whatever the lesson's kind. Of
    a group of several parallels each has to be without it."""

    class What(models.TextChoices):
        ATTENDANCE = "attendance", "присутствие"
        TOPIC = "topic", "тема"
        HOMEWORK = "homework", "домашнее задание"
        MARKS = "marks", "отметки в срок"

    what = models.CharField("что не ведётся", max_length=10, choices=What)
    parallel = models.PositiveSmallIntegerField(
        "параллель",
        null=True,
        blank=True,
        validators=[MaxValueValidator(12)],
        help_text="Или вся параллель, или один журнал.",
    )
    journal = models.ForeignKey(
        Journal,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="exemptions",
        verbose_name="журнал",
    )
    history = History()

    class Meta(Dated.Meta):
        verbose_name = "что не ведётся"
        verbose_name_plural = "что не ведётся"
        ordering = ["what", "parallel", "journal", "starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(parallel__isnull=False, journal__isnull=True)
                | Q(parallel__isnull=True, journal__isnull=False),
                name="exemption_parallel_or_journal",
                violation_error_message="Укажите или параллель, или журнал.",
            ),
            NoOverlap(over=["what", "parallel"], name="exemption_of_parallel_no_overlap"),
            NoOverlap(over=["what", "journal"], name="exemption_of_journal_no_overlap"),
        ]

    def __str__(self):
        return f"{self.get_what_display()}: {self.of_whom}"

    @property
    def of_whom(self):
        """«1-е классы», «5А, Музыка»; needs `journal` with group and subject loaded."""
        return str(self.journal) if self.journal_id else f"{self.parallel}-е классы"
