"""Reads of the printed weekly reports (2.12): applications, batches, the register of reports."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, partial

from django.db.models import (
    Case,
    DateTimeField,
    Exists,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    When,
)
from django.utils import timezone

from school import namesakes
from school.models import Enrolment, Lesson, SchoolClass, SchoolYear, Student
from school.models.dated import on_day
from school.models.lessons import local_instant
from school.queries.calendar import graded_by, period_spans, school_days
from school.queries.places import places_of_pupils, places_of_school
from school.rules.overrides import vacations
from school.rules.spans import ALWAYS, END_OF_TIME, ONE_DAY, Span, intersect, subtract
from school.rules.terms import terms_of_any

from .. import rules
from ..models import PrintApplication, ReportBatch, ReportDuty, WeeklyReport
from .classes import classes_on

REPORT_STATES = [
    ("open", "не выданы"),
    ("overdue", "просрочены"),
    ("handed", "выданы"),
    ("", "все"),
]
LAST_BATCHES = 8

# Of WeeklyReports: printed and to be handed out (`WeeklyReport.is_waiting`).
WAITING = Q(handed_on=None) | Q(reprinted_at__isnull=False)


def active_applications(day: datetime.date) -> QuerySet[PrintApplication]:
    """The PrintApplications in force on a school-local day (rules.is_active), with pupils; a
    queryset."""
    return PrintApplication.objects.filter(
        on_day(day),
        Q(withdrawn_on=None) | Q(withdrawn_on__gt=day),
        student__in=Enrolment.objects.filter(on_day(day)).values("student"),
    ).select_related("student__user")


def in_handing_order(
    applications: Iterable[PrintApplication], day: datetime.date
) -> list[tuple[SchoolClass | None, list[PrintApplication]]]:
    """[(SchoolClass or None, [PrintApplication])] in the order of handing out; two queries."""
    found = list(applications)
    classes = classes_on([one.student_id for one in found], day)

    def order(application):
        its_class = classes.get(application.student_id)
        number, letter = (its_class.number, its_class.letter) if its_class else (None, "")
        return rules.handing_order(number, letter, *_in_order(application.student))

    by_class = defaultdict(list)
    for application in sorted(found, key=order):
        by_class[classes.get(application.student_id)].append(application)
    return list(by_class.items())


def teaching(first: datetime.date, last: datetime.date | None = None) -> list[Span]:
    """The spans of days from `first` (to `last`) on on which the school teaches (rules.teaching),
    as far as the years are known: anybody, for one class's vacation may be none of another's; a
    year without periods as a whole. A fixed number of queries, and one for each year."""
    return _Teaching(first, last).of_anybody()


def teaching_of(students: Iterable[int], first: datetime.date) -> dict[int, list[Span]]:
    """{student id: the same spans from `first` on}, of each year by the kinds of periods by which
    journals of the pupil's classes of that year are graded, by all where none is known, less the
    vacations of these classes. Two queries more, however many pupils."""
    students = set(students)
    kinds = graded_by(Enrolment.objects.filter(student__in=students))
    found = _Teaching(first)
    places = places_of_pupils(students, *found.days)
    return {
        student: found.of_kinds(kinds.get(student, {}), partial(places.on, student))
        for student in students
    }


class _Teaching:
    """When is taught in the SchoolYears from `first` on (to `last`); what many have alike is worked
    out once."""

    def __init__(self, first, last=None):
        found = SchoolYear.objects.filter(ends_on__gte=first).order_by("starts_on")
        if last:
            found = found.filter(starts_on__lte=last)
        self.years = [(year, period_spans(year.pk)) for year in found]
        days = [day for year, periods in self.years for day in _ends(year, periods)]
        self.days = min(days, default=first), max(days, default=first)
        self.calendar, self.said = school_days(*self.days)
        self._alike = cache(self._of_each_year)

    def of_anybody(self):
        """A vacation that is said of some classes alone is none of the others."""
        return self.of_kinds({}, places_of_school([year for year, _ in self.years]))

    def of_kinds(self, kinds, places_on):
        """Of who is graded by {year id: kinds of periods} and is of the classes that `places_on`
        tells of a day."""
        his = (frozenset(kinds.get(year.pk, ())) for year, _ in self.years)
        return self._alike(tuple(vacations(self.said, places_on)), *his)

    def _of_each_year(self, free, *kinds):
        spans = [
            days
            for (year, periods), his in zip(self.years, kinds, strict=True)
            for days in terms_of_any(periods, his) or [(year.starts_on, year.ends_on)]
        ]
        return rules.teaching(subtract(spans, free), self.calendar.is_working)


def _ends(year, periods):
    """The first and last days of a year and of the spans {kind: spans} of its periods."""
    spans = [(year.starts_on, year.ends_on), *(one for found in periods.values() for one in found)]
    return [day for span in spans for day in span]


def is_taught(monday: datetime.date) -> bool:
    """Whether the school teaches in the week of `monday`: in vacations there is nothing to tell
    (2.12)."""
    last = monday + rules.EVERY - ONE_DAY
    return bool(intersect(teaching(monday, last), [(monday, last)]))


def last_lesson_ends_at(day: datetime.date) -> datetime.datetime | None:
    """When the school's last standing lesson of a school-local day ends (aware), the evening's
    self-study apart; None without any."""
    lessons = Lesson.objects.filter(date=day, cancelled="", counts_as_lessons=True)
    ends_at = lessons.aggregate(last=Max("ends_at"))["last"]
    return ends_at and local_instant(day, ends_at)


# --- batches ---


def waiting_batches() -> QuerySet[ReportBatch]:
    """The ReportBatches that nobody draws, not begun or begun by a worker that has died."""
    waiting = ReportBatch.objects.unclaimed().filter(finished_at=None, error="")
    return waiting.order_by("requested_at", "pk")


def batches() -> list[ReportBatch]:
    """The last ReportBatches, newest first."""
    found = ReportBatch.objects.select_related("requested_by")
    return list(found.prefetch_related("left_out__student__user")[:LAST_BATCHES])


# --- the register ---


@dataclass(frozen=True)
class ReportLine:
    """A report in the register, or an application none of whose reports is printed and waits:
    `report` is None then. `name` is the pupil's in this list, `class_name` that of when it was
    printed, else of today; `due_at` (UTC) when the application's next hand-out is due, None where
    none is owed or this report is handed out."""

    application: PrintApplication
    report: WeeklyReport | None
    name: str
    class_name: str
    due_at: datetime.datetime | None
    is_overdue: bool

    @property
    def student(self) -> Student:
        return self.application.student


def reports(
    students: QuerySet[Student],
    state: str,
    school_class: SchoolClass | None,
    now: datetime.datetime,
    days: Span = ALWAYS,
    class_day: datetime.date | None = None,
) -> QuerySet[WeeklyReport]:
    """The WeeklyReports about a queryset of pupils in a state of REPORT_STATES, each with `due_at`:
    those that wait to be handed out first, then the newest weeks; within a week in the order of
    handing out. Of weeks that end on the `days` (first, last), and of pupils who were in a class on
    `class_day`, by default today."""
    found = WeeklyReport.objects.filter(application__student__in=students.order_by().values("pk"))
    if days != ALWAYS:
        found = found.filter(monday__gt=days[0] - rules.EVERY, monday__lte=_last_monday(days[1]))
    found = found.annotate(due_at=_owed(OuterRef("application")))
    if state == "open":
        found = found.filter(WAITING)
    elif state == "overdue":
        found = found.filter(WAITING, due_at__lt=now)
    elif state == "handed":
        found = found.exclude(WAITING)
    if school_class:
        day = class_day or timezone.localdate(now)
        found = found.filter(application__student__in=_pupils(school_class, day))
    return found.select_related("application__student__user", "school_class", "batch").order_by(
        Case(When(WAITING, then=0), default=1),
        "-monday",
        F("school_class__number").asc(nulls_last=True),
        "school_class__letter",
        "application__student__user__sort_name",
        "application__student",
        "pk",
    )


def unprinted(
    students: QuerySet[Student],
    state: str,
    school_class: SchoolClass | None,
    now: datetime.datetime,
) -> QuerySet[PrintApplication]:
    """The PrintApplications about a queryset of pupils which are owed a report while none is
    printed and waits, each with `due_at`; nothing in the state «handed»."""
    found = PrintApplication.objects.filter(
        ~Exists(WeeklyReport.objects.filter(WAITING, application=OuterRef("pk"))),
        student__in=students.order_by().values("pk"),
    ).annotate(due_at=_owed(OuterRef("pk")))
    found = found.filter(due_at__isnull=False)
    if state == "overdue":
        found = found.filter(due_at__lt=now)
    elif state == "handed":
        found = found.none()
    if school_class:
        found = found.filter(student__in=_pupils(school_class, timezone.localdate(now)))
    return found.select_related("student__user")


def _owed(application):
    return _first_of(
        ReportDuty.objects.filter(application=application, met_at=None), "report_due_at"
    )


def _last_monday(last):
    """Of the last week that ends by a day."""
    return last if last == END_OF_TIME else last + ONE_DAY - rules.EVERY


def _pupils(school_class, day):
    enrolled = Enrolment.objects.filter(on_day(day))
    return enrolled.filter(school_class=school_class).values("student")


def report_lines(
    found: Iterable[WeeklyReport], students: QuerySet[Student], now: datetime.datetime
) -> list[ReportLine]:
    """ReportLines of WeeklyReports as `reports` loads them; one query."""
    found = list(found)
    names = _class_names(students, [report.application for report in found])
    people = namesakes.students([report.application.student for report in found])
    return [
        _line(
            report.application,
            report,
            people,
            str(report.school_class or names.get(report.application.student_id, "")),
            report.due_at if report.is_waiting else None,  # type: ignore[attr-defined]  # annotated
            now,
        )
        for report in found
    ]


def unprinted_lines(
    found: Iterable[PrintApplication], students: QuerySet[Student], now: datetime.datetime
) -> list[ReportLine]:
    """ReportLines of PrintApplications as `unprinted` loads them, in the order of handing out; one
    query."""
    found = list(found)
    people = {one.pk: one for one in _with_classes(students, found)}

    def order(application):
        pupil = people[application.student_id]
        return rules.handing_order(pupil.class_number, pupil.class_name, *_in_order(pupil))

    names = namesakes.students([one.student for one in found])
    return [
        _line(one, None, names, people[one.student_id].class_name, one.due_at, now)  # type: ignore[attr-defined]  # annotated
        for one in sorted(found, key=order)
    ]


def _line(application, report, names, class_name, due_at, now):
    is_overdue = due_at is not None and due_at < now
    name = names[application.student_id]
    return ReportLine(application, report, name, class_name, due_at, is_overdue)


def _in_order(pupil):
    return pupil.user.sort_name, pupil.pk


def _class_names(students, applications):
    return {one.pk: one.class_name for one in _with_classes(students, applications)}


def _with_classes(students, applications):
    return students.filter(pk__in={application.student_id for application in applications})


# --- applications ---


@dataclass(frozen=True)
class ApplicationLine:
    """An application in the list, with its pupil's class of today, the day on which a report was
    last handed out (`handed_on`) and when the next one is due (`next_due_at`, UTC; None: no
    more)."""

    application: PrintApplication
    name: str
    class_name: str
    is_active: bool
    is_overdue: bool


def applications(students: QuerySet[Student], now: datetime.datetime) -> list[ApplicationLine]:
    """ApplicationLines about a queryset of pupils: those in force or yet to begin first, by class
    and name; two queries."""
    today = timezone.localdate(now)
    found = (
        PrintApplication.objects.filter(student__in=students.order_by().values("pk"))
        .select_related("student__user")
        .annotate(handed_on=Max("reports__handed_on"), next_due_at=_owed(OuterRef("pk")))
    )
    people = {student.pk: student for student in students.filter(print_applications__in=found)}
    names = namesakes.students(people.values())
    lines = [
        ApplicationLine(
            one,
            names[one.student_id],
            people[one.student_id].class_name,  # type: ignore[attr-defined]  # annotated
            one.withdrawn_on is None and (one.ends_on is None or today <= one.ends_on),
            one.next_due_at is not None and one.next_due_at < now,
        )
        for one in found
    ]

    def order(line):
        pupil = people[line.application.student_id]
        number = pupil.class_number  # type: ignore[attr-defined]  # annotated
        order = rules.handing_order(number, pupil.class_name, *_in_order(pupil))  # type: ignore[attr-defined]  # annotated
        return not line.is_active, order, line.application.pk

    return sorted(lines, key=order)


def _first_of(rows, column):
    return Subquery(rows.values(column)[:1], output_field=DateTimeField())
