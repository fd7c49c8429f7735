"""What teachers have in the weeks of some days: hours, what they teach, when they are free."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Collection
from typing import NamedTuple

from ..models import Lesson, TeacherAbsence, TeachingAssignment, User
from ..models.dated import overlapping
from ..rules.bells import Hour
from ..rules.candidates import Free
from ..rules.days import monday_of
from ..rules.spans import ONE_DAY
from ..rules.teacher_absences import away
from .lessons import takes_place
from .teacher_absences import standing_absences
from .teaching import teachers_of_lessons


class Held(NamedTuple):
    """A lesson (id) that takes place: its journal (id), day and Hour, the lesson it is joined to,
    whether it counts among the lessons of its class (2.8), and the ids of those who take it."""

    pk: int
    journal: int
    day: datetime.date
    hour: Hour
    joined_to: int | None
    counts: bool
    takers: tuple[int, ...]


class Loads:
    """What the teachers of the school have in the whole weeks in which some school-local days lie;
    five queries."""

    def __init__(self, days: Collection[datetime.date]) -> None:
        self.first, self.last = monday_of(min(days)), monday_of(max(days)) + 6 * ONE_DAY
        self.held = self._held()
        self.by_day: dict[datetime.date, list[Held]] = defaultdict(list)
        for one in self.held.values():
            self.by_day[one.day].append(one)
        self._hours, self._numbers = self._counted()
        self._absences: dict[int, list[TeacherAbsence]] = defaultdict(list)
        standing = standing_absences().select_related("teacher")
        for absence in overlapping(standing, self.first, self.last):
            self._absences[absence.teacher_id].append(absence)
        self._subjects = self._taught()

    def _held(self) -> dict[int, Held]:
        lessons = Lesson.objects.filter(takes_place(), date__range=(self.first, self.last))
        takers = teachers_of_lessons(lessons)
        rows = lessons.order_by("date", "starts_at", "pk").values_list(
            "pk", "journal", "date", *Hour._fields, "joined_to", "counts_as_lessons"
        )
        return {
            pk: Held(pk, journal, day, Hour(*hour), joined, counts, tuple(takers.get(pk, ())))
            for pk, journal, day, *hour, joined, counts in rows
        }

    def _counted(
        self,
    ) -> tuple[Counter[tuple[int, datetime.date]], dict[tuple[int, datetime.date], set[int]]]:
        """({(teacher, Monday): hours}, {(teacher, day): numbers of lessons}); what is taken
        together is one hour."""
        hours: Counter[tuple[int, datetime.date]] = Counter()
        numbers: dict[tuple[int, datetime.date], set[int]] = defaultdict(set)
        counted = set()
        for one in self.held.values():
            together = one.joined_to or one.pk
            for teacher in one.takers:
                numbers[teacher, one.day].add(one.hour.number)
                if (teacher, together) not in counted:
                    counted.add((teacher, together))
                    hours[teacher, monday_of(one.day)] += 1
        return hours, numbers

    def _taught(self) -> dict[int, Counter[tuple[int, str]]]:
        """{teacher: how many journals he has in each (subject, abbreviation)}"""
        found: dict[int, Counter[tuple[int, str]]] = defaultdict(Counter)
        rows = overlapping(TeachingAssignment.objects.order_by("pk"), self.first, self.last)
        for teacher, *subject in rows.values_list(
            "teacher", "journal__subject", "journal__subject__abbreviation"
        ):
            found[teacher][tuple(subject)] += 1
        return found

    def teaches(self, teacher: int, subject: int) -> bool:
        """Whether a teacher is assigned to a journal of a subject (ids) in these weeks."""
        return any(pk == subject for pk, _ in self._subjects.get(teacher, ()))

    def main_subject(self, teacher: int) -> str:
        """The abbreviation of what he has most journals in, «» where he has none."""
        found = self._subjects.get(teacher)
        return found.most_common(1)[0][0][1] if found else ""

    def absence(self, teacher: int, day: datetime.date, number: int) -> TeacherAbsence | None:
        own = self._absences.get(teacher, ())
        return next((one for one in own if away(one.time, day, number)), None)

    def at_the_time(self, day: datetime.date, hour: Hour) -> list[Held]:
        return [one for one in self.by_day.get(day, ()) if one.hour.meets(hour)]

    def free(self, lesson: Lesson, staff: Collection[User], names: dict[int, str]) -> list[Free]:
        """Those of the staff who are Free at a Lesson (with journal)."""
        busy = {
            teacher
            for one in self.at_the_time(lesson.date, lesson.hour)
            if one.pk != lesson.pk
            for teacher in one.takers
        }
        return [
            Free(
                one.pk,
                names[one.pk],
                self.teaches(one.pk, lesson.journal.subject_id),
                frozenset(self._numbers.get((one.pk, lesson.date), ())),
                self._hours[one.pk, monday_of(lesson.date)],
            )
            for one in staff
            if one.pk not in busy and not self.absence(one.pk, lesson.date, lesson.number)
        ]
