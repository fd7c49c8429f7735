"""A page writes only under the name for which it was drawn (5.4)."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from journals.models import Mark
from school.models import Lesson
from tests.world import PASSWORD

# Of pages and rights, alike on every database; the queries behind them have tests on both.
pytestmark = pytest.mark.any_database

DRAWN_FOR = re.compile(r'name="drawn_for" value="(\d*)"')
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')


@pytest.fixture
def browser(world):
    """A browser that sends what its pages hold, as the test client by itself does not."""
    return Client(enforce_csrf_checks=True)


def enter(browser, person):
    page = browser.get("/login/?switch=1").content.decode()
    sent = {"username": person.username, "password": PASSWORD}
    answer = browser.post("/login/", sent | hidden(page))
    assert answer.status_code == 302, answer.content.decode()


def hidden(page):
    """What each form of a page sends beside what is typed."""
    return {"csrfmiddlewaretoken": TOKEN.search(page)[1], "drawn_for": DRAWN_FOR.search(page)[1]}


def save_cell(browser, w, owner):
    data = {"lesson": w.lesson.pk, "student": w.ivanov.pk, "was": "", "text": "5"}
    headers = {"accept": "application/json", "x-csrftoken": browser.cookies["csrftoken"].value}
    if owner is not None:
        headers["x-drawn-for"] = str(owner)
    return browser.post(reverse("save_cell", args=[w.maths.pk]), data, headers=headers)


def test_it_works(world, browser):
    enter(browser, world.teacher)
    assert save_cell(browser, world, world.teacher.pk).status_code == 200
    assert Mark.objects.count() == 1


def test_a_cell_typed_on_anothers_page_is_not_written(world, browser):
    enter(browser, world.teacher)
    enter(browser, world.class_teacher)  # in another tab; she may write there too
    answer = save_cell(browser, world, world.teacher.pk)
    assert answer.status_code == 401
    assert answer.json()["reason"] == "another_person"
    assert "другой человек" in answer.json()["message"]
    assert not Mark.objects.exists()


def test_who_may_not_even_see_it_gets_the_same_answer(world, browser):
    """404 would make the script of the first person give the marks up."""
    enter(browser, world.teacher)
    enter(browser, world.other_parent)
    assert save_cell(browser, world, world.teacher.pk).status_code == 401


@pytest.mark.parametrize("owner", [None, "", "x", "0"])
def test_a_page_of_nobody_writes_nothing(world, browser, owner):
    enter(browser, world.teacher)
    assert save_cell(browser, world, owner).status_code == 401
    assert not Mark.objects.exists()


def test_a_form_drawn_for_another_is_refused_and_says_so(world, browser):
    path = reverse("lesson", args=[world.maths.pk, world.lesson.pk])
    enter(browser, world.teacher)
    sent = {"topic": "Дроби", "was_topic": ""}
    sent |= {"drawn_for": DRAWN_FOR.search(browser.get(path).content.decode())[1]}
    enter(browser, world.class_teacher)
    fresh = browser.cookies["csrftoken"].value  # as the script puts it into the form
    answer = browser.post(path, sent | {"csrfmiddlewaretoken": fresh})
    assert answer.status_code == 401
    text = answer.content.decode()
    assert "Сейчас вошёл другой человек" in text
    assert "Ничего не записано" in text
    assert Lesson.objects.get(pk=world.lesson.pk).topic == ""


def test_every_form_that_writes_says_whose_it_is(world, login):
    """Also the administrator's, which are Django's own."""
    world.lesson.refresh_from_db()
    pages = {
        world.teacher: [
            reverse("lesson", args=[world.maths.pk, world.lesson.pk]),
            reverse("grades", args=[world.maths.pk]),
            "/account/",
        ],
        world.class_teacher: [
            reverse("class_attendance", args=[world.a5.pk]),
            reverse("card", args=[world.ivanov.pk]),
        ],
        world.deputy: [f"/review/remarks/new/?journal={world.maths.pk}", "/review/locks/"],
        world.admin: [
            reverse("admin:school_student_change", args=[world.ivanov.pk]),
            reverse("admin:school_student_changelist"),
        ],
    }
    for person, paths in pages.items():
        for path in paths:
            text = login(person).get(path).content.decode()
            forms = re.findall(r'<form[^>]*method="post".*?</form>', text, re.S)
            assert forms, path
            for form in forms:
                assert DRAWN_FOR.search(form)[1] == str(person.pk), (path, form[:200])


def test_the_login_form_logs_in_who_sends_it(world, browser):
    """Its page was opened before another person logged in, in another tab."""
    page = browser.get("/login/").content.decode()
    enter(browser, world.teacher)
    sent = {"username": "classteacher", "password": PASSWORD}
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert browser.post("/login/", sent | hidden(page) | token).status_code == 302
    assert browser.get("/account/").context["user"] == world.class_teacher


def test_who_is_logged_in_sees_the_form_to_switch(world, login):
    client = login(world.teacher)
    assert client.get("/login/").status_code == 302
    page = client.get("/login/?switch=1").content.decode()
    assert "Сейчас вошли" in page
    assert "Матвеева" in page


@pytest.mark.parametrize("next_page", ["/login/", "/login/?next=/login/", "https://evil.example/"])
def test_the_log_in_never_leads_to_itself_or_elsewhere(world, login, next_page):
    answer = login(world.teacher).get("/login/", {"next": next_page})
    assert answer.status_code == 302
    assert answer.url == "/"


def test_whoever_asks_to_be_logged_out_is(world, browser):
    enter(browser, world.teacher)
    sent = hidden(browser.get("/account/").content.decode())
    enter(browser, world.class_teacher)
    token = {"csrfmiddlewaretoken": browser.cookies["csrftoken"].value}
    assert browser.post("/logout/", sent | token).status_code == 302
    assert browser.get("/account/").status_code == 302


def test_a_form_without_a_session_comes_back_to_its_page(world, client):
    """The address it is sent to may be one that only takes forms."""
    page = "http://testserver/review/remarks/?state=open"
    answer = client.post("/review/remarks/1/", {}, headers={"referer": page})
    assert answer.url == "/login/?next=/review/remarks/%3Fstate%3Dopen"
    answer = client.post("/review/remarks/1/", {}, headers={"referer": "https://evil.example/x"})
    assert answer.url == "/login/?next=/review/remarks/1/"


def test_what_was_written_is_told_to_the_browser(world, login):
    """By the word that the form came with; what is refused or has no session tells nothing."""
    client = login(world.teacher)
    path = reverse("lesson", args=[world.maths.pk, world.lesson.pk])
    refused = client.post(path, {"topic": "Д" * 999, "was_topic": "", "draft": "abc"})
    assert refused.status_code == 200
    assert "written" not in refused.cookies
    assert (
        client.post(path, {"topic": "Д", "was_topic": "", "draft": "abc"}).cookies["written"].value
        == "abc"
    )
    assert "written" not in Client().post(path, {"draft": "abc"}).cookies
    for junk in ("a;b", "привет", "²"):
        assert "written" not in client.post(path, {"draft": junk}).cookies
