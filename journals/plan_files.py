"""A file with a plan that somebody sends, or what was pasted: bytes or text in, tables out, without
trusting it (`school.packages`)."""

import csv
import datetime
import re
from collections.abc import Iterator, Sequence
from io import StringIO

from docx import Document
from python_calamine import CalamineWorkbook

from school import packages
from school.packages import DAMAGED, SheetError, TooBig

from .plan_reading import Table, Value

__all__ = ["SheetError", "pasted", "tables_of"]

MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = packages.MOST_ROWS, 60, packages.MOST_MEMBERS


def tables_of(content: bytes) -> list[Table]:
    """The Tables of an XLSX, a DOCX or a text file (bytes), none of them empty. SheetError."""
    try:
        if packages.is_document(content):
            found = _of_document(content)
        elif content.startswith(b"PK"):
            found = list(_of_workbook(content))
        else:
            found = _of_text(content)
    except SheetError:
        raise
    except Exception as error:  # whatever a damaged file makes a library stumble over
        raise SheetError(DAMAGED) from error
    tables = [table for table in found if any(any(row) for row in table.rows)]
    if not tables:
        raise SheetError("В файле нет ни одной таблицы с темами.")
    return tables


def _of_workbook(content: bytes) -> Iterator[Table]:
    file, _ = packages.checked(content)
    file.seek(0)
    book = CalamineWorkbook.from_filelike(file)
    for name in book.sheet_names[:MOST_SHEETS]:
        sheet = book.get_sheet_by_name(name)
        rows = sheet.to_python(skip_empty_area=False)
        merged = {
            (top, left): (bottom - top + 1, right - left + 1)
            for (top, left), (bottom, right) in sheet.merged_cell_ranges or ()
        }
        yield Table(name, [[_value(one) for one in row[:MOST_COLUMNS]] for row in rows], merged)


def _value(value: Value | datetime.timedelta) -> Value:
    return None if value == "" or isinstance(value, datetime.timedelta) else value


def _of_document(content: bytes) -> list[Table]:
    """Tables of as many columns that follow each other are one that goes on, on another page."""
    found: list[Table] = []
    document = Document(packages.checked_document(content))
    for number, one in enumerate(document.tables, start=1):
        rows, merged = _cells(one)
        width = max(map(len, rows), default=0)
        last = found[-1] if found else None
        if last and width == max(map(len, last.rows)):
            down = len(last.rows)
            moved = {(top + down, left): size for (top, left), size in merged.items()}
            found[-1] = Table(last.name, [*last.rows, *rows], {**last.merged, **moved})
        elif rows:
            found.append(Table(f"таблица {number}", rows, merged))
    return found


def _cells(table) -> tuple[list[list[Value]], dict[tuple[int, int], tuple[int, int]]]:
    """(rows of texts, merged): a merged cell comes as often as it has places."""
    if len(table.rows) > MOST_ROWS:
        raise TooBig
    rows: list[list[Value]] = []
    first: dict[int, tuple[int, int]] = {}
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    kept = []  # else another cell might have the address of one that is no more
    for down, row in enumerate(table.rows):
        texts: list[Value] = []
        for across, cell in enumerate(row.cells[:MOST_COLUMNS]):
            tc = cell._tc
            if id(tc) in first:
                top, left = first[id(tc)]
                merged[top, left] = (down - top + 1, across - left + 1)
                texts.append(None)
                continue
            kept.append(tc)
            first[id(tc)] = (down, across)
            texts.append(" ".join(cell.text.split()) or None)
        rows.append(texts)
    return rows, merged


def _of_text(content: bytes) -> list[Table]:
    try:
        packages.refuse_others(content)
    except SheetError:
        text = packages.as_text(content, len(content))
        if not text or text.lstrip().startswith("<"):
            raise
        return [_separated(text)]
    return []


def pasted(text: str) -> Table:
    """What was pasted from a document or a spreadsheet: columns are parted by tabs."""
    rows: list[list[str]] = [[]]
    for found in _CELL.finditer(text.replace("\r\n", "\n")):
        quoted, plain, end = found.groups()
        rows[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        if end == "\n":
            rows.append([])
        elif not end:
            break
    return _table(iter(rows))


# A spreadsheet puts a cell into quotes that has line breaks; a title that is quoted stays so.
_CELL = re.compile(r'(?:"((?:[^"]|""){0,3000})"|([^\t\n]*))(\t|\n|$)')


def _separated(text: str) -> Table:
    first = next((line for line in text.splitlines() if line.strip()), "")
    sign = max("\t;,", key=first.count)
    if sign not in first:
        return pasted(text)
    return _table(csv.reader(StringIO(text), delimiter=sign))


def _table(found: Iterator[Sequence[str]]) -> Table:
    rows: list[list[Value]] = []
    for row in found:
        if len(rows) == MOST_ROWS:
            raise TooBig
        rows.append([one.strip() or None for one in row[:MOST_COLUMNS]])
    return Table("", rows)
