"""A year that has no periods yet: its pages say so, to those who may see them."""

import datetime

import pytest

from school.models import Journal, SchoolClass, SchoolYear, TeachingGroup
from tests import world as worlds

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database


@pytest.fixture
def next_year(world):
    """(class, its journal) of 2027/2028; its periods are still to be made."""
    year = SchoolYear.objects.create(
        starts_on=datetime.date(2027, 9, 1), ends_on=datetime.date(2028, 5, 31)
    )
    made = SchoolClass.objects.create(
        year=year, number=6, letter="А", class_teacher=world.class_teacher
    )
    group = TeachingGroup.objects.create(
        kind=TeachingGroup.Kind.CLASS, year=year, name="6А", school_class=made
    )
    journal = Journal.objects.create(group=group, subject=world.maths.subject, scale=world.five)
    worlds.assign(world.class_teacher, journal)
    return made, journal


@pytest.mark.parametrize(
    "path",
    [
        "/journals/{journal}/",
        "/journals/{journal}/?period=1&lesson=7&date=2027-09-01",
        "/journals/{journal}/grades/",
        "/journals/{journal}/print.pdf",
        "/journals/{journal}/certificates/",
        "/classes/{made}/pupils/",
        "/classes/{made}/attendance/",
        "/classes/{made}/summary/",
        "/classes/{made}/summary.pdf",
    ],
)
def test_its_pages_open(next_year, world, login, path):
    made, journal = next_year
    url = path.format(made=made.pk, journal=journal.pk)
    assert login(world.director).get(url).status_code == 200
    assert login(world.class_teacher).get(url).status_code == 200


def test_the_journal_says_what_is_missing_and_to_nobody_else(next_year, world, login):
    _, journal = next_year
    url = f"/journals/{journal.pk}/"
    assert "ещё нет учебных периодов" in login(world.class_teacher).get(url).content.decode()
    assert login(world.teacher).get(url).status_code == 404
