"""Lists of people of whatever shape: what is recognised, what is asked, what is wrong."""

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from setup.batch import Kind, Person
from setup.reading.files import read_files
from tests.setup.books import TODAY, book, read

pytestmark = pytest.mark.any_database

HEADS = ["№", "Ф.И.О. обучающегося", "Кл.", "Д.р.", "Пол", "Л/д"]
IVANOV = [1, "Иванов Иван Петрович", "5 А", "12.03.2015", "м", "А-1"]
PETROVA = [2, "Петрова Анна", "5а", "2.11.15", "ж", "А-2"]


def names(found):
    return [row.person.last for row in found.batch.rows.get(Kind.PUPILS, [])]


def problems(found):
    return [(one.place.row, one.field, one.why) for one in found.batch.problems]


def parents(found):
    return [
        (row.child.person.last, row.relation, row.person.last, row.phone, row.email)
        for row in found.batch.rows.get(Kind.PARENTS, [])
    ]


def test_it_works():
    found = read([HEADS, IVANOV, PETROVA])
    (sheet,) = found.sheets
    assert (sheet.what, sheet.told, sheet.rows, sheet.head_row) == ("pupils", "ученики", 2, 1)
    assert sheet.step == "можно записывать"
    first, second = found.batch.rows[Kind.PUPILS]
    assert (first.person, first.class_name, first.sex, first.file_number) == (
        Person("Иванов", "Иван", "Петрович"),
        "5А",
        "m",
        "А-1",
    )
    assert second.born_on == datetime.date(2015, 11, 2)
    assert first.place.row == 2
    assert first.place.source.columns["born_on"] == ("D", "Д.р.")


def test_a_system_that_writes_lines_above_the_heads():
    above = [["Контингент"], ["Параметры:", None, "Дата: 01.09.2026"], ["Отбор:", "класс"], []]
    found = read([*above, HEADS, IVANOV], sheet="TDSheet")
    assert found.sheets[0].head_row == 5
    assert names(found) == ["Иванов"]
    assert found.batch.rows[Kind.PUPILS][0].place.row == 6


@pytest.mark.parametrize(
    ("heads", "cells"),
    [
        (
            ["Мать", "Тел.", "Отец", "Тел."],
            ["Иванова А. П.", "89000000001", "Иванов П.", "89000000002"],
        ),
        (
            ["Мать", "Отец", "Телефон", "Телефон"],
            ["Иванова А. П.", "Иванов П.", "89000000001", "89000000002"],
        ),
        (
            ["ФИО матери", "Телефон матери", "ФИО отца", "Моб. тел. отца"],
            ["Иванова А. П.", "89000000001", "Иванов П.", "89000000002"],
        ),
        (
            ["Мама (ФИО, телефон)", "Папа (ФИО, телефон)"],
            ["Иванова А. П., 8 900 000-00-01", "Иванов П.\n89000000002"],
        ),
    ],
)
def test_a_telephone_belongs_to_the_parent_before_it(heads, cells):
    found = read([[*HEADS, *heads], [*IVANOV, *cells]])
    assert parents(found) == [
        ("Иванов", "mother", "Иванова", "+79000000001", ""),
        ("Иванов", "father", "Иванов", "+79000000002", ""),
    ]
    assert found.sheets[0].told == "ученики и родители"


def test_a_telephone_of_one_of_two_is_asked():
    found = read(
        [[*HEADS, "Мать", "Отец", "Телефон"], [*IVANOV, "Иванова А.", "Иванов П.", "89000000001"]]
    )
    (column,) = found.sheets[0].unknown
    assert (column.letters, column.head, column.guess) == ("I", "Телефон", "mother.phone")
    assert found.sheets[0].step == "назначить 1 столбец"
    found = read(
        [[*HEADS, "Мать", "Отец", "Телефон"], [*IVANOV, "Иванова А.", "Иванов П.", "89000000001"]],
        {column.key: "father.phone"},
    )
    assert parents(found)[1] == ("Иванов", "father", "Иванов", "+79000000001", "")


def test_the_childs_own_telephone_and_address_are_not_taken():
    found = read(
        [
            [*HEADS, "Телефон", "Адрес", "Мать", "СНИЛС"],
            [*IVANOV, "89000000009", "ул. Мира", "Иванова А.", "1"],
        ]
    )
    assert parents(found) == [("Иванов", "mother", "Иванова", "", "")]
    taken = {column.head: column.field for column in found.sheets[0].columns}
    assert (taken["Телефон"], taken["Адрес"], taken["СНИЛС"]) == ("-", "-", "-")


def test_a_childs_telephone_after_a_parent_is_not_the_parents():
    found = read(
        [
            ["Ф.И.", "Класс", "Год рождения", "Мать", "Телефон ребёнка", "Телефон"],
            ["Иванов Иван", "5А", 2015, "Иванова Анна", "89000000009", "89000000001"],
        ]
    )
    assert parents(found) == [("Иванов", "mother", "Иванова", "+79000000001", "")]
    assert (problems(found), found.sheets[0].unknown) == ([], ())


def test_heads_of_two_rows_and_classes_in_rows_between():
    rows = [
        ["Список"],
        ["Класс: 9Б"],
        ["Фамилия Имя", "Дата рожд.", "Родители", None],
        [None, None, "ФИО", "Телефон"],
        ["Иванов Иван", "12.03.2011", "Иванова Анна (мама)", "89000000001"],
        ["Петров Пётр", None, None, None],
        ["Класс: 9В"],
        ["Сидоров Семён", "1.1.11", None, None],
    ]
    found = read(rows)
    assert [(row.person.last, row.class_name) for row in found.batch.rows[Kind.PUPILS]] == [
        ("Иванов", "9Б"),
        ("Петров", "9Б"),
        ("Сидоров", "9В"),
    ]
    assert parents(found) == [("Иванов", "mother", "Иванова", "+79000000001", "")]


def test_what_is_no_pupil():
    found = read(
        [
            HEADS,
            [1, 2, 3, 4, 5, 6],
            IVANOV,
            [],
            HEADS,
            PETROVA,
            [3],
            [None, "Итого: 2"],
            [None, "Классный руководитель ________ /Орлова/"],
        ]
    )
    assert names(found) == ["Иванов", "Петрова"]
    assert [(place.row, why) for place, why in found.batch.passed_over] == [
        (2, "номера столбцов"),
        (5, "повтор заголовков"),
        (7, "в строке нет имени"),
        (8, "итог"),
        (9, "подпись"),
    ]
    assert found.sheets[0].rows == 2


@pytest.mark.parametrize(
    ("place", "value", "problem"),
    [
        (1, "Ким", ("person", "Нет имени")),
        (1, "Иванов И. П.", ("person", "Вместо имени инициал")),
        (1, None, ("person", "Нет фамилии")),
        (2, "6Ж5", ("class_name", "Это не название класса")),
        (2, None, ("class_name", "Не сказано, в каком классе")),
        (3, "31.02.2015", ("born_on", "В феврале 28 дней")),
        (3, "12.03.1915", ("born_on", "Ученику получается лет: 111")),
        (4, "?", ("sex", "Непонятный пол")),
    ],
)
def test_a_wrong_cell_leaves_its_row_out_and_no_other(place, value, problem):
    wrong = list(IVANOV)
    wrong[place] = value
    found = read([HEADS, wrong, PETROVA])
    assert names(found) == ["Петрова"]
    assert problems(found) == [(2, *problem)]


def test_all_that_is_wrong_with_a_row_is_told_at_once():
    found = read([HEADS, [1, "Ким", "5Ж5", "31.02.2015", "?", ""]])
    assert [field for _, field, _ in problems(found)] == ["person", "born_on", "sex", "class_name"]


def test_a_parents_wrong_telephone_leaves_out_the_parent_alone():
    rows = [[*HEADS, "Мать", "Тел."], [*IVANOV, "Иванова Анна", "8 900 12"]]
    found = read(rows)
    assert (names(found), parents(found)) == (["Иванов"], [])
    (problem,) = found.batch.problems
    assert (problem.field, problem.written, problem.why, problem.way_out) == (
        "mother.phone",
        "8 900 12",
        "В номере 6 цифр вместо 11",
        "Пусто: записать без телефона.",
    )
    assert problem.place.source.columns["mother.phone"] == ("H", "Тел.")
    found = read(rows, {"cell:список.xlsx|Лист1|2|mother.phone": ""})
    assert parents(found) == [("Иванов", "mother", "Иванова", "", "")]
    assert problems(found) == []


def test_corrected_in_place():
    rows = [
        ["Фамилия", "Имя", "Класс", "Литера", "Дата рождения"],
        ["Ким", None, 5, "А1", "31.02.2015"],
    ]
    found = read(rows)
    assert [field for _, field, _ in problems(found)] == ["person", "born_on", "class_name"]
    columns = found.batch.problems[0].place.source.columns
    assert columns["person"] == ("A, B", "Фамилия, Имя")
    assert columns["class_name"] == ("C, D", "Класс, Литера")
    at = "cell:список.xlsx|Лист1|2"
    answers = {f"{at}|person": "Ким Анна", f"{at}|born_on": "28.02.2015", f"{at}|class_name": "5а"}
    (row,) = read(rows, answers).batch.rows[Kind.PUPILS]
    assert (row.person, row.class_name, row.born_on) == (
        Person("Ким", "Анна"),
        "5А",
        datetime.date(2015, 2, 28),
    )


def test_a_row_that_is_skipped():
    found = read([HEADS, IVANOV, [2, "Ким"]], {"skip:список.xlsx|Лист1|3": "1"})
    assert (names(found), problems(found)) == (["Иванов"], [])
    assert [why for _, why in found.batch.passed_over] == ["пропущена вами"]


def test_an_unknown_column_is_told_and_may_be_assigned():
    rows = [["ФИО", "Класс", "Код по реестру"], ["Иванов Иван", "5А", 104]]
    found = read(rows)
    (column,) = found.sheets[0].unknown
    assert (column.letters, column.head, column.samples) == ("C", "Код по реестру", ("104",))
    assert ("file_number", "№ личного дела") in found.sheets[0].fields
    assert found.batch.rows[Kind.PUPILS][0].file_number == ""
    found = read(rows, {column.key: "file_number"})
    assert found.batch.rows[Kind.PUPILS][0].file_number == "104"
    assert not found.sheets[0].unknown
    assert not read(rows, {column.key: "-"}).sheets[0].unknown


def test_the_row_of_the_heads_may_be_said():
    rows = [["Учёт", "ФИО", "Пол"], ["код", "ФИО ученика", "Класс"], ["1", "Иванов Иван", "5А"]]
    found = read(rows, {"headrow:список.xlsx|Лист1": "2"})
    assert (found.sheets[0].head_row, names(found)) == (2, ["Иванов"])


def test_a_class_that_nothing_says_is_asked_once_for_the_sheet():
    rows = [
        ["№", "ФИО", "Дата рождения"],
        [1, "Иванов Иван", "12.03.2015"],
        [2, "Петров Пётр", None],
    ]
    found = read(rows)
    (question,) = found.batch.questions
    assert question.told == "Какой класс на листе «Лист1»?"
    assert [place.row for place in question.cells] == [2, 3]
    assert (names(found), found.sheets[0].step) == ([], "1 вопрос")
    found = read(rows, {question.key: "7 в"})
    assert {row.class_name for row in found.batch.rows[Kind.PUPILS]} == {"7В"}
    assert found.batch.questions == []


@pytest.mark.parametrize("where", [{"sheet": "5 'А'"}, {"file": "5-А.xlsx"}])
def test_a_class_that_the_sheet_or_the_file_is_called_by(where):
    found = read([["№", "ФИО", "Пол"], [1, "Иванов Иван", "м"]], **where)
    assert found.batch.rows[Kind.PUPILS][0].class_name == "5А"


def test_a_class_merged_over_its_pupils():
    from io import BytesIO

    from openpyxl import load_workbook

    made = load_workbook(
        BytesIO(
            book(
                Л=[["Класс", "ФИО"], ["5А", "Иванов Иван"], [None, "Петров Пётр"], [None, "Лис Ян"]]
            )
        )
    )
    made["Л"].merge_cells("A2:A3")
    file = BytesIO()
    made.save(file)
    found = read_files([("а.xlsx", file.getvalue())], {}, TODAY)
    assert names(found) == ["Иванов", "Петров"]
    assert problems(found) == [(4, "class_name", "Не сказано, в каком классе")]


def test_hidden_rows_are_read_and_told():
    from io import BytesIO

    from openpyxl import load_workbook

    made = load_workbook(BytesIO(book(Л=[HEADS, IVANOV, PETROVA], Т=[HEADS, IVANOV])))
    made["Л"].row_dimensions[3].hidden = True
    made["Т"].sheet_state = "hidden"
    file = BytesIO()
    made.save(file)
    found = read_files([("а.xlsx", file.getvalue())], {}, TODAY)
    assert found.batch.notes == ["Лист «Л»: скрытые строки прочитаны тоже: 3"]
    assert names(found) == ["Иванов", "Петрова"]
    assert (found.sheets[1].what, found.sheets[1].told) == ("skip", "скрытый лист: не берём")


def test_staff():
    found = read(
        [
            ["Список педагогических работников"],
            ["№ п/п", "ФИО", "Должность", "Образование", "Телефон", "Эл. почта", "Пароль"],
            [
                1,
                "Орлова Вера Ильинична",
                "учитель",
                "высшее",
                "89000000001",
                "o@example.org",
                "qwerty",
            ],
            [2, "Зуев О.П.", "директор"],
            [3, "Вьюгина"],
        ]
    )
    assert found.sheets[0].what == Kind.STAFF
    first, second = found.batch.rows[Kind.STAFF]
    assert (first.person.middle, first.position, first.phone, first.email) == (
        "Ильинична",
        "учитель",
        "+79000000001",
        "o@example.org",
    )
    assert (second.person, second.position) == (Person("Зуев", "О.", "П."), "директор")
    assert problems(found) == [(5, "person", "Нет имени")]


def test_a_director_at_the_top_of_the_staff_is_no_signature():
    found = read([["Должность", "ФИО"], ["Директор", "Зуев Олег"], ["Секретарь", "Лис Ян"]])
    assert [row.person.last for row in found.batch.rows[Kind.STAFF]] == ["Зуев", "Лис"]


def test_a_list_of_parents():
    found = read(
        [
            ["ФИО ребёнка", "Класс", "ФИО родителя", "Кем приходится", "Телефон", "e-mail"],
            ["Иванов Иван", "5А", "Иванова Анна Петровна", "мама", "89000000001", None],
            ["Иванов Иван", "5А", "Иванов Пётр", "отец", None, "x@example.org"],
            ["Иванов Иван", "5А", "Лис Ян", "опекун", None, None],
        ]
    )
    assert found.sheets[0].what == Kind.PARENTS
    assert parents(found) == [
        ("Иванов", "mother", "Иванова", "+79000000001", ""),
        ("Иванов", "father", "Иванов", "", "x@example.org"),
        ("Иванов", "other", "Лис", "", ""),
    ]
    assert found.batch.rows[Kind.PARENTS][0].child.class_name == "5А"
    assert Kind.PUPILS not in found.batch.rows


@pytest.mark.parametrize("rows", [[["а", "б"], ["в", "г"]], [["Стих"], ["Мороз и солнце"]]])
def test_what_is_no_list_is_asked(rows):
    (sheet,) = read(rows).sheets
    assert (sheet.what, sheet.told, sheet.step) == (
        None,
        "не поняли: что это?",
        "скажите, что это, или пропустите",
    )


@pytest.mark.parametrize("separator", ["\t", ";"])
def test_a_pasted_block_without_heads(separator):
    rows = ["1|Иванов Иван Петрович|5А|12.03.2015|м", "2|Петрова Анна|5 б|2.11.15|ж"]
    text = "\n".join(rows).replace("|", separator)
    found = read_files([("вставлено", text.encode())], {}, TODAY)
    assert (found.sheets[0].what, found.sheets[0].head_row) == (Kind.PUPILS, None)
    assert [
        (row.place.row, row.person.last, row.class_name, row.born_on.year, row.sex)
        for row in found.batch.rows[Kind.PUPILS]
    ] == [(1, "Иванов", "5А", 2015, "m"), (2, "Петрова", "5Б", 2015, "f")]


def test_a_block_in_which_two_columns_could_be_the_name_is_asked():
    rows = [["Иванов Иван", "Иванова Анна", "5А"], ["Лис Ян", "Лис Ева", "5А"]]
    assert read(rows).sheets[0].what is None
    found = read(rows, {"head:pupils:столбец 2": "mother.person"})
    assert (names(found), [one[2] for one in parents(found)]) == (
        ["Иванов", "Лис"],
        ["Иванова", "Лис"],
    )


def test_a_sheet_said_to_be_something_else():
    rows = [["ФИО", "Пол"], ["Орлова Вера", "ж"]]
    assert read(rows).sheets[0].what == Kind.PUPILS
    found = read(rows, {"kind:список.xlsx|Лист1": "staff"})
    assert (found.sheets[0].what, len(found.batch.rows[Kind.STAFF])) == (Kind.STAFF, 1)
    found = read(rows, {"kind:список.xlsx|Лист1": "skip"})
    assert (found.sheets[0].what, found.batch.rows) == ("skip", {})
    found = read([["а"], ["б"]], {"kind:список.xlsx|Лист1": "staff"})
    assert found.sheets[0].error == "Не нашли заголовки: скажите, в какой они строке"


@pytest.mark.parametrize("separator", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1251", "utf-16"])
def test_csv(separator, encoding):
    rows = [["ФИО", "Класс", "Дата рождения"], ["Ёлкина Анна", '5 "А"', "12.03.2015"]]
    lines = [
        separator.join(f'"{cell}"'.replace('""', '"""') if '"' in cell else cell for cell in row)
        for row in rows
    ]
    lines[1] = lines[1].replace('5 "А"', '5 ""А""')
    found = read_files([("а.csv", "\r\n".join(lines).encode(encoding))], {}, TODAY)
    assert names(found) == ["Ёлкина"]
    assert found.batch.rows[Kind.PUPILS][0].class_name == "5А"


def test_a_web_page_named_xls():
    page = """<html><head><meta charset="utf-8"><style>td {}</style></head><body><table>
      <tr><th rowspan="2">ФИО</th><th rowspan="2">Класс</th><th colspan="2">Мать</th></tr>
      <tr><th>ФИО</th><th>Телефон</th></tr>
      <tr><td>Иванов&nbsp;Иван<td>5А<td>Иванова Анна<br>(мама)<td>89000000001</tr></table>"""
    found = read_files([("выгрузка.xls", page.encode())], {}, TODAY)
    assert (names(found), parents(found)) == (
        ["Иванов"],
        [("Иванов", "mother", "Иванова", "+79000000001", "")],
    )


def test_a_table_of_a_text_document():
    from io import BytesIO

    from docx import Document

    document = Document()
    document.add_paragraph("Список учащихся 7 «В» класса")
    table = document.add_table(rows=0, cols=3)
    for row in (["№", "ФИО", "Дата рождения"], ["1", "Иванов Иван", "12.03.2013"]):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    file = BytesIO()
    document.save(file)
    found = read_files([("7в.docx", file.getvalue())], {}, TODAY)
    assert [(row.person.last, row.class_name) for row in found.batch.rows[Kind.PUPILS]] == [
        ("Иванов", "7В")
    ]


# --- whatever the shape ---

SPELLINGS = {
    "class": [
        lambda c: c,
        lambda c: f"{c[0]} {c[1]}",
        lambda c: f'{c[0]} "{c[1].lower()}"',
        lambda c: f"{c[0]}-{c[1]}",
    ],
    "day": [
        lambda d: d,
        lambda d: f"{d:%d.%m.%Y}",
        lambda d: f"{d:%d/%m/%y}",
        lambda d: f"{d:%Y-%m-%d}",
    ],
    "sex": [lambda s: s, lambda s: {"м": "муж.", "ж": "Жен"}[s]],
}
LETTERS = st.text("бвгджзклмнпрст", min_size=3, max_size=7).map(str.capitalize)
PUPILS = st.lists(
    st.tuples(
        LETTERS,
        LETTERS,
        st.sampled_from(["5А", "5Б", "6А"]),
        st.dates(datetime.date(2010, 1, 1), datetime.date(2018, 1, 1)),
        st.sampled_from("мж"),
    ),
    min_size=1,
    max_size=6,
)


@st.composite
def written_lists(draw):
    """(the pupils, the same as rows of a list): names in one column or two, columns in any order,
    lines above, numbers, blank rows and a sum."""
    pupils = draw(PUPILS)
    columns = [("Класс", 2), ("Дата рождения", 3), ("Пол", 4)]
    columns += [("ФИО", 0)] if draw(st.booleans()) else [("Фамилия", 0), ("Имя", 1)]
    columns = draw(st.permutations([*columns, ("№ п/п", None)]))
    is_joined = ("ФИО", 0) in columns
    rows = [["Сведения об учащихся"]] * draw(st.integers(0, 3)) + [[head for head, _ in columns]]
    for number, one in enumerate(pupils, start=1):
        cells = {
            None: number,
            0: f"{one[0]} {one[1]}" if is_joined else one[0],
            1: one[1],
            2: draw(st.sampled_from(SPELLINGS["class"]))(one[2]),
            3: draw(st.sampled_from(SPELLINGS["day"]))(one[3]),
            4: draw(st.sampled_from(SPELLINGS["sex"]))(one[4]),
        }
        rows.append([cells[place] for _, place in columns])
        if draw(st.booleans()):
            rows.append([])
    rows += [["Итого:", len(pupils)]]
    return pupils, rows


@settings(max_examples=40, deadline=None)
@given(written_lists())
def test_a_list_reads_the_same_in_whatever_shape(written):
    pupils, rows = written
    found = read(rows)
    assert problems(found) == []
    assert [
        (
            row.person.last,
            row.person.first,
            row.class_name,
            row.born_on,
            {"m": "м", "f": "ж"}[row.sex],
        )
        for row in found.batch.rows[Kind.PUPILS]
    ] == pupils
