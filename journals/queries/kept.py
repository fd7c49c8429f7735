"""Which journals have something of a pupil, and lessons works, for what has to stay because of it,
or be asked about."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet

from .. import rules
from ..models import GradeSheet, LessonWork, Mark, PeriodGrade


def journals_with_marks(
    student_id: int, first: datetime.date, last: datetime.date | None
) -> QuerySet[Mark, Any]:
    """The keys of the journals with a mark or debt of the pupil on the school-local days first …
    last (None: open), in cancelled lessons too; a queryset."""
    days = {"work__lesson__date__gte": first} | ({"work__lesson__date__lte": last} if last else {})
    return Mark.objects.filter(student=student_id, **days).values("work__lesson__journal")


def journals_with_grades(
    student_id: int, first: datetime.date, last: datetime.date | None
) -> QuerySet[PeriodGrade, Any]:
    """The same of grades for a period or year that has a day of first … last."""
    spans = Q()
    for way in ("period", "year"):
        days = {f"{way}__ends_on__gte": first} | ({f"{way}__starts_on__lte": last} if last else {})
        spans |= Q(**days) & Q(period__isnull=way != "period")
    graded = PeriodGrade.objects.filter(spans, student=student_id, journal__isnull=False)
    return graded.values("journal")


def has_grades(journal_id: int) -> bool:
    """Whether a journal has grades of any kind."""
    return PeriodGrade.objects.filter(journal=journal_id).exists()


def has_exam_grades(journal_id: int) -> bool:
    """Whether a journal has grades of an exam or final ones."""
    return PeriodGrade.objects.filter(journal=journal_id, kind__in=GradeSheet.OF_EXAM).exists()


def has_grades_of_others(journal_id: int, kind: str) -> bool:
    """Whether a journal has grades of periods of another kind than this one."""
    found = PeriodGrade.objects.filter(journal=journal_id, kind=PeriodGrade.Kind.PERIOD)
    return found.exclude(period__kind=kind).exists()


def works_of_lessons(lessons: Collection[int]) -> dict[int, list[str]]:
    """{lesson id: [«Контрольная работа: Дроби»]} of those lessons (ids) that have works; one
    query."""
    found = defaultdict(list)
    rows = LessonWork.objects.filter(lesson__in=lessons).order_by("position", "pk")
    for lesson, name, title in rows.values_list("lesson", "work_type__name", "title"):
        found[lesson].append(rules.work_text(name, title))
    return dict(found)
