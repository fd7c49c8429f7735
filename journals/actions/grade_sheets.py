"""GradeSheets: `open_sheets` makes them when the last week before they are due begins; `recount`
keeps `complete_at` equal to the grades that stand there. What changed is told by its keys: its late
entries are to follow."""

import datetime
from collections.abc import Iterable

from django.db.models import Q
from django.utils import timezone

from school.models import Journal, Period, SchoolYear
from school.queries.belonging import pupils_on
from school.rules.days import exams_open_until
from school.rules.interruptions import brought_forward

from ..dues import in_time
from ..models import GradeSheet, PeriodGrade
from ..queries.grade_book import GradeColumn
from ..queries.grade_sheets import asked_of


def open_sheets(since: datetime.date, today: datetime.date) -> set[int]:
    """Make and recount the sheets of all that is Asked whose last week has begun by `today` and
    that was not due before `since` (school-local days). Returns the keys of those that are new or
    changed; idempotent; a fixed number of queries for each such Asked."""
    to_come = Q(periods__ends_on__gte=since)
    to_come |= Q(exams_due_on__gte=since) | Q(finals_due_on__gte=since)
    changed = set()
    for year in SchoolYear.objects.filter(to_come, starts_on__lte=today).distinct():
        for asked in asked_of(year):
            if asked.opens_on <= today and asked.due_on >= since:
                changed |= _open(asked, today)
    return changed


def open_exam(journal: Journal, now: datetime.datetime) -> set[int]:
    """The same of the exam of a journal that has one only now, after its day: due today. Of one to
    come the watch makes them in time."""
    found = asked_of(journal.group.year) if journal.has_exam else []
    own = [one for one in found if one.is_of_exam and one.last.kind == journal.period_kind]
    return _open_over(own, now)


def open_moved(year: SchoolYear, period: Period | None, now: datetime.datetime) -> set[int]:
    """The same of what a period that has moved asks of its SchoolYear, or (None) of the exams of a
    year that has moved their days."""
    found = asked_of(year)
    moved = [one for one in found if (one.last == period if period else one.is_of_exam)]
    return _open_over(moved, now)


def _open_over(found, now):
    """Open those of Askeds of which the day is over: due today, as long as the year's grades are
    entered at all."""
    zone, today, changed = timezone.get_default_timezone(), timezone.localdate(now), set()
    for asked in found:
        if asked.due_on < today <= exams_open_until(asked.last.year.ends_on):
            changed |= _open(asked, today, in_time(now, zone))
    return changed


def _open(asked, today, soonest=None):
    journals = list(asked.journals().select_related("group"))
    pupils = pupils_on(journals, asked.last.year_id, asked.pupils_day(today))
    there = set(asked.sheets().values_list("journal", flat=True))
    missing = [journal for journal in journals if pupils[journal.pk] and journal.pk not in there]
    due = max(filter(None, (asked.due(), soonest)))
    GradeSheet.objects.bulk_create(
        [
            GradeSheet(journal=one, kind=asked.kind, period=asked.period, grades_due_at=due)
            for one in missing
        ],
        ignore_conflicts=True,
    )
    sheets = asked.sheets().filter(journal__in=journals)
    made = sheets.filter(journal__in=missing).values_list("pk", flat=True)
    return {*made, *_recount(sheets, asked.kind, asked.period, pupils)}


def move_dues(year: SchoolYear) -> None:
    """Write the due instants of a SchoolYear's sheets anew: a period or a day of its exams has
    moved."""
    for asked in asked_of(year):
        _bring(asked.sheets(), asked.due())


def _bring(sheets, due):
    """Write when a queryset of sheets is due; today at the earliest where that is earlier."""
    today = in_time(timezone.now(), timezone.get_default_timezone())
    for before in set(sheets.order_by().values_list("grades_due_at", flat=True)):
        moved = brought_forward(before, due, today)
        sheets.filter(grades_due_at=before).update(grades_due_at=moved)


def move_dues_of_days(first: datetime.date, last: datetime.date) -> list[int]:
    """The same for all that is due on one of these days: the system was down (3.2). Returns the
    keys of their sheets."""
    keys: list[int] = []
    for year in SchoolYear.objects.filter(periods__isnull=False).distinct():
        for asked in asked_of(year):
            if first <= asked.due_on <= last:
                _bring(asked.sheets(), asked.due())
                keys += asked.sheets().values_list("pk", flat=True)
    return keys


def forget_unasked(journal: Journal) -> list[int]:
    """Delete the sheets of the exam of a journal that has none any more, and those of periods by
    which it is not graded any more: no page shows them; returns their keys."""
    unasked = Q(period__isnull=False) & ~Q(period__kind=journal.period_kind)
    if not journal.has_exam:
        unasked |= Q(kind__in=GradeSheet.OF_EXAM)
    found = GradeSheet.objects.filter(unasked, journal=journal)
    keys = list(found.values_list("pk", flat=True))
    found.filter(pk__in=keys).delete()
    return keys


def recount(journal: Journal, columns: Iterable[GradeColumn], today: datetime.date) -> list[int]:
    """Recount a journal's sheets of some kinds of grades (`queries.grade_book.GradeColumn`):
    complete once every pupil who belongs to it on the last day, or today if that is earlier, has
    one. Returns the keys of the sheets that changed."""
    changed = []
    for column in columns:
        day = min(column.last_day, column.due_on, today)
        pupils = pupils_on([journal], journal.group.year_id, day)
        sheets = GradeSheet.objects.filter(journal=journal, kind=column.kind, period=column.period)
        changed += _recount(sheets, column.kind, column.period, pupils)
    return changed


def _recount(sheets, kind, period, pupils):
    """Write `complete_at` of the sheets, all of one kind and period, where it is not what it should
    be: when the last of the grades was entered, NULL while one is missing. `pupils` {journal id:
    ids}; a journal that has lost all of them has no duty."""
    sheets = list(sheets.select_related("journal__group"))
    grades = PeriodGrade.objects.filter(
        kind=kind,
        period=period,
        subject__in={sheet.journal.subject_id for sheet in sheets},
        year__in={sheet.journal.group.year_id for sheet in sheets},
    )
    entered = {
        (subject, student): at
        for subject, student, at in grades.values_list("subject", "student", "entered_at")
    }
    changed, empty = [], []
    for sheet in sheets:
        if not pupils[sheet.journal_id]:
            empty.append(sheet.pk)
            continue
        subject = sheet.journal.subject_id
        instants = [entered.get((subject, one)) for one in pupils[sheet.journal_id]]
        complete_at = None if None in instants else max(filter(None, instants))
        if sheet.complete_at != complete_at:
            sheet.complete_at = complete_at
            changed.append(sheet)
    GradeSheet.objects.bulk_update(changed, ["complete_at"])
    GradeSheet.objects.filter(pk__in=empty).delete()
    return [sheet.pk for sheet in changed] + empty
