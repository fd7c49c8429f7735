"""What is written in a journal beside the lesson's own facts: works, marks, the topic plan."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone

from school.models import GradeValue, Journal, Lesson, Student
from school.models.dated import NoOverlap
from school.models.due import late_index
from school.models.history import History
from school.models.names import Name
from school.models.versions import Version

from ..cells import DEBT_NAME


class WorkType(Version):
    """Ответ, контрольная, диктант …: its weight, from whom marks are expected, how many school days
    they may take (2.6), and whether it is a control work, of which a day has not many."""

    class Expects(models.TextChoices):
        ASKED = "asked", "кого спросили"
        PRESENT = "present", "все присутствовавшие"

    FROZEN = ("name", "short_name", "weight", "expects", "mark_days", "is_control")

    name = Name("название", max_length=60)
    short_name = Name("сокращение", max_length=6)
    weight = models.PositiveSmallIntegerField(
        "вес в среднем", default=1, validators=[MinValueValidator(1)]
    )
    mark_days = models.PositiveSmallIntegerField("учебных дней на отметки", default=0)
    expects = models.CharField(
        "отметки получают", max_length=7, choices=Expects, default=Expects.ASKED
    )
    is_control = models.BooleanField(
        "контрольная",
        default=False,
        help_text="В дневнике и в заголовке столбца такие работы выделены.",
    )
    usual_order = models.PositiveSmallIntegerField(
        "порядок по умолчанию",
        null=True,
        blank=True,
        help_text="Первая отметка на уроке без указанных видов работ относится к первому виду, "
        "вторая ко второму.",
    )

    history = History()

    class Meta(Version.Meta):
        verbose_name = "вид работы"
        verbose_name_plural = "виды работ"
        ordering = ["usual_order", "name"]
        constraints = [
            *Version.Meta.constraints,
            models.UniqueConstraint(fields=["name", "starts_on"], name="worktype_once"),
            *(
                NoOverlap(over=[name], name=f"worktype_{name}_no_overlap")
                for name in ("name", "short_name", "usual_order")
            ),
            models.CheckConstraint(condition=Q(weight__gte=1), name="worktype_weight_positive"),
        ]

    def __str__(self):
        return self.name

    @property
    def is_used(self):
        """Every lesson of its days offers it."""
        last = {"date__lte": self.ends_on} if self.ends_on else {}
        return Lesson.objects.filter(date__gte=self.starts_on, **last).exists()


class LessonWork(models.Model):
    """A work done in a lesson (2.7), of one yet to come a planned one: it goes where the lesson
    goes, and its marks are due after that day. The n-th mark of a cell belongs to the n-th work.

    `marked_at` (UTC) is when the duty of 2.6 was met: `marking` keeps it equal to the facts.
    """

    lesson = models.ForeignKey(
        Lesson, models.PROTECT, related_name="works", verbose_name="урок", db_index=False
    )  # the index of lessonwork_once begins with it
    work_type = models.ForeignKey(WorkType, models.PROTECT, verbose_name="вид работы")
    position = models.PositiveSmallIntegerField("порядок")
    title = Name("тема работы", max_length=100, blank=True)
    marked_at = models.DateTimeField("отметки выставлены", null=True, editable=False)
    marks_due_at = models.DateTimeField("отметки: срок", null=True, editable=False)
    history = History(excluded_fields=["marked_at", "marks_due_at"])

    class Meta:
        verbose_name = "работа на уроке"
        verbose_name_plural = "работы на уроке"
        ordering = ["position", "pk"]
        indexes = [late_index("marks_due_at", "marked_at", "lessonwork_marks_late")]
        constraints = [
            models.UniqueConstraint(fields=["lesson", "work_type"], name="lessonwork_once")
        ]

    def __str__(self):
        return f"{self.lesson}: {self.work_type}"


class Mark(models.Model):
    """One pupil's mark for one work: so one per pupil, lesson and work type. Without a `value` it
    is a debt, «точка»: he owes the work until a mark replaces it.

    That its value is of the journal's scale and the pupil was enrolled that day is checked by
    `actions.save_cell`, which alone writes marks. `entered_at` (UTC) is the first entry and stays
    when the value is changed.
    """

    work = models.ForeignKey(
        LessonWork, models.PROTECT, related_name="marks", verbose_name="работа", db_index=False
    )  # the index of mark_once begins with it
    student = models.ForeignKey(
        Student, models.PROTECT, related_name="marks", verbose_name="ученик"
    )
    value = models.ForeignKey(GradeValue, models.PROTECT, null=True, verbose_name="отметка")
    entered_at = models.DateTimeField("выставлена", default=timezone.now, editable=False)
    history = History()

    text: str  # where a read sets it: how it is written

    class Meta:
        verbose_name = "отметка"
        verbose_name_plural = "отметки"
        indexes = [
            models.Index(fields=["work"], condition=Q(value__isnull=True), name="mark_debts")
        ]
        constraints = [models.UniqueConstraint(fields=["work", "student"], name="mark_once")]

    def __str__(self):
        return f"{self.student}: {self.value or DEBT_NAME}"


class PlannedTopic(models.Model):
    """A line of the calendar-thematic plan (КТП, 2.7): two with one title are different lines.
    `planned_on` is the school-local day of its first hour by the plan; a plan without a single
    date goes lesson by lesson."""

    journal = models.ForeignKey(
        Journal, models.CASCADE, related_name="planned_topics", verbose_name="журнал"
    )
    position = models.PositiveSmallIntegerField("порядок")
    title = Name("тема", max_length=500)
    hours = models.PositiveSmallIntegerField("часов", default=1, validators=[MinValueValidator(1)])
    homework = Name("домашнее задание", max_length=500, blank=True)
    section = Name("раздел", max_length=300, blank=True)
    planned_on = models.DateField("дата по плану", null=True, blank=True)
    history = History()

    class Meta:
        verbose_name = "тема плана"
        verbose_name_plural = "календарно-тематический план"
        ordering = ["journal", "position"]
        constraints = [
            models.UniqueConstraint(fields=["journal", "position"], name="plannedtopic_once"),
            models.CheckConstraint(condition=Q(hours__gte=1), name="plannedtopic_hours_positive"),
        ]

    def __str__(self):
        return self.title


class GivenTopic(models.Model):
    """The line of the plan that a lesson gave, whatever its topic says by now. A line is given at
    most as often as it has hours; by a cancelled lesson it is not given, and another may take it
    over."""

    lesson = models.OneToOneField(
        Lesson, models.PROTECT, related_name="given_topic", verbose_name="урок"
    )
    line = models.ForeignKey(
        PlannedTopic, models.PROTECT, related_name="given", verbose_name="строка плана"
    )
    history = History()

    class Meta:
        verbose_name = "тема плана на уроке"
        verbose_name_plural = "темы плана на уроках"

    def __str__(self):
        return f"{self.lesson}: {self.line}"
