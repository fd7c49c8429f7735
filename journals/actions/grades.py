"""Writes of grades of periods and of the year (2.4, 2.6, 4.4)."""

from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from attendance.actions import Refused
from school.actions import hold
from school.rules import visible

from .. import deadlines, grading, queries, rules, sheets
from ..models import PeriodGrade
from .refusals import Conflict


class Disagrees(Exception):
    """The grade is a whole point or more away from what is suggested: its giver must confirm it."""


@dataclass
class GradeErrors(Exception):
    """Which grades can't be written: {(column's key, student id): exception}."""

    errors: dict


@dataclass(frozen=True)
class GradeEntry:
    """A grade to write: `column` is a GradeColumn's key, `was` what stood there, `text` what was
    typed, `confirmed` that it may disagree with the suggestion."""

    column: str
    student_id: int
    was: str
    text: str
    confirmed: bool = False


@transaction.atomic
def save_grades(journal, person, entries, now=None):
    """Write grades of a journal (with group), all or nothing: GradeErrors names what can't be
    written, and then nothing is. For each of them

    rules.CellError: no value of the scale, nor «н/а». Refused: before the period's last week, in a
    closed period, or of a pupil who does not belong to the journal in that time. Conflict: it is
    not what it `was`. Disagrees: not yet confirmed. A save sent twice changes nothing.

    A year's grade is compared with what the periods' grades of the same save suggest.
    """
    now = now or timezone.now()
    hold([journal.pk])
    book = queries.grade_book(journal, now)
    order = {column.key: place for place, column in enumerate(book.columns)}
    errors, periods = {}, set()
    for entry in sorted(entries, key=lambda one: order.get(one.column, 0)):
        try:
            if _save(book, person, entry, now):
                periods.add(book.column(entry.column).period)
        except (rules.CellError, Refused, Conflict, Disagrees) as error:
            errors[entry.column, entry.student_id] = error
    if errors:
        raise GradeErrors(errors)
    changed = sheets.recount(journal, periods, timezone.localdate(now))
    deadlines.recheck_rows("grades", changed, now)


def _save(book, person, entry, now):
    """Returns whether something was written."""
    column, student = book.column(entry.column), entry.student_id
    if column is None:
        raise Refused("Такой оценки в этом журнале нет: экзамена по предмету не сдают.")
    text = grading.parse_grade(entry.text, column.scale)
    present = book.text(entry.column, student)
    if text == present:
        return False
    if _canonical(entry.was, column.scale) != present:
        raise Conflict(present)
    if refusal := column.refusal(timezone.localdate(now)):
        raise Refused(refusal)
    if text and not book.belongs(column, student):
        raise Refused(f"{column.title}: ученик здесь не учился, оценку поставить нельзя.")
    suggestion = book.suggestion(column, student)
    if not entry.confirmed and grading.disagrees(text, suggestion, column.scale):
        raise Disagrees(f"По отметкам выходит «{suggestion}», а стоит «{text}».")
    _write(book, person, column, student, text, now)
    return True


def _canonical(was, scale):
    try:
        return grading.parse_grade(was, scale)
    except rules.CellError:
        return visible(was)


def _write(book, person, column, student, text, now):
    place = column.key, student
    standing = book.grades.pop(place, None)
    value = column.value_ids.get(text)  # «н/а» has none
    if not text:
        PeriodGrade.objects.get(pk=standing.pk).delete()
        return
    if standing:
        grade = PeriodGrade.objects.get(pk=standing.pk)
        grade.value_id, grade.set_by = value, person
        grade.save(update_fields=["value", "set_by"])  # entered_at stays: the duty was met (2.6)
    else:
        grade = PeriodGrade.objects.create(
            journal=book.journal,
            student_id=student,
            kind=column.kind,
            period=column.period,
            value_id=value,
            set_by=person,
            entered_at=now,
        )
    points = column.scale.points(text)
    book.grades[place] = queries.GivenGrade(grade.pk, text, points, person.short_name)
