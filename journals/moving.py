"""A pupil who goes from one journal of a subject to another (2.3, 2.4). Pure."""

import datetime
from collections.abc import Iterable, Mapping, Sequence

from school.rules.spans import Span, intersect

# {journal's id: the days on which a pupil belongs to it}, of the journals of a subject in a year
Days = Mapping[int, Sequence[Span]]


def days_in(days: Days, first: datetime.date, last: datetime.date) -> dict[int, list[Span]]:
    """The same, of the days first … last alone; journals without any are left out."""
    found = {journal: intersect(spans, [(first, last)]) for journal, spans in days.items()}
    return {journal: spans for journal, spans in found.items() if spans}


def givers(days: Days, first: datetime.date, last: datetime.date) -> frozenset[int]:
    """The ids of the journals in which his one grade of the days first … last is given: the one he
    is in last; several where he is taught in them at once, none where he is in none."""
    ends = {
        journal: max(end for _, end in spans)
        for journal, spans in days_in(days, first, last).items()
    }
    newest = max(ends.values(), default=None)
    return frozenset(journal for journal, end in ends.items() if end == newest)


def told_from(marks: Iterable[tuple[str, str]]) -> list[str]:
    """«из 5А: 4, 5» for each place, of (place, text) of marks in order."""
    by_place: dict[str, list[str]] = {}
    for place, text in marks:
        by_place.setdefault(place, []).append(text)
    return [f"{place}: {', '.join(texts)}" for place, texts in by_place.items()]


GRADE, MARKS = "grade", "marks"


def what_is_brought(
    first_day: datetime.date, starts_on: datetime.date, ends_on: datetime.date
) -> str | None:
    """What a pupil who is here from `first_day` on brings of a period of his former school: its
    GRADE if it was over before he came, his MARKS if he came in its time; nothing (None) of one
    that he spends here from its first day on."""
    if ends_on < first_day:
        return GRADE
    return MARKS if starts_on < first_day else None
