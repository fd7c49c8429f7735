"""What leaders have done about an absent teacher's lessons, each time in one deed."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from ..rules.candidates import Deed
from .history import History
from .lessons import Lesson
from .names import Name
from .people import User
from .teacher_absences import TeacherAbsence


class Arrangement(models.Model):
    """Who takes the lessons of a teacher who is away, which are joined and which do not take place:
    one deed, which is undone as one. `absences` are those that it has recorded."""

    teacher = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="кто отсутствует"
    )
    absences = models.ManyToManyField(
        TeacherAbsence, related_name="+", editable=False, verbose_name="записанные отсутствия"
    )
    made_by = models.ForeignKey(
        User, models.PROTECT, editable=False, related_name="+", verbose_name="кто назначил"
    )
    made_at = models.DateTimeField("назначено", default=timezone.now, editable=False, db_index=True)
    undone_by = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="кто отменил",
    )
    undone_at = models.DateTimeField("отменено", null=True, editable=False)
    history = History()

    class Meta:
        verbose_name = "назначение замен"
        verbose_name_plural = "назначения замен"
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(undone_by__isnull=True, undone_at__isnull=True)
                | Q(undone_by__isnull=False, undone_at__isnull=False),
                name="arrangement_undone_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.teacher.short_name}, {timezone.localtime(self.made_at):%d.%m.%Y %H:%M}"


class ArrangedLesson(models.Model):
    """What an Arrangement has made of a Lesson: `taker` takes it, by himself or together with the
    `host`, or it was cancelled. `former` is who stood in there before, if anybody did, and why. The
    versions are the newest rows in the histories of the lesson and of its substitution (NULL where
    there is none) when that was done: whoever changed either since has written on top."""

    DEEDS = [
        (Deed.SUBSTITUTE.value, "замена"),
        (Deed.JOIN.value, "вместе с другим уроком"),
        (Deed.CANCEL.value, "отменён"),
    ]

    arrangement = models.ForeignKey(
        Arrangement, models.PROTECT, related_name="lessons", verbose_name="назначение"
    )
    lesson = models.ForeignKey(Lesson, models.CASCADE, related_name="arranged", verbose_name="урок")
    deed = models.CharField("что сделано", max_length=10, choices=DEEDS)
    taker = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто проводит"
    )
    host = models.ForeignKey(
        Lesson, models.SET_NULL, null=True, related_name="+", verbose_name="вместе с уроком"
    )
    former = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто заменял прежде"
    )
    former_reason = Name("почему заменял прежде", max_length=200, blank=True)
    lesson_version = models.BigIntegerField(null=True, editable=False)
    substitution_version = models.BigIntegerField(null=True, editable=False)
    history = History(excluded_fields=["lesson_version", "substitution_version"])

    class Meta:
        verbose_name = "решение об уроке"
        verbose_name_plural = "решения об уроках"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["arrangement", "lesson"], name="arrangedlesson_lesson_once"
            ),
            models.CheckConstraint(
                condition=Q(deed="cancel", taker__isnull=True)
                | Q(~Q(deed="cancel"), taker__isnull=False),
                name="arrangedlesson_taken_or_cancelled",
            ),
        ]

    def __str__(self):
        return f"{self.lesson}, {self.lesson.number}-й урок: {self.get_deed_display()}"
