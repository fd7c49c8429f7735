"""What the administration reviews: late entries, remarks, certificates."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from school.models import Journal, Lesson, Period, User
from school.models.history import History
from school.models.names import Lines, Name
from school.private import private_files


class Certificate(models.Model):
    """A journal of a closed period as the director certified it (4.1): the archived PDF/A, its
    SHA-256, and whether it carries an electronic signature. A later one does not replace it."""

    journal = models.ForeignKey(
        Journal, models.PROTECT, related_name="certificates", verbose_name="журнал"
    )
    period = models.ForeignKey(
        Period, models.PROTECT, related_name="certificates", verbose_name="период"
    )
    certified_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="кто заверил"
    )
    certified_at = models.DateTimeField("заверен", default=timezone.now)
    file = models.FileField("файл", upload_to="certificates/", storage=private_files)
    sha256 = models.CharField("SHA-256", max_length=64)
    is_signed = models.BooleanField("подписан электронной подписью", default=False)
    self_judged = models.BooleanField("сам себе", default=False, editable=False)  # 4.1, 4.2
    # What it says, as `queries.book.contents` tells it; NULL of those made before that was kept.
    contents = models.JSONField("содержание", null=True, editable=False)
    history = History(excluded_fields=["contents"])

    class Meta:
        verbose_name = "заверенный журнал"
        verbose_name_plural = "заверенные журналы"
        ordering = ["-certified_at", "-pk"]

    def __str__(self):
        return f"{self.journal}, {self.period}"


class LateEntry(models.Model):
    """A duty that was not done in time, as the watch found it; `actions.late` keeps it equal to the
    facts. The excuse alone is a person's.

    `object_id` is the key of what carries the duty: of the model that the row of
    `queries.duties` with this `kind` names. Instants are UTC; `settled_at` is when the duty
    was done after all.
    """

    kind = models.CharField("что", max_length=20)
    object_id = models.BigIntegerField("ключ")
    journal = models.ForeignKey(
        Journal, models.CASCADE, null=True, related_name="late_entries", verbose_name="журнал"
    )
    lesson = models.ForeignKey(
        Lesson, models.CASCADE, null=True, related_name="late_entries", verbose_name="урок"
    )
    due_at = models.DateTimeField("срок", db_index=True)
    found_at = models.DateTimeField("обнаружено")
    settled_at = models.DateTimeField("исполнено", null=True)
    excuse = Name("почему извинительно", max_length=500, blank=True)
    excused_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто извинил"
    )
    excused_at = models.DateTimeField("извинено", null=True)
    # 4.2; the watch inserts rows without saying it
    self_judged = models.BooleanField("сам себе", default=False, db_default=False, editable=False)
    history = History()

    class Meta:
        verbose_name = "просроченная запись"
        verbose_name_plural = "просроченные записи"
        constraints = [
            models.UniqueConstraint(fields=["kind", "object_id"], name="lateentry_once"),
            models.CheckConstraint(
                condition=Q(settled_at__isnull=True) | Q(settled_at__gt=F("due_at")),
                name="lateentry_settled_late",
            ),
            models.CheckConstraint(
                condition=Q(excuse="", excused_by__isnull=True, excused_at__isnull=True)
                | (~Q(excuse="") & Q(excused_by__isnull=False, excused_at__isnull=False)),
                name="lateentry_excuse_has_its_author",
            ),
            models.CheckConstraint(
                condition=Q(self_judged=False) | Q(excused_by__isnull=False),
                name="lateentry_self_judged_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.kind}: {self.lesson or self.journal}"


class Remark(models.Model):
    """«Замечание по ведению журнала»: written by the administration, answered by a teacher of the
    journal, closed by the administration. Without a lesson it is about the journal as a whole.

    An answer may be rewritten until the remark is closed; the history keeps each. Instants are UTC.
    """

    journal = models.ForeignKey(
        Journal, models.PROTECT, related_name="remarks", verbose_name="журнал"
    )
    lesson = models.ForeignKey(
        Lesson, models.PROTECT, null=True, blank=True, related_name="remarks", verbose_name="урок"
    )
    text = Lines("замечание", max_length=2000)
    author = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто")
    made_at = models.DateTimeField("когда", default=timezone.now)
    answer = Lines("ответ", max_length=2000, blank=True)
    answered_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто ответил"
    )
    answered_at = models.DateTimeField("ответ дан", null=True)
    closed_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто закрыл"
    )
    closed_at = models.DateTimeField("закрыто", null=True)
    self_judged = models.BooleanField("закрыто самому себе", default=False, editable=False)  # 4.2
    reopened_at = models.DateTimeField("открыто снова", null=True)
    history = History()

    class Meta:
        verbose_name = "замечание"
        verbose_name_plural = "замечания"
        ordering = ["-made_at", "-pk"]
        indexes = [
            models.Index(
                fields=["journal"], condition=Q(closed_at__isnull=True), name="remark_open"
            )
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="remark_says_something"),
            models.CheckConstraint(
                condition=Q(answer="", answered_by__isnull=True, answered_at__isnull=True)
                | (~Q(answer="") & Q(answered_by__isnull=False, answered_at__isnull=False)),
                name="remark_answer_has_its_author",
            ),
            models.CheckConstraint(
                condition=Q(closed_by__isnull=True, closed_at__isnull=True)
                | Q(closed_by__isnull=False, closed_at__isnull=False),
                name="remark_closed_by_somebody",
            ),
            models.CheckConstraint(
                condition=Q(self_judged=False) | Q(closed_by__isnull=False),
                name="remark_self_judged_by_somebody",
            ),
        ]

    def __str__(self):
        return f"{self.journal}: {self.text}"

    @property
    def waits(self):
        """Open and without an answer since it was made, or opened again."""
        return not self.closed_at and (
            not self.answer or bool(self.reopened_at and self.reopened_at > self.answered_at)
        )

    @property
    def waits_since(self):
        """Since when it waits for an answer, if it `waits`."""
        return self.reopened_at or self.made_at


class Watch(models.Model):
    """One row: until when the watch has looked for what is overdue (UTC)."""

    looked_until = models.DateTimeField("просмотрено до", null=True)

    class Meta:
        verbose_name = "контроль сроков"
        verbose_name_plural = "контроль сроков"
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="watch_is_one")]

    def __str__(self):
        return f"{self.looked_until}"
