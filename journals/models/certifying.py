"""Many journals certified in one deed (4.1)."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone

from school.models import Journal, Period, User
from school.models.claimed import Claimed

from .review import Certificate


class Certifying(Claimed):
    """The director lets a worker certify chosen journals of a closed period, one after the other.
    `sealed_key` is the password of the key that signs, encrypted, and «» as soon as it is needed no
    longer. What became of each journal say its `lines`. Instants are UTC."""

    CLAIM_LASTS = datetime.timedelta(minutes=15)  # longer than a journal takes, with what waits

    period = models.ForeignKey(Period, models.PROTECT, related_name="+", verbose_name="период")
    asked_by = models.ForeignKey(
        User, models.PROTECT, related_name="+", verbose_name="кто заверяет"
    )
    asked_at = models.DateTimeField("когда", default=timezone.now)
    sealed_key = models.TextField("пароль ключа", blank=True, editable=False)
    started_at = models.DateTimeField("начато", null=True)
    stopped_by = models.ForeignKey(
        User, models.PROTECT, null=True, related_name="+", verbose_name="кто остановил"
    )
    finished_at = models.DateTimeField("закончено", null=True)
    error = models.CharField("ошибка", max_length=500, blank=True)

    class Meta:
        verbose_name = "заверение журналов"
        verbose_name_plural = "заверения журналов"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                models.Value(1), condition=Q(finished_at=None), name="certifying_one_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(finished_at=None) | Q(sealed_key=""), name="certifying_forgets_the_key"
            ),
        ]

    def __str__(self):
        return f"{self.period}, {timezone.localtime(self.asked_at):%d.%m.%Y %H:%M}"


class CertifyingLine(models.Model):
    """One journal of a Certifying: certified, or refused and why. Both empty: not yet its turn, or
    the deed was stopped before. `was_certified`: nothing was changed since an earlier
    certificate, which stands."""

    certifying = models.ForeignKey(
        Certifying, models.CASCADE, related_name="lines", verbose_name="заверение"
    )
    journal = models.ForeignKey(Journal, models.PROTECT, related_name="+", verbose_name="журнал")
    certificate = models.ForeignKey(
        Certificate, models.PROTECT, null=True, related_name="+", verbose_name="заверен"
    )
    was_certified = models.BooleanField("был заверен раньше", default=False)
    refusal = models.CharField("почему не заверен", max_length=500, blank=True)
    done_at = models.DateTimeField("когда", null=True)

    class Meta:
        verbose_name = "журнал заверения"
        verbose_name_plural = "журналы заверения"
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["certifying", "journal"], name="certifyingline_once"),
            models.CheckConstraint(
                condition=Q(done_at=None, certificate=None, refusal="")
                | Q(done_at__isnull=False, certificate__isnull=False, refusal="")
                | (Q(done_at__isnull=False, certificate=None) & ~Q(refusal="")),
                name="certifyingline_certified_or_refused",
            ),
        ]

    def __str__(self):
        return f"{self.journal}: {self.refusal or self.certificate or '…'}"
