"""The transfer by hand: one cell, one field of a page of the paper, saved as it is typed (3.2)."""

from django.db import transaction

from attendance.refusals import Refused
from journals.actions.entries import SavedCell, save_field
from journals.actions.fields import FIELDS
from journals.actions.paper_entries import ON_PAPER, PaperEntry, PaperErrors
from journals.queries.cell import cell_state
from school.models import Journal, Lesson, Outage, User
from school.models.history import originating
from school.queries.lessons import with_places

from ..models import Transfer
from ..queries.outages import lessons_inside
from .transfer import NOT_INSIDE, standing, transfer


@transaction.atomic
def transfer_cell(
    outage: Outage,
    person: User,
    journal: Journal,
    lesson_id: int,
    student_id: int,
    was: str | None,
    text: str,
    class_teacher: User | None = None,
) -> SavedCell:
    """`journals.actions.save_cell` for a cell of the paper."""
    led = {student_id} if class_teacher else set()
    lesson = _write(outage, person, journal, PaperEntry(lesson_id, student_id, was, text), led)
    state = cell_state(lesson_id, student_id)
    return SavedCell(lesson, state.cell, state.works)


@transaction.atomic
def transfer_field(
    outage: Outage, person: User, journal: Journal, lesson_id: int, field: str, was: str, text: str
) -> tuple[Lesson, str]:
    """`journals.actions.save_field` for a field of the paper; the kinds of works, which are not on
    it, are named here as well."""
    if field in ON_PAPER:
        lesson = _write(outage, person, journal, PaperEntry(lesson_id, field, was, text), set())
        return lesson, FIELDS[field].read(lesson)
    outage = standing(outage)
    if not lessons_inside(outage).filter(pk=lesson_id).exists():
        raise Refused(NOT_INSIDE)
    with originating(outage.origin):
        return save_field(journal, lesson_id, field, was, text)


def _write(
    outage: Outage, person: User, journal: Journal, entry: PaperEntry, led: set[int]
) -> Lesson:
    lesson = with_places(Lesson.objects.all()).get(pk=entry.lesson_id, journal=journal)
    try:
        transfer(outage, person, [entry], Transfer.Source.HAND, led)
    except PaperErrors as failed:
        raise failed.errors[entry.key] from None
    lesson.refresh_from_db()
    lesson.journal = journal
    return lesson
