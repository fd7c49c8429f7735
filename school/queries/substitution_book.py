"""Who has stood in for whom: the list of a day for the staff room, and the book of a month."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from django.db.models import Q

from .. import namesakes
from ..models import Lesson, SchoolClass, SchoolYear, TeacherAbsence, TeachingAssignment, User
from ..models.dated import overlapping
from ..rules.spans import ONE_DAY, Span, covers, span
from ..rules.teacher_absences import away
from ..rules.texts import alphabetical
from .calendar import year_of
from .places import places_of_groups
from .teacher_absences import standing_absences


@dataclass(frozen=True)
class Change:
    """A Lesson (with journal, group, subject, room and what it is joined to) that somebody else
    takes than who keeps its journal, or that somebody has cancelled: the names of those who keep
    it, the absence of one of them, who takes it («» where it is cancelled), and whether he teaches
    that subject."""

    lesson: Lesson
    regular: str
    absence: TeacherAbsence | None
    taker: str = ""
    taker_id: int | None = None
    by_subject: bool = False

    @property
    def is_joined(self) -> bool:
        return bool(self.taker) and self.lesson.joined_to_id is not None

    @property
    def column(self) -> str:
        """Where its hour is counted, «» of a cancelled one."""
        if not self.taker:
            return ""
        if self.is_joined:
            return "joined"
        return "by_subject" if self.by_subject else "other"


def changes(first: datetime.date, last: datetime.date) -> list[Change]:
    """The Changes of the school-local days first … last, in order; six queries."""
    found = Lesson.objects.filter(
        Q(cancelled="", substitution__isnull=False)
        | (~Q(cancelled="") & Q(cancelled_by__isnull=True)),
        date__range=(first, last),
        nobody_attends=False,
    )
    lessons = list(
        found.select_related(
            "journal__group",
            "journal__subject",
            "room",
            "substitution__teacher",
            "joined_to__journal__group",
        ).order_by("date", "number", "starts_at", "journal__group__name", "pk")
    )
    people = _People(lessons, first, last)
    return [people.change(lesson) for lesson in lessons]


class _People:
    """Who keeps the journals of some lessons, who was away, and what those who stand in teach."""

    def __init__(
        self, lessons: Collection[Lesson], first: datetime.date, last: datetime.date
    ) -> None:
        rows = overlapping(TeachingAssignment.objects.order_by("pk"), first, last)
        self.keeps: dict[int, list[tuple[int, Span]]] = defaultdict(list)
        self.teaches: dict[tuple[int, int], list[Span]] = defaultdict(list)
        for journal, subject, teacher, *days in rows.values_list(
            "journal", "journal__subject", "teacher", "starts_on", "ends_on"
        ):
            self.keeps[journal].append((teacher, span(*days)))
            self.teaches[teacher, subject].append(span(*days))
        self.absences: dict[int, list[TeacherAbsence]] = defaultdict(list)
        for absence in overlapping(standing_absences(), first, last):
            self.absences[absence.teacher_id].append(absence)
        keepers = {pk for one in lessons for pk, _ in self.keeps[one.journal_id]}
        takers = filter(None, {one.substitute for one in lessons})
        self.names = namesakes.staff({*takers, *User.objects.filter(pk__in=keepers)})

    def change(self, lesson: Lesson) -> Change:
        row = None if lesson.cancelled else lesson.substitution
        regular = [
            pk
            for pk, days in self.keeps[lesson.journal_id]
            if covers([days], lesson.date) and not (row and pk == row.teacher_id)
        ]
        absences = [
            one
            for pk in regular
            for one in self.absences.get(pk, ())
            if away(one.time, lesson.date, lesson.number)
        ]
        names = ", ".join(self.names[pk] for pk in dict.fromkeys(regular))
        absence = absences[0] if absences else None
        if row is None:
            return Change(lesson, names, absence)
        subjects = self.teaches.get((row.teacher_id, lesson.journal.subject_id), ())
        return Change(
            lesson,
            names,
            absence,
            self.names[row.teacher_id],
            row.teacher_id,
            covers(subjects, lesson.date),
        )


# --- the list of a day ---


@dataclass(frozen=True)
class ClassDay:
    """How many lessons a class has on a day beside how many it would have, and until when."""

    name: str
    lessons: int
    usual: int
    ends_at: datetime.time | None


@dataclass(frozen=True)
class DayList:
    """The Changes of a school-local day and the ClassDays of the classes that they touch."""

    day: datetime.date
    changes: list[Change]
    classes: list[ClassDay]

    @property
    def fewer(self) -> list[ClassDay]:
        return [one for one in self.classes if one.lessons < one.usual]

    @property
    def unchanged(self) -> list[ClassDay]:
        return [one for one in self.classes if one.lessons == one.usual]


def day_list(day: datetime.date) -> DayList:
    """The DayList of a day; a fixed number of queries."""
    found = changes(day, day)
    return DayList(day, found, _classes(day, {one.lesson.journal.group_id for one in found}))


def _classes(day: datetime.date, touched: Collection[int]) -> list[ClassDay]:
    lessons = Lesson.objects.filter(
        Q(cancelled="") | Q(cancelled_by__isnull=True),
        date=day,
        nobody_attends=False,
        counts_as_lessons=True,
    )
    rows = list(lessons.values_list("journal__group", "number", "ends_at", "cancelled"))
    places = places_of_groups({*touched, *(group for group, *_ in rows)})
    asked = {place for group in touched for place in places.on(group, day) if place.school_class}
    usual: dict[int, set[int]] = defaultdict(set)
    held: dict[int, dict[int, datetime.time]] = defaultdict(dict)
    for group, number, ends_at, cancelled in rows:
        for place in places.on(group, day) & asked:
            assert place.school_class is not None  # only such are asked for
            usual[place.school_class].add(number)
            if not cancelled:
                held[place.school_class][number] = ends_at
    names = _class_names({one.school_class for one in asked if one.school_class})
    return [
        ClassDay(name, len(held[pk]), len(usual[pk]), max(held[pk].values(), default=None))
        for pk, name in names.items()
    ]


def _class_names(classes: Collection[int]) -> dict[int, str]:
    found = SchoolClass.objects.filter(pk__in=classes).order_by("number", "letter")
    return {one.pk: str(one) for one in found}


# --- the book of a month ---


@dataclass(frozen=True)
class Total:
    """A teacher's hours of a month: of a subject of his own, of another one, joined."""

    name: str
    by_subject: int
    other: int
    joined: int

    @property
    def total(self) -> int:
        return self.by_subject + self.other + self.joined


@dataclass(frozen=True)
class Book:
    """«Книга замен»: the Changes of a month up to a day, the Totals of those who stood in, and of
    all of them."""

    year: SchoolYear | None
    first: datetime.date
    last: datetime.date
    changes: list[Change]
    totals: list[Total]
    sum: Total


def book(month: datetime.date, today: datetime.date) -> Book:
    """The Book of the month in which a day lies, up to a school-local day; a fixed number of
    queries. A lesson that was cancelled is in it where who would have taken it was away."""
    first = month.replace(day=1)
    last = min(next_month(first) - ONE_DAY, today)
    found = [one for one in changes(first, last) if one.taker or one.absence]
    totals = _totals(found)
    whole = Total(
        "Всего",
        sum(one.by_subject for one in totals),
        sum(one.other for one in totals),
        sum(one.joined for one in totals),
    )
    return Book(year_of(first), first, last, found, totals, whole)


def next_month(first: datetime.date) -> datetime.date:
    """The first day of the month after that of a first day."""
    return (first + 31 * ONE_DAY).replace(day=1)


def _totals(found: Iterable[Change]) -> list[Total]:
    counted: dict[tuple[str, int | None], Counter[str]] = defaultdict(Counter)
    for one in found:
        if one.column:
            counted[one.taker, one.taker_id][one.column] += 1
    return [
        Total(name, hours["by_subject"], hours["other"], hours["joined"])
        for (name, _), hours in sorted(counted.items(), key=lambda item: alphabetical(item[0][0]))
    ]
