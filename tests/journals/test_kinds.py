"""Kinds of lessons, and what is not kept in some journals: what is due of whom, and what pages ask
for."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.refusals import Refused
from journal_site.queries.teacher_day import teacher_day
from journals.actions.dues import dues_of, set_dues
from journals.actions.entries import save_cell, save_field
from journals.actions.lessons import change_kind
from journals.actions.watch import sweep
from journals.models import LateEntry, LessonWork
from journals.queries.missing import missing
from journals.queries.review import fill_rates, review
from school.actions.kinds import hand_down, set_kind
from school.actions.lessons import cancel_lesson, move_lesson, restore_lesson, schedule_lesson
from school.actions.refusals import ScheduleError
from school.actions.timetable import generate_lessons
from school.models import (
    Exemption,
    Journal,
    Lesson,
    LessonKind,
    PeriodLock,
    Subject,
    TimetableEntry,
)
from tests import world as worlds
from tests.journals.test_deadlines import at, late, local
from tests.world import FIRST, TODAY, day, statements

EVENING = {"number": 9, "starts_at": datetime.time(18), "ends_at": datetime.time(18, 45)}
END = "11-25 23:59"


def kind(name):
    return LessonKind.objects.get(name=name)


def dues(lesson):
    """(attendance, topic, homework) as they are stored."""
    lesson.refresh_from_db()
    return tuple(map(local, dues_of(lesson)))


@pytest.fixture
def evening(world, noon):
    """5А has self-study at 18:00, today and on Friday; it is morning."""
    noon.move_to(at("08:00"))  # before anybody could be late
    subject = Subject.objects.create(name="Самоподготовка", short_name="Сам")
    world.study = Journal.objects.create(
        group=world.maths.group,
        subject=subject,
        scale=world.five,
        lesson_kind=kind("Самоподготовка"),
    )
    worlds.assign(world.class_teacher_b, world.study)
    world.slots[1].schedule.slots.create(**EVENING)
    world.evening = schedule_lesson(world.study, TODAY, 9)
    world.later = schedule_lesson(world.study, day(11, 27), 9)
    return world


def exempt(what, starts_on=FIRST, ends_on=None, **of_whom):
    return Exemption.objects.create(what=what, starts_on=starts_on, ends_on=ends_on, **of_whom)


# --- what is due ---


def test_self_study_in_the_evening_does_not_move_the_days_homework(evening):
    """The last lesson of 5А that counts is over at 11:40; the self-study at 18:45."""
    assert dues(evening.evening) == (END, None, None)
    assert dues(evening.today_lesson) == (END, END, "11-25 13:10")
    set_kind(evening.evening, kind("Урок"))
    assert dues(evening.today_lesson) == (END, END, "11-25 20:15")
    assert dues(evening.evening) == (END, END, "11-25 20:15")
    set_kind(evening.evening, kind("Самоподготовка"))
    assert dues(evening.today_lesson) == (END, END, "11-25 13:10")


def test_homework_that_an_evening_kind_owes_is_due_after_its_own_end(evening):
    LessonKind.objects.filter(name="Самоподготовка").update(owes_homework=True)
    kind("Самоподготовка").save()
    assert dues(evening.evening) == (END, None, "11-25 20:15")
    assert dues(evening.today_lesson)[2] == "11-25 13:10"


@pytest.mark.parametrize(
    ("name", "expected", "marks"),
    [
        ("Урок", (END, END, "11-25 13:10"), END),
        ("Внеурочное занятие", (END, END, None), None),
        ("Коррекционно-развивающее занятие", (END, END, None), None),
        ("Самоподготовка", (END, None, None), None),
        ("Консультация", (END, END, None), None),
        ("Экзамен", (END, END, None), END),
    ],
)
def test_what_each_kind_owes(world, noon, name, expected, marks):
    noon.move_to(at("08:00"))
    save_field(world.maths, world.today_lesson.pk, "works", "", str(world.answer.pk))
    set_kind(world.today_lesson, kind(name))
    assert dues(world.today_lesson) == expected
    assert local(LessonWork.objects.get().marks_due_at) == marks


def test_no_homework_in_a_parallel_or_a_journal(world, noon):
    noon.move_to(at("08:00"))
    of_class = exempt("homework", parallel=5)
    for lesson in (world.today_lesson, world.russian_lesson, world.future_lesson):
        assert dues(lesson)[2] is None
    assert dues(world.lesson)[2] == "11-23 12:10"  # of the day before yesterday it was owed
    of_class.parallel = 6
    of_class.save()
    assert dues(world.today_lesson)[2] == "11-25 13:10"
    of_class.parallel, of_class.journal = None, world.russian
    of_class.save()
    assert dues(world.russian_lesson)[2] is None
    assert dues(world.today_lesson)[2] == "11-25 13:10"
    of_class.delete()
    assert dues(world.russian_lesson) == (END, END, "11-25 13:10")


def test_a_group_of_two_parallels_is_exempt_with_both(world, noon):
    noon.move_to(at("08:00"))
    english = schedule_lesson(world.english, TODAY, 4)  # pupils of 5А and 5Б
    world.b5.number = 6
    world.b5.save()
    exempt("topic", parallel=5)
    assert dues(english)[1] == END
    exempt("topic", parallel=6)
    assert dues(english)[:2] == (END, None)


def test_it_holds_from_a_day_to_another(world):
    exempt("topic", starts_on=day(11, 27), ends_on=day(11, 29), journal=world.maths)
    after = schedule_lesson(world.maths, day(11, 30), 1)
    assert [dues(one)[1] for one in (world.today_lesson, world.future_lesson, after)] == [
        END,
        None,
        "11-30 23:59",
    ]


# --- where nothing is owed nobody is late ---


def test_the_watch_finds_nothing_where_nothing_is_owed(evening, noon):
    for what in ("attendance", "topic", "homework"):
        exempt(what, journal=evening.russian)
    noon.move_to(at("12:00", day(11, 26)))
    sweep()
    assert late(evening.russian_lesson) == {}
    assert late(evening.evening) == {"attendance": False}
    assert late(evening.today_lesson) == dict.fromkeys(("attendance", "topic", "homework"), False)


def test_a_sweep_looks_once_at_what_owes_nothing(world, noon):
    """Made in bulk, so nobody has computed anything."""
    for what in ("attendance", "topic", "homework"):
        exempt(what, journal=world.maths)
    made = Lesson(
        journal=world.maths, kind=world.maths.lesson_kind, date=day(12, 1), **worlds.hour(3)
    )
    Lesson.objects.bulk_create([made])
    sweep()
    made.refresh_from_db()
    assert (made.owes_topic, dues_of(made)) == (False, (None, None, None))
    noon.shift(300)
    with statements() as sent:
        sweep()
    lessons = [sql for sql in sent if "school_lesson" in sql]
    assert not [sql for sql in lessons if sql.startswith("UPDATE")]
    assert len([sql for sql in lessons if sql.startswith("SELECT")]) == 1  # are there unknown ones?


# --- what changes blames nobody ---


def test_a_kinds_duties_are_asked_from_today_on(world, noon):
    """Attendance, topic and homework of the past were owed, and stay so."""
    sweep()
    lesson = kind("Урок")
    before = set(LateEntry.objects.values_list("lesson", "kind"))
    assert (world.lesson.pk, "homework") in before
    lesson.owes_homework = lesson.owes_topic = False
    lesson.save()
    sweep()
    assert set(LateEntry.objects.values_list("lesson", "kind")) == before
    assert dues(world.lesson)[1:] == ("11-23 23:59", "11-23 12:10")
    assert dues(world.today_lesson) == (END, None, None)
    # However often the past is computed anew.
    set_dues({world.lesson.date})
    assert dues(world.lesson)[1:] == ("11-23 23:59", "11-23 12:10")


def test_what_was_not_owed_in_the_past_is_not_owed_by_a_rule_of_today(world, noon):
    noon.move_to(at("08:00", day(11, 20)))
    LateEntry.objects.all().delete()  # nothing of it had come
    exempt("homework", journal=world.maths)
    noon.move_to(worlds.NOON)
    Exemption.objects.get().delete()
    assert dues(world.lesson)[2] is None
    set_dues({world.lesson.date, TODAY})
    noon.shift(datetime.timedelta(hours=3))
    sweep()
    assert "homework" not in late(world.lesson)
    assert "homework" in late(world.today_lesson)


def test_homework_that_is_owed_all_at_once_has_its_hour_and_a_half(world, noon):
    noon.move_to(at("08:00"))
    exempt("homework", journal=world.maths)
    noon.move_to(at("17:00"))  # it would have been due at 13:10
    Exemption.objects.get().delete()
    assert dues(world.today_lesson)[2] == "11-25 18:30"
    set_dues({TODAY}, at("17:30"))
    assert dues(world.today_lesson)[2] == "11-25 18:30"


def test_a_lesson_of_the_past_that_was_none_is_to_be_written_by_the_end_of_today(world, noon):
    save_field(world.maths, world.lesson.pk, "works", "", str(world.answer.pk))
    set_kind(world.lesson, kind("Консультация"))
    sweep()
    assert late(world.lesson) == {"attendance": False, "topic": False}
    work = LessonWork.objects.get()
    assert work.marks_due_at is None
    set_kind(world.lesson, kind("Экзамен"))
    work.refresh_from_db()
    assert local(work.marks_due_at) == END
    set_kind(world.lesson, kind("Урок"))
    assert dues(world.lesson) == ("11-23 23:59", "11-23 23:59", END)
    sweep()
    assert late(world.lesson) == {"attendance": False, "topic": False}


def test_a_lesson_that_comes_back_owes_what_its_kind_does(evening):
    cancel_lesson(evening.evening, "экскурсия")
    assert dues(evening.evening) == (None, None, None)
    restore_lesson(evening.evening)
    assert dues(evening.evening) == (END, None, None)
    move_lesson(evening.evening, day(11, 26), 9)
    assert dues(evening.evening) == ("11-26 23:59", None, None)


# --- whose kind a lesson has ---


def test_a_lesson_has_the_kind_of_its_row_or_journal(evening):
    entry = {"starts_on": day(12, 1), "ends_on": day(12, 31)}
    TimetableEntry.objects.create(journal=evening.study, weekday=3, number=9, **entry)
    consultation = kind("Консультация")
    TimetableEntry.objects.create(
        journal=evening.maths, weekday=3, number=7, kind=consultation, **entry
    )
    assert generate_lessons(evening.year, day(12, 2), day(12, 2)) == 2
    made = Lesson.objects.filter(date=day(12, 2)).order_by("number")
    assert [str(one.kind) for one in made] == ["Консультация", "Самоподготовка"]
    sweep()
    assert [dues(one)[1] for one in made] == ["12-02 23:59", None]


def test_a_journals_kind_is_that_of_its_lessons_to_come(world, noon):
    noon.move_to(at("08:00"))
    set_kind(world.future_lesson, kind("Экзамен"))
    world.maths.lesson_kind = kind("Внеурочное занятие")
    world.maths.save()
    usual = kind("Урок")
    assert hand_down(world.maths, usual) == 1
    names = Lesson.objects.filter(journal=world.maths, date__gte=day(11, 24)).order_by("date")
    assert [str(one.kind) for one in names] == ["Урок", "Внеурочное занятие", "Экзамен"]
    assert dues(world.today_lesson) == (END, END, None)
    newest = world.today_lesson.history.order_by("-history_id").first()
    assert newest.kind == kind("Внеурочное занятие")


def test_a_closed_lesson_keeps_its_kind(world):
    PeriodLock.objects.create(period=world.quarters[1], locked_by=world.deputy)
    with pytest.raises(ScheduleError, match="период закрыт"):
        set_kind(world.lesson, kind("Консультация"))
    world.lesson.refresh_from_db()
    assert world.lesson.kind == kind("Урок")


def test_a_leader_takes_no_duty_of_his_own_away(world):
    worlds.assign(world.deputy, world.maths)
    with pytest.raises(Refused, match="ваше собственное дело"):
        change_kind(world.lesson, kind("Консультация"), world.deputy)
    change_kind(world.lesson, kind("Консультация"), world.director)
    change_kind(world.future_lesson, kind("Консультация"), world.deputy)


def test_a_kind_in_use_stays(world, login):
    browser = login(world.admin)
    for name, told in (("Урок", "Этим уже пользуются"), ("Экзамен", "")):
        path = reverse("admin:school_lessonkind_delete", args=[kind(name).pk])
        page = browser.get(path).content.decode()
        assert ("Этим уже пользуются" in page) == bool(told)
    browser.post(path, {"post": "yes"})
    assert not LessonKind.objects.filter(name="Экзамен").exists()


# --- what pages say ---


def test_the_teacher_is_asked_for_what_is_owed(evening, noon):
    noon.move_to(at("19:00"))
    (one,) = teacher_day(evening.class_teacher_b, timezone.now()).lessons
    assert (one.kind, [todo.name for todo in one.todo]) == ("самоподг.", ["присутствие"])
    save_field(evening.study, evening.evening.pk, "attendance", "", "все")
    noon.move_to(at("08:00", day(11, 26)))
    assert not teacher_day(evening.class_teacher_b, timezone.now()).gaps


def test_the_review_counts_what_is_owed(evening, noon):
    noon.move_to(at("19:00"))
    save_field(evening.study, evening.evening.pk, "attendance", "", "все")
    study = Journal.objects.filter(pk=evening.study.pk)
    (line,) = review(study, TODAY, TODAY, timezone.now())
    assert (line.held, line.attendance_rate) == (1, 100)
    assert (line.topic_rate, line.homework_rate) == (None, None)
    assert [(rate.name, rate.percent) for rate in fill_rates([line])] == [("5А", 100)]


def test_a_period_lacks_only_what_is_owed(evening, noon):
    noon.move_to(at("12:00", day(11, 30)))
    _, lines = missing(evening.quarters[1])
    (counts,) = (dict(line.counts) for line in lines if line.journal == evening.study)
    assert counts["присутствие"] == 2
    assert (counts["тема"], counts["домашнее задание"]) == (0, 0)


def test_what_is_not_owed_may_be_written(evening, noon):
    noon.move_to(at("19:00"))
    save_field(evening.study, evening.evening.pk, "homework", "", "дочитать § 12")
    save_cell(evening.study, evening.evening.pk, evening.ivanov.pk, "", "5")
    lesson = Lesson.objects.get(pk=evening.evening.pk)
    assert lesson.homework == "дочитать § 12"
    sweep()
    assert late(lesson) == {}


def test_pages_name_the_kind(evening, login, noon):
    noon.move_to(at("19:00"))
    teacher = login(evening.class_teacher_b)
    grid = f"/journals/{evening.study.pk}/"
    page = teacher.get(grid).content.decode()
    assert page.count("самоподг.") == 4  # two columns and two lines
    head = teacher.post(
        f"{grid}cells/",
        {"lesson": evening.evening.pk, "student": evening.ivanov.pk, "was": "", "text": "н"},
    ).json()["head"]
    assert "самоподг." in head
    assert "самоподготовка" in teacher.get(f"{grid}lessons/{evening.evening.pk}/").content.decode()
    assert "самоподг." in teacher.get("/").content.decode()
    for person in (evening.ivanov.user, evening.parent):
        page = login(person).get(f"/diary/{evening.ivanov.pk}/").content.decode()
        assert page.count("самоподг.") == 2
    page = login(evening.teacher).get(f"/journals/{evening.maths.pk}/").content.decode()
    assert 'class="kind"' not in page


def test_leaders_change_the_kind_of_one_lesson(world, login):
    path = f"/journals/{world.maths.pk}/lessons/{world.future_lesson.pk}/place/"
    deputy = login(world.deputy)
    assert "Изменить вид" in deputy.get(path).content.decode()
    told = deputy.post(path, {"deed": "kind", "kind": kind("Консультация").pk}, follow=True)
    assert "Вид урока теперь: консультация." in told.content.decode()
    assert dues(world.future_lesson)[2] is None
    row = world.future_lesson.history.first()
    assert (row.kind, row.history_user) == (kind("Консультация"), world.deputy)
    wrong = deputy.post(path, {"deed": "kind", "kind": "0"})
    assert wrong.status_code == 200
    assert "Выберите корректный вариант" in wrong.content.decode()
    assert login(world.teacher).post(path, {"deed": "kind"}).status_code == 403
