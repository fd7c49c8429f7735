"""Telephone numbers in what people write freely. Pure."""

import re
from typing import NamedTuple

_NUMBER = re.compile(r"(?<![\d+])(\+?\d[\d\s()\u2010-\u2014-]{8,18}\d)(?!\d)")


class Phone(NamedTuple):
    """A number as it was `written`, what stands before it in its line (`whose`, «» for nothing),
    and the address that a telephone dials."""

    written: str
    whose: str
    address: str

    @property
    def told(self) -> str:
        """«мама 8 913 555-01-24»"""
        return f"{self.whose} {self.written}".strip()


def phones(text: str) -> list[Phone]:
    """The Phones of a text, in order: 10 digits are Russian ones without their 8, 11 that begin
    with 7 or 8 whole ones, others begin with «+». What is no such number is none: a date, a
    flat."""
    found = []
    for line in text.splitlines():
        after = 0
        for match in _NUMBER.finditer(line):
            written = match[1]
            if address := _address(written):
                whose = line[after : match.start()].strip(" \t,;:.–—-")
                found.append(Phone(written, whose, address))
                after = match.end()
    return found


def _address(written: str) -> str:
    digits = re.sub(r"\D", "", written)
    if written.startswith("+"):
        return f"tel:+{digits}" if 10 <= len(digits) <= 15 else ""
    if len(digits) == 11 and digits[0] in "78":
        return f"tel:+7{digits[1:]}"
    return f"tel:+7{digits}" if len(digits) == 10 else ""
