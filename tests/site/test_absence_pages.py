"""The leaders' pages of who is away, who stands in and what is taken together; and who learns
nothing of why."""

import pytest
from django.urls import reverse

from school.actions.joining import join_lessons
from school.actions.lessons import substitute
from school.actions.teacher_absences import version
from school.models import Lesson, Role, Substitution, TeacherAbsence
from tests import world as worlds
from tests.school.test_teacher_absences import plain, recorded
from tests.site.test_admin import form_of, send
from tests.world import TODAY, day, queries_of

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

URL = "/desk/absences/"
NOTE = "операция на сердце"


@pytest.fixture
def deputy(world, login):
    return login(world.deputy)


def sent(w, **changed):
    row = {
        "teacher": w.teacher.pk,
        "kind": "illness",
        "starts_on": "2026-11-25",
        "ends_on": "2026-11-27",
        "first_number": "2",
        "last_number": "",
        "note": NOTE,
    }
    return row | changed


def text(response):
    return plain(response.content.decode())


def page_of(found):
    return reverse("teacher_absence", args=[found.pk])


def place_of(lesson):
    return reverse("lesson_place", args=[lesson.journal_id, lesson.pk])


def test_a_deputy_records_one_and_names_who_stands_in(world, deputy):
    answer = deputy.post(URL, sent(world), follow=True)
    made = TeacherAbsence.objects.get()
    assert (made.recorded_by, made.first_number, made.last_number) == (world.deputy, 2, None)
    page = text(answer)
    assert "Матвеева М. М., с 25.11.2026 (со 2-го урока) по 27.11.2026" in page
    assert NOTE in page
    assert page.count("никто не назначен") == 2
    place = f"{place_of(world.today_lesson)}?absence={made.pk}"
    assert f"{place}#substitute" in page
    form = {"deed": "substitute", "teacher": world.substitute.pk, "reason": ""}
    page = text(deputy.post(place, form, follow=True))  # back at the absence, for its next lesson
    assert "Урок проводит теперь Заменова З." in page
    assert page.count("никто не назначен") == 1
    assert Substitution.objects.get(lesson=world.today_lesson).absence == made
    assert "1 урок без замены" in text(deputy.get(URL))


def test_no_draft_of_it_stays_in_the_browser(world, deputy):
    made = recorded(world, world.teacher, TODAY)
    for url in (URL, page_of(made)):
        assert 'data-unsaved="ask"' in text(deputy.get(url))


def test_an_empty_last_day_is_one_day(world, deputy):
    deputy.post(URL, sent(world, ends_on=""))
    assert TeacherAbsence.objects.get().ends_on == TODAY


def test_an_open_end_is_said_outright(world, deputy):
    page = text(deputy.post(URL, sent(world, ends_on="", is_endless="on"), follow=True))
    assert "конец неизвестен" in page
    assert TeacherAbsence.objects.get().ends_on is None


@pytest.mark.parametrize(
    ("changed", "told"),
    [
        ({"teacher": ""}, "Обязательное поле"),
        ({"ends_on": "2026-11-24"}, "Последний день раньше первого."),
        ({"ends_on": "", "last_number": "1"}, "Последний урок раньше первого."),
        ({"is_endless": "on"}, "Или последний день, или"),
        ({"ends_on": "", "is_endless": "on", "last_number": "3"}, "вместе с последним днём"),
        ({"starts_on": "0206-11-25"}, "больше"),
        ({"kind": "tired"}, "Выберите корректный вариант"),
    ],
)
def test_a_refusal_stands_at_what_caused_it_and_the_rest_stays(world, deputy, changed, told):
    page = text(deputy.post(URL, sent(world, **changed)))
    assert told in page
    assert f'value="{NOTE}"' in page
    assert not TeacherAbsence.objects.exists()


def test_an_overlap_names_the_other_one(world, deputy):
    recorded(world, world.teacher, day(11, 27))
    page = text(deputy.post(URL, sent(world)))
    assert "Уже записано другое отсутствие: Матвеева М. М., 27.11.2026." in page
    assert TeacherAbsence.objects.count() == 1


def test_one_is_changed_and_withdrawn_and_the_substitution_stays(world, deputy):
    made = recorded(world, world.teacher, day(11, 24), TODAY)
    row = sent(world, starts_on="2026-11-25", ends_on="2026-11-25", seen=version(made))
    page = text(deputy.post(page_of(made), row, follow=True))
    assert "1 замена остаётся без записанного отсутствия" in page
    assert "Отсутствие учителя на этот урок не записано." in text(
        deputy.get(place_of(world.substituted))
    )
    page = text(deputy.post(page_of(made), {"withdraw": "1", "seen": version(made)}, follow=True))
    assert "Отозвано: Матвеева М. М., 25.11.2026, со 2-го урока." in page
    assert deputy.get(page_of(made)).status_code == 404
    assert Substitution.objects.get().teacher == world.substitute


def test_of_two_leaders_the_second_is_told(world, deputy, login):
    made = recorded(world, world.teacher, TODAY)
    seen = version(made)
    deputy.post(page_of(made), sent(world, seen=seen))
    page = text(login(world.director).post(page_of(made), sent(world, note="отпуск", seen=seen)))
    assert "эту запись изменили" in page
    assert 'value="отпуск"' in page
    made.refresh_from_db()
    assert made.note == NOTE


# --- the lesson's place ---


def test_who_is_free_who_teaches_and_who_is_away(world, deputy):
    recorded(world, world.english_teacher, TODAY)
    worlds.lesson(world.maths_b, TODAY, world.slots[2])
    page = text(deputy.get(place_of(world.russian_lesson)))
    free, busy, away = (
        page.index(f'<optgroup label="{one}">')
        for one in ("Свободны", "Ведут в это время", "Отсутствуют")
    )
    assert (
        free < page.index(">Заменова З.<") < busy < page.index(">Матвеева М. М.: 5Б, Математика<")
    )
    assert away < page.index(">Англичанова А.<")
    assert ">Руссова Р. Р.<" not in page  # it is hers anyway
    form = {"deed": "substitute", "teacher": world.english_teacher.pk}
    page = text(deputy.post(place_of(world.russian_lesson), form))
    assert "В это время отсутствует: Англичанова А., 25.11.2026." in page


def test_a_deputy_joins_and_parts_lessons(world, deputy):
    other = worlds.lesson(world.maths_b, TODAY, world.slots[2])
    page = text(deputy.get(place_of(other)))
    key = f"{world.russian_lesson.pk}-{world.class_teacher.pk}"
    assert f'<option value="{key}">5А, Русский язык: Руссова Р. Р.</option>' in page
    page = text(deputy.post(place_of(other), {"deed": "join", "host": key}, follow=True))
    assert "Час считается за уроком: 5А, Русский язык. Оба урока проводит Руссова Р. Р." in page
    other.refresh_from_db()
    assert other.joined_to == world.russian_lesson
    assert Substitution.objects.get(lesson=other).teacher == world.class_teacher
    found = text(deputy.get(reverse("review_history"), {"journal": world.maths_b.pk}))
    assert "5А, Русский язык, 25.11.2026, 3-й урок" in found
    assert "Вместе с ним проводится" in text(deputy.get(place_of(world.russian_lesson)))
    page = text(deputy.get(place_of(other)))
    assert "час считается там" in page
    # No conflict: neither does she teach elsewhere then, nor are there others to join.
    assert "Ведут в это время" not in page
    assert "Провести вместе с другим уроком" not in page
    deputy.post(place_of(other), {"deed": "part"})
    other.refresh_from_db()
    assert other.joined_to is None
    assert not Substitution.objects.filter(lesson=other).exists()


def test_a_substitution_is_taken_back(world, deputy):
    page = text(
        deputy.post(place_of(world.substituted), {"deed": "withdraw_substitution"}, follow=True)
    )
    assert "Замена снята" in page
    assert not Substitution.objects.exists()
    page = text(deputy.post(place_of(world.substituted), {"deed": "withdraw_substitution"}))
    assert "Замены на этом уроке нет." in page


def test_nobody_gives_his_own_past_lesson_away(world, login):
    Role.objects.create(user=world.teacher, kind=Role.Kind.DEPUTY)
    form = {"deed": "substitute", "teacher": world.substitute.pk}
    browser = login(world.teacher)
    assert "ваше собственное дело (4.2)" in text(browser.post(place_of(world.lesson), form))
    browser.post(place_of(world.future_lesson), form)
    assert [row.lesson for row in Substitution.objects.order_by("pk")][1:] == [world.future_lesson]


# --- the administrator ---


def test_a_substitution_by_the_administrator_follows_as_well(world, login):
    made = recorded(world, world.teacher, TODAY)
    worlds.assign(world.class_teacher_b, world.maths_b)
    guest = worlds.lesson(world.maths_b, TODAY, world.slots[1])
    join_lessons(world.today_lesson, guest, world.class_teacher_b)
    admin = login(world.admin)
    path = reverse("admin:school_lesson_change", args=[world.today_lesson.pk])
    assert Substitution.objects.get(lesson=world.today_lesson).absence == made
    send(admin, path, form_of(admin.get(path)) | {"substitution-0-teacher": world.substitute.pk})
    assert Substitution.objects.get(lesson=world.today_lesson).absence == made
    assert Lesson.objects.get(pk=world.today_lesson.pk).joined_to is None


def test_only_leaders_learn_why(world, login, deputy):
    made = recorded(world, world.teacher, TODAY, note=NOTE)
    substitute(world.today_lesson, world.substitute)
    other = recorded(world, world.english_teacher, TODAY, note=NOTE)
    admin = login(world.admin)
    lesson = reverse("admin:school_lesson_change", args=[world.today_lesson.pk])
    data = form_of(admin.get(lesson)) | {"substitution-0-teacher": world.english_teacher.pk}
    told = [
        text(admin.get(lesson)),
        text(admin.post(lesson, data)),
        text(admin.get(reverse("admin:school_lesson_history", args=[world.today_lesson.pk]))),
        text(admin.post(reverse("admin:school_user_delete", args=[world.teacher.pk]))),
        text(login(world.teacher).get(reverse("lesson", args=[world.maths.pk, world.lesson.pk]))),
        text(login(world.substitute).get("/")),
        text(login(world.parent).get(reverse("diary_week", args=[world.ivanov.pk]))),
    ]
    assert "В это время отсутствует: Англичанова А." in told[1]
    assert not any(NOTE in page or "болезнь" in page.casefold() for page in told)
    found = text(deputy.get(reverse("review_history"), {"kind": "отсутствие учителя"}))
    assert NOTE in found
    assert "болезнь" in found
    assert text(deputy.get(page_of(other))).count(NOTE) > 0
    assert TeacherAbsence.objects.filter(pk=made.pk).exists()


# --- queries ---


def test_the_pages_ask_no_more_for_more(world, deputy):
    made = recorded(world, world.teacher, TODAY, day(11, 27))
    worlds.lesson(world.english, day(11, 27), world.slots[1])
    place = place_of(world.future_lesson)
    before = [queries_of(deputy, url) for url in (URL, page_of(made), place)]
    for number in (3, 4, 5):
        for journal in (world.maths, world.maths_b):
            lesson = worlds.lesson(journal, day(11, 27), world.slots[number])
        substitute(lesson, world.class_teacher_b)
    recorded(world, world.english_teacher, day(11, 24), day(11, 27))
    for number in range(5):
        worlds.pupil(f"more{number}", f"Новый{number}", "Ян", world.a5)
    worlds.lesson(world.maths_b, day(11, 27), world.slots[1])
    assert [queries_of(deputy, url) for url in (URL, page_of(made), place)] == before
