"""When the marks of a work are in (2.6).

Where marks are expected of who was asked, with the first one. Where they are expected of all who
were present, once everybody has a mark, a debt or «осв» who belongs to the journal that day and was
not absent; who was late was there. A scale without grades expects nothing.
"""

import datetime
from collections import defaultdict
from typing import NamedTuple

from django.db import transaction
from django.db.models import (
    Case,
    Count,
    Exists,
    ExpressionWrapper,
    Max,
    Min,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.fields import BooleanField, IntegerField
from django.db.models.functions import Coalesce
from django.dispatch import Signal
from django.utils import timezone

from attendance.models import Absence
from attendance.reasons import Reason
from school.compiled import Compiled, Given
from school.models import GradeValue, Lesson
from school.models.dated import on_day
from school.models.lessons import local_instant
from school.queries.belonging import belonging

from .cells import EXEMPT
from .models import LessonWork, Mark, WorkType

# Sent with `lessons`, Lessons of which a work came, went, or was done or undone; who writes many
# lessons at once (`actions.save_paper`) tells its caller instead.
changed = Signal()

PRESENT = WorkType.Expects.PRESENT


def counted(works):
    """The queryset of LessonWorks with `expected`, from how many pupils of each marks are expected,
    and `given`, how many of these have one; both NULL where they are expected of who was asked."""
    marks = Mark.objects.filter(work=OuterRef(OuterRef("pk")), student=OuterRef("student"))
    expected, given = _sum_of(), _sum_of(Exists(marks))
    return works.annotate(
        expected=_of_all(Case(When(_has_grades(), then=expected), default=Value(0))),
        given=_of_all(given),
    )


def counts(works):
    """{work's id: (given, expected)} of a queryset of works, as `counted` has them; one query."""
    rows = counted(works).order_by().values_list("pk", "given", "expected")
    return {pk: (given, expected) for pk, given, expected in rows}


def lacked_by(works, student):
    """Those of a queryset of LessonWorks for which marks are expected of all who were present, of
    this pupil too, who has none."""
    enrolled, members = (rows.filter(student=student) for rows in belonging("lesson"))
    absences = Absence.objects.filter(lesson=OuterRef("lesson"), student=student)
    marks = Mark.objects.filter(work=OuterRef("pk"), student=student)
    return works.filter(
        Exists(enrolled) | Exists(members),
        _has_grades(),
        ~Exists(absences.exclude(reason=Reason.LATE)),
        ~Exists(marks),
        work_type__expects=PRESENT,
    )


def _of_all(number):
    return Case(When(work_type__expects=PRESENT, then=number), output_field=IntegerField())


def _has_grades():
    then = on_day(OuterRef("lesson__date"))
    values = GradeValue.objects.filter(then, scale=OuterRef("lesson__journal__scale"))
    return Exists(values.exclude(text=EXEMPT))


def _absences(lesson):
    """Of the pupil of a row that is asked about, from the lesson; being late is none."""
    return Absence.objects.filter(lesson=lesson, student=OuterRef("student")).exclude(
        reason=Reason.LATE
    )


def _sum_of(*conditions):
    """How many pupils are of the lesson, were there and meet the conditions."""
    there = ~Exists(_absences(OuterRef(OuterRef("lesson"))))
    enrolled, members = (rows.filter(there, *conditions) for rows in belonging("lesson"))
    return _number(enrolled, "school_class") + _number(members, "group")


def _number(rows, by):
    counts = rows.values(by).annotate(number=Count("student", distinct=True)).values("number")
    return Coalesce(Subquery(counts), Value(0))


class _Facts(NamedTuple):
    """What says whether a work is done. `first` is when the first mark was entered that ever stood
    here, None while none stands; `last` when the last of those who were there had one first."""

    pk: int
    lesson_id: int
    date: datetime.date
    ends_at: datetime.time
    expects: str
    has_grades: bool
    expected: int | None
    given: int | None
    first: datetime.datetime | None
    last: datetime.datetime | None
    marked_at: datetime.datetime | None
    due_at: datetime.datetime | None

    def done_at(self, now):
        if not self.has_grades:
            return self._end
        if self.expects != PRESENT:
            return self.first
        if self.given >= self.expected:
            return self.last or self._end
        # What is corrected when the work was due and done, a list of pupils, an absence, a mark,
        # makes nobody late.
        if self.given and self.marked_at and self.due_at and self.due_at < now:
            return self.marked_at
        return None

    @property
    def _end(self):
        """The lesson's end: nobody's mark was ever missing."""
        return local_instant(self.date, self.ends_at)


def _facts(works):
    """Rows of _Facts of a queryset of works."""
    marks = Mark.objects.filter(work=OuterRef("pk")).order_by()
    ever = Mark.history.filter(work=OuterRef("pk")).order_by()
    first = Subquery(ever.values("work").annotate(at=Min("entered_at")).values("at"))
    own = Mark.history.filter(work=OuterRef("work"), student=OuterRef("student")).order_by()
    own_first = Subquery(own.values("student").annotate(at=Min("entered_at")).values("at"))
    there = marks.filter(~Exists(_absences(OuterRef("work__lesson"))))
    last = there.annotate(first=own_first).values("work").annotate(at=Max("first")).values("at")
    return (
        counted(works)
        .annotate(
            has_grades=ExpressionWrapper(Q(_has_grades()), BooleanField()),
            first=Case(When(Exists(marks), then=first)),
            last=Case(When(work_type__expects=PRESENT, then=Subquery(last))),
        )
        .order_by("pk")
        .values_list(
            "pk",
            "lesson",
            "lesson__date",
            "lesson__ends_at",
            "work_type__expects",
            "has_grades",
            "expected",
            "given",
            "first",
            "last",
            "marked_at",
            "marks_due_at",
        )
    )


@Compiled
def _facts_of_lesson():
    return _facts(LessonWork.objects.filter(lesson=Given("lesson")))


@transaction.atomic(savepoint=False)
def recount(works):
    """Write `marked_at` of a queryset of works where it is not what it should be. Returns the ids
    of the lessons of those that changed; the lessons are held by who changes marks and absences."""
    return _write(_facts(works))


def recount_lesson(lesson_id):
    """The same of all works of a lesson: ({work's id: (given, expected)} as `counted` has them,
    whether any changed)."""
    rows = [_Facts(*row) for row in _facts_of_lesson(lesson=lesson_id)]
    return {row.pk: (row.given, row.expected) for row in rows}, bool(_write(rows))


def _write(rows):
    now, moved, lessons = timezone.now(), defaultdict(list), set()
    for row in map(_Facts._make, rows):
        done_at = row.done_at(now)
        if done_at != row.marked_at:
            moved[done_at].append(row.pk)
            lessons.add(row.lesson_id)
    for done_at, keys in moved.items():
        LessonWork.objects.filter(pk__in=keys).update(marked_at=done_at)
    return lessons


def follow(works):
    """`recount`, and tell of it."""
    lessons = recount(works)
    if lessons:
        changed.send(LessonWork, lessons=list(Lesson.objects.filter(pk__in=lessons)))
    return lessons
