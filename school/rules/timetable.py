"""The timetable: its weeks, what a new one changes in the lessons, what can't stand together.
Pure."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass, field
from itertools import combinations, pairwise
from types import MappingProxyType
from typing import NamedTuple

from .bells import Hour
from .days import monday_of
from .spans import Span, covers

ODD, EVEN = 1, 2


def week_of(day: datetime.date, first_day: datetime.date) -> int:
    """ODD or EVEN: the week in which the school year's `first_day` lies is the first one."""
    return EVEN if (monday_of(day) - monday_of(first_day)).days // 7 % 2 else ODD


MOST_FREE = datetime.timedelta(hours=4)  # who is free for longer has gone home


def windows(hours: Iterable[Hour]) -> dict[int, datetime.time]:
    """{number of a lesson: since when its person has been free} of those of his lessons of a day,
    in order, before which one or more is missing; before self-study in the evening is none."""
    found: dict[int, datetime.time] = {}
    for one, two in pairwise(hours):
        free = _on_a_day(two.starts_at) - _on_a_day(one.ends_at)
        if two.number - one.number > 1 and free <= MOST_FREE:
            found[two.number] = one.ends_at
    return found


def _on_a_day(time: datetime.time) -> datetime.datetime:
    return datetime.datetime.combine(datetime.date.min, time)


# --- what a new timetable changes ---


class Place(NamedTuple):
    """A lesson of a journal (id) in the timetable: its school-local day and number."""

    journal: int
    day: datetime.date
    number: int


@dataclass(frozen=True)
class Standing:
    """A lesson (id) that is there: the Place it was made for (None: added by hand), where it is
    held, in which room (id), whether anything is written in it or it is cancelled, and whether it
    is held where nothing may be changed."""

    pk: int
    planned: Place | None
    held: Place
    room: int | None = None
    is_filled: bool = False
    is_cancelled: bool = False
    is_closed: bool = False


@dataclass
class Difference:
    """What is to be done with lessons, each in the order of days: `comes` are Places without one;
    `goes` are Standing ones whose place is gone, and of those that hold something `moves` with the
    Place of the same week that comes instead; `rooms` are (Standing, its room by now); `adopts` are
    (one whose place is gone, the Place at which it stands)."""

    comes: list[Place] = field(default_factory=list)
    goes: list[Standing] = field(default_factory=list)
    moves: list[tuple[Standing, Place]] = field(default_factory=list)
    rooms: list[tuple[Standing, int | None]] = field(default_factory=list)
    adopts: list[tuple[Standing, Place]] = field(default_factory=list)


def difference(
    standing: Iterable[Standing],
    wanted: Mapping[Place, int | None],
    tolerated: Collection[Place],
    days: Span,
    former: Mapping[Place, int | None] = MappingProxyType({}),
) -> Difference:
    """What makes the lessons of some `days` equal to the timetable, {Place: room} of the days that
    are taught, `tolerated` those of days that are not: nothing comes there, nothing goes.

    A lesson that was moved by itself stands for its place wherever it is held; one held before
    these days, made for a place of others, or in a closed period is left alone. Where a lesson is
    held already none comes. A room changes where the `former` timetable said another one of that
    wanted place and the lesson had that: what was said of one lesson alone stays.
    """
    found = Difference()
    fulfilled: set[Place | None] = set()
    held: dict[Place, Standing] = {}
    leaving: list[Standing] = []
    for one in sorted(standing, key=lambda one: one.held):
        is_left_alone = one.is_closed or one.held.day < days[0]
        is_left_alone |= one.planned is not None and not covers([days], one.planned.day)
        if is_left_alone or one.planned in wanted or one.planned in tolerated:
            fulfilled.add(one.planned)
            held[one.held] = one
            had_former = one.planned == one.held and one.held in former
            if had_former and one.room == former[one.held] != wanted[one.held]:
                found.rooms.append((one, wanted[one.held]))
        elif one.planned is None:
            held[one.held] = one
        else:
            leaving.append(one)
    held |= {one.held: one for one in leaving if one.held in wanted}
    leaves = {one.pk for one in leaving}
    for place in sorted(wanted.keys() - fulfilled, key=lambda one: (one.day, one.number, one)):
        if place not in held:
            found.comes.append(place)
        elif held[place].pk in leaves:
            found.adopts.append((held[place], place))
    adopted = {one.pk for one, _ in found.adopts}
    _pair(found, [one for one in leaving if one.pk not in adopted])
    return found


def _pair(found: Difference, leaving: Iterable[Standing]) -> None:
    """What is written in a lesson goes along to the hour that comes in the same week instead."""
    free = defaultdict(list)
    for place in found.comes:
        free[place.journal, monday_of(place.day)].append(place)
    for one in leaving:
        places = free[one.held.journal, monday_of(one.held.day)]
        if one.is_filled and not one.is_cancelled and places:
            found.moves.append((one, places.pop(0)))
        else:
            found.goes.append(one)
    filled = {place for _, place in found.moves}
    found.comes = [place for place in found.comes if place not in filled]


# --- what can't stand together ---


@dataclass(frozen=True)
class RowFacts:
    """A row of the timetable with what is asked of two of them: `key` says which one it is, `weeks`
    are bits, `hour` is that of its class, `claims` is whom or what it takes: ("teacher", id),
    ("room", id), ("class", id), ("pupil", id)."""

    key: Hashable
    weekday: int
    weeks: int
    hour: Hour
    claims: frozenset[tuple[str, int]]


@dataclass(frozen=True)
class Conflict:
    """Two rows (keys) at one time that take the same: a kind of claim and the ids."""

    kind: str
    ids: tuple[int, ...]
    one: Hashable
    other: Hashable


def conflicts(rows: Iterable[RowFacts]) -> list[Conflict]:
    """All Conflicts of rows, in their order; of two with pupils and a class in common the class is
    told."""
    by_claim: dict[tuple[int, tuple[str, int]], list[RowFacts]] = defaultdict(list)
    order: dict[Hashable, int] = {}
    for row in rows:
        order[row.key] = len(order)
        for claim in row.claims:
            by_claim[row.weekday, claim].append(row)
    found: dict[tuple[Hashable, Hashable, str], list[int]] = defaultdict(list)
    for (_, (kind, pk)), claiming in by_claim.items():
        for one, other in combinations(claiming, 2):
            if one.weeks & other.weeks and one.hour.meets(other.hour):
                found[one.key, other.key, kind].append(pk)
    return [
        Conflict(kind, tuple(sorted(ids)), one, other)
        for (one, other, kind), ids in sorted(
            found.items(), key=lambda item: (order[item[0][0]], order[item[0][1]], item[0][2])
        )
        if kind != "pupil" or (one, other, "class") not in found
    ]
