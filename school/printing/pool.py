"""Many PDFs at once: all cores draw, each in a process of its own; and several PDFs become one."""

import json
import os
import struct
import subprocess
import sys
import threading
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from io import BytesIO
from queue import SimpleQueue

from django.conf import settings

from .worker import LENGTH

MOST_WORKERS = 8  # each takes 100 MB
LIMIT = 300  # seconds that a job may take: less than after which its worker counts as dead


class TookTooLong(RuntimeError):
    """A job was not drawn within LIMIT seconds."""


def cores():
    """How many processes draw at once."""
    try:
        count = len(os.sched_getaffinity(0))  # those that this process may use
    except AttributeError:  # macOS
        count = os.cpu_count() or 1
    return min(count, MOST_WORKERS)


def draw_all(jobs, module="school.printing.worker"):
    """For each job (what JSON holds) a PDF (bytes), in their order, drawn by a `module` that calls
    `worker.serve`. No more are taken from `jobs`, an iterable, than are being drawn and as many
    that wait: behind a long one the other workers need not stand idle.

    One that can't be drawn does not hold up the others: in its place comes the RuntimeError of the
    process that died, TookTooLong if it was ended. A job that is an Exception is handed on."""
    idle, ahead, count = SimpleQueue(), deque(), cores()
    workers = [_start(module) for _ in range(count)]
    for one in workers:
        idle.put(one)

    def drawn(job):
        if isinstance(job, Exception):
            return job
        one = idle.get()
        try:
            return _ask(one, job)
        except RuntimeError as error:
            one = _start(module)
            workers.append(one)
            return error
        finally:
            idle.put(one)

    try:
        with ThreadPoolExecutor(count) as threads:
            for job in jobs:
                ahead.append(threads.submit(drawn, job))
                if len(ahead) >= 2 * count:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
    finally:
        for one in workers:
            with suppress(OSError):  # of a dead one, which was told already
                one.stdin.close()
            one.stdout.close()
            one.wait()


def _start(module):
    # Not multiprocessing: a Celery worker is a daemon and may not have such children.
    return subprocess.Popen(
        [sys.executable, "-m", module],
        cwd=settings.BASE_DIR,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )


def _ask(one, job):
    has_ended = threading.Event()

    def end():
        has_ended.set()
        one.kill()

    limit = threading.Timer(LIMIT, end)
    limit.start()
    try:
        one.stdin.write(json.dumps(job).encode() + b"\n")
        one.stdin.flush()
        (length,) = LENGTH.unpack(one.stdout.read(LENGTH.size))
        pdf = one.stdout.read(length)
        if len(pdf) < length:
            raise EOFError
        return pdf
    except (OSError, EOFError, struct.error):
        died_with = one.wait()
        if has_ended.is_set():
            raise TookTooLong(f"A drawing worker was ended after {LIMIT} seconds") from None
        raise RuntimeError(f"A drawing worker died with {died_with}") from None
    finally:
        limit.cancel()


class Binder:
    """Joins PDFs into one `file`."""

    def __init__(self, file):
        # Imported here, as WeasyPrint is: a web worker never binds.
        from pypdf import PdfWriter

        self.file, self.writer = file, PdfWriter()

    def add(self, pdf, title=None, *, in_leaves=False):
        """A PDF (bytes), its bookmarks under one with its `title`, if it has one. `in_leaves`: what
        comes after it begins a new leaf."""
        before = len(self.writer.pages)
        self.writer.append(BytesIO(pdf), outline_item=title, import_outline=bool(title))
        if in_leaves and (len(self.writer.pages) - before) % 2:
            self.writer.add_blank_page()

    def close(self):
        """Write the file; it is at its beginning then."""
        self.writer.write(self.file)
        self.file.seek(0)
