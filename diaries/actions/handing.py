"""Printed weekly reports are handed out, corrected, taken back (2.12)."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from attendance.refusals import Refused
from school.models import SchoolClass, User
from school.models.history import create_with_history, update_with_history
from school.rules.days import monday_of

from .. import rules
from ..models import PrintApplication, ReportBatch, WeeklyReport
from ..queries.reports import WAITING, in_handing_order
from .applications import recount


def issue(
    classes: Iterable[tuple[SchoolClass | None, list[PrintApplication]]],
    monday: datetime.date,
    now: datetime.datetime,
    batch: ReportBatch | None = None,
    person: User | None = None,
) -> list[WeeklyReport]:
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


@transaction.atomic
def hand_out(
    reports: Iterable[WeeklyReport],
    unprinted: Iterable[PrintApplication],
    day: datetime.date,
    to: str,
    person: User,
) -> int:
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
    locked = PrintApplication.objects.select_for_update(of=["self"]).order_by("pk")
    held = list(
        locked.filter(Q(pk__in=applications) | Q(pk__in=alone)).select_related("student__user")
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
    recount([report.application for report in waiting], day)
    return len(chosen)


def _print_alone(applications, day, now, person):
    """The WeeklyReports of the present week of PrintApplications, of which no print is known."""
    today = timezone.localdate(now)
    if applications and day != today:
        raise Refused(
            f"{applications[0].student}: отчёт ещё не напечатан, выдачу отмечают в день печати, "
            "сегодня."
        )
    monday = monday_of(today)
    classes = in_handing_order(applications, today)
    return issue(classes, monday, now, person=person)


def _hand(report, day, to):
    report.handed_on, report.handed_to = day, to
    # Who is handed an earlier print of a part of the week waits for the rest of it.
    more = rules.tells_more(report.monday, day, report.last_printed_on)
    report.reprinted_at = report.batch.finished_at if more else None


@transaction.atomic
def correct_handing(
    report: WeeklyReport, was: tuple[datetime.date, str], day: datetime.date, to: str
) -> None:
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
    recount([report.application], min(day_was, day))


@transaction.atomic
def take_back(report: WeeklyReport, was: tuple[datetime.date, str]) -> None:
    """A report was not handed out after all: it waits again, and what is owed is counted as if it
    had never been. `was` and Refused as above."""
    report = _held(report)
    if report.handed_on is None:
        return
    day_was, _ = was
    _require_standing(report, was)
    report.handed_on, report.handed_to, report.reprinted_at = None, "", None
    report.save(update_fields=["handed_on", "handed_to", "reprinted_at"])
    recount([report.application], day_was)


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
