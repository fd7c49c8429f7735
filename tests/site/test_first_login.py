"""From the slip to the first page: a password of one's own, the agreements, the way back."""

import datetime

import pytest
from django.core import mail
from django.test import Client

from journal_site.actions import send_way_back
from school.actions.agreements import answer, publish
from school.actions.slips import make_slips
from school.models import Agreement, AgreementText, Slip
from tests.world import PASSWORD, TODAY, day

SLIP = "k7mh-2qxd-9wtr"
OWN = "синий чайник река"
DATA, ACCOUNT = AgreementText.Kind.DATA, AgreementText.Kind.ACCOUNT


@pytest.fixture
def slip(world):
    make_slips({world.parent.pk: SLIP}, world.admin)
    return Slip.objects.get()


def log_in(password, username="parent", client=None):
    """(browser, its answer) of who fills in the form of log-in."""
    client = client or Client()
    return client, client.post("/login/", {"username": username, "password": password})


def send(browser, path, **data):
    """A form as a page of the person who is logged in sends it."""
    drawn_for = browser.session["_auth_user_id"]
    return browser.post(path, data | {"drawn_for": drawn_for}, follow=True)


@pytest.fixture
def texts(world):
    return {kind: publish(kind, f"Текст о {kind}", day(9, 1)) for kind in (ACCOUNT, DATA)}


def agree(browser, *texts):
    return send(browser, "/account/agreements/", **{str(one.pk): "on" for one in texts})


# --- a password of one's own ---


def test_nothing_opens_before_a_password_of_ones_own(world, slip):
    browser, came = log_in(SLIP.upper().replace("-", " "))
    assert came.url == "/"
    for path in ("/", "/diary/", f"/diary/{world.ivanov.pk}/", "/account/", "/account/agreements/"):
        assert browser.get(path).url == "/account/first/", path
    assert browser.get("/diary/", headers={"accept": "application/json"}).status_code == 401
    page = browser.get("/account/first/").content.decode()
    assert "Здравствуйте, <b>Иванова Инна</b>" in page
    assert "<nav" not in page
    assert send(browser, "/account/first/", password=OWN).redirect_chain[-1][0].startswith("/diary")
    assert browser.get("/account/").status_code == 200
    slip.refresh_from_db()
    assert slip.opened_at is not None
    row = world.parent.history.order_by("-history_id").first()
    assert (row.password_set, row.history_user) == (True, world.parent)
    assert log_in(OWN)[1].status_code == 302


@pytest.mark.parametrize(
    ("password", "told"),
    [
        ("", "Обязательное поле"),
        ("коротко", "слишком короткий"),
        ("12345678901", "только из цифр"),
        ("Пароль123", "пробуют первым"),
        ("Иванова2026", "из имени, логина или названия школы"),
        ("интернат школа", "из имени, логина или названия школы"),
    ],
)
def test_what_is_no_password(world, slip, password, told):
    browser, _ = log_in(SLIP)
    page = send(browser, "/account/first/", password=password)
    assert told in page.content.decode()
    assert f'value="{password}"' in page.content.decode() or not password
    check = send(browser, "/account/first/check/", password=password).json()
    assert told in " ".join(check["wrong"])
    world.parent.refresh_from_db()
    assert not world.parent.has_usable_password()


def test_a_used_slip_is_told_to_its_holder_alone(world, slip):
    browser, _ = log_in(SLIP)
    other, _ = log_in(SLIP)
    send(browser, "/account/first/", password=OWN)
    assert "/login/" in other.get("/account/first/").url  # the slip was used meanwhile
    page = log_in(SLIP)[1].content.decode()
    assert "листок уже использован 25.11.2026 в 12:00" in page
    for password in ("aaaa-bbbb-cccc", PASSWORD):
        assert "уже использован" not in log_in(password)[1].content.decode()


def test_a_slip_that_was_not_used_up_still_opens(world, slip):
    log_in(SLIP)
    browser, _ = log_in(SLIP)
    assert browser.get("/").url == "/account/first/"


def test_wrong_passwords_of_slips_are_counted_like_others(world, slip):
    for _ in range(10):
        page = log_in("aaaa-bbbb-cccc")[1]
    assert page.status_code == 429
    assert log_in(SLIP)[1].status_code == 429


def test_who_was_closed_does_not_get_in_by_a_slip(world, slip):
    world.parent.is_active = False
    world.parent.save()
    assert log_in(SLIP)[1].status_code == 200


# --- agreements ---


def test_nobody_is_asked_where_nothing_is_published(world):
    assert log_in(PASSWORD)[1].url == "/"
    browser, _ = log_in(PASSWORD)
    assert browser.get("/account/").status_code == 200


def test_a_parent_agrees_for_the_children(world, texts):
    browser, _ = log_in(PASSWORD)
    assert browser.get("/diary/").url == "/account/agreements/"
    page = browser.get("/account/agreements/").content.decode()
    assert "Иванов Иван, Сидоров Семён" in page
    page = agree(browser, texts[ACCOUNT]).content.decode()
    assert page.count("Без согласия журнал не откроется") == 1
    assert not Agreement.objects.exists()
    page = agree(browser, *texts.values())
    assert page.redirect_chain[-1][0].startswith("/diary")
    given = Agreement.objects.filter(person=world.parent, is_given=True)
    assert {one.text.kind for one in given} == {"account", "data"}
    assert {one.address for one in given} == {"127.0.0.1"}
    assert log_in(PASSWORD)[0].get("/account/").status_code == 200  # asked once


@pytest.mark.parametrize(
    ("who", "kinds"),
    [("ivanov", ["account"]), ("teacher", ["account", "data"]), ("admin", ["account", "data"])],
)
def test_who_is_asked_for_what(world, texts, who, kinds):
    browser, _ = log_in(PASSWORD, who)
    questions = browser.get("/account/agreements/").context["questions"]
    assert [one.text.kind for one, _ in questions] == kinds


def test_a_text_is_asked_once_more_when_it_changes_at_the_next_log_in(world, texts):
    for one in texts.values():
        answer(world.parent, one, is_given=True)
    browser, _ = log_in(PASSWORD)
    publish(DATA, "Другой текст", TODAY)
    publish(ACCOUNT, "Другой текст", TODAY + datetime.timedelta(days=1))
    assert browser.get("/account/").status_code == 200
    browser, _ = log_in(PASSWORD)
    questions = browser.get("/account/agreements/").context["questions"]
    assert [(one.text.kind, one.text.version) for one, _ in questions] == [("data", 2)]


def test_who_has_read_one_text_has_not_agreed_to_the_next(world, texts):
    browser, _ = log_in(PASSWORD)
    changed = publish(DATA, "Другой текст", TODAY)
    page = agree(browser, *texts.values()).content.decode()
    assert "Другой текст" in page
    assert not Agreement.objects.filter(text=changed).exists()
    agree(browser, texts[ACCOUNT], changed)
    assert browser.get("/account/").status_code == 200


def test_who_refuses_gets_paper_and_may_change_his_mind(world, texts, login):
    browser, _ = log_in(PASSWORD)
    page = send(browser, "/account/agreements/", refuse="1")
    assert page.redirect_chain[-1][0] == "/account/on-paper/"
    assert "2.12" in page.content.decode()
    assert browser.get("/diary/").url == "/account/agreements/"
    page = login(world.admin).get("/setup/agreements/").content.decode()
    assert "Не согласились: 1" in page
    assert "Иванова Инна" in page
    browser, _ = log_in(PASSWORD)
    agree(browser, *texts.values())
    assert browser.get("/account/").status_code == 200
    (given,) = Agreement.objects.filter(text=texts[DATA])
    assert [one.is_given for one in given.history.order_by("history_id")] == [False, True]


def test_a_first_log_in_with_agreements(world, slip, texts):
    browser, _ = log_in(SLIP)
    assert "Шаг 1 из 2" in browser.get("/account/first/").content.decode()
    page = send(browser, "/account/first/", password=OWN)
    assert page.redirect_chain[-1][0] == "/account/agreements/"


def test_the_administrator_publishes(world, login):
    browser = login(world.admin)
    page = browser.get("/setup/agreements/").content.decode()
    assert "Школа-интернат № 1 хранит" in page
    assert page.count("не опубликовано") == 2
    data = {"kind": "data", "text": "Наш текст", "starts_on": "2026-11-25"}
    assert browser.post("/setup/agreements/", data).status_code == 302
    assert AgreementText.objects.get().history.get().history_user == world.admin
    for wrong, told in [
        ({}, "Этот текст уже опубликован."),
        ({"text": " "}, "Обязательное поле."),
        ({"text": "Иной", "starts_on": "2026-11-24"}, "Не раньше предыдущей версии: 25.11.2026."),
        ({"text": "Иной", "starts_on": "x"}, "Введите правильную дату."),
    ]:
        page = browser.post("/setup/agreements/", data | wrong)
        assert told in page.content.decode()
    assert AgreementText.objects.count() == 1


# --- the way back ---


def test_everybody_gets_the_same_answer(world):
    pages = {
        Client().post("/login/forgotten/", {"known_by": text}).content
        for text in ("teacher", "nobody-at-all", "someone@example.org")
    }
    assert len(pages) == 1
    assert "классный руководитель" in pages.pop().decode()


def test_a_letter_leads_back(world):
    world.teacher.email = "maria@school.example"
    world.teacher.save()
    assert send_way_back("nobody-at-all") == send_way_back("parent") == 0  # no address
    assert send_way_back(" Teacher ") == 1
    assert send_way_back("maria@school.example") == 0  # a letter has just gone out
    (letter,) = mail.outbox
    assert letter.to == ["maria@school.example"]
    assert letter.subject == "Журнал: новый пароль"
    (address,) = [line for line in letter.body.splitlines() if "/login/reset/" in line]
    path = address.removeprefix("http://127.0.0.1:8000")
    browser = Client()
    form = browser.get(path).url
    assert "пробуют первым" in browser.post(form, {"password": "Пароль123"}).content.decode()
    assert browser.post(form, {"password": OWN}).url == "/login/"
    assert log_in(OWN, "teacher")[1].status_code == 302
    assert "больше не действует" in Client().get(path).content.decode()


def test_who_holds_a_slip_has_no_password_to_forget(world, slip):
    type(world.parent).objects.filter(pk=world.parent.pk).update(email="inna@example.org")
    assert send_way_back("parent") == 0
