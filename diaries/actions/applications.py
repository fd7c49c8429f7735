"""Applications for printed reports, and the duty to print that follows from them (2.12)."""

import datetime
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.db.models import Model, Q
from django.utils import timezone

from attendance.refusals import Refused
from journals.actions.late import recheck_rows
from school.actions.holding import lessons_to_change
from school.models import Enrolment, Journal, Student
from school.models.dated import overlapping
from school.queries.outages import interruptions_since
from school.rules import spans
from school.rules.days import end_of_day
from school.rules.interruptions import brought_forward, postponed
from school.rules.spans import ONE_DAY, intersect
from school.rules.texts import tidy

from .. import rules
from ..duties import REPORT
from ..models import PrintApplication, ReportDuty
from ..queries import reports as diaries_reports

LOOKED_AT_AGAIN = datetime.timedelta(days=30)  # what is late for longer stays so


@transaction.atomic
def register_application(
    student: Student,
    applicant: str,
    applied_on: datetime.date,
    starts_on: datetime.date,
    ends_on: datetime.date | None = None,
) -> PrintApplication:
    """Write down a parent's application for reports about a pupil on the days starts_on … ends_on;
    with it the first report is owed. Each parent may have his own: refused if another of the same
    applicant is in force on one of these days; sent twice it is one."""
    Student.objects.select_for_update().get(pk=student.pk)  # of two at once the second sees
    for rival in overlapping(student.print_applications, starts_on, ends_on):
        if tidy(rival.applicant) != tidy(applicant):
            continue
        stands = rival.applicant, rival.applied_on, rival.starts_on, rival.ends_on
        if stands == (applicant, applied_on, starts_on, ends_on):
            return rival
        span = f"с {rival.starts_on:%d.%m.%Y}"
        if rival.ends_on:
            span += f" по {rival.ends_on:%d.%m.%Y}"
        raise Refused(f"На эти дни уже есть заявление: {rival.applicant}, {span}.")
    application = PrintApplication.objects.create(
        student=student,
        applicant=applicant,
        applied_on=applied_on,
        starts_on=starts_on,
        ends_on=ends_on,
    )
    recount([application])
    return application


def recount(applications: Iterable[PrintApplication], since: datetime.date | None = None) -> None:
    """Make what applications (held) are owed equal to the facts. Without `since` what was met
    stays; else what was met on this school-local day or later follows anew from the days on which
    reports were handed out. What is due earlier by what has changed elsewhere makes nobody late at
    once."""
    rows = PrintApplication.objects.filter(pk__in=[one.pk for one in applications])
    found = list(rows.prefetch_related("duties", "reports", "student__enrolments"))
    if not found:
        return
    interruptions = interruptions_since(min(one.starts_on for one in found))
    made, moved, dropped = [], [], []
    parted = [_parted(one.duties.all(), since) for one in found]
    begins = [
        max([duty.met_on for duty in standing], default=one.starts_on)
        for one, (standing, _) in zip(found, parted, strict=True)
    ]
    teaching = diaries_reports.teaching_of({one.student_id for one in found}, min(begins))
    for application, (_, others), begin in zip(found, parted, begins, strict=True):
        wanted = rules.duties(
            begin,
            _handed(application, since),
            intersect(_enrolled(application), teaching[application.student_id]),
            application.ends_on,
        )
        for due_on, met_on in wanted:
            if not others:
                made.append(_write(ReportDuty(application=application), due_on, met_on))
                continue
            duty = others.pop(0)
            if (duty.due_on, duty.met_on) != (due_on, met_on):
                moved.append(_write(duty, due_on, met_on))
        dropped += others
    _set_dues(made + moved, interruptions, since)
    keys = [duty.pk for duty in moved + dropped]
    ReportDuty.objects.filter(pk__in=[duty.pk for duty in dropped]).delete()
    ReportDuty.objects.bulk_update(moved, ["due_on", "report_due_at", "met_at"])
    ReportDuty.objects.bulk_create(made)
    recheck_rows(REPORT.kind, keys + [duty.pk for duty in made])


def _set_dues(duties, interruptions, since):
    """Say when ReportDuties are due: the school had the paper, whenever it was entered."""
    soonest = end_of_day(timezone.localdate(), timezone.get_default_timezone())
    for duty in duties:
        due = _due_at(duty.due_on, interruptions)
        if duty.pk and since is None:
            due = brought_forward(duty.report_due_at, due, soonest)
        duty.report_due_at = due


def _parted(duties, since):
    """(those that stand, those that are counted anew), each in the order of their days."""
    standing: list[ReportDuty] = []
    others: list[ReportDuty] = []
    for duty in duties:
        stands = duty.met_at and (since is None or duty.met_on < since)
        (standing if stands else others).append(duty)
    return standing, others


def _handed(application, since):
    """The days from `since` on on which reports were handed out, in order."""
    days = {report.handed_on for report in application.reports.all() if report.handed_on}
    return [] if since is None else sorted(day for day in days if day >= since)


def _write(duty, due_on, met_on):
    duty.due_on = due_on
    if duty.met_on != met_on:
        # Written down later it was met by the end of its day: the register knows no hours.
        zone = timezone.get_default_timezone()
        duty.met_at = met_on and min(timezone.now(), end_of_day(met_on, zone))
    return duty


def _due_at(due_on, interruptions):
    due = end_of_day(due_on, timezone.get_default_timezone())
    return postponed(due, interruptions)


def _enrolled(application):
    enrolments = application.student.enrolments.all()
    return [spans.span(one.starts_on, one.ends_on) for one in enrolments]


@transaction.atomic
def follow_enrolment(
    sender: type[Enrolment], instance: Enrolment, raw: bool = False, **kwargs: Any
) -> None:
    """When an Enrolment changes: what is owed about a pupil who left is dropped, who comes back is
    owed anew; what was due while he was here stays."""
    if raw:
        return
    applications = PrintApplication.objects.filter(student=instance.student_id)
    recount(applications.select_for_update().order_by("pk"))


@transaction.atomic
def follow_calendar(sender: type[Model], raw: bool = False, **kwargs: Any) -> None:
    """When a period, a day off or the school's week changes: in weeks without lessons nothing is
    owed, and the seven days begin anew after them."""
    if not raw:
        lessons_to_change.send(sender)  # the watch before the applications, as a sweep takes them
        going_on = PrintApplication.objects.filter(_goes_on())
        recount(going_on.select_for_update().order_by("pk"))


@transaction.atomic
def follow_journal(
    sender: type[Journal], instance: Journal, raw: bool = False, **kwargs: Any
) -> None:
    """When by which periods a Journal of a class is graded changes: its pupils may have other
    vacations."""
    if not raw:
        lessons_to_change.send(sender)  # the watch before the applications, as a sweep takes them
        pupils = Enrolment.objects.filter(school_class__group=instance.group_id)
        found = PrintApplication.objects.filter(student__in=pupils.values("student"))
        found = found.filter(_goes_on())
        recount(found.select_for_update().order_by("pk"))


def _goes_on():
    return Q(ends_on=None) | Q(ends_on__gte=timezone.localdate())


def keep_up(now: datetime.datetime) -> None:
    """In the transaction of who looks for the overdue: of what is, look again whether it is owed.
    Until November 2026 vacations counted as any days, and periods may be made in bulk."""
    late = {"report_due_at__lt": now, "report_due_at__gte": now - LOOKED_AT_AGAIN}
    duties = ReportDuty.objects.filter(met_at=None, **late).order_by()
    owing = PrintApplication.objects.filter(pk__in=duties.values("application"))
    recount(owing.select_for_update().order_by("pk"))


@transaction.atomic
def follow_interruptions(first: datetime.date, last: datetime.date) -> None:
    """When a time without access changes: what was owed on one of these school-local days is due at
    another instant (3.2); from which day the next one is counted stays."""
    moved, interruptions = [], interruptions_since(first)
    today = end_of_day(timezone.localdate(), timezone.get_default_timezone())
    for duty in ReportDuty.objects.filter(due_on__range=(first, last)):
        due = brought_forward(duty.report_due_at, _due_at(duty.due_on, interruptions), today)
        if duty.report_due_at != due:
            duty.report_due_at = due
            moved.append(duty)
    ReportDuty.objects.bulk_update(moved, ["report_due_at"])
    recheck_rows(REPORT.kind, [duty.pk for duty in moved])


@transaction.atomic
def withdraw_application(application: PrintApplication, day: datetime.date) -> None:
    """End an application by the day it was withdrawn: what was due before stays owed, what was not
    is not any more. One that never was in force is deleted (its history stays), so that it is in
    the way of none. Refused if it was withdrawn already, or for a day before it was made."""
    application = PrintApplication.objects.select_for_update().get(pk=application.pk)
    if application.withdrawn_on:
        raise Refused(f"Заявление уже отозвано {application.withdrawn_on:%d.%m.%Y}.")
    if day < application.applied_on:
        raise Refused(f"Раньше даты заявления, {application.applied_on:%d.%m.%Y}.")
    application.withdrawn_on = day
    if day <= application.starts_on and not application.reports.exists():
        keys = list(application.duties.values_list("pk", flat=True))
        application.duties.all().delete()
        recheck_rows(REPORT.kind, keys)
        application.delete()
        return
    last_day = day - ONE_DAY
    if application.ends_on is None or application.ends_on > last_day:
        application.ends_on = max(application.starts_on, last_day)
    application.save()
    recount([application])
