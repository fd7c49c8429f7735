"""Absences and their reasons (2.5, 2.9).

Who writes a reason holds the lessons of the absences, as `journals.actions` does for a cell: an
absence that is just being entered is seen by the document, or sees it.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from school.actions.holding import hold
from school.compiled import Compiled, Given
from school.models import Lesson, User
from school.models.dated import on_day, overlapping
from school.models.history import (
    create_with_history,
    delete_with_history,
    originating,
    update_with_history,
)
from school.queries.belonging import attending
from school.queries.locks import closed_period, in_closed_year

from ..models import Absence, AbsenceDocument, ReasonOpening
from ..reasons import Reason, confirms
from ..refusals import Refused
from ..rules import ReasonFacts, Said, decide_reason


@transaction.atomic(savepoint=False)
def set_absence(
    lesson: Lesson,
    student_id: int,
    reason: str,
    present: Absence | None,
    class_teacher: User | None = None,
) -> str:
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
        assert present is not None  # what is not there has no reason to clear
        present.delete()
        return reason
    absence = present or Absence(lesson=lesson, student_id=student_id)
    _say(absence, stands)
    absence.save(update_fields=_REASON if present else None)
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
    def key(self) -> tuple[int, int]:
        return self.lesson.pk, self.student_id


def resolve_absences(wishes: Sequence[AbsenceWish]) -> dict[tuple[int, int], Said | Refused | None]:
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
                "lesson", "student", "history_type", "reason", "document", "confirmed_by"
            )
        }

    def covering(wish):
        day = wish.lesson.date
        for one in documents:
            if one.student_id == wish.student_id and one.starts_on <= day <= one.ends_on:
                return word_of(one)
        return None

    resolved: dict[tuple[int, int], Said | Refused | None] = {}
    for wish in wishes:
        asked = partial(covering, wish), partial(_said_last, cleared.get(wish.key))
        facts = _facts_of(wish.present, wish.class_teacher, *asked)
        try:
            resolved[wish.key] = decide_reason(wish.reason, facts)
        except Refused as refusal:
            resolved[wish.key] = refusal
    return resolved


@transaction.atomic(savepoint=False)
def set_absences(wishes: Iterable[AbsenceWish], resolved: Mapping[tuple[int, int], Any]) -> None:
    """`set_absence` for many at once: write what `resolve_absences` found, with history. Attendance
    is taken by the caller."""
    made: list[Absence] = []
    changed: list[Absence] = []
    removed = []
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
def take_attendance(lesson: Lesson) -> None:
    """The absent are written down, all others were there: «все присутствуют» is a deed too (2.5).
    The first time stands."""
    if lesson.attendance_taken_at is None:
        lesson.attendance_taken_at = timezone.now()
        lesson.save(update_fields=["attendance_taken_at"])


# --- what absences say ---

_REASON = ["reason", "document", "confirmed_by"]


def _said(absence: Absence) -> Said:
    return Said(absence.reason, absence.document_id, absence.confirmed_by_id)


def _say(absence: Absence, stands: Said) -> None:
    absence.reason, absence.document_id, absence.confirmed_by_id = stands


def _confirmed_before(lesson: Lesson, student_id: int) -> Said | None:
    """What the class teacher had said of an absence that was then cleared."""
    rows = Absence.history.filter(lesson=lesson.pk, student=student_id).order_by("-history_id")
    return _said_last(
        rows.values_list("history_type", "reason", "document", "confirmed_by").first()
    )


def _said_last(last: Sequence[Any] | None) -> Said | None:
    """The same of the last row (type, reason, document, who confirmed) of an absence's history."""
    if last and last[0] == "-" and last[3] is not None and last[2] is None:
        return Said(*last[1:])
    return None


def _covering(student_id: int, day: datetime.date) -> Said | None:
    """What the newest document that covers the pupil's day says, None where there is none."""
    return next((Said(*row) for row in _covering_rows(student=student_id, day=day)), None)


@Compiled
def _covering_rows() -> QuerySet[AbsenceDocument, tuple[str, int, int]]:
    found = AbsenceDocument.objects.filter(on_day(Given("day")), student=Given("student"))
    return found.order_by("-received_on", "-pk").values_list("reason", "pk", "entered_by")[:1]


def held_absences(student_id: int, first: datetime.date, last: datetime.date) -> list[Absence]:
    """The pupil's Absences of the days first … last that a reason is asked for, held until the
    transaction ends together with the lessons where new ones may be entered. Being late has none.
    The `closed_period` of each is the id of the period that is closed for it, or None (4.2);
    `in_closed_year`: whether the year is closed as well."""
    lessons = Lesson.objects.filter(attending(student_id), date__range=(first, last))
    hold(lessons.order_by().values("journal"))
    list(lessons.order_by("pk").select_for_update(no_key=True, of=["self"]).values_list("pk"))
    found = Absence.objects.filter(student=student_id, lesson__date__range=(first, last))
    found = found.exclude(reason=Reason.LATE).select_related("lesson")
    found = found.annotate(
        closed_period=closed_period(timezone.now(), "lesson__"),
        in_closed_year=in_closed_year("lesson__"),
    )
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


def write_absences(
    absences: Mapping[Absence, Said],
    opening: Opening | None = None,
    document: AbsenceDocument | None = None,
) -> Written:
    """Write {held Absence of a pupil: its new reason} where that differs, with history; those of a
    closed period only with an `opening`, which is recorded with the document, and those of a closed
    year not at all. Returns Written."""
    differing = [one for one, stands in absences.items() if _said(one) != stands]
    changed = [one for one in differing if not one.closed_period]  # type: ignore[attr-defined]  # annotated
    opened = [one for one in differing if opening and _can_be_opened(one)]
    for one in changed + opened:
        _say(one, absences[one])
    update_with_history(Absence, changed, _REASON)
    left = len(differing) - len(changed) - len(opened)
    if not (opening and opened):
        return Written(len(changed), left)
    with originating(f"{_ORIGIN}{opening.why}"[:100]):
        update_with_history(Absence, opened, _REASON)
    made = ReasonOpening.objects.create(
        student_id=opened[0].student_id,
        document=document,
        why=opening.why,
        made_by=opening.person,
    )
    made.absences.set(opened)
    return Written(len(changed) + len(opened), left, len(opened))


def _can_be_opened(absence):
    return absence.closed_period and not absence.in_closed_year


@transaction.atomic
def confirm_day(
    student_id: int,
    day: datetime.date,
    reason: str,
    class_teacher: User,
    why: str = "",
    *,
    only_unknown: bool = False,
) -> Written:
    """The class teacher says why the pupil missed the lessons of a school-local day (2.9); «н»
    takes that back, and then the newest document that covers the day has its word again. With a
    text `why` also those of a closed period are put right. With `only_unknown` a reason is said
    of the lessons alone of which nobody has said one. Returns Written."""
    stands = Said(reason, None, class_teacher.pk)
    if not confirms(reason):
        stands = _covering(student_id, day) or Said(reason)
    held = held_absences(student_id, day, day)
    if only_unknown and confirms(reason):
        held = [one for one in held if one.reason == Reason.UNKNOWN]
    absences = dict.fromkeys(held, stands)
    return write_absences(absences, Opening(class_teacher, why) if why else None)


@transaction.atomic
def follow_move(lesson: Lesson) -> None:
    """A lesson was moved to another day with its absences: a document gives their reason there that
    covers that day, and none that does not. What the class teacher said by hand stands. The lesson
    is held by the caller."""
    changed = []
    for one in Absence.objects.filter(lesson=lesson).exclude(reason=Reason.LATE):
        if one.confirmed_by_id and not one.document_id:
            continue
        document = _covering(one.student_id, lesson.date)
        stands = document or (word_of(None) if one.document_id else _said(one))
        if stands != _said(one):
            _say(one, stands)
            changed.append(one)
    update_with_history(Absence, changed, _REASON)


def word_of(document: AbsenceDocument | None) -> Said:
    if document is None:
        return Said(Reason.UNKNOWN)
    return Said(document.reason, document.pk, document.entered_by_id)
