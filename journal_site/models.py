"""What the site itself remembers: which digests went out."""

import datetime

from django.db import models
from django.utils import timezone

from school.models import User

# Longer than the sending of one letter can last (EMAIL_TIMEOUT): who claimed earlier is dead.
CLAIM_LASTS = datetime.timedelta(minutes=15)


class DigestQuerySet(models.QuerySet):
    def abandoned(self):
        """Claimed so long ago that whoever did it is dead, or could not send the letter."""
        return self.filter(sent_at=None, claimed_at__lt=timezone.now() - CLAIM_LASTS)


class Digest(models.Model):
    """A digest of a school-local day to one person: claimed by a worker, then sent. Instants are
    UTC."""

    class Kind(models.TextChoices):
        TEACHER = "teacher", "сводка учителя"
        LEADER = "leader", "сводка администрации"

    user = models.ForeignKey(User, models.CASCADE, related_name="digests", verbose_name="кому")
    kind = models.CharField("какая", max_length=10, choices=Kind)
    day = models.DateField("день")
    claimed_at = models.DateTimeField("взята в работу", default=timezone.now)
    sent_at = models.DateTimeField("отправлена", null=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = "сводка по почте"
        verbose_name_plural = "сводки по почте"
        constraints = [models.UniqueConstraint(fields=["user", "kind", "day"], name="digest_once")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.day:%d.%m.%Y}: {self.user}"
