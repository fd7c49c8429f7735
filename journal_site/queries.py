"""The read models of the home page and of the digests."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from journals import deadlines, rules
from journals.models import LateEntry
from journals.queries import grid_url, open_sheets_of, tell, unanswered_remarks
from school import access
from school import rules as school_rules
from school.models import Lesson, Role, User
from school.queries import (
    days_span,
    holders_of,
    lessons_to_write,
    teachers_of_lessons,
    working_calendar,
    year_of,
)
from tempjournal.queries import proposals, standing_outages, transfers_of

from .models import Digest

LONGEST_HOLIDAYS = datetime.timedelta(days=30)
LOOK_AHEAD = datetime.timedelta(days=14)


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
    the next day that has lessons, grades of periods that are missing as (GradeSheet, Todo),
    temporary journals to be transferred as (TemporaryJournal, Todo), remarks that wait for an
    answer."""

    lessons: list
    gaps: list
    next_day: datetime.date | None
    sheets: list
    transfers: list
    remarks: list


def teacher_day(teacher, now):
    """The TeacherDay of a person at an instant; a fixed number of queries."""
    now = timezone.localtime(now)
    today = now.date()
    year = year_of(today)
    since = year.starts_on if year else today
    calendar = working_calendar(since, today)
    lessons = lessons_to_write(teacher, since, today + LOOK_AHEAD, today)
    found = [
        _home_lesson(lesson, duties, teacher, now, calendar)
        for lesson, duties in _own_duties(lessons, teacher, now)
        if duties or lesson.date >= today
    ]
    year_began = days_span(since, today)[0]
    return TeacherDay(
        [one for one in found if one.date == today],
        sorted([one for one in found if one.date < today], key=_newest_day_first),
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
    found = {
        lesson: deadlines.open_duties(lesson, now)
        for lesson in deadlines.with_open_duties(lessons, today)
    }
    earlier = [one for one in found if one.date < today]  # who writes today's has its duties
    holders = holders_of({(one.pk, duty.due) for one in earlier for duty in found[one]}, today)
    for lesson in earlier:
        found[lesson] = [one for one in found[lesson] if teacher.pk in holders[lesson.pk, one.due]]
    return list(found.items())


def _sheet_todo(sheet, now, calendar):
    name = f"оценки за {sheet.period}" if sheet.period else "годовые оценки"
    url = reverse("grades", args=[sheet.journal_id])
    return _todo(name, sheet.grades_due_at, url, now, calendar)


def _transfer_todo(temporary_journal, now, calendar):
    name = f"перенести, сбой {temporary_journal.outage.days}"
    url = reverse("transfer", args=[temporary_journal.outage_id])
    return _todo(name, temporary_journal.transfer_due_at, url, now, calendar)


def _newest_day_first(lesson):
    return -lesson.date.toordinal(), lesson.number


def _home_lesson(lesson, duties, teacher, now, calendar):
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
        lesson.starts_at <= now <= lesson.ends_at,
        now > lesson.ends_at,
    )


def _todo(name, due, url, now, calendar, is_excused=False):
    is_late = rules.is_late(due, None, now) and not is_excused
    when = ""
    if is_excused:
        when = "извинено"
    elif is_late:
        when = f"опоздание {rules.lateness(due, now, calendar, now.tzinfo)}"
    elif due:
        when = rules.time_left(due, now, now.tzinfo)
    is_today = due is None or timezone.localdate(due) <= now.date()
    return Todo(name, when, is_late, is_today and not is_excused, url)


def outages_to_see(now):
    """The Outages that a leader has to do with at an instant: those still on, and those that the
    app proposes; two queries."""
    return [*standing_outages().filter(ends_at=None), *proposals()]


# --- digests ---


def waiting_for_digest(kind, day):
    """The Users with an address who want digests, and to whom this one of a school-local day was
    not sent and is not just being sent."""
    taken = Digest.objects.filter(user=OuterRef("pk"), kind=kind, day=day)
    abandoned = Digest.objects.abandoned().values("pk")
    return (
        User.objects.filter(~Exists(taken.exclude(pk__in=abandoned)))
        .filter(is_active=True, wants_digest=True)
        .exclude(email="")
        .order_by("pk")
    )


def teachers_after_lessons(now):
    """Those of them who taught today and whose own last standing lesson is over; four queries."""
    now = timezone.localtime(now)
    standing = Lesson.objects.filter(date=now.date(), cancelled="")
    teachers = teachers_of_lessons(standing)
    until = {}
    ends = standing.order_by("slot__ends_at").values_list("pk", "slot__ends_at")
    for lesson, ends_at in ends:
        until |= dict.fromkeys(teachers.get(lesson, ()), ends_at)
    done = [teacher for teacher, ends_at in until.items() if ends_at < now.time()]
    return waiting_for_digest(Digest.Kind.TEACHER, now.date()).filter(pk__in=done)


def leaders_in_the_morning(day):
    """The director and the deputies who wait for their digest; one query."""
    leaders = Role.objects.filter(kind__in=access.LEADERS).values("user")
    return waiting_for_digest(Digest.Kind.LEADER, day).filter(pk__in=leaders)


@dataclass(frozen=True)
class OverdueOfTeacher:
    """How many duties of one teacher are not done yet, and how many were done late."""

    name: str
    undone: int
    done_late: int


@dataclass(frozen=True)
class Overdue:
    """What became overdue on the school-local days first … last. A duty that two teachers share is
    counted with each, once in the sums."""

    first: datetime.date
    last: datetime.date
    undone: int
    done_late: int
    teachers: list

    @property
    def total(self):
        return self.undone + self.done_late


def overdue_before(today):
    """The Overdue from the start of the previous working day to the end of yesterday, less what is
    excused; teachers with the most undone first; six queries."""
    calendar = working_calendar(today - LONGEST_HOLIDAYS, today)
    first = school_rules.working_day_before(today, calendar)
    yesterday = today - school_rules.ONE_DAY
    entries = list(
        LateEntry.objects.filter(
            excuse="", due_at__range=days_span(first, yesterday)
        ).select_related("lesson__slot", "journal__group", "journal__subject")
    )
    told = tell(entries)
    sums, by_teacher = Counter(), Counter()
    for entry in entries:
        is_undone, one = entry.settled_at is None, told[entry.pk]
        sums[is_undone] += 1
        by_teacher.update((holder, is_undone) for holder in one.holders or [one.answers])
    people = User.objects.in_bulk({pk for one in told.values() for pk in one.holders})
    found = [
        OverdueOfTeacher(
            people[one].short_name if one in people else one[:1].upper() + one[1:],
            by_teacher[one, True],
            by_teacher[one, False],
        )
        for one in {one for one, _ in by_teacher}
    ]
    found.sort(key=lambda one: (-one.undone, school_rules.alphabetical(one.name)))
    return Overdue(first, yesterday, sums[True], sums[False], found)
