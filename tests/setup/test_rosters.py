"""The school as OneRoster files: what the standard asks for, and what reads back of it."""

import csv
import re
import zipfile
from collections import Counter
from dataclasses import replace
from io import BytesIO, StringIO

from django.core.management import call_command

from school.models import Parenthood, Student
from setup.batch import Kind
from setup.exported import exported
from setup.queries.roster import school_name
from setup.queries.standing import standing
from setup.reading.oneroster import read_oneroster
from setup.rosters import HEADS, written
from tests.world import TODAY

SAME = (Kind.PUPILS, Kind.PARENTS, Kind.CLASSES, Kind.WORKLOAD, Kind.GROUPS)


def tables(data):
    with zipfile.ZipFile(BytesIO(data)) as package:
        return {
            name.removesuffix(".csv"): list(csv.DictReader(StringIO(package.read(name).decode())))
            for name in package.namelist()
        }


def bare(row):
    """A row without its place, and without what the standard has no column for."""
    found = replace(row, place=None)
    if hasattr(row, "hours"):
        found = replace(found, hours=None)
    if hasattr(row, "child"):
        found = replace(found, child=replace(row.child, place=None))
    return repr(found)


def test_what_is_exported_reads_back_the_same(world):
    pupil = Student.objects.filter(enrolments__school_class__year=world.year).first()
    Student.objects.filter(pk=pupil.pk).update(file_number="А-17", sex="f")
    Parenthood.objects.update(relation="mother")
    stands = standing(world.year, TODAY)
    batch = read_oneroster("школа.zip", written(stands, school_name()), {})
    meant = exported(stands)
    for kind in SAME:
        read = Counter(map(bare, batch.rows.get(kind, [])))
        assert read == Counter(map(bare, meant.rows.get(kind, []))), kind
    assert {row.person for row in batch.rows[Kind.STAFF]} == {
        row.person for row in meant.rows[Kind.STAFF]
    }
    assert (batch.problems, batch.questions, batch.gone, batch.notes) == ([], [], [], [])


def test_it_is_as_the_standard_wants_it(world):
    found = tables(written(standing(world.year, TODAY), "Школа"))
    manifest = {line["propertyName"]: line["value"] for line in found.pop("manifest")}
    assert manifest["oneroster.version"] == "1.2"
    assert {name for name, mode in manifest.items() if mode == "bulk"} == {
        f"file.{name}" for name in HEADS
    }
    assert set(found) == set(HEADS)
    for name, lines in found.items():
        ids = [line["sourcedId"] for line in lines]
        assert len(ids) == len(set(ids)), name
        assert all(re.fullmatch(r"[0-9A-Za-z./@_-]{1,255}", one) for one in ids)
        assert not any(line["status"] or line["dateLastModified"] for line in lines)
    known = {line["sourcedId"] for lines in found.values() for line in lines}
    for line in found["enrollments"]:
        assert {line["classSourcedId"], line["userSourcedId"]} <= known
    assert not any(line["password"] for line in found["users"])
    assert all(line["username"] == line["sourcedId"] for line in found["users"])  # no logins


def test_the_command_writes_it_where_an_archive_is_asked_for(world, tmp_path):
    file = tmp_path / "school.zip"
    call_command("export_school", str(file))
    assert read_oneroster("school.zip", file.read_bytes(), {}).rows[Kind.PUPILS]
