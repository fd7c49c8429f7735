"""Closed periods and years, and the journals of them that are open for a while (4.2)."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from .calendar import Period, SchoolYear
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


class YearClosing(models.Model):
    """A school year that is over became an archive (4.2): what no closed period holds is read-only
    from then on as well, vacations and the grades of the year and its exams, until a leader opens
    the year again and says why. Of a year one stands at a time; instants are UTC."""

    year = models.ForeignKey(
        SchoolYear, models.PROTECT, related_name="closings", verbose_name="учебный год"
    )
    closed_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто закрыл")
    closed_at = models.DateTimeField("закрыт", default=timezone.now)
    reopened_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто открыл снова"
    )
    reopened_at = models.DateTimeField("открыт снова", null=True)
    why = Name("почему", max_length=300, blank=True)
    history = History()

    class Meta:
        verbose_name = "закрытие учебного года"
        verbose_name_plural = "закрытия учебных годов"
        ordering = ["-closed_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"],
                condition=Q(reopened_at__isnull=True),
                name="yearclosing_stands_once",
            ),
            models.CheckConstraint(
                condition=Q(reopened_by__isnull=True, reopened_at__isnull=True, why="")
                | Q(
                    ~Q(why=""),
                    reopened_by__isnull=False,
                    reopened_at__isnull=False,
                    reopened_at__gte=F("closed_at"),
                ),
                name="yearclosing_reopened_by_somebody",
            ),
        ]

    def __str__(self):
        return str(self.year)
