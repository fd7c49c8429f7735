"""What the database itself refuses, whoever writes."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction

from attendance.models import Absence
from journals.models import LessonWork, Mark, PlannedTopic, WorkType
from school.models import (
    BellSlot,
    Enrolment,
    Exemption,
    GradeValue,
    GroupMembership,
    Journal,
    Lesson,
    LessonKind,
    Parenthood,
    Period,
    Role,
    SchoolClass,
    SchoolYear,
    Substitution,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
    User,
)
from tests import world as worlds
from tests.world import TODAY, day, special


def made_lesson(w, **fields):
    return Lesson(**{"journal": w.maths, "kind": w.maths.lesson_kind, "date": TODAY} | fields)


def mark(w):
    work, _ = LessonWork.objects.get_or_create(lesson=w.lesson, work_type=w.answer, position=1)
    return Mark(work=work, student=w.ivanov, value=w.five.values.first())


REFUSED = {
    "a login in other capitals": lambda w: User(username="Teacher"),
    "a role twice": lambda w: Role(user=w.director, kind="director"),
    "a parenthood twice": lambda w: Parenthood(parent=w.parent.parent, student=w.ivanov),
    "a class twice": lambda w: SchoolClass(year=w.year, number=5, letter="А"),
    "a class of grade 13": lambda w: SchoolClass(year=w.year, number=13),
    "a year that ends before it begins": lambda w: SchoolYear(starts_on=TODAY, ends_on=day(9, 1)),
    "a quarter twice": lambda w: Period(
        year=w.year, kind="quarter", number=1, starts_on=day(5, 31), ends_on=day(5, 31)
    ),
    "a bell that rings backwards": lambda w: BellSlot(
        number=9, starts_at=datetime.time(10), ends_at=datetime.time(9)
    ),
    "a timetable on a day off": lambda w: special(TODAY, "?", timetable_weekday=1),
    "a day off without a reason": lambda w: special(TODAY),
    "days that end before they begin": lambda w: special(TODAY, "?", last=day(11, 24)),
    "days of a class and of its parallel": lambda w: special(
        TODAY, "?", parallel=5, school_class=w.a5
    ),
    "a value twice": lambda w: GradeValue(scale=w.five, text="5", title="?"),
    "a value with a slash": lambda w: GradeValue(scale=w.five, text="4/5", title="?"),
    "a value in Latin letters": lambda w: GradeValue(scale=w.five, text="a", title="?"),
    "an enrolment that ends before it begins": lambda w: Enrolment(
        student=w.gone, school_class=w.a5, starts_on=TODAY, ends_on=day(11, 24)
    ),
    "a class group without a class": lambda w: TeachingGroup(kind="class", year=w.year, name="?"),
    "a subgroup with a class": lambda w: TeachingGroup(
        kind="subgroup", year=w.year, name="?", school_class=w.a5
    ),
    "an exemption of nobody": lambda w: Exemption(what="homework", starts_on=TODAY),
    "an exemption of a parallel and a journal": lambda w: Exemption(
        what="homework", starts_on=TODAY, parallel=5, journal=w.maths
    ),
    "a kind of lessons twice": lambda w: LessonKind(name=w.maths.lesson_kind.name),
    "a journal twice": lambda w: Journal(group=w.subgroup, subject=w.english.subject, scale=w.five),
    "a lesson twice": lambda w: made_lesson(w, date=day(11, 23), **worlds.hour(2)),
    "homework and none": lambda w: made_lesson(
        w, **worlds.hour(6), homework="§ 1", no_homework=True
    ),
    "a topic without its time": lambda w: made_lesson(w, **worlds.hour(6), topic="Дроби"),
    "minutes of no homework": lambda w: made_lesson(w, **worlds.hour(6), homework_minutes=20),
    "homework without its time": lambda w: made_lesson(w, **worlds.hour(6), homework="§ 1"),
    "two substitutes": lambda w: Substitution(lesson=w.substituted, teacher=w.teacher),
    "an absence of no reason": lambda w: Absence(lesson=w.lesson, student=w.ivanov, reason="я"),
    "a work type without weight": lambda w: WorkType(name="?", short_name="?", weight=0),
    "a topic of no hours": lambda w: PlannedTopic(journal=w.maths, position=9, title="?", hours=0),
    "a place in the plan twice": lambda w: PlannedTopic(journal=w.maths, position=1, title="?"),
    "an eighth day in the timetable": lambda w: TimetableEntry(
        journal=w.maths, weekday=8, number=1, starts_on=TODAY
    ),
}


@pytest.mark.parametrize("make", REFUSED.values(), ids=REFUSED)
def test_the_database_refuses(world, make):
    row = make(world)
    with pytest.raises(IntegrityError), transaction.atomic():
        row.save()


def test_one_mark_per_pupil_lesson_and_work_type(world):
    mark(world).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        mark(world).save()
    with pytest.raises(IntegrityError), transaction.atomic():
        LessonWork.objects.create(lesson=world.lesson, work_type=world.answer, position=2)


def test_one_absence_per_pupil_and_lesson(world):
    Absence.objects.create(lesson=world.lesson, student=world.ivanov, reason="н")
    with pytest.raises(IntegrityError), transaction.atomic():
        Absence.objects.create(lesson=world.lesson, student=world.ivanov, reason="б")


OVERLAPS = {
    "a pupil in two classes": lambda w: Enrolment(
        student=w.ivanov, school_class=w.b5, starts_on=TODAY
    ),
    "a pupil twice in a group": lambda w: GroupMembership(
        student=w.ivanov, group=w.subgroup, starts_on=TODAY
    ),
    "a teacher twice in a journal": lambda w: TeachingAssignment(
        teacher=w.teacher, journal=w.maths, starts_on=TODAY
    ),
    "two school years": lambda w: SchoolYear(starts_on=day(5, 31), ends_on=day(8, 1)),
    "two quarters": lambda w: Period(
        year=w.year, kind="quarter", number=5, starts_on=day(10, 1), ends_on=day(10, 26)
    ),
}


def exempted(**of_whom):
    Exemption.objects.create(what="homework", starts_on=TODAY, **of_whom)
    return Exemption(what="homework", starts_on=day(11, 1), **of_whom)


OVERLAPS |= {
    "a parallel exempted twice": lambda w: exempted(parallel=5),
    "a journal exempted twice": lambda w: exempted(journal=w.maths),
}


@pytest.mark.parametrize("make", OVERLAPS.values(), ids=OVERLAPS)
def test_spans_do_not_overlap(world, make):
    row = make(world)
    with pytest.raises(ValidationError, match="пересекаются"):
        row.full_clean()
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


def test_spans_may_follow_each_other(world):
    Enrolment.objects.filter(student=world.ivanov).update(ends_on=TODAY)
    row = Enrolment(
        student=world.ivanov, school_class=world.b5, starts_on=TODAY + datetime.timedelta(days=1)
    )
    row.full_clean()
    row.save()
    row.starts_on = TODAY
    with pytest.raises(ValidationError):
        row.full_clean()


def test_nothing_that_was_written_can_be_deleted_with_its_pupil(world):
    mark(world).save()
    with pytest.raises(IntegrityError):
        world.ivanov.delete()
