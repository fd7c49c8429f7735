"""One writing: who writes, what is made so far, what is left out."""

import datetime
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db import models

from school.models import (
    BellSchedule,
    Enrolment,
    GradeScale,
    GradeValue,
    GroupMembership,
    Journal,
    Meaning,
    Room,
    SchoolYear,
    TeachingGroup,
    User,
)
from school.models.history import create_with_history, update_with_history
from school.models.kinds import usual_kind

from ...changes import Change, Implied, Ref, Review, State
from ...models import Import
from ...refusals import NOT_MADE

# In the order in which one needs the other.
IMPLIED = ("year", "schedule", "room", "group", "journal")
REFERS = ("school_class", "group", "subject")  # the values of an implied thing that are a Ref
# A school that has answered nothing about scales marks by this one.
FIVE_POINTS = (
    ("5", "отлично", 5, Meaning.EXCELLENT),
    ("4", "хорошо", 4, Meaning.GOOD),
    ("3", "удовлетворительно", 3, Meaning.SATISFACTORY),
    ("2", "неудовлетворительно", 2, Meaning.INSUFFICIENT),
)


@dataclass
class Writing:
    """`made` {Ref: primary key} of what was new; `logins` {key of a change: login}. `touched`: the
    users whose rights may be others, `regrouped`: whether pupils or journals came or moved, which
    bears on class teachers; `rooms` and `days` are for the lessons that follow."""

    of: Import
    person: User
    review: Review
    tick: Callable[[int], None] = lambda done: None
    made: dict[Ref, int] = field(default_factory=dict)
    logins: dict[str, str] = field(default_factory=dict)
    left_out: dict[str, str] = field(default_factory=dict)  # {key of a change: why}
    notes: list[str] = field(default_factory=list)
    touched: set[int] = field(default_factory=set)
    regrouped: bool = False

    def key(self, ref: Ref | None) -> Any:
        """The primary key that a Ref is of by now; None of none."""
        return self.made[ref] if isinstance(ref, str) else ref

    def touch(self, *users: int | None) -> None:
        self.touched |= {user for user in users if user is not None}

    def is_there(self, ref: Any) -> bool:
        return not isinstance(ref, str) or ref in self.made or ref in self.review.implied

    def leave_out(self, change: Change, why: str) -> None:
        self.left_out[change.key] = why

    def create(self, rows: Sequence[models.Model]) -> None:
        if rows:
            create_with_history(type(rows[0]), rows, self.person)

    def update(self, rows: Sequence[models.Model], fields: Iterable[str]) -> None:
        if rows:
            update_with_history(type(rows[0]), rows, list(fields), self.person)

    def update_each(self, changed: Iterable[tuple[models.Model, Iterable[str]]]) -> None:
        """Rows (one model) with the fields that each has other: together those that are alike."""
        alike: dict[tuple[str, ...], list[models.Model]] = defaultdict(list)
        for row, fields in changed:
            if names := tuple(sorted(set(fields))):
                alike[names].append(row)
        for names, rows in alike.items():
            self.update(rows, names)

    # --- what is implied ---

    def need(self, changes: Iterable[Change], *names: str) -> list[Change]:
        """Of changes those whose values `names` can be written, what is implied by them made; the
        others are left out, because what they refer to is."""
        able, wanted = [], set()
        for change in changes:
            refs = {change.values.get(name) for name in names}
            refs |= self._implied_by(refs)
            if all(map(self.is_there, refs)):
                able.append(change)
                wanted |= {ref for ref in refs if isinstance(ref, str) and ref not in self.made}
            else:
                self.leave_out(change, NOT_MADE)
        self._make(wanted)
        return able

    def _implied_by(self, refs):
        """All that implied things refer to in their turn."""
        found: set[str] = set()
        waiting = [ref for ref in refs if isinstance(ref, str)]
        while waiting:
            ref = waiting.pop()
            implied = self.review.implied.get(ref)
            if ref in self.made or implied is None:
                continue
            values = [implied.values.get(name) for name in REFERS]
            values += implied.values.get("whole", ())
            more = {one for one in values if isinstance(one, str)}
            waiting += more - found
            found |= more
        return found

    def _make(self, refs):
        makers = {
            "year": self._make_years,
            "schedule": self._make_schedules,
            "room": self._make_rooms,
            "group": self._make_groups,
            "journal": self._make_journals,
        }
        for what in IMPLIED:
            found = {
                ref: self.review.implied[ref]
                for ref in sorted(refs)
                if ref in self.review.implied and self.review.implied[ref].what == what
            }
            if found:
                makers[what](found)

    def _made(self, refs, rows):
        self.create(rows)
        self.made.update({ref: row.pk for ref, row in zip(refs, rows, strict=True)})

    def _make_years(self, found: dict[str, Implied]) -> None:
        self._made(found, [SchoolYear(**one.values) for one in found.values()])
        self.of.year_id = self.made["year"]

    def _make_schedules(self, found: dict[str, Implied]) -> None:
        self._made(found, [BellSchedule(**one.values) for one in found.values()])

    def _make_rooms(self, found: dict[str, Implied]) -> None:
        self._made(found, [Room(**one.values) for one in found.values()])

    def _make_groups(self, found: dict[str, Implied]) -> None:
        rows = []
        for one in found.values():
            its_class = self.key(one.values["school_class"])
            kind = TeachingGroup.Kind.CLASS if its_class else TeachingGroup.Kind.SUBGROUP
            rows.append(
                TeachingGroup(
                    kind=kind,
                    year_id=self.key(self.of.year_id),
                    name=one.values["name"],
                    school_class_id=its_class,
                )
            )
        self._made(found, rows)
        self.regrouped = True
        for row, one in zip(rows, found.values(), strict=True):
            if whole := one.values.get("whole"):
                self._seat_all(row, [self.key(ref) for ref in whole], one.values["day"])

    def _seat_all(self, group, classes, day):
        """Whole classes taught together: all of their pupils."""
        there = Enrolment.objects.filter(school_class__in=classes).order_by("starts_on")
        rows = {
            one.student_id: GroupMembership(
                group=group,
                student_id=one.student_id,
                starts_on=max(day, one.starts_on),
                ends_on=one.ends_on,
            )
            for one in there
            if one.ends_on is None or one.ends_on >= day
        }
        self.create(list(rows.values()))

    def _make_journals(self, found: dict[str, Implied]) -> None:
        kind = usual_kind()
        rows = [
            Journal(
                group_id=self.key(one.values["group"]),
                subject_id=self.key(one.values["subject"]),
                scale_id=one.values["scale"] or self._five_points(),
                period_kind=one.values["period_kind"],
                lesson_kind_id=kind,
            )
            for one in found.values()
        ]
        self._made(found, rows)
        self.regrouped = True

    def _five_points(self):
        if "scale" not in self.made:
            scale = GradeScale(name="Пятибалльная")
            self.create([scale])
            self.create(
                [
                    GradeValue(
                        scale=scale,
                        text=text,
                        title=title,
                        points=points,
                        meaning=meaning,
                        position=position,
                    )
                    for position, (text, title, points, meaning) in enumerate(FIVE_POINTS)
                ]
            )
            self.made["scale"] = scale.pk
        return self.made["scale"]


def new(changes: Iterable[Change]) -> list[Change]:
    return [one for one in changes if one.state is State.NEW]


def changed(changes: Iterable[Change]) -> list[Change]:
    return [one for one in changes if one.state is State.CHANGED]


def gone(changes: Iterable[Change]) -> list[Change]:
    return [one for one in changes if one.state is State.GONE]


def set_values(row: models.Model, values: dict[str, Any], names: Iterable[str]) -> list[str]:
    """Set those of the names that the values have; returns them."""
    found = [name for name in names if name in values]
    for name in found:
        setattr(row, name, values[name])
    return found


def day_of(change: Change) -> datetime.date:
    day: datetime.date = change.values["day"]
    return day
