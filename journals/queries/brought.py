"""What a pupil brings from his former school (2.4): the places for it, and what stands there."""

from collections import defaultdict
from dataclasses import dataclass, field

from school.models import GradeValue, Journal, Period, Student, Subject
from school.queries.belonging import groups_of, taught_where
from school.queries.calendar import periods
from school.rules.spans import Span
from school.rules.texts import alphabetical

from .. import grading
from ..models import BroughtMark, PeriodGrade, TransferDocument
from ..moving import GRADE, what_is_brought
from .grade_book import KIND, scale_of

CellKey = tuple[int, int]  # (subject's id, period's id)


@dataclass(frozen=True)
class BroughtCell:
    """A place for the grade of a period that was over before the pupil came, or for the marks of
    one in which he came (`what`), to the `journal`; `scale` and `value_ids` {text: id} are those of
    the period's last day; `standing` is the grade that is there, of whatever origin."""

    subject: Subject
    period: Period
    journal: Journal
    what: str
    scale: grading.Scale
    value_ids: dict[str, int]
    standing: PeriodGrade | None = None
    marks: list[BroughtMark] = field(default_factory=list)

    @property
    def place(self) -> CellKey:
        return self.subject.pk, self.period.pk

    @property
    def is_grade(self) -> bool:
        return self.what == GRADE

    @property
    def text(self) -> str:
        """What the document says there: a grade, or marks with blanks between them."""
        if self.is_grade:
            return self.standing.text if self.standing and self.standing.document_id else ""
        return " ".join(one.value.text for one in self.marks)

    def is_of_other(self, document: TransferDocument) -> bool:
        """Whether another document's grade, or one given here, stands there."""
        return self.standing is not None and self.standing.document_id != document.pk


def brought_cells(document: TransferDocument) -> list[BroughtCell]:
    """The BroughtCells of a document, maybe not saved yet, by subject and period; a fixed number of
    queries."""
    student, year = document.student, document.year
    days = _days(student, year)
    values: dict[int, list[GradeValue]] = defaultdict(list)
    for value in GradeValue.objects.select_related("scale").order_by("position", "pk"):
        values[value.scale_id].append(value)
    grades = PeriodGrade.objects.filter(student=student, year=year, kind=KIND.PERIOD)
    standing = {
        (one.subject_id, one.period_id): one for one in grades.select_related("value", "document")
    }
    marks = _marks(document)
    by_kind: dict[str, list[Period]] = {kind: periods(year.pk, kind) for kind in Period.Kind}
    found = []
    for subject, (first_day, journal) in sorted(days.items(), key=lambda one: _order(one[0])):
        for period in by_kind[journal.period_kind]:
            what = what_is_brought(first_day, period.starts_on, period.ends_on)
            in_force = [one for one in values[journal.scale_id] if one.holds_on(period.ends_on)]
            scale = scale_of(in_force, journal.scale_id)
            if what and not scale.is_unmarked:
                place = subject.pk, period.pk
                ids = {one.text: one.pk for one in in_force}
                cell = BroughtCell(
                    subject, period, journal, what, scale, ids, standing.get(place), marks[place]
                )
                found.append(cell)
    return found


def _order(subject):
    return alphabetical(subject.name), subject.pk


def _days(student, year):
    """{Subject: (the pupil's first day in it, his last Journal of it)} of a year."""
    span = (year.starts_on, year.ends_on)
    taught = taught_where([student.pk], *span)
    journals = Journal.objects.filter(group__in=groups_of([student], *span), group__year=year)
    spans: dict[Subject, list[tuple[Span, Journal]]] = defaultdict(list)
    for journal in journals.select_related("group", "subject"):
        its = taught.spans(journal).get(student.pk, ())
        spans[journal.subject] += [(one, journal) for one in its]
    found = {}
    for subject, its_spans in spans.items():
        if its_spans:
            (first_day, _), _ = min(its_spans, key=lambda one: one[0])
            _, journal = max(its_spans, key=lambda one: one[0])
            found[subject] = first_day, journal
    return found


def _marks(document):
    """{place: [BroughtMark]} of what is saved of a document."""
    marks = defaultdict(list)
    if document.pk:
        for mark in document.marks.select_related("value").order_by("pk"):
            marks[mark.subject_id, mark.period_id].append(mark)
    return marks


def documents_of(student: Student) -> list[TransferDocument]:
    """The pupil's TransferDocuments, the newest first."""
    return list(student.transfer_documents.select_related("recorded_by").order_by("-signed_on"))


def version_of(document: TransferDocument) -> int:
    """How often something of it was written: what was drawn before is outdated."""
    return (
        document.history.count()
        + PeriodGrade.history.filter(document=document.pk).count()
        + BroughtMark.history.filter(document=document.pk).count()
    )
