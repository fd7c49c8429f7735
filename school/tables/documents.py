"""Tables of text documents (DOCX)."""

import zipfile
from io import BytesIO

from docx import Document
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement

from .books import look_through, members
from .table import MOST_AREA, MOST_COLUMNS, MOST_ROWS, TOO_BIG, Table, Unreadable, too_far

MAIN = "word/document.xml"
LINES_ABOVE = 4
MOST_TAGS = 500_000  # a table of 500 rows has 45 a row where words are marked


def is_document(data: bytes) -> bool:
    """Whether a package is a text document. zipfile.BadZipFile."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return MAIN in package.namelist()


def tables(name: str, data: bytes) -> list[Table]:
    """The tables of a DOCX in order, none within another. Unreadable."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        _look_at_all(package)
    body = Document(BytesIO(data)).element.body
    found: list[Table] = []
    above: list[str] = []
    left = MOST_AREA
    for child in body.iterchildren():
        if child.tag == qn("w:p"):
            if text := _text(child).strip():
                above.append(text)
        elif child.tag == qn("w:tbl"):
            table = _table(name, f"Таблица {len(found) + 1}", child, above)
            left -= len(table.rows) * len(table.rows[0]) if table.rows else 0
            if left < 0:
                raise Unreadable(TOO_BIG)
            found.append(table)
            above = []
    return found


def _look_at_all(package: zipfile.ZipFile) -> None:
    """Each part, before python-docx builds a tree of all that are linked. Unreadable."""
    left = MOST_TAGS

    def count(tag: str, attributes: dict[str, str]) -> None:
        nonlocal left
        left -= 1
        if left < 0:
            raise Unreadable(TOO_BIG)

    for name, info in members(package).items():
        if name.endswith((".xml", ".rels")):
            look_through(package.read(info), count)


def _table(name: str, sheet: str, element: BaseOxmlElement, above: list[str]) -> Table:
    rows: list[list[str | None]] = []
    merged: dict[tuple[int, int], tuple[int, int]] = {}
    begun: dict[int, tuple[int, int]] = {}  # column → the cell above that spans down
    for row, line in enumerate(element.iterchildren(qn("w:tr"))):
        cells: list[str | None] = []
        for cell in line.iterchildren(qn("w:tc")):
            across, goes_on = _spans(cell)
            column = len(cells)
            at = begun.get(column) if goes_on else (row, column)
            down = row - at[0] + 1 if at else 1
            if at and (down, across) != (1, 1):
                merged[at] = (down, across)
            begun[column] = at or (row, column)
            cells += [None if goes_on else _text(cell).strip() or None]
            cells += [None] * (across - 1)
            if row >= MOST_ROWS or len(cells) > MOST_COLUMNS:
                raise Unreadable(too_far(sheet))
        rows.append(cells)
    width = max(map(len, rows), default=0)
    rows = [cells + [None] * (width - len(cells)) for cells in rows]
    title = "\n".join(above[-LINES_ABOVE:])
    return Table(name, sheet, rows, merged, title=title, in_document=True)


def _spans(cell: BaseOxmlElement) -> tuple[int, bool]:
    """(over how many columns a cell goes, whether it is but the rest of the one above)."""
    across = cell.find(f"{qn('w:tcPr')}/{qn('w:gridSpan')}")
    down = cell.find(f"{qn('w:tcPr')}/{qn('w:vMerge')}")
    count = across.get(qn("w:val"), "1") if across is not None else "1"
    goes_on = down is not None and down.get(qn("w:val")) != "restart"
    return (min(int(count), MOST_COLUMNS + 1) if count.isdecimal() else 1), goes_on


def _text(element: BaseOxmlElement) -> str:
    """A line for each paragraph. What is struck by a reviewer is not part of it."""
    lines: list[str] = []
    for one in element.iter(qn("w:p"), qn("w:t"), qn("w:tab"), qn("w:br")):
        if one.tag == qn("w:p"):
            lines.append("")
        elif lines:
            lines[-1] += {qn("w:t"): one.text or "", qn("w:br"): "\n"}.get(one.tag, " ")
    return "\n".join(lines)
