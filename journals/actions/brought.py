"""Writes of what a pupil brings from his former school (2.4)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from attendance.refusals import Refused
from school.actions.cards import Outdated
from school.models import Student, User
from school.queries.locks import is_archived, standing_locks

from .. import grading
from ..cells import CellError
from ..models import BroughtMark, PeriodGrade, TransferDocument
from ..queries.brought import BroughtCell, CellKey, brought_cells, version_of


@dataclass
class BroughtErrors(Exception):
    """What can't be written: {place: a Russian sentence}."""

    errors: dict[CellKey, str]


@transaction.atomic
def save_brought(
    document: TransferDocument,
    texts: Mapping[CellKey, str],
    person: User,
    version: int | None = None,
) -> None:
    """Write a document and what it says of its year, {place: text}, all or nothing: a grade, or
    marks with blanks or commas between them; «» takes it away. `version` is what `version_of` told
    when the page was drawn, None of a new one.

    Outdated: it was written meanwhile. Refused: the year is closed. BroughtErrors: no value of the
    scale, or a grade stands there that is not of this document."""
    Student.objects.select_for_update(no_key=True).get(pk=document.student_id)
    if is_archived(document.year_id):
        raise Refused(f"Учебный год {document.year} закрыт.")
    if version is not None and version != version_of(document):
        raise Outdated("Документ тем временем изменили: откройте страницу заново.")
    try:
        document.validate_constraints()  # sent twice, the second has waited for the first
    except ValidationError as error:
        raise Refused(" ".join(error.messages)) from None
    document.save()
    errors = {}
    for cell in brought_cells(document):
        if cell.place in texts:
            try:
                _save(document, cell, texts[cell.place], person)
            except CellError as error:
                errors[cell.place] = str(error)
    if errors:
        raise BroughtErrors(errors)


def _save(document: TransferDocument, cell: BroughtCell, text: str, person: User) -> None:
    if not cell.is_grade:
        _save_marks(document, cell, text)
        return
    text = grading.parse_grade(text, cell.scale)
    if cell.is_of_other(document):
        if text:
            raise CellError(
                "Эта оценка уже есть: она поставлена в журнале или по другому документу."
            )
        return
    if text == cell.text:
        return
    grade = cell.standing or PeriodGrade(
        document=document,
        student_id=document.student_id,
        subject=cell.subject,
        year_id=document.year_id,
        kind=PeriodGrade.Kind.PERIOD,
        period=cell.period,
    )
    if not text:
        grade.delete()
        return
    grade.value_id, grade.set_by = cell.value_ids.get(text), person
    grade.save()


def _save_marks(document, cell, text):
    typed = (grading.parse_grade(one, cell.scale) for one in re.split(r"[\s,;]+", text))
    words = [one for one in typed if one]
    if grading.NOT_ASSESSED in words:
        raise CellError("«н/а» бывает только оценкой за период.")
    if words == [one.value.text for one in cell.marks]:
        return
    if standing_locks(cell.journal, timezone.now()).filter(period=cell.period).exists():
        raise CellError(f"{cell.period.told_closed}: сначала откройте журнал {cell.journal}.")
    for mark in cell.marks:
        mark.delete()
    for word in words:
        BroughtMark.objects.create(
            document=document,
            subject=cell.subject,
            period=cell.period,
            value_id=cell.value_ids[word],
        )
