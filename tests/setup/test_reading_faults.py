"""Files that are damaged, too large, or made to do harm: each is refused with its reason."""

import re
import struct
import subprocess
import sys
import zipfile
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from school.tables.reading import read_tables
from school.tables.table import MOST_ROWS, Unreadable
from tests.setup.books import book, members_of, packed, read, saved

pytestmark = pytest.mark.any_database

SAMPLES = Path(__file__).parent / "samples"
SHEET = "xl/worksheets/sheet1.xml"
XML = b'<?xml version="1.0"?>'


def plain():
    return book(Ученики=[["ФИО", "Класс"], ["Иванов Иван", "5А"]])


def with_part(name, before, after):
    members = members_of(plain())
    assert before in members[name]
    return packed(members | {name: members[name].replace(before, after, 1)})


def ods(rows):
    head = (
        '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
        'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
        'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
        '<office:spreadsheet><table:table table:name="Л">'
    )
    tail = "</table:table></office:spreadsheet></office:body></office:document-content>"
    members = members_of((SAMPLES / "list.ods").read_bytes())
    return packed(members | {"content.xml": (head + rows + tail).encode()})


def ods_row(of_row, of_cell):
    cell = f'<table:table-cell office:value-type="string"{of_cell}>'
    return ods(
        f"<table:table-row{of_row}>{cell}<text:p>а</text:p></table:table-cell></table:table-row>"
    )


def many_rows():
    return book(Л=[["ФИО"], *[[f"Иванов Иван {n}"] for n in range(MOST_ROWS)]])


def a_cell_far_away():
    row = b'<row r="1048576"><c r="XFD1048576"><v>5</v></c></row></sheetData>'
    return with_part(SHEET, b"</sheetData>", row)


def two_corners():
    """Few cells, and a rectangle between them in each of many sheets."""
    made = Workbook()
    for number in range(5):
        sheet = made.create_sheet(f"Л{number}")
        sheet["A1"], sheet["ZZ9000"] = "а", "б"
    return saved(made)


def one_text_in_all_cells():
    made = Workbook(write_only=True)
    sheet = made.create_sheet("Л")
    for _ in range(2_000):
        sheet.append(["х" * 30_000])
    content = saved(made)
    return content


def laughing_strings():
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ха">{entities}]><sst>&l9;</sst>'
    return packed(members_of(plain()) | {"xl/sharedStrings.xml": text.encode()})


def entities_of_a_document():
    file = BytesIO()
    Document().save(file)
    members = members_of(file.getvalue())
    text = members["word/document.xml"].decode()
    text = text.replace("?>", '?><!DOCTYPE d [<!ENTITY a "b">]>', 1)
    return packed(members | {"word/document.xml": text.encode()})


def zip_bomb():
    return packed(members_of(plain()) | {SHEET: bytes(200 * 1024 * 1024)})


def declares_less():
    """A member that says it is smaller than what it unfolds to."""
    members = members_of(plain())
    content = bytearray(packed(members | {SHEET: members[SHEET] + b" " * 30_000_000}))
    size = struct.pack("<I", len(members[SHEET]) + 30_000_000)
    for place in [match.start() for match in re.finditer(re.escape(size), bytes(content))]:
        content[place : place + 4] = struct.pack("<I", 100)
    return bytes(content)


def packed_with_lzma():
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_LZMA) as package:
        for name, content in members_of(plain()).items():
            package.writestr(name, content)
    return file.getvalue()


def locked_members():
    content = bytearray(plain())
    for place in (match.start() for match in re.finditer(rb"PK\x01\x02", bytes(content))):
        content[place + 8] |= 1
    return bytes(content)


def old(kind, *numbers):
    """An XLS with a record more at the beginning of its book."""
    content = (SAMPLES / "list_old.xls").read_bytes()
    place = content.index(b"\x09\x08\x10\x00")
    length, more = struct.unpack_from("<H", content, place + 2)[0], b""
    more = struct.pack("<HH", kind, len(numbers) * 2) + struct.pack(f"<{len(numbers)}H", *numbers)
    after = place + 4 + length
    return content[:after] + more + content[after + len(more) :]


def a_chain_that_bites_its_tail():
    content = bytearray((SAMPLES / "list_old.xls").read_bytes())
    first = struct.unpack_from("<I", content, 76)[0]  # the table's first sector
    start = (first + 1) * 512
    directory = struct.unpack_from("<I", content, 48)[0]
    struct.pack_into("<I", content, start + directory * 4, directory)
    return bytes(content)


def web(cell):
    return f"<table><tr><td{cell}>а</td></tr><tr><td>б</td></tr></table>".encode()


OLE = bytes.fromhex("d0cf11e0a1b11ae1")
DAMAGED = "Файл повреждён и не читается"
TOO_BIG = "В файле больше, чем можно прочитать за раз"
LOCKED = "Файл закрыт паролем"
FAR = f"больше {MOST_ROWS} строк"
BAD_FILES = {
    "empty": (lambda: b"", "Файл пустой"),
    "over 20 MB": (lambda: bytes(21 * 1024 * 1024), "Файл больше 20 МБ: в нём 21,0 МБ"),
    "a picture": (lambda: b"\xff\xd8\xff\xe0\x00\x10JFIF", "Это не таблица"),
    "an empty workbook": (lambda: saved(Workbook()), "Таблиц нет: нечего читать"),
    "a text without tables": (lambda: entities_free_document(), "Таблиц нет: нечего читать"),
    "a page without tables": (lambda: b"<html><p>5</p></html>", "без таблиц"),
    "XML 2003": (lambda: XML + b'<Workbook xmlns="urn:x"></Workbook>', "«Таблица XML 2003»"),
    "a zip of something else": (lambda: packed({"a.txt": b"a"}), "Это архив, а не таблица"),
    "xlsb": (lambda: packed({"xl/workbook.bin": b""}), "XLSB"),
    "numbers": (lambda: packed({"Index/Document.iwa": b""}), "Apple Numbers"),
    "cut in half": (lambda: plain()[: len(plain()) // 2], DAMAGED),
    "packed with LZMA": (packed_with_lzma, DAMAGED),
    "with locked members": (locked_members, LOCKED),
    "with a password": (lambda: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le"), LOCKED),
    "10,001 rows": (many_rows, FAR),
    "a cell far away": (a_cell_far_away, FAR),
    "two corners of each sheet": (two_corners, TOO_BIG),
    "one text in all cells": (one_text_in_all_cells, TOO_BIG),
    "entities": (laughing_strings, DAMAGED),
    "entities of a document": (entities_of_a_document, DAMAGED),
    "a zip bomb": (zip_bomb, TOO_BIG),
    "a member that declares less": (declares_less, DAMAGED),
    "many members": (lambda: packed({f"xl/{n}.xml": b"" for n in range(4_000)}), TOO_BIG),
    "CSV of too many rows": (lambda: ("а;б\n" * (MOST_ROWS + 1)).encode(), FAR),
    "CSV of too many columns": (lambda: (";" * 1_000).encode(), FAR),
    "a million rows alike": (lambda: ods_row(' table:number-rows-repeated="1000000"', ""), FAR),
    "a million cells alike": (
        lambda: ods_row("", ' table:number-columns-repeated="1000000"'),
        FAR,
    ),
    "old: locked": (lambda: old(0x2F, 0, 0), LOCKED),
    "old: a cell far away": (lambda: old(0x203, 65_535, 65_535, 0, 0, 0, 0, 0), FAR),
    "old: says that it is large": (
        lambda: old(0x200, 0, 0, 0xFFFF, 0xFFFF, 0, 0xFFFF, 0),
        TOO_BIG,
    ),
    "old: nothing in it": (lambda: OLE + bytes(4_096), DAMAGED),
    "old: a chain that bites its tail": (a_chain_that_bites_its_tail, DAMAGED),
    "a page that spans a million rows": (lambda: web(' colspan="1000000"'), FAR),
}


def entities_free_document():
    file = BytesIO()
    document = Document()
    document.add_paragraph("Приказ № 114")
    document.save(file)
    return file.getvalue()


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_its_reason(name):
    make, reason = BAD_FILES[name]
    with pytest.raises(Unreadable, match=re.escape(reason)):
        read_tables("список.xlsx", make())


def test_what_is_only_drawn_far_away_is_not_counted():
    """Excel keeps cells that have a border and nothing in them."""
    row = b'<row r="1048576"><c r="XFD1048576" s="0"/></row></sheetData>'
    (table,) = read_tables("а.xlsx", with_part(SHEET, b"</sheetData>", row))
    assert [list(row) for row in table.rows] == [["ФИО", "Класс"], ["Иванов Иван", "5А"]]


def test_exactly_as_many_rows_as_may_be():
    content = book(Л=[["ФИО"], *[[f"И {n}"] for n in range(MOST_ROWS - 1)]])
    assert len(read_tables("а.xlsx", content)[0].rows) == MOST_ROWS


def test_formulas_without_a_value_are_told_where_they_are_read():
    rows = [
        ["№", "ФИО", "Класс", "Пол"],
        ["=1+1", "Иванов Иван", "5А", '=IF(1,"м","ж")'],
        [None, "Итого", None, "=1+1"],
    ]
    found = read(rows)
    assert found.batch.notes == [
        "Лист «Лист1»: формулы без сохранённого значения прочитаны как пустые: D2. Откройте файл в "
        "Excel и сохраните"
    ]


FILES = [
    "list_old.xls",
    "list.ods",
    "class_list_one_column.xlsx",
    "ktp_russian_8.docx",
    "list_cp1251.csv",
]
PLACES = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=6)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(FILES), PLACES)
def test_whatever_is_damaged_is_read_or_refused(name, places):
    content = bytearray((SAMPLES / name).read_bytes())
    for place, byte in places:
        content[int(place * len(content))] = byte
    with suppress(Unreadable):  # whatever else would be raised is no answer
        read_tables(name, bytes(content))


HUNGRY = [
    "a cell far away",
    "two corners of each sheet",
    "one text in all cells",
    "a zip bomb",
    "a million rows alike",
    "old: a cell far away",
    "old: says that it is large",
]


@pytest.mark.parametrize("name", HUNGRY)
def test_memory_is_bounded(tmp_path, name):
    """In a process of its own, whose peak is measured beside that of reading a plain list."""
    program = (
        "import sys, resource\n"
        "from school.tables.table import Unreadable\n"
        "from school.tables.reading import read_tables\n"
        "try: read_tables('a', open(sys.argv[1], 'rb').read())\n"
        "except Unreadable: pass\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)\n"
    )

    def peak(content):
        path = tmp_path / "file"
        path.write_bytes(content)
        ran = subprocess.run(
            [sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True
        )
        return int(ran.stdout) / 1024  # MB

    assert peak(BAD_FILES[name][0]()) < peak(plain()) + 300
