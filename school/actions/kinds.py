"""Kinds of lessons: of one lesson, of a journal's lessons to come."""

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from ..models import Journal, Lesson, LessonKind
from ..models.history import update_with_history
from ..queries.locks import is_closed
from .holding import hold, lessons_to_change
from .refusals import refuse_closed

# Sent with the `journal` whose lessons to come are of another kind.
handed_down = Signal()


@transaction.atomic
def set_kind(lesson: Lesson, kind: LessonKind) -> None:
    """A lesson is of another kind; what it owes follows, whatever its day. ScheduleError in a
    closed period."""
    hold([lesson.journal_id])
    lesson.refresh_from_db(fields=["date", "kind"])
    refuse_closed(lesson.journal, lesson.date)
    if lesson.kind_id != kind.pk:
        lesson.kind = kind
        lesson.save(update_fields=["kind"])


@transaction.atomic
def hand_down(journal: Journal, before: LessonKind) -> int:
    """When a Journal's kind of lessons is another than `before`: its lessons from today on that
    were of that one are so too, but for those in a closed period. Returns how many."""
    hold([journal.pk])
    lessons_to_change.send(Lesson)
    coming = Lesson.objects.filter(journal=journal, date__gte=timezone.localdate(), kind=before)
    coming = coming.filter(~is_closed(timezone.now())).order_by("pk")
    found = list(coming.select_for_update(of=["self"]))
    for lesson in found:
        lesson.kind = journal.lesson_kind
    update_with_history(Lesson, found, ["kind"])
    handed_down.send(Lesson, journal=journal)
    return len(found)
