"""What stands in a journal at the places that a paper speaks of: many lessons, many pupils."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone

from attendance.models import Absence
from school.models import GradeValue, Lesson
from school.queries.belonging import Taught, taught_where
from school.queries.locks import closed_period

from ..cells import DEBT, Cell
from ..models import LessonWork, Mark
from .cell import Work, as_works

EMPTY = Cell()


@dataclass(frozen=True)
class PaperState:
    """Lessons (with journal, group, slot and `closed_period`) by id, and what stands there:
    `values` {scale id: [GradeValue, in order]}, `works` {lesson id: [Work]}, `marks` {(work id,
    student id): Mark} with the value's text as `text`, `absences` {(lesson id, student id):
    Absence}; `taught` the pupils' Taught."""

    lessons: dict[int, Lesson]
    values: dict[int, list[GradeValue]]
    works: dict[int, list[Work]]
    marks: dict[tuple[int, int], Mark]
    absences: dict[tuple[int, int], Absence]
    taught: Taught

    def values_of(self, lesson: Lesson) -> dict[str, int]:
        """{text: GradeValue's id} of the scale of the lesson's journal as it is on that day."""
        scale, day = key = lesson.journal.scale_id, lesson.date
        if key not in self._values_then:
            in_force = [one for one in self.values.get(scale, ()) if one.holds_on(day)]
            self._values_then[key] = {one.text: one.pk for one in in_force}
        return self._values_then[key]

    @cached_property
    def _values_then(self) -> dict[tuple[int, datetime.date], dict[str, int]]:
        return {}

    def marks_of(self, lesson_id: int, student_id: int) -> list[Mark | None]:
        """The pupil's Marks in the order of the lesson's works, None where a work has none."""
        if not self.marks:
            return [None] * len(self.works.get(lesson_id, ()))
        return [self.marks.get((work.pk, student_id)) for work in self.works.get(lesson_id, ())]

    def values_at(self, lesson_id: int, student_id: int) -> dict[str, int]:
        """{text: GradeValue's id} of what may stand in a cell: of the scale, and of what stands
        there already, of whatever scale."""
        values = self.values_of(self.lessons[lesson_id])
        marks = self.marks_of(lesson_id, student_id)
        standing = {mark.text: mark.value_id for mark in marks if mark and mark.value_id}
        return values | standing if standing else values

    def cell(self, lesson_id: int, student_id: int) -> Cell:
        """What stands in a cell, as a Cell."""
        absence = self.absences.get((lesson_id, student_id))
        marks = self.marks_of(lesson_id, student_id)
        if absence is None and not any(marks):
            return EMPTY
        return Cell(
            absence.reason if absence else "",
            tuple([mark.text if mark else None for mark in marks]),
        )

    def attends(self, lesson: Lesson, student_id: int) -> bool:
        """Whether the pupil belongs to the lesson's journal that day."""
        return self.taught.has(student_id, lesson)


def paper_state(
    lessons: Collection[int], students: Collection[int], *, held: bool = False
) -> PaperState:
    """The PaperState of lessons and students (ids); at most six queries. `held`: the lessons stay
    locked until the transaction ends, and what is read of them is what the saver before has
    left."""
    rows = Lesson.objects.filter(pk__in=lessons).order_by("pk")
    rows = rows.select_related("journal__group")
    rows = rows.annotate(closed_period=closed_period(timezone.now()))
    if held:
        rows = rows.select_for_update(of=["self"])
    found: dict[int, Lesson] = {lesson.pk: lesson for lesson in rows}
    values, works, marks, absences = defaultdict(list), defaultdict(list), {}, {}
    taught = Taught()
    if found:
        scales = {lesson.journal.scale_id for lesson in found.values()}
        in_order = GradeValue.objects.filter(scale__in=scales).order_by("position", "pk")
        for value in in_order:
            values[value.scale_id].append(value)
        for row in as_works(LessonWork.objects.filter(lesson__in=found)):
            work = Work(*row)
            works[work.lesson_id].append(work)
    if found and students:
        days = [lesson.date for lesson in found.values()]
        their = {"student__in": students}
        if works:
            theirs = Mark.objects.filter(work__lesson__in=found, **their)
            for mark in theirs.select_related("value"):  # perhaps of the journal's scale before
                mark.text = mark.value.text if mark.value else DEBT
                marks[mark.work_id, mark.student_id] = mark
        told = Absence.objects.filter(lesson__in=found, **their).select_related("confirmed_by")
        absences = {(one.lesson_id, one.student_id): one for one in told}
        taught = taught_where(students, min(days), max(days))
    return PaperState(found, values, works, marks, absences, taught)
