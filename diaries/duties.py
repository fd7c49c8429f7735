"""The duty to print a weekly report (2.12)."""

from django.db.models import OuterRef, Subquery
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone

from journals.queries.duty import Duty, Told
from school import namesakes
from school.models import Role, Student
from school.queries.people import students_with_class
from school.rights import LEADERS

from .models import ReportDuty

NAME = "печатный отчёт"


def tell(entries):
    """{key: Told} of late reports, with the pupil's class of the day when they were due: the
    administration's duty; three queries."""
    student = OuterRef("application__student")
    duties = ReportDuty.objects.annotate(
        that_day=TruncDate("report_due_at"),
        class_name=Subquery(
            students_with_class(Student.objects.filter(pk=student), OuterRef(OuterRef("that_day")))
            .order_by()
            .values("class_name")
        ),
    ).select_related("application__student__user")
    found = duties.in_bulk({entry.object_id for entry in entries})
    names = namesakes.students([duty.application.student for duty in found.values()])
    leaders = Role.objects.filter(kind__in=LEADERS).order_by("pk")
    holders = list(dict.fromkeys(leaders.values_list("user", flat=True)))
    url = reverse("weekly_reports") + "?state=overdue"
    told = {}
    for entry in entries:
        duty = found[entry.object_id]
        name = names[duty.application.student_id]
        about = f"{name}, {duty.class_name}" if duty.class_name else name
        place = f"до {timezone.localdate(duty.report_due_at):%d.%m}"
        told[entry.pk] = Told(about, place, NAME, holders, url)
    return told


REPORT = Duty(
    kind="report",
    name=NAME,
    clause="2.12",
    model=ReportDuty,
    due="report_due_at",
    done="met_at",
    tell=tell,
    lesson=None,
    journal=None,
)
DUTIES = [REPORT]
