"""Writes of a lesson: a cell, a field.

Compare-and-set (design, section 6): the writer says what stood there when he began; if something
else stands there by now, Conflict carries it back and nothing is written. The lesson's row is
locked meanwhile, so two savers of one lesson come one after the other.
"""

import dataclasses
import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import zip_longest

from django.db import transaction
from django.utils import timezone

from attendance.actions.absences import set_absence
from attendance.reasons import is_away
from attendance.refusals import Refused
from school.actions.holding import hold
from school.models import Journal, Lesson, User

from .. import marking
from ..cells import (
    Cell,
    CellError,
    CellFacts,
    decide_cell,
    missing_works,
    parse_cell,
    refuse_too_many,
)
from ..models import LessonWork, Mark
from ..queries.cell import (
    Work,
    cell_state,
    lesson_now,
    scale_values,
    work_types,
)
from ..queries.locks import lock_at
from ..refusals import Conflict
from ..rules import ARCHIVED
from .dues import dues_of, set_dues_of_works
from .fields import FIELDS
from .given import Written, follow_topics
from .late import recheck


@dataclass
class LessonErrors(Exception):
    """What of a lesson's form can't be written: {field: exception}, {student id: exception}."""

    fields: dict[str, Exception]
    cells: dict[int, Exception]


@dataclass(frozen=True)
class SavedCell:
    """What stands in the cell after a save, and the lesson's works in order; `counts` is as
    `marking.recount_lesson` has it, empty where nothing was counted."""

    lesson: Lesson
    cell: Cell
    works: list[Work]
    counts: dict[int, tuple[int | None, int | None]] = dataclasses.field(default_factory=dict)


@transaction.atomic
def save_cell(
    journal: Journal,
    lesson_id: int,
    student_id: int,
    was: str | None,
    text: str,
    class_teacher: User | None = None,
) -> SavedCell:
    """Write one cell of the grid: marks and absence together. Returns SavedCell.

    CellError: the text is not of the cell's language or the journal's scale. Refused: the
    lesson is cancelled or yet to come, or the pupil does not belong to the journal that day, or the
    class teacher has said why he is absent and another writes: `class_teacher` is who writes as the
    pupil's, else None (2.9). Conflict: the cell is not what it `was`. A save sent twice changes
    nothing the second time.
    """
    hold([journal.pk])  # what is read after it is what the saver before has left
    state = cell_state(lesson_id, student_id)
    lesson = _of(journal, state.lesson)
    present, works = state.cell, state.works
    values = scale_values(journal, lesson.date) | state.values
    wanted = decide_cell(present, was, parse_cell(text, values), _facts(journal, state, values))
    if wanted.text == present.text:
        return SavedCell(lesson, present, works)

    before, named = deeds(lesson), len(works)
    works += _missing_works(lesson, works, len(wanted.marks))
    for work, mark, its_text in zip_longest(works, state.marks, wanted.marks):
        _set_mark(work, student_id, mark and mark[0], its_text, values)
    reason = set_absence(lesson, student_id, wanted.absence, state.absence, class_teacher)
    stands = replace(wanted, absence=reason)
    counts, moved = {}, False
    if _may_be_done(works, present, stands):
        counts, moved = marking.recount_lesson(lesson.pk)
    if moved or deeds(lesson) != before:
        follow_deeds([lesson])
    if moved or len(works) > named:
        marking.changed.send(LessonWork, lessons=[lesson])
    return SavedCell(lesson, stands, works, counts)


def _facts(journal, state, values):
    absence = state.absence
    return CellFacts(
        values,
        state.lesson.date,
        partial(closed_to, journal, state.lesson),
        state.attends,
        documented=bool(absence and absence.document_id),
        confirmed=bool(absence and absence.confirmed_by_id),
    )


def _may_be_done(works, before, after):
    """Whether a work of a lesson may be done by now, or undone, when a cell has changed (2.6)."""
    comes_or_goes = is_away(before.absence) != is_away(after.absence)
    for work, was, now in zip_longest(works, before.marks, after.marks):
        if (was is None) != (now is None):
            if work.expects == marking.PRESENT or now is None or work.marked_at is None:
                return True
        elif comes_or_goes and work.expects == marking.PRESENT:
            return True
    return False


def deeds(lesson: Lesson) -> tuple[datetime.datetime | None, ...]:
    """When each duty of the lesson was met."""
    return lesson.attendance_taken_at, lesson.topic_entered_at, lesson.homework_entered_at


def follow_deeds(lessons: Iterable[Lesson]) -> None:
    """Duties of lessons are done by now, or undone again: what is late follows at once."""
    now = timezone.now()
    passed = [lesson.pk for lesson in lessons if any(due and due < now for due in dues_of(lesson))]
    if passed:
        recheck(passed, now)


def _of(journal, lesson):
    """The lesson, if it is the journal's; Lesson.DoesNotExist."""
    if lesson.journal_id != journal.pk:
        raise Lesson.DoesNotExist
    return lesson


def closed_to(journal: Journal, lesson: Lesson, *, ahead: bool = False) -> Refused | None:
    """The Refused of a lesson in a closed period, of a cancelled one, and of one yet to come unless
    writing `ahead` is sensible; None where something can be written."""
    if lesson.closed_period:  # type: ignore[attr-defined]  # annotated
        _, lock = lock_at(journal, lesson.date)
        # Without a lock of its own: its year is closed, and has no periods by which it is graded.
        return Refused(lock.refusal if lock else f"{ARCHIVED}.")
    if lesson.cancelled:
        return Refused(f"Урок отменён: {lesson.cancelled}. Записать в него ничего нельзя.")
    if not ahead and lesson.date > timezone.localdate():
        return Refused(f"Урок {lesson.date:%d.%m.%Y} ещё не прошёл: писать в него рано.")
    return None


def _missing_works(lesson, works, wanted):
    """The usual work types for marks beyond the works that the teacher has named (2.7)."""
    if wanted <= len(works):
        return []
    usual = work_types(lesson.date).filter(usual_order__isnull=False).order_by("usual_order")
    missing = missing_works(usual, works, wanted)
    refuse_too_many(wanted, len(works) + len(missing))
    added = [
        _new_work(lesson, work_type, position)
        for position, work_type in enumerate(missing, start=len(works) + 1)
    ]
    set_dues_of_works(lesson.works.all())
    return added


def _new_work(lesson, work_type, position):
    made = LessonWork.objects.create(lesson=lesson, work_type=work_type, position=position)
    kind = (work_type.name, work_type.short_name, work_type.weight, work_type.expects)
    return Work(made.pk, lesson.pk, work_type.pk, *kind, None, work_type.is_control)


def _set_mark(work, student_id, present, text, values):
    """Write a text of a Cell's marks; `values` {text: id}, a debt has none."""
    value_id = values.get(text)
    if text is None:
        if present is not None:
            present.delete()
    elif present is None:
        Mark.objects.create(work_id=work.pk, student_id=student_id, value_id=value_id)
    elif present.value_id != value_id:
        present.value_id = value_id
        present.save(update_fields=["value"])  # entered_at stays: the duty was met then (2.6)


@transaction.atomic
def save_lesson(
    journal: Journal,
    lesson_id: int,
    fields: Mapping[str, tuple[str, str]],
    cells: Mapping[int, tuple[str, str, User | None]],
) -> None:
    """Write a whole lesson's form: `fields` {field: (was, text)}, `cells` {student id: (was, text,
    class teacher)} as save_cell takes them. All or nothing: LessonErrors names what can't be
    written, and then nothing is."""
    errors = LessonErrors({}, {})
    for field, (was, text) in fields.items():
        try:
            save_field(journal, lesson_id, field, was, text)
        except (Refused, Conflict) as error:
            errors.fields[field] = error
    for student_id, cell in cells.items():
        try:
            save_cell(journal, lesson_id, student_id, *cell)
        except (CellError, Refused, Conflict) as error:
            errors.cells[student_id] = error
    if errors.fields or errors.cells:
        raise errors


# --- fields of a lesson ---


@transaction.atomic
def save_field(
    journal: Journal, lesson_id: int, field: str, was: str, text: str
) -> tuple[Lesson, str]:
    """Write one field of a lesson, of FIELDS. Returns (Lesson, its text as it stands now).

    Texts: topic as it is; homework with «не задано»; how many minutes it takes; works as work type
    ids in order; title_1 and title_2 what the first two of them are about; attendance «все» once it
    is taken. Refused and Conflict as for a cell.
    """
    its = FIELDS[field]
    hold([journal.pk])
    lesson = _of(journal, lesson_now(lesson_id))
    wanted, present = its.canonical(text), its.read(lesson)
    if wanted == present:
        return lesson, present
    if its.canonical(was) != its.canonical(present):
        raise Conflict(present)
    if closed := closed_to(journal, lesson, ahead=field != "attendance"):
        raise closed
    before = deeds(lesson)
    if changed := its.write(lesson, wanted, timezone.now()):
        lesson.save(update_fields=changed)
    if field == "topic":
        follow_topics({lesson.pk: Written(journal.pk, present, wanted)})
    if deeds(lesson) != before:
        follow_deeds([lesson])
    return lesson, its.read(lesson)
