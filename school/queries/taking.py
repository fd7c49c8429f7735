"""What rows of the timetable take, and when: their teachers, rooms, classes and pupils."""

import datetime
from collections.abc import Iterable
from functools import cached_property

from ..models import Journal, User
from ..models.timetable import Row
from ..rules.bells import Hour
from ..rules.spans import ONE_DAY
from .bells import bells_of
from .belonging import pupils_on
from .teaching import teachers_of

Claim = tuple[str, int]


class Taking:
    """Of the rows of some journals (with groups) of a year, as of a school-local day: a fixed
    number of queries."""

    def __init__(self, year_id: int, day: datetime.date, journals: Iterable[Journal]) -> None:
        self.journals = {journal.pk: journal for journal in journals}
        self.year_id, self.day = year_id, day
        self.bells = bells_of({journal.group_id for journal in self.journals.values()})
        self.assigned = teachers_of(self.journals, day)
        self._hours: dict[tuple[int, int], dict[int, Hour]] = {}

    def hours(self, group: int, weekday: int) -> dict[int, Hour]:
        """{number: Hour} of a group (id) on a weekday of the week that begins with the day."""
        key = group, weekday
        if key not in self._hours:
            date = self.day + (weekday - self.day.isoweekday()) % 7 * ONE_DAY
            self._hours[key] = self.bells.of_group(group, date)
        return self._hours[key]

    def hour(self, row: Row) -> Hour | None:
        """None of a number that the bells lack."""
        return self.hours(row.journal.group_id, row.weekday).get(row.number)

    def teachers(self, row: Row) -> list[User]:
        """Who may be meant: him of whom the row speaks, else those who are assigned."""
        return [row.teacher] if row.teacher else self.assigned.get(row.journal_id, [])

    def classes(self, row: Row) -> set[int]:
        """The ids of the classes whose pupils are taught."""
        places = self.bells.places.on(row.journal.group_id, self.day)
        return {place.school_class for place in places if place.school_class is not None}

    @cached_property
    def _pupils(self) -> dict[int, frozenset[Claim]]:
        found = pupils_on(self.journals.values(), self.year_id, self.day)
        return {pk: frozenset(("pupil", one) for one in pupils) for pk, pupils in found.items()}

    def claims(self, row: Row) -> frozenset[Claim]:
        """("teacher", id), where it is one person's, ("room", id), ("class", id), ("pupil", id)."""
        own: set[Claim] = set()
        teachers = {row.teacher_id} if row.teacher_id else self._assigned(row.journal_id)
        if len(teachers) == 1:
            own |= {("teacher", pk) for pk in teachers}
        if row.room_id:
            own.add(("room", row.room_id))
        if whole := row.journal.group.school_class_id:
            own.add(("class", whole))
        return self._pupils[row.journal_id] | own

    def _assigned(self, journal: int) -> set[int]:
        return {one.pk for one in self.assigned.get(journal, ())}
