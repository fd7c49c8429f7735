"""Deeds entered afterwards make nobody late at once (2.5–2.8), and no excuse is lost by them."""

import datetime

import pytest

from attendance.actions.documents import change_document, receive_document
from attendance.models import AbsenceDocument
from journals.actions.dues import set_dues
from journals.actions.review import excuse, withdraw_excuse
from journals.actions.watch import sweep
from journals.models import GradeSheet, LateEntry, LessonWork
from school.actions.days import declare_days, withdraw_days
from school.actions.lessons import (
    cancel_lesson,
    move_lesson,
    restore_lesson,
    schedule_lesson,
    substitute,
)
from school.actions.timetable import generate_lessons
from school.models import (
    Lesson,
    Period,
    Substitution,
    TeachingAssignment,
    TimetableEntry,
)
from tests import world as worlds
from tests.journals.test_deadlines import at, cell, dues, field, late, local
from tests.world import TODAY, day, day_off, special

TOMORROW = day(11, 26)


def midnight(noon):
    """The end of today, when the watch looks."""
    noon.move_to(at("00:00", TOMORROW))
    sweep()


# --- lessons that became known afterwards ---


def test_a_lesson_added_for_yesterday_is_due_by_the_end_of_today(world, noon):
    made = schedule_lesson(world.maths, day(11, 24), 5)
    field(made, "works", str(world.answer.pk))
    sweep()
    assert late(made) == {}
    assert dues(made) == ("11-25 23:59", "11-25 23:59")
    assert local(LessonWork.objects.get(lesson=made).marks_due_at) == "11-25 23:59"
    midnight(noon)
    assert late(made) == dict.fromkeys(["attendance", "topic", "homework", "marks"], False)


def test_one_added_for_this_morning_leaves_an_hour_and_a_half_for_its_homework(world):
    made = schedule_lesson(world.maths, TODAY, 1)
    assert dues(made) == ("11-25 23:59", "11-25 13:30")
    assert dues(world.today_lesson) == ("11-25 23:59", "11-25 13:10")  # known since September


def test_one_added_beforehand_is_due_as_every_other(world):
    made = schedule_lesson(world.russian, TODAY, 6)
    assert dues(made) == ("11-25 23:59", "11-25 16:10")


def test_a_timetable_of_september_generated_in_november(world, noon):
    TimetableEntry.objects.create(
        journal=world.maths_b, weekday=1, number=1, starts_on=worlds.FIRST
    )
    made = generate_lessons(world.year, worlds.FIRST, day(11, 30))
    assert made > 10
    noon.shift(7200)
    sweep()
    of_class = LateEntry.objects.filter(journal=world.maths_b)
    assert set(of_class.values_list("lesson", flat=True)) == {world.lesson_b.pk}
    midnight(noon)
    assert of_class.filter(kind="topic").count() == made  # that of 30 November is not due yet


def test_a_substitute_named_a_day_later_is_not_late_at_once(world, noon):
    sweep()
    assert len(late(world.lesson)) == 3
    substitute(world.lesson, world.english_teacher)
    sweep()
    assert late(world.lesson) == {}
    assert dues(world.lesson) == ("11-25 23:59", "11-25 23:59")
    substitute(world.lesson, world.english_teacher, "другая причина")
    noon.move_to(at("09:00", TOMORROW))
    sweep()
    substitute(world.lesson, world.english_teacher, "третья причина")
    assert len(late(world.lesson)) == 3  # nobody new has heard of it
    Substitution.objects.get(lesson=world.lesson).delete()
    assert late(world.lesson) == {}
    assert dues(world.lesson) == ("11-26 23:59", "11-26 23:59")


def test_a_substitute_named_after_lunch_has_time_for_the_homework(world, noon):
    noon.move_to(at("13:00"))
    substitute(world.today_lesson, world.english_teacher)
    assert dues(world.today_lesson) == ("11-25 23:59", "11-25 14:30")


def test_what_the_substitute_writes_in_time_was_in_time(world, noon):
    substitute(world.lesson, world.english_teacher)
    noon.move_to(at("22:00"))
    for name, text in (("topic", "Дроби"), ("homework", "-"), ("attendance", "все")):
        field(world.lesson, name, text)
    noon.move_to(at("09:00", day(11, 30)))
    set_dues([world.lesson.date])
    sweep()
    assert late(world.lesson) == {}


# --- assignments ---


@pytest.fixture
def vacant(world):
    """Mathematics of 5Б has had no teacher since Monday; one lesson of that day is late."""
    assignment = TeachingAssignment.objects.get(journal=world.maths_b)
    assignment.ends_on = day(11, 20)
    assignment.save()
    sweep()
    assert len(late(world.lesson_b)) == 3
    return assignment


def test_an_assignment_entered_backwards(world, vacant, noon):
    made = worlds.assign(world.other_teacher, world.maths_b, day(11, 21))
    sweep()
    assert late(world.lesson_b) == {}
    assert dues(world.lesson_b) == ("11-25 23:59", "11-25 23:59")
    noon.move_to(at("09:00", TOMORROW))
    sweep()
    made.ends_on = day(12, 30)  # nothing that was
    made.save()
    assert len(late(world.lesson_b)) == 3


def test_an_assignment_extended_backwards(world, vacant):
    made = worlds.assign(world.other_teacher, world.maths_b, day(11, 24))
    assert len(late(world.lesson_b)) == 3
    made.starts_on = day(11, 23)
    made.save()
    assert late(world.lesson_b) == {}


def test_a_second_teacher_takes_no_lateness_from_the_first(world):
    sweep()
    worlds.assign(world.other_teacher, world.maths_b, day(11, 20))
    assert len(late(world.lesson_b)) == 3


def test_the_successor_entered_before_the_other_has_left(world, noon):
    sweep()
    worlds.assign(world.other_teacher, world.maths_b, day(11, 20))
    first = TeachingAssignment.objects.get(journal=world.maths_b, teacher=world.teacher)
    first.ends_on = day(11, 19)
    first.save()
    assert late(world.lesson_b) == {}  # alone his by now, who could not know
    midnight(noon)
    assert len(late(world.lesson_b)) == 3


def test_who_shares_a_journal_all_the_time_is_not_spared_when_another_leaves(world):
    shared = worlds.assign(world.other_teacher, world.maths_b)
    shared.history.update(history_date=at("08:00", worlds.FIRST))
    sweep()
    first = TeachingAssignment.objects.get(journal=world.maths_b, teacher=world.teacher)
    first.ends_on = day(11, 19)
    first.save()
    assert len(late(world.lesson_b)) == 3


# --- what comes earlier ---


def test_the_last_lesson_cancelled_when_the_earlier_instant_is_over(world, noon):
    noon.move_to(at("08:00"))
    last = schedule_lesson(world.russian, TODAY, 6)  # until 14:40
    assert dues(world.today_lesson)[1] == "11-25 16:10"
    noon.move_to(at("14:30"))
    cancel_lesson(last, "учитель заболел")
    assert dues(world.today_lesson)[1] == "11-25 16:00"  # not 13:10
    noon.move_to(at("15:59"))
    set_dues([TODAY])
    set_dues([TODAY])
    sweep()
    assert dues(world.today_lesson)[1] == "11-25 16:00"
    assert late(world.today_lesson) == {}
    noon.move_to(at("16:01"))
    sweep()
    assert late(world.today_lesson) == {"homework": False}
    noon.move_to(at("12:00", day(11, 30)))
    set_dues([TODAY])
    assert dues(world.today_lesson)[1] == "11-25 16:00"


def test_what_was_late_already_stays_late(world, noon):
    noon.move_to(at("14:30"))
    sweep()
    assert late(world.today_lesson) == {"homework": False}
    cancel_lesson(world.russian_lesson, "учитель заболел")
    assert dues(world.today_lesson)[1] == "11-25 13:10"
    assert late(world.today_lesson) == {"homework": False}


def test_a_lesson_moved_back_to_yesterday_is_not_late_at_once(world, noon):
    lesson = world.future_lesson
    lesson.date = day(11, 24)
    lesson.hour = world.slots[5].hour
    lesson.save()
    assert dues(lesson) == ("11-25 23:59", "11-25 23:59")
    assert late(lesson) == {}
    midnight(noon)
    assert len(late(lesson)) == 3


def test_a_day_that_is_worked_after_all_makes_no_mark_late_at_once(world, noon):
    noon.move_to(at("08:00", day(11, 23)))
    free = day_off(day(11, 24), "мороз")
    field(world.lesson, "works", str(world.test.pk))
    work = LessonWork.objects.get()
    assert local(work.marks_due_at) == "11-27 23:59"
    noon.move_to(at("12:00", day(11, 27)))
    withdraw_days(free)
    work.refresh_from_db()
    assert local(work.marks_due_at) == "11-27 23:59"  # not yesterday


def test_a_document_entered_in_time_stays_in_time(world, noon):
    free = day_off(day(11, 24), "мороз")
    noon.move_to(at("12:00", TOMORROW))
    document = AbsenceDocument(
        **dict.fromkeys(("received_on", "starts_on", "ends_on"), day(11, 23)),
        student=world.ivanov,
        kind="medical",
        reason="б",
        entered_by=world.class_teacher,
    )
    receive_document(document)
    assert local(document.reason_due_at) == "11-26 23:59"
    withdraw_days(free)
    assert not LateEntry.objects.filter(kind="reason").exists()
    document.refresh_from_db()
    document.number = "17"
    change_document(document)
    assert not LateEntry.objects.filter(kind="reason").exists()


# --- cancelled and restored ---


def test_one_cancelled_before_it_was_due_and_restored_afterwards(world, noon):
    noon.move_to(at("12:30"))
    field(world.today_lesson, "works", str(world.answer.pk))
    cancel_lesson(world.today_lesson, "болезнь")
    noon.move_to(at("09:00", TOMORROW))
    restore_lesson(world.today_lesson)
    assert late(world.today_lesson) == {}
    assert dues(world.today_lesson) == ("11-26 23:59", "11-26 23:59")
    assert local(LessonWork.objects.get().marks_due_at) == "11-26 23:59"


def test_what_was_late_before_it_was_cancelled_is_late_when_it_is_restored(world, noon):
    noon.move_to(at("14:00"))
    sweep()
    cancel_lesson(world.today_lesson, "по ошибке")
    noon.move_to(at("09:00", TOMORROW))
    restore_lesson(world.today_lesson)
    # The homework was due at 13:10, the rest was not while it took place.
    assert late(world.today_lesson) == {"homework": False}
    assert dues(world.today_lesson) == ("11-26 23:59", "11-25 13:10")


def test_a_day_off_withdrawn_makes_no_lesson_late_at_once(world, noon):
    noon.move_to(at("08:00", day(11, 24)))
    off = special(TODAY, "мороз")
    declare_days(off)
    noon.move_to(at("09:00", TOMORROW))
    withdraw_days(off)
    sweep()
    assert late(world.today_lesson) == {}
    assert dues(world.today_lesson) == ("11-26 23:59", "11-26 23:59")


def excused(lesson):
    entries = LateEntry.objects.filter(lesson=lesson).exclude(excuse="")
    return {(one.kind, one.excuse, one.excused_by_id, one.excused_at) for one in entries}


def test_an_excuse_survives_cancelling_and_restoring(world, noon):
    sweep()
    excuse(LateEntry.objects.filter(lesson=world.lesson), world.deputy, "на больничном")
    before = excused(world.lesson)
    assert len(before) == 3
    noon.shift(60)
    for _ in range(2):
        cancel_lesson(world.lesson, "по ошибке")
        restore_lesson(world.lesson)
    assert excused(world.lesson) == before


def test_the_watch_finds_it_excused_again(world, noon):
    sweep()
    excuse(LateEntry.objects.filter(lesson=world.lesson), world.deputy, "на больничном")
    before = excused(world.lesson)
    substitute(world.lesson, world.english_teacher)
    assert late(world.lesson) == {}
    midnight(noon)
    assert excused(world.lesson) == before
    assert excused(world.substituted) == set()


def test_a_withdrawn_excuse_stays_withdrawn(world, noon):
    sweep()
    entries = LateEntry.objects.filter(lesson=world.lesson)
    excuse(entries, world.deputy, "на больничном")
    cancel_lesson(world.lesson, "по ошибке")
    restore_lesson(world.lesson)
    withdraw_excuse(entries)
    cancel_lesson(world.lesson, "по ошибке")
    restore_lesson(world.lesson)
    assert len(late(world.lesson)) == 3
    assert excused(world.lesson) == set()
    noon.shift(300)
    sweep()
    assert excused(world.lesson) == set()


def test_nothing_moves_by_itself(world, noon):
    """Computed again at any later time, all is due when it was."""
    schedule_lesson(world.maths, day(11, 24), 5)
    substitute(world.lesson, world.english_teacher)
    cancel_lesson(world.russian_lesson, "болезнь")
    cell(world.lesson, world.ivanov, "5")

    def everything():
        lessons = Lesson.objects.order_by("pk").values_list("pk", "topic_due_at", "homework_due_at")
        return list(lessons), list(LessonWork.objects.values_list("pk", "marks_due_at"))

    before, days = everything(), set(Lesson.objects.values_list("date", flat=True))
    for hours in (0, 1, 5, 20, 24, 240):
        noon.shift(datetime.timedelta(hours=hours))
        set_dues(days)
        sweep()
        assert everything() == before
    assert Substitution.objects.count() == 2


def test_a_period_that_ends_earlier_makes_no_grade_late_at_once(world, noon):
    quarter = world.quarters[1]
    quarter.ends_on = day(11, 27)
    quarter.save()
    sweep()
    sheets = GradeSheet.objects.filter(period=quarter)
    assert set(map(local, sheets.values_list("grades_due_at", flat=True))) == {"11-27 23:59"}
    quarter.ends_on = day(11, 24)
    quarter.save()
    assert set(map(local, sheets.values_list("grades_due_at", flat=True))) == {"11-25 23:59"}
    assert not LateEntry.objects.filter(kind="grades").exists()
    midnight(noon)
    assert LateEntry.objects.filter(kind="grades").count() == sheets.count() > 0


def test_what_a_period_that_is_over_by_now_asks_is_due_today(world, noon):
    """Of its last week nobody knew: no watch has made the duty."""
    sweep()
    quarter = world.quarters[1]
    quarter.ends_on = day(11, 24)
    quarter.save()
    sheets = GradeSheet.objects.filter(journal=world.maths)
    assert [(one.period, local(one.grades_due_at)) for one in sheets] == [(quarter, "11-25 23:59")]
    assert not LateEntry.objects.filter(kind="grades").exists()
    midnight(noon)
    assert LateEntry.objects.filter(kind="grades", journal=world.maths).count() == 1


def test_of_a_period_that_is_only_told_now_the_grades_are_due_today(world):
    Period.objects.filter(pk=world.quarters[0].pk).delete()
    worlds.lesson(world.maths, day(10, 5), world.slots[0])
    first = {"kind": "quarter", "number": 1, "starts_on": day(9, 1), "ends_on": day(10, 25)}
    made = Period.objects.create(year=world.year, **first)
    (sheet,) = GradeSheet.objects.all()
    assert (sheet.journal, sheet.period) == (world.maths, made)
    assert local(sheet.grades_due_at) == "11-25 23:59"


def test_who_saves_another_period_asks_nothing_of_the_first(world):
    """It was over before the first sweep."""
    worlds.lesson(world.maths, day(10, 5), world.slots[0])
    for one in (world.quarters[2], world.year):
        one.save()
    first = world.quarters[0]
    first.starts_on = day(9, 2)  # put right; it is over on the same day as before
    first.save()
    assert not GradeSheet.objects.exists()


def test_a_cancelled_lesson_moved_back_is_not_late_at_once(world, noon):
    cancel_lesson(world.future_lesson, "учитель заболел")
    noon.move_to(at("12:00", day(11, 27)))
    move_lesson(world.future_lesson, day(11, 24), 6)
    assert late(world.future_lesson) == {}
    assert dues(world.future_lesson) == ("11-27 23:59", "11-27 23:59")
