"""The spans of teaching of a school year, by the kind of periods that one is graded by. Pure."""

from collections.abc import Collection, Mapping, Sequence
from functools import reduce

from .spans import Span, intersect, unite

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
