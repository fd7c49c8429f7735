"""Closed periods, and the journals of them that are open for a while (4.2)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .calendar import Period
from .history import History
from .names import Name
from .people import User
from .structure import Journal


class PeriodLock(models.Model):
    """A closed period is closed for writing in all journals graded by it (4.2)."""

    period = models.OneToOneField(
        Period, models.PROTECT, related_name="lock", verbose_name="период"
    )
    locked_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто закрыл")
    locked_at = models.DateTimeField("закрыт", default=timezone.now)
    history = History()

    class Meta:
        verbose_name = "закрытый период"
        verbose_name_plural = "закрытые периоды"

    def __str__(self):
        return str(self.period)


class Unlock(models.Model):
    """One journal of a locked period is open for writing until an instant (UTC)."""

    journal = models.ForeignKey(
        Journal, models.PROTECT, related_name="unlocks", verbose_name="журнал"
    )
    period = models.ForeignKey(
        Period, models.PROTECT, related_name="unlocks", verbose_name="период"
    )
    until = models.DateTimeField("открыт до")
    reason = Name("почему", max_length=300)
    made_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто открыл")
    made_at = models.DateTimeField("когда", default=timezone.now)
    self_judged = models.BooleanField("сам себе", default=False, editable=False)  # 4.2
    history = History()

    class Meta:
        verbose_name = "открытие журнала"
        verbose_name_plural = "открытия журналов"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(until__gt=F("made_at")), name="unlock_until_after_made"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="unlock_has_its_reason"),
        ]

    def __str__(self):
        return f"{self.journal}, {self.period}"
