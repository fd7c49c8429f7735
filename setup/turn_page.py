"""What the page of the new year shows, row by row. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from .queries.new_year import NewYear
from .teaching_on import INDIVIDUAL, NewGroup, Unsettled
from .turning import (
    ClassName,
    ClassTurn,
    PupilTurn,
    class_field,
    group_field,
    lines,
    pupil_field,
    told,
)

SHOWN_NAMES = 3


@dataclass(frozen=True)
class Field:
    """`text`: what stands in it now or, where that was refused, what was typed; `was`: what stood
    there when the page was made; `error` in Russian."""

    name: str
    text: str
    was: str
    error: str = ""


@dataclass(frozen=True)
class PupilLine:
    """`tick`: the class for which he has a box, None: a choice of `choices` (class, whether he
    learns the same once more)."""

    pupil: PupilTurn
    field: Field
    choices: Sequence[tuple[str, bool]]
    tick: ClassName | None = None


@dataclass(frozen=True)
class ClassLine:
    """`word`: what becomes of it; `notes`: (what, names); `unsettled`: what its groups leave open;
    `ticks`: with `pupils` as boxes for `target`, else as choices."""

    turn: ClassTurn
    field: Field
    word: str
    sizes: str
    notes: Sequence[tuple[str, str]]
    unsettled: Sequence[Unsettled]
    is_open: bool
    pupils: Sequence[PupilLine]
    target: ClassName | None = None

    @property
    def ticked(self) -> int:
        return sum(one.pupil.to is not None for one in self.pupils)


@dataclass(frozen=True)
class TurnLine:
    """A ClassLine, or a run of those that go on as they are."""

    classes: Sequence[ClassLine]

    @property
    def is_folded(self) -> bool:
        return len(self.classes) > 1

    @property
    def pupils(self) -> int:
        return sum(len(one.turn.pupils) for one in self.classes)


@dataclass(frozen=True)
class GroupLine:
    """`subjects`: each with who teaches it, «» where nobody does yet. `is_first`: of several parts
    of one group, which go on or not together."""

    group: NewGroup
    was: str
    subjects: Sequence[tuple[str, str]]
    field: Field
    is_unsettled: bool
    is_first: bool


@dataclass(frozen=True)
class Page:
    """Counts of the tabs are of what wants a look; `moves`: pupils who do not go with their class;
    `untaught`: (class or group, subjects without a teacher)."""

    rows: Sequence[TurnLine]
    new: Field
    starts_on: Field
    ends_on: Field
    moves: Sequence[PupilLine]
    groups: Sequence[GroupLine]
    untaught: Sequence[tuple[str, Sequence[str]]]
    problems: int


class _Fields:
    def __init__(self, why: Mapping[str, str], typed: Mapping[str, str]) -> None:
        self.why, self.typed = why, typed

    def field(self, name: str, was: str, problem: str = "") -> Field:
        return Field(name, self.typed.get(name, was), was, self.why.get(name, problem))


def page_of(
    found: NewYear,
    teachers: Mapping[int, str],
    opened: int | None = None,
    why: Mapping[str, str] | None = None,
    typed: Mapping[str, str] | None = None,
) -> Page:
    """The Page of a NewYear. `teachers` {user: name} of all who go along; `opened`: the class whose
    pupils are wanted; `why` {field: why it was not written}, `typed` {field: what was}."""
    fields = _Fields(why or {}, typed or {})
    names = found.turn.names
    shared = [name for name, its in names.items() if len(its) > 1]
    rows = []
    for line in lines(found.turn.classes, shared):
        if any(_wants_a_look(one, opened, fields) for one in line.turns):
            rows += [TurnLine([_class_row(found, one, opened, fields)]) for one in line.turns]
        else:
            rows.append(TurnLine([_class_row(found, one, opened, fields) for one in line.turns]))
    draft = found.draft
    return Page(
        rows,
        fields.field("new", draft.new_classes, found.turn.problems.get("new", "")),
        fields.field("starts_on", draft.starts_on.isoformat()),
        fields.field("ends_on", draft.ends_on.isoformat()),
        [
            _pupil_row(found, one, pupil, fields)
            for one in found.turn.classes
            for pupil in _apart(one)
        ],
        list(_group_rows(found, fields, teachers)),
        list(_untaught(found)),
        len({*found.turn.problems, *fields.why}),
    )


def _apart(one: ClassTurn) -> list[PupilTurn]:
    """Who does not go with his class: of one that leaves who stays, of one that goes on who leaves,
    repeats or goes elsewhere. After the ninth nobody goes with his class."""
    if not one.targets:
        return [pupil for pupil in one.pupils if pupil.to is not None]
    leaving = [] if one.asks else one.leaving
    return [*leaving, *one.repeating, *one.elsewhere]


def _wants_a_look(one: ClassTurn, opened: int | None, fields: _Fields) -> bool:
    return one.old.pk == opened or class_field(one.old.pk) in fields.why


def _class_row(found: NewYear, one: ClassTurn, opened: int | None, fields: _Fields) -> ClassLine:
    names = found.turn.names
    joined = [other for target in one.targets for other in names[target]]
    name = class_field(one.old.pk)
    refused = any(pupil_field(pupil.pk) in fields.why for pupil in one.pupils)
    wrong = any(pupil.problem for pupil in one.pupils)
    is_open = one.asks or one.is_split or one.old.pk == opened or refused or wrong
    target = one.targets[0] if one.asks and len(one.targets) == 1 else None
    return ClassLine(
        one,
        fields.field(name, one.text, found.turn.problems.get(name, "")),
        told(one, joined),
        " + ".join(map(str, one.sizes)),
        list(_notes(one, joined)),
        [its for its in found.teaching.unsettled if its.name in one.targets],
        is_open and bool(one.pupils),
        [_pupil_row(found, one, pupil, fields, target) for pupil in one.pupils] if is_open else [],
        target,
    )


def _notes(one: ClassTurn, joined: Sequence[ClassTurn]) -> Iterator[tuple[str, str]]:
    others = [str(other.old.name) for other in joined if other is not one]
    if others:
        yield "вместе с", ", ".join(others)
    if one.targets and not one.asks and one.leaving:
        yield "выбывают", _names(one.leaving)
    if one.repeating:
        yield "повторно", _names(one.repeating)
    if one.elsewhere:
        yield "в другой класс", _names(one.elsewhere)


def _names(pupils: Sequence[PupilTurn]) -> str:
    names = [one.name for one in pupils[:SHOWN_NAMES]]
    more = len(pupils) - SHOWN_NAMES
    return ", ".join(names) + (f" и ещё {more}" if more > 0 else "")


def _pupil_row(
    found: NewYear,
    one: ClassTurn,
    pupil: PupilTurn,
    fields: _Fields,
    target: ClassName | None = None,
) -> PupilLine:
    field = fields.field(pupil_field(pupil.pk), pupil.text, pupil.problem)
    was = one.old.name.number
    again = [(str(name), name.number == was) for name in found.turn.choices(one.old.name)]
    is_tick = not field.error and pupil.to in (None, target)
    return PupilLine(pupil, field, again, target if is_tick else None)


def _group_rows(
    found: NewYear, fields: _Fields, teachers: Mapping[int, str]
) -> Iterator[GroupLine]:
    names = {one.pk: one.name for one in found.old.groups}
    unsettled = {group.of for its in found.teaching.unsettled for group in its.groups}
    seen: set[int] = set()
    for group in found.all_teaching.groups:
        if group.kind == INDIVIDUAL:
            continue  # it goes on with its pupil: that he has one tells of his health
        goes = "" if group.of in found.said.behind else "on"
        yield GroupLine(
            group,
            names[group.of],
            [
                (found.old.subjects[one.subject], ", ".join(teachers[pk] for pk, _ in one.teachers))
                for one in group.journals
            ],
            fields.field(group_field(group.of), goes),
            group.of in unsettled,
            group.of not in seen,
        )
        seen.add(group.of)


def _untaught(found: NewYear) -> Iterator[tuple[str, Sequence[str]]]:
    """Most of them are learnt for the first time."""
    subjects = found.old.subjects
    for its in found.teaching.classes:
        without = [subjects[one.subject] for one in its.journals if not one.teachers]
        if without:
            yield str(its.name), sorted(without)
    for group in found.teaching.groups:
        if any(not one.teachers for one in group.journals):
            yield (
                group.name_on_walls,
                sorted(subjects[one.subject] for one in group.journals if not one.teachers),
            )
