"""The timetable of a closed period stands: lessons, substitutions, days (4.2)."""

import datetime

import pytest
from django.db import transaction
from django.utils import timezone

from school.actions.days import declare_days, withdraw_days
from school.actions.lessons import cancel_lesson, restore_lesson, schedule_lesson, substitute
from school.actions.refusals import ScheduleError
from school.actions.timetable import generate_lessons
from school.models import DayOverride, Lesson, PeriodLock, Substitution, Unlock
from tests.world import TODAY, day, special


@pytest.fixture
def closed(world):
    """24 November was a day off, which cancelled its lessons; now the second quarter is closed."""
    world.storm = special(day(11, 24), "буря")
    declare_days(world.storm)
    PeriodLock.objects.create(period=world.quarters[1], locked_by=world.deputy)
    return world


def off(date):
    return special(date, "мороз")


def move(override, **fields):
    for name, value in fields.items():
        setattr(override, name, value)
    declare_days(override)


DEEDS = {
    "schedule": lambda w: schedule_lesson(w.maths, TODAY, 7),
    "cancel": lambda w: cancel_lesson(w.lesson, "карантин"),
    "restore": lambda w: restore_lesson(w.cancelled_lesson),
    "substitute": lambda w: substitute(w.lesson, w.english_teacher),
    "another substitute": lambda w: substitute(w.substituted, w.english_teacher),
    "a day off": lambda w: declare_days(off(day(11, 23))),
    "worked after all": lambda w: move(w.storm, kind="working"),
    "off on another day": lambda w: move(w.storm, starts_on=day(3, 1), ends_on=day(3, 1)),
    "no day off": lambda w: withdraw_days(w.storm),
}


def facts():
    return (
        list(Lesson.objects.order_by("pk").values("date", "number", "cancelled")),
        list(Substitution.objects.order_by("pk").values("lesson", "teacher")),
        list(DayOverride.objects.order_by("pk").values("starts_on", "kind")),
        Lesson.history.count(),
    )


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_it_is_refused(closed, deed):
    before = facts()
    with pytest.raises(ScheduleError, match=r"период закрыт \(2 четверть\)"):
        deed(closed)
    assert facts() == before


@pytest.mark.parametrize("deed", DEEDS.values(), ids=DEEDS)
def test_it_is_done_in_opened_journals(closed, deed):
    now = timezone.now()
    for journal in (closed.maths, closed.maths_b, closed.individual, closed.english):
        Unlock.objects.create(
            journal=journal,
            period=closed.quarters[1],
            until=now + datetime.timedelta(hours=1),
            reason="ошибка в расписании",
            made_by=closed.deputy,
        )
    before = facts()
    with transaction.atomic():
        deed(closed)
    assert facts() != before


def test_what_changes_no_closed_lesson_is_done(closed):
    schedule_lesson(closed.maths, day(1, 12), 1)
    declare_days(off(day(1, 12)))
    declare_days(off(day(11, 30)))  # no lesson is there
    declare_days(special(day(11, 23), "перенос", DayOverride.Kind.WORKING))
    assert Lesson.objects.get(date=day(1, 12)).cancelled == "мороз"


def test_lessons_are_made_for_open_periods_alone(closed):
    closed.russian.timetable.create(weekday=2, number=6, starts_on=day(12, 20))
    assert generate_lessons(closed.year, day(12, 21), day(1, 20)) == 2
    made = Lesson.objects.filter(journal=closed.russian, number=6)
    assert sorted(made.values_list("date", flat=True)) == [day(1, 12), day(1, 19)]


def test_journals_of_another_kind_of_period_stay_open(closed):
    closed.maths.period_kind = "half_year"
    closed.maths.save()
    closed.lesson.refresh_from_db()
    cancel_lesson(closed.lesson, "карантин")
    with pytest.raises(ScheduleError):
        cancel_lesson(closed.lesson_b, "карантин")
