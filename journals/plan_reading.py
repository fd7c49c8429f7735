"""A plan as teachers keep it, a table of a text document or a spreadsheet, read into lines: rows of
values in, lines and what is to be said of rows out. Pure.

What КТП have in common: heads in one of the first rows, maybe two of them; «факт» is not «план»; a
row without hours is a section; sums are no topics. Two topics with one title are two lines.
"""

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from school.rules.texts import tidy, visible
from school.tables.table import Table, Value

from .plans import PlanLine

Row = Sequence[Value]

SECTION, SUM, ERROR, WARNING = "section", "sum", "error", "warning"


class Note(NamedTuple):
    """What is said of a row, counted from 1, that is no line, or not wholly one: `text` stands
    there."""

    row: int
    kind: str
    text: str
    why: str


class ReadLine(NamedTuple):
    """A line that a row, counted from 1, gives; `held_on` is its day in fact, where it is said."""

    row: int
    line: PlanLine
    held_on: datetime.date | None


@dataclass(frozen=True)
class ReadPlan:
    """What a table says. `head_row` counts from 1, 0 where no heads were found."""

    lines: Sequence[ReadLine]
    notes: Sequence[Note]
    head_row: int = 0

    @property
    def hours(self) -> int:
        return sum(one.line.hours for one in self.lines)

    def of_kind(self, kind: str) -> list[Note]:
        return [one for one in self.notes if one.kind == kind]


# --- heads ---

HEAD_ROWS = 12

NUMBER, TITLE, HOURS, PLANNED, HELD, HOMEWORK, IN_SECTION = (
    "number",
    "title",
    "hours",
    "planned",
    "held",
    "homework",
    "section",
)

# In this order: the first that fits a head is what its column holds.
_HEADS = [
    (HELD, re.compile(r"факт|скорректир|коррекц")),
    (HOMEWORK, re.compile(r"домашн|^д ?/ ?з|^дз\b|на дом")),
    ("", re.compile(r"контрольн|практическ|лаборатор|ресурс|эор|цор|примечан|ууд|результат|вид")),
    (PLANNED, re.compile(r"дата|срок|по плану|^план\b|неделя|проведен")),
    (HOURS, re.compile(r"кол-во ?час|количество ?час|^час|часов|^всего")),
    (TITLE, re.compile(r"тем[аы]|содержание|название|наименование")),
    (NUMBER, re.compile(r"^№|п ?/ ?п|номер")),
    (IN_SECTION, re.compile(r"раздел|модуль|глава")),
]
_SUB_HEAD = re.compile(r"^(план|факт|всего|по плану|по факту|контрольн|практическ)")
_SUM = re.compile(r"^(итого|всего|общее кол|общее количество|общее число)")


def _kind_of(head: str) -> str:
    return next((kind for kind, pattern in _HEADS if head and pattern.search(head)), "")


def _text(value: Value) -> str:
    """A value as it is seen: numbers without «.0», days as «02.09.2026»."""
    if value is None or isinstance(value, bool):
        return ""
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime.date):  # and of them those with a time
        return f"{value:%d.%m.%Y}"
    return visible(str(value))


class _Columns(NamedTuple):
    """Where what stands, {kind: column}; the body begins in `first`, a row from 0."""

    places: Mapping[str, int]
    head: int
    first: int


def _find_heads(table: Table) -> _Columns | None:
    """Of the first rows the one, or the two, whose heads name most."""
    found: list[tuple[int, bool, _Columns]] = []
    for row in range(min(HEAD_ROWS, len(table.rows))):
        one = [tidy(_text(value)) for value in table.rows[row]]
        for heads, first in ((one, row + 1), (_two_rows(table, row), row + 2)):
            places = _places(heads)
            if TITLE in places and len(places) > 1:
                found.append((len(places), first == row + 1, _Columns(places, row, first)))
    # Of as many one row rather than two, and the upper one.
    return max(found, key=lambda one: one[:2])[2] if found else None


def _two_rows(table: Table, row: int) -> list[str]:
    """Heads of two rows: what stands above a merged cell holds for all below it."""
    if row + 1 >= len(table.rows):
        return []
    upper, lower = table.rows[row], table.rows[row + 1]
    if not any(_SUB_HEAD.match(tidy(_text(value))) for value in lower):
        return []
    heads, above = [], ""
    for at in range(max(len(upper), len(lower))):
        own = tidy(_text(upper[at])) if at < len(upper) else ""
        below = tidy(_text(lower[at])) if at < len(lower) else ""
        above = own or (above if below else "")
        heads.append(f"{below} {above}" if below else own)
    return heads


def _places(heads: Sequence[str]) -> dict[str, int]:
    places: dict[str, int] = {}
    for at, head in enumerate(heads):
        kind = _kind_of(head)
        if kind and kind not in places:
            places[kind] = at
        elif kind == TITLE and "тем" in head and "тем" not in heads[places[TITLE]]:
            places[TITLE] = at  # «Тема урока» beside «Содержание»
    if TITLE not in places and IN_SECTION in places:
        places[TITLE] = places.pop(IN_SECTION)
    return places


def _without_heads(table: Table) -> _Columns:
    """A block that was pasted without its heads: the longest texts are titles, numbers before them
    count the lines, numbers behind them are hours, days are the plan's."""
    width = max((len(row) for row in table.rows), default=0)
    length = [0] * width
    numbers, days = [0] * width, [0] * width
    for row in table.rows:
        for at, value in enumerate(row):
            text = _text(value)
            if _day(value, None):
                days[at] += 1
            elif text.isdigit():
                numbers[at] += 1
            else:
                length[at] += len(text)
    places = {TITLE: length.index(max(length))} if width else {}
    half = max(1, len(table.rows) // 2)
    for at in range(width):
        if numbers[at] >= half:
            places.setdefault(NUMBER if at < places[TITLE] else HOURS, at)
        elif days[at] >= half:
            places.setdefault(PLANNED, at)
    return _Columns(places, -1, 0)


# --- rows ---

LONGEST_TITLE, LONGEST_SECTION, MOST_HOURS = 500, 300, 200
FIRST_DAY = datetime.date(1899, 12, 30)  # of which a spreadsheet counts its days


def _day(value: Value, year: tuple[datetime.date, datetime.date] | None) -> datetime.date | None:
    """The first day that a cell names; one without a year is of the school `year` (first, last)."""
    if isinstance(value, datetime.datetime):
        return value.date()
    if isinstance(value, datetime.date):
        return value
    if isinstance(value, int | float) and 30_000 < value < 80_000:
        return FIRST_DAY + datetime.timedelta(days=int(value))
    found = re.match(r"\D*(\d{1,2})[./](\d{1,2})(?:[./](\d{4}|\d{2}))?(?!\d)", _text(value))
    if not found:
        return None
    day, month = int(found[1]), int(found[2])
    try:
        if found[3]:
            return datetime.date(int(found[3]) % 100 + 2000, month, day)
        if year is None:
            return datetime.date(2000, month, day)
        first, last = year
        return datetime.date(first.year if month >= first.month else last.year, month, day)
    except ValueError:
        return None


def _hours(text: str) -> int | None:
    """«2», «2 ч», None of what is no whole number of hours."""
    found = re.fullmatch(r"(\d{1,3})(?:[.,]0+)? ?(?:ч|час|часа|часов)?\.?", tidy(text))
    number = int(found[1]) if found else 0
    return number if 0 < number <= MOST_HOURS else None


def _numbers(text: str) -> int | None:
    """How many lessons «5–6» or «5, 6» counts, None of what is no such."""
    found = re.fullmatch(r"(\d+) ?[-,] ?(\d+)", tidy(text))
    count = int(found[2]) - int(found[1]) + 1 if found else 0
    return count if 0 < count <= MOST_HOURS else None


class _Body:
    """The rows below the heads, read one after the other."""

    def __init__(
        self,
        table: Table,
        columns: _Columns,
        year: tuple[datetime.date, datetime.date],
    ) -> None:
        self.table, self.places, self.year = table, columns.places, year
        self.lines: list[ReadLine] = []
        self.notes: list[Note] = []
        self.section = ""

    def text(self, cells: Row, kind: str) -> str:
        place = self.places.get(kind)
        return _text(cells[place]) if place is not None and place < len(cells) else ""

    def value(self, cells: Row, kind: str) -> Value:
        place = self.places.get(kind)
        return cells[place] if place is not None and place < len(cells) else None

    def note(self, row: int, kind: str, text: str, why: str) -> None:
        self.notes.append(Note(row + 1, kind, text, why))

    def read(self, row: int) -> None:
        cells = self.table.rows[row]
        texts = [text for text in map(_text, cells) if text]
        if not texts:
            return
        title = self.text(cells, TITLE)
        told = title or texts[0]
        if _SUM.match(tidy(texts[0])) or (_SUM.match(tidy(title))):
            self.note(row, SUM, told, "сумма, не тема")
        elif self._is_head(cells):
            return
        elif self._continues(row):
            last = self.lines[-1]
            more = _hours(self.text(cells, HOURS)) or 1
            self.lines[-1] = last._replace(line=last.line._replace(hours=last.line.hours + more))
        elif self._is_section(cells, texts):
            self.section = told[:LONGEST_SECTION]
            self.note(row, SECTION, told, "раздел")
        elif not any(map(str.isalpha, title)):
            self.note(row, ERROR, title, "темы нет: строку пропустим")
        elif len(title) > LONGEST_TITLE:
            self.note(row, ERROR, title[:60], f"в теме больше {LONGEST_TITLE} знаков: пропустим")
        else:
            self._line(row, cells, title)

    def _is_head(self, cells: Row) -> bool:
        """The heads again, on another page of the document."""
        return _kind_of(tidy(self.text(cells, TITLE))) == TITLE and bool(
            _kind_of(tidy(self.text(cells, HOURS))) or _kind_of(tidy(self.text(cells, NUMBER)))
        )

    def _continues(self, row: int) -> bool:
        """Whether the title of the line before reaches down to this row: another hour of it."""
        at = self.places[TITLE]
        return bool(self.lines) and any(
            column == at and top < row < top + height and top == self.lines[-1].row - 1
            for (top, column), (height, _) in self.table.merged.items()
        )

    def _is_section(self, cells: Row, texts: Sequence[str]) -> bool:
        """A row without hours, number and days; where the table has no hours at all, of one text
        alone."""
        counts = [self.text(cells, kind) for kind in (HOURS, PLANNED, HELD, HOMEWORK)]
        if any(counts) or self._is_counted(cells, texts):
            return False
        if HOURS in self.places or NUMBER in self.places or PLANNED in self.places:
            return True
        return bool(re.match(r"(раздел|глава|модуль)\b", tidy(texts[0])))

    def _is_counted(self, cells: Row, texts: Sequence[str]) -> bool:
        number = self.text(cells, NUMBER)
        return bool(re.match(r"\d", number)) and len(texts) > 1

    def _line(self, row: int, cells: Row, title: str) -> None:
        typed = self.text(cells, HOURS)
        hours = _hours(typed) if typed else _numbers(self.text(cells, NUMBER)) or 1
        if hours is None:
            self.note(row, WARNING, title, f"часы не поняли: «{typed[:20]}», взяли 1")
        planned = self.value(cells, PLANNED)
        day = _day(planned, self.year)
        if day is None and _text(planned):
            self.note(row, WARNING, title, f"дату не поняли: «{_text(planned)[:20]}»")
        homework = self.text(cells, HOMEWORK)
        if len(homework) > LONGEST_TITLE:
            self.note(row, WARNING, title, f"задание длиннее {LONGEST_TITLE} знаков: не взяли")
            homework = ""
        if IN_SECTION in self.places and (its := self.text(cells, IN_SECTION)):
            if its != self.section:
                self.note(row, SECTION, its, "раздел")
            self.section = its[:LONGEST_SECTION]
        line = PlanLine(title, hours or 1, homework, self.section, day)
        self.lines.append(ReadLine(row + 1, line, _day(self.value(cells, HELD), self.year)))


def read_plan(table: Table, year: tuple[datetime.date, datetime.date]) -> ReadPlan:
    """The lines of a table; days without a year are of the school `year` (its first and last day).
    A table of one column, and one without heads, is read as titles."""
    columns = _find_heads(table) or _without_heads(table)
    if TITLE not in columns.places:
        return ReadPlan([], [])
    body = _Body(table, columns, year)
    for row in range(columns.first, len(table.rows)):
        body.read(row)
    return ReadPlan(body.lines, body.notes, columns.head + 1)


def best_of(
    tables: Sequence[Table], year: tuple[datetime.date, datetime.date]
) -> tuple[int, ReadPlan]:
    """(place, ReadPlan) of the table that holds most lines under heads, else most lines."""
    read = [read_plan(table, year) for table in tables]
    place = max(range(len(read)), key=lambda at: (bool(read[at].head_row), len(read[at].lines)))
    return place, read[place]


def as_text(table: Table) -> str:
    """A table as a spreadsheet puts it on the clipboard, to be looked at and mended."""
    return "\n".join("\t".join(map(_quoted, row)).rstrip("\t") for row in table.rows)


def _quoted(value: Value) -> str:
    text = _text(value)
    return '"{}"'.format(text.replace('"', '""')) if text.startswith('"') else text


def lines_text(lines: Sequence[PlanLine]) -> str:
    """Lines as such a table, which `read_plan` reads back."""
    heads = ("№", "Раздел", "Тема урока", "Часов", "Дата по плану", "Домашнее задание")
    rows: list[Sequence[Value]] = [heads]
    for at, line in enumerate(lines, start=1):
        told = (at, line.section, line.title, line.hours, line.planned_on, line.homework)
        rows.append(told)
    return as_text(Table("", "", rows))
