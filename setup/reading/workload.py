"""The load and the curriculum as schools keep them: matrices with a column for each class."""

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from school.rules.texts import visible
from school.tables.table import Table, Value

from ..batch import (
    Batch,
    CurriculumRow,
    Kind,
    Person,
    Place,
    Problem,
    Source,
    WorkloadRow,
)
from ..workload_cells import says_nobody
from . import cells, texts
from .given import Given
from .heads import letters
from .texts import Wrong, as_class, key, shown

BY_TEACHER = "workload_by_teacher"
BY_SUBJECT = "workload_by_subject"
BY_CLASS = "curriculum_by_class"

_TEACHER = re.compile(r"\b(учител\w*|педагог\w*|преподавател\w*|ф ?и ?о|фамил\w*|сотрудник\w*)\b")
_SUBJECT = re.compile(r"\b(предмет\w*|дисциплин\w*|курс\w*)\b")
_AREA = re.compile(r"\bобласт\w*")
_TOTAL = re.compile(
    r"\b(итого|всего|максимальн\w*|предельн\w*|допустим\w*|сумма|количество часов|"
    r"учебных недел\w*|аудиторн\w*)\b"
)
_PART_OF_PLAN = re.compile(r"\b(часть|обязательн\w*|формируем\w*|внеурочн\w*|компонент)\b")


@dataclass(frozen=True)
class MatrixShape:
    """`after`: the first row after the heads; `classes` [(column, class or parallel)]; columns of
    the labels, None where there is none. All from 0."""

    first: int
    after: int
    classes: tuple[tuple[int, str], ...]
    teacher: int | None
    subject: int | None
    heads: tuple[str, ...]


def matrix(heads: Sequence[str], first: int, after: int) -> MatrixShape | None:
    """The MatrixShape of a table with these heads; None if they hold no classes."""
    classes, parallels = [], []
    teacher = subject = None
    for column, head in enumerate(heads):
        name = _class_of(head)
        if name and name.isdecimal():
            parallels.append((column, name))
        elif name:
            classes.append((column, name))
        elif _TEACHER.search(key(head)) and teacher is None:
            teacher = column
        elif _SUBJECT.search(key(head)) and not _AREA.search(key(head)) and subject is None:
            subject = column
    found = classes + parallels if classes or teacher is None else []
    if len(found) < 2 and not (found and subject is not None):
        return None
    found.sort()
    return MatrixShape(first, after, tuple(found), teacher, subject, tuple(heads))


def _class_of(head: str) -> str:
    """«5А» of «Классы 5А», «5» of «5 класс»; «» of what is no class."""
    words = head.split()
    for start in dict.fromkeys((0, len(words) - 2, len(words) - 1)):
        if start < 0:
            continue
        if name := as_class(" ".join(words[start:])):
            return name
    return ""


def holds_names(table: Table, found: MatrixShape) -> bool:
    """Whether the cells say who teaches, and not only how many hours."""
    values = [
        row[column]
        for row in table.rows[found.after :]
        for column, _ in found.classes
        if row[column]
    ]
    named = sum(bool(re.search(r"[^\W\d_]{3}", shown(value))) for value in values)
    return named * 2 > len(values)


class _Reading:
    """A matrix row by row, with what is left out told."""

    def __init__(self, table: Table, found: MatrixShape, given: Given, batch: Batch) -> None:
        self.table, self.found, self.given, self.batch = table, found, given, batch
        columns = {
            f"class:{name}": (letters(column), found.heads[column])
            for column, name in found.classes
        }
        for field, column in (("teacher", found.teacher), ("subject", found.subject)):
            if column is not None:
                columns[field] = (letters(column), found.heads[column])
        self.source = Source(table.file, table.sheet, columns)
        self.labels = [
            column
            for column in range(min(column for column, _ in found.classes))
            if column < len(found.heads)
        ]
        self.count = 0

    def rows(self) -> Iterator[int]:
        """Rows of data, from 0."""
        for index in range(self.found.after, len(self.table.rows)):
            told = [key(shown(self.table.rows[index][column])) for column in self.labels]
            if not any(shown(value) for value in self.table.rows[index]):
                continue
            place = Place(self.source, index + 1)
            if index + 1 in self.given.skipped:
                self.batch.passed_over.append((place, "пропущена вами"))
            elif any(_TOTAL.search(text) for text in told):
                self.batch.passed_over.append((place, "итог"))
            elif not any(self.value(index, column) for column, _ in self.found.classes):
                if any(_PART_OF_PLAN.search(text) for text in told):
                    self.batch.passed_over.append((place, "раздел"))
                else:
                    yield index
            else:
                yield index

    def value(self, index: int, column: int) -> Value:
        return self.table.rows[index][column]

    def label(self, index: int, column: int | None, field: str) -> str:
        corrected = self.given.cells.get(index + 1, {}).get(field)
        if corrected is not None:
            return visible(corrected)
        return shown(self.value(index, column)) if column is not None else ""

    def cell(self, index: int, column: int, name: str) -> Value:
        corrected = self.given.cells.get(index + 1, {}).get(f"class:{name}")
        return self.value(index, column) if corrected is None else corrected

    def wrong(self, index: int, field: str, written: str, wrong: Wrong) -> None:
        place = Place(self.source, index + 1)
        self.batch.problems.append(Problem(place, field, written, wrong.why, wrong.way_out))


def read_by_teacher(table: Table, found: MatrixShape, given: Given, batch: Batch) -> int:
    """Teachers down, their subjects beside them, hours in the cells. A teacher's name may stand in
    the first of his rows only, or, where subjects stand before teachers, a subject's. How many
    rows of data there are."""
    reading = _Reading(table, found, given, batch)
    made: list[WorkloadRow] = []
    teacher: Person | None = None
    is_known, subject = True, ""
    by_subject = (found.subject or 0) < (found.teacher or 0)
    for index in reading.rows():
        written = reading.label(index, found.teacher, "teacher")
        if written or by_subject:
            teacher, is_known = _teacher(reading, index, written)
        told = reading.label(index, found.subject, "subject")
        subject = told or (subject if by_subject else "")
        said = [
            (name, value)
            for column, name in found.classes
            if not cells.is_blank(value := reading.cell(index, column, name))
        ]
        if not said or not is_known:
            continue
        reading.count += 1
        if not subject:
            reading.wrong(index, "subject", "", Wrong("Не сказано, какой предмет"))
            continue
        for name, value in said:
            made += _of_cell(reading, index, name, value, teacher, subject)
    for row in grouped(made):
        batch.add(Kind.WORKLOAD, row)
    return reading.count


def _teacher(reading: _Reading, index: int, written: str) -> tuple[Person | None, bool]:
    if not written or says_nobody(written):
        return None, True
    try:
        return texts.person(written), True
    except Wrong as wrong:
        reading.wrong(index, "teacher", written, wrong)
        return None, False


def _of_cell(
    reading: _Reading, index: int, name: str, value: Value, teacher: Person | None, subject: str
) -> list[WorkloadRow]:
    """«3»; «3/3» are two groups of one teacher."""
    place = Place(reading.source, index + 1)
    try:
        parts = [cells.hours(one.strip()) for one in shown(value).split("/")]
    except Wrong as wrong:
        reading.wrong(index, f"class:{name}", shown(value), wrong)
        return []
    return [WorkloadRow(place, teacher, subject, (name,), "", number) for number in parts]


def grouped(rows: Sequence[WorkloadRow]) -> list[WorkloadRow]:
    """Of rows that say one class and subject more than once, each is a group: «1 группа» and on,
    unless it is called. Where several teachers are named once each, groups or a journal together
    are told by `splitting.share_journal`, beside what stands."""
    alike: dict[tuple[tuple[str, ...], str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        alike[row.classes, key(row.subject)].append(place)
    found = list(rows)
    for places in alike.values():
        teachers = {rows[place].teacher for place in places}
        if (len(teachers) == len(places) and None not in teachers) or len(places) == 1:
            continue
        for number, place in enumerate(places, start=1):
            if not found[place].group:
                found[place] = replace(found[place], group=f"{number} группа")
    return found


def read_by_subject(table: Table, found: MatrixShape, given: Given, batch: Batch) -> int:
    """Subjects down, «Калинина 5» in the cells. How many rows of data there are."""
    reading = _Reading(table, found, given, batch)
    for index, subject in _subjects(reading):
        for column, name in found.classes:
            value = reading.cell(index, column, name)
            try:
                parts = cells.parse(value)
            except Wrong as wrong:
                reading.wrong(index, f"class:{name}", shown(value), wrong)
                continue
            place = Place(reading.source, index + 1)
            for part in parts:
                row = WorkloadRow(place, part.teacher, subject, (name,), part.group, part.hours)
                batch.add(Kind.WORKLOAD, row)
    return reading.count


def read_by_class(table: Table, found: MatrixShape, given: Given, batch: Batch) -> int:
    """The curriculum: subjects down, hours in the cells of classes or parallels."""
    reading = _Reading(table, found, given, batch)
    for index, subject in _subjects(reading):
        for column, name in found.classes:
            value = reading.cell(index, column, name)
            if cells.is_blank(value):
                continue
            try:
                number = cells.hours(value)
            except Wrong as wrong:
                reading.wrong(index, f"class:{name}", shown(value), wrong)
                continue
            row = CurriculumRow(Place(reading.source, index + 1), name, subject, number)
            batch.add(Kind.CURRICULUM, row)
    return reading.count


def _subjects(reading: _Reading) -> Iterator[tuple[int, str]]:
    """(row, subject); without a column of subjects the last label is it."""
    column = reading.found.subject
    if column is None and reading.labels:
        column = reading.labels[-1]
    for index in reading.rows():
        subject = reading.label(index, column, "subject")
        if not any(reading.value(index, place) for place, _ in reading.found.classes):
            continue
        reading.count += 1
        if not subject:
            reading.wrong(index, "subject", "", Wrong("Не сказано, какой предмет"))
            continue
        yield index, subject
