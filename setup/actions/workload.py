"""Cells of the workload and of the curriculum are written: journals, groups, assignments.

Whoever calls has asked whether the person sets the school up.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from secrets import token_hex

from django.db import transaction
from django.utils import timezone

from school.actions.drafts import hold_year
from school.models import CurriculumHours, SchoolYear, User
from school.models.history import (
    create_with_history,
    delete_with_history,
    originating,
    update_with_history,
)
from school.projection import sync

from ..queries.workload import CellJournal, Key, Workload, with_lessons, workload
from ..resolving import Around, Asked, Wanted, class_cell, hours_text
from ..resolving_teachers import Entry, Known, entries, put_in, take_out
from ..workload_cells import Unclear, told_hours
from .journals import CellWriting
from .touched import class_teachers

SAVED, SAME, CONFLICT, ASKED = "saved", "same", "conflict", "asked"


@dataclass(frozen=True)
class Edit:
    """A text for a cell: its key is (class, subject), of the other matrix (teacher, class). `was`:
    the text that stood there when it was typed, None where that is not known."""

    key: Key
    text: str
    was: str | None = None


@dataclass
class Outcome:
    """What became of each cell, {key: SAVED, SAME, CONFLICT or ASKED}, what is asked about those
    that are ASKED, and the name by which the whole can be taken back."""

    deed: str
    states: dict[Key, str] = field(default_factory=dict)
    asked: dict[Key, Asked] = field(default_factory=dict)

    def count(self, state: str) -> int:
        return list(self.states.values()).count(state)


def new_deed(what: str) -> str:
    """The origin of a deed in history, its own: «нагрузка 26.11.2026 09:42, 3fa2b1c0»."""
    return f"{what} {timezone.localtime():%d.%m.%Y %H:%M}, {token_hex(4)}"


@transaction.atomic
def write_classes(year: SchoolYear, edits: Sequence[Edit], person: User) -> Outcome:
    """Write cells (class, subject) of a year, as one deed: those that are clear; of the others it
    is said what is to be asked. A cell that somebody has changed since it `was` stays."""
    hold_year(year)
    load = workload(year)
    written = Outcome(new_deed("нагрузка"))
    wanted: dict[Key, list[Wanted]] = {}
    arounds = _Arounds(load)
    for edit in edits:
        stands = load.text(edit.key)
        if (state := _stands(edit, stands)) is not None:
            written.states[edit.key] = state
            continue
        try:
            wanted[edit.key] = class_cell(edit.text, arounds.of(edit.key))
            written.states[edit.key] = SAVED
        except Asked as asked:
            written.states[edit.key], written.asked[edit.key] = ASKED, asked
    _write(load, wanted, written.deed, person)
    return written


def _stands(edit: Edit, stands: str) -> str | None:
    """What becomes of an edit that is not to be written; None of one that is."""
    if edit.text.strip() == stands:
        return SAME
    if edit.was is not None and edit.was != stands:
        return CONFLICT
    return None


class _Arounds:
    """What each cell is resolved with."""

    def __init__(self, load: Workload) -> None:
        self.load = load
        self.loads = {pk: load.teacher_hours(pk) for pk in load.staff}

    def of(self, key: Key) -> Around:
        places = self.load.cells.get(key, ())
        hours = {
            (place.journal, one.teacher): one.hours for place in places for one in place.assigned
        }
        load = self.load
        return Around(load.staff, load.names, self.loads, load.plan.get(key), places, hours)


@transaction.atomic
def write_teachers(year: SchoolYear, edits: Sequence[Edit], person: User) -> Outcome:
    """The same of cells (teacher, class)."""
    hold_year(year)
    load = workload(year)
    written = Outcome(new_deed("нагрузка"))
    known = _known(load, edits)
    said: dict[Key, list[Entry]] = {}
    for edit in edits:
        if (state := _stands(edit, load.teacher_text(edit.key))) is not None:
            written.states[edit.key] = state
            continue
        try:
            said[edit.key] = entries(edit.text, edit.key[1], known)
            written.states[edit.key] = SAVED
        except Asked as asked:
            written.states[edit.key], written.asked[edit.key] = ASKED, asked
    working = {key: as_wanted(places) for key, places in load.cells.items()}
    for (teacher, school_class), mine in said.items():
        take_out(teacher, school_class, mine, working)
    for key, mine in said.items():
        try:
            put_in(*key, mine, working, known)
        except Asked as asked:
            written.states[key], written.asked[key] = ASKED, asked
            _put_back(load, key, working)
    changed = {
        key: wanted
        for key, wanted in working.items()
        if key not in load.cells or _differs(wanted, load.cells[key])
    }
    _write(load, changed, written.deed, person)
    return written


def _known(load: Workload, edits: Sequence[Edit]) -> Known:
    """Which classes' journals are another's for good is asked of the classes that are edited."""
    classes = {edit.key[1] for edit in edits}
    whole = {
        place.journal: (key, place)
        for key, places in load.cells.items()
        if key[0] in classes
        for place in places
        if place.is_whole and place.assigned
    }
    held = {
        key: ", ".join(load.names[one.teacher] for one in place.assigned)
        for pk in with_lessons(whole)
        for key, place in [whole[pk]]
    }
    return Known(load.named_subjects, load.plan, held)


def as_wanted(places: Iterable[CellJournal]) -> list[Wanted]:
    """The CellJournals that stand, as they would be wanted."""
    return [
        Wanted(one, one.label, {each.teacher: each.hours for each in one.assigned})
        for one in places
        if not one.is_over
    ]


def _put_back(load: Workload, key: Key, working: dict[Key, list[Wanted]]) -> None:
    """A teacher whose cell is asked about stays where he was in that class."""
    teacher, school_class = key
    for wanted_key, wanted in working.items():
        if wanted_key[0] != school_class:
            continue
        stood = {
            place.journal: one.hours
            for place in load.cells.get(wanted_key, ())
            for one in place.assigned
            if one.teacher == teacher
        }
        for one in wanted:
            one.taught.pop(teacher, None)
            if one.place and one.place.journal in stood:
                one.taught[teacher] = stood[one.place.journal]


def _differs(wanted: Sequence[Wanted], places: Iterable[CellJournal]) -> bool:
    stands = as_wanted(places)
    return [(one.place, one.taught) for one in wanted] != [
        (one.place, one.taught) for one in stands
    ]


def _write(load: Workload, wanted: Mapping[Key, list[Wanted]], deed: str, person: User) -> None:
    if not wanted:
        return
    journals = {place.journal for key in wanted for place in load.cells.get(key, ())}
    with originating(deed):
        writing = CellWriting(load, with_lessons(journals), person)
        for key, groups in wanted.items():
            writing.cell(key, groups)
        writing.done()
    sync(sorted(writing.teachers | class_teachers([load.year.pk])))


# --- the curriculum ---


@transaction.atomic
def write_plan(year: SchoolYear, edits: Sequence[Edit], person: User) -> Outcome:
    """Write hours of the curriculum into cells (class, subject), as one deed."""
    hold_year(year)
    written = Outcome(new_deed("учебный план"))
    rows = CurriculumHours.objects.filter(school_class__year=year)
    stand = {(one.school_class_id, one.subject_id): one for one in rows}
    new, changed, gone = [], [], []
    for edit in edits:
        row = stand.get(edit.key)
        try:
            hours = hours_text(edit.text)
        except Unclear as error:
            written.states[edit.key], written.asked[edit.key] = ASKED, Asked(str(error))
            continue
        stands = told_hours(row.hours) if row else ""
        state = SAME if told_hours(hours) == stands else _stands(edit, stands)
        written.states[edit.key] = state or SAVED
        if state:
            continue
        if row is None and hours:
            school_class, subject = edit.key
            new.append(
                CurriculumHours(school_class_id=school_class, subject_id=subject, hours=hours)
            )
        elif row and hours is None:
            gone.append(row)
        elif row and hours:
            row.hours = hours
            changed.append(row)
    with originating(written.deed):
        delete_with_history(CurriculumHours, gone)
        update_with_history(CurriculumHours, changed, ["hours"], person)
        create_with_history(CurriculumHours, new, person)
    return written
