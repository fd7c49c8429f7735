"""A whole school from its workbook, preview and writing, beside reading the file with calamine and
a bare bulk insert of all the rows that came of it, those of histories and rights among them.

600 pupils with two parents each, 25 classes, 60 employees, 500 journals, 40 hours a week for each
class. `python -m bench.importing` prints one line of JSON; the database (DATABASE_URL) is migrated
and empty, and stays so.
"""

import datetime
import gc
import json
import os
import resource
import sys
import time
from decimal import Decimal
from io import BytesIO

ROUNDS = 3
CLASSES, PUPILS, STAFF, SUBJECTS = 25, 600, 60, 20
BORN = datetime.date(2013, 1, 1)


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.settings")
    import django

    django.setup()
    from django.db import transaction

    data = _workbook()
    found: dict[str, list[float]] = {"ours": [], "floor": [], "preview": []}
    for _ in range(ROUNDS):
        with transaction.atomic():
            preview, ours, rows = _import(data)
            transaction.set_rollback(True)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        with transaction.atomic():
            found["floor"].append(_floor(data, rows))
            transaction.set_rollback(True)
        found["ours"].append(ours)
        found["preview"].append(preview)
        count = sum(len(its) for _, its in rows)
        del rows
        gc.collect()
        told = {"peak": peak} if "peak" not in found else {}
        found |= told  # type: ignore[arg-type]  # of the first round: the floor holds all the rows
    json.dump(found | {"rows": count, "kb": len(data) / 1000}, sys.stdout)


def _name(number: int, ending: str) -> str:
    """Unlike any other: letters for digits."""
    letters, told = "абвгдежзиклмнопрст", ""
    while number or not told:
        number, digit = divmod(number, len(letters))
        told += letters[digit] + "о"
    return told.capitalize() + ending


def _workbook() -> bytes:
    from setup import batch as said
    from setup.workbooks import written

    place, batch = said.Place(said.Source("bench"), 0), said.Batch()

    def add(kind, row_type, *args, **fields):
        row = row_type(place, *args, **fields)
        batch.add(kind, row)
        return row

    classes = [f"{5 + number // 5}{'АБВГД'[number % 5]}" for number in range(CLASSES)]
    subjects = [f"Предмет {_name(number, 'ведение')}" for number in range(SUBJECTS)]
    staff = [said.Person(_name(n, "лова"), _name(n, "на"), "Ивановна") for n in range(STAFF)]
    spans = [("09-01", "10-25"), ("11-02", "12-30"), ("01-11", "03-26"), ("04-05", "05-31")]
    for number, span in enumerate(spans, 1):
        days = [datetime.date.fromisoformat(f"{2026 if d > '08' else 2027}-{d}") for d in span]
        add(said.Kind.PERIODS, said.PeriodRow, "quarter", number, *days)
    for number in range(1, 9):
        times = (datetime.time(7 + number), datetime.time(7 + number, 40))
        add(said.Kind.BELLS, said.BellRow, "", number, *times)
    for one in subjects:
        add(said.Kind.SUBJECTS, said.SubjectRow, one)
    for one in staff:
        add(said.Kind.STAFF, said.StaffRow, one, "учитель")
    for number, one in enumerate(classes):
        add(said.Kind.CLASSES, said.ClassRow, one, staff[number])
    _families(add, said, classes)
    _teaching(add, said, classes, subjects, staff)
    return written(batch)


def _families(add, said, classes):
    for number in range(PUPILS):
        pupil = said.Person(_name(number, "шин"), _name(number % 90, "рий"), "Петрович")
        born = BORN + datetime.timedelta(days=number)
        told = (classes[number % CLASSES], born, "m", f"Л-{number}")
        child = add(said.Kind.PUPILS, said.PupilRow, pupil, *told)
        for which in (0, 1):
            names = _name(number, "шина"), _name(number * 2 + which, "ла"), "Олеговна"
            phone = f"+7913{number * 2 + which:07}"
            adult = said.Person(*names)
            add(said.Kind.PARENTS, said.ParentRow, adult, child, "mother", phone)


def _teaching(add, said, classes, subjects, staff):
    for number, one in enumerate(classes):
        for place, subject in enumerate(subjects):
            teacher = staff[(number * 7 + place * 3) % STAFF]
            told = (teacher, subject, (one,))
            add(said.Kind.WORKLOAD, said.WorkloadRow, *told, hours=Decimal(2))
        for hour in range(40):
            told = ((one,), subjects[hour % SUBJECTS], hour // 8 + 1, hour % 8 + 1)
            add(said.Kind.TIMETABLE, said.TimetableRow, *told, room=f"{100 + number}")


def _import(data):
    from django.apps import apps

    from school.models import Role, User
    from setup.actions.applying import start_writing, write
    from setup.actions.preparing import prepare
    from setup.actions.uploading import bring
    from setup.models import Import, ImportFile

    person = User.objects.create(username="bench", last_name="Бенч")
    Role.objects.create(user=person, kind=Role.Kind.ADMIN)
    models = [model for model in apps.get_models() if model not in (Import, ImportFile)]
    before = {model: set(model._base_manager.values_list("pk", flat=True)) for model in models}
    begins = time.perf_counter()
    one = bring([("школа.xlsx", data)], person)
    prepare(one)
    preview = time.perf_counter() - begins
    start_writing(one, person, one.version)
    assert one.claim(state=Import.State.WRITING)
    assert write(one), one.error
    took = time.perf_counter() - begins
    rows = [
        (model, [row for row in model._base_manager.all() if row.pk not in before[model]])
        for model in models
    ]
    one.first.files.get().file.delete()
    return preview, took, [(model, its) for model, its in rows if its]


def _floor(data, rows):
    from django.db import connection
    from python_calamine import CalamineWorkbook

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL DEFERRED")
    begins = time.perf_counter()
    book = CalamineWorkbook.from_filelike(BytesIO(data))
    for name in book.sheet_names:
        book.get_sheet_by_name(name).to_python()
    for model, its in rows:
        model._base_manager.bulk_create(its, batch_size=1000)
    return time.perf_counter() - begins


if __name__ == "__main__":
    main()
