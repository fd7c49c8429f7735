"""What the administration reviews: all journals in one table, late entries, remarks (2.10, 4.2)."""

import datetime
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count, Q
from django.db.models.functions import TruncWeek
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from school import rules as school_rules
from school.models import Journal, Lesson, TeachingAssignment, User
from school.models.dated import on_day
from school.queries import (
    lessons_to_teach,
    pupil_counts,
    teachers_of,
    teachers_of_lessons,
    working_calendar,
)

from .. import cells, rules
from ..deadlines import DEADLINES, anchor
from ..models import LateEntry, LessonWork, Mark, Remark
from .lists import class_order, grid_url

# --- every journal in one table ---


@dataclass(frozen=True)
class ReviewLine:
    """How a journal is kept in a period: of the `held` lessons how many have each entry, marks per
    pupil (None without pupils), late entries that are not excused."""

    journal: Journal
    url: str
    teachers: str
    pupils: int
    held: int
    attendance: int
    topics: int
    homework: int
    marks: int
    late_now: int
    late: int

    @property
    def attendance_rate(self):
        return rules.percent(self.attendance, self.held)

    @property
    def topic_rate(self):
        return rules.percent(self.topics, self.held)

    @property
    def homework_rate(self):
        return rules.percent(self.homework, self.held)

    @property
    def marks_per_pupil(self):
        return round(self.marks / self.pupils, 1) if self.pupils else None


def review(journals, first, last, now):
    """ReviewLines of a queryset of journals of one year for the days first … last up to `now`, by
    class and subject; six queries. Excused late entries do not count."""
    now = timezone.localtime(now)
    found = list(journals.select_related("group", "subject"))
    if not found:
        return []
    day = min(last, now.date())
    teachers = teachers_of(found, day)
    year = found[0].group.year_id
    pupils = pupil_counts(found, year, day)
    span = (first, last)
    lessons = Lesson.objects.filter(_over(now), cancelled="", date__range=span)
    entered = (
        lessons.order_by()
        .values_list("journal")
        .annotate(
            Count("pk"),
            Count("attendance_taken_at"),
            Count("topic_entered_at"),
            Count("homework_entered_at"),
        )
    )
    held = {journal: counts for journal, *counts in entered}
    marks = Mark.objects.filter(work__lesson__date__range=span).order_by()
    marked = dict(marks.values_list("work__lesson__journal").annotate(Count("pk")))
    late = {journal: counts for journal, *counts in _late_counts(year, span)}
    lines = [
        ReviewLine(
            journal,
            reverse("grid", args=[journal.pk]),
            ", ".join(teacher.short_name for teacher in teachers[journal.pk]),
            pupils[journal.pk],
            *held.get(journal.pk, (0, 0, 0, 0)),
            marked.get(journal.pk, 0),
            *late.get(journal.pk, (0, 0)),
        )
        for journal in found
    ]
    return sorted(lines, key=lambda line: class_order(line.journal))


def review_rows(lines):
    """The rows of the table, drawn."""
    remark = f"{reverse('new_remark')}?journal="
    return mark_safe(
        "\n".join(cells.review_row_html(line, f"{remark}{line.journal.pk}") for line in lines)
    )


def _over(now):
    """Q for Lessons that have ended."""
    return Q(date__lt=now.date()) | Q(date=now.date(), slot__ends_at__lte=now.time())


def _late_counts(year, span):
    blamed = LateEntry.objects.filter(excuse="", journal__group__year=year).order_by()
    return blamed.values_list("journal").annotate(
        now=Count("pk", filter=Q(settled_at=None)),
        in_span=Count("pk", filter=Q(lesson__date__range=span)),
    )


GROUPS = "группы"


@dataclass(frozen=True)
class Rate:
    """How full the journals of a class are: of all entries that its held lessons want."""

    name: str
    percent: int


def fill_rates(lines):
    """Rates of ReviewLines by class, and last of all subgroups and individual plans together."""
    entered, wanted = defaultdict(int), defaultdict(int)
    for line in lines:
        group = line.journal.group
        name = group.name if group.school_class_id else GROUPS
        entered[name] += line.attendance + line.topics + line.homework
        wanted[name] += 3 * line.held
    names = sorted((name for name in wanted if wanted[name]), key=lambda name: name == GROUPS)
    return [Rate(name, rules.percent(entered[name], wanted[name])) for name in names]


# --- late entries ---

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
class LateLine:
    """A late entry as a person reads it: `what` was due, by whom, how late it is or was."""

    entry: LateEntry
    what: str
    teachers: str
    url: str
    how_late: str


def late_entries(journals, first, last, *, kind="", state="", teacher=None):
    """The LateEntries of journals whose lessons were on the days first … last, newest due first.
    `teacher` (id): only what was that person's duty."""
    found = LateEntry.objects.filter(
        _LATE[state], journal__in=journals, lesson__date__range=(first, last)
    )
    if kind:
        found = found.filter(kind=kind)
    if teacher:
        found = found.filter(lesson__in=lessons_to_teach(teacher, first, last).values("pk"))
    return found.order_by("-due_at", "-pk")


def late_lines(entries, now):
    """LateLines of a queryset (or a page) of LateEntries; seven queries."""
    found = list(
        entries.select_related(
            "lesson__slot",
            "journal__group",
            "journal__subject",
            "excused_by",
        )
    )
    if not found:
        return []
    zone = timezone.get_default_timezone()
    names = {deadline.kind: deadline.name for deadline in DEADLINES}
    works = dict(
        LessonWork.objects.filter(
            pk__in=[entry.object_id for entry in found if entry.kind == "marks"]
        ).values_list("pk", "work_type__name")
    )
    teachers = teachers_of_lessons(Lesson.objects.filter(pk__in=[e.lesson_id for e in found]))
    people = User.objects.in_bulk({pk for taught_by in teachers.values() for pk in taught_by})
    first = min(entry.due_at for entry in found).astimezone(zone).date()
    calendar = working_calendar(first, now.astimezone(zone).date())
    lines = []
    for entry in found:
        what = names[entry.kind]
        if entry.kind == "marks":
            what = f"{what}: {works[entry.object_id]}"
        lines.append(
            LateLine(
                entry,
                what,
                ", ".join(people[pk].short_name for pk in teachers[entry.lesson_id]),
                f"{grid_url(entry.lesson)}#{anchor(entry.kind, entry.lesson_id)}",
                rules.lateness(entry.due_at, entry.settled_at or now, calendar, zone),
            )
        )
    return lines


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
        .annotate(total=Count("pk"), still_open=Count("pk", filter=Q(settled_at=None)))
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


# --- remarks ---

REMARK_STATES = [
    ("", "открытые"),
    ("answered", "с ответом"),
    ("closed", "закрытые"),
    ("all", "все"),
]
_REMARKS = {
    "": Q(closed_at=None),
    "answered": Q(closed_at=None) & ~Q(answer=""),
    "closed": Q(closed_at__isnull=False),
    "all": Q(),
}


def remarks(journals, state=""):
    """The Remarks on a queryset of journals, newest first, with all that is shown of them."""
    return Remark.objects.filter(_REMARKS[state], journal__in=journals).select_related(
        "journal__group", "journal__subject", "lesson", "author", "answered_by", "closed_by"
    )


def unanswered_remarks(teacher, day):
    """The open Remarks without an answer on the journals assigned to this person on a day."""
    assigned = TeachingAssignment.objects.filter(on_day(day), teacher=teacher)
    return remarks(Journal.objects.filter(pk__in=assigned.values("journal"))).filter(answer="")
