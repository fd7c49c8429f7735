"""The lessons of a year, made from the weekly timetable."""

import datetime
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from ..models import Lesson, Period, SchoolYear, TimetableEntry
from ..models.dated import overlapping
from ..queries import belonging
from ..queries.bells import bells_of
from ..queries.calendar import period_spans, working_calendar
from ..queries.locks import closed_periods
from ..rules.spans import ONE_DAY, covers, span
from ..rules.terms import terms_of
from ..rules.texts import enumerated
from .holding import hold
from .refusals import ScheduleError


@transaction.atomic
def generate_lessons(year: SchoolYear, first: datetime.date, last: datetime.date) -> int:
    """Create the lessons that the weekly timetable has on the school days first … last of a year.

    What exists stays as it is, so running it again creates only what is missing, and nothing of
    that in a closed period (4.2) or of journals whose kind of periods the year lacks while it has
    others (`queries.calendar.journals_without_periods`). ScheduleError if two of the lessons would
    claim the same pupil, or the bells of a day lack one; then nothing is created. Returns the
    number.
    """
    entries = overlapping(
        TimetableEntry.objects.filter(journal__group__year=year), first, last
    ).select_related("journal__group", "journal__subject")
    entries = entries.order_by("pk")  # so that of two the same is always named first
    hold({entry.journal_id for entry in entries})
    standing = Lesson.objects.filter(journal__group__year=year, date__range=(first, last))
    existing = set(standing.values_list("date", "number", "journal"))
    missing = {
        place: entry
        for place, entry in _wanted(entries, year, first, last).items()
        if place not in existing
    }
    made = _at_their_hours(missing)
    _refuse_double_booking(made, standing.filter(cancelled=""), first, last)
    Lesson.objects.bulk_create(made, batch_size=1000)
    return len(made)


def _wanted(entries, year, first, last):
    """{(day, number, journal id): TimetableEntry} of those in force on the school days of each
    journal's terms, of a year without periods on all, but for what is closed."""
    calendar = working_calendar(first, last)
    spans, closed = period_spans(year.pk), _closed_spans(entries)
    terms = {kind: terms_of(kind, spans) for kind in spans}
    by_weekday = defaultdict(list)
    for entry in entries:
        by_weekday[entry.weekday].append(entry)
    wanted: dict[tuple[datetime.date, int, int], TimetableEntry] = {}
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        taught = {kind for kind in Period.Kind if not spans or covers(terms.get(kind, ()), day)}
        for entry in by_weekday[calendar.timetable_weekday(day)]:
            in_force = covers([span(entry.starts_on, entry.ends_on)], day)
            in_force = in_force and entry.journal.period_kind in taught
            if in_force and not covers(closed[entry.journal_id], day):
                wanted[day, entry.number, entry.journal_id] = entry
    return wanted


def _at_their_hours(missing):
    """Lessons, not saved, of {(day, number, journal id): TimetableEntry}, at the hours of the
    bells."""
    bells = bells_of({entry.journal.group_id for entry in missing.values()})
    made, silent = [], []
    for (day, number, _), entry in missing.items():
        journal, kind = entry.journal, entry.kind_id or entry.journal.lesson_kind_id
        hour = bells.of_group(journal.group_id, day).get(number)
        if hour:
            made.append(Lesson(journal=journal, date=day, kind_id=kind, **hour._asdict()))
        else:
            silent.append(f"{day:%d.%m.%Y}, {number}-й урок, {journal}")
    if silent:
        raise ScheduleError("По звонкам этих дней таких уроков нет: " + enumerated(silent) + ".")
    return made


def _closed_spans(entries):
    """{journal id: spans of its closed periods} of TimetableEntries' journals (4.2)."""
    now = timezone.now()
    return {
        pk: [(one.starts_on, one.ends_on) for one in closed_periods(journal, now)]
        for pk, journal in {entry.journal_id: entry.journal for entry in entries}.items()
    }


Claim = int | tuple[str, int]  # a pupil's id, a class's with a word before it


def _refuse_double_booking(made, standing, first, last):
    """ScheduleError if one of the Lessons to be made shares a time and a pupil, or a class, with
    another of them, or with one of the queryset of those that stand."""
    days = {lesson.date for lesson in made}
    there = standing.filter(date__in=days).select_related("journal__group", "journal__subject")
    by_day = defaultdict(list)
    for lesson in [*made, *there]:
        by_day[lesson.date].append(lesson)
    attendees = {}
    for day in sorted(by_day):
        taken: dict[Claim, list[Lesson]] = defaultdict(list)  # of a class or pupil, so far
        for lesson in sorted(by_day[day], key=lambda one: (one.hour, one.journal_id)):
            journal = lesson.journal
            if journal.pk not in attendees:
                attendees[journal.pk] = belonging.attendees(journal, first, last)
            claims: list[Claim] = [a.student_id for a in attendees[journal.pk] if a.attends(day)]
            if journal.group.school_class_id:
                claims.append(("class", journal.group.school_class_id))
            for claim in claims:
                for other in taken[claim]:
                    if other.hour.meets(lesson.hour) and None in (other.pk, lesson.pk):
                        raise ScheduleError(_both(other, lesson))
                taken[claim].append(lesson)


def _both(one, other):
    numbers = dict.fromkeys(f"{lesson.number}-й" for lesson in (one, other))
    return (
        f"{one.date:%d.%m.%Y}, {' и '.join(numbers)} урок: {one.journal} и {other.journal} сразу."
    )
