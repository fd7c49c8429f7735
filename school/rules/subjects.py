"""How a subject is called where there is little room. Pure."""

import re
from collections.abc import Iterable, Iterator
from itertools import product

MOST_LETTERS = 4
LETTERS = "A-Za-zА-Яа-яЁё"

_WORD = re.compile(f"[{LETTERS}]+")
_ALPHABET = "абвгдежзиклмнопрстуфхцчшщэюя"


def abbreviation(name: str, taken: Iterable[str]) -> str:
    """A subject's name in at most four letters, none of those `taken`, whatever their case: a first
    word that short as it is, else three letters of it, and one more where that is taken: of another
    word, then of this one. A name without letters begins with «П»."""
    others = {one.casefold() for one in taken}
    return next(one for one in _candidates(name) if one.casefold() not in others)


def _candidates(name: str) -> Iterator[str]:
    first, *words = _WORD.findall(name) or ["П"]
    first = first[0].upper() + first[1:]
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
