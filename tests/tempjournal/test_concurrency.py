"""An outage that is changed while others write, each over a connection of their own."""

import datetime
import threading
import time

import pytest
from django.db import connection, transaction

from journals import actions as journal_actions
from journals import deadlines
from journals.actions import PaperEntry, PaperErrors, Refused
from journals.models import LessonWork, Watch
from school.models import BellSlot, DayOverride, Lesson
from tempjournal import actions
from tempjournal.models import TemporaryJournal
from tests import world as worlds
from tests.tempjournal.conftest import at, outage
from tests.world import day
from tests.world import lesson as make_lesson

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, noon):
    return worlds.build()


@pytest.fixture
def broken(world):
    made = outage("23 09:00", "24 16:00")
    actions.record_outage(made, world.deputy)
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
    return lambda: actions.transfer(broken, w.teacher, entries, "hand", set())


def test_who_transfers_after_an_outage_waits_for_who_dismisses_it(world, broken):
    def dismissing():
        actions.dismiss_outage(broken, world.deputy)

    dismissed, refused = while_open(dismissing, transferring(world, broken))
    assert dismissed is None
    assert isinstance(refused, PaperErrors), refused
    assert not TemporaryJournal.objects.exists()
    assert not Lesson.objects.exclude(topic="").exists()


def test_who_dismisses_an_outage_waits_for_who_transfers_after_it(world, broken):
    def dismissing():
        actions.dismiss_outage(broken, world.deputy)

    transferred, refused = while_open(transferring(world, broken), dismissing)
    assert transferred is None
    assert isinstance(refused, Refused), refused
    broken.refresh_from_db()
    assert broken.stands


def test_of_two_who_close_it_at_once_the_first_is_right(world):
    made = outage("23 09:00")
    actions.record_outage(made, world.deputy)
    closed, refused = while_open(
        lambda: actions.close_outage(made, at("24 16:00")),
        lambda: actions.close_outage(made, at("24 12:00")),
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
    journal_actions.save_field(lesson.journal, lesson.pk, "works", "", str(w.test.pk))
    return LessonWork.objects.get()


def test_who_dismisses_an_outage_takes_the_lessons_as_who_writes_in_them(world):
    """Those of its days, and the earlier ones of which a work was due in it."""
    first = make_lesson(world.english, day(11, 18), world.slots[4])
    second = make_lesson(world.russian, day(11, 24), world.slots[4])
    name_a_test(world, first)  # three school days: Monday
    made = outage("23 09:00", "24 16:00")
    actions.record_outage(made, world.deputy)
    raised = while_open(
        lambda: hold(first),
        lambda: actions.dismiss_outage(made, world.deputy),
        lambda: hold(second),
    )
    assert raised == [None, None]
    assert LessonWork.objects.get().marks_due_at == at("25 23:59:59.999999")  # today, not Monday


def test_who_moves_the_bells_takes_them_so_too(world):
    first, second = sorted([world.lesson, world.individual_lesson], key=lambda one: one.pk)
    stored_last(first)
    BellSlot.objects.update(ends_at=datetime.time(23))
    raised = while_open(
        lambda: hold(first),
        lambda: deadlines.set_dues_of_lessons({first.date}),
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
                DayOverride.objects.create(date=day(11, number), is_working=False, reason="мороз")

    raised = while_open(
        lambda: Watch.objects.select_for_update().get(),
        freeing,
        lambda: LessonWork.objects.select_for_update().get(),
    )
    assert raised == [None, None]
    work.refresh_from_db()
    assert work.marks_due_at == due + datetime.timedelta(days=1)
