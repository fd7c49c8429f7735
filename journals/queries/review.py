"""What the administration reviews: all journals in one table, and remarks (2.10, 4.2)."""

import datetime
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

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

# --- every journal in one table ---


@dataclass(frozen=True)
class ReviewLine:
    """How a journal is kept in a period: of the `held` lessons how many have each entry, marks per
    pupil (None without pupils; debts are none), late entries that are not excused; those in a
    closed period are not `late_now`, for nobody can do them. A lesson without pupils is not
    held."""

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
    def attendance_rate(self) -> int | None:
        return rules.percent(self.attendance, self.held)

    @property
    def topic_rate(self) -> int | None:
        return rules.percent(self.topics, self.held)

    @property
    def homework_rate(self) -> int | None:
        return rules.percent(self.homework, self.held)

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
    late = _late_counts(keys, days_span(first, due_until or last), now)
    lines = [
        ReviewLine(  # type: ignore[call-arg]  # four of the held lessons
            journal,
            reverse("grid", args=[journal.pk]),
            teachers.get(journal.pk, ""),
            pupils[journal.pk],
            *held.get(journal.pk, (0, 0, 0, 0)),
            marked.get(journal.pk, 0),
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


def _entered(journals, span, now):
    """{journal id: [number of lessons held, with attendance, with a topic, with homework]}."""
    lessons = Lesson.objects.filter(
        _over(now), journal__in=journals, cancelled="", nobody_attends=False, date__range=span
    )
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
    return {journal: counts for journal, *counts in entered}


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
    """How full the journals of a class are: of all entries that its held lessons want."""

    name: str
    percent: int


def fill_rates(lines: Iterable[ReviewLine]) -> list[Rate]:
    """Rates of ReviewLines by class, and last of all subgroups and individual plans together."""
    entered: dict[str, int] = defaultdict(int)
    wanted: dict[str, int] = defaultdict(int)
    for line in lines:
        group = line.journal.group
        name = group.name if group.school_class_id else GROUPS
        entered[name] += line.attendance + line.topics + line.homework
        wanted[name] += 3 * line.held
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
