"""Names of people: how they are written, sorted and told apart. Pure."""

import re
from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple, TypeVar

from .texts import APOSTROPHES, HYPHENS, LOOKS, tidy

Key = TypeVar("Key", bound=Hashable)


LONGEST_NAME = 100


NAME_ENDS = "\t"


_PARTS_NO_WORDS = str.maketrans(dict.fromkeys(APOSTROPHES, None) | dict.fromkeys(HYPHENS, " "))


_CYRILLIC = re.compile("[а-я]")


def sorting_name(*names: str) -> str:
    """What people are sorted by: last name, first name and patronymic, each word by word («ван
    Дейк» by «ван», before «Ванин»), whatever the case. Ё stands with е, an apostrophe is not seen,
    a hyphen parts words, a Latin letter among Russian ones is what it looks like. Who is equal by
    it is sorted by the id.

    Code points, and so bytes in UTF-8, are compared: alike by Python, SQLite and PostgreSQL's
    collation "C". A name ends with what comes before a blank, and that before any letter.
    """
    return NAME_ENDS.join(map(_sorted_as, names))


@lru_cache(maxsize=10_000)
def _sorted_as(name: str) -> str:
    words = tidy(name).translate(_PARTS_NO_WORDS).split()
    words = [word.translate(LOOKS) if _CYRILLIC.search(word) else word for word in words]
    return " ".join(words)[:LONGEST_NAME]


class PersonName(NamedTuple):
    """A name as it is kept. Who has but one word for a name has it as the last name."""

    last_name: str
    first_name: str = ""
    patronymic: str = ""

    @property
    def full(self) -> str:
        """«Иванов Пётр Сергеевич»"""
        return " ".join(filter(None, self))

    @property
    def listed(self) -> str:
        """«Иванов Пётр»: as pupils stand in a list."""
        return " ".join(filter(None, self[:2]))

    @property
    def short(self) -> str:
        """«Иванова А. П.»: as teachers stand in one."""
        initials = [f"{name[0]}." for name in self[1:] if name]
        return "\u00a0".join(filter(None, (self.last_name, *initials)))

    @property
    def polite(self) -> str:
        """«Анна Петровна»: how a letter greets."""
        return " ".join(filter(None, self[1:])) or self.last_name


def look_alike(texts: Mapping[Key, str]) -> set[Key]:
    """Of {key: text} the keys of those that look like another one."""
    alike = defaultdict(list)
    for key, text in texts.items():
        alike[sorting_name(text)].append(key)
    return {key for keys in alike.values() if len(keys) > 1 for key in keys}


def told_apart(forms: Mapping[Key, Sequence[str]]) -> dict[Key, str]:
    """How each in a list is called so that no two look alike: {key: one of its `forms`}, which are
    {key: (form, longer form, …)}. Those that look alike take the next ones together, for as long as
    they have any."""
    places = dict.fromkeys(forms, 0)
    while True:
        texts = {key: forms[key][place] for key, place in places.items()}
        longer = [key for key in look_alike(texts) if places[key] + 1 < len(forms[key])]
        if not longer:
            return texts
        for key in longer:
            places[key] += 1


# --- names of classes ---

_NUMBER_OF_CLASS = re.compile(r"(?<![\w-])(\d{1,2})([ -]*)([^\W\d_]{1,5}(?!\w))?(?![\d.])")


def classes_asked(text: str, classes: Mapping[Key, tuple[int, str]]) -> tuple[set[Key] | None, str]:
    """(the keys of the classes {key: (number, letter)} that a text looks for, None where it looks
    for none; the rest of the text). «5А», «5 а», «5-А» and «5a» of Latin letters are one class, «5»
    is the parallel, «5А Иванов» and «иванов 5а» a person in a class. Apart from the number a word
    that is no letter of such a class belongs to the rest: «5 Антонов»."""
    found = list(_NUMBER_OF_CLASS.finditer(tidy(text)))
    if len(found) != 1:
        return None, text
    number, between, word = found[0].groups()
    parallel = {key: letter for key, (its, letter) in classes.items() if its == int(number)}
    keys = {key for key, letter in parallel.items() if word and _letter(letter) == _letter(word)}
    its_letter = bool(word) and (bool(keys) or not between)
    before, after = found[0].string[: found[0].start()], found[0].string[found[0].end() :]
    rest = " ".join((before, "" if its_letter else word or "", after)).split()
    return (keys if its_letter else set(parallel)), " ".join(rest)


def _letter(text: str) -> str:
    return tidy(text).translate(LOOKS)
