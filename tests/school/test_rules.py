"""Days, spans of days, weeks, names."""

import datetime
import re
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.rules import texts
from school.rules.days import (
    WorkingCalendar,
    is_calendar_known,
    monday_of_week,
    repeated,
    unknown_calendar,
    week_key,
    working_day_before,
)
from school.rules.spans import END_OF_TIME, covers, intersect, span, subtract, unite
from school.rules.terms import HALF_YEAR, QUARTER, TRIMESTER, terms_of, terms_of_any
from school.rules.texts import alphabetical, counted, visible, word_pattern

FIRST = datetime.date(2026, 9, 1)
DAYS = st.integers(0, 40).map(lambda n: FIRST + datetime.timedelta(days=n))
SPANS = st.lists(st.tuples(DAYS, DAYS).map(sorted).map(tuple), max_size=4)


def days(spans):
    """The spans as a plain set of days."""
    found = set()
    for first, last in spans:
        found |= {first + datetime.timedelta(days=n) for n in range((last - first).days + 1)}
    return found


@given(SPANS, SPANS)
def test_subtract_and_intersect_are_those_of_sets(one, other):
    assert days(subtract(one, other)) == days(one) - days(other)
    assert days(intersect(one, other)) == days(one) & days(other)


@given(SPANS, DAYS)
def test_covers(spans, day):
    assert covers(spans, day) == (day in days(spans))


@given(SPANS)
def test_unite_is_that_of_sets_and_has_gaps(spans):
    found = unite(spans)
    assert days(found) == days(spans)
    for (_, last), (first, _) in pairwise(found):
        assert last + datetime.timedelta(days=1) < first


def test_an_open_end_takes_in_what_follows():
    later = FIRST + datetime.timedelta(days=9)
    assert unite([(later, later), span(FIRST, None)]) == [(FIRST, END_OF_TIME)]


def spans_of(*numbers):
    """Spans of days of the first forty of the year: «1-7»."""
    pairs = (text.split("-") for text in numbers)
    return [tuple(FIRST + datetime.timedelta(days=int(n) - 1) for n in pair) for pair in pairs]


QUARTERS = spans_of("1-7", "10-17", "20-27", "30-40")
TRIMESTERS = spans_of("1-12", "15-25", "28-40")
HALVES = spans_of("1-17", "20-40")
ALL = {QUARTER: QUARTERS, TRIMESTER: TRIMESTERS, HALF_YEAR: HALVES}


@pytest.mark.parametrize(
    ("kind", "spans", "terms", "why"),
    [
        (QUARTER, ALL, QUARTERS, "their own: a break between trimesters is none for them"),
        (TRIMESTER, ALL, TRIMESTERS, "and the other way round"),
        (HALF_YEAR, ALL, QUARTERS, "half-years have no breaks of their own: those of quarters"),
        (
            HALF_YEAR,
            {TRIMESTER: TRIMESTERS, HALF_YEAR: HALVES},
            spans_of("1-12", "15-17", "20-25", "28-40"),
            "of a year without quarters those of trimesters",
        ),
        (HALF_YEAR, {HALF_YEAR: HALVES}, HALVES, "alone"),
        (
            HALF_YEAR,
            {QUARTER: QUARTERS, HALF_YEAR: HALVES[:1]},
            QUARTERS[:2],
            "the half-year's own end is one too",
        ),
        (QUARTER, {QUARTER: QUARTERS, HALF_YEAR: HALVES[:1]}, QUARTERS, "but not for quarters"),
        (
            TRIMESTER,
            {QUARTER: QUARTERS, HALF_YEAR: HALVES},
            QUARTERS,
            "none entered yet: what the others share",
        ),
        (HALF_YEAR, {QUARTER: QUARTERS}, QUARTERS, "the same of half-years"),
        (QUARTER, {}, [], "a year without periods"),
    ],
)
def test_terms_of_a_kind(kind, spans, terms, why):
    assert terms_of(kind, spans) == terms, why


def test_terms_of_anybody():
    assert terms_of_any(ALL) == spans_of("1-40")  # there is no day on which all have a vacation
    assert terms_of_any({QUARTER: QUARTERS, HALF_YEAR: HALVES}) == QUARTERS
    assert terms_of_any({TRIMESTER: TRIMESTERS}) == TRIMESTERS
    assert terms_of_any({}) == []
    assert terms_of_any(ALL, {TRIMESTER}) == TRIMESTERS
    assert terms_of_any(ALL, {TRIMESTER, QUARTER}) == spans_of("1-40")
    assert terms_of_any({QUARTER: QUARTERS}, {TRIMESTER}) == QUARTERS  # of no kind that there is


def test_an_open_end_lasts():
    assert covers([span(FIRST, None)], datetime.date(2099, 1, 1))


@pytest.mark.parametrize(
    ("day", "five", "six", "why"),
    [
        ("2026-11-03", True, True, "a Tuesday"),
        ("2026-11-04", False, False, "Unity Day"),
        ("2026-11-07", False, True, "a Saturday"),
        ("2026-11-08", False, False, "a Sunday"),
        ("2026-12-31", False, False, "a day off moved here by the government"),
        ("2027-01-08", False, False, "the New Year holidays"),
        ("2027-01-11", True, True, "the first working day after them"),
        ("2027-02-20", True, True, "a Saturday made a working day"),
        ("2027-02-22", False, True, "in exchange for this Monday"),
        ("2027-05-03", False, True, "1 May on a Saturday, where it is a day off, is made up for"),
        ("2027-05-10", False, False, "9 May on a Sunday is made up for"),
    ],
)
def test_working_days_of_russia(day, five, six, why):
    day = datetime.date.fromisoformat(day)
    assert WorkingCalendar(5).is_working(day) is five, why
    assert WorkingCalendar(6).is_working(day) is six, why


@pytest.mark.parametrize(
    ("day", "override", "working", "weekday"),
    [
        ("2026-11-03", (False, None), False, None),  # quarantine
        ("2026-11-07", (True, 5), True, 5),  # a Saturday taught as a Friday
        ("2026-11-08", (True, 5), True, 5),  # a Sunday taught so
        ("2026-11-09", (True, 7), True, 7),  # a Monday taught as a Sunday
        ("2026-11-04", (True, None), True, 3),  # the school works on a holiday
        ("2027-02-20", None, True, 6),  # a Saturday made a working day: by its own timetable
        ("2026-11-05", None, True, 4),
        ("2026-11-08", (False, None), False, None),  # the school says: no lessons this Sunday
        ("2026-11-08", (True, None), True, 7),
    ],
)
def test_the_schools_overrides(day, override, working, weekday):
    day = datetime.date.fromisoformat(day)
    calendar = WorkingCalendar(5, {day: override} if override else {})
    assert calendar.is_working(day) is working
    assert calendar.timetable_weekday(day) == weekday


@pytest.mark.parametrize("week_days", [5, 6])
@pytest.mark.parametrize(
    ("day", "weekday", "why"),
    [
        ("2026-11-06", 5, "a Friday"),
        ("2026-11-07", 6, "a Saturday: in a five-day week too, if the timetable has rows of it"),
        ("2026-11-08", 7, "a Sunday, which is worked in neither"),
        ("2026-11-04", None, "Unity Day"),
        ("2027-05-09", None, "Victory Day on a Sunday"),
        ("2027-05-01", None, "a holiday on a Saturday"),
        ("2026-12-31", None, "a day off moved here by the government"),
        ("2027-02-20", 6, "a Saturday made a working day"),
    ],
)
def test_the_timetable_that_is_followed(week_days, day, weekday, why):
    day = datetime.date.fromisoformat(day)
    assert WorkingCalendar(week_days).timetable_weekday(day) == weekday, why


@pytest.mark.parametrize(
    ("day", "before"),
    [
        ("2026-11-25", "2026-11-24"),
        ("2026-11-23", "2026-11-20"),  # a weekend
        ("2026-11-05", "2026-11-03"),  # День народного единства
        ("2026-11-19", "2026-11-17"),  # a day off by the school's order
        ("2027-01-11", "2026-12-30"),  # the New Year's holidays
    ],
)
def test_the_working_day_before(day, before):
    calendar = WorkingCalendar(5, {datetime.date(2026, 11, 18): (False, None)})
    found = working_day_before(datetime.date.fromisoformat(day), calendar)
    assert found == datetime.date.fromisoformat(before)


@pytest.mark.parametrize(
    ("today", "year"),
    [
        ("2026-11-25", None),
        ("2027-08-31", None),
        ("2098-09-01", 2098),
        ("2099-01-10", 2099),
    ],
)
def test_a_production_calendar_that_is_not_known_yet(today, year):
    assert unknown_calendar(datetime.date.fromisoformat(today)) == year


def test_the_next_one_is_wanted_from_september_on():
    last = max(year for year in range(2026, 2060) if is_calendar_known(year))
    assert unknown_calendar(datetime.date(last, 8, 31)) is None
    assert unknown_calendar(datetime.date(last, 9, 1)) == last + 1


def test_holidays_have_russian_names():
    assert WorkingCalendar(6).holiday_name(datetime.date(2027, 5, 3)) == ""
    assert WorkingCalendar(5).holiday_name(datetime.date(2026, 11, 4)) == "День народного единства"
    assert WorkingCalendar(5).holiday_name(datetime.date(2026, 11, 5)) == ""


@pytest.mark.parametrize(
    ("day", "key"),
    [("2026-11-25", "2026-W48"), ("2027-01-01", "2026-W53"), ("2027-01-04", "2027-W01")],
)
def test_weeks(day, key):
    day = datetime.date.fromisoformat(day)
    assert week_key(day) == key
    assert monday_of_week(key) == day - datetime.timedelta(days=day.weekday())


@pytest.mark.parametrize(
    "key",
    ["", "abc", "2026-W60", "2026-48", "2026-W48-1", "2027-W53", "0001-W01", "9999-W52"],
)
def test_no_such_week(key):
    with pytest.raises(ValueError):  # noqa: PT011  its text is the interpreter's
        monday_of_week(key)


@pytest.mark.parametrize(
    ("number", "noun"),
    [
        (0, "записей"),
        (1, "запись"),
        (2, "записи"),
        (4, "записи"),
        (5, "записей"),
        (11, "записей"),
        (12, "записей"),
        (14, "записей"),
        (20, "записей"),
        (21, "запись"),
        (23, "записи"),
        (111, "записей"),
        (101, "запись"),
        (112, "записей"),
        (122, "записи"),
    ],
)
def test_a_number_with_its_noun(number, noun):
    assert counted(number, "запись", "записи", "записей") == f"{number} {noun}"


def test_a_day_that_stands_twice():
    days = [datetime.date(2026, 11, number) for number in (20, 23, 23, 24, 27, 27, 27)]
    assert repeated(days) == {days[1], days[4]}
    assert repeated([]) == set()


def test_names_stand_in_the_order_of_the_alphabet():
    names = ["Жуков", "Ёлкин", "Елина", "Ежов", "ёжиков", "Якин", "Абрамов"]
    wanted = ["Абрамов", "ёжиков", "Ежов", "Елина", "Ёлкин", "Жуков", "Якин"]
    assert sorted(names, key=alphabetical) == wanted


@pytest.mark.parametrize(
    ("text", "seen"),
    [
        ("Иванов", "Иванов"),
        ("", ""),
        ("  Иванов   Иван ", "Иванов Иван"),
        ("Иванов\u00a0Иван", "Иванов Иван"),  # no-break
        ("Иванов\u202f\u2007\u3000Иван", "Иванов Иван"),  # narrow, of figures, ideographic
        ("Иванов\t\r\nИван\x85", "Иванов Иван"),
        ("Иванов\u3164\u2800Иван", "Иванов Иван"),  # fillers that count as letters
        ("Иванов\u200b", "Иванов"),
        ("\ufeffИв\u200c\u200d\u2060ан\u00adов", "Иванов"),
        ("\u202aИванов\u202c\u200e\u2066", "Иванов"),  # directions
        ("Ива\x00н\x07ов\x7f", "Иванов"),
        ("Иванов\ufe0f\u034f", "Иванов"),  # variation selector, grapheme joiner
        ("Иванов\U000e0041", "Иванов"),
        ("Иванов\ud800", "Иванов"),  # half a letter, which no database takes
        ("\u200b\u00a0\ufeff", ""),
        ("5\u200b/\u00a04", "5/ 4"),
        ("Андреи\u0306 Семе\u200b\u0308нов", "Андрей Семёнов"),  # as a Mac's file names have it
        ("Салтыков-Щедрин, «О’Хара» № 5 — 4½", "Салтыков-Щедрин, «О’Хара» № 5 — 4½"),
    ],
)
def test_visible(text, seen):
    assert visible(text) == seen


@given(st.text())
def test_what_is_visible_stays_visible(text):
    assert visible(visible(text)) == visible(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Семёнов   ИВАН ", ["семенов", "иван"]),
        ("Салтыков-Щедрин М. Е.", ["салтыков", "щедрин", "м", "е"]),
        ("3А", ["3", "а"]),
        ("5 англ. 1", ["5", "англ", "1"]),
        ("ivanov_2", ["ivanov", "2"]),
        ("Ив\u00adанов\u200b", ["иванов"]),
        ("«—» % _ . [", []),
    ],
)
def test_words(text, words):
    assert texts.words(text) == words


@pytest.mark.parametrize(
    ("word", "found", "others"),
    [
        ("семен", "Семёнов СЕМЕН семёнович Иван-Семён", "Несеменов Сем"),
        ("семенов", "Семёнов СЕМЕНОВА", "Симёнов"),
        ("а", "А 3А 3A Анна", "ба"),
        ("a", "А 3А 3A Анна", "ба"),
        ("3", "3А 3 33 А3", "13 а"),
        ("ivanov", "Ivanov IVANOV2", "1vanov"),
    ],
)
def test_a_word_is_found(word, found, others):
    pattern = word_pattern(word)
    for text in found.split():
        assert re.search(pattern, text), text
    for text in others.split():
        assert not re.search(pattern, text), text


@given(st.text("аеёжАЕЁЖaeAE19 -.\u00a0\u200b", max_size=20))
def test_every_word_of_a_name_finds_it(name):
    for text in (name, name.upper(), name.replace("ё", "е")):
        for word in texts.words(text):
            assert re.search(word_pattern(word), visible(name))
