"""How the printed timetables fit their paper, however large the school."""

import datetime

import pytest

from school.printing.timetables import school_pdf
from school.queries.timetable_prints import Holding, Lesson, PrintedSchool, SchoolDay
from tests.pdf import pages, type_sizes

pytestmark = pytest.mark.any_database

HOLDING = Holding(datetime.date(2026, 11, 30), False, "чётные и нечётные недели одинаковы")
DAYS = ["Понедельник", "Вторник", "Среда", "Четверг", "Пятница", "Суббота"]
LESSON = Lesson("Англ", "Англ. яз.", "119, 120", "")
HALL = Lesson("Физк", "Физ-ра", "спортзал", "")


def school(classes, days, numbers):
    """Each class has a lesson at each hour, every fourth in the hall."""
    cells = [[HALL if one % 4 else LESSON] for one in range(classes)]
    return PrintedSchool(
        "",
        [f"{5 + one // 4}{'АБВГ'[one % 4]}" for one in range(classes)],
        [
            SchoolDay(name, [(number, cells) for number in range(1, numbers + 1)])
            for name in DAYS[:days]
        ],
        HOLDING,
    )


@pytest.mark.parametrize(
    ("paper", "classes", "days", "numbers", "sheets"),
    [
        ("A3", 25, 5, 7, 1),
        ("A3", 25, 5, 9, 1),
        ("A3", 25, 6, 8, 2),
        ("A4", 8, 5, 8, 1),
        ("A4", 10, 6, 7, 1),
        ("A4", 15, 5, 8, 2),
        ("A4", 15, 6, 9, 2),
    ],
)
def test_the_school_fits_its_paper(paper, classes, days, numbers, sheets):
    pdf = school_pdf(school(classes, days, numbers), paper)
    found = pages(pdf)
    assert len(found) == sheets
    assert min(type_sizes(pdf)) >= 7
    assert "".join(found).count("спортзал") == (classes - -(-classes // 4)) * days * numbers
    assert all("5А" in page for page in found)  # its head on every sheet
