"""What spreadsheets make of what is typed, and what they show of it (3.2). No pages."""

import datetime
import re

import pytest
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.cell.text import InlineFont
from openpyxl.styles import Font
from openpyxl.xml.constants import SHARED_STRINGS, SHEET_MAIN_NS

from tempjournal import cell, rules
from tempjournal import filled as reading
from tempjournal.xlsx import shown
from tests import world as worlds
from tests.tempjournal.filled import Paper, saved_by
from tests.tempjournal.test_faults import members_of, packed

pytestmark = pytest.mark.any_database


@pytest.mark.parametrize(
    ("code", "parts"),
    [
        ("DD", "d"),
        ("DD.MM.YYYY", "dmy"),
        ("d-mmm", "dM"),
        (r"[$-419]d\ mmm;@", "dM"),
        ("MM/DD/YY", "mdy"),
        ('dddd", "DD.MM', "wdm"),
        ("yyyy-mm-dd", "ymd"),
        ("DD.MM.YYYY h:mm", "dmyh"),
        ("h:mm", "h"),
        ("General", ""),
    ],
)
def test_what_a_format_shows_of_a_date(code, parts):
    assert shown.date_parts(code) == parts


@pytest.mark.parametrize(
    ("value", "code", "text"),
    [
        (5, "General", "5"),
        (5, "0.00", "5"),
        (4.5, "0.00", "4,5"),
        (4.6, "0", "5"),
        (5, "#,##0.00", "5"),
        (5, "0%", None),
        (0.75, "# ?/?", None),
        (5, ";;;", None),
    ],
)
def test_what_a_format_shows_of_a_number(value, code, text):
    assert shown.number(value, code) == text


@pytest.mark.parametrize(
    ("written", "is_hers"),
    [
        ("Иванов Иван", True),
        ("Ивaнoв Ивaн", True),  # Latin a and o
        ("ИВAHOB Иван", True),  # and capitals
        ("Иван Иванов", True),
        ("1. Иванов Иван Петрович", True),
        ("Иванов Иван (выбыл)", True),
        ("Иванов Иван выбыл", True),
        ("Иванова Иван", False),
        ("Иванов И.", False),
        ("Иванов", False),
        ("Иванов Иван Сидоров", False),
        ("Иванов Иван Новиков", False),
    ],
)
def test_whose_name_it_is(written, is_hers):
    own = rules.name_words("Иванов Иван")
    assert rules.names_pupil(rules.name_words(written), own) is is_hers


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("24", "24"),
        ("24.11", "11-24"),
        ("24.11.", "11-24"),
        ("24,11", "11-24"),
        ("24/11/26", "2026-11-24"),
        ("24.11.2026 г.", "2026-11-24"),
        ("2026-11-24", "2026-11-24"),
        ("2026-11-24T00:00:00", "2026-11-24"),
        ("24 ноября", "11-24"),
        ("24 нояб. 2026", "2026-11-24"),
        ("1 мая", "05-01"),
        ("вт 24.11", "11-24"),
        ("24.11 (вт.)", "11-24"),
        ("11/24", None),
        ("31.02", None),
        ("0", None),
        ("32", None),
        ("урок", None),
    ],
)
def test_a_day_that_stayed_a_text(text, day):
    assert cell.written_day(text) == day


@pytest.fixture
def paper(world):
    return Paper(world.maths)


@pytest.fixture
def sheet(world, paper):
    return paper.sheet(world.maths)


def read(content, program="Microsoft Excel"):
    (found,) = reading.read(saved_by(content, program))
    return found


def rich(content, *texts):
    """As Excel and LibreOffice save it: the texts of all cells in one part. Of those in `texts`
    (first part, second part, «strike») the first part is set otherwise than the rest."""
    members, strings = members_of(content), []
    split = {first + second: (first, second, how) for first, second, how in texts}

    def shared(found):
        text = found[1].decode()
        if text in split:
            first, second, how = split.pop(text)
            strings.append(
                f"<si><r><rPr><{how}/></rPr><t>{first}</t></r>"
                f'<r><t xml:space="preserve">{second}</t></r></si>'
            )
        else:
            strings.append(f"<si><t>{text}</t></si>")
        return b't="s"><v>%d</v></c>' % (len(strings) - 1)

    sheet, types = "xl/worksheets/sheet1.xml", "[Content_Types].xml"
    inline = rb't="inlineStr"><is><t[^>]*>([^<]*)</t></is></c>'
    members[sheet] = re.sub(inline, shared, members[sheet])
    assert not split
    members["xl/sharedStrings.xml"] = (
        f'<sst xmlns="{SHEET_MAIN_NS}">{"".join(strings)}</sst>'.encode()
    )
    part = f'<Override PartName="/xl/sharedStrings.xml" ContentType="{SHARED_STRINGS}"/>'
    members[types] = members[types].replace(b"</Types>", part.encode() + b"</Types>")
    return packed(members)


# --- marks ---


def formatted(sheet, where, value, code):
    sheet[where] = value
    sheet[where].number_format = code


@pytest.mark.parametrize(
    ("value", "code", "text", "doubt"),
    [
        # The day and the month as they are shown, where the format itself gives their order.
        (worlds.day(4, 3), "DD.MM.YY", "3/4", ""),
        (worlds.day(4, 3), "[$-419]D MMM", "3/4", ""),
        (worlds.day(3, 4), "MM/DD/YY", "3/4", ""),
        # «03.апр» of a Russian computer is «Apr-3» or «4-Mar» of another.
        (worlds.day(4, 3), "d-mmm", "3/4", "дату 03.04.2027; проверьте: «3/4»?"),
        (worlds.day(4, 3), "mm-dd-yy", "4/3", "дату 03.04.2027; проверьте: «4/3»?"),
        # «4/5/3» typed by who gives three marks.
        (datetime.date(2003, 5, 4), "DD.MM.YY", "4/5", "дату 04.05.2003; проверьте"),
        (4.6, "0", "5", "хранит здесь число 4,6, а показывает «5»"),
        (0.75, "# ?/?", "0,75", "хранит здесь число 0,75, а показывает иначе"),
        (5, "DD.MM.YYYY", "5", "показывает здесь дату; проверьте: «5»?"),
        (4.5, "0.00", "4,5", ""),
    ],
)
def test_a_number_or_date_is_read_as_it_is_shown(paper, sheet, value, code, text, doubt):
    formatted(sheet, "D9", value, code)
    ((_, _, found, problem),) = read(paper.content())["cells"]
    assert found == text
    assert (doubt in problem) if doubt else problem == ""


def test_a_struck_mark_is_none(paper, sheet):
    sheet["D9"], sheet["E9"] = "5", "4"
    sheet["D9"].font = Font(strike=True)
    sheet["D10"], sheet["E10"] = "3 4", "4/5"
    content = rich(paper.content(), ("3", " 4", "strike"), ("4", "/5", "b"))
    assert read(content)["cells"] == [
        [0, 0, "5", "«5» зачёркнуто"],
        [0, 1, "4", ""],
        [1, 0, "4", "в «3 4» зачёркнуто не всё: осталось «4»"],
        [1, 1, "4/5", ""],
    ]


def test_a_mark_struck_in_part_in_a_text_of_its_own(paper, sheet):
    """As some programs write texts that no two cells share."""
    sheet["D9"] = CellRichText(TextBlock(InlineFont(strike=True), "3"), " 4")
    assert read(paper.content())["cells"] == [[0, 0, "3 4", "«3 4» зачёркнуто"]]


def test_struck_homework_is_none(paper, sheet, world):
    paper.write(world.lesson, "Дроби", "p. 12 p. 13")
    assert read(rich(paper.content(), ("p. 12", " p. 13", "strike")))["texts"] == [
        [0, "topic", "Дроби", ""],
        [0, "homework", "p. 13", "в «p. 12 p. 13» зачёркнуто не всё: осталось «p. 13»"],
    ]


def test_a_struck_name_and_day_are_asked_about(paper, sheet):
    sheet["B9"].font = sheet["E5"].font = Font(strike=True)
    found = read(paper.content())
    assert found["pupils"][0]["problem"] == "имя зачёркнуто: «Иванов Иван»"
    assert found["lessons"][1]["problem"] == "число зачёркнуто: «24.11»"


# --- days ---


@pytest.mark.parametrize(
    ("value", "code", "facts"),
    [
        (datetime.date(2026, 11, 24), "DD.MM.YYYY", {"date": "2026-11-24"}),
        # What is not shown is not meant: typed in January, it got another year.
        (datetime.date(2027, 11, 24), "DD.MM", {"date": "11-24"}),
        (datetime.date(2026, 11, 24), "DD", {"date": "11-24"}),
        ("24", "@", {"date": "24"}),
        (24.11, "General", {"date": "11-24"}),
        (24, "General", {"date": "24"}),
    ],
)
def test_a_day_is_read_as_it_is_shown(paper, sheet, value, code, facts):
    formatted(sheet, "E5", value, code)
    found = read(paper.content())["lessons"][1]
    assert {key: found.get(key) for key in facts} | {"problem": found["problem"]} == facts | {
        "problem": ""
    }


@pytest.mark.parametrize(
    ("program", "shows"), [("Microsoft Excel", None), ("LibreOffice/24.2", "23"), ("", "23")]
)
def test_a_day_typed_into_a_cell_of_dates_shows_another(paper, sheet, program, shows):
    formatted(sheet, "H5", 24, "DD")
    lesson = read(paper.content(), program)["lessons"][-1]
    assert (lesson["date"], lesson.get("shown")) == ("24", shows)


def test_a_number_of_a_lesson_with_its_ending(paper, sheet):
    for text, number in (("2-й", 2), ("№ 2", 2), ("2 урок", 2), ("2.", 2), ("2", 2)):
        sheet["E6"] = text
        lesson = read(paper.content())["lessons"][1]
        assert (lesson["number"], lesson["problem"]) == (number, "")
