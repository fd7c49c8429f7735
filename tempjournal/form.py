"""What a temporary journal is made of (Appendix 1): the PDF and the XLSX take the same, the day's
short form what of it is one day's."""

import datetime
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.text import get_valid_filename

from school.models import Journal, SchoolClass, Subject

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


@dataclass(frozen=True)
class DayLesson:
    """A lesson on a class's day sheet: `group` is told where it is not the whole class, `teachers`
    are those who take it that day; `pupils` are the ids of those of the class who belong to it."""

    number: int
    subject: Subject
    group: str
    teachers: str
    pupils: frozenset[int]


@dataclass(frozen=True)
class DaySheet:
    """A class on one day: `pupils` (student id, name in this list) in alphabetical order, `lessons`
    that are not cancelled by number, its own before those of its subgroups."""

    school_class: SchoolClass
    day: datetime.date
    pupils: list[tuple[int, str]]
    lessons: list[DayLesson]


def worth_having(papers: Collection[Paper]) -> list[Paper]:
    """Of Papers those with lessons; where none has any (the timetable is not made yet) those with
    pupils, for lessons are written in by hand then."""
    return [one for one in papers if one.lessons] or [one for one in papers if one.pupils]


def sheets_worth_having(sheets: Collection[DaySheet]) -> list[DaySheet]:
    """Of DaySheets those with lessons; where no class has any those with pupils, as above."""
    return [one for one in sheets if one.lessons] or [one for one in sheets if one.pupils]


def file_name(school_class: SchoolClass, extension: str) -> str:
    """What a class's file is called in a packet: «5А.pdf»."""
    return f"{_whose(school_class)}.{extension}"


def sheet_name(day: datetime.date, school_class: SchoolClass | None = None) -> str:
    """What the sheets of a day are called in a packet: «5А-2026-11-26.pdf», without a class those
    of the whole school."""
    return f"{_whose(school_class)}-{day}.pdf"


def _whose(school_class):
    return get_valid_filename(str(school_class)) if school_class else "вся-школа"
