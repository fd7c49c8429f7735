"""What schools usually have: days of a year, bells, subjects, scales, works, names of classes."""

import datetime
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journals.records import NO_MARKS
from school.models import Meaning
from school.rules.terms import HALF_YEAR, QUARTER, TRIMESTER
from setup import usual
from setup.class_names import class_name, class_names


def days(*spans):
    return [tuple(datetime.date.fromisoformat(day) for day in span) for span in spans]


def test_the_year_2026():
    year = usual.year(2026, [QUARTER, HALF_YEAR])
    assert [year.span] == days(("2026-09-01", "2027-05-26"))
    assert year.periods[QUARTER] == days(
        ("2026-09-01", "2026-10-25"),
        ("2026-11-02", "2026-12-30"),
        ("2027-01-11", "2027-03-28"),
        ("2027-04-05", "2027-05-26"),
    )
    assert year.periods[HALF_YEAR] == days(
        ("2026-09-01", "2026-12-30"), ("2027-01-11", "2027-05-26")
    )
    assert year.vacations == [(1, *days(("2027-02-15", "2027-02-21")))]


def test_trimesters_have_vacations_in_them():
    year = usual.year(2026, [TRIMESTER])
    assert year.periods[TRIMESTER] == days(
        ("2026-09-01", "2026-11-15"), ("2026-11-23", "2027-02-21"), ("2027-03-01", "2027-05-26")
    )
    assert [whose for whose, _ in year.vacations] == [None, None, None]
    winter = year.vacations[1][1]
    assert [winter] == days(("2026-12-31", "2027-01-10"))


@given(st.integers(2020, 2090), st.sampled_from([QUARTER, TRIMESTER, HALF_YEAR]))
def test_periods_of_any_year_are_in_order_and_parted(first, kind):
    year = usual.year(first, [kind])
    flat = [day for span in year.periods[kind] for day in span]
    assert flat == sorted(set(flat))
    assert (flat[0], flat[-1]) == year.span
    assert all(starts <= ends for _, (starts, ends) in year.vacations)
    assert year.span[1].isoweekday() <= 5


@pytest.mark.parametrize(
    ("today", "first"), [("2026-11-26", 2026), ("2027-05-31", 2026), ("2027-06-01", 2027)]
)
def test_which_year_is_set_up(today, first):
    assert usual.first_year(datetime.date.fromisoformat(today)) == first


def test_bells():
    hours = usual.bells(datetime.time(8, 30), 40, [10, 20], 4)
    assert [f"{one.starts_at:%H:%M}–{one.ends_at:%H:%M}" for one in hours] == [
        "08:30–09:10",
        "09:20–10:00",
        "10:20–11:00",
        "11:20–12:00",
    ]
    with pytest.raises(ValueError, match="midnight"):
        usual.bells(datetime.time(20), 60, [30], 5)


def test_templates_fit_what_they_fill():
    subjects = usual.subjects_of(list(usual.PROGRAMMES))
    assert len({name.casefold() for name, _ in subjects}) == len(subjects)
    assert all(len(name) <= 100 and 0 < len(short) <= 20 for name, short in subjects)
    for values in usual.SCALES.values():
        texts = [text for text, *_ in values]
        assert len(set(texts)) == len(texts)
        assert all(re.fullmatch(r"[0-9а-яё][0-9а-яё+-]*", text) for text in texts)
        assert not set(texts) & {str(one) for one in NO_MARKS}
        assert {meaning for *_, meaning in values} <= {"", *Meaning.values}
    for place in (0, 1):
        names = [work[place] for work in usual.WORKS]
        assert len(set(names)) == len(names)
    assert all(len(work[1]) <= 6 for work in usual.WORKS)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("5А", (5, "А")),
        ("5 а", (5, "А")),
        ("5-б", (5, "Б")),
        ("5A", (5, "А")),  # Latin
        ("«10В»", (10, "В")),
        ("11", (11, "")),
        ("0", (0, "")),
        ("13А", None),
        ("А5", None),
        ("5А Иванов", None),
        ("", None),
    ],
)
def test_a_class_as_people_write_it(text, name):
    assert class_name(text) == name


def test_a_line_of_classes():
    assert class_names("1А, 1 б;2-А,, 1a") == ([(1, "А"), (1, "Б"), (2, "А")], [])
    assert class_names("5а 5 Б 10А") == ([(5, "А"), (5, "Б"), (10, "А")], [])
    assert class_names("1А, Иванов") == ([(1, "А")], ["Иванов"])
