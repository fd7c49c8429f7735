"""What comes of the school's own days («особые дни»): whose lessons they cancel and give back."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field

from django.db.models import Count, Q, QuerySet

from ..models import DayOverride, Journal, Lesson, SchoolYear
from ..models.dated import overlapping
from ..rules.overrides import each_day, freed_by
from .lessons import planned_in
from .places import places_of_groups
from .plans import Plan


@dataclass(frozen=True)
class Changes:
    """What a declaration does: Lessons that it cancels, each with the DayOverride that does, and
    that it restores. Those that were `held` already stay, and those whose hour is `taken` by now
    stay cancelled."""

    cancelled: list[tuple[Lesson, DayOverride]] = field(default_factory=list)
    restored: list[Lesson] = field(default_factory=list)
    held: list[Lesson] = field(default_factory=list)
    taken: list[Lesson] = field(default_factory=list)

    @property
    def lessons(self) -> list[Lesson]:
        return [*(lesson for lesson, _ in self.cancelled), *self.restored]

    @property
    def filled(self) -> list[tuple[Lesson, list[str]]]:
        """Those to be cancelled in which something is planned already, with the works in them."""
        planned = planned_in([lesson.pk for lesson, _ in self.cancelled])
        return [
            (lesson, planned.get(lesson.pk, []))
            for lesson, _ in self.cancelled
            if lesson.topic or lesson.homework or lesson.pk in planned
        ]


def overrides_of_year(
    year: SchoolYear, today: datetime.date
) -> tuple[list[DayOverride], list[DayOverride]]:
    """(The DayOverrides of a year that last or are to come, those that are over, the latest first),
    each with its class and `lessons`, the number it has cancelled; one query."""
    found = overlapping(DayOverride.objects.all(), year.starts_on, year.ends_on)
    found = found.select_related("school_class").annotate(lessons=Count("cancelled_lessons"))
    rows = list(found.order_by("starts_on", "parallel", "school_class", "pk"))
    coming = [one for one in rows if one.ends_on >= today]
    return coming, [one for one in reversed(rows) if one.ends_on < today]


def days_touched(overrides: Iterable[DayOverride]) -> set[datetime.date]:
    """The school-local days of DayOverrides, as they are to be and as they are; one query."""
    overrides = list(overrides)
    stored = DayOverride.objects.filter(pk__in=[one.pk for one in overrides])
    return {day for one in [*overrides, *stored] for day in each_day(one.starts_on, one.ends_on)}


def lessons_touched(days: Collection[datetime.date]) -> QuerySet[Lesson]:
    return Lesson.objects.filter(date__in=days)


def _leave_taken(found: Changes) -> None:
    """What would stand in an hour that another lesson has by now stays cancelled."""
    if not found.restored:
        return
    days = [lesson.date for lesson in found.restored]
    by_year = defaultdict(list)
    for lesson in found.restored:
        by_year[lesson.journal.group.year_id].append(lesson)
    for pk, lessons in by_year.items():
        journals = Journal.objects.filter(pk__in={one.journal_id for one in lessons})
        plan = Plan(SchoolYear.objects.get(pk=pk), journals, min(days), max(days), rows=())
        found.taken.extend(lesson for _, lesson in plan.double_booked(lessons))
    taken = {one.pk for one in found.taken}
    found.restored[:] = [one for one in found.restored if one.pk not in taken]


def changes(declared: Collection[DayOverride], withdrawn: Collection[DayOverride] = ()) -> Changes:
    """The Changes that come when DayOverrides are saved as they are now, others deleted; a
    fixed number of queries.

    A lesson that became free is cancelled, one that is free no more takes place. Of what somebody
    has cancelled or restored by itself nothing is changed as long as nothing else is said of it.
    """
    days = days_touched([*declared, *withdrawn])
    if not days:
        return Changes()
    stored = list(
        overlapping(DayOverride.objects.all(), min(days), max(days)).select_related("school_class")
    )
    going = {one.pk for one in [*declared, *withdrawn]}
    standing = [*(one for one in stored if one.pk not in going), *declared]
    before, after = [one.said for one in stored], [one.said for one in standing]
    by_word = dict(zip(after, standing, strict=True))  # in one scope no two share a day
    found = Changes()
    rows = lessons_touched(days).filter(Q(cancelled="") | Q(cancelled_by__isnull=False))
    lessons = list(rows.select_related("journal__group", "journal__subject").order_by("pk"))
    places = places_of_groups({lesson.journal.group_id for lesson in lessons})
    for lesson in lessons:
        there = places.on(lesson.journal.group_id, lesson.date)
        word = freed_by(after, there, lesson.date)
        if word is None:
            if lesson.cancelled:
                found.restored.append(lesson)
        elif lesson.cancelled:
            by = by_word[word]
            if (lesson.cancelled_by_id, lesson.cancelled) != (by.pk, by.told):
                found.cancelled.append((lesson, by))
        elif freed_by(before, there, lesson.date) is None:
            if lesson.attendance_taken_at:
                found.held.append(lesson)
            else:
                found.cancelled.append((lesson, by_word[word]))
    _leave_taken(found)
    return found
