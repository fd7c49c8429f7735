"""CSV files and blocks pasted from a spreadsheet."""

import csv
from io import StringIO

from school import packages

from .table import MOST_AREA, MOST_COLUMNS, MOST_ROWS, TOO_BIG, Table, Unreadable, too_far

SEPARATORS = "\t;,"
LOOKED_AT = 50  # lines


def text_of(data: bytes) -> str:
    """Unreadable."""
    text = packages.as_text(data)
    if text is None or "\ufffd" in text:
        raise Unreadable("Это не таблица, как бы файл ни назывался")
    return text


def tables(name: str, text: str) -> list[Table]:
    """The one table of a text, in whose rows all separators are alike. Unreadable."""
    separator = ""
    if text[:4].lower() == "sep=" and text[5:6] in "\r\n":  # Excel shows that line nowhere
        separator, text = text[4], text[5:].lstrip("\r\n")
    separator = separator or _separator(text)
    rows: list[list[str | None]] = []
    width = 0
    for row in csv.reader(StringIO(text, newline=""), delimiter=separator):
        rows.append([cell if cell.strip() else None for cell in row])
        width = max(width, len(row))
        if len(rows) > MOST_ROWS or width > MOST_COLUMNS:
            raise Unreadable(too_far(""))
    while rows and not any(rows[-1]):
        rows.pop()
    if len(rows) * width > MOST_AREA:
        raise Unreadable(TOO_BIG)
    return [Table(name, "", [row + [None] * (width - len(row)) for row in rows])]


def _separator(text: str) -> str:
    """The one that most lines have the same number of."""
    lines = [line for line in text.splitlines()[:LOOKED_AT] if line.strip()]

    def alike(separator: str) -> tuple[int, int]:
        counts = [count for line in lines if (count := line.count(separator))]
        most = max(set(counts), key=counts.count, default=0)
        return (counts.count(most) if most else 0, most)

    return max(SEPARATORS, key=alike)
