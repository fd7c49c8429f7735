"""What the pupils of a journal have of its subject in other journals of the year, and from their
former schools: marks and grades follow a pupil who moves (2.4)."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Coalesce, Concat

from school.compiled import Compiled, Given
from school.models import Enrolment, GroupMembership, Journal, Period, SchoolYear
from school.queries.belonging import taught_where
from school.rules.spans import Span

from ..averages import journal_average
from ..models import BroughtMark, TransferDocument
from ..moving import days_in, givers
from .cell import counted_marks


@dataclass(frozen=True)
class MarkElsewhere:
    """A mark, «» of a debt; `place` is the group («из 5А») or the former school. One of these
    counts as given on the first day of its period, with the weight 1."""

    student_id: int
    place: str
    date: datetime.date
    text: str
    points: int | None
    meaning: str
    weight: int
    scale: int | None


@dataclass(frozen=True)
class Elsewhere:
    """Of the pupils of a journal (`own`, its id): `days` {student id: {journal id: the days in it}}
    in all journals of its subject and year, its own too; `journals` {id: Journal with group and
    year} are these; `marks` are those of the others, by date.

    A journal tells of elsewhere only where the pupil's grade is its own to give: what came after he
    left is nobody's affair there."""

    own: int | None = None
    days: dict[int, dict[int, list[Span]]] = field(default_factory=dict)
    journals: dict[int, Journal] = field(default_factory=dict)
    marks: list[MarkElsewhere] = field(default_factory=list)

    def belongs(
        self, student: int, first: datetime.date, last: datetime.date, kind: str | None = None
    ) -> bool:
        """Whether the pupil is taught the subject on one of these days; `kind`: in a journal that
        is graded by such periods."""
        return bool(days_in(self._graded_by(kind, student), first, last))

    def givers(
        self, student: int, first: datetime.date, last: datetime.date, kind: str | None = None
    ) -> frozenset[int]:
        """The ids of the journals that give the pupil's grade of these days; `kind` as above."""
        return givers(self._graded_by(kind, student), first, last)

    def _graded_by(self, kind, student):
        return {
            one: spans
            for one, spans in self.days.get(student, {}).items()
            if kind in (None, self.journals[one].period_kind)
        }

    def is_here(
        self, student: int, first: datetime.date, last: datetime.date, kind: str | None = None
    ) -> bool:
        """Whether the journal itself is one of these givers."""
        return self.own in self.givers(student, first, last, kind)

    def shows(self, student: int, journal: int | None) -> bool:
        """Whether a grade of the pupil that was given in a journal (id, None: brought) is told:
        what the year's grade follows from where that is given, elsewhere its own alone."""
        if journal == self.own:
            return True
        year = self.journals[self.own].group.year if self.own in self.journals else None
        return year is not None and self.is_here(student, year.starts_on, year.ends_on)

    def names(self, journals: Collection[int]) -> str:
        """«5А, 5 англ. 1»."""
        return ", ".join(sorted(self.journals[one].group.name for one in journals))

    def marks_in(
        self, student: int, first: datetime.date, last: datetime.date, kind: str | None = None
    ) -> list[MarkElsewhere]:
        """The pupil's marks elsewhere that count here."""
        if not self.is_here(student, first, last, kind):
            return []
        return [
            one for one in self.marks if one.student_id == student and first <= one.date <= last
        ]

    @property
    def kin(self) -> set[int]:
        """The ids of the journals in which one of the pupils is at some time."""
        return {journal for days in self.days.values() for journal in days}


def elsewhere(journal: Journal, students: Collection[int]) -> Elsewhere:
    """The Elsewhere of pupils (ids) of a journal (with group); three queries, and one more where
    one of them has another journal of the subject."""
    if not students:
        return Elsewhere()
    alike = Journal.objects.filter(subject=journal.subject_id, group__year=journal.group.year_id)
    journals = {one.pk: one for one in alike.select_related("group__year")}
    year = journals[journal.pk].group.year
    taught = taught_where(students, year.starts_on, year.ends_on)
    days: dict[int, dict[int, list[Span]]] = defaultdict(dict)
    for pk, one in journals.items():
        for student, spans in taught.spans(one).items():
            if spans:
                days[student][pk] = spans
    others = {(pk, student) for student, found in days.items() for pk in found if pk != journal.pk}
    marks = [*_marks(others), *_brought(journal, students, year)]
    return Elsewhere(journal.pk, dict(days), journals, sorted(marks, key=lambda one: one.date))


def _marks(others: set[tuple[int, int]]) -> Iterator[MarkElsewhere]:
    """Those of {(journal id, student id)}."""
    if not others:
        return
    rows: Any = counted_marks().filter(
        work__lesson__journal__in={pk for pk, _ in others},
        student__in={student for _, student in others},
    )
    rows = rows.order_by("work__lesson__date", "work__lesson__number", "work__position")
    for journal, *row in rows.values_list(
        "work__lesson__journal",
        "student",
        Concat(Value("из "), "work__lesson__journal__group__name", output_field=CharField()),
        "work__lesson__date",
        Coalesce("value__text", Value("")),
        "value__points",
        Coalesce("value__meaning", Value("")),
        "work__work_type__weight",
        "value__scale",
    ):
        mark = MarkElsewhere(*row)
        if (journal, mark.student_id) in others:
            yield mark


def _brought(
    journal: Journal, students: Collection[int], year: SchoolYear
) -> Iterator[MarkElsewhere]:
    own = Period.objects.filter(year=year, kind=journal.period_kind)
    rows = brought_in(students, own).filter(subject=journal.subject_id)
    for row in rows.order_by("pk").values_list(
        "document__student",
        "document__school",
        "period__starts_on",
        "value__text",
        "value__points",
        "value__meaning",
        Value(BroughtMark.WEIGHT),
        "value__scale",
    ):
        yield MarkElsewhere(*row)


def brought_in(
    students: Collection[Any], periods: QuerySet[Period] | Collection[Period]
) -> QuerySet[BroughtMark]:
    """The BroughtMarks of pupils (or ids) in Periods; a queryset."""
    return BroughtMark.objects.filter(document__student__in=students, period__in=periods)


def has_more(journal: Journal, student_id: int) -> bool:
    """Whether a pupil is or was in the group of another journal of the subject in the year, or has
    a document of a former school; one query."""
    rows = _more(
        subject=journal.subject_id,
        year=journal.group.year_id,
        student=student_id,
        journal=journal.pk,
    )
    return bool(list(rows))


@Compiled
def _more() -> QuerySet[Journal, Any]:
    own = {"student": Given("student")}
    enrolled = Enrolment.objects.filter(school_class=OuterRef("group__school_class"), **own)
    member = GroupMembership.objects.filter(group=OuterRef("group"), **own)
    alike = Journal.objects.filter(subject=Given("subject"), group__year=Given("year"))
    alike = alike.filter(Q(Exists(enrolled)) | Q(Exists(member))).exclude(pk=Given("journal"))
    documents = TransferDocument.objects.filter(**own).order_by()
    return alike.order_by().values_list("pk").union(documents.values_list("pk"))


def average(journal: Journal, student_id: int, day: datetime.date) -> Decimal | None:
    """The pupil's weighted average in the journal's period that holds `day`, as the grid has it;
    two queries, and those of `elsewhere` for who has another journal of the subject or
    documents."""
    of_period = {"year": journal.group.year_id, "kind": journal.period_kind}
    marks = list(_points_and_weights(student=student_id, journal=journal.pk, day=day, **of_period))
    if has_more(journal, student_id):
        around = Period.objects.filter(starts_on__lte=day, ends_on__gte=day, **of_period)
        for period in around:
            there = elsewhere(journal, [student_id])
            found = there.marks_in(student_id, period.starts_on, period.ends_on)
            marks += [(one.points, one.weight, one.scale) for one in found]
    return journal_average(marks, journal.scale_id)


@Compiled
def _points_and_weights():
    period = Period.objects.filter(
        year=Given("year"),
        kind=Given("kind"),
        starts_on__lte=Given("day"),
        ends_on__gte=Given("day"),
    )
    return (
        counted_marks()
        .filter(
            student=Given("student"),
            work__lesson__journal=Given("journal"),
            work__lesson__date__gte=period.values("starts_on"),
            work__lesson__date__lte=period.values("ends_on"),
        )
        .values_list("value__points", "work__work_type__weight", "value__scale")
    )
