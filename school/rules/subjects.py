"""How a subject is called in a line, and where there is little room. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import chain, product

MOST_LETTERS = 4
LETTERS = "A-Za-zА-Яа-яЁё"

_WORD = re.compile(f"[{LETTERS}]+")
_ALPHABET = "абвгдежзиклмнопрстуфхцчшщэюя"


def abbreviation(name: str, short_name: str, taken: Iterable[str]) -> str:
    """A subject's name in at most four letters, none of those `taken`, whatever their case. The
    school's own short name where it is one word of so many («Лит.», «ОБЗР»); else of the name a
    first word that short, or three letters of it, and one more where that is taken: of another
    word, then of this one. A name without letters begins with «П»."""
    others = {one.casefold() for one in taken}
    candidates = chain(_own(short_name), _candidates(name))
    return next(one for one in candidates if one.casefold() not in others)


def _own(short_name: str) -> list[str]:
    words = _WORD.findall(short_name)
    return [_capital(word) for word in words if len(words) == 1 and len(word) <= MOST_LETTERS]


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]


def _candidates(name: str) -> Iterator[str]:
    first, *words = _WORD.findall(name) or ["П"]
    first = _capital(first)
    if len(first) <= MOST_LETTERS:
        yield first
    beginning = first[: MOST_LETTERS - 1]
    yield beginning
    for word in words:
        if len(word) > 2:  # not «и», not «на»
            yield beginning + word[0].lower()
    for letter in first[MOST_LETTERS - 1 :]:
        yield beginning + letter
    for kept in range(len(beginning), 0, -1):
        for tail in product(_ALPHABET, repeat=MOST_LETTERS - kept):
            yield first[:kept] + "".join(tail)


def within_line(name: str) -> str:
    """A subject's name or abbreviation within a line: «химия», «рус»; «ОБЗР» stays."""
    return name if name[1:2].isupper() else name[:1].lower() + name[1:]
