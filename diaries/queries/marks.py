"""A pupil's marks as the diary tells them, and the averages of what he has by now."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from journals.averages import average_text, weighted_average
from journals.models import BroughtMark
from journals.queries.cell import counted_marks
from journals.queries.elsewhere import brought_in
from school.models import Journal, Period, Student
from school.queries.belonging import groups_of
from school.queries.calendar import period_at

# A mark's points (None: it has none), its work's weight, the name of the scale.
Weighed = tuple[int | None, int, str]


@dataclass(frozen=True)
class DiaryMark:
    """A mark and what it is for. `weight` is that of its work where it makes a difference to the
    average, else None; `number` is that of the lesson where the date alone does not name it."""

    text: str
    title: str
    work: str
    weight: int | None
    date: datetime.date
    number: int | None
    topic: str


@dataclass(frozen=True)
class Debt:
    """A work that the pupil owes, and the day it was done, with the lesson's number where the day
    has two."""

    work: str
    date: datetime.date
    number: int | None


def told_weight(weight: int, points: int | None) -> int | None:
    return weight if weight != 1 and points is not None else None


def weighed_marks(
    students: Sequence[Student], periods: Iterable[Period], day: datetime.date
) -> dict[int, dict[str, tuple[str, list[Weighed]]]]:
    """{student id: {subject: (the kind of periods of a journal of it, [(points, weight, name of the
    scale) of each mark])}} up to now of the period that holds `day`, by that kind, what was brought
    from a former school among them; three queries."""
    current = {}
    for kind in Period.Kind:
        period = period_at([p for p in periods if p.kind == kind and p.starts_on <= day], day)
        if period:
            current[kind] = period
    found: dict[int, dict[str, tuple[str, list[Weighed]]]] = defaultdict(dict)
    if current:
        for student, subject, its_kind, points, weight, scale, count in _counted(students, current):
            _, weighed = found[student].setdefault(subject, (its_kind, []))
            weighed += [(points, weight, scale)] * count
        brought = brought_in(students, list(current.values()))
        for student, subject, its_kind, points, scale in brought.values_list(
            "document__student",
            "subject__name",
            "period__kind",
            "value__points",
            "value__scale__name",
        ):
            _, weighed = found[student].setdefault(subject, (its_kind, []))
            weighed.append((points, BroughtMark.WEIGHT, scale))
    return found


def _counted(students, current):
    """(student, subject, kind of periods, points, weight, name of the scale, number of such marks)
    of the periods `current` {kind: Period}; a class has thousands of marks, of few values: they are
    counted where they are."""
    in_period = Q()
    for kind, period in current.items():
        in_period |= Q(
            work__lesson__journal__period_kind=kind,
            work__lesson__date__range=(period.starts_on, period.ends_on),
        )
    first = min(period.starts_on for period in current.values())
    last = max(period.ends_on for period in current.values())
    # By their keys: asked by their groups, PostgreSQL reads all works of ten years.
    groups = groups_of(students, first, last)
    journals = list(Journal.objects.filter(group__in=groups).values_list("pk", flat=True))
    return (
        counted_marks()
        .filter(
            in_period,
            student__in=students,
            value__isnull=False,
            work__lesson__journal__in=journals,
        )
        .values_list(
            "student",
            "work__lesson__journal__subject__name",
            "work__lesson__journal__period_kind",
            "value__points",
            "work__work_type__weight",
            "value__scale__name",
        )
        .annotate(count=Count("pk"))
        .order_by()
    )


def averages_by_scale(marks: Iterable[Weighed]) -> list[tuple[str, str, int]]:
    """[(name of the scale, average as a text, number of marks)] of marks (points, weight, name of
    the scale), each scale by itself; the name is «» where there is one alone."""
    by_scale = defaultdict(list)
    for points, weight, scale in marks:
        by_scale[scale].append((points, weight))
    return [
        (
            scale if len(by_scale) > 1 else "",
            average_text(weighted_average(pairs)),
            len(pairs),
        )
        for scale, pairs in sorted(by_scale.items())
    ]
