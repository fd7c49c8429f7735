"""Outages as their lists and the register show them (3.1, 3.2)."""

import datetime
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from django.utils import timezone

from school.models import Outage, SchoolYear
from school.queries.calendar import days_span, year_of
from school.queries.outages import standing_outages, transfer_dues
from school.rights import JournalRights
from school.rules.spans import END_OF_TIME, Span

from ..models import TemporaryJournal
from .outages import proposals
from .transfers import PAST, TransferLine, counts, transfer_lines


@dataclass(frozen=True)
class OutageLine:
    """An outage in a list: until when it is to be transferred (UTC; None while it lasts), of how
    many journals, and of how many it is not."""

    outage: Outage
    due_at: datetime.datetime | None
    journals: int
    undone: int
    is_late: bool


@dataclass(frozen=True)
class OutageLines:
    """`proposals` are for the leaders to record or dismiss; `present` are the OutageLines that are
    still on or have something to transfer, `past` the last of the others."""

    proposals: list[Outage]
    present: list[OutageLine]
    past: list[OutageLine]


def outage_lines(
    now: datetime.datetime, own: Mapping[int, JournalRights] | None = None
) -> OutageLines:
    """The OutageLines of the school year; `own` are {id: JournalRights} of the journals that a
    person may open, None of a leader, who sees them all; at most thirteen queries."""
    outages = list(standing_outages().filter(starts_at__gte=_since(now)).order_by("-starts_at"))
    counted, late = _journals_of(outages, now, own)
    dues = transfer_dues(outages, now)
    lines = [
        OutageLine(
            one,
            dues[one.pk] if one.ends_at else None,
            len(counted[one.pk]),
            counted[one.pk].count(False),
            one.pk in late,
        )
        for one in outages
    ]
    return OutageLines(
        proposals() if own is None else [],
        [line for line in lines if line.undone or line.outage.ends_at is None],
        [line for line in lines if not line.undone and line.outage.ends_at][:PAST],
    )


def _journals_of(outages, now, own):
    """{outage's key: [of each of its journals whether it is transferred]} and the keys of those of
    which one is not and should be; where a person sees some lessons of a journal alone these count,
    and none is no journal."""
    found, counted, late = (
        TemporaryJournal.objects.filter(outage__in=outages),
        defaultdict(list),
        set(),
    )
    if own is None:
        stored = found.order_by().values_list("outage", "transferred_at", "transfer_due_at")
        rows = [(outage, at is not None, due) for outage, at, due in stored]
    else:
        rows = [
            (line.temporary_journal.outage_id, line.is_done, line.due_at)
            for line in transfer_lines(found.filter(journal__in=own), now, own)
            if line.lessons
        ]
    for outage, is_done, due in rows:
        counted[outage].append(is_done)
        if due and due < now and not is_done:
            late.add(outage)
    return counted, late


def _since(now: datetime.datetime) -> datetime.datetime:
    """The first instant of the school year."""
    year = year_of(timezone.localdate(now))
    day = year.starts_on if year else timezone.localdate(now)
    return days_span(day, day)[0]


# --- the register ---


@dataclass(frozen=True)
class RegisterEntry:
    """An outage in the register, with its TransferLines and until when they are due (UTC; None
    while it lasts)."""

    outage: Outage
    due_at: datetime.datetime | None
    lines: list[TransferLine]

    @property
    def counts(self) -> list[tuple[str, int]]:
        return counts(self.lines)


@dataclass(frozen=True)
class Register:
    """The outages of a school year, in the order of time, and those that were dismissed."""

    year: SchoolYear | None
    entries: list[RegisterEntry]
    dismissed: list[Outage]


def register(now: datetime.datetime, year: SchoolYear | None, days: Span) -> Register:
    """The Register of a school year to which the `days` (first, last) belong; a fixed number of
    queries."""
    outages = Outage.objects.select_related("recorded_by", "dismissed_by")
    first, last = days
    since, _ = days_span(first, first)
    until = {} if last == END_OF_TIME else {"starts_at__lte": days_span(last, last)[1]}
    found = list(outages.filter(starts_at__gte=since, **until).order_by("starts_at", "pk"))
    standing = [one for one in found if one.stands]
    dues = transfer_dues(standing, now)
    by_outage = defaultdict(list)
    for line in transfer_lines(TemporaryJournal.objects.filter(outage__in=standing), now):
        by_outage[line.temporary_journal.outage_id].append(line)
    return Register(
        year,
        [
            RegisterEntry(one, dues[one.pk] if one.ends_at else None, by_outage[one.pk])
            for one in standing
        ],
        [one for one in found if one.dismissed_at],
    )
