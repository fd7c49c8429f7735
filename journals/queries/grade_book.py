"""The grades of a journal in its year: what stands there, what is suggested, what is in doubt."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Case, Count, F, Q, QuerySet, Sum, Value, When
from django.db.models.functions import Coalesce

from school import namesakes
from school.models import GradeValue, GradingRule, Journal, Meaning, Period
from school.queries.belonging import Attendee, attendees
from school.rules.days import exams_open_until, grades_open_on
from school.rules.names import PersonName

from .. import grading
from ..averages import of_one_scale
from ..dues import exams_open_on
from ..models import GradeSheet, PeriodGrade
from .cell import counted_marks
from .elsewhere import Elsewhere, MarkElsewhere, elsewhere
from .grade_sheets import due_days
from .locks import Lock, periods_of

KIND = PeriodGrade.Kind
EXAMS = GradeSheet.OF_EXAM


@dataclass(frozen=True)
class GradeColumn:
    """A kind of grade of a journal. `key` names it in forms; `starts_on` … `last_day` are the days
    it is given for, from `opens_on` on it may be entered, by the end of the day `due_on` it must
    be; `scale`, `value_ids` {text: id} and `rule` are those of its last day; `lock` is the Lock
    that closes it, but the exam and the final grade not before the end of the day `open_until`."""

    key: str
    kind: str
    period: Period | None
    title: str
    starts_on: datetime.date
    last_day: datetime.date
    due_on: datetime.date
    scale: grading.Scale
    value_ids: dict[str, int]
    rule: GradingRule
    lock: Lock | None = None
    open_until: datetime.date | None = None

    @property
    def has_average(self) -> bool:
        return self.kind == KIND.PERIOD

    @property
    def has_suggestion(self) -> bool:
        return self.kind != KIND.EXAM

    def follows_from(self, other: "GradeColumn") -> bool:
        """Whether its grades follow from those of another column."""
        parts: dict[str, tuple[str, ...]] = {
            KIND.YEAR: (KIND.PERIOD,),
            KIND.FINAL: (KIND.YEAR, KIND.EXAM),
        }
        return other.kind in parts.get(self.kind, ())

    @property
    def width(self) -> int:
        """How many columns of the table it takes."""
        return 1 + self.has_average + self.has_suggestion

    @property
    def opens_on(self) -> datetime.date:
        if self.is_of_exam:
            return exams_open_on(self.last_day, self.due_on)
        return grades_open_on(self.last_day)

    @property
    def expected_on(self) -> datetime.date:
        """From when on a pupil without one lacks it."""
        return grades_open_on(self.due_on)

    @property
    def is_of_exam(self) -> bool:
        return self.kind in EXAMS

    def is_closed(self, today: datetime.date) -> bool:
        """Whether the lock keeps it from being entered. Exams outlive the periods, but not the
        year once it is closed."""
        if self.lock is None or not self.lock.is_closed:
            return False
        outlives = self.open_until is not None and today <= self.open_until
        return bool(self.lock.archived_at) or not outlives

    def refusal(self, today: datetime.date) -> str:
        """Why nothing can be entered today, «» if it can."""
        if self.lock is not None and self.is_closed(today):
            return self.lock.refusal
        if today < self.opens_on:
            return (
                f"{self.title}: оценки ставят с {self.opens_on:%d.%m.%Y}, с последней недели "
                "учебного периода (п. 2.6)."
            )
        return ""


@dataclass(frozen=True)
class GivenGrade:
    """What stands there: its text («н/а» without a value) and Worth, the scale (id) it is of, who
    set it, in which journal (id), None of a former school's, whose name the `place` is then."""

    pk: int
    text: str
    worth: grading.Worth
    scale: int
    who: str
    journal: int | None
    place: str = ""


@dataclass
class GradeBook:
    """The grades of a journal in its year: columns in order, `grades` and `marks` by (column's
    key, student id), what its pupils have of the subject in other places among them. What is
    suggested follows from what stands in `grades`."""

    journal: Journal
    columns: list[GradeColumn]
    pupils: list[Attendee]
    grades: dict[tuple[str, int], GivenGrade]
    marks: dict[tuple[str, int], grading.Marks]
    elsewhere: Elsewhere = field(default_factory=Elsewhere)

    def column(self, key: str) -> GradeColumn | None:
        return next((column for column in self.columns if column.key == key), None)

    def text(self, key: str, student_id: int) -> str:
        grade = self.grades.get((key, student_id))
        return grade.text if grade else ""

    def belongs(self, column: GradeColumn, student_id: int) -> bool:
        """Whether the pupil has a day in the column's time in a journal of the subject that has
        such a column."""
        return self.elsewhere.belongs(student_id, *_asked(column))

    def givers(self, column: GradeColumn, student_id: int) -> frozenset[int]:
        """The ids of the journals in which the pupil's grade of the column is given."""
        return self.elsewhere.givers(student_id, *_asked(column))

    def is_given_here(self, column: GradeColumn, student_id: int) -> bool:
        return self.elsewhere.is_here(student_id, *_asked(column))

    def marks_elsewhere(self, column: GradeColumn, student_id: int) -> list[MarkElsewhere]:
        """The pupil's marks of the column's time in other places."""
        return self.elsewhere.marks_in(student_id, *_asked(column))

    def suggestion(self, column: GradeColumn, student_id: int) -> str | None:
        """The text of the grade that is suggested, or None."""
        scale, up_from = column.scale, column.rule.rounds_up_from
        if column.kind == KIND.PERIOD:
            marks = self.marks.get((column.key, student_id), grading.Marks())
            return grading.suggest_period(marks, scale, up_from, column.rule.min_marks)
        if column.kind == KIND.YEAR:
            grades = [
                self.grade(one.key, student_id)
                for one in self.columns
                if one.kind == KIND.PERIOD
                and ((one.key, student_id) in self.grades or self.belongs(one, student_id))
            ]
            return grading.suggest_year(grades, scale, up_from)
        if column.kind == KIND.FINAL:
            year, exam = (self.grade(key, student_id) for key in (KIND.YEAR, KIND.EXAM))
            return grading.suggest_final(year, exam, scale, up_from)
        return None

    def doubt(self, column: GradeColumn, student_id: int, text: str) -> grading.Doubt | None:
        """The grading.Doubt about a grade with this text, typed or standing; None without any."""
        scale, up_from = column.scale, column.rule.rounds_up_from
        if column.kind == KIND.FINAL:
            year, exam = (self.grade(key, student_id) for key in (KIND.YEAR, KIND.EXAM))
            return grading.doubt_of_final(text, year, exam, scale, up_from)
        doubt = grading.doubt_of_year if column.kind == KIND.YEAR else grading.doubt_of_period
        return doubt(text, self.suggestion(column, student_id), scale)

    def grade(self, key: str, student_id: int) -> grading.Grade | None:
        """The grading.Grade that stands there, or None."""
        given = self.grades.get((key, student_id))
        if given is None:
            return None
        column = self.column(key)
        assert column is not None
        scale = column.scale
        if given.scale != scale.pk:
            scale = grading.Scale({given.text: given.worth}, given.scale)
        return grading.Grade(given.text, scale, given.worth.points, given.worth.meaning)


def _asked(column):
    """The days of a GradeColumn, and by which kind of periods a journal has such."""
    return column.starts_on, column.last_day, column.period.kind if column.period else None


def grade_book(journal: Journal, now: datetime.datetime | None = None) -> GradeBook:
    """The GradeBook of a journal (with group); ten queries, one more with an exam, where a pupil
    has another journal of the subject, and where there are namesakes."""
    locked = periods_of(journal, now)
    found = [period for period, _ in locked]
    columns = _columns(journal, locked)
    pupils = attendees(journal, found[0].starts_on, found[-1].ends_on) if found else []
    students = [one.student_id for one in pupils]
    others = elsewhere(journal, students)
    marks = _marks(journal, found, others)
    grades = _grades(journal, students, others)
    return GradeBook(journal, columns, pupils, grades, marks, others)


def _read_with(journal):
    """A function that gives the scale, ids of values and rule that a GradeColumn has, by its last
    day; two queries."""
    values = list(GradeValue.objects.filter(scale=journal.scale_id).select_related("scale"))
    grading_rules = list(GradingRule.objects.all())

    def then(day):
        in_force = [value for value in values if value.holds_on(day)]
        rule = next((rule for rule in grading_rules if rule.holds_on(day)), None)
        return {
            "scale": scale_of(in_force, journal.scale_id),
            "value_ids": {value.text: value.pk for value in in_force},
            "rule": rule or GradingRule(),
        }

    return then


def scale_of(values: Sequence[GradeValue], pk: int) -> grading.Scale:
    """The grading.Scale of GradeValues (with scale) that are in force on one day."""
    name = values[0].scale.name if values else ""
    worths = {value.text: grading.Worth(value.points, value.meaning) for value in values}
    return grading.Scale(worths, pk, name)


def _columns(journal, locked):
    if not locked:
        return []
    read_with = _read_with(journal)
    return [*_columns_of_periods(locked, read_with), *_columns_of_year(journal, locked, read_with)]


def _columns_of_periods(locked, read_with):
    return [
        GradeColumn(
            key=f"p{one.pk}",
            kind=KIND.PERIOD,
            period=one,
            title=str(one),
            starts_on=one.starts_on,
            last_day=one.ends_on,
            due_on=one.ends_on,
            **read_with(one.ends_on),
            lock=lock,
        )
        for one, lock in locked
    ]


def _columns_of_year(journal, locked, read_with):
    """The year's column, and where there is an exam its own and that of the final grade."""
    # The year's grades are closed with its last period, once all of them are.
    periods, every = zip(*locked, strict=True)
    lock = every[-1] if all(every) else None
    starts_on, ends_on = periods[0].starts_on, periods[-1].ends_on
    titles: list[tuple[PeriodGrade.Kind, str, datetime.date, dict[str, Any]]]
    titles = [(KIND.YEAR, "Год", ends_on, {"lock": lock})]
    if journal.has_exam:
        exams = {"lock": lock, "open_until": exams_open_until(ends_on)}
        exams_due_on, finals_due_on = due_days(journal.group.year, ends_on)
        titles += [
            (KIND.EXAM, "Экзамен", exams_due_on, exams),
            (KIND.FINAL, "Итоговая", finals_due_on, exams),
        ]
    return [
        GradeColumn(
            key=kind.value,
            kind=kind,
            period=None,
            title=title,
            starts_on=starts_on,
            last_day=ends_on,
            due_on=due_on,
            **read_with(ends_on),
            **closing,
        )
        for kind, title, due_on, closing in titles
    ]


def grades_of(journal: Journal, students: Collection[int]) -> QuerySet[PeriodGrade]:
    """The PeriodGrades given in a journal (with group), and those of its subject that its pupils
    (ids) have from elsewhere; a queryset."""
    of_subject = Q(subject=journal.subject_id, year=journal.group.year_id, student__in=students)
    return PeriodGrade.objects.filter(Q(journal=journal) | of_subject)


def _grades(journal, students, others):
    """{(column's key, student id): GivenGrade} of what is told there."""
    given = grades_of(journal, students).values_list(
        "pk",
        "journal",
        "document__school",
        "student",
        "kind",
        "period",
        "value__text",
        "value__points",
        "value__meaning",
        "value__scale",
        "set_by",
        *(f"set_by__{name}" for name in PersonName._fields),
    )
    rows, found = list(given), {}
    names = namesakes.staff_names(
        {who: PersonName(last, first, patronymic) for *_, who, last, first, patronymic in rows}
    )
    for pk, its_journal, school, *row in rows:
        student, kind, period, text, points, meaning, scale, who, *_ = row
        if not others.shows(student, its_journal):
            continue
        key = f"p{period}" if kind == KIND.PERIOD else kind
        worth = grading.Worth(points, meaning or "")
        text, scale = text or grading.NOT_ASSESSED, scale or journal.scale_id
        name = names[who]
        found[key, student] = GivenGrade(pk, text, worth, scale, name, its_journal, school or "")
    return found


def _marks(journal, found, others):
    """{(column's key, student id): grading.Marks} of the periods `found`; the database adds up
    those of the journal, each scale by itself."""
    tallies: dict[tuple[str, int], dict[int, grading.Tally]]
    tallies = defaultdict(lambda: defaultdict(grading.Tally))
    for student, period, scale, *sums in _tallies(journal, found) if found else ():
        tallies[f"p{period}", student][scale] += grading.Tally(*sums)
    for one in found:
        for student in {mark.student_id for mark in others.marks}:
            for mark in others.marks_in(student, one.starts_on, one.ends_on, one.kind):
                if mark.scale:
                    tallies[f"p{one.pk}", student][mark.scale] += _tally(mark)
    return {place: of_journals_scale(scales, journal) for place, scales in tallies.items()}


def _tallies(journal, found):
    """Rows (student, period, scale, what a Tally has) of a journal's marks."""
    period = Case(
        *(
            When(work__lesson__date__range=(one.starts_on, one.ends_on), then=Value(one.pk))
            for one in found
        )
    )
    return (
        counted_marks()
        .filter(work__lesson__journal=journal, value__isnull=False)
        .order_by()
        .annotate(period=period)
        .values_list("student", "period", "value__scale")
        .annotate(**tally(F("work__work_type__weight")))
    )


def tally(weight: Any) -> dict[str, Any]:
    """What of marks, grouped by scale and whatever else, makes a grading.Tally: {name: expression},
    in the order of its fields; `weight` is an expression for that of a mark."""
    pointed, verdict = Q(value__points__isnull=False), Q(value__points=None)
    return {
        "total": Coalesce(Sum(F("value__points") * weight), 0),
        "weights": Coalesce(Sum(weight, filter=pointed), 0),
        "number": Count("pk", filter=pointed),
        "passed": Count("pk", filter=verdict & Q(value__meaning=Meaning.PASSED)),
        "failed": Count("pk", filter=verdict & Q(value__meaning=Meaning.INSUFFICIENT)),
        "exempt": Count("pk", filter=Q(value__text=grading.EXEMPT)),
    }


def _tally(mark):
    """The grading.Tally of a MarkElsewhere."""
    if mark.points is not None:
        return grading.Tally(mark.points * mark.weight, mark.weight, 1)
    return grading.Tally(
        passed=int(mark.meaning == Meaning.PASSED),
        failed=int(mark.meaning == Meaning.INSUFFICIENT),
        exempt=int(mark.text == grading.EXEMPT),
    )


def of_journals_scale(scales: dict[int, grading.Tally], journal: Journal) -> grading.Marks:
    """Of {scale's id: Tally} of a pupil's marks what counts in a journal."""
    chosen = of_one_scale(scales, journal.scale_id)
    exempt = sum([tally.exempt for tally in scales.values()])
    counting = _NO_MARKS if chosen is None else scales[chosen]
    return counting.marks(chosen, exempt)


_NO_MARKS = grading.Tally()
