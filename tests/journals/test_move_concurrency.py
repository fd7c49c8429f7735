"""A pupil moves while others write (2.3, 5.4)."""

import pytest

from attendance.refusals import Refused
from journals.actions.entries import save_cell
from journals.actions.pupil_moves import Answers, move_pupil
from journals.models import Mark
from tests import world as worlds
from tests.journals.test_concurrency import at_once
from tests.world import day

pytestmark = pytest.mark.django_db(transaction=True)

MOVED_ON = day(11, 26)


@pytest.fixture
def world(transactional_db, noon):
    return worlds.stands()


def moving(w, to, **answers):
    return lambda: move_pupil(w.ivanov, w.a5, to, MOVED_ON, Answers(**answers))


def test_of_two_leaders_one_moves_him(world):
    raised = at_once([moving(world, world.b5), moving(world, world.b5)])
    assert [type(error) for error in raised if error] == [Refused]
    assert world.ivanov.enrolments.count() == 2


def test_marks_are_saved_meanwhile(world):
    """In the journal whose work he is let off: neither waits for the other for ever."""
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", ".")
    (work,) = world.lesson.works.all()
    lesson, petrova = world.today_lesson.pk, world.petrova.pk
    raised = at_once(
        [
            moving(world, world.b5, exempt={work.pk}),
            lambda: save_cell(world.maths, lesson, petrova, "", "5"),
        ]
    )
    assert raised == [None, None]
    assert Mark.objects.get(work=work).value.text == "осв"
    assert Mark.objects.filter(student=petrova).count() == 1
