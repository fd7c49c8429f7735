"""A new timetable for the rest of the year in a school of 25 classes, beside the bare SQL that
writes the same rows."""

import datetime
import gc
import time

import time_machine
from django.db import connection, transaction

from journals.actions.dues import set_dues_of_lessons
from school.actions import drafts
from school.actions.timetable import generate_lessons
from school.models import (
    BellUse,
    DraftRow,
    Enrolment,
    GroupMembership,
    Journal,
    Lesson,
    Period,
    SchoolClass,
    SchoolYear,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
    User,
)

NOW = datetime.datetime(2027, 11, 24, 9, tzinfo=datetime.UTC)
MONDAY = datetime.date(2027, 11, 29)
ONE_DAY = datetime.timedelta(days=1)
OTHER_DAY = {1: 2, 2: 1, 3: 4, 4: 3}  # Fridays stay
BATCH = 1000


def against_floor(rounds):
    """Ours and the floor by turns, from the same state to the same rows; all is rolled back."""
    times = {"ours": [], "floor": []}
    with transaction.atomic(), time_machine.travel(NOW):
        year = _next_year()
        for _ in range(rounds + 1):
            before = _lessons()
            took, after, entries = _ours(year)
            times["ours"].append(took)
            assert _lessons() == before
            times["floor"].append(_floor(before, after, entries))
        transaction.set_rollback(True)
    return {name: found[1:] for name, found in times.items()}  # the first one warms


def _next_year():
    """Another year like the last one of the database, its lessons made, nothing written in them."""
    old = SchoolYear.objects.latest("starts_on")

    def later(day):
        return day and day + datetime.timedelta(days=364)  # the same weekday

    year = SchoolYear.objects.create(
        starts_on=datetime.date(2027, 9, 1), ends_on=datetime.date(2028, 5, 31)
    )
    for one in old.periods.all():
        Period.objects.create(
            year=year,
            kind=one.kind,
            number=one.number,
            starts_on=max(later(one.starts_on), year.starts_on),
            ends_on=later(one.ends_on),
        )
    classes, groups = {}, {}
    for one in SchoolClass.objects.filter(year=old):
        classes[one.pk] = SchoolClass.objects.create(
            year=year, number=one.number, letter=one.letter
        )
    for one in TeachingGroup.objects.filter(year=old):
        groups[one.pk] = TeachingGroup.objects.create(
            year=year, kind=one.kind, name=one.name, school_class=classes.get(one.school_class_id)
        )
    for model, place, places in (
        (Enrolment, "school_class", classes),
        (GroupMembership, "group", groups),
    ):
        stayed = list(model.objects.filter(ends_on=None, **{f"{place}__in": places}))
        model.objects.filter(pk__in=[one.pk for one in stayed]).update(ends_on=old.ends_on)
        model.objects.bulk_create(
            model(
                student_id=one.student_id,
                starts_on=year.starts_on,
                **{place: places[getattr(one, f"{place}_id")]},
            )
            for one in stayed
        )
    taught = list(Journal.objects.filter(group__in=groups))
    made = Journal.objects.bulk_create(
        Journal(
            group=groups[one.group_id],
            subject_id=one.subject_id,
            scale_id=one.scale_id,
            period_kind=one.period_kind,
        )
        for one in taught
    )
    for one, new in zip(taught, made, strict=True):
        TeachingAssignment.objects.bulk_create(
            TeachingAssignment(journal=new, teacher_id=pk, starts_on=year.starts_on)
            for pk in set(one.assignments.values_list("teacher", flat=True))
        )
        TimetableEntry.objects.bulk_create(
            TimetableEntry(**row.says | {"journal_id": new.pk}, starts_on=year.starts_on)
            for row in one.timetable.all()
        )
    BellUse.objects.filter(only_that_day=True).delete()
    generate_lessons(year, year.starts_on, year.ends_on)
    set_dues_of_lessons(set(Lesson.objects.filter(date__gte=MONDAY).values_list("date", flat=True)))
    return year


def _lessons():
    """{id: row} of what is to come."""
    found = Lesson.objects.filter(date__gte=MONDAY)
    return {row[0]: row for row in found.values_list(*_columns())}


def _columns():
    return [field.attname for field in Lesson._meta.concrete_fields]


def _ours(year):
    deputy = User.objects.get(username="deputy")
    with transaction.atomic():
        draft = drafts.start_draft(year, MONDAY)
        rows = TimetableEntry.objects.filter(journal__group__year=year, weekday__in=OTHER_DAY)
        DraftRow.objects.bulk_create(
            DraftRow(draft=draft, entry=row, **row.says | {"weekday": OTHER_DAY[row.weekday]})
            for row in rows
        )
        gc.disable()
        begin = time.perf_counter()
        outcome = drafts.apply_draft(draft.pk, {}, deputy)
        took = time.perf_counter() - begin
        gc.enable()
        assert outcome.came > 1000, outcome
        entries = list(
            TimetableEntry.objects.filter(starts_on=MONDAY).values_list(
                "starts_on", "ends_on", *TimetableEntry.SAYS
            )
        )
        after = _lessons()
        transaction.set_rollback(True)
    return took * 1000, after, entries


def _floor(before, after, entries):
    columns = _columns()
    gone = [pk for pk in before if pk not in after]
    made = [row[1:] for pk, row in after.items() if pk not in before]
    changed = [row for pk, row in after.items() if pk in before and before[pk] != row]
    tracked = ", ".join(field.column for field in Lesson.history.model.tracked_fields)
    due = [columns.index(f"{what}_due_at") for what in ("attendance", "topic", "homework")]
    with transaction.atomic(), connection.cursor() as cursor:
        gc.disable()
        begin = time.perf_counter()
        cursor.execute(
            f"INSERT INTO school_historicallesson ({tracked}, history_date, history_type) "
            f"SELECT {tracked}, now(), '-' FROM school_lesson WHERE id = ANY(%s)",
            [gone],
        )
        cursor.execute("DELETE FROM school_lesson WHERE id = ANY(%s)", [gone])
        _insert(cursor, "school_lesson", columns[1:], made)
        for row in changed:
            cursor.execute(
                "UPDATE school_lesson SET attendance_due_at = %s, topic_due_at = %s, "
                "homework_due_at = %s WHERE id = %s",
                [*(row[place] for place in due), row[0]],
            )
        cursor.execute(
            "UPDATE school_timetableentry SET ends_on = %s WHERE ends_on IS NULL "
            "AND weekday = ANY(%s) AND journal_id = ANY(%s)",
            [MONDAY - ONE_DAY, [*OTHER_DAY], [row[2] for row in entries]],
        )
        names = ["starts_on", "ends_on", *TimetableEntry.SAYS]
        _insert(cursor, "school_timetableentry", names, entries)
        took = time.perf_counter() - begin
        gc.enable()
        transaction.set_rollback(True)
    return took * 1000


def _insert(cursor, table, columns, rows):
    line = f"({', '.join(['%s'] * len(columns))})"
    for start in range(0, len(rows), BATCH):
        batch = rows[start : start + BATCH]
        cursor.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([line] * len(batch))}",
            [value for row in batch for value in row],
        )
