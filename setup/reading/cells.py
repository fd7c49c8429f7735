"""What a cell of a brought load says, as `workload_cells` reads it, with its names read. Pure."""

import re
from dataclasses import dataclass
from decimal import Decimal

from school.rules.texts import tidy, visible
from school.tables.table import Value

from .. import workload_cells
from ..batch import Person
from ..class_names import parted
from ..workload_cells import WHOLE_CLASS, Unclear, is_empty, long_label, short_label
from . import texts
from .texts import Wrong, class_name, shown


@dataclass(frozen=True)
class Load:
    """Who teaches one group. `teacher` None: nobody yet; `hours` a week, None: not said; `group`:
    «» where it is the whole class."""

    teacher: Person | None
    hours: Decimal | None
    group: str = ""


def hours(value: Value) -> Decimal:
    """Hours a week. Wrong."""
    try:
        return workload_cells.hours_of(shown(value))
    except Unclear as error:
        raise Wrong(error.why, error.way_out) from None


def is_blank(value: Value) -> bool:
    """Whether a cell says that the subject is not taught there."""
    return is_empty(shown(value))


def parse(value: Value) -> list[Load]:
    """What a cell says: several groups are called «1 группа» and so on unless it calls them
    otherwise, a class that two share WHOLE_CLASS; hours may be told before a name is. [] of an
    empty cell. Wrong."""
    try:
        parts = workload_cells.parse("\n".join(texts.lines(value)), may_lack_name=True)
    except Unclear as error:
        raise Wrong(error.why, error.way_out) from None
    found, number = [], 0
    for part in parts:
        group = _group(part.label)
        if tidy(part.label) != WHOLE_CLASS and len(parts) > 1:
            number += 1
            group = group or long_label(str(number))
        elif len(part.taught) > 1:
            group = group or WHOLE_CLASS
        found += [Load(_teacher(one.who), one.hours, group) for one in part.taught]
        if not part.taught:
            found.append(Load(None, None, group))
    return found


def _group(label: str) -> str:
    return long_label(short_label(label)) if label else ""


def _teacher(who: str) -> Person | None:
    return texts.person(who) if who else None


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
