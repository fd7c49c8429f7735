"""Several teachers at one lesson at once, each over a connection of their own."""

import datetime
import threading
import time

import pytest
from django.db import connection, transaction

from attendance.models import Absence
from journals import actions
from journals.models import LessonWork, Mark
from school.models import Lesson
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, noon):
    return worlds.build()


def at_once(deeds):
    """Run the deeds in threads that start together; the exceptions they raised, or None."""
    gate = threading.Barrier(len(deeds))
    raised = [None] * len(deeds)

    def run(place, deed):
        try:
            gate.wait()
            deed()
        except Exception as error:
            raised[place] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def saving(w, text, student=None, was=""):
    return lambda: actions.save_cell(w.maths, w.lesson.pk, (student or w.ivanov).pk, was, text)


def test_of_many_texts_for_one_cell_one_wins(world):
    texts = ["5", "4", "3", "2", "н", "4/5"]
    raised = at_once([saving(world, text) for text in texts])
    winners = [text for text, error in zip(texts, raised, strict=True) if error is None]
    losers = [error for error in raised if error is not None]
    assert len(winners) == 1
    assert all(isinstance(error, actions.Conflict) for error in losers), losers
    assert {error.present for error in losers} == {winners[0]}
    written = [mark.value.text for mark in Mark.objects.order_by("work__position")]
    written += [absence.reason for absence in Absence.objects.all()]
    assert "/".join(written) == winners[0]
    assert Mark.history.count() + Absence.history.count() == len(written)


def test_cells_of_one_lesson_do_not_hinder_each_other(world):
    pupils = [world.ivanov, world.petrova]
    assert at_once([saving(world, "4/5", pupil) for pupil in pupils]) == [None, None]
    assert Mark.objects.count() == 4
    assert LessonWork.objects.count() == 2  # the usual works were added once


def test_the_same_save_twice_at_once_writes_once(world):
    assert at_once([saving(world, "5")] * 4) == [None] * 4
    assert Mark.objects.count() == Mark.history.count() == 1


def test_topic_and_marks_at_once(world):
    deeds = [
        lambda: actions.save_field(world.maths, world.lesson.pk, "topic", "", "Дроби"),
        lambda: actions.save_field(world.maths, world.lesson.pk, "attendance", "", "все"),
        saving(world, "н"),
        saving(world, "5", world.petrova),
    ]
    assert at_once(deeds) == [None] * 4
    lesson = Lesson.objects.get(pk=world.lesson.pk)
    assert lesson.topic == "Дроби"
    assert lesson.attendance_taken_at == worlds.NOON


# --- a save in flight (4.1, 4.2) ---


def in_flight(save, then):
    """Begin `save` in a transaction that stays open for a moment while another thread does `then`.
    Returns the names in the order in which both were done, and what `then` raised."""
    order, begun = [], threading.Event()

    def first():
        with transaction.atomic():
            save()
            begun.set()
            time.sleep(0.3)
            order.append("save")

    def second():
        begun.wait()
        then()
        order.append("then")

    return order, at_once([first, second])


@pytest.mark.parametrize("what", ["cell", "topic", "grade", "move"])
def test_a_save_in_flight_lands_before_its_period_is_closed(world, noon, what):
    noon.move_to(datetime.datetime(2026, 12, 31, 9, tzinfo=datetime.UTC))
    grade = actions.GradeEntry(f"p{world.quarters[1].pk}", world.ivanov.pk, "", "5", True)
    save = {
        "cell": saving(world, "5"),
        "topic": lambda: actions.save_field(world.maths, world.lesson.pk, "topic", "", "Дроби"),
        "grade": lambda: actions.save_grades(world.maths, world.teacher, [grade]),
        "move": lambda: actions.move_lesson(
            world.maths, world.lesson.pk, worlds.TODAY, world.slots[5]
        ),
    }[what]
    period = world.quarters[1].pk
    order, raised = in_flight(save, lambda: actions.lock_period(period, world.deputy))
    assert (order, raised) == (["save", "then"], [None, None])


def test_a_save_that_waited_for_the_lock_is_refused(world, noon):
    noon.move_to(datetime.datetime(2026, 12, 31, 9, tzinfo=datetime.UTC))
    period = world.quarters[1].pk
    lock = lambda: actions.lock_period(period, world.deputy)  # noqa: E731
    order, raised = in_flight(lock, saving(world, "5"))
    assert order == ["save"]
    assert isinstance(raised[1], actions.Refused)
    assert "закрыта" in str(raised[1])
    assert not Mark.objects.exists()
