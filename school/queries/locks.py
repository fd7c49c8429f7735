"""Closed periods and years, and journals opened in them (4.2)."""

import datetime
from collections.abc import Callable
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery

from ..compiled import Given
from ..models import Journal, Period, PeriodLock, Unlock, YearClosing
from ..rules.spans import ALWAYS, Span, subtract


def standing_locks(
    journal: Journal | OuterRef, now: datetime.datetime | Given
) -> QuerySet[PeriodLock]:
    """The PeriodLocks that close a journal (a value, or an OuterRef) at an instant: of all periods
    but those in which it is open for corrections."""
    unlocked = Unlock.objects.filter(
        period=OuterRef("period"), journal=_further_in(journal), until__gt=now
    )
    return PeriodLock.objects.filter(~Exists(unlocked)).order_by()


def _further_in(value: Any) -> Any:
    """What an OuterRef asks for, one query further in."""
    return OuterRef(value) if isinstance(value, OuterRef) else value


def standing_closings() -> QuerySet[YearClosing]:
    """The YearClosings that stand: those of years that were opened again do not."""
    return YearClosing.objects.filter(reopened_at=None)


def is_archived(year_id: int) -> bool:
    """Whether a school year is closed; one query."""
    return standing_closings().filter(year=year_id).exists()


def _closing(
    now: datetime.datetime | Given, journal: Any, year: Any, kind: Any, day: Any
) -> QuerySet[PeriodLock]:
    """The standing locks that close a day of a journal, graded by a kind of periods of a year: that
    of the period that holds the day; in a closed year what none holds goes with the last one, as
    the grades of the year do, so that there is always one to open."""
    of_year = Period.objects.filter(year=OuterRef("period__year"))
    own = of_year.filter(kind=_further_in(kind))
    holding = own.filter(starts_on__lte=_further_in(day), ends_on__gte=_further_in(day))
    later = of_year.filter(kind=OuterRef("period__kind"), starts_on__gt=OuterRef("period__ends_on"))
    rest = Q(
        Exists(standing_closings().filter(year=OuterRef("period__year"))),
        ~Exists(holding),
        ~Exists(later),
        Q(period__kind=kind) | ~Exists(own),
    )
    of_day = Q(period__kind=kind, period__starts_on__lte=day, period__ends_on__gte=day)
    return standing_locks(journal, now).filter(of_day | rest, period__year=year)


def _closing_lessons(now: datetime.datetime | Given, lesson: str) -> QuerySet[PeriodLock]:
    """The same for Lessons, to which `lesson` is the way from other rows."""
    ways = ("journal", "journal__group__year", "journal__period_kind", "date")
    return _closing(now, *(OuterRef(f"{lesson}{way}") for way in ways))


def closed_period(now: datetime.datetime | Given, lesson: str = "") -> Subquery:
    """Subquery for Lessons: the period (id) that closes the lesson at an instant, NULL where none
    does; `lesson` is the way to it from other rows."""
    return Subquery(_closing_lessons(now, lesson).values("period")[:1])


def is_closed(now: datetime.datetime | Given, lesson: str = "") -> Exists:
    """The same as a condition: whether a period does."""
    return Exists(_closing_lessons(now, lesson))


def closed_on(journal: Journal, day: datetime.date, now: datetime.datetime) -> Period | None:
    """The Period (with year) that closes a school-local day of a journal (with group) at an
    instant; one query."""
    found = _closing(now, journal, journal.group.year_id, journal.period_kind, day)
    lock = found.select_related("period__year").first()
    return lock.period if lock else None


def closed_spans(year_id: int, now: datetime.datetime) -> Callable[[Journal], list[Span]]:
    """(journal) → spans of the days of a year that are closed for it at an instant; two queries for
    any number of journals."""
    closings = standing_closings().filter(year=OuterRef("period__year"))
    locked = list(
        PeriodLock.objects.filter(period__year=year_id)
        .order_by("period__starts_on")
        .annotate(is_archive=Exists(closings))
        .values_list("period", "period__kind", "period__starts_on", "period__ends_on", "is_archive")
    )
    opened = set(
        Unlock.objects.filter(period__year=year_id, until__gt=now).values_list("journal", "period")
    )

    def spans_of(journal: Journal) -> list[Span]:
        own = [
            (pk, (first, last))
            for pk, kind, first, last, _ in locked
            if kind == journal.period_kind
        ]
        closed = [span for pk, span in own if (journal.pk, pk) not in opened]
        is_archive = any(row[-1] for row in locked)
        if is_archive and not (own and (journal.pk, own[-1][0]) in opened):
            closed += subtract([ALWAYS], [span for _, span in own])
        return closed

    return spans_of


def in_closed_year(lesson: str = "") -> Exists:
    """Condition for Lessons: whether the school year of the lesson is closed; `lesson` is the way
    to it from other rows."""
    year = OuterRef(f"{lesson}journal__group__year")
    return Exists(standing_closings().filter(year=year))
