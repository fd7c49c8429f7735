"""Classes as people write them in a line: «1А, 1 б; 2-А». Pure."""

import re

from school.rules.texts import LOOKS, tidy

_NAME = re.compile(r"(\d{1,2})[\s-]*([^\W\d_]{0,5})")

HIGHEST = 12


def class_name(text: str) -> tuple[int, str] | None:
    """(number, letter in capitals, «» without one) of «5 а», «5-А», «5a» of Latin letters; None of
    what is no class."""
    found = _NAME.fullmatch(tidy(text).strip(" «»\"'"))
    if not found or int(found[1]) > HIGHEST:
        return None
    return int(found[1]), found[2].translate(LOOKS).upper()


def class_names(text: str) -> tuple[list[tuple[int, str]], list[str]]:
    """(the classes of a line, each once; what is none of them, as it was written)."""
    names: dict[tuple[int, str], None] = {}
    wrong = []
    for part in filter(str.strip, re.split(r"[,;\n\t]+", text)):
        found = [class_name(one) for one in parted(part)]
        if None in found:
            wrong.append(part.strip())
        names |= {one: None for one in found if one}
    return list(names), wrong


def parted(text: str) -> list[str]:
    """«5а 5 Б», with blanks alone between: each begins with its number. One class stays whole."""
    return re.split(r"(?<=[^\W\d_])\s+(?=\d)", text.strip())
