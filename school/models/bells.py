"""Bells: schedules of them, and which holds for whom and from when."""

from django.db import models
from django.db.models import F, Q, Value
from django.db.models.functions import Coalesce

from ..rules.bells import Hour
from .dated import NoOverlap
from .history import History
from .names import Name
from .scoped import Scoped
from .timetable import TimetableEntry


class BellSchedule(models.Model):
    """«Основное», «сокращённое», «начальная школа»: when the lessons of a day begin and end."""

    name = Name("название", max_length=60, unique=True)
    history = History()

    class Meta:
        verbose_name = "расписание звонков"
        verbose_name_plural = "расписания звонков"
        ordering = ["name"]

    def __str__(self):
        return self.name


class NoTimeOverlap(NoOverlap):
    """The same of times of day; one may end when the next begins. It is asked when the transaction
    ends, so that all bells of a schedule can be moved at once."""

    BOUNDS = NEEDED = ("starts_at", "ends_at")
    SQL = (
        "int4range(EXTRACT(EPOCH FROM starts_at)::integer, EXTRACT(EPOCH FROM ends_at)::integer) "
        "WITH &&) DEFERRABLE INITIALLY DEFERRED"
    )
    TOLD = "По времени пересекается с другим звонком этого расписания."

    def overlapping(self, rows, bounds):
        return rows.filter(starts_at__lt=bounds["ends_at"], ends_at__gt=bounds["starts_at"])

    def overlap(self, one, other):
        return one["starts_at"] < other["ends_at"] and other["starts_at"] < one["ends_at"]


class BellSlot(models.Model):
    """One line of a schedule. Times are school-local; no lesson crosses midnight."""

    schedule = models.ForeignKey(
        BellSchedule, models.CASCADE, related_name="slots", verbose_name="расписание звонков"
    )
    number = models.PositiveSmallIntegerField("номер урока")
    starts_at = models.TimeField("начало")
    ends_at = models.TimeField("конец")
    history = History()

    class Meta:
        verbose_name = "звонок"
        verbose_name_plural = "звонки"
        ordering = ["schedule", "number"]
        constraints = [
            models.UniqueConstraint(fields=["schedule", "number"], name="bellslot_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="bellslot_times_in_order",
                violation_error_message="Урок кончается раньше, чем начинается.",
            ),
            NoTimeOverlap(over=["schedule"], name="bellslot_no_overlap"),
        ]

    def __str__(self):
        return f"{self.number}-й урок, {self.starts_at:%H:%M}–{self.ends_at:%H:%M}"

    @property
    def hour(self):
        return Hour(self.number, self.starts_at, self.ends_at)


class BellUse(Scoped):
    """By which bells is rung from a day on (`rules.bells` says which of several), or on that day
    alone."""

    starts_on = models.DateField("с")
    only_that_day = models.BooleanField(
        "только в этот день", default=False, help_text="Например, сокращённые уроки 30 декабря."
    )
    weekday = models.PositiveSmallIntegerField(
        "день недели",
        null=True,
        blank=True,
        choices=TimetableEntry.WEEKDAYS,
        help_text="Пусто: во все дни, для которых не сказано другое.",
    )
    schedule = models.ForeignKey(
        BellSchedule, models.PROTECT, related_name="uses", verbose_name="расписание звонков"
    )
    history = History()

    class Meta(Scoped.Meta):
        verbose_name = "действие звонков"
        verbose_name_plural = "какие звонки действуют"
        ordering = ["-starts_on"]
        constraints = [
            *Scoped.Meta.constraints,
            models.UniqueConstraint(
                *Scoped.OF_WHOM,
                Coalesce("weekday", Value(0)),
                "starts_on",
                "only_that_day",
                name="belluse_once",
                violation_error_message="Для них с этого дня звонки уже указаны.",
            ),
            models.CheckConstraint(
                condition=Q(only_that_day=False) | Q(weekday__isnull=True),
                name="belluse_day_or_weekday",
                violation_error_message="У одного дня день недели не указывают.",
            ),
            models.CheckConstraint(
                condition=Q(weekday__isnull=True) | Q(weekday__range=(1, 7)),
                name="belluse_weekday_1_to_7",
            ),
        ]

    def __str__(self):
        when = f"{self.starts_on:%d.%m.%Y}"
        when = when if self.only_that_day else f"с {when}"
        return f"{self.schedule}: {self.of_whom}, {when}"
