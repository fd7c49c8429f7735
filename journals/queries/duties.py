"""The duties that the watch knows (design, section 5)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Case, OuterRef, Q, QuerySet, Subquery, When

from attendance.models import AbsenceDocument
from school.declared import declared
from school.models import Lesson
from school.queries.locks import closed_period

from ..models import GradeSheet, LateEntry, LessonWork
from . import documents, grade_sheets, lesson_duties
from .duty import Duty, Told
from .lesson_duties import NAMES

# Of lessons and their works.
_OF_LESSONS: dict[str, Any] = {"tell": lesson_duties.tell, "held_by": lesson_duties.held_by}
_OF_GRADES: dict[str, Any] = {
    "lesson": None,
    "tell": grade_sheets.tell,
    "held_by": grade_sheets.held_by,
    "closed": grade_sheets.closed,
}

REASON = Duty(
    kind="reason",
    name="причина пропуска",
    clause="2.9",
    model=AbsenceDocument,
    due="reason_due_at",
    done="entered_at",
    tell=documents.tell,
    held_by=documents.held_by,
    lesson=None,
    journal=None,
)
GRADES = Duty(
    kind="grades",
    name="оценки за период",
    clause="2.6",
    model=GradeSheet,
    due="grades_due_at",
    done="complete_at",
    of=~Q(kind__in=GradeSheet.OF_EXAM),
    **_OF_GRADES,
)
EXAMS = Duty(
    kind="exams",
    name="экзаменационные и итоговые оценки",
    clause="2.6",
    model=GradeSheet,
    due="grades_due_at",
    done="complete_at",
    of=Q(kind__in=GradeSheet.OF_EXAM),
    **_OF_GRADES,
)
OF_JOURNALS = [
    Duty(
        kind="attendance",
        name=NAMES["attendance"],
        clause="2.5",
        model=Lesson,
        due="attendance_due_at",
        done="attendance_taken_at",
        **_OF_LESSONS,
    ),
    Duty(
        kind="topic",
        name=NAMES["topic"],
        clause="2.7",
        model=Lesson,
        due="topic_due_at",
        done="topic_entered_at",
        **_OF_LESSONS,
    ),
    Duty(
        kind="homework",
        name=NAMES["homework"],
        clause="2.8",
        model=Lesson,
        due="homework_due_at",
        done="homework_entered_at",
        **_OF_LESSONS,
    ),
    Duty(
        kind="marks",
        name=NAMES["marks"],
        clause="2.6",
        model=LessonWork,
        due="marks_due_at",
        done="marked_at",
        lesson="lesson",
        journal="lesson__journal",
        **_OF_LESSONS,
    ),
    REASON,
    GRADES,
    EXAMS,
]
OF_SHEETS = (GRADES.kind, EXAMS.kind)


@cache
def duties() -> dict[str, Duty]:
    """{kind: Duty} of all there are: the journals' own, then those that the apps above declare as
    DUTIES of their module `duties`."""
    return {duty.kind: duty for duty in [*OF_JOURNALS, *declared("duties", "DUTIES")]}


def tell(entries: Iterable[LateEntry]) -> dict[int, Told]:
    """{key: Told} of a list of LateEntries; a fixed number of queries for each way to tell."""
    by_teller = defaultdict(list)
    told: dict[int, Told] = {}
    for entry in entries:
        by_teller[duties()[entry.kind].tell].append(entry)
    for teller, found in by_teller.items():
        told |= teller(found)
    return told


def held_by(teacher: int, entries: QuerySet[LateEntry]) -> Q:
    """Q for those of a queryset of LateEntries, as `school.queries.teaching.with_duty_days` has
    them, that are this person's (id)."""
    kinds, own = defaultdict(list), Q(pk__in=[])
    for duty in duties().values():
        if duty.held_by:
            kinds[duty.held_by].append(duty.kind)
    for holds, of_kinds in kinds.items():
        own |= Q(holds(teacher, entries.filter(kind__in=of_kinds)), kind__in=of_kinds)
    return own


def with_closed_period(entries: QuerySet[LateEntry], now: datetime.datetime) -> QuerySet[Any]:
    """The queryset of LateEntries, each with the `closed_period` (id) that keeps it from being done
    at an instant: it is closed for the journal (4.2), and was open when the entry became late. NULL
    where none does, and of what is done."""
    of_others = [
        When(kind=duty.kind, then=_closed_period_of(duty, entries, now))
        for duty in duties().values()
        if duty.closed
    ]
    nothing = When(settled_at__isnull=False, then=None)
    of_lessons = closed_period(now, "lesson__")
    key = models.BigIntegerField()
    return entries.annotate(
        closed_period=Case(nothing, *of_others, default=of_lessons, output_field=key)
    )


def _closed_period_of(duty, entries, now):
    asked = entries.filter(kind=duty.kind, settled_at=None).order_by().values("object_id")
    rows = duty.closed(now, asked).filter(pk=OuterRef("object_id"))
    return Subquery(rows.values("closed_period")[:1])
