"""Spreadsheets (XLSX, ODS, XLS), read by calamine once it is sure that they are no larger than they
look.

calamine keeps a sheet as one rectangle: two cells far from each other would take the memory of all
between them, and so would a text that a million cells refer to. So each part of a package is
unpacked here, its tags are looked through, and calamine is given what was looked at, nothing else.
"""

import re
import zipfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from io import BytesIO
from xml.parsers import expat

from python_calamine import CalamineSheet, CalamineWorkbook, SheetVisibleEnum

from school import packages
from school.packages import Fault, PackageError

from . import biff
from .table import (
    DAMAGED,
    LOCKED,
    MOST_AREA,
    MOST_COLUMNS,
    MOST_ROWS,
    TOO_BIG,
    Table,
    Unreadable,
    Value,
    too_far,
)

MOST_MEMBERS, MOST_UNPACKED = 3_000, 100 * 1024 * 1024
MOST_TAGS = 6_000_000
MOST_TEXT = 50_000_000  # characters of all cells: many may refer to one and the same text
LONG_TEXT = 1_000

_TOLD = {Fault.TOO_BIG: TOO_BIG, Fault.LOCKED: LOCKED, Fault.DAMAGED: DAMAGED}
_OF_A_BOOK = re.compile(
    r"\[Content_Types\]\.xml|_rels/.*|docProps/app\.xml|"
    r"xl/(?!media/|drawings/|charts/|theme/|externalLinks/|pivot|printerSettings/).*\.(xml|rels)|"
    r"mimetype|META-INF/manifest\.xml|content\.xml|styles\.xml|settings\.xml|meta\.xml",
    re.IGNORECASE,
)
_STRINGS = re.compile(r"xl/sharedStrings\.xml", re.IGNORECASE)
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)


@dataclass
class Seen:
    """What the tags of a sheet say that calamine does not tell: rows that are not shown, cells
    that span others, {(row, column): (rows, columns)}, all from 0; formulas without a value."""

    hidden: set[int] = field(default_factory=set)
    merged: dict[tuple[int, int], tuple[int, int]] = field(default_factory=dict)
    unvalued: frozenset[tuple[int, int]] = frozenset()


def members(package: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """{name: ZipInfo}. Unreadable."""
    try:
        return packages.members(package, MOST_MEMBERS, MOST_UNPACKED)
    except PackageError as error:
        raise Unreadable(_TOLD[error.fault]) from error


def packed(name: str, data: bytes) -> list[Table]:
    """The sheets of an XLSX or ODS. Unreadable."""
    with zipfile.ZipFile(BytesIO(data)) as package:
        found = members(package)
        _refuse_others(found)
        kept = {one: package.read(info) for one, info in found.items() if _OF_A_BOOK.fullmatch(one)}
    if "content.xml" in kept:
        if b"encryption-data" in kept.get("META-INF/manifest.xml", b""):
            raise Unreadable(LOCKED)
        return _tables(name, _repacked(kept), _look_at_ods(kept))
    return _tables(name, _repacked(kept), _look_at_xlsx(kept))


def old(name: str, data: bytes) -> list[Table]:
    """The sheets of an XLS. Unreadable."""
    hidden = biff.look_through(data)
    return _tables(name, data, [Seen(hidden=rows) for rows in hidden])


def _refuse_others(found: dict[str, zipfile.ZipInfo]) -> None:
    if "xl/workbook.bin" in found:
        raise Unreadable("Это таблица XLSB: сохраните её как «Книга Excel (.xlsx)»")
    if any(one.startswith("Index/") and one.endswith(".iwa") for one in found):
        raise Unreadable("Это таблица Apple Numbers: выберите «Файл → Экспортировать в → Excel»")
    if "content.xml" not in found and "xl/workbook.xml" not in found:
        raise Unreadable("Это архив, а не таблица: распакуйте его и загрузите сами файлы")


def _repacked(kept: dict[str, bytes]) -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for one, part in kept.items():
            package.writestr(one, part)
    return file.getvalue()


def _tables(name: str, data: bytes, seen: Sequence[Seen]) -> list[Table]:
    """`seen`: of the sheets in order, as far as something was seen."""
    try:
        book = CalamineWorkbook.from_filelike(BytesIO(data))
        tables = []
        for place, about in enumerate(book.sheets_metadata):
            sheet = book.get_sheet_by_name(about.name)
            told = seen[place] if place < len(seen) else Seen()
            tables.append(_table(name, sheet, about.visible != SheetVisibleEnum.Visible, told))
        return tables
    except BaseException as error:
        # A panic of the library is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise Unreadable(DAMAGED) from error
        raise


def _table(name: str, sheet: CalamineSheet, is_hidden: bool, seen: Seen) -> Table:
    if sheet.start is None:
        return Table(name, sheet.name, ())
    rows = [[_value(one) for one in row] for row in sheet.to_python(skip_empty_area=False)]
    spans = {
        first: (last[0] - first[0] + 1, last[1] - first[1] + 1)
        for first, last in sheet.merged_cell_ranges or ()
    }
    height, width = len(rows), len(rows[0])
    merged = {
        (row, column): (min(down, height - row), min(across, width - column))
        for (row, column), (down, across) in (spans or seen.merged).items()
        if row < height and column < width
    }
    hidden = frozenset(row for row in seen.hidden if row < height)
    return Table(name, sheet.name, rows, merged, hidden, "", is_hidden, seen.unvalued)


def _value(value: Value | timedelta) -> Value:
    if value == "":
        return None
    if isinstance(value, timedelta):  # «8:30» in a cell of durations
        return (datetime.min + value % timedelta(days=1)).time()
    return value


# --- what the tags say ---


class _Limits:
    """What is left of what one file may have. Unreadable."""

    def __init__(self) -> None:
        self.tags, self.area, self.text = MOST_TAGS, MOST_AREA, MOST_TEXT

    def take(self, what: str, count: int) -> None:
        left = getattr(self, what) - count
        if left < 0:
            raise Unreadable(TOO_BIG)
        setattr(self, what, left)


Start = Callable[[str, dict[str, str]], None]


def look_through(part: bytes, start: Start, end: Callable[[str], None] | None = None) -> None:
    """Call `start` (and `end`) with each tag, its prefix taken off. No part declares entities."""
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse

    def started(tag: str, attributes: dict[str, str]) -> None:
        start(tag.rpartition(":")[2], attributes)

    parser.StartElementHandler = started
    if end:
        ended = end
        parser.EndElementHandler = lambda tag: ended(tag.rpartition(":")[2])
    parser.Parse(part, True)


def _refuse(*args: object) -> None:
    raise Unreadable(DAMAGED)


def _look_at_xlsx(kept: dict[str, bytes]) -> list[Seen]:
    """The Seen of the sheets in the book's order."""
    limits = _Limits()
    lengths: list[int] = []
    for name, part in kept.items():
        if _STRINGS.fullmatch(name):
            lengths += _lengths_of_strings(part)
    sheets: dict[str, Seen] = {}
    for name, part in kept.items():
        if _SHEET.fullmatch(name):
            watch = _SheetWatch(limits, name.rpartition("/")[2])
            look_through(part, watch.start)
            watch.finish()
            watch.seen.unvalued = frozenset(map(_at, _UNVALUED.findall(part)))
            _take_text(limits, part, lengths, watch.shared)
            sheets[name] = watch.seen
        elif name.lower().endswith((".xml", ".rels")):
            look_through(part, lambda tag, attributes: limits.take("tags", 1))
    return [sheets.get(path, Seen()) for path in _paths(kept)]


def _lengths_of_strings(part: bytes) -> list[int]:
    """Of the texts that cells refer to, in order; at least as long as they are."""
    # A tag is shorter than the text of any attack, so bytes between the tags are measure enough.
    ends = [match.start() for match in re.finditer(rb"</(?:\w+:)?si>|<(?:\w+:)?si\s*/>", part)]
    return [end - start for start, end in zip([0, *ends], ends, strict=False)]


# A cell with a formula and no value; the value of one that gives a text may be empty.
_UNVALUED = re.compile(
    rb"<(?:\w+:)?c\b(?![^>]*t=[\"']str)[^>]*\br=[\"']([A-Z]+[0-9]+)[^>]*>\s*<(?:\w+:)?f\b[^>]*>[^<]*</(?:\w+:)?f>\s*"
    rb"(?:<(?:\w+:)?v\s*/>|<(?:\w+:)?v>\s*</(?:\w+:)?v>)?\s*</(?:\w+:)?c>"
)
_REFERENCE = re.compile(rb"<(?:\w+:)?v[^>]*>\s*(\d{1,9})\s*<")


def _take_text(limits: _Limits, part: bytes, lengths: list[int], shared: int) -> None:
    """Count what the cells of a sheet say by referring to texts."""
    if max(lengths, default=0) < LONG_TEXT:
        limits.take("text", 0)
        return
    limits.take("text", min(shared, 1))
    for match in _REFERENCE.finditer(part):
        place = int(match[1])
        if place < len(lengths):
            limits.take("text", lengths[place])


class _SheetWatch:
    """Of a sheet of an XLSX: how far it reaches."""

    def __init__(self, limits: _Limits, name: str) -> None:
        self.limits, self.name, self.seen = limits, name, Seen()
        self.row = self.column = self.tags = self.shared = 0  # from 1
        self.rows = self.columns = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.tags += 1
        if tag == "c":
            at = attributes.get("r")
            self.column = _column(at) if at else self.column + 1
            if at:
                self.row = int(at.lstrip(_LETTERS) or 0)
            self.shared += attributes.get("t") == "s"
        elif tag in ("v", "is"):
            self.rows, self.columns = max(self.rows, self.row), max(self.columns, self.column)
        elif tag == "row":
            self.row, self.column = int(attributes.get("r") or self.row + 1), 0
            if attributes.get("hidden") in ("1", "true"):
                self.seen.hidden.add(self.row - 1)

    def finish(self) -> None:
        if self.rows > MOST_ROWS or self.columns > MOST_COLUMNS:
            raise Unreadable(too_far(self.name))
        self.limits.take("tags", self.tags)
        self.limits.take("area", self.rows * self.columns)


_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _column(reference: str) -> int:
    """Of «AB12», from 1."""
    number = 0
    for letter in reference.rstrip("0123456789"):
        number = number * 26 + _LETTERS.index(letter) + 1
    return number


def _at(reference: bytes) -> tuple[int, int]:
    """(row, column) of b«AB12», from 0."""
    text = reference.decode()
    return int(text.lstrip(_LETTERS)) - 1, _column(text) - 1


def _paths(kept: dict[str, bytes]) -> list[str]:
    """Of the sheets of an XLSX, in the book's order."""
    targets: dict[str, str] = {}
    order: list[str] = []

    def link(tag: str, attributes: dict[str, str]) -> None:
        if tag == "Relationship":
            target = attributes.get("Target", "")
            targets[attributes.get("Id", "")] = (
                target[1:] if target.startswith("/") else f"xl/{target}"
            )

    def sheet(tag: str, attributes: dict[str, str]) -> None:
        if tag == "sheet":
            order.append(next((v for k, v in attributes.items() if k.endswith(":id")), ""))

    look_through(kept.get("xl/_rels/workbook.xml.rels", b"<none/>"), link)
    look_through(kept["xl/workbook.xml"], sheet)
    return [targets.get(one, "") for one in order]


def _look_at_ods(kept: dict[str, bytes]) -> list[Seen]:
    limits = _Limits()
    for name, part in kept.items():
        if name != "content.xml" and name.endswith(".xml"):
            look_through(part, lambda tag, attributes: limits.take("tags", 1))
    watch = _OdsWatch(limits)
    look_through(kept["content.xml"], watch.start, watch.end)
    return watch.sheets


class _OdsWatch:
    """Of all the sheets of an ODS. A row or cell may stand for a million alike ones."""

    def __init__(self, limits: _Limits) -> None:
        self.limits = limits
        self.sheets: list[Seen] = []
        self.name, self.row, self.column = "", 0, 0  # from 0: where the next ones begin
        self.rows = self.columns = self.row_repeats = self.cell_repeats = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self.limits.take("tags", 1)
        if tag == "table":
            self.sheets.append(Seen())
            self.name = attributes.get("table:name", "")
            self.row = self.rows = self.columns = 0
        elif tag == "table-row":
            self.column = 0
            self.row_repeats = int(attributes.get("table:number-rows-repeated", 1))
            if attributes.get("table:visibility") in ("collapse", "filter"):
                hidden = range(self.row, min(self.row + self.row_repeats, MOST_ROWS))
                self.sheets[-1].hidden.update(hidden)
        elif tag in ("table-cell", "covered-table-cell"):
            self._cell(attributes)
        elif tag == "p" and self.sheets:
            self._content()

    def end(self, tag: str) -> None:
        if tag in ("table-cell", "covered-table-cell"):
            self.column += self.cell_repeats
        elif tag == "table-row":
            self.row += self.row_repeats
        elif tag == "table":
            if self.rows > MOST_ROWS or self.columns > MOST_COLUMNS:
                raise Unreadable(too_far(self.name))
            self.limits.take("area", self.rows * self.columns)

    def _cell(self, attributes: dict[str, str]) -> None:
        self.cell_repeats = int(attributes.get("table:number-columns-repeated", 1))
        spans = tuple(
            int(attributes.get(f"table:number-{which}-spanned", 1)) for which in ("rows", "columns")
        )
        if spans != (1, 1):
            self.sheets[-1].merged[self.row, self.column] = (spans[0], spans[1])
        if "office:value-type" in attributes:
            self._content()

    def _content(self) -> None:
        self.rows = max(self.rows, self.row + self.row_repeats)
        self.columns = max(self.columns, self.column + self.cell_repeats)
