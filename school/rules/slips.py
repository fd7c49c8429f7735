"""Passwords on paper: what they are made of, how they are compared, with whom they lie. Pure."""

import datetime
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from .texts import LOOKS, tidy

LETTERS = "abcdefghkmnpqrstuvwxyz23456789"  # none that is taken for another
GROUPS, IN_A_GROUP = 3, 4  # 29 signs, twelve of them: 58 bits, beyond any guessing
ON_A_PAGE = 8


def slip_password(random_string: Callable[[int, str], str]) -> str:
    """«k7mh-2qxd-9wtr»; `random_string(length, letters)` is the source of chance."""
    return "-".join(random_string(IN_A_GROUP, LETTERS) for _ in range(GROUPS))


def folded(password: str) -> str:
    """What is compared of a slip's password: neither case, ё, blanks, hyphens nor whether a letter
    was typed with the Russian or the Latin keyboard, where both look alike."""
    return re.sub(r"[\s'.-]", "", tidy(password).translate(LOOKS))


@dataclass(frozen=True)
class Child:
    """A pupil as a parent's slip names him: `class_name` «5А», «» in no class."""

    pk: int
    name: str
    class_number: int | None
    class_name: str
    born_on: datetime.date | None = None

    def __str__(self) -> str:
        return f"{self.name} ({self.class_name})" if self.class_name else self.name


def youngest(children: Sequence[Child]) -> Child:
    """With whom a parent's slip lies: the last born where every birth date is known, else who is in
    the lowest class. Who is in no class counts where nobody is in one."""
    there = [one for one in children if one.class_name] or list(children)
    days = [one.born_on for one in there if one.born_on]
    if len(days) == len(there):
        last = max(days)
        there = [one for one in there if one.born_on == last]
    return min(there, key=lambda one: (one.class_number or 0, one.class_name, one.name, one.pk))
