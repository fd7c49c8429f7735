"""Averages of marks, within one scale. Pure."""

from collections.abc import Collection, Iterable, Sequence
from decimal import Decimal
from fractions import Fraction


def of_one_scale(scales: Collection[int], own: int) -> int | None:
    """Of the scales that marks of a journal are of (a collection) the one whose marks are averaged:
    the journal's `own`; else, as before it got that, the only one there is. None where there are
    several others: points of different scales are never added up."""
    if own in scales:
        return own
    (only,) = scales if len(scales) == 1 else (None,)
    return only


def journal_average(
    marks: Sequence[tuple[int | None, int, int | None]], own: int
) -> Decimal | None:
    """The weighted average of a journal's marks (points, weight, scale) within one scale; `own` is
    the scale of the journal. Debts have no scale."""
    scale = of_one_scale({one for _, _, one in marks if one is not None}, own)
    return weighted_average([(points, weight) for points, weight, one in marks if one == scale])


def weighted_average(points_and_weights: Iterable[tuple[int | None, int]]) -> Decimal | None:
    """Weighted mean of (points, weight) pairs of one scale, rounded half up to two places; None
    without any. Pairs whose points are None (зачёт, освобождён) do not count."""
    total = weights = 0
    for points, weight in points_and_weights:
        if points is not None:
            total += points * weight
            weights += weight
    return mean(total, weights)


def mean(total: int, weights: int) -> Decimal | None:
    """A sum by its weights, rounded half up to two places; None without weight."""
    return rounded(Fraction(total, weights), 2) if weights else None


def rounded(fraction: Fraction, places: int) -> Decimal:
    """A fraction as a person reads it: half up to some places (Decimal). Whoever compares it with a
    threshold takes the fraction itself."""
    scale = 10**places
    nearest = (fraction * scale + Fraction(1, 2)).__floor__()
    return Decimal(nearest).scaleb(-places)


def average_text(average: Decimal | None) -> str:
    """«4,33»; «» without marks."""
    return "" if average is None else str(average).replace(".", ",")
