"""A document comes while absences are being entered, each over a connection of its own (2.9)."""

import pytest

from attendance.actions.documents import change_document, receive_document, withdraw_document
from attendance.models import Absence, AbsenceDocument
from journals.actions.entries import save_cell
from tests import world as worlds
from tests.journals.test_concurrency import at_once
from tests.world import day

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def world(transactional_db, noon):
    return worlds.stands()


@pytest.mark.parametrize("turn", range(3))
def test_no_absence_slips_through(world, turn):
    lessons = [
        worlds.lesson(world.maths, day(11, 23), world.slots[number]) for number in (0, 2, 3, 4, 5)
    ]

    def typing(lesson):
        return lambda: save_cell(world.maths, lesson.pk, world.ivanov.pk, "", "н")

    def receiving():
        dates = dict.fromkeys(("received_on", "starts_on", "ends_on"), day(11, 23))
        receive_document(
            AbsenceDocument(
                student=world.ivanov,
                kind="medical",
                reason="б",
                **dates,
                entered_by=world.class_teacher,
            )
        )

    deeds = [typing(lesson) for lesson in lessons]
    deeds.insert(2, receiving)
    assert at_once(deeds) == [None] * 6
    assert list(Absence.objects.values_list("reason", flat=True)) == ["б"] * 5


@pytest.mark.parametrize("turn", range(3))
@pytest.mark.parametrize("deed", ["change", "withdraw"])
def test_changing_and_withdrawing_hinder_nobody(world, deed, turn):
    """Who types refers to the document that whoever changes it holds: no deadlock."""
    lessons = [
        worlds.lesson(world.maths, day(11, 23), world.slots[number]) for number in (0, 2, 3, 4, 5)
    ]
    dates = dict.fromkeys(("received_on", "starts_on", "ends_on"), day(11, 23))
    document = AbsenceDocument(
        student=world.ivanov, kind="medical", reason="б", **dates, entered_by=world.class_teacher
    )
    receive_document(document)

    def typing(lesson):
        return lambda: save_cell(world.maths, lesson.pk, world.ivanov.pk, "", "н")

    def changing():
        document.reason = "уп"
        change_document(document)

    deeds = [typing(lesson) for lesson in lessons]
    deeds.insert(2, changing if deed == "change" else lambda: withdraw_document(document))
    assert at_once(deeds) == [None] * 6
    expected = "уп" if deed == "change" else "н"
    assert list(Absence.objects.values_list("reason", flat=True)) == [expected] * 5


@pytest.mark.parametrize("turn", range(3))
def test_a_document_sent_four_times_at_once_is_one(world, turn, private_dir):
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "н")
    answers = []

    def receiving():
        dates = dict.fromkeys(("received_on", "starts_on", "ends_on"), day(11, 23))
        document = AbsenceDocument(
            student=world.ivanov,
            kind="medical",
            number="17",
            reason="б",
            **dates,
            entered_by=world.class_teacher,
        )
        answers.append(receive_document(document, worlds.SCAN))

    assert at_once([receiving] * 4) == [None] * 4
    document = AbsenceDocument.objects.get()
    assert answers == [(1, 0, 0)] * 4  # each hears what the one did
    assert (document.history.count(), Absence.history.count()) == (1, 2)
    assert len(list(private_dir.glob("absence-documents/*"))) == 1
