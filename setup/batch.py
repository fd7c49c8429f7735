"""What a file says, in the school's own words, before it is compared with what stands.

Every reader of `setup.reading` makes these rows, whatever the file was; `setup.comparing` takes
nothing else. Texts are as a person sees them (NFC, no blanks at the ends, ё kept); «» or None says
nothing of the matter, so that what stands is left as it is.
"""

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import StrEnum


class Kind(StrEnum):
    """What a sheet holds, in the order in which it is written."""

    SUBJECTS = "subjects"
    PERIODS = "periods"
    BELLS = "bells"
    STAFF = "staff"
    CLASSES = "classes"
    PUPILS = "pupils"
    PARENTS = "parents"
    CURRICULUM = "curriculum"
    WORKLOAD = "workload"
    GROUPS = "groups"
    TIMETABLE = "timetable"
    PLAN = "plan"


KINDS = {  # as people call them
    Kind.SUBJECTS: "предметы",
    Kind.PERIODS: "периоды",
    Kind.BELLS: "звонки",
    Kind.STAFF: "сотрудники",
    Kind.CLASSES: "классы",
    Kind.PUPILS: "ученики",
    Kind.PARENTS: "родители",
    Kind.CURRICULUM: "учебный план",
    Kind.WORKLOAD: "нагрузка",
    Kind.GROUPS: "группы",
    Kind.TIMETABLE: "расписание",
    Kind.PLAN: "планирование",
}


@dataclass(frozen=True)
class Source:
    """A table of a file. `columns`: {field of a row: (letters of its column, its head as written)},
    several heads of one field joined; a table without columns (XML) has none."""

    file: str
    sheet: str = ""
    columns: Mapping[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Where a row stands: its Source and its number as the spreadsheet counts (from 1); in a
    timetable's grid, where each cell is a row, also its `column` («C»). In XML `row` is the number
    of the element within its table."""

    source: Source
    row: int
    column: str = ""


@dataclass(frozen=True)
class Problem:
    """What could not be taken. `field`: the row's field, «» for the whole row; `written`: what
    stands there; `why` and `way_out` in Russian. The row is left out."""

    place: Place
    field: str
    written: str
    why: str
    way_out: str = ""


@dataclass(frozen=True)
class Question:
    """What is asked once for all the cells it concerns. `key` is the same whenever the file is read
    and the name of its answer; `options` (value, label); `usual` is the value preselected, «» where
    nothing is likelier. `takes_text`: another value may be typed (a name of a subject)."""

    key: str
    told: str
    cells: tuple[Place, ...]
    options: tuple[tuple[str, str], ...]
    usual: str = ""
    takes_text: bool = False


@dataclass(frozen=True)
class Person:
    """A name. `first` and `middle` may be initials («А.») or «» where a file has no more."""

    last: str
    first: str = ""
    middle: str = ""


@dataclass(frozen=True)
class SubjectRow:
    place: Place
    name: str
    short_name: str = ""
    abbreviation: str = ""


@dataclass(frozen=True)
class PeriodRow:
    """`kind`: quarter, trimester, half_year (`Period.Kind`); `number` from 1."""

    place: Place
    kind: str
    number: int
    starts_on: datetime.date
    ends_on: datetime.date


@dataclass(frozen=True)
class BellRow:
    """`schedule`: the name of a bell schedule, «» for the usual one; local times."""

    place: Place
    schedule: str
    number: int
    starts_at: datetime.time
    ends_at: datetime.time


@dataclass(frozen=True)
class StaffRow:
    place: Place
    person: Person
    position: str = ""
    phone: str = ""  # +79135550124
    email: str = ""


@dataclass(frozen=True)
class ClassRow:
    """`name` as classes are called: «5А», in capitals, without a blank."""

    place: Place
    name: str
    teacher: Person | None = None


@dataclass(frozen=True)
class PupilRow:
    place: Place
    person: Person
    class_name: str
    born_on: datetime.date | None = None
    sex: str = ""  # m, f (`Student.Sex`)
    file_number: str = ""


@dataclass(frozen=True)
class ParentRow:
    """A parent and one child of his: `child` (with birth date, class and file number where they are
    known) says which. `relation`: `Parenthood.Relation`."""

    place: Place
    person: Person
    child: PupilRow
    relation: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True)
class CurriculumRow:
    """«Учебный план»: `class_name` is a class («5А») or a parallel («5»)."""

    place: Place
    class_name: str
    subject: str
    hours: Decimal


@dataclass(frozen=True)
class WorkloadRow:
    """Who teaches what to whom. `classes`: one, or several taught together. `group`: «» where it is
    the whole class, else the group's name in the class («1 группа», «Девочки», «Немецкий»);
    `groups` of one class and subject exclude each other. `hours` a week."""

    place: Place
    teacher: Person | None
    subject: str
    classes: tuple[str, ...]
    group: str = ""
    hours: Decimal | None = None


@dataclass(frozen=True)
class GroupRow:
    """A pupil's place in a group of a class's subject, called as in WorkloadRow."""

    place: Place
    child: PupilRow
    subject: str
    group: str


@dataclass(frozen=True)
class TimetableRow:
    """A lesson of the week. `weekday` 1 (Monday) … 7, `number` of the bell slot; `weeks` are the
    bits of `TimetableEntry.Weeks`: 1 the first of two, 2 the second, 3 all. `teacher` is None
    where the workload tells him. `supposed`: where the file does not call the group («Труд м1/м2»),
    which of the subject's groups it is, from 1; `group` is then what such ones usually are called.
    """

    place: Place
    classes: tuple[str, ...]
    subject: str
    weekday: int
    number: int
    weeks: int = 3
    group: str = ""
    room: str = ""
    teacher: Person | None = None
    supposed: int = 0


@dataclass(frozen=True)
class PlanRow:
    """A line of the КТП of the journal of a class (or its group) and subject. Where the rows name
    neither, `about` are texts that may, the likeliest first."""

    place: Place
    class_name: str
    subject: str
    title: str
    group: str = ""
    section: str = ""
    hours: int = 1
    homework: str = ""
    planned_on: datetime.date | None = None
    about: tuple[str, ...] = ()


Row = (
    SubjectRow
    | PeriodRow
    | BellRow
    | StaffRow
    | ClassRow
    | PupilRow
    | ParentRow
    | CurriculumRow
    | WorkloadRow
    | GroupRow
    | TimetableRow
    | PlanRow
)


@dataclass
class Batch:
    """All that was read. `passed_over`: rows that are no data, with the reason (totals, signatures,
    repeated heads), shown so that nothing is left out in silence. `notes`: Russian, of the whole
    (an unregistered copy of the foreign program, hidden rows). `gone`: what the file says is no
    more (a OneRoster delta); each row tells only what finds it."""

    rows: dict[Kind, list[Row]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    passed_over: list[tuple[Place, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    gone: list[tuple[Kind, Row]] = field(default_factory=list)

    def add(self, kind: Kind, row: Row) -> None:
        self.rows.setdefault(kind, []).append(row)

    def ask(self, question: Question) -> None:
        """Ask once: of a key that is asked already only the cells are added."""
        for number, other in enumerate(self.questions):
            if other.key == question.key:
                cells = other.cells + question.cells
                self.questions[number] = replace(other, cells=cells)
                return
        self.questions.append(question)

    def take(self, other: "Batch") -> None:
        """Add what another file or sheet says, after what is there."""
        for kind, rows in other.rows.items():
            self.rows.setdefault(kind, []).extend(rows)
        self.problems += other.problems
        for question in other.questions:
            self.ask(question)
        self.passed_over += other.passed_over
        self.notes += other.notes
        self.gone += other.gone
