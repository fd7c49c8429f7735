"""The read model of the home page."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from journals import deadlines, rules
from journals.queries import grid_url, unanswered_remarks
from school.models import Lesson
from school.queries import lessons_to_teach, working_calendar

A_SCHOOL_YEAR = datetime.timedelta(days=300)
LOOK_AHEAD = datetime.timedelta(days=14)


@dataclass(frozen=True)
class Todo:
    """A duty not done yet: `when` says how long it may take or how late it is; `url` leads to the
    place where it is done."""

    name: str
    when: str
    is_late: bool
    url: str


@dataclass(frozen=True)
class HomeLesson:
    """A lesson on its teacher's home page; `todo` is what is still to be written."""

    lesson: Lesson
    url: str
    todo: list
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
    """Today's lessons, earlier ones of the school year with something not written (newest first),
    the next day that has lessons, remarks that wait for an answer."""

    lessons: list
    gaps: list
    next_day: datetime.date | None
    remarks: list


def teacher_day(teacher, now):
    """The TeacherDay of a person at an instant; five queries."""
    now = timezone.localtime(now)
    today = now.date()
    calendar = working_calendar(today - A_SCHOOL_YEAR, today)
    lessons = lessons_to_teach(teacher, today - A_SCHOOL_YEAR, today + LOOK_AHEAD)
    found = [
        _home_lesson(lesson, teacher, now, calendar)
        for lesson in deadlines.with_open_duties(lessons, today)
    ]
    return TeacherDay(
        [one for one in found if one.date == today],
        sorted([one for one in found if one.date < today], key=_newest_day_first),
        next((one.date for one in found if one.date > today and not one.cancelled), None),
        list(unanswered_remarks(teacher, today)),
    )


def _newest_day_first(lesson):
    return -lesson.date.toordinal(), lesson.number


def _home_lesson(lesson, teacher, now, calendar):
    substitution = getattr(lesson, "substitution", None)
    url = grid_url(lesson)
    return HomeLesson(
        lesson,
        url,
        [_todo(duty, url, now, calendar) for duty in deadlines.open_duties(lesson, now)],
        substitution is not None and substitution.teacher_id == teacher.pk,
        lesson.starts_at <= now <= lesson.ends_at,
        now > lesson.ends_at,
    )


def _todo(duty, url, now, calendar):
    when = ""
    if duty.is_late:
        when = f"опоздание {rules.lateness(duty.due, now, calendar, now.tzinfo)}"
    elif duty.due:
        when = rules.time_left(duty.due, now, now.tzinfo)
    return Todo(duty.name, when, duty.is_late, f"{url}#{duty.anchor}")
