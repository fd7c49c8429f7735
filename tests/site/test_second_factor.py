"""The second step of a log-in."""

import datetime
import logging
import re

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone

from journal_site.models import LoginSession, SecondFactor
from school.actions.slips import make_slips
from school.models import School
from school.rules import codes
from tests.site.test_first_login import SLIP
from tests.site.test_log_ins import MINUTE, browser, enter, lines
from tests.world import PASSWORD

HALF_A_MINUTE = datetime.timedelta(seconds=30)
ADDRESS = "/account/second-factor/"


@pytest.fixture(autouse=True)
def quiet_axes(caplog):
    caplog.set_level(logging.ERROR, "axes")


def app_code(secret, now):
    return codes.code_at(secret, codes.step_at(now))


def set_up(client, clock):
    """The second step of who is logged in: (its secret, its spare codes)."""
    client.post(ADDRESS, {"deed": "begin", "password": PASSWORD})
    page = client.get(ADDRESS).text
    secret = re.search(r'class="secret">([A-Z2-7]{32})<', page).group(1)
    page = client.post(ADDRESS, {"deed": "prove", "code": app_code(secret, timezone.now())}).text
    clock.shift(HALF_A_MINUTE)  # that code is used
    return secret, re.findall(r"<code>([a-z2-9-]{11})</code>", page)


@pytest.fixture
def deputy(world, noon):
    """A browser in which the deputy has set up the second step; (secret, spare codes)."""
    client = browser(person=world.deputy)
    enter(client, "deputy")
    return set_up(client, noon)


def is_in(client):
    return client.get("/account/").status_code == 200


def test_the_code_is_asked_after_the_password(world, noon, deputy):
    secret, _ = deputy
    client = browser()
    answer = enter(client, "deputy")
    assert answer["location"] == "/login/code/"
    assert not is_in(client)
    client.post("/login/code/", {"code": app_code(secret, timezone.now())})
    assert is_in(client)
    assert lines(user=world.deputy)[-1] == ("with_code", 1)


def test_a_code_is_taken_once_and_one_of_yesterday_never(world, noon, deputy):
    secret, _ = deputy
    code = app_code(secret, timezone.now())
    for is_taken in (True, False):
        client = browser()
        enter(client, "deputy")
        answer = client.post("/login/code/", {"code": code})
        assert is_in(client) is is_taken
    assert "Каждый код принимается один раз" in answer.text
    noon.shift(datetime.timedelta(days=1))
    old = browser()
    enter(old, "deputy")
    assert "Код не подошёл" in old.post("/login/code/", {"code": code}).text


def test_a_spare_code_opens_once(world, noon, deputy):
    _, spare = deputy
    assert len(spare) == 10
    for is_taken in (True, False):
        client = browser()
        enter(client, "deputy")
        client.post("/login/code/", {"code": spare[0].upper().replace("-", " ")})
        assert is_in(client) is is_taken
    assert len(SecondFactor.objects.get().spare) == 9
    assert ("with_spare", 1) in lines(user=world.deputy)


def test_codes_can_not_be_tried_out(world, noon, deputy):
    secret, _ = deputy
    client = browser()
    enter(client, "deputy")
    for _ in range(5):
        client.post("/login/code/", {"code": "000000"})
    enter(other := browser(address="198.51.100.9"), "deputy")  # from another address neither
    answer = other.post("/login/code/", {"code": app_code(secret, timezone.now())})
    assert "Слишком много неверных кодов" in answer.text
    assert not is_in(other)
    assert lines(user=world.deputy, kind="wrong_code") == [("wrong_code", 5)]
    noon.shift(16 * MINUTE)
    enter(other, "deputy")
    other.post("/login/code/", {"code": app_code(secret, timezone.now())})
    assert is_in(other)  # nobody is locked out for good


def test_a_code_without_a_password_just_given_opens_nothing(world, noon, deputy):
    secret, _ = deputy
    client = browser()
    assert client.get("/login/code/")["location"] == "/login/"
    enter(client, "deputy")
    noon.shift(6 * MINUTE)
    answer = client.post("/login/code/", {"code": app_code(secret, timezone.now())})
    assert (answer["location"], is_in(client)) == ("/login/", False)


def test_a_script_asks_for_both(world, noon, deputy):
    secret, _ = deputy
    client = Client(headers={"accept": "application/json"})
    assert enter(client, "deputy").json() == {"asks": "code"}
    assert client.post("/login/code/", {"code": "000000"}).status_code == 422
    answer = client.post("/login/code/", {"code": app_code(secret, timezone.now())})
    assert answer.json() == {"user": str(world.deputy.pk)}


def test_the_picture_is_there_only_while_it_is_set_up(world, noon):
    client = browser(person=world.teacher)
    enter(client)
    client.post(ADDRESS, {"deed": "begin", "password": "wrong"})
    assert client.get(f"{ADDRESS}qr.svg").status_code == 404
    client.post(ADDRESS, {"deed": "begin", "password": PASSWORD})
    picture = client.get(f"{ADDRESS}qr.svg")
    assert picture["content-type"] == "image/svg+xml"
    assert picture["cache-control"] == "private, no-store"
    assert b"<script" not in picture.content
    refused = client.post(ADDRESS, {"deed": "prove", "code": "000000"}).text
    assert "Код не подошёл" in refused
    assert not SecondFactor.objects.exists()


def test_it_ends_other_sessions_and_is_in_the_history_without_its_secrets(world, noon):
    other, client = browser(), browser(person=world.teacher)
    enter(other)
    enter(client)
    secret, spare = set_up(client, noon)
    assert not is_in(other)
    assert is_in(client)
    row = SecondFactor.history.get()
    assert (row.history_type, row.history_user) == ("+", world.teacher)
    assert secret not in str(SecondFactor.history.values())
    assert spare[0] not in str(SecondFactor.objects.values())
    assert ("factor_on", 1) in lines(user=world.teacher)


def test_new_spare_codes_end_the_old(world, noon, deputy):
    secret, spare = deputy
    client = browser(person=world.deputy)
    enter(client, "deputy")
    client.post("/login/code/", {"code": app_code(secret, timezone.now())})
    client.post(ADDRESS, {"deed": "spare", "password": PASSWORD})
    again = browser()
    enter(again, "deputy")
    again.post("/login/code/", {"code": spare[0]})
    assert not is_in(again)


def required(world, clock):
    """The administrator has a second step and asks one of leaders."""
    client = browser(person=world.admin)
    enter(client, "admin")
    set_up(client, clock)
    client.post("/setup/accounts/rules/", {"idle_minutes": "60", "wants_second_factor": "on"})
    assert School.objects.get().wants_second_factor
    return client


def test_who_asks_it_of_others_has_it_himself(world, login):
    admin = login(world.admin)
    asked = {"idle_minutes": "60", "wants_second_factor": "on"}
    answer = admin.post("/setup/accounts/rules/", asked)
    assert "Сначала включите второй шаг у себя" in answer.text
    assert not School.objects.get().wants_second_factor


def test_where_it_is_required_nothing_else_opens(world, noon):
    before = browser(person=world.director)
    enter(before, "director")
    teacher = browser()
    enter(teacher)
    required(world, noon)
    assert not is_in(before)  # asked at once
    assert is_in(teacher)  # of leaders and administrators alone

    enter(before, "director")
    assert before.get("/journals/")["location"] == ADDRESS
    script = before.get("/desk/today/", headers={"accept": "application/json"})
    assert script.status_code == 403
    set_up(before, noon)
    assert before.get("/journals/").status_code == 200


def test_who_leads_no_more_is_not_kept_at_it(world, noon):
    required(world, noon)
    client = browser(person=world.director)
    enter(client, "director")
    assert client.get("/journals/")["location"] == ADDRESS
    world.director.roles.all().delete()
    enter(client, "director")
    assert client.get("/account/").status_code == 200


def test_a_leader_with_a_slip_chooses_a_password_before(world, noon):
    required(world, noon)
    make_slips({world.director.pk: SLIP}, world.admin)
    came = browser()
    enter(came, "director", SLIP)
    assert came.get("/journals/")["location"] == "/account/first/"
    assert came.get("/account/first/").status_code == 200
    data = {"password": "синий чайник река", "drawn_for": world.director.pk}
    came.post("/account/first/", data)
    assert came.get("/journals/")["location"] == ADDRESS
    assert came.get(ADDRESS).status_code == 200


def test_a_required_one_can_not_be_removed(world, noon):
    client = required(world, noon)
    assert "Убрать его нельзя" in client.get(ADDRESS).text
    answer = client.post(ADDRESS, {"deed": "remove", "password": PASSWORD})
    assert answer.status_code == 403
    assert SecondFactor.objects.filter(user=world.admin).exists()


def test_one_of_ones_own_will_can(world, noon):
    client = browser(person=world.teacher)
    enter(client)
    set_up(client, noon)
    client.post(ADDRESS, {"deed": "remove", "password": PASSWORD})
    assert not SecondFactor.objects.exists()
    assert SecondFactor.history.first().history_type == "-"
    fresh = browser()
    enter(fresh)
    assert is_in(fresh)


def test_the_server_drops_a_lost_one(world, noon, deputy, capsys):
    call_command("drop_second_factor", "Deputy")
    row = SecondFactor.history.first()
    assert (row.history_type, row.history_change_reason) == (
        "-",
        "снято на сервере: drop_second_factor",
    )
    assert lines(user=world.deputy)[-1] == ("dropped", 1)
    assert not LoginSession.objects.filter(user=world.deputy).exists()
    client = browser()
    enter(client, "deputy")
    assert is_in(client)
    for name in ("deputy", "not-there"):
        with pytest.raises(CommandError):
            call_command("drop_second_factor", name)


def test_a_changed_password_ends_a_log_in_that_waits_for_its_code(world, noon, deputy):
    secret, _ = deputy
    client = browser()
    enter(client, "deputy")
    world.deputy.set_password("Other-password-7")
    world.deputy.save()
    client.post("/login/code/", {"code": app_code(secret, timezone.now())})
    assert not is_in(client)
