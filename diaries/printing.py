"""The printed weekly report (2.12): one A4 page a pupil, seldom two; many of them at once."""

import math
from itertools import zip_longest

from django.template.loader import get_template

from school.printing import pool

from . import fitting

# What the template's measures come to, for a first guess at the size of type.
COLUMNS = 4  # of averages
WIDTHS = (142, 322, 140, 342)  # of the columns: characters × points
PAGE_HEIGHT = 791  # points
OTHER_LINES, LINE, PADDING = 14, 1.17, 0.23  # LINE and PADDING in the size of type


def sheet(school, student, school_class, week, name=""):
    """(HTML, size of type to try first, in points) of a pupil's report of a week (queries.Week).
    `name` tells him from a namesake, by default the full one. `school` is the name over it,
    `school_class` (with its class teacher) None for a pupil who is in none."""
    context = {
        "school": school,
        "student": student,
        "name": name or student.user.full_name,
        "school_class": school_class,
        "week": week,
        "averages": _in_columns(week.averages),
    }
    return get_template("diaries/print/week.html").render(context), _type_size(week)


def _in_columns(averages):
    """The rows of a table in whose columns the averages follow each other; None fills it up."""
    count = -(-len(averages) // COLUMNS)
    columns = [averages[place : place + count] for place in range(0, COLUMNS * count, count or 1)]
    return list(zip_longest(*columns))


def _type_size(week):
    """The largest type in which the week's table likely leaves room for the rest of the page."""
    size = fitting.LARGEST
    while size > fitting.SMALLEST and _height(week, size) > PAGE_HEIGHT:
        size *= fitting.STEP
    return max(size, fitting.SMALLEST)


def _height(week, size):
    """About how high the sheet is, in points, in a size of type."""
    lines = OTHER_LINES + len(week.averages) / COLUMNS + len(week.days)
    rows = len(week.days)
    for day in week.days:
        for entry in day.entries:
            rows += 1
            lines += max(
                sum(math.ceil(len(text) * size / width) for text in texts)
                for texts, width in zip(_texts(entry), WIDTHS, strict=True)
            )
    return size * (lines * LINE + rows * PADDING)


def _texts(entry):
    """What stands in the columns of a lesson's row, by lines."""
    if entry.cancelled:
        return [entry.subject], [entry.cancelled], [], []
    results = [f"{mark.text} {mark.work}" for mark in entry.marks]
    results += [f"долг {work}" for work in entry.debts]
    if entry.absence:
        results.append(entry.absence_title)
    topic = " ".join([entry.topic, *entry.unmarked_works])
    return [entry.subject], [topic], results, [entry.homework_in_a_line]


def draw(one):
    """The PDF (bytes) of one sheet, drawn in this process."""
    return fitting.draw([one])


def draw_all(classes):
    """For each list of sheets a PDF (bytes) or what kept it from being drawn, in their order; see
    `school.printing.pool.draw_all`."""
    return pool.draw_all(classes, "diaries.fitting")
