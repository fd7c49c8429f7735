"""«Сводная ведомость» of a class: pupils × subjects, with the usual indicators (2.9, 2.10)."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Exists, Max, OuterRef, Q
from django.utils import timezone

from school import namesakes
from school import rules as school_rules
from school.models import (
    GroupMembership,
    Journal,
    Period,
    SchoolClass,
    Student,
    Subject,
)
from school.models.dated import overlapping
from school.queries import pupils_on

from .. import grading, rules
from ..models import PeriodGrade
from ..sheets import graded_journals
from .lists import class_order


@dataclass(frozen=True)
class SummaryCell:
    """A pupil's Grades in the journals of a column: one, or more where he has gone from one of them
    to another; `who` {user id: PersonName} set them. `missing`: one that he should have is not
    there; `learns`: he has the subject at all."""

    grades: list
    who: dict
    missing: bool
    learns: bool

    @property
    def is_failing(self):
        return any(grade.is_failing for grade in self.grades)

    @property
    def text(self):
        return " / ".join(grade.text for grade in self.grades)


@dataclass(frozen=True)
class SummaryRow:
    """A pupil, by the `name` in this list; only who `is_present` on the summary's day counts in the
    indicators."""

    number: int
    student: Student
    name: str
    is_present: bool
    cells: list

    @property
    def mean(self):
        return grading.mean_grade(self.grades)

    @property
    def missing(self):
        return sum(cell.missing for cell in self.cells)

    @property
    def grades(self):
        return [grade for cell in self.cells for grade in cell.grades]


@dataclass(frozen=True)
class SummaryColumn:
    """A subject, or of one that a pupil learns in two journals at once (in the class and in a
    practicum) a part of it, whose `groups` are told then. `set_by`: [(who, [names of the pupils
    whose grades that person set])], most of them first."""

    subject: Subject
    groups: str
    indicators: grading.Indicators
    missing: int
    set_by: list

    @property
    def name(self):
        return self._with_groups(self.subject.name)

    @property
    def short_name(self):
        return self._with_groups(self.subject.short_name)

    def _with_groups(self, name):
        return f"{name}, {self.groups}" if self.groups else name


@dataclass(frozen=True)
class ClassSummary:
    """A class's grades of a period, or of the year (None): columns of the subjects and rows in
    alphabetical order.
    `named` {standing: rows of the pupils who by the grades there are stand so}; `missing` counts
    the missing grades. `opens_on` is set as long as none may be entered yet: none is missing."""

    school_class: SchoolClass
    period: Period | None
    subjects: list
    rows: list
    indicators: grading.Indicators
    named: dict
    missing: int
    opens_on: datetime.date | None


def class_summary(school_class, period):
    """The ClassSummary of a class (with year); five queries, of the year six. Individual plans and
    subgroups stand in the pupil's own row (2.3). From when grades of the period may be entered,
    who is there must have them (2.6)."""
    year, today = school_class.year, timezone.localdate()
    first, last = (period.starts_on, period.ends_on) if period else (year.starts_on, year.ends_on)
    day = max(first, min(last, today))
    enrolled = overlapping(school_class.enrolments.select_related("student__user"), first, last)
    present, pupils = {}, {}
    for row in enrolled:
        spans = [school_rules.span(row.starts_on, row.ends_on)]
        pupils[row.student_id] = row.student
        present[row.student_id] = present.get(row.student_id) or school_rules.covers(spans, day)
    journals = list(_journals(school_class, period, pupils, first, last))
    learners = pupils_on(journals, year.pk, day)
    opens = _grades_open_on(year, period)
    opened = {kind for kind, first_day in opens.items() if first_day <= today}
    grades = _grades(journals, period, pupils)
    columns = _columns(journals, learners)
    ordered = sorted(pupils.values(), key=lambda one: (one.user.sort_name, one.pk))
    names = namesakes.students(ordered)
    rows = [
        SummaryRow(
            number,
            student,
            names[student.pk],
            present[student.pk],
            [
                _cell(of_column, student.pk, present[student.pk], learners, opened, grades)
                for _, of_column in columns
            ],
        )
        for number, student in enumerate(ordered, start=1)
    ]
    counted = [row for row in rows if row.is_present]
    heads = []
    setters = namesakes.staff_names(
        {pk: name for row in rows for cell in row.cells for pk, name in cell.who.items()}
    )
    for place, ((subject, groups), _) in enumerate(columns):
        cells = [row.cells[place] for row in counted]
        indicators = grading.subject_indicators([one for cell in cells for one in cell.grades])
        missing = sum(cell.missing for cell in cells)
        set_by = _set_by(rows, place, setters)
        heads.append(SummaryColumn(subject, groups, indicators, missing, set_by))
    named = defaultdict(list)
    for row in counted:
        named[grading.standing(row.grades)].append(row)
    indicators, _ = grading.class_indicators([row.grades for row in counted])
    missing = sum(head.missing for head in heads)
    opens_on = None if opened else min(opens.values(), default=None)
    given = (school_class, period, heads, rows, indicators, dict(named), missing)
    return ClassSummary(*given, opens_on)


def _grades_open_on(year, period):
    """{kind of periods: the first day on which the grades of this one, or of the year, are
    entered}."""
    if period:
        return {period.kind: rules.grades_open_on(period.ends_on)}
    ends = Period.objects.filter(year=year).order_by().values_list("kind").annotate(Max("ends_on"))
    return {kind: rules.grades_open_on(last_day) for kind, last_day in ends}


def _columns(journals, learners):
    """[((Subject, names of groups or «»), its Journals)] of the columns: a subject has one, and
    more where a pupil is taught in several of its journals at once, for two grades are no one."""
    by_subject = defaultdict(list)
    for journal in sorted(journals, key=class_order):
        columns = by_subject[journal.subject]
        for column in columns:
            if not any(learners[journal.pk] & learners[one.pk] for one in column):
                column.append(journal)
                break
        else:
            columns.append([journal])
    found = []
    for subject in sorted(
        by_subject, key=lambda one: (school_rules.alphabetical(one.name), one.pk)
    ):
        columns = by_subject[subject]
        for column in columns:
            groups = ", ".join(one.group.name for one in column) if len(columns) > 1 else ""
            found.append(((subject, groups), column))
    return found


def _set_by(rows, place, setters):
    """Who set the grades of the column at a place of the rows, as a SummaryColumn has it;
    `setters` {user id: name}."""
    names = defaultdict(list)
    for row in rows:
        if who := row.cells[place].who:
            names[", ".join(setters[pk] for pk in who)].append(row.name)
    return sorted(names.items(), key=lambda one: -len(one[1]))


def _journals(school_class, period, pupils, first, last):
    """The journals with grades in which the class's pupils are taught in these days."""
    member = GroupMembership.objects.filter(group=OuterRef("group"), student__in=list(pupils))
    found = graded_journals(school_class.year_id, first, last).filter(
        Q(group__school_class=school_class) | Exists(member)
    )
    if period:
        found = found.filter(period_kind=period.kind)
    return found.select_related("group", "subject").order_by("pk")


def _grades(journals, period, pupils):
    """{(journal id, student id): (Grade, who set it)}."""
    kind = PeriodGrade.Kind.PERIOD if period else PeriodGrade.Kind.YEAR
    rows = PeriodGrade.objects.filter(
        journal__in=[one.pk for one in journals], student__in=list(pupils), kind=kind, period=period
    ).select_related("value", "set_by")
    return {
        (row.journal_id, row.student_id): (
            grading.Grade(row.value.text, row.value.points)
            if row.value
            else grading.Grade(grading.NOT_ASSESSED),
            row.set_by,
        )
        for row in rows
    }


def _cell(journals, student, is_present, learners, opened, grades):
    """The SummaryCell of a pupil in the journals of a column; where the kind of periods is among
    the `opened`, grades may be entered."""
    given = [grades[one.pk, student] for one in journals if (one.pk, student) in grades]
    learnt = [one for one in journals if is_present and student in learners[one.pk]]
    missing = [one for one in learnt if (one.pk, student) not in grades]
    return SummaryCell(
        [grade for grade, _ in given],
        {who.pk: who.name for _, who in given},
        any(one.period_kind in opened for one in missing),
        bool(given or learnt),
    )


def summary_periods(school_class):
    """The periods by which journals of a class are graded, in the order of their last days."""
    kinds = Journal.objects.filter(group__school_class=school_class).values("period_kind")
    found = Period.objects.filter(year=school_class.year_id, kind__in=kinds)
    return list(found.order_by("ends_on", "starts_on"))
