"""The watch: due instants follow the timetable, late entries follow the facts."""

import datetime
import os
import signal
import subprocess
import sys
import threading
from zoneinfo import ZoneInfo

import pytest
from django.db import connection, transaction

from journals.actions.dues import set_dues_of_works
from journals.actions.entries import save_cell, save_field
from journals.actions.late import recheck
from journals.actions.watch import sweep
from journals.models import LateEntry, LessonWork, Mark
from journals.queries.duties import duties
from school.actions.bells import ring
from school.actions.lessons import cancel_lesson, restore_lesson, schedule_lesson, substitute
from school.actions.pupils import leave_school
from school.models import GroupMembership, Lesson, Period, School, SchoolYear
from tests import world as worlds
from tests.world import TODAY, day, day_off

MOSCOW = ZoneInfo("Europe/Moscow")


def local(instant):
    return instant and f"{instant.astimezone(MOSCOW):%m-%d %H:%M}"


def at(text, on=TODAY):
    time = datetime.time.fromisoformat(text)
    return datetime.datetime.combine(on, time, MOSCOW)


def dues(lesson):
    lesson.refresh_from_db()
    return local(lesson.topic_due_at), local(lesson.homework_due_at)


def field(lesson, name, text, was=""):
    save_field(lesson.journal, lesson.pk, name, was, text)


def cell(lesson, student, text, was=""):
    save_cell(lesson.journal, lesson.pk, student.pk, was, text)


def late(lesson=None):
    """{kind: whether it is settled} of a lesson, or of the whole school."""
    entries = LateEntry.objects.filter(lesson=lesson) if lesson else LateEntry.objects.all()
    return {entry.kind: entry.settled_at is not None for entry in entries}


# --- due instants ---


def test_due_instants_of_a_lesson(world):
    # Maths of 5А is over at 10:40, the Russian lesson of the same class at 11:40.
    assert dues(world.today_lesson) == ("11-25 23:59", "11-25 13:10")
    assert dues(world.cancelled_lesson) == (None, None)


def test_a_cancelled_last_lesson_and_its_return(world, noon):
    noon.move_to(at("08:00"))  # before anybody could be late
    cancel_lesson(world.russian_lesson, "болезнь")
    assert dues(world.today_lesson) == ("11-25 23:59", "11-25 12:10")
    assert dues(world.russian_lesson) == (None, None)
    restore_lesson(world.russian_lesson)
    assert dues(world.today_lesson)[1] == "11-25 13:10"


def test_a_subgroup_waits_for_the_later_of_its_classes(world, noon):
    noon.move_to(at("08:00"))  # before anybody could be late
    english = schedule_lesson(world.english, TODAY, 1)
    assert dues(english)[1] == "11-25 13:10"  # 5А
    schedule_lesson(world.maths_b, TODAY, 6)
    assert dues(english)[1] == "11-25 16:10"  # 5Б
    assert dues(world.today_lesson)[1] == "11-25 13:10"
    schedule_lesson(world.english, TODAY, 7)
    assert dues(world.today_lesson)[1] == "11-25 17:10"


def test_who_joins_a_subgroup_brings_his_class_along(world, noon):
    noon.move_to(at("08:00"))  # before anybody could be late
    GroupMembership.objects.filter(group=world.subgroup, student=world.sidorov).delete()
    schedule_lesson(world.maths_b, TODAY, 6)
    english = schedule_lesson(world.english, TODAY, 1)
    assert dues(english)[1] == "11-25 13:10"
    GroupMembership.objects.create(group=world.subgroup, student=world.newcomer, starts_on=TODAY)
    assert dues(english)[1] == "11-25 16:10"


def test_the_last_of_his_class_to_leave_a_subgroup_takes_it_along(world, noon):
    noon.move_to(at("08:00"))  # before anybody could be late
    schedule_lesson(world.maths_b, TODAY, 6)
    english = schedule_lesson(world.english, TODAY, 1)
    newcomer = GroupMembership.objects.create(
        group=world.subgroup, student=world.newcomer, starts_on=TODAY
    )
    leave_school(world.sidorov, day(11, 24))
    assert dues(english)[1] == "11-25 16:10"
    newcomer.delete()
    assert dues(english)[1] == "11-25 13:10"


def test_a_pupil_of_a_subgroup_who_changes_class_changes_what_it_waits_for(world, noon):
    noon.move_to(at("08:00"))  # before anybody could be late
    schedule_lesson(world.maths_b, TODAY, 6)
    english = schedule_lesson(world.english, TODAY, 1)
    enrolment = world.sidorov.enrolments.get()
    enrolment.school_class = world.a5
    enrolment.save()
    assert dues(english)[1] == "11-25 13:10"


def test_a_moved_bell_moves_what_is_due_from_today_on(world):
    before = dues(world.lesson)
    slot = world.slots[2]
    slot.ends_at = datetime.time(11, 55)
    slot.save()
    ring()
    assert dues(world.today_lesson)[1] == "11-25 13:25"
    assert dues(world.lesson) == before


def test_marks_are_due_by_the_work_type(world):
    field(world.today_lesson, "works", f"{world.answer.pk} {world.test.pk}")
    found = LessonWork.objects.filter(lesson=world.today_lesson).order_by("position")
    assert [local(work.marks_due_at) for work in found] == ["11-25 23:59", "11-30 23:59"]
    day_off(day(11, 27), "карантин")
    assert [local(work.marks_due_at) for work in found.all()] == ["11-25 23:59", "12-01 23:59"]
    world.test.mark_days = 1
    world.test.save()
    assert [local(work.marks_due_at) for work in found.all()] == ["11-25 23:59", "11-26 23:59"]


def test_a_mark_beyond_the_named_works_brings_a_work_with_its_due_instant(world):
    cell(world.today_lesson, world.ivanov, "5")
    work = LessonWork.objects.get(lesson=world.today_lesson)
    assert (local(work.marks_due_at), work.marked_at) == ("11-25 23:59", worlds.NOON)
    cell(world.today_lesson, world.ivanov, "", was="5")
    work.refresh_from_db()
    assert work.marked_at is None


def test_lessons_made_in_bulk_get_their_due_instants_by_the_watch(world):
    Lesson.objects.update(attendance_due_at=None, topic_due_at=None, homework_due_at=None)
    sweep()
    assert dues(world.today_lesson) == ("11-25 23:59", "11-25 13:10")
    assert dues(world.cancelled_lesson) == (None, None)


# --- the watch ---


def test_one_school_day_minute_by_minute(world, noon):
    """Nothing of today is late before its instant, each duty is found within the minute after."""
    lesson = world.today_lesson
    field(lesson, "works", str(world.answer.pk))
    noon.move_to(at("07:59"))
    sweep()
    found, seen = {}, set()
    minute = at("08:00")
    while minute < at("00:05", day(11, 26)):
        noon.move_to(minute)
        sweep()
        for kind in late(lesson).keys() - seen:
            found[kind] = local(minute)
            seen.add(kind)
        minute += datetime.timedelta(minutes=1)
    assert found == {
        "homework": "11-25 13:11",
        "attendance": "11-26 00:00",
        "topic": "11-26 00:00",
        "marks": "11-26 00:00",
    }


def test_what_is_done_in_time_is_never_found(world, noon):
    lesson = world.today_lesson
    for name, text in (("topic", "Дроби"), ("homework", "-"), ("attendance", "все")):
        field(lesson, name, text)
    cell(lesson, world.ivanov, "5")
    noon.move_to(at("09:00", day(11, 27)))
    sweep()
    assert late(lesson) == {}
    field(lesson, "homework", "№ 5", was="не задано")  # edited late: the duty was met in time
    field(lesson, "topic", "Дроби и доли", was="Дроби")
    cell(lesson, world.ivanov, "4", was="5")
    sweep()
    assert late(lesson) == {}
    assert Mark.history.filter(history_type="~").count() == 1  # the late change is in the history


def test_nothing_set_said_too_late_is_late(world, noon):
    noon.move_to(at("13:11"))
    field(world.today_lesson, "homework", "не задано")
    assert late(world.today_lesson) == {"homework": True}


def test_entering_late_settles_at_once(world, noon):
    sweep()
    assert late(world.lesson) == {"attendance": False, "topic": False, "homework": False}
    noon.shift(60)
    field(world.lesson, "topic", "Дроби")
    cell(world.lesson, world.ivanov, "н")
    assert late(world.lesson) == {"attendance": True, "topic": True, "homework": False}
    topic = LateEntry.objects.get(lesson=world.lesson, kind="topic")
    assert topic.settled_at == Lesson.objects.get(pk=world.lesson.pk).topic_entered_at
    assert topic.found_at == worlds.NOON


def test_what_is_undone_again_is_late_again(world):
    sweep()
    field(world.lesson, "topic", "Дроби")
    field(world.lesson, "topic", "", was="Дроби")
    assert late(world.lesson)["topic"] is False


def test_marks_never_entered_and_a_work_taken_away(world, noon):
    lesson = world.today_lesson
    field(lesson, "works", str(world.test.pk))
    noon.move_to(at("00:01", day(12, 1)))
    sweep()
    assert late(lesson)["marks"] is False
    field(lesson, "works", "", was=str(world.test.pk))
    assert "marks" not in late(lesson)
    field(lesson, "works", str(world.answer.pk))
    assert late(lesson)["marks"] is False
    cell(lesson, world.ivanov, "4")
    assert late(lesson)["marks"] is True


def test_after_a_week_without_it_the_watch_finds_the_week(world, noon):
    sweep()
    noon.move_to(at("14:00"))
    field(world.today_lesson, "homework", "№ 1")
    LateEntry.objects.all().delete()  # as if nobody had looked then
    noon.move_to(at("12:00", day(12, 2)))
    assert sweep() > 0
    assert late(world.today_lesson) == {"attendance": False, "topic": False, "homework": True}
    assert late(world.future_lesson) == {"attendance": False, "topic": False, "homework": False}
    assert sweep() == 0


def test_what_was_never_due_vanishes_with_a_trace(world):
    sweep()
    assert len(late(world.lesson)) == 3
    cancel_lesson(world.lesson, "карантин")
    assert late(world.lesson) == {}
    assert LateEntry.history.filter(history_type="-", lesson=world.lesson).count() == 3
    restore_lesson(world.lesson)
    assert len(late(world.lesson)) == 3


def test_a_day_that_becomes_free_moves_what_was_late(world, noon):
    field(world.lesson, "works", str(world.test.pk))
    noon.move_to(at("09:00", day(11, 27)))
    sweep()
    assert late(world.lesson)["marks"] is False
    day_off(day(11, 25), "карантин")
    assert "marks" not in late(world.lesson)
    assert "topic" in late(world.lesson)


def test_a_substitution_named_before_the_lesson_changes_no_instant(world):
    before = dues(world.future_lesson)
    substitute(world.future_lesson, world.english_teacher)
    sweep()
    assert dues(world.future_lesson) == before


def test_by_hand_and_by_celery(world):
    from django.core.management import call_command

    from journals.tasks import watch

    watch()
    found = LateEntry.objects.count()
    assert found > 0
    call_command("watch", verbosity=0)
    assert LateEntry.objects.count() == found


# --- several at once, and one that dies ---


@pytest.mark.django_db(transaction=True)
def test_any_number_at_once_finds_each_once(noon):
    worlds.stands()
    LateEntry.objects.all().delete()  # as if nobody had looked yet
    failures = []

    def look():
        try:
            sweep()
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=look) for _ in range(100)]
    for start in range(0, 100, 8):  # as many as the pool has connections
        for thread in threads[start : start + 8]:
            thread.start()
        for thread in threads[start : start + 8]:
            thread.join()
    assert failures == []
    expected = {
        (duty.kind, pk)
        for duty in duties().values()
        for pk in duty.late(worlds.NOON).values_list("pk", flat=True)
    }
    found = list(LateEntry.objects.values_list("kind", "object_id"))
    assert len(expected) > 10
    assert sorted(found) == sorted(expected)


DYING = """
import os, signal, django
django.setup()
from journals.actions import watch
find, found = watch._find, []
def dying(*args):
    found.append(find(*args))
    if len(found) == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return found[-1]
watch._find = dying
watch.sweep()
"""


@pytest.mark.django_db(transaction=True)
def test_one_that_is_killed_has_written_nothing_and_the_next_finds_all(noon):
    worlds.stands()
    LateEntry.objects.all().delete()  # as if nobody had looked yet
    place = connection.settings_dict
    url = f"sqlite:///{place['NAME']}"
    if connection.vendor == "postgresql":
        server = f"{place['HOST']}:{place['PORT'] or 5432}"
        url = f"postgres://{place['USER']}:{place['PASSWORD']}@{server}/{place['NAME']}"
    environment = os.environ | {
        "DATABASE_URL": url,
        "DJANGO_SETTINGS_MODULE": "journal_site.settings",
    }
    killed = subprocess.run([sys.executable, "-c", DYING], env=environment, timeout=60)
    assert killed.returncode == -signal.SIGKILL
    assert not LateEntry.objects.exists()
    assert sweep() == LateEntry.objects.count() > 10


def test_a_lesson_moved_to_another_hour_or_day_or_taken_out(world, noon):
    noon.move_to(at("08:00"))  # before anybody could be late
    lesson = world.russian_lesson
    lesson.hour = world.slots[5].hour
    lesson.save()
    assert dues(world.today_lesson)[1] == "11-25 16:10"
    lesson.date = day(11, 26)
    lesson.save()
    assert dues(world.today_lesson)[1] == "11-25 12:10"  # the day that it left
    lesson.date = TODAY
    lesson.save()
    assert dues(world.today_lesson)[1] == "11-25 16:10"
    lesson.delete()
    assert dues(world.today_lesson)[1] == "11-25 12:10"


def test_a_substituted_last_lesson_is_still_the_last(world):
    substitute(world.russian_lesson, world.other_teacher)
    assert dues(world.today_lesson)[1] == "11-25 13:10"


def test_a_bell_moved_while_something_is_late_already(world, noon):
    noon.move_to(at("14:00"))
    sweep()
    assert late(world.today_lesson) == {"homework": False}
    slot = world.slots[2]
    slot.ends_at = datetime.time(13, 0)
    slot.save()
    ring()
    assert late(world.today_lesson) == {}  # due at 14:30 by now
    slot.ends_at = datetime.time(12, 0)
    slot.save()
    ring()
    assert late(world.today_lesson) == {}  # it was due at 14:30 until just now
    noon.move_to(at("14:31"))
    sweep()
    assert late(world.today_lesson) == {"homework": False}


def test_evening_classes_until_after_midnight(world, noon):
    slot = world.slots[6]
    slot.starts_at, slot.ends_at = datetime.time(22, 30), datetime.time(23, 10)
    slot.save()
    schedule_lesson(world.russian, TODAY, slot.number)
    noon.move_to(at("00:40", day(11, 26)))
    sweep()
    assert "homework" not in late(world.today_lesson)
    noon.move_to(at("00:41", day(11, 26)))
    sweep()
    assert late(world.today_lesson)["homework"] is False


def test_the_only_mark_moved_to_another_pupil_was_in_time(world, noon):
    cell(world.today_lesson, world.ivanov, "5")
    noon.move_to(at("09:00", day(11, 27)))
    sweep()
    cell(world.today_lesson, world.ivanov, "", was="5")
    assert late(world.today_lesson)["marks"] is False
    cell(world.today_lesson, world.petrova, "5")
    assert "marks" not in late(world.today_lesson)


def test_a_new_week_blames_nobody_for_the_past(world, noon):
    field(world.early_lesson, "works", str(world.test.pk))  # due on Tuesday, 10 November
    LessonWork.objects.update(marked_at=at("12:00", day(11, 10)))  # Monday, were it six days
    recheck([world.early_lesson.pk])
    school = School.objects.get()
    school.week_days = 6
    school.save()
    assert "marks" not in late(world.early_lesson)


def test_next_years_terms_do_not_stretch_this_years(world):
    """The end of May: what other works are computed together with it changes nothing."""
    following = SchoolYear.objects.create(starts_on=datetime.date(2027, 9, 1), ends_on="2028-05-31")
    Period.objects.create(
        year=following,
        kind=Period.Kind.QUARTER,
        number=1,
        starts_on=datetime.date(2027, 9, 1),
        ends_on=datetime.date(2027, 10, 24),
    )
    last = worlds.lesson(world.maths, day(5, 28), world.slots[0])
    work = LessonWork.objects.create(lesson=last, work_type=world.test, position=1)
    set_dues_of_works(LessonWork.objects.all())
    work.refresh_from_db()
    assert local(work.marks_due_at) == "06-02 23:59"


@pytest.mark.django_db(transaction=True)
def test_a_lesson_that_somebody_is_writing_in_is_passed_over_and_found_later(noon):
    if connection.vendor != "postgresql":
        pytest.skip("SQLite has one writer at a time")
    world = worlds.stands()
    noon.move_to(at("13:09"))
    sweep()
    noon.move_to(at("13:11"))
    held, go = threading.Event(), threading.Event()

    def write():
        with transaction.atomic():
            Lesson.objects.select_for_update().get(pk=world.today_lesson.pk)
            held.set()
            go.wait(20)
        connection.close()

    writer = threading.Thread(target=write)
    writer.start()
    held.wait(20)
    sweep()  # does not wait for it
    assert late(world.today_lesson) == {}
    assert late(world.russian_lesson) == {"homework": False}
    go.set()
    writer.join()
    noon.shift(300)
    sweep()
    assert late(world.today_lesson) == {"homework": False}


@pytest.mark.django_db(transaction=True)
def test_two_timetable_changes_at_once(noon):
    """Of the two last lessons cancelled at once neither leaves the other's due instant behind."""
    world = worlds.stands()
    noon.move_to(at("08:00"))
    schedule_lesson(world.maths, TODAY, 5)
    fourth = Lesson.objects.get(journal=world.maths, date=TODAY, number=5)
    failures = []

    def cancel(pk):
        try:
            with transaction.atomic():
                cancel_lesson(Lesson.objects.get(pk=pk), "мороз")
                both.wait(1)
        except threading.BrokenBarrierError:
            cancel_lesson(Lesson.objects.get(pk=pk), "мороз")
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    both = threading.Barrier(2)
    threads = [
        threading.Thread(target=cancel, args=[pk]) for pk in (fourth.pk, world.russian_lesson.pk)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert dues(world.today_lesson)[1] == "11-25 12:10"
