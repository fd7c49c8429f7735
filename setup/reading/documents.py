"""Tables of text documents (DOCX)."""

import re
import zipfile
from io import BytesIO

from docx import Document
from docx.oxml.ns import qn

from .books import members
from .table import DAMAGED, MOST_AREA, MOST_COLUMNS, MOST_ROWS, TOO_BIG, Table, Unreadable, too_far

MAIN = "word/document.xml"
_DROPPED = re.compile(r"word/(media|embeddings|charts|fonts)/.*", re.IGNORECASE)
LINES_ABOVE = 4


def is_document(data: bytes) -> bool:
    """Whether a package is a text document. zipfile.BadZipFile."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        return MAIN in package.namelist()


def tables(name: str, data: bytes) -> list[Table]:
    """The tables of a DOCX in order, none within another. Unreadable."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        if b"<!DOCTYPE" in package.read(members(package)[MAIN])[:1_000]:
            raise Unreadable(DAMAGED)
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
