"""What leaders have arranged of late, for who looks at it or undoes it."""

import datetime
from collections.abc import Sequence
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Q, prefetch_related_objects

from school import namesakes
from school.models import ArrangedLesson, Arrangement
from school.queries.calendar import days_span
from school.rules.candidates import told


@dataclass(frozen=True)
class ArrangementLine:
    """An Arrangement (with who made and undid it), the name of who is away, what was done («6
    замен, 1 отмена») and the days of its lessons."""

    made: Arrangement
    name: str
    told: str
    days: Sequence[datetime.date]


def arrangements(today: datetime.date) -> list[ArrangementLine]:
    """The ArrangementLines of what was made on a school-local day, or is about lessons of that day
    and after, and was not undone before; the latest first; two queries."""
    coming = ArrangedLesson.objects.filter(arrangement=OuterRef("pk"), lesson__date__gte=today)
    start, _ = days_span(today, today)
    since = Q(undone_at__isnull=True) | Q(undone_at__gte=start)
    rows = list(
        Arrangement.objects.filter(since, Q(made_at__gte=start) | Exists(coming.order_by()))
        .select_related("teacher", "made_by", "undone_by")
        .prefetch_related("lessons__lesson")
    )
    names = namesakes.staff({one.teacher for one in rows})
    return [_line(one, names[one.teacher_id]) for one in rows]


def arrangement_line(made: Arrangement) -> ArrangementLine:
    """That of one (with teacher); a fixed number of queries."""
    prefetch_related_objects([made], "lessons__lesson")
    return _line(made, namesakes.staff([made.teacher])[made.teacher_id])


def _line(made: Arrangement, name: str) -> ArrangementLine:
    lessons = made.lessons.all()
    return ArrangementLine(
        made,
        name,
        told(row.deed for row in lessons) or "отсутствие записано",
        sorted({row.lesson.date for row in lessons}),
    )
