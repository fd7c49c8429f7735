"""What follows from free days, vacations and quarantine of some classes: what is due, what is owed,
what the diary and the history say; and the leaders' page of them."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from attendance.actions.documents import receive_document
from attendance.models import AbsenceDocument
from diaries.actions.applications import register_application
from diaries.queries.reports import is_taught
from diaries.queries.week import week, weeks
from journals.actions.entries import save_field
from journals.actions.watch import sweep
from journals.models import LateEntry, LessonWork
from school.actions.days import declare_days, withdraw_days
from school.models import DayOverride, Lesson, Outage, PeriodLock, Role
from school.rules.days import end_of_day
from school.rules.spans import ONE_DAY
from tempjournal.actions.outages import record_outage
from tempjournal.queries.packets import packet_days
from tests import world as worlds
from tests.world import NOON, TODAY, day, day_off, queries_of, special

VACATION, QUARANTINE = DayOverride.Kind.VACATION, DayOverride.Kind.QUARANTINE
OFF, WORKING = DayOverride.Kind.OFF, DayOverride.Kind.WORKING
ZONE = timezone.get_default_timezone()


# --- what is due (2.6, 2.9, 3.2) ---


@pytest.fixture
def planned(world):
    """A test of three school days on Wednesday in 5А, and one of the subgroup of both classes."""
    english = worlds.lesson(world.english, TODAY, world.slots[4])
    for lesson in (world.today_lesson, english):
        save_field(lesson.journal, lesson.pk, "works", "", str(world.test.pk))
    world.works = {
        "maths": LessonWork.objects.get(lesson=world.today_lesson),
        "english": LessonWork.objects.get(lesson=english),
    }
    return world


def marks_due(w):
    found = []
    for work in w.works.values():
        work.refresh_from_db()
        found.append(timezone.localdate(work.marks_due_at).day)
    return found


@pytest.mark.parametrize(
    ("kind", "whom", "days"),
    [
        (VACATION, "a5", [2, 30]),  # Wednesday the 2nd; the subgroup is taught for 5Б's sake
        (VACATION, "parallel", [2, 2]),
        (VACATION, "school", [2, 2]),
        (QUARANTINE, "a5", [30, 30]),
        (QUARANTINE, "school", [30, 30]),
        (OFF, "a5", [30, 30]),
        (OFF, "school", [2, 2]),
    ],
)
def test_marks_wait_for_the_end_of_a_vacation_alone(planned, kind, whom, days):
    """Two days, Thursday and Friday."""
    scopes = {"a5": {"school_class": planned.a5}, "parallel": {"parallel": 5}, "school": {}}
    row = special(day(11, 26), "мороз", kind, day(11, 27), **scopes[whom])
    assert marks_due(planned) == [30, 30]
    declare_days(row)
    assert marks_due(planned) == days
    withdraw_days(row)
    assert marks_due(planned) == [30, 30]


def test_a_quarantine_moves_no_duty_of_the_staff(world):
    document = AbsenceDocument(
        **dict.fromkeys(("received_on", "starts_on", "ends_on"), day(11, 24)),
        student=world.ivanov,
        kind="medical",
        reason="б",
        entered_by=world.class_teacher,
    )
    receive_document(document)
    outage = Outage(
        starts_at=NOON - datetime.timedelta(hours=25),
        ends_at=NOON - datetime.timedelta(hours=20),
        reason="Авария",
    )
    record_outage(outage, world.deputy)

    def due():
        document.refresh_from_db()
        found = document.reason_due_at, outage.temporary_journals.first().transfer_due_at
        return [timezone.localdate(one) for one in found]

    assert due() == [day(11, 26), day(11, 26)]
    for row in (
        special(TODAY, "", QUARANTINE, day(12, 4)),
        special(TODAY, "", VACATION, day(12, 4)),
        special(TODAY, "мороз", OFF, day(12, 4), school_class=world.a5),
    ):
        declare_days(row)
        assert due() == [day(11, 26), day(11, 26)]
        withdraw_days(row)
    day_off(day(11, 26), "мороз")
    assert due() == [day(11, 27), day(11, 27)]


def test_lessons_of_a_quarantine_owe_nothing_and_those_given_back_make_nobody_late(world, noon):
    noon.move_to(NOON - ONE_DAY)
    row = special(TODAY, "грипп", QUARANTINE, school_class=world.a5)
    declare_days(row)
    lesson = Lesson.objects.get(pk=world.today_lesson.pk)
    assert (lesson.topic_due_at, lesson.homework_due_at) == (None, None)
    noon.move_to(NOON + ONE_DAY)
    sweep()
    withdraw_days(row)
    sweep()
    lesson.refresh_from_db()
    assert lesson.topic_due_at == end_of_day(TODAY + ONE_DAY, ZONE)
    assert not LateEntry.objects.filter(lesson=lesson).exists()


# --- what is owed in print (2.12), what is on paper (3.1) ---


@pytest.mark.parametrize(
    ("kind", "whom", "due"),
    [
        (VACATION, "a5", day(12, 14)),  # the seven days begin anew on Monday the 7th
        (VACATION, "b5", day(12, 2)),
        (VACATION, "school", day(12, 14)),
        (QUARANTINE, "a5", day(12, 2)),
    ],
)
def test_no_report_is_owed_in_the_vacation_of_the_pupils_class(world, kind, whom, due):
    application = register_application(world.ivanov, "Иванова", TODAY, TODAY)
    scope = {} if whom == "school" else {"school_class": getattr(world, whom)}
    declare_days(special(day(11, 30), "", kind, day(12, 6), **scope))
    assert application.duties.get(met_at=None).due_on == due
    # The week's file is printed as long as anybody is taught.
    assert is_taught(day(11, 30)) is (whom != "school")


def test_a_vacation_of_every_class_is_one_of_the_school(world):
    for one in (world.a5, world.b5):
        assert is_taught(day(11, 30))
        declare_days(special(day(11, 30), "", VACATION, day(12, 6), school_class=one))
    assert not is_taught(day(11, 30))


def test_the_packet_is_for_days_with_lessons_of_anybody(world):
    for n in range(8):
        worlds.lesson(world.maths, day(11, 30) + n * ONE_DAY, world.slots[6])
    worlds.lesson(world.maths_b, day(12, 1), world.slots[6])
    declare_days(special(day(11, 30), "", QUARANTINE, day(12, 2), school_class=world.a5))
    # 25 and 27 November, 1, 3 and 4 December
    assert packet_days(TODAY) == (TODAY, day(12, 4))


# --- what parents read (2.11) ---


MONDAY = day(11, 23)


def notes(student, monday=MONDAY):
    return [one.note for one in week(student, monday).days]


def test_the_diary_says_what_is_said_of_the_childs_class(world):
    declare_days(
        special(day(11, 27), "грипп", QUARANTINE, day(11, 30), school_class=world.a5),
        special(day(11, 26), "мороз", parallel=5),
        special(day(12, 1), "", VACATION, day(12, 2)),
        special(day(12, 1), "экзамен", WORKING, school_class=world.b5),
    )
    assert notes(world.ivanov) == ["", "", "", "Выходной: мороз", "Карантин: грипп"]
    assert notes(world.sidorov) == ["", "", "Уроков нет", "Выходной: мороз", "Уроков нет"]
    later = notes(world.ivanov, day(11, 30))
    assert later[:4] == ["Карантин: грипп", "Каникулы", "Каникулы", "Уроков нет"]
    assert notes(world.sidorov, day(11, 30))[:3] == ["Уроков нет", "Уроков нет", "Каникулы"]


def test_a_cancelled_lesson_says_so_in_the_diary_too(world, login):
    declare_days(special(day(11, 27), "грипп", QUARANTINE, school_class=world.a5))
    page = login(world.parent).get(reverse("diary_week", args=[world.ivanov.pk])).content.decode()
    assert "· Карантин: грипп" in page
    assert "урока нет: карантин: грипп" in page


def test_as_many_queries_for_all_pupils_as_for_one(world, django_assert_max_num_queries):
    declare_days(
        *(special(day(11, 26), "", QUARANTINE, school_class=one) for one in (world.a5, world.b5))
    )
    for students in ([world.ivanov], [world.ivanov, world.petrova, world.sidorov]):
        with django_assert_max_num_queries(11):
            weeks(students, day(11, 23))


# --- the page ---

URL = "/desk/days/"


@pytest.fixture
def deputy(world, login):
    return login(world.deputy)


def post(client, button, url=URL, **data):
    page = client.post(url, data | {button: "1"}, follow=True)
    assert page.status_code == 200
    return page.content.decode()


def form(w, *classes, **data):
    given = {"kind": "quarantine", "starts_on": "2026-11-27", "ends_on": "2026-12-04"}
    return given | {"reason": "грипп", "classes": [one.pk for one in classes]} | data


def test_several_classes_are_sent_into_quarantine(world, deputy):
    Lesson.objects.filter(pk=world.future_lesson.pk).update(topic="Дроби", topic_entered_at=NOON)
    page = post(deputy, "preview", **form(world, world.a5, world.b5))
    assert "Отменится 1 урок." in page
    assert "тема, задание или работа уже есть у 1" in page
    assert "5А, Математика, 27.11.2026, 2-й урок" in page
    assert not DayOverride.objects.exists()
    page = post(deputy, "declare", **form(world, world.a5, world.b5))
    assert "27.11.2026–04.12.2026: карантин, 5А; 27.11.2026–04.12.2026: карантин, 5Б." in page
    assert "Уроков отменено: 1." in page
    found = DayOverride.objects.order_by("pk")
    assert [one.school_class for one in found] == [world.a5, world.b5]
    assert [one.history.get().history_user for one in found] == [world.deputy] * 2
    lesson = Lesson.objects.get(pk=world.future_lesson.pk)
    assert (lesson.cancelled, lesson.topic) == ("карантин: грипп", "Дроби")
    history = deputy.get("/review/history/", {"person": "Завучева"}).content.decode()
    assert "особый день" in history
    assert "карантин" in history


def test_it_ends_sooner_and_is_withdrawn(world, deputy):
    worlds.lesson(world.maths, day(12, 3), world.slots[1])
    post(deputy, "declare", **form(world, world.a5))
    url = reverse("own_days", args=[DayOverride.objects.get().pk])
    assert url in deputy.get(URL).content.decode()
    page = post(deputy, "preview", url, ends_on="2026-12-02", reason="грипп")
    assert "Вернётся 1 урок." in page
    assert DayOverride.objects.get().ends_on == day(12, 4)
    assert "Уроков возвращено: 1." in post(deputy, "declare", url, ends_on="2026-12-02", reason="")
    assert "Вернётся 1 урок." in deputy.get(url).content.decode()
    assert "Уроков возвращено: 1." in post(deputy, "withdraw", url)
    assert not DayOverride.objects.exists()
    assert not Lesson.objects.filter(cancelled__startswith="карантин:").exists()


def test_what_was_held_today_is_told(world, deputy):
    Lesson.objects.filter(pk=world.today_lesson.pk).update(attendance_taken_at=NOON)
    data = form(world, world.a5, starts_on="2026-11-25")
    page = post(deputy, "preview", **data)
    assert "Сегодня уже проведён 1 урок: они остаются." in page
    assert "Отменится 2 урока." in page
    post(deputy, "declare", **data)
    assert Lesson.objects.get(pk=world.today_lesson.pk).cancelled == ""


@pytest.mark.parametrize(
    ("data", "told"),
    [
        ({"ends_on": "2026-11-26"}, "Последний день раньше первого"),
        ({"starts_on": "2026-08-20"}, "не в учебном году 2026/2027"),
        ({"ends_on": "2027-06-20"}, "не в учебном году 2026/2027"),
        ({"starts_on": ""}, "Обязательное поле"),
        ({"kind": "off", "reason": ""}, "Напишите почему"),
        ({"timetable_weekday": "1"}, "бывает только у рабочего дня"),
        ({"classes": []}, "Отметьте, кого это касается"),
        ({"classes": ["999999"]}, "999999"),
        ({"whole_school": "on"}, "или всю школу, или параллели и классы"),
        ({"parallels": ["7"], "classes": []}, "7"),
        ({"starts_on": "2026-11-23"}, "23.11.2026: уроки этого дня уже проведены"),
    ],
)
@pytest.mark.parametrize("button", ["preview", "declare"])
def test_what_can_not_be_is_told_beside_what_was_typed(world, deputy, data, told, button):
    Lesson.objects.filter(pk=world.lesson.pk).update(attendance_taken_at=NOON)
    page = post(deputy, button, **form(world, world.a5, **data))
    assert told in page
    assert "Проверить, что изменится" in page
    assert 'value="грипп"' in page or data.get("reason") == ""
    assert not DayOverride.objects.exists()


def test_the_row_that_is_in_the_way_is_named(world, deputy):
    post(deputy, "declare", **form(world, world.a5))
    page = post(deputy, "declare", **form(world, world.a5, world.b5, kind="vacation"))
    assert "Уже записано: 27.11.2026–04.12.2026: карантин, 5А." in page
    assert DayOverride.objects.count() == 1
    post(deputy, "declare", **form(world, world.a5, starts_on="2026-12-07", ends_on=""))
    url = reverse("own_days", args=[DayOverride.objects.first().pk])
    page = post(deputy, "declare", url, ends_on="2026-12-07", reason="грипп")
    assert "Сроки пересекаются с другой записью" in page
    assert DayOverride.objects.first().ends_on == day(12, 4)


def test_a_closed_period_is_told(world, deputy):
    post(deputy, "declare", **form(world, world.a5))
    PeriodLock.objects.create(period=world.quarters[1], locked_by=world.deputy)
    url = reverse("own_days", args=[DayOverride.objects.get().pk])
    assert "период закрыт (2 четверть)" in deputy.get(url).content.decode()
    assert "период закрыт (2 четверть)" in post(deputy, "withdraw", url)
    assert "период закрыт" in post(deputy, "declare", url, ends_on="2026-11-27", reason="ОРВИ")
    assert DayOverride.objects.get().reason == "грипп"


def test_a_class_of_a_chosen_parallel_is_meant_once(world, deputy):
    post(deputy, "declare", **form(world, world.a5, parallels=["5"]))
    assert [one.of_whom for one in DayOverride.objects.all()] == ["5-е классы"]
    post(deputy, "declare", kind="off", starts_on="2026-12-07", reason="мороз", whole_school="on")
    assert str(DayOverride.objects.last()) == "07.12.2026: нерабочий, вся школа"


def test_who_makes_the_lessons_of_a_working_day_is_told(world, deputy):
    data = {"kind": "working", "starts_on": "2026-11-28", "reason": "за 27-е"}
    page = post(deputy, "declare", **data, timetable_weekday="1", classes=[world.a5.pk])
    assert "администратор создаст их по расписанию" in page
    assert "по расписанию понедельника" in page


def test_past_days_are_folded(world, deputy):
    declare_days(special(day(10, 12), "мороз"), special(day(12, 14), "мороз"))
    page = deputy.get(URL).content.decode()
    assert page.index("14.12.2026") < page.index("Прошедшие: 1") < page.index("12.10.2026")


def test_before_the_school_has_a_year(login):
    person = worlds.user("director")
    Role.objects.create(user=person, kind=Role.Kind.DIRECTOR)
    browser = login(person)
    assert "Учебного года ещё нет" in browser.get(URL).content.decode()
    assert "Учебного года ещё нет" in post(browser, "declare", kind="off")


def test_as_many_queries_whatever_is_there(world, deputy):
    few = queries_of(deputy, URL)
    declare_days(*(special(day(12, 7) + n * ONE_DAY, "мороз", parallel=5) for n in range(8)))
    declare_days(*(special(day(12, 7), "мороз", school_class=one) for one in (world.a5, world.b5)))
    assert queries_of(deputy, URL) == few
