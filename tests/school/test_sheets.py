"""Tables to take away: an XLSX that computes nothing of what people typed."""

import datetime
from io import BytesIO

import pytest
from openpyxl import load_workbook

from school.xlsx import xlsx_response

# Of files, alike on every database.
pytestmark = pytest.mark.any_database


def sheet_of(response):
    return load_workbook(BytesIO(response.content)).active


def test_it_works():
    day = datetime.date(2026, 11, 25)
    response = xlsx_response(
        "tablitsa", ["День", "Число", "Текст"], [(day, 3, "§ 5"), (day, 4, "")]
    )
    assert 'filename="tablitsa.xlsx"' in response["Content-Disposition"]
    sheet = sheet_of(response)
    rows = [[cell.value for cell in row] for row in sheet]
    assert rows[0] == ["День", "Число", "Текст"]
    assert rows[1] == [datetime.datetime(2026, 11, 25), 3, "§ 5"]
    assert sheet.freeze_panes == "A2"


@pytest.mark.parametrize(
    "text",
    ["=1+1", "+7 999", "-2+3", "@SUM(A1)", '=HYPERLINK("http://evil.example","x")', "\t=1+1",
     "\r\n=1+1", "=cmd|' /C calc'!A0"],
)  # fmt: skip
def test_a_text_is_never_a_formula(text):
    cell = sheet_of(xlsx_response("t", ["Текст"], [(text,)]))["A2"]
    assert cell.data_type == "s"
    assert not cell.value.lstrip().startswith(("=", "+", "-", "@"))
    assert text.strip() in cell.value


@pytest.mark.parametrize("subject", ['=HYPERLINK("http://evil.example","x")', "+1", "@A1"])
def test_a_head_is_never_a_formula(subject):
    """In the class summary it is the name of a subject, which somebody has typed."""
    head = sheet_of(xlsx_response("t", [subject], [("5",)]))["A1"]
    assert (head.data_type, head.value, head.font.bold) == ("s", f"'{subject}", True)


def test_what_xml_cannot_hold_is_left_out():
    assert sheet_of(xlsx_response("t", ["Текст"], [("а\x00б\x0bв\nг",)]))["A2"].value == "абв\nг"


def test_nothing_to_show():
    assert sheet_of(xlsx_response("t", ["Текст"], [])).max_row == 1
