"""Who teaches what to whom, and who sits in which group, beside what stands. Pure.

A journal is a teaching group's and a subject's. Whole classes have their own group; where a row
names a group, or two teachers have one cell, there are groups that exclude each other
(`setup.naming`). Individual plans are the deputy's and are neither read nor told to be gone.
"""

import datetime
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from school.models import TeachingGroup
from school.rules.spans import ONE_DAY
from school.rules.texts import tidy

from ..answers import SKIP, word_key
from ..batch import Kind, WorkloadRow
from ..changes import END, KEEP, Change, Difference, Ref, State
from ..defaults import period_kind, scale
from ..naming import GroupName, parsed, sorted_classes
from ..queries.standing import StandingGroup
from ..splitting import share_journal
from ..workload_cells import WHOLE_CLASS
from .context import Comparison, day_of, told
from .people import ComparedPupils
from .structure import first_day_of_year
from .words import Words, parallel_of

Slot = tuple[tuple[str, ...], Ref]  # (classes, subject)


@dataclass
class LoadRow:
    """A WorkloadRow with its words resolved."""

    row: WorkloadRow
    classes: tuple[str, ...]
    subject: Ref
    teacher: Ref | None
    label: str
    is_whole: bool  # it says so: nothing is to be split


@dataclass
class Teaching:
    """The groups and journals of a comparison. `slots` {(classes, subject): {label as `tidy` has
    it: group}}; `labels` {(group, subject): its label in such a slot}."""

    comparison: Comparison
    words: Words
    slots: dict[Slot, dict[str, Ref]] = field(default_factory=lambda: defaultdict(dict))
    labels: dict[Ref, str] = field(default_factory=dict)
    by_name: dict[str, Ref] = field(default_factory=dict)
    journals: dict[tuple[Ref, Ref], Ref] = field(default_factory=dict)
    subject_of: dict[Ref, Ref] = field(default_factory=dict)  # {journal: subject}
    group_of: dict[Ref, Ref] = field(default_factory=dict)  # {journal: group}
    classes_of: dict[Ref, tuple[str, ...]] = field(default_factory=dict)  # {group: classes}
    own: dict[str, Ref] = field(default_factory=dict)  # {class: its own group}
    # {journal: teachers}, those too that the files bring
    teachers: dict[Ref, set[Ref]] = field(default_factory=lambda: defaultdict(set))

    def __post_init__(self) -> None:
        standing = self.comparison.standing
        for group in standing.groups.values():
            self.by_name[tidy(group.name)] = group.pk
            if group.class_name:
                self.own[group.class_name] = group.pk
                self.classes_of[group.pk] = (group.class_name,)
        names = list(self.words.subjects.values())
        taught = defaultdict(list)
        for one in standing.journals.values():
            taught[one.group].append(one.subject)
            self._know_journal(one.pk, one.group, one.subject)
            self.teachers[one.pk] = {a.teacher for a in one.assignments}
        for group in standing.groups.values():
            if group.kind == TeachingGroup.Kind.SUBGROUP:
                self._know_group(group, names, taught[group.pk])

    def _know_group(self, group: StandingGroup, names: Sequence[str], subjects: list[int]) -> None:
        made = parsed(group.name, names)
        self.classes_of[group.pk] = made.classes if made else group.classes
        if made and (subject := self.words.forms.get(tidy(made.subject))):
            self._place(group.pk, made.classes, subject, made.group)
            subjects = [one for one in subjects if one != subject]
        for its in subjects:
            self._place(group.pk, group.classes, its, group.name)

    def _place(self, group: Ref, classes: tuple[str, ...], subject: Ref, label: str) -> None:
        self.slots[sorted_classes(classes), subject].setdefault(tidy(label), group)
        self.labels[group] = label

    def _know_journal(self, ref: Ref, group: Ref, subject: Ref) -> None:
        self.journals[group, subject] = ref
        self.subject_of[ref], self.group_of[ref] = subject, group

    # --- groups and journals, found or implied ---

    def own_group(self, name: str) -> Ref:
        if name not in self.own:
            key = f"group:{name}"
            self.comparison.imply(
                key, "group", name=name, school_class=self.words.classes[name], day=None
            )
            self.own[name], self.classes_of[key] = key, (name,)
        return self.own[name]

    def group(self, classes: tuple[str, ...], subject: Ref, label: str) -> Ref:
        """The group; where there is none it is implied."""
        if not label and len(classes) == 1:
            return self.own_group(classes[0])
        if found := self.known_group(classes, subject, label):
            return found
        name = str(GroupName(classes, self.words.subjects[subject], label))
        if tidy(name) in self.by_name:
            return self.by_name[tidy(name)]
        whole = classes if not label else ()
        key = f"group:{tidy(name)}"
        self.comparison.imply(
            *(key, "group"),
            name=name,
            school_class=None,
            whole=tuple(self.words.classes[one] for one in whole),
            day=first_day_of_year(self.comparison),
        )
        self.by_name[tidy(name)], self.classes_of[key] = key, classes
        self._place(key, classes, subject, label)
        return key

    def known_group(self, classes: tuple[str, ...], subject: Ref, label: str) -> Ref | None:
        if found := self.slots[classes, subject].get(tidy(label)):
            return found
        return self.by_name.get(tidy(label)) if label else None

    def group_with(self, class_name: str, subject: Ref, label: str) -> Ref | None:
        """Of the class's groups of the subject, or of those that it has together with others."""
        if found := self.known_group((class_name,), subject, label):
            return found
        for (classes, its), groups in self.slots.items():
            if its == subject and class_name in classes and tidy(label) in groups:
                return groups[tidy(label)]
        return None

    def journal(self, group: Ref, subject: Ref) -> Ref:
        """The journal; where there is none it is implied."""
        if (group, subject) in self.journals:
            return self.journals[group, subject]
        classes = self.classes_of[group]
        parallel = int(parallel_of(classes[0]) or 0) if classes else 0
        key = f"journal:{group}:{subject}"
        self.comparison.imply(
            *(key, "journal"),
            group=group,
            subject=subject,
            scale=scale(parallel, self.comparison.standing.scales, self._scales_used()),
            period_kind=period_kind(parallel, self._kinds()),
        )
        self._know_journal(key, group, subject)
        return key

    def _kinds(self):
        brought = {row.kind for row in self.comparison.rows(Kind.PERIODS)}
        return brought | {kind for kind, _ in self.comparison.standing.periods}

    def _scales_used(self):
        for one in self.comparison.standing.journals.values():
            classes = self.classes_of.get(one.group) or ("",)
            yield int(parallel_of(classes[0]) or 0), one.scale

    def title(self, journal: Ref) -> str:
        """«5А Английский язык: 1 группа»."""
        group, subject = self.group_of[journal], self.words.subjects[self.subject_of[journal]]
        label = self.labels.get(group, "")
        return str(GroupName(self.classes_of.get(group, ()), subject, label)).strip()

    def classes(self, names: Sequence[str], kind: Kind, row: Any) -> tuple[str, ...] | None:
        """The classes that are meant, in order; None, and a Problem, where one is not there."""
        meant = [self.words.meant_class(name) for name in names]
        for name in meant:
            if self.words.school_class(name, kind, row, "classes") is None:
                return None
        return sorted_classes(dict.fromkeys(meant))


# --- the load ---


def compare_workload(comparison: Comparison, words: Words, teaching: Teaching) -> None:
    rows = [one for row in comparison.rows(Kind.WORKLOAD) if (one := _resolved(row, teaching))]
    by_slot: dict[Slot, list[LoadRow]] = defaultdict(list)
    for one in rows:
        by_slot[one.classes, one.subject].append(one)
    for slot, several in by_slot.items():
        _split(teaching, slot, several)
    by_journal: dict[Ref, list[LoadRow]] = defaultdict(list)
    for one in rows:
        group = teaching.group(one.classes, one.subject, one.label)
        by_journal[teaching.journal(group, one.subject)].append(one)
    for journal, several in by_journal.items():
        _compare_journal(teaching, journal, several)


def _resolved(row, teaching):
    words = teaching.words
    subject = words.subject(row.subject, row.place)
    is_clear, teacher = words.teacher(row.teacher, row.place) if row.teacher else (True, None)
    classes = teaching.classes(row.classes, Kind.WORKLOAD, row)
    if subject is None or not is_clear or not classes:
        return None
    is_whole = tidy(row.group) == WHOLE_CLASS
    return LoadRow(row, classes, subject, teacher, "" if is_whole else row.group, is_whole)


def _split(teaching: Teaching, slot: Slot, several: list[LoadRow]) -> None:
    """Give rows without a group one where their class is split: whoever has a group keeps it, the
    others get «1 группа», «2 группа» as they stand; unless they share the journal of the class."""
    labelled = {tidy(one.label) for one in several if one.label}
    bare = [one for one in several if not (one.label or one.is_whole)]
    groups = {label: ref for label, ref in teaching.slots[slot].items() if label}
    for one in bare:
        for label, ref in groups.items():
            taught = teaching.teachers.get(teaching.journals.get((ref, slot[1]), ""), set())
            if one.teacher is not None and one.teacher in taught and label not in labelled:
                one.label = teaching.labels[ref]
                labelled.add(label)
                break
    bare = [one for one in bare if not one.label]
    teachers = {one.teacher for one in bare if one.teacher is not None}
    if len(teachers) < 2 or _is_shared(teaching, slot, bare):
        return
    number = 1
    for one in bare:
        while tidy(f"{number} группа") in labelled:
            number += 1
        one.label = f"{number} группа"
        labelled.add(tidy(one.label))


def _is_shared(teaching, slot, bare):
    classes, subject = slot
    own = teaching.own.get(classes[0], "") if len(classes) == 1 else ""
    there = teaching.teachers.get(teaching.journals.get((own, subject), ""), set())
    planned = _curriculum(teaching.comparison, classes[0], subject, teaching.words)
    do_already = len(there) > 1 and all(one.teacher in there for one in bare)
    return share_journal((one.row.hours for one in bare), planned, do_already=do_already)


def _curriculum(comparison, name, subject, words):
    for row in comparison.rows(Kind.CURRICULUM):
        its = words.forms.get(tidy(row.subject))
        if row.class_name in (name, parallel_of(name)) and its == subject:
            return row.hours
    found = comparison.standing.curriculum.get((name, subject))
    return found and found.hours


def _compare_journal(teaching: Teaching, journal: Ref, several: list[LoadRow]) -> None:
    comparison = teaching.comparison
    standing = comparison.standing.journals.get(journal) if isinstance(journal, int) else None
    there = {one.teacher: one for one in standing.assignments} if standing else {}
    brought = {one.teacher for one in several if one.teacher is not None}
    going = [one for teacher, one in there.items() if teacher not in brought]
    replaced = going[0] if len(going) == 1 and len(brought - there.keys()) == 1 else None
    for one in several:
        if one.teacher in there:
            _compare_hours(teaching, journal, one, there[one.teacher])
        elif one.teacher is None:
            _add_bare(teaching, journal, one, bool(standing))
        elif replaced:
            _replace(teaching, journal, one, replaced)
        else:
            _add_assignment(teaching, journal, one, bool(there))
    if not replaced and brought:
        for assignment in going:
            _add_gone(teaching, journal, assignment)


def _change(teaching, journal, one, state, target=None):
    who = teaching.words.teachers[one.teacher].short if one.teacher is not None else "без учителя"
    title = f"{teaching.title(journal)}, {who}"
    key = f"load:{tidy(teaching.title(journal))}:{one.teacher or ''}"
    return Change(Kind.WORKLOAD, state, key, title, one.row.place, one.row, target)


def _compare_hours(teaching, journal, one, assignment):
    change = _change(teaching, journal, one, State.SAME, assignment.pk)
    fields = [("hours", "Часов в неделю", assignment.hours, one.row.hours)]
    teaching.comparison.beside(change, fields)


def _add_bare(teaching, journal, one, stands):
    change = _change(teaching, journal, one, State.SAME if stands else State.NEW)
    change.values = {"journal": journal, "teacher": None}
    teaching.comparison.add(change)


def workload_day(comparison: Comparison, is_at_work: bool) -> datetime.date:
    usual = comparison.day if is_at_work else first_day_of_year(comparison)
    return day_of(comparison.answers, "workload:day", usual)


def _add_assignment(teaching, journal, one, is_at_work):
    change = _change(teaching, journal, one, State.NEW)
    change.values = {
        "journal": journal,
        "teacher": one.teacher,
        "hours": one.row.hours,
        "day": workload_day(teaching.comparison, is_at_work),
    }
    teaching.teachers[journal].add(one.teacher)
    teaching.comparison.add(change)


def _replace(teaching, journal, one, assignment):
    """Another teacher instead of one."""
    words, comparison = teaching.words, teaching.comparison
    day = workload_day(comparison, is_at_work=True)
    change = _change(teaching, journal, one, State.CHANGED, assignment.pk)
    change.title = teaching.title(journal)
    change.values = {
        "journal": journal,
        "teacher": one.teacher,
        "hours": one.row.hours if one.row.hours is not None else assignment.hours,
        "day": day,
    }
    was, becomes = words.teachers[assignment.teacher], words.teachers[one.teacher]
    change.differences = (Difference("teacher", "Учитель", was.full, becomes.full),)
    change.note = f"с {told(day)}"
    teaching.teachers[journal].add(one.teacher)
    comparison.add(change)


def _add_gone(teaching, journal, one):
    comparison, words = teaching.comparison, teaching.words
    last = max(workload_day(comparison, is_at_work=True) - ONE_DAY, one.since)
    key = f"load:{one.pk}"
    chosen = comparison.answers.get(f"gone:{key}", KEEP)
    teacher = words.teachers.get(one.teacher)
    change = Change(
        *(Kind.WORKLOAD, State.GONE, key),
        f"{teaching.title(journal)}, {teacher.short if teacher else ''}",
        target=one.pk,
        choices=((KEEP, "оставить как есть"), (END, f"закончить {told(last)}")),
        chosen=chosen,
        values={"chosen": chosen, "last_day": last},
        is_taken=chosen != KEEP,
    )
    comparison.add(change)


# --- who sits in which group ---


def compare_groups(
    comparison: Comparison, words: Words, teaching: Teaching, pupils: ComparedPupils
) -> None:
    seen: dict[tuple[Ref, Ref], Ref] = {}
    for row in comparison.rows(Kind.GROUPS):
        subject = words.subject(row.subject, row.place)
        child = pupils.child(row.child, Kind.GROUPS, row, "child")
        if subject is None or child is None:
            continue
        group = _group_of(teaching, row, subject, pupils.refs[child][2])
        if group is None:
            continue
        if (child, group) in seen:  # a group may have several subjects
            if seen[child, group] == subject:
                twice = "Этот ученик уже есть в этой группе выше."
                comparison.wrong(Kind.GROUPS, row, "group", row.group, twice)
            continue
        seen[child, group] = subject
        teaching.journal(group, subject)
        _compare_place(comparison, teaching, row, group, child, pupils)


def _group_of(teaching, row, subject, class_name):
    """The group; one that is nowhere named before is the class's own."""
    if found := teaching.group_with(class_name, subject, row.group):
        return found
    key = word_key("group", f"{class_name} {row.group}")
    if not class_name or teaching.comparison.answers.get(key) == SKIP:
        return None
    return teaching.group((class_name,), subject, row.group)


def _compare_place(comparison, teaching, row, group, child, pupils):
    name = pupils.refs[child][0].listed
    subject = teaching.words.subject(row.subject, row.place)
    label = teaching.labels.get(group, row.group)
    key = f"place:{child}:{tidy(row.subject)}:{tidy(label)}"
    title = f"{name}, {pupils.refs[child][2]}: {row.subject}"
    change = Change(Kind.GROUPS, State.NEW, key, title, row.place, row)
    standing = comparison.standing.groups.get(group) if isinstance(group, int) else None
    if standing and child in standing.members:
        change.state, change.target = State.SAME, standing.members[child][0]
        comparison.add(change)
        return
    change.values = {
        "group": group,
        "student": child,
        "subject": subject,
        "day": comparison.day if standing and standing.members else first_day_of_year(comparison),
    }
    if former := _former_place(comparison, teaching, group, subject, child):
        was = teaching.labels.get(former.pk, former.name)
        change.state, change.target = State.CHANGED, former.members[child][0]
        change.values["day"] = comparison.day
        change.differences = (Difference("group", "Группа", was, label),)
        change.note = f"с {told(comparison.day)}"
    else:
        change.note = label
    comparison.add(change)


def _former_place(comparison, teaching, group, subject, child):
    """The standing group of the same subject that the pupil is in."""
    for (_, its), groups in teaching.slots.items():
        if its != subject:
            continue
        for other in groups.values():
            standing = comparison.standing.groups.get(other)
            if standing and other != group and child in standing.members:
                return standing
    return None
