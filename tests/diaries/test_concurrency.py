"""Two people at the register of printed reports at once, each over a connection of their own."""

import pytest

from attendance.refusals import Refused
from diaries.actions.applications import register_application
from diaries.actions.batches import draw_waiting_batches, request_batch
from diaries.actions.handing import correct_handing, hand_out
from diaries.models import PrintApplication
from tests import world as worlds
from tests.journals.test_concurrency import at_once
from tests.world import TODAY, day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, noon):
    return worlds.stands()


@pytest.fixture
def report(world):
    application = register_application(world.ivanov, "Иванова Инна", TODAY, TODAY)
    request_batch(world.deputy, day(11, 23))
    draw_waiting_batches()
    return application.reports.get()


def test_of_two_who_hand_out_the_second_hears_of_the_first(world, report):
    people = {"Иванова Инна": world.deputy, "Иванов Игорь": world.class_teacher}
    raised = at_once(
        [
            lambda to=to, person=person: hand_out([report], [], TODAY, to, person)
            for to, person in people.items()
        ]
    )
    report.refresh_from_db()
    (refused,) = [error for error in raised if error]
    assert isinstance(refused, Refused)
    assert f"уже выдан 25.11.2026, кому: {report.handed_to}." in str(refused)
    newest, before = report.history.all()[:2]
    assert (newest.handed_to, newest.history_user) == (report.handed_to, people[report.handed_to])
    assert before.handed_to == ""


def test_of_two_who_correct_the_second_hears_of_the_first(world, report):
    hand_out([report], [], TODAY, "Иванова Ина", world.deputy)
    report.refresh_from_db()
    was = report.handed_on, report.handed_to
    raised = at_once(
        [
            lambda to=to: correct_handing(report, was, TODAY, to)
            for to in ("Иванова Инна", "Иванов Игорь")
        ]
    )
    report.refresh_from_db()
    (refused,) = [error for error in raised if error]
    assert f"запись исправили: выдан 25.11.2026, кому: {report.handed_to}." in str(refused)
    assert report.history.count() == 3  # printed, handed out, corrected


def test_an_application_sent_four_times_at_once_is_one(world):
    def applying():
        register_application(world.petrova, "Петров Пётр", TODAY, TODAY)

    assert at_once([applying] * 4) == [None] * 4
    assert PrintApplication.objects.get().duties.count() == 1


def test_one_printed_alone_and_handed_out_four_times_at_once_is_one(world):
    application = register_application(world.petrova, "Петров Пётр", TODAY, TODAY)

    def handing():
        hand_out([], [application], TODAY, "", world.class_teacher)

    assert at_once([handing] * 4) == [None] * 4
    assert application.reports.get().history.count() == 2  # printed, handed out
    assert application.duties.count() == 2
