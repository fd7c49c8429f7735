"""Writes of a journal's plan: its lines, their order and days, and which of them a lesson gave.

A page says from which state of the plan it was drawn (`queries.plans.state`); where another has
changed it meanwhile, PlanChanged is the answer and nothing is written. Lines that a lesson gave
stand: nothing is put before them, and their texts stay.
"""

from collections.abc import Callable, Collection, Sequence

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from attendance.refusals import Refused
from school.actions.holding import hold
from school.models import Journal
from school.models.history import create_with_history, delete_with_history, update_with_history

from ..models import GivenTopic, PlannedTopic
from ..plans import (
    GONE,
    Change,
    Followed,
    Plan,
    PlanLine,
    compare,
    in_places,
    plan_of,
    shift,
)
from ..queries import plans as queries
from ..queries.cell import lesson_now
from ..queries.locks import lock_at
from .entries import closed_to
from .given import next_of, write_given

MOST_LINES = 500
FAR = 20_000  # where lines stand for a moment that change places; no plan is as long


class PlanChanged(Refused):
    """Another page or person has changed the plan meanwhile."""

    def __init__(self) -> None:
        super().__init__(
            "План за это время изменили в другом окне, или это сделал другой человек. Ниже план, "
            "как он стоит теперь: проверьте и повторите, набранное осталось."
        )


GIVEN_STANDS = "Данные темы стоят на месте: ничего не встаёт перед ними, и их строки не меняются."


@transaction.atomic
def add_line(journal: Journal, drawn_from: str, line: PlanLine, after: int | None) -> None:
    """A new line behind the line `after` (id), None: behind those that were given. Refused: it
    would stand before a line that was given, or the plan is too long."""
    _edit(journal, drawn_from, lambda plan: _put(plan, plan.lines, line, after))


@transaction.atomic
def change_line(journal: Journal, drawn_from: str, line: PlanLine, after: int | None) -> None:
    """What a line says, and behind which other (id) it stands, as `add_line` has it; where it moves
    days stay in their places. Refused: it was given."""

    def change(plan: Plan) -> list[PlanLine]:
        here = _place(plan.lines, line.pk)
        others = [one for one in plan.lines if one.pk != line.pk]
        found = _put(plan, others, line, after)
        if found.index(line) == here:
            return found
        last = plan.followed.last_given
        return found if here < last else [*found[:last], *in_places(found[last:])]

    _edit(journal, drawn_from, change)


def _put(
    plan: Plan, lines: Sequence[PlanLine], line: PlanLine, after: int | None
) -> list[PlanLine]:
    """Lines with one more behind that of the id `after`, None: behind those that were given."""
    if after:
        place = _place(lines, after) + 1
    else:
        given = {one.pk for one in plan.lines if plan.followed.given(one)}
        place = max((at for at, one in enumerate(lines, start=1) if one.pk in given), default=0)
    return [*lines[:place], line, *lines[place:]]


@transaction.atomic
def remove_line(journal: Journal, drawn_from: str, line_id: int) -> None:
    """Take a line out. Refused: it was given."""
    _edit(journal, drawn_from, lambda plan: [one for one in plan.lines if one.pk != line_id])


@transaction.atomic
def reorder(journal: Journal, drawn_from: str, order: Sequence[int]) -> str:
    """Lines stand as the ids of `order` say; their days stay where they were, for the places have
    them. Returns the plan's new state. Refused: other lines than the plan has, or one that was
    given would move."""

    def change(plan: Plan) -> list[PlanLine]:
        lines = {line.pk: line for line in plan.lines}
        if sorted(order) != sorted(lines):
            raise PlanChanged
        last = plan.followed.last_given
        if list(order[:last]) != [line.pk for line in plan.lines[:last]]:
            return _moved_out(plan, [lines[pk] for pk in order])
        return [*plan.lines[:last], *in_places([lines[pk] for pk in order[last:]])]

    return queries.state(_edit(journal, drawn_from, change))


def _moved_out(plan: Plan, lines: list[PlanLine]) -> list[PlanLine]:
    """What was passed over may go behind the lines that were given; nothing else before them."""
    given = [line.pk for line in plan.lines if plan.followed.given(line)]
    if [line.pk for line in lines if line.pk in given] != given:
        raise Refused(GIVEN_STANDS)
    return lines


@transaction.atomic
def replace(
    journal: Journal, drawn_from: str, coming: Sequence[PlanLine], *, append: bool = False
) -> list[Change]:
    """The lines that are still to be given become these, or these come behind them (`append`).
    Returns the Changes. Lines whose title stays are the same lines."""
    changes: list[Change] = []

    def change(plan: Plan) -> list[PlanLine]:
        if append:
            return [*plan.lines, *coming]
        kept, free = parted(plan.followed)
        changes.extend(compare(free, coming))
        return [*kept, *(one.becomes for one in changes if one.becomes and one.kind != GONE)]

    _edit(journal, drawn_from, change)
    return changes


def parted(followed: Followed) -> tuple[list[PlanLine], list[PlanLine]]:
    """(the lines that stay whatever comes: up to the last one that was given; the others)."""
    last = followed.last_given
    return list(followed.lines[:last]), list(followed.lines[last:])


@transaction.atomic
def shift_plan(journal: Journal, drawn_from: str, without: Collection[int] = ()) -> int:
    """«Перенести план»: lines still to be given get the days of the lessons that will give them;
    those of `without` (ids) are taken out before. Returns how many lines got another day."""
    before: dict[int, PlanLine] = {}

    def change(plan: Plan) -> list[PlanLine]:
        before.update({line.pk: line for line in plan.lines})
        kept = [line for line in plan.lines if line.pk not in without]
        if len(kept) < len(plan.lines):
            plan = plan_of(kept, plan.followed.lessons)
        return shift(plan)

    found = _edit(journal, drawn_from, change)
    return sum(line.planned_on != before[line.pk].planned_on for line in found)


def _edit(
    journal: Journal, drawn_from: str, change: Callable[[Plan], list[PlanLine]]
) -> list[PlanLine]:
    """Write what `change` makes of the plan. Returns its lines as they stand then."""
    hold([journal.pk])
    _refuse_archived(journal)
    plan = queries.plan(journal.pk)
    if queries.state(plan.lines) != drawn_from:
        raise PlanChanged
    lines = change(plan)
    if len(lines) > MOST_LINES:
        raise Refused(f"В плане не больше {MOST_LINES} строк, а здесь {len(lines)}.")
    _refuse_lost(plan, lines)
    _write(journal, plan, lines)
    return queries.plan_lines(journal.pk)


def _refuse_archived(journal: Journal) -> None:
    """In a year that was closed nothing is planned."""
    _, lock = lock_at(journal, min(timezone.localdate(), journal.group.year.ends_on))
    if lock and lock.archived_at and lock.is_closed:
        raise Refused(lock.refusal)


def _refuse_lost(plan: Plan, lines: Sequence[PlanLine]) -> None:
    """The lines that were given stand as they stood, and nothing new before them."""
    followed = plan.followed
    given = [line for line in plan.lines if followed.given(line)]
    stay = {line.pk for line in given}
    kept = [line for line in lines if line.pk in stay]
    if [_undated(line) for line in kept] != [_undated(line) for line in given]:
        raise Refused(GIVEN_STANDS)
    last = max((at for at, line in enumerate(lines, start=1) if line.pk in stay), default=0)
    before = {line.pk for line in plan.lines[: followed.last_given]}
    if any(line.pk not in before for line in lines[:last]):
        raise Refused(GIVEN_STANDS)


def _undated(line: PlanLine) -> PlanLine:
    """A line as a lesson has given it: its day by the plan may still be put right."""
    return line._replace(planned_on=None)


def _write(journal: Journal, plan: Plan, lines: Sequence[PlanLine]) -> None:
    """The lines become what the plan consists of, in this order; with history."""
    rows = {row.pk: row for row in PlannedTopic.objects.filter(journal=journal)}
    stay = {line.pk for line in lines}
    if gone := [rows[line.pk] for line in plan.lines if line.pk not in stay]:
        _forget_void(gone)
        delete_with_history(PlannedTopic, gone)
    changed, made, moved = [], [], []
    for position, line in enumerate(lines, start=1):
        values = line._asdict()
        pk = values.pop("pk")
        row = rows[pk] if pk else PlannedTopic(journal=journal, position=position)
        is_moved = row.position != position
        differs = is_moved or any(getattr(row, name) != value for name, value in values.items())
        for name, value in values.items():
            setattr(row, name, value)
        if not pk:
            made.append(row)
        elif differs:
            changed.append(row)
        if is_moved:
            moved.append(pk)
            row.position = position
    # Lines may change places; two are never at one.
    PlannedTopic.objects.filter(pk__in=moved).update(position=F("position") + FAR)
    update_with_history(PlannedTopic, changed, ["position", *_TEXTS])
    create_with_history(PlannedTopic, made)


_TEXTS = [name for name in PlanLine._fields if name != "pk"]


def _forget_void(lines: Sequence[PlannedTopic]) -> None:
    """Lessons that do not take place had given them: no lesson gives what is no more."""
    rows = GivenTopic.objects.filter(line__in=lines).order_by("pk")
    delete_with_history(GivenTopic, list(rows))


def _place(lines: Sequence[PlanLine], pk: int) -> int:
    """Where the line of an id stands, from 0. PlanChanged where it is no more."""
    place = next((at for at, line in enumerate(lines) if line.pk == pk), None)
    if place is None:
        raise PlanChanged
    return place


# --- which line a lesson gave ---


@transaction.atomic
def bind_lesson(journal: Journal, lesson_id: int) -> int:
    """A lesson with a topic «вне плана» gave the next line of the plan, whatever it says. Returns
    the number of that hour. Refused: it has no topic, gave a line already, or no line is left."""
    lessons, lines, at = _to_bind(journal, lesson_id)
    lesson = lessons[at]
    place = next_of(lines, lessons, at)
    if not lesson.topic:
        raise Refused("У урока нет темы: сначала запишите её.")
    if lesson.line:
        raise Refused("Урок уже отнесён к строке плана.")
    if place is None or place.line is None:
        raise Refused("В плане не осталось строк, которых ещё не давали.")
    gone = {one.pk for one in lessons if one.line == place.line.pk and one.void}
    write_given({lesson_id: place.line.pk}, gone)
    return place.number


@transaction.atomic
def unbind_lesson(journal: Journal, lesson_id: int) -> None:
    """What a lesson gave was no line of the plan; its topic stays. Does nothing where it gave
    none."""
    _to_bind(journal, lesson_id)
    write_given({}, {lesson_id})


def _to_bind(journal, lesson_id):
    """(the journal's PlanLessons, the plan's lines, the lesson's place among the first), held.
    Refused in a closed period and of a cancelled lesson."""
    hold([journal.pk])
    if closed := closed_to(journal, lesson_now(lesson_id), ahead=True):
        raise closed
    plan = queries.plan(journal.pk)
    lessons = list(plan.followed.lessons)
    at = next((at for at, lesson in enumerate(lessons) if lesson.pk == lesson_id), None)
    if at is None:
        raise Refused("В этом журнале нет плана.")
    return lessons, plan.lines, at
