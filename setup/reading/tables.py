"""Tables of cells, whatever file they stand in."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

Value = str | float | int | bool | datetime.date | datetime.datetime | datetime.time | None


@dataclass(frozen=True)
class Table:
    """A sheet of a spreadsheet, a CSV file, a table of a text document, a pasted block.

    `rows`: as the file has them from its first row and column on, so that row 0 is the
    spreadsheet's row 1; all as long as the longest. `merged`: {(row, column) of the top left cell:
    (rows, columns) that it spans}. `hidden`: numbers of rows that the file does not show. `title`:
    what a text document says above the table.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[Value]]
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    title: str = ""


class Unreadable(Exception):
    """No table can be had from the file; the text is Russian and says why and what to do."""


def read_tables(name: str, data: bytes) -> list[Table]:
    """The tables of a file, whatever it is called: by its bytes XLSX, XLS, ODS, HTML, CSV, a pasted
    block, DOCX. Empty sheets are left out. Unreadable."""
    raise NotImplementedError
