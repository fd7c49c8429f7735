"""What goes wrong with files and machines: a clear error, nothing lost, memory bounded (3.2)."""

import json
import os
import re
import signal
import subprocess
import sys
import zipfile
from contextlib import suppress
from io import BytesIO

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook

from attendance.models import Absence
from journals.models import LessonWork, Mark
from school.models import Lesson
from tempjournal import filled as paper
from tempjournal.models import TemporaryJournal, Transfer, Upload
from tempjournal.xlsx import read
from tests import world as worlds
from tests.tempjournal.filled import Paper, filled_maths, outage, send
from tests.tempjournal.test_upload import apply, chosen, marks, uploaded

# Of files and of the machine; what a transfer writes has tests on both databases.
pytestmark = pytest.mark.any_database

OLE = bytes.fromhex("d0cf11e0a1b11ae1")


@pytest.fixture
def broken(world):
    return outage(world)


def saved(book):
    file = BytesIO()
    book.save(file)
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


def changed(content, **members):
    """The XLSX with other members; `sheet1` is the first sheet."""
    names = {
        "sheet1": "xl/worksheets/sheet1.xml",
        "strings": "xl/sharedStrings.xml",
        "styles": "xl/styles.xml",
    }
    return packed(members_of(content) | {names[name]: text for name, text in members.items()})


def ten_thousand_rows(w):
    paper = filled_maths(w)
    for n in range(10_000):
        paper.sheet(w.maths).append([n, "Иванов Иван", None, *["5"] * 10])
    return paper.content()


def rows_without_cells(w):
    rows = b"".join(b'<row r="%d"/>' % n for n in range(1, 400_000))
    tag = (
        b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    )
    return changed(filled_maths(w).content(), sheet1=tag + rows + b"</sheetData></worksheet>")


def zip_bomb(w):
    return packed(members_of(filled_maths(w).content()) | {"xl/media/a.bin": bytes(1024**3 // 4)})


def many_members(w):
    return packed({f"xl/{n}.xml": b"" for n in range(1_000)})


def laughing_strings(w):
    """Entities that unfold to gigabytes."""
    entities = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
    text = f'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY l0 "ха">{entities}]><sst>&l9;</sst>'
    return changed(filled_maths(w).content(), strings=text.encode())


def one_text_a_thousand_times(w):
    """A few kilobytes that say a megabyte and more."""
    paper = filled_maths(w)
    for row in range(40, 440):
        paper.sheet(w.maths).cell(row, 2).value = "х" * 3_000
    return paper.content()


def hidden_entities(w):
    text = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE l [<!ENTITY a "b">]><sst>&a;</sst>'
    return changed(filled_maths(w).content(), strings=text.encode("utf-16"))


def merged_a_thousand_times(w):
    content = filled_maths(w).content()
    sheet = members_of(content)["xl/worksheets/sheet1.xml"]
    ranges = b'<mergeCell ref="A1:KN1000"/>' * 10_000
    return changed(
        content,
        sheet1=sheet.replace(b"</sheetData>", b"</sheetData><mergeCells>%s</mergeCells>" % ranges),
    )


def changed_sheet(w, before, after):
    content = filled_maths(w).content()
    sheet = members_of(content)["xl/worksheets/sheet1.xml"]
    assert before in sheet
    return changed(content, sheet1=sheet.replace(before, after, 1))


def a_link_over_everything(w):
    """The library would make a cell of each place. Written so that no search for text finds it."""
    link = b'<hyperlink display="&gt;>" ref="A1:XFD&#49;048576" location="A1"/>'
    after = b"</sheetData><hyperlinks>%s</hyperlinks>" % (link * 2)
    return changed_sheet(w, b"</sheetData>", after)


def a_cell_far_away(w):
    row = b'<row r="1048576"><c r="XFD1048576"><v>5</v></c></row></sheetData>'
    return changed_sheet(w, b"</sheetData>", row)


def many_styles(w):
    content = filled_maths(w).content()
    styles = members_of(content)["xl/styles.xml"]
    return changed(content, styles=styles.replace(b"<fonts", b"<font/>" * 100_000 + b"<fonts", 1))


def strict(w):
    """As Excel saves «Строгая таблица Open XML»."""
    members = members_of(filled_maths(w).content())
    plain = b"http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    name = "xl/workbook.xml"
    members[name] = members[name].replace(plain, b"http://purl.oclc.org/ooxml/spreadsheetml/main")
    return packed(members)


def cut_in_half(w):
    content = filled_maths(w).content()
    return content[: len(content) // 2]


def damaged_in_the_middle(w):
    content = bytearray(filled_maths(w).content())
    content[len(content) // 4 : len(content) // 2] = bytes(len(content) // 4)
    return bytes(content)


def packed_otherwise(how):
    """As no spreadsheet packs; `zipfile` then unpacks more at once than it is asked for."""

    def make(w):
        file = BytesIO()
        with zipfile.ZipFile(file, "w", how) as package:
            for name, content in members_of(filled_maths(w).content()).items():
                package.writestr(name, content)
        return file.getvalue()

    return make


def with_locked_members(w):
    content = bytearray(filled_maths(w).content())
    for place in (match.start() for match in re.finditer(rb"PK\x01\x02", content)):
        content[place + 8] |= 1
    return bytes(content)


def in_document_of_another_kind(w):
    return packed(
        {"mimetype": b"application/vnd.oasis.opendocument.spreadsheet", "content.xml": b""}
    )


HOW = (
    "как бы файл ни назывался: откройте его и выберите «Файл → Сохранить как → Книга Excel (.xlsx)»"
)
TOO_MUCH = "гораздо больше, чем помещается в журналы класса"
BAD_FILES = {
    "not a file at all": (lambda w: b"\xff\xd8\xff\xe0 a picture", "не таблица XLSX"),
    "a text": (lambda w: "Иванов Иван: 5\nПетрова: н".encode(), "не таблица XLSX"),
    "csv": (lambda w: "\ufeffФамилия;24.11\r\nИванов;5".encode(), f"таблица CSV, {HOW}"),
    "csv of Windows": (lambda w: "Фамилия;24.11\r\nИванов;5".encode("cp1251"), f"CSV, {HOW}"),
    "csv with tabs": (lambda w: "Фамилия\t24.11\nИванов\t5".encode("utf-16"), f"CSV, {HOW}"),
    "a web page named xls": (lambda w: b"<html><table><tr><td>5</td></tr></table>", "веб-страница"),
    "empty": (lambda w: b"", "Файл пустой"),
    "xls renamed": (lambda w: OLE + bytes(4096), f"старого формата (XLS), {HOW}"),
    "with a password": (
        lambda w: OLE + bytes(600) + "EncryptedPackage".encode("utf-16-le") + bytes(600),
        "закрыт паролем",
    ),
    "a zip of something else": (lambda w: packed({"a.txt": b"a"}), "не таблица XLSX"),
    "ods": (in_document_of_another_kind, f"ODS (LibreOffice, OpenOffice), {HOW}"),
    "numbers": (lambda w: packed({"Index/Document.iwa": b""}), "Apple Numbers"),
    "strict": (strict, "строгая"),
    "xlsb": (lambda w: packed({"xl/workbook.bin": b""}), "XLSB"),
    "cut in half": (cut_in_half, "повреждён"),
    "damaged": (damaged_in_the_middle, "повреждён"),
    "packed with LZMA": (packed_otherwise(zipfile.ZIP_LZMA), "повреждён"),
    "packed with bzip2": (packed_otherwise(zipfile.ZIP_BZIP2), "повреждён"),
    "with locked members": (with_locked_members, "закрыт паролем"),
    "another table": (lambda w: saved(Workbook()), "нет ни одного листа временного журнала"),
    "10,000 rows": (ten_thousand_rows, TOO_MUCH),
    "rows without cells": (rows_without_cells, TOO_MUCH),
    "a zip bomb": (zip_bomb, TOO_MUCH),
    "many members": (many_members, TOO_MUCH),
    "a link over the whole sheet": (a_link_over_everything, TOO_MUCH),
    "a cell far away": (a_cell_far_away, TOO_MUCH),
    "a hundred thousand styles": (many_styles, TOO_MUCH),
    "one text a thousand times": (one_text_a_thousand_times, TOO_MUCH),
    "merged a thousand times": (merged_a_thousand_times, TOO_MUCH),
    "entities": (laughing_strings, "повреждён"),
    "entities in another encoding": (hidden_entities, "повреждён"),
    "over 5 MB": (lambda w: bytes(6 * 1024**2), "Файл больше 5 МБ: в нём 6,0 МБ"),
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_a_bad_file_is_refused_with_its_reason(world, login, broken, name):
    make, reason = BAD_FILES[name]
    answer = send(login(world.teacher), broken, make(world))
    assert answer.status_code == 200
    assert reason in answer.content.decode()
    assert not Upload.objects.exists()


# Where the package, its directory, and the end of that begin; None for what is packed.
BEGINNINGS = [b"PK\x03\x04", b"PK\x01\x02", b"PK\x05\x06", None]
PLACES = st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), min_size=1, max_size=4)


def damaged(content, places):
    """With other bytes at some [(part of the whole, byte)]."""
    content = bytearray(content)
    for place, byte in places:
        content[int(place * len(content))] = byte
    return bytes(content)


@pytest.fixture
def filled(world):
    return filled_maths(world).content()


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(st.sampled_from(BEGINNINGS), PLACES)
def test_whatever_is_damaged_is_read_or_refused(filled, beginning, places):
    if beginning is None:
        members = members_of(filled)
        name = list(members)[places[0][1] % len(members)]
        content = packed(members | {name: damaged(members[name], places)})
    else:
        start = filled.index(beginning)
        content = filled[:start] + damaged(filled[start:], places)
    with suppress(paper.SheetError):
        json.dumps(paper.read(content))


def test_a_sheet_that_ends_in_the_middle(world):
    content = filled_maths(world).content()
    sheet = members_of(content)["xl/worksheets/sheet1.xml"]
    with pytest.raises(read.SheetError, match="повреждён"):
        read.read(changed(content, sheet1=sheet[:-100]))


def test_a_member_that_is_missing(world):
    members = members_of(filled_maths(world).content())
    del members["xl/worksheets/sheet1.xml"]
    assert read.read(packed(members)) == []


def test_links_to_other_files_are_not_followed(world, login, broken):
    """The cell is wrong, the rest goes on; the other file's kept values are not looked at."""
    members = members_of(filled_maths(world).content())
    sheet = members["xl/worksheets/sheet1.xml"]
    cell = b'<c r="F9"><f>[1]Sheet1!A1</f><v>5</v></c>'
    start = sheet.index(b'<c r="F9"')
    end = sheet.index(b'<c r="G9"')
    members["xl/worksheets/sheet1.xml"] = sheet[:start] + cell + sheet[end:]
    members["xl/externalLinks/externalLink1.xml"] = b"<externalLink>not even XML"
    answer = send(login(world.teacher), broken, packed(members))
    page = login(world.teacher).get(answer.url).content.decode()
    assert "здесь ссылка на другой файл" in page
    assert len(chosen(page)) == 5


MEASURED = """
import resource, sys
sys.path.insert(0, ".")
import django
django.setup()
from tempjournal import filled
content = sys.stdin.buffer.read()
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
try:
    filled.read(content)
except filled.SheetError as error:
    print(error)
print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


@pytest.mark.parametrize(
    "make",
    [
        ten_thousand_rows,
        rows_without_cells,
        zip_bomb,
        laughing_strings,
        merged_a_thousand_times,
        a_link_over_everything,
        a_cell_far_away,
        many_styles,
    ],
)
def test_memory_is_bounded(world, make):
    """MiB that reading a bad file takes at its peak, in a process of its own."""
    found = subprocess.run(
        [sys.executable, "-c", MEASURED],
        input=make(world),
        capture_output=True,
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "journal_site.settings"},
        check=True,
        timeout=60,
    )
    reason, grown = found.stdout.decode().strip().rsplit("\n", 1)
    assert TOO_MUCH in reason or "повреждён" in reason
    assert int(grown) < 80


def test_a_whole_month_of_a_large_class_is_not_too_much(world, login, broken):
    """30 pupils, 60 columns, a mark in each cell, twelve sheets."""
    book = load_workbook(BytesIO(Paper(world.maths).content()))
    for _ in range(11):
        book.copy_worksheet(book.worksheets[0])
    for sheet in book:
        for row in range(9, 39):
            for column in range(4, 64):
                sheet.cell(row, column).value = "5"
    content = saved(book)
    assert len(read.read(content)) == 12


def test_more_fields_than_any_form_has_are_refused(world, login, broken):
    client = login(world.teacher)
    url, _ = uploaded(client, broken, filled_maths(world))
    data = {f"0-A{n}": "" for n in range(11_000)}
    form = "&".join(f"{name}=" for name in data)
    answer = client.post(url, form, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400


# --- the power goes ---

DYING = """
import os, signal, sys, django
django.setup()
import datetime, time_machine
from journals.actions import paper_entries
from school.models import User
from tempjournal.actions.transfer import apply_upload
from tempjournal.models import Upload

{dies}

upload = Upload.objects.get()
with time_machine.travel(datetime.datetime(2026, 11, 25, 9, tzinfo=datetime.UTC), tick=False):
    apply_upload(upload, upload.uploaded_by, {chosen!r}, set())
"""
IN_THE_MARKS = """
def dying(*args):
    os.kill(os.getpid(), signal.SIGKILL)
paper_entries._write_marks = dying
"""
AT_THE_END = """
save = Upload.save
def dying(upload, *args, **options):
    save(upload, *args, **options)
    os.kill(os.getpid(), signal.SIGKILL)
Upload.save = dying
"""


def database_url():
    place = connection.settings_dict
    if connection.vendor != "postgresql":
        return f"sqlite:///{place['NAME']}"
    server = f"{place['HOST']}:{place['PORT'] or 5432}"
    return f"postgres://{place['USER']}:{place['PASSWORD']}@{server}/{place['NAME']}"


def written():
    models = (Mark, Absence, LessonWork, Transfer, Mark.history.model, LessonWork.history.model)
    return [model.objects.count() for model in models]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("dies", [IN_THE_MARKS, AT_THE_END], ids=["in the marks", "at the end"])
def test_one_that_is_killed_has_written_nothing_and_can_be_applied_again(noon, login, dies):
    w = worlds.stands()
    broken = outage(w)
    client = login(w.teacher)
    url, page = uploaded(client, broken, filled_maths(w))
    before = written()
    lessons = list(Lesson.objects.order_by("pk").values())
    duties = list(TemporaryJournal.objects.order_by("pk").values())
    killed = subprocess.run(
        [sys.executable, "-c", DYING.format(dies=dies, chosen=chosen(page))],
        env=os.environ
        | {"DATABASE_URL": database_url(), "DJANGO_SETTINGS_MODULE": "journal_site.settings"},
        timeout=60,
    )
    assert killed.returncode == -signal.SIGKILL
    assert written() == before
    assert list(Lesson.objects.order_by("pk").values()) == lessons
    assert list(TemporaryJournal.objects.order_by("pk").values()) == duties
    assert Upload.objects.get().applied_at is None
    assert apply(client, url, chosen(client.get(url).content.decode())).status_code == 302
    assert marks(w.lesson) == ["Иванов 5"]
