"""Writes of locks: a period that is over is closed, then its year; a journal of them is opened for
a while (4.2)."""

import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from attendance.refusals import Refused
from school.actions.holding import hold, lessons_to_change
from school.models import (
    Journal,
    Lesson,
    Period,
    PeriodLock,
    SchoolYear,
    Unlock,
    User,
    YearClosing,
)
from school.queries.locks import is_archived, standing_closings
from school.rules.texts import enumerated

from .. import self_judging
from ..models import GradeSheet
from .late import recheck, recheck_sheets

MOST_HOURS = 168  # a week


@transaction.atomic
def lock_period(period_id: int, person: User) -> None:
    """Close a period for writing in all journals graded by it. Refused until it is over; the first
    who closes it stands. Saves that are in flight land before."""
    # A grade that is being saved refers to the period: a stronger lock would wait for it for ever.
    period = Period.objects.select_for_update(no_key=True).get(pk=period_id)
    graded = Journal.objects.filter(group__year=period.year_id, period_kind=period.kind)
    hold(graded.values("pk"))
    if period.ends_on >= timezone.localdate():
        raise Refused(f"{period}: период ещё идёт, закрыть его можно после {period.ends_on:%d.%m}.")
    if not PeriodLock.objects.filter(period=period).exists():
        PeriodLock.objects.create(period=period, locked_by=person)


@transaction.atomic
def unlock_journal(
    journal: Journal, period: Period, person: User, hours: int, reason: str
) -> Unlock:
    """Open one journal (with group) of a closed period for 1 … 168 hours, for a reason. Refused
    when there is nothing to open: another kind of period, not closed, open already; and one's own
    journal, if another leader can open it (4.2). Sent twice it is one."""
    hold([journal.pk])
    if (period.kind, period.year_id) != (journal.period_kind, journal.group.year_id):
        raise Refused(f"Журнал «{journal}» оценивается не по таким периодам.")
    lock = PeriodLock.objects.select_for_update().filter(period=period).first()
    if lock is None:
        raise Refused(f"{period}: период не закрыт, открывать нечего.")
    now = timezone.now()
    standing = Unlock.objects.filter(journal=journal, period=period, until__gt=now).first()
    if standing:
        for_so_long = standing.until == standing.made_at + datetime.timedelta(hours=hours)
        if (standing.made_by, standing.reason, for_so_long) == (person, reason, True):
            return standing
        until = timezone.localtime(standing.until)
        raise Refused(f"Журнал уже открыт до {until:%d.%m.%Y %H:%M}.")
    opens, last_day = Q(date__range=(period.starts_on, period.ends_on)), period.ends_on
    if _opens_the_rest(period):
        opens, last_day = opens | _held_by_none(period.year_id), period.year.ends_on
    self_judged = self_judging.judges_himself(person, journal.pk, (period.starts_on, last_day))
    lessons_to_change.send(Unlock)
    made = Unlock.objects.create(
        journal=journal,
        period=period,
        until=now + datetime.timedelta(hours=hours),
        reason=reason,
        made_by=person,
        made_at=now,
        self_judged=self_judged,
    )
    # What fell due while it was closed is owed again.
    lessons = journal.lessons.filter(opens)
    recheck(lessons.values_list("pk", flat=True), now)
    sheets = journal.grade_sheets.filter(Q(period=period) | Q(period=None))
    recheck_sheets(sheets.values_list("pk", flat=True), now)
    return made


def _opens_the_rest(period):
    """Whether with a period what no period of its closed year holds is opened, too: it goes with
    the last one (`school.queries.locks`)."""
    later = period.year.periods.filter(kind=period.kind, starts_on__gt=period.ends_on)
    return is_archived(period.year_id) and not later.exists()


def _held_by_none(year_id):
    """Q for Lessons of a year: of days that none of the periods of their journal holds."""
    holding = Period.objects.filter(
        year=year_id,
        kind=OuterRef("journal__period_kind"),
        starts_on__lte=OuterRef("date"),
        ends_on__gte=OuterRef("date"),
    )
    return Q(~Exists(holding))


@transaction.atomic
def relock_journal(unlock_id: int) -> None:
    """Close a journal again before its time is over. Saves that are in flight land before."""
    hold(Unlock.objects.filter(pk=unlock_id).values("journal"))
    unlock = Unlock.objects.select_for_update().get(pk=unlock_id)
    now = timezone.now()
    if unlock.until > now:
        unlock.until = max(now, unlock.made_at + datetime.datetime.resolution)
        unlock.save(update_fields=["until"])


@transaction.atomic
def close_year(year_id: int, person: User) -> None:
    """Make an archive of a school year: from now on nobody writes in any journal of it, but in one
    that is opened for a while. Refused until it is over and each of its periods is closed; the
    first who closes it stands. Saves that are in flight land before."""
    hold(Journal.objects.filter(group__year=year_id).values("pk"))
    year = SchoolYear.objects.select_for_update(no_key=True).get(pk=year_id)
    if year.ends_on >= timezone.localdate():
        raise Refused(
            f"Учебный год {year} ещё идёт, закрыть его можно после {year.ends_on:%d.%m.%Y}."
        )
    periods = year.periods.order_by("starts_on")
    if not periods.exists():
        raise Refused(f"В учебном году {year} нет учебных периодов: закрывать нечего.")
    if left := [str(one) for one in periods.filter(lock=None)]:
        raise Refused(f"Сначала закройте периоды: {enumerated(left)}.")
    if not is_archived(year_id):
        YearClosing.objects.create(year=year, closed_by=person)


@transaction.atomic
def reopen_year(year_id: int, person: User, why: str) -> None:
    """Make a school year that was closed one with closed periods again, for a reason. Refused where
    it is not closed. What no period holds is owed again: grades of exams, lessons in vacations."""
    hold(Journal.objects.filter(group__year=year_id).values("pk"))
    standing = standing_closings().filter(year=year_id).select_for_update().first()
    if standing is None:
        raise Refused("Этот учебный год не закрыт.")
    now = timezone.now()
    standing.reopened_by, standing.reopened_at, standing.why = person, now, why
    standing.save(update_fields=["reopened_by", "reopened_at", "why"])
    lessons_to_change.send(YearClosing)
    lessons = Lesson.objects.filter(_held_by_none(year_id), journal__group__year=year_id)
    recheck(lessons.values_list("pk", flat=True), now)
    sheets = GradeSheet.objects.filter(journal__group__year=year_id, period=None)
    recheck_sheets(sheets.values_list("pk", flat=True), now)
