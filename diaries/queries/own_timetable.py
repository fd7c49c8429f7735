"""A pupil's own timetable of a week (2.11)."""

import datetime
from collections.abc import Mapping

from django.utils import timezone

from journals.queries.own_timetable import (
    OwnLesson,
    OwnWeek,
    control_works,
    days_of,
    is_now,
    moved_from,
)
from school import namesakes
from school.models import Lesson, Student, User
from school.queries.calendar import period_spans, week_days, year_of
from school.queries.coming_timetable import coming_of_pupil
from school.queries.lessons import lessons_of
from school.queries.teaching import teachers_of_lessons
from school.rules.days import WorkingCalendar
from school.rules.spans import ONE_DAY
from school.rules.terms import terms_of

from .day_notes import day_note, own_days


def pupil_week(student: Student, monday: datetime.date, now: datetime.datetime) -> OwnWeek:
    """The OwnWeek of a pupil that begins on `monday`, of the lessons he belongs to; a fixed number
    of queries, and one or two more where the school says something of its days, or another
    timetable is to begin."""
    now = timezone.localtime(now)
    sunday = monday + 6 * ONE_DAY
    lessons = lessons_of(student, monday, sunday)
    works, people = control_works(one.pk for one in lessons), _people(lessons)
    found = [_own(one, now, works, people) for one in lessons]
    calendar, own = WorkingCalendar(week_days()), own_days([student.pk], monday, sunday)
    year = year_of(sunday)
    spans = period_spans(year.pk) if year else {}
    terms = {kind: terms_of(kind, spans) for kind in spans}

    def note(day: datetime.date, has_lessons: bool) -> str:
        its_own = own.get(student.pk, {}).get(day, "")
        return day_note(day, has_lessons, its_own, terms, calendar)

    return OwnWeek(monday, days_of(monday, found, note), coming_of_pupil(student, now.date()))


def _people(lessons: list[Lesson]) -> dict[int, str]:
    """{lesson id: «Дёмина О. С.»} of those who take the lessons."""
    takers = teachers_of_lessons(Lesson.objects.filter(pk__in=[one.pk for one in lessons]))
    teachers = User.objects.filter(pk__in={pk for found in takers.values() for pk in found})
    names = namesakes.staff(teachers)
    return {
        lesson: ", ".join(dict.fromkeys(names[pk] for pk in found))
        for lesson, found in takers.items()
    }


def _own(
    lesson: Lesson,
    now: datetime.datetime,
    works: Mapping[int, list[str]],
    people: Mapping[int, str],
) -> OwnLesson:
    group, subject = lesson.journal.group, lesson.journal.subject
    name = people.get(lesson.pk, "")
    tag = change = ""
    if lesson.cancelled:
        tag, change = "урока нет", f"урока нет, {lesson.cancelled}"
    elif lesson.substitute:
        tag, change = "замена", f"ведёт {name}"
    elif moved := moved_from(lesson):
        tag, change = "перенесён", f"перенесён, {moved}"
    title = str(subject) if group.school_class_id else f"{subject}, {group}"
    return OwnLesson(
        date=lesson.date,
        number=lesson.number,
        starts_at=lesson.starts_at,
        ends_at=lesson.ends_at,
        title=title,
        kind=lesson.kind.short_name,
        room=str(lesson.room or ""),
        people=name,
        works=works.get(lesson.pk, []),
        tag=tag,
        change=change,
        is_off=bool(lesson.cancelled),
        is_now=is_now(lesson, now),
    )
