"""What a deed of the set-up has written (an import, the turn of a year), as its histories say, and
what was written on top of it."""

import datetime
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.core.exceptions import ObjectDoesNotExist
from django.db import models
from django.db.models import Max, Min
from guardian.models import UserObjectPermission
from simple_history.models import HistoricalChanges  # type: ignore[import-untyped]

from journals.models import GradeSheet, PlannedTopic
from school.kept import is_written_under
from school.models import (
    BellSchedule,
    BellSlot,
    BellUse,
    CurriculumHours,
    DayOverride,
    DraftRow,
    Employee,
    Enrolment,
    GradeScale,
    GradeValue,
    GroupMembership,
    Journal,
    Lesson,
    Parent,
    Parenthood,
    Period,
    Room,
    SchoolClass,
    SchoolYear,
    Student,
    StudentCard,
    Subject,
    TeachingAssignment,
    TeachingGroup,
    TimetableDraft,
    TimetableEntry,
    User,
)
from school.queries.lessons import holds_something
from school.rules.spans import intersect, span

from ..models import Import

# All that a deed of the set-up writes, each before what it refers to.
MODELS: tuple[Any, ...] = (
    PlannedTopic,
    DraftRow,
    TimetableDraft,
    TimetableEntry,
    TeachingAssignment,
    GroupMembership,
    Enrolment,
    CurriculumHours,
    DayOverride,
    Journal,
    TeachingGroup,
    SchoolClass,
    Parenthood,
    Parent,
    StudentCard,
    Student,
    Employee,
    User,
    BellUse,
    BellSlot,
    BellSchedule,
    Period,
    SchoolYear,
    Room,
    Subject,
    GradeValue,
    GradeScale,
)
# What follows of a journal by itself, or of an account, and goes with it; of an import in a year
# that goes what it wrote there tells.
FOLLOWS = (GradeSheet, UserObjectPermission, Lesson, Import)


class Deed(Protocol):
    """An import, the opening of a year: what the history of all that it wrote says, since when it
    has written (None: it has not), and «после загрузки» as who is refused is told."""

    @property
    def after(self) -> str: ...

    @property
    def origin(self) -> str: ...

    @property
    def began(self) -> datetime.datetime | None: ...


@dataclass
class Written:
    """Of one model: the primary keys of what is `new`, and {primary key: row of history} of how
    what it has changed, or deleted, was before."""

    model: Any
    new: set[int] = field(default_factory=set)
    changed: dict[int, Any] = field(default_factory=dict)
    deleted: dict[int, Any] = field(default_factory=dict)
    last: dict[int, int] = field(default_factory=dict)  # {primary key: its last row of history}

    @property
    def rows(self) -> "models.QuerySet[Any]":
        """Those of them that stand."""
        return self.model._base_manager.filter(pk__in={*self.new, *self.changed})

    @property
    def before(self) -> list[Any]:
        return [*self.changed.values(), *self.deleted.values()]


def written_by(one: Deed, of_models: Sequence[Any] = MODELS) -> list[Written]:
    """What it has written of these models, in the order in which it may be deleted (theirs); at
    most four queries a model."""
    found = [_written(model, one) for model in of_models]
    return [its for its in found if its.last]


def _written(model, one):
    found = Written(model)
    own = model.history.filter(history_change_reason=one.origin).order_by()
    spans = list(own.values_list("id").annotate(Min("history_id"), Max("history_id")))
    if not spans:
        return found
    firsts = {pk: first for pk, first, _ in spans}
    found.last = {pk: last for pk, _, last in spans}
    kinds = dict(own.filter(history_id__in=firsts.values()).values_list("id", "history_type"))
    there = set(model._base_manager.filter(pk__in=firsts).values_list("pk", flat=True))
    found.new = {pk for pk, kind in kinds.items() if kind == "+" and pk in there}
    others = [pk for pk, kind in kinds.items() if kind != "+"]
    before: dict[int, Any] = {}
    for row in model.history.filter(id__in=others).order_by("history_id"):
        if row.history_id < firsts[row.id]:
            before[row.id] = row
    found.changed = {pk: row for pk, row in before.items() if pk in there}
    found.deleted = {pk: row for pk, row in before.items() if pk not in there}
    return found


def of_model(found: Sequence[Written], model: Any) -> Written:
    return next((its for its in found if its.model is model), Written(model))


def journals_taught(found: Sequence[Written]) -> tuple[set[int], set[int]]:
    """(the journals that it made, those whose timetable it wrote)."""
    made = of_model(found, Journal).new
    entries = of_model(found, TimetableEntry)
    timetabled = set(entries.rows.values_list("journal", flat=True))
    return made, timetabled | {row.journal_id for row in entries.before}


def has_been_worked_in(one: Deed, found: Sequence[Written]) -> bool:
    """Whether lessons that came by it hold something, something is written of pupils where they are
    by it, or anything but what a deed itself writes names what it has made."""
    made, timetabled = journals_taught(found)
    lessons = Lesson.objects.filter(holds_something(), known_at__gte=one.began)
    if lessons.filter(journal__in=timetabled).exists():
        return True
    if Lesson.objects.filter(holds_something(), journal__in=made).exists():
        return True
    pupils = of_model(found, Student).new  # whatever is written of these names them
    for model in (Enrolment, GroupMembership):
        if is_written_under(_places(of_model(found, model), found).exclude(student__in=pupils)):
            return True
    if any(_changed_since(its) for its in found if not _is_of_set_up(its.model)):
        return True
    return any(
        (_of_plans(model, rows) if _is_of_set_up(model) else rows).exists()
        for its in found
        for model, rows in _naming(its, found)
    )


def _of_plans(model, rows):
    """Those of rows that tell who has an individual plan: the deputy's to know."""
    if model is not GroupMembership:
        return rows.none()
    return rows.filter(group__kind=TeachingGroup.Kind.INDIVIDUAL)


def _is_of_set_up(model):
    """A card is not: that one was filled in, or what it says but the birth date, tells of the
    pupil's programme, address and notes."""
    if model is StudentCard:
        return False
    return model in MODELS or model._meta.app_label == Import._meta.app_label


def _places(its, found):
    """The Enrolments or GroupMemberships under which something may be written that stood nowhere
    before: not where a pupil was there already on all of these days; nor in a year that was made,
    for there everything names what was made with it."""
    years = of_model(found, SchoolYear).new
    rows = its.rows.exclude(pk__in=[row.pk for row in its.rows if _was_there(row, its)])
    if its.model is Enrolment:
        return rows.exclude(school_class__year__in=years)
    return rows.exclude(group__year__in=years)


def _was_there(row, its):
    before = its.changed.get(row.pk)
    if before is None:
        return False
    keys = [one.attname for one in row._meta.concrete_fields if one.many_to_one]
    days = span(row.starts_on, row.ends_on)
    return all(getattr(row, key) == getattr(before, key) for key in keys) and intersect(
        [days], [span(before.starts_on, before.ends_on)]
    ) == [days]


def written_on_top(found: Sequence[Written]) -> list[str]:
    """What of it, or with it, was changed or made afterwards, in Russian."""
    told: list[str] = []
    for its in found:
        told += [_called(row) for row in _changed_since(its)[:3]]
        for model, rows in _naming(its, found):
            if _is_of_set_up(model):
                told += [_called(row) for row in rows[:3]]
        if its.model is User:
            used = User.objects.filter(pk__in=its.new).exclude(last_login=None)
            told += [f"вход «{user.full_name}»" for user in used[:3]]
    return list(dict.fromkeys(told))


def _called(row):
    """Of a row of history what it is about."""
    if isinstance(row, HistoricalChanges):
        row = row.instance
    try:
        return f"{row._meta.verbose_name} «{row}»"
    except ObjectDoesNotExist:
        return row._meta.verbose_name  # what it is named after is gone


def _naming(its: Written, found: Sequence[Written]) -> Iterator[tuple[Any, Any]]:
    """(model, queryset) of the rows that refer to what was made, and were not made with it; who
    wrote under an account that was made is told by the histories."""
    if not its.new:
        return
    for relation in its.model._meta.get_fields(include_hidden=True):
        if not (relation.auto_created and (relation.one_to_many or relation.one_to_one)):
            continue
        model, name = relation.related_model, relation.field.name
        if model in FOLLOWS or (issubclass(model, HistoricalChanges) and name != "history_user"):
            continue
        rows = model._base_manager.filter(**{f"{name}__in": its.new})
        yield model, rows.exclude(pk__in=of_model(found, model).new)


def _changed_since(its):
    """Rows whose history goes on after the import."""
    later = its.model.history.filter(id__in=its.last, history_id__gt=min(its.last.values()))
    told = later.order_by("history_id")
    return list({row.id: row for row in told if row.history_id > its.last[row.id]}.values())
