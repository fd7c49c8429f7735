"""The due instants of lessons and works, where the system was down moved to the end of the transfer
(3.2).

Nobody is late at once by a change made afterwards. When a lesson became known is a fact of it
(`Lesson.known_at`); an instant that comes earlier by what has changed comes no earlier than there
is time for it (`school.rules.interruptions.brought_forward`).
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cache, partial
from typing import Any

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone

from school.models import Lesson, TeachingGroup
from school.models.lessons import local_instant
from school.queries.belonging import classes_of_groups, is_attended
from school.queries.calendar import period_spans, school_days
from school.queries.outages import interruptions_since
from school.queries.places import vacations_of_groups
from school.rules.days import end_of_day, start_of_day
from school.rules.interruptions import brought_forward, postponed
from school.rules.spans import Span, covers
from school.rules.terms import less_vacations, terms_of

from .. import marking
from ..dues import TaughtLesson, homework_dues, homework_in_time, in_time, marks_due, once_known
from ..models import LessonWork
from .late import recheck

# The longest that a work type's days and the vacations between them can last.
REACH = datetime.timedelta(days=90)


NOTHING_DUE = (None, None)


@transaction.atomic
def set_dues(days: Collection[datetime.date], now: datetime.datetime | None = None) -> None:
    """Write the due instants of all lessons on these school-local days, and of their works, where
    they are not what they should be; their late entries follow."""
    set_dues_of_lessons(days, now)
    set_dues_of_works(LessonWork.objects.filter(lesson__date__in=days), now)


@transaction.atomic
def set_dues_of_lessons(
    days: Collection[datetime.date], now: datetime.datetime | None = None
) -> None:
    """The same without the works. A moved bell asks it for all that is left of the year, 20,000
    lessons: so rows are tuples, and what lessons share is computed once a day."""
    now, zone = now or timezone.now(), timezone.get_default_timezone()
    earliest = in_time(now, zone)
    _follow_pupils(Lesson.objects.filter(date__in=days), now)
    found = list(lessons_due(days))
    interruptions = interruptions_since(min(row.date for row, _, _ in found)) if found else []
    moved, days_moved = defaultdict(list), set()
    for lesson, taught, dues in found:
        day_due, homework_due = dues
        if interruptions and dues != NOTHING_DUE:
            day_due, homework_due = (
                postponed(due, interruptions, taught, lesson.known_at)  # type: ignore[arg-type]  # both are there
                for due in dues
            )
        day_was, homework_was = before = lesson.day_due_at, lesson.homework_due_at
        if before == (day_due, homework_due):
            continue
        soonest = homework_in_time(lesson.date, now, zone)
        day_due = brought_forward(day_was, day_due, earliest)
        homework_due = brought_forward(homework_was, homework_due, soonest)
        if before != (day_due, homework_due):
            moved[day_due, homework_due].append((lesson.pk, lesson.pk, before))
            days_moved.add(lesson.date)
    if moved:
        hold_lessons(Lesson.objects.filter(date__in=days_moved))
    _move(Lesson, ("day_due_at", "homework_due_at"), moved, now)


def lessons_due(
    days: Collection[datetime.date],
) -> Iterator[
    tuple[
        Any,
        tuple[datetime.datetime, datetime.datetime],
        tuple[datetime.datetime | None, datetime.datetime | None],
    ]
]:
    """Of all lessons on these school-local days (row, (first instant, last instant), (due of topic
    and attendance, of the homework)): aware instants, as if there had always been access; None for
    what a lesson owes that is cancelled or that nobody attends. A generator; three queries."""
    zone = timezone.get_default_timezone()
    by_day = _lessons_by_day(days)
    groups = {lesson.journal__group for day in by_day.values() for lesson in day}
    classes = classes_of_groups(groups)
    for day, found in by_day.items():
        instant = cache(partial(local_instant, day))
        there = classes_there(classes, {lesson.journal__group for lesson in found}, day)
        homework = homework_dues(
            [
                TaughtLesson(
                    lesson.pk,
                    instant(lesson.ends_at),
                    there[lesson.journal__group],
                    lesson.journal__group__kind == TeachingGroup.Kind.INDIVIDUAL,
                )
                for lesson in found
                if not (lesson.cancelled or lesson.nobody_attends)
            ]
        )
        day_due, begins = end_of_day(day, zone), start_of_day(day, zone)
        for lesson in found:
            dues = (day_due, homework[lesson.pk]) if lesson.pk in homework else NOTHING_DUE
            if lesson.known_at and lesson.known_at >= begins and dues != NOTHING_DUE:
                dues = _once_known(lesson, dues, zone)
            yield lesson, (instant(lesson.starts_at), instant(lesson.ends_at)), dues


def _lessons_by_day(days):
    """{day: [row]} of all lessons on these days."""
    by_day = defaultdict(list)
    lessons = Lesson.objects.filter(date__in=days).order_by()
    for row in lessons.values_list(
        "pk",
        "date",
        "starts_at",
        "ends_at",
        "journal",
        "journal__group",
        "journal__group__kind",
        "cancelled",
        "nobody_attends",
        "day_due_at",
        "homework_due_at",
        "known_at",
        "unknown_from",
        named=True,
    ):
        by_day[row.date].append(row)
    return by_day


def _once_known(lesson, dues, zone):
    day_due, homework_due = dues
    earliest = in_time(lesson.known_at, zone)
    soonest = homework_in_time(lesson.date, lesson.known_at, zone)
    return (
        once_known(day_due, lesson.unknown_from, earliest),
        once_known(homework_due, lesson.unknown_from, soonest),
    )


def classes_there(
    classes: Mapping[int, Iterable[tuple[int, Span]]], groups: Iterable[int], day: datetime.date
) -> dict[int, frozenset[int]]:
    """{group id: the ids of the classes whose pupils are taught there on a day}; `classes` as of
    `classes_of_groups`."""
    return {
        group: frozenset(pk for pk, span in classes[group] if covers([span], day))
        for group in groups
    }


@transaction.atomic
def set_dues_of_works(works: QuerySet[LessonWork], now: datetime.datetime | None = None) -> None:
    """The same for a queryset of works."""
    now, zone = now or timezone.now(), timezone.get_default_timezone()
    rows = list(
        works.order_by().values_list(
            "lesson__journal__group",
            "pk",
            "lesson",
            "lesson__date",
            "lesson__cancelled",
            "lesson__nobody_attends",
            "work_type__mark_days",
            "lesson__journal__group__year",
            "lesson__journal__period_kind",
            "marks_due_at",
            "lesson__known_at",
            "lesson__unknown_from",
            "lesson__starts_at",
            "lesson__ends_at",
        )
    )
    if not rows:
        return
    dates = [date for _, _, _, date, *_ in rows]
    interruptions = interruptions_since(min(dates))
    first, last = min(dates), max(dates) + REACH
    due_after = _marks_due(first, last, {group for group, *_ in rows}, zone)
    moved, earliest = defaultdict(list), in_time(now, zone)
    for group, pk, lesson, date, off, empty, *allowed, before, known_at, told, starts, ends in rows:
        due = None if off or empty else due_after(group, date, *allowed)
        if due and known_at:
            due = once_known(due, told, in_time(known_at, zone))
        if due and interruptions:
            taught = [local_instant(date, time) for time in (starts, ends)]
            due = postponed(due, interruptions, taught, known_at)
        due = brought_forward(before, due, earliest)
        if before != due:
            moved[(due,)].append((pk, lesson, (before,)))
    _move(LessonWork, ("marks_due_at",), moved, now)


def _marks_due(first, last, groups, zone):
    """A function of (group, day of a lesson, school days allowed, year, kind of periods), all ids
    but the days and the kind: when the marks of its work are due. On the days first … last."""
    (calendar, said), spans_of = school_days(first, last), cache(period_spans)
    vacations = vacations_of_groups(groups, said)

    @cache
    def terms(year, kind, own):
        return less_vacations(terms_of(kind, spans_of(year)), own)

    @cache
    def due_after(date, days, year, kind, own):
        return marks_due(date, days, calendar, terms(year, kind, own), zone)

    return lambda group, *allowed: due_after(*allowed, vacations.get(group, ()))


def _follow_pupils(lessons, now):
    """Write of a queryset of lessons which of them nobody attends, where that has changed; when
    their works are due follows, and who counts complete lessons is told."""
    changed = list(lessons.filter(is_misjudged()).order_by())
    if not changed:
        return
    hold_lessons(Lesson.objects.filter(pk__in=[one.pk for one in changed]))
    for lesson in changed:
        lesson.set_attended(lesson.nobody_attends)
    Lesson.objects.bulk_update(changed, Lesson.ATTENDED)
    set_dues_of_works(LessonWork.objects.filter(lesson__in=changed), now)
    marking.changed.send(Lesson, lessons=changed)


def is_misjudged() -> Q:
    """Q for the lessons of which `nobody_attends` does not say what is so."""
    return Q(is_attended(), nobody_attends=True) | Q(~is_attended(), nobody_attends=False)


def hold_lessons(lessons: QuerySet[Lesson]) -> None:
    """Lock a queryset of lessons until the transaction ends: in the order in which everybody does
    who locks several, so that of two at once neither has what the other waits for."""
    held = lessons.order_by("pk").select_for_update(no_key=True, of=["self"])
    list(held.values_list("pk"))


def _move(model, columns, moved, now):
    """Write {new values of the columns: [(key, lesson id, values before)]}. Late entries follow
    where an instant before or after has passed: no other lesson has any."""
    passed = set()
    for dues, rows in moved.items():
        keys = [key for key, _, _ in rows]
        model.objects.filter(pk__in=keys).update(**dict(zip(columns, dues, strict=True)))
        for _, lesson, before in rows:
            if any(due and due < now for due in (*before, *dues)):
                passed.add(lesson)
    if passed:
        recheck(passed, now)
