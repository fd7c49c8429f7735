"""Outages move what is due (2.5–2.9, 3.2), and what is to be transferred follows the facts."""

import datetime
import threading

import pytest
from django.db import connection
from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from attendance.actions.documents import receive_document, set_reason_dues
from attendance.models import AbsenceDocument
from attendance.refusals import Refused
from journals.actions.dues import set_dues
from journals.actions.entries import save_field
from journals.actions.late import recheck_rows
from journals.actions.watch import sweep
from journals.models import GradeSheet, LateEntry, LessonWork
from journals.queries.duties import duties
from school.actions.days import withdraw_days
from school.actions.lessons import cancel_lesson, restore_lesson, schedule_lesson
from school.models import BellSlot, Lesson, Outage, Period, School
from school.queries.outages import standing_outages, transfer_due
from tempjournal.actions import hand as actions_of_hand
from tempjournal.actions.outages import close_outage, correct_outage, dismiss_outage, record_outage
from tempjournal.models import TemporaryJournal, Transfer
from tempjournal.queries.outages import lessons_inside, proposals
from tests import world as worlds
from tests.tempjournal.conftest import at, outage
from tests.world import TODAY, day, day_off
from tests.world import lesson as make_lesson


def local(instant):
    return instant and f"{timezone.localtime(instant):%m-%d %H:%M}"


def dues(lesson):
    lesson.refresh_from_db()
    return local(lesson.topic_due_at), local(lesson.homework_due_at)


def late(lesson):
    entries = LateEntry.objects.filter(lesson=lesson)
    return {entry.kind: entry.settled_at is not None for entry in entries}


def write(lesson, **fields):
    """Enter topic, homework and attendance of a lesson, or some of them."""
    fields = fields or {"topic": "Дроби", "homework": "-", "attendance": "все"}
    for name, text in fields.items():
        save_field(lesson.journal, lesson.pk, name, "", text)


def journals(outage):
    found = outage.temporary_journals.order_by("journal__group__name", "journal__subject__name")
    return [str(one.journal) for one in found]


# --- 2.5, 2.7, 2.8: lessons ---


@pytest.mark.parametrize(
    ("starts", "ends", "expected"),
    [
        # (the day's due, the homework's) of Monday's second lesson, 10:00–10:40, due at 12:10
        ("23 12:11", "23 23:00", ("11-23 23:59", "11-23 12:10")),
        ("23 12:10", "23 23:00", ("11-23 23:59", "11-25 23:59")),  # 2.8 exactly at its start
        ("23 11:00", "23 12:10", ("11-23 23:59", "11-25 23:59")),  # 2.8 exactly at its end
        ("23 11:00", "23 12:09", ("11-23 23:59", "11-25 23:59")),  # 21 minutes were left for it
        ("23 11:00", "23 11:29", ("11-23 23:59", "11-23 12:10")),  # an hour and a minute
        ("23 23:00", "24 08:00", ("11-26 23:59", "11-23 12:10")),  # 2.5 and 2.7 alone
        ("23 10:39", "23 10:50", ("11-25 23:59", "11-25 23:59")),  # held in it: on paper
        ("23 10:40", "23 10:50", ("11-23 23:59", "11-23 12:10")),  # held before it
        ("23 08:00", "23 10:00", ("11-23 23:59", "11-23 12:10")),  # held after it
        ("20 15:00", "22 18:00", ("11-23 23:59", "11-23 12:10")),  # a weekend
    ],
)
def test_what_an_outage_moves_of_a_lesson(world, record, starts, ends, expected):
    assert dues(world.individual_lesson) == ("11-23 23:59", "11-23 12:10")
    record(starts, ends)
    assert dues(world.individual_lesson) == expected


def test_of_a_friday_the_second_working_day_is_tuesday(world, record):
    lesson = make_lesson(world.russian, day(11, 20), world.slots[0])
    record("20 08:00", "20 16:00")
    assert dues(lesson) == ("11-24 23:59", "11-24 23:59")


def test_a_public_holiday_and_a_free_day_do_not_count(world, record, noon):
    lesson = make_lesson(world.russian, day(11, 3), world.slots[0])
    noon.move_to(at("5 12:00"))
    made = record("3 08:00", "3 16:00")
    assert dues(lesson)[0] == "11-06 23:59"
    assert local(made.temporary_journals.get().transfer_due_at) == "11-06 23:59"
    free = day_off(day(11, 5), "мороз")
    assert dues(lesson)[0] == "11-09 23:59"
    assert local(made.temporary_journals.get().transfer_due_at) == "11-09 23:59"
    withdraw_days(free)
    assert dues(lesson)[0] == "11-06 23:59"
    assert local(made.temporary_journals.get().transfer_due_at) == "11-06 23:59"


def test_a_new_week_blames_nobody_for_the_past(world, record, noon):
    noon.move_to(at("9 12:00"))
    past = record("5 08:00", "6 16:00")
    noon.move_to(at("25 12:00"))
    present = record("23 08:00", "24 16:00")
    School.objects.get().save()
    school = School.objects.get()
    school.week_days = 6
    school.save()
    assert local(past.temporary_journals.first().transfer_due_at) == "11-10 23:59"
    friday = record("27 08:00", "27 16:00")
    assert local(friday.temporary_journals.get().transfer_due_at) == "11-30 23:59"
    assert local(present.temporary_journals.first().transfer_due_at) == "11-26 23:59"


def test_homework_of_an_evening_class_is_due_after_midnight(world, record):
    BellSlot.objects.filter(pk=world.slots[6].pk).update(
        starts_at=datetime.time(22, 30), ends_at=datetime.time(23, 10)
    )
    schedule_lesson(world.russian, day(11, 23), 7)
    set_dues([day(11, 23)])
    assert dues(world.lesson)[1] == "11-24 00:40"
    record("24 00:30", "24 07:00")
    assert dues(world.lesson)[1] == "11-26 23:59"


# --- too little access between a lesson's end and what is due ---


def test_from_just_after_the_lesson_until_just_before_midnight(world, record, noon):
    write(world.individual_lesson, works=f"{world.answer.pk} {world.test.pk}")  # until 10:40
    made = record("23 11:00", "23 23:50")
    assert dues(world.individual_lesson) == ("11-25 23:59", "11-25 23:59")
    found = LessonWork.objects.order_by("position").values_list("marks_due_at", flat=True)
    assert list(map(local, found)) == ["11-25 23:59", "11-26 23:59"]
    assert "Особый О., инд. план, Математика" in journals(made)
    noon.move_to(at("25 23:59"))
    sweep()
    assert late(world.individual_lesson) == {}


def test_the_last_minute_of_a_day_is_in_it(world, record):
    record("23 20:00", "23 23:59")
    assert dues(world.individual_lesson)[0] == "11-25 23:59"


def test_the_window_of_the_homework(world, record):
    last = make_lesson(world.russian, day(11, 23), world.slots[2])  # until 11:40
    assert dues(last)[1] == dues(world.lesson)[1] == "11-23 13:10"
    made = record("23 11:45", "23 13:05")
    assert dues(last) == ("11-23 23:59", "11-25 23:59")
    assert dues(world.lesson)[1] == "11-23 13:10"  # since 10:40 there was long enough
    assert journals(made) == ["5А, Русский язык", "5Б, Математика"]
    assert made.temporary_journals.filter(transferred_at=None).count() == 2


def test_two_outages_in_the_window_add_up(world, record):
    last = make_lesson(world.russian, day(11, 23), world.slots[2])
    first = record("23 11:45", "23 12:00")
    assert dues(last)[1] == "11-23 13:10"
    assert journals(first) == []
    second = record("23 12:30", "23 12:46")
    assert dues(last)[1] == "11-25 23:59"
    assert journals(first) == journals(second) == ["5А, Русский язык", "5Б, Математика"]
    dismiss_outage(second, world.deputy)
    assert dues(last)[1] == "11-25 23:59"  # no earlier than today
    assert journals(first) == []


def test_the_schools_own_minutes(world, record):
    School.objects.update(access_minutes=30)
    last = make_lesson(world.russian, day(11, 23), world.slots[2])
    made = record("23 12:00", "23 13:00")  # half an hour is left
    assert dues(last)[1] == "11-23 13:10"
    assert journals(made) == []
    made.ends_at = at("23 13:01")
    correct_outage(made)
    assert dues(last)[1] == "11-25 23:59"


def test_the_transfer_of_such_a_lesson(world, record, login, noon):
    made = record("23 11:00", "23 23:50")
    client = login(world.teacher)
    assert "перенести, сбой 23.11" in [
        todo.name for one, todo in client.get("/").context["transfers"]
    ]
    page = client.get(f"/temp-journals/outages/{made.pk}/transfer/{world.individual.pk}/")
    assert page.status_code == 404  # nobody is assigned to it
    actions_of_hand.transfer_field(
        made, world.teacher, world.maths, world.lesson.pk, "topic", "", "Дроби"
    )
    world.lesson.refresh_from_db()
    assert world.lesson.topic == "Дроби"
    made.starts_at = at("23 12:00")  # then there was long enough
    with pytest.raises(Refused, match="уже перенесены записи"):
        correct_outage(made)
    made.refresh_from_db()
    assert made.starts_at == at("23 11:00")
    made.ends_at = at("23 23:40")
    correct_outage(made)


def test_a_lesson_that_becomes_the_last_is_hindered_by_then(world, record):
    make_lesson(world.russian, day(11, 23), world.slots[2])
    later = make_lesson(world.maths, day(11, 23), world.slots[5])
    made = record("23 11:45", "23 13:05")
    assert journals(made) == ["5Б, Математика"]
    cancel_lesson(later, "карантин")
    assert journals(made) == ["5А, Русский язык", "5Б, Математика"]
    restore_lesson(later)
    assert journals(made) == ["5Б, Математика"]


def test_still_on_such_lessons_come_as_the_time_goes(world, record, noon):
    made = record("25 11:45")  # since a quarter of an hour
    assert dues(world.russian_lesson) == ("11-27 23:59", "11-27 23:59")
    assert "5А, Русский язык" not in journals(made)
    noon.move_to(at("25 12:30"))
    sweep()
    assert "5А, Русский язык" in journals(made)


def test_a_reason_with_too_little_access(world, record):
    document = AbsenceDocument(
        **dict.fromkeys(("received_on", "starts_on", "ends_on"), day(11, 20)),
        student=world.ivanov,
        kind="medical",
        reason="б",
        entered_by=world.class_teacher,
    )
    receive_document(document)
    assert local(document.reason_due_at) == "11-24 23:59"
    record("20 00:30", "24 23:45")
    document.refresh_from_db()
    assert local(document.reason_due_at) == "11-26 23:59"


# --- 2.6: works and grades; 2.9: reasons ---


def test_marks_that_are_due_in_it(world, record):
    write(world.substituted, works=str(world.test.pk))  # Tuesday, three school days: Friday
    work = LessonWork.objects.get()
    assert local(work.marks_due_at) == "11-27 23:59"
    made = record("27 20:00", "30 08:00")
    work.refresh_from_db()
    assert local(work.marks_due_at) == "12-02 23:59"
    made.ends_at = at("27 21:00")
    correct_outage(made)
    work.refresh_from_db()
    assert local(work.marks_due_at) == "11-27 23:59"


def test_marks_of_a_lesson_held_in_it(world, record):
    write(world.lesson, works=f"{world.answer.pk} {world.test.pk}")
    record("23 09:00", "23 16:00")
    found = LessonWork.objects.order_by("position").values_list("marks_due_at", flat=True)
    assert list(map(local, found)) == ["11-25 23:59", "11-26 23:59"]


def test_works_that_it_does_not_touch_stay_as_they_were_due(world, record, noon):
    write(world.lesson, works=str(world.test.pk))  # Monday, three school days
    noon.move_to(at("30 12:00"))
    world.test.mark_days = 1  # from today on
    world.test.save()
    record("30 09:00", "30 09:05")
    record("30 11:00")
    noon.move_to(at("30 12:05"))
    sweep()
    assert local(LessonWork.objects.get().marks_due_at) == "11-26 23:59"


def test_a_work_added_later_knows_of_it(world, record):
    record("23 09:00", "23 16:00")
    write(world.lesson, works=str(world.answer.pk))
    assert local(LessonWork.objects.get().marks_due_at) == "11-25 23:59"


def test_a_reason_that_is_due_in_it(world, record, noon):
    noon.move_to(at("26 12:00"))
    received = day(11, 23)
    document = AbsenceDocument(
        **dict.fromkeys(("received_on", "starts_on", "ends_on"), received),
        student=world.ivanov,
        kind="medical",
        reason="б",
        entered_by=world.class_teacher,
    )
    receive_document(document)
    assert LateEntry.objects.filter(kind="reason").exists()
    made = record("25 20:00", "26 07:00")
    document.refresh_from_db()
    assert local(document.reason_due_at) == "11-30 23:59"
    assert not LateEntry.objects.filter(kind="reason").exists()
    dismiss_outage(made, world.deputy)
    document.refresh_from_db()
    assert local(document.reason_due_at) == "11-26 23:59"  # nobody is late at once


def test_grades_that_are_due_in_it(world, record, noon):
    Period.objects.filter(pk=world.quarters[1].pk).update(ends_on=day(11, 24))
    sweep(at("24 12:00"))
    sheet = GradeSheet.objects.filter(period=world.quarters[1]).first()
    assert local(sheet.grades_due_at) == "11-24 23:59"
    sweep()
    assert LateEntry.objects.filter(kind="grades").exists()
    made = record("24 22:00", "25 07:00")
    sheet.refresh_from_db()
    assert local(sheet.grades_due_at) == "11-27 23:59"
    assert not LateEntry.objects.filter(kind="grades").exists()
    dismiss_outage(made, world.deputy)
    sheet.refresh_from_db()
    assert local(sheet.grades_due_at) == "11-25 23:59"
    noon.move_to(at("26 00:00"))
    sweep()
    assert LateEntry.objects.filter(kind="grades").exists()


# --- late entries ---


def test_late_entries_vanish_with_a_trace_and_come_back(world, record, noon):
    sweep()
    write(world.lesson, topic="Дроби")
    assert late(world.lesson) == {"attendance": False, "topic": True, "homework": False}
    made = record("23 09:00", "23 16:00")
    assert late(world.lesson) == {}
    assert LateEntry.history.filter(history_type="-", lesson=world.lesson).count() == 3
    assert late(world.substituted) != {}  # of another day
    dismiss_outage(made, world.deputy)
    assert late(world.lesson) == {}  # until now it was not due before the end of this day
    noon.move_to(at("26 00:00"))
    sweep()
    assert late(world.lesson) == {"attendance": False, "homework": False}


def test_after_the_transfers_end_it_is_late(world, record, noon):
    record("23 09:00", "23 16:00")
    noon.move_to(at("25 23:59:59"))
    sweep()
    assert late(world.lesson) == {}
    noon.move_to(at("26 00:00"))
    sweep()
    assert late(world.lesson) == {"attendance": False, "topic": False, "homework": False}
    assert LateEntry.objects.filter(kind="transfer", journal=world.maths).count() == 1
    write(world.lesson)
    assert late(world.lesson) == {"attendance": True, "topic": True, "homework": True}
    assert LateEntry.objects.get(kind="transfer", journal=world.maths).settled_at is not None


def test_correcting_the_time_computes_anew(world, record, noon):
    sweep()
    made = record("23 09:00", "24 16:00")
    assert late(world.lesson) == late(world.substituted) == {}
    made.starts_at = at("24 08:00")
    correct_outage(made)
    assert dues(world.lesson) == ("11-25 23:59", "11-25 23:59")  # nobody is late at once
    assert dues(world.substituted) == ("11-26 23:59", "11-26 23:59")
    assert late(world.lesson) == late(world.substituted) == {}
    noon.move_to(at("26 00:00"))
    sweep()
    assert len(late(world.lesson)) == 3
    assert late(world.substituted) == {}
    assert journals(made) == ["5 англ. 1, Английский язык", "5А, Математика"]


def test_closing_writes_the_end_alone_and_once(world, record):
    made = record("23 09:00")
    Outage.objects.filter(pk=made.pk).update(reason="Ремонт")
    close_outage(made, at("24 15:00"))
    made.refresh_from_db()
    assert (made.ends_at, made.reason) == (at("24 15:00"), "Ремонт")
    assert dues(world.lesson) == ("11-26 23:59", "11-26 23:59")
    with pytest.raises(Refused, match=r"уже записан: 23.11.2026 09:00 – 24.11.2026 15:00"):
        close_outage(made, at("24 16:00"))
    other = record("25 09:00")
    dismiss_outage(other, world.deputy)
    with pytest.raises(Refused, match="отменён"):
        close_outage(other, at("25 10:00"))


# --- still on ---


def test_still_on_it_rolls_on_with_the_days(world, record, noon):
    made = record("23 09:00")
    assert dues(world.lesson) == dues(world.today_lesson) == ("11-27 23:59", "11-27 23:59")
    assert made.temporary_journals.filter(transfer_due_at=None).count() == 5
    noon.move_to(at("30 00:05"))  # nobody has looked since Wednesday
    sweep()
    assert not LateEntry.objects.filter(lesson__date__gte=day(11, 23)).exists()
    assert dues(world.lesson) == dues(world.future_lesson) == ("12-02 23:59", "12-02 23:59")
    made.ends_at = at("27 09:00")
    correct_outage(made)
    assert dues(world.lesson) == ("12-01 23:59", "12-01 23:59")
    # Until now it was not due before Wednesday.
    assert dues(world.future_lesson) == ("11-30 23:59", "11-30 23:59")
    assert late(world.future_lesson) == {}
    assert late(world.lesson) == {}
    due = set(made.temporary_journals.values_list("transfer_due_at", flat=True))
    assert set(map(local, due)) == {"12-01 23:59"}


def test_lessons_that_begin_while_it_lasts_are_on_paper_too(world, record, noon):
    made = record("25 11:30")
    assert journals(made) == ["5А, Русский язык"]
    english = make_lesson(world.english, TODAY, world.slots[4])  # 13:00
    assert journals(made) == ["5А, Русский язык"]
    noon.move_to(at("25 13:05"))
    sweep()
    assert journals(made) == ["5 англ. 1, Английский язык", "5А, Русский язык"]
    assert dues(english) == ("11-27 23:59", "11-27 23:59")


# --- several ---


@pytest.mark.parametrize(
    ("starts", "ends"),
    [
        ("24 08:00", "24 09:00"),
        ("23 08:00", "23 09:01"),
        ("24 15:59", "25 10:00"),
        ("22 08:00", "25 10:00"),
        ("24 15:00", None),
        ("22 15:00", None),
    ],
)
def test_two_at_once_are_refused(world, record, starts, ends):
    record("23 09:00", "24 16:00")
    with pytest.raises(Refused, match=r"уже записан сбой: 23.11.2026 09:00 – 24.11.2026 16:00"):
        record(starts, ends)
    assert Outage.objects.count() == 1


def test_one_after_the_other_is_not(world, record):
    first, second = record("23 09:00", "23 12:00"), record("23 12:00", "23 13:00")
    first.ends_at = at("23 12:30")
    with pytest.raises(Refused, match="Исправьте его"):
        correct_outage(first)
    dismiss_outage(second, world.deputy)
    correct_outage(first)
    still = record("24 09:00")
    with pytest.raises(Refused, match="по сей час"):
        record("25 10:00", "25 11:00")
    assert still.stands


def test_the_end_of_a_transfer_without_access_moves_on(world, record, noon):
    first = record("23 09:00", "23 16:00")  # its transfer is due on Wednesday
    second = record("25 23:00")  # from there on
    noon.move_to(at("26 12:00"))
    sweep()
    assert dues(world.lesson) == ("11-30 23:59", "11-30 23:59")
    maths = first.temporary_journals.get(journal=world.maths)
    assert local(maths.transfer_due_at) == "11-30 23:59"
    second.ends_at = at("26 14:00")
    correct_outage(second)
    third = record("30 22:00", "30 23:59:59.999999")
    assert dues(world.lesson) == ("12-02 23:59", "12-02 23:59")
    dismiss_outage(second, world.deputy)  # the link between the two
    assert dues(world.lesson) == ("11-26 23:59", "11-26 23:59")  # nobody is late at once
    maths.refresh_from_db()
    assert local(maths.transfer_due_at) == "11-26 23:59"
    assert third.stands


# --- what is to be transferred ---


def test_the_journals_with_a_lesson_in_it(world, record, noon):
    made = record("23 10:40", "24 12:00")
    # The lessons that were just over are on paper as well: nobody could write for the whole day.
    assert journals(made) == [
        "5А, Математика",
        "5Б, Математика",
        "Особый О., инд. план, Математика",
    ]
    maths = made.temporary_journals.get(journal=world.maths)
    assert local(maths.transfer_due_at) == "11-26 23:59"
    assert maths.transferred_at is None
    noon.move_to(at("26 09:00"))
    write(world.lesson)
    write(world.substituted, topic="Дроби", homework="-")
    maths.refresh_from_db()
    assert maths.transferred_at is None
    write(world.substituted, attendance="все")
    maths.refresh_from_db()
    assert maths.transferred_at == at("26 09:00")
    cancel_lesson(world.lesson_b, "карантин")
    assert journals(made) == ["5А, Математика", "Особый О., инд. план, Математика"]
    restore_lesson(world.lesson_b)
    assert len(journals(made)) == 3
    world.individual_lesson.hour = world.slots[0].hour  # an hour before it
    world.individual_lesson.save()
    assert journals(made) == ["5А, Математика", "5Б, Математика"]


def transfer(temporary_journal, lesson, person, made_at="25 12:00"):
    return Transfer.objects.create(
        temporary_journal=temporary_journal,
        lesson=lesson,
        made_by=person,
        source=Transfer.Source.HAND,
        made_at=at(made_at),
        entries=3,
    )


def test_what_was_transferred_keeps_its_outage(world, record):
    made = record("23 09:00", "24 16:00")
    maths = made.temporary_journals.get(journal=world.maths)
    transfer(maths, world.lesson, world.teacher)
    with pytest.raises(Refused, match="исправьте его время"):
        dismiss_outage(made, world.deputy)
    made.starts_at = at("24 08:00")
    with pytest.raises(Refused, match="уже перенесены записи"):
        correct_outage(made)
    made.starts_at, made.ends_at = at("23 09:30"), at("23 16:00")
    correct_outage(made)
    cancel_lesson(world.lesson, "карантин")
    maths.refresh_from_db()
    assert maths.transferred_at == at("25 12:00")  # nothing is left to do, the record stays


def test_the_papers_time_is_not_when_it_was_transferred(world, record, noon):
    made = record("24 09:00", "24 16:00")
    maths = made.temporary_journals.get(journal=world.maths)
    transfer(maths, world.substituted, world.substitute, "25 11:00")
    Lesson.objects.filter(pk=world.substituted.pk).update(
        attendance_taken_at=at("24 10:40"), topic_entered_at=at("24 10:40")
    )
    world.substituted.refresh_from_db()
    world.substituted.homework_entered_at = at("24 10:40")
    world.substituted.save()
    maths.refresh_from_db()
    assert maths.transferred_at == at("25 11:00")


# --- proposals ---


def test_a_proposal_is_none_until_it_is_recorded(world):
    found = Outage(starts_at=at("23 09:00"), ends_at=at("23 16:00"), found_at=worlds.NOON)
    found.save()
    sweep()
    assert len(late(world.lesson)) == 3
    assert list(proposals()) == [found]
    found.reason = "Не было света"
    record_outage(found, world.deputy)
    assert late(world.lesson) == {}
    assert list(proposals()) == []
    with pytest.raises(Refused, match="уже записал"):
        record_outage(found, world.director)


def test_a_proposal_that_was_none(world):
    found = Outage(starts_at=at("23 09:00"), ends_at=at("23 16:00"), found_at=worlds.NOON)
    found.save()
    dismiss_outage(found, world.deputy)
    dismiss_outage(found, world.director)
    found.refresh_from_db()
    assert found.dismissed_by == world.deputy
    assert list(proposals()) == []
    found.reason = "Всё же был"
    with pytest.raises(Refused, match="уже отклонил"):
        record_outage(found, world.deputy)
    with pytest.raises(Refused, match="отменён"):
        correct_outage(found)


def test_who_records_the_time_of_a_proposal_answers_it(world, record):
    Outage(starts_at=at("23 09:00"), ends_at=at("23 16:00"), found_at=worlds.NOON).save()
    record("23 08:30", "23 16:30")
    assert list(proposals()) == []


def test_a_proposal_answered_in_part_stays(world, record):
    found = Outage(starts_at=at("23 09:00"), ends_at=at("23 16:00:20"), found_at=worlds.NOON)
    found.save()
    record("22 09:00", "23 10:00")
    record("23 12:00", "23 16:00")
    assert proposals() == [found]
    record("23 10:00", "23 12:00")  # nobody records the seconds that are left
    assert proposals() == []


# --- whatever is done ---

# Hours since Monday, 16 November, midnight: from … to, or still on.
SPANS = st.tuples(st.integers(0, 220), st.one_of(st.none(), st.integers(1, 60)))
DEEDS = st.lists(
    st.tuples(st.sampled_from(["record", "correct", "dismiss"]), st.integers(0, 3), SPANS),
    min_size=1,
    max_size=7,
)
MONDAY = datetime.datetime(2026, 11, 15, 21, tzinfo=datetime.UTC)


@settings(
    max_examples=25,
    deadline=None,
    phases=set(Phase) - {Phase.shrink, Phase.explain},  # each takes minutes here
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(deeds=DEEDS)
def test_whatever_is_done_the_dues_are_those_computed_from_scratch(full_world, deeds):
    world, made, expected = full_world, [], dict(full_world.base)
    try:
        for deed, which, (hour, length) in deeds:
            starts = MONDAY + datetime.timedelta(hours=hour)
            ends = length and starts + datetime.timedelta(hours=length)
            try:
                if deed == "record":
                    one = Outage(starts_at=starts, ends_at=ends, reason="проверка")
                    record_outage(one, world.deputy)
                    made.append(one)
                elif made and deed == "correct":
                    one = Outage.objects.get(pk=made[which % len(made)].pk)
                    one.starts_at, one.ends_at = starts, ends
                    correct_outage(one)
                elif made:
                    dismiss_outage(made[which % len(made)], world.deputy)
            except Refused:
                continue
            expected = due_no_earlier_than_told(expected, from_scratch(world.base))
        assert all_dues() == expected
        assert_transfers_are_the_facts(world.base)
        assert_late_entries_are_the_facts()
    finally:
        for one in standing_outages():
            dismiss_outage(one, world.deputy)
        assert all_dues() == due_no_earlier_than_told(expected, world.base)
        LessonWork.objects.update(marks_due_at=None)
        Lesson.objects.update(attendance_due_at=None, topic_due_at=None, homework_due_at=None)
        AbsenceDocument.objects.update(reason_due_at=None)
        set_reason_dues(day(9, 1))
        set_dues(Lesson.objects.values_list("date", flat=True))
        recheck_rows("reason", AbsenceDocument.objects.values_list("pk", flat=True))
        assert all_dues() == world.base
        TemporaryJournal.objects.all().delete()
        Outage.objects.all().delete()


@pytest.fixture
def full_world(world):
    """Lessons on every day, works, documents, and the dues of all before any outage."""
    for number in (*range(16, 21), *range(23, 28)):
        for journal, slot in ((world.russian, 4), (world.maths_b, 5), (world.english, 6)):
            made = make_lesson(journal, day(11, number), world.slots[slot])
            write(made, works=f"{world.answer.pk} {world.test.pk}")
        document = AbsenceDocument(
            **dict.fromkeys(("received_on", "starts_on", "ends_on"), day(11, number)),
            student=world.ivanov,
            kind="medical",
            reason="б",
            entered_by=world.class_teacher,
        )
        receive_document(document)
    sweep()
    world.base = all_dues()
    return world


def all_dues():
    found = {}
    lessons = Lesson.objects.filter(cancelled="")
    for one in lessons:
        found["day", one.pk] = one.topic_due_at
        found["homework", one.pk] = one.homework_due_at
    for one in LessonWork.objects.all():
        found["marks", one.pk] = one.marks_due_at
    for one in AbsenceDocument.objects.all():
        found["reason", one.pk] = one.reason_due_at
    return found


def from_scratch(base):
    """What should be due when, from what was due before any outage: once through the outages."""
    lessons = {one.pk: one for one in Lesson.objects.all()}
    of_work = dict(LessonWork.objects.values_list("pk", "lesson"))
    received = dict(AbsenceDocument.objects.values_list("pk", "received_on"))
    outages = [
        (one, one.ends_at or datetime.datetime.max.replace(tzinfo=datetime.UTC))
        for one in standing_outages()
    ]
    expected = {}
    for (kind, pk), due in base.items():
        lesson = lessons.get(of_work[pk] if kind == "marks" else pk if kind != "reason" else None)
        since = lesson.last_instant if lesson else midnight_before(received[pk])
        for one, ends in outages:
            held = lesson and lesson.first_instant < ends and one.starts_at < lesson.last_instant
            lost = [
                min(due, others_end) - max(since, other.starts_at)
                for other, others_end in outages
                if other.starts_at < due and since < others_end
            ]
            left = due - since - sum(lost, datetime.timedelta())
            hindered = one.starts_at < due and since < ends and left < datetime.timedelta(hours=1)
            if held or hindered or one.starts_at <= due <= ends:
                due = max(due, working_days_later(one.ends_at or timezone.now()))
        expected[kind, pk] = due
    return expected


def midnight_before(date):
    return timezone.make_aware(datetime.datetime.combine(date, datetime.time()))


def due_no_earlier_than_told(before, computed):
    """What comes earlier by a deed at noon is due by the end of that day, homework of a lesson of
    that day in an hour and a half; sooner only where it was anyway."""
    dates = dict(Lesson.objects.values_list("pk", "date"))
    expected = {}
    for (kind, pk), due in computed.items():
        least = at("25 23:59:59.999999")
        if kind == "homework" and dates[pk] >= TODAY:
            least = at("25 13:30")
        told = before[kind, pk]
        expected[kind, pk] = due if due >= told else min(told, max(due, least))
    return expected


def working_days_later(instant):
    """The end of the 2nd day after it that is neither Saturday nor Sunday; no holiday is near."""
    date, left = timezone.localdate(instant), 2
    while left:
        date += datetime.timedelta(days=1)
        left -= date.isoweekday() < 6
    midnight = datetime.datetime.combine(date + datetime.timedelta(days=1), datetime.time())
    return timezone.make_aware(midnight) - datetime.datetime.resolution


def assert_transfers_are_the_facts(base):
    expected = {
        (one.pk, journal)
        for one in standing_outages()
        for journal in lessons_inside(one).values_list("journal", flat=True)
    }
    assert {
        (one.pk, lesson)
        for one in standing_outages()
        for lesson in one.hindered_lessons.values_list("pk", flat=True)
    } == hindered(base)
    found = TemporaryJournal.objects.values_list("outage", "journal")
    assert sorted(found) == sorted(expected)
    for one in TemporaryJournal.objects.select_related("outage"):
        due = one.outage.ends_at and max(transfer_due(one.outage), at("25 23:59:59.999999"))
        assert one.transfer_due_at == due


def hindered(base):
    """{(outage, lesson)}: it was over when the outage began, and of the time until its homework or
    the end of its day less than an hour was left."""
    outages = [(one, one.ends_at or timezone.now()) for one in standing_outages()]
    found = set()
    for lesson in Lesson.objects.filter(cancelled=""):
        since, due = lesson.last_instant, min(base["day", lesson.pk], base["homework", lesson.pk])
        lost = [
            min(due, ends) - max(since, one.starts_at)
            for one, ends in outages
            if one.starts_at < due and since < ends
        ]
        if due - since - sum(lost, datetime.timedelta()) < datetime.timedelta(hours=1):
            for one, ends in outages:
                if since <= one.starts_at < due and since < ends:
                    found.add((one.pk, lesson.pk))
    return found


def assert_late_entries_are_the_facts():
    now = timezone.now()
    expected = {
        (duty.kind, pk)
        for duty in duties().values()
        for pk in duty.late(now).values_list("pk", flat=True)
    }
    assert set(LateEntry.objects.values_list("kind", "object_id")) == expected


# --- several people at once ---


@pytest.mark.django_db(transaction=True)
def test_of_two_who_record_the_same_time_at_once_one_is_refused(noon):
    world = worlds.stands()
    gate, refused = threading.Barrier(2), []

    def report(person):
        gate.wait()
        try:
            record_outage(outage("23 09:00", "24 16:00"), person)
        except Refused as error:
            refused.append(str(error))
        finally:
            connection.close()

    threads = [
        threading.Thread(target=report, args=[one]) for one in (world.deputy, world.director)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert Outage.objects.count() == len(refused) == 1


@pytest.mark.django_db(transaction=True)
def test_two_lessons_of_a_journal_completed_at_once(noon):
    world = worlds.stands()
    made = outage("23 09:00", "24 16:00")
    record_outage(made, world.deputy)
    gate, failures = threading.Barrier(2), []

    def complete(lesson):
        gate.wait()
        try:
            write(lesson)
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    lessons = world.lesson, world.substituted
    threads = [threading.Thread(target=complete, args=[one]) for one in lessons]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert made.temporary_journals.get(journal=world.maths).transferred_at == worlds.NOON
