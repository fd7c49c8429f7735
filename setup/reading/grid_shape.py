"""The shape of a timetable's grid: where its classes, days and lesson numbers stand. Pure.

A sheet may hold several such blocks one under the other, each with heads of its own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import cached_property
from itertools import islice, pairwise

from school.tables.table import Table

from .lesson_tokens import Sort, tokens
from .subjects import full_name
from .texts import Wrong, class_name, is_class_name, lines

Spot = tuple[int, int]  # row, column, both from 0

MOST_LESSONS = 14  # of a day
MOST_ROWS, MOST_COLUMNS = 1_000, 200  # of a grid; what lies further is no part of it
_DAYS = ("понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
_SHORT_DAYS = {
    "пн": 1, "пон": 1, "понед": 1, "вт": 2, "втор": 2, "ср": 3, "чт": 4, "чет": 4, "четв": 4,
    "пт": 5, "пят": 5, "пятн": 5, "сб": 6, "суб": 6, "субб": 6, "вс": 7, "воскр": 7,
}  # fmt: skip
_NUMBER = re.compile(
    r"(?P<number>\d{1,2})(?:$|\s*-?(?:й|я|ый)?\s*(?:урок[а-я]*|ур\.)|\s*[.)]\s*(?:$|[^\d\s])|\s*\()"
)
_ROMAN = {"I": 1, "II": 2, "III": 3, "IV": 4, "V": 5, "VI": 6, "VII": 7, "VIII": 8}


class Holds(Enum):
    """What a column of a class holds."""

    LESSON = auto()
    ROOM = auto()
    TEACHER = auto()
    NOTHING = auto()


@dataclass(frozen=True)
class GridColumn:
    index: int
    class_name: str
    holds: Holds
    part: int = 0  # of the class's columns of lessons, from 0
    parts: int = 1


@dataclass
class Hour:
    """The rows of one lesson number of a day."""

    rows: list[int]
    weekday: int
    number: int


@dataclass
class Block:
    head_row: int
    columns: list[GridColumn]
    hours: list[Hour] = field(default_factory=list)
    number_column: int | None = None
    counted: bool = False  # the sheet has no numbers: the rows of a day were counted
    two_rows: bool = False  # of an hour, and the number stands in the first one

    @property
    def lessons(self) -> list[GridColumn]:
        return [one for one in self.columns if one.holds is Holds.LESSON]


def weekday_of(text: str) -> int:
    """1 of «Понедельник», «ПН.», «П о н е д е л ь н и к», «Понедельник, 1 сентября», else 0."""
    signs = re.sub(r"[^а-яё]", "", text.lower())
    if signs in _SHORT_DAYS:
        return _SHORT_DAYS[signs]
    for number, name in enumerate(_DAYS, start=1):
        if signs.startswith(name):
            return number
    return 0


def number_of_lesson(text: str) -> int | None:
    if text in _ROMAN:
        return _ROMAN[text]
    found = _NUMBER.match(text)
    if found and int(found["number"]) <= MOST_LESSONS:
        return int(found["number"])
    return None


class Shape:
    """What stands where in a Table. `loose`: [(row, why)] of rows that hold texts of classes and
    yet no lesson; `dayless`: rows in which lessons stand without a day."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.height = min(len(table.rows), MOST_ROWS)
        self.width = min(max((len(row) for row in table.rows), default=0), MOST_COLUMNS)
        self.covered: dict[Spot, Spot] = dict(islice(self._covered(), MOST_ROWS * MOST_COLUMNS))
        self._texts: dict[Spot, str] = {}
        self.loose: list[tuple[int, str]] = []
        self.dayless: list[int] = []
        self.blocks = list(self._blocks())

    def _covered(self) -> Iterator[tuple[Spot, Spot]]:
        for (row, column), (rows, columns) in self.table.merged.items():
            for below in range(row, min(row + rows, self.height)):
                for right in range(column, min(column + columns, self.width)):
                    yield (below, right), (row, column)

    def corner(self, spot: Spot) -> Spot:
        """The cell in which what is shown at a spot stands."""
        return self.covered.get(spot, spot)

    def span(self, spot: Spot) -> tuple[int, int]:
        return self.table.merged.get(spot, (1, 1))

    def text(self, spot: Spot) -> str:
        """What is shown at a spot, also within a merged cell, line by line."""
        corner = self.corner(spot)
        if corner not in self._texts:
            row, column = corner
            values = self.table.rows[row] if row < self.height else ()
            self._texts[corner] = "\n".join(lines(values[column])) if column < len(values) else ""
        return self._texts[corner]

    def line(self, spot: Spot) -> str:
        return " ".join(self.text(spot).split())

    # --- heads ---

    @cached_property
    def heads(self) -> dict[int, dict[int, str]]:
        """{row: {column: class}} of the rows in which classes stand."""
        return self._heads(only_numbers=True) | self._heads(only_numbers=False)

    def _heads(self, only_numbers: bool) -> dict[int, dict[int, str]]:
        found: dict[int, dict[int, str]] = {}
        for row in range(self.height):
            classes = self._classes(row, only_numbers)
            if classes and not self._has_lessons(row, classes):
                found[row] = classes
        widest = max((len(one) for one in found.values()), default=0)
        # A note «5А» beside the table is no head.
        return {row: one for row, one in found.items() if len(one) > 1 or widest == 1}

    def _classes(self, row: int, only_numbers: bool) -> dict[int, str]:
        found: dict[int, str] = {}
        lettered = 0
        for column in range(self.width):
            if self.corner((row, column)) != (row, column):
                continue
            text = self.line((row, column))
            try:
                found[column] = class_name(text) if text else ""
            except Wrong:
                continue
            lettered += is_class_name(text) or "кл" in text.lower()
            if not found[column]:
                del found[column]
        if only_numbers:
            numbers = [int(one) for one in found.values() if one.isdecimal()]
            rising = numbers == sorted(set(numbers)) and len(numbers) > 1
            return found if rising and self._lessons_beneath(row, found) else {}
        return found if lettered and len(set(found.values())) == len(found) else {}

    def _has_lessons(self, row: int, classes: dict[int, str]) -> bool:
        others = {self.line((row, n)) for n in range(self.width) if n not in classes}
        return any(full_name(one.split(" ")[0]) for one in others if one)

    def _lessons_beneath(self, row: int, classes: dict[int, str]) -> bool:
        beneath = range(row + 1, min(row + 12, self.height))
        return all(
            any(_is_lesson(self.text((one, column))) for one in beneath) for column in classes
        )

    # --- blocks ---

    def _blocks(self) -> Iterator[Block]:
        rows = sorted(self.heads)
        ends = [*rows[1:], self.height] if rows else []
        weekday = 0
        for head_row, end in zip(rows, ends, strict=True):
            block = Block(head_row, list(self._columns(head_row, end)))
            above = self._day_above(head_row)
            weekday = self._fill(block, end, above or weekday)
            if block.hours:
                yield block

    def _day_above(self, head_row: int) -> int:
        """A day that stands in the head row or, alone, in the row above it."""
        for row in (head_row, head_row - 1):
            days = {weekday_of(self.line((row, n))) for n in range(self.width) if row >= 0} - {0}
            if len(days) == 1:
                return days.pop()
        return 0

    def _columns(self, head_row: int, end: int) -> Iterator[GridColumn]:
        classes = self.heads[head_row]
        starts = sorted(classes)
        limits = [*starts[1:], self.width]
        for start, limit in zip(starts, limits, strict=True):
            held = {n: self._holds(n, start, head_row, end) for n in range(start, limit)}
            last = max(limit - 1, start)
            own = self.span((head_row, start))[1]
            if limit == self.width:  # nothing tells where the last class ends
                last = next(
                    (n - 1 for n in range(start + own, limit) if self._is_other(n, head_row)), last
                )
            parts = [n for n in range(start, last + 1) if held[n] is Holds.LESSON]
            for n in range(start, last + 1):
                part = parts.index(n) if n in parts else 0
                yield GridColumn(n, classes[start], held[n], part, max(len(parts), 1))

    def _is_other(self, column: int, head_row: int) -> bool:
        """Whether a column after the last class has a head of its own: «№», «День», «Время»."""
        head = self.line((head_row, column)).lower()
        return bool(head) and not _told_by_head(head)

    def _holds(self, column: int, start: int, head_row: int, end: int) -> Holds:
        heads = [self.line((head_row, column)), self.line((head_row + 1, column))]
        for head in heads if column != start else heads[1:]:
            told = _told_by_head(head.lower())
            if told:
                return told
        if column == start:
            return Holds.LESSON
        rows = range(head_row + 1, end)
        written = [
            self.text((row, column)) for row in rows if self.corner((row, column))[1] == column
        ]
        filled = [one for one in written if one]
        if not filled:
            return Holds.LESSON if self._is_covered(column, start, head_row) else Holds.NOTHING
        rooms = sum(_is_room(one) for one in filled)
        return Holds.ROOM if rooms * 2 > len(filled) else Holds.LESSON

    def _is_covered(self, column: int, start: int, head_row: int) -> bool:
        return self.corner((head_row, column)) == (head_row, start) and column != start

    # --- hours ---

    def _fill(self, block: Block, end: int, weekday: int) -> int:
        """The block's hours; the day that holds at its end."""
        rows = range(block.head_row + 1, end)
        aside = [n for n in range(self.width) if n not in {one.index for one in block.columns}]
        block.number_column = self._number_column(aside, rows)
        block.counted = block.number_column is None
        block.two_rows = self._has_two_rows(block, rows)
        for row in rows:
            told = self._weekday(row, aside, block)
            if told and told != weekday:
                weekday = told
            self._take_row(block, row, weekday)
        return weekday

    def _number_column(self, aside: list[int], rows: range) -> int | None:
        def score(column: int) -> int:
            return sum(number_of_lesson(self.line((row, column))) is not None for row in rows)

        best = max(aside, key=score, default=None)
        return best if best is not None and score(best) * 3 > len(rows) else None

    def _has_two_rows(self, block: Block, rows: range) -> bool:
        column = block.number_column
        if column is None:
            return False
        numbered = [number_of_lesson(self.line((row, column))) is not None for row in rows]
        pairs = list(pairwise(numbered))
        return pairs.count((True, False)) > pairs.count((True, True))

    def _weekday(self, row: int, aside: list[int], block: Block) -> int:
        for column in aside:
            if column != block.number_column and (day := weekday_of(self.line((row, column)))):
                return day
        texts = {self.line((row, n)) for n in range(self.width)} - {""}
        return weekday_of(texts.pop()) if len(texts) == 1 else 0

    def _take_row(self, block: Block, row: int, weekday: int) -> None:
        filled = not self._is_title(row) and any(
            self.text((row, one.index)) for one in block.lessons
        )
        number = self._number(block, row, weekday, filled)
        if number is None:
            if filled and self._goes_on(block, row):
                block.hours[-1].rows.append(row)
            elif filled and not self._is_subhead(block, row):
                self.loose.append((row, "Нет номера урока"))
            return
        if not weekday:
            if filled:
                self.dayless.append(row)
            return
        last = block.hours[-1] if block.hours else None
        if last and (last.weekday, last.number) == (weekday, number) and row - 1 in last.rows:
            last.rows.append(row)
        else:
            block.hours.append(Hour([row], weekday, number))

    def _is_title(self, row: int) -> bool:
        """A line across the table: «Понедельник», «2 смена»."""
        spots = {self.corner((row, n)) for n in range(self.width) if self.text((row, n))}
        return len(spots) == 1 and self.span(next(iter(spots)))[1] * 2 > self.width

    def _number(self, block: Block, row: int, weekday: int, filled: bool) -> int | None:
        if block.number_column is not None:
            return number_of_lesson(self.line((row, block.number_column)))
        if not weekday or not filled or self._is_subhead(block, row):
            return None
        return sum(hour.weekday == weekday for hour in block.hours) + 1

    def _goes_on(self, block: Block, row: int) -> bool:
        """Whether a row without a number is the second one of the lesson above."""
        hour = block.hours[-1] if block.hours else None
        if not hour or not block.two_rows or hour.rows != [row - 1]:
            return False
        return not self._is_title(row) and not self.line((row, block.number_column or 0))

    def _is_subhead(self, block: Block, row: int) -> bool:
        return row == block.head_row + 1 and any(
            _told_by_head(self.line((row, one.index)).lower()) for one in block.columns
        )


def _told_by_head(head: str) -> Holds | None:
    if re.match(r"(№\s*)?(каб|ауд|помещ|к\.$)", head):
        return Holds.ROOM
    if re.match(r"(учител|препод|педагог|фио)", head):
        return Holds.TEACHER
    return Holds.LESSON if re.match(r"(предмет|дисципл|урок$)", head) else None


def _is_room(text: str) -> bool:
    sorts = {one.sort for one in tokens(text, frozenset())} - {Sort.SLASH, Sort.BREAK, Sort.NOTHING}
    return bool(sorts) and sorts <= {Sort.ROOM, Sort.NUMBER}


def _is_lesson(text: str) -> bool:
    found = tokens(text, frozenset())
    return any(one.sort is Sort.SUBJECT and full_name(one.text) for one in found)
