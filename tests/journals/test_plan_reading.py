"""A plan read of a file or the clipboard: heads, sections, sums, days; nobody's file is trusted."""

import datetime
import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook

from journals.plan_files import pasted, tables_of
from journals.plan_reading import as_text, best_of, lines_text, read_plan
from journals.plans import PlanLine
from journals.queries import plans as queries
from school.tables.table import Table, Unreadable
from tests.world import day

pytestmark = pytest.mark.any_database

SAMPLES = Path(__file__).parent / "samples"
YEAR = (datetime.date(2026, 9, 1), datetime.date(2027, 5, 31))


@pytest.mark.parametrize("name", ["ktp_algebra_7.xlsx", "ktp_russian_8.docx"])
def test_what_teachers_keep(name):
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text())
    _, found = best_of(tables_of(name, (SAMPLES / name).read_bytes()), YEAR)
    told = [
        [line.section, line.title, line.hours, str(line.planned_on), line.homework]
        for _, line, _ in found.lines
    ]
    assert told == [topic[1:6] for topic in expected["topics"]]
    assert len(found.of_kind("section")) == expected["counts"]["sections"]
    assert [note.text for note in found.of_kind("sum")] == expected["not_topics"]
    assert not found.of_kind("error")
    held = sum(one.held_on is not None for one in found.lines)
    assert held == expected["counts"].get("given (date in fact)", 0)
    assert found.head_row == expected.get("head_row", 1)


def read(*rows, merged=None):
    return read_plan(Table("", "", rows, merged or {}), YEAR)


def lines(found):
    return [(one.line.title, one.line.hours) for one in found.lines]


def test_heads_of_two_rows():
    found = read(
        ("КТП", None, None, None, None, None),
        ("№ п/п", "Наименование разделов и тем", "Количество часов", None, "Дата проведения", None),
        (None, None, "Всего", "Контрольные работы", "План", "Факт"),
        (None, "Раздел 1. Числа", None, None, None, None),
        (1, "Дроби", 2.0, None, "03.09", "05.09.26"),
        (2, "Контрольная", 1, 1, datetime.datetime(2027, 1, 12), None),
        ("ОБЩЕЕ КОЛИЧЕСТВО ЧАСОВ ПО ПРОГРАММЕ", None, 3, 1, None, None),
    )
    assert lines(found) == [("Дроби", 2), ("Контрольная", 1)]
    assert [one.line.planned_on for one in found.lines] == [day(9, 3), day(1, 12)]
    assert found.lines[0].held_on == day(9, 5)
    assert found.lines[0].line.section == "Раздел 1. Числа"
    assert (found.head_row, found.hours) == (2, 3)


@pytest.mark.parametrize(
    ("row", "read_as", "told"),
    [
        ((1, "Дроби", "2 ч", "02.09", ""), ("Дроби", 2), None),
        (("1-2", "Дроби", None, "02.09", ""), ("Дроби", 2), None),
        ((1, "Дроби", "0,5", "02.09", ""), ("Дроби", 1), ("warning", "0,5")),
        ((1, "Дроби", 1, "1 неделя", ""), ("Дроби", 1), ("warning", "1 неделя")),
        ((1, "", 1, "02.09", ""), None, ("error", "темы нет")),
        ((1, "Д" * 501, 1, "", ""), None, ("error", "больше 500")),
        ((None, "Раздел. Дроби", None, None, None), None, ("section", "раздел")),
        ((None, "Итого", 12, None, None), None, ("sum", "сумма")),
        ((1, "Дроби", 1, "", "§" * 501), ("Дроби", 1), ("warning", "длиннее")),
        ((None, None, None, None, None), None, None),
        (("№", "Тема", "Часы", "Дата", "Д/з"), None, None),  # the heads once more
        ((46266.0, "Дроби", 1, 46267.0, ""), ("Дроби", 1), None),  # a day of a spreadsheet
    ],
)
def test_a_row(row, read_as, told):
    found = read(("№", "Тема", "Часы", "Дата", "Д/з"), row)
    assert lines(found) == ([read_as] if read_as else [])
    if told is None:
        assert not found.notes
    else:
        (note,) = found.notes
        assert (note.row, note.kind) == (2, told[0])
        assert told[1] in note.why


def test_days_without_a_year_are_of_the_school_year():
    found = read(("№", "Тема", "Дата"), (1, "Дроби", "28.12"), (2, "Счёт", "11.01"))
    assert [one.line.planned_on for one in found.lines] == [day(12, 28), day(1, 11)]


def test_a_title_merged_down_has_more_hours():
    rows = (("№", "Тема", "Часы"), (1, "Дроби", 1), (2, None, 1), (3, "Счёт", 1))
    assert lines(read(*rows, merged={(1, 1): (2, 1)})) == [("Дроби", 2), ("Счёт", 1)]


def test_titles_alone_and_blocks_without_heads():
    assert lines(read_plan(pasted("Дроби\n\nСчёт\n"), YEAR)) == [("Дроби", 1), ("Счёт", 1)]
    found = read_plan(pasted("1\tДроби\t2\t02.09\n2\tСчёт\t1\t03.09"), YEAR)
    assert lines(found) == [("Дроби", 2), ("Счёт", 1)]
    assert found.lines[1].line.planned_on == day(9, 3)


def test_cells_with_line_breaks_and_quotes():
    found = read_plan(pasted('Тема\tЧасы\n"Дроби\nи счёт"\t2\n"Онегин" сегодня\t1'), YEAR)
    assert lines(found) == [("Дроби и счёт", 2), ('"Онегин" сегодня', 1)]


TITLES = st.text("абв\"' .,№1-", max_size=20).map(lambda text: " ".join(f"Урок {text}".split()))


@settings(suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.builds(PlanLine, TITLES, st.integers(1, 9)), min_size=1))
def test_a_plan_written_as_text_is_read_back(plan):
    found = read_plan(pasted(lines_text(plan)), YEAR)
    assert lines(found) == [(line.title, line.hours) for line in plan]


@given(
    st.lists(
        st.lists(
            st.none() | st.text(max_size=8) | st.integers() | st.floats() | st.dates(), max_size=5
        ),
        max_size=14,
    )
)
def test_whatever_stands_in_a_table_it_is_read(rows):
    found = read(*rows)
    assert all(one.line.title and one.line.hours >= 1 for one in found.lines)


# --- whose file nobody knows ---


def saved(rows):
    book, file = Workbook(), BytesIO()
    for row in rows:
        book.active.append(row)
    book.save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "пустой"),
        (saved([]), "нечего читать"),
        (saved([["Тема"]] * 1001), "больше 1000 строк"),
    ],
)
def test_what_can_not_be_read_is_told(content, why):
    """All that may be wrong with a file: tests/setup/test_reading_faults.py."""
    with pytest.raises(Unreadable, match=why):
        tables_of("план.xlsx", content)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_text_files(encoding):
    (table,) = tables_of("план.csv", "Тема;Часы\r\nДроби;2\r\n".encode(encoding))
    assert lines(read_plan(table, YEAR)) == [("Дроби", 2)]


ODS = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    "<office:spreadsheet>{}</office:spreadsheet></office:body></office:document-content>"
)


def ods(page):
    """A page's table as LibreOffice keeps it."""
    text = page.replace("<table>", '<table:table table:name="КТП">')
    text = text.replace("<td>", '<table:table-cell office:value-type="string">')
    for tag, its in (("tr", "table:table-row"), ("td", "table:table-cell"), ("p", "text:p")):
        text = text.replace(f"<{tag}>", f"<{its}>").replace(f"</{tag}>", f"</{its}>")
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", ODS.format(text.replace("</table>", "</table:table>")))
        package.writestr("META-INF/manifest.xml", "<manifest/>")
    return file.getvalue()


def test_whatever_program_has_saved_it():
    """A web page under the name of an XLS; ODS."""
    rows = [("№", "Тема", "Часы"), ("1", "Дроби</p><p>и счёт", "2")]
    cells = ["".join(f"<td><p>{cell}</p></td>" for cell in row) for row in rows]
    page = "<table>" + "".join(f"<tr>{row}</tr>" for row in cells) + "</table>"
    for name, content in (("план.xls", page.encode()), ("план.ods", ods(page))):
        (table,) = tables_of(name, content)
        assert lines(read_plan(table, YEAR)) == [("Дроби и счёт", 2)]


# --- the page ---


def test_a_file_is_shown_before_it_is_written(world, login):
    client, url = login(world.teacher), f"/journals/{world.maths.pk}/plan/paste/"
    with (SAMPLES / "ktp_russian_8.docx").open("rb") as file:
        page = client.post(url, {"file": file})
    assert "Уйдут из плана" in page.content.decode()
    assert len(queries.plan_lines(world.maths.pk)) == 2
    context = page.context
    sent = {"text": context["text"], "state": context["state"], "skip": "0", "deed": "write"}
    assert client.post(url, sent).status_code == 302
    found = queries.plan_lines(world.maths.pk)
    assert [line.title for line in found].count("Работа над ошибками") == 2
    assert found[0].planned_on == day(9, 2)
    assert found[10].section == "Раздел 2. Синтаксис и пунктуация (5 ч)"


def test_a_stale_preview_keeps_what_was_pasted(world, login):
    client, url = login(world.teacher), f"/journals/{world.maths.pk}/plan/paste/"
    page = client.post(url, {"text": "Дроби\nСчёт", "state": "stale", "deed": "write"})
    html = page.content.decode()
    assert "План за это время изменили" in html
    assert "Дроби\nСчёт</textarea>" in html
    assert len(queries.plan_lines(world.maths.pk)) == 2


@pytest.mark.parametrize(
    ("sent", "told"),
    [({"text": " "}, "Вставьте темы"), ({"text": "1\n2\n"}, "Тем не нашлось")],
)
def test_what_holds_no_topics_is_told(world, login, sent, told):
    url = f"/journals/{world.maths.pk}/plan/paste/"
    assert told in login(world.teacher).post(url, sent).content.decode()


def test_the_plan_of_a_parallel_class_is_taken(world, login):
    """Of a journal that the person sees, and of the same subject."""
    from journals.models import PlannedTopic

    for journal in (world.maths_b, world.individual, world.russian):
        PlannedTopic.objects.create(journal=journal, position=1, title="Чужая", hours=3)
    client, url = login(world.teacher), f"/journals/{world.maths.pk}/plan/paste/"
    assert client.get(url).context["sources"] == [world.maths_b]
    page = client.get(url, {"from": world.maths_b.pk})
    assert [one.line.title for one in page.context["read"].lines] == ["Чужая"]
    assert "read" not in client.get(url, {"from": world.individual.pk}).context
    sent = {"text": page.context["text"], "state": page.context["state"], "deed": "write"}
    assert client.post(url, sent).status_code == 302
    assert [(one.title, one.hours) for one in queries.plan_lines(world.maths.pk)] == [("Чужая", 3)]
    assert as_text(Table("", "", [["Тема"]])) == "Тема"
