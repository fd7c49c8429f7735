"""Pupils are put into groups and moved between them.

Whoever calls has asked whether the person sets the school up. Where lessons were held already a
pupil goes tomorrow, by the move that leaders have; what that is refused for is not told: it would
tell of marks.
"""

import datetime
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import ProtectedError

from attendance.refusals import Refused
from journals.actions.pupil_moves import Answers, move_pupil
from journals.queries.pupil_moves import move_plan
from school.actions.drafts import hold_year
from school.models import GroupMembership, Journal, SchoolClass, SchoolYear, User
from school.models.history import create_with_history, delete_with_history, originating
from school.projection import sync
from school.rules.spans import ONE_DAY

from ..queries.groups import Groups, Pupil, Seat, Split, groups_of, labels_before
from ..queries.workload import with_lessons
from ..splitting import Way, as_before, by_alphabet, by_sex
from .touched import class_teachers
from .workload import new_deed

NOT_BY_ADMIN = (
    "Отсюда перевести нельзя: в группе уже идут уроки. Перевод делает заместитель директора на "
    "странице ученика."
)


@dataclass(frozen=True)
class Move:
    """That a pupil (id) goes to a group `to` of a Split (its key in his class), None: to none.
    `was`: where he was when that was said."""

    student: int
    split: int
    was: int | None
    to: int | None


@dataclass
class Placed:
    """What became of Moves: how many pupils were put elsewhere, {(pupil, split): why not} in
    Russian, those that somebody else had moved meanwhile, and the name by which all can be taken
    back."""

    deed: str
    count: int = 0
    refused: dict[tuple[int, int], str] = field(default_factory=dict)
    moved_meanwhile: set[tuple[int, int]] = field(default_factory=set)


@transaction.atomic
def place(
    year: SchoolYear, school_class: SchoolClass, moves: Sequence[Move], person: User
) -> Placed:
    """Put pupils of a class where Moves say, as one deed; what can't be done is told, the rest is
    done."""
    hold_year(year)
    groups = groups_of(year)
    splits = {one.key: one for one in groups.splits[school_class.pk]}
    pupils = {one.student.pk: one for one in groups.pupils.get(school_class.pk, ())}
    placed = Placed(new_deed("группы"))
    seating = _Seating(groups, person)
    with originating(placed.deed):
        for move in moves:
            split, pupil = splits.get(move.split), pupils.get(move.student)
            if split is None or pupil is None or move.to not in (None, *split.groups):
                raise Refused("Таких групп уже нет: откройте страницу ещё раз.")
            now = pupil.group_in(split)
            if now == move.to:
                continue
            if now != move.was:
                placed.moved_meanwhile.add((move.student, move.split))
                continue
            try:
                seating.move(pupil, split, move.to)
                placed.count += 1
            except Refused as error:
                placed.refused[move.student, move.split] = str(error)
        seating.done()
    return placed


@transaction.atomic
def split_up(
    year: SchoolYear,
    person: User,
    way: Way,
    school_class: int | None = None,
    key: int | None = None,
) -> Placed:
    """Put every pupil who is in no group of a Split into one, in one way: of one Split of a class,
    or of all that the workload parts. Who has a group keeps it."""
    hold_year(year)
    groups = groups_of(year)
    before = {}
    if way is Way.LAST_YEAR:
        before = labels_before(year, [name for name, *_ in groups.load.named_subjects.values()])
    placed = Placed(new_deed("группы"))
    seating = _Seating(groups, person)
    with originating(placed.deed):
        for one, splits in groups.splits.items():
            for split in splits:
                is_asked = key is None or (one, split.key) == (school_class, key)
                if is_asked and split.is_needed:
                    placed.count += _split(groups, one, split, way, before, seating)
        seating.done()
    return placed


def _split(
    groups: Groups,
    school_class: int,
    split: Split,
    way: Way,
    before: Mapping[tuple[int, int], str],
    seating: "_Seating",
) -> int:
    pupils = groups.pupils.get(school_class, ())
    kept = {
        one.student.pk: split.groups.index(group)
        for one in pupils
        if (group := one.group_in(split)) is not None
    }
    wanting = [one for one in pupils if groups.wants(one, split)]
    chosen = _chosen(wanting, split, way, before, kept)
    count = 0
    for one in wanting:
        if (place := chosen.get(one.student.pk)) is not None:
            seating.move(one, split, split.groups[place])
            count += 1
    return count


def _chosen(
    wanting: Sequence[Pupil],
    split: Split,
    way: Way,
    before: Mapping[tuple[int, int], str],
    kept: Mapping[int, int],
) -> dict[int, int]:
    keys = [one.student.pk for one in wanting]
    if way is Way.SEX:
        sexes = {one.student.pk: one.student.sex for one in wanting}
        return by_sex(keys, sexes, split.labels, kept)
    if way is Way.LAST_YEAR:
        places = {label: place for place, label in enumerate(split.labels)}
        was = {
            student: places[before[student, subject]]
            for student in keys
            for subject in split.subjects
            if before.get((student, subject)) in places
        }
        return as_before(keys, was, len(split.columns), kept)
    return by_alphabet(keys, len(split.columns), kept)


class _Seating:
    """Memberships of one deed: in bulk where no lesson was held, else one by one."""

    def __init__(self, groups: Groups, person: User) -> None:
        self.groups, self.person = groups, person
        self.day, self.year = groups.load.day, groups.load.year
        journals = dict(Journal.objects.filter(group__year=self.year).values_list("pk", "group"))
        self.held = {journals[pk] for pk in with_lessons(journals)}
        self.new: list[GroupMembership] = []
        self.gone: list[int] = []

    def move(self, pupil: Pupil, split: Split, to: int | None) -> None:
        """Refused where it can't be done."""
        group = pupil.group_in(split)
        seat = pupil.seats[group] if group else None
        if seat is None:
            self._join(pupil, to, self.day if to in self.held else None)
        elif seat.group in self.held:
            self._move_by_leaders_rules(pupil, split, seat, to)
        else:
            self.gone.append(seat.pk)
            self._join(pupil, to, self.day if to in self.held else None)

    def _join(self, pupil: Pupil, to: int | None, day: datetime.date | None) -> None:
        """From a day on, None: since the year began or the pupil came."""
        if to is None:
            return
        first = day or max(self.year.starts_on, pupil.since)
        row = GroupMembership(group_id=to, student=pupil.student, starts_on=first)
        if day is None:
            self.new.append(row)
            return
        try:
            row.full_clean()
        except ValidationError:
            raise Refused(NOT_BY_ADMIN) from None
        row.save()

    def _move_by_leaders_rules(
        self, pupil: Pupil, split: Split, seat: Seat, to: int | None
    ) -> None:
        row = GroupMembership.objects.get(pk=seat.pk)
        tomorrow = self.day + ONE_DAY
        try:
            with transaction.atomic():
                if row.starts_on >= self.day:
                    row.delete()
                    self._join(pupil, to, self.day)
                elif to in self._offered(pupil, tomorrow):
                    its = SchoolClass.objects.select_related("year").get(pk=pupil.school_class)
                    wanted = dict.fromkeys(split.subjects, to)
                    move_pupil(pupil.student, its, its, tomorrow, Answers(groups=wanted))
                else:
                    row.ends_on = self.day
                    row.save()
                    self._join(pupil, to, tomorrow)
        except (Refused, ProtectedError):
            raise Refused(NOT_BY_ADMIN) from None

    def _offered(self, pupil: Pupil, day: datetime.date) -> set[int]:
        """The groups that a move would offer: those that pupils of the class have already."""
        its = SchoolClass.objects.select_related("year").get(pk=pupil.school_class)
        plan = move_plan(pupil.student, its, day)
        return {one.pk for choice in plan.groups for one in choice.others}

    def done(self) -> None:
        rows = list(GroupMembership.objects.filter(pk__in=self.gone))
        delete_with_history(GroupMembership, rows)
        create_with_history(GroupMembership, _not_twice(self.new), self.person)
        sync(sorted(class_teachers([self.year.pk])))


def _not_twice(rows: Iterable[GroupMembership]) -> list[GroupMembership]:
    """Who was in the same group before begins after that."""
    made = []
    found = list(rows)
    former = GroupMembership.objects.filter(
        group__in={one.group_id for one in found}, ends_on__isnull=False
    )
    ended: dict[tuple[int, int], datetime.date] = {}
    for group, student, ends_on in former.values_list("group", "student", "ends_on"):
        key = (group, student)
        if ends_on:
            ended[key] = max(ended.get(key, ends_on), ends_on)
    for row in found:
        if last := ended.get((row.group_id, row.student_id)):
            row.starts_on = max(row.starts_on, last + ONE_DAY)
        made.append(row)
    return made
