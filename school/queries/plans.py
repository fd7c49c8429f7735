"""What the timetable wants of the lessons of a year, beside those that are there."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Set
from functools import cached_property
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from ..models import Journal, Lesson, SchoolYear, TeachingGroup, TimetableEntry
from ..models.dated import overlapping
from ..rules.bells import Hour
from ..rules.overrides import each_day, timetable_weekday
from ..rules.spans import Span, covers, span, subtract
from ..rules.terms import terms_of
from ..rules.timetable import Difference, Place, Standing, difference, week_of
from .bells import Bells, bells_of
from .belonging import Taught, taught_in
from .calendar import period_spans, school_days
from .lessons import holds_something
from .locks import closed_spans
from .places import places_of_groups

Claim = int | tuple[str, int]  # a pupil's id, a class's with a word before it


class Plan:
    """What the timetable wants of some journals on the days first … last of a year, beside the
    lessons that are there; `rows` say what holds instead of what is stored. Each thing is read
    once, when it is asked for: who changes lessons by it holds the journals before. `rooms` are
    those of before, {(journal id, weekday, number): room}, of the rows that have changed."""

    def __init__(
        self,
        year: SchoolYear,
        journals: QuerySet[Journal],
        first: datetime.date,
        last: datetime.date,
        rows: Collection[TimetableEntry] | None = None,
        rooms: Mapping[tuple[int, int, int], int | None] | None = None,
    ) -> None:
        self.year, self.first, self.last = year, first, last
        found = journals.select_related("group", "subject")
        self.journals = {journal.pk: journal for journal in found.order_by("pk")}
        spans_of = closed_spans(year.pk, timezone.now())
        self.closed = {pk: spans_of(journal) for pk, journal in self.journals.items()}
        self.kinds: dict[Place, Any] = {}  # of the wanted
        self.former: dict[Place, int | None] = {}
        self._rooms = rooms or {}
        self._always: dict[int, tuple[Set[Claim], dict[int, list[Span]]]] = {}
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
        spans = period_spans(self.year.pk)
        terms = {kind: terms_of(kind, spans) for kind in spans}
        wanted: dict[Place, int | None] = {}
        tolerated: set[Place] = set()
        for day, row, is_taught in self._followed(rows):
            journal = self.journals[row.journal_id]
            in_force = covers([span(row.starts_on, row.ends_on)], day)
            in_force = in_force and bool(row.weeks & week_of(day, self.year.starts_on))
            if not in_force or covers(self.closed[row.journal_id], day):
                continue
            place = Place(row.journal_id, day, row.number)
            if is_taught and (not spans or covers(terms.get(journal.period_kind, ()), day)):
                wanted[place] = row.room_id
                self.kinds[place] = row.kind_id or journal.lesson_kind_id
                key = row.journal_id, row.weekday, row.number
                if key in self._rooms:
                    self.former[place] = self._rooms[key]
            else:
                tolerated.add(place)
        return wanted, tolerated

    def _followed(
        self, rows: Collection[TimetableEntry]
    ) -> Iterator[tuple[datetime.date, TimetableEntry, bool]]:
        """(day, row, whether its group is taught then) of the rows of the weekday that is followed
        on each day: where something is said of the day that each group follows."""
        calendar, said = school_days(self.first, self.last)
        groups = {journal.group_id for journal in self.journals.values()}
        places = places_of_groups(groups) if said else None
        by_weekday = defaultdict(list)
        for row in rows:
            by_weekday[row.weekday].append(row)
        for day in each_day(self.first, self.last):
            of_day = [one for one in said if one.holds_on(day)]
            if places is None or not of_day:
                weekday = calendar.timetable_weekday(day)
                for row in by_weekday[weekday or day.isoweekday()]:
                    yield day, row, weekday is not None
                continue
            followed = {
                group: timetable_weekday(of_day, places.on(group, day), day, calendar)
                for group in groups
            }
            for row in rows:
                weekday = followed[self.journals[row.journal_id].group_id]
                if row.weekday == (weekday or day.isoweekday()):
                    yield day, row, weekday is not None

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
                Place(journal, planned_on, planned_number or 0) if planned_on else None,
                Place(journal, day, number),
                room,
                pk in filled,
                bool(cancelled),
                covers(self.closed[journal], day),
            )
            for pk, journal, planned_on, planned_number, day, number, room, cancelled in rows
        ]
        days = (self.first, self.last)
        return difference(standing, self.wanted, self.tolerated, days, self.former)

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
                    kind_id=self.kinds[place],
                    room_id=self.wanted[place],
                    planned_on=place.day,
                    planned_number=place.number,
                )
            )
        return made, silent

    def lacks(self, place: Place) -> str:
        """That no bell rings for a Place, in Russian."""
        journal = self.journals[place.journal]
        return f"{place.day:%d.%m.%Y}: {place.number}-го урока по звонкам нет ({journal})"

    def double_booked(self, made: Collection[Lesson]) -> list[tuple[Lesson, Lesson]]:
        """Pairs of Lessons that share a time and a pupil, or a class: one that stands already, or
        comes before, and one of those to be made, or to stand where they say they do by now. Each
        of these is told once."""
        judged = set(map(id, made))
        standing = Lesson.objects.filter(
            date__in={one.date for one in made}, journal__group__year=self.year, cancelled=""
        ).exclude(pk__in=[one.pk for one in made if one.pk])
        standing = standing.select_related("journal__group", "journal__subject")
        by_day = defaultdict(list)
        for lesson in [*standing, *made]:
            by_day[lesson.date].append((id(lesson) in judged, lesson.hour, lesson))
        found: list[tuple[Lesson, Lesson]] = []
        for day in sorted(by_day):
            # {hour: {class or pupil: who has it then}}. Those that stand are in their place: what
            # is to be made has to fit.
            taken: dict[Hour, dict[Claim, Lesson]] = defaultdict(dict)
            for is_judged, hour, lesson in sorted(by_day[day], key=_standing_first):
                claims = self._claims(lesson.journal, day)
                if is_judged and (rival := _rival(hour, claims, taken)):
                    found.append((rival, lesson))
                else:
                    taken[hour].update(dict.fromkeys(claims, lesson))
        return found

    def _claims(self, journal: Journal, day: datetime.date) -> Set[Claim]:
        """Which pupils, and which class, are in a lesson of a journal on a day."""
        if journal.pk not in self._always:
            pupils = self._taught.spans(journal)
            span_of_all = [(self.first, self.last)]
            whole = journal.group.school_class_id
            own: set[Claim] = {("class", whole)} if whole else set()
            own |= {pk for pk, spans in pupils.items() if not subtract(span_of_all, spans)}
            at_times = {pk: spans for pk, spans in pupils.items() if pk not in own}
            self._always[journal.pk] = own, at_times
        always, at_times = self._always[journal.pk]
        there: set[Claim] = {pk for pk, spans in at_times.items() if covers(spans, day)}
        return always | there if there else always


def lacking(year: SchoolYear, first: datetime.date, last: datetime.date) -> list[str]:
    """Which lessons of the timetable are not made, because the bells of their day have no such
    number or another lesson was moved to their hour, in Russian; a fixed number of queries. The
    administrator reads it: nothing of individual plans is told."""
    journals = Journal.objects.filter(group__year=year, timetable__isnull=False).distinct()
    plan = Plan(year, journals, first, last)
    made, silent = plan.lessons(plan.difference().comes)
    told = [plan.lacks(place) for place in silent if not is_alone(plan.journals[place.journal])]
    pairs = plan.double_booked(made)
    shown = [pair for pair in pairs if not any(is_alone(one.journal) for one in pair)]
    return told + [both(*pair) for pair in shown]


def is_alone(journal: Journal) -> bool:
    """Whether it is of an individual plan."""
    return journal.group.kind == TeachingGroup.Kind.INDIVIDUAL


def both(one: Lesson, other: Lesson) -> str:
    """That two Lessons (with journal, group and subject) would be at one time, in Russian."""
    numbers = dict.fromkeys(f"{lesson.number}-й" for lesson in (one, other))
    return (
        f"{one.date:%d.%m.%Y}, {' и '.join(numbers)} урок: {one.journal} и {other.journal} сразу."
    )


def _standing_first(one: tuple[bool, Hour, Lesson]) -> tuple[bool, Hour, int]:
    is_judged, hour, lesson = one
    return is_judged, hour, lesson.journal_id


def _rival(
    hour: Hour, claims: Set[Claim], taken: Mapping[Hour, Mapping[Claim, Lesson]]
) -> Lesson | None:
    """Who has one of these claims at that hour."""
    for other, having in taken.items():
        if other.meets(hour) and (shared := having.keys() & claims):
            return having[min(shared, key=str)]
    return None
