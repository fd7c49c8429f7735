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
from school.queries.kinds import owings
from school.queries.outages import interruptions_since
from school.queries.places import vacations_of_groups
from school.rules.days import end_of_day, start_of_day
from school.rules.interruptions import brought_forward, postponed
from school.rules.kinds import Owed
from school.rules.spans import Span, covers
from school.rules.terms import less_vacations, terms_of

from .. import marking
from ..dues import TaughtLesson, homework_dues, homework_in_time, in_time, marks_due, once_known
from ..models import LessonWork
from .late import recheck

# The longest that a work type's days and the vacations between them can last.
REACH = datetime.timedelta(days=90)


COLUMNS = ("attendance_due_at", "topic_due_at", "homework_due_at")
OWES = ("owes_attendance", "owes_topic", "owes_homework")

# By when attendance, topic and homework of a lesson are due.
Dues = tuple[datetime.datetime | None, datetime.datetime | None, datetime.datetime | None]
NOTHING_DUE: Dues = (None, None, None)


@transaction.atomic
def set_dues(days: Collection[datetime.date], now: datetime.datetime | None = None) -> None:
    """Write the due instants of all lessons on these school-local days, and of their works, where
    they are not what they should be; their late entries follow."""
    set_dues_of_lessons(days, now)
    set_dues_of_works(LessonWork.objects.filter(lesson__date__in=days), now)


@transaction.atomic
def set_dues_of_lessons(
    days: Collection[datetime.date],
    now: datetime.datetime | None = None,
    anew: Collection[int] = (),
) -> None:
    """The same without the works, but for those of lessons that owe marks by now, or none any more;
    `anew` as `lessons_due` has it. A moved bell asks it for all that is left of the year, 20,000
    lessons: so rows are tuples, and what lessons share is computed once a day."""
    now = now or timezone.now()
    _follow_pupils(Lesson.objects.filter(date__in=days), now)
    found = list(lessons_due(days, now, anew))
    interruptions = interruptions_since(min(row.date for row, *_ in found)) if found else []
    moved, judged, days_moved = defaultdict(list), defaultdict(list), set()
    for lesson, taught, owed, dues in found:
        if owed != _owed_so_far(lesson):
            judged[owed].append(lesson.pk)
            days_moved.add(lesson.date)
        if interruptions:
            dues = _each(
                dues, lambda due, of=(taught, lesson.known_at): postponed(due, interruptions, *of)
            )
        before = dues_of(lesson)
        if before != dues and before != (dues := _in_time(lesson, before, dues, now)):
            moved[dues].append((lesson.pk, lesson.pk, before))
            days_moved.add(lesson.date)
    if days_moved:
        hold_lessons(Lesson.objects.filter(date__in=days_moved))
    for owed, keys in judged.items():
        Lesson.objects.filter(pk__in=keys).update(**owed._asdict())
    _move(Lesson, COLUMNS, moved, now)
    if judged:
        _follow_owed([pk for keys in judged.values() for pk in keys], now)


def dues_of(lesson: Any) -> Dues:
    """The Dues that a Lesson has, or a row of one."""
    return lesson.attendance_due_at, lesson.topic_due_at, lesson.homework_due_at


def _owed_so_far(lesson):
    return Owed(*(getattr(lesson, name) for name in Owed._fields))


def _each(dues, change):
    return tuple(due and change(due) for due in dues)


def _in_time(lesson, before, dues, now):
    """`dues` of a lesson's row, so that nobody is late at once by what has changed; of what is owed
    only by now nobody knew before."""
    zone = timezone.get_default_timezone()
    earliest, soonest = in_time(now, zone), homework_in_time(lesson.date, now, zone)
    owed = (getattr(lesson, name) for name in OWES)
    return tuple(
        brought_forward(was, due, limit) if was_owed or due is None else max(due, limit)
        for was, due, was_owed, limit in zip(
            before, dues, owed, (earliest, earliest, soonest), strict=True
        )
    )


def _follow_owed(lessons, now):
    """Of lessons (ids) that owe something else by now the works follow, and who counts complete
    lessons is told."""
    works = LessonWork.objects.filter(lesson__in=lessons)
    set_dues_of_works(works, now, heard_now=True)
    marking.changed.send(Lesson, lessons=list(Lesson.objects.filter(pk__in=lessons)))


def lessons_due(
    days: Collection[datetime.date],
    now: datetime.datetime | None = None,
    anew: Collection[int] = (),
) -> Iterator[tuple[Any, tuple[datetime.datetime, datetime.datetime], Owed, Dues]]:
    """Of all lessons on these school-local days (row, (first instant, last instant), what it owes,
    dues): aware instants, as if there had always been access; None for what a lesson does not owe,
    is cancelled or attended by nobody. What is owed by the present kinds and exemptions is owed in
    the lessons from today on, in those (ids) judged `anew` and where no due instants are yet; of
    the others it stays what it was. A generator; six queries, one less without exemptions of
    parallels."""
    today = timezone.localdate(now)
    by_day = _lessons_by_day(days)
    groups = {lesson.journal__group for day in by_day.values() for lesson in day}
    classes, judge = classes_of_groups(groups), cache(owings().owed)
    for day, found in by_day.items():
        instant = cache(partial(local_instant, day))
        there = classes_there(classes, {lesson.journal__group for lesson in found}, day)
        owed = {
            lesson.pk: judge(lesson.kind, lesson.journal, there[lesson.journal__group], day)
            if day >= today or lesson.pk in anew or _lacks_dues(lesson)
            else _owed_so_far(lesson)
            for lesson in found
        }
        homework = _homework_dues(found, owed, there, instant)
        for lesson in found:
            its = owed[lesson.pk]
            taught = instant(lesson.starts_at), instant(lesson.ends_at)
            yield lesson, taught, its, _dues(lesson, its, homework.get(lesson.pk))


def _lacks_dues(lesson):
    """The rule of LACKS_DUES for a row."""
    owing = (
        getattr(lesson, owes) and getattr(lesson, due) is None
        for owes, due in zip(OWES, COLUMNS, strict=True)
    )
    return not (lesson.cancelled or lesson.nobody_attends) and any(owing)


def _homework_dues(lessons, owed, classes, instant):
    """{pk: due} of those of a day's rows that take place (2.8)."""
    return homework_dues(
        [
            TaughtLesson(
                lesson.pk,
                instant(lesson.ends_at),
                classes[lesson.journal__group],
                owed[lesson.pk].counts_as_lessons
                and lesson.journal__group__kind != TeachingGroup.Kind.INDIVIDUAL,
            )
            for lesson in lessons
            if not (lesson.cancelled or lesson.nobody_attends)
        ]
    )


def _dues(lesson, owed, homework_due):
    """Dues of a lesson's row whose homework would be due at an instant, None where it does not take
    place; later where nobody could know of it."""
    if homework_due is None:
        return NOTHING_DUE
    zone = timezone.get_default_timezone()
    day_due = end_of_day(lesson.date, zone)
    if lesson.known_at and lesson.known_at >= start_of_day(lesson.date, zone):
        earliest = in_time(lesson.known_at, zone)
        soonest = homework_in_time(lesson.date, lesson.known_at, zone)
        day_due = once_known(day_due, lesson.unknown_from, earliest)
        homework_due = once_known(homework_due, lesson.unknown_from, soonest)
    return (
        day_due if owed.owes_attendance else None,
        day_due if owed.owes_topic else None,
        homework_due if owed.owes_homework else None,
    )


def _lessons_by_day(days):
    """{day: [row]} of all lessons on these days."""
    by_day = defaultdict(list)
    lessons = Lesson.objects.filter(date__in=days).order_by()
    for row in lessons.values_list(
        "pk",
        "date",
        "starts_at",
        "ends_at",
        "kind",
        "journal",
        "journal__group",
        "journal__group__kind",
        "cancelled",
        "nobody_attends",
        "known_at",
        "unknown_from",
        *Owed._fields,
        *COLUMNS,
        named=True,
    ):
        by_day[row.date].append(row)
    return by_day


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
def set_dues_of_works(
    works: QuerySet[LessonWork],
    now: datetime.datetime | None = None,
    *,
    heard_now: bool = False,
) -> None:
    """The same for a queryset of works; `heard_now`: of what had no due instant so far nobody could
    know until now."""
    now, zone = now or timezone.now(), timezone.get_default_timezone()
    rows = list(
        works.order_by().values_list(
            "lesson__journal__group",
            "pk",
            "lesson",
            "lesson__date",
            "lesson__cancelled",
            "lesson__nobody_attends",
            "lesson__owes_marks",
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
    for group, pk, lesson, date, *rest, before, known_at, told, starts, ends in rows:
        off, empty, is_owed, *allowed = rest
        due = due_after(group, date, *allowed) if is_owed and not (off or empty) else None
        if due and known_at:
            due = once_known(due, told, in_time(known_at, zone))
        if due and interruptions:
            taught = [local_instant(date, time) for time in (starts, ends)]
            due = postponed(due, interruptions, taught, known_at)
        if due and heard_now and before is None:
            due = max(due, earliest)
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
