"""What was written on paper, many cells and fields at once (3.2).

The same rules as `entries` has for one cell and one field, in a fixed number of queries; a test
holds the two together. All or nothing; what stands there already is not written again.
"""

import datetime
from collections.abc import Collection, Mapping
from copy import copy
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache, partial
from itertools import zip_longest
from typing import NamedTuple

from django.db import transaction
from django.utils import timezone

from attendance.actions.absences import AbsenceWish, resolve_absences, set_absences
from attendance.refusals import Refused
from attendance.rules import Said
from school.actions.holding import hold
from school.models import Lesson, User
from school.models.history import (
    create_with_history,
    delete_with_history,
    update_with_history,
)

from .. import marking, rules
from ..cells import (
    CellError,
    CellFacts,
    decide_cell,
    missing_works,
    parse_cell,
    refuse_too_many,
)
from ..models import LessonWork, Mark, WorkType
from ..queries.cell import Work
from ..queries.paper_entries import paper_state
from ..refusals import Conflict
from .dues import set_dues_of_works
from .entries import closed_to, deeds, follow_deeds
from .fields import FIELDS
from .given import Written, follow_topics

ON_PAPER = ("topic", "homework", "attendance")  # of FIELDS


class PaperEntry(NamedTuple):
    """A text for a cell (`place` is the pupil's id) or for a field of the lesson, of
    ON_PAPER. `was` is what the writer has seen there, None where nobody has looked."""

    lesson_id: int
    place: int | str
    was: str | None
    text: str

    @property
    def key(self) -> tuple[int, int | str]:
        return self.lesson_id, self.place

    @property
    def is_cell(self) -> bool:
        return not isinstance(self.place, str)


class PaperCheck(NamedTuple):
    """What an entry finds: the text that stands at its place, the text that would stand there, or
    the exception that says why not (then `text` is as it was typed)."""

    present: str
    text: str
    error: Exception | None = None


@dataclass
class PaperErrors(Exception):
    """What can't be written: {key of the entry: CellError, Refused or Conflict}. Nothing
    was."""

    errors: dict[tuple[int, int | str], Exception]


def check_paper(
    entries: Collection[PaperEntry], writer: User, led: Collection[int]
) -> dict[tuple[int, int | str], PaperCheck]:
    """{key: PaperCheck} of PaperEntries; a fixed number of queries. `writer` (User) is who would
    write, `led` the ids of the pupils whose class teacher that is (2.9)."""
    return _plan(entries, _state(entries), writer, led).checks


@transaction.atomic
def save_paper(
    entries: Collection[PaperEntry],
    writer: User,
    led: Collection[int],
    written_at: Mapping[int, datetime.datetime],
) -> dict[tuple[int, int | str], str]:
    """Write PaperEntries, at most one of a place. Returns {key: text that stands there now} of what
    was changed. `written_at` {lesson id: aware instant} is when it was written on the paper, which
    is when the duties of the lesson were met (2.5, 2.7, 2.8). PaperErrors: see there."""
    lessons = Lesson.objects.filter(pk__in={entry.lesson_id for entry in entries})
    hold(lessons.order_by().values("journal"))
    state = _state(entries, held=True)
    plan = _plan(entries, state, writer, led)
    if errors := {key: check.error for key, check in plan.checks.items() if check.error}:
        raise PaperErrors(errors)
    before = {pk: deeds(lesson) for pk, lesson in state.lessons.items()}
    set_absences(plan.wishes, plan.reasons)
    untaken = {
        wish.lesson.pk
        for wish in plan.wishes
        if wish.reason and wish.lesson.attendance_taken_at is None
    }
    fields = {(pk, "attendance"): rules.ALL_PRESENT for pk in untaken} | plan.fields
    _write_fields(fields, state, written_at)
    _write_works(plan.works)
    _write_marks(plan.marks, written_at)
    marked = marking.recount(LessonWork.objects.filter(lesson__in=state.lessons))
    moved = [pk for pk, lesson in state.lessons.items() if deeds(lesson) != before[pk]]
    follow_deeds([state.lessons[pk] for pk in {*moved, *marked}])
    return {key: check.text for key, check in plan.checks.items() if check.text != check.present}


def _state(entries, *, held=False):
    cells = {entry.place for entry in entries if entry.is_cell}
    return paper_state({entry.lesson_id for entry in entries}, cells, held=held)


@dataclass
class _Plan:
    """What is to be written: `fields` {(lesson id, field): text}, `wishes` and `reasons` as
    attendance.set_absences takes them, `works` that are missing, `marks` as (LessonWork or Work,
    pupil's id, Mark that stands there, its new text or None, the value's id or None for a debt)."""

    checks: dict[tuple[int, int | str], PaperCheck] = field(default_factory=dict)
    fields: dict[tuple[int, str], str] = field(default_factory=dict)
    wishes: list[AbsenceWish] = field(default_factory=list)
    reasons: dict[tuple[int, int], Said | Refused | None] = field(default_factory=dict)
    works: list[LessonWork] = field(default_factory=list)
    marks: list[tuple[LessonWork | Work, int, Mark | None, str | None, int | None]] = field(
        default_factory=list
    )


def _plan(entries, state, writer, led):
    plan, cells = _Plan(), []

    @cache
    def closed(pk):
        lesson = state.lessons[pk]
        return closed_to(lesson.journal, lesson)

    for entry in entries:
        lesson = state.lessons.get(entry.lesson_id)
        if lesson is None:
            check = PaperCheck("", entry.text, Refused("Такого урока в журнале нет."))
        elif entry.is_cell:
            check, wanted = _check_cell(entry, lesson, state, partial(closed, lesson.pk))
            if wanted is not None:
                cells.append((entry, lesson, wanted))
        else:
            check = _check_field(entry, lesson, partial(closed, lesson.pk))
            if check.error is None and check.text != check.present:
                plan.fields[entry.key] = check.text
        plan.checks[entry.key] = check
    _plan_works(plan, cells, state)
    _plan_absences(plan, cells, state, writer, led)
    return plan


# A paper repeats few different texts.
_parsed = lru_cache(maxsize=1_000)(parse_cell)


def _check_cell(entry, lesson, state, closed):
    """(PaperCheck, the Cell to be written or None where nothing is to be done)."""
    values = tuple(state.values_at(*entry.key))
    present = state.cell(*entry.key)
    absence = state.absences.get(entry.key)
    facts = CellFacts(
        values,
        lesson.date,
        closed,
        state.attends(lesson, entry.place),
        documented=bool(absence and absence.document_id),
        confirmed=bool(absence and absence.confirmed_by_id),
        on_paper=True,
    )
    try:
        wanted = decide_cell(present, entry.was, _parsed(entry.text, values), facts)
    except (CellError, Refused, Conflict) as error:
        return PaperCheck(present.text, entry.text, error), None
    check = PaperCheck(present.text, wanted.text)
    return check, wanted if wanted.text != present.text else None


def _check_field(entry, lesson, closed):
    if entry.place not in ON_PAPER:  # the kinds of works write beyond the lesson's row
        return PaperCheck("", entry.text, Refused("Такой строки на бумаге нет."))
    its = FIELDS[entry.place]
    present = its.read(lesson)
    try:
        wanted = its.canonical(entry.text)
        if wanted != present:
            if entry.was is not None and its.canonical(entry.was) != its.canonical(present):
                raise Conflict(present)
            if refused := closed():
                raise refused
            its.write(copy(lesson), wanted, timezone.now())  # refuses what is not fit
    except (Refused, Conflict) as error:
        return PaperCheck(present, entry.text, error)
    return PaperCheck(present, wanted)


def _plan_works(plan, cells, state):
    """The usual works for marks beyond those that the teacher has named (2.7), and who gets which
    mark for which work; a cell with more marks than there are works is refused."""
    most: dict[int, int] = {}
    usual = None
    for entry, _, wanted in cells:
        most[entry.lesson_id] = max(most.get(entry.lesson_id, 0), len(wanted.marks))
    works = {pk: list(state.works.get(pk, ())) for pk in most}
    for pk, wanted in most.items():
        there = works[pk]
        if wanted <= len(there):
            continue
        if usual is None:
            usual = list(WorkType.objects.filter(usual_order__isnull=False).order_by("usual_order"))
        held = [one for one in usual if one.holds_on(state.lessons[pk].date)]
        for work_type in missing_works(held, there, wanted):
            made = LessonWork(lesson_id=pk, work_type=work_type, position=len(there) + 1)
            there.append(made)
            plan.works.append(made)
    for entry, _, wanted in cells:
        there, values = works[entry.lesson_id], state.values_at(*entry.key)
        try:
            refuse_too_many(len(wanted.marks), len(there))
        except Refused as refusal:
            plan.checks[entry.key] = plan.checks[entry.key]._replace(error=refusal)
            continue
        for work, mark, text in zip_longest(there, state.marks_of(*entry.key), wanted.marks):
            value = values.get(text)
            if (mark is None) != (text is None) or (mark and mark.value_id != value):
                plan.marks.append((work, entry.place, mark, text, value))


def _plan_absences(plan, cells, state, writer, led):
    for entry, lesson, wanted in cells:
        present = state.absences.get(entry.key)
        if present is None and not wanted.absence:
            continue
        class_teacher = writer if entry.place in led else None
        wish = AbsenceWish(lesson, entry.place, wanted.absence, present, class_teacher)
        plan.wishes.append(wish)
    plan.reasons = resolve_absences(plan.wishes)
    for entry, _, wanted in cells:
        stands, check = plan.reasons.get(entry.key), plan.checks[entry.key]
        if isinstance(stands, Refused):
            plan.checks[entry.key] = check._replace(text=entry.text, error=stands)
        elif stands is not None and stands.reason != wanted.absence:  # a document knows better
            known = replace(wanted, absence=stands.reason)
            plan.checks[entry.key] = check._replace(text=known.text)


def _write_fields(fields, state, written_at):
    """Write {(lesson id, field): text} into the lessons, with history."""
    changed = []
    columns: set[str] = set()
    topics: dict[int, Written] = {}
    for (pk, name), text in fields.items():
        lesson = state.lessons[pk]
        if name == "topic":
            topics[pk] = Written(lesson.journal_id, lesson.topic, text)
        columns.update(FIELDS[name].write(lesson, text, written_at[pk]))  # type: ignore[arg-type]  # works are not on paper
        changed.append(lesson)
    changed = list({lesson.pk: lesson for lesson in changed}.values())
    update_with_history(Lesson, changed, sorted(columns))
    if topics:
        follow_topics(topics)


def _write_works(works):
    if works:
        create_with_history(LessonWork, works)
        lessons = {work.lesson_id for work in works}
        set_dues_of_works(LessonWork.objects.filter(lesson__in=lessons))


def _write_marks(marks, written_at):
    """Write the marks of a _Plan, with history."""
    made, changed, removed = [], [], []
    for work, student, mark, text, value in marks:
        if mark is None:
            at = written_at[work.lesson_id]
            made.append(Mark(work_id=work.pk, student_id=student, value_id=value, entered_at=at))
        elif text is None:
            removed.append(mark)
        else:
            mark.value_id = value
            changed.append(mark)
    create_with_history(Mark, made)
    update_with_history(Mark, changed, ["value"])
    delete_with_history(Mark, removed)
