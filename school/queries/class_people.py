"""Who is in a class on a day, where they are taught, and what of their cards its board tells."""

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from .. import namesakes
from ..compiled import Compiled, Given
from ..models import Enrolment, GroupMembership, Journal, SchoolClass
from ..models.dated import on_day
from ..rules.days import birthday_from
from ..rules.names import PersonName
from ..rules.phones import Phone, phones
from ..rules.spans import ONE_DAY, covers, span
from .belonging import Taught, as_taught, groups_of, person_columns, taught_rows

BIRTHDAYS_AHEAD = 7  # days


@dataclass(frozen=True)
class Birthday:
    """Whose birthday it is on a school-local day, and how old he is then."""

    student_id: int
    name: str
    day: datetime.date
    age: int


@dataclass(frozen=True)
class Moving:
    """A pupil who comes to the class on a school-local day or is there no more from it on; `other`
    is the class he comes from or goes to, «» for none."""

    student_id: int
    name: str
    day: datetime.date
    comes: bool
    other: str


@dataclass(frozen=True)
class ClassPeople:
    """The pupils of a class on a day: `names` {student id: name} in the order of its list, `since`
    {student id: his first day there}, `phones` {student id: what his card has of telephones};
    birthdays of this day and the next seven; who is to come or to go."""

    names: dict[int, str]
    since: dict[int, datetime.date]
    phones: dict[int, list[Phone]]
    birthdays: list[Birthday]
    moving: list[Moving]


def class_people(school_class: SchoolClass, day: datetime.date) -> ClassPeople:
    """The ClassPeople of a class (with year) on a school-local day; one query, and one more where
    there are namesakes."""
    rows = [_Row(*row) for row in _rows(school_class=school_class.pk, day=day)]
    own = [row for row in rows if row.school_class == school_class.pk]
    people = {row.student: PersonName(row.last_name, row.first_name, row.patronymic) for row in own}
    names = namesakes.pupils(people)
    present = [row for row in own if covers([span(row.starts_on, row.ends_on)], day)]
    return ClassPeople(
        {row.student: names[row.student] for row in present},
        {row.student: row.starts_on for row in present},
        {row.student: phones(row.contacts or "") for row in present},
        _birthdays(present, names, day),
        _moving(rows, own, names, day, school_class.year.ends_on),
    )


# --- parts of Compiled reads, which are given a class (`school_class`, `year`) and a `day`, the
# groups also `since` when ---


def pupils_there() -> QuerySet[Enrolment, Any]:
    """The ids of the class's pupils."""
    there = Enrolment.objects.filter(on_day(Given("day")), school_class=Given("school_class"))
    return there.order_by().values("student")


def journals_there() -> QuerySet[Journal]:
    """The Journals in which they are taught."""
    members = GroupMembership.objects.filter(
        on_day(Given("day")), group=OuterRef("group"), student__in=pupils_there()
    )
    return Journal.objects.filter(
        Q(group__school_class=Given("school_class")) | Exists(members.order_by()),
        group__year=Given("year"),
    )


def groups_there() -> QuerySet[Any]:
    """The ids of the teaching groups in which they have a day since …: there is all that is known
    of them in these days, and it is looked for there, not in all lessons of the school."""
    return groups_of(pupils_there(), Given("since"), Given("day"))


def taught_there(school_class: SchoolClass, day: datetime.date) -> Taught:
    """The Taught of a class's pupils on a day; one query."""
    return as_taught(_taught_rows(school_class=school_class.pk, day=day))


@Compiled
def _taught_rows() -> QuerySet[Any]:
    own = {"student__in": pupils_there()}
    return taught_rows(
        Enrolment.objects.filter(**own),
        GroupMembership.objects.filter(**own),
        Given("day"),
        Given("day"),
    )


@dataclass(frozen=True)
class _Row:
    student: int
    sort_name: str
    last_name: str
    first_name: str
    patronymic: str
    school_class: int
    number: int
    letter: str
    starts_on: datetime.date
    ends_on: datetime.date | None
    born_on: datetime.date | None
    contacts: str | None

    @property
    def class_name(self) -> str:
        return f"{self.number}{self.letter}"


@Compiled
def _rows() -> QuerySet[Enrolment, Any]:
    """The Enrolments, but those of before, of who has one of them in the class."""
    lasting = Enrolment.objects.filter(Q(ends_on=None) | Q(ends_on__gte=Given("day")))
    own = lasting.filter(school_class=Given("school_class")).order_by()
    rows = lasting.filter(student__in=own.values("student"))
    return rows.order_by("student__user__sort_name", "student", "starts_on").values_list(
        "student",
        *person_columns(),
        "school_class",
        "school_class__number",
        "school_class__letter",
        "starts_on",
        "ends_on",
        "student__card__born_on",
        "student__card__contacts",
    )


def _birthdays(
    present: Sequence[_Row], names: Mapping[int, str], day: datetime.date
) -> list[Birthday]:
    found = [
        Birthday(row.student, names[row.student], at, at.year - row.born_on.year)
        for row in present
        if row.born_on
        for at in [birthday_from(row.born_on, day)]
        if at <= day + BIRTHDAYS_AHEAD * ONE_DAY
    ]
    return sorted(found, key=lambda one: one.day)


def _moving(
    rows: Sequence[_Row],
    own: Sequence[_Row],
    names: Mapping[int, str],
    day: datetime.date,
    year_ends_on: datetime.date,
) -> list[Moving]:
    """Who leaves with the year goes nowhere."""
    found = []
    for row in own:
        others = [one for one in rows if one.student == row.student and one is not row]
        name = names[row.student]
        if row.starts_on > day:
            before = [one for one in others if one.ends_on and one.ends_on < row.starts_on]
            other = before[-1].class_name if before else ""
            found.append(Moving(row.student, name, row.starts_on, True, other))
        if row.ends_on and row.ends_on < year_ends_on:
            after = [one for one in others if one.starts_on > row.ends_on]
            other = after[0].class_name if after else ""
            found.append(Moving(row.student, name, row.ends_on + ONE_DAY, False, other))
    return sorted(found, key=lambda one: one.day)
