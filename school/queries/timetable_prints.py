"""What the printed timetables show: the week of a class or a teacher, and the whole school's."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.utils.dates import WEEKDAYS

from .. import namesakes
from ..models import SchoolClass, TeachingGroup
from ..models.timetable import Row
from ..rules.timetable import ODD, week_of
from .bells import bell_numbers
from .calendar import week_days
from .timetable import Line
from .weeks import CLASS, Grid, Week, grid_of


@dataclass(frozen=True)
class Holding:
    """From which school-local day on what is printed holds; `weeks` says in Russian what of it is
    of odd or even weeks."""

    starts_on: datetime.date
    is_draft: bool
    weeks: str


@dataclass(frozen=True)
class PrintedWeek:
    """A sheet of a class or a teacher: `name` whose, `note` the line beneath."""

    name: str
    note: str
    holding: Holding
    grid: Grid


@dataclass(frozen=True)
class Lesson:
    """A lesson in a cell of the school's sheet: what, and in which rooms."""

    abbreviation: str
    short_name: str
    rooms: str
    weeks: str


@dataclass(frozen=True)
class SchoolDay:
    """A weekday of the school's sheet: its `rows` are (number, the Lessons of each class)."""

    name: str
    rows: list[tuple[int, list[list[Lesson]]]]


@dataclass(frozen=True)
class PrintedSchool:
    """The sheet of the whole school, or of a `part` of its classes («5–8 классы»)."""

    part: str
    classes: list[str]
    days: list[SchoolDay]
    holding: Holding


def printed_week(week: Week, by: str, of: int) -> PrintedWeek | None:
    """The PrintedWeek of a class or a teacher (id), None where there is none of the year; a fixed
    number of queries. On a class's sheet, which hangs on a wall, no individual plan is named."""
    found = [line for line in week.seen(by, of, Row.Weeks.ALL) if not line.goes]
    if by == CLASS:
        found = list(_in_public(found))
    named = _named(week, by, of)
    if named is None:
        return None
    used = [line.row.number for line in found]
    numbers = [one for one in bell_numbers() if min(used, default=1) <= one <= max(used, default=0)]
    shown = week.of(found)
    grid = grid_of(shown, by, of, Row.Weeks.ALL, numbers, shown.days(week_days()), (), ())
    return PrintedWeek(*named, holding_of(week, found), grid)


def _named(week: Week, by: str, of: int) -> tuple[str, str] | None:
    if by == CLASS:
        classes = SchoolClass.objects.filter(pk=of, year=week.year).select_related("class_teacher")
        school_class = classes.first()
        if school_class is None:
            return None
        teacher = school_class.class_teacher
        return str(school_class), f"Классный руководитель {teacher.short_name}" if teacher else ""
    teacher = week.teachers.get(of)
    return (namesakes.in_full({of: teacher.name})[of], "") if teacher else None


def _in_public(found: Iterable[Line]) -> Iterable[Line]:
    """Whose plan is individual is nobody's business on a wall."""
    alone = TeachingGroup.Kind.INDIVIDUAL
    return (line for line in found if line.row.journal.group.kind != alone)


def holding_of(week: Week, found: Collection[Line]) -> Holding:
    """The Holding of a Week's Lines: of a draft its day, else the last on which one began."""
    begun = [line.entry.starts_on for line in found if line.entry]
    day = week.draft.starts_on if week.draft else max(begun, default=week.day)
    if all(line.row.weeks == Row.Weeks.ALL for line in found):
        return Holding(day, bool(week.draft), "чётные и нечётные недели одинаковы")
    is_odd = week_of(max(day, week.year.starts_on), week.year.starts_on) == ODD
    first = "нечётная (неч.)" if is_odd else "чётная (чёт.)"
    return Holding(day, bool(week.draft), f"неделя {day:%d.%m} {first}, дальше через одну")


def printed_school(week: Week, classes: Collection[SchoolClass], part: str = "") -> PrintedSchool:
    """The PrintedSchool of some classes, columns in their order; a fixed number of queries."""
    found = [line for line in _in_public(week.lines) if not line.goes]
    at: dict[tuple[int, int, int], list[Line]] = defaultdict(list)
    used: dict[int, set[int]] = defaultdict(set)
    asked = {one.pk for one in classes}
    for line in found:
        for pk in week.taking.classes(line.row) & asked:
            at[pk, line.row.weekday, line.row.number].append(line)
            used[line.row.weekday].add(line.row.number)
    days = [
        SchoolDay(
            str(WEEKDAYS[day - 1]),
            [
                (number, [_lessons(at.get((one.pk, day, number), ())) for one in classes])
                for number in sorted(used[day])
            ],
        )
        for day in sorted(used)
    ]
    return PrintedSchool(part, [str(one) for one in classes], days, holding_of(week, found))


def _lessons(found: Iterable[Line]) -> list[Lesson]:
    """Subgroups of a subject are one Lesson, with the rooms of all."""
    rooms: dict[tuple[str, str, str], list[str]] = defaultdict(list)
    for line in found:
        subject = line.row.journal.subject
        place = rooms[subject.abbreviation, subject.short_name, line.row.weeks_in_short]
        if line.row.room:
            place.append(str(line.row.room))
    return [
        Lesson(abbreviation, short_name, ", ".join(dict.fromkeys(names)), weeks)
        for (abbreviation, short_name, weeks), names in rooms.items()
    ]
