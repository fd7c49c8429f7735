"""Rows of files as readers make them, without a file."""

import datetime
from decimal import Decimal

import pytest

from setup.batch import (
    Batch,
    BellRow,
    ClassRow,
    CurriculumRow,
    GroupRow,
    Kind,
    ParentRow,
    PeriodRow,
    Person,
    Place,
    PlanRow,
    PupilRow,
    Source,
    StaffRow,
    SubjectRow,
    TimetableRow,
    WorkloadRow,
)
from setup.reading.files import ReadFiles

BORN = datetime.date(2015, 3, 15)
_source = Source("список.xlsx", "лист")


class Rows:
    """A batch that grows; each row has the next number."""

    def __init__(self):
        self.batch, self.number = Batch(), 1

    def _add(self, kind, row_type, *args, **fields):
        self.number += 1
        row = row_type(Place(_source, self.number), *args, **fields)
        self.batch.add(kind, row)
        return row

    def subject(self, name, **fields):
        return self._add(Kind.SUBJECTS, SubjectRow, name, **fields)

    def period(self, *args):
        return self._add(Kind.PERIODS, PeriodRow, *args)

    def bell(self, number, starts_at, ends_at, schedule=""):
        return self._add(Kind.BELLS, BellRow, schedule, number, starts_at, ends_at)

    def staff(self, name, **fields):
        return self._add(Kind.STAFF, StaffRow, person(name), **fields)

    def school_class(self, name, teacher=None):
        return self._add(Kind.CLASSES, ClassRow, name, teacher and person(teacher))

    def pupil(self, name, class_name, born_on=BORN, **fields):
        fields |= {"born_on": born_on}
        return self._add(Kind.PUPILS, PupilRow, person(name), class_name, **fields)

    def parent(self, name, child, **fields):
        return self._add(Kind.PARENTS, ParentRow, person(name), child, **fields)

    def hours(self, class_name, subject, hours):
        return self._add(Kind.CURRICULUM, CurriculumRow, class_name, subject, Decimal(hours))

    def load(self, teacher, subject, *classes, group="", hours=None):
        hours = None if hours is None else Decimal(hours)
        who = teacher and person(teacher)
        return self._add(
            Kind.WORKLOAD, WorkloadRow, who, subject, classes, group=group, hours=hours
        )

    def group(self, child, subject, group):
        return self._add(Kind.GROUPS, GroupRow, child, subject, group)

    def hour(self, class_name, subject, weekday, number, **fields):
        return self._add(
            Kind.TIMETABLE, TimetableRow, (class_name,), subject, weekday, number, **fields
        )

    def plan(self, class_name, subject, title, **fields):
        return self._add(Kind.PLAN, PlanRow, class_name, subject, title, **fields)


def person(name):
    return Person(*name.split(" "))


@pytest.fixture
def brings(monkeypatch):
    """A function that lets the next reading of files give the batch of some Rows."""

    def bring(rows):
        read = lambda files, answers, today: ReadFiles(batch=rows.batch)  # noqa: E731
        monkeypatch.setattr("setup.actions.preparing.read_files", read)

    return bring
