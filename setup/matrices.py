"""The three matrices of the workload page: what their rows and columns are, what a cell says, how
it is written."""

import re
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.utils.safestring import SafeString, mark_safe

from school.models import SchoolClass, SchoolYear, User
from school.rules.texts import LOOKS, tidy

from . import drawing
from .actions.workload import Edit, Outcome, write_classes, write_plan, write_teachers
from .blocks import Cell
from .queries.workload import Key, Workload
from .workload_cells import people, subjects, told_hours

CLASS, TEACHER, PLAN = "class", "teacher", "plan"
WAYS = {CLASS: "По классам", TEACHER: "По учителям", PLAN: "Учебный план"}
PARTS = {"1-4": range(5), "5-9": range(5, 10), "10-11": range(10, 13)}


def parts_of(classes: Sequence[SchoolClass]) -> dict[str, list[SchoolClass]]:
    """{key of a part of the school that has classes: they}"""
    found: dict[str, list[SchoolClass]] = defaultdict(list)
    for part, numbers in PARTS.items():
        for one in classes:
            if one.number in numbers:
                found[part].append(one)
    return dict(found)


@dataclass(frozen=True)
class MatrixHead:
    key: int
    name: str
    more: str = ""


class Matrix:
    """A matrix `by` one of WAYS, of some classes. Cells are named by (row, column)."""

    def __init__(self, load: Workload, by: str, classes: Sequence[SchoolClass]) -> None:
        self.load, self.by, self.classes = load, by, classes

    @cached_property
    def rows(self) -> list[MatrixHead]:
        if self.by == TEACHER:
            return [MatrixHead(pk, name) for pk, name in self.load.names.items()]
        return [MatrixHead(one.pk, one.name) for one in self.load.subjects]

    @cached_property
    def columns(self) -> list[MatrixHead]:
        return [MatrixHead(one.pk, str(one)) for one in self.classes]

    def key(self, cell: Cell) -> Key:
        """Of the facts: (class, subject) or (teacher, class)."""
        row, column = cell
        return (row, column) if self.by == TEACHER else (column, row)

    def cell_of(self, key: Key) -> Cell:
        return key if self.by == TEACHER else (key[1], key[0])

    def text(self, cell: Cell) -> str:
        key = self.key(cell)
        if self.by == TEACHER:
            return self.load.teacher_text(key)
        return told_hours(self.load.plan.get(key)) if self.by == PLAN else self.load.text(key)

    def html(self, cell: Cell) -> str:
        """The `<td>`."""
        key, text = self.key(cell), self.text(cell)
        inside, marks = text, ""
        if self.by == CLASS:
            inside, marks = drawing.class_cell(self.load, key), drawing.class_marks(self.load, key)
        elif self.by == TEACHER:
            inside = drawing.teacher_cell(text)
        return drawing.td(f"{cell[0]}-{cell[1]}", text, inside, marks, self.label(cell))

    def label(self, cell: Cell) -> str:
        """«8Б, Алгебра»"""
        row, column = cell
        return f"{self._column_names.get(column, '')}, {self._row_names.get(row, '')}"

    @cached_property
    def _column_names(self) -> dict[int, str]:
        return {one.key: one.name for one in self.columns}

    @cached_property
    def _row_names(self) -> dict[int, str]:
        return {one.key: one.name for one in self.rows}

    def body(self) -> SafeString:
        rows = [(one.key, one.name, self.sum_of_row(one.key)) for one in self.rows]
        columns = [one.key for one in self.columns]
        return drawing.body(rows, columns, lambda row, column: self.html((row, column)))

    def sum_of_row(self, row: int) -> str:
        if self.by != TEACHER:
            return ""
        hours = self.load.teacher_hours(row)
        return f'<small id="s-{row}">{told_hours(hours) or "—"}</small>'

    def sum_of_column(self, column: int) -> str:
        hours, planned = self.load.hours(column), self.load.planned_hours(column)
        if self.by == PLAN:
            return told_hours(planned) or "0"
        return drawing.foot(hours, planned)

    @property
    def feet(self) -> list[tuple[str, SafeString]]:
        """[(key of a class, the hours of its week)]"""
        return [(str(one.key), mark_safe(self.sum_of_column(one.key))) for one in self.columns]

    @property
    def planned_feet(self) -> list[str]:
        found = (self.load.planned_hours(one.key) for one in self.columns)
        return ["—" if one is None else told_hours(one) or "0" for one in found]

    # --- heads of a pasted block ---

    def find_row(self, text: str) -> int | None:
        if self.by == TEACHER:
            found = people(text, self.load.staff)
        else:
            found = subjects(text, self.load.named_subjects)
        return found[0] if len(found) == 1 else None

    def find_column(self, text: str) -> int | None:
        return self._by_class_name.get(class_key(text))

    @cached_property
    def _by_class_name(self) -> Mapping[str, int]:
        return {class_key(str(one)): one.pk for one in self.load.classes}

    def write(self, year: SchoolYear, edits: Sequence[Edit], person: User) -> Outcome:
        return WRITERS[self.by](year, edits, person)


WRITERS: dict[str, Callable[[SchoolYear, Sequence[Edit], User], Outcome]] = {
    CLASS: write_classes,
    TEACHER: write_teachers,
    PLAN: write_plan,
}


def class_key(text: str) -> str:
    """«5 "А" класс», «5-А» and «5a» of Latin letters are one class."""
    plain = tidy(text).replace("класс", "")
    return re.sub(r"[^0-9а-я]", "", plain.translate(LOOKS))


def lacking(load: Workload, classes: Sequence[SchoolClass]) -> int:
    """How many cells of these classes wait for a teacher."""
    return sum(
        load.lacks_teacher((one.pk, subject)) for one in classes for subject in load.named_subjects
    )
