"""Parents of the demo's school who want the diary on paper (2.12): their applications, the reports
of the last Fridays, one that was never handed out."""

import datetime

from django.utils import timezone

from diaries import rules
from diaries.models import PrintApplication, ReportBatch, ReportDuty, WeeklyReport
from school.models.history import create_with_history
from school.rules.days import ONE_WEEK, end_of_day, monday_of
from school.rules.spans import ONE_DAY, span

WEEKS = 3
PRINTED_AT = datetime.time(15, 30)


def write(pupils_of, year, until):
    """Two pupils of each of the first classes get printed reports since some weeks before the aware
    instant `until`; the last of them has not been handed last Friday's."""
    today = timezone.localdate(until)
    applicants = [
        student
        for students in list(pupils_of.values())[:3]
        for student in students[4:8:3]
        if student.parents.exists()
    ]
    starts_on = monday_of(today) - WEEKS * ONE_WEEK
    if starts_on < year.starts_on:
        return
    applications = [
        PrintApplication(
            student=student,
            applicant=student.parents.order_by("pk").first().user.full_name,
            applied_on=starts_on - 3 * ONE_DAY,
            starts_on=starts_on,
        )
        for student in applicants
    ]
    create_with_history(PrintApplication, applications)
    fridays = [starts_on + 4 * ONE_DAY + n * ONE_WEEK for n in range(WEEKS)]
    batches = [_batch(friday, len(applications)) for friday in fridays]
    reports, duties = [], []
    for application in applications:
        kept_back = batches[-1] if application is applications[-1] else None
        own = list(_reports(application, batches, kept_back, today))
        reports += own
        handed = [one.handed_on for one in own if one.handed_on]
        duties += _duties(application, handed, until)
    create_with_history(WeeklyReport, reports)
    ReportDuty.objects.bulk_create(duties)


def _batch(friday, count):
    at = timezone.make_aware(datetime.datetime.combine(friday, PRINTED_AT))
    return ReportBatch.objects.create(
        monday=friday - 4 * ONE_DAY,
        requested_at=at,
        claimed_at=at,
        finished_at=at,
        total=count,
        done=count,
    )


def _reports(application, batches, kept_back, today):
    """What was printed on Fridays and handed out on the Mondays after."""
    school_class = application.student.enrolments.order_by("starts_on").first().school_class
    for batch in batches:
        following = batch.monday + ONE_WEEK
        handed = batch is not kept_back and following <= today
        yield WeeklyReport(
            application=application,
            monday=batch.monday,
            issued_at=batch.finished_at,
            batch=batch,
            school_class=school_class,
            handed_on=following if handed else None,
            handed_to=application.applicant if handed else "",
        )


def _duties(application, handed, until):
    zone = timezone.get_default_timezone()
    enrolled = [span(one.starts_on, one.ends_on) for one in application.student.enrolments.all()]
    for due_on, met_on in rules.duties(application.starts_on, handed, enrolled, None):
        yield ReportDuty(
            application=application,
            due_on=due_on,
            report_due_at=end_of_day(due_on, zone),
            met_at=met_on and min(until, end_of_day(met_on, zone)),
        )
