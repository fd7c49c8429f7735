"""«Сегодня» of who leads the school: what to decide, who is away, the journals, the papers."""

import datetime
import re

import pytest
from django.core import mail

from attendance.actions.absences import confirm_day
from attendance.actions.documents import receive_document
from attendance.actions.inquiries import ask_about
from attendance.models import AbsenceDocument, Inquiry
from journal_site.actions import send_reminders
from journal_site.models import Reminder
from journals.actions.entries import save_cell, save_field
from journals.models import LateEntry
from school.actions.joining import join_lessons
from school.actions.lessons import substitute
from school.actions.teacher_absences import record_absence
from school.models import (
    GroupMembership,
    Journal,
    Outage,
    Room,
    School,
    SchoolClass,
    TeacherAbsence,
    TeachingAssignment,
    TeachingGroup,
)
from school.projection import sync
from tempjournal.actions.outages import record_outage
from tests import world as worlds
from tests.pdf import pages
from tests.world import NOON, TODAY, day, queries_of

# Of pages, alike on every database.
pytestmark = pytest.mark.any_database

ONE_HOUR = datetime.timedelta(hours=1)


@pytest.fixture
def deputy(world, login):
    """In classes of three one who is away is many: let that be told where it is asked for."""
    many(100)
    return login(world.deputy)


def many(percent):
    school = School.objects.get()
    school.many_away_percent = percent
    school.save()


def text_of(pdf):
    return " ".join("".join(pages(pdf, "-raw")).split())


@pytest.fixture
def at(noon):
    """at(14, 30): it is that time in Moscow."""
    return lambda hour, minute=0: noon.move_to(
        datetime.datetime(2026, 11, 25, hour - 3, minute, tzinfo=datetime.UTC)
    )


def desk(client):
    return client.get("/").context["desk"]


def decided(client):
    """(who, facts, the deed's name) of what is to be decided."""
    found = desk(client).decisions
    return [(one.who, one.facts, one.title) for one in [*found.lines, *found.folded]]


def take(lesson):
    """Attendance of a lesson is taken: all were there, but for those who are written down."""
    save_field(lesson.journal, lesson.pk, "attendance", "", "все")


def miss(lesson, student, reason="н"):
    save_cell(lesson.journal, lesson.pk, student.pk, "", reason)


def away(world, teacher, first=None, **said):
    absence = TeacherAbsence(
        teacher=teacher, starts_on=TODAY, ends_on=TODAY, kind="illness", first_number=first, **said
    )
    record_absence(absence, world.deputy)
    return absence


def test_both_addresses_lead_to_it(deputy):
    assert deputy.get("/desk/").url == "/"
    html = deputy.get("/").content.decode()
    assert "Среда, 25 ноября" in html
    assert "12:00 · уроки закончились" in html


def test_a_pupil_who_was_there_and_is_gone(world, deputy):
    take(world.today_lesson)
    miss(world.russian_lesson, world.petrova)
    assert decided(deputy) == [("Петрова Пелагея, 5А", "на 2-м был(а), с 3-го нет", "Спросить")]
    confirm_day(world.petrova.pk, TODAY, "уп", world.class_teacher)
    assert decided(deputy) == []


def test_who_came_to_no_lesson_comes_after_who_is_gone(world, deputy):
    miss(world.today_lesson, world.ivanov)
    miss(world.russian_lesson, world.ivanov)
    miss(world.russian_lesson, world.petrova)
    assert [(who, facts) for who, facts, _ in decided(deputy)] == [
        ("Петрова Пелагея, 5А", "на 2-м был(а), с 3-го нет"),
        ("Иванов Иван, 5А", "нет со 2-го"),
    ]


def test_of_an_individual_plan_other_lessons_say_nothing(world, deputy):
    """Особый has mathematics by himself: he is not missed in that of his class."""
    take(world.today_lesson)
    miss(world.russian_lesson, world.special)
    assert decided(deputy) == [("Особый Осип, 5А", "нет с 3-го", "Спросить")]


def test_a_lesson_without_a_teacher(world, deputy, at):
    at(9)
    absence = away(world, world.class_teacher)
    assert decided(deputy) == [("Руссова Р. Р.".replace(" ", "\xa0"), "3-й 5А · болезнь", "Замены")]
    (line,) = desk(deputy).teachers
    assert (line.absence, line.untaught) == (absence, 1)
    substitute(world.russian_lesson, world.substitute)
    assert decided(deputy) == []
    (line,) = desk(deputy).teachers
    assert (line.untaught, line.substituted) == (0, 1)


def test_a_substitute_who_is_away_is_none(world, deputy, at):
    at(9)
    away(world, world.class_teacher)
    substitute(world.russian_lesson, world.substitute)
    away(world, world.substitute)
    assert [who for who, *_ in decided(deputy)] == ["Заменова\xa0З."]


def test_a_lesson_that_is_over_is_nothing_to_decide(world, deputy, at):
    at(14)
    away(world, world.class_teacher)
    assert decided(deputy) == []


def in_one_room(world, *lessons):
    room = Room.objects.create(name="31")
    for lesson in lessons:
        lesson.room = room
        lesson.save()


def test_a_room_twice(world, deputy, at):
    at(9)
    other = worlds.lesson(world.maths_b, TODAY, world.slots[2])
    in_one_room(world, world.russian_lesson, other)
    assert decided(deputy) == [("Каб. 31", "5А русс, 5Б мате", "Кабинет")]
    assert desk(deputy).decisions.lines[0].told == "на 3-м уроке занят дважды"


def test_lessons_taken_together_are_in_one_room_for_good(world, deputy, at):
    at(9)
    other = worlds.lesson(world.maths_b, TODAY, world.slots[2])
    in_one_room(world, world.russian_lesson, other)
    join_lessons(other, world.russian_lesson, world.class_teacher)
    assert decided(deputy) == []


def test_many_of_a_class_are_away(world, deputy):
    """The share is the school's to say."""
    miss(world.today_lesson, world.ivanov, "б")
    assert decided(deputy) == []
    many(33)
    assert decided(deputy) == [("5А", "болезнь 1", "Класс")]
    assert desk(deputy).decisions.lines[0].told == "нет 1 из 3 (33 %)"
    many(34)
    assert decided(deputy) == []


def test_before_attendance_is_taken_nobody_is_said_to_be_there(world, deputy):
    html = deputy.get("/").content.decode()
    assert "присутствие ещё не отмечено" in html
    assert "Учеников: 5" in html
    assert "Учеников нет" not in html
    assert "причины известны" not in html
    take(world.today_lesson)
    html = deputy.get("/").content.decode()
    assert "Учеников нет: 0 из 5" in html
    assert "не отмечено классов: 1" in html


def test_in_the_morning_documents_say_who_is_away(world, deputy, at):
    at(8)
    document = AbsenceDocument(
        student=world.sidorov,
        kind="medical",
        received_on=day(11, 24),
        starts_on=day(11, 24),
        ends_on=day(11, 26),
        reason="б",
        entered_by=world.class_teacher_b,
    )
    receive_document(document, None)
    found = desk(deputy)
    assert (found.pupils.number, found.portions) == (1, 4)
    lesson = worlds.lesson(world.maths_b, TODAY, world.slots[0])
    take(lesson)  # he came all the same
    assert desk(deputy).pupils.number == 0


# --- questions ---


def ask(client, student):
    answer = client.post("/desk/ask/", {"student": student.pk}, follow=True)
    return [str(one) for one in answer.context["messages"]]


def test_a_question_and_its_answer(world, deputy, login):
    miss(world.today_lesson, world.ivanov)
    told = ask(deputy, world.ivanov)
    assert told == ["Иванов Иван: спросили. Ответит Руссова\xa0Р.\xa0Р."]
    assert decided(deputy)[0][1:] == ("нет со 2-го · спрошено 12:00", "")
    assert "уже спросил(а) Завучева" in ask(deputy, world.ivanov)[0]

    teacher = login(world.class_teacher)
    inquiry = Inquiry.objects.get()
    address = f"/classes/{world.a5.pk}/attendance/questions/{inquiry.pk}/"
    for page in ("/", f"/classes/{world.a5.pk}/attendance/"):
        html = teacher.get(page).content.decode()
        assert "Где ученик? Спрашивает администрация" in html
        assert address in html
    assert teacher.post(address, {"answer": "у врача, будет к пятому"}).url == "/"
    assert "Спрашивает администрация" not in teacher.get("/").content.decode()
    html = deputy.get("/").content.decode()
    assert "Иванов Иван, 5А</b>: у врача, будет к пятому" in html
    assert decided(deputy) == []


def test_the_reason_is_the_answer(world, deputy, login):
    """Nobody has to answer twice, and nothing is stored twice."""
    miss(world.today_lesson, world.ivanov)
    ask(deputy, world.ivanov)
    confirm_day(world.ivanov.pk, TODAY, "уп", world.class_teacher)
    (told,) = desk(deputy).answers
    assert (told.name, told.text) == ("Иванов Иван", "уважительная причина")
    assert Inquiry.objects.get().answered_at is None
    assert "Спрашивает" not in login(world.class_teacher).get("/").content.decode()


def test_who_is_there_is_not_asked_about(world, deputy):
    take(world.today_lesson)
    assert "ученик снова на уроке" in ask(deputy, world.ivanov)[0]
    assert not Inquiry.objects.exists()


def test_of_a_class_without_class_teacher_the_deputy_looks_himself(world, deputy):
    SchoolClass.objects.filter(pk=world.a5.pk).update(class_teacher=None)
    sync()
    miss(world.today_lesson, world.ivanov)
    (line,) = [one for one in desk(deputy).decisions.lines if one.key.startswith("pupil")]
    assert (line.title, line.url) == ("Причина", f"/classes/{world.a5.pk}/attendance/")
    assert "спросить некого" in ask(deputy, world.ivanov)[0]


def test_the_second_answer_is_refused_and_stays_typed(world, deputy, login):
    miss(world.today_lesson, world.ivanov)
    inquiry = ask_about(world.ivanov.pk, TODAY, world.deputy)
    address = f"/classes/{world.a5.pk}/attendance/questions/{inquiry.pk}/"
    teacher = login(world.class_teacher)
    assert "Обязательное поле" in teacher.post(address, {"answer": " "}).content.decode()
    teacher.post(address, {"answer": "едет"})
    html = teacher.post(address, {"answer": "не едет"}).content.decode()
    assert "На этот вопрос уже ответил(а)" in html
    assert 'value="не едет"' in html
    assert Inquiry.objects.get().answer == "едет"


def answer_about(world, login, text):
    inquiry = Inquiry.objects.get(answered_at=None)
    address = f"/classes/{world.a5.pk}/attendance/questions/{inquiry.pk}/"
    login(world.class_teacher).post(address, {"answer": text})


def test_an_answer_settles_only_the_absence_it_was_asked_about(world, deputy, login, at):
    """Who came and went again is somebody else's worry no more."""
    lessons = [worlds.lesson(world.maths, TODAY, world.slots[number]) for number in (3, 4)]
    at(10, 10)
    miss(world.today_lesson, world.petrova)
    at(10, 20)
    ask(deputy, world.petrova)
    answer_about(world, login, "едет, будет к 3-му уроку")
    assert decided(deputy) == []
    assert "причины известны" not in deputy.get("/").content.decode()
    at(12, 10)
    take(lessons[0])
    at(13, 10)
    miss(lessons[1], world.petrova)
    assert decided(deputy) == [("Петрова Пелагея, 5А", "на 4-м был(а), с 5-го нет", "Спросить")]
    ask(deputy, world.petrova)
    answer_about(world, login, "ушла к врачу")
    assert decided(deputy) == []


# --- journals ---


def test_what_is_not_open_is_amber_and_reminded_of_once(world, deputy, login):
    found = desk(deputy).journals
    assert (found.taken, found.unopened, found.late) == (0, 2, 6)
    assert found.teachers == [("Матвеева", 1), ("Руссова", 1)]
    html = deputy.post("/desk/remind/", {"seen": 0}, follow=True).content.decode()
    assert "Напомнили 2 учителям" in html
    assert "напомнили в 12:00" in html
    html = deputy.post("/desk/remind/", {"seen": 0}, follow=True).content.decode()
    assert "уже напомнил(а) Завучева" in html
    assert Reminder.objects.count() == 1
    assert "напомнили в 12:00" in login(world.teacher).get("/").content.decode()
    take(world.today_lesson)
    assert "напомнили" not in login(world.teacher).get("/").content.decode()


def test_what_is_late_is_red_and_leads_to_its_list(world, deputy):
    """Today's lessons are late no sooner than tomorrow (2.5)."""
    late = desk(deputy).journals.late
    assert late > 0
    html = deputy.get("/").content.decode()
    (address,) = re.findall(r'href="(/review/late/[^"]*)"', html)
    assert f"За прошлые дни не отмечено: {late}" in html
    assert deputy.get(address).context["page"].paginator.count == late
    take(world.lesson)
    assert desk(deputy).journals.late == late - 1


def test_a_reminder_goes_by_letter_to_who_wants_letters(world, deputy):
    for person in (world.teacher, world.class_teacher):
        person.email = f"{person.username}@school.example"
        person.save()
    world.class_teacher.wants_digest = False
    world.class_teacher.save()
    assert send_reminders() == 0
    deputy.post("/desk/remind/", {"seen": 0})
    assert send_reminders() == 1
    assert send_reminders() == 0  # nobody gets it twice
    (letter,) = mail.outbox
    assert letter.to == ["teacher@school.example"]
    assert letter.subject == "Журнал: 1 журнал не открыт"
    assert "2-й урок, 5А, Математика" in letter.body


def test_a_lesson_that_lasts_still_is_not_unopened(world, deputy, at):
    at(10, 20)
    assert desk(deputy).journals.number == 0
    assert "идёт 2-й урок, до 10:40" in deputy.get("/").content.decode()


# --- the grid ---


def cell(client, school_class, number):
    found = desk(client)
    place = [one.number for one in found.columns].index(number)
    (row,) = [one for one in found.rows if one.school_class.pk == school_class.pk]
    return row.cells[place]


def test_a_cell_tells_of_its_lesson(world, deputy, at):
    at(9)
    found = cell(deputy, world.a5, 2)
    assert (found.lesson.pk, found.texts) == (world.today_lesson.pk, [("мате", "Матвеева")])
    assert (found.told, found.is_taken) == ("", False)
    assert cell(deputy, world.b5, 2) is None
    substitute(world.today_lesson, world.substitute)
    assert cell(deputy, world.a5, 2).told == "changed"


def test_a_subgroup_stands_in_the_cells_of_its_classes(world, deputy):
    lesson = worlds.lesson(world.english, TODAY, world.slots[3])
    assert [cell(deputy, one, 4).lesson.pk for one in (world.a5, world.b5)] == [lesson.pk] * 2


def test_the_row_leads_to_the_class_and_the_cell_to_the_lesson(world, deputy):
    html = deputy.get("/").content.decode()
    assert f'href="/classes/{world.a5.pk}/"' in html
    assert f'href="/journals/{world.maths.pk}/lessons/{world.today_lesson.pk}/"' in html


def test_a_day_without_lessons(world, deputy, noon):
    noon.shift(24 * ONE_HOUR)  # Thursday
    html = deputy.get("/").content.decode()
    assert "Уроков нет" in html
    assert "Следующие: пятница, 27 ноября, 10:00." in html
    assert "Решать нечего." in html


def test_the_fragment_is_the_columns_alone(world, deputy):
    html = deputy.get("/desk/today/").content.decode()
    assert html.lstrip().startswith('<div class="desk-columns"')
    assert "<html" not in html


def test_a_leader_who_teaches_has_his_lessons_one_click_away(world, deputy, login):
    """The desk asks no more of him than of the others."""
    assert 'href="/own/"' not in deputy.get("/").content.decode()
    few = queries_of(deputy, "/")
    worlds.assign(world.deputy, world.maths)
    teaching = login(world.deputy)
    assert 'href="/own/"' in teaching.get("/").content.decode()
    assert queries_of(teaching, "/") == few <= 15
    html = teaching.get("/own/").content.decode()
    assert "5А, Математика" in html
    assert "Не записано за прошлые дни" in html
    assert 'href="/timetable/"' in html


def test_no_more_queries_for_more_lessons_and_pupils(world, deputy):
    miss(world.today_lesson, world.ivanov)
    few = queries_of(deputy, "/")
    for number, student in enumerate((world.ivanov, world.petrova, world.special)):
        miss(worlds.lesson(world.russian, TODAY, world.slots[number + 3]), student)
    for number in range(4):
        worlds.pupil(f"more{number}", "Новый", f"Ученик{number}", world.a5)
    ask(deputy, world.ivanov)
    away(world, world.class_teacher)
    assert queries_of(deputy, "/") == few
    worlds.lesson(world.english, TODAY, world.slots[0])  # whose pupils its subgroup has
    last = worlds.lesson(world.russian, TODAY, world.slots[6])
    for student in (world.ivanov, worlds.pupil("namesake", "Иванов", "Иван", world.a5)):
        miss(last, student)
    assert queries_of(deputy, "/") == few + 1 <= 15


def test_what_a_sweep_finds_costs_the_desk_nothing(world, deputy, django_assert_num_queries):
    few = queries_of(deputy, "/")
    assert LateEntry.objects.exists()
    LateEntry.objects.first().save()
    with django_assert_num_queries(few):
        deputy.get("/")


# --- the papers ---


def test_the_paper_for_the_duty(world, deputy):
    miss(world.lesson, world.ivanov, "б")
    miss(world.substituted, world.ivanov, "б")
    miss(world.today_lesson, world.ivanov, "б")
    text = text_of(deputy.get("/desk/absent.pdf").content)
    assert "Иванов Иван — с 23.11, Б" in text
    assert "Присутствие ещё не отмечено: 5Б." in text
    assert "Все на месте" not in text
    take(worlds.lesson(world.maths_b, TODAY, world.slots[0]))
    assert "Все на месте: 5Б." in text_of(deputy.get("/desk/absent.pdf").content)


def test_the_kitchen_gets_numbers_alone(world, deputy):
    miss(world.today_lesson, world.ivanov, "б")
    text = text_of(deputy.get("/desk/kitchen.pdf").content)
    assert "4" in text
    assert "ноября: 4" in text
    assert "Иванов" not in text
    assert "* Присутствие ещё не отмечено: 5Б." in text


# --- what is said where all is well ---


def calm(client):
    found = desk(client)
    assert found.decisions.number == 0
    return found.calm


def test_a_lesson_that_passed_without_a_teacher_is_told_and_nobody_is_blamed(world, deputy, at):
    away(world, world.class_teacher)
    at(14)
    assert calm(deputy).startswith("Прошло без учителя уроков: 1, ")
    found = desk(deputy).journals
    assert (found.untaught, found.teachers) == (1, [("Матвеева", 1)])
    html = deputy.get("/").content.decode()
    assert "○ 1 · ⚠ 1 без учителя" in html
    html = deputy.post("/desk/remind/", {"seen": 0}, follow=True).content.decode()
    assert "Напомнили 1 учителю: на главной странице." in html


def test_who_is_away_is_not_reminded_on_his_page_either(world, deputy, login):
    away(world, world.class_teacher)
    deputy.post("/desk/remind/", {"seen": 0})
    assert "напомнили" in login(world.teacher).get("/").content.decode()
    assert "напомнили" not in login(world.class_teacher).get("/").content.decode()


def test_a_journal_to_which_nobody_is_assigned_is_without_a_teacher(world, deputy, at):
    at(9)
    TeachingAssignment.objects.filter(journal=world.russian).update(ends_on=day(11, 20))
    assert decided(deputy) == [("5А русс", "к журналу сегодня никто не назначен", "Замена")]
    assert cell(deputy, world.a5, 3).told == "untaught"
    at(14)
    assert desk(deputy).journals.untaught == 1


def test_on_a_day_of_cancelled_lessons_nothing_is_boasted_of(world, deputy, at):
    for lesson in (world.today_lesson, world.russian_lesson):
        lesson.cancelled = "карантин"
        lesson.save()
    at(20)
    html = deputy.get("/").content.decode()
    assert "Все уроки сегодня отменены." in html
    assert "Сегодня отмечать нечего." in html
    assert "Ни один урок ещё не закончился" not in html


def test_lessons_on_paper_are_not_said_to_be_written(world, deputy, at, noon):
    at(14)
    outage = Outage(starts_at=NOON - 3 * ONE_HOUR, ends_at=NOON, reason="Обрыв")
    record_outage(outage, world.deputy)
    html = deputy.get("/").content.decode()
    assert "✓ 0 · ▤ 2 · ○ 0" in html
    assert "уроки на бумаге, в журнал ещё не перенесены." in html


@pytest.mark.parametrize("name", ["individual", "english"])
def test_a_lesson_of_some_does_not_say_that_the_class_is_there(world, deputy, login, name):
    take(worlds.lesson(getattr(world, name), TODAY, world.slots[0]))
    assert "присутствие ещё не отмечено" in deputy.get("/").content.decode()
    absent, kitchen = (
        text_of(deputy.get(f"/desk/{one}.pdf").content) for one in ("absent", "kitchen")
    )
    assert "Все на месте" not in absent
    assert "Присутствие ещё не отмечено: 5А, 5Б." in kitchen
    board = login(world.class_teacher).get(f"/classes/{world.a5.pk}/").content.decode()
    assert "все 3 на уроках" not in board


def test_the_groups_of_an_hour_say_together_that_the_class_is_there(world, deputy):
    take(worlds.lesson(world.english, TODAY, world.slots[0]))
    other = TeachingGroup.objects.create(kind="subgroup", year=world.year, name="5 англ. 2")
    for student in (world.petrova, world.special):
        GroupMembership.objects.create(group=other, student=student, starts_on=world.year.starts_on)
    journal = Journal.objects.create(
        group=other, subject=world.english.subject, scale=world.english.scale
    )
    take(worlds.lesson(journal, TODAY, world.slots[0]))
    assert desk(deputy).pupils.taken == {world.a5.pk}


# --- reminders that remind nobody ---


@pytest.mark.parametrize("seen", ["1", "9" * 18])
def test_a_page_that_knows_of_too_many_reminders_reminds_nobody(world, deputy, seen):
    html = deputy.post("/desk/remind/", {"seen": seen}, follow=True).content.decode()
    assert "Не отправлено" in html
    assert not Reminder.objects.exists()


def test_where_every_journal_is_open_nobody_is_reminded(world, deputy, at):
    at(9)
    html = deputy.post("/desk/remind/", {"seen": "0"}, follow=True).content.decode()
    assert "напоминать некому" in html
    assert not Reminder.objects.exists()


def test_letters_are_counted_by_who_gets_them(world, deputy):
    world.teacher.email = "teacher@school.example"
    world.teacher.save()
    html = deputy.post("/desk/remind/", {"seen": "0"}, follow=True).content.decode()
    assert "Напомнили 2 учителям: на главной странице и письмом (писем: 1)." in html


def test_a_reason_is_asked_of_who_may_give_it(world, deputy, login):
    world.a5.class_teacher = None
    world.a5.save()
    sync()
    miss(world.today_lesson, world.ivanov)
    for person, title in ((world.director, ""), (world.deputy, "Причина")):
        (line,) = [one for one in desk(login(person)).decisions.lines if "pupil" in one.key]
        assert (line.title, bool(line.url)) == (title, bool(title))
    assert "решает заместитель" in login(world.director).get("/").content.decode()
