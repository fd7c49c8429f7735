"""The page of the timetable: the grid of what is looked at, and what a draft changes."""

import datetime
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Max
from django.utils.dates import WEEKDAYS

from ..models import DraftRow, Journal, Room, SchoolClass, SchoolYear, TimetableDraft
from ..models.timetable import Row
from ..rules.parts import PARTS
from .bells import bell_numbers
from .calendar import week_days
from .timetable import ConflictLine, Line, applied_drafts, journals_of_class
from .weeks import CLASS, ROOM, TEACHER, TITLES, Grid, Week, grid_of


@dataclass(frozen=True)
class Choice:
    """Whose week is looked at, or which day: «of» of the address, and the name."""

    of: int
    name: str


@dataclass(frozen=True)
class TimetablePage:
    """What the page of the timetable shows: `day` is the school-local one as of which it does,
    `choices` are what can be looked at by `by`, `weekdays` (name, Lines) of the chosen class with
    its `journals`, `changed` all Lines that the draft changes, `saved_at` when that was last."""

    by: str
    chosen: Choice | None
    choices: list[Choice]
    weeks: int
    day: datetime.date
    classes: list[SchoolClass]
    grid: Grid | None
    school_class: SchoolClass | None
    journals: list[Journal]
    weekdays: list[tuple[str, list[Line]]]
    changed: list[Line]
    conflicts: list[ConflictLine]
    saved_at: datetime.datetime | None
    applied: TimetableDraft | None
    teachers: dict[int, str]

    @property
    def parts(self) -> list[tuple[str, str]]:
        """(«5-8», «5–8») of those PARTS on A4 that have classes."""
        there = {one.number for one in self.classes}
        return [(part, part.replace("-", "–")) for part, of in PARTS.items() if there & {*of}]

    @property
    def title(self) -> str:
        return TITLES[self.by]

    @property
    def beside(self) -> list[Choice]:
        """The classes of the chosen one's parallel."""
        if self.school_class is None:
            return []
        return [
            Choice(one.pk, str(one))
            for one in self.classes
            if one.number == self.school_class.number
        ]


def timetable_page(
    year: SchoolYear, draft: TimetableDraft | None, by: str = CLASS, of: str = "", weeks: int = 3
) -> TimetablePage:
    """The TimetablePage of a year, by what the address says, of the first one where it names none
    that is there; a fixed number of queries."""
    week = Week(year, draft)
    classes = list(SchoolClass.objects.filter(year=year))
    days = week.days(week_days())
    choices = _choices(week, by, classes, days)
    chosen = next((one for one in choices if str(one.of) == of), None) or next(iter(choices), None)
    school_class = None
    if by == CLASS and chosen:
        school_class = next(one for one in classes if one.pk == chosen.of)
    there = week.conflicts()
    shown = week.seen(CLASS, school_class.pk, Row.Weeks.ALL) if school_class else []
    return TimetablePage(
        by,
        chosen,
        choices,
        weeks,
        week.day,
        classes,
        grid_of(week, by, chosen.of, weeks, bell_numbers(), days, classes, there)
        if chosen
        else None,
        school_class,
        journals_of_class(school_class, week.day) if school_class else [],
        [
            (str(WEEKDAYS[day - 1]), [line for line in shown if line.row.weekday == day])
            for day in days
            if school_class
        ],
        [line for line in week.lines if line.change],
        there,
        saved_at(draft),
        applied_drafts(year).first(),
        {line.row.journal_id: _assigned(week, line) for line in shown},
    )


def _choices(
    week: Week, by: str, classes: Iterable[SchoolClass], days: Iterable[int]
) -> list[Choice]:
    if by == CLASS:
        return [Choice(one.pk, str(one)) for one in classes]
    if by == TEACHER:
        people = sorted(week.teachers.values(), key=lambda one: (one.sort_name, one.pk))
        return [Choice(one.pk, week.names[one.pk]) for one in people]
    if by == ROOM:
        return [Choice(pk, name) for pk, name in Room.objects.values_list("pk", "name")]
    return [Choice(day, str(WEEKDAYS[day - 1])) for day in days]


def _assigned(week: Week, line: Line) -> str:
    people = week.taking.assigned.get(line.row.journal_id, ())
    return ", ".join(week.names.get(one.pk, one.short_name) for one in people)


def saved_at(draft: TimetableDraft | None) -> datetime.datetime | None:
    """When a draft's rows were changed last, None where none was; one query."""
    if draft is None:
        return None
    changes: Any = DraftRow.history.filter(draft_id=draft.pk)
    return changes.aggregate(last=Max("history_date"))["last"]
