"""Lessons, and who stands in."""

import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from ..rules.bells import Hour
from ..rules.homework import MOST_MINUTES
from .days import DayOverride
from .due import late_index
from .history import History
from .kinds import LessonKind, Owing
from .names import Name
from .people import User
from .structure import Journal
from .teacher_absences import TeacherAbsence
from .timetable import Room

# Lessons of which something is owed though nobody has computed by when: the next sweep does.
LACKS_DUES = Q(cancelled="", nobody_attends=False) & (
    Q(owes_attendance=True, attendance_due_at__isnull=True)
    | Q(owes_topic=True, topic_due_at__isnull=True)
    | Q(owes_homework=True, homework_due_at__isnull=True)
)


class Lesson(Owing):
    """A journal's lesson on a school-local date. When it begins and ends (school-local; no lesson
    crosses midnight) is a fact of it: the bells of that day said so when it was made, and say it
    anew until that day is over (`school.actions.bells`).

    `planned_on` and `planned_number` are the place in the timetable that it was made for, wherever
    it is held by now; NULL where somebody has added it by hand.

    What it counts as and owes is a fact of it too (Owing): its kind and the exemptions of that day
    say so from when it is made until the day is over (`journals.actions.dues`).

    The three instants (UTC) say when each duty was first met and stay when its text is edited
    later: a late edit is in the history, the duty was met in time. The due instants follow from the
    timetable: `journals.actions.dues` writes them, NULL where nothing is due or not yet computed
    (LACKS_DUES). So does `nobody_attends`: no pupil belongs to the journal that day, and nothing is
    due.

    `joined_to` is the lesson together with which one teacher takes this one: both are at one time,
    and as long as both take place that one carries the hour (`queries.lessons.carries_hour`). It is
    joined to none itself. Where they are at one time no more, the join ends
    (`actions.takers.follow_places`).

    `known_at` (UTC) is since when those who hold the lesson can know of it: it was added, restored
    or became theirs then; NULL where they always could. What had been due by `unknown_from`, when
    it was cancelled, they knew before that (NULL: nothing).
    """

    journal = models.ForeignKey(
        Journal, models.PROTECT, related_name="lessons", verbose_name="журнал"
    )
    date = models.DateField("дата", db_index=True)
    number = models.PositiveSmallIntegerField("номер урока")
    kind = models.ForeignKey(LessonKind, models.PROTECT, verbose_name="вид занятий")
    starts_at = models.TimeField("начало")
    ends_at = models.TimeField("конец")
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, related_name="lessons", verbose_name="кабинет"
    )
    planned_on = models.DateField("по расписанию", null=True, editable=False)
    planned_number = models.PositiveSmallIntegerField(
        "номер по расписанию", null=True, editable=False
    )
    topic = models.CharField("тема урока", max_length=500, blank=True)
    homework = models.TextField("домашнее задание", max_length=2000, blank=True)
    no_homework = models.BooleanField("не задано", default=False)
    # How long the homework takes, in the teacher's own word; NULL where he has not said.
    homework_minutes = models.PositiveSmallIntegerField(
        "минут на домашнее задание", null=True, blank=True
    )
    attendance_taken_at = models.DateTimeField("присутствие отмечено", null=True, blank=True)
    topic_entered_at = models.DateTimeField("тема записана", null=True, blank=True)
    homework_entered_at = models.DateTimeField("задание записано", null=True, blank=True)
    cancelled = Name("отменён: почему", max_length=200, blank=True)
    # By which free day; NULL where somebody has cancelled this lesson itself: that stays cancelled
    # when the day is worked after all, and be it for the same words.
    cancelled_by = models.ForeignKey(
        DayOverride,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="cancelled_lessons",
        verbose_name="отменён особым днём",
    )
    joined_to = models.ForeignKey(
        "self",
        models.PROTECT,
        null=True,
        editable=False,
        related_name="joined",
        verbose_name="проводится вместе с",
    )
    nobody_attends = models.BooleanField("без учеников", default=False, editable=False)
    attendance_due_at = models.DateTimeField("присутствие: срок", null=True, editable=False)
    topic_due_at = models.DateTimeField("тема: срок", null=True, editable=False)
    homework_due_at = models.DateTimeField("задание: срок", null=True, editable=False)
    known_at = models.DateTimeField(
        "стал известен", null=True, default=timezone.now, editable=False
    )
    unknown_from = models.DateTimeField("неизвестен с", null=True, editable=False)
    history = History(
        excluded_fields=[
            "starts_at",
            "ends_at",
            "planned_on",
            "planned_number",
            "nobody_attends",
            *(field.name for field in Owing._meta.fields),
            "attendance_due_at",
            "topic_due_at",
            "homework_due_at",
            "known_at",
            "unknown_from",
        ]
    )

    class Meta:
        verbose_name = "урок"
        verbose_name_plural = "уроки"
        ordering = ["date", "starts_at", "number"]
        permissions = [("write_lesson", "Ведёт урок по замене")]
        indexes = [
            late_index("attendance_due_at", "attendance_taken_at", "lesson_attendance_late"),
            late_index("topic_due_at", "topic_entered_at", "lesson_topic_late"),
            late_index("homework_due_at", "homework_entered_at", "lesson_homework_late"),
            models.Index(fields=["date"], condition=LACKS_DUES, name="lesson_due_unknown"),
            models.Index(
                fields=["journal"],
                condition=Q(cancelled="", nobody_attends=True),
                name="lesson_without_pupils",
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["journal", "date", "number"],
                name="lesson_once",
                violation_error_message="В этот день и час урок в журнале уже есть.",
            ),
            models.UniqueConstraint(
                fields=["journal", "planned_on", "planned_number"], name="lesson_planned_once"
            ),
            models.CheckConstraint(
                condition=Q(planned_on__isnull=True, planned_number__isnull=True)
                | Q(planned_on__isnull=False, planned_number__isnull=False),
                name="lesson_planned_whole",
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="lesson_times_in_order"
            ),
            models.CheckConstraint(
                condition=~Q(joined_to=F("id")), name="lesson_not_joined_to_itself"
            ),
            models.CheckConstraint(
                condition=Q(cancelled_by__isnull=True) | ~Q(cancelled=""),
                name="lesson_cancelled_by_says_why",
            ),
            models.CheckConstraint(
                condition=Q(no_homework=False) | Q(homework=""), name="lesson_homework_or_none"
            ),
            models.CheckConstraint(
                condition=Q(homework_minutes__isnull=True)
                | Q(homework_minutes__range=(0, MOST_MINUTES)) & ~Q(homework=""),
                name="lesson_minutes_of_homework",
            ),
            models.CheckConstraint(
                condition=Q(topic="") | Q(topic_entered_at__isnull=False),
                name="lesson_topic_has_its_time",
            ),
            models.CheckConstraint(
                condition=(Q(homework="") & Q(no_homework=False))
                | Q(homework_entered_at__isnull=False),
                name="lesson_homework_has_its_time",
            ),
        ]

    def __str__(self):
        return f"{self.journal}, {self.date:%d.%m.%Y}"

    @property
    def hour(self):
        return Hour(self.number, self.starts_at, self.ends_at)

    @hour.setter
    def hour(self, hour):
        self.number, self.starts_at, self.ends_at = hour

    @property
    def substitute(self):
        """The User who stands in, None where nobody does."""
        row = getattr(self, "substitution", None)
        return row and row.teacher

    @property
    def first_instant(self):
        """When it begins, an aware instant."""
        return local_instant(self.date, self.starts_at)

    @property
    def last_instant(self):
        """When it ends, an aware instant."""
        return local_instant(self.date, self.ends_at)

    def cancel(self, reason, day_off=None):
        """Say, without saving, that the lesson does not take place and why; `day_off` is the
        DayOverride that has cancelled it."""
        if not self.cancelled and not self.nobody_attends:
            self._owes_nothing_from_now_on()
        self.cancelled, self.cancelled_by = reason, day_off

    def restore(self):
        """The same where it takes place after all: nobody could know of it until now. But of what
        was known afterwards and then was due before it was cancelled everybody had known."""
        self.cancelled, self.cancelled_by = "", None
        self._owes_again()

    def set_attended(self, is_attended):
        """The same where nobody belongs to it any more, or somebody does after all: what had been
        due before that stays late, and of what is owed by now nobody could know."""
        self.nobody_attends = not is_attended
        if not self.cancelled:
            if is_attended:
                self._owes_again()
            else:
                self._owes_nothing_from_now_on()

    def _owes_nothing_from_now_on(self):
        now = timezone.now()
        if not self.became_known_afterwards or self._was_told_before(now):
            self.unknown_from = now

    def _owes_again(self):
        if self.became_known_afterwards and self._was_told_before(self.unknown_from):
            self.unknown_from = None
        else:
            self.known_at = timezone.now()

    def _was_told_before(self, moment):
        """Whether the day on which the lesson became known was over at an instant or None."""
        told_on = timezone.localdate(self.known_at)
        return moment is not None and timezone.localdate(moment) > told_on

    CANCELLATION = ["cancelled", "cancelled_by", "known_at", "unknown_from"]  # what they set
    ATTENDED = ["nobody_attends", "known_at", "unknown_from"]

    @property
    def became_known_afterwards(self):
        """Whether the lesson's day had come before those who hold it could know of it."""
        return self.known_at is not None and timezone.localdate(self.known_at) >= self.date


def local_instant(day, time):
    """Aware instant of a school-local day and time."""
    return timezone.make_aware(datetime.datetime.combine(day, time))


class Substitution(models.Model):
    """Another teacher takes one lesson and may write in that lesson alone.

    `absence` is that of whoever would have taught it, NULL where nobody is away then: it follows
    from absences and assignments (`actions.takers.link_absences`), so it has no history of its own,
    and no page but the leaders' tells it.
    """

    lesson = models.OneToOneField(
        Lesson, models.CASCADE, related_name="substitution", verbose_name="урок"
    )
    teacher = models.ForeignKey(
        User, models.PROTECT, related_name="substitutions", verbose_name="кто заменяет"
    )
    reason = Name("почему", max_length=200, blank=True)
    absence = models.ForeignKey(
        TeacherAbsence,
        models.PROTECT,
        null=True,
        editable=False,
        related_name="substitutions",
        verbose_name="отсутствие",
    )
    history = History(excluded_fields=["absence"])

    class Meta:
        verbose_name = "замена"
        verbose_name_plural = "замены"

    def __str__(self):
        return f"{self.lesson}: {self.teacher}"
