"""Reads about outages and what is to be transferred after them."""

import datetime

from django.db.models import Q
from django.utils import timezone

from school import rules as school_rules
from school.models import Lesson
from school.queries import days_span, working_calendar

from .. import rules
from ..models import Outage

# The longest that two working days and the free days between them can last.
REACH = datetime.timedelta(days=60)


def standing_outages():
    """The Outages that are recorded and not dismissed, in the order of time."""
    found = Outage.objects.filter(recorded_at__isnull=False, dismissed_at=None)
    return found.order_by("starts_at", "pk")


def transfer_due(outage, now=None):
    """Until when an outage's paper is to be transferred (UTC, 3.2); of one that is still on as if
    access came back `now`."""
    ended = outage.ends_at or now or timezone.now()
    day = timezone.localdate(ended)
    calendar = working_calendar(day, day + REACH)
    return rules.transfer_due(ended, calendar, timezone.get_default_timezone())


def interruptions(day):
    """The reader of `school.interruptions`."""
    since, _ = days_span(day - REACH, day)
    outages = standing_outages().filter(Q(ends_at=None) | Q(ends_at__gte=since))
    return [
        school_rules.Interruption(one.starts_at, one.ends_at, transfer_due(one)) for one in outages
    ]


def lessons_inside(outage, now=None):
    """The standing Lessons that were held, in whole or in part, during an outage: what was written
    in them is on paper. Of an outage still on those that have begun."""
    starts = timezone.localtime(outage.starts_at)
    ends = timezone.localtime(outage.ends_at or now or timezone.now())
    begins_before = Q(date__lt=ends.date()) | Q(date=ends.date(), slot__starts_at__lt=ends.time())
    ends_after = Q(date__gt=starts.date()) | Q(date=starts.date(), slot__ends_at__gt=starts.time())
    return Lesson.objects.filter(begins_before, ends_after, cancelled="").order_by(
        "date", "slot__number"
    )
