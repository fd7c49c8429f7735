"""What has versions is changed from a day on."""

import datetime
from typing import TypeVar

from django.db import transaction

from ..models.versions import Version
from ..rules.spans import ONE_DAY

Row = TypeVar("Row", bound=Version)


@transaction.atomic
def change_from(row: Row, day: datetime.date) -> tuple[Row, Row]:
    """Of a Version in use a changed `row` (not saved) becomes the next version, from a school-local
    day on, and the stored one ends the day before. Returns (the stored one, the new one)."""
    model = type(row)
    every = model.objects  # type: ignore[attr-defined]  # of each that is not abstract
    stored = every.select_for_update(no_key=True).get(pk=row.pk)
    values = {field.attname: getattr(row, field.attname) for field in model._meta.concrete_fields}
    changed = model(**values | {"id": None, "starts_on": day})
    stored.ends_on = day - ONE_DAY
    stored.full_clean()
    stored.save()
    changed.full_clean()
    changed.save()
    return stored, changed
