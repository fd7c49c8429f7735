"""Lessons: from the timetable, by hand, cancelled, substituted; and whose they are."""

import pytest

from school.actions.days import declare_days, withdraw_days
from school.actions.lessons import cancel_lesson, restore_lesson, schedule_lesson, substitute
from school.actions.refusals import ScheduleError
from school.actions.timetable import generate_lessons
from school.models import (
    DayOverride,
    GroupMembership,
    Journal,
    Lesson,
    Period,
    TeachingGroup,
    TimetableEntry,
)
from school.queries.lessons import lessons_to_write
from school.queries.plans import lacking
from tests import world as worlds
from tests.world import TODAY, day, day_off, special

MONDAY, FRIDAY = 1, 5
FIRST = day(9, 1)


def timetable(w, journal, weekday, slot=6, starts_on=FIRST, ends_on=None):
    return TimetableEntry.objects.create(
        journal=journal,
        weekday=weekday,
        number=slot + 1,
        starts_on=starts_on,
        ends_on=ends_on,
    )


def dates(journal, w, slot=6):
    rows = Lesson.objects.filter(journal=journal, number=slot + 1).order_by("date")
    return list(rows.values_list("date", flat=True))


def generate(w, first, last):
    return generate_lessons(w.year, first, last)


def test_it_works(world):
    timetable(world, world.maths, MONDAY)
    assert generate(world, day(11, 2), day(11, 30)) == 5
    assert dates(world.maths, world) == [day(11, n) for n in (2, 9, 16, 23, 30)]


def test_again_creates_only_what_is_missing(world):
    timetable(world, world.maths, MONDAY)
    generate(world, day(11, 2), day(11, 30))
    lesson = Lesson.objects.get(journal=world.maths, date=day(11, 9))
    cancel_lesson(lesson, "карантин")
    Lesson.objects.filter(journal=world.maths, date=day(11, 16)).delete()
    assert generate(world, day(11, 2), day(11, 30)) == 1
    lesson.refresh_from_db()
    assert lesson.cancelled == "карантин"


def test_no_lessons_on_holidays_and_in_vacations(world):
    for weekday in range(1, 6):
        timetable(world, world.maths, weekday)
    generate(world, day(10, 19), day(11, 8))
    wanted = [day(10, n) for n in range(19, 24)] + [day(11, n) for n in (2, 3, 5, 6)]
    assert dates(world.maths, world) == wanted  # the vacation, then 4 November


def test_a_vacation_is_one_for_half_years_too(world):
    Period.objects.create(
        year=world.year,
        kind=Period.Kind.HALF_YEAR,
        number=1,
        starts_on=day(9, 1),
        ends_on=day(12, 30),
    )
    Journal.objects.filter(pk=world.maths.pk).update(period_kind=Period.Kind.HALF_YEAR)
    timetable(world, world.maths, MONDAY)
    generate(world, day(10, 19), day(11, 2))
    assert dates(world.maths, world) == [day(10, 19), day(11, 2)]


def test_a_saturday_may_follow_another_days_timetable(world):
    timetable(world, world.maths, FRIDAY)
    day_off(day(11, 14), "за 13-е", DayOverride.Kind.WORKING, timetable_weekday=FRIDAY)
    day_off(day(11, 13), "карантин")
    generate(world, day(11, 9), day(11, 20))
    assert dates(world.maths, world) == [day(11, 14), day(11, 20)]


def test_a_timetable_is_dated(world):
    timetable(world, world.maths, MONDAY, ends_on=day(11, 10))
    timetable(world, world.maths, 2, starts_on=day(11, 11))
    generate(world, day(11, 2), day(11, 20))
    assert dates(world.maths, world) == [day(11, 2), day(11, 9), day(11, 17)]


def test_a_class_has_one_lesson_in_an_hour(world):
    timetable(world, world.maths, MONDAY)
    timetable(world, world.russian, MONDAY)
    before = Lesson.objects.count()
    with pytest.raises(ScheduleError, match="5А, Математика и 5А, Русский язык"):
        generate(world, day(11, 2), day(11, 30))
    assert Lesson.objects.count() == before


def test_an_hour_that_is_taken_by_hand_is_respected(world):
    worlds.lesson(world.russian, day(11, 9), world.slots[6])
    timetable(world, world.maths, MONDAY)
    assert generate(world, day(11, 2), day(11, 30)) == 4
    assert day(11, 9) not in dates(world.maths, world)
    told = ["09.11.2026, 7-й урок: 5А, Русский язык и 5А, Математика сразу."]
    assert lacking(world.year, day(11, 2), day(11, 30)) == told


def test_different_subgroups_may_run_side_by_side(world):
    other = TeachingGroup.objects.create(kind="subgroup", year=world.year, name="5 англ. 2")
    GroupMembership.objects.create(group=other, student=world.petrova, starts_on=day(9, 1))
    second = Journal.objects.create(group=other, subject=world.english.subject, scale=world.five)
    timetable(world, world.english, MONDAY)
    timetable(world, second, MONDAY)
    assert generate(world, day(11, 2), day(11, 6)) == 2
    # With a pupil in common they may not.
    GroupMembership.objects.create(group=other, student=world.ivanov, starts_on=day(9, 1))
    with pytest.raises(ScheduleError):
        generate(world, day(11, 9), day(11, 13))


def test_an_individual_plan_runs_beside_its_subject(world):
    timetable(world, world.maths, MONDAY)
    timetable(world, world.individual, MONDAY)
    assert generate(world, day(11, 2), day(11, 6)) == 2
    timetable(world, world.russian, 2)
    timetable(world, world.individual, 2)
    with pytest.raises(ScheduleError) as told:  # he learns Russian with his class
        generate(world, day(11, 9), day(11, 13))
    # The administrator, whose deed it is, learns nothing of the plan.
    assert "Два урока одного ученика" in str(told.value)
    assert "план" not in str(told.value)


def test_by_hand(world):
    made = schedule_lesson(world.maths, TODAY, 7)
    with pytest.raises(ScheduleError, match="уже есть"):
        schedule_lesson(world.maths, TODAY, 7)
    with pytest.raises(ScheduleError, match="5А, Математика"):
        schedule_lesson(world.russian, TODAY, 7)
    cancel_lesson(made, "карантин")
    schedule_lesson(world.russian, TODAY, 7)
    with pytest.raises(ScheduleError):
        restore_lesson(made)


def test_a_second_substitute_replaces_the_first(world):
    substitute(world.substituted, world.english_teacher, "болезнь")
    world.substituted.refresh_from_db()
    assert world.substituted.substitution.teacher == world.english_teacher


def test_lessons_to_write(world):
    def taught(person):
        return list(lessons_to_write(person, day(11, 23), TODAY, TODAY))

    assert taught(world.teacher) == [
        world.lesson,
        world.lesson_b,
        world.today_lesson,
    ]
    assert taught(world.substitute) == [world.substituted]
    assert taught(world.other_teacher) == []


def test_a_closed_day_cancels_its_lessons_and_gives_them_back(world):
    world.today_lesson.topic, world.today_lesson.topic_entered_at = "Дроби", worlds.NOON
    world.today_lesson.save()
    override = special(TODAY, "карантин")
    declare_days(override)
    world.today_lesson.refresh_from_db()
    assert (world.today_lesson.cancelled, world.today_lesson.topic) == ("карантин", "Дроби")
    assert world.today_lesson.homework_due_at is None
    assert Lesson.history.filter(id=world.today_lesson.pk, cancelled="карантин").exists()

    override.reason = "мороз"
    declare_days(override)
    world.today_lesson.refresh_from_db()
    assert world.today_lesson.cancelled == "мороз"
    world.russian_lesson.refresh_from_db()
    cancel_lesson(world.russian_lesson, "болезнь")  # for a reason of its own
    withdraw_days(override)
    world.today_lesson.refresh_from_db()
    world.russian_lesson.refresh_from_db()
    assert (world.today_lesson.cancelled, world.russian_lesson.cancelled) == ("", "болезнь")
    assert world.today_lesson.homework_due_at is not None


def test_a_lesson_cancelled_by_hand_stays_so_whatever_the_words(world):
    cancel_lesson(world.russian_lesson, "карантин")
    override = special(TODAY, "карантин")
    declare_days(override)
    withdraw_days(override)
    world.today_lesson.refresh_from_db()
    world.russian_lesson.refresh_from_db()
    assert (world.today_lesson.cancelled, world.russian_lesson.cancelled) == ("", "карантин")


def test_a_lesson_of_a_day_off_that_is_cancelled_once_more_by_hand(world):
    """Somebody has looked at this very lesson: it does not come back with the day."""
    override = special(TODAY, "карантин")
    declare_days(override)
    world.today_lesson.refresh_from_db()
    cancel_lesson(world.today_lesson, "карантин")
    withdraw_days(override)
    world.today_lesson.refresh_from_db()
    assert world.today_lesson.cancelled == "карантин"
