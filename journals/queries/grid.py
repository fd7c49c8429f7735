"""The grid of a journal: its register drawn for one person."""

from collections.abc import Collection
from dataclasses import dataclass

from django.urls import reverse
from django.utils import timezone
from django.utils.safestring import mark_safe

from school.models import Journal, Lesson, Period
from school.rights import JournalRights

from .. import drawing, rules
from ..cells import CODES
from ..plans import NOWHERE
from .cell import Work, works_text
from .register import Span, register


@dataclass(frozen=True)
class Column:
    pk: int
    head_html: str
    writable: bool


@dataclass(frozen=True)
class Grid:
    """A Register drawn for one person."""

    lessons: list[Column]
    rows_html: str
    lines_html: str
    can_write: bool
    codes = CODES  # of absences, for the help

    @property
    def writes_lessons(self) -> bool:
        """Whether «все присутствуют», topics and homework of any lesson are this person's."""
        return any(column.writable for column in self.lessons)


def grid(
    journal: Journal,
    period: Period | Span,
    granted: JournalRights,
    *,
    is_closed: bool = False,
    only: Collection[int] | None = None,
) -> Grid:
    """The Grid that journals/_register.html shows; in a closed period nothing is writable. `period`
    is one, or a Span; `only`: of its lessons only these (ids)."""
    found = register(journal, period, granted, with_plan=granted.writes_all and not is_closed)
    if only is not None:
        found.lessons[:] = [lesson for lesson in found.lessons if lesson.pk in only]
    now = timezone.localtime()
    today = now.date()
    lessons_url = f"{reverse('grid', args=[journal.pk])}lessons/"
    columns, lines, places = [], [], []
    for lesson in found.lessons:
        its_works = found.works.get(lesson.pk, ())
        work_ids = works_text(its_works)
        url = f"{lessons_url}{lesson.pk}/"
        is_open = not (is_closed or lesson.cancelled)
        writable = is_open and granted.writes_lesson(lesson.pk)
        head = drawing.head_html(lesson, url, its_works, work_ids, writable=writable, today=today)
        columns.append(Column(lesson.pk, head, writable))
        taken_at = lesson.attendance_taken_at
        # When a paper's attendance was typed is not known here: whoever asks is told.
        may_untake = taken_at is not None and (only is not None or rules.may_untake(taken_at, now))
        given = {"writable": writable, "now": now, "may_untake": may_untake}
        lines.append(_page_line(found, lesson, url, its_works, work_ids, **given))
        is_open = is_open and lesson.date <= today
        places.append((lesson.pk, lesson.date, is_open, bool(lesson.cancelled)))
    rows = [_row_html(row, places, granted) for row in found.rows]
    writes = granted.writes_all or granted.rows or granted.lessons
    can_write = bool(writes and not is_closed)
    return Grid(columns, mark_safe("\n".join(rows)), mark_safe("\n".join(lines)), can_write)


def _page_line(found, lesson, url, works, work_ids, **given):
    return drawing.page_line_html(
        lesson,
        url,
        rules.homework_text(lesson.homework, lesson.no_homework),
        found.planned.get(lesson.pk, NOWHERE),
        work_ids,
        works,
        **given,
    )


def _row_html(row, places, granted):
    """A pupil's row; `places` are the columns' (lesson id, date, open for marks, cancelled)."""
    student = row.attendee.student_id
    writes_row = granted.writes_all or student in granted.rows
    drawn = []
    for lesson, day, is_open, void in places:
        cell = row.cells.get(lesson)
        writable = is_open and (writes_row or lesson in granted.lessons)
        attends = row.attendee.attends(day)
        if cell is None:
            drawn.append(drawing.cell_html("", writable, attends))
        else:
            drawn.append(drawing.cell_html(cell.text, writable, attends, bool(cell.absence), void))
    name = row.attendee.name
    others = "; ".join(row.others)
    return drawing.row_html(row.number, name, student, row.average, drawn, others, left=row.left)


def column_head(lesson: Lesson, works: Collection[Work], granted: JournalRights) -> str:
    """The head of one column as `grid` draws it, for the answer to a save; the lesson is as
    `with_places` loads it, `works` are Works."""
    return drawing.head_html(
        lesson,
        reverse("lesson", args=[lesson.journal_id, lesson.pk]),
        works,
        works_text(works),
        writable=granted.writes_lesson(lesson.pk) and not lesson.cancelled,
        today=timezone.localdate(),
    )
