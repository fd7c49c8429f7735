"""Home, account, log-in, health, headers."""

import datetime

import pytest
from django.conf import settings
from django.test import Client

from journal_site.wsgi import application
from journals.actions.entries import save_cell, save_field
from journals.actions.review import excuse
from journals.actions.watch import sweep
from journals.models import LateEntry
from school.actions.lessons import substitute
from school.models import Lesson, SchoolYear, User
from school.queries.teaching import teachers_of_lessons
from tests import world as worlds
from tests.world import PASSWORD, day

# Of pages, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database


def home(client):
    return client.get("/").context


def test_a_teachers_day(world, login):
    seen = home(login(world.teacher))
    assert [(one.number, str(one.journal)) for one in seen["lessons"]] == [(2, "5А, Математика")]
    assert [(todo.name, todo.when) for todo in seen["lessons"][0].todo] == [
        ("присутствие", "до конца дня"),
        ("тема", "до конца дня"),
        ("домашнее задание", "до 13:10, ещё 1 ч 10 мин"),
    ]
    gaps = [(one.date, one.number) for one in seen["gaps"]]
    assert gaps == [(day(11, 23), 2), (day(11, 23), 3), (day(11, 5), 2)]  # also long ago
    assert seen["next_day"] == day(11, 27)


def test_what_is_written_is_missing_no_more(world, login):
    for field, text in (("topic", "Дроби"), ("homework", "-"), ("attendance", "все")):
        save_field(world.maths, world.today_lesson.pk, field, "", text)
    client = login(world.teacher)
    assert home(client)["lessons"][0].todo == []
    assert "всё записано" in client.get("/").content.decode()


def test_before_a_lesson_nothing_is_missing(world, login, noon):
    noon.move_to(datetime.datetime(2026, 11, 25, 6, 30, tzinfo=datetime.UTC))  # 9:30 in Moscow
    seen = home(login(world.teacher))["lessons"][0]
    assert (seen.todo, seen.is_past, seen.is_now) == ([], False, False)


def test_what_is_late_says_how_late_and_leads_to_its_place(world, login):
    gap = home(login(world.teacher))["gaps"][1]
    todo = {todo.name: todo for todo in gap.todo}["домашнее задание"]
    assert todo.when == "опоздание на 2 раб. дн."
    lesson = world.lesson_b
    assert todo.url == f"/journals/{lesson.journal_id}/?lesson={lesson.pk}#homework-{lesson.pk}"


def test_marks_may_take_their_days(world, login):
    save_field(world.maths, world.lesson.pk, "works", "", str(world.test.pk))
    todo = home(login(world.teacher))["gaps"][0].todo[-1]
    assert (todo.name, todo.when) == ("отметки: Контрольная работа", "до 26.11")
    assert todo.is_late is False
    save_cell(world.maths, world.lesson.pk, world.ivanov.pk, "", "4")
    assert "отметки: Контрольная работа" not in [
        todo.name for todo in home(login(world.teacher))["gaps"][0].todo
    ]


def test_what_is_excused_is_late_no_more(world, login):
    sweep()
    entries = LateEntry.objects.filter(lesson=world.lesson).values_list("pk", flat=True)
    excuse(list(entries), world.deputy, "болезнь")
    gap = home(login(world.teacher))["gaps"][0]
    assert {(todo.when, todo.is_late) for todo in gap.todo} == {("извинено", False)}


def test_a_journal_given_away_is_no_duty(world, login):
    lesson = worlds.lesson(world.maths, day(10, 5), world.slots[1])
    held = teachers_of_lessons(Lesson.objects.filter(pk=lesson.pk))
    assert world.other_teacher.pk in held[lesson.pk]
    assert home(login(world.other_teacher))["gaps"] == []


def test_a_new_year_begins_clean(world, login, noon):
    SchoolYear.objects.create(
        starts_on=datetime.date(2027, 9, 1), ends_on=datetime.date(2028, 5, 31)
    )
    noon.move_to(datetime.datetime(2027, 9, 10, 9, tzinfo=datetime.UTC))
    assert home(login(world.teacher))["gaps"] == []


@pytest.mark.parametrize("who", ["deputy", "director", "admin", "teacher"])
def test_a_production_calendar_that_is_not_known_is_told(world, login, noon, who):
    """From September on, to whoever can do something about it."""
    told = "Производственного календаря на 2098 год в этой версии журнала ещё нет"
    browser = login(getattr(world, who))
    assert told not in browser.get("/", follow=True).content.decode()
    noon.move_to(datetime.datetime(2098, 9, 1, 9, tzinfo=datetime.UTC))
    browser = login(getattr(world, who))
    assert (told in browser.get("/", follow=True).content.decode()) == (who != "teacher")


def test_a_substitution_goes_to_who_takes_it(world, login):
    substitute(world.today_lesson, world.english_teacher)
    assert home(login(world.teacher))["lessons"] == []
    taken = home(login(world.english_teacher))["lessons"]
    assert [one.is_substitution for one in taken] == [True]


def test_a_class_teacher_finds_the_class(world, login):
    seen = home(login(world.class_teacher))
    assert [str(one) for one in seen["classes"]] == ["5А"]


def test_the_link_leads_to_the_lessons_period(world, login):
    url = home(login(world.teacher))["lessons"][0].url
    assert url == f"/journals/{world.maths.pk}/?lesson={world.today_lesson.pk}"
    page = login(world.teacher).get(url)
    assert page.context["period"] == world.quarters[1]


# --- account ---


def log_in(client, username, password=PASSWORD):
    return client.post("/login/", {"username": username, "password": password})


def test_logging_in_and_out(world, client):
    assert log_in(client, "teacher").url == "/"
    assert client.get("/").status_code == 200
    client.post("/logout/")
    assert client.get("/").url == "/login/?next=/"


def test_a_login_in_capitals(world, client):
    assert log_in(client, "Teacher").status_code == 302


def test_a_wrong_password_is_told_in_russian(world, client):
    html = log_in(client, "teacher", "wrong").content.decode()
    assert "введите правильные" in html.lower()


def test_guessing_is_stopped(world, client):
    for _ in range(9):
        assert log_in(client, "teacher", "wrong").status_code == 200
    answer = log_in(client, "teacher", "wrong")
    assert answer.status_code == 429
    assert "Слишком много попыток" in answer.content.decode()
    assert log_in(client, "teacher").status_code == 429
    assert log_in(Client(REMOTE_ADDR="10.0.0.9"), "teacher").status_code == 302


def test_guessing_is_stopped_whatever_the_capitals(world, client):
    for login in ("teacher", "Teacher", "tEacher", "TEACHER", "teacheR") * 2:
        answer = log_in(client, login, "wrong")
    assert answer.status_code == 429


def test_behind_a_proxy_only_the_guesser_is_stopped(world, settings):
    settings.BEHIND_HTTPS = True
    for _ in range(10):
        answer = log_in(Client(headers={"X-Forwarded-For": "10.0.0.8"}), "teacher", "wrong")
    assert answer.status_code == 429
    assert log_in(Client(headers={"X-Forwarded-For": "10.0.0.9"}), "teacher").status_code == 302


def test_a_login_that_nobody_can_have(world, client):
    html = log_in(client, "я" * 300).content.decode()
    assert "не более 150 символов" in html


def test_a_new_password(world, login, client):
    mine = login(world.teacher)
    log_in(client, "teacher")
    data = {
        "old_password": PASSWORD,
        "new_password1": "fresh-words-17",
        "new_password2": "fresh-words-17",
    }
    html = mine.post("/account/", data, follow=True).content.decode()
    assert "Пароль изменён" in html
    assert client.get("/").status_code == 302  # the other browser is out
    assert log_in(Client(), "teacher", "fresh-words-17").status_code == 302


@pytest.mark.parametrize(
    ("who", "roles"),
    [
        ("deputy", "Заместитель директора"),
        ("class_teacher", "Классный руководитель (5А), Учитель-предметник"),
        ("parent", "Родитель"),
    ],
)
def test_the_account_page_tells_the_roles(world, login, who, roles):
    assert roles in login(getattr(world, who)).get("/account/").content.decode()


def wants_digest(user):
    return User.objects.get(pk=user.pk).wants_digest


def test_the_digest_is_turned_off_and_on(world, login):
    client = login(world.teacher)
    assert 'name="wants_digest"' in client.get("/account/").content.decode()
    html = client.post("/account/", {"digest": "1"}, follow=True).content.decode()
    assert "Сводка выключена." in html
    assert wants_digest(world.teacher) is False
    assert 'hint" checked>' not in html
    answer = client.post("/account/", {"digest": "1", "wants_digest": "on"})
    assert (answer.status_code, answer.url) == (302, "/account/")
    html = client.get("/account/").content.decode()
    assert "Сводка включена." in html
    assert wants_digest(world.teacher) is True
    assert 'hint" checked>' in html


def test_a_new_password_leaves_the_digest_alone(world, login):
    data = {
        "old_password": "wrong",
        "new_password1": "fresh-words-17",
        "new_password2": "fresh-words-17",
    }
    answer = login(world.teacher).post("/account/", data)
    assert answer.status_code == 200
    assert answer.context["form"].errors.keys() == {"old_password"}
    assert wants_digest(world.teacher) is True


@pytest.mark.parametrize(
    ("who", "lessons", "morning"),
    [
        ("teacher", True, False),
        ("substitute", True, False),
        ("class_teacher_b", True, False),
        ("deputy", False, True),
        ("parent", False, False),
        ("admin", False, False),
    ],
)
def test_the_digest_is_offered_to_whom_it_is_for(world, login, who, lessons, morning):
    html = login(getattr(world, who)).get("/account/").content.decode()
    assert ("После ваших уроков" in html) is lessons
    assert ("Утром рабочего дня" in html) is morning
    assert ("Сводка по почте" in html) is (lessons or morning)


def test_the_account_page_tells_the_address(world, login):
    assert "Адреса у вас нет" in login(world.teacher).get("/account/").content.decode()
    User.objects.filter(pk=world.teacher.pk).update(email="teacher@school.example")
    html = login(world.teacher).get("/account/").content.decode()
    assert "<b>teacher@school.example</b>. Его меняет администратор" in html
    assert "Адреса у вас нет" not in html


# --- the site ---


def test_health(client, db):
    assert client.get("/health/").json() == {"status": "ok"}


def test_headers_of_every_page(world, login, client):
    for answer in (login(world.teacher).get("/"), client.get("/login/")):
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Frame-Options"] == "DENY"
    assert login(world.teacher).get("/").headers["Cache-Control"] == "private, no-store"


def test_pages_hold_no_inline_script_or_style(world, login):
    client = login(world.teacher)
    for path in ("/", "/journals/", f"/journals/{world.maths.pk}/", "/account/"):
        html = client.get(path).content.decode()
        assert " style=" not in html
        assert "<style" not in html
        assert "<script>" not in html
        assert " onclick=" not in html


def test_a_missing_page_is_russian(world, login):
    answer = login(world.teacher).get("/nowhere/")
    assert answer.status_code == 404
    assert "Такой страницы нет" in answer.content.decode()


def test_the_school_year_is_over(world, login, noon):
    """In July the pages still open and show the year that ended."""
    noon.move_to(datetime.datetime(2027, 7, 1, 9, tzinfo=datetime.UTC))
    client = login(world.teacher)
    assert client.get("/").status_code == 200
    page = client.get(f"/journals/{world.maths.pk}/")
    assert page.context["period"] == world.quarters[3]
    assert login(world.parent).get(f"/diary/{world.ivanov.pk}/").status_code == 200


def test_an_empty_school_opens(db, login):
    person = worlds.user("first")
    person.is_superuser = True
    person.save()
    client = login(person)
    assert "Шесть вопросов" in client.get("/").content.decode()
    assert client.get("/admin/").status_code == 200
    assert client.get("/journals/").status_code == 200


def test_the_stylesheet_closes_what_it_opens():
    css = (settings.BASE_DIR / "static/css/journal.css").read_text()
    assert css.count("{") == css.count("}")


@pytest.mark.parametrize(
    "content_type",
    [
        "multipart/form-data",
        "multipart/form-data; boundary=",
        "application/x-www-form-urlencoded; charset=windows-1251",
        "application/x-www-form-urlencoded; charset=utf-7",
    ],
)
@pytest.mark.parametrize(("path", "status"), [("/login/", 400), ("/", 400), ("/nosuch/", 404)])
def test_a_form_that_cannot_be_read_is_told_so(world, login, path, status, content_type):
    client = Client(enforce_csrf_checks=True)
    client.force_login(world.teacher, backend="django.contrib.auth.backends.ModelBackend")
    client.cookies["csrftoken"] = "a" * 32
    answer = client.post(path, b"a=b", content_type=content_type)
    assert answer.status_code in (status, 400, 403)
    assert "Электронный журнал" in answer.content.decode()


@pytest.mark.parametrize("charset", ["undefined", "base64", "idna", "windows-1251"])
@pytest.mark.parametrize("path", ["/login/", "/account/", "/review/late/"])
def test_a_form_with_files_in_another_charset_is_told_so(world, login, path, charset):
    client = login(world.deputy)
    sent = f"multipart/form-data; boundary=x; charset={charset}"
    body = b'--x\r\nContent-Disposition: form-data; name="a"\r\n\r\n1\r\n--x--\r\n'
    answer = client.generic("POST", path, body, content_type=sent)
    assert answer.status_code == 400
    assert "Запрос не понят" in answer.content.decode()


@pytest.mark.parametrize("charset", ["base64", "undefined", "utf-16", "nosuch", "utf-8", "UTF8"])
@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_an_address_in_another_charset_is_none(db, rf, method, content_type, charset):
    """Asked of the server's own entry: Django reads the address before any middleware."""
    environ = rf.generic(method, "/login/?next=%2F&a=%FF", b"--x--").environ
    environ["CONTENT_TYPE"] = f"{content_type}; charset={charset}"
    told = {}
    answer = application(environ, lambda status, headers: told.update(headers, status=status))
    page = b"".join(answer).decode()
    is_ours = charset in ("utf-8", "UTF8")
    assert ("Запрос не понят" in page) == (not is_ours)
    assert told["status"][:3] == ({"GET": "200", "POST": "403"}[method] if is_ours else "400")
    assert "Content-Security-Policy" in told


def test_the_pages_of_errors_promise_only_what_is_true(world, login, monkeypatch):
    """Nobody knows here whether the browser keeps anything: most forms of most people are not."""
    broken = login(world.teacher)
    broken.raise_request_exception = False
    monkeypatch.setattr("journal_site.views.teacher_day", lambda *args: 1 / 0)
    texts = {500: broken.get("/").content.decode()}
    forged = Client(enforce_csrf_checks=True)
    texts[403] = forged.post("/login/", {"username": "teacher"}).content.decode()
    texts[404] = broken.get("/nosuch/").content.decode()
    assert "могло не записаться" in texts[500]
    assert "Ничего не записано" in texts[403]
    for text in texts.values():
        assert not any(word in text for word in ("отправится само", "хранится в браузере"))
