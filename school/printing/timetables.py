"""The printed timetables: of a class or a teacher on A4, of the whole school on A3 or in parts."""

import math
from dataclasses import replace

from django.utils import timezone

from ..queries.timetable_prints import PrintedSchool, PrintedWeek, SchoolDay
from .draw import render_pdf

# In millimetres, as the templates have it: what is left for the rows of a table on a sheet.
WEEK_HEIGHT = 161
SCHOOL_HEIGHTS = {"A3": 260, "A4": 172}
TWO_LINES, ONE_LINE = 5.6, 3.7  # what a row of the school's sheet needs
MOST_IN_A_LINE = 10  # classes: with more a column has room for the abbreviation alone


def week_pdf(printed: PrintedWeek) -> bytes:
    """The PDF of a class's or a teacher's week: one A4 sheet, which it fills."""
    rows = max(1, len(printed.grid.bands))
    context = {
        "printed": printed,
        "row": round(WEEK_HEIGHT / rows, 1),
        "size": 11 if rows < 8 else 9.5 if rows < 10 else 8,
        "now": timezone.localtime(),
    }
    return render_pdf("school/print/timetable.html", context)


def school_pdf(printed: PrintedSchool, paper: str) -> bytes:
    """The PDF of the school's sheet on paper «A3» or «A4», landscape: as many as its rows need, no
    day on two of them."""
    is_narrow = len(printed.classes) > MOST_IN_A_LINE
    height, needed = SCHOOL_HEIGHTS[paper], TWO_LINES if is_narrow else ONE_LINE
    sheets = [
        (replace(printed, days=days), round(_row(days, height, needed), 2))
        for days in _sheets(printed.days, height, needed)
    ]
    context = {
        "printed": printed,
        "sheets": sheets,
        "paper": paper,
        "is_narrow": is_narrow,
        "now": timezone.localtime(),
    }
    return render_pdf("school/print/timetable_school.html", context)


def _row(days: list[SchoolDay], height: float, needed: float) -> float:
    rows = max(1, sum(len(day.rows) for day in days))
    return min(height / rows, 2 * needed)


def _sheets(days: list[SchoolDay], height: float, needed: float) -> list[list[SchoolDay]]:
    """The days of each sheet: about as many on one as on another."""
    rows = sum(len(day.rows) for day in days)
    count = max(1, math.ceil(rows * needed / height))
    most = max(1, math.ceil(len(days) / count))
    return [days[start : start + most] for start in range(0, len(days), most)] or [[]]
