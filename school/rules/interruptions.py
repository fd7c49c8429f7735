"""Times without access to the system (3.1, 3.2), and what is due later or earlier by a change.
Pure."""

import datetime
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, TypeVar

from .days import WorkingCalendar, end_of_day, working_day_after

TRANSFER_DAYS = 2


LAST_MINUTE, ONE_MINUTE = datetime.time(23, 59), datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Interruption:
    """A time without access: aware instants; `ends_at` is None while it lasts. `due` is until when
    what was written on paper meanwhile is to be in the journals (3.2), while it lasts as if it
    ended now. Who had access for less than `enough` before something was due had too little."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime | None
    due: datetime.datetime
    enough: datetime.timedelta = datetime.timedelta()

    def holds(self, moment: datetime.datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment <= self.ends_at)


def transfer_due(
    access_came_back: datetime.datetime, calendar: WorkingCalendar, zone: datetime.tzinfo
) -> datetime.datetime:
    """Until when what was written on paper is to be in the journals (UTC): the end of the 2nd
    working day after access came back, an aware instant (3.2)."""
    day = access_came_back.astimezone(zone).date()
    return end_of_day(working_day_after(day, TRANSFER_DAYS, calendar), zone)


def access_lost_until(ends_at: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """Whoever types «23:59» as the end (an aware instant) means the whole of that minute, and what
    is due at the end of the day with it."""
    if ends_at.astimezone(zone).time() == LAST_MINUTE:
        return ends_at + ONE_MINUTE - datetime.timedelta.resolution
    return ends_at


class Lasting(Protocol):
    """What has a beginning and, unless it lasts still, an end."""

    @property
    def starts_at(self) -> datetime.datetime: ...

    @property
    def ends_at(self) -> datetime.datetime | None: ...


def meets(interruption: Lasting, first: datetime.datetime, last: datetime.datetime) -> bool:
    """Whether something that lasts from one instant to another was hindered by an Interruption, or
    by the record of one: its `ends_at` is None while it lasts."""
    ends_at = interruption.ends_at
    return interruption.starts_at < last and (ends_at is None or first < ends_at)


def time_with_access(
    first: datetime.datetime, last: datetime.datetime, interruptions: Iterable[Interruption]
) -> datetime.timedelta:
    """How long there was access between two instants (a timedelta)."""
    without = (
        min(one.ends_at or last, last) - max(one.starts_at, first)
        for one in interruptions
        if meets(one, first, last)
    )
    return last - first - sum(without, datetime.timedelta())


def hinders(
    interruption: Interruption,
    since: datetime.datetime,
    due: datetime.datetime,
    interruptions: Iterable[Interruption],
) -> bool:
    """Whether it left, with the others, too little access for what could be done `since` an instant
    and is due at another."""
    return (
        since < due
        and meets(interruption, since, due)
        and time_with_access(since, due, interruptions) < interruption.enough
    )


def postponed(
    due: datetime.datetime,
    interruptions: Sequence[Interruption],
    taught: Sequence[datetime.datetime] | None = None,
    since: datetime.datetime | None = None,
) -> datetime.datetime:
    """A due instant as interruptions (in the order of time) leave it. It moves to the end of the
    transfer, unless it is later already (3.2), where it falls into such a time, where the lesson
    was `taught` (first and last instant) without access and so is on paper, and where there was too
    little access for the duty `since` it could be done: since the lesson's end, or that instant."""
    if taught:
        _, ends_at = taught
        since = max(ends_at, since or ends_at)
    for one in interruptions:
        if (
            one.holds(due)
            or (taught and meets(one, *taught))
            or (since and hinders(one, since, due, interruptions))
        ):
            due = max(due, one.due)
    return due


# --- what is due earlier by now ---

Due = TypeVar("Due", datetime.datetime, datetime.datetime | None)


def brought_forward(before: datetime.datetime | None, due: Due, earliest: datetime.datetime) -> Due:
    """What was due at `before` and is due at `due` by what has changed (instants, or None where
    nothing is): a change makes nobody late at once, so it is due at the `earliest` instant at which
    whoever has heard of it can have done it, or at `before` where that is sooner. As long as
    nothing changes again it stays so, whenever it is computed anew."""
    if before is None or due is None or before <= due:
        return due
    return min(before, max(due, earliest))
