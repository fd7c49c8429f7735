"""Jobs that a worker does in no transaction: whose one is, says a claim that all can see."""

import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone


class ClaimedQuerySet(models.QuerySet):
    def unclaimed(self):
        """Those that no living worker has."""
        dead = Q(claimed_at__lt=timezone.now() - self.model.CLAIM_LASTS)
        return self.filter(Q(claimed_at=None) | dead)

    def make_or_claim(self, place, **undone):
        """The job of a place (fields), made where there is none, if it is this worker's now; None
        if it is another's, or not `undone` any more."""
        job, is_new = self.get_or_create(**place, defaults={"claimed_at": timezone.now()})
        return job if is_new or job.claim(**undone) else None


class Claimed(models.Model):
    """A job that one worker at a time has claimed. Who has given no sign of life for CLAIM_LASTS is
    dead, and another may claim it; a worker that is alive after all finds its claim gone."""

    CLAIM_LASTS: datetime.timedelta  # longer than a job can take between two signs of life

    claimed_at = models.DateTimeField("взят в работу", null=True)

    objects = ClaimedQuerySet.as_manager()

    class Meta:
        abstract = True

    def claim(self, **undone):
        """Claim the job unless a living worker has it, or `undone` (filters) is no longer so;
        returns whether it is this worker's now."""
        return self._write(type(self).objects.unclaimed().filter(pk=self.pk, **undone))

    def renew(self, **values):
        """Give a sign of life and write values; returns False, with nothing written, if another
        worker has claimed the job since."""
        return self._write(self.mine(), **values)

    def mine(self):
        """A queryset of the job's row, empty once another worker has claimed it."""
        return type(self).objects.filter(pk=self.pk, claimed_at=self.claimed_at)

    def _write(self, row, **values):
        values["claimed_at"] = timezone.now()
        if not row.update(**values):
            return False
        for name, value in values.items():
            setattr(self, name, value)
        return True
