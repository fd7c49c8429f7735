"""What the timetable wants of the lessons of a year, beside those that are there."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from functools import cached_property

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import Journal, Lesson, Period, SchoolYear, TimetableEntry
from ..models.dated import overlapping
from ..rules.bells import Hour
from ..rules.spans import ONE_DAY, covers, span
from ..rules.terms import terms_of
from ..rules.timetable import Difference, Place, Standing, difference, week_of
from .bells import Bells, bells_of
from .belonging import Taught, taught_in
from .calendar import period_spans, working_calendar
from .lessons import holds_something
from .locks import closed_spans

Claim = int | tuple[str, int]  # a pupil's id, a class's with a word before it


class Plan:
    """What the timetable wants of some journals on the days first … last of a year, beside the
    lessons that are there; `rows` say what holds instead of what is stored. Each thing is read
    once, when it is asked for: who changes lessons by it holds the journals before."""

    def __init__(
        self,
        year: SchoolYear,
        journals: QuerySet[Journal],
        first: datetime.date,
        last: datetime.date,
        rows: Collection[TimetableEntry] | None = None,
    ) -> None:
        self.year, self.first, self.last = year, first, last
        found = journals.select_related("group", "subject")
        self.journals = {journal.pk: journal for journal in found.order_by("pk")}
        spans_of = closed_spans(year.pk, timezone.now())
        self.closed = {pk: spans_of(journal) for pk, journal in self.journals.items()}
        self.wanted, self.tolerated = self._places(self._stored() if rows is None else rows)

    @cached_property
    def _bells(self) -> Bells:
        return bells_of({journal.group_id for journal in self.journals.values()})

    @cached_property
    def _taught(self) -> Taught:
        return taught_in(self.year.pk, self.first, self.last)

    def _stored(self) -> Collection[TimetableEntry]:
        rows = TimetableEntry.objects.filter(journal__in=self.journals).order_by("pk")
        return overlapping(rows, self.first, self.last)

    def _places(
        self, rows: Collection[TimetableEntry]
    ) -> tuple[dict[Place, int | None], set[Place]]:
        """({Place: room} of rows in force on the school days of each journal's terms, of a year
        without periods on all; the Places of rows on other days); nothing of what is closed."""
        by_weekday = defaultdict(list)
        for row in rows:
            by_weekday[row.weekday].append(row)
        calendar = working_calendar(self.first, self.last)
        spans = period_spans(self.year.pk)
        terms = {kind: terms_of(kind, spans) for kind in spans}
        wanted: dict[Place, int | None] = {}
        tolerated: set[Place] = set()
        for n in range((self.last - self.first).days + 1):
            day = self.first + n * ONE_DAY
            taught = {one for one in Period.Kind if not spans or covers(terms.get(one, ()), day)}
            weekday, weeks = calendar.timetable_weekday(day), week_of(day, self.year.starts_on)
            for row in by_weekday[weekday or day.isoweekday()]:
                in_force = covers([span(row.starts_on, row.ends_on)], day) and row.weeks & weeks
                if not in_force or covers(self.closed[row.journal_id], day):
                    continue
                place = Place(row.journal_id, day, row.number)
                if weekday and self.journals[row.journal_id].period_kind in taught:
                    wanted[place] = row.room_id
                else:
                    tolerated.add(place)
        return wanted, tolerated

    def difference(self) -> Difference:
        """What the lessons from the first day on lack of it, and have too much."""
        there = Lesson.objects.filter(
            Q(planned_on__range=(self.first, self.last)) | Q(date__range=(self.first, self.last)),
            journal__in=self.journals,
        )
        filled = set(there.filter(holds_something()).values_list("pk", flat=True))
        rows = there.order_by().values_list(
            "pk", "journal", "planned_on", "planned_number", "date", "number", "room", "cancelled"
        )
        standing = [
            Standing(
                pk,
                Place(journal, planned_on, planned_number) if planned_on else None,
                Place(journal, day, number),
                room,
                pk in filled,
                bool(cancelled),
            )
            for pk, journal, planned_on, planned_number, day, number, room, cancelled in rows
            if not covers(self.closed[journal], day)
        ]
        return difference(standing, self.wanted, self.tolerated, self.first)

    def hour(self, place: Place) -> Hour | None:
        """When the bells ring for a Place; None where they have no such number."""
        group = self.journals[place.journal].group_id
        return self._bells.of_group(group, place.day).get(place.number)

    def lessons(self, places: Iterable[Place]) -> tuple[list[Lesson], list[Place]]:
        """(Lessons, not saved, of these Places; those for which no bell rings)."""
        made, silent = [], []
        for place in places:
            hour = self.hour(place)
            if hour is None:
                silent.append(place)
                continue
            made.append(
                Lesson(
                    journal=self.journals[place.journal],
                    date=place.day,
                    **hour._asdict(),
                    room_id=self.wanted[place],
                    planned_on=place.day,
                    planned_number=place.number,
                )
            )
        return made, silent

    def double_booked(self, made: Collection[Lesson]) -> list[tuple[Lesson, Lesson]]:
        """Pairs of Lessons that share a time and a pupil, or a class: one that stands already, or
        comes before, and one of those to be made. Each of these is told once."""
        standing = Lesson.objects.filter(
            date__in={one.date for one in made}, journal__group__year=self.year, cancelled=""
        ).select_related("journal__group", "journal__subject")
        by_day = defaultdict(list)
        for lesson in [*standing, *made]:
            by_day[lesson.date].append(lesson)
        found = []
        for day in sorted(by_day):
            taken: dict[Claim, list[Lesson]] = defaultdict(list)  # of a class or pupil, so far
            # Those that stand are in their place: what is to be made has to fit.
            for lesson in sorted(by_day[day], key=lambda one: (one.pk is None, one.hour)):
                if rival := self._rival(lesson, taken):
                    found.append((rival, lesson))
        return found

    def _rival(self, lesson, taken):
        claims = self._claims(lesson.journal, lesson.date)
        for claim in claims if lesson.pk is None else ():
            for other in taken[claim]:
                if other.hour.meets(lesson.hour):
                    return other
        for claim in claims:
            taken[claim].append(lesson)
        return None

    def _claims(self, journal, day):
        pupils = self._taught.spans(journal)
        claims: list[Claim] = [pk for pk, spans in pupils.items() if covers(spans, day)]
        if journal.group.school_class_id:
            claims.append(("class", journal.group.school_class_id))
        return claims
