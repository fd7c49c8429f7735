"""The duty to grade (2.6): a GradeSheet for each journal and period, for the year one more.

`open_sheets` makes them when the last week of a period begins; `recount` keeps `complete_at` equal
to the grades that stand there. What changed is told by its keys: its late entries are to follow.
"""

from django.db.models import Exists, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from school.interruptions import interruptions_since
from school.models import GradeValue, Journal, Lesson, Period
from school.models.dated import on_day
from school.queries import pupils_on, standing_locks
from school.rules import brought_forward, postponed, start_of_day

from . import grading, rules
from .models import GradeSheet, PeriodGrade


def open_sheets(since, today):
    """Make and recount the sheets of all periods whose last week has begun by `today` and that had
    not ended before `since` (school-local days). Returns the keys of those that are new or changed;
    idempotent; a fixed number of queries for each such period."""
    changed = set()
    opened = Period.objects.filter(ends_on__gte=since, ends_on__lte=today + rules.GRADES_OPEN)
    for period in opened.select_related("year"):
        changed |= _open_period(period, period, today)
        following = Period.objects.filter(
            year=period.year_id, kind=period.kind, starts_on__gt=period.ends_on
        )
        if not following.exists():
            changed |= _open_period(period, None, today)
    return changed


def move_dues(year_id, kind):
    """Write the due instants of a year's sheets anew: its periods of this kind have moved."""
    found = Period.objects.filter(year=year_id, kind=kind).order_by("ends_on")
    of_year = GradeSheet.objects.filter(journal__group__year=year_id, journal__period_kind=kind)
    dues = [(period, _due(period)) for period in found]
    for period, due in dues:
        _bring(of_year.filter(period=period), due)
    if dues:
        _, last = dues[-1]
        _bring(of_year.filter(period=None), last)


def _bring(sheets, due):
    """Write when a queryset of sheets is due; today at the earliest where that is earlier."""
    today = rules.in_time(timezone.now(), timezone.get_default_timezone())
    for before in set(sheets.order_by().values_list("grades_due_at", flat=True)):
        moved = brought_forward(before, due, today)
        sheets.filter(grades_due_at=before).update(grades_due_at=moved)


def move_dues_of_days(first, last):
    """The same for all periods that end on one of these days: the system was down (3.2). Returns
    the keys of their sheets."""
    ended = Period.objects.filter(ends_on__range=(first, last))
    for year, kind in set(ended.values_list("year", "kind")):
        move_dues(year, kind)
    touched = GradeSheet.objects.filter(
        Q(period__in=ended) | Q(period=None, journal__group__year__in=ended.values("year"))
    )
    return list(touched.values_list("pk", flat=True))


def _due(period):
    zone = timezone.get_default_timezone()
    opens_on = rules.grades_open_on(period.ends_on)
    due = rules.grades_due(period.ends_on, zone)
    return postponed(due, interruptions_since(opens_on), since=start_of_day(opens_on, zone))


def _open_period(last, period, today):
    """The sheets for `period`, or for the year (None) that ends with the period `last`."""
    first = period.starts_on if period else last.year.starts_on
    graded = graded_journals(last.year_id, first, last.ends_on).filter(period_kind=last.kind)
    journals = list(graded.select_related("group"))
    day = min(last.ends_on, today)
    pupils = pupils_on(journals, last.year_id, day)
    due = _due(last)
    there = dict(
        GradeSheet.objects.filter(journal__in=journals, period=period).values_list("journal", "pk")
    )
    missing = [journal for journal in journals if pupils[journal.pk] and journal.pk not in there]
    GradeSheet.objects.bulk_create(
        [GradeSheet(journal=journal, period=period, grades_due_at=due) for journal in missing],
        ignore_conflicts=True,
    )
    sheets = GradeSheet.objects.filter(journal__in=journals, period=period)
    made = sheets.filter(journal__in=missing).values_list("pk", flat=True)
    return {*made, *_recount(sheets, period, pupils)}


def is_closed(now):
    """Q for GradeSheets: a closed period keeps them from being completed at an instant (4.2); the
    year's, once all its periods are closed."""
    standing = standing_locks(OuterRef("journal"), now).filter(period=OuterRef("period"))
    # It is asked for one query further in.
    locked = standing_locks(OuterRef(OuterRef("journal")), now).filter(period=OuterRef("pk"))
    return Q(Exists(standing), period__isnull=False) | Q(
        ~Exists(_periods_of_year().filter(~Exists(locked))), period__isnull=True
    )


def _periods_of_year():
    return Period.objects.filter(
        year=OuterRef("journal__group__year"), kind=OuterRef("journal__period_kind")
    )


def closed(sheets, now):
    """{key: id of the period, for the year's its last} of those of a queryset of GradeSheets that
    are closed so; one query."""
    last = Subquery(_periods_of_year().order_by("-ends_on").values("pk")[:1])
    found = sheets.filter(is_closed(now)).order_by()
    return dict(found.values_list("pk", Coalesce("period", last)))


def graded_journals(year_id, first, last):
    """The Journals of a year with a lesson on the days first … last (school-local) and a scale that
    has grades on the last of them; a queryset."""
    lessons = Lesson.objects.filter(journal=OuterRef("pk"), date__range=(first, last), cancelled="")
    values = GradeValue.objects.filter(on_day(last), scale=OuterRef("scale"))
    values = values.exclude(text=grading.EXEMPT)
    return Journal.objects.filter(Exists(lessons), Exists(values), group__year=year_id)


def recount(journal, periods, today):
    """Recount a journal's sheets of some periods, None for the year: complete once every pupil who
    belongs to it on the last day, or today if that is earlier, has a grade. Returns the keys of the
    sheets that changed."""
    changed = []
    for period in periods:
        last_day = (
            period.ends_on
            if period
            else Period.objects.filter(year=journal.group.year_id, kind=journal.period_kind)
            .latest("ends_on")
            .ends_on
        )
        day = min(last_day, today)
        pupils = pupils_on([journal], journal.group.year_id, day)
        sheets = GradeSheet.objects.filter(journal=journal, period=period)
        changed += _recount(sheets, period, pupils)
    return changed


def _recount(sheets, period, pupils):
    """Write `complete_at` of the sheets, all of one period, where it is not what it should be: when
    the last of the grades was entered, NULL while one is missing. `pupils` {journal id: ids}; a
    journal that has lost all of them has no duty."""
    kind = PeriodGrade.Kind.PERIOD if period else PeriodGrade.Kind.YEAR
    grades = PeriodGrade.objects.filter(
        journal__in=sheets.values("journal"), kind=kind, period=period
    )
    entered = {
        (journal, student): at
        for journal, student, at in grades.values_list("journal", "student", "entered_at")
    }
    changed, empty = [], []
    for sheet in sheets:
        if not pupils[sheet.journal_id]:
            empty.append(sheet.pk)
            continue
        instants = [entered.get((sheet.journal_id, one)) for one in pupils[sheet.journal_id]]
        complete_at = None if None in instants else max(instants)
        if sheet.complete_at != complete_at:
            sheet.complete_at = complete_at
            changed.append(sheet)
    GradeSheet.objects.bulk_update(changed, ["complete_at"])
    GradeSheet.objects.filter(pk__in=empty).delete()
    return [sheet.pk for sheet in changed] + empty
