"""600 printed weekly reports, from the applications to the joined file, beside WeasyPrint on the
same ready-made HTML: both on all cores, the floor without reading, register, joining or second
tries. Prints JSON: seconds, and the peak memory in MiB of whichever process of ours took the
most."""

import json
import os
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

MOST = int(os.environ.get("REPORTS", "600"))


def bare(sheets):
    """What the floor does with the sheets of a class."""
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    documents = [
        HTML(string=html).render(
            font_config=fonts,
            stylesheets=[CSS(string=f"html {{ font-size: {size:.2f}pt !important }}")],
        )
        for html, size in sheets
    ]
    pages = [page for document in documents for page in document.pages]
    return documents[0].copy(pages).write_pdf()


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
    from django.core.files.storage import FileSystemStorage
    from django.db import transaction

    from diaries.actions.applications import register_application
    from diaries.actions.batches import _sheets, draw_waiting_batches, request_batch
    from diaries.models import PrintApplication, ReportBatch, ReportDuty, WeeklyReport
    from diaries.queries.reports import active_applications, in_handing_order
    from school.models import Enrolment, School
    from school.models.dated import on_day
    from school.printing import pool as workers

    monday = today.replace(day=16)
    with tempfile.TemporaryDirectory() as folder, transaction.atomic():
        ReportBatch._meta.get_field("file").storage = FileSystemStorage(folder)
        WeeklyReport.objects.all().delete()
        ReportDuty.objects.all().delete()
        PrintApplication.objects.all().delete()  # the demo's later ones would stand in the way
        enrolled = Enrolment.objects.filter(on_day(today), school_class__number__lt=12)
        in_order = enrolled.order_by("school_class__number", "school_class__letter", "pk")
        for enrolment in in_order.select_related("student")[:MOST]:
            register_application(enrolment.student, "Заявитель", today, today)
        batch = request_batch(None, monday)
        begin = time.perf_counter()
        assert draw_waiting_batches() == 1
        ours = time.perf_counter() - begin
        peak = max(
            resource.getrusage(who).ru_maxrss / 1024
            for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        )
        batch.refresh_from_db()
        classes = in_handing_order(active_applications(today), today)
        ready = [_sheets(School.objects.get(), *one, monday) for one in classes]
        size = batch.file.size
        transaction.set_rollback(True)
    begin = time.perf_counter()
    with ProcessPoolExecutor(workers.cores(), mp_context=get_context("spawn")) as pool:
        drawn = list(pool.map(bare, ready))
    floor = time.perf_counter() - begin
    assert len(drawn) == len(ready)
    return {"ours": ours, "floor": floor, "peak": peak, "reports": batch.done, "size": size}


if __name__ == "__main__":
    main()
