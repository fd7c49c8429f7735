"""Our own workbook written: the school as it stands, and the empty template. Its sheets and heads
are those of `setup.reading.workbook`, so that what is written reads back the same."""

import datetime
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from school.xlsx import inert

from .batch import Batch, Kind, Person
from .reading.workbook import PERIOD_KINDS, RELATIONS, SEXES, SHEETS, WEEKDAYS, WEEKS, Head, Sheet

EXPLAINED = "Пояснения"
ROWS_WITH_CHOICES = 10_000
WIDEST, NARROWEST = 40, 10
_PERIODS = dict(zip(("quarter", "trimester", "half_year"), PERIOD_KINDS, strict=True))
_RELATIONS = dict(zip(("mother", "father", "other"), RELATIONS, strict=True)) | {"": ""}
_SEXES = dict(zip(("m", "f"), SEXES, strict=True)) | {"": ""}

# How a field's value is written where it is no text, number or date.
_WRITTEN: dict[tuple[Kind, str], Callable[[Any], Any]] = {
    (Kind.PERIODS, "kind"): _PERIODS.__getitem__,
    (Kind.PUPILS, "sex"): _SEXES.__getitem__,
    (Kind.PARENTS, "relation"): _RELATIONS.__getitem__,
    (Kind.TIMETABLE, "weekday"): lambda day: WEEKDAYS[day - 1],
    (Kind.TIMETABLE, "weeks"): lambda weeks: WEEKS[weeks % 3],
}
_NAME = ("last", "first", "middle")


def written(batch: Batch) -> bytes:
    """The XLSX file of the rows, a sheet for each kind, and one that explains them. Blank sheets
    stand too, to be filled. Rows are written one by one: a school's timetable fits in memory, its
    cells as objects would not."""
    return _book(SHEETS.values(), batch)


def template() -> bytes:
    """The same without rows."""
    return written(Batch())


def _book(sheets: Iterable[Sheet], batch: Batch) -> bytes:
    book, sheets = Workbook(write_only=True), list(sheets)
    _explain(book, sheets)
    for sheet in sheets:
        _write(book, sheet, batch.rows.get(sheet.kind, []))
    file = BytesIO()
    book.save(file)
    return file.getvalue()


# --- the sheets ---


def _write(book, sheet, rows):
    page = book.create_sheet(sheet.title)
    page.freeze_panes = "A2"
    for place, head in enumerate(sheet.heads, start=1):
        width = min(max(len(head.title), len(head.example), NARROWEST) + 2, WIDEST)
        page.column_dimensions[get_column_letter(place)].width = width
        if head.choices:
            page.data_validations.append(_drop_down(head, get_column_letter(place)))
    page.append([_head(page, head.title, head.needed) for head in sheet.heads])
    for row in rows:
        page.append([_cell(page, _value(sheet.kind, row, head.field)) for head in sheet.heads])


def _drop_down(head: Head, letters: str) -> DataValidation:
    rule = DataValidation(
        type="list",
        formula1=f'"{",".join(head.choices)}"',
        allow_blank=True,
        showErrorMessage=True,
        errorTitle=head.title,
        error=f"Одно из: {', '.join(head.choices)}.",
    )
    rule.add(f"{letters}2:{letters}{ROWS_WITH_CHOICES}")
    return rule


def _explain(book, sheets):
    """What each column is for, with an example: in no sheet of data, so that nobody uploads it."""
    page = book.create_sheet(EXPLAINED)
    page.freeze_panes = "A2"
    for letters, width in zip("ABCDE", (16, 28, 14, 34, 70), strict=True):
        page.column_dimensions[letters].width = width
    page.append([_head(page, text) for text in ("Лист", "Графа", "Нужна", "Пример", "Что это")])
    for sheet in sheets:
        for head in sheet.heads:
            told = head.told
            if head.choices:
                told = f"Одно из: {', '.join(head.choices)}. {told}".strip()
            needed = "да" if head.needed else ""
            texts = (sheet.title, head.title, needed, head.example, told)
            page.append([_cell(page, text) for text in texts])


def _head(page, text, is_needed=False):
    cell = WriteOnlyCell(page, text)
    cell.font = Font(bold=True)
    cell.alignment = Alignment(vertical="top", wrap_text=True)
    if is_needed:
        cell.fill = PatternFill("solid", fgColor="FFE8EEF5")
    return cell


def _cell(page, value):
    """A text stays one, be it «=1+1» or «+79135550124»; a number or day is one."""
    if value is None or value == "":
        return None
    if isinstance(value, datetime.date):
        cell = WriteOnlyCell(page, value)
        cell.number_format = "DD.MM.YYYY"
        return cell
    if isinstance(value, datetime.time):
        cell = WriteOnlyCell(page, value)
        cell.number_format = "H:MM"
        return cell
    if not isinstance(value, str):
        return value
    cell = WriteOnlyCell(page, inert(value))
    cell.data_type = "s"
    return cell


# --- a row's values ---


def _value(kind: Kind, row: Any, name: str) -> Any:
    """What stands in a column of a row."""
    if name.startswith("child."):
        return _value(Kind.PUPILS, row.child, name.removeprefix("child."))
    if name in _NAME:
        return getattr(row.person, name)
    value = getattr(row, name)
    if isinstance(value, Person):
        return " ".join(filter(None, (value.last, value.first, value.middle)))
    if isinstance(value, tuple):
        return ", ".join(value)
    write = _WRITTEN.get((kind, name))
    return write(value) if write else value
