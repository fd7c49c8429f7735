"""The weekly timetable, its rooms, and the draft of the next one."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q

from .calendar import SchoolYear
from .dated import Dated, NoOverlap
from .history import History
from .kinds import LessonKind
from .names import Name
from .people import User
from .structure import Journal


class Room(models.Model):
    name = Name("кабинет", max_length=40, unique=True, help_text="«12», «спортзал»")
    history = History()

    class Meta:
        verbose_name = "кабинет"
        verbose_name_plural = "кабинеты"
        ordering = ["name"]

    def __str__(self):
        return self.name


class Row(models.Model):
    """What a row of a timetable says. In a boarding school there are lessons on Sundays too, which
    makes them no working days."""

    class Weeks(models.IntegerChoices):
        """Bits: of a row of all weeks and one of the odd ones at the same hour one is too many."""

        ODD = 1, "нечётные недели"
        EVEN = 2, "чётные недели"
        ALL = 3, "каждую неделю"

    WEEKDAYS = [
        (1, "понедельник"),
        (2, "вторник"),
        (3, "среда"),
        (4, "четверг"),
        (5, "пятница"),
        (6, "суббота"),
        (7, "воскресенье"),
    ]
    SAYS = ("journal_id", "weekday", "number", "weeks", "kind_id", "room_id", "teacher_id")

    journal = models.ForeignKey(Journal, models.CASCADE, verbose_name="журнал", related_name="+")
    weekday = models.PositiveSmallIntegerField("день недели", choices=WEEKDAYS)
    number = models.PositiveSmallIntegerField("номер урока")
    weeks = models.PositiveSmallIntegerField("по каким неделям", choices=Weeks, default=Weeks.ALL)
    kind = models.ForeignKey(
        LessonKind,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="вид занятий",
        related_name="+",
        help_text="Пусто: как у журнала.",
    )
    room = models.ForeignKey(
        Room, models.PROTECT, null=True, blank=True, verbose_name="кабинет", related_name="+"
    )
    teacher = models.ForeignKey(
        User,
        models.PROTECT,
        null=True,
        blank=True,
        verbose_name="кто ведёт",
        related_name="+",
        help_text="Только если журнал ведут несколько учителей и этот урок чей-то один.",
    )

    class Meta:
        abstract = True
        constraints = [
            models.CheckConstraint(
                condition=Q(weekday__range=(1, 7)), name="%(class)s_weekday_1_to_7"
            ),
            models.CheckConstraint(condition=Q(weeks__in=[1, 2, 3]), name="%(class)s_weeks"),
        ]

    @property
    def says(self):
        """{name: value} of what is said of the lesson."""
        return {name: getattr(self, name) for name in self.SAYS}

    @property
    def hour(self):
        """«вторник, 3-й урок, нечётные недели»"""
        told = f"{self.get_weekday_display()}, {self.number}-й урок"
        return told if self.weeks == self.Weeks.ALL else f"{told}, {self.get_weeks_display()}"

    @property
    def weeks_in_short(self):
        """«неч.», «чёт.», «» of a row of all weeks."""
        return {self.Weeks.ODD: "неч.", self.Weeks.EVEN: "чёт."}.get(self.weeks, "")


class NoOverlapInWeeks(NoOverlap):
    """The same where odd and even weeks do not meet."""

    SQL = (
        "int4range(CASE WHEN weeks = 2 THEN 2 ELSE 1 END, CASE WHEN weeks = 1 THEN 1 ELSE 2 END, "
        "'[]') WITH &&, " + NoOverlap.SQL
    )
    BOUNDS = ("starts_on", "ends_on", "weeks")
    NEEDED = ("starts_on", "weeks")

    def overlapping(self, rows, bounds):
        shared = [weeks for weeks in (1, 2, 3) if weeks & bounds["weeks"]]
        return _without_weeks.overlapping(rows.filter(weeks__in=shared), bounds)

    def overlap(self, one, other):
        return bool(one["weeks"] & other["weeks"]) and _without_weeks.overlap(one, other)


_without_weeks = NoOverlap(over=[], name="")


class TimetableEntry(Row, Dated):
    """A journal's lesson in the weekly timetable, in force from … to …"""

    journal = models.ForeignKey(
        Journal, models.CASCADE, related_name="timetable", verbose_name="журнал"
    )
    history = History()

    class Meta:
        verbose_name = "строка расписания"
        verbose_name_plural = "расписание"
        constraints = [
            *Row.Meta.constraints,
            *Dated.Meta.constraints,
            NoOverlapInWeeks(
                over=["journal", "weekday", "number"], name="timetableentry_no_overlap"
            ),
        ]

    def __str__(self):
        return f"{self.journal}: {self.hour}"


class TimetableDraft(models.Model):
    """The next timetable of a school year, from a day on: nobody but the leaders sees it until it
    is applied in one deed, and then it says what was changed. Withdrawn is one that was applied and
    taken back."""

    year = models.ForeignKey(
        SchoolYear, models.PROTECT, related_name="drafts", verbose_name="учебный год"
    )
    starts_on = models.DateField("действует с")
    applied_at = models.DateTimeField("введено", null=True, editable=False)
    applied_by = models.ForeignKey(
        User, models.PROTECT, null=True, editable=False, related_name="+", verbose_name="кто ввёл"
    )
    withdrawn_at = models.DateTimeField("отозвано", null=True, editable=False)
    history = History()

    class Meta:
        verbose_name = "новое расписание"
        verbose_name_plural = "новые расписания"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["year"], condition=Q(applied_at__isnull=True), name="timetabledraft_one"
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True) | Q(applied_at__isnull=False),
                name="timetabledraft_withdrawn_once_applied",
            ),
        ]

    def __str__(self):
        return f"расписание с {self.starts_on:%d.%m.%Y}"


class DraftRow(Row):
    """One change: a row that comes, or with `entry` what one says instead; `goes`: nothing. When it
    is applied `made` is the row that came, and `ended_on` what the former one's last day was."""

    draft = models.ForeignKey(
        TimetableDraft, models.CASCADE, related_name="rows", verbose_name="новое расписание"
    )
    entry = models.ForeignKey(
        TimetableEntry,
        models.CASCADE,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="строка расписания",
    )
    goes = models.BooleanField("урока больше нет", default=False)
    made = models.ForeignKey(
        TimetableEntry,
        models.SET_NULL,
        null=True,
        editable=False,
        related_name="+",
        verbose_name="новая строка",
    )
    ended_on = models.DateField("прежняя строка действовала по", null=True, editable=False)
    history = History()

    class Meta:
        verbose_name = "изменение расписания"
        verbose_name_plural = "изменения расписания"
        ordering = ["pk"]
        constraints = [
            *Row.Meta.constraints,
            models.UniqueConstraint(fields=["draft", "entry"], name="draftrow_entry_once"),
            models.CheckConstraint(
                condition=Q(goes=False) | Q(made__isnull=True), name="draftrow_goes_or_comes"
            ),
        ]

    def __str__(self):
        return f"{self.journal}: {self.hour}"

    def clean(self):
        if self.goes and self.entry_id is None:
            raise ValidationError("Убрать можно только строку, которая есть.")
