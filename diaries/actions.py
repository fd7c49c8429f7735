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
from django.db.models import F, Q
from django.utils import timezone

from attendance.actions import Refused
from journals.actions.late import recheck_rows
from school import namesakes
from school import rules as school_rules
from school.actions import lessons_to_change
from school.models import School, Student
from school.models.dated import overlapping
from school.models.history import create_with_history, update_with_history
from school.printing import pool
from school.queries.outages import interruptions_since
from school.rules import ONE_DAY

from . import printing, rules
from .duties import REPORT
from .models import PrintApplication, ReportBatch, ReportDuty, WeeklyReport
from .queries import reports as diaries_reports
from .queries import week as diaries_week
from .queries.reports import (
    WAITING,
    active_applications,
    in_handing_order,
    is_taught,
    last_lesson_ends_at,
    waiting_batches,
)

logger = logging.getLogger(__name__)

RETRIES = 2
LOOKED_AT_AGAIN = datetime.timedelta(days=30)  # what is late for longer stays so


# --- applications ---


@transaction.atomic
def register_application(student, applicant, applied_on, starts_on, ends_on=None):
    """Write down a parent's application for reports about a pupil on the days starts_on … ends_on;
    with it the first report is owed. Each parent may have his own: refused if another of the same
    applicant is in force on one of these days; sent twice it is one."""
    Student.objects.select_for_update().get(pk=student.pk)  # of two at once the second sees
    for rival in overlapping(student.print_applications, starts_on, ends_on):
        if school_rules.tidy(rival.applicant) != school_rules.tidy(applicant):
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
    _recount([application])
    return application


def _recount(applications, since=None):
    """Make what applications (held) are owed equal to the facts. Without `since` what was met
    stays; else what was met on this school-local day or later follows anew from the days on which
    reports were handed out. What is due earlier by what has changed elsewhere makes nobody late at
    once."""
    found = PrintApplication.objects.filter(pk__in=[one.pk for one in applications])
    found = list(found.prefetch_related("duties", "reports", "student__enrolments"))
    if not found:
        return
    interruptions = interruptions_since(min(one.starts_on for one in found))
    made, moved, dropped = [], [], []
    parted = [_parted(one.duties.all(), since) for one in found]
    begins = [
        max([duty.met_on for duty in standing], default=one.starts_on)
        for one, (standing, _) in zip(found, parted, strict=True)
    ]
    today = timezone.localdate()
    teaching = diaries_reports.teaching(min(begins))
    for application, (_, others), begin in zip(found, parted, begins, strict=True):
        wanted = rules.duties(
            begin,
            _handed(application, since),
            school_rules.intersect(_enrolled(application), teaching),
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
    soonest = school_rules.end_of_day(today, timezone.get_default_timezone())
    for duty in made + moved:  # the school had the paper, whenever it was entered
        due = _due_at(duty.due_on, interruptions)
        if duty.pk and since is None:
            due = school_rules.brought_forward(duty.report_due_at, due, soonest)
        duty.report_due_at = due
    keys = [duty.pk for duty in moved + dropped]
    ReportDuty.objects.filter(pk__in=[duty.pk for duty in dropped]).delete()
    ReportDuty.objects.bulk_update(moved, ["due_on", "report_due_at", "met_at"])
    ReportDuty.objects.bulk_create(made)
    recheck_rows(REPORT.kind, keys + [duty.pk for duty in made])


def _parted(duties, since):
    """(those that stand, those that are counted anew), each in the order of their days."""
    standing, others = [], []
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
        duty.met_at = met_on and min(timezone.now(), school_rules.end_of_day(met_on, zone))
    return duty


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
    _recount(applications.select_for_update().order_by("pk"))


@transaction.atomic
def follow_calendar(sender, raw=False, **kwargs):
    """When a period, a day off or the school's week changes: in weeks without lessons nothing is
    owed, and the seven days begin anew after them."""
    if not raw:
        lessons_to_change.send(sender)  # the watch before the applications, as a sweep takes them
        today = timezone.localdate()
        going_on = PrintApplication.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today))
        _recount(going_on.select_for_update().order_by("pk"))


def keep_up(now):
    """In the transaction of who looks for the overdue: of what is, look again whether it is owed.
    Until November 2026 vacations counted as any days, and periods may be made in bulk."""
    late = {"report_due_at__lt": now, "report_due_at__gte": now - LOOKED_AT_AGAIN}
    duties = ReportDuty.objects.filter(met_at=None, **late).order_by()
    owing = PrintApplication.objects.filter(pk__in=duties.values("application"))
    _recount(owing.select_for_update().order_by("pk"))


@transaction.atomic
def follow_interruptions(first, last):
    """When a time without access changes: what was owed on one of these school-local days is due at
    another instant (3.2); from which day the next one is counted stays."""
    moved, interruptions = [], interruptions_since(first)
    today = school_rules.end_of_day(timezone.localdate(), timezone.get_default_timezone())
    for duty in ReportDuty.objects.filter(due_on__range=(first, last)):
        due = school_rules.brought_forward(
            duty.report_due_at, _due_at(duty.due_on, interruptions), today
        )
        if duty.report_due_at != due:
            duty.report_due_at = due
            moved.append(duty)
    ReportDuty.objects.bulk_update(moved, ["report_due_at"])
    recheck_rows(REPORT.kind, [duty.pk for duty in moved])


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
    _recount([application])


# --- batches ---


@transaction.atomic
def request_batch(person, monday):
    """Let the reports of the week of `monday` be printed for all applications in force today.
    Refused if nobody has applied, the week is of a vacation, or it is being printed just now."""
    if not active_applications(timezone.localdate()).exists():
        raise Refused("Действующих заявлений нет: печатать нечего.")
    if not is_taught(monday):
        raise Refused("На этой неделе уроков нет: печатать нечего (2.12).")
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
    if not rules.is_weeks_print_time(now, last_lesson_ends_at(today)):
        return False
    monday = rules.monday_of(today)
    if not (active_applications(today).exists() and is_taught(monday)):
        return False
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
            too_long = isinstance(error, pool.TookTooLong)
            why = "Печать длилась слишком долго." if too_long else "Напечатать не удалось."
            batch.mine().update(error=f"{why} Закажите печать ещё раз.")
    return finished


def _claim():
    """A ReportBatch that is this worker's now, None if none waits."""
    for batch in waiting_batches():
        if batch.claim(finished_at=None, error=""):
            return batch
    return None


def _draw(batch):
    """Print a claimed batch; returns whether it was finished here."""
    day = timezone.localdate(batch.requested_at)
    classes = in_handing_order(active_applications(day), day)
    total = sum(len(applications) for _, applications in classes)
    if not batch.renew(total=total, done=0):
        return False
    school = School.objects.get()
    sheets = (_sheets(school, its_class, found, batch.monday) for its_class, found in classes)
    drawn, left_out = [], []
    with TemporaryFile() as file:
        binder = pool.Binder(file)
        for (its_class, found), pdf in zip(classes, printing.draw_all(sheets), strict=True):
            parts = [(found, pdf)]
            if isinstance(pdf, Exception):
                parts = _one_by_one(school, its_class, found, batch.monday)
            for applications, part in parts:
                if isinstance(part, Exception):
                    logger.error("weekly reports of %s not printed", applications, exc_info=part)
                    left_out.append((applications, part))
                else:
                    binder.add(part)
                    drawn.append((its_class, applications))
                done = sum(len(printed) for _, printed in drawn)
                if not batch.renew(done=done):
                    return False
        if left_out and not drawn:
            (_, why), *_ = left_out
            raise why
        binder.close()
        return _finish(batch, drawn, left_out, file)


def _sheets(school, school_class, applications, monday):
    """The sheets of a class as `printing.draw_all` takes them, or what kept one from being made."""
    students = [application.student for application in applications]
    try:
        weeks = diaries_week.weeks(students, monday)
        names = namesakes.out_of_list(students)
        return [
            printing.sheet(school, one, school_class, weeks[one.pk], names[one.pk])
            for one in students
        ]
    except Exception as error:
        return error


def _one_by_one(school, school_class, applications, monday):
    """([PrintApplication], its PDF or what kept it from being drawn) of each of a class whose
    sheets could not be drawn together: one pupil does not hold up the others."""
    jobs = (_sheets(school, school_class, [one], monday) for one in applications)
    for one, pdf in zip(applications, printing.draw_all(jobs), strict=True):
        yield [one], pdf


@transaction.atomic
def _finish(batch, classes, left_out, file):
    """Write file and register; returns False if another worker has taken the batch over."""
    locked = batch.mine().select_for_update().first()
    if locked is None:
        return False
    now = timezone.now()
    _issue(classes, batch.monday, now, batch=locked, person=locked.requested_by)
    locked.left_out.set(one for applications, _ in left_out for one in applications)
    locked.finished_at = now
    locked.file.save(f"otchety-{batch.monday:%Y-%m-%d}.pdf", File(file), save=False)
    locked.save()
    return True


def _issue(classes, monday, now, batch=None, person=None):
    """Enter the reports of [(SchoolClass or None, [PrintApplication])] in the register as printed
    at `now` (UTC): one row for each application and week. What was handed out stands, unless it was
    of a part of the week: then it is to be handed out once more. Returns [WeeklyReport]."""
    keys = [application.pk for _, found in classes for application in found]
    # Whoever else issues a report of one of these waits here.
    list(PrintApplication.objects.select_for_update().filter(pk__in=keys).order_by("pk"))
    found = WeeklyReport.objects.filter(application__in=keys, monday=monday)
    found = found.select_related("application__student__user", "batch")
    standing = {report.application_id: report for report in found}
    new, changed = [], []
    for school_class, applications in classes:
        for application in applications:
            report = standing.get(application.pk)
            if report is None:
                report = WeeklyReport(application=application, monday=monday, issued_at=now)
                new.append(report)
            elif report.handed_on is None:
                changed.append(report)
            elif rules.tells_more(monday, report.handed_on, timezone.localdate(now)):
                report.reprinted_at = now
                changed.append(report)
            else:
                continue
            report.batch, report.school_class = batch or report.batch, school_class
    _bulk_save(changed, person)
    create_with_history(WeeklyReport, new, person)
    return [*standing.values(), *new]


def _bulk_save(reports, person):
    fields = ["batch", "school_class", "reprinted_at", "handed_on", "handed_to"]
    update_with_history(WeeklyReport, reports, fields, person)


# --- handing out ---


@transaction.atomic
def hand_out(reports, unprinted, day, to, person):
    """Write down that reports were handed out on a school-local day to somebody, «» for each one's
    applicant: WeeklyReports, and those of the PrintApplications `unprinted`. Returns how many.

    Of these the newest that waits is taken; where none does, it was printed alone, today, and is of
    the present week. What stands there already (the button was pressed twice) is not written again.
    Refused for a report handed out to somebody else or on another day (with a text for each), or
    before it was printed; then nothing is written.
    """
    now = timezone.now()
    keys = [report.pk for report in reports]
    alone = {application.pk for application in unprinted}
    applications = WeeklyReport.objects.filter(pk__in=keys).order_by().values("application")
    # Whoever prints or hands out one of these just now is waited for: what he printed is not alone
    # any more, what he handed out is handed out.
    held = PrintApplication.objects.select_for_update(of=["self"]).order_by("pk")
    held = list(
        held.filter(Q(pk__in=applications) | Q(pk__in=alone)).select_related("student__user")
    )
    loaded = WeeklyReport.objects.select_related("application__student__user", "batch")
    chosen = {report.pk: report for report in loaded.filter(pk__in=keys)}
    for report in loaded.filter(WAITING, application__in=alone).order_by("-monday"):
        if report.application_id in alone:
            alone.remove(report.application_id)
            chosen[report.pk] = report
    for report in _print_alone([one for one in held if one.pk in alone], day, now, person):
        chosen[report.pk] = report
    if others := [
        one
        for one in chosen.values()
        if not one.is_waiting
        and (one.handed_on, one.handed_to) != (day, to or one.application.applicant)
    ]:
        raise Refused(*map(_already_handed, others))
    waiting = [report for report in chosen.values() if report.is_waiting]
    for report in waiting:
        _require_printed(report, day)
        _hand(report, day, to or report.application.applicant)
    _bulk_save(waiting, person)
    _recount([report.application for report in waiting], day)
    return len(chosen)


def _print_alone(applications, day, now, person):
    """The WeeklyReports of the present week of PrintApplications, of which no print is known."""
    today = timezone.localdate(now)
    if applications and day != today:
        raise Refused(
            f"{applications[0].student}: отчёт ещё не напечатан, выдачу отмечают в день печати, "
            "сегодня."
        )
    monday = rules.monday_of(today)
    classes = in_handing_order(applications, today)
    return _issue(classes, monday, now, person=person)


def _hand(report, day, to):
    report.handed_on, report.handed_to = day, to
    # Who is handed an earlier print of a part of the week waits for the rest of it.
    more = rules.tells_more(report.monday, day, report.last_printed_on)
    report.reprinted_at = report.batch.finished_at if more else None


@transaction.atomic
def correct_handing(report, was, day, to):
    """Put right on which school-local day and to whom a report was handed out; `was` (day, to) is
    what stood there when that was begun. Refused if it does no more, or for a day before the report
    was printed."""
    report = _held(report)
    if (report.handed_on, report.handed_to) == (day, to):
        return
    day_was, _ = was
    _require_standing(report, was)
    _require_printed(report, day)
    _hand(report, day, to)
    report.save(update_fields=["handed_on", "handed_to", "reprinted_at"])
    _recount([report.application], min(day_was, day))


@transaction.atomic
def take_back(report, was):
    """A report was not handed out after all: it waits again, and what is owed is counted as if it
    had never been. `was` and Refused as above."""
    report = _held(report)
    if report.handed_on is None:
        return
    day_was, _ = was
    _require_standing(report, was)
    report.handed_on, report.handed_to, report.reprinted_at = None, "", None
    report.save(update_fields=["handed_on", "handed_to", "reprinted_at"])
    _recount([report.application], day_was)


def _held(report):
    """The WeeklyReport as it is now; its application is held until the transaction ends."""
    PrintApplication.objects.select_for_update().get(pk=report.application_id)
    found = WeeklyReport.objects.select_related("application__student__user", "batch")
    return found.get(pk=report.pk)


def _require_standing(report, was):
    if (report.handed_on, report.handed_to) != was:
        stands = _told(report) if report.handed_on else "не выдан"
        raise Refused(
            f"Пока вы писали, запись исправили: {stands}. Откройте её снова и внесите своё."
        )


def _already_handed(report):
    week = f"отчёт за неделю с {report.monday:%d.%m.%Y}"
    return f"{report.application.student}: {week} уже {_told(report)}."


def _told(report):
    return f"выдан {report.handed_on:%d.%m.%Y}, кому: {report.handed_to}"


def _require_printed(report, day):
    printed = timezone.localdate(report.reprinted_at or report.issued_at)
    if day < printed:
        raise Refused(
            f"{report.application.student}: отчёт напечатан {printed:%d.%m.%Y}, "
            "выдать его раньше нельзя."
        )
