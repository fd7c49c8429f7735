"""The outages that stand, until when their paper is to be transferred, and what they move."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..compiled import Given
from ..models import Outage, School
from ..rules import interruptions as school_interruptions
from ..rules.interruptions import Interruption, access_lost_until, postponed
from ..rules.told import Times
from .calendar import days_span, working_calendar

# The longest that two working days and the free days between them can last.
REACH = datetime.timedelta(days=60)


def standing_outages() -> QuerySet[Outage]:
    """The Outages that are recorded and not dismissed, in the order of time."""
    found = Outage.objects.filter(recorded_at__isnull=False, dismissed_at=None)
    return found.order_by("starts_at", "pk")


def outages_on(day: datetime.date) -> list[Outage]:
    """The standing Outages that share a time with a school-local day; one query."""
    return list(outages_of(*days_span(day, day)))


def outages_of(
    first: datetime.datetime | Given, last: datetime.datetime | Given
) -> QuerySet[Outage]:
    """Those that share a time with the one between two instants; a queryset."""
    lasting = Q(ends_at=None) | Q(ends_at__gt=first)
    return standing_outages().filter(lasting, starts_at__lte=last)


def times_without_access(now: datetime.datetime, outages: Iterable[Outage]) -> list[Times]:
    """The school-local times, up to an instant, of its day in which there was no access (3.1)."""
    first, last = days_span(*[timezone.localdate(now)] * 2)
    spans = ((max(one.starts_at, first), min(one.ends_at or now, last)) for one in outages)
    return [
        (timezone.localtime(begins).time(), timezone.localtime(ends).time())
        for begins, ends in spans
        if begins < ends
    ]


def interruptions_since(day: datetime.date) -> list[Interruption]:
    """The rules.Interruptions that can move a due instant of a school-local day or a later one, in
    the order of time; four queries, one without an outage."""
    since, _ = days_span(day, day)
    return interruptions(list(standing_outages().filter(Q(ends_at=None) | Q(ends_at__gte=since))))


def interruptions(
    outages: Sequence[Outage], now: datetime.datetime | None = None
) -> list[Interruption]:
    """The rules.Interruptions of Outages; one still on is to be transferred as if access came back
    `now`. Three queries, none without an outage."""
    return _interruptions(outages, _dues(outages, now)) if outages else []


def _interruptions(
    outages: Iterable[Outage], dues: Mapping[int, datetime.datetime]
) -> list[Interruption]:
    zone = timezone.get_default_timezone()
    minutes = School.objects.values_list("access_minutes", flat=True).first() or 0
    return [
        Interruption(
            one.starts_at,
            one.ends_at and access_lost_until(one.ends_at, zone),
            dues[one.pk],
            datetime.timedelta(minutes=minutes),
        )
        for one in outages
    ]


def transfer_dues(
    outages: Iterable[Outage], now: datetime.datetime | None = None
) -> dict[int, datetime.datetime]:
    """{outage's key: until when its paper is to be transferred} (UTC, 3.2), of one that is still on
    as if access came back `now`. A due instant without access moves as every other does; four
    queries."""
    outages = list(outages)
    if not outages:
        return {}
    since = min(one.starts_at for one in outages)
    others = list(standing_outages().filter(Q(ends_at=None) | Q(ends_at__gte=since)))
    dues = _dues([*others, *outages], now)
    found = _interruptions(others, dues) if others else []
    return {one.pk: postponed(dues[one.pk], found, since=one.ends_at) for one in outages}


def transfer_due(outage: Outage, now: datetime.datetime | None = None) -> datetime.datetime:
    """The same of one Outage."""
    return transfer_dues([outage], now)[outage.pk]


def _dues(outages: Sequence[Outage], now: datetime.datetime | None) -> dict[int, datetime.datetime]:
    """{outage's key: the end of the 2nd working day after it}; two queries."""
    ended = {one.pk: one.ends_at or now or timezone.now() for one in outages}
    days = [timezone.localdate(instant) for instant in ended.values()]
    calendar = working_calendar(min(days), max(days) + REACH)
    zone = timezone.get_default_timezone()
    return {
        pk: school_interruptions.transfer_due(instant, calendar, zone)
        for pk, instant in ended.items()
    }
