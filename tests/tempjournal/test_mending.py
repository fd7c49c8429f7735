"""Rows, columns and cells of a filled file are mended on its page, and stay so (3.2)."""

import re
from html import unescape

import pytest
from openpyxl.comments import Comment
from openpyxl.styles import Font

from journals.actions.entries import save_cell
from journals.models import Mark
from school.models import StudentCard
from tempjournal.models import Upload
from tests import world as worlds
from tests.tempjournal.filled import Paper, outage, saved_by, send
from tests.tempjournal.test_shown import formatted
from tests.tempjournal.test_upload import (
    apply,
    boxes,
    chosen,
    counts,
    marks,
    page_after,
    uploaded,
)
from tests.world import day

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
def client(world, login):
    return login(world.teacher)


def options(page, name):
    """{text: value} of a select."""
    part = page.split(f'name="{name}"')[1].split("</select>")[0]
    return {text: value for value, text in re.findall(r'value="(\d*)"[^>]*>([^<]*)<', part)}


def selected(page, name):
    part = page.split(f'name="{name}"')[1].split("</select>")[0]
    return re.findall(r'value="(\d*)" selected', part)


# --- rows ---


def test_the_pupil_of_a_row_is_chosen_on_the_page(world, client, broken, paper, sheet):
    sheet["B11"], sheet["E11"] = "Петрова-Водкина Пелагея", "4"
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 1]
    pupils = options(page, "r0-11")
    assert pupils == {
        "чья это строка?": "",
        "Иванов Иван": str(world.ivanov.pk),
        "Петрова Пелагея": str(world.petrova.pk),
        "не переносить": "0",
    }
    assert 'href="#r0-11"' in page
    data = chosen(page) | {"r0-11": pupils["Петрова Пелагея"], "check": ""}
    page = page_after(client, url, data)
    assert counts(page) == [2, 0, 0, 0]
    assert selected(page, "r0-11") == [str(world.petrova.pk)]
    assert chosen(page) == {"0-D9": "", "0-E11": ""}
    apply(client, url, chosen(page) | {"r0-11": pupils["Петрова Пелагея"]})
    assert marks(world.substituted) == ["Петрова 4"]


def test_a_row_that_is_left_out_is_wrong_no_more(world, client, broken, paper, sheet):
    sheet["B11"], sheet["E11"] = "Незнамов Никто", "4"
    url, _ = uploaded(client, broken, paper)
    page = page_after(client, url, {"0-D9": "", "r0-11": "0", "check": ""})
    assert counts(page) == [1, 0, 0, 0]
    assert "не переносится: так выбрали вы" in page
    assert "Не перенесутся" not in page
    assert selected(page, "r0-11") == ["0"]
    summary = client.get(apply(client, url, chosen(page) | {"r0-11": "0"}).url).content.decode()
    assert "Записано: 1" in summary
    assert "E11 ⚠ не переносится" in summary  # it stays told


def test_a_choice_can_be_taken_back(client, broken, paper, sheet):
    sheet["B11"], sheet["E11"] = "Незнамов Никто", "4"
    url, _ = uploaded(client, broken, paper)
    page_after(client, url, {"r0-11": "0", "check": ""})
    page = page_after(client, url, {"r0-11": "", "check": ""})
    assert counts(page) == [1, 0, 0, 1]
    assert "такого ученика нет: «Незнамов Никто»" in unescape(page)


@pytest.mark.parametrize("choice", ["999999", "x", "-1", "sidorov"])
def test_only_what_was_offered_can_be_chosen(world, client, broken, paper, sheet, choice):
    sheet["B11"], sheet["E11"] = "Незнамов Никто", "4"
    url, _ = uploaded(client, broken, paper)
    choice = str(world.sidorov.pk) if choice == "sidorov" else choice
    page = page_after(client, url, {"r0-11": choice, "check": ""})
    assert counts(page) == [1, 0, 0, 1]
    assert not selected(page, "r0-11")
    page = page_after(client, url, {"0-D9": "", "r0-11": choice, "apply": "1"})
    assert "Ничего не перенесено: выбранного ученика или урока в списке нет." in page
    assert (counts(page), chosen(page)) == ([1, 0, 0, 1], {"0-D9": ""})
    assert marks(world.lesson) == []


def test_a_row_that_is_not_asked_about_is_none_to_choose_for(world, client, broken, paper):
    url, _ = uploaded(client, broken, paper)
    page = page_after(client, url, {"0-D9": "", "r8-22": "1", "apply": "1"})
    assert "Ничего не перенесено: выбранного ученика или урока в списке нет." in page
    assert marks(world.lesson) == []


def test_a_class_teacher_is_offered_the_rows_she_may_write(world, login, broken):
    """In a mixed subgroup those of her own pupils."""
    paper = Paper(world.english)
    sheet = paper.sheet(world.english)
    sheet["B15"], sheet["D15"] = "Незнамов Никто", "4"
    _, page = uploaded(login(world.class_teacher), broken, paper)
    assert options(page, "r0-15").keys() == {"чья это строка?", "Иванов Иван", "не переносить"}


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Ивaнoв Ивaн", ""),  # Latin letters
        ("Иванов Иван Петрович", ""),
        ("Иванов Иван (выбыл)", ""),
        ("Иванов-Петров Иван", "чья это строка в скачанном листе: Иванов Иван"),
        ("Петрова Пелагея", "ячейки сдвинуты"),
    ],
)
def test_a_name_that_was_changed(client, broken, paper, sheet, name, told):
    sheet["B9"] = name
    _, page = uploaded(client, broken, paper)
    assert counts(page) == ([0, 0, 0, 1] if told else [1, 0, 0, 0])
    assert told in page


def test_a_pupil_added_by_hand_with_a_patronymic(world, client, broken, paper, sheet):
    worlds.pupil("new", "Ёлкин", "Егор", world.a5)
    sheet["B11"], sheet["D11"] = "Eлкин Егор Ильич", "4"  # the first letter is Latin
    _, page = uploaded(client, broken, paper)
    assert counts(page) == [2, 0, 0, 0]


def test_the_code_of_another_class_tells_no_name(world, client, broken, paper, sheet):
    sheet["B11"], sheet["C11"], sheet["D11"] = "Незнамов Никто", world.sidorov.pk, "4"
    _, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 1]
    assert "Сидоров" not in page


def test_a_hundred_rows_are_for_the_file_to_mend(client, broken, paper, sheet):
    for row in range(20, 120):
        sheet.cell(row, 4).value = "4"
    _, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 100]
    assert page.count("<select") == 60
    assert "в строке нет имени" in page


# --- columns and lines ---


def test_the_lesson_of_a_column_is_chosen_on_the_page(world, client, broken, paper, sheet):
    sheet["H5"], sheet["H9"] = "вторник", "4"
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 1]
    lessons = options(page, "c0-H")
    assert list(lessons) == [
        "какой это урок?",
        "23.11, Пн, 2-й урок",
        "24.11, Вт, 2-й урок",
        "25.11, Ср, 2-й урок",
        "не переносить",
    ]
    data = chosen(page) | {"c0-H": lessons["24.11, Вт, 2-й урок"], "check": ""}
    page = page_after(client, url, data)
    assert counts(page) == [2, 0, 0, 0]
    apply(client, url, chosen(page))
    assert marks(world.substituted) == ["Иванов 4"]


def test_a_substitute_is_offered_the_lesson_alone(world, login, broken, paper, sheet):
    sheet["H5"], sheet["H9"] = "вторник", "4"
    _, page = uploaded(login(world.substitute), broken, paper)
    assert list(options(page, "c0-H")) == [
        "какой это урок?",
        "24.11, Вт, 2-й урок",
        "не переносить",
    ]


def test_a_row_and_a_column_that_are_both_unknown(world, client, broken, paper, sheet):
    sheet["B11"], sheet["H11"] = "Незнамов Никто", "4"
    url, page = uploaded(client, broken, paper)
    data = {"r0-11": options(page, "r0-11")["Петрова Пелагея"], "check": ""}
    page = page_after(client, url, data)
    assert counts(page) == [1, 0, 0, 1]
    data["c0-H"] = options(page, "c0-H")["24.11, Вт, 2-й урок"]
    page = page_after(client, url, data)
    assert counts(page) == [2, 0, 0, 0]
    apply(client, url, chosen(page))
    assert marks(world.substituted) == ["Петрова 4"]


def test_a_row_chosen_for_who_has_one_already(client, broken, paper, sheet):
    sheet["B11"], sheet["D11"] = "Незнамов Никто", "4"
    url, page = uploaded(client, broken, paper)
    data = {"r0-11": options(page, "r0-11")["Иванов Иван"], "check": ""}
    page = page_after(client, url, data)
    assert counts(page) == [1, 0, 0, 1]
    assert "эта запись есть в файле дважды" in page
    assert selected(page, "r0-11")  # and can be chosen anew


def test_a_line_of_the_facing_page(world, client, broken, paper, sheet):
    sheet["N20"] = "Дроби"
    url, page = uploaded(client, broken, paper)
    data = {"l0-20": options(page, "l0-20")["24.11, Вт, 2-й урок"], "check": ""}
    page = page_after(client, url, chosen(page) | data)
    assert counts(page) == [2, 0, 0, 0]
    apply(client, url, chosen(page))
    world.substituted.refresh_from_db()
    assert world.substituted.topic == "Дроби"


def libre(client, broken, paper):
    answer = send(client, broken, saved_by(paper.content(), "LibreOffice/24.2"))
    return client.get(answer.url).content.decode()


def test_of_two_days_that_a_cell_may_mean_one_is_asked_for(world, client, broken, paper, sheet):
    """LibreOffice shows 23 where 24 was typed."""
    formatted(sheet, "H5", 24, "DD")
    sheet["H6"], sheet["H10"] = 2, "4"
    page = libre(client, broken, paper)
    assert counts(page) == [1, 0, 0, 1]
    assert "таблица показывает здесь 23-е число, а набрано 24: какой это урок?" in page


@pytest.mark.parametrize(("typed", "lesson"), [(23, "lesson"), (26, "today_lesson")])
def test_where_only_one_of_them_has_a_lesson_it_is_meant(
    world, client, broken, paper, sheet, typed, lesson
):
    """The 22nd is a Sunday; on the 26th there was access again, so the 25th, which is shown."""
    formatted(sheet, "H5", typed, "DD")
    sheet["H10"] = "4"
    page = libre(client, broken, paper)
    assert counts(page) == [2, 0, 0, 0]
    day = getattr(world, lesson).date
    assert f"Петрова Пелагея, {day:%d.%m}" in page


def test_the_code_of_a_column_decides_between_two_days(client, broken, paper, sheet):
    formatted(sheet, "E5", 25, "DD")  # typed until it showed 24
    sheet["E9"] = "4"
    assert counts(libre(client, broken, paper)) == [2, 0, 0, 0]


# --- what is named, counted, confirmed ---


def test_a_mark_in_the_heads_is_named_as_row_and_column(client, broken, paper, sheet):
    sheet["J8"] = "5"
    _, page = uploaded(client, broken, paper)
    assert "<b>Строка 8</b>: J8" in page
    assert "<b>Столбец J</b>: J8" in page
    rows = re.findall(r'<th scope="row"><b>(\d*)</b> ([^<]*)</th>', page)
    assert rows == [("", "строка 8"), ("1", "Иванов Иван"), ("2", "Петрова Пелагея")]


def test_of_nothing_it_is_not_said_that_it_will_be_written(client, broken, paper, sheet):
    _, page = uploaded(client, broken, paper)
    assert "<b>0</b> ⚠ с ошибкой</li>" in page
    assert "<b>0</b> → в журнале стоит другое</li>" in page
    sheet["D9"] = "7"
    _, page = uploaded(client, broken, paper)
    assert "<b>0</b> новых записей</li>" in page


def test_checking_again_confirms_only_what_was_touched(world, client, broken, paper, sheet):
    sheet["D9"], sheet["D10"] = worlds.day(5, 4), worlds.day(4, 3)
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [0, 0, 0, 2]
    data = {"t-0-D9": "4/5", "t-0-D10": "3/4", "check": ""}
    page = page_after(client, url, data)
    assert counts(page) == [0, 0, 0, 2]
    page = page_after(client, url, data | {"y-0-D9": "1"})
    assert counts(page) == [1, 0, 0, 1]
    page = page_after(client, url, chosen(page) | {"t-0-D10": "4/3", "check": ""})
    assert counts(page) == [2, 0, 0, 0]
    apply(client, url, chosen(page))
    assert marks(world.lesson) == ["Иванов 4", "Иванов 5", "Петрова 4", "Петрова 3"]


def test_what_is_wrong_without_a_guess_is_not_to_be_confirmed(client, broken, paper, sheet):
    sheet["D9"], sheet["D10"], sheet["E9"] = "7", "=1", "5" * 30
    sheet["E10"].comment = Comment("5", "я")
    url, page = uploaded(client, broken, paper)
    assert 'name="y-' not in page
    names = {f"{kind}-0-{where}": "1" for kind in "ty" for where in ("D10", "E10")}
    names |= {"y-0-E9": "1"}
    page = page_after(client, url, {"y-0-D9": "1", "check": ""} | dict.fromkeys(names, ""))
    assert counts(page) == [0, 0, 0, 4]


@pytest.mark.parametrize("is_applied", [True, False])
def test_a_file_that_is_sent_again_shows_what_was_corrected(
    world, client, broken, paper, sheet, is_applied
):
    sheet["E10"], sheet["B11"], sheet["E11"] = "7", "Незнамов Никто", "4"
    url, page = uploaded(client, broken, paper)
    data = {"t-0-E10": "3", "r0-11": options(page, "r0-11")["Иванов Иван"], "check": ""}
    page = page_after(client, url, chosen(page) | data)
    assert counts(page) == [3, 0, 0, 0]
    assert "<b>E10</b> <s>7</s> → 3" in page
    if is_applied:
        apply(client, url, chosen(page))
    _, page = uploaded(client, broken, paper)
    assert counts(page) == ([0, 3, 0, 0] if is_applied else [3, 0, 0, 0])
    assert "<b>E10</b> <s>7</s> → 3" in page
    assert selected(page, "r0-11") == [str(world.ivanov.pk)]
    sheet["E10"] = "8"  # something else now
    _, page = uploaded(client, broken, paper)
    assert counts(page)[3] == 1
    assert 'name="t-0-E10" value="8"' in page
    sheet["E10"] = "7"  # and once more what was corrected two files ago
    _, page = uploaded(client, broken, paper)
    assert counts(page)[3] == 0


def test_a_correction_does_not_go_to_another_pupil(world, client, broken, paper, sheet):
    """A row was put in above: in E10 there is another pupil's slip of the finger now."""
    sheet["E10"] = "7"
    url, _ = uploaded(client, broken, paper)
    page_after(client, url, {"t-0-E10": "3", "check": ""})
    sheet.insert_rows(2)
    sheet["E10"] = "7"  # Иванов's
    sheet["E11"] = None
    _, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 1]
    assert 'name="t-0-E10" value="7"' in page


def test_what_another_person_has_corrected_is_not_taken_over(
    world, login, client, broken, paper, sheet
):
    sheet["D9"] = "7"
    url, _ = uploaded(client, broken, paper)
    page_after(client, url, {"t-0-D9": "5", "check": ""})
    _, page = uploaded(login(world.class_teacher), broken, paper)
    assert counts(page) == [0, 0, 0, 1]


def test_files_read_before_the_choices_came_are_shown_as_they_were(world, client, broken, paper):
    """What waits in the database since the last version has neither choices nor corrections."""
    url, _ = uploaded(client, broken, paper)
    upload = Upload.objects.get()
    for sheet in upload.sheets:
        sheet.pop("corrected", None)
        sheet["lessons"][0]["date"] = "2026-11-23"
    upload.save()
    page = client.get(url).content.decode()
    assert counts(page) == [1, 0, 0, 0]
    apply(client, url, chosen(page))
    assert marks(world.lesson) == ["Иванов 5"]


@pytest.mark.parametrize("text", ["–/5", "—/5", "− / 5"])
def test_a_dash_of_any_kind_holds_the_place_of_a_mark(world, client, broken, paper, sheet, text):
    sheet["D9"] = text
    _, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 0]
    assert 'aria-label="Иванов Иван, 23.11: -/5"' in page


@pytest.mark.parametrize(("text", "meant"), [("¾", "3/4"), ("3⁄4", "3/4"), ("½", "1/2")])
def test_a_fraction_that_a_program_has_made_of_two_marks(client, broken, paper, sheet, text, meant):
    sheet["D9"] = text
    _, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 0]
    assert f"Иванов Иван, 23.11: {meant}" in page


def test_a_struck_mark_is_written_only_when_it_is_confirmed(world, client, broken, paper, sheet):
    sheet["D9"].font = Font(strike=True)
    save_cell(world.maths, world.lesson.pk, world.petrova.pk, "", "3")
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [0, 0, 0, 1]
    assert "«5» зачёркнуто" in page
    assert boxes(page) == {}
    page = page_after(client, url, {"t-0-D9": "5", "y-0-D9": "1", "check": ""})
    assert counts(page) == [1, 0, 0, 0]


# --- namesakes ---


@pytest.fixture
def namesakes(world):
    """Иванов Иван Петрович and Иванов Иван Иванович beside the Иванов Иван of the small school."""
    found = []
    for n, patronymic in enumerate(("Петрович", "Иванович")):
        pupil = worlds.pupil(f"n{n}", "Иванов", "Иван", world.a5)
        pupil.user.patronymic = patronymic
        pupil.user.save()
        found.append(pupil)
    StudentCard.objects.create(student=world.ivanov, born_on=day(5, 31).replace(year=2015))
    return found


def names_of(sheet):
    return [sheet[f"B{row}"].value for row in range(9, 13)]


def own_marks(student):
    return list(Mark.objects.filter(student=student).values_list("value__text", flat=True))


def test_each_namesake_has_his_own_marks(world, namesakes, client, broken):
    petrovich, ivanovich = namesakes
    paper = Paper(world.maths)
    assert names_of(paper.sheet(world.maths)) == [
        "Иванов Иван (31.05.2015)",
        "Иванов Иван Иванович",
        "Иванов Иван Петрович",
        "Петрова Пелагея",
    ]
    for student, text in ((world.ivanov, "3"), (ivanovich, "4"), (petrovich, "5")):
        paper.mark(world.lesson, student, text)
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [3, 0, 0, 0]
    apply(client, url, chosen(page))
    assert [own_marks(one) for one in (world.ivanov, ivanovich, petrovich)] == [["3"], ["4"], ["5"]]


def test_namesakes_whose_lines_were_exchanged_are_noticed(world, namesakes, client, broken):
    paper = Paper(world.maths)
    sheet = paper.sheet(world.maths)
    sheet["B10"], sheet["B11"] = sheet["B11"].value, sheet["B10"].value
    for row in (9, 10, 11):
        sheet[f"D{row}"] = "5"
    sheet["B9"] = "Иванов Иван"  # whose birth date was wiped off, and nothing else speaks against
    _, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 2]
    assert "имя не того ученика" in unescape(page)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("Иванов Иван Петрович", 0),
        ("иванов иван ПЕТРОВИЧ", 0),
        ("Иванов Иван Иванович", 1),
        ("Иванов Иван (31.05.2015)", None),
    ],
)
def test_a_row_by_hand_names_one_of_them(world, namesakes, client, broken, written, meant):
    paper = Paper(world.maths)
    sheet = paper.sheet(world.maths)
    sheet["B13"], sheet["D13"] = written, "5"
    url, page = uploaded(client, broken, paper)
    assert counts(page) == [1, 0, 0, 0]
    apply(client, url, chosen(page))
    assert own_marks(world.ivanov if meant is None else namesakes[meant]) == ["5"]


def test_which_of_them_is_asked_where_the_name_does_not_say(world, namesakes, client, broken):
    paper = Paper(world.maths)
    sheet = paper.sheet(world.maths)
    sheet["B13"], sheet["D13"] = "Иванов Иван", "5"
    _, page = uploaded(client, broken, paper)
    assert counts(page) == [0, 0, 0, 1]
    assert list(options(page, "r0-13"))[1:4] == [
        "Иванов Иван (31.05.2015)",
        "Иванов Иван Иванович",
        "Иванов Иван Петрович",
    ]
