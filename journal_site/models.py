"""What the site itself remembers: which letters went out, what the director has noted, and when
teachers were reminded."""

import datetime

from django.db import models
from django.utils import timezone

from school.models import User
from school.models.claimed import Claimed
from school.models.history import History


class Digest(Claimed):
    """A letter of a school-local day to one person: claimed by a worker, then sent. A digest is one
    a day; of what changed about the leaders each has its own, which `about` names, and is noted on
    the page by its reader. Instants are UTC."""

    # Longer than the sending of one letter can last (EMAIL_TIMEOUT).
    CLAIM_LASTS = datetime.timedelta(minutes=15)

    class Kind(models.TextChoices):
        TEACHER = "teacher", "сводка учителя"
        LEADER = "leader", "сводка администрации"
        CHANGE = "change", "изменение у руководителей"
        REMINDER = "reminder", "напоминание о журналах"

    user = models.ForeignKey(User, models.CASCADE, related_name="digests", verbose_name="кому")
    kind = models.CharField("какая", max_length=10, choices=Kind)
    day = models.DateField("день")
    about = models.CharField("о чём", max_length=30, blank=True)
    sent_at = models.DateTimeField("отправлена", null=True)
    noted_at = models.DateTimeField("прочитано", null=True)

    class Meta:
        verbose_name = "сводка по почте"
        verbose_name_plural = "сводки по почте"
        constraints = [
            models.UniqueConstraint(fields=["user", "kind", "day", "about"], name="digest_once")
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.day:%d.%m.%Y}: {self.user}"


class Reminder(models.Model):
    """A leader reminds, on a school-local day, everybody who has held a lesson without taking
    attendance; the `number`-th time that day. Whom it reaches follows from the lessons. Instants
    are UTC."""

    day = models.DateField("день")
    number = models.PositiveSmallIntegerField("который за день")
    reminded_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="кто напомнил"
    )
    reminded_at = models.DateTimeField("когда", default=timezone.now)
    history = History()

    class Meta:
        verbose_name = "напоминание о журналах"
        verbose_name_plural = "напоминания о журналах"
        constraints = [
            models.UniqueConstraint(fields=["day", "number"], name="reminder_once"),
        ]

    def __str__(self):
        return f"{self.day:%d.%m.%Y}, {self.number}-е"
