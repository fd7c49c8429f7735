"""The duty to grade (2.6): what grades journals owe and by when, and which of that is closed. A
GradeSheet stands for each journal and period, for the year one more, where there is an exam one for
its grades and one for the final ones."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce, Least, TruncDate
from django.urls import reverse
from django.utils import timezone

from school.models import (
    GradeValue,
    Journal,
    Lesson,
    Period,
    SchoolYear,
    TeachingAssignment,
    User,
)
from school.models.dated import on_day
from school.queries.locks import standing_closings, standing_locks
from school.queries.outages import interruptions_since
from school.rules.days import exams_open_until, grades_open_on, start_of_day
from school.rules.interruptions import postponed

from .. import grading
from ..dues import exam_days, grades_due
from ..models import GradeSheet, LateEntry, PeriodGrade
from .duty import Told

Kind = PeriodGrade.Kind


@dataclass(frozen=True)
class Asked:
    """Grades of a kind that the journals graded by one kind of periods owe, by the end of the
    school-local day `due_on`: those of a `period`, or of the year that ends with the period
    `last` (with year)."""

    kind: str
    period: Period | None
    last: Period
    due_on: datetime.date

    @property
    def opens_on(self) -> datetime.date:
        """The day on which the duty begins: the last week before it is due."""
        return grades_open_on(self.due_on)

    @property
    def is_of_exam(self) -> bool:
        return self.kind in GradeSheet.OF_EXAM

    def due(self) -> datetime.datetime:
        """The instant when it is due, where the system was down later (3.2)."""
        zone = timezone.get_default_timezone()
        since = start_of_day(self.opens_on, zone)
        interruptions = interruptions_since(self.opens_on)
        return postponed(grades_due(self.due_on, zone), interruptions, since=since)

    def pupils_day(self, today: datetime.date) -> datetime.date:
        """The day whose pupils are to have one: the last, or today if that is earlier."""
        return min(self.last.ends_on, self.due_on, today)

    def journals(self) -> QuerySet[Journal]:
        """The Journals that owe it; a queryset."""
        first = (self.period or self.last.year).starts_on
        found = graded_journals(self.last.year_id, first, self.last.ends_on)
        found = found.filter(period_kind=self.last.kind)
        return found.filter(has_exam=True) if self.is_of_exam else found

    def sheets(self) -> QuerySet[GradeSheet]:
        """Its GradeSheets that are there; a queryset."""
        year = {"journal__group__year": self.last.year_id, "journal__period_kind": self.last.kind}
        return GradeSheet.objects.filter(kind=self.kind, period=self.period, **year)


def asked_of(year: SchoolYear) -> list[Asked]:
    """All Askeds of a SchoolYear; one query."""
    by_kind, asked = defaultdict(list), []
    for period in year.periods.order_by("ends_on"):
        by_kind[period.kind].append(period)
    for found in by_kind.values():
        last = found[-1]
        exams_due_on, finals_due_on = due_days(year, last.ends_on)
        asked += [
            *(Asked(Kind.PERIOD, one, one, one.ends_on) for one in found),
            Asked(Kind.YEAR, None, last, last.ends_on),
            Asked(Kind.EXAM, None, last, exams_due_on),
            Asked(Kind.FINAL, None, last, finals_due_on),
        ]
    return asked


def due_days(year: SchoolYear, last_day: datetime.date) -> tuple[datetime.date, datetime.date]:
    """(the last day for grades of exams, that for final ones) of a SchoolYear whose periods end
    with a day."""
    return exam_days(last_day, year.exams_due_on, year.finals_due_on)


def is_closed(now: datetime.datetime) -> Q:
    """Q for GradeSheets: a closed period keeps them from being completed at an instant (4.2); the
    year's, once all its periods are closed; those of its exams not before September, unless the
    year is closed."""
    today = timezone.localdate(now)
    summer_is_over = today > exams_open_until(today)
    years_over = Q(
        journal__group__year__ends_on__year__lte=today.year if summer_is_over else today.year - 1
    )
    archived = Exists(standing_closings().filter(year=OuterRef("journal__group__year")))
    standing = standing_locks(OuterRef("journal"), now).filter(period=OuterRef("period"))
    # It is asked for one query further in.
    locked = standing_locks(OuterRef(OuterRef("journal")), now).filter(period=OuterRef("pk"))
    return Q(Exists(standing), period__isnull=False) | Q(
        ~Q(kind__in=GradeSheet.OF_EXAM) | years_over | Q(archived),
        ~Exists(_periods_of_year().filter(~Exists(locked))),
        period__isnull=True,
    )


def _periods_of_year():
    return Period.objects.filter(
        year=OuterRef("journal__group__year"), kind=OuterRef("journal__period_kind")
    )


def closed(now: datetime.datetime, keys: QuerySet[Any]) -> QuerySet[GradeSheet]:
    """The GradeSheets of these keys (a queryset) that are closed so, by which period
    (`closed_period`, its id), those of the year by its last; a queryset."""
    last = Subquery(_periods_of_year().order_by("-ends_on").values("pk")[:1])
    found = GradeSheet.objects.filter(is_closed(now), pk__in=keys).order_by()
    return found.annotate(closed_period=Coalesce("period", last))


def graded_journals(year_id: int, first: datetime.date, last: datetime.date) -> QuerySet[Journal]:
    """The Journals of a year with a lesson on the days first … last (school-local) and a scale that
    has grades on the last of them; a queryset."""
    lessons = Lesson.objects.filter(journal=OuterRef("pk"), date__range=(first, last), cancelled="")
    values = GradeValue.objects.filter(on_day(last), scale=OuterRef("scale"))
    values = values.exclude(text=grading.EXEMPT)
    return Journal.objects.filter(Exists(lessons), Exists(values), group__year=year_id)


def open_sheets_of(
    teacher: User, since: datetime.datetime, today: datetime.date
) -> QuerySet[GradeSheet]:
    """The GradeSheets that lack grades, were or are due from an instant on, and are this person's
    to complete: of journals assigned today, unless the period is closed; one query."""
    assigned = TeachingAssignment.objects.filter(on_day(today), teacher=teacher)
    return (
        GradeSheet.objects.filter(
            ~is_closed(timezone.now()),
            complete_at=None,
            grades_due_at__gte=since,
            journal__in=assigned.values("journal"),
        )
        .select_related("journal__group", "journal__subject", "period")
        .order_by("grades_due_at", "pk")
    )


def tell(entries: Collection[LateEntry]) -> dict[int, Told]:
    """Grades of a period, of the year, of the exam: the duty of those who teach the journal when
    they are due."""
    found = GradeSheet.objects.select_related("period").annotate(last_day=_last_day())
    sheets = found.in_bulk([entry.object_id for entry in entries])
    assigned: dict[int | None, list[TeachingAssignment]] = defaultdict(list)
    for one in TeachingAssignment.objects.filter(journal__in={e.journal_id for e in entries}):
        assigned[one.journal_id].append(one)
    told = {}
    for entry in entries:
        sheet, due_on = sheets[entry.object_id], timezone.localdate(entry.due_at)
        duty_on = min(due_on, sheet.last_day or due_on)
        told[entry.pk] = Told(
            str(entry.journal),
            sheet.place,
            sheet.what,
            [one.teacher_id for one in assigned[entry.journal_id] if one.holds_on(duty_on)],
            reverse("grades", args=[entry.journal_id]),
        )
    return told


def _last_day():
    """The last day of the periods by which a row's journal is graded: who teaches then has the duty
    of what is due later, for exams are held after the last lesson."""
    periods = Period.objects.filter(
        year=OuterRef("journal__group__year"), kind=OuterRef("journal__period_kind")
    )
    return Subquery(periods.order_by("-ends_on").values("ends_on")[:1])


def held_by(teacher: int, entries: QuerySet[LateEntry]) -> Q:
    assigned = TeachingAssignment.objects.filter(
        on_day(OuterRef("duty_on")), journal=OuterRef("journal"), teacher=teacher
    )
    due_on = TruncDate("due_at")
    of_day = entries.annotate(duty_on=Least(due_on, Coalesce(_last_day(), due_on)))
    return Q(pk__in=of_day.filter(Exists(assigned)).order_by().values("pk"))
