"""The day's short form of the temporary journal as a PDF: a class's lessons of one day on the two
sides of one upright A4 sheet, pupils and marks on its front, what was taught on its back. It has
the texts of Appendix 1; as in the full form the lines are one drawing under the text.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from django.template.loader import get_template
from django.utils.safestring import SafeString, mark_safe

from journals.rules import even_parts
from school.models import School, SchoolYear

from .form import DayLesson, DaySheet
from .printing import in_rows, parts_of, rows_of

# In millimetres. What is written by hand has at least 7 each way; where there are fewer pupils and
# lessons, more.
WIDTH, HEIGHT = 185, 232.0  # of what is ruled, without its head
NUMBER, NAME, HEAD = 8, 52, 17
COLUMNS = 8, 16  # at least, at most; one is left for a lesson nobody knew of
ROWS = 24, 32
LINES = 8, 16
SPARE_ROWS = 2
MOST_LESSONS = COLUMNS[1] - 1
LINE_NUMBER, SUBJECT, HOMEWORK, SIGNATURE = 12, 48, 46, 18
BACK_HEAD = 9


@dataclass(frozen=True)
class Leaf:
    """The two sides of a sheet: a DaySheet, or a part of one that has more lessons or pupils than
    fit. `rows` as those of the full form; `column`, `row` and `line` are sizes («15mm») of what is
    filled in."""

    sheet: DaySheet
    lessons: list[DayLesson]
    rows: list[tuple[int | str, str, str]]
    column: str
    row: str
    line: str
    front: SafeString
    back: SafeString


def day_form(school: School | None, year: SchoolYear, sheets: Iterable[DaySheet]) -> str:
    """The HTML of the short form of DaySheets of one SchoolYear, each on a leaf of its own."""
    context = {
        "school": school,
        "year": year,
        "leaves": [leaf for sheet in sheets for leaf in _leaves(sheet)],
        "mm": SIZES,
    }
    return get_template("tempjournal/print/day.html").render(context)


def _leaves(sheet):
    for lessons in even_parts(sheet.lessons, MOST_LESSONS) or [[]]:
        number = 1
        for pupils in parts_of(sheet.pupils, ROWS[1] - SPARE_ROWS):
            yield _leaf(sheet, lessons, pupils, number)
            number += len(pupils)


def _leaf(sheet, lessons, pupils, number):
    taken = sum(len(in_rows(name)) for _, name in pupils)
    rows = _within(taken + SPARE_ROWS, ROWS)
    columns = _within(len(lessons) + 1, COLUMNS)
    lines = _within(len(lessons) + 1, LINES)
    return Leaf(
        sheet,
        lessons,
        rows_of(pupils, number, rows),
        _mm((WIDTH - NUMBER - NAME) / columns),
        _mm(HEIGHT / rows),
        _mm((HEIGHT + HEAD - BACK_HEAD) / lines),
        _front(columns, rows, list(_shut(lessons, pupils))),
        _back(lines),
    )


def _within(count, bounds):
    return min(max(count, bounds[0]), bounds[1])


def _shut(lessons, pupils):
    """(column, first row, rows) of the cells of who does not belong to a lesson."""
    for column, lesson in enumerate(lessons):
        row = 0
        for pk, name in pupils:
            height = len(in_rows(name))
            if pk not in lesson.pupils:
                yield column, row, height
            row += height


def _front(columns, rows, shut):
    width, height, left = (WIDTH - NUMBER - NAME) / columns, HEIGHT / rows, NUMBER + NAME
    across = [(0, 0), *((HEAD + row * height, 0) for row in range(rows + 1))]
    down = [0, NUMBER, *(left + place * width for place in range(columns + 1))]
    cells = []
    for column, row, span in shut:
        x, y, high = left + column * width, HEAD + row * height, span * height
        cells.append(
            f"M{x:.2f} {y + high:.2f}V{y:.2f}h{width:.2f}v{high:.2f}zl{width:.2f} {-high:.2f}"
        )
    return _ruled(across, [(x, 0, HEAD + HEIGHT) for x in down], "".join(cells))


def _back(lines):
    height = (HEIGHT + HEAD - BACK_HEAD) / lines
    across = [(0, 0), *((BACK_HEAD + line * height, 0) for line in range(lines + 1))]
    down = (
        0,
        LINE_NUMBER,
        LINE_NUMBER + SUBJECT,
        WIDTH - SIGNATURE - HOMEWORK,
        WIDTH - SIGNATURE,
        WIDTH,
    )
    return _ruled(across, [(x, 0, HEAD + HEIGHT) for x in down])


def _ruled(across, down, shut=""):
    """An SVG drawing of lines: (height, from) to the right edge, (place, from, to); `shut` is the
    path of what is not to be filled in: grey, and struck through, for not every printer greys."""
    lines = [f"M{x:g} {y:.2f}H{WIDTH}" for y, x in across]
    lines += [f"M{x:.2f} {first:g}V{last:g}" for x, first, last in down]
    edge = 0.2  # half of a line would be cut off there
    size = f"width: {WIDTH + 2 * edge:g}mm; height: {HEIGHT + HEAD + 2 * edge:g}mm"
    grey = f'<path d="{shut}" fill="#ddd" stroke="#888" stroke-width=".15"/>' if shut else ""
    return mark_safe(
        f'<svg viewBox="{-edge} {-edge} {WIDTH + 2 * edge:g} {HEIGHT + HEAD + 2 * edge:g}" '
        f'style="position: absolute; left: -{edge}mm; top: -{edge}mm; {size}">{grey}'
        f'<path d="{"".join(lines)}" fill="none" stroke="#000" stroke-width=".2"/></svg>'
    )


def _mm(size):
    return f"{size:.2f}mm"


# The CSS gets its sizes as texts, for a decimal comma is none there.
SIZES = {
    name: _mm(size)
    for name, size in {
        "sheet": WIDTH,
        "number": NUMBER,
        "name": NAME,
        "head": HEAD,
        "line_number": LINE_NUMBER,
        "subject": SUBJECT,
        "homework": HOMEWORK,
        "signature": SIGNATURE,
        "back_head": BACK_HEAD,
    }.items()
}
