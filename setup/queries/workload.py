"""The workload of a year as the cells of its matrices: class × subject, teacher × class, and the
hours of the curriculum."""

import datetime
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from journals.models import PeriodGrade
from school.models import (
    CurriculumHours,
    GroupMembership,
    Journal,
    Lesson,
    SchoolClass,
    SchoolYear,
    Subject,
    TeachingAssignment,
    TeachingGroup,
)
from school.models.dated import meets, on_day
from school.queries.people import staff
from school.rules.names import PersonName
from school.rules.subjects import within_line
from school.rules.texts import alphabetical

from ..naming import GroupName, parsed
from ..workload_cells import (
    WHOLE_CLASS,
    Part,
    Subjected,
    Taught,
    called,
    draw,
    draw_subjects,
    short_label,
)

Key = tuple[int, int]  # (class, subject)


@dataclass(frozen=True)
class Assigned:
    """A TeachingAssignment that is in force on the day, or to come."""

    pk: int
    teacher: int
    hours: Decimal | None
    starts_on: datetime.date
    ends_on: datetime.date | None


@dataclass(frozen=True)
class CellJournal:
    """A journal in the cells of its classes (ids). `label`: what its group is called in its class
    («1», «дев.»), «» of a whole class. `is_over`: nobody teaches it and nobody is in it any
    more."""

    journal: int
    subject: int
    group: int
    classes: tuple[int, ...]
    is_whole: bool
    label: str
    assigned: tuple[Assigned, ...]
    was_taught: bool
    is_over: bool

    @property
    def is_joint(self) -> bool:
        return len(self.classes) > 1

    @property
    def hours(self) -> Decimal:
        """What a pupil has of it."""
        return sum((one.hours or Decimal(0) for one in self.assigned), Decimal(0))


@dataclass(frozen=True)
class Workload:
    """All of a year on a school-local `day`. `plan`: {(class, subject): hours of the curriculum};
    `cells`: {(class, subject): CellJournals, the whole class first, then groups by their labels};
    `staff`: who can be named in a cell."""

    year: SchoolYear
    day: datetime.date
    classes: Sequence[SchoolClass]
    subjects: Sequence[Subject]
    plan: Mapping[Key, Decimal]
    cells: Mapping[Key, Sequence[CellJournal]]
    staff: Mapping[int, PersonName]
    names: Mapping[int, str]
    planned_classes: frozenset[int]

    @cached_property
    def named_subjects(self) -> dict[int, tuple[str, str, str]]:
        return {one.pk: (one.name, one.short_name, one.abbreviation) for one in self.subjects}

    @cached_property
    def class_names(self) -> dict[int, str]:
        return {one.pk: str(one) for one in self.classes}

    def places(self, key: Key) -> list[CellJournal]:
        """Those that a cell tells of: a class without a teacher is none beside its groups."""
        found = [one for one in self.cells.get(key, ()) if not one.is_over]
        if any(not one.is_whole for one in found):
            return [one for one in found if not one.is_whole or one.assigned]
        return [one for one in found if one.assigned]

    def parts(self, key: Key) -> list[Part]:
        places = self.places(key)
        groups = sum(not one.is_whole for one in places)
        labels = self._labels(places, groups)
        return [
            Part(
                tuple(Taught(self.names[each.teacher], each.hours) for each in one.assigned),
                label,
            )
            for one, label in zip(places, labels, strict=True)
        ]

    @staticmethod
    def _labels(places: Sequence[CellJournal], groups: int) -> list[str]:
        """A number that says its place is not told where there are several."""
        labels, number = [], 0
        for one in places:
            if one.is_whole:
                labels.append(WHOLE_CLASS if groups else "")
                continue
            number += 1
            is_told = groups == 1 or one.label != str(number)
            labels.append(one.label if is_told else "")
        return labels

    def text(self, key: Key) -> str:
        return draw(self.parts(key))

    def lacks_teacher(self, key: Key) -> bool:
        """Whether the cell is still to be filled: in the curriculum, or a journal is made, and
        nobody teaches it or one of its groups."""
        places = self.places(key)
        if places:
            return any(not one.assigned for one in places)
        if key in self.plan:
            return True
        # Without a curriculum a journal that never had a teacher waits for one.
        whole = [one for one in self.cells.get(key, ()) if one.is_whole and not one.was_taught]
        return bool(whole) and key[0] not in self.planned_classes

    def hours(self, school_class: int) -> Decimal:
        """The hours a week of a class's pupil: of groups those of the one that has most."""
        total = Decimal(0)
        for subject in self.named_subjects:
            places = self.places((school_class, subject))
            total += sum((one.hours for one in places if one.is_whole), Decimal(0))
            total += max((one.hours for one in places if not one.is_whole), default=Decimal(0))
        return total

    def planned_hours(self, school_class: int) -> Decimal | None:
        """Of the curriculum; None of a class that has none."""
        if school_class not in self.planned_classes:
            return None
        mine = (hours for (one, _), hours in self.plan.items() if one == school_class)
        return sum(mine, Decimal(0))

    # --- the other way round ---

    @cached_property
    def by_teacher(self) -> dict[Key, list[tuple[CellJournal, Assigned]]]:
        """{(teacher, class): what he teaches there, in the order of subjects}"""
        found: dict[Key, list[tuple[CellJournal, Assigned]]] = defaultdict(list)
        for one in self.classes:
            for subject in self.named_subjects:
                for place in self.places((one.pk, subject)):
                    for assigned in place.assigned:
                        found[assigned.teacher, one.pk].append((place, assigned))
        return found

    def teacher_text(self, key: Key) -> str:
        """The text of a cell (teacher, class)."""
        return draw_subjects(
            Subjected(
                within_line(self.named_subjects[place.subject][2]), place.label, assigned.hours
            )
            for place, assigned in self.by_teacher.get(key, ())
        )

    def teacher_hours(self, teacher: int) -> Decimal:
        """A week, those of several classes at once counted once."""
        seen = {
            assigned.pk: assigned.hours or Decimal(0)
            for (who, _), found in self.by_teacher.items()
            if who == teacher
            for _, assigned in found
        }
        return sum(seen.values(), Decimal(0))


def workload(year: SchoolYear) -> Workload:
    """The Workload of a year today, of one to come on its first day, of one that is over on its
    last; a fixed number of queries."""
    day = day_of_year(year)
    classes = list(SchoolClass.objects.filter(year=year))
    subjects = sorted(Subject.objects.all(), key=lambda one: alphabetical(one.name))
    plan = {
        (one, subject): hours
        for one, subject, hours in CurriculumHours.objects.filter(
            school_class__year=year
        ).values_list("school_class", "subject", "hours")
    }
    people = _staff(day)
    return Workload(
        year,
        day,
        classes,
        subjects,
        plan,
        _cells(year, day, classes, subjects),
        people,
        called(people),
        frozenset(one for one, _ in plan),
    )


def _staff(day: datetime.date) -> dict[int, PersonName]:
    """Who works at the school on a day, or is still assigned."""
    taught = TeachingAssignment.objects.filter(on_day(day), teacher=OuterRef("pk"))
    gone = Q(employee__left_on__lt=day) | Q(is_active=False)
    rows = staff().exclude(gone & ~Exists(taught)).order_by("sort_name", "pk")
    return {pk: PersonName(*name) for pk, *name in rows.values_list("pk", *PersonName._fields)}


def day_of_year(year: SchoolYear) -> datetime.date:
    """Today (school-local), of a year to come its first day, of one that is over its last."""
    return max(year.starts_on, min(timezone.localdate(), year.ends_on))


def _cells(
    year: SchoolYear,
    day: datetime.date,
    classes: Sequence[SchoolClass],
    subjects: Sequence[Subject],
) -> dict[Key, list[CellJournal]]:
    rows = Journal.objects.filter(group__year=year).exclude(
        group__kind=TeachingGroup.Kind.INDIVIDUAL
    )
    journals = list(
        rows.values_list("pk", "subject", "group", "group__name", "group__school_class")
    )
    assigned, was_taught = _assigned(year, day)
    of_groups, was_full = _classes_of(year, day)
    by_name = {str(one): one.pk for one in classes}
    names = [one.name for one in subjects]
    subject_names = {one.pk: one.name for one in subjects}
    cells: dict[Key, list[CellJournal]] = defaultdict(list)
    for pk, subject, group, name, school_class in journals:
        said = None if school_class else parsed(name, names)
        there = _classes_there(school_class, said, of_groups.get(group, ()), by_name)
        taught = assigned.get(pk, ())
        is_empty = not school_class and not of_groups.get(group)
        place = CellJournal(
            pk,
            subject,
            group,
            there,
            bool(school_class),
            "" if school_class else _label(name, said, subject_names.get(subject, "")),
            tuple(taught),
            pk in was_taught,
            is_empty and not taught and (group in was_full or pk in was_taught),
        )
        for one in there:
            cells[one, subject].append(place)
    for found in cells.values():
        found.sort(key=_in_order)
    return cells


def _in_order(place: CellJournal) -> tuple[bool, bool, int, str, int]:
    number = int(place.label) if place.label.isdigit() else 0
    return (not place.is_whole, not number, number, alphabetical(place.label), place.group)


def _assigned(year: SchoolYear, day: datetime.date) -> tuple[dict[int, list[Assigned]], set[int]]:
    """({journal: its Assigned}, the journals that somebody was assigned to before); of a journal
    that nobody teaches on the day those to come."""
    rows = TeachingAssignment.objects.filter(journal__group__year=year)
    found: dict[int, list[Assigned]] = defaultdict(list)
    coming: dict[int, list[Assigned]] = defaultdict(list)
    before = set()
    for journal, pk, teacher, hours, starts_on, ends_on in rows.order_by(
        "starts_on", "pk"
    ).values_list("journal", "pk", "teacher", "hours", "starts_on", "ends_on"):
        one = Assigned(pk, teacher, hours, starts_on, ends_on)
        if one.ends_on and one.ends_on < day:
            before.add(journal)
        elif one.starts_on <= day:
            found[journal].append(one)
        else:
            coming[journal].append(one)
    return dict(coming) | dict(found), before


def _classes_of(year: SchoolYear, day: datetime.date) -> tuple[dict[int, set[int]], set[int]]:
    """({subgroup: the classes whose pupils it has on the day or later}, those that had any)."""
    enrolments = "student__enrolments__"
    rows = GroupMembership.objects.filter(meets(enrolments), group__year=year).filter(
        student__enrolments__school_class__year=F("group__year")
    )
    found: dict[int, set[int]] = defaultdict(set)
    had = set()
    for group, school_class, ends_on, left_on in (
        rows.order_by()
        .values_list("group", f"{enrolments}school_class", "ends_on", f"{enrolments}ends_on")
        .distinct()
    ):
        had.add(group)
        if (ends_on is None or ends_on >= day) and (left_on is None or left_on >= day):
            found[group].add(school_class)
    return found, had


def _classes_there(
    school_class: int | None,
    said: GroupName | None,
    of_members: Iterable[int],
    by_name: Mapping[str, int],
) -> tuple[int, ...]:
    """Whose pupils are in a group; of an empty one whom its name tells of."""
    if school_class:
        return (school_class,)
    if members := set(of_members):
        return tuple(pk for pk in by_name.values() if pk in members)
    return tuple(by_name[name] for name in (said.classes if said else ()) if name in by_name)


def _label(name: str, said: GroupName | None, subject: str) -> str:
    """What a group is called in its class: «1» of «5А Английский язык: 1 группа»; the whole name of
    one that is called otherwise."""
    if said is None or said.subject != subject or not said.group:
        return re.sub(r"[:/;+]", " ", name)
    return short_label(said.group)


def with_lessons(journals: Iterable[int]) -> set[int]:
    """Of journals (ids) those that held a lesson by today, or were to, or in which was graded."""
    lessons = Lesson.objects.filter(journal=OuterRef("pk"), date__lte=timezone.localdate())
    graded = PeriodGrade.objects.filter(journal=OuterRef("pk"))
    found = Journal.objects.filter(Exists(lessons) | Exists(graded), pk__in=list(journals))
    return set(found.values_list("pk", flat=True))
