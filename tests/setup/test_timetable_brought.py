"""What a timetable leaves open, settled by the load and by the school's calendar."""

import pytest

from school.models import Journal, TimetableEntry
from setup.actions.applying import apply_now
from setup.actions.preparing import prepare
from setup.actions.uploading import answer, bring
from setup.batch import Kind
from setup.changes import State
from tests.setup.brought import Rows


@pytest.fixture
def rows(brings):
    rows = Rows()
    brings(rows)
    return rows


def brought(world, **answers):
    one = bring([("расписание.xlsx", b"rows")], world.admin)
    answer(one, answers, world.admin)
    return one


def hours(group):
    found = TimetableEntry.objects.filter(journal__group__name__endswith=group)
    return [(one.weekday, one.number, one.weeks, one.room.name) for one in found]


def load(rows):
    rows.load("Матвеева Мария Михайловна", "Труд", "5А", group="Мальчики")
    rows.load("Руссова Раиса Романовна", "Труд", "5А", group="Девочки")


def test_groups_that_the_timetable_does_not_call_are_those_of_the_load_by_order(world, rows):
    load(rows)
    for place, room in ((1, "м1"), (2, "м2")):
        rows.hour("5А", "Труд", 5, 6, group=f"{place} группа", supposed=place, room=room)
    one = brought(world)
    assert apply_now(one, world.admin), one.error
    assert hours("Мальчики") == [(5, 6, 3, "м1")]
    assert hours("Девочки") == [(5, 6, 3, "м2")]
    assert not Journal.objects.filter(group__name__contains="1 группа").exists()


def test_a_group_that_the_timetable_calls_is_taken_at_its_word(world, rows):
    load(rows)
    rows.hour("5А", "Труд", 5, 6, group="Девочки", supposed=1, room="м1")
    one = brought(world)
    assert apply_now(one, world.admin), one.error
    assert hours("Девочки") == [(5, 6, 3, "м1")]
    assert hours("Мальчики") == []


@pytest.mark.parametrize(
    ("day", "weeks"), [("", [1, 2]), ("2026-09-01", [1, 2]), ("2026-09-09", [2, 1])]
)
def test_the_files_first_week_is_the_one_that_was_answered(world, rows, day, weeks):
    load(rows)
    for place, group in enumerate(("Мальчики", "Девочки"), start=1):
        rows.hour("5А", "Труд", 5, 6, group=group, weeks=place, room="м1")
    one = brought(world, **{"timetable:first_week": day})
    changes = prepare(one)[1].of(Kind.TIMETABLE, State.NEW)
    assert [change.values["weeks"] for change in changes] == weeks
