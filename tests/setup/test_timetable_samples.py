"""One timetable as a grid, an aSc export and an Untis export: each read as it is meant."""

import csv
import json
import zipfile
from collections import Counter
from io import BytesIO, StringIO
from pathlib import Path
from xml.etree import ElementTree

import pytest

from school.tables.reading import read_tables
from setup.batch import Kind
from setup.reading.asc import is_asc, read_asc
from setup.reading.files import read_files
from setup.reading.grid import is_grid, read_grid
from setup.reading.oneroster import is_oneroster, read_oneroster
from setup.reading.untis import read_untis

pytestmark = pytest.mark.any_database

SAMPLES = Path(__file__).parent / "samples"
WEEKS = {1: "1", 2: "2", 3: "all"}


def expected_of(name):
    return json.loads((SAMPLES / name).read_text())


def lessons(batch, *, short=None):
    """Rows as the samples' expectations have them, with `short` {last name: short name} also the
    teacher."""
    found = []
    for row in batch.rows[Kind.TIMETABLE]:
        teacher = [short[row.teacher.last]] if short else []
        for name in row.classes:
            told = [name, row.weekday, row.number, WEEKS[row.weeks], row.subject, row.group]
            found.append([*told, *teacher, row.room])
    return sorted(found)


def untis_files():
    return {path.name: path.read_bytes() for path in sorted((SAMPLES / "untis").glob("*.TXT"))}


def keys(batch):
    return [question.key for question in batch.questions]


def asc():
    return (SAMPLES / "asc_school.xml").read_bytes()


def test_the_grid():
    expected = expected_of("timetable_grid.xlsx.expected.json")
    [table] = read_tables("grid.xlsx", (SAMPLES / "timetable_grid.xlsx").read_bytes())
    batch = read_grid(table, {})
    assert is_grid(table)
    assert lessons(batch) == sorted(expected["rows"])
    assert (
        len({(row.place.row, row.place.column) for row in batch.rows[Kind.TIMETABLE]})
        == (expected["counts"]["filled cells"])
    )
    assert keys(batch) == ["timetable:first_week", "timetable:day"]
    assert (batch.problems, batch.passed_over) == ([], [])


def test_asc():
    expected = expected_of("asc_school.xml.expected.json")
    batch = read_asc("asc_school.xml", asc(), {})
    teachers = ElementTree.fromstring(asc()).iter("teacher")
    short = {one.get("lastname"): one.get("short") for one in teachers}
    counts = expected["counts"]
    assert is_asc(asc())
    assert lessons(batch, short=short) == sorted(expected["rows"])
    assert len(batch.rows[Kind.SUBJECTS]) == counts["subjects"]
    assert len(batch.rows[Kind.STAFF]) == counts["teachers"]
    assert len(batch.rows[Kind.WORKLOAD]) == counts["lessons"]
    assert {
        row.name: " ".join((row.teacher.last, row.teacher.first, row.teacher.middle))
        for row in batch.rows[Kind.CLASSES]
    } == expected["class_teachers"]
    assert Counter(name for name, *_ in lessons(batch)) == expected["rows_per_class"]
    assert keys(batch) == ["timetable:first_week", "timetable:day"]
    assert "«Неделя A»" in batch.questions[0].told
    assert (batch.problems, batch.passed_over, batch.notes) == ([], [], [])


def test_untis():
    expected = expected_of("untis/expected.json")
    files = untis_files()
    batch = read_untis(files, {})
    lines = csv.reader(StringIO(files["GPU004.TXT"].decode()), delimiter=";")
    short = {line[1]: line[0] for line in lines}
    assert lessons(batch, short=short) == sorted(expected["rows"])
    assert keys(batch) == ["timetable:first_week", "timetable:day"]
    assert batch.questions[1].usual == "2026-09-01"
    assert batch.problems == []
    assert len(batch.notes) == 1  # the substitutions
    assert "GPU014" in batch.notes[0]


def test_asc_and_untis_tell_the_same_load():
    def load(batch):
        return {
            (row.teacher.last, row.subject, row.classes, row.group, row.hours)
            for row in batch.rows[Kind.WORKLOAD]
        }

    assert load(read_asc("a.xml", asc(), {})) == load(read_untis(untis_files(), {}))


def test_oneroster():
    expected = expected_of("oneroster_1_2.zip.expected.json")
    data = (SAMPLES / "oneroster_1_2.zip").read_bytes()
    batch = read_oneroster("oneroster.zip", data, {})
    rows = batch.rows
    assert is_oneroster(data)
    assert [
        {
            "class": row.class_name,
            "last": row.person.last,
            "first": row.person.first,
            "middle": row.person.middle,
            "born": row.born_on.isoformat(),
            "sex": {"m": "м", "f": "ж"}[row.sex],
        }
        for row in rows[Kind.PUPILS]
    ] == expected["pupils"]
    assert Counter(row.class_name for row in rows[Kind.PUPILS]) == expected["homerooms"]
    assert len(rows[Kind.WORKLOAD]) == expected["journals"]
    assert len(rows[Kind.STAFF]) == expected["roles"]["teacher"]
    assert len(rows[Kind.PARENTS]) == expected["roles"]["parent"]
    assert {row.name: full(row.teacher) for row in rows[Kind.CLASSES]} == expected["class_teachers"]
    with_parents = {full(row.child.person) for row in rows[Kind.PARENTS]}
    without = [full(row.person) for row in rows[Kind.PUPILS]]
    assert [name for name in without if name not in with_parents] == (
        expected["pupils_without_parent"]
    )
    for child, parents in expected["parents_of"].items():
        own = [row for row in rows[Kind.PARENTS] if full(row.child.person) == child]
        assert [full(row.person) for row in own] == parents
    assert [
        [f"{row.number} четверть", row.starts_on.isoformat(), row.ends_on.isoformat()]
        for row in rows[Kind.PERIODS]
    ] == expected["periods"][1:]  # the year itself is no period
    assert (batch.problems, batch.questions, batch.gone) == ([], [], [])


def full(person):
    return " ".join((person.last, person.first, person.middle))


def test_the_groups_of_oneroster_are_those_of_asc():
    def groups(batch):
        return {
            (row.teacher.last, row.subject, row.classes, row.group)
            for row in batch.rows[Kind.WORKLOAD]
        }

    data = (SAMPLES / "oneroster_1_2.zip").read_bytes()
    batch = read_oneroster("oneroster.zip", data, {})
    assert groups(batch) == groups(read_asc("a.xml", asc(), {}))
    named = {(row.child.person.last, row.group) for row in batch.rows[Kind.GROUPS]}
    assert {("Абрикосов", "1 группа"), ("Абрикосов", "Мальчики")} <= named


def test_a_password_is_never_read():
    with zipfile.ZipFile(SAMPLES / "oneroster_1_2.zip") as before:
        members = {name: before.read(name) for name in before.namelist()}
    users = members["users.csv"].decode()
    members["users.csv"] = users.replace("+79000000001,s-5-1-1,,", "+79000000001,s-5-1-1,,тайна")
    assert "тайна" in members["users.csv"]
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as after:
        for name, content in members.items():
            after.writestr(name, content)
    assert "тайна" not in repr(read_oneroster("o.zip", file.getvalue(), {}))


def test_each_is_recognised_whatever_it_is_called():
    files = [
        ("расписание", (SAMPLES / "timetable_grid.xlsx").read_bytes()),
        ("выгрузка", asc()),
        ("roster", (SAMPLES / "oneroster_1_2.zip").read_bytes()),
        *untis_files().items(),
    ]
    found = read_files(files, {})
    told = {sheet.file: sheet.what for sheet in found.sheets}
    assert (told["расписание"], told["выгрузка"], told["roster"]) == ("grid", "asc", "oneroster")
    assert {told[name] for name in untis_files()} == {"untis"}
    assert len(found.batch.rows[Kind.TIMETABLE]) == 3 * 99
    # One question for all of them.
    assert keys(found.batch) == ["timetable:first_week", "timetable:day"]
