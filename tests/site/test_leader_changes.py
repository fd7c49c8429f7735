"""Nobody becomes a leader unseen: the directors are told at home and by letter."""

import datetime

import pytest
from django.core import mail
from django.urls import reverse

from journal_site.actions import send_leader_changes
from journal_site.models import Digest
from journal_site.tasks import leader_changes
from school.models import Role, User
from tests import world as worlds
from tests.site.test_admin import form_of, send

# Of pages and their forms; the queries behind them have tests on both databases.
pytestmark = pytest.mark.any_database

DAY = datetime.timedelta(days=1)
HOME = "Кто руководит школой:"


@pytest.fixture
def world(world, noon):
    """All that was so far the director has noted and was told."""
    world.director.email = "director@school.example"
    world.director.save()
    noon.shift(DAY * 40)
    return world


@pytest.fixture
def browser(world, login):
    return login(world.admin)


def change(browser, person, **changed):
    path = reverse("admin:school_user_change", args=[person.pk])
    send(browser, path, form_of(browser.get(path)) | changed)


def set_password(browser, person):
    data = {"password1": "quite-another-17", "password2": "quite-another-17"}
    path = reverse("admin:auth_user_password_change", args=[person.pk])
    browser.post(path, data | {"usable_password": "true", "set-password": "1"})


def give_role(browser, person, kind):
    change(
        browser,
        person,
        **{"roles-TOTAL_FORMS": 1, "roles-0-kind": kind, "roles-0-user": person.pk},
    )


def told(client):
    """(person, what was done, by whom) of what is new, newest first, as the page has it."""
    changes = client.get("/leaders/").context["changes"]
    return [
        (one.person.split()[0], one.told, one.who.split("\xa0")[0])
        for one, is_noted in changes
        if not is_noted
    ]


def test_a_role_is_given_and_taken(world, browser, login, noon):
    director = login(world.director)
    assert HOME not in director.get("/", follow=True).content.decode()
    give_role(browser, world.admin, "director")
    noon.shift(60)
    Role.objects.filter(user=world.deputy).first().delete()
    assert told(director) == [
        ("Завучева", "снята роль «Заместитель директора»", "система"),
        ("Админов", "дана роль «Директор»", "Админов"),
    ]
    home = director.get("/", follow=True).content.decode()
    assert f"{HOME} 2 новых изменения" in home
    assert 'href="/leaders/"' in home
    leader_changes()
    assert [letter.to for letter in mail.outbox] == [["director@school.example"]] * 2
    letter = mail.outbox[-1]
    assert letter.subject == "Журнал: Админов Адам: дана роль «Директор»"
    assert "Кто это сделал: Админов\xa0А." in letter.body
    assert "http://127.0.0.1:8000/leaders/" in letter.body


def test_a_role_that_becomes_another(world, login):
    role = Role.objects.get(user=world.deputy)
    role.kind = Role.Kind.ADMIN
    role.save()
    role.kind = Role.Kind.DIRECTOR
    role.save()
    assert [what for _, what, _ in told(login(world.director))] == [
        "дана роль «Директор»",
        "снята роль «Заместитель директора»",
    ]


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"username": "zavuch"}, "изменён логин"),
        ({"email": "other@school.example"}, "изменён адрес почты"),
        ({"is_active": ""}, "учётная запись отключена"),
        (
            {"last_name": "Новая", "patronymic": ""},
            "изменено имя: Завучева Зоя Захаровна → Новая Зоя",
        ),
        (
            {"username": "zavuch", "email": "other@school.example"},
            "изменён логин, изменён адрес почты",
        ),
    ],
)
def test_a_leaders_account_is_changed(world, browser, login, changed, what):
    change(browser, world.deputy, **changed)
    name = changed.get("last_name", "Завучева")
    assert told(login(world.director)) == [(name, what, "Админов")]
    world.deputy.refresh_from_db()
    mail.outbox.clear()
    send_leader_changes()
    assert ["director@school.example"] in [letter.to for letter in mail.outbox]
    assert all(f"{world.deputy.full_name}: {what}." in letter.body for letter in mail.outbox)


def test_a_leaders_password_is_set(world, browser, login):
    set_password(browser, world.deputy)
    assert told(login(world.director)) == [("Завучева", "задан пароль", "Админов")]


def test_what_is_ones_own_or_nobodys_business(world, browser, login):
    old = {"old_password": worlds.PASSWORD}
    new = {"new_password1": "quite-another-17", "new_password2": "quite-another-17"}
    login(world.deputy).post("/account/", old | new)
    set_password(browser, world.teacher)
    change(browser, world.teacher, is_active="")
    change(browser, world.teacher, last_name="Матвеева-Нова")
    change(browser, world.deputy, wants_digest="")
    give_role(browser, world.other_teacher, "admin")
    assert told(login(world.director)) == []
    assert send_leader_changes() == 0


def test_the_old_address_is_told_too_and_wishes_do_not_count(world, browser):
    change(browser, world.director, email="thief@else.example", wants_digest="")
    set_password(browser, world.director)
    change(browser, world.director, is_active="")
    assert send_leader_changes() == 3
    both = ["director@school.example", "thief@else.example"]
    assert [letter.to for letter in mail.outbox] == [both] * 3


def test_who_was_director_learns_that_he_is_none(world, browser, login, noon):
    Role.objects.get(user=world.director).delete()
    noon.shift(60)
    Role.objects.create(user=world.deputy, kind=Role.Kind.DIRECTOR)
    assert send_leader_changes() == 1  # the deputy has no address
    assert "снята роль «Директор»" in mail.outbox[0].body
    assert [what for _, what, _ in told(login(world.deputy))] == [
        "дана роль «Директор»",
        "снята роль «Директор»",  # there was no other director
    ]
    assert login(world.director).get("/leaders/").status_code == 404


def taken_over(world, browser, noon):
    """The director's role is taken, his account changed and the role given back."""
    Role.objects.get(user=world.director).delete()
    noon.shift(60)
    set_password(browser, world.director)
    noon.shift(60)
    change(browser, world.director, username="mine", email="thief@else.example")
    noon.shift(60)
    give_role(browser, world.director, "director")
    world.director.refresh_from_db()  # by the new password


TAKEN_OVER = [
    "дана роль «Директор»",
    "изменён логин, изменён адрес почты",
    "задан пароль",
    "снята роль «Директор»",
]


def test_what_is_done_to_an_account_between_two_roles_is_told(world, browser, login, noon):
    User.objects.filter(pk=world.deputy.pk).update(email="deputy@school.example")
    Role.objects.get(user=world.director).delete()
    noon.shift(60)
    set_password(browser, world.director)
    assert send_leader_changes() == 4  # he is none just now; nobody else is, so the deputy learns
    assert sorted({letter.to[0] for letter in mail.outbox}) == [
        "deputy@school.example",
        "director@school.example",
    ]
    deputy = login(world.deputy)
    assert [what for _, what, _ in told(deputy)] == ["задан пароль", "снята роль «Директор»"]
    assert f"{HOME} 2 новых изменения" in deputy.get("/", follow=True).content.decode()
    noon.shift(60)
    give_role(browser, world.director, "director")
    world.director.refresh_from_db()
    assert [what for _, what, _ in told(login(world.director))] == [
        "дана роль «Директор»",
        "задан пароль",
        "снята роль «Директор»",
    ]


def test_who_is_taken_over_is_told_all_of_it(world, browser, login, noon):
    taken_over(world, browser, noon)
    assert [what for _, what, _ in told(login(world.director))] == TAKEN_OVER
    assert [what for _, what, _ in told(login(world.deputy))] == TAKEN_OVER
    assert send_leader_changes() == 4
    both = ["director@school.example", "thief@else.example"]
    assert [letter.to for letter in mail.outbox] == [both] * 4
    for letter in mail.outbox:
        assert "Директорова Дина Дмитриевна: " in letter.body


def test_the_other_director_is_told_and_then_no_deputy(world, login, noon):
    Role.objects.create(user=world.teacher, kind=Role.Kind.DIRECTOR)
    noon.shift(DAY * 31)
    taken_over(world, login(world.admin), noon)
    assert [what for _, what, _ in told(login(world.teacher))] == TAKEN_OVER
    assert told(login(world.deputy)) == []


def test_long_after_he_led_an_account_is_like_any_other(world, login, noon):
    Role.objects.get(user=world.deputy).delete()
    noon.shift(DAY * 29)
    set_password(login(world.admin), world.deputy)
    noon.shift(DAY * 2)
    set_password(login(world.admin), world.deputy)
    assert [what for _, what, _ in told(login(world.director))] == ["задан пароль"]
    noon.shift(DAY * 20)  # the role was taken longer ago than is told
    assert [what for _, what, _ in told(login(world.director))] == ["задан пароль"]
    Role.objects.create(user=world.deputy, kind=Role.Kind.DEPUTY)
    assert [what for _, what, _ in told(login(world.director))] == [
        "дана роль «Заместитель директора»",
        "задан пароль",
        "задан пароль",
    ]


def test_no_letter_goes_twice(world, browser, noon):
    set_password(browser, world.deputy)
    assert send_leader_changes() == 1
    noon.shift(1800)
    set_password(browser, world.deputy)
    assert send_leader_changes() == 1
    assert send_leader_changes() == 0
    assert Digest.objects.filter(kind="change", sent_at__isnull=False).count() == 2


def test_a_letter_that_fails_is_sent_later(world, browser, noon, monkeypatch):
    set_password(browser, world.deputy)
    with monkeypatch.context() as patched:
        patched.setattr("django.core.mail.EmailMessage.send", lambda *a, **k: 1 / 0)
        assert send_leader_changes() == 0
    assert send_leader_changes() == 0  # its claim is still fresh
    noon.shift(datetime.timedelta(minutes=16))
    assert send_leader_changes() == 1


def test_what_is_noted_is_told_no_more(world, browser, login, noon):
    director = login(world.director)
    set_password(browser, world.deputy)
    page = director.get("/leaders/")
    shown = [one.key for one, is_noted in page.context["changes"] if not is_noted]
    assert "Понятно" in page.content.decode()
    noon.shift(60)
    change(browser, world.deputy, is_active="")  # after the page was drawn
    assert director.post("/leaders/", {"change": shown}).status_code == 302
    assert [what for _, what, _ in told(director)] == ["учётная запись отключена"]
    assert f"{HOME} 1 новое изменение" in director.get("/", follow=True).content.decode()
    director.post(
        "/leaders/",
        {"change": [one.key for one, _ in director.get("/leaders/").context["changes"]]},
    )
    page = director.get("/leaders/").content.decode()
    assert "Понятно" not in page
    assert "задан пароль" in page  # for a month
    assert HOME not in director.get("/", follow=True).content.decode()
    noon.shift(datetime.timedelta(minutes=16))
    assert send_leader_changes() == 2  # a note on the page spares nobody the letter
    noon.shift(DAY * 31)
    page = login(world.director).get("/leaders/").content.decode()
    assert "Ничего не менялось" in page


def test_a_superuser_is_not_made_on_any_page(world, browser):
    path = reverse("admin:school_user_change", args=[world.teacher.pk])
    data = form_of(browser.get(path)) | {"is_superuser": "on", "is_staff": "on"}
    send(browser, path, data | {"groups": "1", "user_permissions": "1"})
    world.teacher.refresh_from_db()
    assert not world.teacher.is_superuser
    assert not world.teacher.is_staff
    assert not world.teacher.user_permissions.exists()


def test_the_page_costs_the_same_for_any_number(world, browser, login):
    set_password(browser, world.deputy)
    client = login(world.director)
    few = worlds.queries_of(client, "/leaders/")
    for person in (world.teacher, world.class_teacher, world.substitute):
        give_role(browser, person, "deputy")
        set_password(browser, person)
    assert worlds.queries_of(client, "/leaders/") == few
