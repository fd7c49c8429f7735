"""Blocks that are pasted from a spreadsheet or a text document."""

import re

_CELL = re.compile(r'(?:"((?:[^"]|""){0,3000})"|([^\t\n]*))(\t|\n|$)')


def cells_of(text: str) -> list[list[str]]:
    """Rows by line breaks, columns by tabs. A cell that has line breaks is in quotes, as
    spreadsheets copy it; a text that merely begins with a quoted word stays as it is."""
    rows: list[list[str]] = [[]]
    text = text.replace("\r\n", "\n").replace("\r", "\n").rstrip("\n")
    for found in _CELL.finditer(text):
        quoted, plain, end = found.groups()
        rows[-1].append(plain if quoted is None else quoted.replace('""', '"'))
        if end == "\n":
            rows.append([])
        elif not end:
            break
    return rows
