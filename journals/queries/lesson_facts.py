"""What is told of Lessons at a glance."""

import datetime
from collections.abc import Collection, Container

from school.models import Lesson
from school.rules.teacher_absences import is_untaught
from school.rules.told import LessonFacts, Times, share_time


def lesson_facts(
    lesson: Lesson,
    now: datetime.datetime,
    spans: Collection[Times],
    regular: Collection[int] | None = None,
    gone: Container[int] = (),
) -> LessonFacts:
    """The LessonFacts of a Lesson at an instant, with the `spans` of its day without access;
    `regular` are the ids of who keeps its journal, `gone` those of who is away at it. Where
    teachers do not matter they are left out."""
    substitution = getattr(lesson, "substitution", None)
    taker = substitution and substitution.teacher_id
    return LessonFacts(
        cancelled=bool(lesson.cancelled),
        owes=lesson.owes("attendance") and not lesson.nobody_attends,
        taken=lesson.attendance_taken_at is not None,
        over=lesson.last_instant <= now,
        without_access=share_time((lesson.starts_at, lesson.ends_at), spans),
        untaught=regular is not None
        and not lesson.nobody_attends
        and is_untaught(taker, regular, gone),
        substituted=taker is not None,
    )
