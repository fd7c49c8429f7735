"""What the classes and pupils of a school year become in the next one. Pure.

Derived unless somebody says otherwise: a class goes one up with its letter; who ends the ninth
leaves unless he is ticked; the eleventh leaves, the twelfth where there is one.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from school.rules.texts import tidy

from .class_names import class_name

NINTH, LAST = 9, 11
LEAVES = "выпуск"  # what is typed, and shown, of a class that becomes none
_LEAVING = ("", LEAVES, "выпускается", "выбывает", "нет", "-")


class ClassName(NamedTuple):
    number: int
    letter: str

    def __str__(self) -> str:
        return f"{self.number}{self.letter}"


@dataclass(frozen=True)
class OldPupil:
    pk: int
    name: str


@dataclass(frozen=True)
class OldClass:
    """A class of the year that ends, with who is in it, in the order of its list."""

    pk: int
    name: ClassName
    pupils: Sequence[OldPupil] = ()
    teacher: int | None = None


@dataclass(frozen=True)
class Said:
    """What somebody said: `classes` {class: text, «8А, 8Б» or LEAVES}, `pupils` {pupil: name of his
    class, «» for who leaves}, by primary keys; `new` the classes that begin, «1А, 1Б»; `behind`
    the groups that do not go on."""

    classes: Mapping[int, str] = field(default_factory=dict)
    pupils: Mapping[int, str] = field(default_factory=dict)
    new: str = ""
    behind: frozenset[int] = frozenset()


@dataclass(frozen=True)
class PupilTurn:
    """`to`: his class in the new year, None: he leaves. `usual`: the same had nobody said
    anything; `asked`: what was said that can't be, with the `problem`."""

    pk: int
    name: str
    was: ClassName
    to: ClassName | None
    usual: ClassName | None
    asked: str = ""
    problem: str = ""

    @property
    def text(self) -> str:
        return self.asked or _text(self.to)

    @property
    def repeats(self) -> bool:
        return self.to is not None and self.to.number <= self.was.number


@dataclass(frozen=True)
class ClassTurn:
    """`targets`: what the class becomes, () where it leaves; `usual` the same had nobody said
    anything. `text`: as it stands in its field. `asks`: only who is ticked goes on."""

    old: OldClass
    targets: tuple[ClassName, ...]
    usual: tuple[ClassName, ...]
    text: str
    problem: str
    asks: bool
    pupils: Sequence[PupilTurn]

    @property
    def leaving(self) -> list[PupilTurn]:
        return [one for one in self.pupils if one.to is None]

    @property
    def repeating(self) -> list[PupilTurn]:
        kept = {one.number for one in self.targets}
        return [one for one in self.pupils if one.repeats and one.was.number not in kept]

    @property
    def elsewhere(self) -> list[PupilTurn]:
        """Who goes up, to a class that is not his class's."""
        return [
            one
            for one in self.pupils
            if one.to is not None and one.to not in self.targets and one not in self.repeating
        ]

    @property
    def sizes(self) -> list[int]:
        """How many of it go to each of the targets."""
        return [sum(one.to == target for one in self.pupils) for target in self.targets]

    @property
    def is_split(self) -> bool:
        return len(self.targets) > 1

    @property
    def is_plain(self) -> bool:
        """Whether it goes one up, with its letter and all of its pupils."""
        went = (ClassName(self.old.name.number + 1, self.old.name.letter),)
        return (
            self.targets == went
            and not (self.problem or self.asks)
            and all(one.to == went[0] and not one.problem for one in self.pupils)
        )


@dataclass(frozen=True)
class Turn:
    """The whole school. `new`: the classes that begin without anybody; `problems` {field: text in
    Russian}, for which nothing can be opened."""

    classes: Sequence[ClassTurn]
    new: Sequence[ClassName]
    problems: Mapping[str, str]

    @property
    def names(self) -> dict[ClassName, list[ClassTurn]]:
        """The classes of the new year, each with those that become it."""
        found: dict[ClassName, list[ClassTurn]] = {name: [] for name in self.new}
        for one in self.classes:
            for target in one.targets:
                found.setdefault(target, []).append(one)
        return dict(sorted(found.items()))

    @property
    def pupils(self) -> list[PupilTurn]:
        return [pupil for one in self.classes for pupil in one.pupils]

    @property
    def sizes(self) -> dict[ClassName, int]:
        found = dict.fromkeys(self.names, 0)
        for one in self.pupils:
            if one.to is not None:
                found[one.to] += 1
        return found

    @property
    def leaving(self) -> int:
        return sum(one.to is None for one in self.pupils)

    @property
    def repeating(self) -> int:
        return sum(len(one.repeating) for one in self.classes)

    def choices(self, of: ClassName) -> list[ClassName]:
        """Where a pupil of a class can go: one up, or once more."""
        return [name for name in self.names if name.number in (of.number, of.number + 1)]


def turn(classes: Sequence[OldClass], said: Said) -> Turn:
    """What becomes of all, as it was said, else as it is usual; what can't be is told, and of it
    the usual holds."""
    there = [one.name for one in classes]
    problems: dict[str, str] = {}
    targets: dict[int, tuple[ClassName, ...]] = {}
    for one in classes:
        targets[one.pk] = usual_targets(one.name, there)
        if one.pk in said.classes:
            targets[one.pk], why = said_targets(said.classes[one.pk], one.name)
            if why:
                problems[class_field(one.pk)] = why
                targets[one.pk] = usual_targets(one.name, there)
    sources = {name: one for one in classes for name in targets[one.pk]}
    new, why = _new(said.new, sources)
    if why:
        problems["new"] = why
    known = {*sources, *new}
    turns = [
        _class_turn(one, targets[one.pk], there, said, known, problems.get(class_field(one.pk), ""))
        for one in classes
    ]
    told = [one for its in turns for one in its.pupils if one.problem]
    problems |= {pupil_field(one.pk): one.problem for one in told}
    for name, its in _unchosen(turns).items():
        why = f"Отметьте, кто идёт в {name}; если никто, впишите «{LEAVES}»."
        problems.setdefault(class_field(its.old.pk), why)
    return Turn(turns, new, problems)


def _unchosen(turns: Sequence[ClassTurn]) -> dict[ClassName, ClassTurn]:
    """The classes to which those go who are ticked, while nobody is, with the first they come
    from."""
    wanted: dict[ClassName, ClassTurn] = {}
    for one in turns:
        if one.asks and one.pupils:
            for name in one.targets:
                wanted.setdefault(name, one)
    reached = {pupil.to for one in turns for pupil in one.pupils}
    return {name: one for name, one in wanted.items() if name not in reached}


def class_field(pk: int) -> str:
    return f"class-{pk}"


def pupil_field(pk: int) -> str:
    return f"pupil-{pk}"


def group_field(pk: int) -> str:
    return f"group-{pk}"


def usual_targets(old: ClassName, there: Collection[ClassName]) -> tuple[ClassName, ...]:
    """What a class becomes unless somebody says otherwise, `there` being the classes of its year:
    of a ninth the tenth of its letter, else the first one, where the school has any."""
    above = sorted(one for one in there if one.number == old.number + 1)
    if old.number == NINTH:
        return tuple([one for one in above if one.letter == old.letter] or above[:1])
    if old.number >= LAST and not above:
        return ()
    return (ClassName(old.number + 1, old.letter),)


def said_targets(text: str, old: ClassName) -> tuple[tuple[ClassName, ...], str]:
    """(the classes that a typed text says, why it can't be in Russian, else «»)."""
    if tidy(text) in _LEAVING:
        return (), ""
    so = (
        f"Так: «{old.number + 1}{old.letter}», «{old.number + 1}А, {old.number + 1}Б» или «выпуск»."
    )
    found: list[ClassName] = []
    for part in filter(str.strip, re.split(r"[,;\n\t]+", text)):
        parsed = class_name(part)
        if parsed is None:
            return (), f"Это не класс: {part.strip()}. {so}"
        name = ClassName(*parsed)
        if name in found:
            return (), f"{name} стоит дважды. {so}"
        if name.number not in (old.number, old.number + 1):
            return (), f"{old} не может стать {name}. {so}"
        found.append(name)
    return tuple(found), ""


def _new(text: str, sources: Mapping[ClassName, OldClass]) -> tuple[list[ClassName], str]:
    found: list[ClassName] = []
    for part in filter(str.strip, re.split(r"[,;\n\t]+", text)):
        parsed = class_name(part)
        if parsed is None:
            return [], f"Это не класс: {part.strip()}. Так: «1А, 1Б»."
        name = ClassName(*parsed)
        if name in found:
            return [], f"{name} стоит дважды."
        if name in sources:
            return [], f"{name} не новый: им становится {sources[name].name}."
        found.append(name)
    return found, ""


def asks(old: ClassName, targets: Sequence[ClassName]) -> bool:
    """Whether only who is ticked goes on: after the ninth everybody is free to leave."""
    return old.number == NINTH and any(one.number > NINTH for one in targets)


def _class_turn(
    old: OldClass,
    targets: tuple[ClassName, ...],
    there: Collection[ClassName],
    said: Said,
    known: Collection[ClassName],
    problem: str,
) -> ClassTurn:
    usual = _usual_places(old, targets)
    pupils = [
        _pupil_turn(one, old.name, usual[one.pk], said.pupils.get(one.pk), known)
        for one in old.pupils
    ]
    typed = said.classes.get(old.pk, "") if problem else ""
    return ClassTurn(
        old,
        targets,
        usual_targets(old.name, there),
        typed or names_text(targets),
        problem,
        asks(old.name, targets),
        pupils,
    )


def _usual_places(old: OldClass, targets: Sequence[ClassName]) -> dict[int, ClassName | None]:
    """A class that splits does so by the order of its list, into parts as large as each other."""
    if not targets or asks(old.name, targets):
        return {one.pk: None for one in old.pupils}
    count = len(old.pupils)
    return {one.pk: targets[place * len(targets) // count] for place, one in enumerate(old.pupils)}


def _pupil_turn(
    pupil: OldPupil,
    was: ClassName,
    usual: ClassName | None,
    said: str | None,
    known: Collection[ClassName],
) -> PupilTurn:
    if said is None:
        return PupilTurn(pupil.pk, pupil.name, was, usual, usual)
    if not said:
        return PupilTurn(pupil.pk, pupil.name, was, None, usual)
    parsed = class_name(said)
    to = ClassName(*parsed) if parsed else None
    if to is None or to not in known:
        why = f"Класса {said} в новом году нет: выберите другой или впишите его классам."
    elif to.number not in (was.number, was.number + 1):
        why = f"Из {was} в {to} не переходят."
    else:
        return PupilTurn(pupil.pk, pupil.name, was, to, usual)
    return PupilTurn(pupil.pk, pupil.name, was, usual, usual, asked=said, problem=why)


def _text(name: ClassName | None) -> str:
    return str(name) if name else ""


def names_text(names: Sequence[ClassName]) -> str:
    """As it is typed: «8А, 8Б», LEAVES for none."""
    return ", ".join(map(str, names)) or LEAVES


def usual_new(there: Collection[ClassName]) -> str:
    """The classes that begin, those from which the youngest of this year go on: «1А, 1Б» once more;
    where there are preparatory ones these, for the first become of them."""
    youngest = min((one.number for one in there), default=1)
    if youngest > 1:
        return ""
    return ", ".join(str(one) for one in sorted(there) if one.number == youngest)


@dataclass(frozen=True)
class Line:
    """What is shown as one: a class, or several that go on as they are."""

    turns: Sequence[ClassTurn]

    @property
    def is_folded(self) -> bool:
        return len(self.turns) > 1


FOLDED_FROM = 3


def lines(turns: Sequence[ClassTurn], shared: Collection[ClassName] = ()) -> list[Line]:
    """The classes in order, runs of plain ones folded; `shared` are the targets of several."""
    found: list[Line] = []
    run: list[ClassTurn] = []

    def close() -> None:
        parts = [run[:]] if len(run) >= FOLDED_FROM else [[one] for one in run]
        found.extend(Line(part) for part in parts if part)
        run.clear()

    for one in turns:
        if one.is_plain and not set(one.targets) & set(shared):
            run.append(one)
        else:
            close()
            found.append(Line([one]))
    close()
    return found


def told(one: ClassTurn, joined: Sequence[ClassTurn]) -> str:
    """What becomes of a class, in a word: `joined` are all that become the same."""
    if one.problem:
        return ""
    if not one.targets:
        return "выпускается" if one.old.name.number >= NINTH else "выбывает весь"
    if one.asks:
        return f"{one.old.name.number} класс выпускается"
    if one.is_split:
        return "делится"
    if len(joined) > 1:
        return "соединяются"
    if one.targets[0].number == one.old.name.number:
        return "остаётся на год"
    return "" if one.targets[0].letter == one.old.name.letter else "другая буква"
