"""Tables of a web page, as other systems give them under the name of an XLS."""

import re
from html.parser import HTMLParser

from .table import MOST_AREA, MOST_COLUMNS, MOST_ROWS, TOO_BIG, Table, Unreadable, too_far

MOST_TAGS = 1_000_000
_SILENT = {"script", "style", "title"}
_BREAKS = {"br", "p", "div", "li"}


def tables(name: str, text: str) -> list[Table]:
    """The tables of a page, an outer one without those within it. Unreadable."""
    if re.search(r"<(\w+:)?Workbook\b", text[:4_000]):
        raise Unreadable("Это «Таблица XML 2003»: сохраните её как «Книга Excel (.xlsx)»")
    page = _Page()
    page.feed(text)
    page.close()
    found = [one for one in page.found if one.cells]
    if not found:
        raise Unreadable("Это веб-страница или XML без таблиц: нечего читать")
    limit = MOST_AREA
    made = []
    for place, one in enumerate(found, start=1):
        limit -= (one.row + 1) * one.columns
        if limit < 0:
            raise Unreadable(TOO_BIG)
        made.append(one.table(name, "" if len(found) == 1 else f"Таблица {place}"))
    return made


class _Grid:
    """A table while it is read. `cells`: {(row, column): text}; `taken`: what spans cover."""

    def __init__(self) -> None:
        self.cells: dict[tuple[int, int], str] = {}
        self.merged: dict[tuple[int, int], tuple[int, int]] = {}
        self.covered: dict[int, tuple[int, int]] = {}  # column → (last row, its first column)
        self.row, self.column, self.columns = -1, 0, 0
        self.text: list[str] | None = None

    def begin_cell(self, down: int, across: int) -> None:
        self.end_cell()
        self.row = max(self.row, 0)
        while self.column in self.covered and self.covered[self.column][0] >= self.row:
            self.column += 1
        if self.row >= MOST_ROWS or self.column + across > MOST_COLUMNS:
            raise Unreadable(too_far(""))
        if (down, across) != (1, 1):
            self.merged[self.row, self.column] = (down, across)
            for column in range(self.column, self.column + across):
                self.covered[column] = (self.row + down - 1, self.column)
        self.at = (self.row, self.column)
        self.column += across
        self.columns = max(self.columns, self.column)
        self.text = []

    def end_cell(self) -> None:
        if self.text is not None:
            lines = (" ".join(line.split()) for line in "".join(self.text).split("\n"))
            text = "\n".join(line for line in lines if line)
            if text:
                self.cells[self.at] = text
            self.text = None

    def begin_row(self) -> None:
        self.end_cell()
        self.row, self.column = self.row + 1, 0

    def table(self, name: str, sheet: str) -> Table:
        height = self.row + 1
        rows: list[list[str | None]] = [[None] * self.columns for _ in range(height)]
        for (row, column), text in self.cells.items():
            rows[row][column] = text
        merged = {
            (row, column): (min(down, height - row), across)
            for (row, column), (down, across) in self.merged.items()
        }
        return Table(name, sheet, rows, merged)


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[_Grid] = []
        self.open: list[_Grid] = []
        self.silent = self.tags = 0

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self.tags += 1
        if self.tags > MOST_TAGS:
            raise Unreadable(TOO_BIG)
        if tag == "table":
            self.open.append(_Grid())
            self.found.append(self.open[-1])
        elif tag in _SILENT:
            self.silent += 1
        elif self.open:
            self._within(self.open[-1], tag, dict(attributes))

    def _within(self, grid: _Grid, tag: str, attributes: dict[str, str | None]) -> None:
        if tag == "tr":
            grid.begin_row()
        elif tag in ("td", "th"):
            grid.begin_cell(_span(attributes.get("rowspan")), _span(attributes.get("colspan")))
        elif tag in _BREAKS and grid.text is not None:
            grid.text.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in _SILENT:
            self.silent = max(self.silent - 1, 0)
        elif self.open and tag in ("td", "th", "tr"):
            self.open[-1].end_cell()
        elif self.open and tag == "table":
            self.open.pop().end_cell()

    def handle_data(self, data: str) -> None:
        if self.open and not self.silent and self.open[-1].text is not None:
            self.open[-1].text.append(re.sub(r"\s", " ", data))


def _span(text: str | None) -> int:
    return min(max(int(text), 1), MOST_ROWS) if text and text.isdecimal() else 1
