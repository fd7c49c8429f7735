"""Logins made of names. Pure."""

import re
from collections.abc import Container
from itertools import count

import iuliia

from .names import PersonName

LONGEST_LOGIN = 60


def new_login(name: PersonName, taken: Container[str]) -> str:
    """«ivanov-i» for Иванов Иван, of those `taken` (in small letters) none: «ivanov-i2». Only
    [a-z0-9-], so that it is typed on every keyboard and read from paper."""
    words = [_latin(name.last_name) or "user", _latin(name.first_name)[:1]]
    login = "-".join(filter(None, words))[:LONGEST_LOGIN]
    if login not in taken:
        return login
    return next(one for number in count(2) if (one := f"{login}{number}") not in taken)


def _latin(text: str) -> str:
    latin = iuliia.WIKIPEDIA.translate(text).lower()
    return re.sub(r"[^a-z0-9]+", "-", latin.replace("'", "")).strip("-")
