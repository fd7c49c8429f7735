"""Lessons of the weekly timetable are moved to another place of it: into the draft."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from ..compiled import Compiled, Given
from ..models import BellSlot, DraftRow, SchoolYear, TimetableDraft, TimetableEntry
from ..models.timetable import Row
from ..queries.timetable import Line, draft_of
from ..rules.days import ONE_WEEK, monday_of
from ..rules.lifting import Spot
from .drafts import hold_year, say, say_instead, start_draft
from .refusals import ScheduleError


class MovedMeanwhile(Exception):
    """Somebody was first; the text is Russian, for the person who moved."""


@dataclass(frozen=True)
class Move:
    """That rows (ids of Lines) go from where they `was` to a place, and those of the `exchange`
    from there to where these were; `draft` is the key of the one that the page showed, None where
    there was none."""

    ids: tuple[str, ...]
    was: Spot
    to: Spot
    exchange: tuple[str, ...] = ()
    draft: int | None = None


@transaction.atomic
def move_rows(year: SchoolYear, move: Move) -> tuple[TimetableDraft, bool]:
    """Write a Move into the draft of a year; (the draft, whether it was begun with this: for the
    next Monday). A Move that is made already changes nothing. MovedMeanwhile where a row stands
    elsewhere by now, or the draft was applied or given up; ScheduleError where the bells lack the
    number, or as for a change of a row."""
    hold_year(year)
    draft = draft_of(year)
    _refuse_other_draft(move.draft, draft)
    _refuse_silent(move.to)
    if {*move.ids} & {*move.exchange}:
        raise ScheduleError("Урок не меняется местами сам с собой.")
    going, coming = (_found(year, draft, ids) for ids in (move.ids, move.exchange))
    if _all_at(going, move.to) and _all_at(coming, move.was):
        if draft is None:
            raise MovedMeanwhile("Этот урок уже стоит там.")
        return draft, False
    for line in [*going, *coming]:
        expected = move.was if line in going else move.to
        if line.goes or line.spot != expected:
            raise MovedMeanwhile(
                f"{line.row.journal}: этот урок тем временем изменили, теперь он: "
                f"{'убран' if line.goes else line.row.hour}."
            )
    begun = draft or _begun(year)
    for line in going:
        _put(begun, line, move.to)
    for line in coming:
        _put(begun, line, move.was)
    return begun, draft is None


def next_monday() -> datetime.date:
    """The day for which a first move begins a draft."""
    return monday_of(timezone.localdate()) + ONE_WEEK


def _begun(year):
    return start_draft(year, next_monday())


def _refuse_other_draft(seen, draft):
    """What the page showed is gone: it was applied, or given up. Another may have begun one where
    there was none: in that one it goes on."""
    if seen is None or (draft and draft.pk == seen):
        return
    former = TimetableDraft.objects.select_related("applied_by").filter(pk=seen).first()
    if former and former.applied_at:
        at = timezone.localtime(former.applied_at)
        raise MovedMeanwhile(f"Черновик тем временем ввели: {former.applied_by}, {at:%d.%m %H:%M}.")
    raise MovedMeanwhile("От этого черновика тем временем отказались.")


def _refuse_silent(spot):
    days = dict(Row.WEEKDAYS)
    if spot.weekday not in days or not _ringing(number=spot.number):
        raise ScheduleError("По звонкам такого урока нет.")


@Compiled
def _ringing() -> QuerySet[BellSlot, Any]:
    return BellSlot.objects.filter(number=Given("number")).order_by().values_list("pk")[:1]


def _found(year, draft, ids):
    """The Lines of these ids, as the draft leaves them. MovedMeanwhile where one is not there."""
    if not ids:
        return []
    entries, coming = ([one[1:] for one in ids if one[0] == kind] for kind in "er")
    own = draft.rows.order_by() if draft else DraftRow.objects.none()
    found = []
    if entries:
        in_force = TimetableEntry.objects.filter(pk__in=entries, journal__group__year=year)
        changes = {one.entry_id: one for one in own.filter(entry__in=entries)}
        found += [Line(one, changes.get(one.pk)) for one in in_force]
    if coming:
        found += [Line(None, one) for one in own.filter(entry=None, pk__in=coming)]
    if len(found) != len(set(ids)):
        raise MovedMeanwhile("Этого урока в расписании уже нет.")
    return found


def _all_at(found, spot):
    return all(line.spot == spot and not line.goes for line in found)


def _put(draft, line, spot):
    said = line.row.says | spot._asdict()
    if line.entry:
        say_instead(draft, line.entry, line.change, said)
    else:
        say(line.change, said)
