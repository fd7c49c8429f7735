"""What is taught to whom by whom: subjects, scales, classes, groups, journals, assignments."""

from decimal import Decimal

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from ..declared import declared
from ..rules.subjects import LETTERS, MOST_LETTERS, abbreviation
from .calendar import Period, SchoolYear
from .dated import Dated, NoOverlap
from .history import History
from .kinds import LessonKind, usual_kind
from .meanings import Meaning
from .names import Name
from .people import Student, User
from .versions import Version

MOST_HOURS = 40  # a week: no teacher has more of one class


class Subject(models.Model):
    """A new one that is told no abbreviation gets one made of its name."""

    name = Name("название", max_length=100, unique=True)
    short_name = Name("сокращение", max_length=20)
    abbreviation = Name(
        f"до {MOST_LETTERS} букв",
        max_length=MOST_LETTERS,
        blank=True,
        help_text="Для узких мест: в расписании и в списках на телефоне. Только буквы, у каждого "
        "предмета свои; пусто: составится из названия.",
    )
    history = History()

    class Meta:
        verbose_name = "предмет"
        verbose_name_plural = "предметы"
        ordering = ["name"]
        constraints = [
            # SQLite tells capitals of Russian letters apart from small ones; `clean` does not.
            models.UniqueConstraint(
                Lower("abbreviation"),
                name="subject_abbreviation_once",
                violation_error_message="Так уже сокращается другой предмет.",
            ),
            models.CheckConstraint(
                condition=Q(abbreviation__regex=f"^[{LETTERS}]{{1,{MOST_LETTERS}}}$"),
                name="subject_abbreviation_letters",
                violation_error_message=f"Только буквы, не больше {MOST_LETTERS}.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **options):
        self._abbreviate()
        super().save(*args, **options)

    def clean(self):
        self._abbreviate()
        others = Subject.objects.exclude(pk=self.pk)
        for name, its in others.values_list("name", "abbreviation"):
            if its.casefold() == self.abbreviation.casefold():
                raise ValidationError({"abbreviation": f"Так уже сокращается «{name}»."})

    def _abbreviate(self):
        if not self.abbreviation:
            others = Subject.objects.exclude(pk=self.pk)
            taken = others.values_list("abbreviation", flat=True)
            self.abbreviation = abbreviation(self.name, self.short_name, taken)


class GradeScale(models.Model):
    """Which values a mark may have: five-point, зачёт/незачёт, unmarked, or the school's own."""

    name = Name("название", max_length=100, unique=True)
    history = History()

    class Meta:
        verbose_name = "шкала оценивания"
        verbose_name_plural = "шкалы оценивания"
        ordering = ["name"]

    def __str__(self):
        return self.name

    @property
    def is_used(self):
        """Whether it is the scale of a journal, or ever was."""
        journals = (Journal.objects, Journal.history)
        return any(found.filter(scale=self.pk).exists() for found in journals)


class GradeValue(Version):
    """A value of a scale. `points` count in the weighted average; NULL does not (зч, осв).
    `meaning` is what it says of the pupil; «» says nothing."""

    FROZEN = ("text", "title", "points", "meaning")

    scale = models.ForeignKey(
        GradeScale, models.CASCADE, related_name="values", verbose_name="шкала"
    )
    text = Name("запись в клетке", max_length=10)
    title = Name("значение", max_length=60)
    points = models.PositiveSmallIntegerField(
        "баллы",
        null=True,
        blank=True,
        help_text="С ними отметка входит в средний балл; пусто: не входит.",
    )
    meaning = models.CharField(
        "что значит",
        max_length=12,
        choices=Meaning,
        blank=True,
        help_text="По этому считаются успеваемость, качество и СОУ; пусто: ни о чём не говорит.",
    )
    position = models.PositiveSmallIntegerField("порядок", default=0)
    history = History()

    class Meta(Version.Meta):
        verbose_name = "значение шкалы"
        verbose_name_plural = "значения шкалы"
        ordering = ["scale", "position"]
        constraints = [
            *Version.Meta.constraints,
            models.UniqueConstraint(fields=["scale", "text", "starts_on"], name="gradevalue_once"),
            NoOverlap(over=["scale", "text"], name="gradevalue_no_overlap"),
            # A slash, a blank, capitals or Latin letters would make the cell's text ambiguous
            # (design, section 6).
            models.CheckConstraint(
                condition=Q(text__regex=r"^[0-9а-яё][0-9а-яё+-]*$"),
                name="gradevalue_text_is_typable",
                violation_error_message="Только строчные русские буквы, цифры, + и -.",
            ),
            models.CheckConstraint(
                condition=Q(meaning__in=["", *Meaning.values]), name="gradevalue_meaning"
            ),
        ]

    def __str__(self):
        return self.text

    def clean(self):
        # What a cell says of an absence can be no mark in it.
        if self.text in declared("records", "NO_MARKS"):
            raise ValidationError({"text": "Так в клетке записывают пропуск."})

    def is_frozen(self, name):
        """What it means may be told once, as long as nobody has said it: nothing was concluded from
        that, and grades given before get a meaning no other way."""
        return super().is_frozen(name) and not (name == "meaning" and not self.meaning)

    @property
    def is_used(self):
        return self.scale.is_used


class GradingRule(Version):
    """How an average becomes a grade: the rule in force on the last day of a period is that of the
    period, of the year's last period that of the year (2.4)."""

    FROZEN = ("rounds_up_from", "min_marks")

    rounds_up_from = models.DecimalField(
        "доля, с которой балл округляется вверх",
        max_digits=3,
        decimal_places=2,
        default=Decimal("0.50"),
        help_text="При 0,60 средний балл 4,59 предлагает «4», а 4,60 «5».",
    )
    min_marks = models.PositiveSmallIntegerField(
        "наименьшее число отметок для оценки за период",
        default=3,
        help_text="При меньшем числе предлагается «н/а».",
    )
    history = History()

    class Meta(Version.Meta):
        verbose_name = "правило оценки"
        verbose_name_plural = "правила оценки"
        ordering = ["starts_on"]
        constraints = [
            *Version.Meta.constraints,
            NoOverlap(over=[], name="gradingrule_no_overlap"),
            models.CheckConstraint(
                condition=Q(rounds_up_from__gt=0, rounds_up_from__lte=1),
                name="gradingrule_rounds_up_from",
                violation_error_message="Больше 0 и не больше 1.",
            ),
        ]

    def __str__(self):
        up_from = str(self.rounds_up_from).replace(".", ",")
        return f"вверх от {up_from}, отметок не меньше {self.min_marks}"

    @property
    def is_used(self):
        """Grades are suggested by it at any time."""
        return True


class SchoolClass(models.Model):
    """5А in one school year; 0А is a preparatory class, that of children who do not go to the first
    yet."""

    year = models.ForeignKey(
        SchoolYear, models.PROTECT, related_name="classes", verbose_name="учебный год"
    )
    number = models.PositiveSmallIntegerField(
        "параллель",
        validators=[MinValueValidator(0), MaxValueValidator(12)],
        help_text="0 — подготовительный класс.",
    )
    letter = Name("буква", max_length=5, blank=True)
    class_teacher = models.ForeignKey(
        User,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="led_classes",
        verbose_name="классный руководитель",
    )
    history = History()

    class Meta:
        verbose_name = "класс"
        verbose_name_plural = "классы"
        ordering = ["number", "letter"]
        permissions = [
            ("lead_class", "Ведёт класс"),
            ("stand_in_class", "Действует, пока у класса нет руководителя"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["year", "number", "letter"], name="schoolclass_once"),
            models.CheckConstraint(
                condition=Q(number__range=(0, 12)), name="schoolclass_number_0_to_12"
            ),
        ]

    def __str__(self):
        return f"{self.number}{self.letter}"


class Enrolment(Dated):
    """A pupil is in one class at a time."""

    student = models.ForeignKey(
        Student, models.PROTECT, related_name="enrolments", verbose_name="ученик"
    )
    school_class = models.ForeignKey(
        SchoolClass, models.PROTECT, related_name="enrolments", verbose_name="класс"
    )
    history = History()

    class Meta(Dated.Meta):
        verbose_name = "зачисление"
        verbose_name_plural = "зачисления"
        constraints = [
            *Dated.Meta.constraints,
            NoOverlap(over=["student"], name="enrolment_no_overlap"),
        ]

    def __str__(self):
        return f"{self.student}, {self.school_class}"


class TeachingGroup(models.Model):
    """Who is taught together: a class, a subgroup (also across classes), or one pupil with an
    individual plan (2.3). A class's pupils are its enrolments; the others have memberships."""

    class Kind(models.TextChoices):
        CLASS = "class", "класс"
        SUBGROUP = "subgroup", "подгруппа"
        INDIVIDUAL = "individual", "индивидуальный план"

    kind = models.CharField("вид", max_length=10, choices=Kind)
    year = models.ForeignKey(SchoolYear, models.PROTECT, verbose_name="учебный год")
    name = Name("название", max_length=100)
    school_class = models.OneToOneField(
        SchoolClass,
        models.CASCADE,
        null=True,
        blank=True,
        related_name="group",
        verbose_name="класс",
    )
    history = History()

    class Meta:
        verbose_name = "учебная группа"
        verbose_name_plural = "учебные группы"
        ordering = ["name"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind="class", school_class__isnull=False)
                | (~Q(kind="class") & Q(school_class__isnull=True)),
                name="teachinggroup_class_iff_kind",
                violation_error_message="Класс указывают у группы вида «класс», и только у неё.",
            ),
            models.UniqueConstraint(fields=["year", "name"], name="teachinggroup_name_once"),
        ]

    def __str__(self):
        return self.name

    @property
    def name_on_walls(self):
        """What others than its teachers may read: an individual plan is called by its pupil."""
        return self.get_kind_display() if self.kind == self.Kind.INDIVIDUAL else self.name


class GroupMembership(Dated):
    """A pupil's place in a subgroup or individual plan."""

    group = models.ForeignKey(
        TeachingGroup, models.CASCADE, related_name="memberships", verbose_name="группа"
    )
    student = models.ForeignKey(
        Student, models.PROTECT, related_name="memberships", verbose_name="ученик"
    )
    history = History()

    class Meta(Dated.Meta):
        verbose_name = "состав группы"
        verbose_name_plural = "составы групп"
        constraints = [
            *Dated.Meta.constraints,
            NoOverlap(over=["group", "student"], name="groupmembership_no_overlap"),
        ]

    def __str__(self):
        return f"{self.student}, {self.group}"


class Journal(models.Model):
    """One teaching group × one subject × one school year (the group's)."""

    group = models.ForeignKey(
        TeachingGroup, models.PROTECT, related_name="journals", verbose_name="группа"
    )
    subject = models.ForeignKey(Subject, models.PROTECT, verbose_name="предмет")
    scale = models.ForeignKey(GradeScale, models.PROTECT, verbose_name="шкала")
    period_kind = models.CharField(
        "оценивается по", max_length=10, choices=Period.Kind, default=Period.Kind.QUARTER
    )
    has_exam = models.BooleanField("есть экзамен", default=False)
    lesson_kind = models.ForeignKey(
        LessonKind,
        models.PROTECT,
        default=usual_kind,
        verbose_name="вид занятий",
        help_text="Другой вид получают уроки с сегодняшнего дня, если у них был прежний.",
    )
    history = History()

    class Meta:
        verbose_name = "журнал"
        verbose_name_plural = "журналы"
        permissions = [("write_journal", "Ведёт журнал")]
        constraints = [models.UniqueConstraint(fields=["group", "subject"], name="journal_once")]

    def __str__(self):
        return f"{self.group}, {self.subject}"


class TeachingAssignment(Dated):
    """Who teaches a journal, from … to …; several teachers may share it."""

    journal = models.ForeignKey(
        Journal, models.CASCADE, related_name="assignments", verbose_name="журнал"
    )
    teacher = models.ForeignKey(
        User, models.PROTECT, related_name="assignments", verbose_name="учитель"
    )
    hours = models.DecimalField(
        "часов в неделю",
        max_digits=4,
        decimal_places=2,
        null=True,
        blank=True,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(MOST_HOURS)],
        help_text="Пусто: не указано.",
    )
    history = History()

    class Meta(Dated.Meta):
        verbose_name = "нагрузка"
        verbose_name_plural = "нагрузка"
        constraints = [
            *Dated.Meta.constraints,
            NoOverlap(over=["journal", "teacher"], name="teachingassignment_no_overlap"),
            models.CheckConstraint(
                condition=Q(hours__isnull=True) | Q(hours__gt=0, hours__lte=MOST_HOURS),
                name="teachingassignment_hours",
            ),
        ]

    def __str__(self):
        return f"{self.teacher}: {self.journal}"


class CurriculumHours(models.Model):
    """«Учебный план»: how many hours a week a class learns a subject, whoever teaches it and in
    however many groups."""

    school_class = models.ForeignKey(
        SchoolClass, models.CASCADE, related_name="curriculum", verbose_name="класс"
    )
    subject = models.ForeignKey(
        Subject, models.PROTECT, related_name="curriculum", verbose_name="предмет"
    )
    hours = models.DecimalField(
        "часов в неделю",
        max_digits=4,
        decimal_places=2,
        validators=[MinValueValidator(Decimal("0.25")), MaxValueValidator(MOST_HOURS)],
    )
    history = History()

    class Meta:
        verbose_name = "часы учебного плана"
        verbose_name_plural = "учебный план"
        constraints = [
            models.UniqueConstraint(
                fields=["school_class", "subject"], name="curriculumhours_once"
            ),
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=MOST_HOURS), name="curriculumhours_hours"
            ),
        ]

    def __str__(self):
        return f"{self.school_class}, {self.subject}"
