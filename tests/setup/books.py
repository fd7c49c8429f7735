"""Files as schools would make them, for tests."""

import datetime
import zipfile
from io import BytesIO

from openpyxl import Workbook

from setup.reading.files import read_files

TODAY = datetime.date(2026, 11, 25)


def book(**sheets):
    """An XLSX with the sheets {name: rows}."""
    made = Workbook()
    made.remove(made.active)
    for name, rows in sheets.items():
        sheet = made.create_sheet(name.replace("_", " "))
        for row in rows:
            sheet.append(row)
    return saved(made)


def saved(made):
    file = BytesIO()
    made.save(file)
    return file.getvalue()


def packed(members):
    """A ZIP of {name: bytes}."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in members.items():
            package.writestr(name, content)
    return file.getvalue()


def members_of(content):
    with zipfile.ZipFile(BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def read(rows, answers=None, sheet="Лист1", file="список.xlsx"):
    """The ReadFiles of one sheet of `rows`."""
    return read_files([(file, book(**{sheet: rows}))], answers or {}, TODAY)
