"""Closed periods, and journals opened in them (4.2)."""

import datetime
from collections.abc import Callable

from django.db.models import Exists, OuterRef, QuerySet, Subquery

from ..compiled import Given
from ..models import Journal, Period, PeriodLock, Unlock
from ..rules.spans import Span


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


def closed_spans(year_id: int, now: datetime.datetime) -> Callable[[Journal], list[Span]]:
    """(journal) → spans of the periods of a year that are closed for it at an instant; two
    queries for any number of journals."""
    locked = list(
        PeriodLock.objects.filter(period__year=year_id)
        .order_by("period__starts_on")
        .values_list("period", "period__kind", "period__starts_on", "period__ends_on")
    )
    opened = set(
        Unlock.objects.filter(period__year=year_id, until__gt=now).values_list("journal", "period")
    )

    def spans_of(journal: Journal) -> list[Span]:
        return [
            (first, last)
            for period, kind, first, last in locked
            if kind == journal.period_kind and (journal.pk, period) not in opened
        ]

    return spans_of


def closed_periods(journal: Journal, now: datetime.datetime) -> list[Period]:
    """The Periods that are closed for a journal (with group) at an instant; one query."""
    found = standing_locks(journal, now).filter(
        period__year=journal.group.year_id, period__kind=journal.period_kind
    )
    return [lock.period for lock in found.select_related("period")]
