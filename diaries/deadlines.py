"""The printed report's row in the deadline watch (2.12)."""

from django.db.models import OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from journals.deadlines import DEADLINES, Deadline
from journals.queries import TELLERS, Told
from school import access
from school.models import Role, Student
from school.queries import students_with_class

from .models import WeeklyReport

REPORT = Deadline(
    *("report", "печатный отчёт", "2.12", WeeklyReport, "report_due_at", "issued_at"),
    lesson=None,
    journal=None,
)


def register():
    """Let the watch and the lists of late entries know the report."""
    DEADLINES.append(REPORT)
    TELLERS[REPORT.kind] = tell


def tell(entries):
    """{key: Told} of late reports: the administration's duty; three queries."""
    student = OuterRef("application__student")
    reports = WeeklyReport.objects.annotate(
        class_name=Subquery(
            students_with_class(Student.objects.filter(pk=student), timezone.localdate())
            .order_by()
            .values("class_name")
        )
    ).select_related("application__student__user")
    found = reports.in_bulk({entry.object_id for entry in entries})
    leaders = Role.objects.filter(kind__in=access.LEADERS).order_by("pk")
    holders = list(dict.fromkeys(leaders.values_list("user", flat=True)))
    url = reverse("weekly_reports") + "?state=overdue"
    told = {}
    for entry in entries:
        report = found[entry.object_id]
        name = report.application.student.user.list_name
        about = f"{name}, {report.class_name}" if report.class_name else name
        place = f"до {timezone.localdate(report.report_due_at):%d.%m}"
        told[entry.pk] = Told(about, place, REPORT.name, holders, url)
    return told
