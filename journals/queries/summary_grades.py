"""What a class summary is read from: the journals of its pupils and the grades given there."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Exists, OuterRef, Q, QuerySet

from school.models import GradeValue, GroupMembership, Journal, Period, SchoolClass, Subject, User
from school.models.dated import on_day

from .. import grading
from ..models import PeriodGrade
from .grade_book import EXAMS, KIND, scale_of
from .grade_sheets import graded_journals


def taught_journals(
    school_class: SchoolClass,
    period: Period | None,
    pupils: Iterable[int],
    first: datetime.date,
    last: datetime.date,
) -> QuerySet[Journal]:
    """The journals with grades in which the class's `pupils` (ids) are taught in these days."""
    member = GroupMembership.objects.filter(group=OuterRef("group"), student__in=list(pupils))
    found = graded_journals(school_class.year_id, first, last).filter(
        Q(group__school_class=school_class) | Exists(member)
    )
    if period:
        found = found.filter(period_kind=period.kind)
    return found.select_related("group", "subject").order_by("pk")


def given_grades(
    year_id: int,
    journals: Collection[Journal],
    period: Period | None,
    pupils: Mapping[int, bool],
    last_day: datetime.date,
) -> dict[tuple[Subject, int, str], tuple[grading.Grade, User]]:
    """{(Subject, student id, kind): (Grade, who set it)} of the period or year: of the `pupils`
    {student id: whether he is there} wherever they were given, of who has left those of the
    `journals` alone; scales are as they are on the last day, that of «н/а» one of the subject's
    `journals`."""
    kinds = (KIND.PERIOD,) if period else (KIND.YEAR, *EXAMS)
    rows = PeriodGrade.objects.filter(
        year=year_id, student__in=list(pupils), kind__in=kinds, period=period
    ).select_related("subject", "journal", "value", "set_by")
    own = {journal.subject_id: journal.scale_id for journal in journals}
    here = {journal.pk for journal in journals}
    told = [row for row in rows if pupils[row.student_id] or row.journal_id in here]
    given = [(row, _scale_of_grade(row, own)) for row in told]
    scales = _scales({*own.values(), *(scale for _, scale in given)} - {None}, last_day)
    return {
        (row.subject, row.student_id, row.kind): (
            _grade(row.value, scales.get(scale, grading.Scale({}))),
            row.set_by,
        )
        for row, scale in given
    }


def _scale_of_grade(grade, own):
    if grade.value:
        return grade.value.scale_id
    return grade.journal.scale_id if grade.journal else own.get(grade.subject_id)


def _grade(value, scale):
    if value is None:
        return grading.Grade(grading.NOT_ASSESSED, scale)
    return grading.Grade(value.text, scale, value.points, value.meaning)


def _scales(keys, day):
    """{id: grading.Scale} of scales as they are on a day; one query."""
    values = defaultdict(list)
    in_force = GradeValue.objects.filter(on_day(day), scale__in=keys).select_related("scale")
    for value in in_force.order_by("position", "pk"):
        values[value.scale_id].append(value)
    return {pk: scale_of(values[pk], pk) for pk in keys}
