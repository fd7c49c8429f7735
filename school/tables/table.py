"""A table of cells, whatever file it stands in."""

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
    what a text document says above the table. `is_hidden`: the file does not show the sheet.
    `unvalued`: the (row, column)s of formulas whose value the file does not tell. `in_document`: it
    stands in a text document, where a table may go on as another one on the next page.
    """

    file: str
    sheet: str
    rows: Sequence[Sequence[Value]]
    merged: Mapping[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    hidden: frozenset[int] = frozenset()
    title: str = ""
    is_hidden: bool = False
    unvalued: frozenset[tuple[int, int]] = frozenset()
    in_document: bool = False


MOST_BYTES = 20 * 1024 * 1024
MOST_ROWS, MOST_COLUMNS = 10_000, 702  # of a sheet; its last column is ZZ
MOST_AREA = 2_000_000  # cells of all the sheets of a file, empty ones between them too


class Unreadable(Exception):
    """No table can be had from the file; the text is Russian and says why and what to do."""


DAMAGED = "Файл повреждён и не читается: откройте его, сохраните ещё раз и загрузите снова"
LOCKED = "Файл закрыт паролем: снимите пароль и сохраните его ещё раз"
TOO_BIG = "В файле больше, чем можно прочитать за раз: уберите лишнее или разделите его"


def too_far(sheet: str) -> str:
    """Why a sheet is not read that holds more rows or columns than any list."""
    where = f"На листе «{sheet}»" if sheet else "В таблице"
    return (
        f"{where} больше {MOST_ROWS} строк или {MOST_COLUMNS} столбцов: разделите список или "
        "уберите лишнее вокруг него"
    )
