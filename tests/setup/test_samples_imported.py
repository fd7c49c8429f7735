"""One timetable of three formats, and a school of OneRoster, written into an empty year."""

import json
from pathlib import Path

import pytest

from school.models import (
    Enrolment,
    Journal,
    Parenthood,
    Period,
    Role,
    SchoolClass,
    SchoolYear,
    TeachingAssignment,
    TimetableEntry,
    User,
)
from setup.actions.applying import apply_now
from setup.actions.preparing import prepare
from setup.actions.uploading import bring
from tests.world import FIRST, day

SAMPLES = Path(__file__).parent / "samples"


@pytest.fixture
def admin(db, noon):
    SchoolYear.objects.create(starts_on=FIRST, ends_on=day(5, 31))
    made = User.objects.create(username="boss", last_name="Админов")
    Role.objects.create(user=made, kind=Role.Kind.ADMIN)
    return made


def written(admin, *names):
    """The samples, written; the Import."""
    one = bring([(name, (SAMPLES / name).read_bytes()) for name in names], admin)
    found, review = prepare(one)
    assert [sheet.error for sheet in found.sheets if sheet.error] == []
    assert review.problems == []
    assert apply_now(one, admin), one.error
    return one


def week():
    """The lessons of the week as `expected.json` has them, without the rooms' order."""
    found = []
    for one in TimetableEntry.objects.select_related("journal__group", "journal__subject", "room"):
        group = one.journal.group
        name, _, label = group.name.partition(": ")
        told = (name.split(" ")[0], one.weekday, one.number, {1: "1", 2: "2", 3: "all"}[one.weeks])
        found.append((*told, one.journal.subject.name, label, one.room.name if one.room else ""))
    return sorted(found)


def expected_week():
    rows = json.loads((SAMPLES / "timetable_grid.xlsx.expected.json").read_text())["rows"]
    return sorted(map(tuple, rows))


UNTIS = [f"untis/GPU00{n}.TXT" for n in (1, 2, 3, 4, 6)]


@pytest.mark.parametrize("names", [["asc_school.xml"], UNTIS])
def test_a_timetable_of_another_program_makes_the_school(admin, names):
    written(admin, *names)
    assert week() == expected_week()
    assert {str(one): one.class_teacher.full_name for one in SchoolClass.objects.all()} == {
        "5А": "Арбузова Вера Ильинична",
        "5Б": "Берёзкин Олег Петрович",
        "6А": "Вьюгина Анна Сергеевна",
    }
    assert TeachingAssignment.objects.count() == 44
    assert not TeachingAssignment.objects.filter(hours=None).exists()


def test_a_grid_finds_the_classes_and_groups_that_oneroster_brought(admin):
    written(admin, "oneroster_1_2.zip")
    assert Enrolment.objects.count() == 18
    assert Parenthood.objects.count() == 14
    assert Period.objects.count() == 4
    assert Journal.objects.count() == 44
    written(admin, "timetable_grid.xlsx")
    assert week() == expected_week()
    assert Journal.objects.count() == 44  # none is made twice
