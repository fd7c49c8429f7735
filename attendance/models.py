"""Absences from lessons."""

from django.db import models
from django.utils import timezone

from school.models import Lesson, Student
from school.models.history import History


class Absence(models.Model):
    """A pupil's absence from a lesson, or being late for it. Its subject teacher enters it on the
    day (2.5); the class teacher corrects the reason (2.9)."""

    class Reason(models.TextChoices):
        UNKNOWN = "н", "не был, причина неизвестна"
        VALID = "уп", "уважительная причина"
        ILLNESS = "б", "болезнь"
        TRUANCY = "нп", "неуважительная причина"
        LATE = "оп", "опоздание"

    lesson = models.ForeignKey(
        Lesson, models.PROTECT, related_name="absences", verbose_name="урок", db_index=False
    )  # the index of absence_once begins with it
    student = models.ForeignKey(
        Student, models.PROTECT, related_name="absences", verbose_name="ученик"
    )
    reason = models.CharField("причина", max_length=2, choices=Reason)
    entered_at = models.DateTimeField("записан", default=timezone.now, editable=False)
    history = History()

    class Meta:
        verbose_name = "пропуск"
        verbose_name_plural = "пропуски"
        constraints = [
            models.UniqueConstraint(fields=["lesson", "student"], name="absence_once"),
            models.CheckConstraint(
                condition=models.Q(reason__in=["н", "уп", "б", "нп", "оп"]), name="absence_reason"
            ),
        ]

    def __str__(self):
        return f"{self.student}, {self.lesson}: {self.reason}"
