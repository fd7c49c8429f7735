"""How the teaching of a school year goes on in the next one: groups with who goes along, journals,
teachers, hours. Pure.

What a class learns says the class that is in its new parallel now, by letter; who teaches it goes
along from its own year, but not from the fourth to the fifth, where subject teachers begin.
"""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from . import defaults
from .naming import LONGEST, GroupName, parsed, sorted_classes
from .turning import ClassName, OldClass, Turn

PRIMARY = 4
UNMARKED = 1
SUBGROUP, INDIVIDUAL = "subgroup", "individual"
OwnPart = re.compile(r"(\d{1,2})(?=\D)")
Assigned = tuple[int, Decimal | None]  # teacher, hours a week


@dataclass(frozen=True)
class JournalOn:
    """A journal as it is, or as it will be; all but hours are primary keys or values of it."""

    subject: int
    scale: int
    period_kind: str
    has_exam: bool
    lesson_kind: int | None
    teachers: tuple[Assigned, ...] = ()


@dataclass(frozen=True)
class OldGroup:
    """`school_class`: of a class's own group; `members` {pupil: class he is in}, of the others."""

    pk: int
    name: str
    kind: str
    school_class: int | None
    members: Mapping[int, int]
    journals: Sequence[JournalOn]


@dataclass(frozen=True)
class OldTeaching:
    """`curriculum` {class: {subject: hours}}; `subjects` {subject: name}; `gone`: teachers who do
    not work any more; `kinds` of the year's periods."""

    groups: Sequence[OldGroup]
    curriculum: Mapping[int, Mapping[int, Decimal]]
    subjects: Mapping[int, str]
    gone: frozenset[int]
    kinds: frozenset[str]


@dataclass(frozen=True)
class NewGroup:
    """`of`: the group that goes on; `sources` the classes from which its pupils come, `targets`
    those in which they will be."""

    of: int
    name: str
    kind: str
    sources: frozenset[int]
    targets: tuple[ClassName, ...]
    members: tuple[int, ...]
    journals: tuple[JournalOn, ...]

    @property
    def name_on_walls(self) -> str:
        """As `TeachingGroup.name_on_walls`: an individual plan is called by its pupil."""
        return "индивидуальный план" if self.kind == INDIVIDUAL else self.name


@dataclass(frozen=True)
class NewClass:
    name: ClassName
    teacher: int | None
    curriculum: Mapping[int, Decimal]
    journals: tuple[JournalOn, ...]


@dataclass(frozen=True)
class Unsettled:
    """Classes that join bring more groups of a subject than each had."""

    name: ClassName
    subject: int
    groups: tuple[NewGroup, ...]
    most: int


@dataclass
class NewTeaching:
    classes: list[NewClass] = field(default_factory=list)
    groups: list[NewGroup] = field(default_factory=list)
    unsettled: list[Unsettled] = field(default_factory=list)

    @property
    def journals(self) -> list[JournalOn]:
        own = [one for its in self.classes for one in its.journals]
        return own + [one for group in self.groups for one in group.journals]

    @property
    def untaught(self) -> int:
        return sum(not one.teachers for one in self.journals)


def teaching_on(turn: Turn, old: OldTeaching, behind: frozenset[int] = frozenset()) -> NewTeaching:
    """The NewTeaching of the new year; the groups `behind` (primary keys) do not go on."""
    made = _Going(turn, old)
    groups = made.groups()
    kept = [one for one in groups if one.of not in behind]
    classes = [made.new_class(name, kept) for name in turn.names]
    return NewTeaching(classes, kept, made.unsettled(kept))


class _Going:
    def __init__(self, turn: Turn, old: OldTeaching) -> None:
        self.turn, self.old = turn, old
        self.turns = {one.old.pk: one for one in turn.classes}
        self.to = {one.pk: one.to for one in turn.pupils}
        self.of_class = {one.school_class: one for one in old.groups if one.school_class}
        self.by_name = {one.old.name: one.old for one in turn.classes}
        self.learnt = self._learnt()
        self.seniors = self._seniors()
        self.taken: set[str] = set()

    def _learnt(self) -> dict[int, dict[int, JournalOn]]:
        """{class: {subject: a journal of it}}, those of its pupils' groups among them."""
        found: dict[int, dict[int, JournalOn]] = defaultdict(dict)
        own = [one for one in self.old.groups if one.school_class]
        others = [one for one in self.old.groups if one.kind == SUBGROUP]
        for group in [*own, *others]:
            classes = {group.school_class} if group.school_class else {*group.members.values()}
            for pk in classes:
                for journal in group.journals:
                    if pk is not None:
                        found[pk].setdefault(journal.subject, journal)
        return found

    def _seniors(self) -> set[tuple[int, int]]:
        """(teacher, subject) of the fifth parallel and above."""
        return {
            (teacher, journal.subject)
            for group in self.old.groups
            if any(self.turns[pk].old.name.number > PRIMARY for pk in self._classes_of(group))
            for journal in group.journals
            for teacher, _ in journal.teachers
        }

    def _classes_of(self, group: OldGroup) -> set[int]:
        return {group.school_class} if group.school_class else set(group.members.values())

    # --- what a class learns ---

    def like(self, name: ClassName) -> OldClass | None:
        """The class that is there now: of the letter, else the first of the parallel."""
        of_parallel = sorted(one for one in self.by_name if one.number == name.number)
        if name in self.by_name:
            return self.by_name[name]
        return self.by_name[of_parallel[0]] if of_parallel else None

    def subjects(self, name: ClassName) -> dict[int, JournalOn] | None:
        like = self.like(name)
        found = self.learnt.get(like.pk) if like else None
        return found or None

    def curriculum(self, name: ClassName) -> Mapping[int, Decimal]:
        like = self.like(name)
        if like and (hours := self.old.curriculum.get(like.pk)):
            return hours
        for one in self.turn.names[name]:
            if hours := self.old.curriculum.get(one.old.pk):
                return hours
        return {}

    # --- groups ---

    def groups(self) -> list[NewGroup]:
        self.taken |= {str(name) for name in self.turn.names}
        found: list[NewGroup] = []
        for group in self.old.groups:
            if not group.school_class:
                found += self._on(group)
        return found

    def _on(self, group: OldGroup) -> Iterator[NewGroup]:
        """One, or where its class splits one for each part of it."""
        for targets in self._targets(group):
            members = tuple(pk for pk in group.members if self._goes_along(pk, group, targets))
            if not members:
                continue
            there = tuple(sorted({name for pk in members if (name := self.to[pk])}))
            journals = tuple(self._journals_on(group, there))
            if journals:
                sources = frozenset(group.members[pk] for pk in members)
                called = self._name(group, sources, there)
                yield NewGroup(group.pk, called, group.kind, sources, there, members, journals)

    def _targets(self, group: OldGroup) -> list[tuple[ClassName, ...]]:
        classes = self._classes_of(group)
        each = [target for pk in sorted(classes) for target in self.turns[pk].targets]
        if group.kind == INDIVIDUAL:
            return [tuple(name for pk in group.members if (name := self.to[pk]))]
        if len(classes) == 1:
            return [(target,) for target in each]
        by_number: dict[int, list[ClassName]] = defaultdict(list)
        for target in each:
            by_number[target.number].append(target)
        return [tuple(names) for names in by_number.values()]

    def _goes_along(self, pupil: int, group: OldGroup, targets: Sequence[ClassName]) -> bool:
        own = self.turns[group.members[pupil]].targets
        to = self.to[pupil]
        return to in targets and (to in own or group.kind == INDIVIDUAL)

    def _journals_on(self, group: OldGroup, targets: Sequence[ClassName]) -> Iterator[JournalOn]:
        was = min(self.turns[pk].old.name.number for pk in self._classes_of(group))
        for journal in group.journals:
            learnt = [self.subjects(target) for target in targets]
            like = next(
                (its[journal.subject] for its in learnt if its and journal.subject in its), None
            )
            if like is None and group.kind == SUBGROUP and all(its is not None for its in learnt):
                continue  # not learnt there any more
            teachers = self._teachers([journal], was, targets[0])
            yield self._journal(journal, like, was, targets[0], teachers)

    def _name(self, group: OldGroup, sources: frozenset[int], targets: Sequence[ClassName]) -> str:
        if group.kind == INDIVIDUAL:
            return self._free(group.name)
        names = sorted_classes([str(one) for one in targets])
        if found := parsed(group.name, self.old.subjects.values()):
            return self._numbered(GroupName(names, found.subject, found.group))
        number = OwnPart.match(group.name)
        olds = {self.turns[pk].old.name for pk in sources}
        called = next((one for one in sorted(olds) if group.name.startswith(str(one))), None)
        if called and len(olds) == 1:
            return self._free(f"{', '.join(names)}{group.name.removeprefix(str(called))}")
        if number and int(number[1]) in {one.number for one in olds}:
            return self._free(f"{targets[0].number}{group.name[number.end() :]}")
        return self._free(group.name)

    def _numbered(self, name: GroupName) -> str:
        """«3 группа» where two classes that join have a first and a second one each."""
        place = re.match(r"\d+", name.group)
        if str(name) not in self.taken or not place:
            return self._free(str(name))
        rest = name.group[place.end() :]
        free = (name._replace(group=f"{n}{rest}") for n in range(1, 100))
        return self._free(str(next(one for one in free if str(one) not in self.taken)))

    def _free(self, name: str) -> str:
        names = [name, *(f"{name[: LONGEST - 5]} ({n})" for n in range(2, 1000))]
        found = next(one for one in names if one not in self.taken)
        self.taken.add(found)
        return found

    def unsettled(self, groups: Sequence[NewGroup]) -> list[Unsettled]:
        by_place: dict[tuple[ClassName, int], list[NewGroup]] = defaultdict(list)
        for group in groups:
            if group.kind == SUBGROUP and len(group.targets) == 1 and len(group.sources) == 1:
                for journal in group.journals:
                    by_place[group.targets[0], journal.subject].append(group)
        found = []
        for (name, subject), its in sorted(by_place.items(), key=lambda one: one[0]):
            counts = [
                sum(one.sources == source for one in its) for source in {g.sources for g in its}
            ]
            if len(counts) > 1 and len(its) > max(counts):
                found.append(Unsettled(name, subject, tuple(its), max(counts)))
        return found

    # --- journals of classes ---

    def new_class(self, name: ClassName, groups: Sequence[NewGroup]) -> NewClass:
        sources = [one.old for one in self.turn.names[name]]
        own = [self.of_class[one.pk] for one in sources if one.pk in self.of_class]
        by_groups = {
            journal.subject
            for group in groups
            if group.kind == SUBGROUP and name in group.targets
            for journal in group.journals
        }
        there = self.subjects(name)
        were = {journal.subject: journal for group in own for journal in group.journals}
        wanted = [pk for pk in (were if there is None else there) if pk not in by_groups]
        was = min((one.name.number for one in sources), default=name.number)
        journals = []
        for subject in wanted:
            mine = [one for group in own for one in group.journals if one.subject == subject]
            like = there.get(subject) if there else None
            one = mine[0] if mine else like
            assert one is not None  # it is of either
            teachers = self._teachers(mine, was, name)
            journals.append(self._journal(one, like, was, name, teachers))
        return NewClass(
            name, self._class_teacher(name, sources), self.curriculum(name), tuple(journals)
        )

    def _class_teacher(self, name: ClassName, sources: Sequence[OldClass]) -> int | None:
        """Goes along, of a class that splits with the first part; of several that join nobody's,
        unless it is one person."""
        found = {
            one.teacher
            for one in sources
            if self.turns[one.pk].targets[0] == name and not _begins_anew(one.name.number, name)
        }
        (teacher,) = found if len(found) == 1 else (None,)
        return None if teacher in self.old.gone else teacher

    def _teachers(
        self, journals: Sequence[JournalOn], was: int, name: ClassName
    ) -> tuple[Assigned, ...]:
        """Those of the journals (of one subject), if they agree."""
        each = {frozenset(teacher for teacher, _ in one.teachers) for one in journals}
        if len(each) != 1:
            return ()
        (journal, *_) = journals
        found = [
            (teacher, hours)
            for teacher, hours in journal.teachers
            if teacher not in self.old.gone
            and (not _begins_anew(was, name) or (teacher, journal.subject) in self.seniors)
        ]
        planned = self.curriculum(name).get(journal.subject)
        if len(found) == 1 and planned:
            return ((found[0][0], planned),)
        return tuple(found)

    def _journal(
        self,
        one: JournalOn,
        like: JournalOn | None,
        was: int,
        name: ClassName,
        teachers: tuple[Assigned, ...],
    ) -> JournalOn:
        """Its own scale goes along, but out of the first class, where there are no marks; periods
        and exams are those of the parallel."""
        begins_marks = was <= UNMARKED < name.number
        kind = like.period_kind if like else defaults.period_kind(name.number, self.old.kinds)
        return JournalOn(
            one.subject,
            like.scale if like and begins_marks else one.scale,
            kind,
            like.has_exam if like else False,
            one.lesson_kind,
            teachers,
        )


def _begins_anew(was: int, name: ClassName) -> bool:
    return was <= PRIMARY < name.number
