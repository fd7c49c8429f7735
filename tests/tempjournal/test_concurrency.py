"""An outage that is changed while others write, each over a connection of their own."""

import datetime
import threading
import time

import pytest
from django.db import connection, transaction

from attendance.actions.documents import change_document, receive_document, withdraw_document
from attendance.models import AbsenceDocument
from attendance.refusals import Refused
from journals.actions.dues import set_dues_of_lessons
from journals.actions.entries import save_cell, save_field
from journals.actions.lessons import move_lesson
from journals.actions.paper_entries import PaperEntry, PaperErrors
from journals.actions.works import change_work_type
from journals.models import LessonWork, Watch
from school.actions import holding
from school.actions.days import declare_days, withdraw_days
from school.actions.lessons import cancel_lesson, restore_lesson, substitute
from school.actions.pupils import leave_school
from school.models import Journal, Lesson
from tempjournal.actions.outages import close_outage, dismiss_outage, record_outage
from tempjournal.actions.transfer import transfer
from tempjournal.models import TemporaryJournal
from tests import world as worlds
from tests.tempjournal.conftest import at, outage
from tests.world import day, day_off, special
from tests.world import lesson as make_lesson

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, noon):
    return worlds.stands()


@pytest.fixture
def broken(world):
    made = outage("23 09:00", "24 16:00")
    record_outage(made, world.deputy)
    return made


def while_open(first, second, then=lambda: None):
    """Begin a transaction with `first` and end it with `then`; `second` comes in between, and for
    that it may have to wait until the end. What each raised, or None."""
    begun, raised = threading.Event(), [None, None]

    def run(place, deed):
        try:
            deed()
        except Exception as error:
            raised[place] = error
        finally:
            begun.set()
            connection.close()

    def opening():
        with transaction.atomic():
            first()
            begun.set()
            time.sleep(0.4)
            then()

    def following():
        begun.wait()
        second()

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate((opening, following))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return raised


def transferring(w, broken):
    entries = [PaperEntry(w.lesson.pk, "topic", "", "Дроби")]
    return lambda: transfer(broken, w.teacher, entries, "hand", set())


def test_who_transfers_after_an_outage_waits_for_who_dismisses_it(world, broken):
    def dismissing():
        dismiss_outage(broken, world.deputy)

    dismissed, refused = while_open(dismissing, transferring(world, broken))
    assert dismissed is None
    assert isinstance(refused, PaperErrors), refused
    assert not TemporaryJournal.objects.exists()
    assert not Lesson.objects.exclude(topic="").exists()


def test_who_dismisses_an_outage_waits_for_who_transfers_after_it(world, broken):
    def dismissing():
        dismiss_outage(broken, world.deputy)

    transferred, refused = while_open(transferring(world, broken), dismissing)
    assert transferred is None
    assert isinstance(refused, Refused), refused
    broken.refresh_from_db()
    assert broken.stands


def test_of_two_who_close_it_at_once_the_first_is_right(world):
    made = outage("23 09:00")
    record_outage(made, world.deputy)
    closed, refused = while_open(
        lambda: close_outage(made, at("24 16:00")),
        lambda: close_outage(made, at("24 12:00")),
    )
    assert closed is None
    assert isinstance(refused, Refused), refused
    made.refresh_from_db()
    assert made.ends_at == at("24 16:00")


# --- nobody waits in a circle ---


def stored_last(lesson):
    """PostgreSQL reads a row last that was written last, whatever its key."""
    Lesson.objects.filter(pk=lesson.pk).update(cancelled="")


def hold(*lessons):
    """As who writes in several lessons does: in the order of their keys."""
    for lesson in lessons:
        Lesson.objects.select_for_update().get(pk=lesson.pk)


def name_a_test(w, lesson):
    save_field(lesson.journal, lesson.pk, "works", "", str(w.test.pk))
    return LessonWork.objects.get()


def test_who_dismisses_an_outage_takes_the_lessons_as_who_writes_in_them(world):
    """Those of its days, and the earlier ones of which a work was due in it."""
    first = make_lesson(world.english, day(11, 18), world.slots[4])
    second = make_lesson(world.russian, day(11, 24), world.slots[4])
    name_a_test(world, first)  # three school days: Monday
    made = outage("23 09:00", "24 16:00")
    record_outage(made, world.deputy)
    raised = while_open(
        lambda: hold(first),
        lambda: dismiss_outage(made, world.deputy),
        lambda: hold(second),
    )
    assert raised == [None, None]
    assert LessonWork.objects.get().marks_due_at == at("25 23:59:59.999999")  # today, not Monday


def test_who_moves_the_bells_takes_them_so_too(world):
    first, second = sorted([world.lesson, world.individual_lesson], key=lambda one: one.pk)
    stored_last(first)
    Lesson.objects.filter(date=first.date).update(ends_at=datetime.time(23))
    raised = while_open(
        lambda: hold(first),
        lambda: set_dues_of_lessons({first.date}),
        lambda: hold(second),
    )
    assert raised == [None, None]


def test_who_frees_days_takes_the_watch_first_as_a_sweep_does(world, broken):
    work = name_a_test(world, make_lesson(world.english, day(11, 16), world.slots[4]))
    due = work.marks_due_at
    Watch.objects.get_or_create(pk=1)

    def freeing():
        with transaction.atomic():
            for number in (18, 26):  # the one moves the work, the other a transfer's end
                day_off(day(11, number), "мороз")

    raised = while_open(
        lambda: Watch.objects.select_for_update().get(),
        freeing,
        lambda: LessonWork.objects.select_for_update().get(),
    )
    assert raised == [None, None]
    work.refresh_from_db()
    assert work.marks_due_at == due + datetime.timedelta(days=1)


def a_document(w):
    """In force for an absence of Monday."""
    save_cell(w.maths, w.lesson.pk, w.ivanov.pk, "", "н")
    days = {"received_on": worlds.TODAY, "starts_on": day(11, 23), "ends_on": day(11, 24)}
    made = AbsenceDocument(
        student=w.ivanov, kind="medical", reason="б", entered_by=w.class_teacher, **days
    )
    receive_document(made)
    assert made.absences.count() == 1
    return made


def a_free_day(w):
    free = special(day(11, 27), "мороз")
    declare_days(free)
    assert Lesson.objects.filter(cancelled_by=free).exists()
    return free


def changing_a_document(w):
    made = a_document(w)
    made.ends_on = worlds.TODAY
    return lambda: change_document(made)


def withdrawing_a_document(w):
    made = a_document(w)
    return lambda: withdraw_document(made)


def freeing_a_day(w):
    free = special(day(11, 27), "мороз")
    return lambda: declare_days(free)


def giving_a_day_back(w):
    free = a_free_day(w)
    return lambda: withdraw_days(free)


def changing_a_kind_of_works(w):
    name_a_test(w, w.future_lesson)
    w.test.weight += 1
    return lambda: change_work_type(w.test, day(11, 26))


def moving_a_lesson(w):
    return lambda: move_lesson(w.maths, w.future_lesson.pk, day(11, 26), 7)


def cancelling_a_lesson(w):
    return lambda: cancel_lesson(w.future_lesson, "карантин")


def restoring_a_lesson(w):
    return lambda: restore_lesson(w.cancelled_lesson)


def naming_a_substitute(w):
    return lambda: substitute(w.future_lesson, w.substitute)


def a_pupil_leaves(w):
    return lambda: leave_school(w.petrova, day(11, 24))


def an_outage_is_recorded(w):
    made = outage("23 09:00", "24 16:00")
    return lambda: record_outage(made, w.deputy)


@pytest.mark.parametrize(
    "prepare",
    [
        changing_a_document,
        withdrawing_a_document,
        freeing_a_day,
        giving_a_day_back,
        changing_a_kind_of_works,
        moving_a_lesson,
        cancelling_a_lesson,
        restoring_a_lesson,
        naming_a_substitute,
        a_pupil_leaves,
        an_outage_is_recorded,
    ],
)
def test_all_take_journals_then_the_watch_then_lessons(world, prepare):
    """Who comes in between has not taken, when he waits for a journal, what is taken after it."""
    Watch.objects.get_or_create(pk=1)
    deed = prepare(world)

    def the_rest():
        Watch.objects.select_for_update().get()
        list(Lesson.objects.order_by("pk").select_for_update())

    raised = while_open(lambda: holding.hold(Journal.objects.values("pk")), deed, the_rest)
    assert raised == [None, None]
