"""The journal of log-ins, own sessions, and how an idle one ends."""

import datetime
import logging

import pytest
from axes.models import AccessAttempt
from django.core import mail
from django.core.management import call_command
from django.test import Client

from journal_site import login_actions
from journal_site.actions import send_new_devices
from journal_site.models import LoginEvent, LoginSession
from school.models import School, User
from tests import world as worlds
from tests.world import NOON, PASSWORD, queries_of

CHROME = "Mozilla/5.0 (Windows NT 6.1) AppleWebKit/537.36 Chrome/109.0.0.0 Safari/537.36"
PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) Version/17.5 Safari/604.1"
MINUTE = datetime.timedelta(minutes=1)


@pytest.fixture(autouse=True)
def quiet_axes(caplog):
    caplog.set_level(logging.ERROR, "axes")


def browser(agent=CHROME, address="10.0.0.7", person=None, **headers):
    headers = {"accept": "text/html", "user-agent": agent, **headers}
    if person:
        headers["x-drawn-for"] = str(person.pk)
    return Client(headers=headers, REMOTE_ADDR=address)


def enter(client, username="teacher", password=PASSWORD, **more):
    return client.post("/login/", {"username": username, "password": password, **more})


def lines(**asked):
    return list(LoginEvent.objects.filter(**asked).order_by("pk").values_list("kind", "times"))


def test_who_when_and_from_where(world):
    enter(browser())
    line = LoginEvent.objects.get()
    assert (line.user, line.kind, line.at) == (world.teacher, "entered", NOON)
    assert (line.device, line.address, line.is_new_device) == (
        "Windows 7, Chrome",
        "10.0.0.7",
        False,  # the first at all is no news
    )


def test_wrong_passwords_from_one_place_are_one_line(world):
    client = browser()
    for _ in range(3):
        enter(client, password="wrong")
    enter(browser(address="10.0.0.8"), password="wrong")
    assert lines(user=world.teacher) == [("wrong", 3), ("wrong", 1)]


def test_a_login_that_there_is_not_is_kept_nowhere(world):
    """People type their password there."""
    enter(browser(), username="my-Secret-1", password="x")
    assert lines(user=None) == [("wrong", 1)]
    kept = [*LoginEvent.objects.values(), *AccessAttempt.objects.values()]
    assert len(kept) == 2
    assert "secret" not in str(kept).lower()


def test_a_closed_log_in_is_told_and_tries_while_it_is_closed_too(world):
    client = browser()
    answers = [enter(client, password="wrong").status_code for _ in range(11)]
    assert answers == [200] * 9 + [429] * 2
    assert lines(user=world.teacher) == [("wrong", 9), ("locked", 2)]  # the tenth closes it
    assert enter(client).status_code == 429  # the right one neither


def test_a_login_is_closed_however_it_is_written(world):
    client = browser()
    for username in ["teacher", " Teacher", "TEACHER"] * 4:
        answer = enter(client, username=username, password="wrong")
    assert answer.status_code == 429


def test_a_new_device_is_told_by_letter_and_at_home_until_its_owner_knows(world, noon):
    User.objects.filter(pk=world.parent.pk).update(email="parent@example.com")
    known = browser(person=world.parent)
    enter(known, "parent")
    noon.shift(MINUTE)
    enter(browser(PHONE, "198.51.100.7"), "parent")
    assert LoginEvent.objects.get(is_new_device=True).device == "iPhone, Safari"

    assert (send_new_devices(), send_new_devices()) == (1, 0)
    assert "iPhone, Safari, адрес 198.51.100.7" in mail.outbox[0].body
    assert "Вход с нового устройства: iPhone" in known.get("/", follow=True).text
    assert "Это были вы?" in known.get("/account/sessions/").text
    known.post("/account/sessions/", {"known": "1"})
    assert "нового устройства" not in known.get("/", follow=True).text


@pytest.mark.parametrize(
    ("agent", "address", "keeps_cookies", "is_new"),
    [
        (CHROME, "198.51.100.7", True, False),  # the laptop was taken home
        (CHROME, "10.0.0.7", False, False),  # a browser that forgets its cookies, at its place
        (CHROME, "198.51.100.7", False, True),
        (PHONE, "10.0.0.7", False, True),
    ],
)
def test_which_device_is_new(world, agent, address, keeps_cookies, is_new):
    first = browser()
    enter(first)
    again = browser(agent, address)
    if keeps_cookies:
        again.cookies["device"] = first.cookies["device"].value
    enter(again)
    assert LoginEvent.objects.latest("pk").is_new_device is is_new


def test_the_journal_is_kept_for_a_year(world, noon):
    enter(browser())
    noon.shift(datetime.timedelta(days=364))
    enter(browser(), "deputy")
    assert login_actions.forget_old_events() == 0
    noon.shift(datetime.timedelta(days=2))
    assert login_actions.forget_old_events() == 1
    assert LoginEvent.objects.get().user == world.deputy


def test_the_administrator_finds_log_ins_by_person(world, login):
    enter(browser(), "teacher")
    enter(browser(), "ivanov", "wrong")
    enter(browser(), "not-there", "wrong")
    admin = login(world.admin)
    everything = admin.get("/setup/accounts/log/").text
    assert "Матвеева" in everything
    assert "логина, которого нет" in everything
    found = admin.get("/setup/accounts/log/?q=иванов+5а").text
    assert "Иванов Иван" in found
    assert "Матвеева" not in found
    failed = admin.get("/setup/accounts/log/?only=failed").text
    assert "неверный пароль" in failed
    assert "Матвеева" not in failed


def test_the_queries_of_the_pages_do_not_grow(world, login):
    admin, own = login(world.admin), login(world.teacher)
    enter(browser())
    few = queries_of(admin, "/setup/accounts/log/"), queries_of(own, "/account/sessions/")
    for place in range(12):
        enter(browser(address=f"10.0.1.{place}"), "teacher")
        enter(browser(address=f"10.0.1.{place}"), "ivanov", "wrong")
    many = queries_of(admin, "/setup/accounts/log/"), queries_of(own, "/account/sessions/")
    assert many == few


# --- own sessions ---


def test_one_ends_another_session_of_ones_own(world):
    here, there = browser(person=world.teacher), browser(PHONE, person=world.teacher)
    enter(here)
    enter(there)
    page = here.get("/account/sessions/")
    (name,) = [name for _, name, is_this in page.context["sessions"] if not is_this]
    assert "этот вход" in page.text
    assert there.cookies["sessionid"].value not in page.text  # it would open the session
    here.post("/account/sessions/", {"session": name})
    assert there.get("/journals/").status_code == 302
    assert here.get("/journals/").status_code == 200


def test_out_everywhere_leaves_this_one_and_other_people(world):
    here, there = browser(person=world.teacher), browser(PHONE, person=world.teacher)
    stranger = browser(person=world.deputy)
    enter(here)
    enter(there)
    enter(stranger, "deputy")
    here.post("/account/sessions/", {"everywhere": "1"})
    assert here.get("/journals/").status_code == 200
    assert there.get("/journals/").status_code == 302
    assert stranger.get("/journals/").status_code == 200


def test_nobody_ends_the_session_of_another(world):
    there, mine = browser(person=world.teacher), browser(person=world.deputy)
    enter(there)
    enter(mine, "deputy")
    session = LoginSession.objects.get(user=world.teacher)
    mine.post("/account/sessions/", {"session": login_actions.session_name(session)})
    assert there.get("/journals/").status_code == 200


def test_a_new_password_keeps_this_session_and_what_it_says(world):
    client = browser(person=world.teacher)
    enter(client)
    new = {"new_password1": "Sinie-kity-7", "new_password2": "Sinie-kity-7"}
    client.post("/account/", {"old_password": PASSWORD, **new})
    (session,) = LoginSession.objects.filter(user=world.teacher)
    assert session.device == "Windows 7, Chrome"
    assert client.get("/journals/").status_code == 200


# --- idle ends ---


@pytest.mark.parametrize(
    ("username", "is_shared", "minutes", "is_in"),
    [
        ("teacher", False, 59, True),
        ("teacher", False, 61, False),
        ("admin", False, 61, False),
        ("teacher", True, 14, True),
        ("teacher", True, 16, False),
        ("parent", False, 24 * 60, True),
        ("parent", True, 16, False),
    ],
)
def test_an_idle_session_ends(world, noon, username, is_shared, minutes, is_in):
    client = browser()
    enter(client, username, **({"is_shared": "on"} if is_shared else {}))
    noon.shift(minutes * MINUTE)
    assert (client.get("/account/").status_code == 200) is is_in


def test_who_does_something_stays_and_the_school_says_how_long(world, noon, login):
    School.objects.update(idle_minutes=20)
    client = browser()
    enter(client)
    for _ in range(4):
        noon.shift(15 * MINUTE)
        assert client.get("/account/").status_code == 200
    noon.shift(21 * MINUTE)
    assert client.get("/account/").status_code == 302


def test_what_a_page_asks_for_by_itself_keeps_nobody_logged_in(world, noon):
    client = browser()
    enter(client, "deputy")
    for _ in range(4):
        noon.shift(14 * MINUTE)
        assert client.get("/desk/today/").status_code == 200
    noon.shift(14 * MINUTE)
    assert client.get("/desk/today/").status_code == 302


def test_a_script_is_told_that_the_session_is_over(world, noon):
    client = browser(person=world.teacher)
    enter(client)
    noon.shift(61 * MINUTE)
    cell = {"lesson": world.lesson.pk, "student": world.ivanov.pk, "was": "", "text": "5"}
    address = f"/journals/{world.maths.pk}/cells/"
    answer = client.post(address, cell, headers={"accept": "application/json"})
    assert answer.status_code == 401


def test_a_computer_of_others_keeps_nothing_after_the_browser_is_closed(world):
    client = browser()
    enter(client, is_shared="on")
    assert client.cookies["sessionid"]["max-age"] == ""
    assert client.cookies["device"]["max-age"] == ""
    own = browser()
    enter(own)
    assert own.cookies["sessionid"]["max-age"] == 14 * 24 * 3600


def test_the_password_is_asked_for_by_a_script(world):
    client = Client(headers={"accept": "application/json"})
    wrong = enter(client, password="wrong")
    assert (wrong.status_code, "пароль" in wrong.json()["message"].lower()) == (422, True)
    assert enter(client).json() == {"user": str(world.teacher.pk)}


def test_the_school_sets_its_rules(world, login):
    admin = login(world.admin)
    admin.post("/setup/accounts/rules/", {"idle_minutes": "30"})
    assert School.objects.get().idle_minutes == 30
    refused = admin.post("/setup/accounts/rules/", {"idle_minutes": "5"})
    assert School.objects.get().idle_minutes == 30
    assert "15" in refused.text
    assert School.history.first().history_user == world.admin


def test_old_sessions_are_cleared(world):
    worlds.log_in(Client(), world.teacher)
    LoginSession.objects.update(expire_date=NOON - MINUTE)
    call_command("clearsessions")
    assert not LoginSession.objects.exists()
