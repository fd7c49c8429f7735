"""Spans of days: (first, last), both included; an open end is END_OF_TIME. Pure."""

import datetime
from collections.abc import Iterable

ONE_DAY = datetime.timedelta(days=1)


END_OF_TIME = datetime.date.max


Span = tuple[datetime.date, datetime.date]


ALWAYS: Span = (datetime.date.min, END_OF_TIME)


def span(starts_on: datetime.date, ends_on: datetime.date | None) -> Span:
    return starts_on, ends_on or END_OF_TIME


def covers(spans: Iterable[Span], day: datetime.date) -> bool:
    for first, last in spans:  # noqa: SIM110  a grid asks for each cell: any(…) takes thrice as long
        if first <= day <= last:
            return True
    return False


def intersect(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The days that are both in `spans` and in `others`."""
    shared = [
        (max(first, other_first), min(last, other_last))
        for first, last in spans
        for other_first, other_last in others
    ]
    return sorted((first, last) for first, last in shared if first <= last)


def unite(spans: Iterable[Span]) -> list[Span]:
    """The days that are in any of the spans, in order; what meets or overlaps is one span."""
    found: list[Span] = []
    for first, last in sorted(spans):
        if found and (found[-1][1] == END_OF_TIME or first <= found[-1][1] + ONE_DAY):
            found[-1] = (found[-1][0], max(found[-1][1], last))
        else:
            found.append((first, last))
    return found


def subtract(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The days of `spans` that are not in `others`."""
    left = sorted(spans)
    for other_first, other_last in others:
        kept = []
        for first, last in left:
            if other_last < first or last < other_first:
                kept.append((first, last))
                continue
            if first < other_first:
                kept.append((first, other_first - ONE_DAY))
            if other_last < last:
                kept.append((other_last + ONE_DAY, last))
        left = kept
    return left
