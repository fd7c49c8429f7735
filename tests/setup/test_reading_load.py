"""The load and the curriculum, as matrices and as lists."""

from decimal import Decimal

import pytest

from setup.batch import Kind
from tests.setup.books import read

pytestmark = pytest.mark.any_database


def load(found):
    return [
        (row.teacher and row.teacher.last, row.subject, *row.classes, row.group, row.hours)
        for row in found.batch.rows.get(Kind.WORKLOAD, [])
    ]


def problems(found):
    return [(one.place.row, one.field, one.written, one.why) for one in found.batch.problems]


def test_classes_across_and_teachers_in_the_cells():
    found = read(
        [
            ["Предмет", "5А", "5Б"],
            ["Русский язык", "Савина 5", "Савина 5"],
            ["Английский язык", "Ежова 3 / Жуков 3", "нет учителя 3"],
            ["История", "Кузьмина 232", "Лис"],
        ]
    )
    (sheet,) = found.sheets
    assert (sheet.what, sheet.told, sheet.rows) == (
        "workload_by_subject",
        "нагрузка, предметы × классы",
        3,
    )
    assert load(found) == [
        ("Савина", "Русский язык", "5А", "", 5),
        ("Савина", "Русский язык", "5Б", "", 5),
        ("Ежова", "Английский язык", "5А", "1 группа", 3),
        ("Жуков", "Английский язык", "5А", "2 группа", 3),
        (None, "Английский язык", "5Б", "", 3),
        ("Лис", "История", "5Б", "", None),
    ]
    assert problems(found) == [(4, "class:5А", "Кузьмина 232", "232 часов в неделю не бывает")]
    assert found.batch.problems[0].place.source.columns["class:5А"] == ("B", "5А")


def test_a_cell_corrected():
    rows = [["Предмет", "5А", "5Б"], ["История", "Кузьмина 232", "Лис 2"]]
    found = read(rows, {"cell:список.xlsx|Лист1|2|class:5А": "Кузьмина 2"})
    assert load(found)[0] == ("Кузьмина", "История", "5А", "", 2)
    assert problems(found) == []


TEACHERS = ["№", "ФИО учителя", "Предмет", "5 а", "5 б", "Всего"]


def test_teachers_down_and_hours_in_the_cells():
    found = read(
        [
            ["Распределение нагрузки"],
            TEACHERS,
            [1, "Савина А. И.", "Русский язык", 5, "5", 10],
            [None, None, "Литература", 3, None, 3],
            [2, "Вакансия", "Музыка", "0,5", "—", None],
            [3, "Савин 2", "Физика", 2, 2, None],
            [None, None, "Химия", 2, 2, None],
            [4, "Лис Ян", "Труд", "2/2", "много", None],
            [None, "Итого часов", None, 12, 5, None],
        ]
    )
    assert load(found) == [
        ("Савина", "Русский язык", "5А", "", 5),
        ("Савина", "Русский язык", "5Б", "", 5),
        ("Савина", "Литература", "5А", "", 3),
        (None, "Музыка", "5А", "", Decimal("0.5")),
        ("Лис", "Труд", "5А", "1 группа", 2),
        ("Лис", "Труд", "5А", "2 группа", 2),
    ]
    # Whose name is wrong has no rows, and nobody else gets them.
    assert problems(found) == [
        (6, "teacher", "Савин 2", "В имени цифры"),
        (8, "class:5Б", "много", "Непонятные часы"),
    ]
    assert [(place.row, why) for place, why in found.batch.passed_over] == [(9, "итог")]


def test_subjects_before_their_teachers():
    found = read(
        [
            ["Предмет", "Учитель", "5А", "5Б"],
            ["Английский язык", "Ежова М. И.", 3, None],
            [None, "Жуков П. А.", 3, 3],
            ["Музыка", None, 1, None],
        ]
    )
    assert load(found) == [
        ("Ежова", "Английский язык", "5А", "", 3),  # groups or one journal: see share_journal
        ("Жуков", "Английский язык", "5А", "", 3),
        ("Жуков", "Английский язык", "5Б", "", 3),
        (None, "Музыка", "5А", "", 1),
    ]


def test_the_curriculum_of_parallels():
    found = read(
        [
            ["Учебный план"],
            ["Предметная область", "Учебный предмет", "Количество часов в неделю", None, None],
            [None, None, 5, 6, "Всего"],
            ["Обязательная часть"],
            ["Русский язык и литература", "Русский язык", 5, 6, 11],
            [None, "Литература", 3, "3", 6],
            [None, "Физика", "-", 0, None],
            ["Итого", None, 8, 9, 17],
            ["Часть, формируемая участниками"],
            [None, "Шахматы", "0,5", None, None],
            ["Максимально допустимая нагрузка", None, 29, 30, None],
        ]
    )
    assert found.sheets[0].what == "curriculum_by_class"
    assert [
        (row.subject, row.class_name, row.hours) for row in found.batch.rows[Kind.CURRICULUM]
    ] == [
        ("Русский язык", "5", 5),
        ("Русский язык", "6", 6),
        ("Литература", "5", 3),
        ("Литература", "6", 3),
        ("Шахматы", "5", Decimal("0.5")),
    ]
    assert [why for _, why in found.batch.passed_over] == ["раздел", "итог", "раздел", "итог"]


def test_the_curriculum_of_classes():
    found = read([["Предмет", "5А", "5Б"], ["Физика", 2, 3]])
    assert [(row.class_name, row.hours) for row in found.batch.rows[Kind.CURRICULUM]] == [
        ("5А", 2),
        ("5Б", 3),
    ]


def test_a_long_list_with_several_classes_in_a_row_is_asked_about_once():
    rows = [
        ["Учитель", "Предмет", "Класс", "Кол-во часов"],
        ["Савина А. И.", "Русский язык", "5А", 5],
        ["Савина А. И.", "Литература", "5А, 5Б", 3],
        ["Лис Ян", "Физика", "5 а, б", 2],
    ]
    found = read(rows)
    (question,) = found.batch.questions
    assert [place.row for place in question.cells] == [3, 4]
    assert (question.options[0][0], question.usual) == ("apart", "apart")
    assert load(found) == [("Савина", "Русский язык", "5А", "", 5)]
    assert load(read(rows, {question.key: "apart"}))[1:] == [
        ("Савина", "Литература", "5А", "", 3),
        ("Савина", "Литература", "5Б", "", 3),
        ("Лис", "Физика", "5А", "", 2),
        ("Лис", "Физика", "5Б", "", 2),
    ]
    assert load(read(rows, {question.key: "together"}))[1:] == [
        ("Савина", "Литература", "5А", "5Б", "", 3),
        ("Лис", "Физика", "5А", "5Б", "", 2),
    ]


@pytest.mark.parametrize("days", [["Понедельник", "Вторник"], ["ПН", "ВТ"]])
def test_a_matrix_with_days_is_a_timetable(days):
    rows = [["День", "№", "5А", "5Б"], [days[0], 1, "Физика", "Химия"], [days[1], 1, "Труд", "ИЗО"]]
    assert read(rows).sheets[0].what == "grid"
