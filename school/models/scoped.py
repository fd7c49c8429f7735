"""What holds for the whole school, for a parallel or for a class: the fields and their order."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import Q, Value
from django.db.models.functions import Coalesce

from ..rules.scopes import Scope
from .structure import SchoolClass


class Scoped(models.Model):
    """Of whom the row speaks: of a class, of all of a parallel, or, with neither, of the school."""

    parallel = models.PositiveSmallIntegerField(
        "параллель",
        null=True,
        blank=True,
        validators=[MaxValueValidator(12)],
        help_text="Пусто и без класса: для всей школы.",
    )
    school_class = models.ForeignKey(
        SchoolClass, models.CASCADE, null=True, blank=True, verbose_name="класс"
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(parallel__isnull=True) | Q(school_class__isnull=True),
                name="%(class)s_class_or_parallel",
                violation_error_message="Укажите или параллель, или класс.",
            )
        ]

    # For unique constraints: two rows for the whole school are alike, though NULL equals nothing.
    OF_WHOM = (Coalesce("parallel", Value(-1)), Coalesce("school_class", Value(0)))

    @property
    def scope(self):
        return Scope(self.parallel, self.school_class_id)

    @property
    def of_whom(self):
        """«вся школа», «1-е классы», «5А»; needs `school_class` loaded."""
        if self.school_class_id:
            return str(self.school_class)
        return "вся школа" if self.parallel is None else f"{self.parallel}-е классы"
