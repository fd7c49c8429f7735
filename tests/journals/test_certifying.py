"""Who certifies says anew who it is: the person's own password, and the key's (4.1)."""

import datetime

import pytest

from journals.actions.certificates import certify
from journals.models import Certificate
from school import signing
from school.models import Role, User
from school.queries.people import held_since
from tests.journals.test_certificates import (  # noqa: F401
    EVERYTHING,
    address,
    archive,
    closed,
    typed,
)
from tests.pdf import pages
from tests.school.test_signing import PASSWORD, make_key
from tests.world import NOON, TODAY

DAY = datetime.timedelta(days=1)


@pytest.fixture
def key(settings, tmp_path):
    path, _ = make_key(tmp_path)
    settings.SIGNING_KEY = str(path)


def errors(answer, field):
    (form,) = [form for _, form in answer.context["places"] if form.is_bound]
    return " ".join(form.errors.get(field, []))


def test_it_works_with_both(closed, key, login):  # noqa: F811
    client = login(closed.director)
    page = client.get(address(closed)).content.decode()
    assert 'type="password" name="password" autocomplete="current-password"' in page
    assert 'type="password" name="key_password" autocomplete="off"' in page
    answer = client.post(address(closed), typed(closed, key_password=PASSWORD))
    assert answer.status_code == 302
    assert Certificate.objects.get().is_signed


@pytest.mark.parametrize("password", ["", "another", "A-password-of-tests"])
def test_without_ones_own_password_nothing_is_done(closed, login, password):  # noqa: F811
    answer = login(closed.director).post(address(closed), typed(closed, password=password))
    assert answer.status_code == 200
    told = "Обязательное поле" if not password else "Пароль неверный: журнал не заверен"
    assert told in errors(answer, "password")
    assert told in answer.content.decode()
    assert password not in answer.content.decode() or not password
    assert not Certificate.objects.exists()
    assert not archive()


def test_the_password_of_another_is_none(closed, login):  # noqa: F811
    closed.deputy.set_password("that-of-the-deputy")
    closed.deputy.save()
    told = typed(closed, password="that-of-the-deputy")
    assert errors(login(closed.director).post(address(closed), told), "password")
    assert not Certificate.objects.exists()


def test_with_a_wrong_key_password_nothing_is_done(closed, key, login):  # noqa: F811
    client = login(closed.director)
    answer = client.post(address(closed), typed(closed, key_password="another"))
    assert "не открывается этим паролем. Журнал не заверен." in errors(answer, "key_password")
    assert errors(client.post(address(closed), typed(closed)), "key_password")
    assert not Certificate.objects.exists()
    assert not archive()


def test_a_key_is_not_tried_with_a_wrong_password(
    closed,  # noqa: F811
    key,
    login,
    monkeypatch,
):
    tried = []
    monkeypatch.setattr(signing, "check_key", tried.append)
    told = typed(closed, password="another", key_password=PASSWORD)
    login(closed.director).post(address(closed), told)
    assert not tried


@pytest.mark.parametrize("what", ["password", "key_password"])
def test_neither_is_guessed(closed, key, login, what):  # noqa: F811
    client = login(closed.director)
    right = typed(closed, key_password=PASSWORD)
    for n in range(10):
        answer = client.post(address(closed), right | {what: f"guess {n}"})
    assert answer.status_code == 429
    assert client.post(address(closed), right).status_code in (200, 429)
    assert not Certificate.objects.exists()
    log_in = {"username": "director", "password": "a-password-of-tests"}
    assert client.post("/login/?switch=1", log_in).status_code == 429


def test_it_names_who_certifies_and_since_when(closed, noon):  # noqa: F811
    noon.shift(DAY)
    asked = {"journal": closed.maths, "period": closed.quarters[1], "person": closed.director}
    made = certify(granted=EVERYTHING, **asked)
    told = " ".join("".join(pages(made.file.read())).split())
    assert "Директорова Дина Дмитриевна, директор с 25.11.2026" in told


def since(user, at):
    return held_since(Role.Kind.DIRECTOR, [(user.pk, at)]).get((user.pk, at))


def test_since_when_a_role_stands(world, noon):
    assert since(world.director, NOON) == TODAY
    assert since(world.director, NOON - DAY) is None
    assert since(world.deputy, NOON) is None
    noon.shift(DAY)
    role = Role.objects.get(user=world.director)
    role.delete()
    noon.shift(DAY)
    assert since(world.director, NOON + DAY / 2) == TODAY
    assert since(world.director, NOON + DAY * 2) is None
    Role.objects.create(user=world.director, kind=Role.Kind.DIRECTOR)
    noon.shift(DAY)
    assert since(world.director, NOON + DAY * 3) == TODAY + DAY * 2
    other = Role.objects.get(user=world.deputy)
    other.kind = Role.Kind.DIRECTOR
    other.save()
    assert since(world.deputy, NOON + DAY * 3) == TODAY + DAY * 3
    assert User.objects.filter(roles__kind="director").count() == 2
