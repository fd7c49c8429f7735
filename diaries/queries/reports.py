"""Reads of the printed weekly reports (2.12): applications, batches, the register of reports."""

from collections import defaultdict
from dataclasses import dataclass

from django.db.models import DateTimeField, F, Max, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from school.models import Enrolment, Lesson
from school.models.dated import on_day
from school.models.lessons import local_instant

from .. import rules
from ..models import PrintApplication, ReportBatch, WeeklyReport

REPORT_STATES = [
    ("open", "не выданы"),
    ("overdue", "просрочены"),
    ("handed", "выданы"),
    ("", "все"),
]
LAST_BATCHES = 8


def active_applications(day):
    """The PrintApplications in force on a school-local day (rules.is_active), with pupils; a
    queryset."""
    return PrintApplication.objects.filter(
        on_day(day),
        Q(withdrawn_on=None) | Q(withdrawn_on__gt=day),
        student__in=Enrolment.objects.filter(on_day(day)).values("student"),
    ).select_related("student__user")


def classes_on(students, day):
    """{student id: the SchoolClass of that school-local day}, with its class teacher; one query."""
    enrolments = Enrolment.objects.filter(on_day(day), student__in=students)
    return {
        enrolment.student_id: enrolment.school_class
        for enrolment in enrolments.select_related("school_class__class_teacher")
    }


def in_handing_order(applications, day):
    """[(SchoolClass or None, [PrintApplication])] in the order of handing out; two queries."""
    found = list(applications)
    classes = classes_on([one.student_id for one in found], day)

    def order(application):
        its_class = classes.get(application.student_id)
        number, letter = (its_class.number, its_class.letter) if its_class else (None, "")
        return rules.handing_order(number, letter, application.student.user.list_name)

    by_class = defaultdict(list)
    for application in sorted(found, key=order):
        by_class[classes.get(application.student_id)].append(application)
    return list(by_class.items())


def last_lesson_ends_at(day):
    """When the school's last standing lesson of a school-local day ends (aware); None without
    any."""
    lessons = Lesson.objects.filter(date=day, cancelled="")
    ends_at = lessons.aggregate(last=Max("slot__ends_at"))["last"]
    return ends_at and local_instant(day, ends_at)


# --- batches ---


def waiting_batches(now):
    """The ReportBatches that nobody draws: not begun, or begun by a worker that has given no sign
    of life for rules.CLAIM_LASTS."""
    return ReportBatch.objects.filter(
        Q(claimed_at=None) | Q(claimed_at__lt=now - rules.CLAIM_LASTS), finished_at=None, error=""
    ).order_by("requested_at", "pk")


def batches():
    """The last ReportBatches, newest first."""
    return list(ReportBatch.objects.select_related("requested_by")[:LAST_BATCHES])


# --- the register ---


@dataclass(frozen=True)
class ReportLine:
    """A report in the register: `class_name` of the pupil today, or when it was printed."""

    report: WeeklyReport
    class_name: str
    is_overdue: bool

    @property
    def application(self):
        return self.report.application

    @property
    def student(self):
        return self.report.application.student


def reports(students, state, school_class, now):
    """The WeeklyReports about a queryset of pupils in a state of REPORT_STATES, those still to be
    printed first, then the newest; within a print in the order of handing out."""
    found = WeeklyReport.objects.filter(application__student__in=students.order_by().values("pk"))
    if state == "open":
        found = found.filter(handed_on=None)
    elif state == "overdue":
        found = found.filter(issued_at=None, report_due_at__lt=now)
    elif state == "handed":
        found = found.filter(handed_on__isnull=False)
    enrolled = Enrolment.objects.filter(on_day(timezone.localdate(now)))
    if school_class:
        pupils = enrolled.filter(school_class=school_class).values("student")
        found = found.filter(application__student__in=pupils)
    # What is still to be printed has no class of its own: the pupil's of today.
    present = enrolled.filter(student=OuterRef("application__student"))
    return (
        found.select_related("application__student__user", "school_class", "batch")
        .annotate(
            number=Coalesce(
                "school_class__number", Subquery(present.values("school_class__number"))
            ),
            letter=Coalesce(
                "school_class__letter", Subquery(present.values("school_class__letter"))
            ),
        )
        .order_by(
            F("issued_at").desc(nulls_first=True),
            F("number").asc(nulls_last=True),
            "letter",
            "application__student__user__last_name",
            "application__student__user__first_name",
            "pk",
        )
    )


def report_lines(found, students, now):
    """ReportLines of WeeklyReports as `reports` loads them; one query."""
    found = list(found)
    names = dict(
        students.filter(pk__in={report.application.student_id for report in found}).values_list(
            "pk", "class_name"
        )
    )
    return [
        ReportLine(
            report,
            str(report.school_class or names.get(report.application.student_id, "")),
            report.issued_at is None and report.report_due_at < now,
        )
        for report in found
    ]


# --- applications ---


@dataclass(frozen=True)
class ApplicationLine:
    """An application in the list, with its pupil's class of today, when a report was last printed
    and when the next one is due (UTC; None: no more)."""

    application: PrintApplication
    class_name: str
    is_active: bool
    is_overdue: bool


def applications(students, now):
    """ApplicationLines about a queryset of pupils: those in force or yet to begin first, by class
    and name; two queries."""
    today = timezone.localdate(now)
    reports_of = WeeklyReport.objects.filter(application=OuterRef("pk"))
    issued = reports_of.filter(issued_at__isnull=False).order_by("-issued_at")
    found = (
        PrintApplication.objects.filter(student__in=students.order_by().values("pk"))
        .select_related("student__user")
        .annotate(
            printed_at=_first_of(issued, "issued_at"),
            next_due_at=_first_of(reports_of.filter(issued_at=None), "report_due_at"),
        )
    )
    people = {student.pk: student for student in students.filter(print_applications__in=found)}
    lines = [
        ApplicationLine(
            one,
            people[one.student_id].class_name,
            one.withdrawn_on is None and (one.ends_on is None or today <= one.ends_on),
            one.next_due_at is not None and one.next_due_at < now,
        )
        for one in found
    ]

    def order(line):
        pupil = people[line.application.student_id]
        number = pupil.class_number
        return not line.is_active, rules.handing_order(number, pupil.class_name, str(pupil))

    return sorted(lines, key=order)


def _first_of(rows, column):
    return Subquery(rows.values(column)[:1], output_field=DateTimeField())
