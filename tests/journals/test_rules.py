"""The cell's language, averages, homework, the plan: tables of cases."""

import re
from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from journals import rules
from journals.averages import average_text, weighted_average
from journals.cells import CODES, DEBT, Cell, CellError, parse_cell
from school.rules.texts import visible

FIVE = ["5", "4", "3", "2", "1", "зч", "осв"]
PASS_FAIL = ["зч", "нз", "осв"]


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("", ""),
        ("   ", ""),
        ("5", "5"),
        (" 4 ", "4"),
        ("4/5", "4/5"),
        ("4 5", "4/5"),
        ("4.5", "4/5"),  # the Russian layout has «.» where the Latin one has «/»
        ("4,5", "4/5"),
        ("4/5/3", "4/5/3"),
        ("-/5", "-/5"),
        ("5/-", "5"),
        # «точка»: the pupil owes the work
        (".", "."),
        (" . ", "."),
        ("5/.", "5/."),
        ("5 .", "5/."),
        ("./4", "./4"),
        (". 4", "./4"),
        (". .", "./."),
        ("-/.", "-/."),
        ("./-", "."),
        ("н/.", "н/."),
        (". н", "н/."),
        ("5/./4", "5/./4"),
        # … and where «.» stands for «/» as well
        ("4..", "4/."),
        ("..4", "./4"),
        ("н..", "н/."),
        ("4...5", "4/./5"),
        ("4.5.3", "4/5/3"),
        ("н.4", "н/4"),
        ("н", "н"),
        ("Н", "н"),
        ("УП", "уп"),
        ("б", "б"),
        ("нп", "нп"),
        ("оп", "оп"),
        ("зч", "зч"),
        ("осв", "осв"),
        ("н/4", "н/4"),
        ("4/н", "н/4"),
        ("н4", "н/4"),
        ("оп 5", "оп/5"),
        ("оп4", "оп/4"),
        # what phones and spreadsheets make of «-/5» and «3/4»
        ("–/5", "-/5"),
        ("—/5", "-/5"),
        ("−/5", "-/5"),
        ("¾", "3/4"),
        ("½", "1/2"),
        ("н¼", "н/1/4"),
        ("4⁄5", "4/5"),
        # «не был», as many write it
        ("нб", "н"),
        ("НБ", "н"),
        ("н/б", "н"),
        ("н.б", "н"),
        ("Н.Б.", "н"),
        ("н б", "н"),
        ("нб/5", "н/5"),
        ("5/н/б", "н/5"),
        ("н/5", "н/5"),
        ("y/,", "н"),
        # what nobody sees
        ("\u200b5", "5"),
        ("5\ufeff", "5"),
        ("4\u00a05", "4/5"),
        ("н\u200b/\u2060б", "н"),
        ("у\u00adп", "уп"),
        ("\u200b\u00a0", ""),
        # the keyboard left in Latin letters: the same keys …
        ("y", "н"),
        (",", "б"),
        ("eg", "уп"),
        ("yg", "нп"),
        ("jg", "оп"),
        ("px", "зч"),
        ("jcd", "осв"),
        ("y/4", "н/4"),
        # … or the letter that looks the same
        ("H", "н"),
        ("b", "б"),
    ],
)
def test_what_a_teacher_types(typed, text):
    assert parse_cell(typed, FIVE).text == text


@pytest.mark.parametrize(
    ("typed", "values", "told"),
    [
        ("6", FIVE, "Нет такой отметки: «6». Отметки: 5, 4, 3, 2, 1, зч, осв; две через дробь"),
        ("пять", FIVE, "Нет такой отметки: «пять»"),
        ("45", FIVE, "Нет такой отметки: «45»"),
        ("4/7", FIVE, "Нет такой отметки: «7»"),
        ("н/уп", FIVE, "Пропуск указан дважды: «н» и «уп»"),
        ("б/н", FIVE, "Пропуск указан дважды: «б» и «н»"),
        ("н/4/б", FIVE, "Пропуск указан дважды: «н» и «б»"),
        ("5", PASS_FAIL, "Нет такой отметки: «5». Отметки: зч, нз, осв."),
        ("5", [], "В этом журнале отметок не ставят. Пропуски: н, уп, б, нп, оп."),
        ("<b>", FIVE, "Нет такой отметки"),
        ("6", FIVE, "4/5. Точка: должен сдать. Пропуски: н, уп, б, нп, оп."),
        # nobody can owe a mark where none is given
        (".", [], "Нет такой отметки: «.». В этом журнале отметок не ставят."),
        (".", ["осв"], "Нет такой отметки: «.». Отметки: осв. Пропуски"),
        # a mark with a dot at its side: a debt beside it, or a slip
        ("5.", FIVE, "Непонятна точка в «5.». Если она значит «должен сдать», отделите её дробью"),
        ("5.", FIVE, "дробью: «5/.», а если лишняя, сотрите."),
        (".5", FIVE, "«./5»"),
        ("н.", FIVE, "«н/.»"),
        ("4..5", FIVE, "«4/./5»"),
        ("3/5.", FIVE, "Непонятна точка в «5.»"),
        ("..", FIVE, "Непонятно «..». Точка, «должен сдать», ставится одна."),
        ("....", FIVE, "Непонятно «....»"),
        # only a cell that was emptied is cleared
        ("/", FIVE, "«/» клетку не стирает. Чтобы её очистить, нажмите Delete"),
        ("-", FIVE, "«-» клетку не стирает"),
        ("//", FIVE, "«//» клетку не стирает"),
        ("-/-", FIVE, "«-/-» клетку не стирает"),
        ("|", FIVE, "«|» клетку не стирает"),
        ("\\", FIVE, "клетку не стирает"),
        ("\u200b-", FIVE, "«-» клетку не стирает"),
        ("5-", FIVE, "Нет такой отметки: «5-»"),
    ],
)
def test_what_can_not_be_written_is_explained(typed, values, told):
    with pytest.raises(CellError, match=re.escape(told)):
        parse_cell(typed, values)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("yп", "уп"),
        ("Yп", "уп"),
        ("уp", None),  # «ур»
        ("yg", "нп"),  # by its keys: all of it is Latin
        ("yр", None),
        ("нg", None),
        ("hп", "нп"),
        ("Hб", "н"),
        ("нb", None),  # «нв»
        ("oп", "оп"),
        ("оn", None),
        ("oсв", "осв"),
        ("оcв", "осв"),
        ("осB", "осв"),
        ("осd", None),  # by its key «осв», but who typed «ос» had a Russian keyboard
        ("зx", None),
        ("нз", None),
        ("yп/4", "уп/4"),
        ("4 yп", "уп/4"),
        ("yпзч", None),
    ],
)
def test_both_alphabets_in_one_word(typed, text):
    """Read by its look, or refused; never as another code."""
    if text is None:
        with pytest.raises(CellError):
            parse_cell(typed, FIVE)
    else:
        assert parse_cell(typed, FIVE).text == text


def test_what_is_mixed_is_told():
    with pytest.raises(CellError, match="В «осd» смешаны русские и латинские буквы"):
        parse_cell("ОСd", FIVE)


PLACES = st.lists(st.none() | st.sampled_from([*FIVE, DEBT]), max_size=3).filter(
    lambda marks: not marks or marks[-1]
)
CELLS = st.builds(Cell, st.sampled_from(["", *CODES]), PLACES.map(tuple))
TYPED = st.text(max_size=12) | st.text("5431ун пбзчосв.,;/\\|- ynpb\u200b\u00a0", max_size=8)


@given(CELLS)
def test_a_cell_is_read_back_as_it_is_written(cell):
    assert parse_cell(cell.text, FIVE) == cell


@given(TYPED)
@example(".")
@example("н/-")
def test_nothing_typed_breaks_it(text):
    try:
        cell = parse_cell(text, FIVE)
    except CellError:
        return
    assert parse_cell(cell.text, FIVE).text == cell.text
    assert bool(cell.text) == bool(visible(text))  # only what is emptied is empty


@pytest.mark.parametrize(
    ("pairs", "average"),
    [
        ([], None),
        ([(None, 1), (None, 3)], None),  # зачёт, освобождён do not count
        ([(5, 1)], "5.00"),
        ([(5, 1), (4, 1)], "4.50"),
        ([(5, 1), (2, 3)], "2.75"),  # a test weighs thrice
        ([(4, 1), (4, 1), (5, 1)], "4.33"),
        ([(5, 1), (None, 7)], "5.00"),
        ([(2, 1)] * 7 + [(3, 1)], "2.13"),  # 2.125 is rounded half up
    ],
)
def test_weighted_average(pairs, average):
    assert weighted_average(pairs) == (average and Decimal(average))


@given(st.lists(st.tuples(st.integers(1, 5), st.integers(1, 5)), min_size=1))
def test_an_average_lies_between_the_marks(pairs):
    marks = [points for points, _ in pairs]
    assert min(marks) <= weighted_average(pairs) <= max(marks)


def test_an_average_is_written_with_a_comma():
    assert average_text(Decimal("4.33")) == "4,33"
    assert average_text(None) == ""


@pytest.mark.parametrize(
    ("typed", "parsed"),
    [
        ("§ 12, № 345", ("§ 12, № 345", False)),
        ("  § 12  ", ("§ 12", False)),
        ("", ("", False)),
        ("-", ("", True)),
        ("—", ("", True)),
        ("не задано", ("", True)),
        ("Не задано.", ("", True)),
        ("не задано письменно, устно § 3", ("не задано письменно, устно § 3", False)),
    ],
)
def test_homework(typed, parsed):
    """2.8: what is set, or outright that nothing is."""
    assert rules.parse_homework(typed) == parsed
    assert rules.parse_homework(rules.homework_text(*parsed)) == parsed
