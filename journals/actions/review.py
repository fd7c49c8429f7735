"""The administration's excuses and remarks, and the teachers' answers (2.10, 4.1, 4.2)."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.utils import timezone

from attendance.refusals import Refused
from school.actions.holding import hold
from school.models import Journal, Lesson, User
from school.rules.texts import visible_lines

from .. import self_judging
from ..models import LateEntry, Remark
from ..queries.duties import tell
from ..queries.late import entries_of
from ..refusals import Conflict


@transaction.atomic
def excuse(entries: Iterable[int], person: User, text: str) -> int:
    """Excuse late entries (ids) with a comment; one excused before gets the new comment. Those that
    are the person's own are left alone while another leader can excuse them, and where nothing else
    was asked for that is Refused (4.2). Returns the number of those that are excused."""
    found = list(_held(entries))
    judges = judges_of(person, found)
    may = [one for one in found if not judges[one.pk]]
    if found and not may:
        others = self_judging.names(judges[found[0].pk])
        raise Refused(f"Это ваши собственные записи (4.2). Их извиняет {others}")
    fields = {"excuse": text, "excused_by": person, "excused_at": timezone.now()}
    return sum(
        _set_excuse(entry, **fields, self_judged=judges[entry.pk] is not None) for entry in may
    )


def judges_of(person: User, entries: Sequence[LateEntry]) -> dict[int, list[User] | None]:
    """{key: None where a LateEntry is not the person's own, else the leaders who can judge it in
    his place}."""
    told = tell(entries)
    matters = [(one.journal_id, told[one.pk].holders) for one in entries]
    found = self_judging.other_judges(person, matters)
    return dict(zip([one.pk for one in entries], found, strict=True))


@transaction.atomic
def withdraw_excuse(entries: Iterable[int]) -> int:
    """Late entries (ids) are blamed again. Returns their number."""
    fields = {"excuse": "", "excused_by": None, "excused_at": None, "self_judged": False}
    return sum(_set_excuse(entry, **fields) for entry in _held(entries))


def _held(entries):
    """Of two at once the second waits."""
    rows = LateEntry.objects.filter(pk__in=entries).order_by("pk").select_for_update()
    return entries_of(list(rows.values_list("pk", flat=True)))


def _set_excuse(entry, **fields):
    """Returns whether that changed anything."""
    if all(getattr(entry, name) == fields[name] for name in ("excuse", "self_judged")):
        return False
    for name, value in fields.items():
        setattr(entry, name, value)
    entry.save(update_fields=list(fields))
    return True


@transaction.atomic
def make_remark(journal: Journal, lesson: Lesson | None, person: User, text: str) -> Remark:
    """A remark on a journal, or on one of its lessons (else None). Sent twice it is one: what the
    same person has said there in the same words waits for its answer already."""
    hold([journal.pk])  # of two at once one waits
    said = {"journal": journal, "lesson": lesson, "author": person, "text": text}
    waiting = Remark.objects.filter(**said, answer="", closed_at=None).first()
    return waiting or Remark.objects.create(**said)


@transaction.atomic
def answer_remark(remark_id: int, person: User, was: str, text: str) -> Remark:
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
def close_remark(remark_id: int, person: User) -> None:
    """The matter is settled, whether it was answered or not; the first who closes it stands.
    Refused where it was made to the person himself and another leader is there (4.2)."""
    remark = Remark.objects.select_for_update().get(pk=remark_id)
    if remark.closed_at is None:
        holders = {remark.answered_by_id} - {None}
        day = timezone.localdate(remark.made_at)
        remark.self_judged = self_judging.judges_himself(
            person, remark.journal_id, (day, day), holders
        )
        remark.closed_by, remark.closed_at = person, timezone.now()
        remark.save(update_fields=["closed_by", "closed_at", "self_judged"])


@transaction.atomic
def reopen_remark(remark_id: int) -> None:
    """It was not settled after all: it waits for an answer again."""
    remark = Remark.objects.select_for_update().get(pk=remark_id)
    if remark.closed_at is not None:
        remark.closed_by = remark.closed_at = None
        remark.self_judged, remark.reopened_at = False, timezone.now()
        remark.save(update_fields=["closed_by", "closed_at", "self_judged", "reopened_at"])
