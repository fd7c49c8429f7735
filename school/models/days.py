"""Days of which the school says something of its own, for all or for some classes."""

from django.db import models
from django.db.models import Q

from ..rules import overrides as rules
from .dated import Dated, NoOverlap
from .history import History
from .names import Name
from .scoped import Scoped

LONGEST_REASON = 200  # as that of a cancelled lesson is


class DayOverride(Dated, Scoped):
    """Where the school, a parallel or a class differs from Russia's production calendar and the
    periods of the year, in either direction (`rules.overrides`); both days belong to it."""

    class Kind(models.TextChoices):
        OFF = rules.OFF, "нерабочий"
        VACATION = rules.VACATION, "каникулы"
        QUARANTINE = rules.QUARANTINE, "карантин"
        WORKING = rules.WORKING, "рабочий"

    TELL_THEMSELVES = (Kind.VACATION, Kind.QUARANTINE)

    WEEKDAYS = [
        (1, "понедельника"),
        (2, "вторника"),
        (3, "среды"),
        (4, "четверга"),
        (5, "пятницы"),
        (6, "субботы"),
        (7, "воскресенья"),
    ]

    ends_on = models.DateField("по", help_text="Один день: тот же, что «с».")
    kind = models.CharField("вид", max_length=10, choices=Kind)
    timetable_weekday = models.PositiveSmallIntegerField(
        "учимся по расписанию",
        null=True,
        blank=True,
        choices=WEEKDAYS,
    )
    reason = Name(
        "почему",
        max_length=LONGEST_REASON,
        blank=True,
        help_text="Можно не писать, если это каникулы или карантин.",
    )
    history = History()

    class Meta:
        verbose_name = "особый день"
        verbose_name_plural = "особые дни"
        ordering = ["starts_on", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            *Scoped.Meta.constraints,
            NoOverlap(
                over=["parallel", "school_class"],
                name="dayoverride_no_overlap",
                nothing_counts=True,
            ),
            models.CheckConstraint(
                condition=Q(timetable_weekday__isnull=True) | Q(kind=rules.WORKING),
                name="dayoverride_timetable_needs_work",
                violation_error_message="Расписание другого дня бывает только у рабочего дня.",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=[rules.VACATION, rules.QUARANTINE]) | ~Q(reason=""),
                name="dayoverride_says_why",
                violation_error_message="Напишите почему.",
            ),
        ]

    def __str__(self):
        return f"{self.days}: {self.get_kind_display()}, {self.of_whom}"

    @property
    def days(self):
        """«24.11.2026» or «24.11.2026–30.11.2026»."""
        days = dict.fromkeys(f"{day:%d.%m.%Y}" for day in (self.starts_on, self.ends_on))
        return "–".join(days)

    @property
    def said(self):
        """What it says, as `rules.overrides` takes it."""
        return rules.Override(
            self.kind, self.scope, self.starts_on, self.ends_on, self.timetable_weekday
        )

    @property
    def told(self):
        """Why lessons do not take place: «мороз», «каникулы», «карантин: грипп»."""
        if self.kind not in self.TELL_THEMSELVES:
            return self.reason
        told = ": ".join(filter(None, [self.get_kind_display(), self.reason]))
        return told[:LONGEST_REASON]
