import pytest

from attendance.actions.documents import receive_document
from attendance.models import AbsenceDocument
from journals.actions.entries import save_cell
from tests.world import day


@pytest.fixture
def receive(world):
    """receive(first, last, …) → a document of Иванов's about these days of November, received on
    the 24th."""

    def received(first, last, student=None, reason="б", received_on=24, scan=None, number=""):
        document = AbsenceDocument(
            student=student or world.ivanov,
            kind=AbsenceDocument.Kind.MEDICAL,
            number=number,
            received_on=day(11, received_on),
            starts_on=day(11, first),
            ends_on=day(11, last),
            reason=reason,
            entered_by=world.class_teacher,
        )
        receive_document(document, scan)
        return document

    return received


@pytest.fixture
def type_cell(world):
    """type_cell(text, was) → what stands in Иванов's cell of mathematics on 23 November then."""

    def typed(text, was="", lesson=None, student=None, class_teacher=None):
        lesson = lesson or world.lesson
        student = student or world.ivanov
        saved = save_cell(lesson.journal, lesson.pk, student.pk, was, text, class_teacher)
        return saved.cell.text

    return typed
