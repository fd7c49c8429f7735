"""import(export(x)) = x: into an empty database comes the equal school, into its own nothing."""

import datetime
from collections import Counter
from dataclasses import fields, replace
from decimal import Decimal

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from bench import importing
from school.models import User
from school.queries.calendar import lasting_year
from setup.actions.applying import apply_now
from setup.actions.uploading import bring
from setup.batch import Batch, Kind, Place, PupilRow, Source
from setup.changes import State
from setup.comparing.review import compare
from setup.exported import exported
from setup.queries.standing import standing
from setup.reading.files import read_files
from setup.workbooks import template, written
from tests.setup.brought import Rows
from tests.world import TODAY

NOWHERE = Place(Source("", ""), 0)
# What a reader may trip over: ё, hyphens, what looks like a formula.
names = st.builds(lambda text: text.capitalize(), st.text("абвгдеёжзик", min_size=3, max_size=8))
titles = st.builds(
    str.__add__,
    st.sampled_from(["", "=", "-", "+", "@", "'", "«", "№ 5. "]),
    st.text("абвё", min_size=3, max_size=8),
)
SUBJECTS = ("Химия", "Английский язык", "История")


@st.composite
def schools(draw):
    rows = Rows()
    rows.period("quarter", 1, datetime.date(2026, 9, 1), datetime.date(2026, 10, 25))
    rows.period("quarter", 2, datetime.date(2026, 11, 2), datetime.date(2027, 5, 31))
    for number in (1, 2, 3):
        rows.bell(number, datetime.time(8 + number), datetime.time(8 + number, 40))
    staff = [
        f"{draw(names)}а{'бвг'[n]} {draw(names)} {draw(names)}"
        for n in range(draw(st.integers(2, 3)))
    ]
    for name in staff:
        rows.staff(name, position=draw(titles), phone=f"+791355500{len(rows.batch.rows):02}")
    classes = ["5А", "10Б"][: draw(st.integers(1, 2))]
    for one in classes:
        rows.school_class(one, draw(st.sampled_from([None, *staff])))
    _add_pupils(draw, rows, classes)
    _add_teaching(draw, rows, classes, staff)
    return rows.batch


def _add_pupils(draw, rows, classes):
    for number in range(draw(st.integers(1, 5))):
        child = rows.pupil(
            " ".join(draw(names) for _ in range(draw(st.integers(2, 3)))),
            draw(st.sampled_from(classes)),
            draw(st.none() | st.dates(datetime.date(2010, 1, 1), datetime.date(2016, 1, 1))),
            sex=draw(st.sampled_from(["", "m", "f"])),
            file_number=f"Д-{number}",
        )
        for parent in range(draw(st.integers(0, 2))):
            relation = draw(st.sampled_from(["", "mother", "father", "other"]))
            phone = f"+7913{number}{parent}00000"
            name = " ".join(draw(names) for _ in range(draw(st.integers(2, 3))))
            rows.parent(name, child, relation=relation, phone=phone)


def _add_teaching(draw, rows, classes, staff):
    children = rows.batch.rows[Kind.PUPILS]
    for one in classes:
        for place, subject in enumerate(SUBJECTS[: draw(st.integers(0, 3))]):
            hours = draw(st.sampled_from(["1", "2.5", "0.5"]))
            rows.hours(one, subject, hours)
            groups = draw(st.sampled_from([("",), ("1 группа", "2 группа"), ("", "")]))
            for number, group in enumerate(groups):
                label = group or ("весь класс" if len(groups) > 1 else "")
                rows.load(staff[number], subject, one, group=label, hours=hours)
            rows.hour(one, subject, place + 1, 1, group=groups[0], room=draw(titles))
            for title in draw(st.lists(titles, max_size=2)):
                rows.plan(
                    one,
                    subject,
                    title,
                    group=groups[0],
                    hours=draw(st.integers(1, 3)),
                    section=draw(titles),
                    planned_on=draw(st.none() | st.just(datetime.date(2026, 9, 7))),
                )
            for child in children:
                if groups[0] and child.class_name == one and draw(st.booleans()):
                    rows.group(child, subject, draw(st.sampled_from(groups)))


def told(batch: Batch):
    """{kind: how often which row} but for where it stood."""
    return {kind: Counter(map(repr, map(_bare, rows))) for kind, rows in batch.rows.items()}


def _bare(row):
    parts = {one.name: getattr(row, one.name) for one in fields(row)}
    children = {  # of whom no sheet but the pupils' own says the sex
        name: replace(_bare(value), sex="")
        for name, value in parts.items()
        if isinstance(value, PupilRow)
    }
    numbers = {name: float(value) for name, value in parts.items() if isinstance(value, Decimal)}
    return replace(row, place=NOWHERE, **children, **numbers)


def moved_in(data):
    """The school that comes of a workbook in an empty database, as rows, and what its own workbook
    would change in it; all is taken back."""
    with transaction.atomic():
        person = User.objects.create(username="secretary", last_name="Секретарь")
        one = bring([("школа.xlsx", data)], person)
        assert apply_now(one, person), one.error
        one.refresh_from_db()
        stands = standing(lasting_year(TODAY), TODAY)
        batch = exported(stands)
        again = read_files([("школа.xlsx", written(batch))], {}, TODAY)
        review = compare(again.batch, stands, {})
        transaction.set_rollback(True)
    return batch, again.batch, review, one


@pytest.mark.any_database
@given(schools())
@settings(
    max_examples=20,
    deadline=None,
    phases=[Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
def test_a_school_reads_back_as_it_was(db, batch):
    first, read, review, one = moved_in(written(batch))
    assert not [line for line in one.report["lines"] if line["state"] == "wrong"]
    wanted, there = told(batch), told(first)
    for kind in wanted.keys() - {Kind.SUBJECTS}:
        assert there.get(kind, Counter()) - wanted[kind] == Counter()
        assert wanted[kind] - there.get(kind, Counter()) == Counter()
    assert told(read) == there
    assert not review.problems
    assert not review.questions
    assert {change.state for change in review.changes} <= {State.SAME}
    second, *_ = moved_in(written(first))
    assert told(second) == there


@pytest.mark.any_database
def test_the_template_brings_nothing_in():
    read = read_files([("образец.xlsx", template())], {}, TODAY)
    assert not read.batch.rows
    assert not read.batch.problems
    assert not [sheet.error for sheet in read.sheets if sheet.error]


def test_the_bench_has_a_school_to_bring():
    """`make bench` runs on another day: what it begins with is to be made today as well."""
    batch = read_files([("школа.xlsx", importing._workbook())], {}, TODAY).batch
    assert not batch.problems
    assert len(batch.rows[Kind.PUPILS]) == importing.PUPILS
