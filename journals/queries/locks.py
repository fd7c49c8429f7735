"""Locks: which periods are closed for writing, and which journal of them is open for a while
(4.2)."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Exists, F, Max, Min, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from attendance.models import Absence, ReasonOpening
from school import namesakes
from school.compiled import Compiled, Given
from school.models import Journal, Lesson, Period, PeriodLock, SchoolYear, Unlock, YearClosing
from school.queries.calendar import in_kind_order
from school.queries.locks import standing_closings
from school.rules.names import PersonName

from .. import rules
from ..models import GradeSheet
from .debts import owed


@dataclass(frozen=True)
class Lock:
    """A locked period as one journal knows it; `open_until` (UTC) while the journal is open for
    corrections, else None. `archived_at` (UTC): when its year was closed, if it is."""

    kind: str
    number: int
    locked_at: datetime.datetime
    who: str
    open_until: datetime.datetime | None
    archived_at: datetime.datetime | None = None

    @property
    def is_closed(self) -> bool:
        return self.open_until is None

    @property
    def refusal(self) -> str:
        """Why nothing can be written."""
        if self.archived_at:
            return rules.archived_text(timezone.localtime(self.archived_at))
        kind, locked_at = Period.Kind(self.kind), timezone.localtime(self.locked_at)  # type: ignore[call-arg]  # of the value alone
        return rules.locked_text(f"{self.number} {kind.label}", kind.closed, locked_at)


def periods_of(
    journal: Journal, now: datetime.datetime | None = None, lesson_id: int | None = None
) -> list[tuple[Period, Lock | None]]:
    """[(Period, its Lock or None)] of the periods by which a journal (with group) is graded, in
    order; the one that `holds_lesson` is that of the journal's lesson `lesson_id`, in those that
    have debts (`has_debts`) somebody owes the journal something; one query."""
    periods = _periods_of.instances(
        journal=journal.pk,
        lesson=lesson_id,
        year=journal.group.year_id,
        kind=journal.period_kind,
        now=now or timezone.now(),
    )
    return [(period, _lock(period)) for period in periods]


def _lock(period):
    if period.locked_at is None:
        return None
    who = PersonName(*(getattr(period, f"locked_by_{name}") for name in PersonName._fields))
    return Lock(
        period.kind,
        period.number,
        period.locked_at,
        who.short,
        period.open_until,
        period.archived_at,
    )


@Compiled
def _periods_of():
    opened = Unlock.objects.filter(
        period=OuterRef("pk"), journal=Given("journal"), until__gt=Given("now")
    )
    open_until = Subquery(opened.order_by("-until").values("until")[:1])
    archived = standing_closings().filter(year=OuterRef("year"))
    names = {f"locked_by_{name}": F(f"lock__locked_by__{name}") for name in PersonName._fields}
    found = Period.objects.filter(year=Given("year"), kind=Given("kind")).order_by("starts_on")
    lessons = Lesson.objects.filter(
        pk=Given("lesson"),
        journal=Given("journal"),
        date__range=(OuterRef("starts_on"), OuterRef("ends_on")),
    )
    span = (OuterRef("starts_on"), OuterRef("ends_on"))
    debts = owed().filter(work__lesson__journal=Given("journal"), work__lesson__date__range=span)
    return found.annotate(
        holds_lesson=Exists(lessons),
        has_debts=Exists(debts),
        locked_at=F("lock__locked_at"),
        open_until=open_until,
        archived_at=Subquery(archived.values("closed_at")[:1]),
        **names,
    )


def lock_at(journal: Journal, day: datetime.date) -> tuple[Period | None, Lock | None]:
    """(Period, Lock or None) of a journal that a school-local day falls into; in a vacation (None,
    None), of a closed year (None, the last period's Lock); one query."""
    found = periods_of(journal)
    for period, lock in found:
        if period.starts_on <= day <= period.ends_on:
            return period, lock
    last = found[-1][1] if found else None
    return None, last if last and last.archived_at else None


# --- the page of locks ---


@dataclass(frozen=True)
class PeriodLine:
    """A period of the year: its PeriodLock or None, whether it has ended and so can be locked, how
    many journals lack grades of it."""

    period: Period
    lock: PeriodLock | None
    has_ended: bool
    incomplete: int


def period_lines(year: SchoolYear, today: datetime.date) -> list[PeriodLine]:
    """PeriodLines of a year, in the order of Period.Kind; one query."""
    lacks = Count("grade_sheets", filter=Q(grade_sheets__complete_at=None))
    found = Period.objects.filter(year=year).select_related("lock__locked_by")
    found = found.annotate(incomplete=lacks).order_by("starts_on")
    return [
        PeriodLine(one, getattr(one, "lock", None), one.ends_on < today, one.incomplete)
        for one in in_kind_order(found)
    ]


def reason_openings(year: SchoolYear) -> QuerySet[ReasonOpening]:
    """The ReasonOpenings about absences of a year, newest first, each with the number of its
    absences (`count`), their first and last day, and the pupil's `name` in this list; one query,
    and one more where there are namesakes."""
    of_year = Absence.objects.filter(lesson__journal__group__year=year)
    found = ReasonOpening.objects.filter(Exists(of_year.filter(openings=OuterRef("pk"))))
    found = found.select_related("student__user", "document", "made_by").annotate(
        count=Count("absences"),
        first=Min("absences__lesson__date"),
        last=Max("absences__lesson__date"),
    )
    names = namesakes.students([one.student for one in found])
    for one in found:
        one.student.name = names[one.student_id]
    return found


def unlocks(year: SchoolYear) -> QuerySet[Unlock]:
    """The Unlocks of a year's periods, newest first, with all that is shown of them."""
    return Unlock.objects.filter(period__year=year).select_related(
        "journal__group", "journal__subject", "period", "made_by"
    )


def closings(year: SchoolYear) -> QuerySet[YearClosing]:
    """The YearClosings of a year, newest first, with who closed it and opened it again."""
    return YearClosing.objects.filter(year=year).select_related("closed_by", "reopened_by")


def without_exams(year: SchoolYear) -> int:
    """How many journals of a year lack grades of the year, of exams or final ones; one query."""
    lacking = GradeSheet.objects.filter(
        journal__group__year=year, period=None, complete_at__isnull=True
    )
    return lacking.aggregate(count=Count("journal", distinct=True))["count"]
