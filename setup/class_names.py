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
        if found := class_name(part):
            names[found] = None
        else:
            wrong.append(part.strip())
    return list(names), wrong
