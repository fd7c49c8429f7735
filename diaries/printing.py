"""The printed weekly report (2.12): one A4 page a pupil, seldom two; a batch of them as one PDF."""

import json
import math
import os
import struct
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from io import BytesIO
from itertools import zip_longest
from queue import SimpleQueue

from django.conf import settings
from django.template.loader import get_template

from . import press

MOST_PRESSES = 8  # each takes 100 MB
LIMIT = 300  # seconds that a class may take: less than after which its worker counts as dead

# What the template's measures come to, for a first guess at the size of type.
COLUMNS = 4  # of averages
WIDTHS = (147, 274, 173, 339)  # of the columns: characters × points
PAGE_HEIGHT = 765  # points
OTHER_LINES, LINE, PADDING = 14, 1.25, 0.35  # LINE and PADDING in the size of type
SMALLEST_GUESS = 5.0


def sheet(school, student, school_class, week):
    """(HTML, size of type to try first, in points) of a pupil's report of a week (queries.Week).
    `school` is the name over it, `school_class` (with its class teacher) None for a pupil who is in
    none."""
    context = {
        "school": school,
        "student": student,
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
    size = press.LARGEST
    while size > SMALLEST_GUESS and _height(week, size) > PAGE_HEIGHT:
        size *= press.STEP
    return size


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
    if entry.absence:
        results.append(entry.absence_title)
    topic = " ".join([entry.topic, *entry.unmarked_works])
    return [entry.subject], [topic], results, [entry.homework_in_a_line]


def draw(one):
    """The PDF (bytes) of one sheet, drawn in this process."""
    return press.draw([one])


class TookTooLong(RuntimeError):
    """A list of sheets was not drawn within LIMIT seconds."""


def cores():
    """How many processes draw at once."""
    try:
        count = len(os.sched_getaffinity(0))  # those that this process may use
    except AttributeError:  # macOS
        count = os.cpu_count() or 1
    return min(count, MOST_PRESSES)


def draw_all(classes):
    """For each list of sheets a PDF (bytes), in their order. All cores draw, each in a process of
    its own that knows neither Django nor the database; no more lists are taken from `classes`, an
    iterable, than are being drawn, and one waits. RuntimeError if such a process dies, TookTooLong
    if it was ended."""
    idle, ahead, count = SimpleQueue(), deque(), cores()
    presses = [_start() for _ in range(count)]
    for one in presses:
        idle.put(one)

    def drawn(sheets):
        one = idle.get()
        try:
            return _ask(one, sheets)
        finally:
            idle.put(one)

    try:
        with ThreadPoolExecutor(count) as threads:
            for sheets in classes:
                ahead.append(threads.submit(drawn, sheets))
                if len(ahead) > count:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
    finally:
        for one in presses:
            one.stdin.close()
            one.stdout.close()
            one.wait()


def _start():
    # Not multiprocessing: a Celery worker is a daemon and may not have such children.
    return subprocess.Popen(
        [sys.executable, "-m", "diaries.press"],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _ask(one, sheets):
    has_ended = threading.Event()

    def end():
        has_ended.set()
        one.kill()

    limit = threading.Timer(LIMIT, end)
    limit.start()
    try:
        one.stdin.write(json.dumps(sheets).encode() + b"\n")
        one.stdin.flush()
        (length,) = press.LENGTH.unpack(one.stdout.read(press.LENGTH.size))
        return one.stdout.read(length)
    except (OSError, struct.error):
        died_with = one.wait()
        if has_ended.is_set():
            raise TookTooLong(f"A press was ended after {LIMIT} seconds") from None
        raise RuntimeError(f"A press died with {died_with}") from None
    finally:
        limit.cancel()


class Binder:
    """Joins PDFs into one `file`."""

    def __init__(self, file):
        # Imported here, as WeasyPrint is: a web worker never binds.
        from pypdf import PdfWriter

        self.file, self.writer = file, PdfWriter()

    def add(self, pdf):
        self.writer.append(BytesIO(pdf), import_outline=False)

    def close(self):
        """Write the file; it is at its beginning then."""
        self.writer.write(self.file)
        self.file.seek(0)
