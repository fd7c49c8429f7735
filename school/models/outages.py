"""Times without access to the system (3.1)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .history import History
from .lessons import Lesson
from .names import Name
from .people import User


class Outage(models.Model):
    """A time without access to the system (3.1), from one instant (UTC) to another or still on.

    The app proposes one (`found_at`) when its heartbeat has paused; it is none until the
    administration records it. One that was recorded or proposed by mistake is dismissed.
    """

    starts_at = models.DateTimeField("начало")
    ends_at = models.DateTimeField("конец", null=True, blank=True)
    reason = Name("причина", max_length=300, blank=True)
    found_at = models.DateTimeField("обнаружен системой", null=True, editable=False)
    recorded_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="кто записал",
    )
    recorded_at = models.DateTimeField("записан", null=True, editable=False)
    dismissed_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="кто отклонил",
    )
    dismissed_at = models.DateTimeField("отклонён", null=True, editable=False)
    # The rest of the lessons to transfer, beside those that were held in it: those it left too
    # little time for. Temporary journals keep them equal to the facts.
    hindered_lessons = models.ManyToManyField(Lesson, related_name="hindering_outages")
    history = History(table_name="tempjournal_historicaloutage")

    class Meta:
        db_table = "tempjournal_outage"  # it was the temporary journals' once
        verbose_name = "сбой"
        verbose_name_plural = "сбои"
        ordering = ["-starts_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="outage_instants_in_order",
                violation_error_message="Конец сбоя должен быть позже начала.",
            ),
            models.CheckConstraint(
                condition=Q(recorded_by__isnull=True, recorded_at__isnull=True)
                | Q(recorded_by__isnull=False, recorded_at__isnull=False) & ~Q(reason=""),
                name="outage_recorded_with_its_reason",
            ),
            models.CheckConstraint(
                condition=Q(recorded_at__isnull=False) | Q(found_at__isnull=False),
                name="outage_recorded_or_found",
            ),
            models.CheckConstraint(
                condition=Q(dismissed_by__isnull=True, dismissed_at__isnull=True)
                | Q(dismissed_by__isnull=False, dismissed_at__isnull=False),
                name="outage_dismissed_by_somebody",
            ),
        ]

    def __str__(self):
        starts = timezone.localtime(self.starts_at)
        if self.ends_at is None:
            return f"с {starts:%d.%m.%Y %H:%M} по сей час"
        ends = timezone.localtime(self.ends_at)
        same_day = starts.date() == ends.date()
        return f"{starts:%d.%m.%Y %H:%M} – {ends:{'%H:%M' if same_day else '%d.%m.%Y %H:%M'}}"

    @property
    def days(self):
        """«23.11», «23.11–24.11», «с 23.11» while it lasts."""
        first = f"{timezone.localtime(self.starts_at):%d.%m}"
        if self.ends_at is None:
            return f"с {first}"
        last = f"{timezone.localtime(self.ends_at):%d.%m}"
        return first if first == last else f"{first}–{last}"

    @property
    def stands(self):
        """Recorded and not dismissed: due instants heed it."""
        return self.recorded_at is not None and self.dismissed_at is None

    @property
    def origin(self):
        """What the history says of an entry transferred after it: a day may have two."""
        return f"из временного журнала, сбой {timezone.localtime(self.starts_at):%d.%m.%Y %H:%M}"
