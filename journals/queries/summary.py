"""«Сводная ведомость» of a class: pupils × subjects, with the usual indicators (2.9, 2.10)."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Set
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Max
from django.utils import timezone

from school import namesakes
from school.models import GradingRule, Journal, Period, SchoolClass, Student, Subject, User
from school.models.dated import on_day, overlapping
from school.queries.belonging import pupils_on
from school.rules.days import grades_open_on
from school.rules.spans import covers, span
from school.rules.texts import alphabetical

from .. import grading
from ..indicators import (
    Figures,
    Indicators,
    class_indicators,
    figures_of,
    standing,
    subject_indicators,
)
from .grade_book import EXAMS, KIND
from .grade_sheets import due_days
from .summary_grades import given_grades, taught_journals


@dataclass(frozen=True)
class SummaryCell:
    """A pupil's Grade of a kind in a subject, or None; `who` set it. `missing`: he should have one
    and has not; `learns`: he has the subject, of an exam's column the exam, at all; `doubt`: why a
    final one does not follow, «» if it does."""

    grade: grading.Grade | None
    who: User | None
    missing: bool
    learns: bool
    doubt: str = ""

    @property
    def is_failing(self) -> bool:
        return self.grade is not None and self.grade.is_failing

    @property
    def text(self) -> str:
        return self.grade.text if self.grade else ""


@dataclass(frozen=True)
class SummaryRow:
    """A pupil, by the `name` in this list; only who `is_present` on the summary's day counts in the
    indicators. `grades` are those that do: of the year each subject's final one, where there is
    none that of the year."""

    number: int
    student: Student
    name: str
    is_present: bool
    cells: list[SummaryCell]
    grades: list[grading.Grade]

    def mean(self, scale: grading.Scale) -> Decimal | None:
        """Of the grades of one Scale; None without any."""
        return figures_of(self.grades).get(scale.pk, Figures()).mean

    @property
    def missing(self) -> int:
        return sum(cell.missing for cell in self.cells)


@dataclass(frozen=True)
class SummaryColumn:
    """A kind of grades of a subject. `set_by`: [(who, [names of the pupils whose grades that person
    set])], most of them first."""

    subject: Subject
    kind: str
    indicators: Indicators
    missing: int
    set_by: list[tuple[str, list[str]]]

    @property
    def name(self) -> str:
        return self.subject.name

    @property
    def short_name(self) -> str:
        return self.subject.short_name

    @property
    def note(self) -> str:
        """«экз.», «итог»; «» of a period's and the year's grades."""
        return _NOTES.get(self.kind, "")


_NOTES: dict[str, str] = {KIND.EXAM: "экз.", KIND.FINAL: "итог"}


@dataclass(frozen=True)
class ClassSummary:
    """A class's grades of a period, or of the year (None): columns and rows in alphabetical order,
    after a subject's grades of the year those of its exam and the final ones. `scales` are those
    whose figures are told, each by itself. `named` {standing: rows of the pupils who by the grades
    there are stand so}; `missing` counts the missing grades, `doubts` the final ones that do not
    follow. `opens_on` is set as long as none may be entered yet: none is missing."""

    school_class: SchoolClass
    period: Period | None
    columns: list[SummaryColumn]
    rows: list[SummaryRow]
    scales: list[grading.Scale]
    indicators: Indicators
    named: dict[str, list[SummaryRow]]
    missing: int
    doubts: int
    opens_on: datetime.date | None


def class_summary(school_class: SchoolClass, period: Period | None) -> ClassSummary:
    """The ClassSummary of a class (with year); six queries, of the year nine. Individual plans and
    subgroups stand in the pupil's own row (2.3). From when grades of the period may be entered,
    who is there must have them, those of an exam from the last week before they are due (2.6)."""
    year, today = school_class.year, timezone.localdate()
    first, last = (period.starts_on, period.ends_on) if period else (year.starts_on, year.ends_on)
    day = max(first, min(last, today))
    pupils, present = _pupils(school_class, first, last, day)
    journals = list(taught_journals(school_class, period, pupils, first, last))
    last_days = _last_days(year, period)
    opens = _expected_on(year, period, last_days)
    opened = {key for key, first_day in opens.items() if first_day <= today}
    read_on = max(last_days.values(), default=last)  # as the journals' own pages do
    found = _Found(
        learners=pupils_on(journals, year.pk, day),
        opened=opened,
        grades=given_grades(year.pk, journals, period, present, read_on),
        up_from=_rule(read_on).rounds_up_from,
    )
    places = _places(journals, found.grades, period)
    rows = _rows(pupils, present, found, places)
    counted = [row for row in rows if row.is_present]
    columns = _summary_columns(places, rows, counted)
    return ClassSummary(
        school_class=school_class,
        period=period,
        columns=columns,
        rows=rows,
        scales=_told_scales(cell.grade for row in rows for cell in row.cells if cell.grade),
        indicators=class_indicators([row.grades for row in counted])[0],
        named=_by_standing(counted),
        missing=sum(column.missing for column in columns),
        doubts=sum(bool(cell.doubt) for row in counted for cell in row.cells),
        opens_on=None if opened else min(opens.values(), default=None),
    )


def _pupils(school_class, first, last, day):
    """({id: Student} of who is in the class in these days, {id: whether he is there on the
    `day`})."""
    enrolled = overlapping(school_class.enrolments.select_related("student__user"), first, last)
    present: dict[int, bool] = {}
    pupils = {}
    for row in enrolled:
        spans = [span(row.starts_on, row.ends_on)]
        pupils[row.student_id] = row.student
        present[row.student_id] = present.get(row.student_id) or covers(spans, day)
    return pupils, present


def _places(journals, grades, period):
    """[(Subject, kind of grades, its Journals that have such)] of the columns: of what is taught,
    and of what else there are `grades` in, by subject."""
    by_subject: dict[Subject, list[Journal]] = defaultdict(list)
    for journal in journals:
        by_subject[journal.subject].append(journal)
    given = {(subject, kind) for subject, _, kind in grades}
    for subject, _ in given:
        by_subject.setdefault(subject, [])
    places = []
    for subject in sorted(by_subject, key=lambda one: (alphabetical(one.name), one.pk)):
        for kind in (KIND.PERIOD,) if period else (KIND.YEAR, *EXAMS):
            those = [one for one in by_subject[subject] if one.has_exam or kind not in EXAMS]
            if those or (subject, kind) in given:
                places.append((subject, kind, those))
    return places


def _rows(pupils, present, found, places):
    """SummaryRows in alphabetical order."""
    ordered = sorted(pupils.values(), key=lambda one: (one.user.sort_name, one.pk))
    names = namesakes.students(ordered)
    return [
        SummaryRow(
            number=number,
            student=student,
            name=names[student.pk],
            is_present=present[student.pk],
            cells=[
                found.cell(subject, kind, those, student.pk, present[student.pk])
                for subject, kind, those in places
            ],
            grades=found.results({subject: None for subject, *_ in places}, student.pk),
        )
        for number, student in enumerate(ordered, start=1)
    ]


def _summary_columns(places, rows, counted):
    """SummaryColumns; the indicators are those of the rows that are `counted`."""
    setters = namesakes.staff_names(
        {cell.who.pk: cell.who.name for row in rows for cell in row.cells if cell.who}
    )
    columns = []
    for place, (subject, kind, _) in enumerate(places):
        cells = [row.cells[place] for row in counted]
        indicators = subject_indicators([cell.grade for cell in cells if cell.grade])
        missing = sum(cell.missing for cell in cells)
        set_by = _set_by(rows, place, setters)
        columns.append(SummaryColumn(subject, kind, indicators, missing, set_by))
    return columns


def _by_standing(rows):
    """{standing: [SummaryRow]}."""
    named = defaultdict(list)
    for row in rows:
        named[standing(row.grades)].append(row)
    return dict(named)


def _told_scales(grades):
    """The Scales of Grades that have any figures of their own: first what most grades are of, of
    equally many by name."""
    grades = [one for one in grades if one.scale.has_points or one.scale.has_degrees]
    counts = Counter(one.scale.pk for one in grades)
    scales = {one.scale.pk: one.scale for one in grades}
    return sorted(
        scales.values(),
        key=lambda one: (-counts[one.pk], alphabetical(one.name), one.pk),
    )


def _last_days(year, period):
    """{kind of periods: the last day of this one, or of the year's}."""
    if period:
        return {period.kind: period.ends_on}
    ends = Period.objects.filter(year=year).order_by().values_list("kind")
    return dict(ends.annotate(Max("ends_on")))


def _expected_on(year, period, last_days):
    """{(kind of periods, kind of grades): the first day on which a grade of this period, or of the
    year, is missing where there is none}."""
    expected: dict[tuple[str, str], datetime.date] = {}
    for kind, last_day in last_days.items():
        due_on = {KIND.PERIOD if period else KIND.YEAR: last_day}
        if not period:
            due_on |= dict(zip(EXAMS, due_days(year, last_day), strict=True))
        expected |= {(kind, one): grades_open_on(day) for one, day in due_on.items()}
    return expected


def _rule(day):
    rule_then = GradingRule.objects.filter(on_day(day)).first()
    return rule_then or GradingRule()


@dataclass(frozen=True)
class _Found:
    """What the cells are made of: `learners` {journal id: ids of its pupils}, `opened` (kind of
    periods, kind of grades) of which grades may be missing, `grades` {(Subject, student id, kind):
    (Grade, who set it)}; `up_from` is the school's threshold."""

    learners: dict[int, Set[int]]
    opened: set[tuple[str, str]]
    grades: dict[tuple[Subject, int, str], tuple[grading.Grade, User]]
    up_from: Decimal

    def grade(self, subject: Subject, student: int, kind: str) -> grading.Grade | None:
        grade, _ = self.grades.get((subject, student, kind), (None, None))
        return grade

    def cell(
        self,
        subject: Subject,
        kind: str,
        journals: Iterable[Journal],
        student: int,
        is_present: bool,
    ) -> SummaryCell:
        """The SummaryCell of a pupil; `journals` are those of the subject that have the kind."""
        grade, who = self.grades.get((subject, student, kind), (None, None))
        learnt = [one for one in journals if is_present and student in self.learners[one.pk]]
        return SummaryCell(
            grade,
            who,
            not grade and any((one.period_kind, kind) in self.opened for one in learnt),
            bool(grade or learnt),
            self._doubt(subject, student) if kind == KIND.FINAL else "",
        )

    def _doubt(self, subject, student):
        year, exam, final = (self.grade(subject, student, kind) for kind in (KIND.YEAR, *EXAMS))
        if final is None:
            return ""
        doubt = grading.doubt_of_final(final.text, year, exam, final.scale, self.up_from)
        return doubt.mark if doubt else ""

    def results(self, subjects: Iterable[Subject], student: int) -> list[grading.Grade]:
        """The Grades of a pupil that count: of each subject the last that there is."""
        for_subjects = (
            [self.grade(one, student, kind) for kind in (KIND.PERIOD, KIND.FINAL, KIND.YEAR)]
            for one in subjects
        )
        return [next(filter(None, grades)) for grades in for_subjects if any(grades)]


def _set_by(rows, place, setters):
    """Who set the grades of the column at a place of the rows, as a SummaryColumn has it;
    `setters` {user id: name}."""
    names = defaultdict(list)
    for row in rows:
        if who := row.cells[place].who:
            names[setters[who.pk]].append(row.name)
    return sorted(names.items(), key=lambda one: -len(one[1]))


def summary_periods(school_class: SchoolClass) -> list[Period]:
    """The periods by which journals of a class are graded, in the order of their last days."""
    kinds = Journal.objects.filter(group__school_class=school_class).values("period_kind")
    found = Period.objects.filter(year=school_class.year_id, kind__in=kinds)
    return list(found.order_by("ends_on", "starts_on"))
