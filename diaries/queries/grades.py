"""A pupil's marks of a period and grades of a year, journal by journal (2.11)."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from attendance.queries import counted_absences
from attendance.reasons import is_away
from journals.grading import NOT_ASSESSED
from journals.models import PeriodGrade
from journals.queries.cell import counted_marks
from journals.queries.elsewhere import brought_in
from school.models import Journal, Period, Student
from school.queries.belonging import groups_of
from school.queries.lessons import lessons_of
from school.rules.days import repeated
from school.rules.texts import alphabetical

from .marks import Debt, DiaryMark, Weighed, averages_by_scale, told_weight


@dataclass
class SubjectRow:
    """A pupil's marks in a `subject`, works that are owed, absences and times late in a period, in
    whatever journals of it he was."""

    subject: str
    marks: list[DiaryMark] = field(default_factory=list)
    debts: list[Debt] = field(default_factory=list)
    weighed: list[Weighed] = field(default_factory=list)
    absences: int = 0
    lates: int = 0

    @property
    def average(self) -> str:
        """«4,33», of several scales «4,33 (Пятибалльная), 8,50 (Десятибалльная)»."""
        found = [(scale, text) for scale, text, _ in averages_by_scale(self.weighed) if text]
        return ", ".join(f"{text} ({scale})" if scale else text for scale, text in found)


def grades(student: Student, period: Period) -> list[SubjectRow]:
    """SubjectRows of a pupil in a period; six queries."""
    lessons = lessons_of(student, period.starts_on, period.ends_on)
    rows = {one: SubjectRow(one) for one in {lesson.journal.subject.name for lesson in lessons}}
    shared = repeated((lesson.journal_id, lesson.date) for lesson in lessons)
    span = (period.starts_on, period.ends_on)
    groups = groups_of([student], *span)
    _put_brought(rows, student, period)
    for journal, subject, *said in _marks_of(student, span, groups):
        text, title, points, scale, work, weight, day, number, topic = said
        row = rows.setdefault(subject, SubjectRow(subject))
        number = number if (journal, day) in shared else None
        if text is None:
            row.debts.append(Debt(work, day, number))
        else:
            told = told_weight(weight, points)
            row.marks.append(DiaryMark(text, title, work, told, day, number, topic))
            row.weighed.append((points, weight, scale))
    absences = counted_absences().filter(
        student=student, lesson__date__range=span, lesson__journal__group__in=groups
    )
    for subject, reason in absences.values_list("lesson__journal__subject__name", "reason"):
        row = rows.setdefault(subject, SubjectRow(subject))
        if is_away(reason):
            row.absences += 1
        else:
            row.lates += 1
    return [rows[subject] for subject in sorted(rows, key=alphabetical)]


def _put_brought(rows, student, period):
    """The marks that the document of a former school has of this period."""
    brought = brought_in([student], [period]).select_related("document", "subject", "value")
    for mark in brought.select_related("value__scale"):
        row = rows.setdefault(mark.subject.name, SubjectRow(mark.subject.name))
        document, value = mark.document, mark.value
        row.marks.append(
            DiaryMark(
                value.text,
                value.title,
                document.name,
                None,
                document.signed_on,
                None,
                document.school,
            )
        )
        row.weighed.append((value.points, mark.WEIGHT, value.scale.name))


def _marks_of(student, span, groups):
    """(journal, subject, what the diary says of a mark) of a pupil's marks in the days `span`, as
    he got them; one query."""
    lesson = "work__lesson"
    return (
        counted_marks()
        .filter(
            student=student,
            work__lesson__date__range=span,
            work__lesson__journal__group__in=groups,
        )
        .order_by(f"{lesson}__date", f"{lesson}__number", "work__position")
        .values_list(
            f"{lesson}__journal",
            f"{lesson}__journal__subject__name",
            "value__text",
            "value__title",
            "value__points",
            "value__scale__name",
            "work__work_type__name",
            "work__work_type__weight",
            f"{lesson}__date",
            f"{lesson}__number",
            f"{lesson}__topic",
        )
    )


@dataclass(frozen=True)
class YearGrades:
    """A pupil's grades in a `subject`: `texts` in the order of the columns, «» where there is
    none."""

    subject: str
    texts: list[str]


def year_grades(student: Student, periods: Sequence[Period]) -> tuple[list[str], list[YearGrades]]:
    """(titles of the columns, [YearGrades]) of a pupil in the year of these periods: quarters,
    trimesters or half-years, year, and exam and final grade where there are any; two queries."""
    if not periods:
        return [], []
    kinds = PeriodGrade.Kind
    rows = PeriodGrade.objects.filter(student=student, year=periods[0].year_id)
    found: dict[str, dict[int | str, str]] = defaultdict(dict)
    for subject, kind, period, text in rows.values_list(
        "subject__name", "kind", "period", "value__text"
    ):
        found[subject][period or kind] = text or NOT_ASSESSED
    # A pupil of quarters may have a subject graded by half-years, and the other way round.
    others = Period.objects.filter(grades__student=student, year=periods[0].year_id).distinct()
    columns: list[tuple[int | str, str]] = [(period.pk, str(period)) for period in periods]
    columns += [
        (period.pk, str(period)) for period in others.order_by("starts_on") if period not in periods
    ]
    columns += [(kinds.YEAR, "Год"), (kinds.EXAM, "Экзамен"), (kinds.FINAL, "Итоговая")]
    given = {key for texts in found.values() for key in texts}
    last = (kinds.EXAM, kinds.FINAL)
    columns = [(key, title) for key, title in columns if key in given or key not in last]
    lines = [
        YearGrades(subject, [found[subject].get(key, "") for key, _ in columns])
        for subject in sorted(found, key=alphabetical)
    ]
    return [title for _, title in columns], lines


def period_kind_of(student: Student, day: datetime.date) -> str:
    """By which periods a pupil is graded: of the kinds that the year of his newest class by a
    school-local day has, the one of most of its journals, of equals the first; one query."""
    newest = student.enrolments.filter(starts_on__lte=day).order_by("-starts_on")[:1]
    of_class = Journal.objects.filter(group__school_class=newest.values("school_class"))
    of_kind = of_class.filter(period_kind=OuterRef("kind")).order_by().values("period_kind")
    count = Subquery(of_kind.annotate(count=Count("pk")).values("count"))
    there = Period.objects.filter(year=newest.values("school_class__year"))
    counts = dict(there.order_by().annotate(count=Coalesce(count, 0)).values_list("kind", "count"))
    kinds = [kind for kind in Period.Kind if kind in counts]
    return max(kinds, key=lambda kind: counts[kind], default=Period.Kind.QUARTER)
