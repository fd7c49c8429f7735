"""Late entries: what was not done in time, whose duty it was, how late it is or was."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.utils import timezone

from school import namesakes
from school import rules as school_rules
from school.models import User
from school.queries.calendar import days_span, working_calendar
from school.queries.teaching import held_by, holders_of, with_duty_days

from .. import marking, rules
from ..deadlines import DEADLINES, anchor, with_closed_period
from ..models import LateEntry, LessonWork
from .lists import grid_url

LATE_STATES = [
    ("open", "не исполнено"),
    ("closed", "период закрыт"),
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
_LATE["closed"] = _LATE["open"]  # of these what has a `closed_period`


@dataclass(frozen=True)
class Told:
    """What a late entry is about: `about` the journal or person, `place` the lesson or period,
    `what` was due; `holders` (user ids) had the duty, where nobody had, `answers` says who answers;
    `url` is where it is done."""

    about: str
    place: str
    what: str
    holders: list
    url: str
    answers: str = "учитель не назначен"


# kind: a function that takes LateEntries of that kind (with lesson, slot, journal, group and
# subject loaded) and returns {entry's key: Told}. An app above adds its own when it starts, beside
# its row of `deadlines.DEADLINES`.
TELLERS = {}
# kind: a function that takes a teacher (id) and the queryset of LateEntries of that kind, and
# returns Q for those of which Told has that person among its holders.
HOLDERS = {}


def tell(entries):
    """{key: Told} of a list of LateEntries; a fixed number of queries for each of the TELLERS."""
    by_teller, told = defaultdict(list), {}
    for entry in entries:
        by_teller[TELLERS[entry.kind]].append(entry)
    for teller, found in by_teller.items():
        told |= teller(found)
    return told


def _tell_of_lessons(entries):
    """Duties of a lesson, and of its works: what is still missing of these says «11 из 22»."""
    names = {deadline.kind: deadline.name for deadline in DEADLINES}
    works = LessonWork.objects.filter(
        pk__in=[entry.object_id for entry in entries if entry.kind == "marks"]
    )
    works = {
        pk: (name, rules.given_text(*counts))
        for pk, name, *counts in marking.counted(works).values_list(
            "pk", "work_type__name", "given", "expected"
        )
    }
    duties = {entry.pk: (entry.lesson_id, entry.due_at) for entry in entries}
    holders = holders_of(duties.values(), timezone.localdate())
    told = {}
    for entry in entries:
        lesson, what = entry.lesson, names[entry.kind]
        if entry.kind == "marks":
            name, given = works[entry.object_id]
            what = f"{what}: {name}"
            if given and entry.settled_at is None:
                what = f"{what}, {given}"
        told[entry.pk] = Told(
            str(entry.journal),
            f"{lesson.date:%d.%m}, {lesson.slot.number}-й",
            what,
            holders[duties[entry.pk]],
            f"{grid_url(lesson)}#{anchor(entry.kind, lesson.pk)}",
        )
    return told


def _held_by(teacher, entries):
    return held_by(teacher)


OF_LESSONS = ("attendance", "topic", "homework", "marks")
TELLERS |= dict.fromkeys(OF_LESSONS, _tell_of_lessons)
HOLDERS |= dict.fromkeys(OF_LESSONS, _held_by)


@dataclass(frozen=True)
class LateLine:
    """A late entry as a person reads it, with the names of those whose duty it was;
    `closed_period` is the id of the period that keeps it from being done now, or None (4.2)."""

    entry: LateEntry
    told: Told
    who: str
    how_late: str
    closed_period: int | None


def late_entries(journals, first, last, *, kind="", state="", teacher=None, everybody=False):
    """The LateEntries of journals that were due on the days first … last, newest due first, with
    all that `tell` wants. `teacher` (id): only what was that person's duty; `everybody`: also what
    belongs to no journal."""
    of_journals = Q(journal__in=journals)
    if everybody:
        of_journals |= Q(journal=None)
    found = LateEntry.objects.filter(
        of_journals, _LATE[state], due_at__range=days_span(first, last)
    ).select_related("lesson__slot", "journal__group", "journal__subject", "excused_by")
    if kind:
        found = found.filter(kind=kind)
    if state == "closed":
        found = with_closed_period(found, timezone.now()).filter(closed_period__isnull=False)
    if teacher:
        kinds = defaultdict(list)
        for one, holds in HOLDERS.items():
            kinds[holds].append(one)
        found = with_duty_days(found, "due_at", timezone.localdate())
        own = Q(pk__in=[])
        for holds, of_kinds in kinds.items():
            own |= Q(holds(teacher, found.filter(kind__in=of_kinds)), kind__in=of_kinds)
        found = found.filter(own)
    return found.order_by("-due_at", "-pk")


def entries_of(keys):
    """The LateEntries of these keys, with all that `tell` wants."""
    found = LateEntry.objects.filter(pk__in=keys)
    return list(found.select_related("lesson__slot", "journal__group", "journal__subject"))


def late_lines(entries, now):
    """LateLines of LateEntries as `late_entries` loads them."""
    found = list(entries)
    if not found:
        return []
    zone = timezone.get_default_timezone()
    told = tell(found)
    holders = {pk for one in told.values() for pk in one.holders}
    names = namesakes.staff(User.objects.filter(pk__in=holders))
    closed = with_closed_period(LateEntry.objects.filter(pk__in=told), now)
    closed = dict(closed.values_list("pk", "closed_period"))
    first = min(entry.due_at for entry in found).astimezone(zone).date()
    calendar = working_calendar(first, now.astimezone(zone).date())
    return [
        LateLine(
            entry,
            told[entry.pk],
            ", ".join(names[pk] for pk in told[entry.pk].holders) or told[entry.pk].answers,
            rules.lateness(entry.due_at, entry.settled_at or now, calendar, zone),
            closed[entry.pk],
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
