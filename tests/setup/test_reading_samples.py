"""Lists as schools keep them, read as they are meant: each sample beside what it means."""

import datetime
import json
from pathlib import Path

import pytest

from setup.batch import Kind
from setup.reading.files import read_files
from setup.reading.plans import class_said, says

pytestmark = pytest.mark.any_database

SAMPLES = Path(__file__).parent / "samples"
TODAY = datetime.date(2026, 11, 25)
SEXES = {"m": "м", "f": "ж", "": ""}
RELATIONS = {"mother": "мать", "father": "отец"}


def read(name, answers=None):
    found = read_files([(name, (SAMPLES / name).read_bytes())], answers or {}, TODAY)
    return found, json.loads((SAMPLES / f"{name}.expected.json").read_text())


def pupil(row):
    return {
        "class": row.class_name,
        "last": row.person.last,
        "first": row.person.first,
        "middle": row.person.middle,
        "born": row.born_on.isoformat(),
        "sex": SEXES[row.sex],
    }


def parent(row):
    return {
        "role": RELATIONS[row.relation],
        "last": row.person.last,
        "first": row.person.first,
        "middle": row.person.middle,
        "phone": row.phone,
        "email": row.email,
    }


LISTS = [
    "class_list_one_column.xlsx",
    "contingent_blocks.xlsx",
    "list.ods",
    "list_cp1251.csv",
    "list_old.xls",
]


@pytest.mark.parametrize("name", LISTS)
def test_a_class_list(name):
    found, expected = read(name)
    batch = found.batch
    assert [pupil(row) for row in batch.rows[Kind.PUPILS]] == [
        {key: one[key] for key in ("class", "last", "first", "middle", "born", "sex")}
        for one in expected["pupils"]
    ]
    assert batch.problems == []
    assert batch.questions == []
    assert {sheet.what for sheet in found.sheets} == {Kind.PUPILS}
    assert not any(sheet.unknown for sheet in found.sheets)


@pytest.mark.parametrize("name", ["contingent_blocks.xlsx", "list_cp1251.csv"])
def test_parents_beside_their_children(name):
    found, expected = read(name)
    meant = [
        {"email": "", **one, "child": child["last"]}
        for child in expected["pupils"]
        for one in child["parents"]
    ]
    rows = found.batch.rows[Kind.PARENTS]
    assert [parent(row) | {"child": row.child.person.last} for row in rows] == meant
    assert len(rows) == expected["counts"]["parents"]


def test_numbers_of_personal_files():
    found, expected = read("list_old.xls")
    assert [row.file_number for row in found.batch.rows[Kind.PUPILS]] == [
        one["personal_file"] for one in expected["pupils"]
    ]


def test_class_teachers_out_of_the_rows_between():
    found, expected = read("contingent_blocks.xlsx")
    assert {
        row.name: f"{row.teacher.last} {row.teacher.first}{row.teacher.middle}"
        for row in found.batch.rows[Kind.CLASSES]
    } == expected["class_teachers"]


def test_what_is_no_pupil_is_passed_over_and_told():
    found, _ = read("class_list_one_column.xlsx")
    told = [
        (place.source.sheet, place.row, why)
        for place, why in found.batch.passed_over
        if place.source.sheet != '5 "А" (2)'
    ]
    assert told == [
        ('5 "А"', 13, "итог"),
        ('5 "А"', 15, "подпись"),
        ("5Б", 11, "итог"),
        ("5Б", 13, "подпись"),
    ]
    assert found.batch.notes == ['«5 "А" (2)» повторяет «5 "А"»: взято один раз']


def test_the_load_of_teachers():
    found, expected = read("load_matrix.xlsx")
    rows = found.batch.rows[Kind.WORKLOAD]
    (sheet,) = found.sheets
    assert (sheet.what, sheet.head_row, found.batch.problems) == ("workload_by_teacher", 3, [])

    def short(name):
        last, first, middle = name.split()
        return (last, first[0], middle[0])

    def initials(person):
        return (person.last, person.first[0], person.middle[0])

    assert sorted(
        (*initials(row.teacher), row.subject, *row.classes, float(row.hours)) for row in rows
    ) == sorted((*short(one[0]), *one[1:3], float(one[3])) for one in expected["rows"])


def test_two_teachers_of_one_class_and_subject_are_read_without_groups():
    found, _ = read("load_matrix.xlsx")
    groups = {
        (row.teacher.last, row.group)
        for row in found.batch.rows[Kind.WORKLOAD]
        if row.subject == "Английский язык"
    }
    assert groups == {("Ежова", ""), ("Жаворонкова", "")}  # groups are made beside what stands
    alone = {row.group for row in found.batch.rows[Kind.WORKLOAD] if row.subject == "Русский язык"}
    assert alone == {""}


@pytest.mark.parametrize("name", ["ktp_algebra_7.xlsx", "ktp_russian_8.docx"])
def test_a_plan_of_one_class(name):
    """Its rows do not say whose it is; what stands above them does."""
    found, expected = read(name)
    (sheet,) = found.sheets
    assert (sheet.what, sheet.rows) == ("ktp", len(expected["topics"]))
    rows = found.batch.rows[Kind.PLAN]
    told = [[row.section, row.title, row.hours, str(row.planned_on), row.homework] for row in rows]
    assert told == [topic[1:6] for topic in expected["topics"]]
    subject, name = ("Алгебра", "7А") if "algebra" in name else ("Русский язык", "8А")
    assert class_said(rows[0].about) == name
    assert any(says(line, subject) for line in rows[0].about)


@pytest.mark.parametrize(
    ("about", "name"),
    [
        (["КТП по алгебре, 7 «А» класс"], "7А"),
        (["Алгебра. 7А. Учитель Берёзкин О.П."], "7А"),
        (["Русский язык 5 класс, 3 ч в неделю, 102 ч"], "5"),
        (["2026/2027 учебный год", "Лист1", "алгебра-7б"], "7Б"),
        (["Повторение, 34 ч", "Лист1", "ktp algebra 7"], "7"),
        (["Алгебра", "Лист1", "план 2026"], ""),
        (["Алгебра, 7 класс", "7А", "план"], "7"),
        (["Литература", "1 четверть", "литература 9"], "9"),
    ],
)
def test_whose_plan_it_is(about, name):
    assert class_said(about) == name


@pytest.mark.parametrize(
    ("line", "subject", "words"),
    [
        ("КТП по русскому языку", "Русский язык", 2),
        ("планирование по алгебре", "Алгебра", 1),
        ("уроки физики", "Физика", 1),
        ("физическая культура", "Физика", 0),
        ("план по литературе", "Литературное чтение", 0),
        ("алгебра и начала математического анализа", "Алгебра", 1),
        (
            "алгебре и началам математического анализа",
            "Алгебра и начала математического анализа",
            4,
        ),
    ],
)
def test_the_subject_of_a_plan(line, subject, words):
    assert says(line, subject) == words


def test_all_files_at_once():
    """What can't be read does not stop the rest."""
    files = [(name, (SAMPLES / name).read_bytes()) for name in LISTS]
    found = read_files([("приказ.docx", b"\xff\xd8\x00"), *files], {}, TODAY)
    assert found.sheets[0].error == "Это не таблица, как бы файл ни назывался"
    assert len(found.batch.rows[Kind.PUPILS]) == 12 + 18 * 4


def test_what_other_programs_write_is_recognised_among_the_rest():
    """An export of several files is read as one; each of them is told of."""
    untis = sorted((SAMPLES / "untis").glob("GPU*.TXT"))
    names = ["asc_school.xml", "oneroster_1_2.zip", "timetable_grid.xlsx"]
    files = [(path.name, path.read_bytes()) for path in [*(SAMPLES / one for one in names), *untis]]
    found = read_files(files, {}, TODAY)
    assert [(sheet.file, sheet.what) for sheet in found.sheets] == [
        ("asc_school.xml", "asc"),
        ("oneroster_1_2.zip", "oneroster"),
        ("timetable_grid.xlsx", "grid"),
        *((path.name, "untis") for path in untis),
    ]
    assert not any(sheet.error for sheet in found.sheets)
    lessons = found.batch.rows[Kind.TIMETABLE]
    assert {row.place.source.file for row in lessons} == {
        "asc_school.xml",
        "timetable_grid.xlsx",
        "GPU001.TXT",
    }
    left_out = read_files(
        files, {"kind:asc_school.xml|": "skip", "kind:GPU001.TXT|": "skip"}, TODAY
    )
    assert [sheet.what for sheet in left_out.sheets[:4]] == ["skip", "oneroster", "grid", "skip"]
    assert {row.place.source.file for row in left_out.batch.rows[Kind.TIMETABLE]} == {
        "timetable_grid.xlsx"
    }
