"""What the cells of the workload are made of: groups, journals, assignments, written together.

In journals without lessons nothing follows from them but rights: there they are written in bulk,
and simply put right. Where lessons were held one assignment ends and another begins today, and what
follows from that is set right by the signals of each row.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

from attendance.refusals import Refused
from school.kept import is_kept, refusal
from school.models import (
    GradeScale,
    GroupMembership,
    Journal,
    Period,
    TeachingAssignment,
    TeachingGroup,
    User,
)
from school.models.dated import Dated
from school.models.history import (
    create_with_history,
    delete_with_history,
    update_with_history,
)
from school.models.kinds import usual_kind
from school.rules.spans import ONE_DAY

from .. import defaults
from ..naming import GroupName
from ..queries.workload import CellJournal, Key, Workload
from ..resolving import Wanted
from ..workload_cells import long_label

NO_SCALE = "Сначала заведите шкалу оценивания: журнал без неё не создать."


class CellWriting:
    """One deed's writes. `held`: the ids of the journals in which lessons were held."""

    def __init__(self, load: Workload, held: Collection[int], person: User) -> None:
        self.load, self.held, self.person = load, held, person
        self.teachers: set[int] = set()
        self.groups: list[TeachingGroup] = []
        self.journals: list[Journal] = []
        self.new: list[TeachingAssignment] = []
        self.changed: list[TeachingAssignment] = []
        self.removed: list[TeachingAssignment] = []
        self.left: list[CellJournal] = []
        self.lookup = _Lookup(load)
        self.done_places: set[int] = set()  # a group of two classes stands in the cells of both

    def cell(self, key: Key, wanted: Iterable[Wanted]) -> None:
        """A cell (class, subject) becomes these groups."""
        kept = set()
        stand = {place.journal: place for place in self.load.cells.get(key, ())}
        for one in wanted:
            if one.place is None:
                if one.taught or not one.is_whole:
                    self._begin(key, one)
                continue
            if one.taught or not one.is_whole:
                kept.add(one.place.journal)
            self._assign(stand[one.place.journal], one.taught)
        for place in stand.values():
            if place.journal not in kept and not place.is_over:
                self._assign(place, {})
                self.left.append(place)

    def _begin(self, key: Key, one: Wanted) -> None:
        school_class, subject = key
        group = self.lookup.group(school_class, subject, one.label)
        if group.pk is None and group not in self.groups:
            self.groups.append(group)
        journal = self.lookup.journal(group, school_class, subject)
        self.journals.append(journal)
        for teacher, hours in one.taught.items():
            self._add(journal, teacher, hours, self.load.year.starts_on)

    def _add(self, journal: Any, teacher: int, hours: Decimal | None, day: datetime.date) -> None:
        self.teachers.add(teacher)
        self.new.append(
            TeachingAssignment(
                **(
                    {"journal": journal}
                    if isinstance(journal, Journal)
                    else {"journal_id": journal}
                ),
                teacher_id=teacher,
                hours=hours,
                starts_on=day,
            )
        )

    def _assign(self, place: CellJournal, taught: dict[int, Decimal | None]) -> None:
        """Those who teach a journal that stands become these."""
        if place.journal in self.done_places:
            return
        self.done_places.add(place.journal)
        rows = self.lookup.rows(place.journal)
        is_held = place.journal in self.held
        standing = {one.teacher: rows[one.pk] for one in place.assigned}
        for teacher, row in standing.items():
            if teacher not in taught:
                self._end(row, is_held)
            elif row.hours != taught[teacher]:
                row.hours = taught[teacher]
                self.changed.append(row)
        for teacher, hours in taught.items():
            if teacher not in standing:
                self._join(place.journal, rows.values(), teacher, hours, is_held)

    def _end(self, row: TeachingAssignment, is_held: bool) -> None:
        self.teachers.add(row.teacher_id)
        if is_held and row.starts_on < self.load.day:
            row.ends_on = self.load.day - ONE_DAY
            self.changed.append(row)
        else:
            self.removed.append(row)

    def _join(
        self,
        journal: int,
        rows: Iterable[TeachingAssignment],
        teacher: int,
        hours: Decimal | None,
        is_held: bool,
    ) -> None:
        """Who has left yesterday goes on."""
        day = self.load.day if is_held else self.load.year.starts_on
        own = [one for one in rows if one.teacher_id == teacher]
        again = [one for one in own if one.ends_on == self.load.day - ONE_DAY]
        if again:
            again[0].ends_on, again[0].hours = None, hours
            self.changed.append(again[0])
            self.teachers.add(teacher)
            return
        ended = [one.ends_on for one in own if one.ends_on and one.ends_on >= day]
        self._add(journal, teacher, hours, max([day, *(one + ONE_DAY for one in ended)]))

    def done(self) -> None:
        """Write it all."""
        self._save(TeachingAssignment, self.removed, delete=True)
        self._save(TeachingAssignment, self.changed)
        create_with_history(TeachingGroup, self.groups, self.person)
        for one in self.journals:
            one.group_id = one.group.pk
        create_with_history(Journal, self.journals, self.person)
        for row in self.new:
            row.journal_id = row.journal_id or row.journal.pk
        self._save(TeachingAssignment, self.new)
        self._close()

    def _save(self, model: type[Dated], rows: list[Any], delete: bool = False) -> None:
        loud = [row for row in rows if row.journal_id in self.held]
        calm = [row for row in rows if row.journal_id not in self.held]
        for row in loud:
            row.delete() if delete else row.save()
        if delete:
            delete_with_history(model, calm)
            return
        new = [row for row in calm if row.pk is None]
        update_with_history(
            model, [row for row in calm if row.pk is not None], ["hours", "ends_on"], self.person
        )
        create_with_history(model, new, self.person)

    def _close(self) -> None:
        """Journals that no cell tells of any more: what never held anything goes, the others stay
        without a teacher, their groups without pupils."""
        unused = [one.journal for one in self.left if one.journal not in self.held]
        gone = _unused(Journal, unused)
        delete_with_history(Journal, gone)
        keys = {one.pk for one in gone}
        others = set(
            Journal.objects.filter(group__in=[one.group for one in self.left])
            .exclude(pk__in=[one.journal for one in self.left])
            .values_list("group", flat=True)
        )
        groups = {one.group for one in self.left if not one.is_whole} - others
        held = {one.group for one in self.left if one.journal in self.held}
        self._empty(groups, held)
        lost = {one.group for one in self.left if one.journal in keys} & groups
        delete_with_history(TeachingGroup, _unused(TeachingGroup, lost))

    def _empty(self, groups: Collection[int], held: Collection[int]) -> None:
        day = self.load.day
        rows = GroupMembership.objects.filter(group__in=groups).select_related("group")
        for row in rows:
            if row.ends_on and row.ends_on < day:
                continue
            if row.starts_on >= day or not (row.group_id in held or is_kept(row)):
                row.delete()
            else:
                row.ends_on = day - ONE_DAY
                row.save()


def _unused(model: Any, keys: Collection[int]) -> list[Any]:
    """Of the rows (ids) of a model those that nothing refers to, nor ever did."""
    if not keys:
        return []
    rows = list(model.objects.filter(pk__in=keys))
    if not _is_used(model, [row.pk for row in rows]):
        return rows
    return [row for row in rows if not _is_used(model, [row.pk])]


def _is_used(model: Any, keys: Collection[int]) -> bool:
    """Whether anything refers to rows (ids) of a model, or did, that an empty one does not have."""
    for relation in model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        related = relation.related_model
        if related._meta.object_name.startswith("Historical"):
            continue
        if related._base_manager.filter(**{f"{relation.field.name}__in": keys}).exists():
            return True
    return refusal(model._base_manager.filter(pk__in=keys)) is not None


class _Lookup:
    """What new groups and journals are made with; each asked for once."""

    def __init__(self, load: Workload) -> None:
        self.load = load
        groups = TeachingGroup.objects.filter(year=load.year)
        self.names = set(groups.values_list("name", flat=True))
        self.of_class = {one.school_class_id: one for one in groups.exclude(school_class=None)}
        self.kinds = set(Period.objects.filter(year=load.year).values_list("kind", flat=True))
        self.scales = list(GradeScale.objects.values_list("pk", "name"))
        journals = Journal.objects.filter(group__year=load.year)
        self.used = [
            (number, scale)
            for number, scale in journals.values_list("group__school_class__number", "scale")
            if number is not None
        ]
        self.kind = usual_kind()
        self.classes = {one.pk: one for one in load.classes}
        self._rows: dict[int, dict[int, TeachingAssignment]] | None = None

    def rows(self, journal: int) -> dict[int, TeachingAssignment]:
        """{id: TeachingAssignment} of a journal."""
        if self._rows is None:
            self._rows = defaultdict(dict)
            for row in TeachingAssignment.objects.filter(journal__group__year=self.load.year):
                self._rows[row.journal_id][row.pk] = row
        return self._rows.get(journal, {})

    def group(self, school_class: int, subject: int, label: str) -> TeachingGroup:
        """A class's own group, or a new one that a label calls."""
        name = str(self.classes[school_class])
        if not label:
            if school_class not in self.of_class:
                self.of_class[school_class] = TeachingGroup(
                    kind=TeachingGroup.Kind.CLASS,
                    year=self.load.year,
                    name=self._free(name),
                    school_class_id=school_class,
                )
            return self.of_class[school_class]
        said = GroupName((name,), self.load.named_subjects[subject][0], long_label(label))
        return TeachingGroup(
            kind=TeachingGroup.Kind.SUBGROUP, year=self.load.year, name=self._free(str(said))
        )

    def _free(self, name: str) -> str:
        names = [name, *(f"{name[:94]} ({n})" for n in range(2, 100))]
        free = next(one for one in names if one not in self.names)
        self.names.add(free)
        return free

    def journal(self, group: TeachingGroup, school_class: int, subject: int) -> Journal:
        parallel = self.classes[school_class].number
        scale = defaults.scale(parallel, self.scales, self.used)
        if scale is None:
            raise Refused(NO_SCALE)
        return Journal(
            group=group,
            subject_id=subject,
            scale_id=scale,
            lesson_kind_id=self.kind,
            period_kind=defaults.period_kind(parallel, self.kinds),
        )
