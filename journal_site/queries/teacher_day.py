"""A teacher's day: lessons, what is due and what is late."""

import datetime
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone

from journals import dues
from journals.dues import lateness, time_left
from journals.models import GradeSheet, Remark
from journals.queries.grade_sheets import open_sheets_of
from journals.queries.lesson_facts import lesson_facts
from journals.queries.lists import grid_url
from journals.queries.open_duties import open_duties, with_open_duties
from journals.queries.review import unanswered_remarks
from school.models import Journal, Lesson, User
from school.queries.calendar import days_span, working_calendar, year_of
from school.queries.lessons import lessons_to_write
from school.queries.outages import outages_on, times_without_access
from school.queries.teacher_absences import absences_on, gone_at
from school.queries.teaching import holders_of
from tempjournal.models import TemporaryJournal
from tempjournal.queries.transfers import transfers_of

from .reminders import last_reminder

LONGEST_HOLIDAYS = datetime.timedelta(days=30)


LOOK_AHEAD = datetime.timedelta(days=14)


TOLD_FOR = datetime.timedelta(days=30)  # how long what changed about the leaders is told


@dataclass(frozen=True)
class Todo:
    """A duty not done yet: `when` says how long it may take or how late it is; `url` leads to the
    place where it is done. `is_due`: late, or to be done by the end of today."""

    name: str
    when: str
    is_late: bool
    is_due: bool
    url: str


@dataclass(frozen=True)
class HomeLesson:
    """A lesson on its teacher's home page; `todo` is what is still to be written. `reminded_at`
    (UTC): when a leader last reminded of its journal, which is not open yet."""

    lesson: Lesson
    url: str
    todo: list[Todo]
    is_substitution: bool
    is_now: bool
    is_past: bool
    reminded_at: datetime.datetime | None = None

    @property
    def journal(self) -> Journal:
        return self.lesson.journal

    @property
    def kind(self) -> str:
        """Of what other kind than usual it is, or «»."""
        return self.lesson.kind.short_name

    @property
    def date(self) -> datetime.date:
        return self.lesson.date

    @property
    def number(self) -> int:
        return self.lesson.number

    @property
    def starts_at(self) -> datetime.time:
        return self.lesson.starts_at

    @property
    def ends_at(self) -> datetime.time:
        return self.lesson.ends_at

    @property
    def cancelled(self) -> str:
        return self.lesson.cancelled


@dataclass(frozen=True)
class TeacherDay:
    """Today's lessons, earlier ones of the school year with something not written (newest first),
    those of the next fortnight that the person takes as a substitute, the next day that has
    lessons, grades of periods that are missing as (GradeSheet, Todo),
    temporary journals to be transferred as (TemporaryJournal, Todo), remarks that wait for an
    answer."""

    lessons: list[HomeLesson]
    gaps: list[HomeLesson]
    coming: list[HomeLesson]
    next_day: datetime.date | None
    sheets: list[tuple[GradeSheet, Todo]]
    transfers: list[tuple[TemporaryJournal, Todo]]
    remarks: list[Remark]


def teacher_day(teacher: User, now: datetime.datetime) -> TeacherDay:
    """The TeacherDay of a person at an instant; a fixed number of queries."""
    now = timezone.localtime(now)
    today = now.date()
    year = year_of(today)
    since = year.starts_on if year else today
    calendar = working_calendar(since, today)
    lessons = lessons_to_write(teacher, since, today + LOOK_AHEAD, today)
    reminded = _reminded(last_reminder(today), teacher)
    found = [
        _home_lesson(lesson, duties, teacher, now, calendar, reminded(lesson))
        for lesson, duties in _own_duties(lessons, teacher, now)
        if duties or lesson.date >= today
    ]
    year_began = days_span(since, today)[0]
    return TeacherDay(
        [one for one in found if one.date == today],
        sorted([one for one in found if one.date < today], key=_newest_day_first),
        [one for one in found if one.date > today and one.is_substitution and not one.cancelled],
        next((one.date for one in found if one.date > today and not one.cancelled), None),
        [
            (sheet, _sheet_todo(sheet, now, calendar))
            for sheet in open_sheets_of(teacher, year_began, today)
        ],
        [
            (one, _transfer_todo(one, now, calendar))
            for one in transfers_of(teacher, year_began, now)
        ],
        list(unanswered_remarks(teacher, today)),
    )


def _own_duties(lessons, teacher, now):
    """[(Lesson, the OpenDuties that are this person's)] of `lessons_to_write`; of those before
    today with anything open alone."""
    today = now.date()
    found = {lesson: open_duties(lesson, now) for lesson in with_open_duties(lessons, today, now)}
    earlier = [one for one in found if one.date < today]  # who writes today's has its duties
    holders = holders_of({(one.pk, duty.due) for one in earlier for duty in found[one]}, today)
    for lesson in earlier:
        found[lesson] = [one for one in found[lesson] if teacher.pk in holders[lesson.pk, one.due]]
    return list(found.items())


def _sheet_todo(sheet, now, calendar):
    name = f"оценки за {sheet.period}" if sheet.period else sheet.what
    url = reverse("grades", args=[sheet.journal_id])
    return _todo(name, sheet.grades_due_at, url, now, calendar)


def _transfer_todo(temporary_journal, now, calendar):
    name = f"перенести, сбой {temporary_journal.outage.days}"
    url = reverse("transfer", args=[temporary_journal.outage_id])
    return _todo(name, temporary_journal.transfer_due_at, url, now, calendar)


def _newest_day_first(lesson):
    return -lesson.date.toordinal(), lesson.number


def _home_lesson(lesson, duties, teacher, now, calendar, reminded_at):
    substitution = getattr(lesson, "substitution", None)
    url = grid_url(lesson)
    return HomeLesson(
        lesson,
        url,
        [
            _todo(duty.name, duty.due, f"{url}#{duty.anchor}", now, calendar, duty.is_excused)
            for duty in duties
        ],
        substitution is not None and substitution.teacher_id == teacher.pk,
        lesson.first_instant <= now <= lesson.last_instant,
        now > lesson.last_instant,
        reminded_at,
    )


def _reminded(reminder, teacher):
    """{Lesson: when (UTC) a Reminder of its journal went to a teacher, or None}, as a function."""
    if reminder is None:
        return lambda lesson: None
    at = reminder.reminded_at
    spans = times_without_access(at, outages_on(reminder.day))
    absences = absences_on(reminder.day)

    def reminded(lesson):
        if lesson.date != reminder.day or not lesson_facts(lesson, at, spans).is_unopened:
            return None
        return None if teacher.pk in gone_at(absences, lesson.date, lesson.number) else at

    return reminded


def _todo(name, due, url, now, calendar, is_excused=False):
    is_late = dues.is_late(due, None, now) and not is_excused
    when = ""
    if is_excused:
        when = "извинено"
    elif is_late:
        when = f"опоздание {lateness(due, now, calendar, now.tzinfo)}"
    elif due:
        when = time_left(due, now, now.tzinfo)
    is_today = due is None or timezone.localdate(due) <= now.date()
    return Todo(name, when, is_late, is_today and not is_excused, url)
