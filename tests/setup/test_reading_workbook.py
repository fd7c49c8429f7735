"""Our own workbook: what is written by its table of heads is read as the same records."""

import dataclasses
import datetime
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from setup.batch import (
    BellRow,
    ClassRow,
    CurriculumRow,
    GroupRow,
    Kind,
    ParentRow,
    PeriodRow,
    Person,
    PlanRow,
    PupilRow,
    StaffRow,
    SubjectRow,
    TimetableRow,
    WorkloadRow,
)
from setup.reading import texts
from setup.reading.files import read_files
from setup.reading.workbook import (
    EXPLAINED,
    PERIOD_KINDS,
    RELATIONS,
    SEXES,
    SHEETS,
    WEEKDAYS,
    WEEKS,
)
from tests.setup.books import TODAY, book

pytestmark = pytest.mark.any_database


def test_each_sheet_is_recognised_and_its_example_read():
    rows = {
        sheet.title: [[head.title for head in sheet.heads], [head.example for head in sheet.heads]]
        for sheet in SHEETS.values()
    }
    found = read_files([("образец.xlsx", book(**rows))], {}, TODAY)
    assert [sheet.what for sheet in found.sheets] == list(SHEETS)
    assert found.batch.problems == []
    assert found.batch.questions == []
    assert {kind: len(found.batch.rows[kind]) for kind in SHEETS} == dict.fromkeys(SHEETS, 1)
    assert not any(sheet.unknown for sheet in found.sheets)


def test_a_template_that_nobody_has_filled():
    """Its explanations are no list of people, subjects or classes, and its sheets are empty."""
    rows = {EXPLAINED: [["Лист", "Графа", "Нужна", "Пример"], ["Ученики", "Фамилия", "да", "Лис"]]}
    rows |= {sheet.title: [[head.title for head in sheet.heads]] for sheet in SHEETS.values()}
    found = read_files([("образец.xlsx", book(**rows))], {}, TODAY)
    assert [sheet.what for sheet in found.sheets] == ["skip", *SHEETS]
    assert {sheet.step for sheet in found.sheets[1:]} == {"пусто: нечего записывать"}
    assert (found.batch.rows, found.batch.problems) == ({}, [])


def test_every_value_of_a_drop_down_is_read():
    """Each choice is a word of its own to the reader."""
    for kind, sheet in SHEETS.items():
        for place, head in enumerate(sheet.heads):
            made = []
            for choice in head.choices:
                example = [one.example for one in sheet.heads]
                example[place] = choice
                made.append(example)
            if not made:
                continue
            rows = [[one.title for one in sheet.heads], *made]
            found = read_files([("а.xlsx", book(**{sheet.title: rows}))], {}, TODAY)
            assert found.batch.problems == []
            different = {repr(bare(row)) for row in found.batch.rows[kind]}
            assert len(different) == len(made)


@pytest.mark.parametrize("kind", list(SHEETS))
def test_what_a_row_may_not_lack(kind):
    sheet = SHEETS[kind]
    for place, head in enumerate(sheet.heads):
        if not head.needed:
            continue
        example = [one.example or "5А" for one in sheet.heads]
        example[place] = ""
        rows = [[one.title for one in sheet.heads], example]
        found = read_files([("а.xlsx", book(**{sheet.title: rows}))], {}, TODAY)
        assert kind not in found.batch.rows, head.title


# --- whatever is written ---

WORD = st.text("абвгдежзиклмнопрст", min_size=3, max_size=9).map(str.capitalize)
PHRASE = st.lists(WORD, min_size=1, max_size=3).map(" ".join)
PERSON = st.builds(Person, st.one_of(WORD, PHRASE), WORD, st.one_of(st.just(""), WORD))
CLASS = st.builds(
    lambda number, letter: f"{number}{letter}", st.integers(1, 11), st.sampled_from("АБВ")
)
BORN = st.dates(datetime.date(2008, 1, 1), datetime.date(2019, 1, 1))
NONE = st.none()
NO = st.just("")
PHONE = st.one_of(NO, st.integers(9_000_000_000, 9_999_999_999).map(lambda number: f"+7{number}"))
EMAIL = st.one_of(NO, st.just("a.b@example.org"))
HOURS = st.integers(1, 80).map(lambda halves: Decimal(halves) / 2)
GROUP = st.one_of(NO, st.sampled_from(["1 группа", "2 группа", "Девочки"]))
CHILD = st.builds(
    PupilRow, NONE, PERSON, CLASS, st.one_of(NONE, BORN), NO, st.one_of(NO, st.just("А-101"))
)
TEACHER = st.one_of(NONE, PERSON)
CLASSES = st.lists(CLASS, min_size=1, max_size=2, unique=True).map(tuple)
TIMES = st.tuples(st.integers(8, 12), st.integers(13, 18), st.integers(0, 59)).map(
    lambda one: (datetime.time(one[0], one[2]), datetime.time(one[1], one[2]))
)
RECORDS = {
    Kind.SUBJECTS: st.builds(
        SubjectRow, NONE, PHRASE, st.one_of(NO, WORD), st.one_of(NO, st.just("Англ"))
    ),
    Kind.PERIODS: st.builds(
        PeriodRow,
        NONE,
        st.sampled_from(["quarter", "trimester", "half_year"]),
        st.integers(1, 4),
        st.just(datetime.date(2026, 9, 1)),
        st.dates(datetime.date(2026, 9, 2), datetime.date(2027, 5, 31)),
    ),
    Kind.BELLS: st.builds(
        lambda schedule, number, times: BellRow(None, schedule, number, *times),
        st.one_of(NO, PHRASE),
        st.integers(0, 12),
        TIMES,
    ),
    Kind.STAFF: st.builds(StaffRow, NONE, PERSON, st.one_of(NO, PHRASE), PHONE, EMAIL),
    Kind.CLASSES: st.builds(ClassRow, NONE, CLASS, TEACHER),
    Kind.PUPILS: st.builds(
        PupilRow,
        NONE,
        PERSON,
        CLASS,
        st.one_of(NONE, BORN),
        st.sampled_from(["", "m", "f"]),
        st.one_of(NO, WORD),
    ),
    Kind.PARENTS: st.builds(
        ParentRow,
        NONE,
        PERSON,
        CHILD,
        st.sampled_from(["", "mother", "father", "other"]),
        PHONE,
        EMAIL,
    ),
    Kind.CURRICULUM: st.builds(CurriculumRow, NONE, CLASS, PHRASE, HOURS),
    Kind.WORKLOAD: st.builds(
        WorkloadRow, NONE, TEACHER, PHRASE, CLASSES, GROUP, st.one_of(NONE, HOURS)
    ),
    Kind.GROUPS: st.builds(
        GroupRow, NONE, CHILD, PHRASE, st.sampled_from(["1 группа", "Немецкий"])
    ),
    Kind.TIMETABLE: st.builds(
        TimetableRow,
        NONE,
        CLASSES,
        PHRASE,
        st.integers(1, 7),
        st.integers(0, 9),
        st.integers(1, 3),
        GROUP,
        st.one_of(NO, st.sampled_from(["204", "с/з"])),
        TEACHER,
    ),
    Kind.PLAN: st.builds(
        PlanRow,
        NONE,
        CLASS,
        PHRASE,
        PHRASE,
        GROUP,
        st.one_of(NO, PHRASE),
        st.integers(1, 9),
        st.one_of(NO, PHRASE, st.just("§ 4\nупр. 21")),
        st.one_of(NONE, st.just(datetime.date(2026, 9, 1))),
    ),
}


def value(row, field):
    """What stands in the column of a field."""
    before, _, last = field.rpartition(".")
    if before == "child":
        return value(row.child, last)
    if field in ("last", "first", "middle"):
        return getattr(row.person, field)
    found = getattr(row, field)
    if found in (None, ""):
        return None
    if isinstance(found, Person):
        return texts.written(found)
    if field == "classes":
        return ", ".join(found)
    if isinstance(found, Decimal):
        return float(found)
    words = {
        "sex": dict(zip(("m", "f"), SEXES, strict=True)),
        "relation": dict(zip(("mother", "father", "other"), RELATIONS, strict=True)),
        "kind": dict(zip(("quarter", "trimester", "half_year"), PERIOD_KINDS, strict=True)),
        "weekday": dict(enumerate(WEEKDAYS, start=1)),
        "weeks": {number: WEEKS[number % 3] for number in (1, 2, 3)},
    }
    return words[field][found] if field in words else found


def bare(row):
    """The record without its places."""
    changes = {"place": None}
    if hasattr(row, "child"):
        changes["child"] = dataclasses.replace(row.child, place=None)
    return dataclasses.replace(row, **changes)


@pytest.mark.parametrize("kind", list(SHEETS))
def test_what_is_written_is_read(kind):
    sheet = SHEETS[kind]

    @settings(max_examples=25, deadline=None)
    @given(st.lists(RECORDS[kind], min_size=1, max_size=4))
    def check(rows):
        written = [[value(row, head.field) for head in sheet.heads] for row in rows]
        heads = [head.title for head in sheet.heads]
        content = book(**{sheet.title: [heads, *written]})
        found = read_files([("школа.xlsx", content)], {}, TODAY)
        assert found.batch.problems == []
        assert [bare(row) for row in found.batch.rows[kind]] == rows

    check()
