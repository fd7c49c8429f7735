"""«Мой класс»: what the class teacher of 5А finds there on Wednesday, 25 November, at noon."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse

from attendance.actions.absences import take_attendance
from attendance.actions.documents import receive_document
from attendance.actions.inquiries import ask_about
from attendance.models import Absence, AbsenceDocument
from journal_site.queries.desk.page import desk
from journal_site.queries.desk.papers import paper
from journals.actions.entries import save_cell
from journals.actions.locks import lock_period
from journals.queries.board import board
from school.actions.teacher_absences import record_absence
from school.models import Enrolment, Outage, StudentCard, Substitution, TeacherAbsence
from tempjournal.actions.outages import record_outage
from tests import world as worlds
from tests.world import NOON, TODAY, day


def at(hour, minute=0):
    """An instant of today, school-local."""
    return datetime.datetime(2026, 11, 25, hour - 3, minute, tzinfo=datetime.UTC)


def absent(w, lesson, student, reason="н"):
    save_cell(lesson.journal, lesson.pk, student.pk, "", reason)


def away(w, now=NOON):
    return {one.name: one for one in board(w.a5, now).away}


def plain(text):
    return text.replace("\u00a0", " ")


def text_of(response):
    html = re.sub(r"<(script|style).*?</\1>", "", response.content.decode(), flags=re.DOTALL)
    return " ".join(re.sub(r"<[^>]+>", " ", html).split())


@pytest.fixture
def address(world):
    return reverse("school_class", args=[world.a5.pk])


# --- who is away ---


def test_nobody_says_that_all_are_there_before_it_is_written_down(world, login, address):
    told = text_of(login(world.class_teacher).get(address))
    assert "2-й урок ещё не отмечен." in told
    assert "на уроках после" not in told
    take_attendance(world.today_lesson)
    told = text_of(login(world.class_teacher).get(address))
    assert "На отмеченных уроках (2) были все." in told  # the third is over, and not taken
    assert "Не отмечены прошедшие уроки: 3." in told
    take_attendance(world.russian_lesson)
    assert "✓ все 3 на уроках после 3-го урока." in text_of(login(world.class_teacher).get(address))


def test_who_is_away_lesson_by_lesson(world):
    absent(world, world.russian_lesson, world.ivanov)
    absent(world, world.today_lesson, world.petrova, "оп")
    third = worlds.lesson(world.russian, TODAY, world.slots[4])
    found = away(world, at(11))
    # Mathematics of the class is no lesson of who has an individual plan in it.
    assert found["Иванов Иван"].cells == [(2, ""), (3, "н"), (5, "·")]
    assert found["Иванов Иван"].is_unknown
    assert found["Петрова Пелагея"].cells == [(2, "оп"), (3, ""), (5, "·")]
    assert found["Петрова Пелагея"].missed == 0
    absent(world, third, world.special, "уп")
    assert away(world, at(14))["Особый Осип"].cells == [(2, "×"), (3, ""), (5, "уп")]
    shown = board(world.a5, at(14))
    # Who missed the third lesson is there again, and a reason is asked for all the same.
    assert (shown.absent, shown.missing, shown.present, shown.is_unknown) == (1, 0, 2, True)
    assert [one.name for one in shown.away] == ["Особый Осип", "Иванов Иван", "Петрова Пелагея"]


def test_how_often_this_month_and_since_when(world):
    for lesson in (world.lesson, world.early_lesson, world.today_lesson):
        absent(world, lesson, world.ivanov, "б")
    absent(world, world.substituted, world.ivanov, "б")
    worlds.lesson(world.maths, day(11, 20), world.slots[5])  # he was there
    october = worlds.lesson(world.maths, day(10, 28), world.slots[1])
    absent(world, october, world.ivanov)
    found = away(world)["Иванов Иван"]
    assert (found.days, found.since) == (4, day(11, 23))
    assert found.waits_for_document


def test_who_was_there_a_day_between_is_not_away_since_the_first(world):
    """The board and the duty's paper say the same day."""
    absent(world, world.lesson, world.ivanov)  # Monday
    take_attendance(world.substituted)
    absent(world, world.today_lesson, world.ivanov)
    assert away(world)["Иванов Иван"].since == TODAY
    (line, _) = paper(NOON).classes
    assert [one.since for one in line.absent] == [TODAY]


def test_in_the_morning_a_document_says_who_is_away(world, login, address):
    receive_document(document(world, day(11, 24)), None)
    line = away(world, at(8))["Иванов Иван"]
    assert (line.reason, line.since, line.was_late) == ("б", day(11, 24), False)
    assert board(world.a5, at(8)).absent == 1
    take_attendance(world.today_lesson)  # he came all the same
    assert board(world.a5, NOON).absent == 0


def test_the_desk_the_list_and_the_board_count_alike(world, login):
    """Who missed a lesson and is there again is away nowhere."""
    absent(world, world.today_lesson, world.ivanov)
    absent(world, world.today_lesson, world.petrova)
    absent(world, world.russian_lesson, world.petrova)
    client = login(world.deputy)
    parallels = client.get(reverse("classes")).context["parallels"]
    told = [
        len(client.get("/").context["desk"].pupils.away[world.a5.pk]),
        parallels[5][0].away,
        client.get(reverse("school_class", args=[world.a5.pk])).context["board"].absent,
    ]
    assert told == [1, 1, 1]


def test_a_question_of_a_leader_stands_on_the_board(world, login, address):
    absent(world, world.today_lesson, world.ivanov)
    inquiry = ask_about(world.ivanov.pk, TODAY, world.deputy)
    form = reverse("answer_inquiry", args=[world.a5.pk, inquiry.pk])
    assert form in login(world.class_teacher).get(address).content.decode()
    assert form not in login(world.deputy).get(address).content.decode()
    login(world.class_teacher).post(form, {"answer": "у врача"})
    assert form not in login(world.class_teacher).get(address).content.decode()


def test_a_telephone_of_the_card_can_be_called(world, login, address):
    StudentCard.objects.create(student=world.ivanov, contacts="мама 8 913 555-01-24")
    absent(world, world.today_lesson, world.ivanov)
    link = '<a href="tel:+79135550124">мама 8 913 555-01-24</a>'
    for person in (world.class_teacher, world.deputy):
        assert link in login(person).get(address).content.decode()


# --- a reason in one tap ---


def say(client, w, reason, on=TODAY):
    data = {
        "board": "1",
        "student": w.ivanov.pk,
        "date": on.isoformat(),
        "reason": reason,
    }
    return client.post(reverse("class_attendance", args=[w.a5.pk]), data, follow=True)


def test_a_reason_in_one_tap_and_taken_back(world, login, address):
    absent(world, world.today_lesson, world.ivanov)
    absent(world, world.russian_lesson, world.ivanov)
    client = login(world.class_teacher)
    page = client.get(address).content.decode()
    assert re.findall(r'name="reason" value="(.*?)"', page) == ["б", "уп", "нп"]
    answer = say(client, world, "б")
    assert answer.redirect_chain == [(address, 302)]
    assert "Причина указана: 2 пропуска." in text_of(answer)
    absences = Absence.objects.filter(student=world.ivanov)
    assert set(absences.values_list("reason", "confirmed_by")) == {("б", world.class_teacher.pk)}
    page = answer.content.decode()
    assert re.findall(r'name="reason" value="(.*?)"', page) == ["н"]
    assert "Справка принята" in page
    say(client, world, "н")
    assert set(absences.values_list("reason", "confirmed_by")) == {("н", None)}
    assert absences.first().history.count() == 3


def test_a_tap_explains_only_what_nobody_has_explained(world, login, address):
    absent(world, world.today_lesson, world.petrova)
    later = worlds.lesson(world.maths, TODAY, world.slots[3])
    client = login(world.class_teacher)
    asked = {"board": "1", "student": world.petrova.pk, "date": TODAY}
    said = reverse("class_attendance", args=[world.a5.pk])
    client.post(said, asked | {"reason": "уп"})
    absent(world, later, world.petrova)
    client.post(said, asked | {"reason": "нп"})
    found = Absence.objects.filter(student=world.petrova, lesson__date=TODAY)
    assert dict(found.values_list("lesson", "reason")) == {
        world.today_lesson.pk: "уп",
        later.pk: "нп",
    }
    page = client.get(address).content.decode()
    assert "разные" in page
    assert 'name="reason" value="б"' not in page  # a tap would change nothing
    client.post(said, {**asked, "reason": "н"})
    assert {*found.values_list("reason", flat=True)} == {"н"}  # taken back as a whole


def test_leaders_read_the_board_and_say_no_reason(world, login, address):
    absent(world, world.today_lesson, world.ivanov)
    page = login(world.deputy).get(address).content.decode()
    assert "неизвестна" in page
    assert 'name="reason"' not in page
    assert say(login(world.deputy), world, "б").status_code == 403
    assert say(login(world.class_teacher_b), world, "б").status_code == 404


def test_a_closed_period_keeps_its_reasons(world, login):
    absent(world, worlds.lesson(world.maths, day(10, 20), world.slots[1]), world.ivanov)
    lock_period(world.quarters[0].pk, world.director)
    told = text_of(say(login(world.class_teacher), world, "б", day(10, 20)))
    assert "Период закрыт, причина осталась прежней: 1 пропуск." in told
    assert Absence.objects.get().reason == "н"


def test_what_a_document_says_is_not_tapped_away(world, login, address):
    absent(world, world.today_lesson, world.ivanov)
    receive_document(document(world, TODAY), None)
    found = away(world)["Иванов Иван"]
    assert (found.reason, found.document) == ("б", "медицинская справка")
    page = login(world.class_teacher).get(address).content.decode()
    assert "по документу" in page
    assert 'name="reason"' not in page


def document(w, first):
    return AbsenceDocument(
        student=w.ivanov,
        kind="medical",
        received_on=TODAY,
        starts_on=first,
        ends_on=TODAY,
        reason="б",
        entered_by=w.class_teacher,
    )


# --- what waits ---


def test_illness_waits_for_a_document_and_what_nobody_knows_for_a_reason(world, login, address):
    absent(world, world.lesson, world.petrova)
    absent(world, world.lesson, world.ivanov, "б")
    absent(world, world.today_lesson, world.ivanov, "б")
    waiting = [
        (one.name, one.first, one.last, one.lessons, one.is_unknown)
        for one in board(world.a5, NOON).waiting
    ]
    assert waiting == [
        ("Петрова Пелагея", day(11, 23), day(11, 23), 1, True),
        ("Иванов Иван", day(11, 23), TODAY, 2, False),
    ]
    page = login(world.class_teacher).get(address).content.decode()
    form = reverse("class_attendance", args=[world.a5.pk])
    asked = f"{form}?for={world.ivanov.pk}&amp;from=2026-11-23&amp;to=2026-11-25#document"
    assert asked in page
    opened = login(world.class_teacher).get(asked.split("#")[0].replace("&amp;", "&"))
    assert opened.context["form"].initial["student"] == str(world.ivanov.pk)
    receive_document(document(world, day(11, 23)), None)
    assert [one.name for one in board(world.a5, NOON).waiting] == ["Петрова Пелагея"]


# --- the day, what is empty, birthdays, moves ---


def test_the_classs_day(world):
    take_attendance(world.today_lesson)
    Substitution.objects.create(lesson=world.russian_lesson, teacher=world.substitute)
    worlds.lesson(world.english, TODAY, world.slots[3])
    worlds.lesson(world.maths, TODAY, world.slots[5], cancelled="мероприятие")
    lines = board(world.a5, at(11, 50)).lessons
    told = [(one.number, one.subject, plain(one.teachers), one.state, one.told) for one in lines]
    assert told == [
        (2, "Математика", "Матвеева М. М.", "taken", "присутствие отмечено"),
        (3, "Русский язык", "Заменова З.", "empty", "не открыт"),
        (4, "Английский язык", "Англичанова А.", "", "через 10 мин"),
        (6, "Математика", "Матвеева М. М.", "cancelled", "отменён: мероприятие"),
    ]
    assert [one.is_substitution for one in lines] == [False, True, False, False]


def told(w, now):
    """{number: (state, words)} of the day on the board, and {number: look} on the desk."""
    lines = {one.number: (one.state, one.told) for one in board(w.a5, now).lessons}
    row = next(one for one in desk(w.deputy, now).rows if one.school_class.pk == w.a5.pk)
    return lines, {one.lesson.number: one.told.value for one in row.cells if one}


def test_what_is_on_paper_is_not_unopened_here_nor_on_the_desk(world):
    an_hour = datetime.timedelta(hours=1)
    outage = Outage(starts_at=NOON - an_hour, ends_at=NOON - an_hour / 4, reason="Обрыв")
    record_outage(outage, world.deputy)
    assert told(world, NOON) == (
        {2: ("empty", "не открыт"), 3: ("paper", "на бумаге")},
        {2: "unopened", 3: "paper"},
    )
    assert board(world.a5, NOON).behind == [2]


def test_a_lesson_without_a_teacher_is_told_here_and_on_the_desk(world):
    absence = TeacherAbsence(
        teacher=world.class_teacher, starts_on=TODAY, ends_on=TODAY, kind="illness"
    )
    record_absence(absence, world.deputy)
    lines, looks = told(world, at(9))
    assert (lines[3], looks[3]) == (("untaught", "без учителя"), "untaught")
    Substitution.objects.create(lesson=world.russian_lesson, teacher=world.substitute)
    lines, looks = told(world, at(9))
    assert (lines[3], looks[3]) == (("", ""), "changed")


def test_what_is_empty_in_the_journals(world):
    """What is late first; of today's lessons only what is late."""
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "н")
    found = board(world.a5, NOON).empty
    assert all(one.is_late for one in found)
    by_day = {(one.subject, one.date): one for one in found if one.teachers}
    assert (("Математика", TODAY)) not in by_day
    one = by_day["Математика", day(11, 23)]
    assert one.what == "тема, домашнее задание"
    assert one.when == "срок был 23.11"
    assert plain(one.teachers) == "Матвеева М. М."
    assert by_day["Математика", day(11, 24)].teachers == "Заменова\u00a0З."


def test_birthdays_of_the_coming_week(world):
    for student, born in (
        (world.ivanov, day(11, 25).replace(year=2014)),
        (world.petrova, day(12, 2).replace(year=2014)),
        (world.special, day(12, 3).replace(year=2014)),
    ):
        StudentCard.objects.create(student=student, born_on=born)
    assert [(one.name, one.day, one.age) for one in board(world.a5, NOON).birthdays] == [
        ("Иванов Иван", TODAY, 12),
        ("Петрова Пелагея", day(12, 2), 12),
    ]


def test_who_comes_and_who_leaves(world):
    for student, new in ((world.petrova, world.b5), (world.sidorov, world.a5)):
        Enrolment.objects.filter(student=student).update(ends_on=day(11, 29))
        Enrolment.objects.create(student=student, school_class=new, starts_on=day(11, 30))
    Enrolment.objects.filter(student=world.ivanov).update(ends_on=world.year.ends_on)
    moving = [(one.name, one.day, one.comes, one.other) for one in board(world.a5, NOON).moving]
    assert sorted(moving) == [
        ("Петрова Пелагея", day(11, 30), False, "5Б"),
        ("Сидоров Семён", day(11, 30), True, "5Б"),
    ]


# --- the page ---


def test_the_page_asks_no_more_of_a_full_class(
    world, login, address, django_assert_max_num_queries
):
    client = login(world.class_teacher)
    few = worlds.queries_of(client, address)
    for number in range(12):
        student = worlds.pupil(f"more{number}", "Новенький", f"Имя{number}", world.a5)
        lesson = worlds.lesson(world.maths, day(11, 9 + number), world.slots[6])
        absent(world, lesson, student, "б")
        absent(world, world.today_lesson, student)
        StudentCard.objects.create(student=student, born_on=day(11, 26).replace(year=2014))
    assert worlds.queries_of(client, address) == few
    assert few <= 15


def test_a_card_is_one_click_away(world, login, address):
    for lesson in (world.lesson, world.today_lesson):
        absent(world, lesson, world.ivanov)
    html = login(world.class_teacher).get(address).content.decode()
    card = reverse("card", args=[world.ivanov.pk])
    assert f'<a href="{card}">карточка<span class="visually-hidden">: Иванов Иван' in html
    assert f'<b><a href="{card}">Иванов Иван</a></b> — неизвестно, почему не было' in html


def test_the_pages_of_a_class_lead_to_one_another(world, login, address):
    client = login(world.class_teacher)
    names = ["school_class", "class_pupils", "class_attendance", "class_summary"]
    for name in names:
        html = client.get(reverse(name, args=[world.a5.pk])).content.decode()
        tabs = html.partition('<ul class="tabs of-class">')[2].partition("</ul>")[0]
        assert [f'href="{reverse(one, args=[world.a5.pk])}"' in tabs for one in names] == [True] * 4
        assert tabs.count("aria-current") == 1
        assert f'href="{reverse(name, args=[world.a5.pk])}" aria-current="page"' in tabs


def test_a_day_without_lessons(world, login, address):
    with time_machine.travel(NOON + datetime.timedelta(days=4), tick=False):  # a Sunday
        assert "Уроков сегодня нет." in text_of(login(world.class_teacher).get(address))


def test_before_and_after_its_year_a_class_is_its_list(world, login, address):
    worlds.following(world)
    pupils = reverse("class_pupils", args=[world.a6.pk])
    client = login(world.class_teacher)
    assert client.get(reverse("school_class", args=[world.a6.pk])).url == pupils
    with time_machine.travel(datetime.datetime(2027, 9, 2, 9, tzinfo=datetime.UTC), tick=False):
        client = login(world.class_teacher)
        assert client.get(address).url == reverse("class_pupils", args=[world.a5.pk])
        assert client.get(reverse("school_class", args=[world.a6.pk])).status_code == 200


# --- the list of classes ---


def test_leaders_see_the_classes_by_parallel_with_who_is_away(world, login):
    absent(world, world.today_lesson, world.ivanov)
    absent(world, world.russian_lesson, world.ivanov)
    absent(world, world.russian_lesson, world.petrova, "оп")
    parallels = login(world.deputy).get(reverse("classes")).context["parallels"]
    found = [
        (number, str(one.school_class), plain(one.teacher), one.pupils, one.away)
        for number, lines in parallels.items()
        for one in lines
    ]
    assert found == [
        (5, "5А", "Руссова Р. Р.", 3, 1),
        (5, "5Б", "Бэшкина Б.", 2, 0),
    ]


def test_who_leads_one_class_is_at_it_at_once_who_leads_two_chooses(world, login, address):
    client = login(world.class_teacher)
    assert client.get(reverse("classes")).url == address
    world.b5.class_teacher = world.class_teacher
    world.b5.save()
    page = login(world.class_teacher).get(reverse("classes"))
    assert [str(one.school_class) for one in page.context["parallels"][5]] == ["5А", "5Б"]
