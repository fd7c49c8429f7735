"""Writes of the timetable's single lessons, where what is written in them has its say: a lesson is
moved with all of it."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass, field

from django.db import transaction
from django.utils import timezone

from attendance.actions.absences import follow_move
from attendance.models import Absence
from attendance.refusals import Refused
from school import namesakes
from school.actions import lessons as school_lessons
from school.actions.holding import hold
from school.actions.kinds import set_kind
from school.actions.refusals import ScheduleError
from school.models import Journal, Lesson, LessonKind, SchoolYear, Student, User
from school.models.history import update_with_history
from school.queries.belonging import attendees, classes_of_groups

from .. import self_judging
from ..models import LessonWork, Mark
from ..queries.cell import work_types
from ..queries.unattended import unattended
from .dues import classes_there, set_dues_of_works
from .following import recount
from .late import recheck


def cancel_unattended(year: SchoolYear, reason: str) -> int:
    """Cancel the lessons of a year that nobody attends and in which nothing is written, past and to
    come, but none in a closed period; each can be restored. Returns their number."""
    return school_lessons.cancel_unattended(unattended(year), reason)


@transaction.atomic
def move_lesson(journal: Journal, lesson_id: int, day: datetime.date, number: int) -> Lesson:
    """Hold a lesson of a journal (with group) on another school-local day or in another hour with
    its topic, homework, works, marks, absences and substitute; a cancelled one takes place there.
    Returns the Lesson.

    Refused: pupils are taught elsewhere then, a lesson of the journal is there already, one of the
    days is in a closed period, marks or absences would stand before the lesson, or a pupil who has
    one does not belong to the journal that day.
    """
    school_lessons.hold_place(Lesson.objects.get(pk=lesson_id, journal=journal))
    lesson = Lesson.objects.get(pk=lesson_id, journal=journal)
    lesson.journal = journal
    if (lesson.date, lesson.number) == (day, number):
        raise Refused("Урок и так стоит в этот день и час.")
    _refuse_unfit_content(journal, lesson, day)
    try:
        school_lessons.move_lesson(lesson, day, number)
    except ScheduleError as error:
        raise Refused(str(error)) from error
    follow_place(lesson)
    return lesson


@transaction.atomic
def exchange_lessons(one: Lesson, other: Lesson) -> None:
    """Hold each of two lessons (with journal and group) where the other stands, with all that is
    written in them. Refused as a move is."""
    school_lessons.hold_place(one, other)
    if one.cancelled or other.cancelled:
        raise Refused("Отменённый урок не меняют: его проводят в другое время или возвращают.")
    for lesson, day in ((one, other.date), (other, one.date)):
        _refuse_unfit_content(lesson.journal, lesson, day)
    try:
        school_lessons.exchange_lessons(one, other)
    except ScheduleError as error:
        raise Refused(str(error)) from error
    for lesson in (one, other):
        follow_place(lesson)


@dataclass
class DayMoved:
    """How many lessons were moved with their day, and why which of them were not, in Russian."""

    moved: int = 0
    left: list[str] = field(default_factory=list)


@transaction.atomic
def move_day(
    year: SchoolYear, day: datetime.date, to: datetime.date, classes: Collection[int] = ()
) -> DayMoved:
    """Hold the lessons of a school-local day on another one, at the same numbers, with all that is
    written in them: of some classes (ids; of groups those that pupils of theirs visit), or of all.
    What can't be moved stays and is told; the others are not held up by it. A lesson in which marks
    or absences stand costs queries of its own."""
    if day == to:
        raise Refused("Это один и тот же день.")
    found = Lesson.objects.filter(date=day, cancelled="", journal__group__year=year).order_by("pk")
    hold(found.order_by().values("journal"))
    lessons = list(found.select_related("journal__group", "journal__subject"))
    if classes:
        of_groups = classes_of_groups({lesson.journal.group_id for lesson in lessons})
        there = classes_there(of_groups, list(of_groups), day)
        nobody: frozenset[int] = frozenset()
        lessons = [one for one in lessons if there.get(one.journal.group_id, nobody) & {*classes}]
    if not lessons:
        raise Refused(f"{day:%d.%m.%Y}: уроков, которые можно перенести, нет.")
    result, fit = DayMoved(), []
    keys = [lesson.pk for lesson in lessons]
    marked = set(Mark.objects.filter(work__lesson__in=keys).values_list("work__lesson", flat=True))
    marked |= set(Absence.objects.filter(lesson__in=keys).values_list("lesson", flat=True))
    for lesson in lessons:
        try:
            if lesson.pk in marked or lesson.attendance_taken_at:
                _refuse_unfit_content(lesson.journal, lesson, to)
        except Refused as error:
            result.left.append(f"{lesson.journal}, {lesson.number}-й: {error}")
        else:
            fit.append(lesson)
    result.left += school_lessons.move_day(year, fit, to)
    result.moved = len(lessons) - len(result.left)
    return result


def follow_place(lesson: Lesson) -> None:
    """A lesson was moved with what is written in it: absences and works follow the day."""
    follow_move(lesson)
    _follow_works(lesson)
    set_dues_of_works(lesson.works.all())
    recheck([lesson.pk])


@transaction.atomic
def cancel_lesson(lesson: Lesson, reason: str, person: User) -> None:
    """`school.actions.lessons.cancel_lesson` for the leader who does it. Refused: of a lesson of
    the past that is his own another leader judges, for what is late in it goes with it (4.2)."""
    self_judging.refuse_own_past(lesson, person)
    school_lessons.cancel_lesson(lesson, reason)


@transaction.atomic
def change_kind(lesson: Lesson, kind: LessonKind, person: User) -> None:
    """`school.actions.kinds.set_kind` for the leader who does it. Refused as `cancel_lesson`: what
    is late in a lesson may not be owed in one of another kind."""
    self_judging.refuse_own_past(lesson, person)
    set_kind(lesson, kind)


def _follow_works(lesson):
    """Its works are of the kinds of the day on which it is held now, where there are such."""
    works = list(lesson.works.select_related("work_type"))
    kinds = {one.name: one for one in work_types(lesson.date)}
    moved = [
        work
        for work in works
        if not work.work_type.holds_on(lesson.date) and work.work_type.name in kinds
    ]
    for work in moved:
        work.work_type = kinds[work.work_type.name]
    if moved:
        update_with_history(LessonWork, moved, ["work_type"])
        set_dues_of_works(lesson.works.all())
        recount(lesson.works.all())


def _refuse_unfit_content(journal, lesson, day):
    marked = Mark.objects.filter(work__lesson=lesson).values_list("student", flat=True)
    absent = Absence.objects.filter(lesson=lesson).values_list("student", flat=True)
    students = {*marked, *absent}
    if day > timezone.localdate() and (students or lesson.attendance_taken_at):
        raise Refused(
            "На уроке уже есть отметки или отмечено присутствие: перенести его можно на сегодня "
            "или на прошедший день."
        )
    there = {one.student_id for one in attendees(journal, day, day)} if students else set()
    if missing := students - there:
        found = Student.objects.filter(pk__in=missing).select_related("user")
        found = found.order_by("user__sort_name", "pk")
        raise Refused(
            f"{day:%d.%m.%Y} здесь не учатся, а отметки или пропуски за урок есть: "
            f"{', '.join(namesakes.students(found).values())}."
        )
