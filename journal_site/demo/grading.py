"""Grades of the periods that are over, their locks, and one journal that was opened again."""

import datetime

from django.utils import timezone

from journals import grading
from journals.actions.grade_sheets import open_sheets
from journals.models import PeriodGrade
from journals.queries.grade_book import grade_book
from school.models import Journal, Period, PeriodLock, Unlock
from school.models.history import create_with_history
from school.queries.teaching import teachers_of
from school.rules.days import grades_open_on

from .filling import record

DAY = datetime.timedelta(days=1)
CLOSED_AFTER = 9 * DAY  # the deputy looks through the grades first
OMITTED = 5  # grades that somebody forgot


def grade(random, until, deputy):
    """Grade and close the periods that ended before the aware instant `until`."""
    over = list(Period.objects.filter(ends_on__lt=until.date()).order_by("ends_on", "pk"))
    if not over:
        return
    journals = list(Journal.objects.select_related("group").order_by("pk"))
    teachers = teachers_of(journals, until.date())
    rows = []
    for journal in journals:
        book = grade_book(journal, until)
        if not book.columns[0].scale.is_unmarked and teachers[journal.pk]:
            rows += _grades(random, book, over, teachers[journal.pk][0])
    for forgotten in sorted(random.sample(range(len(rows)), min(OMITTED, len(rows))), reverse=True):
        del rows[forgotten]
    PeriodGrade.objects.bulk_create(rows, batch_size=2000)
    record(PeriodGrade, [(row, row.set_by, row.entered_at) for row in rows], "+")
    open_sheets(over[0].ends_on, until.date())
    _close(over, until, deputy)


def _grades(random, book, over, teacher):
    found = []
    for column in book.columns:
        if column.period not in over:
            continue
        first = grades_open_on(column.last_day)
        entered_on = first + random.randint(0, 6) * DAY
        start = datetime.datetime.combine(entered_on, datetime.time(random.randint(14, 18)))
        for place, pupil in enumerate(book.pupils):
            if pupil.attends(column.last_day) and book.is_given_here(column, pupil.student_id):
                text = _text(random, book, column, pupil.student_id)
                found.append(
                    PeriodGrade(
                        journal=book.journal,
                        student_id=pupil.student_id,
                        subject_id=book.journal.subject_id,
                        year_id=book.journal.group.year_id,
                        kind=column.kind,
                        period=column.period,
                        value_id=column.value_ids.get(text),
                        set_by=teacher,
                        entered_at=timezone.make_aware(start) + datetime.timedelta(seconds=place),
                    )
                )
    return found


def _text(random, book, column, student):
    """What the marks suggest, seldom a point more; two marks are enough for who knows the pupil."""
    marks = book.marks.get((column.key, student), grading.Marks())
    text = grading.suggest_period(marks, column.scale, column.rule.rounds_up_from, 1)
    if text in ("3", "4") and random.random() < 0.02:
        return str(int(text) + 1)
    return text or grading.NOT_ASSESSED


def _close(over, until, deputy):
    closed = [one for one in over if one.ends_on + CLOSED_AFTER < until.date()]
    if not closed:
        return
    create_with_history(
        PeriodLock,
        [PeriodLock(period=one, locked_by=deputy, locked_at=_at(one, 0)) for one in closed],
    )
    journals = Journal.objects.filter(period_kind=closed[0].kind, assignments__isnull=False)
    opened = _at(closed[0], 1)
    create_with_history(
        Unlock,
        [
            Unlock(
                journal=journals.order_by("pk").first(),
                period=closed[0],
                until=opened + datetime.timedelta(hours=24),
                reason="Справка о болезни пришла после каникул: исправить пропуски.",
                made_by=deputy,
                made_at=opened,
            )
        ],
    )


def _at(period, days):
    day = period.ends_on + CLOSED_AFTER + days * DAY
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(15, 20)))
