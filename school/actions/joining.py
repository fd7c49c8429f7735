"""Lessons that one teacher takes together."""

from django.db import transaction

from ..models import Lesson, Substitution, User
from ..queries.teaching import teachers_of_lessons
from ..rules.joins import Joinable, why_not_joined
from .holding import lessons_to_change
from .lessons import hold_place, read_place, refuse_away
from .refusals import ScheduleError, refuse_closed
from .takers import let_take, part


@transaction.atomic
def join_lessons(lesson: Lesson, host: Lesson, teacher: User) -> None:
    """Let a teacher who takes the `host` take another Lesson (both with journal and group) together
    with it: he may write in both, and the host carries the hour. ScheduleError as `why_not_joined`,
    in a closed period, if another stands in already, or if he does not take the host or is away
    then."""
    hold_place(lesson, host)
    refuse_closed(lesson.journal, lesson.date)
    lessons_to_change.send(Lesson)
    for one in (lesson, host):
        read_place(one)  # it may have been rung otherwise until now
    if told := why_not_joined(_joinable(lesson), _joinable(host)):
        raise ScheduleError(told)
    refuse_away(teacher, lesson)
    standing = Substitution.objects.filter(lesson=lesson).exclude(teacher=teacher)
    if row := standing.select_related("teacher").first():
        raise ScheduleError(
            f"На этом уроке {row.teacher.short_name} уже заменяет: сначала верните урок."
        )
    takers = teachers_of_lessons(Lesson.objects.filter(pk=host.pk))
    if teacher.pk not in takers.get(host.pk, []):
        raise ScheduleError(f"{host.journal}: этот урок ведёт уже не {teacher.short_name}")
    let_take(lesson, teacher.pk)
    lesson.joined_to = host
    lesson.save(update_fields=["joined_to"])


def _joinable(lesson):
    has_joined = lesson.joined.exists()
    return Joinable(
        lesson.pk,
        lesson.journal_id,
        lesson.date,
        lesson.hour,
        bool(lesson.cancelled),
        lesson.joined_to_id is not None,
        has_joined,
    )


@transaction.atomic
def part_lessons(lesson: Lesson) -> None:
    """The Lesson (with journal and group) is held by itself again, by whoever keeps its journal.
    ScheduleError in a closed period, or if it is joined to none."""
    hold_place(lesson)
    refuse_closed(lesson.journal, lesson.date)
    if lesson.joined_to_id is None:
        raise ScheduleError("Этот урок и так проводится отдельно.")
    lessons_to_change.send(Lesson)
    if row := Substitution.objects.filter(lesson=lesson).first():
        row.delete()
    part(lesson)
