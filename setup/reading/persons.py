"""People as other programs write them: a last name and the rest, a telephone, an address. Pure."""

import re

from ..records import Batch, Person, Place
from .texts import Wrong, email, phone

_INITIALS = re.compile(r"(\w)\.\s*(?:(\w)\.)?")


def person(last: str, rest: str) -> Person:
    """«Ежова» and «Мария Игоревна», «М. И.» or nothing."""
    initials = _INITIALS.fullmatch(rest)
    if initials:
        return Person(last, f"{initials[1]}.", f"{initials[2]}." if initials[2] else "")
    first, _, middle = rest.partition(" ")
    return Person(last, first, middle)


def contacts(batch: Batch, place: Place, number: str, address: str) -> tuple[str, str]:
    """(telephone, e-mail), «» of what can't be one: that is told among what was passed over."""
    found = []
    for text, read, what in ((number, phone, "Телефон"), (address, email, "Почта")):
        try:
            found.append(read(text) if text else "")
        except Wrong as error:
            found.append("")
            batch.passed_over.append((place, f"{what} «{text}»: {error.why}"))
    return found[0], found[1]
