"""Logins made of names: «ivanov-i», of a second one «ivanov-i2». Pure."""

import re
from collections.abc import Container

import iuliia

from .names import PersonName

LONGEST = 30
# Letters of the languages of Russia that the scheme leaves as they are.
_LETTERS = str.maketrans(
    {
        **dict(zip("өәүұңҗһқғўіїєґӣӯҳҷ", "oeuunzhkguiiegiuhj", strict=True)),
        **dict(zip("ѐѝӑӗӳ", "eiaeu", strict=True)),
    }
)
_SIGNS = re.compile(r"[^a-z0-9]+")


def in_latin(text: str) -> str:
    """A name in the letters a–z and digits, its words parted by hyphens; «» where none is left."""
    latin = iuliia.WIKIPEDIA.translate(text.casefold().translate(_LETTERS)).casefold()
    return _SIGNS.sub("-", latin.replace("'", "").replace("\u2019", "")).strip("-")


def login_for(name: PersonName, taken: Container[str]) -> str:
    """A login that is not among the `taken` ones: the last name and the first letter of the first
    one, and a number where somebody has that already. A name in other letters is «user»."""
    last, first = in_latin(name.last_name), in_latin(name.first_name)
    login = "-".join(filter(None, (last[: LONGEST - 2].strip("-"), first[:1]))) or "user"
    free, number = login, 2
    while free in taken:
        free, number = f"{login}{number}", number + 1
    return free
