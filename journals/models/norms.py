"""The norms of homework and of control works, each with where it comes from."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q

from school.models.dated import NoOverlap
from school.models.history import History
from school.models.names import Name
from school.models.versions import Version

MOST_APART = 60  # days
MOST = {"minutes": 600, "works": 10, "share": 100, "apart": MOST_APART, "monday": 0, "edges": 0}


class Norm(Version):
    """A number that homework or control works should keep to, and its source. The school puts it
    right from a day on: what was planned before is judged by what was in force then. One that has
    ended is no norm any more."""

    class What(models.TextChoices):
        MINUTES = "minutes", "минут домашнего задания на день, не больше"
        WORKS = "works", "контрольных в день у класса, не больше"
        SHARE = "share", "процентов часов предмета на контрольные, не больше"
        APART = "apart", "дней от контрольной до следующей по предмету, не меньше"
        MONDAY = "monday", "контрольных на первом уроке понедельника"
        EDGES = "edges", "контрольных на первом и последнем уроке дня"

    FROZEN = ("what", "parallel", "number")

    what = models.CharField("норма", max_length=10, choices=What)
    parallel = models.PositiveSmallIntegerField(
        "параллель",
        null=True,
        blank=True,
        validators=[MaxValueValidator(12)],
        help_text="Только у минут домашнего задания.",
    )
    number = models.PositiveSmallIntegerField("число")
    source = Name(
        "источник",
        max_length=300,
        help_text="Документ, из которого взято число, или решение школы.",
    )
    history = History()

    class Meta(Version.Meta):
        verbose_name = "норма"
        verbose_name_plural = "нормы заданий и контрольных"
        ordering = ["what", "parallel", "starts_on"]
        constraints = [
            *Version.Meta.constraints,
            NoOverlap(over=["what", "parallel"], name="norm_no_overlap", nothing_counts=True),
            models.CheckConstraint(
                condition=Q(what="minutes", parallel__isnull=False, parallel__range=(0, 12))
                | (~Q(what="minutes") & Q(parallel__isnull=True)),
                name="norm_parallel_iff_minutes",
                violation_error_message="Параллель указывают у минут домашнего задания, и только "
                "у них.",
            ),
            *(
                models.CheckConstraint(
                    condition=~Q(what=what) | Q(number__lte=most),
                    name=f"norm_{what}_most",
                    violation_error_message=f"Не больше {most}."
                    if most
                    else "Здесь бывает только 0: ни одной. Если нормы нет, закончите её днём.",
                )
                for what, most in MOST.items()
            ),
        ]

    def __str__(self):
        if self.what == self.What.MINUTES:
            return f"{self.parallel}-е классы: {self.get_what_display()} {self.number}"
        return f"{self.get_what_display()}: {self.number or 'ни одной'}"

    @property
    def is_used(self):
        """Every week is judged by it."""
        return True
