"""An XLSX that somebody sends, read by openpyxl without trusting it: bytes in, plain cells out."""

import datetime
import zipfile
from dataclasses import dataclass

from openpyxl import load_workbook
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.comments.comment_sheet import CommentSheet
from openpyxl.packaging.relationship import get_dependents, get_rels_path
from openpyxl.utils import coordinate_to_tuple
from openpyxl.utils.datetime import to_excel
from openpyxl.xml.constants import ARC_APP, COMMENTS_NS, XPROPS_NS
from openpyxl.xml.functions import fromstring

from school import packages
from school.packages import DAMAGED, SheetError, TooBig

__all__ = ["LONGEST", "Serial", "Sheet", "SheetError", "Wrong", "read"]

TOO_MUCH = (
    "В файле гораздо больше, чем помещается в журналы класса: заполняйте тот файл, который скачан "
    "здесь, и не вставляйте в него другое."
)
MOST_SHEETS = 60
MOST_TEXT = 1_000_000  # characters of all cells: many may refer to one and the same text
LONGEST = 3_000  # characters of a cell; homework has 2000
BEFORE_ALL_DATES = 1905
FIRST_SAME_DAY = 60  # what is less, Excel shows as a day later than all others do


class Wrong(str):
    """Stands for what a cell holds that is no text, number or date; says so in Russian."""

    __slots__ = ()


class Serial(int):
    """A small number in a cell of dates, which counts the days since 1900: nobody has typed such a
    date. `shown` is the day of the month that the program which saved the file makes of it: of
    24 Excel makes the 24th, LibreOffice and Google the 23rd."""

    shown: int

    def __new__(cls, value, shown):
        made = super().__new__(cls, value)
        made.shown = shown
        return made


# What a cell holds: text, maybe a Wrong; a number, maybe a Serial; a date or time.
Value = str | int | float | datetime.datetime | datetime.time | datetime.timedelta
Place = tuple[int, int]  # (row, column), counted from 1


@dataclass(frozen=True)
class Sheet:
    """`cells`: empty ones are missing. Of some of them also `formats` {place: number format of a
    number or date}, `struck` {place: what is left of it without what is struck through}. `comments`
    {place: text}, of empty cells too. `merged`: the places that are part of a merged cell."""

    title: str
    cells: dict[Place, Value]
    formats: dict[Place, str]
    struck: dict[Place, str]
    comments: dict[Place, str]
    merged: frozenset[Place]


def read(content):
    """The Sheets of an XLSX (bytes), in order. SheetError."""
    try:
        file, facts = packages.checked(content)
        # Streamed, it opens neither pictures nor charts; values, since formulas are wrong anyway.
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False, rich_text=True)
        with zipfile.ZipFile(file) as parts:
            if len(book.worksheets) > MOST_SHEETS:
                raise TooBig(TOO_MUCH)
            reading = _Reading(book, parts)
            return [reading.sheet(one, facts) for one in book.worksheets]
    except TooBig:
        raise TooBig(TOO_MUCH) from None
    except SheetError:
        raise
    except Exception as error:  # whatever a damaged file makes it stumble over
        raise SheetError(DAMAGED) from error


class _Reading:
    def __init__(self, book, parts):
        self.epoch, self.parts, self.names = book.epoch, parts, set(parts.namelist())
        self.is_excel = self._program().startswith("Microsoft")
        self.text = MOST_TEXT

    def _program(self):
        """What has saved the file: «Microsoft Excel», «LibreOffice/24.2…», «» if untold."""
        if ARC_APP not in self.names:
            return ""
        properties = fromstring(self.parts.read(ARC_APP))
        return properties.findtext(f"{{{XPROPS_NS}}}Application") or ""

    def sheet(self, sheet, facts):
        path = sheet._worksheet_path  # what a streamed sheet is read from; it has no other name
        known = facts.get(path) or packages.Facts()
        cells, formats, struck = {}, {}, {}
        rows = ()
        if known.rows:
            rows = sheet.iter_rows(max_row=known.rows, max_col=known.columns)
        for down, row in enumerate(rows, start=1):
            for across, cell in enumerate(row, start=1):
                place = down, across
                if place in known.formulas:
                    cells[place] = LINK if known.formulas[place] else FORMULA
                    continue
                if cell.value is None:
                    continue
                value = self._value(cell)
                if value == "":
                    continue
                cells[place] = value
                if not isinstance(value, str):
                    formats[place] = cell.number_format
                if cell.font.strike or place in known.struck:
                    struck[place] = ""
                elif isinstance(cell.value, CellRichText):
                    kept = _text(one for one in cell.value if not _is_struck(one))
                    if kept != value:
                        struck[place] = kept.strip()
        for place in known.filled & cells.keys():  # by a formula of another cell
            cells[place] = FORMULA
        comments = self._comments(path)
        return Sheet(sheet.title, cells, formats, struck, comments, frozenset(known.merged))

    def _value(self, cell):
        value, kind = cell.value, cell.data_type
        if kind == "b":
            return Wrong("здесь логическое значение, а не запись")
        if kind == "e":
            return Wrong(f"таблица показывает здесь ошибку {str(value)[:20]}")
        if isinstance(value, str | CellRichText):
            text = _text([value] if isinstance(value, str) else value)
            self.text -= len(text)
            if self.text < 0:
                raise TooBig(TOO_MUCH)
            return text if len(text) <= LONGEST else Wrong(f"здесь больше {LONGEST} знаков")
        if isinstance(value, float):
            if value != value or value in (float("inf"), float("-inf")):
                return Wrong("непонятное число")
            return int(value) if value.is_integer() else value
        if isinstance(value, datetime.datetime) and value.year < BEFORE_ALL_DATES:
            return self._serial(value)
        return value

    def _serial(self, value):
        number = int(to_excel(value, self.epoch))
        is_earlier = not self.is_excel and number < FIRST_SAME_DAY
        return Serial(number, (value - datetime.timedelta(days=is_earlier)).day)

    def _comments(self, path):
        """{(row, column): text}."""
        links = get_rels_path(path)
        if links not in self.names:
            return {}
        found = {}
        for link in get_dependents(self.parts, links).find(COMMENTS_NS):
            if link.target in self.names:
                tree = fromstring(self.parts.read(link.target))
                for at, comment in CommentSheet.from_tree(tree).comments:
                    found[coordinate_to_tuple(at)] = comment.text.strip()
        return found


FORMULA = Wrong("здесь формула: наберите саму запись")
LINK = Wrong("здесь ссылка на другой файл: наберите саму запись")


def _text(parts):
    """Of a string that may consist of parts, strings and TextBlocks."""
    found = (part.text if isinstance(part, TextBlock) else part for part in parts)
    return "".join(found).replace("_x000D_", "")


def _is_struck(part):
    return isinstance(part, TextBlock) and bool(part.font.strike)
