"""What stands, as the rows that a file would say it in: pure, the other way round than
`setup.comparing`. Read again, beside the same school, it changes nothing.

Individual plans are left out (they are the deputy's), and a group made up by hand that nobody is in
yet: nothing says of which class it is.
"""

import datetime
from collections.abc import Iterator

from school.models import TeachingGroup
from school.rules.names import PersonName
from school.rules.texts import tidy

from .batch import (
    Batch,
    BellRow,
    ClassRow,
    CurriculumRow,
    GroupRow,
    Kind,
    ParentRow,
    PeriodRow,
    Person,
    Place,
    PlanRow,
    PupilRow,
    Row,
    Source,
    StaffRow,
    SubjectRow,
    TimetableRow,
    WorkloadRow,
)
from .comparing.structure import USUAL_BELLS
from .naming import parsed, sorted_classes
from .queries.standing import Standing, StandingEntry, StandingJournal, StandingPupil
from .workload_cells import WHOLE_CLASS

_NOWHERE = Place(Source("школа"), 0)


def exported(standing: Standing) -> Batch:
    """The rows of all that stands of the year."""
    school = _Exported(standing)
    batch = Batch()
    for kind, rows in school.rows():
        for row in rows:
            batch.add(kind, row)
    return batch


def named_journals(
    standing: Standing,
) -> Iterator[tuple[StandingJournal, tuple[str, ...], str]]:
    """Of each journal that a row can name (it, its classes, the group, «» of whole classes)."""
    return _Exported(standing).journals()


def _person(name: PersonName) -> Person:
    return Person(name.last_name, name.first_name, name.patronymic)


class _Exported:
    def __init__(self, standing: Standing) -> None:
        self.standing = standing
        self.subjects = {one.pk: one.name for one in standing.subjects}
        self.pupils = {one.pk: one for one in standing.pupils if one.class_name}
        self.day = standing.today
        if standing.year:
            self.day = max(self.day, standing.year.starts_on)

    def rows(self) -> Iterator[tuple[Kind, Iterator[Row]]]:
        yield Kind.SUBJECTS, self._subjects()
        yield Kind.PERIODS, self._periods()
        yield Kind.BELLS, self._bells()
        yield Kind.STAFF, self._staff()
        yield Kind.CLASSES, self._classes()
        yield Kind.PUPILS, map(self._pupil, self.pupils.values())
        yield Kind.PARENTS, self._parents()
        yield Kind.CURRICULUM, self._curriculum()
        yield Kind.WORKLOAD, self._workload()
        yield Kind.GROUPS, self._groups()
        yield Kind.TIMETABLE, self._timetable()
        yield Kind.PLAN, self._plans()

    def _subjects(self) -> Iterator[Row]:
        for one in self.standing.subjects:
            yield SubjectRow(_NOWHERE, one.name, one.short_name, one.abbreviation)

    def _periods(self) -> Iterator[Row]:
        for (kind, number), one in sorted(self.standing.periods.items()):
            yield PeriodRow(_NOWHERE, kind, number, one.starts_on, one.ends_on)

    def _bells(self) -> Iterator[Row]:
        for (name, number), one in sorted(self.standing.bells.items()):
            schedule = "" if tidy(name) == tidy(USUAL_BELLS) else name
            yield BellRow(_NOWHERE, schedule, number, one.starts_at, one.ends_at)

    def _staff(self) -> Iterator[Row]:
        adults = [self.standing.adults.get(user) for user in self.standing.staff]
        there = [one for one in adults if one and not one.left_on]
        for one in sorted(there, key=lambda one: (one.name, one.user)):
            person = _person(one.name)
            yield StaffRow(_NOWHERE, person, one.position, one.phone, one.email)

    def _classes(self) -> Iterator[Row]:
        for name in sorted_classes(self.standing.classes):
            yield ClassRow(_NOWHERE, name, self._teacher(self.standing.classes[name].teacher))

    def _teacher(self, user: int | None) -> Person | None:
        adult = self.standing.adults.get(user) if user is not None else None
        return _person(adult.name) if adult else None

    def _pupil(self, one: StandingPupil) -> PupilRow:
        told = (one.born_on, one.sex, one.file_number)
        return PupilRow(_NOWHERE, _person(one.name), one.class_name, *told)

    def _parents(self) -> Iterator[Row]:
        for adult in self.standing.adults.values():
            for pk, (_, relation) in adult.children.items():
                if pk in self.pupils:
                    child = self._pupil(self.pupils[pk])
                    told = (relation, adult.phone, adult.email)
                    yield ParentRow(_NOWHERE, _person(adult.name), child, *told)

    def _curriculum(self) -> Iterator[Row]:
        for (name, subject), one in sorted(self.standing.curriculum.items()):
            yield CurriculumRow(_NOWHERE, name, self.subjects[subject], one.hours)

    # --- journals ---

    def _named(self, journal: StandingJournal) -> tuple[tuple[str, ...], str] | None:
        """(classes, group) as a row calls them; None of what no row can."""
        group = self.standing.groups[journal.group]
        if group.kind == TeachingGroup.Kind.INDIVIDUAL:
            return None
        if group.class_name:
            return (group.class_name,), ""
        made = parsed(group.name, self.subjects.values())
        if made and tidy(made.subject) == tidy(self.subjects[journal.subject]):
            return sorted_classes(made.classes), made.group
        return (sorted_classes(group.classes), group.name) if group.classes else None

    def journals(self) -> Iterator[tuple[StandingJournal, tuple[str, ...], str]]:
        for one in self.standing.journals.values():
            if named := self._named(one):
                yield one, *named

    def _workload(self) -> Iterator[Row]:
        for one, classes, label in self.journals():
            subject = self.subjects[one.subject]
            if not one.assignments:
                yield WorkloadRow(_NOWHERE, None, subject, classes, label)
            if len({its.teacher for its in one.assignments}) > 1:
                label = label or WHOLE_CLASS
            for its in {its.teacher: its for its in one.assignments}.values():
                teacher = self._teacher(its.teacher)
                yield WorkloadRow(_NOWHERE, teacher, subject, classes, label, its.hours)

    def _groups(self) -> Iterator[Row]:
        for one, _, label in self.journals():
            members = self.standing.groups[one.group].members
            for pk in members if label else ():
                if pk in self.pupils:
                    child = self._pupil(self.pupils[pk])
                    yield GroupRow(_NOWHERE, child, self.subjects[one.subject], label)

    def _timetable(self) -> Iterator[Row]:
        named = {one.pk: (one, classes, label) for one, classes, label in self.journals()}
        for entry in self._entries():
            if entry.journal in named:
                journal, classes, label = named[entry.journal]
                yield TimetableRow(
                    *(_NOWHERE, classes, self.subjects[journal.subject]),
                    weekday=entry.weekday,
                    number=entry.number,
                    weeks=entry.weeks,
                    group=label,
                    room=entry.room,
                    teacher=self._teacher(entry.teacher),
                )

    def _entries(self) -> list[StandingEntry]:
        """What is in force tomorrow, of several versions the last."""
        tomorrow = self.day + datetime.timedelta(days=1)
        rows = sorted(self.standing.timetable, key=lambda one: one.since)
        there = [one for one in rows if one.until is None or one.until >= tomorrow]
        last = {(one.journal, one.weekday, one.number, one.weeks): one for one in there}
        return sorted(last.values(), key=lambda one: (one.weekday, one.number, one.pk))

    def _plans(self) -> Iterator[Row]:
        for one, classes, label in self.journals():
            for line in self.standing.plans.get(one.pk, ()):
                yield PlanRow(
                    *(_NOWHERE, classes[0], self.subjects[one.subject], line.title),
                    group=label,
                    hours=line.hours,
                    homework=line.homework,
                    section=line.section,
                    planned_on=line.planned_on,
                )
