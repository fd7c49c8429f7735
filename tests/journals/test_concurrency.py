"""Several teachers at one lesson at once, each over a connection of their own."""

import datetime
import threading
import time

import pytest
from django.db import connection, transaction

from attendance.models import Absence
from attendance.refusals import Refused
from journals.actions.entries import save_cell, save_field
from journals.actions.grades import GradeEntry, save_grades
from journals.actions.lessons import move_lesson
from journals.actions.locks import lock_period, unlock_journal
from journals.actions.review import answer_remark, make_remark
from journals.models import LessonWork, Mark, PeriodGrade, Remark
from journals.refusals import Conflict
from school.models import Journal, Lesson, PeriodLock, Unlock
from tests import world as worlds

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, noon):
    return worlds.stands()


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
    return lambda: save_cell(w.maths, w.lesson.pk, (student or w.ivanov).pk, was, text)


def test_of_many_texts_for_one_cell_one_wins(world):
    texts = ["5", "4", "3", "2", "н", "4/5"]
    raised = at_once([saving(world, text) for text in texts])
    winners = [text for text, error in zip(texts, raised, strict=True) if error is None]
    losers = [error for error in raised if error is not None]
    assert len(winners) == 1
    assert all(isinstance(error, Conflict) for error in losers), losers
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
        lambda: save_field(world.maths, world.lesson.pk, "topic", "", "Дроби"),
        lambda: save_field(world.maths, world.lesson.pk, "attendance", "", "все"),
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
    grade = GradeEntry(f"p{world.quarters[1].pk}", world.ivanov.pk, "", "5", True)
    save = {
        "cell": saving(world, "5"),
        "topic": lambda: save_field(world.maths, world.lesson.pk, "topic", "", "Дроби"),
        "grade": lambda: save_grades(world.maths, world.teacher, [grade]),
        "move": lambda: move_lesson(world.maths, world.lesson.pk, worlds.TODAY, 6),
    }[what]
    period = world.quarters[1].pk
    order, raised = in_flight(save, lambda: lock_period(period, world.deputy))
    assert (order, raised) == (["save", "then"], [None, None])


def test_a_save_that_waited_for_the_lock_is_refused(world, noon):
    noon.move_to(datetime.datetime(2026, 12, 31, 9, tzinfo=datetime.UTC))
    period = world.quarters[1].pk
    lock = lambda: lock_period(period, world.deputy)  # noqa: E731
    order, raised = in_flight(lock, saving(world, "5"))
    assert order == ["save"]
    assert isinstance(raised[1], Refused)
    assert "закрыта" in str(raised[1])
    assert not Mark.objects.exists()


# --- forms whose button was pressed twice ---


def test_a_remark_sent_four_times_at_once_is_one(world):
    def remarking():
        make_remark(world.maths, world.lesson, world.deputy, "Нет задания")

    assert at_once([remarking] * 4) == [None] * 4
    remark = Remark.objects.get()
    # Said once more after it was answered it is said anew; of another lesson it is another one.
    answer_remark(remark.pk, world.teacher, "", "Исправлено")
    remarking()
    make_remark(world.maths, None, world.deputy, "Нет задания")
    assert Remark.objects.count() == 3


def test_a_journal_opened_four_times_at_once_is_opened_once(world):
    PeriodLock.objects.create(period=world.quarters[0], locked_by=world.deputy)

    def opening(why="опечатка"):
        unlock_journal(world.maths, world.quarters[0], world.deputy, 2, why)

    assert at_once([opening] * 4) == [None] * 4
    assert Unlock.objects.count() == 1
    with pytest.raises(Refused, match="уже открыт"):
        opening("другое")


def test_an_exam_that_is_switched_off_while_it_is_graded(world, noon):
    """2.4: either the grade stands in a journal with an exam, or there is neither."""
    noon.move_to(datetime.datetime(2027, 5, 27, 9, tzinfo=datetime.UTC))
    Journal.objects.filter(pk=world.maths.pk).update(has_exam=True)
    page, form = (Journal.objects.select_related("group").get(pk=world.maths.pk) for _ in range(2))

    def grade():
        entry = GradeEntry("exam", world.ivanov.pk, "", "5")
        save_grades(page, world.teacher, [entry])

    def switch_off():
        with transaction.atomic():
            form.has_exam = False
            form.save()

    raised = at_once([grade, switch_off])
    assert sum(error is not None for error in raised) == 1, raised
    is_graded = PeriodGrade.objects.filter(kind="exam").exists()
    assert Journal.objects.get(pk=world.maths.pk).has_exam is is_graded
