"""The temporary journals of a class as XLSX, to be filled where no system can be reached
(Appendix 1). `filled` reads what comes back.

A sheet is one journal's spread: pupils down, lessons across, the facing page to the right. Beside
what a person reads stand hidden codes (of the pupil, of the lesson), so that a filled sheet is
understood without guessing, and a shifted one is noticed.

Whatever is typed stays as it was typed: cells to be filled are texts, days too («24.11»); a mark
that became a date all the same is refused on the spot, and the heads can't be changed by accident.
"""

from copy import copy
from io import BytesIO

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, PatternFill, Protection, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties

from school.rules.days import WEEKDAYS
from school.xlsx import inert

# What reading goes by: a row or column may be moved or added, the head says what it is.
JOURNAL_CODE = "Код журнала"
MONTH, DAY, NUMBER, LESSON_CODE = "месяц", "число", "урок", "код урока"
ORDINAL, PUPILS, PUPIL_CODE = "№ п/п", "Список обучающихся", "код ученика"
DATE, LESSON, TOPIC, HOMEWORK = (
    "Число и месяц",
    "Урок",
    "Что пройдено на уроке",
    "Домашнее задание",
)

SPARE_LESSONS, SPARE_ROWS = 3, 3  # for a lesson moved in a hurry, for who came as a guest
TOP_ROW, HEAD_ROWS = 4, 5  # months, days, numbers, codes; the line of heads
MONTHS = (
    "январь",
    "февраль",
    "март",
    "апрель",
    "май",
    "июнь",
    "июль",
    "август",
    "сентябрь",
    "октябрь",
    "ноябрь",
    "декабрь",
)
FORBIDDEN_IN_TITLES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
LONGEST_TITLE = 31  # of a sheet, in Excel
A4 = 9  # as Excel numbers the sizes of paper

_THIN = Side(style="thin", color="8C959F")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEAD = PatternFill("solid", fgColor="E8F0F8")
_FAINT = Font(size=8, color="8C959F")
_CENTRE = Alignment(horizontal="center", vertical="center")
_WRAPPED = Alignment(vertical="top", wrap_text=True)
_LEFT = Alignment(vertical="center")
_RIGHT = Alignment(horizontal="right", vertical="center")

# «4/5» typed into a cell of numbers becomes the fourth of May, «24» in one of dates the 23rd.
_TEXT = "@"
_OPEN = Protection(locked=False)
_STYLES = {
    "title": {"font": Font(size=13, bold=True)},
    "line": {"font": Font(size=11)},
    "faint": {"font": _FAINT},
    "label": {"font": _FAINT, "alignment": _RIGHT},
    "head": {
        "font": Font(bold=True, size=10),
        "alignment": Alignment(horizontal="center", vertical="center", wrap_text=True),
        "fill": _HEAD,
        "border": _GRID,
    },
    "month": {"font": Font(size=8), "alignment": _LEFT, "fill": _HEAD, "border": _GRID},
    "day": {
        "font": Font(bold=True, size=11),
        "alignment": _CENTRE,
        "fill": _HEAD,
        "border": _GRID,
        "number_format": _TEXT,
    },
    "small": {"font": Font(size=9), "alignment": _CENTRE, "fill": _HEAD, "border": _GRID},
    "ordinal": {"font": _FAINT, "alignment": _CENTRE, "border": _GRID},
    "name": {"font": Font(size=11), "alignment": _LEFT, "border": _GRID},
    "mark": {
        "font": Font(size=12),
        "alignment": _CENTRE,
        "border": _GRID,
        "number_format": _TEXT,
        "protection": _OPEN,
    },
    "date": {
        "font": Font(size=11),
        "alignment": Alignment(horizontal="center", vertical="top"),
        "border": _GRID,
        "number_format": _TEXT,
    },
    "number": {
        "font": Font(size=11),
        "alignment": Alignment(horizontal="center", vertical="top"),
        "border": _GRID,
        "number_format": _TEXT,
    },
    "text": {
        "font": Font(size=11),
        "alignment": _WRAPPED,
        "border": _GRID,
        "number_format": _TEXT,
        "protection": _OPEN,
    },
}
# The same, to be filled: of a lesson or pupil that is not in the list.
_STYLES |= {
    f"spare {name}": _STYLES[name] | {"number_format": _TEXT, "protection": _OPEN}
    for name in ("month", "day", "small", "name", "date", "number")
}
LONGEST_MARK = 20
LARGEST_MARK = 100  # a number that is larger is a date: they count the days since 1900


def title(school, classes, year):
    """The first line of every sheet. `classes` are «5А» or «5А, 5Б»."""
    whose = f"{classes} {'классов' if ',' in str(classes) else 'класса'}"
    return f"Временный классный журнал {whose} ({school}) на {year} учебный год"


def class_workbook(papers, title):
    """The XLSX (bytes) with a sheet for each of the Papers; `title` is their first line."""
    book = Workbook(write_only=True)
    styles = _Styles()
    taken = set()
    classes = {paper.journal.group.school_class_id for paper in papers} - {None}
    for paper in papers:
        sheet = book.create_sheet(_sheet_title(paper.journal, taken, len(classes) > 1))
        _write(sheet, styles, paper, title)
    if not taken:
        book.create_sheet("Пусто")
    file = BytesIO()
    book.save(file)
    return file.getvalue()


def _sheet_title(journal, taken, several_classes=False):
    """«Математика», «Мат, 5 мат. 1» for a part of the class; «5А Математика» among the sheets of
    several classes; no two alike."""
    name = journal.subject.name
    if several_classes:
        name = f"{journal.group.name} {name}"
    elif journal.group.school_class_id is None:
        name = f"{journal.subject.short_name}, {journal.group.name}"
    name = " ".join(_text(name).translate(FORBIDDEN_IN_TITLES).split())[:LONGEST_TITLE]
    unique, number = name, 1
    while unique.casefold() in taken:
        number += 1
        unique = f"{name[: LONGEST_TITLE - len(str(number)) - 1]} {number}"
    taken.add(unique.casefold())
    return unique


class _Styles:
    """Makes cells. Looking a style up costs more than a cell, and a packet has a quarter of a
    million of them: each style is looked up once in a workbook."""

    def __init__(self):
        self.made = {}

    def cell(self, sheet, style, value=None):
        cell = WriteOnlyCell(sheet, value)
        if isinstance(value, str):
            cell.data_type = "s"  # a name that begins like a formula is none
        known = self.made.get(style)
        if known is None:
            for name, given in _STYLES[style].items():
                setattr(cell, name, copy(given))
            self.made[style] = cell._style
        else:
            cell._style = known
        return cell


def _text(value):
    return ILLEGAL_CHARACTERS_RE.sub("", value)


def _write(sheet, styles, paper, title):
    lessons = paper.lessons
    width = len(lessons) + SPARE_LESSONS
    facing = 3 + width + 2  # the column of the facing page, after a gap
    _set_up(sheet, width, facing)

    def cell(style, value=None):
        return styles.cell(sheet, style, _text(value) if isinstance(value, str) else value)

    def spread(style, values):
        """Of the lessons' columns, spare ones too."""
        spare = [cell(f"spare {style}") for _ in range(SPARE_LESSONS)]
        return [*(cell(style, value) for value in values), *spare]

    journal = paper.journal
    group = f"{journal.group.name} класс" if journal.group.school_class_id else journal.group.name
    sheet.append([cell("title", title)])
    line = f"{journal.subject.name}, {group}. ФИО учителя: {paper.teachers}"
    sheet.append([cell("line", inert(line))])
    sheet.append([None, cell("faint", JOURNAL_CODE), None, cell("faint", journal.pk)])
    sheet.append([None, cell("label", MONTH), None, *spread("month", _months(lessons))])
    sheet.append(
        [None, cell("label", DAY), None, *spread("day", [_day(lesson) for lesson in lessons])]
    )
    sheet.append(
        [None, cell("label", NUMBER), None, *spread("small", [one.number for one in lessons])]
    )
    codes = [cell("faint", lesson.pk) for lesson in lessons]
    sheet.append([None, cell("label", LESSON_CODE), None, *codes])
    sheet.append(
        [
            *(cell("head", head) for head in (ORDINAL, PUPILS, PUPIL_CODE)),
            *spread("small", [WEEKDAYS[lesson.date.weekday()] for lesson in lessons]),
            None,
            *(cell("head", head) for head in (DATE, LESSON, TOPIC, HOMEWORK, LESSON_CODE)),
        ]
    )
    _write_rows(sheet, cell, paper, [None] * width)
    _guard(sheet, width, len(paper.pupils) + SPARE_ROWS)


def _write_rows(sheet, cell, paper, marks):
    """Pupils with empty `marks` on the left page, lessons on the facing one, spare rows of both."""
    lessons, pupils = paper.lessons, len(paper.pupils) + SPARE_ROWS
    mark = cell("mark")  # one that is written again and again: most cells are of these
    for place in range(max(pupils, len(lessons) + SPARE_ROWS)):
        row = [None] * 3 + marks
        if place < pupils:
            pk, name = paper.pupils[place] if place < len(paper.pupils) else (None, None)
            kind = "name" if pk else "spare name"
            row = [cell("ordinal", place + 1), cell(kind, name), cell("faint", pk)]
            row += [mark] * len(marks)
        if place < len(lessons) + SPARE_ROWS:
            lesson = lessons[place] if place < len(lessons) else None
            spare = "" if lesson else "spare "
            row += [None, cell(f"{spare}date", lesson and _day(lesson))]
            row += [cell(f"{spare}number", lesson and lesson.number), cell("text"), cell("text")]
            row.append(cell("faint", lesson and lesson.pk))
        sheet.append(row)


def _day(lesson):
    return f"{lesson.date:%d.%m}"


def _guard(sheet, width, pupils):
    """Lock the heads, names and codes, without a password; refuse what became a date."""
    protection = sheet.protection
    protection.sheet = True
    protection.formatCells = protection.formatColumns = protection.formatRows = False  # may be done
    first = f"D{TOP_ROW + HEAD_ROWS}"
    last = f"{get_column_letter(3 + width)}{TOP_ROW + HEAD_ROWS + pupils - 1}"
    fits = f"LEN({first})<={LONGEST_MARK}"
    validation = DataValidation(
        type="custom",
        formula1=f"AND({fits},OR(ISTEXT({first}),{first}<={LARGEST_MARK}))",
        errorTitle="Это не отметка",
        error=(
            "Таблица сделала из записи дату, или запись слишком длинная. Наберите отметку ещё раз "
            "с апострофом впереди, например '4/5"
        ),
        allow_blank=True,
        showErrorMessage=True,
        sqref=f"{first}:{last}",
    )
    sheet.data_validations.append(validation)


def _months(lessons):
    """The name of a month over its first lesson."""
    before = None
    for lesson in lessons:
        yield MONTHS[lesson.date.month - 1] if lesson.date.month != before else None
        before = lesson.date.month


def _set_up(sheet, width, facing):
    """Widths, what is hidden, what stays in sight, and paper: A4 across."""
    columns = sheet.column_dimensions
    columns["A"].width, columns["B"].width = 5, 30
    columns["C"].hidden = True
    for place in range(4, 4 + width):
        columns[get_column_letter(place)].width = 6
    columns[get_column_letter(facing - 1)].width = 2
    for place, wide in enumerate((12, 6, 44, 44), start=facing):
        columns[get_column_letter(place)].width = wide
    columns[get_column_letter(facing + 4)].hidden = True
    rows = sheet.row_dimensions
    rows[TOP_ROW + 3].hidden = True
    rows[TOP_ROW + 1].height = 20
    sheet.freeze_panes = f"D{TOP_ROW + HEAD_ROWS}"
    sheet.page_setup.orientation, sheet.page_setup.paperSize = "landscape", A4
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    sheet.print_title_rows = f"{TOP_ROW}:{TOP_ROW + HEAD_ROWS - 1}"
    margins = sheet.page_margins
    margins.left = margins.right = margins.top = margins.bottom = 0.4
