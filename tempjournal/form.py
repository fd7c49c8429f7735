"""What a temporary journal is made of (Appendix 1): the PDF and the XLSX take the same."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.text import get_valid_filename

from school.models import Journal, SchoolClass

WHOLE_SCHOOL = "вся-школа.pdf"


@dataclass(frozen=True)
class PaperLesson:
    """A column of marks, and a line of what was taught. `number` is that of its bell slot."""

    pk: int
    date: datetime.date
    number: int


@dataclass(frozen=True)
class Paper:
    """One journal (with group and subject) in some days: `teachers` are the full names of those
    assigned then, `pupils` (student id, name in this list) in alphabetical order, `lessons` those
    that are not cancelled, by date and number; `last_days` {student id: the last that he belongs to
    it}."""

    journal: Journal
    teachers: str
    pupils: list[tuple[int, str]]
    lessons: list[PaperLesson]
    last_days: dict[int, datetime.date]


def worth_having(papers: Collection[Paper]) -> list[Paper]:
    """Of Papers those with lessons; where none has any (the timetable is not made yet) those with
    pupils, for lessons are written in by hand then."""
    return [one for one in papers if one.lessons] or [one for one in papers if one.pupils]


def file_name(school_class: SchoolClass, extension: str) -> str:
    """What a class's file is called in a packet: «5А.pdf»."""
    return f"{get_valid_filename(str(school_class))}.{extension}"
