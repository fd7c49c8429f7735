"""What the text of a cell of the workload means, beside all that stands: whom, which groups, how
many hours; or what is asked about it. Pure.

Cells are resolved into `Wanted` groups of (class, subject), whichever of the two matrices they are
typed in, so that both are the same facts.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Protocol

from rapidfuzz import fuzz, process

from school.rules.names import PersonName, sorting_name
from school.rules.texts import tidy

from .workload_cells import (
    WHOLE_CLASS,
    Part,
    Taught,
    Unclear,
    draw,
    draw_part,
    hours_of,
    is_empty,
    parse,
    people,
    short_label,
    told_hours,
)

Key = tuple[int, int]

MOST_IN_CELL = Decimal(12)  # hours a week of a subject in a class, unless the curriculum has more
ALIKE = 75  # percent from which on a name is proposed


class JournalOfCell(Protocol):
    """A journal that a cell has: `queries.workload.CellJournal`."""

    @property
    def journal(self) -> int: ...

    @property
    def group(self) -> int: ...

    @property
    def is_whole(self) -> bool: ...

    @property
    def is_joint(self) -> bool: ...

    @property
    def is_over(self) -> bool: ...

    @property
    def label(self) -> str: ...


@dataclass(frozen=True)
class Asked(Exception):
    """A cell that can't be written as it is: Russian, `told` why; `instead` the text that would do,
    with the words `proposal` on its button; `word` a name that nobody is called by."""

    told: str
    instead: str = ""
    proposal: str = ""
    word: str = ""

    def __str__(self) -> str:
        return self.told


@dataclass
class Wanted:
    """A group of a cell as it is to be, `place` the one that stands: None of a new one, which
    `label` calls («» the whole class). `taught`: {teacher: hours}."""

    place: JournalOfCell | None
    label: str
    taught: dict[int, Decimal | None] = field(default_factory=dict)

    @property
    def is_whole(self) -> bool:
        return self.place.is_whole if self.place else not self.label


@dataclass(frozen=True)
class Around:
    """What a cell is resolved with: those who can be named, how they are called and how many hours
    they have, the hours of the cell's curriculum (None: not told), the journals that stand there
    and what {(journal, teacher): hours} they say."""

    staff: Mapping[int, PersonName]
    names: Mapping[int, str]
    loads: Mapping[int, Decimal]
    planned: Decimal | None
    places: Sequence[JournalOfCell]
    hours: Mapping[tuple[int, int], Decimal | None]


def class_cell(text: str, around: Around) -> list[Wanted]:
    """The Wanted of a cell (class, subject); Asked where something is to be asked."""
    try:
        parts = parse(text)
    except Unclear as error:
        raise Asked(str(error)) from None
    if parts == [Part(())]:
        parts = []  # a whole class without a teacher is an empty cell here
    placed = _placed(parts, around)
    wanted = [
        Wanted(place, label, _taught(part, place, parts, around))
        for part, (place, label) in zip(parts, placed, strict=True)
    ]
    _refuse_to_lose_joint(wanted, around.places)
    return wanted


def _placed(parts, around):
    """[(the Place of a part or None, its label)]"""
    whole = next((one for one in around.places if one.is_whole), None)
    if len(parts) == 1 and not parts[0].label:
        return [(whole, "")]
    open_groups = [
        one for one in around.places if not (one.is_whole or one.is_over or one.is_joint)
    ]
    by_label = {tidy(one.label): one for one in around.places if not one.is_whole}
    is_whole = [tidy(part.label) == WHOLE_CLASS for part in parts]
    by_place = not any(part.label for part, its in zip(parts, is_whole, strict=True) if not its)
    found, number = [], 0
    for part, is_class in zip(parts, is_whole, strict=True):
        if is_class:
            found.append((whole, ""))
            continue
        number += 1
        label = short_label(part.label) if part.label else str(number)
        if by_place and number <= len(open_groups):
            place = open_groups[number - 1]
        else:
            place = by_label.get(tidy(label))
        found.append((place, place.label if place else label))
    keys = [place.journal if place else tidy(label) for place, label in found]
    if len({*keys}) < len(keys):
        raise Asked("Одна группа названа дважды.")
    return found


def _refuse_to_lose_joint(wanted: Iterable[Wanted], places: Iterable[JournalOfCell]) -> None:
    kept = {one.place.journal for one in wanted if one.place}
    for one in places:
        if one.is_joint and not one.is_over and one.journal not in kept:
            raise Asked(
                f"Группа «{one.label}» общая с другим классом, убрать её отсюда нельзя. Оставьте "
                f"«{one.label}: …», а если учителя нет, «{one.label}: нет»."
            )


def _taught(part: Part, place, parts, around: Around) -> dict[int, Decimal | None]:
    found: dict[int, Decimal | None] = {}
    for one in part.taught:
        if not one.who:
            continue
        teacher = _person(one, part, parts, around)
        if teacher in found:
            raise Asked(f"«{draw_part(part)}»: учитель назван дважды.")
        hours = one.hours
        if hours is None and place:
            hours = around.hours.get((place.journal, teacher))
        if hours is None and len(part.taught) == 1:
            hours = around.planned
        found[teacher] = _checked(hours, one, part, parts, around)
    return found


def _person(one: Taught, part: Part, parts, around: Around) -> int:
    found = people(one.who, around.staff)
    if len(found) == 1:
        return found[0]
    if found:
        told = ", ".join(around.staff[pk].full for pk in found[:4])
        raise Asked(
            f"«{one.who}»: так зовут нескольких — {told}. Напишите с инициалами.",
            _instead(parts, part, one, replace(one, who=around.names[found[0]])),
            around.staff[found[0]].full,
        )
    likely = likeliest(one.who, around.staff)
    if likely is None:
        raise Asked(f"Сотрудника «{one.who}» нет.", word=one.who)
    hours = around.loads.get(likely, Decimal(0))
    raise Asked(
        f"Сотрудника «{one.who}» нет. Похоже: {around.staff[likely].full}, {told_hours(hours)} ч."
        if hours
        else f"Сотрудника «{one.who}» нет. Похоже: {around.staff[likely].full}.",
        _instead(parts, part, one, replace(one, who=around.names[likely])),
        around.names[likely],
        one.who,
    )


def likeliest(word: str, staff: Mapping[int, PersonName]) -> int | None:
    """Whose last name is most like a word; None where nobody's is."""
    said = sorting_name(word.replace(".", " ")).split()
    if not said:
        return None
    names = {pk: sorting_name(one.last_name) for pk, one in staff.items()}
    found = process.extractOne(said[0], names, scorer=fuzz.ratio, score_cutoff=ALIKE)
    return found[2] if found else None


def _checked(hours, one: Taught, part: Part, parts, around: Around):
    if hours is None:
        return None
    most = max(MOST_IN_CELL, around.planned or Decimal(0))
    if hours <= most:
        return hours
    planned = around.planned
    raise Asked(
        f"{told_hours(hours)} ч. одного предмета в классе не бывает, наибольшее — "
        f"{told_hours(most)}." + (f" По учебному плану {told_hours(planned)}." if planned else ""),
        _instead(parts, part, one, replace(one, hours=planned)) if planned else "",
        f"{told_hours(planned)} ч." if planned else "",
    )


def _instead(parts, part: Part, one: Taught, other: Taught) -> str:
    """The cell's text with a word put right."""
    taught = tuple(other if each is one else each for each in part.taught)
    mended = replace(part, taught=taught)
    return draw([mended if each is part else each for each in parts])


def hours_text(text: str) -> Decimal | None:
    """The hours of a cell of the curriculum, None of an empty one. Unclear."""
    return None if is_empty(text) else hours_of(text)
