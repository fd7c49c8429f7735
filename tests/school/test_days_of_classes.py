"""Free days, vacations and quarantine of the school, of parallels and of classes: the lessons that
they cancel and give back, and those that are made."""

import datetime
from contextlib import suppress

import pytest
from django.db import IntegrityError, connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from journals.actions.entries import save_cell
from school.actions.days import declare_days, withdraw_days
from school.actions.lessons import cancel_lesson, restore_lesson, schedule_lesson
from school.actions.pupils import leave_school
from school.actions.refusals import ScheduleError
from school.actions.timetable import generate_lessons
from school.models import DayOverride, Lesson, PeriodLock, TimetableEntry
from school.queries.places import places_of_groups
from school.rules.overrides import freed_by
from school.rules.spans import ONE_DAY
from tests import world as worlds
from tests.world import NOON, TODAY, day, special

VACATION, QUARANTINE = DayOverride.Kind.VACATION, DayOverride.Kind.QUARANTINE
WORKING = DayOverride.Kind.WORKING


def cancelled(first=TODAY):
    """{lesson: why} of what a DayOverride has cancelled from a day on."""
    found = Lesson.objects.filter(cancelled_by__isnull=False, date__gte=first)
    return {lesson: lesson.cancelled for lesson in found}


@pytest.fixture
def week(world):
    """30 November … 4 December: every day a lesson of each class, of the subgroup of both, and one
    of an individual plan of 5А."""
    world.week = {
        name: [
            worlds.lesson(getattr(world, name), day(11, 30) + n * ONE_DAY, world.slots[slot])
            for n in range(5)
        ]
        for slot, name in enumerate(("maths", "maths_b", "english", "individual"), start=3)
    }
    return world


def of(w, *names):
    return {lesson for name in names for lesson in w.week[name]}


MONDAY, FRIDAY = day(11, 30), day(12, 4)


def quarantine(w, first=MONDAY, last=FRIDAY, **scope):
    return special(first, "грипп", QUARANTINE, last, **(scope or {"school_class": w.a5}))


def test_a_class_is_in_quarantine(week):
    found = declare_days(quarantine(week))
    mine = of(week, "maths", "individual")
    assert {lesson for lesson, _ in found.cancelled} == mine
    assert cancelled() == dict.fromkeys(mine, "карантин: грипп")
    assert Lesson.history.filter(cancelled="карантин: грипп").count() == len(mine)
    withdraw_days(DayOverride.objects.get())
    assert cancelled() == {}


def test_a_mixed_group_has_lessons_as_long_as_one_of_its_classes_is_taught(week):
    declare_days(quarantine(week))
    other = special(day(12, 2), "праздник", last=day(12, 3), school_class=week.b5)
    declare_days(other)
    english = week.week["english"]
    assert cancelled() == {
        **dict.fromkeys(of(week, "maths", "individual"), "карантин: грипп"),
        **dict.fromkeys(week.week["maths_b"][2:4], "праздник"),
        **dict.fromkeys(english[2:4], "праздник"),  # of the older class
    }
    withdraw_days(other)
    assert not cancelled().keys() & set(english)


def test_a_group_without_pupils_has_the_schools_word(week):
    leave_school(week.special, day(11, 16))
    declare_days(quarantine(week, parallel=5))
    assert not cancelled().keys() & of(week, "individual")
    declare_days(special(day(11, 30), "мороз"))
    assert cancelled()[week.week["individual"][0]] == "мороз"


def test_several_classes_at_once(week):
    declare_days(quarantine(week), quarantine(week, school_class=week.b5))
    assert cancelled().keys() == of(week, *week.week)


def test_it_ends_sooner_later_or_for_less(week):
    row = quarantine(week, parallel=5)
    declare_days(row)
    assert cancelled().keys() == of(week, *week.week)
    row.ends_on = day(12, 1)
    assert len(declare_days(row).restored) == 12
    assert {lesson.date for lesson in cancelled()} == {day(11, 30), day(12, 1)}
    row.ends_on = day(12, 2)
    declare_days(row)
    assert {lesson.date for lesson in cancelled()} == {day(11, 30), day(12, 1), day(12, 2)}
    row.parallel, row.school_class = None, week.b5
    declare_days(row)
    assert cancelled().keys() == set(week.week["maths_b"][:3])


def test_the_closest_word_holds(week):
    declare_days(special(day(11, 30), "", VACATION, day(12, 4)))
    assert set(cancelled().values()) == {"каникулы"}
    declare_days(special(day(12, 1), "контрольная", WORKING, school_class=week.b5))
    tuesday = {lesson for lesson in of(week, "maths_b", "english") if lesson.date == day(12, 1)}
    assert cancelled().keys() == of(week, *week.week) - tuesday
    row = quarantine(week, day(12, 1), day(12, 1), school_class=week.a5)
    declare_days(row)
    assert cancelled()[week.week["maths"][1]] == "карантин: грипп"
    assert cancelled()[week.week["maths"][2]] == "каникулы"
    withdraw_days(row)  # the school's word holds again
    assert cancelled()[week.week["maths"][1]] == "каникулы"


def test_what_somebody_has_decided_of_one_lesson_stands(week):
    maths = week.week["maths"]
    cancel_lesson(maths[0], "болезнь")
    row = quarantine(week)
    declare_days(row)
    maths[1].refresh_from_db()
    restore_lesson(maths[1])  # by telephone
    schedule_lesson(week.maths, day(12, 3), 7)
    row.ends_on, row.reason = day(12, 3), "ОРВИ"
    declare_days(row)
    found = Lesson.objects.filter(journal=week.maths, date__gte=day(11, 30))
    assert list(found.order_by("date", "number").values_list("cancelled", flat=True)) == [
        "болезнь",
        "",
        "карантин: ОРВИ",
        "карантин: ОРВИ",
        "",
        "",
    ]
    withdraw_days(row)
    assert list(found.exclude(cancelled="").values_list("cancelled", flat=True)) == ["болезнь"]


def test_what_was_held_today_stays_and_the_rest_is_cancelled(week, noon):
    """A quarantine is declared at noon, after the second lesson."""
    save_cell(week.maths, week.today_lesson.pk, week.ivanov.pk, "", "н")
    later = worlds.lesson(week.maths, TODAY, week.slots[6])
    row = quarantine(week, TODAY, school_class=week.a5)
    found = declare_days(row)
    assert found.held == [week.today_lesson]
    assert {week.russian_lesson, later} <= cancelled().keys()
    assert week.today_lesson not in cancelled()
    noon.move_to(NOON + datetime.timedelta(days=2))
    row.ends_on = day(11, 27)
    declare_days(row)  # and hinders nobody afterwards
    assert week.today_lesson not in cancelled()
    assert later in cancelled()


def test_what_was_held_before_is_told_by_its_days(week):
    for lesson in (week.lesson, week.substituted):
        save_cell(week.maths, lesson.pk, week.ivanov.pk, "", "н")
    before = Lesson.history.count()
    with pytest.raises(ScheduleError, match=r"^23\.11\.2026; 24\.11\.2026: уроки этих дней уже"):
        declare_days(quarantine(week, day(11, 20)))
    assert (DayOverride.objects.exists(), Lesson.history.count()) == (False, before)
    declare_days(quarantine(week, day(11, 20), school_class=week.b5))  # the others were not


def test_in_a_closed_period_nothing_changes(week):
    row = quarantine(week)
    declare_days(row)
    PeriodLock.objects.create(period=week.quarters[1], locked_by=week.deputy)
    row.ends_on = day(12, 3)
    for deed in (
        lambda: declare_days(row),
        lambda: withdraw_days(row),
        lambda: declare_days(quarantine(week, school_class=week.b5)),
    ):
        with pytest.raises(ScheduleError, match=r"период закрыт \(2 четверть\)"):
            deed()
    assert cancelled().keys() == of(week, "maths", "individual")


# --- one word in a scope ---


@pytest.mark.parametrize(
    ("first", "last", "scope", "is_refused"),
    [
        (day(12, 4), day(12, 8), "a5", True),
        (day(11, 30), day(11, 30), "a5", True),
        (day(12, 5), day(12, 8), "a5", False),
        (day(12, 4), day(12, 8), "b5", False),
        (day(12, 4), day(12, 8), 5, False),
        (day(12, 4), day(12, 8), None, False),
        (day(11, 20), day(11, 24), None, True),
        (day(11, 20), day(11, 23), 5, False),
        (day(11, 23), day(11, 24), 0, True),
    ],
)
def test_what_was_said_already_is_not_said_again(world, first, last, scope, is_refused):
    declare_days(
        special(day(11, 24), "мороз"),
        special(day(11, 24), "мороз", parallel=0),
        quarantine(world),
    )
    whom = (
        {"school_class": getattr(world, scope)} if isinstance(scope, str) else {"parallel": scope}
    )
    row = special(first, "мороз", last=last, **whom)
    if not is_refused:
        declare_days(row)
        return
    with pytest.raises(ScheduleError, match="пересекаются"):
        declare_days(row)
    if connection.vendor == "postgresql":
        with pytest.raises(IntegrityError), transaction.atomic():
            row.save()


# --- lessons that are made ---


def row(journal, weekday, number=7):
    TimetableEntry.objects.create(
        journal=journal, weekday=weekday, number=number, starts_on=worlds.FIRST
    )


def made(w, journal, first, last):
    generate_lessons(w.year, first, last)
    found = Lesson.objects.filter(journal=journal, number=7, date__range=(first, last))
    return [one.day for one in found.order_by("date").values_list("date", flat=True)]


def test_none_are_made_on_days_that_are_free_for_the_group(world):
    for weekday in range(1, 6):
        row(world.maths, weekday)
        row(world.english, weekday, 6)
        row(world.maths_b, weekday)
    declare_days(quarantine(world, day(12, 1), day(12, 2)))
    assert made(world, world.maths, day(11, 30), day(12, 4)) == [30, 3, 4]
    assert made(world, world.maths_b, day(11, 30), day(12, 4)) == [30, 1, 2, 3, 4]
    assert Lesson.objects.filter(journal=world.english, number=6).count() == 5


def test_a_working_saturday_of_one_class_is_of_its_own_groups(world):
    for journal in (world.maths, world.maths_b):
        row(journal, 1)
    row(world.english, 1, 6)
    declare_days(special(day(12, 5), "за 7-е", WORKING, timetable_weekday=1, school_class=world.a5))
    assert made(world, world.maths, day(12, 1), day(12, 5)) == [5]
    assert made(world, world.maths_b, day(12, 1), day(12, 5)) == []
    # Nobody of 5Б is there.
    assert not Lesson.objects.filter(journal=world.english, number=6).exists()


# --- whatever is said, in whatever order ---

SCOPES = ("school", "parallel", "a5", "b5")
WORDS = st.tuples(
    st.sampled_from(SCOPES),
    st.sampled_from(DayOverride.Kind.values),
    st.integers(0, 4),
    st.integers(0, 4),
)
DEEDS = st.lists(
    st.one_of(
        st.tuples(st.just("declare"), WORDS),
        st.tuples(st.just("change"), st.integers(0, 3), WORDS),
        st.tuples(st.just("withdraw"), st.integers(0, 3)),
    ),
    max_size=8,
)


def fill(override, word, w):
    scope, override.kind, one, other = word
    first, last = sorted((one, other))
    override.starts_on = day(11, 30) + first * ONE_DAY
    override.ends_on = day(11, 30) + last * ONE_DAY
    override.parallel = 5 if scope == "parallel" else None
    override.school_class = getattr(w, scope, None) if scope in ("a5", "b5") else None
    override.reason = f"{scope} {override.kind} {one}"
    return override


def do(deed, w):
    standing = list(DayOverride.objects.order_by("pk"))
    if deed[0] == "declare":
        declare_days(fill(DayOverride(), deed[1], w))
    elif deed[1] < len(standing):
        if deed[0] == "withdraw":
            withdraw_days(standing[deed[1]])
        else:
            declare_days(fill(standing[deed[1]], deed[2], w))


def from_scratch(lessons):
    said = {one.said: one for one in DayOverride.objects.all()}
    places = places_of_groups({lesson.journal.group_id for lesson in lessons})
    found = {}
    for lesson in lessons:
        word = freed_by(said, places.on(lesson.journal.group_id, lesson.date), lesson.date)
        if word is not None:
            found[lesson.pk] = (said[word].pk, said[word].told)
    return found


@given(deeds=DEEDS)
@settings(
    max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_the_lessons_are_those_of_a_computation_from_scratch(week, deeds):
    lessons = list(Lesson.objects.filter(date__gte=day(11, 30)).select_related("journal"))
    with transaction.atomic():
        for deed in deeds:
            with suppress(ScheduleError):  # the same scope has a word of its own already
                do(deed, week)
            stand = Lesson.objects.exclude(cancelled_by=None).filter(date__gte=day(11, 30))
            assert {
                pk: said for pk, *said in stand.values_list("pk", "cancelled_by", "cancelled")
            } == {pk: list(said) for pk, said in from_scratch(lessons).items()}
        transaction.set_rollback(True)
