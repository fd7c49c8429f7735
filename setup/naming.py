"""What the groups of a class and subject are called: the name of a TeachingGroup says whose group
it is before anybody is in it. Pure.

«5А Английский язык: 1 группа», of several classes taught together «10А, 10Б Физическая культура».
Groups of the same classes and subject stand together and exclude each other.
"""

import re
from collections.abc import Collection, Iterable
from typing import NamedTuple

from school.rules.texts import tidy

LONGEST = 100  # TeachingGroup.name

_CLASSES = re.compile(r"\d{1,2}[^\W\d_]{0,5}(?:, \d{1,2}[^\W\d_]{0,5})* (?=\S)")


class GroupName(NamedTuple):
    """`group`: «» where whole classes are taught together."""

    classes: tuple[str, ...]
    subject: str
    group: str = ""

    def __str__(self) -> str:
        whole = f"{', '.join(self.classes)} {self.subject}"
        if not self.group:
            return whole[:LONGEST]
        most = LONGEST - len(self.group) - 2
        return f"{whole[:most]}: {self.group}"


def parsed(name: str, subjects: Iterable[str]) -> GroupName | None:
    """The GroupName that a name is of, given the names of all subjects; None for a name that
    somebody has made up otherwise."""
    found = _CLASSES.match(name)
    if not found:
        return None
    classes = tuple(found[0].strip().split(", "))
    rest = name[found.end() :]
    for subject in sorted(subjects, key=len, reverse=True):
        if tidy(rest) == tidy(subject):
            return GroupName(classes, subject)
        if tidy(rest).startswith(f"{tidy(subject)}: "):
            return GroupName(classes, subject, rest[len(subject) + 2 :])
    return None


def sorted_classes(names: Collection[str]) -> tuple[str, ...]:
    """«9Б» before «10А»."""
    return tuple(sorted(names, key=_by_number))


def _by_number(name: str) -> tuple[int, str]:
    digits = re.match(r"\d+", name)
    return (int(digits[0]) if digits else 99, name)
