"""What marks, averages and grades are read with: once in use it is never changed, so that what was
written with it stays what it was. A change is a new version from a day on.

In use is what could be used. Who sets these things up may see no marks: whether one was given must
not be told by what he is refused."""

import datetime

from django.db import models
from django.utils import timezone

from .dated import Dated

EVER = datetime.date.min


class Version(Dated):
    """In force from `starts_on` (the first version: ever since) to `ends_on`; the next one begins
    on the day after. The fields in FROZEN of one in use stay as they are, see
    `school.actions.versions.change_from`."""

    FROZEN = ()

    starts_on = models.DateField("действует с", default=EVER, editable=False)
    ends_on = models.DateField("действует по", null=True, blank=True)

    class Meta(Dated.Meta):
        abstract = True

    @property
    def is_in_use(self):
        """Whether anything may have been read with it: it is in force already, and `is_used`."""
        return self.starts_on <= timezone.localdate() and self.is_used

    def is_frozen(self, name):
        """Whether a field of one in use stays as it is."""
        return name in self.FROZEN

    @property
    def is_used(self):
        """Whether there is a place where it can be used, or there was one."""
        raise NotImplementedError
