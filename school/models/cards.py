"""A pupil's personal card (4.4), and what of it fewer may see: health."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .history import History, current_address
from .names import Lines, Name
from .people import Student, User


class StudentCard(models.Model):
    """«Личная карточка»: kept by the class teacher, seen by the administration. Parents, classes
    and the like are told by their own facts."""

    student = models.OneToOneField(
        Student, models.PROTECT, related_name="card", verbose_name="ученик"
    )
    born_on = models.DateField("дата рождения", null=True, blank=True)
    address = Name("адрес", max_length=300, blank=True)
    programme = Name(
        "вариант адаптированной программы", max_length=200, blank=True
    )  # «АООП ООО, вариант 5.2»
    contacts = Lines("телефоны и другие контакты", max_length=1000, blank=True)
    notes = Lines("примечания", max_length=2000, blank=True)
    history = History()

    class Meta:
        verbose_name = "личная карточка"
        verbose_name_plural = "личные карточки"

    def __str__(self):
        return str(self.student)


class HealthRecord(models.Model):
    """Health group and notes: for the class teacher and the director alone; every look is a
    HealthLook."""

    class Group(models.IntegerChoices):
        FIRST = 1, "I"
        SECOND = 2, "II"
        THIRD = 3, "III"
        FOURTH = 4, "IV"
        FIFTH = 5, "V"

    student = models.OneToOneField(
        Student, models.PROTECT, related_name="health", verbose_name="ученик"
    )
    group = models.PositiveSmallIntegerField(
        "группа здоровья", choices=Group, null=True, blank=True
    )
    notes = Lines("сведения о здоровье", max_length=2000, blank=True)
    history = History()

    class Meta:
        verbose_name = "сведения о здоровье"
        verbose_name_plural = "сведения о здоровье"
        constraints = [
            models.CheckConstraint(
                condition=Q(group__isnull=True) | Q(group__range=(1, 5)), name="healthrecord_group"
            )
        ]

    def __str__(self):
        return str(self.student)


class HealthLook(models.Model):
    """Who looked at a pupil's health record, when (UTC) and from where. Never changed."""

    student = models.ForeignKey(
        Student, models.PROTECT, related_name="health_looks", verbose_name="ученик"
    )
    user = models.ForeignKey(User, models.PROTECT, related_name="+", verbose_name="кто")
    at = models.DateTimeField("когда", default=timezone.now)
    address = models.GenericIPAddressField("адрес", null=True, default=current_address)

    class Meta:
        verbose_name = "просмотр сведений о здоровье"
        verbose_name_plural = "просмотры сведений о здоровье"
        ordering = ["-at", "-pk"]

    def __str__(self):
        return f"{self.user}: {self.student}"


class EnrolmentOrder(models.Model):
    """An order («приказ») of enrolment, transfer or leaving."""

    class Kind(models.TextChoices):
        ENROL = "enrol", "о зачислении"
        TRANSFER = "transfer", "о переводе"
        LEAVE = "leave", "об отчислении"

    student = models.ForeignKey(
        Student, models.PROTECT, related_name="orders", verbose_name="ученик"
    )
    kind = models.CharField("приказ", max_length=10, choices=Kind)
    number = Name("номер", max_length=30)
    signed_on = models.DateField("от")
    text = Name("содержание", max_length=300, blank=True)
    history = History()

    class Meta:
        verbose_name = "приказ"
        verbose_name_plural = "приказы"
        ordering = ["signed_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["student", "kind", "number", "signed_on"], name="enrolmentorder_once"
            )
        ]

    def __str__(self):
        return f"Приказ {self.get_kind_display()} № {self.number} от {self.signed_on:%d.%m.%Y}"
