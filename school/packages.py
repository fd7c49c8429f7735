"""What an XLSX that somebody sends is made of, looked at before any library opens it.

What a file of five megabytes unfolds to, openpyxl finds out by unfolding it. Here a part is read
only after its size was looked at, and goes on to a library only after each of its tags was: how
many they are, that they declare no entities, and that no cell or range lies where no table of a
school reaches. Parts of a spreadsheet that hold no cells (pictures, charts, other files' values) do
not go on at all.
"""

import re
import zipfile
from dataclasses import dataclass, field
from enum import Enum, auto
from io import BytesIO
from itertools import product
from xml.parsers import expat

from openpyxl.utils import coordinate_to_tuple, range_boundaries

MOST_MEMBERS, MOST_UNPACKED = 500, 24 * 1024 * 1024  # a class's month has 40 and 2 MB
MOST_CELL_TAGS, MOST_OTHER_TAGS = 150_000, 40_000  # the same has 40 thousand and 2 thousand
MOST_ROWS, MOST_COLUMNS = 1_000, 300
TEXT_LOOKED_AT = 1 << 16  # bytes
MOST_AREA = 200_000  # cells that are merged or filled by another's formula

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # before 2007, and what is encrypted
ENCRYPTED_MEMBER = 1
PACKED = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
STRICT = b"http://purl.oclc.org/ooxml/"

_KEPT = re.compile(
    r"\[Content_Types\]\.xml|_rels/\.rels|docProps/app\.xml|xl/[^/]+\.xml|"
    r"xl/(_rels|worksheets|worksheets/_rels|comments)/[^/]+"
)
_SHEET = re.compile(r"xl/worksheets/[^/]+")
_CELL_TAGS = {"row", "c", "v", "is", "t", "f"}


class SheetError(ValueError):
    """The file can't be read; the text is Russian and says why and what to do."""


class TooBig(SheetError):
    """More than anybody here has a use for."""

    def __init__(self, text=None):
        super().__init__(text or TOO_BIG)


HOW_TO_SAVE = "откройте его и выберите «Файл → Сохранить как → Книга Excel (.xlsx)»"
DAMAGED = f"Файл повреждён и не читается: {HOW_TO_SAVE}, потом загрузите новый файл."
LOCKED = "Файл закрыт паролем: снимите пароль и сохраните таблицу ещё раз."
TOO_BIG = (
    "В файле гораздо больше, чем нужно: оставьте в нём одну таблицу, без рисунков и лишних листов, "
    "и загрузите новый файл."
)
NO_TABLE = "Это не таблица XLSX, как бы файл ни назывался."


@dataclass
class Facts:
    """What of a sheet openpyxl does not tell while it streams cells: how far they reach; the (row,
    column)s that are part of a merged cell; `formulas` {(row, column): whether it refers to
    another file}; those that a formula elsewhere has `filled`; those in whose own text something
    is `struck` through, as texts that many cells share tell it themselves."""

    rows: int = 0
    columns: int = 0
    merged: set[tuple[int, int]] = field(default_factory=set)
    formulas: dict[tuple[int, int], bool] = field(default_factory=dict)
    filled: set[tuple[int, int]] = field(default_factory=set)
    struck: set[tuple[int, int]] = field(default_factory=set)


def checked(content):
    """(an XLSX (file) with the parts that hold cells, {a sheet's path: its Facts}) of the bytes
    that somebody has sent. SheetError."""
    refuse_others(content)
    with zipfile.ZipFile(BytesIO(content)) as package:
        found = _members(package)
        _refuse_other_packages(found)
        limits, facts, file = _Limits(), {}, BytesIO()
        if STRICT in package.read(found.get("xl/workbook.xml") or "[Content_Types].xml"):
            raise _of_another_kind("строгая таблица Open XML")
        with zipfile.ZipFile(file, "w") as kept:
            for name, member in found.items():
                if _KEPT.fullmatch(name):
                    part = package.read(member)
                    watch = _Watch(limits)
                    watch.look_through(part)
                    kept.writestr(name, part)
                    if _SHEET.fullmatch(name):
                        facts[name] = watch.facts
    return file, facts


def refuse_others(content):
    """Neither the file's name nor what the browser calls it says what it is."""
    if not content:
        raise SheetError("Файл пустой: выберите его ещё раз.")
    if content.startswith(OLE):
        if ENCRYPTED in content:
            raise SheetError(LOCKED)
        raise _of_another_kind("таблица старого формата (XLS)")
    if content.startswith(b"PK"):
        return
    text = as_text(content, TEXT_LOOKED_AT)
    if text is None:
        raise SheetError(NO_TABLE)
    if text.lstrip().startswith("<"):
        raise _of_another_kind("веб-страница или XML")
    lines = [line for line in text.splitlines()[:20] if line.strip()]
    if lines and any(all(sign in line for line in lines) for sign in ";,\t"):
        raise _of_another_kind("таблица CSV")
    raise SheetError(NO_TABLE)


def as_text(content: bytes, most: int | None = None) -> str | None:
    """A text file as browsers and spreadsheets write it (UTF-8, Windows-1251, UTF-16 that says so),
    or its first `most` bytes; None of any other."""
    start = content[:most]
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return start.decode("utf-16", errors="replace")
    if b"\0" in start:
        return None
    try:
        return start.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        # Cut in the middle of a letter, or Windows's own encoding.
        is_cut = len(start) < len(content) and error.start > len(start) - 4
        text = start.decode("utf-8-sig" if is_cut else "cp1251", errors="replace")
        shown = text.replace("\r", "").replace("\n", "").replace("\t", "")
        return text if shown.isprintable() else None


def _of_another_kind(what):
    return SheetError(
        f"Это {what}, как бы файл ни назывался: {HOW_TO_SAVE}, потом загрузите новый файл."
    )


class Fault(Enum):
    TOO_BIG = auto()
    LOCKED = auto()
    DAMAGED = auto()


class PackageError(ValueError):
    """A package that is not unpacked; `fault` says why."""

    def __init__(self, fault: Fault) -> None:
        super().__init__(fault.name)
        self.fault = fault


def members(
    package: zipfile.ZipFile, most_members: int, most_unpacked: int
) -> dict[str, zipfile.ZipInfo]:
    """{name: ZipInfo}, if they are no more and unfold to no more bytes than they may, and none is
    locked or packed as no office program packs. PackageError."""
    found = package.infolist()
    # A member gives no more than it declares: zipfile stops there.
    if len(found) > most_members or sum(one.file_size for one in found) > most_unpacked:
        raise PackageError(Fault.TOO_BIG)
    if any(one.flag_bits & ENCRYPTED_MEMBER for one in found):
        raise PackageError(Fault.LOCKED)
    # No spreadsheet is packed otherwise; bzip2 and LZMA give more at once than is asked of them.
    if any(one.compress_type not in PACKED for one in found):
        raise PackageError(Fault.DAMAGED)
    return {one.filename: one for one in found}


def _members(package):
    """The same of what a journal may be. SheetError."""
    try:
        return members(package, MOST_MEMBERS, MOST_UNPACKED)
    except PackageError as error:
        if error.fault == Fault.TOO_BIG:
            raise TooBig from error
        raise SheetError(LOCKED if error.fault == Fault.LOCKED else DAMAGED) from error


def _refuse_other_packages(found):
    if "content.xml" in found:
        raise _of_another_kind("таблица ODS (LibreOffice, OpenOffice)")
    if "xl/workbook.bin" in found:
        raise _of_another_kind("таблица XLSB")
    if any(name.startswith("Index/") and name.endswith(".iwa") for name in found):
        raise SheetError(
            "Это таблица Apple Numbers: откройте её и выберите «Файл → Экспортировать в → Excel», "
            "потом загрузите новый файл."
        )
    if "[Content_Types].xml" not in found or not any(one.startswith("xl/") for one in found):
        raise SheetError(NO_TABLE)


class _Limits:
    """What is left of what one file may have."""

    def __init__(self):
        self.cell_tags, self.other_tags, self.area = MOST_CELL_TAGS, MOST_OTHER_TAGS, MOST_AREA

    def take(self, name, count):
        left = getattr(self, name) - count
        if left < 0:
            raise TooBig
        setattr(self, name, left)


class _Watch:
    """Looks at the tags of one part while it is parsed; nothing is built of them."""

    def __init__(self, limits):
        self.limits, self.facts = limits, Facts()
        self.row = self.column = 0
        self.parser = expat.ParserCreate()
        self.parser.StartDoctypeDeclHandler = self._refuse
        self.parser.StartElementHandler = self._start

    def look_through(self, part):
        self.cells = 0
        self.parser.Parse(part, True)
        self.limits.take("cell_tags", self.cells)

    @staticmethod
    def _refuse(*args):
        raise SheetError(DAMAGED)  # without it there are no entities either

    def _start(self, tag, attributes):
        name = tag.rpartition(":")[2]
        self.parser.CharacterDataHandler = None
        if name not in _CELL_TAGS:
            self.limits.take("other_tags", 1)
            if name in ("mergeCell", "hyperlink"):
                places = self._places(attributes.get("ref"))
                if name == "mergeCell":
                    self.facts.merged |= places
            elif name == "strike" and attributes.get("val") not in ("0", "false"):
                self.facts.struck.add((self.row, self.column))
            return
        self.cells += 1
        if self.cells > self.limits.cell_tags:
            raise TooBig
        if name == "c":
            at = attributes.get("r")
            self.row, self.column = coordinate_to_tuple(at) if at else (self.row, self.column + 1)
        elif name == "row":
            self.row, self.column = int(attributes.get("r") or self.row + 1), 0
        elif name in ("v", "is", "f"):
            self._content(name, attributes)

    def _content(self, name, attributes):
        if self.row > MOST_ROWS or self.column > MOST_COLUMNS:
            raise TooBig
        facts = self.facts
        facts.rows, facts.columns = max(facts.rows, self.row), max(facts.columns, self.column)
        if name == "f":
            facts.formulas[self.row, self.column] = False
            facts.filled |= self._places(attributes.get("ref"))
            self.parser.CharacterDataHandler = self._formula

    def _formula(self, text):
        if "[" in text:
            self.facts.formulas[self.row, self.column] = True

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
        self.limits.take("area", len(rows) * len(columns))
        return set(product(rows, columns))
