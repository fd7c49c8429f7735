"""Who could take the lessons of somebody who is away, who of them best, and what becomes of a
lesson. Pure."""

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import IntEnum, StrEnum
from typing import NamedTuple

from .bells import Hour
from .days import monday_of
from .texts import counted


class Presence(IntEnum):
    """Whether a teacher is in school at a lesson anyway: between lessons of his own, directly
    before the first or after the last of them, further off, or on a day on which he has none."""

    BETWEEN = 0
    BESIDE = 1
    APART = 2
    COMES = 3


def presence(number: int, own: Collection[int]) -> Presence:
    """The Presence at the lesson of a number of who has those of `own` numbers that day."""
    if not own:
        return Presence.COMES
    first, last = min(own), max(own)
    if first < number < last:
        return Presence.BETWEEN
    return Presence.BESIDE if first - 1 <= number <= last + 1 else Presence.APART


class Free(NamedTuple):
    """A teacher (id) who teaches nothing at a lesson's time and is not away: whether he teaches its
    subject, the numbers of his lessons of that day, and his hours of that week without it."""

    teacher: int
    name: str
    has_subject: bool
    numbers: frozenset[int]
    hours: int

    def presence_at(self, number: int) -> Presence:
        return presence(number, self.numbers)

    def comes_specially(self, number: int) -> bool:
        """Whether he would be in school for this lesson alone, or much too early or late."""
        return self.presence_at(number) > Presence.BESIDE


def in_order(found: Iterable[Free], number: int) -> list[Free]:
    """The best first: in school anyway, of the same subject, between lessons of his own, with the
    fewest hours that week."""

    def worth(one: Free) -> tuple[bool, bool, Presence, int, str]:
        its = one.presence_at(number)
        return one.comes_specially(number), not one.has_subject, its, one.hours, one.name

    return sorted(found, key=worth)


class Deed(StrEnum):
    """What becomes of a lesson: another takes it, it is taken together with another lesson, it does
    not take place, or that is decided later."""

    SUBSTITUTE = "substitute"
    JOIN = "join"
    CANCEL = "cancel"
    LATER = "later"


class Choice(NamedTuple):
    """A Deed with the teacher (id) who takes the lesson and the lesson (id) to which it is
    joined."""

    deed: Deed
    teacher: int | None = None
    host: int | None = None

    @property
    def key(self) -> str:
        """As a form sends it."""
        if self.deed is Deed.SUBSTITUTE:
            return f"t{self.teacher}"
        return f"j{self.host}-{self.teacher}" if self.deed is Deed.JOIN else str(self.deed)


CANCEL, LATER = Choice(Deed.CANCEL), Choice(Deed.LATER)

_KEY = re.compile(r"t([0-9]{1,18})|j([0-9]{1,18})-([0-9]{1,18})")


def choice_of(key: str) -> Choice | None:
    """The Choice of such a key; None of any other text."""
    if key in (CANCEL.key, LATER.key):
        return Choice(Deed(key))
    found = _KEY.fullmatch(key)
    if found is None:
        return None
    teacher, host, of_host = found.groups()
    if teacher:
        return Choice(Deed.SUBSTITUTE, int(teacher))
    return Choice(Deed.JOIN, int(of_host), int(host))


class Asked(NamedTuple):
    """A lesson (id) that somebody has to take: its school-local day and Hour, who is Free then, the
    lessons (Choices) to which it may be joined, whether it is the last of its pupils' day, and
    whether it is over."""

    pk: int
    day: datetime.date
    hour: Hour
    free: Sequence[Free]
    hosts: Sequence[Choice] = ()
    is_last: bool = False
    is_over: bool = False

    @property
    def week(self) -> datetime.date:
        """Its Monday."""
        return monday_of(self.day)


class Answer(NamedTuple):
    """What may be chosen for an Asked lesson, with the choices above counted, and what is."""

    asked: Asked
    free: list[Free]
    chosen: Choice

    @property
    def options(self) -> set[Choice]:
        taking = {Choice(Deed.SUBSTITUTE, one.teacher) for one in self.free}
        return taking | {*self.asked.hosts, CANCEL, LATER}


def answers(lessons: Iterable[Asked], said: Mapping[int, Choice]) -> list[Answer]:
    """The Answers about lessons, in their order: what was `said` of each ({id: Choice}) where that
    is still possible, else the best. Who takes one of them has an hour more for those below, is in
    school then, and is not free at that time."""
    more: Counter[tuple[int, datetime.date]] = Counter()
    taken: dict[tuple[int, datetime.date], list[Hour]] = defaultdict(list)
    found = []
    for one in lessons:
        free = [
            each._replace(
                hours=each.hours + more[each.teacher, one.week],
                numbers=each.numbers | {hour.number for hour in taken[each.teacher, one.day]},
            )
            for each in one.free
            if not any(one.hour.meets(hour) for hour in taken[each.teacher, one.day])
        ]
        answer = Answer(one, in_order(free, one.hour.number), LATER)
        chosen = said.get(one.pk)
        answer = answer._replace(chosen=chosen if chosen in answer.options else best(answer))
        if answer.chosen.deed is Deed.SUBSTITUTE:
            assert answer.chosen.teacher is not None
            more[answer.chosen.teacher, one.week] += 1
            taken[answer.chosen.teacher, one.day].append(one.hour)
        found.append(answer)
    return found


def best(answer: Answer) -> Choice:
    """What is proposed: whoever is free and in school; where nobody is, the pupils go home after
    the lesson before, join another lesson, or somebody comes specially. Of what is over nothing."""
    asked = answer.asked
    if asked.is_over:
        return LATER
    first = answer.free[0] if answer.free else None
    if first and not first.comes_specially(asked.hour.number):
        return Choice(Deed.SUBSTITUTE, first.teacher)
    if asked.is_last:
        return CANCEL
    if asked.hosts:
        return asked.hosts[0]
    return Choice(Deed.SUBSTITUTE, first.teacher) if first else CANCEL


# {deed: its forms with a number, as what is told and as what is to be done}
COUNTED = {
    Deed.SUBSTITUTE: (("замена", "замены", "замен"), ("замену", "замены", "замен")),
    Deed.JOIN: (
        ("соединение", "соединения", "соединений"),
        ("соединение", "соединения", "соединений"),
    ),
    Deed.CANCEL: (("отмена", "отмены", "отмен"), ("отмену", "отмены", "отмен")),
}


NOTHING_DONE = "Записать отсутствие"


def told(deeds: Iterable[str]) -> str:
    """«6 замен, 1 отмена»; «» of none that is done now."""
    return ", ".join(_told(deeds, 0))


def to_be_done(deeds: Iterable[str]) -> str:
    """What a button does: «Назначить 6 замен, 1 соединение и 1 отмену»."""
    *others, last = _told(deeds, 1) or [""]
    if not last:
        return NOTHING_DONE
    return f"Назначить {', '.join(others)} и {last}" if others else f"Назначить {last}"


def _told(deeds: Iterable[str], case: int) -> list[str]:
    numbers = Counter(deeds)
    return [counted(numbers[deed], *COUNTED[deed][case]) for deed in COUNTED if numbers[deed]]
