"""Single lessons: one more, cancelled, restored, moved, taken by another teacher."""

import datetime
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import Journal, Lesson, Room, SchoolYear, Substitution, User
from ..models.history import update_with_history
from ..queries.calendar import period_spans
from ..queries.lessons import holds_something
from ..queries.plans import Plan
from ..queries.teacher_absences import away_at
from ..rules.bells import Hour
from ..rules.spans import covers
from ..rules.timetable import Place
from .bells import hour_of
from .cancelling import cancel_all
from .holding import hold, lessons_to_change
from .refusals import ScheduleError, refuse_closed, refuse_conflict, refuse_second, refuse_vacation
from .takers import follow_places, follow_taker, link_absences
from .timetable import rescheduled


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
    hold_place(lesson)
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
    hold_place(lesson)
    if lesson.cancelled:
        refuse_closed(lesson.journal, lesson.date)
        refuse_conflict(lesson.journal, lesson.date, lesson.hour)
        lesson.restore()
        lesson.save(update_fields=Lesson.CANCELLATION)


def hold_place(*lessons: Lesson) -> None:
    """Hold the journals of Lessons, and of those that are taken together with them; when and
    whether a lesson is held is read anew."""
    keys = [lesson.pk for lesson in lessons]
    own = Q(lessons__in=keys)
    joined = Q(lessons__joined_to__in=keys) | Q(lessons__joined__in=keys)
    is_joined = Q(joined_to__isnull=False) | Q(joined__isnull=False)
    if Lesson.objects.filter(is_joined, pk__in=keys).exists():
        hold(Journal.objects.filter(own | joined).order_by().values("pk"))
    else:
        hold(list({lesson.journal_id for lesson in lessons}))
    for lesson in lessons:
        read_place(lesson)


def read_place(lesson: Lesson) -> None:
    """When and whether a lesson is held, with whom together, and what is due of it."""
    dues = ["attendance_due_at", "topic_due_at"]
    lesson.refresh_from_db(
        fields=["date", *Hour._fields, *dues, "nobody_attends", "joined_to", *Lesson.CANCELLATION]
    )


@transaction.atomic
def move_lesson(lesson: Lesson, day: datetime.date, number: int) -> None:
    """Hold a lesson on another school-local day or in another hour, with all that is written in it;
    a cancelled one takes place there. ScheduleError if the hour is taken, one of the days is in a
    closed period, or the bells of that day have no lesson of that number."""
    hold_place(lesson)
    for one in {lesson.date, day}:
        refuse_closed(lesson.journal, one)
    refuse_vacation(lesson.journal, day)
    refuse_second(lesson.journal, day, number)
    hour = hour_of(lesson.journal, day, number)
    refuse_conflict(lesson.journal, day, hour)
    _hold_at(lesson, day, hour)
    _follow_place(lesson)


def _hold_at(lesson, day, hour):
    _set_at(lesson, day, hour)
    lesson.save(update_fields=["date", *Hour._fields, *Lesson.CANCELLATION])


def _set_at(lesson, day, hour):
    of_day = filter(None, [lesson.attendance_due_at, lesson.topic_due_at])
    was_due = any(due < timezone.now() for due in of_day)
    lesson.date, lesson.hour = day, hour
    if lesson.cancelled or not was_due:
        lesson.restore()
        lesson.unknown_from = None  # there it never was before


@transaction.atomic
def move_day(year: SchoolYear, lessons: Sequence[Lesson], to: datetime.date) -> list[str]:
    """Hold Lessons (with journal, group and subject; held by the caller) of a year on another
    school-local day, at the same numbers. Returns, in Russian, which of them can't be and why; a
    fixed number of queries beside what follows in each that holds something."""
    journals = Journal.objects.filter(pk__in={lesson.journal_id for lesson in lessons})
    plan = Plan(year, journals, to, to, rows=())
    left, ghosts = {}, {}
    spans = period_spans(year.pk)
    there = set(Lesson.objects.filter(date=to).values_list("journal", "number"))
    for lesson in lessons:
        if told := _cannot_be(plan, lesson, to, spans, there):
            left[lesson.pk] = told
        else:
            hour = plan.hour(Place(lesson.journal_id, to, lesson.number))
            assert hour is not None  # `_cannot_be` has looked
            ghost = Lesson(journal=lesson.journal, date=to, **hour._asdict())
            ghosts[id(ghost)] = ghost, lesson
    for rival, ghost in plan.double_booked([ghost for ghost, _ in ghosts.values()]):
        _, lesson = ghosts.pop(id(ghost))
        left[lesson.pk] = f"у этих учеников уже есть {rival.journal}"
    _hold_all_at(list(ghosts.values()), to)
    return [f"{one.journal}, {one.number}-й: {left[one.pk]}" for one in lessons if one.pk in left]


def _cannot_be(plan, lesson, to, spans, there):
    """Why a lesson can't be held on a day at all, «» where nothing is against it."""
    for day in (lesson.date, to):
        if covers(plan.closed[lesson.journal_id], day):
            return f"{day:%d.%m.%Y}: период закрыт"
    if not covers(spans.get(lesson.journal.period_kind, ()), to):
        return f"{to:%d.%m.%Y} не входит ни в один учебный период"
    if (lesson.journal_id, lesson.number) in there:
        return "в этот день и час урок в журнале уже есть"
    if plan.hour(Place(lesson.journal_id, to, lesson.number)) is None:
        return f"{lesson.number}-го урока по звонкам этого дня нет"
    return ""


def _hold_all_at(moves, to):
    if not moves:
        return
    lessons_to_change.send(Lesson)
    moved, days = [lesson for _, lesson in moves], {to}
    for ghost, lesson in moves:
        days.add(lesson.date)
        _set_at(lesson, to, ghost.hour)
    update_with_history(Lesson, moved, ["date", *Hour._fields, *Lesson.CANCELLATION])
    follow_places([one.pk for one in moved])
    filled = Lesson.objects.filter(holds_something(), pk__in=[one.pk for one in moved])
    keys = set(filled.values_list("pk", flat=True))
    rescheduled.send(Lesson, days=days, moved=[one for one in moved if one.pk in keys])


@transaction.atomic
def exchange_lessons(one: Lesson, other: Lesson) -> None:
    """Hold each of two lessons where the other stands, with all that is written in them, at the
    hours of its own bells. ScheduleError if one of the hours is taken by a third, is in a closed
    period, or the bells have no lesson of that number."""
    hold_place(one, other)
    places = []
    for lesson in (one, other):
        refuse_closed(lesson.journal, lesson.date)
        places.append((lesson.date, lesson.number))
    hours = []
    for lesson, (day, number) in ((one, places[1]), (other, places[0])):
        refuse_closed(lesson.journal, day)
        refuse_vacation(lesson.journal, day)
        if one.journal_id != other.journal_id:
            refuse_second(lesson.journal, day, number)
        hours.append(hour_of(lesson.journal, day, number))
        refuse_conflict(lesson.journal, day, hours[-1], (one.pk, other.pk))
    if places[0][0] == places[1][0] and hours[0].meets(hours[1]):
        raise ScheduleError("После обмена эти уроки пересекались бы по времени: звонки разные.")
    lessons_to_change.send(Lesson)
    # Two lessons of one journal are never at one place, not even meanwhile.
    Lesson.objects.filter(pk=one.pk).update(number=MEANWHILE)
    _hold_at(other, places[0][0], hours[1])
    _hold_at(one, places[1][0], hours[0])
    _follow_place(one, other)


def _follow_place(*lessons):
    follow_places([lesson.pk for lesson in lessons])
    for lesson in lessons:
        lesson.refresh_from_db(fields=["joined_to"])


MEANWHILE = 32_767


@transaction.atomic
def set_room(lesson: Lesson, room: Room | None) -> None:
    """Hold one lesson in another room; ScheduleError in a closed period."""
    hold_place(lesson)
    refuse_closed(lesson.journal, lesson.date)
    lesson.room = room
    lesson.save(update_fields=["room"])


@transaction.atomic
def substitute(lesson: Lesson, teacher: User, reason: str = "") -> Substitution:
    """Let another teacher take the lesson; a second call replaces the first. The substitution
    points to the absence of who would have taught it. What is joined to the lesson he takes as
    well; one that is joined to another's lesson is so no longer. ScheduleError in a closed period,
    or if he is away then."""
    hold_place(lesson)
    for one in (lesson, *_joined_to(lesson)):
        refuse_closed(one.journal, one.date)
    refuse_away(teacher, lesson)
    row = Substitution.objects.filter(lesson=lesson).first() or Substitution(lesson=lesson)
    row.teacher, row.reason = teacher, reason
    row.save()
    follow_substitution(lesson)
    row.refresh_from_db(fields=["absence"])
    return row


def _joined_to(lesson):
    """Whoever takes it takes them as well."""
    return lesson.joined.select_related("journal__group", "journal__subject")


@transaction.atomic
def withdraw_substitution(lesson: Lesson) -> None:
    """Whoever keeps the journal takes the lesson himself; where it was taken together with another
    one it is so no longer. ScheduleError in a closed period, or if nobody stands in."""
    hold_place(lesson)
    for one in (lesson, *_joined_to(lesson)):
        refuse_closed(one.journal, one.date)
    row = Substitution.objects.filter(lesson=lesson).first()
    if row is None:
        raise ScheduleError("Замены на этом уроке нет.")
    row.delete()
    follow_substitution(lesson)


def follow_substitution(lesson: Lesson) -> None:
    """When the Lesson's substitution was saved or deleted, by an action or in the administrator's
    site; in the caller's transaction."""
    link_absences(Substitution.objects.filter(lesson=lesson))
    follow_taker(lesson)


def refuse_away(teacher: User, lesson: Lesson) -> None:
    """ScheduleError if a teacher is away at a Lesson; it doesn't say why."""
    if absence := away_at(lesson.date, lesson.number).get(teacher.pk):
        raise ScheduleError(f"В это время отсутствует: {absence}.")
