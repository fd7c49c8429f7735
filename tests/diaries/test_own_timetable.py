"""Everybody's own timetable."""

import datetime
import re

import pytest

from journals.actions.entries import save_cell
from journals.models import LessonWork
from school.actions.drafts import (
    add_row,
    apply_draft,
    change_entry,
    start_draft,
    take_out,
    withdraw_draft,
)
from school.actions.lessons import cancel_lesson
from school.actions.teacher_absences import record_absence
from school.models import Role, Room, Substitution, TeacherAbsence
from tests import world as worlds
from tests.world import FIRST, TODAY, day, queries_of

PAGE = "/timetable/"
MONDAY = day(11, 30)


def text(answer):
    assert answer.status_code == 200
    main = answer.content.decode().split("<main")[1]
    words = " ".join(re.sub(r"<[^>]+>", " ", main).replace("\xa0", " ").split())
    return re.sub(r" ([,.])", r"\1", words)


def page(client, **query):
    return text(client.get(PAGE, query))


def days_told(client, **query):
    html = client.get(PAGE, query).content.decode()
    return re.findall(r"day=(\d)\"", html.split('aria-label="Дни"')[1])


@pytest.fixture
def room(world):
    made = Room.objects.create(name="24")
    for lesson in (world.today_lesson, world.substituted, world.future_lesson):
        lesson.room = made
        lesson.save()
    return made


# --- a teacher's ---


def test_it_works(world, room, login):
    """Today is open: the lesson's class, its room, what is not written yet."""
    LessonWork.objects.create(
        lesson=world.future_lesson, work_type=world.test, position=1, title="Дроби"
    )
    client = login(world.teacher)
    told = page(client)
    assert "23 ноября – 29 ноября 2026: 4 урока" in told
    assert "Среда, 25 ноября сегодня" in told
    assert "2 10:00 5А, Математика каб. 24" in told
    assert "нет: присутствие, тема" in told
    assert "Русский язык" not in told
    assert "Пятница, 27 ноября: 1 урок с 10:00." in told
    friday = page(client, week="2026-W48", day="5")
    assert "5А, Математика каб. 24 Контрольная работа: Дроби" in friday
    assert "нет:" not in friday  # it has not begun


def test_what_is_written_has_a_sign(world, login):
    now = worlds.NOON
    done = dict.fromkeys(("attendance_taken_at", "topic_entered_at", "homework_entered_at"), now)
    type(world.lesson).objects.filter(pk=world.lesson.pk).update(**done, topic="Тема")
    told = page(login(world.teacher), week="2026-W48", day="1")
    assert told.count("✓ всё записано") == 1
    assert told.count("нет: ") == 1  # 5Б


def test_a_substitute_is_told_first_what_is_new(world, room, login):
    Substitution.objects.create(lesson=world.today_lesson, teacher=world.substitute)
    told = page(login(world.substitute))
    change = "Новое: 2-й урок, 5А, Математика: замена, обычно ведёт Матвеева М. М., каб. 24."
    assert change in told
    assert told.index(change) < told.index("Среда, 25 ноября")
    assert "из них 2 замены" in told
    assert "⇄ замена" in told


def test_who_is_stood_in_for_sees_who_does(world, room, login):
    told = page(login(world.teacher), week="2026-W48", day="2")
    assert "Новое: 2-й урок, 5А, Математика: ведёт Заменова З." in told
    assert "нет:" not in told  # it is not hers to write


def test_why_a_teacher_is_away_is_never_told(world, login):
    absence = TeacherAbsence(
        teacher=world.teacher,
        starts_on=TODAY,
        ends_on=TODAY,
        kind=TeacherAbsence.Kind.ILLNESS,
        note="Операция",
    )
    record_absence(absence, world.deputy)
    Substitution.objects.create(
        lesson=world.today_lesson, teacher=world.substitute, reason="болезнь", absence=absence
    )
    for person in (world.teacher, world.substitute, world.ivanov.user, world.parent):
        client = login(person)
        for query in ({}, {"week": "2026-W48"}):
            told = page(client, **query).lower()
            assert "замен" in told
            assert "болезн" not in told
            assert "операция" not in told
            assert "отсутств" not in told.replace("нет: присутствие", "")


def test_a_cancelled_and_a_moved_lesson(world, login):
    cancel_lesson(world.future_lesson, "карантин")
    world.today_lesson.planned_on, world.today_lesson.planned_number = day(11, 26), 3
    world.today_lesson.save()
    for client in (login(world.teacher), login(world.ivanov.user)):
        friday = page(client, week="2026-W48", day="5")
        assert "урока нет, карантин" in friday
        today = page(client)
        assert "перенесён, вместо чт 26.11, 3-й урок" in today


def test_windows_are_rows(world, login):
    worlds.lesson(world.maths_b, TODAY, world.slots[4])
    told = page(login(world.teacher))
    assert "10:40 окно 5 13:00 5Б, Математика" in told


def test_a_row_of_another_who_shares_the_journal_is_not_mine(world, login):
    worlds.assign(world.other_teacher, world.maths, starts_on=day(11, 2))
    world.maths.timetable.create(weekday=3, number=2, starts_on=FIRST, teacher=world.other_teacher)
    world.today_lesson.planned_on, world.today_lesson.planned_number = TODAY, 2
    world.today_lesson.save()
    assert "5А, Математика" in page(login(world.other_teacher))
    assert "5А, Математика" not in page(login(world.teacher))


def test_a_week_as_a_table(world, room, login):
    client = login(world.teacher)
    told = page(client, week="2026-W48")
    assert "Понедельник, 23.11 Вторник, 24.11 Среда, 25.11 сегодня" in told
    assert "2 5А, Математика 10:00 5А, Математика 10:00 · каб. 24 замена 5А" in told
    assert "вт 24.11, 2-й урок, 5А, Математика: ведёт Заменова З." in told
    assert "На этой неделе уроков нет." in page(client, week="2026-W52")


def test_a_saturday_is_there_when_it_is_taught(world, login):
    client = login(world.teacher)
    assert days_told(client) == list("12345")
    worlds.lesson(world.maths, day(11, 28), world.slots[0])
    assert days_told(client) == list("123456")
    assert client.get(PAGE, {"week": "2026-W48", "day": "7"}).status_code == 404


@pytest.mark.parametrize("query", [{"week": "2026-W60"}, {"week": "x"}, {"day": "9"}, {"day": "²"}])
def test_a_week_or_day_that_is_none_is_a_missing_page(world, login, query):
    assert login(world.teacher).get(PAGE, query).status_code == 404


# --- a pupil's ---


def test_a_pupil_sees_the_own_lessons(world, room, login):
    LessonWork.objects.create(
        lesson=world.future_lesson, work_type=world.test, position=1, title="Дроби"
    )
    client = login(world.ivanov.user)
    told = page(client)
    assert "Иванов Иван, 5А" in told
    assert "2 10:00 Математика каб. 24 Матвеева М. М." in told
    assert "Русский язык" in told
    assert "нет:" not in told
    tuesday = page(client, week="2026-W48", day="2")
    assert "2-й урок, Математика: ведёт Заменова З., каб. 24" in tuesday
    assert tuesday.count("ведёт Заменова З.") == 1
    assert "Английский язык, 5 англ. 1" in tuesday
    assert "Контрольная работа: Дроби" in page(client, week="2026-W48", day="5")


def test_marks_are_not_on_it(world, login):
    save_cell(world.maths, world.today_lesson.pk, world.ivanov.pk, "", "2")
    html = login(world.parent).get(PAGE).content.decode()
    assert "result" not in html
    assert not re.search(r">\s*2\s*</(p|small|span)>", html)


def test_an_individual_plan_has_its_own(world, login):
    client = login(world.special.user)
    assert "Математика, Особый О., инд. план" in page(client, week="2026-W48", day="1")
    assert "Математика" not in page(client)


def test_a_parent_chooses_the_child(world, login):
    client = login(world.parent)
    told = page(client)
    assert "Иванов Иван, 5А" in told
    assert "Семён, 5Б" in told
    other = page(client, student=world.sidorov.pk, week="2026-W48", day="1")
    assert "Сидоров Семён, 5Б" in other
    assert "Математика" in other
    assert (
        f"student={world.sidorov.pk}"
        in client.get(PAGE, {"student": world.sidorov.pk})
        .content.decode()
        .split('aria-label="Дни"')[1]
    )


def test_it_is_for_those_who_may_open_the_diary(world, login):
    def status(person, student):
        return login(person).get(PAGE, {"student": student.pk}).status_code

    assert status(world.parent, world.ivanov) == 200
    assert status(world.class_teacher, world.ivanov) == 200
    assert status(world.deputy, world.ivanov) == 200
    assert status(world.parent, world.petrova) == 404
    assert status(world.teacher, world.ivanov) == 404
    assert status(world.ivanov.user, world.petrova) == 404
    assert login(world.parent).get(PAGE, {"student": "x"}).status_code == 404


def test_a_parent_who_teaches_has_both(world, login):
    worlds.assign(world.parent, world.russian)
    client = login(world.parent)
    told = page(client)
    assert "Моё расписание" in told
    assert "Мои уроки" in told
    assert "Иван, 5А" in told


def test_a_day_without_lessons_says_why(world, login):
    worlds.day_off(day(11, 26), "Карантин: грипп")
    client = login(world.ivanov.user)
    assert "Карантин: грипп" in page(client, week="2026-W48", day="4")
    assert "Каникулы" in page(client, week="2026-W44", day="3")


# --- whose ---


def test_leaders_are_led_to_the_schools(world, login):
    answer = login(world.deputy).get(PAGE)
    assert (answer.status_code, answer.url) == (302, "/desk/timetable/")
    Role.objects.create(user=world.teacher, kind=Role.Kind.DEPUTY)
    assert "Моё расписание" in page(login(world.teacher))  # she teaches too


def test_the_menu_leads_there(world, login):
    def menu(person):
        html = login(person).get("/account/").content.decode().split("</header>")[0]
        return re.findall(r'href="(/[a-z/]*timetable/)"', html)

    for person in (world.teacher, world.ivanov.user, world.parent, world.class_teacher_b):
        assert menu(person) == [PAGE]
    for person in (world.deputy, world.admin):  # the leaders' one is a tab of their desk
        assert menu(person) == []


# --- the next timetable ---


@pytest.fixture
def draft(world):
    """From 30 November: mathematics of 5А on Mondays goes from the second hour to the third and
    into a room, another one comes, Russian goes."""
    monday = world.maths.timetable.create(weekday=1, number=2, starts_on=FIRST)
    russian = world.russian.timetable.create(weekday=2, number=3, starts_on=FIRST)
    made = start_draft(world.year, MONDAY)
    change_entry(
        made, monday, monday.says | {"number": 3, "room_id": Room.objects.create(name="7").pk}
    )
    add_row(made, {"journal_id": world.maths.pk, "weekday": 4, "number": 1, "weeks": 3})
    take_out(made, russian)
    return made


TOLD = "С понедельника, 30.11, другое расписание: меняется "


def test_a_draft_is_nobodys(world, draft, login):
    for person in (world.teacher, world.ivanov.user, world.parent, world.class_teacher):
        told = page(login(person))
        assert "другое расписание" not in told
        assert "каб. 7" not in told


def test_what_an_applied_one_changes_is_told_to_whom_it_does(world, draft, login):
    apply_draft(draft.pk, {}, world.deputy)
    teacher = page(login(world.teacher))
    assert f"{TOLD}2 урока" in teacher
    moved = "понедельник, 3-й урок, каб. 7: 5А, Математика (было: понедельник, 2-й урок)"
    assert moved in teacher
    assert "четверг, 1-й урок: 5А, Математика, новый урок" in teacher
    assert f"{TOLD}1 урок вторник, 3-й урок: 5А, Русский язык, урока больше нет" in page(
        login(world.class_teacher)
    )
    assert f"{TOLD}3 урока" in page(login(world.ivanov.user))
    assert f"{TOLD}1 урок" in page(login(world.special.user))  # no mathematics of the class
    for person in (world.english_teacher, world.sidorov.user):
        assert "другое расписание" not in page(login(person))


def test_of_one_that_was_taken_back_nothing_is_told(world, draft, login):
    apply_draft(draft.pk, {}, world.deputy)
    withdraw_draft(draft.pk)
    assert "другое расписание" not in page(login(world.teacher))


def test_of_one_that_has_begun_nothing_is_told(world, draft, noon, login):
    apply_draft(draft.pk, {}, world.deputy)
    noon.shift(datetime.timedelta(days=5))
    assert "другое расписание" not in page(login(world.teacher))


# --- queries ---


@pytest.mark.parametrize(
    ("who", "most"), [("teacher", 14), ("ivanov", 18), ("parent", 18), ("class_teacher", 14)]
)
def test_as_many_queries_for_many_lessons_as_for_few(world, login, who, most):
    person = getattr(world, who)
    client = login(getattr(person, "user", person))
    few = queries_of(client, PAGE)
    rooms = [Room.objects.create(name=str(number)) for number in range(7)]
    for n in range(5):
        for slot in world.slots[3:]:
            for journal in (world.maths, world.russian):
                date = day(11, 23) + datetime.timedelta(days=n)
                made = worlds.lesson(journal, date, slot, room=rooms[slot.number - 1])
                LessonWork.objects.create(lesson=made, work_type=world.test, position=1)
                Substitution.objects.create(lesson=made, teacher=world.substitute)
    assert queries_of(client, PAGE) == few <= most


# --- the diary ---


def test_the_diary_tells_the_room_of_what_is_to_come(world, room, login):
    client = login(world.parent)
    html = client.get(f"/diary/{world.ivanov.pk}/", {"week": "2026-W48"}).content.decode()
    assert html.count("каб. 24") == 2  # today's and Friday's, not that of yesterday
