"""What is written in a journal beside the lesson's own facts: works, marks, the topic plan."""

from django.core.validators import MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from school.models import GradeValue, Journal, Lesson, Period, Student, User
from school.models.dated import NoOverlap
from school.models.due import late_index
from school.models.history import History
from school.models.names import Lines, Name
from school.models.versions import Version
from school.private import private_files

from .cells import DEBT_NAME


class WorkType(Version):
    """Ответ, контрольная, диктант …: its weight, from whom marks are expected, and how many school
    days they may take (2.6)."""

    class Expects(models.TextChoices):
        ASKED = "asked", "кого спросили"
        PRESENT = "present", "все присутствовавшие"

    FROZEN = ("name", "short_name", "weight", "expects", "mark_days")

    name = Name("название", max_length=60)
    short_name = Name("сокращение", max_length=6)
    weight = models.PositiveSmallIntegerField(
        "вес в среднем", default=1, validators=[MinValueValidator(1)]
    )
    mark_days = models.PositiveSmallIntegerField("учебных дней на отметки", default=0)
    expects = models.CharField(
        "отметки получают", max_length=7, choices=Expects, default=Expects.ASKED
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
    """A work done in a lesson (2.7). The n-th mark of a cell belongs to the n-th work.

    `marked_at` (UTC) is when the duty of 2.6 was met: `marking` keeps it equal to the facts.
    """

    lesson = models.ForeignKey(
        Lesson, models.PROTECT, related_name="works", verbose_name="урок", db_index=False
    )  # the index of lessonwork_once begins with it
    work_type = models.ForeignKey(WorkType, models.PROTECT, verbose_name="вид работы")
    position = models.PositiveSmallIntegerField("порядок")
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
    """A line of the calendar-thematic plan (КТП, 2.7)."""

    journal = models.ForeignKey(
        Journal, models.CASCADE, related_name="planned_topics", verbose_name="журнал"
    )
    position = models.PositiveSmallIntegerField("порядок")
    title = Name("тема", max_length=500)
    hours = models.PositiveSmallIntegerField("часов", default=1, validators=[MinValueValidator(1)])
    homework = Name("домашнее задание", max_length=500, blank=True)
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


class PeriodGrade(models.Model):
    """A grade of a pupil in a journal (2.4, 2.6, 4.4): of a quarter or half-year (`period`), of the
    year, of the exam, the final one. Without a `value` he was not assessed («н/а»).

    `entered_at` (UTC) is the first entry and stays when the grade is changed; `set_by` is who set
    what stands there.
    """

    class Kind(models.TextChoices):
        PERIOD = "period", "за период"
        YEAR = "year", "годовая"
        EXAM = "exam", "экзаменационная"
        FINAL = "final", "итоговая"

    journal = models.ForeignKey(
        Journal, models.PROTECT, related_name="grades", verbose_name="журнал"
    )
    student = models.ForeignKey(
        Student, models.PROTECT, related_name="grades", verbose_name="ученик"
    )
    kind = models.CharField("вид", max_length=10, choices=Kind)
    period = models.ForeignKey(
        Period, models.PROTECT, null=True, related_name="grades", verbose_name="период"
    )
    value = models.ForeignKey(
        GradeValue, models.PROTECT, null=True, related_name="+", verbose_name="оценка"
    )
    set_by = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто выставил")
    entered_at = models.DateTimeField("выставлена", default=timezone.now, editable=False)
    history = History()

    class Meta:
        verbose_name = "оценка"
        verbose_name_plural = "оценки"
        constraints = [
            models.UniqueConstraint(
                fields=["journal", "student", "period"],
                condition=Q(kind="period"),
                name="periodgrade_once",
            ),
            models.UniqueConstraint(
                fields=["journal", "student", "kind"],
                condition=~Q(kind="period"),
                name="yeargrade_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="period", period__isnull=False)
                | (~Q(kind="period") & Q(period__isnull=True)),
                name="periodgrade_period_iff_kind",
            ),
        ]

    def __str__(self):
        return f"{self.student}, {self.journal}: {self.value or 'н/а'}"


class GradeSheet(models.Model):
    """The duty to grade all pupils of a journal: for a period, for the year, in the exam, finally
    (2.6). `complete_at` (UTC) is when the last missing grade was entered, NULL while one is
    missing."""

    Kind = PeriodGrade.Kind
    OF_EXAM = (Kind.EXAM, Kind.FINAL)

    journal = models.ForeignKey(
        Journal, models.CASCADE, related_name="grade_sheets", verbose_name="журнал"
    )
    kind = models.CharField("вид", max_length=10, choices=Kind, default=Kind.PERIOD)
    period = models.ForeignKey(
        Period, models.CASCADE, null=True, related_name="grade_sheets", verbose_name="период"
    )
    complete_at = models.DateTimeField("выставлены", null=True, editable=False)
    grades_due_at = models.DateTimeField("срок", null=True, editable=False)

    class Meta:
        verbose_name = "ведомость оценок"
        verbose_name_plural = "ведомости оценок"
        indexes = [late_index("grades_due_at", "complete_at", "gradesheet_late")]
        constraints = [
            models.UniqueConstraint(fields=["journal", "period"], name="gradesheet_once"),
            models.UniqueConstraint(
                fields=["journal", "kind"],
                condition=Q(period__isnull=True),
                name="yeargradesheet_once",
            ),
            models.CheckConstraint(
                condition=Q(kind="period", period__isnull=False)
                | (~Q(kind="period") & Q(period__isnull=True)),
                name="gradesheet_period_iff_kind",
            ),
        ]

    def __str__(self):
        return f"{self.journal}, {self.place}"

    @property
    def place(self):
        """«2 четверть», «год», «экзамен», «итог»."""
        names = {self.Kind.YEAR: "год", self.Kind.EXAM: "экзамен", self.Kind.FINAL: "итог"}
        return names.get(self.kind) or str(self.period)

    @property
    def what(self):
        """What is due: «оценки за период», «годовые оценки», …"""
        names = {
            self.Kind.PERIOD: "оценки за период",
            self.Kind.YEAR: "годовые оценки",
            self.Kind.EXAM: "экзаменационные оценки",
            self.Kind.FINAL: "итоговые оценки",
        }
        return names[self.kind]


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
