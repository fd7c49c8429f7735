"""A cell of the workload: who teaches a subject to a class, in which groups, how many hours a week.

    «Калинина 5»                   the whole class
    «Ежова 3 / Жуков 3»            two groups
    «дев.: Ивушкина 2 / мал.: нет»   groups that are called by names, one without a teacher
    «Ежова (1 группа) 3»           the same called after the name
    «Ежова 2 + Жуков 1»            two who share one journal
    «весь класс: Рябов 3 / 1: Ежова 2»   lessons of the class, and of a group beside them
    «нет»                          a subject that nobody teaches yet

and, the other way round, what a teacher teaches to a class: «алгебра 3, геометрия 2»,
«англ. (1) 3».

So cells are read on the page of the load and in files that are brought (`reading.cells`). Pure:
whom a word means is told by `people`, hours by themselves.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from school.models.structure import MOST_HOURS
from school.rules.names import PersonName, sorting_name, told_apart
from school.rules.texts import tidy, visible

WHOLE_CLASS = "весь класс"
NOBODY = "нет"
EXAMPLE = "Фамилия и часы: Калинина 5."

LEAST_HOURS = Decimal("0.25")  # a week

_EMPTY = {"", "-", "0", "x", "х"}
_SAY_NOBODY = {"нет", "-", "?", "вакансия", "вакантно", "нет учителя", "учителя нет", "0"}
_AMOUNT = r"\d{1,3}(?:[.,]\d{1,2})?"
_HOURS = re.compile(
    rf"^(.*?)[\s(]*(?<!\d)(?<!\d[.,])({_AMOUNT})\s*(?:ч(?:ас[а-я]*)?\.?)?\)?$", re.I
)
_LABEL = re.compile(r"^([^:]{1,100}):(.*)$")
_CODE = re.compile(r"код (\d{1,18})$")  # of those who are called alike in every other way
_IN_BRACKETS = re.compile(r"^(.*?)\s*\(([^()]{1,40})\)\s*(.*)$")
_NUMBERED = re.compile(r"^(?:гр(?:уппа|\.)?\s*№?\s*)?(\d{1,2})(?:[\s-]*я?\s*гр(?:уппа|\.)?)?$")
_ONLY_HOURS = re.compile(rf"^\s*{_AMOUNT}\s*(ч(ас[а-я]*)?\.?)?$", re.I)
_BRACKETED_HOURS = re.compile(rf"^\s*{_AMOUNT}\s*ч", re.I)
_BETWEEN_GROUPS = re.compile(r"\s*[/\n;]\s*")


class Unclear(ValueError):
    """`why` a text is no cell, and the `way_out`, in Russian."""

    def __init__(self, why: str, way_out: str) -> None:
        super().__init__(f"{why}. {way_out}")
        self.why, self.way_out = why, way_out


@dataclass(frozen=True)
class Taught:
    """That somebody (a word as it was written; «» nobody) teaches so many hours a week, None: not
    said."""

    who: str
    hours: Decimal | None = None


@dataclass(frozen=True)
class Part:
    """A group of a cell, or the whole class. `label`: what the group is called in its class, «»
    where its place says it, WHOLE_CLASS of the class beside groups. `taught`: those who share it,
    none where nobody teaches it."""

    taught: tuple[Taught, ...]
    label: str = ""


def is_empty(text: str) -> bool:
    """Whether a cell says that the subject is not taught there."""
    return tidy(text) in _EMPTY


def says_nobody(text: str) -> bool:
    """Whether a word instead of a name says that there is no teacher yet."""
    return tidy(text) in _SAY_NOBODY


def parse(text: str, *, may_lack_name: bool = False) -> list[Part]:
    """The Parts of a cell, none of an empty one; `may_lack_name`: «4» alone are hours that nobody
    teaches yet. Hours told once, at the end, are those of all groups. Unclear."""
    text = visible_cell(text)
    if is_empty(text):
        return []
    parts = [_part(one, may_lack_name) for one in _BETWEEN_GROUPS.split(text)]
    told = [one.hours for part in parts for one in part.taught]
    if len(parts) > 1 and told and told[-1] and not any(told[:-1]) and parts[-1].taught:
        return [_with_hours(part, told[-1]) for part in parts]  # once, for all of them
    return parts


def _with_hours(part: Part, hours: Decimal) -> Part:
    return replace(part, taught=tuple(replace(one, hours=hours) for one in part.taught))


def visible_cell(text: str) -> str:
    """As a person sees it; a line break parts groups as a slash does."""
    return visible(" / ".join(filter(None, map(visible, text.splitlines()))))


def _part(text: str, may_lack_name: bool) -> Part:
    label = ""
    if (found := _LABEL.match(text)) and not _ONLY_HOURS.match(found[2]):
        label, text = found[1].strip(), found[2].strip()
    elif (found := _IN_BRACKETS.match(text)) and not _are_hours(found[2], found[1] + found[3]):
        label, text = found[2].strip(), f"{found[1]} {found[3]}".strip()
    if not text:
        raise Unclear("Между косыми чертами пусто", "Напишите «нет», если у группы нет учителя.")
    if says_nobody(text):
        return Part((), label)
    taught = tuple(_taught(one.strip(), may_lack_name) for one in text.split("+"))
    names = [tidy(one.who) for one in taught]
    if len({*names}) < len(names):
        raise Unclear(f"«{text}»: учитель назван дважды", "Оставьте его один раз.")
    return Part(taught, label)


def _are_hours(text: str, rest: str) -> bool:
    """Whether brackets tell hours, and not which group: a number tells hours where none stand
    without brackets."""
    return bool(_ONLY_HOURS.match(text) and not _HOURS.match(rest.strip()))


def _taught(text: str, may_lack_name: bool) -> Taught:
    who, hours = split_hours(text)
    if (not who and hours is None) or (who and not re.search(r"[^\W\d_]", who)):
        raise Unclear(f"«{text}» не похоже на фамилию и часы", EXAMPLE)
    if not who and not may_lack_name:
        raise Unclear(f"«{text}»: не сказано, кто ведёт", EXAMPLE)
    return Taught("" if says_nobody(who) else who, hours)


def split_hours(text: str) -> tuple[str, Decimal | None]:
    """(what stands before the hours, the hours) of «Калинина 5», «Калинина А. Д. (2,5 ч.)»."""
    found = _HOURS.match(text)
    if found is None or _CODE.search(text):
        return text.strip(), None
    return found[1].strip(" ,-–—:("), _checked(found[2])


def hours_of(text: str) -> Decimal:
    """Hours a week that stand alone: «3», «0,5 ч.». Unclear."""
    who, hours = split_hours(visible(text))
    if who or hours is None:
        raise Unclear("Непонятные часы", "Число: 3 или 0,5.")
    return hours


def _checked(text: str) -> Decimal:
    hours = Decimal(text.replace(",", "."))
    if not LEAST_HOURS <= hours <= MOST_HOURS:
        most = f"От {told_hours(LEAST_HOURS)} до {MOST_HOURS}."
        raise Unclear(f"{text} часов в неделю не бывает", most)
    return hours


def told_hours(hours: Decimal | None) -> str:
    """«3», «2,5», «» where they are not said."""
    if hours is None:
        return ""
    return f"{hours.normalize():f}".replace(".", ",")


def draw(parts: Sequence[Part]) -> str:
    """The text of a cell, which `parse` reads as these Parts."""
    return " / ".join(map(draw_part, parts))


def draw_part(part: Part) -> str:
    label = f"{part.label}: " if part.label else ""
    return label + (" + ".join(map(_draw_taught, part.taught)) or NOBODY)


def _draw_taught(one: Taught) -> str:
    return " ".join(filter(None, (one.who or NOBODY, told_hours(one.hours))))


def short_label(text: str) -> str:
    """«1» of «1 группа», «гр. 1» and «1-я группа»; else the text."""
    text = " ".join(text.split())
    numbered = _NUMBERED.match(tidy(text))
    return str(int(numbered[1])) if numbered else text


def long_label(label: str) -> str:
    """«1 группа» of «1»."""
    return f"{label} группа" if label.isdigit() else label


# --- the other way round ---


@dataclass(frozen=True)
class Subjected:
    """That a teacher teaches a subject (a word as it was written) to a class, in the group `label`,
    «» where it is all of it."""

    subject: str
    label: str = ""
    hours: Decimal | None = None


def parse_subjects(text: str) -> list[Subjected]:
    """What a teacher's cell says. Unclear."""
    text = visible(", ".join(filter(None, map(visible, text.splitlines()))))
    if is_empty(text) or says_nobody(text):
        return []
    parts = [one.strip() for one in re.split(r"\s*;\s*|,\s+|,(?=\D)", text)]
    found = [_subjected(one) for one in parts if one]
    keys = [(tidy(one.subject), tidy(one.label)) for one in found]
    if len({*keys}) < len(keys):
        raise Unclear("Один предмет назван дважды", "Группы — так: «предмет (группа) часы».")
    return found


def _subjected(text: str) -> Subjected:
    label, hours = "", None
    bracketed = _IN_BRACKETS.match(text)
    if bracketed and bracketed[1] and not _BRACKETED_HOURS.match(bracketed[2]):
        text, label = f"{bracketed[1]} {bracketed[3]}".strip(), bracketed[2].strip()
    subject, hours = split_hours(text)
    if not subject:
        raise Unclear(f"«{text}»: не сказано, какой предмет", "Напишите предмет и часы.")
    return Subjected(subject, label, hours)


def draw_subjects(found: Iterable[Subjected]) -> str:
    """«алгебра 3, англ. (1) 3»"""
    return ", ".join(
        " ".join(
            filter(
                None, (one.subject, f"({one.label})" if one.label else "", told_hours(one.hours))
            )
        )
        for one in found
    )


# --- whom and what a word means ---


def called(staff: Mapping[int, PersonName]) -> dict[int, str]:
    """How each of the staff is called in a cell: by the last name; of namesakes with initials, then
    in full."""
    return told_apart(
        {
            pk: (name.last_name, _plain(name.short), name.full, f"{name.full} код {pk}")
            for pk, name in staff.items()
        }
    )


def _plain(name: str) -> str:
    return name.replace("\u00a0", " ")


def people(word: str, staff: Mapping[int, PersonName]) -> list[int]:
    """Whom of the staff a word can mean: «Калинина», «Калинина А.», «Калинина А.Д.», «Калинина Алла
    Дмитриевна», a name or an initial at its place. Empty where nobody is called so."""
    if coded := _CODE.search(word):
        return [int(coded[1])] if int(coded[1]) in staff else []
    said = sorting_name(word.replace(".", " ")).split()
    if not said:
        return []
    return [pk for pk, name in staff.items() if _is_called(said, name)]


def _is_called(said: Sequence[str], name: PersonName) -> bool:
    last, *rest = (sorting_name(one).split() for one in name)
    if list(said[: len(last)]) != last:
        return False
    given = said[len(last) :]
    names = [word for words in rest for word in words]
    return len(given) <= len(names) and all(
        own == one or (len(one) == 1 and own.startswith(one))
        for one, own in zip(given, names, strict=False)
    )


def subjects(word: str, named: Mapping[int, Sequence[str]]) -> list[int]:
    """Which subjects {key: (name, short name, abbreviation)} a word can mean: as one of these, or
    else as the beginning of the name, words cut short: «англ», «рус. яз.»."""
    said = sorting_name(word)
    exactly = [
        pk for pk, names in named.items() if said in map(sorting_name, names if said else ())
    ]
    if exactly or not said:
        return exactly
    words = said.replace(".", " ").split()
    return [pk for pk, names in named.items() if _begins(words, sorting_name(names[0]).split())]


def _begins(words: Sequence[str], name: Sequence[str]) -> bool:
    """Whether each of the words begins a word of the name, in order; the first one the first."""
    if not name[0].startswith(words[0]):
        return False
    place = 1
    for word in words[1:]:
        while place < len(name) and not name[place].startswith(word):
            place += 1
        if place == len(name):
            return False
        place += 1
    return True
