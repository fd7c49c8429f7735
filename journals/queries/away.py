"""Where the pupils are on a day: who is away, why, since which lesson."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from attendance.reasons import ABSENCES, Reason
from attendance.rules import Attended, Whereabouts, whereabouts
from school import namesakes
from school.rules.names import PersonName, sorting_name

from .school_day import Asked, Away, DayLesson, attended_by


@dataclass(frozen=True)
class AwayPupil:
    """A pupil who is away just now; of a document the days that it covers. `known_at` is when (UTC)
    the first of the lessons that he has missed since he went was written down, None where none
    was."""

    student: int
    school_class: int
    name: PersonName
    where: Whereabouts
    first: datetime.date | None = None
    last: datetime.date | None = None
    known_at: datetime.datetime | None = None


@dataclass(frozen=True)
class Pupils:
    """Who of the pupils is away on a day (`away`, by class); of which classes (ids) attendance was
    `taken` already, of all their pupils at one hour."""

    away: dict[int, list[AwayPupil]]
    taken: set[int]

    @cached_property
    def all_away(self) -> list[AwayPupil]:
        return [one for found in self.away.values() for one in found]

    @property
    def number(self) -> int:
        return sum(map(len, self.away.values()))

    def reasons(self, school_class: int | None = None) -> dict[Reason, int]:
        """{Reason: how many are away for it}, of one class (id) or all, what is none left out but
        «неизвестна»."""
        found = self.all_away if school_class is None else self.away.get(school_class, [])
        counts = Counter(one.where.reason for one in found)
        return {one: counts[one] for one in ABSENCES if counts[one] or one == Reason.UNKNOWN}

    @cached_property
    def missing(self) -> list[AwayPupil]:
        """Those of whom nobody knows why: first who was there today and is gone, the latest
        first."""
        found = [one for one in self.all_away if one.where.is_missing]
        return sorted(found, key=lambda one: (one.where.last_seen is None, -(one.where.since or 0)))


def pupils_of_day(
    rows: Sequence[Away], lessons: Iterable[DayLesson], classes: Mapping[int, int]
) -> Pupils:
    """The Pupils of what was read, of the classes given as {id: how many pupils}."""
    taken = [one for one in lessons if one.taken_at and not one.cancelled]
    of_student: dict[int, list[Away]] = defaultdict(list)
    for row in rows:
        of_student[row.student].append(row)
    attended = attended_by(rows, taken)
    away: dict[int, list[AwayPupil]] = {one: [] for one in classes}
    for student, said in of_student.items():
        found = _away_pupil(said, attended.get(student, []))
        if found.where.reason and found.school_class in away:
            away[found.school_class].append(found)
    for of_class in away.values():
        of_class.sort(key=lambda one: (sorting_name(*one.name), one.student))
    return Pupils(away, _classes_taken(taken, classes))


def _classes_taken(taken: list[DayLesson], classes: Mapping[int, int]) -> set[int]:
    """An individual plan, or half a class, does not say that the others are there."""
    there: dict[tuple[int, int], set[int]] = defaultdict(set)
    for one in taken:
        for school_class, students in one.students.items():
            there[school_class, one.number] |= students
    whole = {one.whole_class for one in taken if one.whole_class is not None}
    return whole | {pk for (pk, _), found in there.items() if len(found) >= classes.get(pk, 1)}


def _away_pupil(said: list[Away], attended: list[DayLesson]) -> AwayPupil:
    reasons = {row.lesson: row.reason for row in said if row.lesson is not None}
    document = next((row for row in said if row.lesson is None), None)
    where = whereabouts(
        [Attended(one.number, reasons.get(one.pk, "")) for one in attended],
        document.reason if document else "",
    )
    any_row = said[0]
    days = (document.first, document.last) if document else (None, None)
    missed = [one.taken_at for one in attended if where.since and one.number >= where.since]
    known_at = min(filter(None, missed), default=None)
    return AwayPupil(any_row.student, any_row.school_class, any_row.name, where, *days, known_at)


def names_of(found: Iterable[AwayPupil | Asked]) -> dict[int, str]:
    """{student's id: name}, in each class so that no two look alike; one query at most."""
    lists: dict[int, dict[int, PersonName]] = defaultdict(dict)
    for one in found:
        lists[one.school_class][one.student] = one.name
    told: Mapping[int, Mapping[int, str]] = namesakes.pupils_of_each(lists)
    return {student: name for names in told.values() for student, name in names.items()}
