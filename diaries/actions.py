"""Deeds about printed weekly reports (2.12): applications, batches, handing out.

A batch is drawn by a worker in no transaction: it claims the batch, tells after each class how far
it is, which is its sign of life, and writes file and register together at the end. Whoever finds
a claim without a sign of life takes the batch over and begins anew; the first worker, if it is
alive after all, sees its claim gone and stops.
"""

import datetime
import logging
from tempfile import TemporaryFile

from django.core.files import File
from django.db import transaction
from django.db.models import F, Max
from django.utils import timezone

from journals.actions import Refused
from journals.deadlines import recheck_rows
from school import presses
from school import rules as school_rules
from school.interruptions import interruptions_since
from school.models import School, Student
from school.models.dated import overlapping
from school.models.history import create_with_history, update_with_history
from school.rules import ONE_DAY

from . import printing, queries, rules
from .deadlines import REPORT
from .models import PrintApplication, ReportBatch, WeeklyReport

logger = logging.getLogger(__name__)

RETRIES = 2


# --- applications ---


@transaction.atomic
def register_application(student, applicant, applied_on, starts_on, ends_on=None):
    """Write down a parent's application for reports about a pupil on the days starts_on … ends_on;
    with it the first report is owed. Refused if another is in force on one of these days."""
    Student.objects.select_for_update().get(pk=student.pk)  # of two at once the second sees
    if rival := overlapping(student.print_applications, starts_on, ends_on).first():
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
    if owed := _owed(application, starts_on, interruptions_since(starts_on)):
        owed.save()
        recheck_rows(REPORT.kind, [owed.pk])
    return application


def _owed(application, since, interruptions):
    """The WeeklyReport, not saved yet, that is owed after a school-local day; None if the
    application ends before it is due, or the pupil leaves."""
    due_on = rules.next_due_day(since, _enrolled(application))
    if due_on and rules.is_owed(due_on, application.ends_on):
        return _report(application, due_on, interruptions)
    return None


def _report(application, due_on, interruptions):
    due = _due_at(due_on, interruptions)
    return WeeklyReport(application=application, due_on=due_on, report_due_at=due)


def _due_at(due_on, interruptions):
    due = school_rules.end_of_day(due_on, timezone.get_default_timezone())
    return school_rules.postponed(due, interruptions)


def _enrolled(application):
    enrolments = application.student.enrolments.all()
    return [school_rules.span(one.starts_on, one.ends_on) for one in enrolments]


@transaction.atomic
def follow_enrolment(sender, instance, raw=False, **kwargs):
    """When an Enrolment changes: what is owed about a pupil who left is dropped, who comes back is
    owed anew; what was due while he was here stays."""
    if raw:
        return
    applications = PrintApplication.objects.filter(student=instance.student_id)
    for application in applications.select_for_update().order_by("pk"):
        printed = application.reports.aggregate(last=Max("issued_at"))["last"]
        since = application.starts_on
        if printed:
            since = max(since, timezone.localdate(printed))
        before = application.reports.filter(issued_at=None).first()
        owed = _owed(application, since, interruptions_since(since))
        if before and owed:
            if before.due_on == owed.due_on:
                continue
            before.due_on, before.report_due_at = owed.due_on, owed.report_due_at
            owed = before
        keys = [one.pk for one in (before,) if one]
        if owed:
            owed.save()
            keys.append(owed.pk)
        elif before:
            before.delete()
        recheck_rows(REPORT.kind, keys)


@transaction.atomic
def follow_interruptions(sender, first, last, **kwargs):
    """When a time without access changes: what was owed on one of these school-local days is due at
    another instant (3.2); from which day the next one is counted stays."""
    moved, interruptions = [], interruptions_since(first)
    today = school_rules.end_of_day(timezone.localdate(), timezone.get_default_timezone())
    for report in WeeklyReport.objects.filter(due_on__range=(first, last)):
        due = school_rules.brought_forward(
            report.report_due_at, _due_at(report.due_on, interruptions), today
        )
        if report.report_due_at != due:
            report.report_due_at = due
            moved.append(report)
    WeeklyReport.objects.bulk_update(moved, ["report_due_at"])
    recheck_rows(REPORT.kind, [report.pk for report in moved])


@transaction.atomic
def withdraw_application(application, day):
    """End an application by the day it was withdrawn: what was due before stays owed, what was not
    is not any more. One that never was in force is deleted (its history stays), so that it is in
    the way of none. Refused if it was withdrawn already, or for a day before it was made."""
    application = PrintApplication.objects.select_for_update().get(pk=application.pk)
    if application.withdrawn_on:
        raise Refused(f"Заявление уже отозвано {application.withdrawn_on:%d.%m.%Y}.")
    if day < application.applied_on:
        raise Refused(f"Раньше даты заявления, {application.applied_on:%d.%m.%Y}.")
    application.withdrawn_on = day
    if day <= application.starts_on and not application.reports.exclude(issued_at=None).exists():
        owed = list(application.reports.all())
        keys = [report.pk for report in owed]
        for report in owed:
            report.delete()
        recheck_rows(REPORT.kind, keys)
        application.delete()
        return
    last_day = day - ONE_DAY
    if application.ends_on is None or application.ends_on > last_day:
        application.ends_on = max(application.starts_on, last_day)
    application.save()
    for report in application.reports.filter(issued_at=None):
        if not rules.is_owed(report.due_on, last_day):
            key = report.pk
            report.delete()
            recheck_rows(REPORT.kind, [key])


# --- batches ---


@transaction.atomic
def request_batch(person, monday):
    """Let the reports of the week of `monday` be printed for all applications in force today.
    Refused if nobody has applied, or the week is being printed just now."""
    if not queries.active_applications(timezone.localdate()).exists():
        raise Refused("Действующих заявлений нет: печатать нечего.")
    School.objects.select_for_update().first()  # of two at once the second sees
    if ReportBatch.objects.filter(monday=monday, finished_at=None, error="").exists():
        raise Refused("Отчёты за эту неделю уже печатаются.")
    return ReportBatch.objects.create(monday=monday, requested_by=person)


@transaction.atomic
def request_weeks_batch(now=None):
    """On Friday after the school's last lesson request the week's batch, once, and again one that
    failed, RETRIES times at most; returns whether it was requested now."""
    now = timezone.localtime(now)
    today = now.date()
    if not rules.is_weeks_print_time(now, queries.last_lesson_ends_at(today)):
        return False
    if not queries.active_applications(today).exists():
        return False
    monday = today - datetime.timedelta(days=today.weekday())
    batch, is_new = ReportBatch.objects.get_or_create(
        monday=monday, requested_by=None, defaults={"requested_at": now}
    )
    return is_new or _retry(batch)


def _retry(batch):
    """Let a batch that failed be drawn again, unless a person has requested the week since."""
    since = ReportBatch.objects.filter(
        monday=batch.monday, requested_at__gt=batch.requested_at, error=""
    )
    failed = ReportBatch.objects.filter(pk=batch.pk, retries__lt=RETRIES).exclude(error="")
    if since.exists():
        return False
    return bool(failed.update(error="", claimed_at=None, done=0, retries=F("retries") + 1))


def draw_waiting_batches():
    """Draw, one after the other, the batches that nobody is drawing; returns how many were
    finished."""
    finished = 0
    while batch := _claim():
        try:
            finished += _draw(batch)
        except Exception as error:
            logger.exception("weekly reports of %s not printed", batch.monday)
            too_long = isinstance(error, presses.TookTooLong)
            why = "Печать длилась слишком долго." if too_long else "Напечатать не удалось."
            ReportBatch.objects.filter(pk=batch.pk, claimed_at=batch.claimed_at).update(
                error=f"{why} Закажите печать ещё раз."
            )
    return finished


def _claim():
    """A ReportBatch that is this worker's now, None if none waits."""
    now = timezone.now()
    for batch in queries.waiting_batches(now):
        if _still_mine(batch, claimed_at=now, done=0):
            return batch
    return None


def _still_mine(batch, **values):
    """Write values to the batch unless another worker has taken it over; returns whether."""
    mine = ReportBatch.objects.filter(
        pk=batch.pk, claimed_at=batch.claimed_at, finished_at=None, error=""
    )
    if not mine.update(**values):
        return False
    for name, value in values.items():
        setattr(batch, name, value)
    return True


def _draw(batch):
    """Print a claimed batch; returns whether it was finished here."""
    day = timezone.localdate(batch.requested_at)
    classes = queries.in_handing_order(queries.active_applications(day), day)
    total = sum(len(applications) for _, applications in classes)
    if not _still_mine(batch, total=total):
        return False
    school = School.objects.get()
    sheets = (_sheets(school, its_class, found, batch.monday) for its_class, found in classes)
    done = 0
    with TemporaryFile() as file:
        binder = presses.Binder(file)
        for (_, found), pdf in zip(classes, printing.draw_all(sheets), strict=True):
            binder.add(pdf)
            done += len(found)
            if not _still_mine(batch, done=done, claimed_at=timezone.now()):
                return False
        binder.close()
        return _finish(batch, classes, file)


def _sheets(school, school_class, applications, monday):
    """The sheets of a class as `printing.draw_all` takes them."""
    students = [application.student for application in applications]
    weeks = queries.weeks(students, monday)
    return [printing.sheet(school, one, school_class, weeks[one.pk]) for one in students]


@transaction.atomic
def _finish(batch, classes, file):
    """Write file and register; returns False if another worker has taken the batch over."""
    locked = ReportBatch.objects.select_for_update().filter(pk=batch.pk).get()
    if locked.claimed_at != batch.claimed_at or locked.finished_at:
        return False
    now = timezone.now()
    _issue(classes, batch.monday, now, batch=locked, person=locked.requested_by)
    locked.finished_at = now
    locked.file.save(f"otchety-{batch.monday:%Y-%m-%d}.pdf", File(file), save=False)
    locked.save()
    return True


def _issue(classes, monday, now, batch=None, person=None):
    """Enter the reports of [(SchoolClass or None, [PrintApplication])] in the register as printed
    at `now` (UTC), and what is owed next. Returns {application id: WeeklyReport}."""
    keys = [application.pk for _, found in classes for application in found]
    # Whoever else issues a report of one of these waits here.
    applications = PrintApplication.objects.select_for_update().order_by("pk")
    locked = applications.prefetch_related("student__enrolments").in_bulk(keys)
    owed = {
        report.application_id: report
        for report in WeeklyReport.objects.filter(application__in=keys, issued_at=None)
    }
    today = timezone.localdate(now)
    interruptions = interruptions_since(today)
    issued, following = [], []
    for school_class, found in classes:
        for application in (locked[one.pk] for one in found):
            report = owed.get(application.pk) or _report(
                application, rules.due_day(today), interruptions
            )
            report.issued_at, report.monday = now, monday
            report.batch, report.school_class = batch, school_class
            issued.append(report)
            is_active = rules.is_active(
                *(application.starts_on, application.ends_on, application.withdrawn_on),
                *(_enrolled(application), today),
            )
            if is_active and (following_one := _owed(application, today, interruptions)):
                following.append(following_one)
    _bulk_save([report for report in issued if report.pk], person)
    new = [report for report in issued if not report.pk] + following
    create_with_history(WeeklyReport, new, person)
    recheck_rows(REPORT.kind, [report.pk for report in issued if report.pk], now)
    return {report.application_id: report for report in issued}


def _bulk_save(reports, person):
    fields = ["issued_at", "monday", "batch", "school_class", "handed_on", "handed_to"]
    update_with_history(WeeklyReport, reports, fields, person)


# --- handing out ---


@transaction.atomic
def hand_out(reports, day, to, person):
    """Write down that reports (WeeklyReports with application and pupil) were handed out on a
    school-local day to somebody, «» for each one's applicant; returns how many.

    What was printed alone and not in a batch counts as printed now, and what stands there already
    (the button was pressed twice) is not written again. Refused for a report handed out to somebody
    else or on another day (with a text for each), or before it was printed; then nothing is
    written.
    """
    now = timezone.now()
    today = timezone.localdate(now)
    keys = [report.pk for report in reports]
    applications = WeeklyReport.objects.filter(pk__in=keys).order_by().values("application")
    # Whoever prints or hands out one of these just now is waited for: what he printed is not alone
    # any more, what he handed out is handed out.
    list(PrintApplication.objects.select_for_update().filter(pk__in=applications).order_by("pk"))
    reports = list(
        WeeklyReport.objects.filter(pk__in=keys).select_related("application__student__user")
    )
    count, standing = len(reports), [report for report in reports if report.handed_on]
    if others := [
        one
        for one in standing
        if (one.handed_on, one.handed_to) != (day, to or one.application.applicant)
    ]:
        raise Refused(*map(_already_handed, others))
    reports = [report for report in reports if not report.handed_on]
    alone = [report.application for report in reports if report.issued_at is None]
    if alone and day != today:
        raise Refused(
            f"{alone[0].student}: отчёт ещё не напечатан, выдачу отмечают в день печати, сегодня."
        )
    for report in reports:
        if report.issued_at:
            _require_printed(report, day)
    monday = today - datetime.timedelta(days=today.weekday())
    classes = queries.in_handing_order(alone, today)
    printed_now = _issue(classes, monday, now, person=person) if alone else {}
    handed = [
        report if report.issued_at else printed_now[report.application_id] for report in reports
    ]
    for report in handed:
        report.handed_on = day
        report.handed_to = to or report.application.applicant
    _bulk_save(handed, person)
    return count


@transaction.atomic
def correct_handing(report, was, day, to):
    """Put right on which school-local day and to whom a report was handed out; `was` (day, to) is
    what stood there when that was begun. Refused if it does no more, or for a day before the report
    was printed."""
    report = (
        WeeklyReport.objects.select_for_update(of=["self"])
        .select_related("application__student__user")
        .get(pk=report.pk)
    )
    present = report.handed_on, report.handed_to
    if present == (day, to):
        return
    if present != was:
        raise Refused(
            f"Пока вы писали, запись исправили: {_told(report)}. Откройте её снова и внесите своё."
        )
    _require_printed(report, day)
    report.handed_on, report.handed_to = day, to
    report.save(update_fields=["handed_on", "handed_to"])


def _already_handed(report):
    week = f"отчёт за неделю с {report.monday:%d.%m.%Y}"
    return f"{report.application.student}: {week} уже {_told(report)}."


def _told(report):
    return f"выдан {report.handed_on:%d.%m.%Y}, кому: {report.handed_to}"


def _require_printed(report, day):
    printed = timezone.localdate(report.issued_at)
    if day < printed:
        raise Refused(
            f"{report.application.student}: отчёт напечатан {printed:%d.%m.%Y}, "
            "выдать его раньше нельзя."
        )
