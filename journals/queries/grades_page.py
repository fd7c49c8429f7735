"""The page of a journal's grades: a cell for each pupil and column, as one person may write it."""

import datetime
from collections.abc import Iterator
from dataclasses import dataclass

from django.utils import timezone

from school.models import Journal
from school.rights import JournalRights

from .. import grading
from ..averages import average_text, rounded
from ..moving import told_from
from .grade_book import KIND, GradeBook, GradeColumn, grade_book
from .locks import Lock


@dataclass
class GradeCell:
    """A pupil's grade on the page. `name` is its field's; `was` what stood there when the page was
    drawn and `text` what stands or was typed there; `place` is where else it is given or comes
    from, «» if from here; `others` «из 5А: 4, 5» of the marks elsewhere that count in the average;
    `doubt` why the one that stands does not follow from its parts, «» if it does; `asks` that what
    was typed does not and is to be confirmed."""

    name: str
    label: str
    text: str
    average: str
    suggestion: str
    who: str
    belongs: bool
    writable: bool
    is_missing: bool
    place: str = ""
    others: tuple[str, ...] = ()
    doubt: str = ""
    was: str = ""
    error: str = ""
    asks: bool = False


@dataclass(frozen=True)
class GradeRow:
    number: int
    student_id: int
    name: str
    left: bool
    cells: list[tuple[GradeColumn, GradeCell]]


@dataclass(frozen=True)
class GradesPage:
    """A GradeBook for one person: rows of GradeCells in the order of the columns."""

    book: GradeBook
    columns: list[GradeColumn]
    rows: list[GradeRow]
    today: datetime.date

    @property
    def is_unmarked(self) -> bool:
        return all(column.scale.is_unmarked for column in self.columns)

    @property
    def can_write(self) -> bool:
        return any(cell.writable or cell.error for _, _, cell in self.cells())

    @property
    def locks(self) -> list[tuple[GradeColumn, Lock]]:
        """[(column, Lock)] of the locked periods, open ones too."""
        return [(one, one.lock) for one in self.columns if one.lock and one.period]

    @property
    def open_exams(self) -> list[GradeColumn]:
        """The columns that can be entered though the lock of the year is there."""
        return [
            one
            for one in self.columns
            if one.lock
            and one.lock.is_closed
            and one.period is None
            and not one.is_closed(self.today)
        ]

    @property
    def closed_keys(self) -> set[str]:
        return {one.key for one in self.columns if one.is_closed(self.today)}

    @property
    def next_column(self) -> GradeColumn | None:
        """The first column that is not open yet, None when all are."""
        return next((one for one in self.columns if self.today < one.opens_on), None)

    @property
    def values_text(self) -> str:
        """Those of the column that is to be filled now."""
        last = [one for one in self.columns if one.opens_on <= self.today] or self.columns[:1]
        values = last[-1].scale.values if last else ()
        return ", ".join([*values, grading.NOT_ASSESSED])

    def cells(self) -> Iterator[tuple[GradeColumn, GradeRow, GradeCell]]:
        """(column, row, cell) of each."""
        for row in self.rows:
            for column, cell in row.cells:
                yield column, row, cell


def grades_page(journal: Journal, granted: JournalRights, now: datetime.datetime) -> GradesPage:
    """The GradesPage of a journal for the JournalRights."""
    book, today = grade_book(journal, now), timezone.localdate(now)
    # Who was there to the end of the year has not left it, though he is in another class by now.
    left_before = min([today, *(one.last_day for one in book.columns[-1:])])
    rows = [
        GradeRow(
            number,
            pupil.student_id,
            pupil.name,
            pupil.spans[-1][1] < left_before,
            [(column, _cell(book, column, pupil, granted, today)) for column in book.columns],
        )
        for number, pupil in enumerate(book.pupils, start=1)
        if granted.sees_row(pupil.student_id)
    ]
    return GradesPage(book, book.columns, rows, today)


def _cell(book, column, pupil, granted, today):
    student = pupil.student_id
    grade = book.grades.get((column.key, student))
    belongs = book.belongs(column, student)
    is_here = book.is_given_here(column, student)
    is_open = is_here and not column.refusal(today) and not column.scale.is_unmarked
    marks = book.marks.get((column.key, student), grading.Marks())
    has_begun = column.kind != KIND.PERIOD or column.starts_on <= today
    text = grade.text if grade else ""
    # A period's marks go on after its grade; the suggestion stands beside it.
    doubt = text and column.kind != KIND.PERIOD and book.doubt(column, student, text)
    return GradeCell(
        name=f"{column.key}-{student}",
        label=f"{pupil.name}, {column.title}",
        text=text,
        was=text,
        average="" if marks.average is None else average_text(rounded(marks.average, 2)),
        suggestion=(is_here and has_begun and book.suggestion(column, student)) or "",
        who=grade.who if grade else "",
        belongs=belongs,
        writable=is_open and granted.writes_row(student),
        is_missing=is_open
        and not grade
        and column.expected_on <= today
        and pupil.attends(min(column.last_day, column.due_on, today)),
        place=_place(book, column, student),
        others=_others(book, column, student) if column.has_average else (),
        doubt=doubt.mark if doubt else "",
    )


def _place(book, column, student):
    """Where the pupil's grade of the column is given, or comes from, if not here."""
    grade = book.grades.get((column.key, student))
    if grade and grade.journal != book.journal.pk:
        return grade.place or f"из {book.elsewhere.names({grade.journal})}"
    givers = book.givers(column, student)
    if not givers or book.journal.pk in givers:
        return ""
    return f"ставят в {book.elsewhere.names(givers)}"


def _others(book, column, student):
    marks = book.marks_elsewhere(column, student)
    return tuple(told_from((one.place, one.text) for one in marks if one.text))
