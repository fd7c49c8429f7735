"""Texts of the workload's cells, blocks laid over them, ways to part a class."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.rules.names import PersonName
from setup.batch import Person
from setup.blocks import lay_out, rows_of
from setup.reading import cells
from setup.reading.texts import Wrong
from setup.resolving import hours_text
from setup.splitting import by_alphabet, by_sex, sex_places, share_journal
from setup.workload_cells import (
    Part,
    Subjected,
    Taught,
    Unclear,
    called,
    draw,
    draw_subjects,
    parse,
    parse_subjects,
    people,
    subjects,
)

pytestmark = pytest.mark.any_database


WHOLE = ""
FIRST, SECOND = "1 группа", "2 группа"
K, EZH, ZH, NONE = "Калинина", "Ежова", "Жуков", None

# How a cell is written; how the page draws it; what a file with it says: (teacher, hours, group).
CELLS = [
    ("Калинина 5", "Калинина 5", [(K, "5", WHOLE)]),
    ("Калинина5", "Калинина 5", [(K, "5", WHOLE)]),
    ("Калинина - 5 ч.", "Калинина 5", [(K, "5", WHOLE)]),
    ("Калинина: 5 часов", "Калинина 5", [(K, "5", WHOLE)]),
    ("Калинина (2,5 ч.)", "Калинина 2,5", [(K, "2.5", WHOLE)]),
    ("Калинина (2)", "Калинина 2", [(K, "2", WHOLE)]),
    ("Калинина 0.33", "Калинина 0,33", [(K, "0.33", WHOLE)]),
    ("Калинина", "Калинина", [(K, None, WHOLE)]),
    ("Ежова 3/Жуков 3", "Ежова 3 / Жуков 3", [(EZH, "3", FIRST), (ZH, "3", SECOND)]),
    ("Ежова 3; Жуков 2", "Ежова 3 / Жуков 2", [(EZH, "3", FIRST), (ZH, "2", SECOND)]),
    ("Ежова 3\nЖуков 3", "Ежова 3 / Жуков 3", [(EZH, "3", FIRST), (ZH, "3", SECOND)]),
    ("Ежова / Жуков 3", "Ежова 3 / Жуков 3", [(EZH, "3", FIRST), (ZH, "3", SECOND)]),
    ("Ежова 2 + Жуков 1", "Ежова 2 + Жуков 1", [(EZH, "2", "весь класс"), (ZH, "1", "весь класс")]),
    (
        "дев.: Ежова 2 / мал.: нет",
        "дев.: Ежова 2 / мал.: нет",
        [(EZH, "2", "дев."), (NONE, None, "мал.")],
    ),
    (
        "Ежова (Девочки) 2 / Жуков 2 (Мальчики)",
        "Девочки: Ежова 2 / Мальчики: Жуков 2",
        [(EZH, "2", "Девочки"), (ZH, "2", "Мальчики")],
    ),
    ("Ежова (1 группа) 3", "1 группа: Ежова 3", [(EZH, "3", FIRST)]),
    ("Ежова (1) 3", "1: Ежова 3", [(EZH, "3", FIRST)]),
    (
        "весь класс: Калинина 3 / Ежова 2",
        "весь класс: Калинина 3 / Ежова 2",
        [(K, "3", "весь класс"), (EZH, "2", FIRST)],
    ),
    ("Ежова 3 / —", "Ежова 3 / нет", [(EZH, "3", FIRST), (NONE, None, SECOND)]),
    ("Ежова 3 / вакантно 3", "Ежова 3 / нет 3", [(EZH, "3", FIRST), (NONE, "3", SECOND)]),
    ("нет", "нет", [(NONE, None, WHOLE)]),
    ("Нет учителя 4", "нет 4", [(NONE, "4", WHOLE)]),
    ("  ", "", []),
    ("—", "", []),
    ("х", "", []),
    ("0", "", []),
]


@pytest.mark.parametrize(("text", "drawn", "brought"), CELLS)
def test_a_cell_is_read_alike_on_the_page_and_in_a_file(text, drawn, brought):
    assert draw(parse(text)) == drawn
    assert [(one.teacher, one.hours, one.group) for one in cells.parse(text)] == [
        (who and Person(who), hours and Decimal(hours), group) for who, hours, group in brought
    ]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Ежова 3 /", "Между косыми чертами пусто"),
        ("/", "Между косыми чертами пусто"),
        ("Ежова 3 + Ежова 2", "«Ежова 3 + Ежова 2»: учитель назван дважды"),
        ("Ежова 0,1", "0,1 часов в неделю не бывает"),
        ("Кузьмина 232", "232 часов в неделю не бывает"),
        ("Кузьмина 0", "0 часов в неделю не бывает"),
        ("5 5", "«5 5» не похоже на фамилию и часы"),
        ("!!", "«!!» не похоже на фамилию и часы"),
    ],
)
def test_no_cell_on_the_page_nor_in_a_file(text, why):
    with pytest.raises(Unclear) as page:
        parse(text)
    with pytest.raises(Wrong) as file:
        cells.parse(text)
    assert page.value.why == file.value.why == why


def test_hours_alone_are_asked_about_on_the_page_and_taken_of_a_file():
    with pytest.raises(Unclear, match="не сказано, кто ведёт"):
        parse("5")
    assert cells.parse(5.0) == [cells.Load(None, Decimal(5))]


@pytest.mark.parametrize(
    ("text", "hours"), [("3", "3"), ("0,5 ч.", "0.5"), ("-", None), ("0", None), ("", None)]
)
def test_a_cell_of_the_curriculum(text, hours):
    assert hours_text(text) == (hours and Decimal(hours))


words = st.text("абвгежзийклмнопрстуфхцчшщэюя", min_size=2, max_size=8).filter(
    lambda word: word not in ("нет", "вакансия")
)
hours = st.integers(1, 40).map(lambda number: Decimal(number) / 4)
shared = st.lists(st.builds(Taught, words, hours), max_size=2, unique_by=lambda one: one.who)
parts = st.lists(
    st.builds(Part, shared.map(tuple), st.one_of(st.just(""), words)), min_size=2, max_size=3
)


@given(parts)
def test_what_is_drawn_is_read_again(found):
    assert parse(draw(found)) == found


@given(
    st.lists(
        st.builds(Subjected, words, st.one_of(st.just(""), words), hours),
        min_size=1,
        unique_by=lambda one: (one.subject, one.label),
    )
)
def test_what_a_teacher_teaches_is_read_again(found):
    assert parse_subjects(draw_subjects(found)) == found


STAFF = {
    1: PersonName("Калинина", "Алла", "Дмитриевна"),
    2: PersonName("Калинина", "Вера", "Олеговна"),
    3: PersonName("Рябов", "Пётр", ""),
}


@pytest.mark.parametrize(
    ("word", "found"),
    [
        ("Рябов", [3]),
        ("рябов петр", [3]),
        ("Калинина", [1, 2]),
        ("Калинина А.Д.", [1]),
        ("Калинина В", [2]),
        ("Калинина Г", []),
        ("Рябова", []),
    ],
)
def test_whom_a_word_means(word, found):
    assert people(word, STAFF) == found


def test_everybody_is_called_so_that_he_is_meant():
    for pk, word in called(STAFF).items():
        assert people(word, STAFF) == [pk]


SUBJECTS = {
    1: ("Русский язык", "Рус. яз.", "Рус"),
    2: ("Родной язык", "Род. яз.", "Род"),
    3: ("Алгебра", "Алг.", "Алг"),
}


@pytest.mark.parametrize(
    ("word", "found"),
    [("русский язык", [1]), ("рус. яз", [1]), ("алг", [3]), ("р", [1, 2]), ("физика", [])],
)
def test_which_subject_a_word_means(word, found):
    assert subjects(word, SUBJECTS) == found


def laid(text, at=None):
    rows, columns = {"алгебра": 1, "история": 2}, {"5а": 10, "5б": 20}
    return lay_out(
        rows_of(text),
        [1, 2],
        [10, 20],
        lambda head: rows.get(head.lower()),
        lambda head: columns.get(head.lower().replace(" ", "")),
        at,
    )


def test_a_block_is_put_on_a_cell():
    found = laid("а\tб\tв\n\tг\nд", at=(1, 10))
    assert found.texts == {(1, 10): "а", (1, 20): "б", (2, 20): "г"}
    assert found.outside == 2


def test_a_block_with_heads_is_put_by_them():
    found = laid("Нагрузка\t\t\n\t5 Б\t5А\nИстория\tа\tб\nФизика\tв\t\n", at=(1, 10))
    assert found.texts == {(2, 20): "а", (2, 10): "б"}
    assert found.unknown == ["Физика"]


def test_a_cell_of_two_lines_is_one_cell():
    assert rows_of('"Ежова 3\nЖуков 3"\tа\nб\tв') == [["Ежова 3 / Жуков 3", "а"], ["б", "в"]]
    assert rows_of('5 "А\tа') == [['5 "А', "а"]]


@given(st.integers(0, 40), st.integers(1, 4), st.dictionaries(st.integers(0, 39), st.just(0)))
def test_the_alphabet_makes_groups_alike(count, groups, kept):
    pupils = list(range(count))
    kept = {pupil: place for pupil, place in kept.items() if pupil < count}
    found = by_alphabet(pupils, groups, kept)
    assert found.keys() == {*pupils}
    assert kept.items() <= found.items()
    sizes = [list(found.values()).count(place) for place in range(groups)]
    if not kept:
        assert max(sizes) - min(sizes) <= 1
        assert [found[one] for one in pupils] == sorted(found.values())


@pytest.mark.parametrize(
    ("labels", "places"),
    [
        (["1", "2"], {"f": 0, "m": 1}),
        (["мал.", "дев."], {"f": 1, "m": 0}),
        (["юноши", "2"], {"f": 1, "m": 0}),
        (["1"], {}),
    ],
)
def test_where_girls_and_boys_go(labels, places):
    assert sex_places(labels) == places


@pytest.mark.parametrize(
    ("hours", "planned", "do_already", "together"),
    [
        ((2, 1), 3, False, True),
        ((2, 1), 4, False, False),
        ((3, 3), 3, False, False),
        ((2, 1), None, False, False),
        ((3, None), 3, False, False),
        ((None, None), None, False, False),
        ((2, 2), 3, True, True),
    ],
)
def test_when_two_teachers_share_a_journal(hours, planned, do_already, together):
    assert share_journal(hours, planned, do_already=do_already) is together


def test_whose_sex_is_not_known_has_no_group():
    assert by_sex([1, 2, 3], {1: "f", 2: "m"}, ["1", "2"], {}) == {1: 0, 2: 1}
