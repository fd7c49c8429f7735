"""What the site itself remembers: which letters went out, what the director has noted, when
teachers were reminded; who is logged in, who has logged in, and the second step of log-ins."""

import datetime

from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.db.models import F, Q
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
        DEVICE = "device", "вход с нового устройства"

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


class LoginSession(AbstractBaseSession):
    """A browser that is logged in, or begins to. Instants are UTC; `seen_at` is at most a minute
    older than its owner's last deed."""

    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="sessions", verbose_name="кто"
    )
    device = models.CharField("устройство", max_length=60, blank=True)
    address = models.GenericIPAddressField("адрес", null=True)
    is_shared = models.BooleanField("чужой компьютер", default=False)
    seen_at = models.DateTimeField("когда был здесь", default=timezone.now)

    class Meta:
        verbose_name = "сеанс"
        verbose_name_plural = "сеансы"

    def __str__(self):
        return f"{self.user}: {self.device}"

    @classmethod
    def get_session_store_class(cls):
        from .sessions import SessionStore

        return SessionStore


class LoginEvent(models.Model):
    """A line of the journal of log-ins, kept for a year: no fact, and without a history. Of a login
    that there is not nothing is kept: people type passwords there. Like failures from one place are
    one line (`times`, from `began_at` to `at`, UTC)."""

    class Kind(models.TextChoices):
        ENTERED = "entered", "вход"
        WITH_CODE = "with_code", "вход с кодом"
        WITH_SPARE = "with_spare", "вход с запасным кодом"
        WRONG = "wrong", "неверный пароль"
        WRONG_CODE = "wrong_code", "неверный код"
        LOCKED = "locked", "вход закрыт на 15 минут"
        FACTOR_ON = "factor_on", "второй шаг включён"
        NEW_SPARE = "new_spare", "новые запасные коды"
        FACTOR_OFF = "factor_off", "второй шаг убран"
        DROPPED = "dropped", "второй шаг снят на сервере"

    user = models.ForeignKey(
        User, models.CASCADE, null=True, related_name="login_events", verbose_name="кто"
    )
    kind = models.CharField("что", max_length=10, choices=Kind)
    began_at = models.DateTimeField("с", default=timezone.now)
    at = models.DateTimeField("когда", default=timezone.now)
    times = models.PositiveIntegerField("сколько раз", default=1)
    address = models.GenericIPAddressField("адрес", null=True)
    device = models.CharField("устройство", max_length=60, blank=True)
    device_key = models.CharField("примета браузера", max_length=64, blank=True)
    is_new_device = models.BooleanField("новое устройство", default=False)
    noted_at = models.DateTimeField("узнано", null=True)

    class Meta:
        verbose_name = "вход"
        verbose_name_plural = "журнал входов"
        constraints = [
            models.CheckConstraint(condition=Q(times__gte=1), name="login_event_times"),
            models.CheckConstraint(condition=Q(began_at__lte=F("at")), name="login_event_order"),
        ]
        indexes = [
            models.Index(fields=["user", "-at"], name="login_event_of_user"),
            models.Index(fields=["-at"], name="login_event_newest"),
        ]

    def __str__(self):
        return f"{self.at:%d.%m.%Y %H:%M} {self.get_kind_display()}"


class SecondFactor(models.Model):
    """The second step of an account's log-in: the secret that its app shares, and what is left of
    the spare codes, as hashes. Instants are UTC."""

    user = models.OneToOneField(
        User, models.PROTECT, related_name="second_factor", verbose_name="кто"
    )
    secret = models.CharField("секрет", max_length=32)
    last_step = models.BigIntegerField("последний принятый код", default=0)
    spare = models.JSONField("запасные коды", default=list)
    made_at = models.DateTimeField("включён", default=timezone.now)
    spare_made_at = models.DateTimeField("запасные коды от", default=timezone.now)
    wrong = models.PositiveSmallIntegerField("неверных кодов подряд", default=0)
    closed_until = models.DateTimeField("закрыт до", null=True)
    history = History(excluded_fields=["secret", "last_step", "spare", "wrong", "closed_until"])

    class Meta:
        verbose_name = "второй шаг при входе"
        verbose_name_plural = "второй шаг при входе"

    def __str__(self):
        return f"Второй шаг: {self.user}"
