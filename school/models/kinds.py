"""Kinds of lessons: урок, консультация, самоподготовка, …; what each counts as and owes."""

from django.db import models

from .history import History
from .names import Name


class Owing(models.Model):
    """Whether a lesson counts among those of its class after the last of which homework has an hour
    and a half (2.8), and which duties there are in it (2.5–2.8)."""

    counts_as_lessons = models.BooleanField(
        "входит в занятия класса",
        default=True,
        help_text="От конца последнего такого урока дня считают полтора часа для домашних заданий.",
    )
    owes_attendance = models.BooleanField("отмечают присутствие", default=True)
    owes_topic = models.BooleanField("записывают тему", default=True)
    owes_homework = models.BooleanField("записывают домашнее задание", default=True)
    owes_marks = models.BooleanField("выставляют отметки за работы в срок", default=True)

    class Meta:
        abstract = True

    def owes(self, what):
        """Whether «attendance», «topic», «homework» or «marks» is a duty."""
        return getattr(self, f"owes_{what}")


class LessonKind(Owing):
    """A kind of lessons. It is renamed, never deleted, once anything is or was of it. Its duties
    are handed to the lessons from today on; those of before keep what they had."""

    name = Name("название", max_length=60, unique=True)
    short_name = Name(
        "сокращение",
        max_length=12,
        blank=True,
        help_text="Стоит у урока в журнале и дневнике; пусто: о виде не говорят.",
    )
    position = models.PositiveSmallIntegerField(
        "порядок", default=0, help_text="Первый по порядку получают новые журналы."
    )
    history = History()

    class Meta:
        verbose_name = "вид занятий"
        verbose_name_plural = "виды занятий"
        ordering = ["position", "pk"]

    def __str__(self):
        return self.name

    @property
    def is_used(self):
        """Whether anything is or was of this kind, or new journals will be."""
        return self.pk == usual_kind() or any(
            rows.filter(**{relation.field.name: self.pk}).exists()
            for relation in self._meta.related_objects
            for model in [relation.related_model]
            for rows in (model._base_manager, model.history)
        )


def usual_kind():
    """The key of the kind that a new journal has: the first one in order."""
    return LessonKind.objects.values_list("pk", flat=True).first()
