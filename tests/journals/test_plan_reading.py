"""A plan read of a file or the clipboard: heads, sections, sums, days; nobody's file is trusted."""

import datetime
import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from journals.plan_files import SheetError, pasted, tables_of
from journals.plan_reading import Table, as_text, best_of, lines_text, read_plan
from journals.plans import PlanLine
from journals.queries import plans as queries
from school import packages
from tests.world import day

pytestmark = pytest.mark.any_database

SAMPLES = Path(__file__).parent / "samples"
YEAR = (datetime.date(2026, 9, 1), datetime.date(2027, 5, 31))


@pytest.mark.parametrize("name", ["ktp_algebra_7.xlsx", "ktp_russian_8.docx"])
def test_what_teachers_keep(name):
    expected = json.loads((SAMPLES / f"{name}.expected.json").read_text())
    _, found = best_of(tables_of((SAMPLES / name).read_bytes()), YEAR)
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
    return read_plan(Table("", rows, merged or {}), YEAR)


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


def changed(content, name, part):
    file = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as old, zipfile.ZipFile(file, "w") as new:
        for member in old.namelist():
            new.writestr(member, part if member == name else old.read(member))
    return file.getvalue()


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"", "пустой"),
        (b"PK\x03\x04 torn", "повреждён"),
        (bytes.fromhex("d0cf11e0a1b11ae1") + b"\0" * 600, "старого формата"),
        (b"<html><table></table></html>", "веб-страница"),
        (b"\0\1\2" * 50, "не таблица"),
        (
            changed((SAMPLES / "ktp_russian_8.docx").read_bytes(), packages.DOCUMENT, BOMB),
            "повреждён",
        ),
        (changed(saved([["Тема"]]), "xl/worksheets/sheet1.xml", BOMB), "повреждён"),
        (saved([]), "нет ни одной"),
        (saved([["Тема"]] * 1001), "гораздо больше"),
    ],
)
def test_what_can_not_be_read_is_told(content, why):
    with pytest.raises(SheetError, match=why):
        tables_of(content)


def test_a_document_that_unfolds_is_refused(monkeypatch):
    monkeypatch.setattr(packages, "MOST_UNPACKED", 10_000)
    with pytest.raises(SheetError, match="гораздо больше"):
        tables_of((SAMPLES / "ktp_russian_8.docx").read_bytes())


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_text_files(encoding):
    (table,) = tables_of("Тема;Часы\r\nДроби;2\r\n".encode(encoding))
    assert lines(read_plan(table, YEAR)) == [("Дроби", 2)]


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
    assert as_text(Table("", [["Тема"]])) == "Тема"
