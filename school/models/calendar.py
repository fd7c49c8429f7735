"""The school's calendar: settings, years, periods, bells, days."""

import re

from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator, validate_email
from django.db import models
from django.db.models import F, Max, Q
from django.utils import timezone

from ..rules import terms as rules
from ..rules.days import exams_open_until, grades_open_on
from ..rules.entering import USUAL_IDLE_MINUTES
from .dated import Dated, NoOverlap
from .history import History
from .names import Lines, Name


def split_addresses(text):
    """E-mail addresses, one in a line; a comma, a semicolon or a blank parts them as well."""
    return re.findall(r"[^\s,;]+", text)


def validate_addresses(text):
    for address in split_addresses(text):
        try:
            validate_email(address)
        except ValidationError as error:
            raise ValidationError(
                f"Это не адрес электронной почты: «{address}». Пишите по одному адресу в строке."
            ) from error


class School(models.Model):
    """The one row of the school's settings. Its time zone is the installation's
    (settings.TIME_ZONE)."""

    name = Name("наименование учреждения", max_length=300)
    week_days = models.PositiveSmallIntegerField(
        "учебная неделя", choices=[(5, "пятидневная"), (6, "шестидневная")], default=5
    )

    temp_journal_emails = Lines(
        "адреса для временных журналов",
        blank=True,
        validators=[validate_addresses],
        help_text="По одному в строке: сюда каждое утро приходит пакет временных журналов.",
    )
    outage_minutes = models.PositiveSmallIntegerField(
        "перерыв в работе, похожий на сбой, минут",
        default=30,
        validators=[MinValueValidator(10)],
        help_text="После более долгого перерыва журнал сам предлагает записать сбой.",
    )
    access_minutes = models.PositiveSmallIntegerField(
        "сколько минут доступа достаточно для записи",
        default=60,
        help_text=(
            "Если от конца урока до срока журнал из-за сбоя работал меньше, срок сдвигается на "
            "срок переноса временных журналов (3.2)."
        ),
    )
    many_away_percent = models.PositiveSmallIntegerField(
        "много отсутствующих в классе, процентов",
        default=30,
        help_text="Когда в классе нет стольких или больше, об этом говорит рабочее место завуча.",
    )
    idle_minutes = models.PositiveSmallIntegerField(
        "вход сотрудника без дела кончается через, минут",
        default=USUAL_IDLE_MINUTES,
        validators=[MinValueValidator(15), MaxValueValidator(720)],
        help_text="От 15 до 720. На чужом компьютере — через 15 минут, у всех.",
    )
    wants_second_factor = models.BooleanField(
        "директор, заместители и администраторы входят с кодом",
        default=False,
        help_text="После пароля спрашивается код из приложения на телефоне.",
    )
    history = History()

    class Meta:
        verbose_name = "школа"
        verbose_name_plural = "школа"
        constraints = [
            models.CheckConstraint(
                condition=Q(idle_minutes__range=(15, 720)),
                name="school_idle_minutes",
                violation_error_message="От 15 до 720.",
            ),
            models.CheckConstraint(condition=Q(pk=1), name="school_is_one"),
            models.CheckConstraint(condition=Q(week_days__in=[5, 6]), name="school_week_5_or_6"),
            models.CheckConstraint(
                condition=Q(outage_minutes__gte=10),
                name="school_outage_minutes",
                violation_error_message="Не меньше 10 минут.",
            ),
            models.CheckConstraint(
                condition=Q(access_minutes__lte=24 * 60),
                name="school_access_minutes",
                violation_error_message="Не больше суток: 1440 минут.",
            ),
            models.CheckConstraint(
                condition=Q(many_away_percent__range=(1, 100)),
                name="school_many_away_percent",
                violation_error_message="От 1 до 100.",
            ),
        ]

    def __str__(self):
        return self.name

    def save(self, *args, **kwargs):
        self.pk = 1
        super().save(*args, **kwargs)

    @property
    def time_zone(self):
        return timezone.get_default_timezone_name()


class SchoolYear(Dated):
    """«2026/2027 учебный год». Until when the grades of exams and the final ones are to be entered
    (2.6) is the school's to say; NULL: as the other grades of the year."""

    ends_on = models.DateField("по")
    exams_due_on = models.DateField(
        "экзаменационные оценки выставляют до",
        null=True,
        blank=True,
        help_text="Последний день. Пусто: последний день учебных периодов года (п. 2.6).",
    )
    finals_due_on = models.DateField(
        "итоговые оценки выставляют до",
        null=True,
        blank=True,
        help_text="Последний день. Пусто: тот же, что у экзаменационных, но не раньше годовых.",
    )
    history = History()

    class Meta(Dated.Meta):
        verbose_name = "учебный год"
        verbose_name_plural = "учебные годы"
        ordering = ["-starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            NoOverlap(over=[], name="schoolyear_no_overlap"),
            models.CheckConstraint(
                condition=Q(exams_due_on__isnull=True) | Q(exams_due_on__gte=F("starts_on")),
                name="schoolyear_exams_due_in_it",
                violation_error_message="Экзамены раньше начала учебного года.",
            ),
            models.CheckConstraint(
                condition=Q(finals_due_on__isnull=True) | Q(finals_due_on__gte=F("starts_on")),
                name="schoolyear_finals_due_in_it",
                violation_error_message="Итоговые оценки раньше начала учебного года.",
            ),
            models.CheckConstraint(
                condition=Q(exams_due_on__isnull=True)
                | Q(finals_due_on__isnull=True)
                | Q(finals_due_on__gte=F("exams_due_on")),
                name="schoolyear_finals_after_exams",
                violation_error_message="Итоговые оценки не ставят раньше экзаменационных.",
            ),
        ]

    def __str__(self):
        return f"{self.starts_on.year}/{self.ends_on.year}"

    def clean(self):
        """Nothing is entered after August, whatever the date says, nor is an exam over before the
        last week of the year's periods begins; the final grade follows from the exam's."""
        if self.ends_on is None:
            return
        until, told = exams_open_until(self.ends_on), {}
        last_day = self._periods_end_on()
        for name in ("exams_due_on", "finals_due_on"):
            day = getattr(self, name)
            if day and day > until:
                told[name] = (
                    f"Не позже {until:%d.%m.%Y}: потом экзаменационных и итоговых не ставят."
                )
            elif day and last_day and day < grades_open_on(last_day):
                told[name] = (
                    f"Не раньше {grades_open_on(last_day):%d.%m.%Y}: раньше последней недели "
                    "учебных периодов года ни экзаменационных, ни итоговых не ставят (2.6)."
                )
        exams = self.exams_due_on or last_day
        if not told and exams and self.finals_due_on and self.finals_due_on < exams:
            told["finals_due_on"] = (
                f"Итоговые оценки не ставят раньше экзаменационных, а их срок {exams:%d.%m.%Y}."
            )
        if told:
            raise ValidationError(told)

    def _periods_end_on(self):
        """The last day of the year's periods, of several kinds the earlier one; None without."""
        if self.pk is None:
            return None
        ends = self.periods.order_by().values_list("kind").annotate(last=Max("ends_on"))
        return min((last for _, last in ends), default=None)


class Period(Dated):
    """A quarter, trimester or half-year; the days between two periods are a vacation of those who
    are graded by them (`rules.terms`)."""

    class Kind(models.TextChoices):
        """Of a period, with how one says that it is closed (4.2), and that one is graded `by`
        such ones."""

        QUARTER = rules.QUARTER, "закрыта", "по четвертям", "четверть"
        TRIMESTER = rules.TRIMESTER, "закрыт", "по триместрам", "триместр"
        HALF_YEAR = rules.HALF_YEAR, "закрыто", "по полугодиям", "полугодие"

        closed: str
        by: str

        def __new__(cls, value, closed, by):
            made = str.__new__(cls, value)
            made._value_, made.closed, made.by = value, closed, by
            return made

    year = models.ForeignKey(
        SchoolYear, models.CASCADE, related_name="periods", verbose_name="учебный год"
    )
    kind = models.CharField("вид", max_length=10, choices=Kind)
    number = models.PositiveSmallIntegerField("номер")
    ends_on = models.DateField("по")
    history = History()

    class Meta(Dated.Meta):
        verbose_name = "учебный период"
        verbose_name_plural = "учебные периоды"
        ordering = ["starts_on"]
        constraints = [
            *Dated.Meta.constraints,
            models.UniqueConstraint(fields=["year", "kind", "number"], name="period_number_once"),
            NoOverlap(over=["kind"], name="period_no_overlap"),
        ]

    def __str__(self):
        return f"{self.number} {self.get_kind_display()}"

    @property
    def told_closed(self):
        """«1 четверть закрыта»."""
        return f"{self} {self.Kind(self.kind).closed}"
