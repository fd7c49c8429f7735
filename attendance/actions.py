"""Writes of attendance: absences, their reasons and the documents about them.

Who writes a reason holds the lessons of the absences, as `journals.actions` does for a cell: an
absence that is just being entered is seen by the document, or sees it.
"""

import datetime
import uuid
from contextlib import contextmanager
from functools import partial
from typing import NamedTuple

from django.core.files.base import ContentFile
from django.db import transaction
from django.db.models import Max, Min
from django.utils import timezone

from school.actions import hold
from school.compiled import Compiled, Given
from school.models import Lesson, Student, User
from school.models.dated import on_day, overlapping
from school.models.history import (
    create_with_history,
    delete_with_history,
    originating,
    update_with_history,
)
from school.queries.belonging import attending
from school.queries.calendar import working_calendar
from school.queries.locks import closed_period
from school.queries.outages import interruptions_since
from school.rules import brought_forward, counted, end_of_day, postponed, start_of_day

from . import rules
from .models import Absence, AbsenceDocument, ReasonOpening
from .reasons import Reason, confirms
from .refusals import Refused
from .rules import ReasonFacts, Said, decide_reason

# The longest that two working days and the free days between them can last.
REASON_REACH = datetime.timedelta(days=60)


@transaction.atomic(savepoint=False)
def set_absence(lesson, student_id, reason, present, class_teacher=None):
    """Make the pupil's absence from the lesson `reason` («» for none); returns the reason that
    stands there then, which is the document's where one covers the day. `present` is the Absence
    that stands now or None, read by the caller under the lesson's lock; `class_teacher` who writes
    as the pupil's class teacher, and so confirms the reason (2.9), else None.

    Refused: see rules.decide_reason.
    """
    if reason and lesson.attendance_taken_at is None:
        take_attendance(lesson)  # who writes down the absent has taken attendance (2.5)
    document = partial(_covering, student_id, lesson.date)
    before = partial(_confirmed_before, lesson, student_id)
    stands = decide_reason(reason, _facts_of(present, class_teacher, document, before))
    if stands is None:
        return reason
    if not stands.reason:
        present.delete()
        return reason
    absence = present or Absence(lesson=lesson, student_id=student_id)
    _say(absence, stands)
    absence.save(update_fields=present and _REASON)
    return absence.reason


def _facts_of(present, class_teacher, document, before):
    return ReasonFacts(
        present and _said(present),
        class_teacher and class_teacher.pk,
        lambda: present.confirmed_by.short_name,
        document,
        before,
    )


class AbsenceWish(NamedTuple):
    """A reason («» for none) to be written for a pupil's absence from a lesson, with what stands
    there now and the class teacher, as `set_absence` takes them."""

    lesson: Lesson
    student_id: int
    reason: str
    present: Absence | None
    class_teacher: User | None

    @property
    def key(self):
        return self.lesson.pk, self.student_id


def resolve_absences(wishes):
    """{key: the Said that `set_absences` is to write of AbsenceWishes, None where it stands
    already, or Refused}; two queries. The lessons are held by the caller."""
    days = [wish.lesson.date for wish in wishes]
    students = {wish.student_id for wish in wishes}
    documents, cleared = [], {}
    if wishes:
        found = AbsenceDocument.objects.filter(student__in=students)
        documents = list(overlapping(found, min(days), max(days)).order_by("-received_on", "-pk"))
        history = Absence.history.filter(
            lesson__in={wish.lesson.pk for wish in wishes}, student__in=students
        )
        cleared = {
            (lesson, student): said
            for lesson, student, *said in history.order_by("history_id").values_list(
                *("lesson", "student", "history_type", "reason", "document", "confirmed_by")
            )
        }

    def covering(wish):
        day = wish.lesson.date
        for one in documents:
            if one.student_id == wish.student_id and one.starts_on <= day <= one.ends_on:
                return _word(one)
        return None

    resolved = {}
    for wish in wishes:
        asked = partial(covering, wish), partial(_said_last, cleared.get(wish.key))
        facts = _facts_of(wish.present, wish.class_teacher, *asked)
        try:
            resolved[wish.key] = decide_reason(wish.reason, facts)
        except Refused as refusal:
            resolved[wish.key] = refusal
    return resolved


@transaction.atomic(savepoint=False)
def set_absences(wishes, resolved):
    """`set_absence` for many at once: write what `resolve_absences` found, with history. Attendance
    is taken by the caller."""
    made, changed, removed = [], [], []
    for wish in wishes:
        stands = resolved[wish.key]
        if stands is None:
            continue
        if not stands.reason:
            removed.append(wish.present)
            continue
        absence = wish.present or Absence(lesson=wish.lesson, student_id=wish.student_id)
        _say(absence, stands)
        (changed if wish.present else made).append(absence)
    create_with_history(Absence, made)
    update_with_history(Absence, changed, _REASON)
    delete_with_history(Absence, removed)


@transaction.atomic(savepoint=False)
def take_attendance(lesson):
    """The absent are written down, all others were there: «все присутствуют» is a deed too (2.5).
    The first time stands."""
    if lesson.attendance_taken_at is None:
        lesson.attendance_taken_at = timezone.now()
        lesson.save(update_fields=["attendance_taken_at"])


# --- what absences say ---

_REASON = ["reason", "document", "confirmed_by"]


def _said(absence):
    return Said(absence.reason, absence.document_id, absence.confirmed_by_id)


def _say(absence, stands):
    absence.reason, absence.document_id, absence.confirmed_by_id = stands


def _confirmed_before(lesson, student_id):
    """What the class teacher had said of an absence that was then cleared."""
    rows = Absence.history.filter(lesson=lesson.pk, student=student_id).order_by("-history_id")
    return _said_last(
        rows.values_list("history_type", "reason", "document", "confirmed_by").first()
    )


def _said_last(last):
    """The same of the last row (type, reason, document, who confirmed) of an absence's history."""
    if last and last[0] == "-" and last[3] is not None and last[2] is None:
        return Said(*last[1:])
    return None


def _covering(student_id, day):
    """What the newest document that covers the pupil's day says, None where there is none."""
    return next((Said(*row) for row in _covering_rows(student=student_id, day=day)), None)


@Compiled
def _covering_rows():
    found = AbsenceDocument.objects.filter(on_day(Given("day")), student=Given("student"))
    return found.order_by("-received_on", "-pk").values_list("reason", "pk", "entered_by")[:1]


def _held_absences(student_id, first, last):
    """The pupil's Absences of the days first … last that a reason is asked for, held until the
    transaction ends together with the lessons where new ones may be entered. Being late has none.
    The `closed_period` of each is the id of the period that is closed for it, or None (4.2)."""
    lessons = Lesson.objects.filter(attending(student_id), date__range=(first, last))
    hold(lessons.order_by().values("journal"))
    list(lessons.order_by("pk").select_for_update(no_key=True, of=["self"]).values_list("pk"))
    found = Absence.objects.filter(student=student_id, lesson__date__range=(first, last))
    found = found.exclude(reason=Reason.LATE).select_related("lesson")
    found = found.annotate(closed_period=closed_period(timezone.now(), "lesson__"))
    return list(found.order_by("pk").select_for_update(no_key=True, of=["self"]))


class Written(NamedTuple):
    """How many absences have a new reason, and how many keep theirs because their period is closed
    (4.2); `opened` of those changed are of a closed period."""

    changed: int
    closed: int
    opened: int = 0


class Opening(NamedTuple):
    """The class teacher's word that reasons in closed periods are to be put right as well."""

    person: User
    why: str


# Of the history's words about where a change comes from; it has room for 100.
_ORIGIN = "исправление в закрытом периоде: "


def _write(absences, opening=None, document=None):
    """Write {held Absence of a pupil: its new reason} where that differs, with history; those of a
    closed period only with an `opening`, which is recorded with the document. Returns Written."""
    differing = [one for one, stands in absences.items() if _said(one) != stands]
    changed = [one for one in differing if not one.closed_period]
    closed = [one for one in differing if one.closed_period]
    for one in differing if opening else changed:
        _say(one, absences[one])
    update_with_history(Absence, changed, _REASON)
    if not (opening and closed):
        return Written(len(changed), len(closed))
    with originating(f"{_ORIGIN}{opening.why}"[:100]):
        update_with_history(Absence, closed, _REASON)
    made = ReasonOpening.objects.create(
        student_id=closed[0].student_id,
        document=document,
        why=opening.why,
        made_by=opening.person,
    )
    made.absences.set(closed)
    return Written(len(differing), 0, len(closed))


@transaction.atomic
def confirm_day(student_id, day, reason, class_teacher, why=""):
    """The class teacher says why the pupil missed the lessons of a school-local day (2.9); «н»
    takes that back, and then the newest document that covers the day has its word again. With a
    text `why` also those of a closed period are put right. Returns Written."""
    stands = Said(reason, None, class_teacher.pk)
    if not confirms(reason):
        stands = _covering(student_id, day) or Said(reason)
    absences = dict.fromkeys(_held_absences(student_id, day, day), stands)
    return _write(absences, Opening(class_teacher, why) if why else None)


@transaction.atomic
def follow_move(lesson):
    """A lesson was moved to another day with its absences: a document gives their reason there that
    covers that day, and none that does not. What the class teacher said by hand stands. The lesson
    is held by the caller."""
    changed = []
    for one in Absence.objects.filter(lesson=lesson).exclude(reason=Reason.LATE):
        if one.confirmed_by_id and not one.document_id:
            continue
        document = _covering(one.student_id, lesson.date)
        stands = document or (_word(None) if one.document_id else _said(one))
        if stands != _said(one):
            _say(one, stands)
            changed.append(one)
    update_with_history(Absence, changed, _REASON)


# --- documents (2.9) ---


@transaction.atomic
def receive_document(document, scan=None, opening=None):
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


def _facts(document):
    names = "student_id", "kind", "number", "received_on", "starts_on", "ends_on", "reason"
    return {name: getattr(document, name) for name in names}


@transaction.atomic
def change_document(document, scan=None, opening=None):
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
def withdraw_document(document, opening=None):
    """It was none: the reasons it gave are unknown again, or what another document says; its scan
    is thrown away. Returns Written. Refused without an Opening where it gives the reason of
    absences in a closed period (4.2). AbsenceDocument.DoesNotExist: it is gone already."""
    _hold_journals(document)
    document = _held(document.pk)
    first, last = _reach(document)
    absences = _held_absences(document.student_id, first, last)
    others = [one for one in _documents(document.student_id, first, last) if one != document]
    own = [one for one in absences if one.document_id == document.pk]
    closed = sum(bool(one.closed_period) for one in own)
    if closed and not opening:
        raise Refused(
            "Документ даёт причину пропускам в закрытом периоде "
            f"({counted(closed, 'пропуск', 'пропуска', 'пропусков')}): чтобы отозвать его, "
            "напишите, почему их причины надо исправить."
        )
    written = _write({one: _word(_newest(others, one)) for one in own}, opening)
    document.delete()
    _discard(document.scan)
    return written


def _hold_journals(document):
    """Those whose absences a document, as it is stored or is to be, gives the reason of: before the
    document itself, as who declares a day free does."""
    stored = AbsenceDocument.objects.get(pk=document.pk)
    reach = [*_reach(stored), document.starts_on, document.ends_on]
    days = {"date__range": (min(reach), max(reach))}
    hold(Lesson.objects.filter(attending(stored.student_id), **days).order_by().values("journal"))


def _held(pk):
    """The document as it is now, held until the transaction ends. Who types an absence refers to it
    meanwhile: a stronger lock would have him wait for us while we wait for his lesson."""
    return AbsenceDocument.objects.select_for_update(no_key=True).get(pk=pk)


def _reach(document):
    """The first and last day that the document covers or gives the reason of: an absence in a
    period that was closed keeps it when the document's days are changed."""
    given = document.absences.aggregate(first=Min("lesson__date"), last=Max("lesson__date"))
    return (
        min(document.starts_on, given["first"] or document.starts_on),
        max(document.ends_on, given["last"] or document.ends_on),
    )


def _settle(document, first, last, before=None, opening=None):
    """Write the document and, on the days first … last, what follows from it: everywhere the newest
    document that covers the day has its word. What was set by hand stands, unless this document is
    news for that day: it was not there `before`, or did not cover it."""
    absences = _held_absences(document.student_id, first, last)
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
            stands[absence] = _word(newest)
    return _write(stands, opening, document)


def _due(document, calendar, interruptions):
    zone = timezone.get_default_timezone()
    due = rules.reason_due(document.received_on, calendar, zone)
    return postponed(due, interruptions, since=start_of_day(document.received_on, zone))


@transaction.atomic
def set_reason_dues(since, now=None):
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


def _documents(student_id, first, last):
    """Those that share a day with first … last, the newest first."""
    return list(overlapping(AbsenceDocument.objects.filter(student=student_id), first, last))


def _newest(documents, absence):
    day = absence.lesson.date
    return next((one for one in documents if one.starts_on <= day <= one.ends_on), None)


def _word(document):
    if document is None:
        return Said(Reason.UNKNOWN)
    return Said(document.reason, document.pk, document.entered_by_id)


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
