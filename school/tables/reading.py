"""The tables of a file, whatever it is called: what it is, its bytes say."""

from collections.abc import Sequence

from school.packages import OLE

from . import books, documents, plain, web
from .table import DAMAGED, MOST_BYTES, Table, Unreadable, Value

__all__ = ["Table", "Unreadable", "Value", "read_tables"]


def read_tables(name: str, data: bytes) -> list[Table]:
    """The tables of a file called `name`: XLSX, XLS, ODS, a web page (also one called .xls), CSV, a
    pasted block, DOCX. Empty ones are left out. Unreadable."""
    if not data:
        raise Unreadable("Файл пустой: выберите его ещё раз")
    if len(data) > MOST_BYTES:
        size = f"{len(data) / 1024 / 1024:.1f}".replace(".", ",")
        raise Unreadable(f"Файл больше 20 МБ: в нём {size} МБ. Разделите его")
    try:
        found = _read(name, data)
    except Unreadable:
        raise
    except Exception as error:  # whatever a damaged file makes a library stumble over
        raise Unreadable(DAMAGED) from error
    tables = [table for table in found if table.rows]
    if not tables:
        raise Unreadable("Таблиц нет: нечего читать")
    return tables


def _read(name: str, data: bytes) -> Sequence[Table]:
    if data.startswith(OLE):
        return books.old(name, data)
    if data.startswith(b"PK"):
        if documents.is_document(data):
            return documents.tables(name, data)
        return books.packed(name, data)
    text = plain.text_of(data)
    if text.lstrip().startswith("<"):
        return web.tables(name, text)
    return plain.tables(name, text)
