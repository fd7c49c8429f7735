"""What other programs write of people and hours. Pure."""

import re
from decimal import Decimal

from ..batch import Batch, Person, Place
from .cells import hours
from .texts import Wrong, class_name, email, named, phone

_INITIALS = re.compile(r"(\w)\.\s*(?:(\w)\.)?")


def person(last: str, rest: str) -> Person:
    """«Ежова» and «Мария Игоревна», «М. И.» or nothing; what is no name («Вакансия 2») as it is."""
    initials = _INITIALS.fullmatch(rest)
    if initials:
        return Person(last, f"{initials[1]}.", f"{initials[2]}." if initials[2] else "")
    first, _, middle = rest.partition(" ")
    try:
        return named(last, first, middle)
    except Wrong:
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


def class_called(*texts: str) -> str:
    """«5А» by the first of a class's names that is one («5А класс»), else the first as it is."""
    for text in texts:
        try:
            return class_name(text)
        except Wrong:
            continue
    return next(filter(None, texts), "")


def weekly(text: str) -> Decimal:
    """Hours a week, 0 where none are told."""
    try:
        return hours(text)
    except Wrong:
        return Decimal()


def summed(number: Decimal) -> Decimal | None:
    """A sum of them as hours are written: without the zeros that adding leaves; None of 0."""
    if not number:
        return None
    return number.to_integral() if number == number.to_integral() else number.normalize()
