"""Outages that are proposed, and the lessons that were held during one."""

import datetime
from collections.abc import Collection
from dataclasses import replace
from typing import Any

from django.db.models import Count, Min, Q, QuerySet
from django.utils import timezone

from journals.actions.dues import lessons_due
from school.compiled import Compiled, Given
from school.models import Lesson, Outage
from school.queries.calendar import days_span
from school.queries.outages import interruptions, standing_outages
from school.rules.interruptions import hinders, meets
from school.rules.spans import ONE_DAY

from .. import rules

ONE_MINUTE = datetime.timedelta(minutes=1)
A_YEAR = datetime.timedelta(days=366)

NOT_INSIDE = "урок не во время сбоя"  # why a lesson is none of `lessons_inside`


def outage_version(outage: Outage) -> int:
    """Grows with every change of an outage; 0 before the first."""
    newest = outage.history.order_by("-history_id")
    return newest.values_list("history_id", flat=True).first() or 0


def proposals() -> list[Outage]:
    """The Outages that the app has found and nobody has recorded or dismissed, in the order of
    time, less those that standing ones cover wholly: they are answered by these."""
    open_ones = Outage.objects.filter(recorded_at=None, dismissed_at=None)
    found = list(open_ones.order_by("starts_at", "pk"))
    spans = _spans(found[0].starts_at) if found else []
    return [one for one in found if _uncovered(one, spans)]


def at_hand(now: datetime.datetime) -> tuple[list[Outage], list[Outage]]:
    """(The Outages of the last year that stand, in the order of time, each with how many of its
    journals are `untransferred` and until when (UTC), `transfer_due_at`; the `proposals`); one
    query."""
    rows = _at_hand.instances(since=now - A_YEAR)
    standing: list[Outage] = [one for one in rows if one.stands]
    spans = [(one.starts_at, one.ends_at) for one in standing]
    return standing, [one for one in rows if not one.stands and _uncovered(one, spans)]


@Compiled
def _at_hand() -> QuerySet[Any]:
    left = Q(temporary_journals__transferred_at=None, temporary_journals__isnull=False)
    lately = Q(ends_at=None) | Q(ends_at__gte=Given("since")) | Q(recorded_at=None)
    return (
        Outage.objects.filter(lately, dismissed_at=None)
        .annotate(
            untransferred=Count("temporary_journals", filter=left),
            transfer_due_at=Min("temporary_journals__transfer_due_at", filter=left),
        )
        .order_by("starts_at", "pk")
    )


def unrecorded(proposal: Outage) -> list[tuple[datetime.datetime, datetime.datetime]]:
    """The pieces of a proposed Outage's time, [(starts_at, ends_at)], that no standing one covers;
    one query."""
    return _uncovered(proposal, _spans(proposal.starts_at))


def _spans(since):
    standing = standing_outages().filter(Q(ends_at=None) | Q(ends_at__gt=_minute(since)))
    return list(standing.values_list("starts_at", "ends_at"))


def _uncovered(proposal, spans):
    """In whole minutes, for nobody records seconds: what is left of less is nothing."""
    ends = [(starts_at, ends_at and _next_minute(ends_at)) for starts_at, ends_at in spans]
    first, last = _minute(proposal.starts_at), _minute(proposal.ends_at)
    pieces = [(one, _minute(other)) for one, other in rules.uncovered(first, last, ends)]
    return [(one, other) for one, other in pieces if one < other]


def _minute(instant):
    return instant.replace(second=0, microsecond=0)


def _next_minute(instant):
    """The first whole one not before it."""
    return _minute(instant + ONE_MINUTE - datetime.timedelta.resolution)


def lessons_inside(outage: Outage, now: datetime.datetime | None = None) -> QuerySet[Lesson]:
    """The standing Lessons that are to be transferred after an outage: those that were held, in
    whole or in part, during it, of one still on those that have begun, and those that it hindered.
    What was written in them is on paper."""
    return Lesson.objects.filter(
        of_outage(outage, now), cancelled="", nobody_attends=False
    ).order_by("date", "number")


def of_outage(outage: Outage, now: datetime.datetime | None = None) -> Q:
    """The same as a Q."""
    hindered = Outage.hindered_lessons.through.objects.filter(outage=outage.pk)
    return held_during(outage, now) | Q(pk__in=hindered.values("lesson"))


def hindered_lessons(outages: Collection[Outage], now: datetime.datetime) -> dict[int, set[int]]:
    """{outage's key: ids of the Lessons that were over when it began and that it left, with others
    as they stand, too little access for before something of them was due} (3.1); one that is still
    on as if access came back now. A fixed number of queries, none without an outage."""
    if not outages:
        return {}
    first_days = {timezone.localdate(one.starts_at) for one in outages}
    # The homework of an evening class is due on the next day.
    days = first_days | {day - ONE_DAY for day in first_days}
    since, _ = days_span(min(days), min(days))
    others = list(standing_outages().filter(Q(ends_at=None) | Q(ends_at__gte=since)))
    without = [replace(one, ends_at=one.ends_at or now) for one in interruptions(others, now)]
    keys = {one.pk for one in outages}
    pairs = [
        (outage.pk, one) for outage, one in zip(others, without, strict=True) if outage.pk in keys
    ]
    found: dict[int, set[int]] = {pk: set() for pk in keys}
    for lesson, (begins, ends), _, dues in lessons_due(days, now):
        due = min(filter(None, dues), default=None)
        if due is None:
            continue
        can_do = max(ends, lesson.known_at or ends)
        for pk, one in pairs:
            if not meets(one, begins, ends) and hinders(one, can_do, due, without):
                found[pk].add(lesson.pk)
    return found


def held_during(outage: Outage, now: datetime.datetime | None = None) -> Q:
    """Q for Lessons: in the timetable they share a time with an outage."""
    starts = timezone.localtime(outage.starts_at)
    ends = timezone.localtime(outage.ends_at or now or timezone.now())
    begins_before = Q(date__lt=ends.date()) | Q(date=ends.date(), starts_at__lt=ends.time())
    ends_after = Q(date__gt=starts.date()) | Q(date=starts.date(), ends_at__gt=starts.time())
    return begins_before & ends_after
