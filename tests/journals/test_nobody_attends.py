"""Where nobody attends nothing is due (2.5–2.8): a lesson without pupils on its day owes nothing,
whatever made it so, and is offered for cancellation."""

import datetime

import pytest
from django.utils import timezone

from journal_site.queries.teacher_day import teacher_day
from journals.actions.dues import dues_of, set_dues_of_works
from journals.actions.lessons import cancel_unattended, move_lesson
from journals.actions.review import excuse
from journals.actions.watch import sweep
from journals.models import LateEntry, LessonWork
from journals.queries.review import review
from school.actions.lessons import restore_lesson
from school.actions.pupils import leave_school
from school.models import (
    Enrolment,
    GroupMembership,
    Journal,
    Lesson,
    Outage,
    PeriodLock,
    TeachingGroup,
)
from school.queries.belonging import attendees
from tempjournal.actions.outages import record_outage
from tempjournal.models import TemporaryJournal
from tests import world as worlds
from tests.world import TODAY, assign, day

WEEK = datetime.timedelta(days=7)


@pytest.fixture
def plan(world, noon):
    """The individual plan's lessons, Mondays in November and December; a teacher of hers."""
    world.coming = [
        worlds.lesson(world.individual, day(11, 30) + n * WEEK, world.slots[1]) for n in range(4)
    ]
    world.past = [worlds.lesson(world.individual, day(11, 9), world.slots[1])]
    noon.move_to(worlds.NOON - 4 * WEEK)  # else it would be news today that they are somebody's
    assign(world.other_teacher, world.individual)
    noon.move_to(worlds.NOON)
    world.plans = Lesson.objects.filter(journal=world.individual).order_by("date")
    return world


def owed(lessons):
    """The dates of the lessons that owe something."""
    return [one.date for one in lessons if any(dues_of(one))]


def empty(lessons):
    return [one.date for one in lessons if one.nobody_attends]


def leave(w, last_day):
    leave_school(w.special, last_day)


def test_who_leaves_takes_the_duties_along(plan):
    sweep()
    assert LateEntry.objects.filter(journal=plan.individual).count() == 6  # of two past lessons
    leave(plan, day(11, 16))  # written down on the 25th
    assert owed(plan.plans) == [day(11, 9)]
    assert empty(plan.plans) == [one.date for one in plan.plans if one.date > day(11, 16)]
    assert {one.lesson.date for one in LateEntry.objects.filter(journal=plan.individual)} == {
        day(11, 9)
    }


def test_nothing_becomes_late_afterwards(plan, noon):
    leave(plan, TODAY)
    noon.shift(2 * WEEK)
    sweep()
    found = LateEntry.objects.filter(journal=plan.individual)
    assert {one.lesson.date for one in found} == {day(11, 9), day(11, 23)}
    gaps = teacher_day(plan.other_teacher, timezone.now()).gaps
    assert {one.date for one in gaps} == {day(11, 9), day(11, 23)}


@pytest.mark.parametrize(
    "back",
    [
        lambda w: Enrolment.objects.filter(student=w.special).first(),
        lambda w: GroupMembership.objects.filter(student=w.special).first(),
    ],
)
def test_who_comes_back_makes_nobody_late(plan, noon, back):
    """Of what was not owed before nobody could know; what had been late stays late."""
    sweep()
    leave(plan, day(11, 9))
    noon.shift(2 * WEEK)  # 9 December
    for row in (*plan.special.enrolments.all(), *plan.special.memberships.all()):
        row.ends_on = None
        row.save()
    assert empty(plan.plans) == []
    sweep()
    late = {one.lesson.date for one in LateEntry.objects.filter(journal=plan.individual)}
    assert late == {day(11, 9), day(11, 23)}
    noon.shift(datetime.timedelta(days=1))
    sweep()
    late = {one.lesson.date for one in LateEntry.objects.filter(journal=plan.individual)}
    assert late == {day(11, 9), day(11, 23), day(11, 30), day(12, 7)}


def test_an_excuse_survives_it(plan):
    sweep()
    entry = LateEntry.objects.get(lesson=plan.individual_lesson, kind="topic")
    excuse([entry.pk], plan.deputy, "болезнь")
    leave(plan, day(11, 16))
    assert not LateEntry.objects.filter(lesson=plan.individual_lesson).exists()
    for row in (*plan.special.enrolments.all(), *plan.special.memberships.all()):
        row.ends_on = None
        row.save()
    sweep()
    found = LateEntry.objects.get(lesson=plan.individual_lesson, kind="topic")
    assert found.excuse == "болезнь"


def test_marks_are_not_due_either(plan):
    work = LessonWork.objects.create(lesson=plan.individual_lesson, work_type=plan.test, position=1)
    set_dues_of_works(LessonWork.objects.all())
    work.refresh_from_db()
    assert work.marks_due_at
    leave(plan, day(11, 16))
    work.refresh_from_db()
    assert work.marks_due_at is None


def test_a_class_all_of_which_have_plans(world):
    """The class's own journal of the subject has lost its pupils (2.3)."""
    group = TeachingGroup.objects.create(
        kind=TeachingGroup.Kind.INDIVIDUAL, year=world.year, name="5Б, планы"
    )
    for student in (world.sidorov, world.newcomer):
        GroupMembership.objects.create(group=group, student=student, starts_on=day(11, 1))
    assert empty(Lesson.objects.filter(journal=world.maths_b)) == []
    subject, scale = world.maths.subject, world.five
    Journal.objects.create(group=group, subject=subject, scale=scale)
    assert empty(Lesson.objects.filter(journal=world.maths_b)) == [day(11, 23)]
    assert owed(Lesson.objects.filter(journal=world.maths_b)) == []


def test_one_of_them_is_enough(world):
    leave_school(world.ivanov, day(10, 1))
    assert empty(Lesson.objects.filter(journal=world.english)) == []
    leave_school(world.sidorov, day(10, 1))
    assert empty(Lesson.objects.filter(journal=world.english)) == [day(11, 24)]


def test_a_lesson_moved_to_a_day_with_pupils(plan):
    leave(plan, day(11, 16))
    move_lesson(plan.individual, plan.individual_lesson.pk, day(11, 16), 4)
    assert empty(Lesson.objects.filter(pk=plan.individual_lesson.pk)) == []


def test_who_loaded_it_long_ago_changes_nothing(plan):
    stale = Lesson.objects.get(pk=plan.individual_lesson.pk)
    leave(plan, day(11, 16))
    stale.topic, stale.topic_entered_at = "Дроби", timezone.now()
    stale.save()
    assert empty(plan.plans) == [one.date for one in plan.plans if one.date > day(11, 16)]


def test_lessons_made_in_bulk_are_judged_by_the_watch(plan):
    leave(plan, day(11, 16))
    kind = plan.individual.lesson_kind
    lesson = Lesson(journal=plan.individual, kind=kind, date=day(12, 1), **worlds.hour(3))
    Lesson.objects.bulk_create([lesson])
    sweep()
    assert Lesson.objects.get(date=day(12, 1)).nobody_attends
    assert LateEntry.objects.filter(journal=plan.individual, lesson__date=day(12, 1)).count() == 0


def test_the_flag_is_what_the_lists_of_pupils_say(plan):
    """The same rule as `attendees`, for every lesson of the school."""
    leave(plan, day(11, 16))
    for lesson in Lesson.objects.select_related("journal__group"):
        there = attendees(lesson.journal, lesson.date, lesson.date)
        assert lesson.nobody_attends == (not there), lesson


def test_the_review_does_not_count_them(plan):
    leave(plan, day(11, 8))
    journals = Journal.objects.filter(pk=plan.individual.pk)
    (line,) = review(journals, day(11, 2), day(12, 30), timezone.now())
    assert line.held == 0


def test_nothing_is_to_be_transferred(plan):
    outage = Outage(
        starts_at=datetime.datetime(2026, 11, 23, 5, tzinfo=datetime.UTC),
        ends_at=datetime.datetime(2026, 11, 23, 14, tzinfo=datetime.UTC),
        reason="сбой",
    )
    record_outage(outage, plan.deputy)
    assert TemporaryJournal.objects.filter(journal=plan.individual).exists()
    leave(plan, day(11, 16))
    assert not TemporaryJournal.objects.filter(journal=plan.individual).exists()


# --- the offer ---


@pytest.fixture
def left(plan):
    leave(plan, day(11, 8))
    return plan


def test_they_are_cancelled_in_one_deed(left, login):
    browser = login(left.deputy)
    assert "Уроки без учеников: <b>6</b>" in browser.get("/review/").content.decode()
    page = browser.get("/review/unattended/")
    (line,) = page.context["lines"]
    assert (line.journal, line.count, line.first, line.last) == (
        left.individual,
        6,
        day(11, 9),
        day(12, 21),
    )
    assert "Отменить эти 6 уроков" in page.content.decode()
    answer = browser.post("/review/unattended/", {"reason": "ученик выбыл"}, follow=True)
    assert "Отменено уроков без учеников: 6." in answer.content.decode()
    assert set(left.plans.values_list("cancelled", flat=True)) == {"ученик выбыл"}
    assert not Lesson.objects.exclude(journal=left.individual).filter(cancelled="ученик выбыл")
    told = Lesson.history.filter(id=left.individual_lesson.pk).latest()
    assert (told.cancelled, told.history_user) == ("ученик выбыл", left.deputy)
    assert "Уроки без учеников" not in browser.get("/review/").content.decode()
    assert "Таких уроков нет" in browser.get("/review/unattended/").content.decode()


def test_each_can_be_restored(left):
    cancel_unattended(left.year, "выбыл")
    restore_lesson(Lesson.objects.get(pk=left.individual_lesson.pk))
    assert list(left.plans.filter(cancelled="").values_list("pk", flat=True)) == [
        left.individual_lesson.pk
    ]


def test_what_is_written_or_closed_stays(left):
    Lesson.objects.filter(pk=left.past[0].pk).update(attendance_taken_at=timezone.now())
    Lesson.objects.filter(pk=left.coming[0].pk).update(
        topic="Дроби", topic_entered_at=timezone.now()
    )
    LessonWork.objects.create(lesson=left.coming[1], work_type=left.test, position=1)
    assert cancel_unattended(left.year, "выбыл") == 3
    left.plans.update(cancelled="")
    PeriodLock.objects.create(period=left.quarters[1], locked_by=left.deputy)
    assert cancel_unattended(left.year, "выбыл") == 0


def test_a_reason_is_asked_for(left, login):
    page = login(left.deputy).post("/review/unattended/", {"reason": " "})
    assert page.context["form"].errors
    assert not left.plans.exclude(cancelled="").exists()
