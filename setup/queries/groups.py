"""Who sits in which group: the groups of each class as columns, its pupils as rows."""

import datetime
import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from school import namesakes
from school.models import (
    Enrolment,
    GroupMembership,
    Journal,
    SchoolClass,
    SchoolYear,
    Student,
    TeachingGroup,
)
from school.models.dated import on_day

from ..naming import parsed
from ..workload_cells import short_label
from .workload import CellJournal, Workload, workload


@dataclass(frozen=True)
class GroupColumn:
    """A group in its class. `count`: how many pupils it has, of whatever class."""

    group: int
    label: str
    teachers: str
    count: int
    subjects: frozenset[int]

    @property
    def title(self) -> str:
        return f"{self.label} гр." if self.label.isdigit() else self.label


@dataclass(frozen=True)
class Split:
    """Groups of one subject, that exclude each other (`key`: the first of them). `is_needed`: each
    pupil has to be in one, for the class does not learn the subject as a whole and it is parted, or
    its curriculum has the subject. `subjects` are those of its groups."""

    key: int
    title: str
    columns: tuple[GroupColumn, ...]
    subjects: frozenset[int]
    is_needed: bool

    @property
    def groups(self) -> list[int]:
        return [one.group for one in self.columns]

    @property
    def labels(self) -> list[str]:
        return [one.label for one in self.columns]


@dataclass(frozen=True)
class Seat:
    """A pupil's GroupMembership that is in force and goes on, or is to come."""

    pk: int
    group: int
    starts_on: datetime.date


@dataclass(frozen=True)
class Pupil:
    """`since`: when he came to the class; `seats`: {group: Seat}."""

    student: Student
    name: str
    school_class: int
    since: datetime.date
    seats: Mapping[int, Seat] = field(default_factory=dict)

    def group_in(self, split: Split) -> int | None:
        return next((one for one in split.groups if one in self.seats), None)


@dataclass(frozen=True)
class Groups:
    """Those of a year: of each class its Splits and Pupils, in the order of its list. `planned`:
    {(pupil, subject)} of individual plans (2.3)."""

    load: Workload
    pupils: Mapping[int, list[Pupil]]
    planned: frozenset[tuple[int, int]]
    _members: Mapping[int, int]

    @cached_property
    def splits(self) -> dict[int, list[Split]]:
        """{class: Splits, in the order of their subjects}"""
        found: dict[int, list[Split]] = {}
        for one in self.load.classes:
            places = [
                place
                for subject in self.load.named_subjects
                for place in self.load.places((one.pk, subject))
            ]
            found[one.pk] = self._of_class(one.pk, places)
        return found

    def _of_class(self, school_class: int, places: list[CellJournal]) -> list[Split]:
        in_class = {one.subject for one in places if one.is_whole}
        due = {subject for one, subject in self.load.plan if one == school_class} - in_class
        groups: dict[int, list[CellJournal]] = defaultdict(list)
        for one in places:
            if not one.is_whole:
                groups[one.group].append(one)
        return [self._split(one, groups, in_class, due) for one in _alike(groups)]

    def _split(
        self,
        keys: list[int],
        groups: Mapping[int, list[CellJournal]],
        in_class: set[int],
        due: set[int],
    ) -> Split:
        columns = tuple(self._column(one, groups[one]) for one in keys)
        subjects = frozenset().union(*(one.subjects for one in columns))
        names = [self.load.named_subjects[one][0] for one in sorted(subjects)]
        return Split(
            keys[0],
            ", ".join(names),
            columns,
            subjects,
            bool(subjects & due) or (len(columns) > 1 and not subjects & in_class),
        )

    def _column(self, group: int, places: list[CellJournal]) -> GroupColumn:
        teachers = {
            self.load.names[one.teacher]: None for place in places for one in place.assigned
        }
        return GroupColumn(
            group,
            places[0].label,
            ", ".join(teachers) or "нет учителя",
            self._members.get(group, 0),
            frozenset(one.subject for one in places),
        )

    def wants(self, pupil: Pupil, split: Split) -> bool:
        """Whether a pupil is to be in a group of it and is in none."""
        return (
            split.is_needed
            and pupil.group_in(split) is None
            and not any((pupil.student.pk, one) in self.planned for one in split.subjects)
        )

    def wanting(self, school_class: int) -> int:
        """How many pupils of a class are in none of the groups of some subject."""
        splits = self.splits[school_class]
        return sum(
            any(self.wants(one, split) for split in splits)
            for one in self.pupils.get(school_class, ())
        )


def unseated(year: SchoolYear) -> dict[str, int]:
    """{«6А Английский язык»: how many of the class's pupils are in none of its groups}, where there
    are any, in the order of classes; as many queries as `groups_of`."""
    groups = groups_of(year)
    counts = {
        f"{one} {split.title}": sum(
            groups.wants(pupil, split) for pupil in groups.pupils.get(one.pk, ())
        )
        for one in groups.load.classes
        for split in groups.splits[one.pk]
    }
    return {name: count for name, count in counts.items() if count}


def _alike(groups: Mapping[int, list[CellJournal]]) -> list[list[int]]:
    """Groups that have a subject in common stand together, in the order of labels."""
    found: list[tuple[set[int], list[int]]] = []
    for group, places in groups.items():
        subjects = {one.subject for one in places}
        together = [one for one in found if one[0] & subjects]
        keys = [key for _, its in together for key in its]
        found = [one for one in found if one not in together]
        found.append((subjects.union(*(one[0] for one in together)), [*keys, group]))
    return [keys for _, keys in found]


def groups_of(year: SchoolYear) -> Groups:
    """The Groups of a year as they go on from its day (`Workload.day`); a fixed number of
    queries."""
    load = workload(year)
    seats: dict[int, dict[int, Seat]] = defaultdict(dict)
    members: dict[int, int] = defaultdict(int)
    planned = set()
    for pk, student, group, kind, starts_on, ends_on in (
        GroupMembership.objects.filter(group__year=year)
        .order_by("starts_on", "pk")
        .values_list("pk", "student", "group", "group__kind", "starts_on", "ends_on")
    ):
        if ends_on and ends_on <= load.day:
            continue
        if kind == TeachingGroup.Kind.INDIVIDUAL:
            planned.add((student, group))
            continue
        members[group] += group not in seats[student]
        seats[student][group] = Seat(pk, group, starts_on)
    subjects = _subjects_of({group for _, group in planned})
    return Groups(
        load,
        _pupils(year, load.day, seats),
        frozenset((who, one) for who, group in planned for one in subjects.get(group, ())),
        members,
    )


def _subjects_of(groups: Collection[int]) -> dict[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    rows = Journal.objects.filter(group__in=groups).values_list("group", "subject")
    for group, subject in rows:
        found[group].append(subject)
    return found


def _pupils(
    year: SchoolYear, day: datetime.date, seats: Mapping[int, Mapping[int, Seat]]
) -> dict[int, list[Pupil]]:
    rows = Enrolment.objects.filter(on_day(day), school_class__year=year)
    found = list(
        rows.select_related("student__user").order_by("student__user__sort_name", "student")
    )
    listed: dict[int, dict[int, object]] = defaultdict(dict)
    for row in found:
        listed[row.school_class_id][row.student_id] = row.student.user.name
    names = namesakes.pupils_of_each(listed)
    pupils: dict[int, list[Pupil]] = defaultdict(list)
    for row in found:
        pupils[row.school_class_id].append(
            Pupil(
                row.student,
                names[row.school_class_id][row.student_id],
                row.school_class_id,
                row.starts_on,
                seats.get(row.student_id, {}),
            )
        )
    return pupils


def year_before(year: SchoolYear) -> SchoolYear | None:
    return SchoolYear.objects.filter(starts_on__lt=year.starts_on).order_by("-starts_on").first()


def labels_before(year: SchoolYear, subjects: Iterable[str]) -> dict[tuple[int, int], str]:
    """{(pupil, subject): label of the group that he was in last in the year before}; two
    queries."""
    former = year_before(year)
    if former is None:
        return {}
    names = list(subjects)
    rows = GroupMembership.objects.filter(
        group__year=former, group__kind=TeachingGroup.Kind.SUBGROUP
    ).order_by("starts_on", "pk")
    return {
        (student, subject): _label_before(name, names)
        for student, subject, name in rows.values_list(
            "student", "group__journals__subject", "group__name"
        )
    }


def _label_before(name: str, subjects: Collection[str]) -> str:
    said = parsed(name, subjects)
    if said and said.group:
        return short_label(said.group)
    numbered = re.search(r"(\d{1,2})\D*$", name)
    return numbered[1] if numbered else name


def class_named(groups: Groups, pk: int) -> SchoolClass | None:
    return next((one for one in groups.load.classes if one.pk == pk), None)
