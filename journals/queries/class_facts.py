"""What a class's board asks about its pupils, teachers and access: in one query, for the board has
fifteen."""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from django.db.models import (
    CharField,
    DateField,
    DateTimeField,
    IntegerField,
    QuerySet,
    Value,
)
from django.db.models.functions import Cast
from django.utils import timezone

from attendance.models import AbsenceDocument, Inquiry
from attendance.queries import counted_absences
from school.compiled import Compiled, Given
from school.models import Lesson, Outage, SchoolClass
from school.models.dated import on_day
from school.queries.calendar import days_span
from school.queries.class_people import groups_there, pupils_there
from school.queries.lessons import takes_place
from school.queries.outages import outages_of, times_without_access
from school.queries.teacher_absences import standing_absences
from school.rules.teacher_absences import AwayTime, away
from school.rules.told import Times


class Missed(NamedTuple):
    """A lesson (id, number) of a school-local day at which a pupil was absent or late, the reason,
    and of what kind the document is that gives it (None: there is none)."""

    day: datetime.date
    number: int
    lesson: int
    reason: str
    document: str | None


class Covered(NamedTuple):
    """What a document about this day says: the reason, its own kind, its first day."""

    reason: str
    kind: str
    first: datetime.date


class Asked(NamedTuple):
    """A question about a pupil (ids) of this day that waits, and when (UTC) it was asked."""

    student: int
    inquiry: int
    at: datetime.datetime


@dataclass
class ClassFacts:
    """Of the class's pupils {id: what they missed} since a day, in order, and {id: the document
    about today}; on which of these days the class was `taught`, the latest first; who of all
    teachers (ids) is away today, and when; the times of today without access; what is asked."""

    missed: dict[int, list[Missed]] = field(default_factory=lambda: defaultdict(list))
    covered: dict[int, Covered] = field(default_factory=dict)
    taught: list[datetime.date] = field(default_factory=list)
    away: list[tuple[int, AwayTime]] = field(default_factory=list)
    spans: Sequence[Times] = ()
    asked: list[Asked] = field(default_factory=list)

    def gone(self, day: datetime.date, number: int) -> set[int]:
        """The ids of the teachers who are away at the lessons of that number."""
        return {teacher for teacher, time in self.away if away(time, day, number)}


def class_facts(
    school_class: SchoolClass, since: datetime.date, now: datetime.datetime
) -> ClassFacts:
    """The ClassFacts of an instant and the school-local days since …; one query."""
    today = timezone.localdate(now)
    begins, ends = days_span(today, today)
    found, outages = ClassFacts(), []
    asked = {"school_class": school_class.pk, "since": since, "day": today}
    for row in map(_Row._make, _rows(**asked, begins=begins, ends=ends)):
        match row.what:
            case "missed":
                missed = Missed(row.first, row.number, row.about, row.reason, row.kind)
                found.missed[row.who].append(missed)
            case "covered":
                found.covered.setdefault(row.who, Covered(row.reason, row.kind, row.first))
            case "taught":
                found.taught.append(row.first)
            case "away":
                time = AwayTime(row.first, row.number, row.last, row.last_number)
                found.away.append((row.who, time))
            case "outage":
                outages.append(Outage(starts_at=row.starts_at, ends_at=row.ends_at))
            case "asked":
                found.asked.append(Asked(row.who, row.about, row.starts_at))
    for of_pupil in found.missed.values():
        of_pupil.sort()
    found.taught.sort(reverse=True)
    found.spans = times_without_access(now, outages)
    return found


class _Row(NamedTuple):
    what: str
    who: Any
    about: Any
    first: Any
    last: Any
    number: Any
    last_number: Any
    reason: Any
    kind: Any
    starts_at: Any
    ends_at: Any


_NOTHING: dict[str, Any] = {
    "who": IntegerField(),
    "about": IntegerField(),
    "first": DateField(),
    "last": DateField(),
    "number": IntegerField(),
    "last_number": IntegerField(),
    "reason": CharField(),
    "kind": CharField(),
    "starts_at": DateTimeField(),
    "ends_at": DateTimeField(),
}


def _told(rows: QuerySet[Any, Any], what: str, **columns: str) -> QuerySet[Any, Any]:
    """The rows with the columns of a _Row; what they have nothing for is NULL of its type, without
    which PostgreSQL would not unite them."""
    nothing = {name: Cast(Value(None), output_field=of) for name, of in _NOTHING.items()}
    values = [columns.get(name, nothing[name]) for name in _NOTHING]
    return rows.order_by().values_list(Value(what, CharField()), *values)


@Compiled
def _rows() -> QuerySet[Any, Any]:
    own, today = {"student__in": pupils_there()}, on_day(Given("day"))
    days = {"date__gte": Given("since"), "date__lte": Given("day")}
    missed = counted_absences().filter(
        **own,
        **{f"lesson__{name}": value for name, value in days.items()},
        lesson__journal__group__in=groups_there(),
    )
    of_class = {"journal__group__school_class": Given("school_class")}
    taught = Lesson.objects.filter(takes_place(), **of_class, **days)
    return _told(
        missed,
        "missed",
        who="student",
        about="lesson",
        first="lesson__date",
        number="lesson__number",
        reason="reason",
        kind="document__kind",
    ).union(
        _told(
            AbsenceDocument.objects.filter(today, **own),
            "covered",
            who="student",
            first="starts_on",
            reason="reason",
            kind="kind",
        ),
        _told(taught, "taught", first="date").distinct(),
        _told(
            standing_absences().filter(today),
            "away",
            who="teacher",
            first="starts_on",
            last="ends_on",
            number="first_number",
            last_number="last_number",
        ),
        _told(
            outages_of(Given("begins"), Given("ends")),
            "outage",
            starts_at="starts_at",
            ends_at="ends_at",
        ),
        _told(
            Inquiry.objects.filter(**own, day=Given("day"), answered_at=None),
            "asked",
            who="student",
            about="pk",
            starts_at="asked_at",
        ),
        all=True,
    )
