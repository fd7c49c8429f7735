"""First passwords on paper, and what a person agreed to before anything else opened (5.1, 5.2)."""

from django.db import models
from django.db.models import Q
from django.utils import timezone

from .history import History, current_address
from .names import Lines
from .people import User


class Slip(models.Model):
    """A password on paper, for the log-in after which one's own is chosen. It is kept as a hash
    alone; it has been used once one's own password stands (`opened_at`), and stopped when a newer
    one was made or its owner got a password in another way (`ended_at`)."""

    person = models.ForeignKey(User, models.PROTECT, related_name="slips", verbose_name="чей")
    password = models.CharField(max_length=128, editable=False)
    made_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="кто напечатал"
    )
    made_at = models.DateTimeField("напечатан", default=timezone.now)
    opened_at = models.DateTimeField("использован", null=True)
    ended_at = models.DateTimeField("перестал действовать", null=True)
    history = History(excluded_fields=["password"])

    class Meta:
        verbose_name = "листок для входа"
        verbose_name_plural = "листки для входа"
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(opened_at=None, ended_at=None),
                name="slip_one_living",
            ),
            models.CheckConstraint(
                condition=Q(opened_at=None) | Q(ended_at=None), name="slip_used_or_ended"
            ),
        ]

    def __str__(self):
        return f"листок: {self.person}"


class AgreementText(models.Model):
    """The school's own text that people agree to, from a school-local day on; of a kind the newest
    one that has begun holds, and is asked about once."""

    class Kind(models.TextChoices):
        ACCOUNT = "account", "Учётная запись только моя (5.2)"
        DATA = "data", "Персональные данные"

    kind = models.CharField("о чём", max_length=7, choices=Kind)
    version = models.PositiveSmallIntegerField("версия")
    text = Lines("текст")
    starts_on = models.DateField("действует с")
    history = History()

    class Meta:
        verbose_name = "текст согласия"
        verbose_name_plural = "тексты согласий"
        constraints = [
            models.UniqueConstraint(fields=["kind", "version"], name="agreement_text_version_once"),
            models.CheckConstraint(
                condition=Q(kind__in=["account", "data"]), name="agreement_text_kind"
            ),
            models.CheckConstraint(condition=~Q(text=""), name="agreement_text_says_something"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()}, версия {self.version}"


class Agreement(models.Model):
    """What a person answered to a text, the last time he was asked."""

    person = models.ForeignKey(User, models.PROTECT, related_name="agreements", verbose_name="кто")
    text = models.ForeignKey(
        AgreementText, models.PROTECT, related_name="answers", verbose_name="текст"
    )
    is_given = models.BooleanField("согласие")
    answered_at = models.DateTimeField("когда", default=timezone.now)
    address = models.GenericIPAddressField("откуда", null=True, default=current_address)
    history = History()

    class Meta:
        verbose_name = "согласие"
        verbose_name_plural = "согласия"
        constraints = [
            models.UniqueConstraint(fields=["person", "text"], name="agreement_once"),
        ]

    def __str__(self):
        return f"{self.person}: {self.text}"
