"""What Ctrl+P prints of a page: all of its rows and columns, its heads on every sheet."""

import datetime
from io import BytesIO

import pytest
from pypdf import PdfReader

from tests import world as worlds
from tests.world import day

pytestmark = pytest.mark.any_database

A4 = [595, 842]  # points
# The texts of the heads and of each row's cells of every table, as they are laid out; a column of
# deeds is not.
TABLES = """
() => document.querySelectorAll(".visually-hidden").forEach(one => one.hidden = true)
  ?? [...document.querySelectorAll("main table")].map(table => ({
  heads: [...table.querySelectorAll("thead th")]
    .filter(one => one.offsetParent).map(one => one.innerText),
  rows: [...table.querySelectorAll("tbody tr")].map(
    row => [...row.cells].filter(cell => cell.offsetParent)
      .flatMap(cell => cell.innerText.split("\\n"))),
}))
"""


@pytest.fixture
def crowded(world):
    """Sixty pupils more in 5А, a lesson on each day of the quarter."""
    for number in range(60):
        worlds.pupil(f"more{number}", "Новенький", f"Ученик{number:02}", world.a5)
    date, topic = day(11, 2), {"topic_entered_at": worlds.NOON}
    while date <= day(12, 30):
        if date.weekday() < 5 and not world.maths.lessons.filter(date=date).exists():
            worlds.lesson(
                world.maths, date, world.slots[1], **topic | {"topic": f"Тема {date:%d.%m}"}
            )
        date += datetime.timedelta(days=1)
    return world


def packed(text):
    """Without the spaces and line ends, which a print sets otherwise."""
    return "".join(text.split())


def printed(page):
    """The texts, packed, of the sheets that Ctrl+P prints on A4; all of it is on the paper."""
    pages = []
    file = page.pdf(format="A4", prefer_css_page_size=True)
    for sheet in PdfReader(BytesIO(file)).pages:
        box = sheet.mediabox
        assert sorted((box.width, box.height)) == pytest.approx(A4, abs=1)
        places = []

        def note(text, matrix, text_matrix, *_, places=places):
            if text.strip():
                x, y = text_matrix[4], text_matrix[5]
                a, b, c, d, e, f = matrix
                places.append((a * x + c * y + e, b * x + d * y + f))

        text = packed(sheet.extract_text(visitor_text=note))
        assert all(0 <= x <= box.width and 0 <= y <= box.height for x, y in places)
        pages.append(text)
    return pages


PAGES = [
    ("teacher", "/journals/{maths}/?period={quarter}"),
    ("teacher", "/journals/{maths}/grades/"),
    ("deputy", "/classes/{a5}/summary/?period={quarter}"),
    ("deputy", "/review/"),
    ("deputy", "/review/late/"),
    ("deputy", "/review/history/"),
    ("deputy", "/classes/{a5}/"),
    ("deputy", "/classes/{a5}/pupils/"),
    ("classteacher", "/classes/{a5}/attendance/"),
]


def test_all_that_is_on_a_page_is_printed(crowded, open_as):
    w = crowded
    numbers = {"maths": w.maths.pk, "a5": w.a5.pk, "quarter": w.quarters[1].pk}
    pages = {}
    for who, path in PAGES:
        page = pages.get(who) or pages.setdefault(who, open_as(who))
        page.goto(path.format(**numbers))
        page.emulate_media(media="print")
        tables = page.evaluate(TABLES)
        sheets = printed(page)
        page.emulate_media(media="screen")
        for table in tables:
            rows = [set(map(packed, row)) for row in table["rows"]]
            on = [[row for row in rows if all(text in sheet for text in row)] for sheet in sheets]
            assert {frozenset(row) for there in on for row in there} == set(map(frozenset, rows)), (
                path
            )
            for sheet, there in zip(sheets, on, strict=True):
                if there:
                    missing = [head for head in table["heads"] if packed(head) not in sheet]
                    assert not missing, (path, there[:2], sheet[:300])
