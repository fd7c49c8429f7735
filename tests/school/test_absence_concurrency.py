"""Several leaders at once about one teacher, each over a connection of their own."""

import pytest

from school.actions.joining import join_lessons
from school.actions.lessons import move_lesson, substitute
from school.actions.refusals import ScheduleError
from school.actions.teacher_absences import record_absence
from school.models import Lesson, Substitution, TeacherAbsence
from tests import world as worlds
from tests.journals.test_concurrency import at_once
from tests.school.test_teacher_absences import absence
from tests.world import TODAY, day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, noon):
    return worlds.stands()


def recording(w, *said):
    return lambda: record_absence(absence(w.teacher, *said), w.deputy)


def test_of_two_absences_of_one_time_one_is_recorded(world):
    raised = at_once([recording(world, TODAY, day(11, 27)), recording(world, day(11, 26))])
    assert [type(error) for error in raised if error] == [ScheduleError]
    assert TeacherAbsence.objects.count() == 1


def test_whoever_is_first_the_substitution_points_to_the_absence(world):
    lesson = Lesson.objects.get(pk=world.today_lesson.pk)
    raised = at_once(
        [recording(world, TODAY), lambda: substitute(lesson, world.class_teacher_b, "")]
    )
    assert raised == [None, None]
    assert Substitution.objects.get(lesson=lesson).absence == TeacherAbsence.objects.get()


def test_a_lesson_that_is_moved_meanwhile_is_joined_to_none(world):
    host = worlds.lesson(world.maths_b, TODAY, world.slots[1])
    guest, moved = (Lesson.objects.get(pk=pk) for pk in (world.today_lesson.pk, host.pk))
    raised = at_once(
        [
            lambda: join_lessons(guest, host, world.teacher),
            lambda: move_lesson(moved, TODAY, 6),
        ]
    )
    assert raised[1] is None
    assert type(raised[0]) in (type(None), ScheduleError)
    assert Lesson.objects.get(pk=guest.pk).joined_to is None
