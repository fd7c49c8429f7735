"""The lessons of a year, made from the weekly timetable."""

import datetime
from collections import defaultdict

from django.db import transaction
from django.utils import timezone

from ..models import BellSlot, Journal, Lesson, Period, SchoolYear, TimetableEntry
from ..models.dated import overlapping
from ..queries import belonging
from ..queries.calendar import period_spans, working_calendar
from ..queries.locks import closed_periods
from ..rules.spans import ONE_DAY, covers, span
from ..rules.terms import terms_of
from .holding import hold
from .refusals import ScheduleError


@transaction.atomic
def generate_lessons(year: SchoolYear, first: datetime.date, last: datetime.date) -> int:
    """Create the lessons that the weekly timetable has on the school days first … last of a year.

    What exists stays as it is, so running it again creates only what is missing, and nothing of
    that in a closed period (4.2) or of journals whose kind of periods the year lacks while it has
    others (`queries.calendar.journals_without_periods`). ScheduleError if two of the lessons would
    claim the same pupil; then nothing is created. Returns the number.
    """
    entries = overlapping(
        TimetableEntry.objects.filter(journal__group__year=year), first, last
    ).select_related("journal__group", "journal__subject", "slot")
    entries = entries.order_by("pk")  # so that of two the same is always named first
    hold({entry.journal_id for entry in entries})
    wanted = _wanted(entries, year, first, last)

    standing = Lesson.objects.filter(journal__group__year=year, date__range=(first, last))
    existing = set(standing.values_list("date", "slot", "journal"))
    missing = [
        (day, slot, journal)
        for (day, slot), journals in wanted.items()
        for journal in journals
        if (day, slot, journal) not in existing
    ]
    for lesson in standing.filter(cancelled="").select_related(
        "journal__group", "journal__subject"
    ):
        wanted[lesson.date, lesson.slot_id][lesson.journal_id] = lesson.journal
    _refuse_double_booking(wanted, {(day, slot) for day, slot, _ in missing}, first, last)
    Lesson.objects.bulk_create(
        [Lesson(journal_id=journal, date=day, slot_id=slot) for day, slot, journal in missing],
        batch_size=1000,
    )
    return len(missing)


def _wanted(entries, year, first, last):
    """{(day, slot id): {journal id: Journal}} of TimetableEntries in force on the school days of
    each journal's terms, of a year without periods on all, but for what is closed."""
    calendar = working_calendar(first, last)
    spans, closed = period_spans(year.pk), _closed_spans(entries)
    terms = {kind: terms_of(kind, spans) for kind in spans}
    by_weekday = defaultdict(list)
    for entry in entries:
        by_weekday[entry.weekday].append(entry)
    wanted: dict[tuple[datetime.date, int], dict[int, Journal]] = defaultdict(dict)
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        taught = {kind for kind in Period.Kind if not spans or covers(terms.get(kind, ()), day)}
        for entry in by_weekday[calendar.timetable_weekday(day)]:
            in_force = covers([span(entry.starts_on, entry.ends_on)], day)
            in_force = in_force and entry.journal.period_kind in taught
            if in_force and not covers(closed[entry.journal_id], day):
                wanted[day, entry.slot_id][entry.journal_id] = entry.journal
    return wanted


def _closed_spans(entries):
    """{journal id: spans of its closed periods} of TimetableEntries' journals (4.2)."""
    now = timezone.now()
    return {
        pk: [(one.starts_on, one.ends_on) for one in closed_periods(journal, now)]
        for pk, journal in {entry.journal_id: entry.journal for entry in entries}.items()
    }


Claim = int | tuple[str, int]  # a pupil's id, a class's with a word before it


def _refuse_double_booking(wanted, touched, first, last):
    """ScheduleError if in one of the touched hours two lessons are of one class or share a
    pupil."""
    attendees = {}
    for day, slot in sorted(touched):
        taken: dict[Claim, Journal] = {}  # class or pupil: the journal that has it in this hour
        for journal in wanted[day, slot].values():
            if journal.pk not in attendees:
                attendees[journal.pk] = belonging.attendees(journal, first, last)
            claims: list[Claim] = [a.student_id for a in attendees[journal.pk] if a.attends(day)]
            if journal.group.school_class_id:
                claims.append(("class", journal.group.school_class_id))
            for claim in claims:
                if claim in taken:
                    number = BellSlot.objects.get(pk=slot).number
                    raise ScheduleError(
                        f"{day:%d.%m.%Y}, {number}-й урок: {taken[claim]} и {journal} сразу."
                    )
                taken[claim] = journal
