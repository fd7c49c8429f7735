"""The form of Appendix 1 as a PDF: a cover, then for each journal two upright A4 pages that face
each other, pupils and marks on the left, what was taught on the right.

Hundreds of such pages are drawn each morning. So the lines of the left page are one drawing under
the text, not 600 table cells: that is laid out in a quarter of the time and fills a tenth of the
file.
"""

from dataclasses import dataclass
from itertools import groupby
from textwrap import wrap

from django.template.loader import get_template
from django.utils.dates import MONTHS, MONTHS_AP
from django.utils.safestring import mark_safe

from journals.rules import even_parts
from school.models import Journal

from .form import PaperLesson

# The left page, in millimetres. A cell that is filled by hand is at least 7 each way.
COLUMNS, COLUMN = 18, 7.1
ROWS, ROW = 33, 7.2
NUMBER, NAME, LABEL = 8, 37, 12  # widths: № п/п, the list, «месяц» and «число» before the columns
MONTH, DAY = 7, 9  # heights of the two rows of the head
LINES, LINE = 18, ROWS * ROW / 18  # of the right page, which is as high
DATE, HOMEWORK = 19, 63
# What a spread is prefilled with at most; the rest is for lessons and pupils nobody knew of.
MOST_LESSONS, MOST_PUPILS = COLUMNS - 2, ROWS - 2
USUAL = 30  # letters of a name: in the usual type they fit into a row, in small type into a line


@dataclass(frozen=True)
class Spread:
    """Two facing pages: a Paper, or a part of one that has more lessons or pupils than fit.
    `months` are (name, over how many columns), `rows` (number, pupil's name or «», how it
    looks); of a name that is too long for its row the next one, without a number, has the rest. A
    blank one has no `journal`."""

    journal: Journal | None
    teachers: str
    months: list[tuple[str, int]]
    lessons: list[PaperLesson]
    rows: list[tuple[int | str, str, str]]


def form(school, classes, year, papers, first, last):
    """The HTML of the form for Papers and the days first … last. `classes` («5А», «5А, 5Б») and the
    SchoolYear stand on its cover, with the School's name."""
    spreads = [spread for paper in papers for spread in _spreads(paper)]
    days = {"classes": classes, "year": year, "first": first, "last": last}
    return _html(school, spreads, **days)


def blank_form(school):
    """The HTML of the form with nothing but the school's name in it."""
    return _html(school, [Spread(None, "", [], [], rows_of([], 1, ROWS))])


def _html(school, spreads, **cover):
    context = {
        "school": school,
        "spreads": spreads,
        "columns": range(COLUMNS),
        "list_lines": LIST_LINES,
        "taught_lines": TAUGHT_LINES,
        "mm": SIZES,
        **cover,
    }
    return get_template("tempjournal/print/form.html").render(context)


def _spreads(paper):
    """Each part of the list of pupils for each part of the lessons."""
    lesson_parts = even_parts(paper.lessons, MOST_LESSONS) or [[]]
    pupil_parts = parts_of(paper.pupils, MOST_PUPILS)
    for lessons in lesson_parts:
        left = {pk for pk, day in paper.last_days.items() if lessons and day < lessons[0].date}
        number = 1
        for pupils in pupil_parts:
            rows = rows_of(pupils, number, ROWS, left)
            yield Spread(paper.journal, paper.teachers, _months(lessons), lessons, rows)
            number += len(pupils)


def parts_of(pupils, rows):
    """Even parts of a list of pupils (id, name), none of them longer than so many rows."""
    for most in range(rows, 0, -1):
        parts = even_parts(pupils, most) or [[]]
        if all(sum(len(in_rows(name)) for _, name in part) <= rows for part in parts):
            break
    return parts


def rows_of(pupils, number, count, left=()):
    """The rows of pupils (id, name), numbered from `number` on, and empty ones, `count` in all. Who
    has left (ids) keeps the line, struck out: the others keep their numbers."""
    rows = []
    for n, (pk, name) in enumerate(pupils, start=number):
        looks = ["small"] * (len(name) > USUAL) + ["left"] * (pk in left)
        first, *others = in_rows(name)
        rows.append((n, first, " ".join(looks)))
        rows += [("", more, " ".join(looks)) for more in others]
    following = number + len(pupils)
    return rows + [(n, "", "") for n in range(following, following + count - len(rows))]


def in_rows(name):
    """A name by the rows it takes: a usual one breaks by itself, of a longer one each row has two
    lines."""
    if len(name) <= USUAL:
        return [name]
    lines = wrap(name, USUAL)
    return ["\n".join(lines[place : place + 2]) for place in range(0, len(lines), 2)]


def _months(lessons):
    """«ноябрь» over its lessons; over a single narrow column «ноя.»."""
    found = []
    for month, of_month in groupby(lessons, key=lambda lesson: lesson.date.month):
        count = len(list(of_month))
        name = MONTHS[month] if count > 1 else MONTHS_AP[month]
        found.append((str(name).lower(), count))
    return found


WIDTH = NUMBER + NAME + LABEL + COLUMNS * COLUMN
HEAD = MONTH + DAY
HEIGHT = HEAD + ROWS * ROW


def _ruled(horizontal, vertical):
    """An SVG drawing of lines: (height, from) to the right edge, (place, from, to)."""
    lines = [f"M{x:g} {y:g}H{WIDTH:g}" for y, x in horizontal]
    lines += [f"M{x:g} {first:g}V{last:g}" for x, first, last in vertical]
    edge = 0.2  # half of a line would be cut off there
    box = f"{-edge} {-edge} {WIDTH + 2 * edge:g} {HEIGHT + 2 * edge:g}"
    return mark_safe(
        f'<svg viewBox="{box}" style="position: absolute; left: -{edge}mm; top: -{edge}mm; '
        f'width: {WIDTH + 2 * edge:g}mm; height: {HEIGHT + 2 * edge:g}mm">'
        f'<path d="{"".join(lines)}" fill="none" stroke="#000" stroke-width=".2"/></svg>'
    )


def _list_lines():
    label, columns = NUMBER + NAME, NUMBER + NAME + LABEL
    return _ruled(
        [(0, 0), (MONTH, label), *((HEAD + row * ROW, 0) for row in range(ROWS + 1))],
        [
            *((x, 0, HEIGHT) for x in (0, NUMBER, columns, WIDTH)),
            (label, 0, HEAD),
            *((columns + place * COLUMN, MONTH, HEIGHT) for place in range(1, COLUMNS)),
        ],
    )


def _taught_lines():
    return _ruled(
        [(0, 0), *((HEAD + line * LINE, 0) for line in range(LINES + 1))],
        [(x, 0, HEIGHT) for x in (0, DATE, WIDTH - HOMEWORK, WIDTH)],
    )


# The same on every page; the CSS gets its sizes as texts, for a decimal comma is none there.
LIST_LINES, TAUGHT_LINES = _list_lines(), _taught_lines()
SIZES = {
    name: f"{size:g}mm"
    for name, size in {
        "sheet": WIDTH,
        "number": NUMBER,
        "name": NAME,
        "label": LABEL,
        "column": COLUMN,
        "month": MONTH,
        "day": DAY,
        "row": ROW,
        "head": HEAD,
        "date": DATE,
        "homework": HOMEWORK,
        "line": LINE,
    }.items()
}
