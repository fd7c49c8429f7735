"""The morning's packet of temporary journals, from the database to the mailable files, beside
WeasyPrint on the same ready-made HTML: both on all cores, the floor without reading, templates,
joining or anything but PDFs of the classes, the full form and the sheets of the first days. Prints
JSON: seconds, and the peak memory in MiB of whichever process of ours took the most."""

import json
import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from pathlib import Path


def bare(html):
    """What the floor does with the form of a class."""
    from weasyprint import HTML

    return HTML(string=html).write_pdf()


def main():
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    import time_machine

    from bench import data

    with time_machine.travel(data.NOON, tick=True):
        found = measure(data.TODAY)
    sys.stdout.write(json.dumps(found))


def measure(today):
    """Leaves the database as it was."""
    from django.conf import settings
    from django.db import transaction
    from pypdf import PdfReader

    from school.models import School
    from school.printing import pool as workers
    from tempjournal import day_printing, printing
    from tempjournal.actions.packets import make_packet, packet_folder
    from tempjournal.form import WHOLE_SCHOOL
    from tempjournal.models import Packet
    from tempjournal.queries.packets import packet_days
    from tempjournal.queries.portions import packet_classes

    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        settings.TEMP_JOURNAL_DIR = Path(folder)
        begin = time.perf_counter()
        assert make_packet()
        ours = time.perf_counter() - begin
        peak = max(
            resource.getrusage(who).ru_maxrss / 1024
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        pages = len(PdfReader(packet_folder(Packet.objects.get(day=today)) / WHOLE_SCHOOL).pages)
        days = packet_days(today)
        school = School.objects.get()
        classes = packet_classes(*days)
        ready = [
            html
            for one, papers, sheets in classes
            for html in (
                printing.form(school, str(one), one.year, papers, *days),
                *(day_printing.day_form(school, one.year, [sheet]) for sheet in sheets),
            )
        ]
        transaction.set_rollback(True)
    begin = time.perf_counter()
    with ProcessPoolExecutor(workers.cores(), mp_context=get_context("spawn")) as pool:
        drawn = list(pool.map(bare, ready))
    floor = time.perf_counter() - begin
    assert len(drawn) == len(ready)
    return {"ours": ours, "floor": floor, "peak": peak, "classes": len(classes), "pages": pages}


if __name__ == "__main__":
    main()
