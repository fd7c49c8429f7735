"""Tables to take away as XLSX."""

import datetime
from io import BytesIO

from django.http import HttpResponse
from django.utils import timezone
from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WIDEST = 60  # characters


def wants_xlsx(request):
    """Whether the address of a table asks for the file of it."""
    return request.GET.get("format") == "xlsx"


def xlsx_response(name, heads, rows):
    """An XLSX file `name` with one sheet. `heads` are texts, `rows` an iterable of sequences of
    texts, numbers, dates and naive local datetimes. Every cell comes from `_cell`, heads too."""
    book = Workbook(write_only=True)
    sheet = book.create_sheet("Таблица")
    rows = [list(row) for row in rows]
    for place, head in enumerate(heads, start=1):
        longest = max([len(head), *(len(str(row[place - 1])) for row in rows)])
        sheet.column_dimensions[get_column_letter(place)].width = min(longest + 2, WIDEST)
    sheet.freeze_panes = "A2"
    sheet.auto_filter.ref = f"A1:{get_column_letter(len(heads))}{len(rows) + 1}"
    sheet.append([_head(sheet, head) for head in heads])
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    file = BytesIO()
    book.save(file)
    disposition = f'attachment; filename="{name}.xlsx"'
    return HttpResponse(
        file.getvalue(), content_type=XLSX, headers={"Content-Disposition": disposition}
    )


def naive(instant):
    """An aware instant as `xlsx_response` takes it: school-local, without its zone and parts of a
    second, for a spreadsheet knows neither; None stays None."""
    return instant and timezone.localtime(instant).replace(tzinfo=None, microsecond=0)


def _head(sheet, text):
    cell = _cell(sheet, text)
    cell.font, cell.alignment = Font(bold=True), Alignment(vertical="top", wrap_text=True)
    return cell


def inert(text):
    """A text that stays one: what begins like a formula is neither computed here nor when somebody
    edits it or saves the table as CSV and opens that."""
    text = ILLEGAL_CHARACTERS_RE.sub("", text)
    return f"'{text}" if text.lstrip().startswith(("=", "+", "-", "@")) else text


def _cell(sheet, value):
    if isinstance(value, datetime.date):
        cell = WriteOnlyCell(sheet, value)
        has_time = isinstance(value, datetime.datetime)
        cell.number_format = "DD.MM.YYYY HH:MM" if has_time else "DD.MM.YYYY"
        return cell
    if not isinstance(value, str):
        return value
    # Who filters by a name types common blanks.
    text = inert(value.replace("\u00a0", " "))
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.alignment = Alignment(vertical="top", wrap_text=len(text) > WIDEST)
    return cell
