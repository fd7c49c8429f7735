"""What an import would change, before anything is written: made by `setup.comparing`, drawn by the
pages, written by `setup.actions.applying`."""

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from .batch import Batch, Kind, Place, Problem, Question, Row
from .reading.holding import FIRST_WEEK, STARTS_ON

DAYS = (FIRST_WEEK, STARTS_ON)  # keys of questions that ask for a day

# What a fact refers to: the primary key of what stands, or the key of the Change that makes it.
Ref = int | str


class State(StrEnum):
    """In the order of the tabs."""

    WRONG = "wrong"
    SIMILAR = "similar"
    CHANGED = "changed"
    NEW = "new"
    GONE = "gone"
    SAME = "same"


@dataclass(frozen=True)
class Difference:
    """A value that would become another, as people read both; «» is nothing. `is_taken`: not
    unticked. The answer that unticks it is `take:<key of the change>:<field>` = «no»."""

    field: str
    label: str
    was: str
    becomes: str
    is_taken: bool = True


@dataclass(frozen=True)
class Side:
    """One of two similar persons: where he is from («лист «6Б», строка 14», «в журнале») and
    (label, text) of what is known of him, the same labels on both sides."""

    whence: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Similar:
    """A row's person beside one who stands (or beside another row's). `alike`: percent.
    The answer is `same:<key of the change>` = ONE_PERSON, ANOTHER or «»; without one the row is
    left out."""

    ours: Side
    theirs: Side
    alike: int


ONE_PERSON, ANOTHER, LATER = "one", "another", ""
KEEP, LEFT, CLOSE, END = "keep", "left", "close", "end"  # of what is gone: «left:2026-08-31»


@dataclass
class Change:
    """What becomes of one thing. `key` is stable: whenever the same files are read beside the same
    school the same change has it, and answers are by it. `title` says what it is of («Гусева Алёна,
    6А»). `target` is what stands (its primary key), None of what is new. `values` are written,
    {name: value or Ref}, those unticked left out. `is_taken`: not unticked as a whole
    (`take:<key>` = «no»), and of what is gone: something is done about it. `choices` of what is
    gone: (answer to `gone:<key>`, label), and `chosen` is the one that holds."""

    kind: Kind
    state: State
    key: str
    title: str
    place: Place | None = None
    row: Row | None = None
    target: int | None = None
    differences: tuple[Difference, ...] = ()
    values: Mapping[str, Any] = field(default_factory=dict)
    similar: Similar | None = None
    choices: tuple[tuple[str, str], ...] = ()
    chosen: str = ""
    note: str = ""  # Russian: what else comes of it («будет новый класс», «логин guseva-a»)
    is_taken: bool = True

    @property
    def is_written(self) -> bool:
        """Whether «Записать» writes it."""
        if self.state is State.CHANGED:
            return self.is_taken and any(one.is_taken for one in self.differences)
        return self.is_taken and self.state in (State.NEW, State.GONE)

    @property
    def digest(self) -> str:
        """Another one whenever something else would be written or was there before; not when but
        the usual day is another because midnight has passed."""
        said: list[Any] = [self.state, self.target, self.chosen]
        said += [(one.field, one.was, one.becomes, one.is_taken) for one in self.differences]
        said += sorted(
            (name, repr(value))
            for name, value in self.values.items()
            if name not in ("day", "last_day")
        )
        return hashlib.blake2s(repr(said).encode(), digest_size=8).hexdigest()


@dataclass(frozen=True)
class Implied:
    """What is made because a change refers to it, and is no row of its own: a `what` of «year»,
    «schedule», «room», «group» (of a class, or of several pupils), «journal»."""

    what: str
    values: Mapping[str, Any]


@dataclass
class Review:
    """All of it, in the order in which it is written. `problems` are of the files and of the
    comparison; each leaves its row out. `clashes` hinder nothing: Russian, both sides named.
    `implied` is {Ref: what it makes}."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    passed_over: list[tuple[Place, str]] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    clashes: list[str] = field(default_factory=list)
    clash_places: list[tuple[Place, ...]] = field(default_factory=list)  # beside `clashes`
    implied: dict[str, Implied] = field(default_factory=dict)
    problem_kinds: list[Kind | None] = field(default_factory=list)  # beside `problems`

    def of(self, kind: Kind, state: State | None = None) -> list[Change]:
        return [
            one
            for one in self.changes
            if one.kind is kind and (state is None or one.state is state)
        ]

    def count(self, kind: Kind | None, state: State) -> int:
        """How many stand in a tab; `kind` None: of all kinds."""
        if state is State.WRONG:
            return sum(kind is None or one is kind for one in self.problem_kinds)
        return sum(
            one.state is state and (kind is None or one.kind is kind) for one in self.changes
        )

    @property
    def asked(self) -> list[Question]:
        """The questions but for those of days: what they are of is written without an answer."""
        return [one for one in self.questions if one.key not in DAYS]

    @property
    def unanswered(self) -> list[tuple[Place, str]]:
        """(place, question) of all that is left out until it is answered, each place once."""
        found: dict[tuple[str, str, int, str], tuple[Place, str]] = {}
        for one in self.asked:
            for at in one.cells:
                key = (at.source.file, at.source.sheet, at.row, at.column)
                found.setdefault(key, (at, one.told))
        return list(found.values())

    def written(self) -> Iterator[Change]:
        return (one for one in self.changes if one.is_written)

    def wrong(self, problem: Problem, kind: Kind | None) -> None:
        self.problems.append(problem)
        self.problem_kinds.append(kind)

    def take(self, batch: Batch) -> None:
        """What the files themselves say."""
        for problem in batch.problems:
            self.wrong(problem, None)
        self.questions += batch.questions
        self.passed_over += batch.passed_over
        self.notes += batch.notes
