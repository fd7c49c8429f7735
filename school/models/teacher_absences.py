"""When teachers are away."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..rules.teacher_absences import AFTER_THE_LAST, AwayTime
from .dated import Dated, NoOverlap, overlapping
from .history import History
from .names import Name
from .people import User

LONGEST_NOTE = 300


class NoOverlapInLessons(NoOverlap):
    """The same to the lesson: on one day a teacher may be back for some lessons and away again. One
    that was withdrawn overlaps nothing."""

    BOUNDS = AwayTime._fields
    SQL = (
        "int8range((starts_on - DATE '2000-01-01')::bigint * 100000 + COALESCE(first_number, 0), "
        "(ends_on - DATE '2000-01-01')::bigint * 100000 + "
        f"COALESCE(last_number, {AFTER_THE_LAST}), '[]') WITH &&) WHERE (withdrawn_at IS NULL)"
    )

    def validate(self, model, instance, exclude=None, using="default"):
        """ValidationError at the first day that names the other one."""
        needed = {*self.over, *self.BOUNDS}
        if instance.withdrawn_at or (exclude and needed & set(exclude)):
            return
        if instance.teacher_id is None or instance.starts_on is None:
            return  # what is missing is complained about by the field itself
        rows = model._default_manager.using(using).filter(
            teacher=instance.teacher_id, withdrawn_at=None
        )
        for other in self.overlapping(rows.exclude(pk=instance.pk), instance.time._asdict()):
            told = f"Уже записано другое отсутствие: {other}."
            raise ValidationError({"starts_on": ValidationError(told, code="overlap")})

    def overlapping(self, rows, bounds):
        time = AwayTime(**bounds)
        days = overlapping(rows.select_related("teacher"), time.starts_on, time.ends_on)
        return [row for row in days if time.overlaps(row.time)]

    def overlap(self, one, other):
        return AwayTime(**one).overlaps(AwayTime(**other))


class TeacherAbsence(Dated):
    """A teacher is away from one lesson to another (`rules.teacher_absences` says when that is).
    Why, leaders alone see: neither `kind` nor `note` is in its name or in what is refused."""

    class Kind(models.TextChoices):
        ILLNESS = "illness", "болезнь"
        LEAVE = "leave", "отпуск"
        TRIP = "trip", "командировка"
        TRAINING = "training", "обучение"
        DAY_OFF = "day_off", "отгул"
        OTHER = "other", "другое"

    teacher = models.ForeignKey(
        User, models.PROTECT, related_name="teacher_absences", verbose_name="кто отсутствует"
    )
    first_number = models.PositiveSmallIntegerField("с урока", null=True, blank=True)
    last_number = models.PositiveSmallIntegerField("по урок", null=True, blank=True)
    kind = models.CharField("причина", max_length=10, choices=Kind)
    note = Name("пояснение", max_length=LONGEST_NOTE, blank=True)
    recorded_by = models.ForeignKey(
        User, models.PROTECT, editable=False, related_name="+", verbose_name="кто записал"
    )
    recorded_at = models.DateTimeField("записано", default=timezone.now, editable=False)
    withdrawn_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="кто отозвал",
    )
    withdrawn_at = models.DateTimeField("отозвано", null=True, editable=False)
    history = History()

    class Meta(Dated.Meta):
        verbose_name = "отсутствие учителя"
        verbose_name_plural = "отсутствия учителей"
        ordering = ["starts_on", "pk"]
        constraints = [
            *Dated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(last_number__isnull=True) | Q(ends_on__isnull=False),
                name="teacherabsence_last_lesson_of_a_day",
                violation_error_message="Последний урок указывают вместе с последним днём.",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True)
                | Q(first_number__isnull=True)
                | Q(last_number__isnull=True)
                | ~Q(ends_on=F("starts_on"))
                | Q(last_number__gte=F("first_number")),
                name="teacherabsence_lessons_in_order",
                violation_error_message="Последний урок раньше первого.",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by__isnull=True, withdrawn_at__isnull=True)
                | Q(withdrawn_by__isnull=False, withdrawn_at__isnull=False),
                name="teacherabsence_withdrawn_by_somebody",
            ),
            NoOverlapInLessons(over=["teacher"], name="teacherabsence_no_overlap"),
        ]

    def __str__(self):
        return f"{self.teacher.short_name}, {self.time.told}"

    @property
    def time(self):
        return AwayTime(self.starts_on, self.first_number, self.ends_on, self.last_number)
