"""The read model of the home page."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode

from journals.rules import missing_entries
from school.models import Lesson
from school.queries import lessons_to_teach

LOOK_BACK = datetime.timedelta(days=14)
LOOK_AHEAD = datetime.timedelta(days=14)


@dataclass(frozen=True)
class HomeLesson:
    """A lesson on its teacher's home page; `missing` is what is still to be written, in Russian."""

    lesson: Lesson
    url: str
    lesson_url: str
    missing: list
    is_substitution: bool
    is_now: bool
    is_past: bool

    @property
    def journal(self):
        return self.lesson.journal

    @property
    def date(self):
        return self.lesson.date

    @property
    def number(self):
        return self.lesson.slot.number

    @property
    def starts_at(self):
        return self.lesson.slot.starts_at

    @property
    def ends_at(self):
        return self.lesson.slot.ends_at

    @property
    def cancelled(self):
        return self.lesson.cancelled


@dataclass(frozen=True)
class TeacherDay:
    """Today's lessons, earlier ones with something missing, the next day that has lessons."""

    lessons: list
    gaps: list
    next_day: datetime.date | None


def teacher_day(teacher, now):
    """The TeacherDay of a person at an instant; one query."""
    now = timezone.localtime(now)
    today = now.date()
    found = [
        _home_lesson(lesson, teacher, now)
        for lesson in lessons_to_teach(teacher, today - LOOK_BACK, today + LOOK_AHEAD)
    ]
    return TeacherDay(
        [one for one in found if one.date == today],
        [one for one in found if one.date < today and one.missing],
        next((one.date for one in found if one.date > today and not one.cancelled), None),
    )


def _home_lesson(lesson, teacher, now):
    begun = lesson.starts_at <= now
    substitution = getattr(lesson, "substitution", None)
    grid = reverse("grid", args=[lesson.journal_id])
    return HomeLesson(
        lesson,
        f"{grid}?{urlencode({'date': lesson.date.isoformat()})}",
        reverse("lesson", args=[lesson.journal_id, lesson.pk]),
        missing_entries(lesson, now.date()) if begun else [],
        substitution is not None and substitution.teacher_id == teacher.pk,
        begun and now <= lesson.ends_at,
        now > lesson.ends_at,
    )
