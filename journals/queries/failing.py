"""Who of a class fails in the running period, or has too few marks to be graded (2.4): by the very
rule that suggests the grade of the period."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import F, OuterRef, QuerySet, Subquery, Value

from school.compiled import Compiled, Given
from school.models import GradeValue, GradingRule, Journal, Period, SchoolClass
from school.models.dated import on_day
from school.queries.belonging import Taught
from school.queries.calendar import period_at
from school.queries.class_people import groups_there, journals_there, pupils_there
from school.rules.spans import covers, span
from school.rules.texts import counted

from .. import grading
from ..averages import average_text, rounded
from ..grading import Outlook
from ..models import BroughtMark
from .cell import counted_marks
from .grade_book import of_journals_scale, tally


@dataclass(frozen=True)
class FailingPupil:
    """A pupil, by the name in his class's list, with what he fails in («Математика 2,33») and in
    what he has too few marks («История 1»)."""

    student_id: int
    name: str
    failing: list[str]
    few: list[str]


@dataclass(frozen=True)
class Running:
    """A Period that runs, and how an average becomes a grade at its end."""

    period: Period
    up_from: Decimal
    min_marks: int

    def holds(self, day: datetime.date) -> bool:
        return self.period.starts_on <= day <= self.period.ends_on

    def marks_by(self, day: datetime.date) -> int:
        span = self.period.starts_on, self.period.ends_on
        return grading.marks_by_now(self.min_marks, span, day)


@dataclass
class Failing:
    """`pupils` in the order of the class's list; `running` {kind of periods: Running}; `early` in
    how many subjects it is too early to say who has few marks."""

    pupils: list[FailingPupil] = field(default_factory=list)
    running: dict[str, Running] = field(default_factory=dict)
    early: int = 0

    @property
    def period(self) -> Period | None:
        """That which ends first."""
        periods = [one.period for one in self.running.values()]
        return min(periods, key=lambda one: one.ends_on, default=None)


def running_periods(year_id: int, kinds: Collection[str], day: datetime.date) -> dict[str, Running]:
    """{kind: Running} of the periods of a year that hold a school-local day, in a vacation those
    that just ended; one query."""
    by_kind = defaultdict(list)
    for one in _periods.instances(year=year_id):
        by_kind[one.kind].append(one)
    return {
        kind: Running(found, *_rule_of(found))
        for kind in kinds
        if (found := period_at(by_kind[kind], day))
    }


def _rule_of(period):
    usual = GradingRule()
    up_from, min_marks = period.up_from, period.min_marks
    return (
        usual.rounds_up_from if up_from is None else up_from,
        usual.min_marks if min_marks is None else min_marks,
    )


@Compiled
def _periods() -> QuerySet[Period]:
    then = GradingRule.objects.filter(on_day(OuterRef("ends_on"))).order_by()
    return (
        Period.objects.filter(year=Given("year"))
        .order_by("starts_on")
        .annotate(
            up_from=Subquery(then.values("rounds_up_from")[:1]),
            min_marks=Subquery(then.values("min_marks")[:1]),
        )
    )


def failing(
    school_class: SchoolClass,
    journals: Mapping[int, Journal],
    taught: Taught,
    running: dict[str, Running],
    students: Mapping[int, str],
    day: datetime.date,
) -> Failing:
    """The Failing of the pupils of a class (with year) on a day ({id: name}, in order) in the
    journals {id: Journal with group and subject} in which they are taught; `taught`, made for that
    day, says where, `running` is as `running_periods` has it; a query, and one for each kind of
    periods. Who has fewer marks than `grading.marks_by_now` is told of where at least half of those
    who learn there have as many."""
    year = school_class.year
    asked = {"school_class": school_class.pk, "year": year.pk, "day": day, "since": year.starts_on}
    graded = [one for one in journals.values() if one.period_kind in running]
    tallies = _tallies(asked, running)
    scales = _scales(graded, running, asked)
    judge = _Judge(running)
    early = set()
    fails: dict[int, list[str]] = defaultdict(list)
    lacks: dict[int, list[str]] = defaultdict(list)
    for journal in sorted(graded, key=lambda one: (one.subject.name, one.pk)):
        rule, scale, few = running[journal.period_kind], scales[journal.pk], {}
        own = tallies[journal.period_kind, journal.subject_id]
        learn, by_now = taught.students(journal) & students.keys(), rule.marks_by(day)
        for student in learn:
            marks, found = judge(journal, scale, own.get(student, {}), by_now)
            if found is Outlook.FAILING:
                fails[student].append(_fails_in(journal, marks, rule.min_marks))
            elif found is Outlook.FEW_MARKS:
                few[student] = _number(marks)
        is_begun = by_now or not rule.min_marks
        if learn and (not is_begun or 2 * len(few) > len(learn)):
            early.add(journal.subject_id)
        else:
            for student, count in few.items():
                lacks[student].append(f"{journal.subject.name} {count}")
    pupils = [
        FailingPupil(one, name, fails[one], lacks[one])
        for one, name in students.items()
        if fails[one] or lacks[one]
    ]
    return Failing(pupils, running, len(early))


@dataclass
class _Judge:
    """What the marks of a pupil say. Most of a class's three hundred pupils and subjects
    are fine by their sums alone (1.1 ms of the processor's time instead of 1.8); of the others many
    have the same sums, which are judged once."""

    running: Mapping[str, Running]
    known: dict[Any, tuple[grading.Marks, Outlook | None]] = field(default_factory=dict)

    def __call__(
        self,
        journal: Journal,
        scale: grading.Scale,
        given: dict[int, grading.Tally],
        min_marks: int,
    ) -> tuple[grading.Marks, Outlook | None]:
        """`given` {scale id: Tally} of him in the journal's subject; `min_marks` by the day. Of who
        is fine no Marks are made."""
        own = given.get(scale.pk) if len(given) == 1 and scale.pk is not None else None
        if own is not None and grading.is_fine(own, scale, min_marks):
            return _FINE
        place = scale.pk, journal.period_kind, *given.items()
        if place not in self.known:
            marks, rule = of_journals_scale(given, journal), self.running[journal.period_kind]
            found = grading.outlook(marks, scale, rule.up_from, min_marks)
            self.known[place] = marks, found
        return self.known[place]


_FINE = grading.Marks(), None


def _fails_in(journal, marks, min_marks):
    average = "" if marks.average is None else average_text(rounded(marks.average, 2))
    told = f"{journal.subject.name} {average or 'нз'}"
    number = _number(marks)
    if number >= min_marks:
        return told
    return f"{told} из {counted(number, 'отметки', 'отметок', 'отметок')}"


def _number(marks):
    return marks.count or marks.passed + marks.failed


def _tallies(asked, running):
    """{(kind of periods, subject id): {student id: {scale id: grading.Tally}}} of all marks of the
    running periods, as `grade_book` adds them up: of whatever journal of the subject, those of
    former schools too."""
    found: dict[Any, dict[int, dict[int, grading.Tally]]] = defaultdict(lambda: defaultdict(dict))
    for kind, one in running.items():
        days = {"first": one.period.starts_on, "last": one.period.ends_on}
        for student, subject, scale, *sums in _sums(**asked, **days, period=one.period.pk):
            own, more = found[kind, subject][student], grading.Tally(*sums)
            own[scale] = own[scale] + more if scale in own else more
    return found


@Compiled
def _sums() -> QuerySet[Any]:
    """Rows (student, subject, scale, what a Tally has)."""
    given = counted_marks().filter(
        student__in=pupils_there(),
        work__lesson__journal__group__in=groups_there(),
        value__isnull=False,
        work__lesson__date__gte=Given("first"),
        work__lesson__date__lte=Given("last"),
    )
    brought = BroughtMark.objects.filter(
        document__student__in=pupils_there(), period=Given("period")
    )
    return (
        given.order_by()
        .values_list("student", "work__lesson__journal__subject", "value__scale")
        .annotate(**tally(F("work__work_type__weight")))
        .union(
            brought.order_by()
            .values_list("document__student", "subject", "value__scale")
            .annotate(**tally(Value(BroughtMark.WEIGHT))),
            all=True,
        )
    )


def _scales(journals, running, asked):
    """{journal id: the grading.Scale by which its running period will be graded}; one query."""
    values = defaultdict(list)
    for scale, name, first, last, *value in _values(**asked):
        values[scale].append((span(first, last), name, *value))
    made: dict[tuple[int, str], grading.Scale] = {}
    for one in journals:
        place = one.scale_id, one.period_kind
        if place not in made:
            last = running[one.period_kind].period.ends_on
            in_force = [value for days, *value in values[one.scale_id] if covers([days], last)]
            name = in_force[0][0] if in_force else ""
            worths = {text: grading.Worth(points, meaning) for _, text, points, meaning in in_force}
            made[place] = grading.Scale(worths, one.scale_id, name)
    return {one.pk: made[one.scale_id, one.period_kind] for one in journals}


@Compiled
def _values() -> QuerySet[Any]:
    found = GradeValue.objects.filter(scale__in=journals_there().values("scale"))
    return found.order_by("position", "pk").values_list(
        "scale", "scale__name", "starts_on", "ends_on", "text", "points", "meaning"
    )
