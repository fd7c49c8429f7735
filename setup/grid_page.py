"""What the page of a timetable's grid shows: the file's own cells, what was read of each, what is
asked of it, what stands in its way. Pure.

A school's grid has a thousand cells and more: one function draws a cell, the template places the
rows.
"""

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import urlencode

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from openpyxl.utils import get_column_letter

from .batch import Kind, Place, Question, TimetableRow
from .changes import Review, State
from .preview import where_told
from .reading.divisions import FIRST, SECOND
from .reading.grid import ShownCell

WEEKS = {FIRST: "I нед.", SECOND: "II нед."}
DAYS = ("", "понедельник", "вторник", "среда", "четверг", "пятница", "суббота", "воскресенье")
TALL = 3  # rows of a cell whose text is turned
Spot = tuple[int, str]  # number of the row, letters of the column

Rows = Sequence[tuple[int, Sequence[ShownCell]]]


@dataclass(frozen=True)
class Marks:
    """What is said of cells: why one can't be taken, what is asked, which clash."""

    wrong: Mapping[Spot, str]
    asked: Mapping[Spot, str]
    clashes: Mapping[Spot, str]

    def of(self, spot: Spot) -> tuple[str, str]:
        """(tone, told) of a cell; («», «») of one that nothing is said of."""
        for tone, told in (("wrong", self.wrong), ("asked", self.asked), ("clash", self.clashes)):
            if spot in told:
                return tone, told[spot]
        return "", ""


@dataclass(frozen=True)
class Counts:
    """`cells` with something written, how many of them were `understood`; `lessons` that were
    read: what alternates by weeks counts each week's."""

    cells: int
    understood: int
    classes: int
    days: int
    lessons: int


@dataclass(frozen=True)
class Chosen:
    """The cell that was asked for. `told`: what is the matter with it, «» if nothing; `lessons`:
    (subject with its group, the rest); `alike`: how many other cells say the same."""

    where: str
    cell: ShownCell
    told: str
    lessons: tuple[tuple[str, str], ...]
    alike: int


def marks(review: Review, rows: Rows, at: tuple[str, str]) -> Marks:
    """Of the sheet `at` (file, sheet)."""
    wrong = {
        (number, cell.column): cell.problem
        for number, cells in rows
        for cell in cells
        if cell.problem
    }
    for problem in review.problems:
        if (spot := _spot(problem.place, at)) is not None:
            wrong[spot] = problem.why
    asked: dict[Spot, str] = {}
    for question in review.questions:
        for place in question.cells if question.options else ():
            if (spot := _spot(place, at)) is not None:
                asked.setdefault(spot, question.told)
    clashes: dict[Spot, str] = {}
    for told, places in zip(review.clashes, review.clash_places, strict=True):
        for place in places:
            if (spot := _spot(place, at)) is not None:
                clashes.setdefault(spot, told)
    return Marks(wrong, asked, clashes)


def _spot(place: Place, at: tuple[str, str]) -> Spot | None:
    is_here = place.column and (place.source.file, place.source.sheet) == at
    return (place.row, place.column) if is_here else None


def questions_of(review: Review, at: tuple[str, str]) -> list[Question]:
    """Those that concern the sheet, the most cells first."""
    here = [
        (sum(_spot(place, at) is not None for place in one.cells), one)
        for one in review.questions
        if one.options
    ]
    return [one for count, one in sorted(here, key=lambda its: -its[0]) if count]


def counts(rows: Rows, told: Marks) -> Counts:
    written = [
        (number, one) for number, cells in rows for one in cells if one.answer and one.written
    ]
    unclear = told.wrong.keys() | told.asked.keys()
    lessons = [lesson for _, one in written for lesson in one.lessons]
    return Counts(
        len(written),
        sum(bool(one.lessons) and (number, one.column) not in unclear for number, one in written),
        len({name for lesson in lessons for name in lesson.classes}),
        len({lesson.weekday for lesson in lessons}),
        len(lessons),
    )


def draw(rows: Rows, told: Marks, query: Mapping[str, str], chosen: str) -> list[SafeString]:
    """The rows of the table, its cells linked by `query` to what is said of each."""
    return [
        format_html(
            '<tr><th scope="row" class="at">{}</th>{}</tr>',
            number,
            format_html_join(
                "", "{}", ((_cell(number, one, told, query, chosen),) for one in cells)
            ),
        )
        for number, cells in rows
    ]


def _cell(
    number: int, cell: ShownCell, told: Marks, query: Mapping[str, str], chosen: str
) -> SafeString:
    spans = "".join(
        f' {name}="{count}"'
        for name, count in zip(("rowspan", "colspan"), cell.spans, strict=True)
        if count > 1
    )
    at = f"{cell.column}{number}"
    tone, why = told.of((number, cell.column))
    if not cell.answer and not tone:
        turned = " turned" if cell.spans[0] >= TALL else ""
        return format_html(f'<td class="fixed{turned}"{spans}><span>{{}}</span></td>', cell.written)
    link = "?" + urlencode({**query, "cell": at})
    problem = " data-problem" if tone else ""
    current = ' aria-current="true"' if at == chosen else ""
    read = told_lessons(cell.lessons) if tone != "asked" else ()
    return format_html(
        f'<td id="{{}}" class="{tone}"{spans}{problem}>'
        f'<a href="{{}}#chosen"{current}><small>{{}}</small>{{}}{{}}</a></td>',
        at,
        link,
        cell.written,
        format_html_join("", "<span>{}</span>", ((line,) for line in read)),
        format_html('<span class="why">⚠ {}</span>', _shortly(tone, why)) if why else "",
    )


def _shortly(tone: str, why: str) -> str:
    """Of a clash who or what it is about: both its sides are told beside the grid."""
    return f"накладка: {why.split(', ')[0]}" if tone == "clash" else why


def told_lessons(lessons: Sequence[TimetableRow]) -> tuple[str, ...]:
    """«Английский язык, 1 группа · 204», each once: a double lesson says its own twice."""
    return tuple(dict.fromkeys(" · ".join(filter(None, _told(one))) for one in lessons))


def _told(one: TimetableRow) -> tuple[str, str]:
    rest = [one.room, WEEKS.get(one.weeks, "")]
    if len(one.classes) > 1:
        rest.append(" и ".join(one.classes) + " вместе")
    if one.teacher:
        rest.append(one.teacher.last)
    return ", ".join(filter(None, (one.subject, one.group))), " · ".join(filter(None, rest))


def chosen_cell(rows: Rows, told: Marks, asked: str) -> Chosen | None:
    """The cell «C6»; None of what is no lesson's."""
    found = re.fullmatch(r"([A-Z]{1,3})(\d{1,6})", asked)
    if not found:
        return None
    spot = (int(found[2]), found[1])
    cells = [(number, one) for number, its in rows for one in its if one.answer]
    cell = next((one for number, one in cells if (number, one.column) == spot), None)
    if cell is None:
        return None
    alike = sum(one.written == cell.written for _, one in cells) - 1 if cell.written else 0
    lessons = tuple(dict.fromkeys(_told(one) for one in cell.lessons))
    return Chosen(_where(asked, cell), cell, told.of(spot)[1], lessons, alike)


def _where(at: str, cell: ShownCell) -> str:
    """«C6: 5А, понедельник, 3-й урок»."""
    if not cell.lessons:
        return at
    first = cell.lessons[0]
    numbers = "–".join(str(one) for one in sorted({one.number for one in cell.lessons}))
    return f"{at}: {', '.join(first.classes)}, {DAYS[first.weekday]}, {numbers}-й урок"


def not_in_load(review: Review) -> list[tuple[str, str]]:
    """(title, where) of lessons whose journal nobody's load tells of: journals made for the
    timetable alone, each once."""
    loaded = {one.values.get("journal") for one in review.of(Kind.WORKLOAD) if _is_of_load(one)}
    found: dict[str, str] = {}
    for change in review.of(Kind.TIMETABLE, State.NEW):
        journal = change.values.get("journal")
        if isinstance(journal, str) and journal not in loaded and change.place:
            found.setdefault(change.title.rsplit(", ", 2)[0], where_told(change.place))
    return list(found.items())


def _is_of_load(change):
    return change.place is None or not isinstance(change.row, TimetableRow)


def clash_lines(review: Review) -> list[tuple[str, list[str]]]:
    """[(what clashes, the cells of both sides)]"""
    cells: dict[str, list[str]] = defaultdict(list)
    for told, places in zip(review.clashes, review.clash_places, strict=True):
        cells[told] += [f"{one.column}{one.row}" for one in places if one.column]
    return list(cells.items())


def letters_of(rows: Rows) -> list[str]:
    """The columns of the sheet, as a spreadsheet calls them."""
    width = max((sum(cell.spans[1] for cell in cells) for _, cells in rows), default=0)
    return [get_column_letter(column + 1) for column in range(width)]
