"""Digests by e-mail: to a teacher after the last lesson, to the leaders in the morning."""

import datetime
import smtplib
import threading
from zoneinfo import ZoneInfo

import pytest
from django.core import mail
from django.core.mail.backends import locmem
from django.db import connection
from django.db.models import Value
from django.db.models.functions import Concat
from django.test import Client

from journal_site import celery_app, letters
from journal_site.actions import send_leader_digests, send_teacher_digests
from journal_site.models import Digest
from journal_site.tasks import leader_digests, teacher_digests
from journals.actions.entries import save_field
from journals.actions.review import excuse, make_remark
from journals.actions.watch import sweep
from journals.models import LateEntry
from school.actions.lessons import cancel_lesson, substitute
from school.models import Lesson, Role, User
from tests import world as worlds
from tests.world import TODAY, assign, day, day_off
from tests.world import lesson as make_lesson

MOSCOW = ZoneInfo("Europe/Moscow")


def at(hour, minute=0, on=TODAY):
    """That time of a day in Moscow."""
    return datetime.datetime.combine(on, datetime.time(hour, minute), MOSCOW)


def give_addresses():
    User.objects.update(email=Concat("username", Value("@school.example")))


@pytest.fixture
def world(world):
    """Everybody has an address; nothing is missing from before today."""
    give_addresses()
    write_all(Lesson.objects.filter(date__lt=TODAY))
    return world


@pytest.fixture
def overdue_world(db, noon):
    made = worlds.stands()
    give_addresses()
    return made


def write_all(lessons):
    written = {"attendance_taken_at": worlds.NOON, "topic_entered_at": worlds.NOON}
    lessons.update(**written, homework_entered_at=worlds.NOON)


def recipients():
    return [letter.to[0].removesuffix("@school.example") for letter in mail.outbox]


# --- teachers: when and to whom ---


def test_a_teachers_letter(world):
    """The home page as a letter."""
    make_lesson(world.maths_b, day(11, 23), world.slots[3])
    assert send_teacher_digests() == 2
    letter = mail.outbox[0]
    assert letter.to == ["teacher@school.example"]
    assert letter.from_email == "journal@localhost"
    assert letter.subject == "Журнал: 3 записи на сегодня, 3 просрочены"
    lesson, gap = world.today_lesson.pk, Lesson.objects.latest("pk").pk
    today = f"/journals/{world.maths.pk}/?lesson={lesson}#"
    past = f"/journals/{world.maths_b.pk}/?lesson={gap}#"
    site = "http://127.0.0.1:8000"
    assert (
        letter.body
        == f"""\
Здравствуйте, Мария Михайловна!

СЕГОДНЯ, среда, 25 ноября

2-й урок, 5А, Математика
— присутствие, до конца дня
  {site}{today}attendance-{lesson}
— тема, до конца дня
  {site}{today}topic-{lesson}
— домашнее задание, до 13:10, ещё 1 ч 10 мин
  {site}{today}homework-{lesson}

НЕ ЗАПИСАНО ЗА ПРОШЛЫЕ ДНИ

пн, 23 ноя, 4-й урок, 5Б, Математика
— присутствие, опоздание на 2 раб. дн.
  {site}{past}attendance-{gap}
— тема, опоздание на 2 раб. дн.
  {site}{past}topic-{gap}
— домашнее задание, опоздание на 2 раб. дн.
  {site}{past}homework-{gap}

Всё это на главной странице: {site}/

Не присылать сводку: {site}/account/digest/{letters.stop_token(world.teacher)}/
"""
    )


@pytest.mark.parametrize(
    ("hour", "minute", "told"),
    [
        (9, 59, []),
        (10, 40, []),
        (10, 41, ["teacher"]),
        (11, 40, ["teacher"]),
        (11, 41, ["teacher", "classteacher"]),
        (23, 55, ["teacher", "classteacher"]),
    ],
)
def test_after_ones_own_last_lesson_and_not_before(world, noon, hour, minute, told):
    noon.move_to(at(hour, minute))
    assert send_teacher_digests() == len(told)
    assert recipients() == told


def test_a_later_lesson_is_waited_for_unless_it_is_cancelled(world, noon):
    later = make_lesson(world.maths_b, TODAY, world.slots[4])
    noon.move_to(at(13, 40))
    send_teacher_digests()
    assert "teacher" not in recipients()
    cancel_lesson(later, "карантин")
    send_teacher_digests()
    assert "teacher" in recipients()


def test_who_had_no_lesson_today_gets_none(world, noon):
    noon.move_to(at(15, on=day(11, 26)))
    assert send_teacher_digests() == 0
    cancel_lesson(world.future_lesson, "карантин")
    noon.move_to(at(15, on=day(11, 27)))
    assert send_teacher_digests() == 0


def test_a_substitute_gets_it_and_who_is_substituted_does_not(world):
    substitute(world.today_lesson, world.english_teacher)
    send_teacher_digests()
    assert recipients() == ["classteacher", "english"]
    assert "2-й урок, 5А, Математика (замена)\n" in mail.outbox[1].body


def test_whose_assignment_has_ended_gets_none(world):
    assign(world.substitute, world.russian)
    send_teacher_digests()
    assert recipients() == ["teacher", "classteacher", "substitute"]  # and not «other»


# --- whoever wants no more ---


def test_a_letter_says_how_to_stop_it(world, client):
    """By the mail program in one click (RFC 8058), or by a page; without a log-in."""
    send_teacher_digests()
    letter = mail.outbox[0]
    url = letter.extra_headers["List-Unsubscribe"]
    assert url.startswith("<http://127.0.0.1:8000/account/digest/")
    assert letter.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    path = url[1:-1].removeprefix("http://127.0.0.1:8000")
    assert "Больше не присылать" in client.get(path).content.decode()
    assert User.objects.get(pk=world.teacher.pk).wants_digest  # a look is no deed
    strict = Client(enforce_csrf_checks=True)
    answer = strict.post(path, {"List-Unsubscribe": "One-Click"})
    assert "больше не приходит" in answer.content.decode()
    assert not User.objects.get(pk=world.teacher.pk).wants_digest
    Digest.objects.all().delete()
    mail.outbox.clear()
    send_teacher_digests()
    assert recipients() == ["classteacher"]


# --- remarks ---


def test_a_new_remark_is_told_once_as_new(world, noon):
    """It alone is a reason for a letter; not quoted, for it may name a pupil."""
    write_all(Lesson.objects.filter(date=TODAY))
    assert send_teacher_digests() == 0
    remark = make_remark(world.maths, world.lesson, world.deputy, "У Иванова нет отметки")
    send_teacher_digests()
    assert recipients() == ["teacher"]
    letter = mail.outbox.pop()
    assert letter.subject == "Журнал: 1 новое замечание"
    assert (
        f"""\
ЗАМЕЧАНИЯ АДМИНИСТРАЦИИ

5А, Математика, урок 23 ноября
— новое, от 25 ноября, ждёт ответа
  http://127.0.0.1:8000/review/remarks/{remark.pk}/
"""
        in letter.body
    )
    assert "Иванов" not in letter.body
    noon.move_to(at(15, on=day(11, 27)))
    write_all(Lesson.objects.filter(date=day(11, 27)))
    assert send_teacher_digests() == 0
    # Beside what is to be written it is told again while it waits.
    Lesson.objects.filter(date=day(11, 27)).update(topic_entered_at=None)
    send_teacher_digests()
    assert "— от 25 ноября, ждёт ответа" in mail.outbox[0].body
    assert "замечание" not in mail.outbox[0].subject


# --- teachers: what is told ---


def write(lesson, *fields):
    texts = {"topic": "Дроби", "homework": "-", "attendance": "все"}
    for field in fields:
        save_field(lesson.journal, lesson.pk, field, "", texts[field])


def test_nothing_to_say_nothing_sent_and_looked_at_again(world, noon):
    for lesson in (world.today_lesson, world.russian_lesson):
        write(lesson, "topic", "homework", "attendance")
    assert send_teacher_digests() == 0
    assert not Digest.objects.exists()
    noon.move_to(at(20))
    substitute(make_lesson(world.english, TODAY, world.slots[5]), world.teacher)
    assert send_teacher_digests() == 1
    assert recipients() == ["teacher"]


@pytest.mark.parametrize(
    ("hour", "written", "subject"),
    [
        (12, "topic attendance", "Журнал: 1 запись на сегодня"),
        (12, "", "Журнал: 3 записи на сегодня"),
        (14, "", "Журнал: 2 записи на сегодня, 1 просрочена"),
        (14, "topic attendance", "Журнал: 1 запись просрочена"),
    ],
)
def test_the_subject_counts(world, noon, hour, written, subject):
    write(world.today_lesson, *written.split())
    noon.move_to(at(hour))
    send_teacher_digests()
    assert mail.outbox[0].subject == subject


def test_what_may_wait_for_a_later_day_is_told_but_no_reason_to_write(world, noon):
    lesson = world.today_lesson
    write(lesson, "topic", "attendance", "homework")
    save_field(world.maths, lesson.pk, "works", "", str(world.test.pk))
    send_teacher_digests()
    assert recipients() == ["classteacher"]
    make_lesson(world.maths_b, TODAY, world.slots[2])
    send_teacher_digests()
    assert mail.outbox[1].subject == "Журнал: 3 записи на сегодня"
    assert "— отметки: Контрольная работа, до 30.11\n" in mail.outbox[1].body


def test_a_long_debt_is_told_in_short(world):
    for number in range(2, 14):
        make_lesson(world.maths, day(10, number), world.slots[1])
    send_teacher_digests()
    letter = mail.outbox[0]
    assert letter.subject == "Журнал: 3 записи на сегодня, 36 просрочено"
    assert "вт, 13 окт, " in letter.body
    assert "сб, 3 окт, " not in letter.body
    assert "Ещё уроков, где записано не всё: 2.\n" in letter.body


def test_names_are_written_as_they_are(world, settings):
    settings.SITE_URL = "https://journal.example"
    User.objects.filter(pk=world.teacher.pk).update(first_name="Д'Арья", patronymic="")
    send_teacher_digests()
    assert mail.outbox[0].body.startswith("Здравствуйте, Д'Арья!\n")
    assert "Не присылать сводку: https://journal.example/account/digest/" in mail.outbox[0].body


# --- who wants none ---


@pytest.mark.parametrize(
    "fields", [{"wants_digest": False}, {"email": ""}, {"is_active": False}], ids=str
)
def test_turned_off_without_an_address_or_closed(overdue_world, noon, fields):
    User.objects.filter(username__in=("teacher", "deputy")).update(**fields)
    assert send_teacher_digests() == 1
    assert recipients() == ["classteacher"]
    noon.move_to(at(8, on=day(11, 26)))
    assert send_leader_digests() == 1
    assert recipients() == ["classteacher", "director"]


# --- once ---


def test_once_a_day_also_when_the_task_runs_twice(world, noon):
    teacher_digests()
    teacher_digests()
    noon.move_to(at(20))
    assert send_teacher_digests() == 0
    assert recipients() == ["teacher", "classteacher"]
    noon.move_to(at(20, on=day(11, 27)))
    teacher_digests()
    assert recipients() == ["teacher", "classteacher", "teacher"]


def claimed(person):
    """A worker has today's letter to him in hand."""
    assert Digest.objects.create(user=person, kind="teacher", day=TODAY).claim()


def test_a_worker_that_died_after_claiming(world, noon):
    claimed(world.teacher)
    send_teacher_digests()
    assert recipients() == ["classteacher"]
    noon.shift(15 * 60)
    assert send_teacher_digests() == 0
    noon.shift(1)
    assert send_teacher_digests() == 1
    assert recipients() == ["classteacher", "teacher"]
    noon.shift(60 * 60)
    assert send_teacher_digests() == 0


def test_what_could_not_be_sent_is_not_sent_the_next_day(world, noon):
    claimed(world.teacher)
    noon.move_to(at(8, on=day(11, 26)))
    assert send_teacher_digests() == 0


class RefusesOne(locmem.EmailBackend):
    """A mail server that does not take letters to one address."""

    refused = "teacher@school.example"

    def send_messages(self, messages):
        for message in messages:
            if message.to == [self.refused]:
                raise smtplib.SMTPRecipientsRefused({self.refused: (550, b"no such user")})
        return super().send_messages(messages)


def test_one_that_cannot_be_reached_does_not_stop_the_others(world, noon, settings, caplog):
    usual, settings.EMAIL_BACKEND = settings.EMAIL_BACKEND, f"{__name__}.RefusesOne"
    assert send_teacher_digests() == 1
    assert recipients() == ["classteacher"]
    assert "сводка учителя to teacher not sent" in caplog.text
    settings.EMAIL_BACKEND = usual
    noon.shift(5 * 60)
    assert send_teacher_digests() == 0
    noon.shift(11 * 60)
    assert send_teacher_digests() == 1
    assert recipients() == ["classteacher", "teacher"]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("died", [False, True], ids=["new", "claimed by a dead worker"])
def test_any_number_at_once_sends_each_once(noon, died):
    world = worlds.stands()
    give_addresses()
    if died:
        for person in (world.teacher, world.class_teacher):
            claimed(person)
        noon.shift(16 * 60)
    failures, sent = [], []
    together = threading.Barrier(6)

    def send():
        try:
            together.wait()
            sent.append(send_teacher_digests())
        except Exception as error:
            failures.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sum(sent) == 2
    assert sorted(recipients()) == ["classteacher", "teacher"]


class LooksAtTheDatabase(locmem.EmailBackend):
    """While it is sending, others write."""

    seen = []

    def send_messages(self, messages):
        self.seen.append(connection.in_atomic_block)
        return super().send_messages(messages)


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_mail_server_is_spoken_to(noon, settings):
    worlds.stands()
    give_addresses()
    settings.EMAIL_BACKEND = f"{__name__}.LooksAtTheDatabase"
    LooksAtTheDatabase.seen.clear()
    send_teacher_digests()
    assert LooksAtTheDatabase.seen == [False, False]


def test_few_queries_however_many_teach(world, django_assert_max_num_queries):
    """Who has taught is asked once; each of these then costs what the home page and a claim do."""
    for person in User.objects.filter(username__in=("english", "substitute", "classteacherb")):
        assign(person, world.russian)
    User.objects.update(wants_digest=False)
    with django_assert_max_num_queries(5):
        assert send_teacher_digests() == 0
    User.objects.update(wants_digest=True)
    with django_assert_max_num_queries(5 + 5 * 15):
        assert send_teacher_digests() == 5


def test_the_beat_calls_tasks_that_exist():
    celery_app.loader.import_default_modules()
    called = {entry["task"] for entry in celery_app.conf.beat_schedule.values()}
    assert {teacher_digests.name, leader_digests.name} <= called
    assert called <= celery_app.tasks.keys()


# --- leaders ---


def test_a_leaders_letter(overdue_world, noon):
    """Yesterday's: a substitute's lesson and an English one, of which the topic came too late."""
    noon.move_to(at(7, 30))
    Lesson.objects.filter(pk=overdue_world.english_lesson.pk).update(
        topic_entered_at=at(7), attendance_taken_at=at(13, on=day(11, 24))
    )
    LateEntry.objects.all().delete()
    assert send_leader_digests() == 2  # after a night in which nobody watched
    assert recipients() == ["director", "deputy"]
    letter = mail.outbox[1]
    assert letter.subject == "Журналы школы: 5 записей просрочено"
    site = "http://127.0.0.1:8000"
    assert (
        letter.body
        == f"""\
Здравствуйте, Зоя Захаровна!

За 24 ноября просрочено записей: 5.
Не сделано до сих пор: 4. Внесено с опозданием: 1.

Заменова\u00a0З.: не сделано 3
Англичанова\u00a0А.: не сделано 1, с опозданием 1

Просроченные записи: {site}/review/late/
Контроль журналов: {site}/review/

Не присылать сводку: {site}/account/digest/{letters.stop_token(overdue_world.deputy)}/
"""
    )


def rows(letter):
    return [line for line in letter.body.splitlines() if "не сделано " in line]


def test_on_monday_from_friday_to_sunday(overdue_world, noon):
    make_lesson(overdue_world.russian, day(11, 26), overdue_world.slots[0])
    make_lesson(overdue_world.maths_b, day(11, 28), overdue_world.slots[0])
    noon.move_to(at(8, on=day(11, 30)))
    send_leader_digests()
    letter = mail.outbox[0]
    assert "За 27 ноября – 29 ноября просрочено записей: 6.\n" in letter.body
    assert rows(letter) == ["Матвеева\u00a0М.\u00a0М.: не сделано 6"]


@pytest.mark.parametrize(
    ("today", "sent"),
    [
        (day(11, 4), 0),  # День народного единства
        (day(11, 5), 2),
        (day(11, 7), 0),  # a Saturday
        (day(11, 9), 0),  # a holiday by the school's own order
    ],
)
def test_not_on_a_holiday(overdue_world, noon, today, sent):
    for date in (day(11, 3), day(11, 6), day(11, 8)):
        make_lesson(overdue_world.maths, date, overdue_world.slots[0])
    day_off(day(11, 9), "карантин")
    noon.move_to(at(8, on=today))
    assert send_leader_digests() == sent


def test_not_before_half_past_seven_and_once(overdue_world, noon):
    noon.move_to(at(7, 29))
    assert send_leader_digests() == 0
    noon.move_to(at(7, 30))
    leader_digests()
    noon.move_to(at(9, 55))
    leader_digests()
    assert recipients() == ["director", "deputy"]


def test_shared_by_two_counted_with_each_and_once_in_the_sum(overdue_world, noon):
    assign(overdue_world.class_teacher_b, overdue_world.english)
    noon.move_to(at(8))
    send_leader_digests()
    assert "просрочено записей: 6.\n" in mail.outbox[0].body
    assert rows(mail.outbox[0]) == [
        "Англичанова\u00a0А.: не сделано 3",
        "Бэшкина\u00a0Б.: не сделано 3",
        "Заменова\u00a0З.: не сделано 3",
    ]


def test_whoever_was_assigned_on_the_lessons_day_is_named(overdue_world, noon):
    make_lesson(overdue_world.maths, day(10, 22), overdue_world.slots[5])
    noon.move_to(at(8, on=day(10, 23)))
    send_leader_digests()
    noon.move_to(at(8, on=day(11, 6)))
    send_leader_digests()
    names = [[row.split(":")[0] for row in rows(letter)] for letter in mail.outbox[::2]]
    both = ["Матвеева\u00a0М.\u00a0М.", "Посторонняя\u00a0П."]
    assert names == [both, both[:1]]


def test_a_journal_without_a_teacher_is_not_forgotten(overdue_world, noon):
    noon.move_to(at(8, on=day(11, 24)))
    send_leader_digests()
    assert rows(mail.outbox[0]) == [
        "Матвеева\u00a0М.\u00a0М.: не сделано 6",
        "Учитель не назначен: не сделано 3",
    ]


def test_the_excused_are_not_counted(overdue_world, noon):
    excused = {
        "excuse": "болела",
        "excused_by": overdue_world.deputy,
        "excused_at": worlds.NOON,
    }
    LateEntry.objects.filter(lesson=overdue_world.english_lesson).update(**excused)
    noon.move_to(at(8))
    send_leader_digests()
    assert rows(mail.outbox[0]) == ["Заменова\u00a0З.: не сделано 3"]
    assert mail.outbox[0].subject == "Журналы школы: 3 записи просрочены"


def test_nothing_new_no_letter(overdue_world, noon):
    LateEntry.objects.filter(lesson__date=day(11, 24)).delete()
    write_all(Lesson.objects.filter(date=day(11, 24)))
    Lesson.objects.filter(date=day(11, 24)).update(
        attendance_taken_at=at(9, on=day(11, 24)),
        topic_entered_at=at(9, on=day(11, 24)),
        homework_entered_at=at(9, on=day(11, 24)),
    )
    noon.move_to(at(8))
    assert send_leader_digests() == 0
    assert not Digest.objects.exists()


def test_a_leader_who_teaches_gets_both(overdue_world, noon):
    Role.objects.create(user=overdue_world.teacher, kind=Role.Kind.DEPUTY)
    Role.objects.create(user=overdue_world.deputy, kind=Role.Kind.DIRECTOR)  # one letter for two
    noon.move_to(at(8))
    send_leader_digests()
    assert recipients() == ["director", "deputy", "teacher"]
    noon.move_to(at(15))
    send_teacher_digests()
    assert recipients()[3:] == ["teacher", "classteacher"]


def test_the_leaders_letter_costs_the_same_for_any_number(
    overdue_world, noon, django_assert_max_num_queries
):
    noon.move_to(at(8))
    send_leader_digests()
    Digest.objects.all().delete()
    User.objects.update(wants_digest=False)
    with django_assert_max_num_queries(3):
        assert send_leader_digests() == 0
    User.objects.update(wants_digest=True)
    with django_assert_max_num_queries(40):
        assert send_leader_digests() == 2


def test_no_pupil_is_named_in_a_letter(world, noon):
    User.objects.filter(pk=world.other_teacher.pk).update(email="tutor@school.example")
    assign(world.other_teacher, world.individual, starts_on=day(11, 1))
    make_lesson(world.individual, TODAY, world.slots[0])
    send_teacher_digests()
    text = next(letter.body for letter in mail.outbox if letter.to == ["tutor@school.example"])
    assert "индивидуальный план" in text
    assert "Особый" not in text


def test_what_is_excused_is_no_reason_to_write(world, noon):
    User.objects.filter(pk=world.english_teacher.pk).update(email="english@school.example")
    made = make_lesson(world.english, TODAY, world.slots[0])
    for field, text in (("topic", "Verb"), ("homework", "-"), ("attendance", "все")):
        save_field(world.english, made.pk, field, "", text)
    sweep()
    late = LateEntry.objects.filter(journal=world.english).values_list("pk", flat=True)
    excuse(list(late), world.deputy, "болезнь")
    send_teacher_digests()
    assert [letter for letter in mail.outbox if letter.to == ["english@school.example"]] == []
