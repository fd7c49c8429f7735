"""What a filled file may say wrongly, each with its reason (3.2)."""

import datetime
from html import unescape

import pytest
from openpyxl.comments import Comment

from school.models import Lesson
from tempjournal import filled as reading
from tempjournal.xlsx import write
from tests import world as worlds
from tests.tempjournal.filled import Paper, outage, send
from tests.tempjournal.test_upload import boxes, counts, uploaded

pytestmark = pytest.mark.any_database


@pytest.fixture
def broken(world):
    return outage(world)


@pytest.fixture
def paper(world):
    """5А's mathematics with one good mark in D9."""
    return Paper(world.maths).mark(world.lesson, world.ivanov, "5")


@pytest.fixture
def sheet(world, paper):
    return paper.sheet(world.maths)


@pytest.fixture
def told(world, login, broken, paper):
    """told() → (counts, the page as text)"""

    def found():
        _, page = uploaded(login(world.teacher), broken, paper)
        return counts(page), unescape(page)

    return found


def read(paper):
    (found,) = reading.read(paper.content())
    return found


# --- a cell ---


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("4", "4"),
        (5, "5"),
        (5.0, "5"),
        (4.5, "4,5"),
        (" 4/5 ", "4/5"),
        ("5.0", "5"),
        ("5,0", "5"),
        ("5,", "5"),
        ("5.", "5."),  # the dot may tell of a debt: what is meant is asked
        (".", "."),
        ("\u200b5\u00a0", "5"),
        (datetime.date(2026, 5, 5), "5/5"),
    ],
)
def test_what_a_cell_says(paper, sheet, value, text):
    sheet["D9"] = value
    assert read(paper)["cells"] == [[0, 0, text, ""]]


def test_what_nobody_sees_is_not_read(paper, sheet):
    sheet["B9"] = "Иванов\u200b\u00a0Иван\ufeff"
    sheet["B8"] = f"{write.PUPILS}\u200b"
    sheet["D9"] = "\u200b"
    found = read(paper)
    assert (found["problem"], found["cells"]) == ("", [])
    assert found["pupils"][0]["name"] == "Иванов Иван"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("=1+4", "здесь формула"),
        ("=SUM(D9:E9)", "здесь формула"),
        ("=[1]Лист1!A1", "здесь ссылка на другой файл"),
        (True, "логическое значение"),
        ("#REF!", "ошибку #REF!"),
        (datetime.date(2026, 5, 4), "дату 04.05.2026; проверьте: «4/5»?"),
        (datetime.time(4, 5), "здесь время"),
        (datetime.timedelta(hours=4), "здесь время"),
        ("5" * 30, "слишком длинно"),
    ],
)
def test_what_a_cell_may_not_say(paper, sheet, value, reason):
    sheet["D9"] = value
    sheet["E9"] = "4"
    wrong, right = read(paper)["cells"]
    assert reason in wrong[3]
    assert right == [0, 1, "4", ""]


def test_a_formula_is_wrong_whatever_the_spreadsheet_has_computed(told, sheet):
    sheet["E9"] = "=2+3"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "здесь формула: наберите саму запись" in page
    assert 'name="t-0-E9" value=""' in page


def test_a_value_outside_the_scale(told, sheet):
    sheet["E9"] = "7"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert ">Нет такой отметки: «7»" in page
    assert "Иванов Иван, 24.11" in page


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (5.0001, "«5,0001»: Нет такой отметки: «0001»."),
        ("не был", "«не был»: Нет такой отметки: «не»."),
        ("УВ", "«УВ»: Нет такой отметки: «ув»."),
    ],
)
def test_what_is_wrong_is_named_as_it_was_typed(told, sheet, value, reason):
    sheet["E9"] = value
    assert f">{reason}" in told()[1]


def test_merged_cells(told, sheet):
    sheet["E9"] = "4"
    sheet.merge_cells("E9:E10")
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert reading.MERGED in page


def test_cells_left_empty_say_nothing(paper, sheet):
    sheet["E9"] = "  "
    assert read(paper)["cells"] == [[0, 0, "5", ""]]


def test_a_mark_in_a_comment_alone_is_shown(told, sheet, paper, world):
    """Of a cell that is filled, and of one in the heads, it says nothing."""
    for where in ("D9", "B3", "E8"):
        sheet[where].comment = Comment("просто так", "я")
    sheet["E10"].comment = Comment("болел?", "я")
    sheet["N9"].comment = Comment("Дроби", "я")
    found, page = told()
    assert found == [1, 0, 0, 2]
    assert "в клетке пусто, но есть примечание: «болел?»" in page
    assert "в клетке пусто, но есть примечание: «Дроби»" in page
    assert 'name="t-0-E10" value=""' in page


# --- a row ---


def test_an_unknown_pupil(told, sheet):
    sheet["B11"], sheet["D11"] = "Незнамов Никто", "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "в этом журнале такого ученика нет: «Незнамов Никто»" in page


def test_a_pupil_with_an_individual_plan(told, sheet):
    sheet["B11"], sheet["D11"] = "Особый Осип", "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "«Особый Осип» учится по индивидуальному плану: у него свой журнал" in page


def test_a_pupil_added_by_hand_is_found_by_name(world, told, sheet):
    worlds.pupil("new", "Ёлкин", "Егор", world.a5)
    sheet["B11"], sheet["D11"] = "елкин\u00a0 е\u00adгор\u200b", "4"
    found, _ = told()
    assert found == [2, 0, 0, 0]


def test_of_two_pupils_with_one_name_none_is_guessed(world, told, sheet):
    for login in ("one", "two"):
        worlds.pupil(login, "Двойной", "Пётр", world.a5)
    sheet["B11"], sheet["D11"] = "Двойной Пётр", "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "с таким именем в журнале несколько" in page
    assert ">Двойной Пётр</option>" not in page  # nor is it told which is which


def test_a_pupil_of_another_class(world, told, sheet):
    sheet["B11"], sheet["C11"], sheet["D11"] = "Сидоров Семён", world.sidorov.pk, "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "ученик здесь не учился" in page


def test_who_was_not_yet_enrolled(world, login, broken):
    """Only the days before he came are wrong."""
    enrolment = world.newcomer.enrolments.get()
    enrolment.starts_on = worlds.day(11, 24)
    enrolment.save()
    later = worlds.lesson(world.maths_b, worlds.day(11, 24), world.slots[2])
    paper = Paper(world.maths_b)
    paper.mark(world.lesson_b, world.newcomer, "5").mark(later, world.newcomer, "4")
    _, page = uploaded(login(world.teacher), broken, paper)
    assert counts(page) == [1, 0, 0, 1]
    assert "23.11.2026 ученик здесь не учился" in page


def test_names_moved_against_their_codes(told, sheet):
    """Sorted by hand, the hidden column left where it was."""
    sheet["B9"], sheet["B10"] = sheet["B10"].value, sheet["B9"].value
    found, page = told()
    assert found == [0, 0, 0, 1]
    assert "ячейки сдвинуты: имя не того ученика" in page


def test_a_mark_in_a_row_without_a_name(told, sheet):
    sheet["D20"] = "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "в строке нет имени" in page


def test_one_pupil_twice(told, sheet, world):
    sheet["B11"], sheet["C11"], sheet["D11"] = "Иванов Иван", world.ivanov.pk, "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "эта запись есть в файле дважды" in page


# --- a column ---


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("24.13.2026", "непонятное число: «24.13.2026»"),
        ("11/24", "непонятное число: «11/24»"),
        ("вторник", "непонятное число: «вторник»"),
        ("24.12", "ячейки сдвинуты"),
        (48, "вместо даты стоит «48»"),
        (2.5, "ячейки сдвинуты"),
        (None, "нет числа"),
        ("=TODAY()", "вместо числа здесь формула"),
        (datetime.date(2026, 11, 23), "ячейки сдвинуты или урок перенесён"),
    ],
)
def test_the_day_over_a_column(told, sheet, value, reason):
    sheet["E5"], sheet["E9"] = value, "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert reason in page


def test_the_number_of_another_lesson(told, sheet):
    sheet["E6"], sheet["E9"] = 5, "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "ячейки сдвинуты" in page


def test_a_lesson_that_does_not_exist(told, sheet):
    sheet["H5"], sheet["H6"], sheet["H9"] = datetime.date(2026, 11, 24), 7, "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "такого урока в журнале нет" in page


def test_a_column_added_by_hand_is_found_by_day_and_number(world, told, sheet):
    worlds.lesson(world.maths, worlds.day(11, 24), world.slots[4])
    sheet["H5"], sheet["H6"], sheet["H9"] = datetime.date(2026, 11, 24), 5, "4"
    assert told()[0] == [2, 0, 0, 0]


@pytest.mark.parametrize("number_format", ["DD", "General"])
def test_the_number_of_the_day_is_enough(world, told, sheet, number_format):
    worlds.lesson(world.maths, worlds.day(11, 24), world.slots[4])
    sheet["H5"], sheet["H6"], sheet["H9"] = 24, 5, "4"
    sheet["H5"].number_format = number_format
    assert told()[0] == [2, 0, 0, 0]


def test_a_day_with_two_lessons_needs_the_number(world, told, sheet):
    worlds.lesson(world.maths, worlds.day(11, 24), world.slots[4])
    sheet["H5"], sheet["H9"] = datetime.date(2026, 11, 24), "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "нужен номер урока" in page


def test_a_mark_under_no_day(told, sheet):
    sheet["J9"] = "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "над столбцом нет числа и номера урока" in page


def test_marks_in_a_column_put_in_before_the_lessons(told, sheet):
    """«примечание» over it makes it no lesson."""
    sheet.insert_cols(4)
    sheet["D3"], sheet["E3"] = sheet["E3"].value, None
    sheet["D8"], sheet["D9"] = "примечание", "5"
    found, page = told()
    assert found == [1, 0, 0, 2]
    assert "<b>Столбец D</b>: D8, D9" in page
    assert "<b>Строка 8</b>: D8" in page
    assert "над столбцом нет числа и номера урока" in page


def test_a_mark_in_the_line_of_months(told, sheet):
    sheet["D4"], sheet["E4"] = "5", "Нояб."
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "<b>Строка 4</b>: D4" in page
    assert "записи в строке «месяц» не читаются" in page


@pytest.mark.parametrize(
    ("where", "value", "told_of", "reason"),
    [
        ("D8", "5", "D8", "записи в строке дней недели не читаются"),
        ("E8", 4, "E8", "записи в строке дней недели не читаются"),
        ("D8", "н", "D8", "записи в строке дней недели не читаются"),
        ("H8", "5", "H8", "записи в строке дней недели не читаются"),  # over a spare column
        ("H4", "5", "H4", "записи в строке «месяц» не читаются"),
        ("A9", "5", "A9, A13", "записи левее имён не читаются"),  # a number that is there twice
        ("A11", "н", "A11", "записи левее имён не читаются"),
        ("A9", 4.5, "A9", "записи левее имён не читаются"),
        ("A40", "5", "A13, A40", "записи левее имён не читаются"),  # beneath the rows
        ("A6", "5", "A6", "записи над таблицей не читаются"),
        ("F2", "5", "F2", "записи над таблицей не читаются"),
        ("N6", "Дроби", "N6", "записи над таблицей не читаются"),
    ],
)
def test_what_stands_where_nothing_is_read(told, sheet, where, value, told_of, reason):
    sheet[where] = value
    found, page = told()
    assert found == [1, 0, 0, len(told_of.split(", "))]
    assert f"</b>: {told_of}</label>" in page
    assert reason in page


def test_several_marks_over_the_numbers_of_rows(paper, sheet):
    for where, value in (("A9", 4), ("A10", 5), ("A11", "4/5")):
        sheet[where] = value
    found = read(paper)
    assert [reading.place(found, "cells", one) for one in found["cells"]] == [
        "D9",
        "A9",
        "A10",
        "A11",
        "A12",
        "A13",
    ]


@pytest.mark.parametrize("text", ["Вт", "вт.", "ВТОРНИК", "втор.", "суббота"])
def test_a_weekday_written_by_hand_is_none_of_marks(paper, sheet, text):
    sheet["H5"], sheet["H6"], sheet["H8"] = datetime.date(2026, 11, 24), 5, text
    assert read(paper)["cells"] == [[0, 0, "5", ""]]


def test_numbers_of_rows_that_were_moved_are_none_of_marks(paper, sheet):
    only = [[0, 0, "5", ""]]
    sheet.insert_rows(11)
    sheet["B11"] = "Незнамов Никто"
    assert read(paper)["cells"] == only
    sheet.delete_rows(11, 2)
    assert read(paper)["cells"] == only
    sheet["A9"], sheet["A10"] = sheet["A10"].value, sheet["A9"].value  # sorted
    assert read(paper)["cells"] == only


def test_nothing_that_the_sheet_has_itself_is_told(world):
    """Of every kind of group, more lessons than pupils and more pupils than lessons."""
    for n in range(8):
        worlds.pupil(f"p{n}", f"Учеников{n}", "Пётр", world.b5)
    paper = Paper(world.maths, world.maths_b, world.russian, world.english, world.individual)
    for one in reading.read(paper.content()):
        assert (one["problem"], one["cells"], one["texts"]) == ("", [], [])
        assert [said["problem"] for said in one["lessons"] + one["pupils"]] == [""] * (
            len(one["lessons"]) + len(one["pupils"])
        )


def test_marks_beyond_the_facing_page(told, sheet):
    sheet["R8"], sheet["R9"], sheet["R10"] = "итог", "5", "4"
    found, page = told()
    assert found == [1, 0, 0, 3]
    assert "<b>Столбец R</b>: R8, R9, R10" in page
    assert "записи справа от домашнего задания не читаются" in page


def test_marks_in_a_column_put_into_the_facing_page(told, sheet):
    sheet.insert_cols(14)
    sheet["N9"] = "5"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "записи в лишнем столбце правой страницы не читаются" in page


def test_an_empty_sheet_has_nothing_that_is_not_read(world, paper):
    paper.mark(world.lesson, world.ivanov, None)
    assert read(paper)["cells"] == []


def test_a_lesson_after_the_outage(told, sheet):
    sheet["G9"] = "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "урок не во время сбоя" in page


def test_a_lesson_cancelled_meanwhile(world, told, sheet):
    sheet["E9"] = "4"
    world.substituted.cancelled = "карантин"
    world.substituted.save()
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "урок отменён: карантин" in page


def test_a_lesson_of_another_journal(world, told, sheet):
    sheet["E7"], sheet["E9"] = world.lesson_b.pk, "4"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "такого урока в журнале нет" in page


# --- rows and columns that were put in, the facing page ---


def test_an_inserted_row_and_column_do_no_harm(told, sheet):
    sheet.insert_rows(2)
    sheet.insert_cols(4)
    sheet["E13"] = "болел"  # beneath the pupils, in a column of a lesson
    sheet["E13"] = None
    found, _ = told()
    assert found == [1, 0, 0, 0]


def test_topic_and_homework(told, world, paper):
    paper.write(world.lesson, "Дроби", "не задано")
    found, page = told()
    assert found == [3, 0, 0, 0]
    assert "Дроби" in page


def test_a_topic_that_is_too_long_can_be_shortened(told, world, paper):
    paper.write(world.lesson, "Д" * 501)
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "Не больше 500 знаков, а здесь 501." in page
    assert 'name="t-0-N9"' in page


def test_a_line_of_the_facing_page_that_was_moved(told, world, paper, sheet):
    paper.write(world.lesson, "Дроби")
    sheet["L9"] = datetime.date(2026, 11, 24)
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "ячейки сдвинуты" in page


def test_a_topic_without_a_day(told, sheet):
    sheet["N20"] = "Дроби"
    found, page = told()
    assert found == [1, 0, 0, 1]
    assert "в строке нет числа и номера урока" in page


def test_markup_on_paper_stays_a_text(told, sheet):
    sheet["E9"] = "<b>5</b>"
    _, page = told()
    assert "<b>5</b>&" not in page
    assert 'value="<b>5</b>"' in page  # unescaped here, escaped in the page


# --- a sheet, the file ---


def test_a_missing_head(told, world, sheet, login, broken, paper):
    sheet["N8"] = "Темы"
    found, page = told()
    assert found == [0, 0, 0, 0]
    assert "нет заголовка «Что пройдено на уроке»" in page


def test_a_sheet_of_ones_own_is_left_out(told, paper):
    paper.book.create_sheet("Заметки")["A1"] = "купить мел"
    found, page = told()
    assert found == [1, 0, 0, 0]
    assert "это не лист временного журнала" in page


def test_a_journal_that_does_not_exist(told, sheet, paper):
    sheet["D3"] = 999_999
    found, page = told()
    assert found == [0, 0, 0, 0]
    assert "журнала с таким кодом нет или он не ваш" in page


def test_a_rejected_sheet_is_not_said_to_stand_in_the_journal(told, world, paper):
    """Nor is a file in which nothing was found."""
    paper.mark(world.lesson, world.ivanov, None)
    assert "Переносить нечего" not in told()[1]
    other = paper.book.copy_worksheet(paper.sheet(world.maths))
    other.delete_rows(1, 8)
    other["D1"] = "5"
    _, page = told()
    assert "Переносить нечего" not in page
    assert "остаётся вне журнала" in page


def test_a_table_of_something_else(world, login, broken, paper, sheet):
    sheet["B3"] = None
    answer = send(login(world.teacher), broken, paper.content())
    assert "нет ни одного листа временного журнала" in answer.content.decode()


def test_letters_of_the_other_keyboard(world, told, sheet, login, broken, paper):
    sheet["E9"] = "Y"
    _, page = uploaded(login(world.teacher), broken, paper)
    assert counts(page) == [2, 0, 0, 0]
    assert "0-E9" in boxes(page)


def test_nothing_was_written_by_looking(told, world):
    told()
    assert not Lesson.objects.get(pk=world.lesson.pk).attendance_taken_at
