"""By which bells is rung, and what a lesson's time is: a fact of it once its day is over.

Bells of tests/world.py: 9:00–9:40, 10:00–10:40, …; it is Wednesday 25.11.2026, 12:00."""

import datetime

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from journals.actions.dues import set_dues
from school.actions.bells import ring
from school.actions.lessons import move_lesson, schedule_lesson
from school.actions.refusals import ScheduleError
from school.actions.timetable import generate_lessons
from school.models import BellSchedule, BellSlot, BellUse, Lesson
from school.queries.plans import lacking
from school.rules.bells import Hour, Use, schedule_on
from school.rules.scopes import Place, Scope
from tests import world as worlds
from tests.world import FIRST, TODAY, day

MONDAY = day(11, 30)
USUAL, YOUNG, SHORT, SATURDAY, OWN = range(5)
USES = [
    Use(USUAL, Scope(), FIRST),
    Use(YOUNG, Scope(parallel=1), FIRST),
    Use(SHORT, Scope(), day(12, 30), only_that_day=True),
    Use(SATURDAY, Scope(), FIRST, weekday=6),
    Use(OWN, Scope(school_class=51), day(11, 30)),
]


@pytest.mark.parametrize(
    ("place", "date", "rings"),
    [
        (Place(6, 61), day(11, 25), USUAL),
        (Place(6, 61), day(8, 31) - datetime.timedelta(days=366), None),  # before anything was said
        (Place(1, 11), day(11, 25), YOUNG),
        (Place(5, 51), day(11, 27), USUAL),  # its own begin on Monday
        (Place(5, 51), MONDAY, OWN),
        (Place(5, 52), MONDAY, USUAL),
        (Place(6, 61), day(11, 28), SATURDAY),
        (Place(1, 11), day(11, 28), YOUNG),  # the closer word goes before the weekday
        (Place(), day(11, 28), SATURDAY),  # of a group without pupils
        (Place(6, 61), day(12, 30), SHORT),
        (Place(1, 11), day(12, 30), SHORT),  # what is said of one day goes before all else
        (Place(6, 61), day(12, 31 - 2), USUAL),
    ],
)
def test_which_bells_ring(place, date, rings):
    assert schedule_on(USES, place, date) == rings


def test_the_latest_word_holds():
    later = Use(OWN, Scope(), MONDAY)
    assert schedule_on([later, *USES], Place(6, 61), day(11, 27)) == USUAL
    assert schedule_on([later, *USES], Place(6, 61), MONDAY) == OWN


@pytest.mark.parametrize(
    ("times", "meet"),
    [
        (("09:00", "09:40"), True),
        (("09:40", "10:20"), False),  # one may end when the other begins
        (("08:20", "09:00"), False),
        (("09:39", "10:19"), True),
        (("09:10", "09:20"), True),
    ],
)
def test_nobody_can_be_in_two_lessons_that_meet(times, meet):
    one = Hour(1, datetime.time(9), datetime.time(9, 40))
    other = Hour(7, *map(datetime.time.fromisoformat, times))
    assert one.meets(other) == other.meets(one) == meet


# --- lessons ---


def bells(name, *times):
    schedule = BellSchedule.objects.create(name=name)
    for number, (starts_at, ends_at) in enumerate(times, start=1):
        schedule.slots.create(
            number=number,
            starts_at=datetime.time.fromisoformat(starts_at),
            ends_at=datetime.time.fromisoformat(ends_at),
        )
    return schedule


@pytest.fixture
def young():
    return bells("Начальная школа", ("09:00", "09:35"), ("09:45", "10:20"), ("10:30", "11:05"))


def hours(lesson):
    lesson = Lesson.objects.get(pk=lesson.pk)
    return f"{lesson.starts_at:%H:%M}–{lesson.ends_at:%H:%M}"


def test_a_bell_changed_from_monday_leaves_all_that_was_before(world, young):
    monday = worlds.lesson(world.maths, MONDAY, world.slots[1])
    set_dues(set(Lesson.objects.values_list("date", flat=True)))
    before = dict(Lesson.objects.exclude(pk=monday.pk).values_list("pk", "homework_due_at"))
    monday.refresh_from_db()
    assert f"{monday.homework_due_at:%H:%M}" == "09:10"  # UTC: 10:40 + 1 h 30 min in Moscow
    BellUse.objects.create(schedule=young, school_class=world.a5, starts_on=MONDAY)
    assert ring() == 1
    assert hours(monday) == "09:45–10:20"
    assert hours(world.future_lesson) == "10:00–10:40"
    monday.refresh_from_db()
    assert f"{monday.homework_due_at:%H:%M}" == "08:50"
    after = dict(Lesson.objects.exclude(pk=monday.pk).values_list("pk", "homework_due_at"))
    assert after == before
    assert ring() == 0


def test_a_change_of_long_ago_moves_no_lesson_of_the_past(world, young):
    BellUse.objects.create(schedule=young, parallel=5, starts_on=FIRST)
    ring()
    assert hours(world.lesson) == "10:00–10:40"  # 23.11
    assert hours(world.today_lesson) == "09:45–10:20"  # the day is not over
    assert hours(world.future_lesson) == "09:45–10:20"


def test_a_lesson_whose_number_the_bells_lack_keeps_its_time(world, young):
    late = worlds.lesson(world.russian, MONDAY, world.slots[6])
    BellUse.objects.create(schedule=young, parallel=5, starts_on=MONDAY)
    ring()
    assert hours(late) == "15:00–15:40"
    with pytest.raises(ScheduleError, match="7-го урока нет"):
        schedule_lesson(world.maths, MONDAY, 7)


def test_another_day_has_other_bells_for_a_moved_lesson(world, young):
    BellUse.objects.create(schedule=young, starts_on=MONDAY, only_that_day=True)
    move_lesson(world.lesson, MONDAY, 3)
    assert hours(world.lesson) == "10:30–11:05"
    move_lesson(world.lesson, day(12, 1), 3)
    assert hours(world.lesson) == "11:00–11:40"


def test_lessons_are_made_at_the_hours_of_their_class(world, young):
    BellUse.objects.create(schedule=young, school_class=world.b5, starts_on=FIRST)
    for journal in (world.russian, world.maths_b):
        journal.timetable.create(weekday=1, number=3, starts_on=FIRST)
    generate_lessons(world.year, MONDAY, MONDAY)
    made = Lesson.objects.filter(date=MONDAY)
    assert hours(made.get(journal=world.russian)) == "11:00–11:40"
    assert hours(made.get(journal=world.maths_b)) == "10:30–11:05"


def test_what_the_bells_lack_is_told_and_all_else_is_made(world, young):
    BellUse.objects.create(schedule=young, school_class=world.b5, starts_on=FIRST)
    for number in (3, 4):
        world.maths_b.timetable.create(weekday=1, number=number, starts_on=FIRST)
    assert generate_lessons(world.year, MONDAY, MONDAY) == 1
    assert Lesson.objects.get(date=MONDAY).number == 3
    told = ["30.11.2026: 4-го урока по звонкам нет (5Б, Математика)"]
    assert lacking(world.year, MONDAY, MONDAY) == told


def test_what_the_bells_lack_of_an_individual_plan_is_not_told(world, young):
    BellUse.objects.create(schedule=young, school_class=world.b5, starts_on=FIRST)
    for number in (3, 4):
        world.maths_b.timetable.create(weekday=1, number=number, starts_on=FIRST)
    assert lacking(world.year, MONDAY, MONDAY)
    group = world.maths_b.group
    group.kind, group.school_class, group.name = "individual", None, "Ёлкин"
    group.save()
    world.maths_b.timetable.create(weekday=1, number=19, starts_on=FIRST)
    assert lacking(world.year, MONDAY, MONDAY) == []


def test_lessons_meet_by_their_times_not_by_their_numbers(world, young):
    use = BellUse.objects.create(schedule=young, school_class=world.a5, starts_on=MONDAY)
    schedule_lesson(world.maths, MONDAY, 3)  # 10:30–11:05
    use.delete()
    with pytest.raises(ScheduleError, match="2-й урок: у этих учеников уже есть 5А, Математика"):
        schedule_lesson(world.russian, MONDAY, 2)  # 10:00–10:40
    schedule_lesson(world.russian, MONDAY, 1)


# --- what is refused ---


@pytest.mark.parametrize(("starts_at", "ends_at"), [("09:39", "10:00"), ("08:00", "20:00")])
def test_bells_that_overlap_are_refused(world, starts_at, ends_at):
    row = BellSlot(
        schedule=world.slots[0].schedule,
        number=9,
        starts_at=datetime.time.fromisoformat(starts_at),
        ends_at=datetime.time.fromisoformat(ends_at),
    )
    with pytest.raises(ValidationError, match="пересекается"):
        row.full_clean()


def test_two_words_of_one_day_are_refused(world, young):
    with pytest.raises(IntegrityError), transaction.atomic():
        BellUse.objects.create(schedule=young, starts_on=FIRST)
    BellUse.objects.create(schedule=young, starts_on=FIRST, weekday=6)
    BellUse.objects.create(schedule=young, starts_on=FIRST, parallel=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        BellUse.objects.create(schedule=young, starts_on=FIRST, parallel=0)


def test_today_can_get_short_lessons_while_it_lasts(world, young):
    BellUse.objects.create(schedule=young, starts_on=TODAY, only_that_day=True)
    ring()
    assert hours(world.today_lesson) == "09:45–10:20"
    assert hours(world.future_lesson) == "10:00–10:40"
