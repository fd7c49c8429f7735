"""A deed of the set-up is taken back: what its history says was there before stands again."""

from collections.abc import Collection
from itertools import groupby
from typing import Any

from django.db import models, transaction
from django.db.models import ProtectedError

from attendance.refusals import Refused
from school.actions.drafts import hold_years
from school.kept import refusal
from school.models import (
    CurriculumHours,
    GroupMembership,
    Journal,
    TeachingAssignment,
    TeachingGroup,
    User,
)
from school.models.history import (
    create_with_history,
    delete_with_history,
    originating,
    update_with_history,
)
from school.projection import sync

from ..queries.workload import with_lessons
from .touched import class_teachers

# What is made before another thing that names it; taken away in the other order.
MADE: tuple[type[models.Model], ...] = (
    CurriculumHours,
    TeachingGroup,
    Journal,
    TeachingAssignment,
    GroupMembership,
)
CHANGED_SINCE = "Вернуть нельзя: это тем временем изменили ещё раз. Исправьте клетки по одной."
USED_SINCE = "Вернуть нельзя: после этого в журналах уже работали. Исправьте клетки по одной."
NOTHING = "Возвращать нечего: это уже возвращено."


@transaction.atomic
def take_back(deed: str, person: User) -> None:
    """Make undone what history has of a `deed`, an origin: rows made by it go, rows that it changed
    or took away are as before. Whole or nothing; Refused if anything was changed or used since, or
    the deed is another person's."""
    hold_years()
    found = {model: _touched(model, deed, person) for model in MADE}
    if not any(found.values()):
        raise Refused(NOTHING)
    quiet = _without_lessons(found)
    with originating(f"{deed}: возвращено"[:100]):
        concerned = _concerned(found)
        for model in reversed(MADE):
            _remove(model, [one.row for one in found[model] if one.before is None], quiet)
        for model in MADE:
            rows = [one for one in found[model] if one.before is not None]
            _restore(model, rows, quiet)
        concerned |= _concerned(found)
    sync(sorted(concerned))


class _Touched:
    """A row of a model that a deed has touched: `row` as it stands (None: it is gone), `before` its
    values before the deed (None: there was none)."""

    def __init__(self, row: Any, before: dict[str, Any] | None) -> None:
        self.row, self.before = row, before

    @property
    def values(self) -> dict[str, Any]:
        if self.before is not None:
            return self.before
        return {field.attname: getattr(self.row, field.attname) for field in self.row._meta.fields}


def _touched(model: Any, deed: str, person: User) -> list[_Touched]:
    """Refused where one was changed after it."""
    said = model.history.filter(history_change_reason=deed)
    if said.exclude(history_user=None).exclude(history_user=person).exists():
        raise Refused(NOTHING)
    history = model.history.filter(id__in=said.values("id")).order_by("id", "history_id")
    stands = model.objects.in_bulk(list(said.values_list("id", flat=True)))
    found = []
    for pk, rows in groupby(history, key=lambda one: one.id):
        told = list(rows)
        if told[-1].history_change_reason != deed:
            raise Refused(
                NOTHING if told[-1].history_change_reason == _back(deed) else CHANGED_SINCE
            )
        first = next(n for n, one in enumerate(told) if one.history_change_reason == deed)
        before = told[first - 1] if first and told[first - 1].history_type != "-" else None
        if pk not in stands and before is None:
            continue  # made and taken away by the same deed
        found.append(_Touched(stands.get(pk), before and _values(model, before)))
    return found


def _back(deed: str) -> str:
    return f"{deed}: возвращено"[:100]


def _values(model: Any, told: Any) -> dict[str, Any]:
    return {field.attname: getattr(told, field.attname) for field in model._meta.concrete_fields}


def _without_lessons(found: dict[Any, list[_Touched]]) -> "_Quiet":
    groups = {one.values["group_id"] for one in found[GroupMembership]}
    journals = {one.values["journal_id"] for one in found[TeachingAssignment]}
    journals |= {one.values["id"] for one in found[Journal]}
    of_groups = dict(Journal.objects.filter(group__in=groups).values_list("pk", "group"))
    held = with_lessons({*journals, *of_groups})
    return _Quiet(held, {of_groups[pk] for pk in held if pk in of_groups})


class _Quiet:
    """From which rows nothing follows but rights, so that they are written in bulk: those of
    journals without lessons."""

    def __init__(self, journals: Collection[int], groups: Collection[int]) -> None:
        self.journals, self.groups = journals, groups

    def __call__(self, model: Any, values: dict[str, Any]) -> bool:
        if model is TeachingAssignment:
            return values["journal_id"] not in self.journals
        if model is GroupMembership:
            return values["group_id"] not in self.groups
        return model is not Journal or values["id"] not in self.journals


def _remove(model: Any, rows: list[Any], quiet: _Quiet) -> None:
    """Rows that the deed has made."""
    if not rows:
        return
    if model in (TeachingGroup, Journal) and is_used(model, [row.pk for row in rows]):
        raise Refused(USED_SINCE)
    apart = [row for row in rows if not quiet(model, _values(model, row))]
    try:
        for row in apart:
            row.delete()
    except ProtectedError:
        raise Refused(USED_SINCE) from None
    keys = {row.pk for row in apart}
    delete_with_history(model, [row for row in rows if row.pk not in keys])


def is_used(model: Any, keys: Collection[int]) -> bool:
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


def _restore(model: Any, rows: list[_Touched], quiet: _Quiet) -> None:
    gone = [one for one in rows if one.row is None]
    changed = [one for one in rows if one.row is not None]
    for one in changed:
        for name, value in (one.before or {}).items():
            setattr(one.row, name, value)
    loud = [one for one in changed if not quiet(model, one.values)]
    for one in loud:
        one.row.save()
    calm = [one.row for one in changed if one not in loud]
    if fields := [one.name for one in model._meta.concrete_fields if not one.primary_key]:
        update_with_history(model, calm, fields)
    made = [model(**one.values) for one in gone]
    for row in made:
        if not quiet(model, _values(model, row)):
            row.save(force_insert=True)
    create_with_history(model, [row for row in made if quiet(model, _values(model, row))])


def _concerned(found: dict[Any, list[_Touched]]) -> set[int]:
    """The ids of those whose rights it bears on."""
    teachers = {one.values["teacher_id"] for one in found[TeachingAssignment]}
    years = {one.values["year_id"] for one in found[TeachingGroup]}
    years |= set(
        TeachingGroup.objects.filter(
            pk__in={one.values["group_id"] for one in [*found[Journal], *found[GroupMembership]]}
        ).values_list("year", flat=True)
    )
    return teachers | class_teachers(years)
