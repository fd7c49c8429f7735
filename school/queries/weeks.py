"""The timetable as a grid: the week of a class, a teacher or a room, or a day of all classes."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.dates import WEEKDAYS, WEEKDAYS_ABBR

from .. import namesakes
from ..models import (
    DraftRow,
    Journal,
    Room,
    School,
    SchoolClass,
    SchoolYear,
    TeachingGroup,
    TimetableDraft,
    User,
)
from ..models.timetable import Row
from ..rules.bells import Hour
from ..rules.lifting import Spot
from .bells import bell_numbers
from .taking import Taking
from .timetable import (
    ConflictLine,
    Line,
    applied_drafts,
    conflict_lines,
    conflicts_of,
    journals_of_class,
    lines,
    taking_of,
)

CLASS, TEACHER, ROOM, DAY = "class", "teacher", "room", "day"
TITLES = {CLASS: "Класс", TEACHER: "Учитель", ROOM: "Кабинет", DAY: "День"}
WEEKS = {Row.Weeks.ALL: "все недели", Row.Weeks.ODD: "нечётные", Row.Weeks.EVEN: "чётные"}


@dataclass(frozen=True)
class Card:
    """Lessons that stand together in a cell: of a class the subgroups of one subject. `title` is
    what is looked for there, `heard` the same in full, `detail` the rest."""

    lines: list[Line]
    title: str
    heard: str
    detail: str
    is_in_conflict: bool = False

    @property
    def line(self) -> Line:
        return self.lines[0]

    @property
    def ids(self) -> str:
        return " ".join(line.id for line in self.lines)

    @property
    def brief(self) -> str:
        """The title where there is little room."""
        subject = self.line.row.journal.subject
        return subject.abbreviation if self.title == subject.name else self.title

    @property
    def weeks(self) -> str:
        told = {Row.Weeks.ODD: "неч.", Row.Weeks.EVEN: "чёт."}
        return told.get(Row.Weeks(self.line.row.weeks), "")

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
    hour: str
    cells: list[Cell]


@dataclass(frozen=True)
class Choice:
    """Whose week is looked at, or which day: «of» of the address, and the name."""

    of: int
    name: str


class Week:
    """A year's timetable as a draft leaves it, as it is told to whoever looks at it by class,
    teacher, room or day: a fixed number of queries. Of some `weekdays` alone, or of all."""

    def __init__(
        self, year: SchoolYear, draft: TimetableDraft | None, weekdays: Collection[int] = ()
    ) -> None:
        today = timezone.localdate()
        self.year, self.draft, self._weekdays = year, draft, weekdays
        self.day = draft.starts_on if draft else min(max(today, year.starts_on), year.ends_on)
        self.lines = lines(year, self.day, draft, weekdays=weekdays)
        self.taking: Taking = taking_of(year, self.day, self.lines)
        people: dict[int, User] = {
            one.pk: one for line in self.lines for one in self.taking.teachers(line.row)
        }
        self.teachers = people
        self.names = namesakes.staff(people.values())

    def seen(self, by: str, of: int, weeks: int) -> list[Line]:
        """The Lines of a class, a teacher, a room (ids) or of a weekday, in some weeks (bits)."""
        shown = {
            CLASS: lambda line: of in self.taking.classes(line.row),
            TEACHER: lambda line: any(one.pk == of for one in self.taking.teachers(line.row)),
            ROOM: lambda line: line.row.room_id == of,
            DAY: lambda line: line.row.weekday == of,
        }[by]
        return [line for line in self.lines if line.row.weeks & weeks and shown(line)]

    def conflicts(self) -> list[ConflictLine]:
        """All that can't stand together, of its weekdays."""
        if self.draft is None:
            return conflict_lines(self.year, self.day, self.lines, self.taking)
        return conflicts_of(
            self.draft, weekdays=self._weekdays, known=(self.lines, self.taking)
        )

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
        if by == TEACHER:
            return Card(found, group.name, group.name, _dotted(str(subject), rooms), is_in_conflict)
        if by == ROOM:
            detail = _dotted(str(subject), teachers)
            return Card(found, group.name, group.name, detail, is_in_conflict)
        alone = group.name if group.kind == TeachingGroup.Kind.INDIVIDUAL else ""
        title = subject.abbreviation if by == DAY else subject.name
        return Card(found, title, subject.name, _dotted(alone, teachers, rooms), is_in_conflict)

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


def _dotted(*texts: str) -> str:
    return " · ".join(filter(None, texts))


@dataclass(frozen=True)
class Grid:
    """`heads` are (short, whole) names of the columns, `bands` the rows."""

    by: str
    heads: list[tuple[str, str]]
    bands: list[Band]

    @property
    def cells(self) -> dict[str, Cell]:
        return {cell.id: cell for band in self.bands for cell in band.cells}


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
    conflicting = _conflicting(there)
    rows = week.numbers(seen, numbers)

    def cells(prefix: str, spots: Iterable[Spot], mine: Callable[[Line], bool]) -> list[Cell]:
        at: dict[Spot, list[Line]] = defaultdict(list)
        for line in filter(mine, seen):
            at[line.spot].append(line)
        return [
            Cell(f"{prefix}{spot}", spot, week.cards(by, at[spot], conflicting)) for spot in spots
        ]

    if by == DAY:
        bands = [
            Band(
                str(one),
                "",
                cells(
                    f"{one.pk}-",
                    [Spot(of, number) for number in rows],
                    lambda line, pk=one.pk: pk in week.taking.classes(line.row),
                ),
            )
            for one in classes
        ]
        return Grid(by, [(f"{number}-й", f"{number}-й урок") for number in rows], bands)
    hours = week.hours(seen)
    bands = [
        Band(
            str(number),
            f"{hours[number].starts_at:%-H:%M}" if number in hours else "",
            cells("", [Spot(day, number) for day in days], lambda line: True),
        )
        for number in rows
    ]
    heads = [(str(WEEKDAYS_ABBR[day - 1]), str(WEEKDAYS[day - 1])) for day in days]
    return Grid(by, heads, bands)


def _conflicting(there: Iterable[ConflictLine]) -> set[str]:
    return {line.id for one in there for line in (one.one, one.other)}


def cells_at(
    week: Week,
    by: str,
    of: int,
    weeks: int,
    spots: Collection[Spot],
    there: Iterable[ConflictLine],
) -> list[Cell]:
    """The Cells of a grid as they are by now at some Spots; of a day's grid those of the classes
    that have a lesson at one of them."""
    seen = [line for line in week.seen(by, of, weeks) if line.spot in spots]
    conflicting = _conflicting(there)
    bands: Iterable[int | None] = [None]
    if by == DAY:
        bands = sorted({pk for line in seen for pk in week.taking.classes(line.row)})
    return [
        Cell(
            f"{pk}-{spot}" if pk else str(spot),
            spot,
            week.cards(
                by,
                [
                    line
                    for line in seen
                    if line.spot == spot and (pk is None or pk in week.taking.classes(line.row))
                ],
                conflicting,
            ),
        )
        for pk in bands
        for spot in spots
    ]


# --- the page ---


@dataclass(frozen=True)
class TimetablePage:
    """What the page of the timetable shows: `day` is the school-local one as of which it does,
    `choices` are what can be looked at by `by`, `weekdays` (name, Lines) of the chosen class with
    its `journals`, `changed` all Lines that the draft changes, `saved_at` when that was last."""

    by: str
    chosen: Choice | None
    choices: list[Choice]
    weeks: int
    day: datetime.date
    classes: list[SchoolClass]
    grid: Grid | None
    school_class: SchoolClass | None
    journals: list[Journal]
    weekdays: list[tuple[str, list[Line]]]
    changed: list[Line]
    conflicts: list[ConflictLine]
    saved_at: datetime.datetime | None
    applied: TimetableDraft | None
    teachers: dict[int, str]

    @property
    def title(self) -> str:
        return TITLES[self.by]

    @property
    def beside(self) -> list[Choice]:
        """The classes of the chosen one's parallel."""
        if self.school_class is None:
            return []
        return [
            Choice(one.pk, str(one))
            for one in self.classes
            if one.number == self.school_class.number
        ]


def timetable_page(
    year: SchoolYear, draft: TimetableDraft | None, by: str = CLASS, of: str = "", weeks: int = 3
) -> TimetablePage:
    """The TimetablePage of a year, by what the address says, of the first one where it names none
    that is there; a fixed number of queries."""
    week = Week(year, draft)
    classes = list(SchoolClass.objects.filter(year=year))
    days = week.days(week_days())
    choices = _choices(week, by, classes, days)
    chosen = next((one for one in choices if str(one.of) == of), None) or next(iter(choices), None)
    school_class = None
    if by == CLASS and chosen:
        school_class = next(one for one in classes if one.pk == chosen.of)
    there = week.conflicts()
    shown = week.seen(CLASS, school_class.pk, Row.Weeks.ALL) if school_class else []
    return TimetablePage(
        by,
        chosen,
        choices,
        weeks,
        week.day,
        classes,
        chosen
        and grid_of(week, by, chosen.of, weeks, bell_numbers(), days, classes, there),
        school_class,
        journals_of_class(school_class, week.day) if school_class else [],
        [
            (str(WEEKDAYS[day - 1]), [line for line in shown if line.row.weekday == day])
            for day in days
            if school_class
        ],
        [line for line in week.lines if line.change],
        there,
        saved_at(draft),
        applied_drafts(year).first(),
        {line.row.journal_id: _assigned(week, line) for line in shown},
    )


def _choices(
    week: Week, by: str, classes: Iterable[SchoolClass], days: Iterable[int]
) -> list[Choice]:
    if by == CLASS:
        return [Choice(one.pk, str(one)) for one in classes]
    if by == TEACHER:
        people = sorted(week.teachers.values(), key=lambda one: (one.sort_name, one.pk))
        return [Choice(one.pk, week.names[one.pk]) for one in people]
    if by == ROOM:
        return [Choice(pk, name) for pk, name in Room.objects.values_list("pk", "name")]
    return [Choice(day, str(WEEKDAYS[day - 1])) for day in days]


def _assigned(week: Week, line: Line) -> str:
    people = week.taking.assigned.get(line.row.journal_id, ())
    return ", ".join(week.names.get(one.pk, one.short_name) for one in people)


def week_days() -> int:
    """How many days a week the school is taught, of a school that is not set up five."""
    return School.objects.values_list("week_days", flat=True).first() or 5


def saved_at(draft: TimetableDraft | None) -> datetime.datetime | None:
    """When a draft's rows were changed last, None where none was; one query."""
    if draft is None:
        return None
    changes: Any = DraftRow.history.filter(draft_id=draft.pk)
    return changes.aggregate(last=Max("history_date"))["last"]
