"""Two deputies at once about absent teachers, each over a connection of their own."""

import pytest

from journals.actions.arranging import NotArranged, arrange, undo
from school.models import Arrangement, Substitution, TeacherAbsence
from school.rules.candidates import Choice, Deed
from tests import world as worlds
from tests.journals.test_concurrency import at_once
from tests.world import day

pytestmark = pytest.mark.django_db(transaction=True)

TOMORROW = day(11, 26)


@pytest.fixture
def world(transactional_db, noon):
    return worlds.stands()


def arranging(w, teacher, lesson, taker, person):
    said = {lesson.pk: Choice(Deed.SUBSTITUTE, taker.pk)}
    return lambda: arrange(teacher, (TOMORROW,), said, person, "illness")


def test_of_two_who_want_the_same_substitute_one_has_her(world):
    w = world
    maths = worlds.lesson(w.maths, TOMORROW, w.slots[1])
    english = worlds.lesson(w.english, TOMORROW, w.slots[1])
    raised = at_once(
        [
            arranging(w, w.teacher, maths, w.class_teacher_b, w.deputy),
            arranging(w, w.english_teacher, english, w.class_teacher_b, w.director),
        ]
    )
    (error,) = [one for one in raised if one]
    assert isinstance(error, NotArranged)
    (told,) = error.told.values()
    assert "уже занят(а)" in told
    assert Substitution.objects.filter(lesson__date=TOMORROW).count() == 1
    assert (Arrangement.objects.count(), TeacherAbsence.objects.count()) == (1, 1)


def test_of_two_about_the_same_teacher_one_is_told(world):
    w = world
    maths = worlds.lesson(w.maths, TOMORROW, w.slots[1])
    raised = at_once(
        [
            arranging(w, w.teacher, maths, w.class_teacher_b, w.deputy),
            arranging(w, w.teacher, maths, w.class_teacher, w.director),
        ]
    )
    assert [type(one) for one in raised if one] == [NotArranged]
    assert TeacherAbsence.objects.count() == Substitution.objects.count() - 1 == 1


def test_it_is_undone_once(world):
    w = world
    maths = worlds.lesson(w.maths, TOMORROW, w.slots[1])
    made = arranging(w, w.teacher, maths, w.class_teacher_b, w.deputy)()
    raised = at_once([lambda: undo(made.pk, w.deputy), lambda: undo(made.pk, w.director)])
    assert [str(one) for one in raised if one] == ["Это назначение уже отменили."]
    assert TeacherAbsence.objects.filter(withdrawn_at=None).count() == 0
