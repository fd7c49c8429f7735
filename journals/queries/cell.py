"""One cell: what stands in it, and the works its marks are for."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    BooleanField,
    Exists,
    ExpressionWrapper,
    F,
    FilteredRelation,
    Min,
    OuterRef,
    Q,
    QuerySet,
)
from django.utils import timezone

from attendance.models import Absence
from school.compiled import Compiled, Given
from school.models import GradeValue, Journal, Lesson
from school.models.dated import on_day
from school.queries.belonging import attending
from school.queries.lessons import with_places
from school.queries.locks import closed_period

from .. import rules
from ..cells import DEBT, Cell
from ..models import LessonWork, Mark, WorkType


@dataclass(frozen=True, slots=True)
class Work:
    """A LessonWork with what is shown of its work type."""

    pk: int
    lesson_id: int
    work_type_id: int
    name: str
    short_name: str
    weight: int
    expects: str
    marked_at: datetime.datetime | None
    is_control: bool = False
    title: str = ""

    @property
    def text(self) -> str:
        return rules.work_text(self.name, self.title)


def as_works(rows: QuerySet[LessonWork]) -> QuerySet[LessonWork, Any]:
    return rows.order_by("position", "pk").values_list(*_WORK_FIELDS)


_WORK_FIELDS = (
    "pk",
    "lesson",
    "work_type",
    "work_type__name",
    "work_type__short_name",
    "work_type__weight",
    "work_type__expects",
    "marked_at",
    "work_type__is_control",
    "title",
)


@Compiled
def _works_of_lesson():
    return as_works(LessonWork.objects.filter(lesson=Given("lesson")))


def works_text(works: Iterable[Work]) -> str:
    """Works as the field of works writes them: «3 5»."""
    return " ".join(str(work.work_type_id) for work in works)


def scale_values(journal: Journal, day: datetime.date) -> dict[str, int]:
    """{text: GradeValue's id} of the journal's scale as it is on a school-local day, in its
    order."""
    return dict(_scale_values(scale=journal.scale_id, day=day))


@Compiled
def _scale_values():
    values = GradeValue.objects.filter(on_day(Given("day")), scale=Given("scale"))
    return values.order_by("position", "pk").values_list("text", "pk")


def works_of(lesson_id: int) -> list[Work]:
    """The lesson's Works, in order."""
    return [Work(*row) for row in _works_of_lesson(lesson=lesson_id)]


def attendance_noted_at(lesson: Lesson) -> datetime.datetime | None:
    """When it was typed that the lesson's attendance was taken; of a paper's lesson that is later
    than when it was (3.2). None while it is not taken."""
    taken = lesson.attendance_taken_at
    if taken is None:
        return None
    noted = lesson.history.filter(attendance_taken_at=taken).aggregate(at=Min("history_date"))
    return noted["at"] or taken


def lesson_now(lesson_id: int) -> Lesson:
    """The Lesson, held until the transaction ends; its `closed_period` is the id of the period that
    is closed for it now, or None (4.2); beside it is loaded what `with_places` loads.
    Lesson.DoesNotExist; one query.

    Who writes in a journal has held it before, and reads here what the writer before has left. Who
    moves due instants holds the lessons alone: they are held after the journal, and what such a one
    changes is read of the held row itself."""
    for lesson in _held_lessons.instances(lesson=lesson_id, now=timezone.now()):
        return lesson
    raise Lesson.DoesNotExist


@Compiled
def _held_lessons():
    return _held_lesson().order_by()


def _held_lesson():
    lessons = with_places(Lesson.objects.filter(pk=Given("lesson")))
    lessons = lessons.annotate(closed_period=closed_period(Given("now")))
    return lessons.select_for_update(of=["self"])


@dataclass(frozen=True)
class CellState:
    """What is written down for one pupil in one `lesson`, which is as `lesson_now` has it: `marks`
    are (Mark, its text), None where a work has none, in the order of the lesson's `works`;
    `attends`: he belongs to the journal that day."""

    lesson: Lesson
    attends: bool
    works: list[Work]
    marks: list[tuple[Mark, str] | None]
    absence: Absence | None

    @property
    def values(self) -> dict[str, int]:
        """{text: GradeValue's id} of what stands there, of whatever version."""
        return {text: mark.value_id for mark, text in filter(None, self.marks) if mark.value_id}

    @property
    def cell(self) -> Cell:
        """The same as a Cell."""
        texts = tuple(mark and mark[1] for mark in self.marks)
        return Cell(self.absence.reason if self.absence else "", texts)


def cell_state(lesson_id: int, student_id: int) -> CellState:
    """The CellState; its lesson is held as `lesson_now` holds it. Lesson.DoesNotExist; one
    query."""
    rows = _cell_rows.instances(lesson=lesson_id, student=student_id, now=timezone.now())
    if not rows:
        raise Lesson.DoesNotExist
    lesson = rows[0]
    absent, *its_reason = _values(lesson, "absent", _ABSENCE_FIELDS)
    absence = absent and Absence(absent, lesson_id, student_id, *its_reason)  # type: ignore[misc]  # by keys
    works = []
    marks: list[tuple[Mark, str] | None] = []
    for row in rows:
        work = Work(*_values(row, "works", _WORK_FIELDS))
        if work.pk is not None:
            mark, text, *its_value = _values(row, "own", _MARK_FIELDS)
            mark = mark and Mark(mark, work.pk, student_id, *its_value)  # type: ignore[misc]  # by keys
            works.append(work)
            marks.append((mark, text or DEBT) if mark else None)
    return CellState(lesson, lesson.attends, works, marks, absence)


_ABSENCE_FIELDS = ("pk", "reason", "entered_at", "document", "confirmed_by")
_MARK_FIELDS = ("pk", "value__text", "value", "entered_at")


def _beside(relation, fields):
    """What of a relation is to stand beside a row, where `_values` finds it."""
    return {f"{relation}_{name}": F(f"{relation}__{name}") for name in fields}


def _values(row, relation, fields):
    return [getattr(row, f"{relation}_{name}") for name in fields]


@Compiled
def _cell_rows():
    """The lesson once for each of its works, at least once."""
    of_student = Q(works__marks__student=Given("student"))
    own = FilteredRelation("works__marks", condition=of_student)
    absent = FilteredRelation("absences", condition=Q(absences__student=Given("student")))
    attends = ExpressionWrapper(attending(Given("student")), BooleanField())
    return (
        _held_lesson()
        .annotate(own=own, absent=absent, attends=attends)
        .annotate(
            **_beside("absent", _ABSENCE_FIELDS),
            **_beside("own", _MARK_FIELDS),
            **_beside("works", _WORK_FIELDS),
        )
        .order_by("works__position", "works")
    )


def has_cell(lesson_id: int, student_id: int) -> bool:
    """Whether a lesson has a cell of a pupil: he belongs to its journal that day, or something
    stands there; one query."""
    marks = Mark.objects.filter(work__lesson=OuterRef("pk"), student=student_id)
    absences = Absence.objects.filter(lesson=OuterRef("pk"), student=student_id)
    stands = Exists(marks) | Exists(absences)
    return Lesson.objects.filter(stands | attending(student_id), pk=lesson_id).exists()


def work_types(day: datetime.date) -> QuerySet[WorkType]:
    """The WorkTypes of a school-local day; a queryset."""
    return WorkType.objects.filter(on_day(day))


def counted_marks() -> QuerySet[Mark]:
    """The Marks that count: what stands in a cancelled lesson counts nowhere until the lesson is
    restored or moved."""
    return Mark.objects.filter(work__lesson__cancelled="")
