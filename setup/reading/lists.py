"""A list with heads: its rows one by one, and what each column says of them.

What is no data (totals, signatures, heads again, numbers of the columns) is passed over with its
reason; what was corrected on the page stands in place of what the file says.
"""

import datetime
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from school.tables.table import Table, Value

from ..batch import Batch, Person, Place, Problem, Source
from . import texts
from .given import Given
from .heads import NOT_TAKEN, Heads
from .texts import Wrong, key, shown
from .workbook import SHEETS

Taken = TypeVar("Taken")

NOTHING = {"", "-", "–", "—", "нет", "нет данных", "н/д", "отсутствует", "не указан", "не указано"}
_TOTAL = re.compile(
    r"^(итого|всего|в том числе|из них|общее (количество|число)|количество|по плану|кол во)\b"
)
_SIGNED = re.compile(
    r"^(директор|зам|заместитель|исполнитель|составил\w*|подпись|согласовано|утвержда\w*|"
    r"утвержден\w*|секретарь|делопроизводитель|м п|мп|дата)\b"
)
_LINE = re.compile(r"_{3,}")


class Left(Exception):
    """The row is left out; its problems are told."""


@dataclass
class ListRow:
    """`number` from 1. `values` {field: value}, corrected ones as texts; empty ones are missing."""

    sheet: "ListSheet"
    number: int
    values: dict[str, Value]

    @property
    def place(self) -> Place:
        return Place(self.sheet.source, self.number)

    def text(self, field: str) -> str:
        return shown(self.values.get(field))

    def says(self, field: str) -> str:
        """The text, or «» for a dash and «нет»."""
        text = self.text(field)
        return "" if text.casefold() in NOTHING else text

    def wrong(self, field: str, why: str, way_out: str = "", written: str | None = None) -> None:
        said = self.text(field) if written is None else written
        self.sheet.batch.problems.append(Problem(self.place, field, said, why, way_out))

    def take(self, field: str, read: Callable[[Value], Taken], empty: Taken) -> Taken:
        """What `read` makes of a value; `empty` of none. Left, once the problem is told."""
        return self._read(field, read) if self.says(field) else empty

    def need(self, field: str, read: Callable[[Value], Taken], why: str) -> Taken:
        """The same of what may not be missing."""
        if not self.says(field):
            self.wrong(field, why)
            raise Left
        return self._read(field, read)

    def _read(self, field: str, read: Callable[[Value], Taken]) -> Taken:
        try:
            return read(self.values[field])
        except Wrong as wrong:
            self.wrong(field, wrong.why, wrong.way_out)
            raise Left from wrong

    def person(self, prefix: str = "", *, needs_first: bool = True) -> Person:
        """A name of one column or three, `prefix` «mother.» or the like. Left."""
        field = f"{prefix}person"
        names = [self.text(f"{prefix}{part}") for part in ("last", "first", "middle")]
        whole = self.says(field)
        written = whole or " ".join(filter(None, names))
        try:
            found = texts.person(whole) if whole else texts.named(*names)
            if needs_first and not found.first:
                raise Wrong("Нет имени", "Фамилия, имя, отчество.")
            return found
        except Wrong as wrong:
            self.wrong(field, wrong.why, wrong.way_out, written)
            raise Left from wrong

    def names_person(self, prefix: str = "") -> bool:
        return any(self.says(f"{prefix}{part}") for part in ("person", "last", "first", "middle"))


class ListSheet:
    """A table whose heads are known. `today`: the school's day."""

    def __init__(
        self, table: Table, heads: Heads, given: Given, batch: Batch, today: datetime.date
    ) -> None:
        self.table, self.heads, self.given, self.batch = table, heads, given, batch
        self.today = today
        self.source = Source(table.file, table.sheet, _described(heads))
        self.fields = heads.fields()
        self.count = 0  # rows of data
        self._columns = [
            (column.place, column.field)
            for column in heads.columns
            if column.field not in ("", NOT_TAKEN)
        ]
        self._keys = [key(column.text) for column in heads.columns]
        # In our own workbook a row of several cells is data, whatever its words.
        self.is_own = any(
            {key(head.title) for head in sheet.heads} <= set(self._keys)
            for sheet in SHEETS.values()
        )
        # Cells that stand for those below them, too: {(row, column): (row, column)}.
        self._above = {
            (row + down, column): (row, column)
            for (row, column), (rows, _) in table.merged.items()
            if row >= heads.after
            for down in range(1, rows)
        }

    def titles(self) -> list[str]:
        """The texts above the heads, and what a document says above the table."""
        above = [
            shown(value) for row in self.table.rows[: self.heads.first] for value in row if value
        ]
        return [*self.table.title.splitlines(), *(text for text in above if text)]

    def pass_over(self, number: int, why: str) -> None:
        self.batch.passed_over.append((Place(self.source, number), why))

    def rows(self) -> Iterator[ListRow]:
        """The rows of data after the heads; `count` counts them."""
        for index in range(self.heads.after, len(self.table.rows)):
            number = index + 1
            values = self._values(index)
            if not any(shown(value) for value in self.table.rows[index]) and not values:
                continue
            if number in self.given.skipped:
                self.pass_over(number, "пропущена вами")
                continue
            if why := self._no_data(index, values):
                self.pass_over(number, why)
                continue
            self.count += 1
            yield ListRow(self, number, values)

    def told(self, index: int) -> list[str]:
        """The texts of a row, from 0, that are not empty."""
        return [text for value in self.table.rows[index] if (text := shown(value))]

    def _values(self, index: int) -> dict[str, Value]:
        found: dict[str, Value] = {}
        for place, field in self._columns:
            row, column = self._above.get((index, place), (index, place))
            value = self.table.rows[row][column]
            if value is not None and shown(value) and field not in found:
                found[field] = value
        for field, text in self.given.cells.get(index + 1, {}).items():
            self._correct(found, field, text)
        return found

    @staticmethod
    def _correct(found: dict[str, Value], field: str, text: str) -> None:
        """A corrected class stands for its letter, too, as a name does for its parts."""
        if field == "class_name":
            found.pop("class_letter", None)
        found[field] = text

    def _no_data(self, index: int, values: dict[str, Value]) -> str:
        """Why a row is none of the list's, «» if it is."""
        told = self.told(index)
        keys = [key(text) for text in told]
        if not keys or index + 1 in self.given.cells or (self.is_own and len(told) > 1):
            return ""
        # «Директор» is no signature in a list of staff.
        is_signed = _SIGNED.match(keys[0]) and not values.keys() >= {"position"}
        if is_signed or any(_LINE.search(text) for text in told):
            return "подпись"
        if _TOTAL.match(keys[0]) or (
            keys[0].isdecimal() and len(keys) > 1 and _TOTAL.match(keys[1])
        ):
            return "итог"
        heads = set(self._keys)
        if (
            len(keys) > 1
            and sum(one in heads for one in keys) * 2 > len(keys)
            and heads & set(keys)
        ):
            return "повтор заголовков"
        if len(told) > 2 and told == [str(number) for number in range(1, len(told) + 1)]:
            return "номера столбцов"
        return ""


_WHOLE = {"person": ("last", "first", "middle"), "class_name": ("class_name", "class_letter")}


def _described(heads: Heads) -> dict[str, tuple[str, str]]:
    """`Source.columns`; of a name in three columns also «person» joined of them."""
    found: dict[str, tuple[str, str]] = {}
    for column in heads.columns:
        if column.field in ("", NOT_TAKEN):
            continue
        found.setdefault(column.field, (column.letters, column.text))
    prefixes = {field.rpartition(".")[0] for field in found}
    for prefix in prefixes:
        before = f"{prefix}." if prefix else ""
        for whole, parts in _WHOLE.items():
            there = [found[before + part] for part in parts if before + part in found]
            if there and (whole != "class_name" or len(there) > 1):
                joined = tuple(", ".join(words) for words in zip(*there, strict=True))
                found[before + whole] = (joined[0], joined[1])
    return found
