"""The spans of teaching of a school year, by the kind of periods that one is graded by. Pure."""

import datetime
from collections.abc import Collection, Mapping, Sequence
from functools import reduce

from .spans import END_OF_TIME, Span, intersect, subtract, unite

QUARTER, TRIMESTER, HALF_YEAR = "quarter", "trimester", "half_year"

# A half-year has no vacations but its ends: who is graded by it has those of the first of these
# kinds that the year has.
VACATIONS_OF = {HALF_YEAR: (QUARTER, TRIMESTER)}


def terms_of(kind: str, spans: Mapping[str, Sequence[Span]]) -> list[Span]:
    """When journals graded by a `kind` of periods are taught in a year whose periods have these
    `spans` {kind: spans in order}: in order; none without periods.

    Where the year has none of that kind, what all others have in common: so the dues of lessons
    that are there are counted, while none are made of such journals.
    """
    own = spans.get(kind)
    if not own:
        there = [list(found) for found in spans.values() if found]
        return reduce(intersect, there) if there else []
    others = next((spans[one] for one in VACATIONS_OF.get(kind, ()) if spans.get(one)), own)
    return list(own) if others is own else intersect(own, others)


def terms_of_any(spans: Mapping[str, Sequence[Span]], kinds: Collection[str] = ()) -> list[Span]:
    """When one is taught who has journals of these `kinds`, of all where the year has none of them:
    a day on which one kind has a vacation and another none is taught."""
    known = spans.keys() & kinds or spans.keys()
    return unite(one for kind in known for one in terms_of(kind, spans))


def less_vacations(terms: Sequence[Span], vacations: Sequence[Span]) -> list[Span]:
    """The spans of teaching by which school days are counted (`days.working_day_after`) where there
    are `vacations` beside those between them. What comes before the first and after the last, or
    where none is known, is left to the calendar but for these."""
    if not vacations:
        return list(terms)
    found = list(terms) or [(datetime.date.min, END_OF_TIME)]
    found[0] = datetime.date.min, found[0][1]
    found[-1] = found[-1][0], END_OF_TIME
    return subtract(found, vacations)
