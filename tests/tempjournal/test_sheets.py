"""A class's temporary journals as XLSX: what is written is read back (Appendix 1, 3.2)."""

from io import BytesIO
from urllib.parse import unquote

import pytest
from openpyxl import load_workbook

from tempjournal import filled as reading
from tempjournal.actions.packets import make_packet, packet_folder
from tempjournal.models import Packet
from tempjournal.xlsx import write
from tests.tempjournal.filled import TITLE, Paper

pytestmark = pytest.mark.any_database


def test_it_is_the_form_of_appendix_1(world):
    sheet = Paper(world.maths).sheet(world.maths)
    assert sheet["A1"].value == TITLE
    assert "Математика" in sheet["A2"].value
    assert "ФИО учителя: Матвеева Мария Михайловна" in sheet["A2"].value
    assert [cell.value for cell in sheet[8]][:2] == ["№ п/п", "Список обучающихся"]
    assert [cell.value for cell in sheet[8]][11:15] == [
        "Число и месяц",
        "Урок",
        "Что пройдено на уроке",
        "Домашнее задание",
    ]
    assert [sheet["A9"].value, sheet["B9"].value, sheet["B10"].value] == [
        1,
        "Иванов Иван",
        "Петрова Пелагея",
    ]
    assert sheet["D4"].value == "ноябрь"
    assert [sheet["D5"].value, sheet["L9"].value] == ["23.11", "23.11"]
    assert sheet["D6"].value == 2


def test_codes_are_hidden_and_there_is_room_for_more(world):
    sheet = Paper(world.maths).sheet(world.maths)
    assert sheet["C9"].value == world.ivanov.pk
    assert sheet["D7"].value == world.lesson.pk
    assert sheet.column_dimensions["C"].hidden
    assert sheet.row_dimensions[7].hidden
    assert sheet["H5"].value is None
    assert sheet["H9"].border.left.style
    assert sheet["A11"].value == 3
    assert sheet["B11"].value is None


def test_it_prints_on_a4_across_and_keeps_its_heads_in_sight(world):
    sheet = Paper(world.maths).sheet(world.maths)
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.page_setup.paperSize == 9
    assert sheet.page_setup.fitToWidth == 1
    assert sheet.freeze_panes == "D9"


def test_marks_are_texts_so_that_no_spreadsheet_makes_dates_of_them(world):
    sheet = Paper(world.maths).sheet(world.maths)
    assert {sheet[where].number_format for where in ("D9", "H9", "D11")} == {"@"}


def test_days_stay_as_they_are_typed(world):
    """A spare lesson's too: «24» typed into a cell of dates would show the 23rd."""
    sheet = Paper(world.maths).sheet(world.maths)
    texts = ("D5", "H5", "H6", "L9", "L13", "M13")
    assert {sheet[where].number_format for where in texts} == {"@"}


def test_heads_names_and_codes_are_locked_and_what_is_filled_is_not(world):
    sheet = Paper(world.maths).sheet(world.maths)
    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not sheet.protection.formatColumns  # a column may be made wider
    locked = {where for row in sheet["A1:P13"] for where in row if where.protection.locked}
    names = {cell.coordinate for cell in locked}
    assert names >= {"A8", "B3", "B8", "B9", "B10", "C9", "D3", "D5", "D6", "D7", "L8", "L9", "P9"}
    filled = {"D9", "F11", "H4", "H5", "H6", "H8", "H9", "B11", "N9", "O9", "L13", "M13"}
    assert not names & filled


def test_what_became_a_date_is_refused_as_it_is_typed(world):
    (check,) = Paper(world.maths).sheet(world.maths).data_validations.dataValidation
    assert str(check.sqref) == "D9:J13"
    assert check.formula1 == "AND(LEN(D9)<=20,OR(ISTEXT(D9),D9<=100))"
    assert len(check.error) < 225  # Excel calls a file with a longer one damaged
    assert len(check.errorTitle) <= 32


def test_a_sheet_for_each_journal(world):
    paper = Paper(world.maths, world.russian, world.english, world.individual)
    assert sorted(paper.book.sheetnames) == [
        "Англ, 5 англ. 1",
        "Мате, Особый О., инд. план",
        "Математика",
        "Русский язык",
    ]


def test_names_that_no_sheet_may_have(world):
    names = ["Труд: дерево/металл [1]", "А" * 40, "А" * 40]
    taken = set()
    found = []
    for name in names:
        world.maths.subject.name = name
        world.maths.group.school_class_id = 1
        found.append(write._sheet_title(world.maths, taken))
    assert found == ["Труд дерево металл 1", "А" * 31, f"{'А' * 29} 2"]


def test_a_text_that_looks_like_a_formula_is_none(world):
    world.ivanov.user.last_name = "=1+1"
    world.ivanov.user.save()
    sheet = Paper(world.maths).sheet(world.maths)
    assert sheet["B9"].value == "=1+1 Иван"
    assert sheet["B9"].data_type == "s"


def test_the_subject_computes_nothing_either(world):
    """Its line is no place to be filled: who saves the sheet as CSV opens no formula."""
    world.maths.subject.name = '=HYPERLINK("http://evil.example","x")'
    world.maths.subject.save()
    sheet = Paper(world.maths).sheet(world.maths)
    assert sheet["A2"].value.startswith("'=HYPERLINK")
    assert sheet["A2"].data_type == "s"


def test_a_class_without_journals_opens_too():
    assert load_workbook(BytesIO(write.class_workbook([], TITLE))).sheetnames == ["Пусто"]


def test_what_was_filled_in_is_read_back(world):
    paper = Paper(world.maths, world.russian)
    paper.mark(world.lesson, world.ivanov, "4/5").mark(world.substituted, world.petrova, "н")
    paper.write(world.lesson, "Сложение дробей", "§ 12, № 345")
    maths, russian = reading.read(paper.content())
    assert (maths["title"], maths["journal"]) == ("Математика", world.maths.pk)
    assert (maths["cells"], maths["texts"]) == (
        [[0, 0, "4/5", ""], [1, 1, "н", ""]],
        [[0, "topic", "Сложение дробей", ""], [0, "homework", "§ 12, № 345", ""]],
    )
    assert maths["pupils"][1] == {
        "at": 10,
        "id": world.petrova.pk,
        "name": "Петрова Пелагея",
        "problem": "",
    }
    assert maths["lessons"][1] == {
        "at": "E",
        "id": world.substituted.pk,
        "date": "11-24",
        "number": 2,
        "problem": "",
    }
    assert maths["lines"][0] == maths["lessons"][0] | {"at": 9}
    assert russian["cells"] == russian["texts"] == []
    assert reading.place(maths, "cells", maths["cells"][0]) == "D9"
    assert reading.place(maths, "texts", maths["texts"][1]) == "O9"


# --- the address ---


def test_a_classs_file_for_the_chosen_weeks(world, login):
    address = f"/temp-journals/form.xlsx?class={world.a5.pk}&from=2026-W48"
    answer = login(world.teacher).get(address)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    book = load_workbook(BytesIO(answer.content))
    assert len(book.sheetnames) == 4
    assert book["Математика"]["A1"].value == TITLE
    assert book["Математика"]["D7"].value == world.lesson.pk


def test_ones_own_journals_of_two_classes(world, login):
    answer = login(world.teacher).get("/temp-journals/form.xlsx?journals=mine&from=2026-W48")
    book = load_workbook(BytesIO(answer.content))
    assert book.sheetnames == ["5А Математика", "5Б Математика"]
    assert "5А, 5Б классов" in book["5А Математика"]["A1"].value
    assert "5Б" in book["5Б Математика"]["A2"].value


@pytest.mark.parametrize(
    ("query", "name"),
    [
        ("class={}&from=2026-W48", "временный-журнал-5А-2026-11-23"),
        ("journals=mine&from=2026-W48", "временный-журнал-мои-2026-11-23"),
        ("class=mine&from=2026-11-24&to=2026-11-26", "временный-журнал-мои-2026-11-24"),
    ],
)
def test_the_file_says_whose_it_is(world, login, query, name):
    client = login(world.teacher)
    for kind in ("pdf", "xlsx"):
        answer = client.get(f"/temp-journals/form.{kind}?{query.format(world.a5.pk)}")
        assert answer.status_code == 200
        assert unquote(answer["Content-Disposition"]).endswith(f"{name}.{kind}")


def test_a_substitute_has_the_lessons_he_takes(world, login):
    client = login(world.substitute)
    own = "/temp-journals/form.xlsx?journals=mine&from="
    answer = client.get(f"{own}2026-W48")
    (sheet,) = reading.read(answer.content)
    assert [one["id"] for one in sheet["lessons"] if one["id"]] == [world.substituted.pk]
    assert client.get(f"{own}2026-W49").status_code == 400
    whole = f"/temp-journals/form.xlsx?class={world.a5.pk}&from="
    assert client.get(f"{whole}2026-W48").status_code == 200
    answer = client.get(f"{whole}2026-W49")
    assert answer.status_code == 400
    assert "В эти дни вы не ведёте уроков в 5А." in answer.content.decode()


def test_weeks_that_do_not_exist_are_told_on_the_page(world, login):
    address = f"/temp-journals/form.xlsx?class={world.a5.pk}&from=2026-W99"
    answer = login(world.teacher).get(address)
    assert answer.status_code == 400
    assert "Такой недели нет" in answer.content.decode()


def test_the_morning_packet_has_it_too(world):
    assert make_packet()
    content = (packet_folder(Packet.objects.get()) / "5А.xlsx").read_bytes()
    maths, *_ = reading.read(content)
    assert maths["lessons"][0]["id"] == world.today_lesson.pk
