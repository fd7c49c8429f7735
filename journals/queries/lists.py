"""Lists of journals."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Protocol

from django.db.models import Count, Q, QuerySet
from django.urls import reverse

from school import namesakes
from school.models import Journal, User
from school.queries.teaching import teachers_of
from school.rights import Rights


class InJournal(Protocol):
    """A Lesson, or what stands for one."""

    @property
    def pk(self) -> int: ...

    @property
    def journal_id(self) -> int: ...


def grid_url(lesson: InJournal) -> str:
    """The address of the journal at the lesson's column."""
    return f"{_grid().format(lesson.journal_id)}?lesson={lesson.pk}"


@cache
def _grid() -> str:
    """The address with a place for the journal's key: to look it up took 0.02 ms a lesson."""
    return reverse("grid", args=[0]).replace("/0/", "/{}/", 1)


@dataclass(frozen=True)
class JournalLine:
    """A journal in a list."""

    journal: Journal
    url: str
    teachers: str
    lessons_held: int
    is_partial: bool


def journal_lines(
    journals: QuerySet[Journal], user_rights: Rights, day: datetime.date
) -> list[JournalLine]:
    """JournalLines of a queryset of journals, by class and subject; two queries."""
    held = Count("lessons", filter=Q(lessons__date__lte=day, lessons__cancelled=""))
    found = list(
        journals.select_related("group__school_class", "subject").annotate(lessons_held=held)
    )
    teachers = teacher_names(teachers_of([journal.pk for journal in found], day))
    whole = user_rights.ids("view_journal")
    lines = [
        JournalLine(
            journal,
            reverse("grid", args=[journal.pk]),
            teachers.get(journal.pk, ""),
            journal.lessons_held,
            not user_rights.is_leader and journal.pk not in whole,
        )
        for journal in found
    ]
    return sorted(lines, key=lambda line: class_order(line.journal))


def teacher_names(teachers: Mapping[int, Collection[User]]) -> dict[int, str]:
    """{key: «Иванова А. П., Петров П. П.»} of {key: [User, …]}, all in one list."""
    names = namesakes.staff({one for found in teachers.values() for one in found})
    return {key: ", ".join(names[one.pk] for one in found) for key, found in teachers.items()}


def in_class_order(journals: Iterable[Journal]) -> list[Journal]:
    """Journals (with group and subject) by class and subject."""
    return sorted(journals, key=class_order)


def class_order(journal: Journal) -> tuple[int, bool, str, str]:
    """5А before 10А, classes before the subgroups named after them."""
    name = journal.group.name
    digits = "".join(char for char in name[:2] if char.isdigit())
    kind = journal.group.school_class_id is None
    return (int(digits or 99), kind, name, journal.subject.name)
