"""The plan of a journal (2.7): what comes next, how far behind it is, what fits, what moves."""

import datetime
from importlib import import_module

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journals import plans
from journals.plans import PlanLesson, PlanLine

MONDAY = datetime.date(2026, 11, 2)
DAY = datetime.timedelta(days=1)


def lines(*told):
    """«Тема», «Тема*2» for two hours, with ids from 1."""
    found = []
    for pk, text in enumerate(told, start=1):
        title, _, hours = text.partition("*")
        found.append(PlanLine(title, int(hours or 1), pk=pk))
    return found


def on(number):
    return MONDAY + number * DAY


def lessons(*told):
    """One a day: «» empty, «Тема» with that topic, «Тема>2» that gave line 2, «!сбой» cancelled."""
    found = []
    for at, text in enumerate(told):
        topic, _, line = text.partition(">")
        void = topic[1:] if topic.startswith("!") else ""
        topic = "" if void else topic
        made = PlanLesson(at + 1, on(at), 1, topic, int(line) if line else None, void, True, on(at))
        found.append(made)
    return found


# --- what comes next ---

ERRORS = "Работа над ошибками"


@pytest.mark.parametrize(
    ("plan", "held", "told"),
    [
        (["А*2", "Б", "В"], ["", "", "", "", ""], ["А", "А", "Б", "В", None]),
        (["А*2", "Б"], ["А>1", "", ""], ["=А", "А", "Б"]),
        (["А", "Б"], ["А>1", "Повторение", ""], ["=А", "?Б", "Б"]),  # its own: uses no line
        # By place, not by text: after the second of a title comes the third line.
        (
            [ERRORS, "Б", ERRORS, "В"],
            [f"{ERRORS}>1", "Б>2", f"{ERRORS}>3", ""],
            [f"={ERRORS}", "=Б", f"={ERRORS}", "В"],
        ),
        (["А", "Б", "В"], ["А>1", "!сбой", ""], ["=А", None, "Б"]),  # the plan follows lessons
        (["А", "Б", "В"], ["Б>2", ""], ["=Б", "А"]),  # what was passed over comes next
        (["А", "Б"], ["А>1", "Б>2", ""], ["=А", "=Б", None]),  # used up
        (["А", "Б"], ["", "Б>2", ""], ["А", "=Б", None]),  # a topic not entered is expected
        (["А"], ["Своя", "А>1"], ["?None", "=А"]),  # nothing left to bind it to
        (["А"], ["Чужая>9", ""], ["?А", "А"]),  # its line is no more
        (["А", "Б"], ["А>1", "А>1", ""], ["=А", "?Б", "Б"]),  # no line beyond its hours
        ([], ["", "Своя"], [None, None]),
    ],
)
def test_what_the_plan_says_of_each_lesson(plan, held, told):
    """«=А» gave it, «А» comes next, «?А» is «вне плана» and could be bound to А."""
    found = plans.follow(lines(*plan), lessons(*held))
    said = []
    for lesson in found.lessons:
        place = found.places.get(lesson.pk, plans.NOWHERE)
        title = place.line.title if place.line else None
        sign = "=" if place.is_given else "?" if place.is_off else ""
        said.append(f"{sign}{title}" if sign else title)
    assert said == told


def test_what_owes_no_topic_gives_no_line():
    held = [lesson._replace(owes_topic=at != 1) for at, lesson in enumerate(lessons("", "", ""))]
    found = plans.follow(lines("А", "Б"), held)
    assert [found.places[pk].line.title for pk in (1, 3)] == ["А", "Б"]
    assert 2 not in found.places


def test_numbers_count_hours():
    found = plans.follow(lines("А*2", "Б"), lessons("А>1", "", ""))
    assert [found.places[pk].number for pk in (1, 2, 3)] == [1, 2, 3]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Контрольная работа № 3", "контрольная работа №3.", True),
        ("Счёт", "Счет", True),
        ("Дроби", "Дроби и проценты", False),
    ],
)
def test_titles_are_compared_as_a_reader_does(one, other, same):
    assert plans.same_title(one, other) is same


# --- ahead or behind ---


@pytest.mark.parametrize(
    ("plan", "held", "day", "lag"),
    [
        (["А", "Б", "В"], ["А>1", "Б>2", ""], 1, 0),
        (["А", "Б", "В"], ["А>1", "!сбой", "Б>2"], 2, 1),
        (["А", "Б", "В"], ["А>1", "!сбой", "!акт. день", ""], 3, 1),  # the plan has three hours
        (["А", "Б", "В", "Г"], ["А>1", "!сбой", "!акт. день", ""], 3, 2),
        (["А", "Б", "В"], ["А>1", "Своя", ""], 1, 1),  # «вне плана»
        (["А", "Б", "В"], ["А>1", "", "В>3"], 2, 0),  # not entered: another duty
        (["А", "Б"], [], 3, 0),
    ],
)
def test_a_plan_without_dates_goes_lesson_by_lesson(plan, held, day, lag):
    assert plans.plan_of(lines(*plan), lessons(*held)).lag(on(day)) == lag


def test_one_more_lesson_catches_up():
    held = lessons("А>1", "!сбой", "Б>2")
    extra = PlanLesson(9, on(2), 5, "В", 3, timetabled_on=None)
    assert plans.plan_of(lines("А", "Б", "В"), [*held, extra]).lag(on(2)) == 0


def dated(*days):
    """Lines on these days from Monday on, None without one."""
    return [
        PlanLine(f"Тема {pk}", planned_on=None if at is None else on(at), pk=pk)
        for pk, at in enumerate(days, start=1)
    ]


@pytest.mark.parametrize(
    ("days", "held", "day", "lag"),
    [
        ([0, 1, 2], ["1>1", "2>2", ""], 2, 0),
        ([0, 1, 2], ["1>1", "!сбой", "2>2"], 2, 1),
        ([0, 1, 1], ["1>1", "", ""], 1, 1),  # two lines on one day
        ([1, 2, 3], ["1>1", "2>2"], 1, -1),  # ahead
        # A line without a day follows the one before it, an hour a lesson.
        ([0, None, 1], ["1>1", ""], 0, 0),
        ([0, None, 1], ["1>1", ""], 1, 1),
        ([0, None, None], ["1>1", "!сбой", "2>2"], 1, 0),
        ([0, None, None], ["1>1", "", "!сбой", ""], 3, 0),
        ([None, None, 2], ["1>1", "!сбой", ""], 1, 1),  # before the first date by the timetable
        ([None, None, 2], ["1>1", "!сбой", ""], 2, 1),
        ([5, 6], ["1>1"], 0, -1),
    ],
)
def test_a_plan_with_dates_goes_by_them(days, held, day, lag):
    assert plans.plan_of(dated(*days), lessons(*held)).lag(on(day)) == lag


def test_of_a_dated_line_an_hour_is_wanted_a_lesson():
    one = PlanLine("А", 3, planned_on=on(0), pk=1)
    two = PlanLine("Б", 1, planned_on=on(3), pk=2)
    plan = plans.plan_of([one, two], lessons("А>1", "!сбой", "", ""))
    assert [plan.wanted(on(day)) for day in range(4)] == [1, 1, 2, 4]


def test_a_line_whose_lesson_is_cancelled_is_wanted_that_day():
    assert plans.plan_of(dated(0, 1), lessons("1>1", "!сбой")).lag(on(1)) == 1


def test_a_moved_lesson_is_wanted_when_the_timetable_had_it():
    one, two = lessons("А>1", "")
    moved = two._replace(date=on(3))
    assert plans.plan_of(lines("А", "Б"), [one, moved]).lag(on(1)) == 1


def test_what_fits_until_a_day():
    plan = plans.plan_of(lines(*"АБВГДЕ"), lessons("А>1", "!сбой", "", "", "!мороз", ""))
    assert plan.fit(on(5)) == (3, 5)
    assert plan.fit(on(5)).excess == 2
    assert [line.title for line in plan.unfit] == ["Д", "Е"]


@pytest.mark.parametrize(
    ("plan", "held", "left_out"),
    [
        (["А", "Б*2", "В"], ["А>1", "Б>2", "В>3"], ["Б"]),
        (["А", "Б", "В"], ["А>1", "", "В>3"], []),  # its topic was not entered yet
        (["А", "Б*2"], ["А>1", "Б>2", ""], []),  # it goes on
        (["А", "Б"], ["А>1", "!сбой", ""], []),
    ],
)
def test_what_was_passed_over_is_named(plan, held, left_out):
    found = plans.plan_of(lines(*plan), lessons(*held))
    assert [line.title for line in found.left_out] == left_out


def test_repeated_titles_are_numbered():
    assert plans.repeated_titles(lines("А", "Б", "а.", "В", "А")) == {
        1: (1, 3),
        3: (2, 3),
        5: (3, 3),
    }


# --- «перенести план» ---


def test_the_plan_moves_to_the_lessons_that_will_give_it():
    plan = plans.plan_of(dated(0, 1, 2, 3), lessons("1>1", "!сбой", "", "", ""))
    after = plans.shift(plan)
    assert [line.planned_on for line in after] == [on(0), on(2), on(3), on(4)]
    assert [(one.line.pk, one.was, one.becomes) for one in plans.moved(plan, after)] == [
        (2, on(1), on(2)),
        (3, on(2), on(3)),
        (4, on(3), on(4)),
    ]
    assert plans.plan_of(after, plan.followed.lessons).lag(on(3)) == 0


def test_what_finds_no_lesson_has_no_day():
    plan = plans.plan_of(dated(0, 1, 2), lessons("1>1", "!сбой", ""))
    assert [line.planned_on for line in plans.shift(plan)] == [on(0), on(2), None]


def test_a_plan_without_dates_gets_them_and_keeps_what_was_given():
    plan = plans.plan_of(lines("А", "Б", "В"), lessons("!сбой", "А>1", "", ""))
    after = plans.shift(plan)
    assert [line.planned_on for line in after] == [on(0), on(2), on(3)]
    assert plans.plan_of(after, plan.followed.lessons).lag(on(2)) == 0


def test_what_looks_spare_is_proposed():
    found = plans.spare(lines("Дроби", "Резервный урок", "Повторение за год", "Решение задач"))
    assert [line.pk for line in found] == [2, 3, 4]


# --- another plan in its place ---


def kinds(free, coming):
    return [
        (one.kind, one.was and one.was.pk, one.becomes and one.becomes.title)
        for one in plans.compare(lines(*free), [line._replace(pk=0) for line in lines(*coming)])
    ]


def test_lines_that_stay_are_the_same_lines():
    assert kinds(["А", ERRORS, "Б", ERRORS], ["А", ERRORS, "В", ERRORS]) == [
        ("same", 1, "А"),
        ("same", 2, ERRORS),
        ("gone", 3, None),
        ("new", None, "В"),
        ("same", 4, ERRORS),
    ]
    assert kinds(["А"], ["А*2"]) == [("changed", 1, "А")]


@pytest.mark.parametrize(
    ("held", "coming", "skip"),
    [
        (["А>1", "Б>2", ""], "АБВГ", 2),  # the whole plan comes
        (["А>1", "Б>2", ""], "ВГ", 0),  # what goes on from here
        (["", ""], "АБВ", 0),
    ],
)
def test_how_much_of_what_comes_was_given(held, coming, skip):
    followed = plans.follow(lines("А", "Б", "В"), lessons(*held))
    assert plans.already_given(followed, lines(*coming)) == skip


def test_days_stay_in_their_places():
    one, two, three = dated(0, None, 2)
    moved = plans.in_places([three, one, two])
    assert [(line.pk, line.planned_on) for line in moved] == [(3, on(0)), (1, on(2)), (2, None)]


# --- lessons of before lessons knew their line ---


@pytest.mark.parametrize(
    ("plan", "topics", "bound"),
    [
        ("АБВ", ["А", "Своя", "В", "Б"], [1, None, 3, 2]),
        ("АБАВ", ["А", "Б", "А", "А", "В"], [1, 2, 3, None, 4]),  # of one title each once
        ("АБА", ["Б", "А", "А"], [2, 3, 1]),  # behind the last one first
        ("", ["А"], [None]),
    ],
)
def test_lessons_of_before_are_bound_by_their_topics(plan, topics, bound):
    migration = import_module("journals.migrations.0022_fill_given_topics")
    told = [(pk, title, 1) for pk, title in enumerate(plan, start=1)]
    assert migration.bound_by_text(told, topics) == bound


def test_a_line_of_two_hours_was_given_twice():
    migration = import_module("journals.migrations.0022_fill_given_topics")
    assert migration.bound_by_text([(1, "А", 2), (2, "Б", 1)], ["А"] * 3) == [1, 1, None]


# --- whatever happens ---

HELD = st.lists(
    st.tuples(st.booleans(), st.sampled_from(["", "Своя"]), st.none() | st.integers(1, 6)),
    max_size=12,
)


@settings(max_examples=200)
@given(st.lists(st.integers(1, 3), min_size=1, max_size=6), HELD)
def test_no_line_is_given_or_expected_beyond_its_hours(hours, told):
    plan = [PlanLine("Тема", count, pk=pk) for pk, count in enumerate(hours, start=1)]
    held = [
        PlanLesson(
            at + 1, on(at), 1, topic or ("Т" if line else ""), line, "сбой" * void, True, on(at)
        )
        for at, (void, topic, line) in enumerate(told)
    ]
    found = plans.plan_of(plan, held)
    for line in plan:
        its = found.followed.hours[line.pk]
        assert len(its) == line.hours
        assert found.followed.given(line) <= line.hours
    # An expected hour is in an empty lesson that takes place, each lesson in one hour at most.
    used = [hour.lesson for its in found.followed.hours.values() for hour in its if hour.lesson]
    assert len(used) == len({lesson.pk for lesson in used})
    assert not any(lesson.void for lesson in used)
    shifted = plans.plan_of(plans.shift(found), held)
    assert [line.pk for line in shifted.lines] == [line.pk for line in plan]
    fits = {
        hour.lesson.pk for its in shifted.followed.hours.values() for hour in its if hour.lesson
    }
    assert fits == {lesson.pk for lesson in used}
