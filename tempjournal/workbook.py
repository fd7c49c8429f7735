"""An XLSX that somebody sends, read without trusting it: bytes in, plain cells out.

openpyxl needs a kilobyte for every cell and three times as long; and what a file of five megabytes
unfolds to, it finds out by unfolding it. Here a member is read only after its size was looked at,
and parsed only after its tags were counted and it is known to declare no entities.
"""

import zipfile
from collections import namedtuple
from dataclasses import dataclass
from io import BytesIO
from itertools import product
from posixpath import join, normpath
from xml.etree import ElementTree

from openpyxl.styles.numbers import BUILTIN_FORMATS, is_date_format
from openpyxl.utils import column_index_from_string, range_boundaries
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel

MOST_MEMBERS, MOST_UNPACKED = 500, 24 * 1024 * 1024  # a class's month has 40 and 2 MB
MOST_TAGS = 300_000  # the same has 60 thousand
MOST_SHEETS, MOST_ROWS, MOST_COLUMNS = 60, 1_000, 300
MOST_TEXT = 1_000_000  # characters of all cells: many may refer to one and the same text
MOST_AREA = 200_000  # cells that are merged or filled by another's formula
LONGEST = 3_000  # characters of a cell; homework has 2000

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # before 2007, and what is encrypted
ENCRYPTED_MEMBER = 1
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


class SheetError(ValueError):
    """The file can't be read; the text is Russian and says why and what to do."""


class Wrong(str):
    """Stands for what a cell holds that is no text, number or date; says so in Russian."""

    __slots__ = ()


Cell = namedtuple("Cell", "row column value")


@dataclass(frozen=True)
class Sheet:
    """`cells`: {(row, column): str, int, float, datetime or Wrong}, counted from 1, empty ones are
    missing. `merged`: the (row, column)s that are part of a merged cell."""

    title: str
    cells: dict
    merged: frozenset


def read(content):
    """The Sheets of an XLSX (bytes), in order. SheetError."""
    _refuse_others(content)
    try:
        with zipfile.ZipFile(BytesIO(content)) as package:
            return _read(package)
    except SheetError:
        raise
    except Exception as error:  # whatever a damaged file makes it stumble over
        raise SheetError(_DAMAGED) from error


_DAMAGED = "Файл повреждён и не открывается: сохраните таблицу ещё раз как XLSX."
_LOCKED = "Файл закрыт паролем: снимите пароль и сохраните таблицу ещё раз."
_TOO_BIG = (
    "В файле гораздо больше, чем помещается в журналы класса: заполняйте тот файл, который скачан "
    "здесь, и не вставляйте в него другое."
)


def _refuse_others(content):
    """Neither the file's name nor what the browser calls it says what it is."""
    if not content:
        raise SheetError("Файл пустой: выберите его ещё раз.")
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise SheetError(_LOCKED)
        raise SheetError(
            "Это таблица старого формата (XLS), как бы файл ни назывался: сохраните её как XLSX."
        )
    if not content.startswith(b"PK"):
        raise SheetError("Это не таблица XLSX, как бы файл ни назывался.")


def _read(package):
    members = {member.filename: member for member in package.infolist()}
    if len(package.infolist()) > MOST_MEMBERS:
        raise SheetError(_TOO_BIG)
    # A member gives no more than it declares: zipfile stops there.
    if sum(member.file_size for member in package.infolist()) > MOST_UNPACKED:
        raise SheetError(_TOO_BIG)
    if any(member.flag_bits & ENCRYPTED_MEMBER for member in package.infolist()):
        raise SheetError(_LOCKED)
    # No spreadsheet is packed otherwise; bzip2 and LZMA give more at once than is asked of them.
    if any(member.compress_type not in PACKED for member in package.infolist()):
        raise SheetError(_DAMAGED)
    if "content.xml" in members:
        raise SheetError("Это таблица ODS: сохраните её как XLSX.")
    if "xl/workbook.bin" in members:
        raise SheetError("Это таблица XLSB: сохраните её как XLSX.")
    if "xl/workbook.xml" not in members:
        raise SheetError("Это не таблица XLSX, как бы файл ни назывался.")
    parts = _Parts(package, members)
    book = parts.tree("xl/workbook.xml")
    targets = {
        one.get("Id"): (one.get("Type", ""), one.get("Target", ""))
        for one in parts.tree("xl/_rels/workbook.xml.rels")
    }
    found = [one for one in book.iter() if _name(one) == "sheet"]
    if len(found) > MOST_SHEETS:
        raise SheetError(_TOO_BIG)
    properties = next((one for one in book.iter() if _name(one) == "workbookPr"), {})
    is_mac = properties.get("date1904") in ("1", "true")
    reading = _Reading(
        _shared_strings(parts),
        _date_styles(parts),
        CALENDAR_MAC_1904 if is_mac else CALENDAR_WINDOWS_1900,
    )
    sheets = []
    for one in found:
        key = next((value for name, value in one.items() if name.endswith("}id")), None)
        kind, target = targets.get(key, ("", ""))
        if kind.endswith("/worksheet"):
            path = target.lstrip("/") if target.startswith("/") else normpath(join("xl", target))
            sheets.append(reading.sheet(one.get("name", ""), parts.tree(path)))
    return sheets


class _Parts:
    """The members of a package as trees, as many tags as there may be in all."""

    def __init__(self, package, members):
        self.package, self.members, self.left = package, members, MOST_TAGS

    def tree(self, name):
        """The root; an empty one of a member that is missing."""
        if name not in self.members:
            return ElementTree.Element("missing")
        content = self.package.read(self.members[name])
        self.left -= content.count(b"<")
        if self.left < 0:
            raise SheetError(_TOO_BIG)
        # Given below, the encoding holds whatever the document says, unless it begins as UTF-16,
        # which is full of zeros: none hides a declaration or a tag from being found here.
        if any(one in content for one in (b"<!DOCTYPE", b"<!ENTITY", b"\0")):
            raise SheetError(_DAMAGED)
        parser = ElementTree.XMLParser(encoding="utf-8")
        parser.feed(content)
        return parser.close()


def _name(element):
    return element.tag.rpartition("}")[2]


def _shared_strings(parts):
    return [_text(one) for one in parts.tree("xl/sharedStrings.xml")]


def _text(element):
    """Of a string that may consist of parts, without how it is pronounced."""
    found = []
    for one in element:
        name = _name(one)
        if name == "t":
            found.append(one.text or "")
        elif name == "r":
            found += [part.text or "" for part in one if _name(part) == "t"]
    return "".join(found).replace("_x000D_", "")


def _date_styles(parts):
    """The numbers of the cell styles (texts) that show a number as a date."""
    formats = dict(BUILTIN_FORMATS)
    places = {}
    for one in parts.tree("xl/styles.xml"):
        places[_name(one)] = one
    for one in places.get("numFmts", ()):
        formats[_number(one.get("numFmtId"))] = one.get("formatCode", "")
    return {
        str(place)
        for place, one in enumerate(places.get("cellXfs", ()))
        if is_date_format(formats.get(_number(one.get("numFmtId")), "General"))
    }


def _number(text):
    return int(text) if text and text.isdecimal() and len(text) < 10 else 0


class _Reading:
    def __init__(self, strings, date_styles, epoch):
        self.strings, self.date_styles, self.epoch = strings, date_styles, epoch
        self.columns = {}  # «AB»: 28
        self.area, self.text = MOST_AREA, MOST_TEXT

    def sheet(self, title, root):
        cells, merged, spilled = {}, set(), []
        number = 0
        for part in root:
            name = _name(part)
            if name == "sheetData":
                for row in part:
                    number = _number(row.get("r")) or number + 1
                    self._row(number, row, cells, spilled)
            elif name == "mergeCells":
                for one in part:
                    merged |= self._places(one.get("ref"))
        for places in spilled:  # values that a formula of another cell has put there
            for place in places & cells.keys():
                cells[place] = FORMULA
        return Sheet(title, cells, frozenset(merged))

    def _row(self, number, row, cells, spilled):
        column = 0
        for one in row:
            reference = one.get("r")
            if reference:
                letters = reference.rstrip("0123456789")
                column = self.columns.get(letters) or self._column(letters)
            else:
                column += 1
            if not len(one):
                continue
            value = self._value(one, spilled)
            if value is None or value == "":
                continue
            if number > MOST_ROWS or column > MOST_COLUMNS:
                raise SheetError(_TOO_BIG)
            if isinstance(value, str):
                self.text -= len(value)
                if self.text < 0:
                    raise SheetError(_TOO_BIG)
            cells[number, column] = value

    def _column(self, letters):
        try:
            self.columns[letters] = column_index_from_string(letters)
        except ValueError as error:
            raise SheetError(_DAMAGED) from error
        return self.columns[letters]

    def _value(self, cell, spilled):
        kind, text = cell.get("t"), None
        for part in cell:
            name = _name(part)
            if name == "v":
                text = part.text
            elif name == "is":
                return _fitting(_text(part))
            elif name == "f":
                spilled.append(self._places(part.get("ref")))
                return LINK if "[" in (part.text or "") else FORMULA
        if text is None:
            return None
        if kind == "s":
            place = _number(text)
            return _fitting(self.strings[place]) if place < len(self.strings) else None
        if kind is None or kind == "n":
            return self._number(text, cell.get("s") in self.date_styles)
        if kind == "b":
            return Wrong("здесь логическое значение, а не запись")
        if kind == "e":
            return Wrong(f"таблица показывает здесь ошибку {text[:20]}")
        return _fitting(text)

    def _number(self, text, is_date):
        try:
            number = float(text)
            if is_date:
                return from_excel(number, self.epoch) or Wrong("непонятная дата")
            return int(number) if number == int(number) else number
        except (ValueError, OverflowError):
            return Wrong("непонятное число или дата")

    def _places(self, reference):
        """The (row, column)s of «D7:E9», as far as a journal reaches."""
        if not reference:
            return set()
        try:
            left, top, right, bottom = range_boundaries(reference)
            bottom, right = min(bottom, MOST_ROWS), min(right, MOST_COLUMNS)
        except (ValueError, TypeError):  # «7:9»: whole rows
            return set()
        rows, columns = range(top, bottom + 1), range(left, right + 1)
        self.area -= len(rows) * len(columns)
        if self.area < 0:
            raise SheetError(_TOO_BIG)
        return set(product(rows, columns))


FORMULA = Wrong("здесь формула: наберите саму запись")
LINK = Wrong("здесь ссылка на другой файл: наберите саму запись")


def _fitting(text):
    return text if len(text) <= LONGEST else Wrong(f"здесь больше {LONGEST} знаков")
