"""Documents about absences: received, changed, withdrawn; the reasons they give (2.9)."""

import datetime
import uuid
from collections.abc import Iterable, Sequence
from contextlib import contextmanager
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from school.actions.holding import hold
from school.models import Lesson, Student
from school.models.dated import overlapping
from school.queries.belonging import attending
from school.queries.calendar import working_calendar
from school.queries.outages import interruptions_since
from school.rules.days import WorkingCalendar, end_of_day, start_of_day
from school.rules.interruptions import Interruption, brought_forward, postponed
from school.rules.spans import Span
from school.rules.texts import counted

from .. import rules
from ..models import Absence, AbsenceDocument
from ..refusals import Refused
from .absences import Opening, Written, held_absences, word_of, write_absences

# The longest that two working days and the free days between them can last.
REASON_REACH = datetime.timedelta(days=60)


@transaction.atomic
def receive_document(
    document: AbsenceDocument, scan: bytes | None = None, opening: Opening | None = None
) -> Written:
    """Write a new AbsenceDocument (its facts and `entered_by` are set), with a scan (bytes) or
    without, and the reason of all absences that it covers, of those in closed periods with an
    Opening. Returns Written. ScanError: see rules.scan_type.

    Sent twice, at once or one after the other, it is one: the second finds the first and changes
    nothing, but for the scan or the Opening that the first had not."""
    # Of two at once the second sees; who enters an absence refers to the pupil meanwhile.
    Student.objects.select_for_update(no_key=True).get(pk=document.student_id)
    if there := AbsenceDocument.objects.filter(**_facts(document)).first():
        if not (opening or (scan and not there.scan)):
            return Written(there.absences.count(), 0)
        return change_document(there, None if there.scan else scan, opening)
    with _kept(document, scan):
        return _settle(document, document.starts_on, document.ends_on, opening=opening)


def _facts(document: AbsenceDocument) -> dict[str, Any]:
    names = "student_id", "kind", "number", "received_on", "starts_on", "ends_on", "reason"
    return {name: getattr(document, name) for name in names}


@transaction.atomic
def change_document(
    document: AbsenceDocument, scan: bytes | None = None, opening: Opening | None = None
) -> Written:
    """The same for changed facts of a document, or a better scan. Absences that it covers no longer
    lose its reason; those it covered before and the class teacher has set by hand since keep
    theirs. AbsenceDocument.DoesNotExist: somebody has withdrawn it."""
    _hold_journals(document)
    before = _held(document.pk)
    first, last = _reach(before)
    first, last = min(document.starts_on, first), max(document.ends_on, last)
    # Perhaps newer than the one that stood there when the document was opened.
    document.scan = before.scan.name
    with _kept(document, scan):
        if scan is not None:
            _discard(before.scan)
        return _settle(document, first, last, before, opening)


@transaction.atomic
def withdraw_document(document: AbsenceDocument, opening: Opening | None = None) -> Written:
    """It was none: the reasons it gave are unknown again, or what another document says; its scan
    is thrown away. Returns Written. Refused without an Opening where it gives the reason of
    absences in a closed period, in a closed year with one too (4.2). AbsenceDocument.DoesNotExist:
    it is gone already."""
    _hold_journals(document)
    document = _held(document.pk)
    first, last = _reach(document)
    absences = held_absences(document.student_id, first, last)
    others = [one for one in _documents(document.student_id, first, last) if one != document]
    own = [one for one in absences if one.document_id == document.pk]
    if any(one.closed_period and one.in_closed_year for one in own):  # type: ignore[attr-defined]  # annotated
        raise Refused(
            "Документ даёт причину пропускам в закрытом учебном году: отозвать его больше нельзя."
        )
    closed = sum(bool(one.closed_period) for one in own)  # type: ignore[attr-defined]  # annotated
    if closed and not opening:
        raise Refused(
            "Документ даёт причину пропускам в закрытом периоде "
            f"({counted(closed, 'пропуск', 'пропуска', 'пропусков')}): чтобы отозвать его, "
            "напишите, почему их причины надо исправить."
        )
    written = write_absences({one: word_of(_newest(others, one)) for one in own}, opening)
    document.delete()
    _discard(document.scan)
    return written


def _hold_journals(document: AbsenceDocument) -> None:
    """Those whose absences a document, as it is stored or is to be, gives the reason of: before the
    document itself, as who declares a day free does."""
    stored = AbsenceDocument.objects.get(pk=document.pk)
    reach = [*_reach(stored), document.starts_on, document.ends_on]
    days = {"date__range": (min(reach), max(reach))}
    hold(Lesson.objects.filter(attending(stored.student_id), **days).order_by().values("journal"))


def _held(pk: int) -> AbsenceDocument:
    """The document as it is now, held until the transaction ends. Who types an absence refers to it
    meanwhile: a stronger lock would have him wait for us while we wait for his lesson."""
    return AbsenceDocument.objects.select_for_update(no_key=True).get(pk=pk)


def _reach(document: AbsenceDocument) -> Span:
    """The first and last day that the document covers or gives the reason of: an absence in a
    period that was closed keeps it when the document's days are changed."""
    given = document.absences.aggregate(first=Min("lesson__date"), last=Max("lesson__date"))
    return (
        min(document.starts_on, given["first"] or document.starts_on),
        max(document.ends_on, given["last"] or document.ends_on),
    )


def _settle(
    document: AbsenceDocument,
    first: datetime.date,
    last: datetime.date,
    before: AbsenceDocument | None = None,
    opening: Opening | None = None,
) -> Written:
    """Write the document and, on the days first … last, what follows from it: everywhere the newest
    document that covers the day has its word. What was set by hand stands, unless this document is
    news for that day: it was not there `before`, or did not cover it."""
    absences = held_absences(document.student_id, first, last)
    if before is None or before.received_on != document.received_on:
        calendar = working_calendar(document.received_on, document.received_on + REASON_REACH)
        interruptions = interruptions_since(document.received_on)
        document.reason_due_at = _due(document, calendar, interruptions)
    else:
        document.reason_due_at = before.reason_due_at
    document.save()
    documents = _documents(document.student_id, first, last)
    stands = {}
    for absence in absences:
        newest = _newest(documents, absence)
        is_news = newest == document and not (before and _newest([before], absence))
        by_hand = absence.confirmed_by_id is not None and absence.document_id is None
        if is_news or absence.document_id or (newest and not by_hand):
            stands[absence] = word_of(newest)
    return write_absences(stands, opening, document)


def _due(
    document: AbsenceDocument, calendar: WorkingCalendar, interruptions: Sequence[Interruption]
) -> datetime.datetime:
    zone = timezone.get_default_timezone()
    due = rules.reason_due(document.received_on, calendar, zone)
    return postponed(due, interruptions, since=start_of_day(document.received_on, zone))


@transaction.atomic
def set_reason_dues(since: datetime.date, now: datetime.datetime | None = None) -> list[int]:
    """Write the due instants of the documents received from a day on, where the calendar or a time
    without access has moved them: what comes earlier so is due today at the earliest. Returns the
    ids of these."""
    moved = []
    today = end_of_day(timezone.localdate(now), timezone.get_default_timezone())
    found = AbsenceDocument.objects.filter(received_on__gte=since).order_by("received_on")
    if documents := list(found):
        calendar = working_calendar(since, documents[-1].received_on + REASON_REACH)
        interruptions = interruptions_since(since)
        for document in documents:
            due = brought_forward(
                document.reason_due_at, _due(document, calendar, interruptions), today
            )
            if document.reason_due_at != due:
                AbsenceDocument.objects.filter(pk=document.pk).update(reason_due_at=due)
                moved.append(document.pk)
    return moved


def _documents(student_id: int, first: datetime.date, last: datetime.date) -> list[AbsenceDocument]:
    """Those that share a day with first … last, the newest first."""
    return list(overlapping(AbsenceDocument.objects.filter(student=student_id), first, last))


def _newest(documents: Iterable[AbsenceDocument], absence: Absence) -> AbsenceDocument | None:
    day = absence.lesson.date
    return next((one for one in documents if one.starts_on <= day <= one.ends_on), None)


@contextmanager
def _kept(document, scan):
    """The scan is stored under a name that says nothing, and is gone if the rest can't be done."""
    if scan is None:
        yield
        return
    name = f"{uuid.uuid4().hex}.{rules.scan_type(scan)}"
    document.scan.save(name, ContentFile(scan), save=False)
    try:
        yield
    except BaseException:
        document.scan.storage.delete(document.scan.name)
        raise


def _discard(scan):
    if scan:
        transaction.on_commit(lambda: scan.storage.delete(scan.name))
