"""Late entries follow the facts.

The facts are when a duty was due and when it was done. A `LateEntry` is their projection for the
lists: a row for each duty done late or not yet done in spite of being due. `watch.sweep` finds the
newly overdue every few minutes; `recheck` makes the rows of some lessons equal to the facts at
once, when somebody enters late or a due instant moves.
"""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Any

from django.db import models, transaction
from django.db.models import Exists, F, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from school.models import PeriodLock

from ..models import LateEntry
from ..queries.duties import OF_SHEETS, duties, with_closed_period
from ..queries.duty import Duty


def drop_closed(entries: QuerySet[LateEntry], now: datetime.datetime) -> int:
    """Of a queryset of LateEntries just found drop those that can't be done (4.2), before anybody
    has seen them; returns how many. Looking at what was found costs less than asking of each."""
    if not PeriodLock.objects.exists():
        return 0
    found = with_closed_period(entries, now).filter(closed_period__isnull=False)
    closed = LateEntry.objects.filter(pk__in=set(found.values_list("pk", flat=True)))
    # And no trace in the history; of no keys at all Django asks nothing, and tells None.
    return closed._raw_delete(closed.db) or 0


COLUMNS = (
    "kind",
    "object_id",
    "lesson_id",
    "journal_id",
    "due_at",
    "settled_at",
    "found_at",
    "excuse",
)


def entry_values(duty: Duty, moment: Value) -> tuple[Any, ...]:
    """What a row of LateEntry, found at a `moment` (expression), takes from the duty's row, in the
    order of COLUMNS."""
    nothing = Value(None, output_field=models.BigIntegerField())
    lesson, journal = ((way and F(way)) or nothing for way in (duty.lesson, duty.journal))
    values = (F("pk"), lesson, journal, F(duty.due), F(duty.done))
    return (Value(duty.kind), *values, moment, Value(""))


@transaction.atomic
def recheck(lessons: Iterable[int], now: datetime.datetime | None = None) -> None:
    """Make the late entries of these lessons (ids) equal to the facts: new ones are found, unless a
    closed period keeps them from being done, moved and settled ones follow, and those that were
    never due vanish, with a trace in the history."""
    lessons = list(lessons)
    of_lessons = [duty for duty in duties().values() if duty.lesson]
    kinds = [duty.kind for duty in of_lessons]
    found = defaultdict(list)
    for entry in LateEntry.objects.filter(kind__in=kinds, lesson__in=lessons):
        found[entry.kind].append(entry)
    for duty in of_lessons:
        _recheck(duty, found[duty.kind], {f"{duty.lesson}__in": lessons}, now)


@transaction.atomic
def recheck_rows(kind: str, keys: Iterable[int], now: datetime.datetime | None = None) -> None:
    """The same for the rows (keys) that carry duties of one kind."""
    duty = duties()[kind]
    keys = list(keys)
    entries = LateEntry.objects.filter(kind=kind, object_id__in=keys)
    _recheck(duty, entries, {"pk__in": keys}, now)


def recheck_sheets(keys: Collection[int], now: datetime.datetime | None = None) -> None:
    """The same for GradeSheets, of whatever kind."""
    for kind in OF_SHEETS:
        recheck_rows(kind, keys, now)


def _recheck(duty, entries, of_rows, now):
    now = now or timezone.now()
    rows = duty.late(now).filter(**of_rows).order_by()
    moment = Value(now, output_field=models.DateTimeField())
    facts = (
        dict(zip(COLUMNS, values, strict=True))
        for values in rows.values_list(*entry_values(duty, moment))
    )
    late = {fact["object_id"]: fact for fact in facts}
    moved = []
    for entry in entries:
        fact = late.pop(entry.object_id, None)
        if fact is None:
            entry.delete()
        elif (entry.due_at, entry.settled_at) != (fact["due_at"], fact["settled_at"]):
            entry.due_at, entry.settled_at = fact["due_at"], fact["settled_at"]
            moved.append(entry)
    # Who settled it and when stands in the history of the duty itself.
    LateEntry.objects.bulk_update(moved, ["due_at", "settled_at"])
    LateEntry.objects.bulk_create(
        [LateEntry(**fact) for fact in late.values()], ignore_conflicts=True
    )
    if late:
        new = Q(kind=duty.kind, object_id__in=late)
        drop_closed(LateEntry.objects.filter(new), now)
        excuse_again(new)


def excuse_again(which: Q) -> None:
    """Of the new LateEntries (Q) those that had vanished excused are excused as they were, by whom
    and when: a lesson cancelled and restored takes no excuse away. What a person had withdrawn
    before stays withdrawn."""
    entries = LateEntry.objects.filter(which, excuse="")
    same = entries.filter(kind=OuterRef("kind"), object_id=OuterRef("object_id"))
    excuse = ("excuse", "excused_by", "excused_at", "self_judged")
    rows = LateEntry.history.filter(Exists(same)).order_by("history_id")
    last = {
        (kind, key): said
        for kind, key, *said in rows.values_list("kind", "object_id", "history_type", *excuse)
    }
    given = defaultdict(list)
    for (kind, key), (history_type, why, *who) in last.items():
        if history_type == "-" and why:
            given[kind, why, *who].append(key)
    for (kind, *said), keys in given.items():
        found = entries.filter(kind=kind, object_id__in=keys)
        found.update(**dict(zip(excuse, said, strict=True)))
