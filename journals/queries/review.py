"""What the administration reviews: all journals in one table, and remarks (2.10, 4.2)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe

from school import access
from school.models import Journal, Lesson, TeachingAssignment, User
from school.models.dated import on_day
from school.queries.belonging import pupil_counts
from school.queries.calendar import days_span
from school.queries.teaching import teachers_of
from school.rights import rights

from .. import drawing, rules
from ..models import LateEntry, Remark
from .cell import counted_marks
from .duties import with_closed_period
from .lists import class_order, teacher_names
from .plans import lags

# --- every journal in one table ---


class Filled(NamedTuple):
    """Of how many lessons something is owed, and in how many of these it is entered."""

    owed: int
    entered: int

    @property
    def rate(self) -> int | None:
        return rules.percent(self.entered, self.owed)


NOTHING = Filled(0, 0)


@dataclass(frozen=True)
class ReviewLine:
    """How a journal is kept in a period: how many lessons were `held`, and how many of those that
    owe it have each entry, marks per pupil (None without pupils; debts are none), how many hours
    its plan is behind (`lag`, None without one), late entries that are not excused; those in a
    closed period are not `late_now`, for nobody can do them. A lesson without pupils is not
    held."""

    journal: Journal
    url: str
    teachers: str
    pupils: int
    held: int
    attendance: Filled
    topics: Filled
    homework: Filled
    marks: int
    lag: int | None
    late_now: int
    late: int

    @property
    def attendance_rate(self) -> int | None:
        return self.attendance.rate

    @property
    def topic_rate(self) -> int | None:
        return self.topics.rate

    @property
    def homework_rate(self) -> int | None:
        return self.homework.rate

    @property
    def marks_per_pupil(self) -> float | None:
        return round(self.marks / self.pupils, 1) if self.pupils else None


def review(
    journals: QuerySet[Journal],
    first: datetime.date,
    last: datetime.date,
    now: datetime.datetime,
    *,
    due_until: datetime.date | None = None,
) -> list[ReviewLine]:
    """ReviewLines of a queryset of journals of one year for the days first … last up to `now`, by
    class and subject; what is late of them was due by the day `due_until`, the last if None; a
    fixed number of queries. Excused late entries do not count."""
    now = timezone.localtime(now)
    found = list(journals.select_related("group", "subject"))
    if not found:
        return []
    keys = [journal.pk for journal in found]
    day = min(last, now.date())
    teachers = teacher_names(teachers_of(keys, day))
    pupils = pupil_counts(found, found[0].group.year_id, day)
    held: dict[int, Any] = _entered(keys, (first, last), now)
    marked = _marked(keys, (first, last))
    behind = lags(keys, day)
    late = _late_counts(keys, days_span(first, due_until or last), now)
    lines = [
        ReviewLine(  # type: ignore[call-arg]  # four of the held lessons
            journal,
            reverse("grid", args=[journal.pk]),
            teachers.get(journal.pk, ""),
            pupils[journal.pk],
            *held.get(journal.pk, (0, NOTHING, NOTHING, NOTHING)),
            marked.get(journal.pk, 0),
            behind.get(journal.pk),
            *late.get(journal.pk, (0, 0)),
        )
        for journal in found
    ]
    return sorted(lines, key=lambda line: class_order(line.journal))


def review_rows(lines: Iterable[ReviewLine]) -> SafeString:
    """The rows of the table, drawn."""
    remark = f"{reverse('new_remark')}?journal="
    return mark_safe(
        "\n".join(drawing.review_row_html(line, f"{remark}{line.journal.pk}") for line in lines)
    )


ENTRIES = {
    "owes_attendance": "attendance_taken_at",
    "owes_topic": "topic_entered_at",
    "owes_homework": "homework_entered_at",
}


def _entered(journals, span, now):
    """{journal id: (number of lessons held, Filled of attendance, of topics, of homework)}."""
    lessons = Lesson.objects.filter(
        _over(now), journal__in=journals, cancelled="", nobody_attends=False, date__range=span
    )
    counts = {"held": Count("pk")}
    for owed, entered in ENTRIES.items():
        owing = Q(**{owed: True})
        counts[f"n_{owed}"] = Count("pk", filter=owing)
        counts[f"n_{entered}"] = Count(entered, filter=owing)
    return {
        journal: (held, *map(Filled, found[::2], found[1::2]))
        for journal, held, *found in lessons.order_by().values_list("journal").annotate(**counts)
    }


def _marked(journals, span):
    """{journal id: number of marks}; debts are none."""
    marks = (
        counted_marks()
        .filter(work__lesson__journal__in=journals, work__lesson__date__range=span)
        .order_by()
    )
    return dict(marks.values_list("work__lesson__journal").annotate(Count("value")))


def _over(now):
    """Q for Lessons that have ended."""
    return Q(date__lt=now.date()) | Q(date=now.date(), ends_at__lte=now.time())


def _late_counts(journals, span, now):
    """{journal id: (late now, late in the span)}."""
    blamed = LateEntry.objects.filter(excuse="", journal__in=journals)
    rows = with_closed_period(blamed, now).order_by().values_list("journal")
    counts = rows.annotate(
        now=Count("pk", filter=Q(settled_at=None, closed_period=None)),
        in_span=Count("pk", filter=Q(due_at__range=span)),
    )
    return {journal: (late_now, in_span) for journal, late_now, in_span in counts}


GROUPS = "группы"


@dataclass(frozen=True)
class Rate:
    """How full the journals of a class are: of all entries that its held lessons owe."""

    name: str
    percent: int


def fill_rates(lines: Iterable[ReviewLine]) -> list[Rate]:
    """Rates of ReviewLines by class, and last of all subgroups and individual plans together."""
    entered: dict[str, int] = defaultdict(int)
    wanted: dict[str, int] = defaultdict(int)
    for line in lines:
        group = line.journal.group
        name = group.name if group.school_class_id else GROUPS
        for filled in (line.attendance, line.topics, line.homework):
            entered[name] += filled.entered
            wanted[name] += filled.owed
    names = sorted((name for name in wanted if wanted[name]), key=lambda name: name == GROUPS)
    return [Rate(name, rules.percent(entered[name], wanted[name])) for name in names]  # type: ignore[arg-type]  # of some


# --- remarks ---

# Remark.waits
WAITS = Q(closed_at=None) & (Q(answer="") | Q(reopened_at__gt=F("answered_at")))
REMARK_STATES = [
    ("", "открытые"),
    ("answered", "с ответом"),
    ("closed", "закрытые"),
    ("all", "все"),
]
_REMARKS = {
    "": Q(closed_at=None),
    "answered": Q(closed_at=None) & ~WAITS,
    "closed": Q(closed_at__isnull=False),
    "all": Q(),
}


def remarks(user: User, state: str = "") -> QuerySet[Remark]:
    """The Remarks that a person may see, newest first, with all that is shown of them: on journals
    he keeps or leads, and on lessons he took as a substitute."""
    held = rights(user)
    seen = Q(journal__in=access.kept_journals(user)) | Q(lesson__in=held.ids("write_lesson"))
    return _shown(Remark.objects.filter(_REMARKS[state], seen))


def _shown(found):
    return found.select_related(
        "journal__group", "journal__subject", "lesson", "author", "answered_by", "closed_by"
    )


def unanswered_remarks(teacher: User, day: datetime.date) -> QuerySet[Remark]:
    """The open Remarks without an answer that wait for this person: on the journals assigned on a
    day, but on a lesson with a substitute for the substitute."""
    assigned = TeachingAssignment.objects.filter(on_day(day), teacher=teacher)
    own = Q(journal__in=assigned.values("journal"), lesson__substitution=None)
    return _shown(Remark.objects.filter(own | Q(lesson__substitution__teacher=teacher), WAITS))
