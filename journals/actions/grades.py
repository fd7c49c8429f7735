"""Writes of grades of periods and of the year (2.4, 2.6, 4.4)."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from attendance.refusals import Refused
from school.actions.holding import hold
from school.models import Journal, User
from school.rules.texts import visible

from .. import grading
from ..cells import CellError
from ..models import PeriodGrade
from ..queries.elsewhere import elsewhere
from ..queries.grade_book import GivenGrade, GradeColumn, grade_book
from ..refusals import Conflict
from .grade_sheets import recount
from .late import recheck_sheets


class Disagrees(Exception):
    """The grade does not follow from what it is to follow from: its giver must confirm it."""


@dataclass
class GradeErrors(Exception):
    """Which grades can't be written: {(column's key, student id): exception}."""

    errors: dict[tuple[str, int], Exception]


@dataclass(frozen=True)
class GradeEntry:
    """A grade to write: `column` is a GradeColumn's key, `was` what stood there, `text` what was
    typed, `confirmed` that it may disagree with the suggestion; one that is the same and confirmed
    says that it stands though its parts change."""

    column: str
    student_id: int
    was: str
    text: str
    confirmed: bool = False


@transaction.atomic
def save_grades(
    journal: Journal,
    person: User,
    entries: Collection[GradeEntry],
    now: datetime.datetime | None = None,
) -> None:
    """Write grades of a journal (with group), all or nothing: GradeErrors names what can't be
    written, and then nothing is. For each of them

    CellError: no value of the scale, nor «н/а». Refused: before the period's last week, in a
    closed period, of a pupil who does not belong to the journal in that time, or whose grade is
    given in another one, where he has moved to (2.4). Conflict: it is
    not what it `was`. Disagrees: not yet confirmed, or one that stands there would no longer follow
    from what is saved. A save sent twice changes nothing.

    A year's grade is compared with what the periods' grades of the same save suggest, a final one
    with its year's and its exam's.
    """
    now = now or timezone.now()
    # One grade for all journals of the subject: who writes it in another of them waits.
    kin = elsewhere(journal, [entry.student_id for entry in entries]).kin | {journal.pk}
    hold(kin)
    journal.refresh_from_db(fields=["scale", "period_kind", "has_exam"])  # until then it may change
    book = grade_book(journal, now)
    order = {column.key: place for place, column in enumerate(book.columns)}
    errors = {}
    written: list[tuple[GradeColumn, int]] = []
    for entry in sorted(entries, key=lambda one: order.get(one.column, 0)):
        try:
            if _save(book, person, entry, now):
                column = book.column(entry.column)
                assert column is not None
                written.append((column, entry.student_id))
        except (CellError, Refused, Conflict, Disagrees) as error:
            errors[entry.column, entry.student_id] = error
    asked = {(one.column, one.student_id) for one in entries if one.confirmed}
    errors = _left_behind(book, written, asked) | errors
    if errors:
        raise GradeErrors(errors)
    columns = {column.key: column for column, _ in written}.values()
    changed = []
    for its in Journal.objects.filter(pk__in=kin).select_related("group").order_by("pk"):
        changed += recount(its, columns, timezone.localdate(now))
    recheck_sheets(changed, now)


def _left_behind(book, written, asked):
    """{(column's key, student id): Disagrees} of the grades of the year and final ones that stand
    though they no longer follow from what was `written`, [(GradeColumn, student id)], and of which
    nobody was `asked`."""
    errors = {}
    for changed, student in written:
        for column in book.columns:
            place, text = (column.key, student), book.text(column.key, student)
            is_asked = text and column.follows_from(changed) and place not in asked
            if is_asked and (doubt := book.doubt(column, student, text)):
                errors[place] = Disagrees(doubt.told)
    return errors


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
    if refusal := _refusal_of_place(book, column, student, text):
        raise Refused(refusal)
    if not entry.confirmed and (doubt := book.doubt(column, student, text)):
        raise Disagrees(doubt.told)
    _write(book, person, column, student, text, now)
    return True


def _refusal_of_place(book, column, student, text):
    """Why the pupil's grade is not this journal's to give, «» if it is. What stands by a mistake of
    its own can always be taken away."""
    standing = book.grades.get((column.key, student))
    givers = book.givers(column, student)
    is_own = standing is not None and standing.journal == book.journal.pk
    if book.journal.pk in givers or (is_own and not text):
        return ""
    if standing and standing.journal is None:
        return f"{column.title}: оценка поставлена по документу ({standing.place})."
    if givers:
        return f"{column.title}: оценку ставят в журнале {book.elsewhere.names(givers)}."
    return f"{column.title}: ученик здесь не учился, оценку поставить нельзя."


def _canonical(was, scale):
    try:
        return grading.parse_grade(was, scale)
    except CellError:
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
        grade.journal, grade.document = book.journal, None
        # entered_at stays: the duty was met (2.6)
        grade.save(update_fields=["value", "set_by", "journal", "document"])
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
    worth, scale = column.scale.worth(text), column.scale.pk
    own = book.journal.pk
    book.grades[place] = GivenGrade(grade.pk, text, worth, scale, person.short_name, own)
