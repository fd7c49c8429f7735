"""What a cell of the load says: «Калинина 5», «Ежова 3 / Жуков 3». Pure."""

import re
from dataclasses import dataclass, replace
from decimal import Decimal, InvalidOperation

from school.rules.texts import visible

from ..batch import Person
from ..class_names import parted
from . import texts
from .table import Value
from .texts import Wrong, class_name, shown

MOST_HOURS = 40  # a week
EMPTY = {"", "-", "–", "—", "x", "х"}
NOBODY = {"нет учителя", "вакансия", "вакантно", "нет", "?"}
_HOURS = re.compile(r"^(\d{1,3}(?:[.,]\d{1,2})?)\s*(?:ч|час[а-я]*)?\.?$")
_PART = re.compile(
    r"""^(?P<name>[^\d(]*?)[\s:–—-]*(?:\((?P<group>[^)]*)\))?[\s:–—-]*
    (?P<hours>\d{1,3}(?:[.,]\d{1,2})?)?\s*(?:ч\.?|час[а-я]*)?\s*(?:\((?P<later>[^)]*)\))?$""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True)
class Part:
    """Who teaches one group. `teacher` None: nobody yet; `hours` a week, None: not said; `group`:
    «» where it is the whole class."""

    teacher: Person | None
    hours: Decimal | None
    group: str = ""


def hours(value: Value) -> Decimal:
    """Hours a week. Wrong."""
    found = _HOURS.match(shown(value).casefold())
    if not found:
        raise Wrong("Непонятные часы", "Число: 3 или 0,5.")
    return _checked(found[1])


def _checked(text: str) -> Decimal:
    try:
        number = Decimal(text.replace(",", "."))
    except InvalidOperation as error:
        raise Wrong("Непонятные часы", "Число: 3 или 0,5.") from error
    if not 0 < number <= MOST_HOURS:
        raise Wrong(f"{text} часов в неделю не бывает", f"От 0,5 до {MOST_HOURS}.")
    return number.normalize() if number != number.to_integral() else number.to_integral()


def parse(value: Value) -> list[Part]:
    """The Parts of a cell, parted by «/», «;» or lines: more than one are groups, «1 группа» and so
    on unless they are called in brackets. Hours told once, at the end, are those of all. [] of an
    empty cell. Wrong."""
    text = " / ".join(texts.lines(value))
    if text.casefold() in EMPTY:
        return []
    parts = [_part(one.strip()) for one in re.split(r"[/;]", text) if one.strip()]
    if len(parts) > 1 and parts[-1].hours and not any(part.hours for part in parts[:-1]):
        parts = [replace(part, hours=parts[-1].hours) for part in parts]
    if len(parts) == 1:
        return parts
    return [
        replace(part, group=part.group or f"{number} группа")
        for number, part in enumerate(parts, start=1)
    ]


def _part(text: str) -> Part:
    found = _PART.match(text)
    if not found:
        raise Wrong("Непонятно, кто и сколько часов", "Фамилия и часы: Калинина 5.")
    name = found["name"].strip(" ,:–—-")
    number = _checked(found["hours"]) if found["hours"] else None
    teacher = None
    if name and name.casefold() not in NOBODY:
        teacher = texts.person(name)
    elif number is None and not name:
        raise Wrong("Непонятно, кто и сколько часов", "Фамилия и часы: Калинина 5.")
    return Part(teacher, number, visible(found["group"] or found["later"] or ""))


def written(parts: list[Part]) -> str:
    """The cell as it is typed: «Ежова 3 / Жуков 3»; `parse` reads the same of it."""
    return " / ".join(map(_written, parts))


def _written(part: Part) -> str:
    name = texts.written(part.teacher) if part.teacher else "нет учителя"
    number = f"{part.hours.normalize():f}".replace(".", ",") if part.hours else ""
    group = f"({part.group})" if part.group else ""
    return " ".join(filter(None, (name, group, number)))


def classes(text: str) -> tuple[str, ...]:
    """«5А, 5Б», «5А, Б», «5А и 5Б»: several classes in one cell. Wrong."""
    found: list[str] = []
    between = re.split(r"[,;+/\n]|\sи\s", visible(text))
    for one in (one for part in between for one in parted(part)):
        word = one.strip()
        if not word:
            continue
        if re.fullmatch(r"[^\W\d_]", word) and found:
            word = re.sub(r"\D+$", "", found[-1]) + word
        found.append(class_name(word))
    if not found:
        raise Wrong("Не сказано, какой класс", "Например: 5А.")
    return tuple(dict.fromkeys(found))
