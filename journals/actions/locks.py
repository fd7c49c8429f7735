"""Writes of locks: a period that is over is closed, a journal of it is opened for a while (4.2)."""

import datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from attendance.refusals import Refused
from school.actions.holding import hold, lessons_to_change
from school.models import Journal, Period, PeriodLock, Unlock, User

from .. import self_judging
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
    self_judged = self_judging.judges_himself(
        person, journal.pk, (period.starts_on, period.ends_on)
    )
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
    lessons = journal.lessons.filter(date__range=(period.starts_on, period.ends_on))
    recheck(lessons.values_list("pk", flat=True), now)
    sheets = journal.grade_sheets.filter(Q(period=period) | Q(period=None))
    recheck_sheets(sheets.values_list("pk", flat=True), now)
    return made


@transaction.atomic
def relock_journal(unlock_id: int) -> None:
    """Close a journal again before its time is over. Saves that are in flight land before."""
    hold(Unlock.objects.filter(pk=unlock_id).values("journal"))
    unlock = Unlock.objects.select_for_update().get(pk=unlock_id)
    now = timezone.now()
    if unlock.until > now:
        unlock.until = max(now, unlock.made_at + datetime.datetime.resolution)
        unlock.save(update_fields=["until"])
