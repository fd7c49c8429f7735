"""Writes about outages."""

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone

from attendance.actions import Refused
from journals.deadlines import recheck_rows
from school import interruptions
from school.queries import days_span

from .. import queries
from ..deadlines import TRANSFER
from ..models import Outage, TemporaryJournal


@transaction.atomic
def record_outage(outage, person, now=None):
    """Record an Outage (its times and reason are set) that is new or was proposed by the app. What
    was due during it is due later from now on, and its lessons are to be transferred (3.2). Refused
    where another outage covers a part of it."""
    now = now or timezone.now()
    outage.recorded_by, outage.recorded_at = person, now
    outage.dismissed_by = outage.dismissed_at = None
    _save(outage, None, now)


@transaction.atomic
def correct_outage(outage, now=None):
    """Write other times or another reason of a recorded Outage, or its end: all that follows from
    it is computed anew. Refused as above, and where lessons would be left out that somebody has
    transferred already."""
    before = Outage.objects.select_for_update().get(pk=outage.pk)
    _save(outage, before, now or timezone.now())


@transaction.atomic
def dismiss_outage(outage, person, now=None):
    """It was none. Refused where something was transferred after it."""
    outage = Outage.objects.select_for_update().get(pk=outage.pk)
    if outage.temporary_journals.filter(transfers__isnull=False).exists():
        raise Refused("По этому сбою уже перенесены записи: исправьте его время, но не отменяйте.")
    now = now or timezone.now()
    stood = outage.stands
    outage.dismissed_by, outage.dismissed_at = person, now
    outage.save()
    if stood:
        _tell_changed([outage], now)
        _drop(outage.temporary_journals.all())


def _save(outage, before, now):
    rivals = queries.standing_outages().select_for_update().exclude(pk=outage.pk)
    for rival in rivals:
        if (outage.ends_at is None or rival.starts_at < outage.ends_at) and (
            rival.ends_at is None or outage.starts_at < rival.ends_at
        ):
            raise Refused(f"На это время уже записан сбой: {rival}. Исправьте его.")
    outage.save()
    _tell_changed([one for one in (before, outage) if one], now)
    recount(outage, now)


def _tell_changed(outages, now):
    """Due instants from the first day of the outages to the end of their transfers may move."""
    first = min(timezone.localdate(one.starts_at) for one in outages)
    last = max(timezone.localdate(queries.transfer_due(one, now)) for one in outages)
    interruptions.changed.send(Outage, first=first, last=last)


@transaction.atomic
def recount(outage, now=None, journals=None):
    """Make the TemporaryJournals of a standing outage, or those of some journals (ids), equal to
    the facts: one for each journal with a lesson in it, complete once attendance, topic and
    homework of every one of them are there, and due at the end of the transfer. Late entries
    follow."""
    now = now or timezone.now()
    found, lessons = outage.temporary_journals.all(), queries.lessons_inside(outage, now)
    if journals is not None:
        found, lessons = found.filter(journal__in=journals), lessons.filter(journal__in=journals)
    there = {one.journal_id: one for one in found.select_for_update().order_by("pk")}
    complete = _complete(lessons)
    due = queries.transfer_due(outage, now) if outage.ends_at else None
    gone = [one.pk for journal, one in there.items() if journal not in complete]
    _drop(TemporaryJournal.objects.filter(pk__in=gone))
    changed = []
    for journal, transferred_at in complete.items():
        one = there.get(journal) or TemporaryJournal(outage=outage, journal_id=journal)
        facts = due, transferred_at
        if one.pk is None or (one.transfer_due_at, one.transferred_at) != facts:
            one.transfer_due_at, one.transferred_at = facts
            changed.append(one)
    TemporaryJournal.objects.bulk_create([one for one in changed if one.pk is None])
    TemporaryJournal.objects.bulk_update(
        [one for one in changed if one.pk], ["transfer_due_at", "transferred_at"]
    )
    recheck_rows(TRANSFER.kind, [one.pk for one in changed], now)


def _complete(lessons):
    """{journal id: when the last of its lessons was complete, or None}. What was transferred is
    there since it was typed, whatever time stood on the paper."""
    complete = {}
    rows = (
        lessons.order_by()
        .annotate(typed_at=Max("transfers__made_at"))
        .values_list(
            *(
                "journal",
                "attendance_taken_at",
                "topic_entered_at",
                "homework_entered_at",
                "typed_at",
            )
        )
    )
    for journal, *deeds, typed_at in rows:
        done = None if None in deeds else max([*deeds, typed_at or deeds[0]])
        before = complete.get(journal, done)
        complete[journal] = None if None in (before, done) else max(before, done)
    return complete


def follow_lesson(sender, instance, raw=False, update_fields=None, **kwargs):
    """When a Lesson changes: what is to be transferred, and whether it is complete, follows."""
    if raw or not (update_fields is None or _TELLING.intersection(update_fields)):
        return
    first, last = days_span(instance.date, instance.date)
    touched = Q(starts_at__lt=last) & (Q(ends_at=None) | Q(ends_at__gt=first))
    if update_fields is None or "date" in update_fields:
        touched |= Q(temporary_journals__journal=instance.journal_id)  # it may have left one
    for outage in queries.standing_outages().filter(touched).distinct():
        recount(outage, journals=[instance.journal_id])


# The fields of a lesson that say whether it is complete, and whether it was held in an outage.
_TELLING = {
    *("attendance_taken_at", "topic_entered_at", "homework_entered_at"),
    *("cancelled", "date", "slot"),
}


def _drop(temporary_journals):
    """Delete TemporaryJournals that have no lesson left in their outage."""
    if temporary_journals.filter(transfers__isnull=False).exists():
        raise Refused(
            "Из уроков, которые остались бы вне сбоя, уже перенесены записи: такое время записать "
            "нельзя."
        )
    keys = list(temporary_journals.values_list("pk", flat=True))
    temporary_journals.delete()
    recheck_rows(TRANSFER.kind, keys)
