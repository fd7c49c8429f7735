"""The administration's excuses and remarks, and the teachers' answers (2.10, 4.1, 4.2)."""

from django.db import transaction
from django.utils import timezone

from attendance.actions import Refused
from school.actions import hold
from school.rules import visible_lines

from ..models import LateEntry, Remark
from .refusals import Conflict


@transaction.atomic
def excuse(entries, person, text):
    """Excuse late entries (ids) with a comment; one excused before gets the new comment. Returns
    their number."""
    return _set_excuse(entries, excuse=text, excused_by=person, excused_at=timezone.now())


@transaction.atomic
def withdraw_excuse(entries):
    """Late entries (ids) are blamed again. Returns their number."""
    return _set_excuse(entries, excuse="", excused_by=None, excused_at=None)


def _set_excuse(entries, **fields):
    found = LateEntry.objects.select_for_update().filter(pk__in=entries)
    changed = [entry for entry in found if entry.excuse != fields["excuse"]]
    for entry in changed:
        for name, value in fields.items():
            setattr(entry, name, value)
        entry.save(update_fields=list(fields))
    return len(changed)


@transaction.atomic
def make_remark(journal, lesson, person, text):
    """A remark on a journal, or on one of its lessons (else None). Sent twice it is one: what the
    same person has said there in the same words waits for its answer already."""
    hold([journal.pk])  # of two at once one waits
    said = {"journal": journal, "lesson": lesson, "author": person, "text": text}
    waiting = Remark.objects.filter(**said, answer="", closed_at=None).first()
    return waiting or Remark.objects.create(**said)


@transaction.atomic
def answer_remark(remark_id, person, was, text):
    """Write a teacher's answer over the one that `was` there. Refused once the remark is closed;
    Conflict when another answer stands there by now."""
    remark = Remark.objects.select_for_update().get(pk=remark_id)
    if remark.answer == text:
        return remark
    if remark.closed_at:
        raise Refused("Замечание уже закрыто: ответ изменить нельзя.")
    if visible_lines(remark.answer) != visible_lines(was):  # a browser ends lines in its own way
        raise Conflict(remark.answer)
    remark.answer, remark.answered_by, remark.answered_at = text, person, timezone.now()
    remark.save(update_fields=["answer", "answered_by", "answered_at"])
    return remark


@transaction.atomic
def close_remark(remark_id, person):
    """The matter is settled, whether it was answered or not; the first who closes it stands."""
    remark = Remark.objects.select_for_update().get(pk=remark_id)
    if remark.closed_at is None:
        remark.closed_by, remark.closed_at = person, timezone.now()
        remark.save(update_fields=["closed_by", "closed_at"])


@transaction.atomic
def reopen_remark(remark_id):
    """It was not settled after all: it waits for an answer again."""
    remark = Remark.objects.select_for_update().get(pk=remark_id)
    if remark.closed_at is not None:
        remark.closed_by = remark.closed_at = None
        remark.reopened_at = timezone.now()
        remark.save(update_fields=["closed_by", "closed_at", "reopened_at"])
