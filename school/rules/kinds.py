"""What a lesson counts as and owes, by its kind and by what is not kept in its journal (2.5–2.8).
Pure."""

import datetime
from collections.abc import Collection, Iterable
from typing import NamedTuple

from .spans import Span, covers


class Owed(NamedTuple):
    """Whether a lesson counts among those of its class (2.8), and what is a duty in it; the names
    are those of `models.kinds.Owing`."""

    counts_as_lessons: bool = True
    owes_attendance: bool = True
    owes_topic: bool = True
    owes_homework: bool = True
    owes_marks: bool = True


class Exempt(NamedTuple):
    """That on some days there is no duty (a name of Owed) in a journal (id) or a parallel (its
    number): exactly one of the two."""

    duty: str
    parallel: int | None
    journal: int | None
    days: Span


def owed(
    of_kind: Owed,
    exemptions: Iterable[Exempt],
    journal: int,
    parallels: Collection[int],
    day: datetime.date,
) -> Owed:
    """What a lesson of a journal (id) owes on a school-local day; `parallels` are those of its
    pupils' classes, of which each has to be without the duty."""
    without = set()
    in_force = [one for one in exemptions if covers([one.days], day)]
    for duty in {one.duty for one in in_force}:
        of_duty = [one for one in in_force if one.duty == duty]
        exempt = {one.parallel for one in of_duty}
        if any(one.journal == journal for one in of_duty) or (
            parallels and exempt.issuperset(parallels)
        ):
            without.add(duty)
    return of_kind._replace(**dict.fromkeys(without, False))
