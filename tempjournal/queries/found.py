"""What of a filled file was found: its entries, sheets, and what is wrong or unknown of them."""

from dataclasses import dataclass, field
from typing import Any

from journals.actions.paper_entries import PaperEntry
from school.models import Journal, Lesson
from school.rights import JournalRights

NEW, SAME, DIFFERS, WRONG, LEFT = "new", "same", "differs", "wrong", "left"


ROW, COLUMN, LINE = "r", "c", "l"  # of marks, of marks, of the facing page


@dataclass(slots=True)
class Found:
    """An entry of the file. `key` («0-D7») names it in the page's form; `source` is its list in the
    file's data, `where` its cell there, `down` and `across` its row's and column's place.

    `problem`: why it can't be written, «» if it can; `mendable`: by typing what was meant;
    `is_guess`: its text is what the file seems to say, and may be confirmed as it stands;
    `unplaced`: the names of the Mends that it waits for, since its row or column is not known.
    `present` and `becomes` are the texts that stand at its place now and would stand there.
    """

    key: str
    source: list[Any]
    where: str
    down: int
    across: int | str
    lesson_id: int | None
    place: int | str | None
    text: str
    problem: str
    mendable: bool
    is_guess: bool = False
    unplaced: tuple[str, ...] = ()
    present: str = ""
    becomes: str = ""
    kind: str = WRONG
    chosen: bool = False
    problem_place: int = 0

    def entry(self, was: str | None) -> PaperEntry:
        assert self.lesson_id is not None  # else it has a problem
        assert self.place is not None
        return PaperEntry(self.lesson_id, self.place, was, self.text)


@dataclass
class FoundSheet:
    """A sheet of the file: `data` as `paper.read` gives it; `journal` and the person's rights in
    it, None where he may not open it or there is none; `lessons` and `lines` are the Lessons (as
    `with_places` loads them) by their place in the data, None where they are not known; `cells`
    {(down, across): Found}, `texts` {(down, field): Found}; `mends` {(kind, place): Mend};
    `problems` and what has `changed` are told above; `is_repeated`: another sheet is of the same
    journal."""

    place: int
    data: dict[str, Any]
    journal: Journal | None = None
    granted: JournalRights | None = None
    problem: str = ""
    lessons: list[Lesson | None] = field(default_factory=list)
    lines: list[Lesson | None] = field(default_factory=list)
    cells: dict[tuple[int, int], Found] = field(default_factory=dict)
    texts: dict[tuple[int, str], Found] = field(default_factory=dict)
    mends: "dict[tuple[str, int], Mend]" = field(default_factory=dict)
    problems: "list[Problem]" = field(default_factory=list)
    changed: list[Found] = field(default_factory=list)
    is_repeated: bool = False

    @property
    def found(self) -> list[Found]:
        return [*self.cells.values(), *self.texts.values()]

    @property
    def columns(self) -> list[tuple[int, Lesson | None]]:
        """[(place, Lesson or None)] of what is worth showing: the outage's lessons and whatever
        else has something written beneath."""
        used = {across for _, across in self.cells}
        return [
            (place, lesson)
            for place, lesson in enumerate(self.lessons)
            if place in used or (lesson is not None and lesson.is_inside)  # type: ignore[attr-defined]  # no column
        ]

    def pupil_name(self, down: int) -> str:
        """Of whose row it is; «строка 8» of what is no pupil's."""
        mend = self.mends.get((ROW, down))
        if mend and mend.chosen:
            return dict(mend.options).get(mend.chosen, "?")
        pupil = self.data["pupils"][down]
        return pupil["name"] or f"строка {pupil['at']}"

    @property
    def asked(self) -> "list[Mend]":
        """The Mends, those first of which nothing was said."""
        return sorted(self.mends.values(), key=lambda mend: mend.chosen is not None)

    @property
    def is_settled(self) -> bool:
        """Whether nothing is wrong any more, though something was chosen."""
        return not self.problems and all(mend.chosen is not None for mend in self.mends.values())

    @property
    def can_check(self) -> bool:
        return any(one.is_mendable for one in self.problems) or bool(self.mends)

    @property
    def first_lesson(self) -> Lesson | None:
        """The earliest Lesson of what is worth showing, None where none is known."""
        shown = [one for _, one in self.columns] + [one for one, *_ in self.written_lines]
        known = [lesson for lesson in shown if lesson is not None]
        return min(known, key=lambda lesson: (lesson.date, lesson.number), default=None)

    @property
    def written_lines(self) -> list[tuple[Lesson | None, str, Found | None, Found | None]]:
        """[(Lesson or None, where, topic, homework)] of the facing page; Found or None."""
        return [
            (
                lesson,
                data["at"],
                self.texts.get((down, "topic")),
                self.texts.get((down, "homework")),
            )
            for down, (lesson, data) in enumerate(zip(self.lines, self.data["lines"], strict=True))
            if (down, "topic") in self.texts or (down, "homework") in self.texts
        ]

    def of_kind(self, *kinds: str) -> list[Found]:
        return [one for one in self.found if one.kind in kinds]

    @property
    def corrected(self) -> list[tuple[str, str, str]]:
        """[(where, what the file says there, what was typed in its stead)]."""
        found = sorted(self.data.get("corrected", {}).items())
        return [(where, was, now) for where, (was, _, now) in found]

    @property
    def not_written(self) -> list[Found]:
        """What the journal does not say as the paper does, though it could."""
        return self.of_kind(NEW, DIFFERS)


@dataclass
class Problem:
    """Why some entries of a sheet can't be written. One that can be mended by typing stands alone,
    `about` says whose it is."""

    place: int
    text: str
    found: list[Found]
    about: str = ""

    @property
    def is_mendable(self) -> bool:
        return self.found[0].mendable

    @property
    def has_lines(self) -> bool:
        """Whether what can be mended is a text of the facing page, which may have several lines."""
        return isinstance(self.found[0].across, str)

    @property
    def wheres(self) -> str:
        return _wheres(self.found)


@dataclass
class Mend:
    """A row, column or line of a sheet of which it is not known whose it is, or was not before
    somebody has said so. `name` is that of its field («r0-11»), `title` what it is («строка 11,
    «Незнамов»»), `problem` what is not known about it; `options` [(id, name)] are the pupils or
    lessons that it may be; `chosen` an id, 0 if it is left out, None while nothing was said."""

    name: str
    title: str
    said: dict[str, Any]
    problem: str
    options: list[tuple[int, str]]
    found: list[Found] = field(default_factory=list)

    @property
    def chosen(self) -> int | None:
        return self.said.get("chosen")

    @property
    def question(self) -> str:
        return "чья это строка?" if self.name[0] == ROW else "какой это урок?"

    @property
    def wheres(self) -> str:
        return _wheres(self.found)


def _wheres(found: list[Found]) -> str:
    """«D7, D8, D9 и ещё 12»"""
    names = ", ".join(one.where for one in found[:8])
    return names if len(found) <= 8 else f"{names} и ещё {len(found) - 8}"
