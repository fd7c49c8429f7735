"""Closed periods, and journals opened in them (4.2)."""

import datetime

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from ..compiled import Given
from ..models import Journal, Period, PeriodLock, Unlock


def standing_locks(
    journal: Journal | OuterRef, now: datetime.datetime | Given
) -> QuerySet[PeriodLock]:
    """The PeriodLocks that close a journal (a value, or an OuterRef) at an instant: of all periods
    but those in which it is open for corrections."""
    if isinstance(journal, OuterRef):
        journal = OuterRef(journal)  # it is asked for one query further in
    unlocked = Unlock.objects.filter(period=OuterRef("period"), journal=journal, until__gt=now)
    return PeriodLock.objects.filter(~Exists(unlocked)).order_by()


def _closing(now: datetime.datetime | Given, lesson: str) -> QuerySet[PeriodLock]:
    return standing_locks(OuterRef(f"{lesson}journal"), now).filter(
        period__year=OuterRef(f"{lesson}journal__group__year"),
        period__kind=OuterRef(f"{lesson}journal__period_kind"),
        period__starts_on__lte=OuterRef(f"{lesson}date"),
        period__ends_on__gte=OuterRef(f"{lesson}date"),
    )


def closed_period(now: datetime.datetime | Given, lesson: str = "") -> Subquery:
    """Subquery for Lessons: the period (id) that closes the lesson at an instant, NULL where none
    does; `lesson` is the way to it from other rows."""
    return Subquery(_closing(now, lesson).values("period")[:1])


def is_closed(now: datetime.datetime, lesson: str = "") -> Exists:
    """The same as a condition: whether a period does."""
    return Exists(_closing(now, lesson))


def closed_periods(journal: Journal, now: datetime.datetime) -> list[Period]:
    """The Periods that are closed for a journal (with group) at an instant; one query."""
    found = standing_locks(journal, now).filter(
        period__year=journal.group.year_id, period__kind=journal.period_kind
    )
    return [lock.period for lock in found.select_related("period")]
