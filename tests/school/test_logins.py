"""Logins made of names (5.1): readable, of plain letters, each once."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from school.rules.logins import LONGEST, login_for
from school.rules.names import PersonName


@pytest.mark.parametrize(
    ("name", "login"),
    [
        ("Щеглова Юлия", "shcheglova-y"),
        ("Подъячев Илья", "podyachev-i"),
        ("Цой Евгений", "tsoy-y"),
        ("Римский-Корсаков Николай", "rimsky-korsakov-n"),
        ("О’Коннор Мэри", "okonnor-m"),
        ("Өмүров Ңур", "omurov-n"),
        ("Ли", "li"),
        ("王 芳", "user"),
    ],
)
def test_what_a_name_becomes(name, login):
    assert login_for(PersonName(*name.split(" ")), set()) == login


def test_a_second_one_has_a_number():
    name = PersonName("Иванова", "Анна")
    assert login_for(name, {"ivanova-a"}) == "ivanova-a2"
    assert login_for(name, {"ivanova-a", "ivanova-a2"}) == "ivanova-a3"


@given(st.text(max_size=60), st.text(max_size=20))
def test_of_plain_letters_whatever_the_name(last, first):
    login = login_for(PersonName(last, first), set())
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", login)
    assert len(login) <= LONGEST
    taken = {login}
    assert login_for(PersonName(last, first), taken) not in taken
