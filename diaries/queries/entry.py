"""A day of the diary and its lessons, as they are told."""

import datetime
import re
from dataclasses import dataclass

from journals.rules import work_text
from school.rules.homework import homework_time, minutes_text

from .marks import DiaryMark

LONG_WORD = re.compile(r"(\S{25})(?=\S)")


@dataclass(frozen=True)
class DiaryWork:
    """A work of a lesson, with what it is about, or «»."""

    name: str
    title: str
    is_control: bool

    @property
    def text(self) -> str:
        return work_text(self.name, self.title)


@dataclass(frozen=True)
class Entry:
    """A lesson in the diary. `room` is «» where none is known; `kind` says of what other kind than
    usual it is, or is «»; `debts` are the names of the works that the pupil still owes; `due` is
    what was set for it, `homework` what it set, to be done for `homework_for`, whose lesson's
    `homework_for_number` is told where the date does not name it; `due_minutes` and `minutes` are
    how long each takes, None where nobody has said."""

    number: int
    starts_at: datetime.time
    ends_at: datetime.time
    room: str
    subject: str
    kind: str
    teacher: str
    topic: str
    works: list[DiaryWork]
    marks: list[DiaryMark]
    debts: list[str]
    absence: str
    absence_title: str
    due: str
    due_minutes: int | None
    homework: str
    minutes: int | None
    no_homework: bool
    homework_for: datetime.date | None
    homework_for_number: int | None
    cancelled: str
    is_past: bool

    @property
    def unmarked_works(self) -> list[str]:
        """Names of the works of which the diary says nothing else of this pupil."""
        told = {mark.work for mark in self.marks}.union(self.debts)
        return [work.name for work in self.works if work.name not in told]

    @property
    def time(self) -> str:
        """How long the homework takes, «» where nobody has said."""
        return "" if self.minutes is None else minutes_text(self.minutes)

    @property
    def homework_in_a_line(self) -> str:
        """For paper, where many short lines would leave no room for the rest. A long word gets
        places to break at: WeasyPrint takes a quarter of a minute to find them in 1900 letters."""
        line = " · ".join(filter(None, map(str.strip, self.homework.splitlines())))
        return LONG_WORD.sub("\\1\u200b", line)


@dataclass(frozen=True)
class Day:
    date: datetime.date
    is_today: bool
    is_landing: bool  # here the page opens
    note: str
    entries: list[Entry]

    @property
    def time(self) -> str:
        """How long all takes that is to be done for the lessons of this day, as far as it is said;
        «» of a day that is over."""
        if any(entry.is_past for entry in self.entries):
            return ""
        return homework_time(entry.due_minutes for entry in self.entries if entry.due)
