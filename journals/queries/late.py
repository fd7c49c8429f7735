"""Late entries: what was not done in time, whose duty it was, how late it is or was."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count, OuterRef, Q, QuerySet
from django.db.models.functions import TruncWeek
from django.utils import timezone

from school import namesakes
from school.models import Journal, User
from school.queries.calendar import days_span, working_calendar
from school.queries.teaching import with_duty_days
from school.rules.days import ONE_WEEK

from .. import rules
from ..dues import lateness
from ..models import LateEntry
from .duties import held_by, tell, with_closed_period
from .duty import Told

LATE_STATES = [
    ("open", "не исполнено"),
    ("closed", "период закрыт"),
    ("settled", "исполнено с опозданием"),
    ("excused", "извинено"),
    ("", "все"),
]
_LATE = {
    "open": Q(settled_at=None, excuse=""),
    "settled": Q(settled_at__isnull=False, excuse=""),
    "excused": ~Q(excuse=""),
    "": Q(),
}
_LATE["closed"] = _LATE["open"]  # of these what has a `closed_period`


@dataclass(frozen=True)
class LateLine:
    """A late entry as a person reads it, with the names of those whose duty it was;
    `closed_period` is the id of the period that keeps it from being done now, or None (4.2)."""

    entry: LateEntry
    told: Told
    who: str
    how_late: str
    closed_period: int | None


def late_entries(
    journals: QuerySet[Journal],
    first: datetime.date,
    last: datetime.date,
    *,
    kind: str = "",
    state: str = "",
    teacher: int | None = None,
    everybody: bool = False,
) -> QuerySet[LateEntry]:
    """The LateEntries of journals that were due on the days first … last, newest due first, with
    all that `tell` wants. `teacher` (id): only what was that person's duty; `everybody`: also what
    belongs to no journal."""
    of_journals = Q(journal__in=journals)
    if everybody:
        of_journals |= Q(journal=None)
    found = LateEntry.objects.filter(
        of_journals, _LATE[state], due_at__range=days_span(first, last)
    ).select_related("lesson", "journal__group", "journal__subject", "excused_by")
    if kind:
        found = found.filter(kind=kind)
    if state == "closed":
        found = with_closed_period(found, timezone.now()).filter(closed_period__isnull=False)
    if teacher:
        found = with_duty_days(found, "due_at", timezone.localdate())
        found = found.filter(held_by(teacher, found))
    return found.order_by("-due_at", "-pk")


def entries_of(keys: Iterable[int]) -> list[LateEntry]:
    """The LateEntries of these keys, with all that `tell` wants."""
    found = LateEntry.objects.filter(pk__in=keys)
    return list(found.select_related("lesson", "journal__group", "journal__subject"))


def late_lines(entries: Iterable[LateEntry], now: datetime.datetime) -> list[LateLine]:
    """LateLines of LateEntries as `late_entries` loads them."""
    found = list(entries)
    if not found:
        return []
    zone = timezone.get_default_timezone()
    told = tell(found)
    holders = {pk for one in told.values() for pk in one.holders}
    names = namesakes.staff(User.objects.filter(pk__in=holders))
    rows = with_closed_period(LateEntry.objects.filter(pk__in=told), now)
    closed = dict(rows.values_list("pk", "closed_period"))
    first = min(entry.due_at for entry in found).astimezone(zone).date()
    calendar = working_calendar(first, now.astimezone(zone).date())
    return [
        LateLine(
            entry,
            told[entry.pk],
            ", ".join(names[pk] for pk in told[entry.pk].holders) or told[entry.pk].answers,
            lateness(entry.due_at, entry.settled_at or now, calendar, zone),
            closed.get(entry.pk),  # it may be gone by now
        )
        for entry in found
    ]


def late_attendance(year: OuterRef) -> QuerySet[LateEntry]:
    """Of lessons whose attendance is late and not taken (2.5) the LateEntries of a school year, as
    `late_entries` has them; a queryset."""
    found = LateEntry.objects.filter(_LATE["open"], kind="attendance", journal__group__year=year)
    return found.order_by()


@dataclass(frozen=True)
class LateWeek:
    """The late entries that were due in the week of `monday`; the heights of their bars are in
    percent of the highest, the y from the top down."""

    monday: datetime.date
    total: int
    open: int
    total_height: int
    open_height: int

    @property
    def total_y(self) -> int:
        return 100 - self.total_height

    @property
    def open_y(self) -> int:
        return 100 - self.open_height


def late_weeks(entries: QuerySet[LateEntry]) -> list[LateWeek]:
    """LateWeeks of a queryset of LateEntries, from the first to the last with one; one query."""
    rows = (
        entries.order_by()
        .annotate(week=TruncWeek("due_at"))
        .values_list("week")
        .annotate(total=Count("pk"), still_open=Count("pk", filter=_LATE["open"]))
    )
    counts = {week.date(): numbers for week, *numbers in rows}
    if not counts:
        return []
    most = max(total for total, _ in counts.values())
    weeks, monday = [], min(counts)
    while monday <= max(counts):
        total, still_open = counts.get(monday, (0, 0))
        heights = rules.percent(total, most), rules.percent(still_open, most)
        weeks.append(LateWeek(monday, total, still_open, *heights))  # type: ignore[arg-type]  # of some
        monday += ONE_WEEK
    return weeks
