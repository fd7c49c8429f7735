"""Texts that are longer than a thing's own field: told at the row, so that no one of them stops
the rest. Pure."""

from dataclasses import fields
from typing import Any

from journals.models import PlannedTopic
from school.models import (
    BellSchedule,
    Employee,
    Room,
    Student,
    Subject,
    TeachingGroup,
    User,
)

from ..batch import Batch, Kind, Person, Problem, PupilRow
from .context import Comparison

# {field of a row: (model, its field)}, for all kinds but those that call something else so.
FIELDS: dict[str, tuple[Any, str]] = {
    "short_name": (Subject, "short_name"),
    "abbreviation": (Subject, "abbreviation"),
    "subject": (Subject, "name"),
    "schedule": (BellSchedule, "name"),
    "position": (Employee, "position"),
    "email": (User, "email"),
    "phone": (User, "phone"),
    "file_number": (Student, "file_number"),
    "group": (TeachingGroup, "name"),
    "room": (Room, "name"),
    "title": (PlannedTopic, "title"),
    "section": (PlannedTopic, "section"),
    "homework": (PlannedTopic, "homework"),
}
OF_KIND = {(Kind.SUBJECTS, "name"): (Subject, "name")}
LONGEST_NAME = 100  # of a person, each part


def leave_out_too_long(comparison: Comparison) -> None:
    """Rows with such a text are problems."""
    kept: dict[Kind, list[Any]] = {}
    for kind, rows in comparison.batch.rows.items():
        kept[kind] = [row for row in rows if not _is_too_long(comparison, kind, row)]
    comparison.batch = Batch(rows=kept, gone=comparison.batch.gone)


def _is_too_long(comparison, kind, row):
    for name, text, most in _texts(kind, row):
        if len(text) > most:
            why = f"Слишком длинно: {len(text)} знаков, можно не больше {most}."
            comparison.review.wrong(Problem(row.place, name, text, why), kind)
            return True
    return False


def _texts(kind, row):
    for one in fields(row):
        value = getattr(row, one.name)
        if isinstance(value, Person):
            yield from ((one.name, part, LONGEST_NAME) for part in vars(value).values())
        elif isinstance(value, PupilRow):
            yield from ((one.name, text, most) for _, text, most in _texts(Kind.PUPILS, value))
        elif isinstance(value, str) and (
            at := OF_KIND.get((kind, one.name)) or FIELDS.get(one.name)
        ):
            model, field = at
            found: Any = model._meta.get_field(field)
            yield one.name, value, found.max_length
