"""What it would be to put rows of the timetable at another place of the week. Pure."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from .bells import Hour
from .timetable import Conflict, RowFacts

# Where a class or its pupils are already they can only be exchanged; a teacher or a room is told.
EXCHANGED = ("class", "pupil")

HourOf = Callable[[Hashable, "Spot"], Hour | None]


class Spot(NamedTuple):
    """A place of the week: the ISO weekday and the lesson's number."""

    weekday: int
    number: int

    def __str__(self) -> str:
        return f"{self.weekday}.{self.number}"


@dataclass(frozen=True)
class Verdict:
    """What is at a Spot for lifted rows: whether the bells ring there for them, which rows (keys)
    would go to the place that becomes free, and the Conflicts that then remain."""

    rings: bool
    exchange: tuple[Hashable, ...] = ()
    conflicts: tuple[Conflict, ...] = ()

    @property
    def is_free(self) -> bool:
        return self.rings and not self.exchange and not self.conflicts

    @property
    def is_exchange(self) -> bool:
        return self.rings and bool(self.exchange) and not self.conflicts


def verdicts(
    rows: Iterable[RowFacts],
    lifted: Collection[RowFacts],
    origin: Spot,
    spots: Iterable[Spot],
    hour_of: HourOf,
) -> dict[Spot, Verdict]:
    """{Spot: Verdict} of rows that are `lifted` from the origin, beside all other `rows`. `hour_of`
    (key, Spot) says when the bells ring for a row there, None where they have no such number. What
    is in the way of the class goes to the origin, if the bells ring there for all of it."""
    own = {row.key for row in lifted}
    rest = _Rest(row for row in rows if row.key not in own)
    return {spot: _verdict(rest, lifted, origin, spot, hour_of) for spot in spots}


class _Rest:
    """Rows that stay where they are, by what they take."""

    def __init__(self, rows: Iterable[RowFacts]) -> None:
        self.by_claim: dict[tuple[int, tuple[str, int]], list[RowFacts]] = defaultdict(list)
        self.by_key: dict[Hashable, RowFacts] = {}
        for row in rows:
            self.by_key[row.key] = row
            for claim in row.claims:
                self.by_claim[row.weekday, claim].append(row)

    def meeting(
        self, row: RowFacts, without: Collection[Hashable] = ()
    ) -> Mapping[Hashable, dict[str, list[int]]]:
        """{key: {kind of claim: ids}} of those that are at one time with a row and take the
        same."""
        found: dict[Hashable, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
        for kind, pk in row.claims:
            for other in self.by_claim.get((row.weekday, (kind, pk)), ()):
                meets = other.weeks & row.weeks and other.hour.meets(row.hour)
                if meets and other.key not in without:
                    found[other.key][kind].append(pk)
        return found


def _verdict(
    rest: _Rest, lifted: Collection[RowFacts], origin: Spot, spot: Spot, hour_of: HourOf
) -> Verdict:
    placed = _at(lifted, spot, hour_of)
    if placed is None:
        return Verdict(rings=False)
    partners = dict.fromkeys(
        key
        for row in placed
        for key, claims in rest.meeting(row).items()
        if any(kind in claims for kind in EXCHANGED)
    )
    moving = _at([rest.by_key[key] for key in partners], origin, hour_of)
    exchange: dict[Hashable, None] = partners if moving is not None else {}
    found = [
        conflict for row in [*placed, *(moving or ())] for conflict in _told(rest, row, exchange)
    ]
    return Verdict(True, tuple(exchange), tuple(found))


def _at(rows: Collection[RowFacts], spot: Spot, hour_of: HourOf) -> list[RowFacts] | None:
    """The rows as they would stand at a Spot; None where the bells do not ring there for all."""
    found = []
    for row in rows:
        hour = hour_of(row.key, spot)
        if hour is None:
            return None
        found.append(replace(row, weekday=spot.weekday, hour=hour))
    return found


def _told(rest: _Rest, row: RowFacts, without: Collection[Hashable]) -> Iterable[Conflict]:
    """The Conflicts of a row with those that stay; of two with a class and pupils in common the
    class is told."""
    for key, claims in rest.meeting(row, without).items():
        for kind in sorted(claims):
            if kind != "pupil" or "class" not in claims:
                yield Conflict(kind, tuple(sorted(claims[kind])), row.key, key)
