"""The read models of a class's absences."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet
from django.utils import timezone

from school import namesakes
from school.models import PeriodLock, SchoolClass, Student
from school.models.dated import on_day
from school.queries.locks import closed_period, standing_closings

from . import rules
from .models import Absence, AbsenceDocument, Inquiry
from .reasons import TOTALLED, Reason, is_away


def counted_absences() -> QuerySet[Absence]:
    """The Absences that count: what stands in a cancelled lesson counts nowhere until the lesson is
    restored or moved."""
    return Absence.objects.filter(lesson__cancelled="")


def journals_with_absences(
    student_id: int, first: datetime.date, last: datetime.date | None
) -> QuerySet[Absence, Any]:
    """The keys of the journals with an absence of the pupil on the school-local days first … last
    (None: open), cancelled lessons among them; a queryset."""
    days = {"lesson__date__gte": first} | ({"lesson__date__lte": last} if last else {})
    return Absence.objects.filter(student=student_id, **days).values("lesson__journal")


def pupils_of(school_class: SchoolClass) -> list[Student]:
    """The pupils who are or were in the class, in alphabetical order, each with the `name` he has
    in the class's lists; one query, and one more where there are namesakes."""
    enrolled = Student.objects.filter(enrolments__school_class=school_class).distinct()
    found = list(enrolled.select_related("user").order_by("user__sort_name", "pk"))
    names = namesakes.students(found)
    for pupil in found:
        pupil.name = names[pupil.pk]
    return found


def was_in_class(school_class: SchoolClass, student_id: int, day: datetime.date) -> bool:
    """Whether the pupil was in the class on a school-local day; one query."""
    return school_class.enrolments.filter(on_day(day), student=student_id).exists()


@dataclass
class AbsenceDay:
    """A pupil's absences of one school-local day: `lessons` are (number, subject, reason) in their
    order, `documents` {id: text} those that give the reason, `confirmed_by` {id: name} who else
    has. An open day's `spell` is the first and last day of the unexplained absence that it is part
    of; `closed` of its absences are in a closed period (4.2)."""

    student_id: int
    name: str
    date: datetime.date
    lessons: list[tuple[int, str, str]] = field(default_factory=list)
    documents: dict[int, str] = field(default_factory=dict)
    confirmed_by: dict[int, str] = field(default_factory=dict)
    spell: tuple[()] | tuple[datetime.date, datetime.date] = ()
    closed: int = 0

    @property
    def reasons(self) -> list[str]:
        """The reasons that were written, each once, in the order of the lessons."""
        return list(dict.fromkeys(reason for *_, reason in self.lessons))

    @property
    def is_open(self) -> bool:
        return Reason.UNKNOWN in self.reasons

    @property
    def is_missed(self) -> bool:
        """Whether a lesson was missed, for which there must be a reason; being late has none."""
        return any(map(is_away, self.reasons))


@dataclass(frozen=True)
class PupilTotals:
    student: Student
    totals: rules.Totals


@dataclass(frozen=True)
class ClassAttendance:
    """The absences of a class: `open` days whose reason nobody knows and all others (`settled`),
    both the newest first, and the PupilTotals of those who have any, in the order of the list; of
    each its days, its lessons, and a number for each reason of `totalled`."""

    open: list[AbsenceDay]
    settled: list[AbsenceDay]
    totals: list[PupilTotals]
    totalled = TOTALLED


def class_attendance(
    school_class: SchoolClass, pupils: Sequence[Student], first: datetime.date, last: datetime.date
) -> ClassAttendance:
    """ClassAttendance of some pupils (as `pupils_of` gives them) on the school-local days
    first … last on which they were in the class; one query."""
    places = {pupil.pk: (place, pupil.name) for place, pupil in enumerate(pupils)}
    days: dict[tuple[int, datetime.date], AbsenceDay] = {}
    pairs, confirmers = defaultdict(list), {}
    for absence in _absences_of_class(school_class, pupils, first, last):
        lesson, student = absence.lesson, absence.student_id
        day = days.get((student, lesson.date))
        if day is None:
            _, name = places[student]
            day = days[student, lesson.date] = AbsenceDay(student, name, lesson.date)
        day.lessons.append((lesson.number, lesson.journal.subject.short_name, absence.reason))
        day.closed += bool(absence.closed_period) and is_away(absence.reason)
        if absence.document_id:
            day.documents[absence.document_id] = str(absence.document)
        elif absence.confirmed_by_id:
            confirmers[absence.confirmed_by_id] = absence.confirmed_by
            day.confirmed_by[absence.confirmed_by_id] = ""
        pairs[student].append((lesson.date, absence.reason))
    names = namesakes.staff(confirmers.values())
    for day in days.values():
        day.confirmed_by = {one: names[one] for one in day.confirmed_by}
    found = sorted(days.values(), key=lambda day: places[day.student_id])
    found.sort(key=lambda day: day.date, reverse=True)
    unknown = [day for day in found if day.is_open]
    _tell_spells(unknown)
    return ClassAttendance(
        unknown,
        [day for day in found if not day.is_open],
        [PupilTotals(one, rules.totals(pairs[one.pk])) for one in pupils if one.pk in pairs],
    )


def _absences_of_class(school_class, pupils, first, last):
    """The Absences, of the newest day first, each with its `closed_period` or None."""
    rows = (
        counted_absences()
        .filter(
            on_day(F("lesson__date"), "student__enrolments__"),
            student__enrolments__school_class=school_class,
            student__in=pupils,
            lesson__date__range=(first, last),
        )
        .select_related("lesson__journal__subject", "document", "confirmed_by")
    )
    rows = rows.annotate(closed_period=closed_period(timezone.now(), "lesson__"))
    return rows.order_by("-lesson__date", "lesson__number", "pk")


def _tell_spells(unknown):
    """Set the `spell` of open AbsenceDays."""
    for student in {day.student_id for day in unknown}:
        own = [day for day in unknown if day.student_id == student]
        spells = rules.spells(day.date for day in own)
        for day in own:
            day.spell = spells[day.date]


def inquiries_to_answer(classes: Collection[int], today: datetime.date) -> list[Inquiry]:
    """The Inquiries of a school-local day about pupils of classes (ids) that nobody has answered,
    be it by a reason: each with its pupil, who is called `name` in his class, and `class_id`; one
    query, and one more where there are namesakes."""
    unknown = Absence.objects.filter(
        student=OuterRef("student"), lesson__date=today, lesson__cancelled="", reason=Reason.UNKNOWN
    )
    found = Inquiry.objects.filter(
        Exists(unknown.order_by()),
        on_day(today, "student__enrolments__"),
        day=today,
        answered_at=None,
        student__enrolments__school_class__in=classes,
    )
    found = found.select_related("student__user", "asked_by")
    rows: list[Inquiry] = list(found.annotate(class_id=F("student__enrolments__school_class")))
    names = namesakes.students([one.student for one in rows])
    for one in rows:
        one.student.name = names[one.student_id]
    return rows


def inquiries_about(school_class: SchoolClass) -> QuerySet[Inquiry]:
    """The Inquiries about pupils on days on which they were in the class, with pupil and people."""
    found = Inquiry.objects.filter(
        on_day(F("day"), "student__enrolments__"), student__enrolments__school_class=school_class
    )
    return found.select_related("student__user", "asked_by", "answered_by")


def unexplained_in_closed_periods(
    student_id: int, first: datetime.date, last: datetime.date
) -> int:
    """How many absences of a pupil on the days first … last have no reason yet and can't be given
    one but by an opening, for their period is closed (4.2); one query."""
    found = counted_absences().filter(
        student=student_id, lesson__date__range=(first, last), reason=Reason.UNKNOWN
    )
    found = found.annotate(closed_period=closed_period(timezone.now(), "lesson__"))
    return found.filter(closed_period__isnull=False).count()


def has_closed_periods(school_class: SchoolClass) -> bool:
    """Whether a period of the class's school year is closed, so that reasons in it are put right
    with a word why; not in a closed year, where they are not; one query."""
    locks = PeriodLock.objects.filter(period__year=school_class.year_id)
    return locks.exclude(period__year__in=standing_closings().values("year")).exists()


def documents(students: QuerySet[Student], school_class: SchoolClass) -> QuerySet[AbsenceDocument]:
    """The AbsenceDocuments of pupils (a queryset) about days on which they were in the class, each
    with its `absence_count`, the newest first."""
    return (
        AbsenceDocument.objects.filter(
            Q(student__enrolments__ends_on=None)
            | Q(student__enrolments__ends_on__gte=F("starts_on")),
            student__in=students,
            student__enrolments__school_class=school_class,
            student__enrolments__starts_on__lte=F("ends_on"),
        )
        .select_related("student__user", "entered_by")
        .annotate(
            absence_count=Count("absences", filter=Q(absences__lesson__cancelled=""), distinct=True)
        )
    )
