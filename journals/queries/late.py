"""Late entries: what was not done in time, whose duty it was, how late it is or was."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Exists, OuterRef, Q
from django.db.models.functions import TruncDate, TruncWeek
from django.utils import timezone

from attendance.models import AbsenceDocument
from school import rules as school_rules
from school.models import Enrolment, Lesson, TeachingAssignment, User
from school.models.dated import on_day
from school.queries import days_span, lessons_to_teach, teachers_of_lessons, working_calendar

from .. import rules
from ..deadlines import DEADLINES, anchor
from ..models import LateEntry, LessonWork
from .lists import grid_url

LATE_STATES = [
    ("open", "не исполнено"),
    ("settled", "исполнено с опозданием"),
    ("excused", "извинено"),
    ("", "все"),
]
_LATE = {
    "open": Q(settled_at=None, excuse=""),
    "settled": Q(settled_at__isnull=False, excuse=""),
    "excused": ~Q(excuse=""),
    "": Q(),
}


@dataclass(frozen=True)
class Told:
    """What a late entry is about: `about` the journal or person, `place` the lesson or period,
    `what` was due; `holders` (user ids) had the duty, `url` is where it is done."""

    about: str
    place: str
    what: str
    holders: list
    url: str


# kind: a function that takes LateEntries of that kind (with lesson, slot, journal, group and
# subject loaded) and returns {entry's key: Told}. An app above adds its own when it starts, beside
# its row of `deadlines.DEADLINES`.
TELLERS = {}


def tell(entries):
    """{key: Told} of a list of LateEntries; a fixed number of queries for each of the TELLERS."""
    by_teller, told = defaultdict(list), {}
    for entry in entries:
        by_teller[TELLERS[entry.kind]].append(entry)
    for teller, found in by_teller.items():
        told |= teller(found)
    return told


def _tell_of_lessons(entries):
    """Duties of a lesson: its substitute's, or of those who were assigned that day."""
    names = {deadline.kind: deadline.name for deadline in DEADLINES}
    works = dict(
        LessonWork.objects.filter(
            pk__in=[entry.object_id for entry in entries if entry.kind == "marks"]
        ).values_list("pk", "work_type__name")
    )
    teachers = teachers_of_lessons(Lesson.objects.filter(pk__in=[e.lesson_id for e in entries]))
    told = {}
    for entry in entries:
        lesson, what = entry.lesson, names[entry.kind]
        if entry.kind == "marks":
            what = f"{what}: {works[entry.object_id]}"
        told[entry.pk] = Told(
            str(entry.journal),
            f"{lesson.date:%d.%m}, {lesson.slot.number}-й",
            what,
            teachers[lesson.pk],
            f"{grid_url(lesson)}#{anchor(entry.kind, lesson.pk)}",
        )
    return told


TELLERS |= dict.fromkeys(("attendance", "topic", "homework", "marks"), _tell_of_lessons)


@dataclass(frozen=True)
class LateLine:
    """A late entry as a person reads it, with the names of those whose duty it was."""

    entry: LateEntry
    told: Told
    who: str
    how_late: str


def late_entries(journals, first, last, *, kind="", state="", teacher=None, everybody=False):
    """The LateEntries of journals that were due on the days first … last, newest due first, with
    all that `tell` wants. `teacher` (id): only what of a lesson, of a journal as a whole on the due
    day, or of a document about absences was that person's duty; `everybody`: also what belongs to
    no journal."""
    of_journals = Q(journal__in=journals)
    if everybody:
        of_journals |= Q(journal=None)
    found = LateEntry.objects.filter(
        of_journals, _LATE[state], due_at__range=days_span(first, last)
    ).select_related("lesson__slot", "journal__group", "journal__subject", "excused_by")
    if kind:
        found = found.filter(kind=kind)
    if teacher:
        a_year = datetime.timedelta(days=366)
        taught = lessons_to_teach(teacher, first - a_year, last)
        assigned = TeachingAssignment.objects.filter(
            on_day(OuterRef("due_on")), journal=OuterRef("journal"), teacher=teacher
        )
        led = Enrolment.objects.filter(
            on_day(OuterRef("received_on")),
            student=OuterRef("student"),
            school_class__class_teacher=teacher,
        )
        documents = AbsenceDocument.objects.filter(Exists(led)).order_by()
        found = found.annotate(due_on=TruncDate("due_at")).filter(
            Q(lesson__in=taught.order_by().values("pk"))
            | Q(Exists(assigned), lesson=None)
            | Q(kind="reason", object_id__in=documents.values("pk"))
        )
    return found.order_by("-due_at", "-pk")


def late_lines(entries, now):
    """LateLines of LateEntries as `late_entries` loads them."""
    found = list(entries)
    if not found:
        return []
    zone = timezone.get_default_timezone()
    told = tell(found)
    people = User.objects.in_bulk({pk for one in told.values() for pk in one.holders})
    first = min(entry.due_at for entry in found).astimezone(zone).date()
    calendar = working_calendar(first, now.astimezone(zone).date())
    return [
        LateLine(
            entry,
            told[entry.pk],
            ", ".join(people[pk].short_name for pk in told[entry.pk].holders),
            rules.lateness(entry.due_at, entry.settled_at or now, calendar, zone),
        )
        for entry in found
    ]


@dataclass(frozen=True)
class LateWeek:
    """The late entries that were due in the week of `monday`; the heights of their bars are in
    percent of the highest, the y from the top down."""

    monday: datetime.date
    total: int
    open: int
    total_height: int
    open_height: int

    @property
    def total_y(self):
        return 100 - self.total_height

    @property
    def open_y(self):
        return 100 - self.open_height


def late_weeks(entries):
    """LateWeeks of a queryset of LateEntries, from the first to the last with one; one query."""
    rows = (
        entries.order_by()
        .annotate(week=TruncWeek("due_at"))
        .values_list("week")
        .annotate(total=Count("pk"), still_open=Count("pk", filter=_LATE["open"]))
    )
    counts = {week.date(): numbers for week, *numbers in rows}
    if not counts:
        return []
    most = max(total for total, _ in counts.values())
    weeks, monday = [], min(counts)
    while monday <= max(counts):
        total, still_open = counts.get(monday, (0, 0))
        heights = rules.percent(total, most), rules.percent(still_open, most)
        weeks.append(LateWeek(monday, total, still_open, *heights))
        monday += school_rules.ONE_WEEK
    return weeks
