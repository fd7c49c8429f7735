"""How a class is parted into the groups of a subject, and when it is not. Pure.

`pupils` are in the order of the class's list; the answer is {pupil: place of his group, from 0}, of
those who have one. Who has a group already keeps it.
"""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from decimal import Decimal
from enum import StrEnum
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)


class Way(StrEnum):
    ALPHABET = "alphabet"
    SEX = "sex"
    LAST_YEAR = "last_year"

    @property
    def told(self) -> str:
        return {
            Way.ALPHABET: "по алфавиту",
            Way.SEX: "по полу",
            Way.LAST_YEAR: "как в прошлом году",
        }[self]


def share_journal(
    hours: Iterable[Decimal | None], planned: Decimal | None, *, do_already: bool
) -> bool:
    """Whether teachers who are named for one class and subject, and for no groups, have its journal
    together, each his hours: they do already, or their hours are together those of the curriculum.
    Else each has a group."""
    told = list(hours)
    is_all_told = None not in told
    return do_already or (is_all_told and sum(filter(None, told), Decimal(0)) == planned)


def by_alphabet(pupils: Sequence[Key], groups: int, kept: Mapping[Key, int]) -> dict[Key, int]:
    """The first ones into the first group: as large as each other, the earlier ones by one larger.
    Who comes later fills up the groups that have fewest."""
    sizes = [list(kept.values()).count(place) for place in range(groups)]
    total = len({*pupils} | {*kept})
    most = [total // groups + (place < total % groups) for place in range(groups)]
    found = dict(kept)
    for pupil in pupils:
        if pupil in found:
            continue
        roomy = [place for place in range(groups) if sizes[place] < most[place]]
        place = roomy[0] if roomy else min(range(groups), key=lambda one: sizes[one])
        found[pupil] = place
        sizes[place] += 1
    return found


def by_sex(
    pupils: Sequence[Key], sexes: Mapping[Key, str], labels: Sequence[str], kept: Mapping[Key, int]
) -> dict[Key, int]:
    """Girls into the first of two groups, boys into the second, unless a group is called after one
    («мал.», «юноши», «дев.»). Of whom the sex is not known has none."""
    places = sex_places(labels)
    found = dict(kept)
    for pupil in pupils:
        if pupil not in found and sexes.get(pupil, "") in places:
            found[pupil] = places[sexes[pupil]]
    return found


_GIRLS, _BOYS = ("дев",), ("мал", "юн", "муж")


def sex_places(labels: Sequence[str]) -> dict[str, int]:
    """{sex: place of its group} of the groups' labels."""
    names = [label.strip().casefold() for label in labels]
    girls = [place for place, name in enumerate(names) if name.startswith(_GIRLS)]
    boys = [place for place, name in enumerate(names) if name.startswith(_BOYS)]
    girl = girls[0] if girls else (1 if boys[:1] == [0] else 0)
    boy = boys[0] if boys else (0 if girl else 1)
    return {"f": girl, "m": boy} if len(labels) > 1 else {}


def as_before(
    pupils: Sequence[Key], before: Mapping[Key, int], groups: int, kept: Mapping[Key, int]
) -> dict[Key, int]:
    """As they were parted in the year before, {pupil: place}; who was in none then has none."""
    found = dict(kept)
    for pupil in pupils:
        if pupil not in found and before.get(pupil, groups) < groups:
            found[pupil] = before[pupil]
    return found
