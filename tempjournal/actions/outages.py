"""Outages: recorded, corrected, dismissed; what follows from them."""

import datetime
from collections.abc import Collection
from copy import copy
from typing import Any

from django.db import transaction
from django.db.models import Max, Model, Q
from django.utils import timezone

from attendance.refusals import Refused
from journals.actions.late import recheck_rows
from journals.dues import in_time
from school.declared import declared
from school.models import Lesson, Outage, School, User
from school.queries.calendar import days_span
from school.queries.outages import REACH, standing_outages, transfer_due, transfer_dues
from school.rules.interruptions import brought_forward
from school.rules.spans import ONE_DAY

from .. import rules
from ..duties import TRANSFER
from ..models import TemporaryJournal
from ..queries.outages import hindered_lessons, lessons_inside, outage_version, unrecorded
from ..queries.transfers import deeds, with_parts


@transaction.atomic
def record_outage(outage: Outage, person: User, now: datetime.datetime | None = None) -> None:
    """Record an Outage (its times and reason are set) that is new or was proposed by the app. What
    was due during it is due later from now on, and its lessons are to be transferred (3.2). Refused
    where another outage covers a part of it, or somebody has recorded or dismissed the proposal. Of
    a proposal that standing outages have split the other pieces stay proposed."""
    now = now or timezone.now()
    before = _held(outage)
    if before and before.recorded_at:
        raise Refused(f"{before.recorded_by.short_name} уже записал(а) этот сбой.")
    if before and before.dismissed_at:
        raise Refused(f"{before.dismissed_by.short_name} уже отклонил(а) этот сбой.")
    outage.recorded_by, outage.recorded_at = person, now
    _refuse_rivals(outage)
    left = unrecorded(before) if before else []
    outage.save()
    for starts_at, ends_at in left:
        piece = Outage(starts_at=starts_at, ends_at=ends_at, found_at=before.found_at)
        if not _overlap(piece, outage):
            piece.save()
    _follow([outage], now)


@transaction.atomic
def correct_outage(
    outage: Outage, version: int | None = None, now: datetime.datetime | None = None
) -> None:
    """Write other times or another reason of a recorded Outage: all that follows from it is
    computed anew. `version` is what `outage_version` said when it was looked at, None where
    nobody has. Refused as above, where somebody has changed or dismissed it since, and where
    lessons would be left out that somebody has transferred already."""
    now = now or timezone.now()
    before = _held(outage)
    if not before.stands:
        raise Refused("Этот сбой отменён.")
    if version not in (None, outage_version(before)):
        raise Refused(
            f"Пока вы писали, сбой исправили: {before}. Откройте его снова и внесите своё."
        )
    _correct(before, outage, now)


@transaction.atomic
def close_outage(
    outage: Outage, ends_at: datetime.datetime, now: datetime.datetime | None = None
) -> None:
    """Access came back: write the end, and nothing else, of an Outage that is still on. Refused as
    above, and where its end is written already."""
    closed = _held(outage)
    if not closed.stands:
        raise Refused("Этот сбой отменён.")
    if closed.ends_at:
        raise Refused(f"Конец этого сбоя уже записан: {closed}.")
    before = copy(closed)
    closed.ends_at = ends_at
    _correct(before, closed, now or timezone.now())


def _correct(before, outage, now):
    _refuse_rivals(outage)
    found = lessons_inside(before, now).filter(transfers__temporary_journal__outage=outage)
    transferred = set(found.values_list("pk", flat=True))
    outage.save()
    _follow([before, outage], now)
    stay = lessons_inside(outage, now).filter(pk__in=transferred)
    if transferred.difference(stay.values_list("pk", flat=True)):
        raise Refused(
            "Из уроков, которые остались бы вне сбоя, уже перенесены записи: такое время записать "
            "нельзя."
        )


@transaction.atomic
def dismiss_outage(outage: Outage, person: User, now: datetime.datetime | None = None) -> None:
    """It was none. Refused where something was transferred after it. Who dismisses it a second time
    changes nothing."""
    now = now or timezone.now()
    outage = _held(outage)
    if outage.temporary_journals.filter(transfers__isnull=False).exists():
        raise Refused("По этому сбою уже перенесены записи: исправьте его время, но не отменяйте.")
    if outage.dismissed_at:
        return
    stood = outage.stands
    outage.dismissed_by, outage.dismissed_at = person, now
    outage.save()
    if stood:
        # First, for it waits for whoever writes in a lesson meanwhile and counts its journal.
        _follow([outage], now)
        _drop(outage.temporary_journals.all())
        outage.hindered_lessons.clear()


def _held(outage):
    """The outage as it is stored by now, None where it is new. Of two changes at once the second
    waits, and sees what the first has done: two outages at the same time can't be excluded by a
    constraint on both databases. Who transfers after the outage waits too."""
    School.objects.select_for_update().first()
    return Outage.objects.select_for_update(no_key=True).filter(pk=outage.pk).first()


def _refuse_rivals(outage):
    for rival in standing_outages().exclude(pk=outage.pk):
        if _overlap(outage, rival):
            raise Refused(f"На это время уже записан сбой: {rival}. Исправьте его.")


def _overlap(one, other):
    return (one.ends_at is None or other.starts_at < one.ends_at) and (
        other.ends_at is None or one.starts_at < other.ends_at
    )


# --- what follows ---


def _follow(outages, now):
    """Compute anew what follows from outages (each as it was or as it is by now): due instants from
    the first of their days to the end of their transfer. Where that meets another outage, what was
    moved by the one may be moved on by the other: it is computed with it."""
    first = min(timezone.localdate(one.starts_at) for one in outages)
    last = max(timezone.localdate(transfer_due(one, now)) for one in outages)
    others = list(standing_outages())
    dues = transfer_dues(others, now)
    days = {
        one: (timezone.localdate(one.starts_at), timezone.localdate(dues[one.pk])) for one in others
    }
    met = []
    while new := [one for one in days if one not in met and _meet(days[one], (first, last))]:
        met += new
        first = min([first, *(days[one][0] for one in new)])
        last = max([last, *(days[one][1] for one in new)])
    for follow in declared("interruptions", "FOLLOWERS"):
        follow(first, last)
    set_hindered(met, now)
    for one in sorted(met, key=others.index):
        recount(one, now)


def _meet(span, other):
    (first, last), (other_first, other_last) = span, other
    return first <= other_last and other_first <= last


@transaction.atomic
def set_hindered(outages: Collection[Outage], now: datetime.datetime) -> set[int]:
    """Make the `hindered_lessons` of standing outages equal to the facts. Returns the keys of the
    outages where that changed something."""
    through = Outage.hindered_lessons.through
    rows = through.objects.filter(outage__in=[one.pk for one in outages])
    there = {
        (outage, lesson): pk for pk, outage, lesson in rows.values_list("pk", "outage", "lesson")
    }
    found = hindered_lessons(outages, now)
    right = {(outage, lesson) for outage, lessons in found.items() for lesson in lessons}
    through.objects.filter(pk__in=[there[key] for key in there.keys() - right]).delete()
    through.objects.bulk_create(
        [through(outage_id=outage, lesson_id=lesson) for outage, lesson in right - there.keys()],
        ignore_conflicts=True,
    )
    return {outage for outage, _ in there.keys() ^ right}


@transaction.atomic
def recount(
    outage: Outage, now: datetime.datetime | None = None, journals: Collection[int] | None = None
) -> None:
    """Make the TemporaryJournals of a standing outage, or those of some journals (ids), equal to
    the facts: one for each journal with a lesson in it, complete once somebody has said so or
    what every one of them owes of attendance, topic, homework and expected marks is there, and due
    at the end of the transfer; where that is over, or comes earlier than it was told, by the end of
    this day. While it stays complete the instant stands at which it was first, whatever is
    corrected later. Late entries follow."""
    now = now or timezone.now()
    today = in_time(now, timezone.get_default_timezone())
    found, lessons = outage.temporary_journals.all(), lessons_inside(outage, now)
    if journals is not None:
        found, lessons = found.filter(journal__in=journals), lessons.filter(journal__in=journals)
    # Of two who write in lessons of a journal at once the second sees the first's.
    there = {one.journal_id: one for one in found.select_for_update().order_by("pk")}
    complete = _complete(lessons)
    due = transfer_due(outage, now) if outage.ends_at else None
    gone = [one.pk for journal, one in there.items() if journal not in complete]
    if gone:
        complete |= _drop(TemporaryJournal.objects.filter(pk__in=gone))
    changed = []
    for journal, transferred_at in complete.items():
        one = there.get(journal) or TemporaryJournal(outage=outage, journal_id=journal)
        facts = _due_at(one, due, today), _transferred_at(one, transferred_at)
        if one.pk is None or (one.transfer_due_at, one.transferred_at) != facts:
            one.transfer_due_at, one.transferred_at = facts
            changed.append(one)
    new = [one for one in changed if one.pk is None]
    TemporaryJournal.objects.bulk_update(
        [one for one in changed if one.pk], ["transfer_due_at", "transferred_at"]
    )
    TemporaryJournal.objects.bulk_create(new, ignore_conflicts=True)
    written = TemporaryJournal.objects.filter(
        outage=outage, journal__in=[one.journal_id for one in changed]
    )
    if changed:
        recheck_rows(TRANSFER.kind, written.values_list("pk", flat=True), now)


def _due_at(one, due, today):
    """When a TemporaryJournal of a transfer that is `due` is due itself."""
    if due and one.transfer_due_at is None:
        return max(due, today)  # nobody knew of it until now
    return brought_forward(one.transfer_due_at, due, today)


def _transferred_at(one, complete_at):
    """When a TemporaryJournal was first complete whose lessons are so since an instant, or None."""
    complete_at = min(filter(None, [complete_at, one.declared_at]), default=None)
    if complete_at and one.transferred_at:
        return min(complete_at, one.transferred_at)
    return complete_at


def _complete(lessons):
    """{journal id: when the last of its lessons was complete, or None}."""
    complete: dict[int, datetime.datetime | None] = {}
    for lesson in with_parts(lessons.order_by()):
        done = rules.complete_at(deeds(lesson), lesson.typed_at, lesson.last_instant)  # type: ignore[attr-defined]  # annotated
        before = complete.get(lesson.journal_id, done)
        complete[lesson.journal_id] = None if before is None or done is None else max(before, done)
    return complete


def _drop(temporary_journals):
    """Delete TemporaryJournals that have no lesson left in their outage. What was transferred stays
    on record; returns {journal id: when the last of that was} of these."""
    kept = dict(
        temporary_journals.filter(transfers__isnull=False)
        .annotate(typed_at=Max("transfers__made_at"))
        .values_list("journal", "typed_at")
    )
    gone = temporary_journals.exclude(journal__in=kept)
    keys = list(gone.values_list("pk", flat=True))
    gone.delete()
    recheck_rows(TRANSFER.kind, keys)
    return kept


# --- following the facts ---


def follow_lesson(
    sender: type[Lesson],
    instance: Lesson,
    raw: bool = False,
    update_fields: Collection[str] | None = None,
    **kwargs: Any,
) -> None:
    """When a Lesson changes: what is to be transferred, and whether it is complete, follows."""
    if raw or not (update_fields is None or _TELLING.intersection(update_fields)):
        return
    first, last = days_span(instance.date, instance.date)
    is_moved = update_fields is None or not _TIMETABLE.isdisjoint(update_fields)
    if is_moved:
        last += ONE_DAY  # the homework of an evening class is due on the next day
    touched = Q(starts_at__lt=last) & (Q(ends_at=None) | Q(ends_at__gt=first))
    if is_moved:
        touched |= Q(temporary_journals__journal=instance.journal_id)  # it may have left one
    found = list(standing_outages().filter(touched).distinct())
    # With the last lesson of a class the homework of its others is due at another instant.
    changed = set_hindered(found, timezone.now()) if is_moved and found else ()
    for outage in found:
        recount(outage, journals=None if outage.pk in changed else [instance.journal_id])


@transaction.atomic
def declare_transferred(
    temporary_journal: TemporaryJournal, person: User, now: datetime.datetime | None = None
) -> None:
    """A person says that nothing of a TemporaryJournal is left on the paper (3.2). Who says so a
    second time changes nothing."""
    _declare(temporary_journal, person, now or timezone.now())


@transaction.atomic
def withdraw_declaration(
    temporary_journal: TemporaryJournal, now: datetime.datetime | None = None
) -> None:
    """It was said too early: only what stands in the journal counts again."""
    _declare(temporary_journal, None, now or timezone.now())


def _declare(temporary_journal, person, now):
    outage = Outage.objects.select_for_update(no_key=True).get(pk=temporary_journal.outage_id)
    if not outage.stands:
        raise Refused("Этот сбой отменён: переносить по нему нечего.")
    if outage.ends_at is None:
        raise Refused("Сбой ещё продолжается: сказать, что всё перенесено, пока нельзя.")
    found = TemporaryJournal.objects.select_for_update().get(pk=temporary_journal.pk)
    if bool(found.declared_at) == bool(person):
        return
    found.declared_by, found.declared_at = person, now if person else None
    found.transferred_at = None  # counted anew
    found.save()
    recount(outage, now, [found.journal_id])
    recheck_rows(TRANSFER.kind, [found.pk], now)


def follow_works(sender: type[Model], lessons: Collection[Lesson], **kwargs: Any) -> None:
    """When works of Lessons came, went, or were done or undone: whether the transfer is complete
    follows."""
    recount_of(lessons, timezone.now())


def recount_of(lessons: Collection[Lesson], now: datetime.datetime) -> None:
    """Make the TemporaryJournals of Lessons that were written without a signal equal to the facts:
    a lesson may have been held during several outages."""
    days = [one.date for one in lessons]
    first, last = days_span(min(days), max(days))
    touched = Q(starts_at__lt=last) & (Q(ends_at=None) | Q(ends_at__gt=first))
    for outage in standing_outages().filter(touched):
        recount(outage, now, {one.journal_id for one in lessons})


# The fields of a lesson that say whether it is complete, and whether it was held in an outage.
_TIMETABLE = {"cancelled", "date", "number", "kind"}
_TELLING = _TIMETABLE | {"attendance_taken_at", "topic_entered_at", "homework_entered_at"}


@transaction.atomic
def follow_days(sender: type[Model], days: Collection[datetime.date], **kwargs: Any) -> None:
    """When school-local days become free or taught, lessons of theirs come or go, and the transfers
    that count them are due at another instant."""
    first, last = days_span(min(days) - REACH, max(days))
    recent = Q(starts_at__lte=last) & (Q(ends_at=None) | Q(ends_at__gte=first))
    if found := list(standing_outages().filter(recent).distinct()):
        _follow(found, timezone.now())


@transaction.atomic
def follow_week(sender: type[School], raw: bool = False, **kwargs: Any) -> None:
    """When the school has another week: what is still to come is due at another instant, for nobody
    is to blame by a rule of today."""
    now = timezone.now()
    to_come = Q(ends_at=None) | Q(temporary_journals__transfer_due_at__gte=now)
    if not raw and (found := list(standing_outages().filter(to_come).distinct())):
        _follow(found, now)


def roll_on(now: datetime.datetime) -> None:
    """Of the outages still on: what is due during them moves on with the days, and lessons that
    have begun since are to be transferred. In the transaction of who looks for the overdue."""
    if found := list(standing_outages().filter(ends_at=None)):
        _follow(found, now)
