"""One's own password: what everybody would try first. Pure."""

import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path

from .logins import in_latin
from .texts import tidy

COMMON = "Такой пароль пробуют первым: придумайте другой, например три слова подряд."
NAMED = "Пароль не должен состоять из имени, логина или названия школы."
SHORTEST_NAME, LEAST_OWN = 3, 4  # letters: of a name that counts, and of what stands beside names

# What comes out where the other keyboard was on: «пароль» is «gfhjkm».
_LATIN = "qwertyuiop[]asdfghjkl;'zxcvbnm,.`"
_RUSSIAN = "йцукенгшщзхъфывапролджэячсмитьбюё"
_TO_RUSSIAN = str.maketrans(_LATIN, _RUSSIAN)


@cache
def common_passwords() -> frozenset[str]:
    """The commonest Russian and keyboard passwords, without what stands about them (`_bare`)."""
    text = (Path(__file__).parent / "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(tidy(one) for one in text.splitlines() if one and not one.startswith("#"))


def refusal(password: str, names: Iterable[str]) -> str | None:
    """Why a password is refused, as a Russian sentence; None where it is not. `names`: those of its
    owner, his login and the school's."""
    plain = password.casefold()
    ways = {tidy(plain), tidy(plain.translate(_TO_RUSSIAN))}
    if any(_is_common(one) for one in ways):
        return COMMON
    if any(_is_made_of(one, names) for one in ways):
        return NAMED
    return None


def _is_common(text: str) -> bool:
    """Also «Пароль123», «пароль!» and «парольпароль»."""
    bare = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", text)
    found = common_passwords()
    half = bare[: len(bare) // 2]
    return text in found or bare in found or (len(bare) > 1 and bare == half * 2 and half in found)


def _is_made_of(text: str, names: Iterable[str]) -> bool:
    """Whether hardly a letter is left of a text without the words of names."""
    words = {word for name in names for word in re.findall(r"[^\W\d_]+", tidy(name))}
    words |= {one for word in words for one in in_latin(word).split("-")}
    rest = re.sub(r"[\W\d_]+", "", text)
    was = rest
    for word in sorted((one for one in words if len(one) >= SHORTEST_NAME), key=len, reverse=True):
        rest = rest.replace(word, "")
    return rest != was and len(rest) < LEAST_OWN
