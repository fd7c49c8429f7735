"""Cells of the load, or places in groups, are taken back at once by who has just written them.

What of it stands, whether something was written on top and how rows come to stand as before is told
by `undoing`, as of an import. Apart from an import it is a page's deed: its maker's own, without a
row that tells its state, and in the middle of a year; so what is written in journals with lessons
is saved one by one, for of each follows at once who teaches there and what is owed. No lessons come
by it: any in a journal that it made are somebody's work.
"""

import datetime
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import models, transaction
from django.db.models import Min

from attendance.refusals import Refused
from school.actions.drafts import hold_years
from school.models import (
    CurriculumHours,
    GroupMembership,
    Journal,
    Lesson,
    TeachingAssignment,
    TeachingGroup,
    User,
)
from school.models.history import originating
from school.projection import sync

from ..queries.workload import with_lessons
from ..queries.written import Written, of_model, written_by
from .touched import class_teachers
from .undoing import back_of, refusal_of_written, stand_as_before

# What such a deed writes, each before what it refers to.
WRITES: tuple[type[models.Model], ...] = (
    TeachingAssignment,
    GroupMembership,
    CurriculumHours,
    Journal,
    TeachingGroup,
)
INSTEAD = "Исправьте клетки по одной."
NOTHING = "Возвращать нечего: это уже возвращено."


@dataclass(frozen=True)
class PageDeed:
    """What a page wrote at once, by its `origin` in the histories: see `queries.written.Deed`."""

    origin: str
    began: datetime.datetime | None
    after = "с тех пор"


@transaction.atomic
def take_back(origin: str, person: User) -> None:
    """Make undone what the histories have of a deed, by its origin: rows made by it go, rows that
    it changed or took away are as before. Whole or nothing; Refused if anything was written on top
    since, or the deed is another person's."""
    hold_years()
    one = _own(origin, person)
    found = written_by(one, WRITES)
    if told := refusal_of_written(one, found, INSTEAD):
        raise Refused(told)
    if Lesson.objects.filter(journal__in=of_model(found, Journal).new).exists():
        raise Refused(f"Вернуть нельзя: {one.after} в журналах уже работали. {INSTEAD}")
    quiet = _without_lessons(found)
    concerned = _concerned(found)
    with originating(back_of(one)):
        stand_as_before(found, person, quiet)
    sync(sorted(concerned | _concerned(found)))


def _own(origin: str, person: User) -> PageDeed:
    began = []
    for model in WRITES:
        history: Any = model.history  # type: ignore[attr-defined]
        if history.filter(history_change_reason=back_of(PageDeed(origin, None))).exists():
            raise Refused(NOTHING)
        said = history.filter(history_change_reason=origin)
        if said.exclude(history_user=None).exclude(history_user=person).exists():
            raise Refused(NOTHING)
        began.append(said.aggregate(first=Min("history_date"))["first"])
    return PageDeed(origin, min(filter(None, began), default=None))


def _rows(found: Sequence[Written], model: Any) -> list[Any]:
    """Of a model all that the deed touched, as it stands and as it was."""
    its = of_model(found, model)
    return [*its.rows, *its.before]


def _without_lessons(found: Sequence[Written]) -> "_Quiet":
    groups = {row.group_id for row in _rows(found, GroupMembership)}
    journals = {row.journal_id for row in _rows(found, TeachingAssignment)}
    journals |= {row.id for row in _rows(found, Journal)}
    of_groups = dict(Journal.objects.filter(group__in=groups).values_list("pk", "group"))
    held = with_lessons({*journals, *of_groups})
    return _Quiet(held, {of_groups[pk] for pk in held if pk in of_groups})


class _Quiet:
    """From which rows nothing follows but rights, so that they are written in bulk: those of
    journals without lessons."""

    def __init__(self, journals: Collection[int], groups: Collection[int]) -> None:
        self.journals, self.groups = journals, groups

    def __call__(self, row: Any) -> bool:
        if isinstance(row, TeachingAssignment):
            return row.journal_id not in self.journals
        if isinstance(row, GroupMembership):
            return row.group_id not in self.groups
        return not isinstance(row, Journal) or row.pk not in self.journals


def _concerned(found: Sequence[Written]) -> set[int]:
    """The ids of those whose rights it bears on."""
    teachers = {row.teacher_id for row in _rows(found, TeachingAssignment)}
    years = {row.year_id for row in _rows(found, TeachingGroup)}
    groups = {row.group_id for model in (Journal, GroupMembership) for row in _rows(found, model)}
    years |= set(TeachingGroup.objects.filter(pk__in=groups).values_list("year", flat=True))
    return teachers | class_teachers(years)
