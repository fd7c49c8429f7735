"""A file with a plan that somebody sends, or what was pasted: bytes or text in, tables out."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from school.tables.pasted import cells_of
from school.tables.reading import read_tables
from school.tables.table import Table, Unreadable

MOST_ROWS, MOST_COLUMNS = 1_000, 60  # of a plan, which has 210 lines at most
TOO_LONG = f"В таблице больше {MOST_ROWS} строк: оставьте в ней один план"


def tables_of(name: str, content: bytes) -> list[Table]:
    """The Tables of a file (its name, its bytes) that a plan may be in, none of them empty; hidden
    sheets only where there is no other. Unreadable."""
    read = read_tables(name, content)
    found = joined([one for one in read if not one.is_hidden] or read)
    return [_narrowed(table) for table in found]


def pasted(text: str) -> Table:
    """What was pasted from a document or a spreadsheet. Unreadable."""
    rows = [[cell.strip() or None for cell in row] for row in cells_of(text)]
    return _narrowed(Table("", "", rows))


def _narrowed(table: Table) -> Table:
    if len(table.rows) > MOST_ROWS:
        raise Unreadable(TOO_LONG)
    return replace(table, rows=[row[:MOST_COLUMNS] for row in table.rows])


def joined(
    tables: Sequence[Table], goes_on: Callable[[Table, Table], bool] = lambda last, table: True
) -> list[Table]:
    """Tables of a text document that follow each other with as many columns are one, which goes on
    on another page, if a table `goes_on` as the next one."""
    found: list[Table] = []
    for table in tables:
        last = found[-1] if found else None
        if last and table.in_document and _width(last) == _width(table) and goes_on(last, table):
            down = len(last.rows)
            moved = {(top + down, left): size for (top, left), size in table.merged.items()}
            rows = [*last.rows, *table.rows]
            found[-1] = replace(last, rows=rows, merged={**last.merged, **moved})
        else:
            found.append(table)
    return found


def _width(table: Table) -> int:
    return max(map(len, table.rows), default=0)
