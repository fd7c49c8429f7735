"""A pasted block laid over a matrix: by the heads it brings along, else from one cell on. Pure."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from school.tables.pasted import cells_of

from .workload_cells import visible_cell

Cell = tuple[int, int]  # keys of its row and column
Find = Callable[[str], int | None]  # the key of the row or column that a head names

MOST_CELLS = 6000
SUMS = ("итого", "всего", "сумма", "часов в неделю", "по учебному плану")


@dataclass
class Laid:
    """`texts`: {(row, column): text}, blanks left out; `outside`: how many texts lie beyond the
    matrix; `unknown`: heads that name nothing in it; `by_heads`: whether the block brought
    heads."""

    texts: dict[Cell, str] = field(default_factory=dict)
    outside: int = 0
    unknown: list[str] = field(default_factory=list)
    by_heads: bool = False


def rows_of(text: str) -> list[list[str]]:
    """The cells of a block as they stand in the matrix."""
    return [[visible_cell(cell) for cell in row] for row in cells_of(text)]


def lay_out(
    block: Sequence[Sequence[str]],
    rows: Sequence[int],
    columns: Sequence[int],
    find_row: Find,
    find_column: Find,
    at: Cell | None,
) -> Laid:
    """The block over a matrix of rows and columns (keys, as they are shown); `at`: the cell that it
    is put on, None where it has to bring heads along."""
    laid = Laid()
    heads = _heads(block, find_row, find_column)
    laid.by_heads = heads is not None
    if heads:
        down, right, its_rows, its_columns = heads
        laid.unknown = [
            one
            for one, key in [*zip(block[down][right:], its_columns, strict=True)]
            + [
                (line[right - 1] if right else "", key)
                for line, key in zip(block[down + 1 :], its_rows, strict=True)
            ]
            if key is None and one and not one.casefold().startswith(SUMS)
        ]
        body = [line[right:] for line in block[down + 1 :]]
    elif at and at[0] in rows and at[1] in columns:
        its_rows = [*rows[rows.index(at[0]) :]]
        its_columns = [*columns[columns.index(at[1]) :]]
        body = [list(line) for line in block]
    else:
        return laid
    for line, row in zip(body, [*its_rows, *[None] * len(body)], strict=False):
        for text, column in zip(line, [*its_columns, *[None] * len(line)], strict=False):
            if not text:
                continue
            if row is None or column is None:
                laid.outside += not heads
            else:
                laid.texts[row, column] = text
    return laid


def _heads(block, find_row, find_column):
    """(number of the head row, of the first column of the body, keys of the rows, of the columns),
    where a row of the first three names columns and the column before them rows; else None."""
    for down, line in enumerate(block[:3]):
        named = [place for place, text in enumerate(line) if text and find_column(text) is not None]
        if not named or named[0] == 0 or 2 * len(named) < sum(map(bool, line[named[0] :])):
            continue
        right = named[0]
        below = [one[right - 1] if right <= len(one) else "" for one in block[down + 1 :]]
        if not any(text and find_row(text) is not None for text in below):
            continue
        width = max(map(len, block))
        padded = [*line, *[""] * (width - len(line))]
        return (
            down,
            right,
            [find_row(text) if text else None for text in below],
            [find_column(text) if text else None for text in padded[right : len(line)]],
        )
    return None
