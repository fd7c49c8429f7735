"""What every comparison needs: the batch, what stands, the answers, and the review that grows."""

import datetime
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from ..answers import NO
from ..batch import Batch, Kind, Place, Problem
from ..changes import Change, Difference, Implied, Ref, Review, State
from ..queries.standing import Standing


def told(value: Any) -> str:
    """A value as a person reads it."""
    if value is None:
        return ""
    if isinstance(value, datetime.date):
        return f"{value:%d.%m.%Y}"
    if isinstance(value, datetime.time):
        return f"{value:%H:%M}"
    if hasattr(value, "as_tuple"):  # Decimal
        return f"{value.normalize():f}".replace(".", ",")
    return str(value)


def whence(place: Place) -> str:
    """«лист «6Б», строка 14»."""
    sheet = f"лист «{place.source.sheet}», " if place.source.sheet else ""
    return f"{sheet}строка {place.row}"


def day_of(answers: Mapping[str, str], key: str, usual: datetime.date) -> datetime.date:
    """The day that was answered, «2026-09-01»; else the usual one."""
    try:
        return datetime.date.fromisoformat(answers.get(key, ""))
    except ValueError:
        return usual


@dataclass
class Comparison:
    """One comparison. `made` is {Ref of what a change or an implied thing makes: its name}."""

    batch: Batch
    standing: Standing
    answers: Mapping[str, str]
    review: Review = field(default_factory=Review)
    keys: set[str] = field(default_factory=set)

    @property
    def first_day(self) -> datetime.date:
        """The first day of the year, or today where none stands."""
        year = self.standing.year
        return year.starts_on if year else self.standing.today

    @property
    def day(self) -> datetime.date:
        """From which day on what changes is so: today, before the year its first day."""
        return day_of(self.answers, "day", max(self.standing.today, self.first_day))

    def rows(self, kind: Kind) -> list[Any]:
        return self.batch.rows.get(kind, [])

    def wrong(
        self, kind: Kind, row: Any, name: str, written: str, why: str, way_out: str = ""
    ) -> None:
        self.review.wrong(Problem(row.place, name, written, why, way_out), kind)

    def imply(self, key: str, what: str, **values: Any) -> str:
        self.review.implied.setdefault(key, Implied(what, values))
        return key

    def is_taken(self, key: str) -> bool:
        return self.answers.get(f"take:{key}") != NO

    def free_key(self, key: str) -> str:
        """A key that no change has yet: of two equal ones the second gets a number."""
        number, free = 2, key
        while free in self.keys:
            free, number = f"{key}#{number}", number + 1
        self.keys.add(free)
        return free

    def add(self, change: Change) -> Change:
        """Take a change in, with what was unticked."""
        change.key = self.free_key(change.key)
        change.is_taken = change.is_taken and self.is_taken(change.key)
        taken = {
            one.field
            for one in change.differences
            if self.answers.get(f"take:{change.key}:{one.field}") != NO
        }
        change.differences = tuple(
            replace(one, is_taken=one.field in taken) for one in change.differences
        )
        if change.state is State.CHANGED:
            fields = {one.field for one in change.differences}
            change.values = {
                name: value
                for name, value in change.values.items()
                if name in taken or name not in fields
            }
        self.review.changes.append(change)
        return change

    def beside(
        self,
        change: Change,
        fields: Iterable[tuple[str, str, Any, Any]],
        texts: Mapping[str, tuple[str, str]] | None = None,
    ) -> Change:
        """Add a change of something that stands: SAME, or CHANGED by its (field, label, was,
        becomes). Nothing said («» or None) changes nothing. `texts` {field: (was, becomes)} where
        people read something else than the value."""
        differences, values = [], dict(change.values)
        for name, label, was, becomes in fields:
            if becomes in ("", None) or becomes == was:
                continue
            shown = (texts or {}).get(name) or (told(was), told(becomes))
            differences.append(Difference(name, label, *shown))
            values[name] = becomes
        change.differences, change.values = tuple(differences), values
        change.state = State.CHANGED if differences else State.SAME
        return self.add(change)


def is_new(ref: Ref | None) -> bool:
    return isinstance(ref, str)
