"""The deadline watch: a sweep beside bare SQL that finds and inserts the same rows, a sweep that
finds nothing, and the plans of what a sweep asks."""

import datetime
import gc
import re
import time

from django.db import connection, transaction

from journals.actions import watch
from journals.models import LateEntry, Watch

from . import data

COLUMNS = "kind, object_id, lesson_id, journal_id, due_at, settled_at, found_at, excuse"
DUTIES = [  # kind, due, done, of the lessons
    ("attendance", "attendance_due_at", "attendance_taken_at"),
    ("topic", "topic_due_at", "topic_entered_at"),
    ("homework", "homework_due_at", "homework_entered_at"),
]
FLOOR = [
    f"INSERT INTO journals_lateentry ({COLUMNS}) "
    f"SELECT '{kind}', id, id, journal_id, {due}, {done}, %(now)s, '' FROM school_lesson "
    f"WHERE ({done} IS NULL OR {done} > {due}) AND {due} >= %(since)s AND {due} < %(now)s"
    for kind, due, done in DUTIES
] + [
    f"INSERT INTO journals_lateentry ({COLUMNS}) "
    "SELECT 'marks', w.id, w.lesson_id, l.journal_id, w.marks_due_at, w.marked_at, %(now)s, '' "
    "FROM journals_lessonwork w JOIN school_lesson l ON l.id = w.lesson_id "
    "WHERE (w.marked_at IS NULL OR w.marked_at > w.marks_due_at) "
    "AND w.marks_due_at >= %(since)s AND w.marks_due_at < %(now)s"
]
LOOKED = data.NOON - datetime.timedelta(minutes=5)


def against_floor(rounds):
    """Ours and the floor by turns, each from the same state to the same rows."""
    times, found = {"ours": [], "floor": []}, {}
    for _ in range(rounds):
        for name, sweep in (("ours", _ours), ("floor", _floor)):
            _as_before()
            times[name].append(_milliseconds(sweep))
            found[name] = set(LateEntry.objects.values_list(*COLUMNS.split(", ")))
        assert found["ours"] == found["floor"]
        assert len(found["ours"]) == data.NEGLECTED
    return times


def _ours():
    watch.sweep(data.NOON)


@transaction.atomic
def _floor():
    with connection.cursor() as cursor:
        for sql in FLOOR:
            cursor.execute(sql, {"since": LOOKED, "now": data.NOON})


def _as_before():
    """As the last sweep, five minutes before noon, has left it: no dead row is in the way."""
    Watch.objects.update_or_create(pk=1, defaults={"looked_until": LOOKED})
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM journals_lateentry")
        cursor.execute("VACUUM journals_lateentry, journals_watch")


def nothing_new(rounds):
    """Sweeps right after one that has found everything: what it found is still looked at again."""
    Watch.objects.update_or_create(pk=1, defaults={"looked_until": data.NOON})
    watch.sweep(data.NOON)
    times = [_milliseconds(_ours) for _ in range(rounds)]
    assert watch.sweep(data.NOON) == 0
    return {"ours": times}


def scans():
    """Which tables of duties the plans of a sweep's statements read from end to end."""
    asked = []

    def note(execute, sql, params, many, context):
        asked.append((sql, params))
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        watch.sweep(data.NOON)
    found = []
    with connection.cursor() as cursor:
        for sql, params in asked:
            if sql.startswith(("SELECT", "INSERT", "UPDATE")):
                cursor.execute(f"EXPLAIN {sql}", params)
                plan = "\n".join(line for (line,) in cursor.fetchall())
                found += re.findall(r"Seq Scan on (school_lesson|journals_lessonwork)\b", plan)
    return {"asked": len(asked), "scanned": found}


def _milliseconds(sweep):
    gc.disable()
    begin = time.perf_counter()
    sweep()
    took = (time.perf_counter() - begin) * 1000
    gc.enable()
    return took
