"""What is typed in the matrix teacher × class, as the same cells (class, subject). Pure.

Two teachers of one subject in one class are two groups of it; where their hours together are those
of the curriculum they share its journal.
"""

from collections.abc import Iterable, Mapping, MutableMapping
from dataclasses import dataclass
from decimal import Decimal

from school.rules.texts import tidy

from .resolving import MOST_IN_CELL, Asked, Key, Wanted
from .splitting import share_journal
from .workload_cells import (
    Subjected,
    Unclear,
    draw_subjects,
    parse_subjects,
    short_label,
    subjects,
    told_hours,
)

Entry = tuple[int, str, Decimal | None]  # subject, label of the group, hours
Working = MutableMapping[Key, list[Wanted]]


@dataclass(frozen=True)
class Known:
    """What is known of subjects: their names, the hours of the curriculum, who holds a journal of a
    whole class in which lessons were held."""

    named: Mapping[int, tuple[str, str, str]]
    plan: Mapping[Key, Decimal]
    held: Mapping[Key, str]  # (class, subject): the teacher's name


def entries(text: str, school_class: int, known: Known) -> list[Entry]:
    """What a cell (teacher, class) says; Asked where something is to be asked."""
    try:
        said = parse_subjects(text)
    except Unclear as error:
        raise Asked(str(error)) from None
    found = []
    for one in said:
        subject = _subject(one, said, known)
        hours = one.hours if one.hours is not None else known.plan.get((school_class, subject))
        planned = known.plan.get((school_class, subject), Decimal(0))
        if hours is not None and hours > max(MOST_IN_CELL, planned):
            raise Asked(
                f"{told_hours(hours)} ч. одного предмета в классе не бывает, наибольшее — "
                f"{told_hours(max(MOST_IN_CELL, planned))}."
            )
        found.append((subject, short_label(one.label) if one.label else "", hours))
    return found


def _subject(one: Subjected, said: Iterable[Subjected], known: Known) -> int:
    found = subjects(one.subject, known.named)
    if len(found) == 1:
        return found[0]
    if not found:
        raise Asked(f"Предмета «{one.subject}» нет. Заведите его на странице предметов.")
    names = ", ".join(known.named[pk][0] for pk in found[:4])
    first = known.named[found[0]][0]
    mended = [Subjected(first, each.label, each.hours) if each is one else each for each in said]
    raise Asked(f"«{one.subject}»: так можно назвать {names}.", draw_subjects(mended), first)


def take_out(teacher: int, school_class: int, said: list[Entry], working: Working) -> None:
    """Take a teacher out of what he does not teach to a class any more; of two who come in one
    paste nobody is in the other's way then."""
    labels = {(subject, tidy(label)) for subject, label, _ in said}
    for (its_class, subject), wanted in working.items():
        if its_class != school_class:
            continue
        for one in wanted:
            if teacher in one.taught and (subject, tidy(one.label)) not in labels:
                del one.taught[teacher]


def put_in(teacher: int, school_class: int, said: list[Entry], working: Working, known: Known):
    """Put him where he teaches; Asked where a class's journal is another's already."""
    for subject, label, hours in said:
        key = (school_class, subject)
        wanted = working.setdefault(key, [])
        if label:
            _group(wanted, label).taught[teacher] = hours
        else:
            _put_into_class(teacher, hours, key, wanted, known)


def _group(wanted: list[Wanted], label: str) -> Wanted:
    same = (one for one in wanted if not one.is_whole and tidy(one.label) == tidy(label))
    if found := next(same, None):
        return found
    wanted.append(Wanted(None, label))
    return wanted[-1]


def _put_into_class(teacher, hours, key, wanted: list[Wanted], known: Known) -> None:
    whole = next((one for one in wanted if one.is_whole), None)
    groups = [one for one in wanted if not one.is_whole]
    if groups and not (whole and whole.taught):
        vacant = next((one for one in groups if not one.taught), None)
        (vacant or _group(wanted, _next_label(groups))).taught[teacher] = hours
        return
    if whole is None:
        whole = Wanted(None, "")
        wanted.append(whole)
    others = {who: its for who, its in whole.taught.items() if who != teacher}
    if not others:
        whole.taught[teacher] = hours
        return
    do_already = teacher in whole.taught
    if share_journal([*others.values(), hours], known.plan.get(key), do_already=do_already):
        whole.taught[teacher] = hours
        return
    name = known.named[key[1]][0]
    if key in known.held:
        raise Asked(
            f"{name}: в этом классе ведёт {known.held[key]}, уроки уже шли. Скажите в таблице "
            "«По классам», вместо кого он, или поделите класс на группы."
        )
    for place, (who, its) in enumerate([*others.items(), (teacher, hours)], start=1):
        _group(wanted, str(place)).taught[who] = its
    whole.taught.clear()


def _next_label(groups: list[Wanted]) -> str:
    taken = {one.label for one in groups}
    return next(str(number) for number in range(1, 100) if str(number) not in taken)
