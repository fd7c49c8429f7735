"""Parents of the demo's school who want the diary on paper (2.12): their applications, the reports
of the last Fridays, one that was forgotten."""

import datetime

from django.utils import timezone

from diaries import rules
from diaries.models import PrintApplication, ReportBatch, WeeklyReport
from school.models.history import create_with_history
from school.rules import ONE_DAY, ONE_WEEK, end_of_day

WEEKS = 3
PRINTED_AT = datetime.time(15, 30)


def write(pupils_of, year, until):
    """Two pupils of each of the first classes get printed reports since some weeks before the aware
    instant `until`; the last of them did not get last Friday's."""
    today = timezone.localdate(until)
    applicants = [
        student
        for students in list(pupils_of.values())[:3]
        for student in students[4:8:3]
        if student.parents.exists()
    ]
    starts_on = today - datetime.timedelta(days=today.weekday()) - WEEKS * ONE_WEEK
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
    batches = {
        friday: _batch(friday, len(applications) - (friday == fridays[-1])) for friday in fridays
    }
    reports = []
    for application in applications:
        forgotten = application is applications[-1]
        printed = fridays[:-1] if forgotten else fridays
        reports += _reports(application, {friday: batches[friday] for friday in printed})
    create_with_history(WeeklyReport, reports)


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


def _reports(application, batches):
    """What was printed on Fridays and handed out on the Mondays after, and what is owed next."""
    since = application.starts_on
    school_class = application.student.enrolments.order_by("starts_on").first().school_class
    for friday, batch in batches.items():
        is_last = friday == max(batches)
        yield WeeklyReport(
            application=application,
            monday=batch.monday,
            **_due(since),
            issued_at=batch.finished_at,
            batch=batch,
            school_class=school_class,
            handed_on=None if is_last else friday + 3 * ONE_DAY,
            handed_to="" if is_last else application.applicant,
        )
        since = friday
    yield WeeklyReport(application=application, **_due(since))


def _due(since):
    due_on = rules.due_day(since)
    return {
        "due_on": due_on,
        "report_due_at": end_of_day(due_on, timezone.get_default_timezone()),
    }
