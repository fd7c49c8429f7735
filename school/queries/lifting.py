"""What is told of all places of the week while lessons are lifted from theirs."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from ..models import SchoolYear, TimetableDraft
from ..models.timetable import Row
from ..rules.bells import Hour
from ..rules.lifting import Spot, Verdict, verdicts
from ..rules.timetable import Conflict, RowFacts
from .bells import bell_numbers
from .calendar import week_days
from .timetable import Line, names_in, row_facts, who_of
from .weeks import ROOM, TEACHER, Week

FREE, EXCHANGE, BUSY, SILENT = "free", "exchange", "busy", "silent"


@dataclass(frozen=True)
class PlaceTold:
    """A place for what is lifted: its `kind`, what stands in the cell (`told`) and what is said
    aloud (`whole`), and the ids of the Lines that would go to the place left."""

    kind: str
    told: str
    whole: str
    exchange: str


@dataclass(frozen=True)
class WeekBeside:
    """The week of a teacher or a room: {Spot: class or group}."""

    title: str
    hours: int
    taken: dict[Spot, str]


@dataclass(frozen=True)
class Lifted:
    """What is lifted from an `origin`, what each place of the week is for it, and the weeks of its
    teachers and rooms beside."""

    lines: list[Line]
    origin: Spot
    places: dict[Spot, PlaceTold]
    beside: list[WeekBeside]


def lifted(year: SchoolYear, draft: TimetableDraft | None, ids: Collection[str]) -> Lifted | None:
    """The Lifted of Lines (ids) of a year's timetable, None where one is not there or they stand at
    several places; a fixed number of queries."""
    week = Week(year, draft)
    found = [line for line in week.lines if line.id in ids and not line.goes]
    if not found or len(found) != len(set(ids)) or len({line.spot for line in found}) != 1:
        return None
    origin = found[0].spot
    by_key: dict[Any, Line] = {line.key: line for line in week.lines}

    def hour_of(key: Any, spot: Spot) -> Hour | None:
        group = by_key[key].row.journal.group_id
        return week.taking.hours(group, spot.weekday).get(spot.number)

    numbers = sorted({*bell_numbers(), origin.number})
    days = week.days(week_days())
    spots = [Spot(day, number) for day in days for number in numbers]
    judged = verdicts(
        row_facts(week.taking, week.lines),
        [_facts(week, line) for line in found],
        origin,
        [spot for spot in spots if spot != origin],
        hour_of,
    )
    told = _Teller(by_key, [one for verdict in judged.values() for one in verdict.conflicts])
    return Lifted(
        found,
        origin,
        {spot: told.place(spot, verdict) for spot, verdict in judged.items()},
        _beside(week, found),
    )


def _facts(week: Week, line: Line) -> RowFacts:
    """Of what is lifted: it has no hour yet."""
    row = line.row
    no_hour = Hour(row.number, datetime.time.min, datetime.time.max)
    return RowFacts(line.key, row.weekday, row.weeks, no_hour, week.taking.claims(row))


class _Teller:
    """What Verdicts are in Russian."""

    def __init__(self, by_key: dict[Any, Line], found: list[Conflict]) -> None:
        self.by_key = by_key
        self.names = names_in(found)

    def place(self, spot: Spot, verdict: Verdict) -> PlaceTold:
        where = f"{dict(Row.WEEKDAYS)[spot.weekday]}, {spot.number}-й"
        if not verdict.rings:
            told = "по звонкам такого урока нет"
            return PlaceTold(SILENT, told, f"{where}: {told}", "")
        partners = [self.by_key[key] for key in verdict.exchange]
        ids = " ".join(line.id for line in partners)
        subjects = ", ".join(dict.fromkeys(str(line.row.journal.subject) for line in partners))
        instead = f"обмен: {subjects}" if partners else "свободно"
        if verdict.is_free or verdict.is_exchange:
            kind = FREE if verdict.is_free else EXCHANGE
            return PlaceTold(kind, instead, f"{where}: {instead}", ids)
        who = self._in_the_way(verdict.conflicts)
        reasons = [f"{', '.join(names)}: {line.row.journal}" for line, names in who]
        line, names = who[0]
        more = f" и ещё {len(who) - 1}" if len(who) > 1 else ""
        exchange = f"{instead}; " if partners else ""
        return PlaceTold(
            BUSY,
            f"{names[0]}: {line.row.journal.group}{more}",
            f"{where}: {exchange}занято: {'; '.join(reasons)}",
            ids,
        )

    def _in_the_way(self, found: Iterable[Conflict]) -> list[tuple[Line, list[str]]]:
        """(a Line that stays, whom or what it takes, people first) of each that is in the way."""
        names: dict[Any, list[str]] = defaultdict(list)
        for one in sorted(found, key=lambda one: one.kind == "room"):
            names[one.other].append(who_of(one, self.names))
        return [(self.by_key[key], list(dict.fromkeys(told))) for key, told in names.items()]


def _beside(week: Week, found: list[Line]) -> list[WeekBeside]:
    teachers = {one.pk: one for line in found for one in week.taking.teachers(line.row)}
    rooms = {line.row.room_id: line.row.room for line in found if line.row.room_id}
    asked = [(TEACHER, pk, week.names[pk]) for pk in teachers]
    asked += [(ROOM, pk, f"Кабинет {room}") for pk, room in rooms.items() if pk]
    return [_week_of(week, *one) for one in asked]


def _week_of(week: Week, by: str, of: int, title: str) -> WeekBeside:
    seen = [line for line in week.seen(by, of, Row.Weeks.ALL) if not line.goes]
    taken: dict[Spot, str] = {}
    for line in seen:
        name = line.row.journal.group.name
        taken[line.spot] = f"{taken[line.spot]}, {name}" if line.spot in taken else name
    return WeekBeside(title, len(taken), taken)
