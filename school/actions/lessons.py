"""Single lessons: one more, cancelled, restored, moved, taken by another teacher."""

import datetime
from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..models import DayOverride, Journal, Lesson, Room, Substitution, User
from ..models.history import update_with_history
from ..rules.bells import Hour
from .bells import hour_of
from .holding import hold, lessons_to_change
from .refusals import refuse_closed, refuse_conflict, refuse_second, refuse_vacation


@transaction.atomic
def schedule_lesson(journal: Journal, day: datetime.date, number: int) -> Lesson:
    """Add one lesson of the journal's kind by hand. ScheduleError if one of its pupils is taught
    elsewhere then, the period is closed, or the bells of that day have no lesson of that number."""
    hold([journal.pk])
    refuse_closed(journal, day)
    refuse_vacation(journal, day)
    refuse_second(journal, day, number)
    hour = hour_of(journal, day, number)
    refuse_conflict(journal, day, hour)
    kind = journal.lesson_kind
    return Lesson.objects.create(journal=journal, date=day, kind=kind, **hour._asdict())


@transaction.atomic
def cancel_lesson(lesson: Lesson, reason: str) -> None:
    """The lesson does not take place; what is written in it remains, counts nowhere and is closed
    for writing. ScheduleError in a closed period."""
    _hold_place(lesson)
    refuse_closed(lesson.journal, lesson.date)
    lesson.cancel(reason)
    lesson.save(update_fields=Lesson.CANCELLATION)


@transaction.atomic
def cancel_unattended(lessons: QuerySet[Lesson], reason: str) -> int:
    """Cancel at once the lessons of a queryset that nobody attends: nothing was due there, so
    nothing else follows. Returns their number."""
    hold(lessons.values("journal"))
    lessons_to_change.send(Lesson)
    found = list(lessons.filter(nobody_attends=True).order_by("pk").select_for_update(of=["self"]))
    cancel_all(found, reason, None)
    return len(found)


@transaction.atomic
def restore_lesson(lesson: Lesson) -> None:
    """Take a cancellation back, and what is written in the lesson counts again. ScheduleError if
    the hour is taken by now or the period closed."""
    _hold_place(lesson)
    if lesson.cancelled:
        refuse_closed(lesson.journal, lesson.date)
        refuse_conflict(lesson.journal, lesson.date, lesson.hour)
        lesson.restore()
        lesson.save(update_fields=Lesson.CANCELLATION)


def _hold_place(lesson):
    """Hold the lesson's journal; when and whether the lesson is held is read anew."""
    hold([lesson.journal_id])
    _read_place(lesson)


def _read_place(lesson):
    dues = ["attendance_due_at", "topic_due_at"]
    lesson.refresh_from_db(
        fields=["date", *Hour._fields, *dues, "nobody_attends", *Lesson.CANCELLATION]
    )


@transaction.atomic
def move_lesson(lesson: Lesson, day: datetime.date, number: int) -> None:
    """Hold a lesson on another school-local day or in another hour, with all that is written in it;
    a cancelled one takes place there. ScheduleError if the hour is taken, one of the days is in a
    closed period, or the bells of that day have no lesson of that number."""
    _hold_place(lesson)
    for one in {lesson.date, day}:
        refuse_closed(lesson.journal, one)
    refuse_vacation(lesson.journal, day)
    refuse_second(lesson.journal, day, number)
    hour = hour_of(lesson.journal, day, number)
    refuse_conflict(lesson.journal, day, hour)
    _hold_at(lesson, day, hour)


def _hold_at(lesson, day, hour):
    of_day = filter(None, [lesson.attendance_due_at, lesson.topic_due_at])
    was_due = any(due < timezone.now() for due in of_day)
    lesson.date, lesson.hour = day, hour
    if lesson.cancelled or not was_due:
        lesson.restore()
        lesson.unknown_from = None  # there it never was before
    lesson.save(update_fields=["date", *Hour._fields, *Lesson.CANCELLATION])


@transaction.atomic
def exchange_lessons(one: Lesson, other: Lesson) -> None:
    """Hold each of two lessons where the other stands, with all that is written in them, at the
    hours of its own bells. ScheduleError if one of the hours is taken by a third, is in a closed
    period, or the bells have no lesson of that number."""
    hold([one.journal_id, other.journal_id])
    lessons_to_change.send(Lesson)
    places = []
    for lesson in (one, other):
        _read_place(lesson)
        refuse_closed(lesson.journal, lesson.date)
        places.append((lesson.date, lesson.number))
    hours = []
    for lesson, (day, number) in ((one, places[1]), (other, places[0])):
        refuse_vacation(lesson.journal, day)
        if one.journal_id != other.journal_id:
            refuse_second(lesson.journal, day, number)
        hours.append(hour_of(lesson.journal, day, number))
        refuse_conflict(lesson.journal, day, hours[-1], (one.pk, other.pk))
    # Two lessons of one journal are never at one place, not even meanwhile.
    Lesson.objects.filter(pk=one.pk).update(number=MEANWHILE)
    _hold_at(other, places[0][0], hours[1])
    _hold_at(one, places[1][0], hours[0])


MEANWHILE = 32_767


@transaction.atomic
def set_room(lesson: Lesson, room: Room | None) -> None:
    """Hold one lesson in another room; ScheduleError in a closed period."""
    _hold_place(lesson)
    refuse_closed(lesson.journal, lesson.date)
    lesson.room = room
    lesson.save(update_fields=["room"])


def cancel_all(lessons: Iterable[Lesson], reason: str, override: DayOverride | None) -> None:
    """Cancel Lessons at once for one reason, a DayOverride (None: for no such)."""
    lessons = list(lessons)
    for lesson in lessons:
        lesson.cancel(reason, override)
    update_with_history(Lesson, lessons, Lesson.CANCELLATION)


def restore_all(lessons: Iterable[Lesson]) -> None:
    """Take the cancellations of Lessons back at once."""
    lessons = list(lessons)
    for lesson in lessons:
        lesson.restore()
    update_with_history(Lesson, lessons, Lesson.CANCELLATION)


@transaction.atomic
def substitute(lesson: Lesson, teacher: User, reason: str = "") -> Substitution:
    """Let another teacher take the lesson; a second call replaces the first. ScheduleError in a
    closed period."""
    _hold_place(lesson)
    refuse_closed(lesson.journal, lesson.date)
    row = Substitution.objects.filter(lesson=lesson).first() or Substitution(lesson=lesson)
    row.teacher, row.reason = teacher, reason
    row.save()
    return row
