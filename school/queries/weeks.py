"""The timetable as a grid: the week of a class, a teacher or a room, or a day of all classes."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from copy import copy
from dataclasses import dataclass
from typing import Any

from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from .. import namesakes
from ..models import (
    SchoolClass,
    SchoolYear,
    TeachingGroup,
    TimetableDraft,
    User,
)
from ..models.timetable import Row
from ..rules.bells import Hour
from ..rules.lifting import Spot
from .taking import Taking
from .timetable import (
    ConflictLine,
    Line,
    conflict_lines,
    conflicts_of,
    lines,
    taking_of,
)

CLASS, TEACHER, ROOM, DAY = "class", "teacher", "room", "day"
TITLES = {CLASS: "Класс", TEACHER: "Учитель", ROOM: "Кабинет", DAY: "День"}
WEEKS = {Row.Weeks.ALL: "все недели", Row.Weeks.ODD: "нечётные", Row.Weeks.EVEN: "чётные"}


@dataclass(frozen=True)
class Card:
    """Lessons that stand together in a cell: of a class the subgroups of one subject. `title` is
    what is looked for there, `heard` the same in full, `facts` the rest but the `rooms`."""

    lines: list[Line]
    title: str
    heard: str
    facts: tuple[str, ...]
    rooms: str
    is_in_conflict: bool = False

    @property
    def line(self) -> Line:
        return self.lines[0]

    @property
    def ids(self) -> str:
        return " ".join(line.id for line in self.lines)

    @property
    def detail(self) -> str:
        return " · ".join(filter(None, [*self.facts, self.rooms]))

    @property
    def printed(self) -> list[str]:
        """The detail, each fact for a line of its own."""
        rooms = f"каб. {self.rooms}" if self.rooms[:1].isdigit() else self.rooms
        return [one for one in (*self.facts, rooms) if one]

    @property
    def brief(self) -> str:
        """The title where there is little room."""
        subject = self.line.row.journal.subject
        return subject.abbreviation if self.title == subject.name else self.title

    @property
    def weeks(self) -> str:
        return self.line.row.weeks_in_short

    @property
    def was(self) -> str:
        """Where it stands in the timetable in force, «» where it is there now."""
        entry = self.line.entry
        return entry.hour if entry and Spot(entry.weekday, entry.number) != self.line.spot else ""


@dataclass(frozen=True)
class Cell:
    """Of the grid: `id` tells it from others, `spot` is its place of the week."""

    id: str
    spot: Spot
    cards: list[Card]


@dataclass(frozen=True)
class Band:
    """A row of the grid: a lesson's number with its hour, or a class."""

    title: str
    hour: Hour | None
    cells: list[Cell]


class Week:
    """A year's timetable as a draft leaves it, as it is told to whoever looks at it by class,
    teacher, room or day: a fixed number of queries. Of all, or `near` some Spots as in `lines`."""

    def __init__(
        self, year: SchoolYear, draft: TimetableDraft | None, near: Collection[Spot] = ()
    ) -> None:
        today = timezone.localdate()
        self.year, self.draft, self._near = year, draft, near
        self.day = draft.starts_on if draft else min(max(today, year.starts_on), year.ends_on)
        self.lines = lines(year, self.day, draft, near=near)
        self.taking: Taking = taking_of(year, self.day, self.lines)
        people: dict[int, User] = {
            one.pk: one for line in self.lines for one in self.taking.teachers(line.row)
        }
        self.teachers = people
        self.names = namesakes.staff(people.values())

    def of(self, found: list[Line]) -> "Week":
        """The same of some of its Lines."""
        shown = copy(self)
        shown.lines = found
        return shown

    def seen(self, by: str, of: int, weeks: int) -> list[Line]:
        """The Lines of a class, a teacher, a room (ids) or of a weekday, in some weeks (bits)."""
        shown: Callable[[Line], bool] = {
            CLASS: lambda line: of in self.taking.classes(line.row),
            TEACHER: lambda line: any(one.pk == of for one in self.taking.teachers(line.row)),
            ROOM: lambda line: line.row.room_id == of,
            DAY: lambda line: line.row.weekday == of,
        }[by]
        return [line for line in self.lines if line.row.weeks & weeks and shown(line)]

    def conflicts(self) -> list[ConflictLine]:
        """All that can't stand together."""
        if self.draft is None:
            return conflict_lines(self.year, self.day, self.lines, self.taking)
        return conflicts_of(self.draft, near=self._near, known=(self.lines, self.taking))

    def cards(self, by: str, found: Iterable[Line], conflicting: Collection[str]) -> list[Card]:
        """What a cell shows of its Lines."""
        together: dict[Any, list[Line]] = defaultdict(list)
        for line in found:
            row = line.row
            is_alone = row.journal.group.kind == TeachingGroup.Kind.INDIVIDUAL
            alone = line.id if by in (TEACHER, ROOM) or is_alone else ""
            together[row.journal.subject_id, row.weeks, line.goes, alone].append(line)
        return [
            self._card(by, one, any(line.id in conflicting for line in one))
            for one in together.values()
        ]

    def _card(self, by: str, found: list[Line], is_in_conflict: bool) -> Card:
        row = found[0].row
        group, subject = row.journal.group, row.journal.subject
        rooms = _joined(str(line.row.room) for line in found if line.row.room)
        teachers = _joined(self._teachers(line) for line in found)
        title, heard, facts = subject.name, subject.name, ("", teachers)
        if by in (TEACHER, ROOM):
            title = heard = group.name
            facts = str(subject), teachers if by == ROOM else ""
        elif group.kind == TeachingGroup.Kind.INDIVIDUAL:
            facts = group.name, teachers
        if by == DAY:
            title = subject.abbreviation
        shown = rooms if by != ROOM else ""
        return Card(found, title, heard, tuple(filter(None, facts)), shown, is_in_conflict)

    def _teachers(self, line: Line) -> str:
        return ", ".join(self.names[one.pk] for one in self.taking.teachers(line.row))

    def numbers(self, found: Iterable[Line], bells: Collection[int]) -> list[int]:
        """Those of a grid's lessons: one more than there are, as far as the bells have it."""
        used = {line.row.number for line in found}
        last = max(used, default=0)
        more = [one for one in sorted(bells) if one > last][:1]
        return sorted(used | {one for one in bells if one <= last} | set(more))

    def days(self, week_days: int = 0) -> list[int]:
        """Those on which the school is taught, and on which any lesson stands."""
        return sorted({*range(1, week_days + 1), *(line.row.weekday for line in self.lines)})

    def hours(self, found: Collection[Line]) -> dict[int, Hour]:
        """{number: Hour} of the groups of some Lines on the first weekday, the earliest."""
        hours: dict[int, Hour] = {}
        for line in found:
            for number, hour in self.taking.hours(line.row.journal.group_id, 1).items():
                hours[number] = min(hour, hours.get(number, hour))
        return hours


def _joined(texts: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(filter(None, texts)))


@dataclass(frozen=True)
class Grid:
    """`heads` are (short, whole) names of the columns, `bands` the rows."""

    by: str
    heads: list[tuple[str, str]]
    bands: list[Band]


def grid_of(
    week: Week,
    by: str,
    of: int,
    weeks: int,
    numbers: Collection[int],
    days: Collection[int],
    classes: Collection[SchoolClass],
    there: Collection[ConflictLine],
) -> Grid:
    """The Grid of what was chosen; `numbers` are those of the bells, `days` the weekdays, `there`
    the conflicts."""
    seen = week.seen(by, of, weeks)
    rows = week.numbers(seen, numbers)
    if by == DAY:
        spots = [Spot(of, number) for number in rows]
        heads = [(f"{number}-й", f"{number}-й урок") for number in rows]
        bands = [
            Band(str(one), None, _cells(week, by, seen, spots, there, one.pk)) for one in classes
        ]
        return Grid(by, heads, bands)
    hours = week.hours(seen)
    heads = [(str(WEEKDAYS_ABBR[day - 1]), str(WEEKDAYS[day - 1])) for day in days]
    bands = [
        Band(
            str(number),
            hours.get(number),
            _cells(week, by, seen, [Spot(day, number) for day in days], there),
        )
        for number in rows
    ]
    return Grid(by, heads, bands)


def _cells(
    week: Week,
    by: str,
    seen: Iterable[Line],
    spots: Iterable[Spot],
    there: Iterable[ConflictLine],
    of_class: int | None = None,
) -> list[Cell]:
    """The Cells of some Spots with what is seen there, of a class alone if one is named."""
    conflicting = {line.id for one in there for line in (one.one, one.other)}
    at: dict[Spot, list[Line]] = defaultdict(list)
    for line in seen:
        if of_class is None or of_class in week.taking.classes(line.row):
            at[line.spot].append(line)
    prefix = f"{of_class}-" if of_class else ""
    return [
        Cell(f"{prefix}{spot}", spot, week.cards(by, at.get(spot, ()), conflicting))
        for spot in spots
    ]


def cells_at(
    week: Week,
    by: str,
    of: int,
    weeks: int,
    spots: Collection[Spot],
    there: Collection[ConflictLine],
) -> list[Cell]:
    """The Cells of a grid as they are by now at some Spots; of a day's grid those of the classes
    that have a lesson at one of them."""
    seen = [line for line in week.seen(by, of, weeks) if line.spot in spots]
    if by != DAY:
        return _cells(week, by, seen, spots, there)
    classes = sorted({pk for line in seen for pk in week.taking.classes(line.row)})
    return [cell for pk in classes for cell in _cells(week, by, seen, spots, there, pk)]
