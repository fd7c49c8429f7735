"""What a new journal is unless somebody says otherwise. Pure."""

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from school.rules.terms import HALF_YEAR, QUARTER, TRIMESTER

SENIOR = 10  # from this parallel on schools grade by half-years
UNMARKED = 1  # up to this one they give no marks


def period_kind(parallel: int, kinds: Collection[str]) -> str:
    """By which periods a class is graded, of the kinds that the year has: half-years from the
    tenth, below quarters or trimesters; where it has none of these, what it has."""
    lower = [one for one in (QUARTER, TRIMESTER, HALF_YEAR) if one in kinds]
    wanted = [HALF_YEAR, *lower] if parallel >= SENIOR else lower
    return next((one for one in wanted if one in kinds), QUARTER)


def scale(
    parallel: int,
    scales: Sequence[tuple[int, str]],
    used: Iterable[tuple[int, int]],
) -> int | None:
    """The scale (primary key) of a new journal, None where there is none: what most journals of
    the parallel have, `used` being (parallel, scale) of each; in the first class one called
    «безотметочная»; else what most journals have, else one called after five points, else the
    first of `scales` (primary key, name)."""
    used = list(used)
    unmarked = [pk for pk, name in scales if "безотмет" in name.casefold()]
    there = Counter(its for number, its in used if number == parallel)
    if there:
        return there.most_common(1)[0][0]
    if parallel <= UNMARKED and unmarked:
        return unmarked[0]
    marked = Counter(its for _, its in used if its not in unmarked)
    if marked:
        return marked.most_common(1)[0][0]
    five = [pk for pk, name in scales if "5" in name or "пят" in name.casefold()]
    return next(iter([*five, *(pk for pk, _ in scales)]), None)
