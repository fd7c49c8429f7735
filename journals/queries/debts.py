"""What pupils owe: the works with a «точка» in the place of a mark."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet

from school import namesakes
from school.compiled import Compiled, Given
from school.models import Journal
from school.queries.belonging import person_columns
from school.rights import JournalRights
from school.rules.names import PersonName

from ..models import Mark
from .cell import counted_marks
from .lists import grid_url


@dataclass(frozen=True)
class Debt:
    """A work that a pupil owes; `pk` is the lesson's id, `number` its number in the day."""

    pupil: str
    student_id: int
    pk: int
    work: str
    journal_id: int
    date: datetime.date
    number: int

    @property
    def url(self) -> str:
        """That of the very cell."""
        return f"{grid_url(self)}#cell-{self.pk}-{self.student_id}"


def debts(journal: Journal, granted: JournalRights) -> list[Debt]:
    """The Debts of a journal in its whole year, by pupil and lesson: those that the JournalRights
    let a person see; one query, and one more where there are namesakes."""
    rows = _debts_of_journal(journal=journal.pk)
    order, people, found = {}, {}, []
    for student, sort_name, last_name, first_name, patronymic, *_ in rows:
        order[student] = sort_name, student
        people[student] = PersonName(last_name, first_name, patronymic)
    names = namesakes.pupils(people)
    for student, _, _, _, _, lesson, *owed in rows:
        if granted.sees_cell(lesson, student):
            found.append(Debt(names[student], student, lesson, *owed))
    return sorted(found, key=lambda one: (*order[one.student_id], one.date, one.number))


def owed() -> QuerySet[Mark]:
    """The Marks that are none yet."""
    return counted_marks().filter(value__isnull=True)


@Compiled
def _debts_of_journal():
    standing = owed().filter(work__lesson__journal=Given("journal"))
    return standing.order_by("work__position", "work").values_list(
        "student",
        *person_columns(),
        "work__lesson",
        "work__work_type__name",
        "work__lesson__journal",
        "work__lesson__date",
        "work__lesson__number",
    )
