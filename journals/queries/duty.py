"""What a duty is that the watch knows, and what is told of one that was late."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Q, QuerySet

from school.compiled import Given
from school.models import Period
from school.models.due import late_q

from ..models import LateEntry


@dataclass(frozen=True)
class Told:
    """What a late entry is about: `about` the journal or person, `place` the lesson or period,
    `what` was due; `holders` (user ids) had the duty, where nobody had, `answers` says who answers;
    `url` is where it is done."""

    about: str
    place: str
    what: str
    holders: list[int]
    url: str
    answers: str = "учитель не назначен"


@dataclass(frozen=True)
class Duty:
    """A duty that the watch knows: rows of `model` carry its due instant in the column `due` and
    the instant it was done in `done`; `lesson` and `journal` are the ways to both from there, None
    where there is none; `of` (Q) are the rows that it is about where not all are.

    `tell` takes LateEntries (with lesson, slot, journal, group and subject loaded) and returns
    {entry's key: Told}; duties that share it are told together. `held_by` takes a person (id) and
    the queryset of LateEntries of the kind, and returns Q for those of which Told has that person
    among its holders; None where none is any teacher's. `closed`, of rows without a lesson, takes
    an instant and the keys that are asked about (a queryset), and returns a queryset of those that
    a closed period keeps from being done, `closed_period` being its id. `lacking`, of a duty that
    lessons know nothing of, takes a Period and returns {journal id: how many are not done}."""

    kind: str
    name: str
    clause: str
    model: type[Any]
    due: str
    done: str
    tell: Callable[[list[LateEntry]], dict[int, Told]]
    held_by: Callable[[int, QuerySet[LateEntry]], Q] | None = None
    lesson: str | None = "pk"
    journal: str | None = "journal"
    of: Q = field(default_factory=Q)
    closed: Callable[[datetime.datetime, QuerySet[Any]], QuerySet[Any]] | None = None
    lacking: Callable[[Period], dict[int, int]] | None = None

    def late(self, now: datetime.datetime | Given) -> QuerySet[Any]:
        """The model's rows that are late at an instant."""
        late = late_q(self.due, self.done)
        return self.model.objects.filter(late, self.of, **{f"{self.due}__lt": now})


def anchor(kind: str, lesson_id: int) -> str:
    """Names the place on the journal's page where a duty of a lesson is done."""
    return f"{kind}-{lesson_id}"
