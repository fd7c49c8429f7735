"""Whose a lesson is of a journal that several keep: his whom the timetable's row names."""

import pytest
from django.utils import timezone

from journals.queries.arranging import arranging
from journals.queries.own_timetable import teacher_week
from journals.queries.school_day import lessons_on
from school.models import Lesson
from school.queries.teacher_absences import present_and_coming
from school.queries.teaching import teachers_of_lessons
from school.rules.days import monday_of
from tests import world as worlds
from tests.school.test_teacher_absences import recorded
from tests.world import FIRST, TODAY, day


@pytest.fixture
def w(world):
    """Two keep mathematics of 5А; today's lesson is that of the second hour."""
    worlds.assign(world.other_teacher, world.maths, day(11, 2))
    lesson = Lesson.objects.filter(pk=world.today_lesson.pk)
    lesson.update(planned_on=TODAY, planned_number=2)
    return world


def named(w, teacher, **fields):
    place = {"weekday": 3, "number": 2, "starts_on": FIRST}
    w.maths.timetable.create(**place | fields, teacher=teacher)


def takers(w):
    """Who takes it, as each page that tells of it has it: they say one thing."""
    pk, now, both = w.today_lesson.pk, timezone.now(), (w.teacher, w.other_teacher)
    lessons, _ = lessons_on(TODAY)
    weeks = {one.pk: teacher_week(one, monday_of(TODAY), now).day(TODAY) for one in both}
    found = {
        "letters": set(teachers_of_lessons(Lesson.objects.filter(pk=pk))[pk]),
        "desk": set(next(one.takers for one in lessons if one.pk == pk)),
        "timetable": {of for of, one in weeks.items() if "5А, Математика" in titles(one)},
        "arranging": {
            one.pk
            for one in both
            if pk in {line.lesson.pk for line in arranging(one, [TODAY], now).lines}
        },
    }
    first, *others = found.values()
    assert all(one == first for one in others), found
    return first


def titles(of_day):
    return [one.title for one in of_day.lessons] if of_day else []


def test_it_is_his_whom_the_row_names(w):
    assert takers(w) == {w.teacher.pk, w.other_teacher.pk}  # nobody has said whose it is
    named(w, w.other_teacher)
    assert takers(w) == {w.other_teacher.pk}


def test_of_odd_and_even_weeks_it_is_nobodys_alone(w):
    """And never is it left without anybody."""
    named(w, w.teacher, weeks=1)
    named(w, w.other_teacher, weeks=2)
    assert takers(w) == {w.teacher.pk, w.other_teacher.pk}


def test_who_keeps_the_journal_no_longer_takes_nothing_though_a_row_names_him(w):
    named(w, w.other_teacher)
    w.other_teacher.assignments.filter(starts_on=day(11, 2)).update(ends_on=day(11, 10))
    assert takers(w) == {w.teacher.pk}


def test_when_he_is_away_the_lesson_waits_for_somebody(w):
    named(w, w.teacher)
    recorded(w, w.teacher, TODAY)
    (line,) = present_and_coming(TODAY)
    assert [(one.lesson.pk, one.is_open) for one in line.lessons if not one.others] == [
        (w.today_lesson.pk, True)
    ]
    asked = arranging(w.teacher, [TODAY], timezone.now()).open
    assert [one.lesson.pk for one in asked] == [w.today_lesson.pk]


def test_the_absence_of_the_other_does_not_touch_it(w):
    named(w, w.teacher)
    recorded(w, w.other_teacher, TODAY)
    (line,) = present_and_coming(TODAY)
    assert line.lessons == []
