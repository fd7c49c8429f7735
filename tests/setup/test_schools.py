"""Three schools' files, brought into a school that has answered the six questions and nothing
else: what stands afterwards."""

import pytest

from school.models import (
    Employee,
    GroupMembership,
    Journal,
    Parenthood,
    Role,
    SchoolClass,
    Student,
    TeachingAssignment,
    TimetableEntry,
)
from setup.actions.applying import apply_now
from setup.actions.filling import fill
from setup.actions.preparing import prepare
from setup.actions.uploading import bring
from setup.filling import Answers
from setup.preview import wrong_line
from setup.reading.files import read_files
from tests import world as worlds
from tests.setup import schools
from tests.setup.books import TODAY


@pytest.fixture
def admin(db, noon):
    person = worlds.user("secretary", "Лапин", "Игорь")
    Role.objects.create(user=person, kind=Role.Kind.ADMIN)
    fill(Answers(**schools.QUESTIONS))
    return person


def stands():
    return {
        "classes": SchoolClass.objects.count(),
        "pupils": Student.objects.count(),
        "staff": Employee.objects.count(),
        "journals": Journal.objects.count(),
        "week": TimetableEntry.objects.count(),
    }


def written(one, admin):
    assert apply_now(one, admin), one.error
    assert stands() == schools.FACTS
    for number, name in enumerate(schools.CLASSES):
        its = SchoolClass.objects.get(number=name[0], letter=name[1])
        assert its.class_teacher.last_name == schools.leader(number).last, name
        pupils = {f"{one.user.last_name} {one.user.first_name}" for one in its_pupils(its)}
        assert pupils == {
            f"{schools.pupil(number, place).last} {schools.pupil(number, place).first}"
            for place in range(schools.IN_CLASS)
        }


def its_pupils(school_class):
    return Student.objects.filter(enrolments__school_class=school_class).select_related("user")


def hours_of(name):
    """{(weekday, number): {(subject, room)}} of a class."""
    found = {}
    entries = TimetableEntry.objects.select_related("journal__group", "journal__subject", "room")
    for one in entries.filter(journal__group__name__startswith=name):
        told = (one.journal.subject.name, one.room.name)
        found.setdefault((one.weekday, one.number), set()).add(told)
    return found


def expected_hours(number):
    return {
        (weekday, hour): {
            (name, room) for name, _, room in schools.lessons_at(number, weekday, hour)
        }
        for weekday in range(1, 6)
        for hour in range(1, 6)
    }


@pytest.mark.parametrize("name", ["clean", "export"])
def test_a_school_without_mistakes_is_written_at_once(admin, name):
    one = bring(getattr(schools, name)(), admin)
    _, review = prepare(one)
    assert (review.problems, review.asked, review.clashes) == ([], [], [])
    written(one, admin)
    assert hours_of("5А") == expected_hours(0)
    assert hours_of("6К") == expected_hours(7)
    assert Parenthood.objects.count() == 120
    assert not TeachingAssignment.objects.filter(hours=None).exists()
    assert GroupMembership.objects.count() == (90 if name == "clean" else 0)


def test_messy_files_are_read_and_their_mistakes_mended_in_place():
    found = read_files(schools.messy(), {}, TODAY)
    assert {sheet.what for sheet in found.sheets} == {
        *("pupils", "staff", "workload_by_subject", "grid")
    }
    assert {one.written for one in found.batch.problems} == set(schools.MISTAKES)
    assert [one.key for one in found.batch.questions] == ["timetable:day"]
    mended = {wrong_line(one).cell: schools.MISTAKES[one.written] for one in found.batch.problems}
    found = read_files(schools.messy(), mended, TODAY)
    assert found.batch.problems == []
    assert len(found.batch.rows["pupils"]) == schools.FACTS["pupils"] + 1  # one stands there twice
