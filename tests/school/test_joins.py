"""Lessons that one teacher takes together: who writes, what ends it, which one carries the hour."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from journals.actions.lessons import exchange_lessons, move_day, move_lesson
from school.actions.bells import ring
from school.actions.joining import join_lessons, part_lessons
from school.actions.lessons import (
    cancel_lesson,
    restore_lesson,
    substitute,
    withdraw_substitution,
)
from school.actions.refusals import ScheduleError
from school.models import BellSlot, Lesson, PeriodLock, Substitution
from school.queries.lessons import carries_hour
from school.rights import Rights
from tests import world as worlds
from tests.school.test_teacher_absences import plain, recorded
from tests.world import TODAY, day


@pytest.fixture
def pair(world):
    """Russian in 5А is taken by the teacher of English, who has her subgroup of 5Б alone then."""
    world.subgroup.memberships.filter(student=world.ivanov).delete()
    world.host = worlds.lesson(world.english, TODAY, world.slots[4])
    world.guest = worlds.lesson(world.russian, TODAY, world.slots[4])
    return world


@pytest.fixture
def joined(pair):
    join_lessons(pair.guest, pair.host, pair.english_teacher)
    return pair


def stand_in(lesson):
    row = Substitution.objects.filter(lesson=lesson).first()
    return row and row.teacher


def host_of(lesson):
    return Lesson.objects.get(pk=lesson.pk).joined_to


def hours(*lessons):
    """Of these lessons those that carry an hour."""
    found = Lesson.objects.filter(carries_hour(), pk__in=[one.pk for one in lessons])
    return [one for one in lessons if one in set(found)]


def writes(user, lesson):
    return lesson.pk in Rights(user).ids("write_lesson")


# --- the join ---


def test_the_teacher_of_the_host_writes_in_both_and_the_hour_counts_once(pair):
    assert hours(pair.host, pair.guest) == [pair.host, pair.guest]
    assert not writes(pair.english_teacher, pair.guest)
    join_lessons(pair.guest, pair.host, pair.english_teacher)
    assert host_of(pair.guest) == pair.host
    assert stand_in(pair.guest) == pair.english_teacher
    assert writes(pair.english_teacher, pair.guest)
    assert hours(pair.host, pair.guest) == [pair.host]
    assert Lesson.history.filter(id=pair.guest.pk, joined_to=pair.host).exists()


def test_parting_gives_the_lesson_back(joined):
    part_lessons(joined.guest)
    assert host_of(joined.guest) is None
    assert stand_in(joined.guest) is None
    assert hours(joined.host, joined.guest) == [joined.host, joined.guest]
    with pytest.raises(ScheduleError, match="и так проводится отдельно"):
        part_lessons(joined.guest)


def test_ones_own_two_lessons_need_no_substitution(world):
    host, guest = (
        worlds.lesson(journal, TODAY, world.slots[5]) for journal in (world.maths, world.maths_b)
    )
    join_lessons(guest, host, world.teacher)
    assert stand_in(guest) is None
    assert hours(host, guest) == [host]
    substitute(host, world.substitute)  # who takes the one takes the other
    assert stand_in(guest) == world.substitute
    withdraw_substitution(host)
    assert stand_in(guest) is None
    assert host_of(guest) == host


def test_the_absence_of_whose_lesson_it_is_is_behind_it(pair):
    ill = recorded(pair, pair.class_teacher, TODAY)
    join_lessons(pair.guest, pair.host, pair.english_teacher)
    assert Substitution.objects.get(lesson=pair.guest).absence == ill


def test_what_is_refused(pair):
    with pytest.raises(ScheduleError, match="с самим собой"):
        join_lessons(pair.guest, pair.guest, pair.class_teacher)
    with pytest.raises(ScheduleError, match="в разное время"):
        join_lessons(pair.today_lesson, pair.host, pair.english_teacher)
    with pytest.raises(ScheduleError) as refused:
        join_lessons(pair.guest, pair.host, pair.substitute)
    assert "этот урок ведёт уже не Заменова З." in plain(str(refused.value))
    cancel_lesson(pair.host, "карантин")
    with pytest.raises(ScheduleError, match="Отменённый"):
        join_lessons(pair.guest, pair.host, pair.english_teacher)
    restore_lesson(pair.host)
    recorded(pair, pair.english_teacher, TODAY)
    with pytest.raises(ScheduleError, match="отсутствует"):
        join_lessons(pair.guest, pair.host, pair.english_teacher)
    assert stand_in(pair.guest) is None


def test_no_chains(joined):
    third = worlds.lesson(joined.maths_b, TODAY, joined.slots[4])
    joined.newcomer.memberships.all().delete()
    with pytest.raises(ScheduleError, match="сам проводится вместе"):
        join_lessons(third, joined.guest, joined.english_teacher)
    with pytest.raises(ScheduleError, match="уже объединён другой"):
        join_lessons(joined.host, third, joined.teacher)


def test_not_in_a_closed_period(joined):
    other = worlds.lesson(joined.maths_b, TODAY, joined.slots[4])
    PeriodLock.objects.create(period=joined.quarters[1], locked_by=joined.deputy)
    with pytest.raises(ScheduleError, match="период закрыт"):
        part_lessons(joined.guest)
    with pytest.raises(ScheduleError, match="период закрыт"):
        join_lessons(other, joined.host, joined.english_teacher)


def test_the_database_joins_no_lesson_to_itself(pair):
    with pytest.raises(IntegrityError), transaction.atomic():
        Lesson.objects.filter(pk=pair.guest.pk).update(joined_to=pair.guest.pk)


# --- who takes them changes ---


def test_who_takes_the_host_takes_what_is_joined(joined):
    substitute(joined.host, joined.substitute)
    assert stand_in(joined.guest) == joined.substitute
    assert host_of(joined.guest) == joined.host
    withdraw_substitution(joined.host)
    assert stand_in(joined.guest) == joined.english_teacher
    assert host_of(joined.guest) == joined.host


def test_another_who_takes_the_guest_alone_ends_it(joined):
    substitute(joined.guest, joined.substitute)
    assert host_of(joined.guest) is None
    assert stand_in(joined.guest) == joined.substitute


def test_so_does_whose_it_was_when_he_is_back(joined):
    withdraw_substitution(joined.guest)
    assert host_of(joined.guest) is None
    assert stand_in(joined.guest) is None


# --- where they stand changes ---


def test_a_cancelled_host_leaves_the_hour_to_the_other(joined):
    cancel_lesson(joined.host, "экскурсия")
    assert hours(joined.host, joined.guest) == [joined.guest]
    assert stand_in(joined.guest) == joined.english_teacher
    restore_lesson(joined.host)
    assert hours(joined.host, joined.guest) == [joined.host]


def test_a_host_that_nobody_attends_leaves_it_too(joined):
    Lesson.objects.filter(pk=joined.host.pk).update(nobody_attends=True)
    assert hours(joined.host, joined.guest) == [joined.guest]


def test_a_cancelled_guest_carries_nothing(joined):
    cancel_lesson(joined.guest, "экскурсия")
    assert hours(joined.host, joined.guest) == [joined.host]
    restore_lesson(joined.guest)
    assert hours(joined.host, joined.guest) == [joined.host]


@pytest.mark.parametrize("which", ["host", "guest"])
def test_one_that_is_moved_leaves_the_other(joined, which):
    lesson = getattr(joined, which)
    move_lesson(lesson.journal, lesson.pk, TODAY, 6)
    assert host_of(joined.guest) is None
    assert stand_in(joined.guest) == joined.english_teacher  # goes along, as any
    assert hours(joined.host, joined.guest) == [joined.host, joined.guest]
    assert Lesson.history.filter(id=joined.guest.pk).latest().joined_to is None


def test_one_that_changes_places_too(joined):
    exchange_lessons(joined.guest, joined.russian_lesson)
    assert host_of(joined.guest) is None


def test_a_day_that_is_moved_takes_both_along(joined):
    move_day(joined.year, TODAY, day(11, 30))
    joined.guest.refresh_from_db()
    assert joined.guest.date == day(11, 30)
    assert joined.guest.joined_to == joined.host


@pytest.mark.parametrize(("starts_at", "is_joined"), [(13, True), (14, False)])
def test_bells_that_ring_for_both_or_for_one(joined, starts_at, is_joined):
    times = {"starts_at": datetime.time(starts_at, 10), "ends_at": datetime.time(starts_at, 50)}
    Lesson.objects.filter(pk=joined.guest.pk).update(**times)  # as the bells of the little ones
    BellSlot.objects.filter(number=5).update(ends_at=datetime.time(13, 45))
    Lesson.objects.filter(pk=joined.guest.pk).update(number=9)  # that these lack: it keeps its own
    ring()
    assert (host_of(joined.guest) == joined.host) is is_joined


def test_of_three_the_rest_stays_together(joined):
    third = worlds.lesson(joined.individual, TODAY, joined.slots[4])
    Lesson.objects.filter(pk=third.pk).update(joined_to=joined.host)
    cancel_lesson(joined.host, "экскурсия")
    assert hours(joined.host, joined.guest, third) == [joined.guest]
    restore_lesson(joined.host)
    move_lesson(joined.english, joined.host.pk, TODAY, 6)
    assert host_of(joined.guest) is None
    assert host_of(third) == joined.guest
    assert hours(joined.host, joined.guest, third) == [joined.host, joined.guest]
