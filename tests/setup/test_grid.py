"""Timetables as grids of many shapes, as a page shows them, and written in the usual ways."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from school.tables.table import Table
from setup.batch import Kind
from setup.reading.grid import is_grid, read_grid, shown

pytestmark = pytest.mark.any_database


def table(rows, merged=None):
    width = max(map(len, rows))
    full = [[*row, *[None] * (width - len(row))] for row in rows]
    return Table("сетка.xlsx", "1", full, merged or {})


def lessons(batch):
    """{(classes, day, number, weeks): «subject [group] room»}"""
    found = {}
    for row in batch.rows.get(Kind.TIMETABLE, []):
        group = f" [{row.group}]" if row.group else ""
        told = f"{row.subject}{group} {row.room}".strip()
        found.setdefault((" ".join(row.classes), row.weekday, row.number, row.weeks), []).append(
            told
        )
    return found


PICTURE = table(
    [
        ["Расписание уроков"],
        [],
        ["День", "№", "5А", "5Б", "6А", "7А"],
        ["Понедельник", 1.0, "Русский язык 101", "Англ./Нем. 204/205", "Матем. 203", "Алгебра 301"],
        [None, 2.0, "Матем. 101", "Русский язык 102", "Англ./Нем. 12/22", "Физика 305"],
        [None, 3.0, "Англ./Нем. 204/205", "Лит-ра 102", "Ритмика акт. зал", "Биол. / — 307"],
        [None, 5.0, "Физ-ра с/з, объединено", None, "Музыка 203", "Инф. I / II нед. 310"],
        [],
        ["Вторник", 1.0, "Труд м1/м2", "Матем. 102", "Англ./Нем. 12/22", "Геометр. 301"],
        [None, 2.0, None, "Русский язык 102", "Ист. 203", "Англ./Нем. 204/205"],
    ],
    {(0, 0): (1, 6), (3, 0): (4, 1), (8, 0): (2, 1), (6, 2): (1, 2), (8, 2): (2, 1)},
)


def test_joint_lessons_are_merged_across_and_doubles_down():
    found = lessons(read_grid(PICTURE, {}))
    assert found[("5А 5Б", 1, 5, 3)] == ["Физическая культура с/з"]
    craft = ["Труд (технология) [Девочки] м1", "Труд (технология) [Мальчики] м2"]
    assert (found[("5А", 2, 1, 3)], found[("5А", 2, 2, 3)]) == (craft, craft)
    assert found[("7А", 1, 5, 1)] == ["Информатика [1 группа] 310"]
    assert found[("7А", 1, 5, 2)] == ["Информатика [2 группа] 310"]


def test_one_question_is_asked_for_all_its_cells():
    batch = read_grid(PICTURE, {})
    asked = {
        one.key: [f"{place.column}{place.row}" for place in one.cells] for one in batch.questions
    }
    assert asked == {
        "pair:12/22": ["E5", "E9"],
        "half:/ —": ["F6"],
        "timetable:first_week": ["F7"],
        "timetable:day": ["C4"],
    }
    answers = {"pair:12/22": "rooms", "half:/ —": "weeks"}
    answered = read_grid(PICTURE, answers)
    found = lessons(answered)
    both = ["Английский язык [Английский] 12", "Немецкий язык [Немецкий] 22"]
    assert (found[("6А", 1, 2, 3)], found[("6А", 2, 1, 3)]) == (both, both)
    assert found[("7А", 1, 3, 1)] == ["Биология 307"]
    assert [one.key for one in answered.questions] == [
        "timetable:first_week",
        "timetable:day",
    ]


def test_the_page_shows_the_files_own_shape():
    rows = dict(shown(PICTURE, {}))
    assert min(rows) == 3  # what stands above the heads is no part of it
    cells = {cell.column: cell for cell in rows[7]}
    assert list(cells) == ["B", "C", "E", "F"]  # A and D are covered
    assert cells["C"].spans == (1, 2)
    assert cells["C"].written == "Физ-ра с/з, объединено"
    assert [row.classes for row in cells["C"].lessons] == [("5А", "5Б")]
    asked = {cell.column: cell for cell in rows[5]}["E"]
    assert (asked.questions, asked.lessons) == (("pair:12/22",), ())
    craft = {cell.column: cell for cell in rows[9]}["C"]
    assert (craft.spans, len(craft.lessons)) == ((2, 1), 4)
    turned = dict(shown(PICTURE, {craft.swap: "1"}))
    assert [row.room for row in turned[9][2].lessons][:2] == ["м2", "м1"]


def test_a_cell_is_corrected_in_its_place_and_a_row_left_out():
    cell = dict(shown(PICTURE, {}))[4][2]
    assert cell.answer == "cell:сетка.xlsx|1|4|C"
    answers = {cell.answer: "Химия 303", "skip:сетка.xlsx|1|5": "1"}
    batch = read_grid(PICTURE, answers)
    found = lessons(batch)
    assert found[("5А", 1, 1, 3)] == ["Химия 303"]
    assert ("5А", 1, 2, 3) not in found
    assert [place.row for place, _ in batch.passed_over] == [5]


def test_columns_of_rooms_and_teachers():
    found = lessons(
        read_grid(
            table(
                [
                    ["", "", "", "5 «А» класс", "", "", "5 «Б» класс"],
                    ["День", "№", "Время", *["Предмет", "Учитель", "Каб."] * 2],
                    [
                        "ПН",
                        1,
                        "8.30-9.10",
                        "Рус.",
                        "Ким",
                        12.0,
                        "Англ./Нем.",
                        "Ежова/Браун",
                        "12/22",
                    ],
                    ["", 2, "9.20-10.00", "Физ-ра", "", "с/з", "Англ. 1гр\nАнгл. 2гр", "", "5\n6"],
                    ["ВТ", 1, "8.30-9.10", "Матем.", "", "12а"],
                    ["Директор", "", "", "Иванова И.И."],
                ],
                {(0, 3): (1, 3), (0, 6): (1, 3)},
            ),
            {},
        )
    )
    assert found == {
        ("5А", 1, 1, 3): ["Русский язык 12"],
        ("5Б", 1, 1, 3): ["Английский язык [Английский] 12", "Немецкий язык [Немецкий] 22"],
        ("5А", 1, 2, 3): ["Физическая культура с/з"],
        ("5Б", 1, 2, 3): ["Английский язык [1 группа] 5", "Английский язык [2 группа] 6"],
        ("5А", 2, 1, 3): ["Математика 12а"],
    }


def test_what_is_signed_beneath_is_no_lesson_and_told():
    grid = table(
        [
            ["День", "№", "5А", "5Б"],
            ["Понедельник", 1, "Матем.", "Рус."],
            ["", 2, "Рус.", "Матем."],
            ["Директор", "", "Иванова И.И.", ""],
        ]
    )
    batch = read_grid(grid, {})
    assert len(batch.rows[Kind.TIMETABLE]) == 4
    assert [(place.row, why) for place, why in batch.passed_over] == [(4, "Нет номера урока")]


TWO_ROWS = table(
    [
        ["День", "№", "5А", "5Б"],
        ["Понедельник", 1, "Музыка 101", "Матем. 102"],
        ["", None, "ИЗО 101", ""],
        ["", 2, "Рус. 101", "Рус. 102"],
        [],
        ["", 3, "Матем. 101", "Биол. 105"],
        [],
    ],
    {(3, 2): (2, 1), (1, 3): (2, 1), (3, 3): (2, 1), (5, 2): (2, 1)},
)


def test_two_rows_of_an_hour_are_asked_about_once():
    batch = read_grid(TWO_ROWS, {})
    [asked] = [one for one in batch.questions if one.key == "grid:two_rows"]
    assert [f"{place.column}{place.row}" for place in asked.cells] == ["C2", "D6"]
    found = lessons(read_grid(TWO_ROWS, {"grid:two_rows": "weeks"}))
    assert found[("5А", 1, 1, 1)] == ["Музыка 101"]
    assert found[("5А", 1, 1, 2)] == ["Изобразительное искусство 101"]
    assert found[("5Б", 1, 3, 1)] == ["Биология 105"]  # others are merged over both rows
    assert found[("5Б", 1, 1, 3)] == ["Математика 102"]


def test_a_room_beneath_its_subject_is_no_second_lesson():
    grid = table(
        [
            ["День", "№", "5А", "5Б"],
            ["Понедельник", 1, "Музыка", "Англ./Нем."],
            ["", None, "101", "Ежова/Браун 204/205"],
            ["", 2, "Русский язык", "Матем."],
            ["", None, "101", "102"],
        ]
    )
    found = lessons(read_grid(grid, {}))
    assert found[("5А", 1, 1, 3)] == ["Музыка 101"]
    assert found[("5Б", 1, 1, 3)] == [
        "Английский язык [Английский] 204",
        "Немецкий язык [Немецкий] 205",
    ]


def test_blocks_one_under_the_other_have_heads_of_their_own():
    grid = table(
        [
            ["Понедельник"],
            ["№", "5А", "5Б"],
            [1, "Матем.", "Рус."],
            [2, "Рус.", "Матем."],
            ["Вторник"],
            ["№", "10", "11"],
            [1, "Физика", "Химия"],
        ],
        {(0, 0): (1, 3), (4, 0): (1, 3)},
    )
    assert set(lessons(read_grid(grid, {}))) == {
        ("5А", 1, 1, 3),
        ("5Б", 1, 1, 3),
        ("5А", 1, 2, 3),
        ("5Б", 1, 2, 3),
        ("10", 2, 1, 3),
        ("11", 2, 1, 3),
    }


def test_numbers_repeated_on_the_right_are_no_lessons():
    grid = table(
        [
            ["День", "№", "5А", "5Б", "№", "День"],
            ["Понедельник", 1, "Матем.", "Рус.", 1, "Понедельник"],
            ["", 2, "Рус.", "Матем.", 2, ""],
        ]
    )
    batch = read_grid(grid, {})
    assert len(batch.rows[Kind.TIMETABLE]) == 4
    assert [one.key for one in batch.questions] == ["timetable:day"]


def test_halves_of_a_class_in_columns_of_their_own():
    grid = table(
        [
            ["День", "№", "5А", ""],
            ["Понедельник", 1, "Матем. 101", ""],
            ["", 2, "Англ. 204", "Инф. 301"],
        ],
        {(0, 2): (1, 2), (1, 2): (1, 2)},
    )
    batch = read_grid(grid, {})
    assert lessons(batch)[("5А", 1, 1, 3)] == ["Математика 101"]
    assert lessons(batch)[("5А", 1, 2, 3)] == [
        "Английский язык [1 группа] 204",
        "Информатика [2 группа] 301",
    ]
    assert [row.supposed for row in batch.rows[Kind.TIMETABLE]] == [0, 1, 2]


def test_without_numbers_the_rows_of_a_day_are_counted_and_it_is_said():
    grid = table([["", "5А"], ["пн", "Матем."], ["", "Рус."], ["вт", "Физика"], ["", "Химия"]])
    batch = read_grid(grid, {})
    assert lessons(batch)[("5А", 2, 2, 3)] == ["Химия"]
    assert len(batch.notes) == 1


def test_lessons_without_a_day_are_a_problem_and_the_others_are_read():
    grid = table(
        [
            ["День", "№", "5А"],
            ["", 1, "Матем."],
            ["Вторник", 1, "Физика"],
            ["", 2, "Химия"],
            ["", 3, "Рус."],
        ]
    )
    batch = read_grid(grid, {})
    assert len(lessons(batch)) == 3
    assert [(one.place.row, one.written) for one in batch.problems] == [(2, "Матем.")]
    assert dict(shown(grid, {}))[2][2].problem


def test_said_to_be_joint_in_every_class_is_one_lesson():
    grid = table(
        [
            ["День", "№", "5А", "5Б"],
            ["Понедельник", 1, "Физ-ра с/з (объединено)", "Физ-ра с/з (объединено)"],
            ["", 2, "Хор акт. зал (с 5Б)", "Рус. 102"],
        ]
    )
    batch = read_grid(grid, {})
    assert lessons(batch) == {
        ("5А 5Б", 1, 1, 3): ["Физическая культура с/з"],
        ("5А 5Б", 1, 2, 3): ["Хор акт. зал"],
        ("5Б", 1, 2, 3): ["Русский язык 102"],
    }


def test_a_list_is_no_grid():
    pupils = table([["№", "ФИО", "Класс"], [1, "Иванов Иван", "5А"], [2, "Петров Пётр", "5А"]])
    assert not is_grid(pupils)
    assert read_grid(pupils, {}).rows == {}


# --- written in the usual ways ---

SUBJECTS = {
    "Математика": ["Математика", "Матем.", "Мат-ка"],
    "Русский язык": ["Русский язык", "Рус. яз.", "Рус."],
    "Физическая культура": ["Физ-ра", "Физкультура", "Физическая культура"],
    "Изобразительное искусство": ["ИЗО", "Изобр. иск."],
    "История": ["История", "Ист."],
}
SPLIT = {
    "Английский язык": ["Англ.", "Английский язык", "Англ. яз."],
    "Информатика": ["Инф.", "Информ."],
}
ROOMS = ["101", "204", "с/з", "м1", "305а"]
DAYS = ["Понедельник", "Вторник", "Среда"]


@st.composite
def cells(draw):
    """(text, [(subject, group, weeks, room)])"""
    rooms = draw(st.permutations(["101", "204", "305а"]))
    way = draw(st.sampled_from(["whole", "groups", "lines", "weeks", "alternate"]))
    subject = draw(st.sampled_from(sorted(SUBJECTS if way in ("whole", "weeks") else SPLIT)))
    name = draw(st.sampled_from({**SUBJECTS, **SPLIT}[subject]))
    said = draw(st.sampled_from(["каб. ", "", "каб."]))
    if way == "whole":
        room = draw(st.sampled_from(["", *ROOMS]))
        text = f"{name}, {said}{room}" if room else name
        return text, [(subject, "", 3, room)]
    if way == "weeks":
        week = draw(st.sampled_from(["нед. А", "I нед.", "(неч.)", "1 нед."]))
        return f"{name} {week} {said}{rooms[0]}", [(subject, "", 1, rooms[0])]
    if way == "alternate":
        return f"{name} I / II нед. {said}{rooms[0]}", [
            (subject, "1 группа", 1, rooms[0]),
            (subject, "2 группа", 2, rooms[0]),
        ]
    both = [(subject, f"{n + 1} группа", 3, rooms[n]) for n in range(2)]
    if way == "groups":
        mark = draw(st.sampled_from(["1/2", "1 гр./2 гр.", "1/2 гр."]))
        return f"{name} {mark} {rooms[0]}/{rooms[1]}", both
    group = draw(st.sampled_from(["({} гр.)", "{} группа", "п/г {}"]))
    lines = [f"{name} {group.format(n + 1)}, {said}{rooms[n]}" for n in range(2)]
    return draw(st.sampled_from(["\n", " / "])).join(lines), both


@st.composite
def grids(draw):
    classes = draw(st.sampled_from([["5А"], ["5А", "5Б"], ["9А", "10Б", "11"]]))
    heads = [draw(st.sampled_from([name, f"{name} класс"])) for name in classes]
    rows, meant = [["День", "№", *heads]], set()
    for day in range(draw(st.integers(1, 3))):
        for number in range(1, draw(st.integers(2, 4)) + 1):
            row = [DAYS[day] if number == 1 else None, float(number)]
            for name in classes:
                text, parts = draw(st.one_of(st.just((None, [])), cells()))
                row.append(text)
                meant |= {(name, day + 1, number, *part) for part in parts}
            rows.append(row)
    return table(rows), meant


@settings(max_examples=60, deadline=None)
@given(grids())
def test_a_timetable_written_in_usual_ways_reads_back_the_same(given_grid):
    grid, meant = given_grid
    batch = read_grid(grid, {})
    read = {
        (row.classes[0], row.weekday, row.number, row.subject, row.group, row.weeks, row.room)
        for row in batch.rows.get(Kind.TIMETABLE, [])
    }
    assert read == meant
    assert not [one for one in batch.questions if not one.key.startswith("timetable:")]


def test_a_huge_sheet_is_read_no_further_than_any_timetable_goes():
    rows = [["День", "№", "5А"], ["Понедельник", 1, "Матем."]]
    far = Table("f", "1", [*rows, *[[None, None, None]] * 9_000], {(2, 0): (9_000, 700)})
    batch = read_grid(far, {})
    assert len(batch.rows[Kind.TIMETABLE]) == 1
    assert any("первые 1000" in note for note in batch.notes)
    letter = table([["День", "№", "5А"], ["Понедельник", 1, "урок очень " * 3_000]])
    [asked] = [one for one in read_grid(letter, {}).questions if one.takes_text]
    assert len(asked.key) < 500
