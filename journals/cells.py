"""The language of a cell: what a teacher types, what it means, how it is written; and what is to
stand in a cell then. Pure."""

import re
import unicodedata
from collections.abc import Callable, Collection, Container, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property
from typing import Protocol, TypeVar

from attendance.reasons import Reason
from school.rules.texts import LOOKS, visible

from .refusals import Conflict, Refused

CODES = tuple(Reason.values)  # of absences


NOT_THERE = "нб"  # «не был», as many write «н»


NO_MARK = "-"  # holds the place of a work that has no mark: «-/5» is a mark for the second one


# «Точка» in the place of a mark: the pupil owes the work until a mark replaces it. It counts in no
# average; who typed it has not forgotten that pupil (2.6).
DEBT = "."


DEBT_NAME = "точка (должен сдать)"


EXEMPT = "осв"


# A hurried teacher leaves the keyboard in Latin letters: what the same keys give in Russian. Where
# no code of ours has the key's Russian letter, the letter that looks or sounds alike is meant.
_LATIN_KEYS = str.maketrans("yegjpxcd,hnbofa", "нупозчсвбннбоаа")


_LETTERS = re.compile(r"[^\W\d_]+|,")


_LATIN = re.compile("[a-z]")


_NOT_THERE = re.compile(r"(?<![а-яё])н[\s./\\|]*б\.?(?![а-яё])")  # «н/б», «н.б.»


_SEPARATORS = re.compile(r"[\s/\\|⁄∕]+")


# Spreadsheets and phones write «—» for «-» and «¾» for «3/4».
_DASHES = re.compile("[‐-―−﹘﹣－]")


_FRACTIONS = re.compile("[¼-¾⅐-⅞]")


# The Russian layout has «.» on the key of «/»: «4.5» is «4/5», and so «4..» is «4/.».
_PLACE = r"(?:[^.]+|\.)"


_DOTTED = re.compile(rf"{_PLACE}(?:\.{_PLACE})+")


_DOTTED_PLACE = re.compile(rf"({_PLACE})(?:\.|$)")


class CellError(ValueError):
    """What was typed can't be written; the text is Russian and says what can."""


@dataclass(frozen=True)
class Cell:
    """What one cell says: an absence code or «», and the marks in the order of the lesson's works,
    None where a work has no mark for the pupil."""

    absence: str = ""
    marks: tuple[str | None, ...] = ()

    @cached_property
    def text(self) -> str:
        """The one way to write it: «н», «4/5», «оп/4», «-/5», «5/.», «»."""
        marks = list(self.marks)
        while marks and marks[-1] is None:
            marks.pop()
        parts = [self.absence] if self.absence else []
        return "/".join(parts + [mark or NO_MARK for mark in marks])


def is_unmarked(values: Iterable[str]) -> bool:
    """Whether a scale has nothing but «осв» to give: «безотметочное обучение»."""
    return not set(values) - {EXEMPT}


def parse_cell(text: str, values: Collection[str]) -> Cell:
    """Cell of what a teacher typed, in any case and on either keyboard layout.

    `values` are the texts of the journal's scale, in their order. CellError if it says anything
    else; only a blank text is the empty cell.
    """
    typed = visible(text)
    text = _DASHES.sub(NO_MARK, typed.casefold())
    text = _FRACTIONS.sub(lambda found: f"/{unicodedata.normalize('NFKC', found[0])}/", text)
    text = re.sub(r"(?<=\d)\s*[,;]\s*(?=\d)", "/", text)  # «4,5» is two marks, no fraction
    text = in_russian(text, (*CODES, NOT_THERE, *values))
    text = _NOT_THERE.sub(Reason.UNKNOWN.value, text)
    absence = ""
    marks: list[str | None] = []
    for token in filter(None, _SEPARATORS.split(text)):
        for part in _parts(token, values):
            if part in CODES:
                if absence:
                    raise CellError(f"Пропуск указан дважды: «{absence}» и «{part}».")
                absence = part
            elif part == NO_MARK:
                marks.append(None)
            elif part in values or (part == DEBT and not is_unmarked(values)):
                marks.append(part)
            else:
                raise CellError(f"Нет такой отметки: «{_quoted(part)}». {_what_can_be(values)}")
    if typed and not absence and not any(marks):
        raise CellError(
            f"«{typed}» клетку не стирает. Чтобы её очистить, нажмите Delete или сотрите в ней всё."
        )
    return Cell(absence, tuple(marks))


def in_russian(text: str, known: Container[str]) -> str:
    """A casefolded text with its Latin letters as they are meant. CellError where both alphabets
    are mixed in one run of letters, unless it looks like one of the `known`: «yп» is «уп», and no
    key makes «нп» of it."""

    def meant(found: re.Match[str]) -> str:
        letters = found[0]
        if letters.isascii():
            return letters.translate(_LATIN_KEYS)
        if not _LATIN.search(letters):
            return letters
        # The keyboard was Russian: a Latin letter among the others was pasted, or put there by a
        # phone, and is what it looks like.
        looks = letters.translate(LOOKS)
        if looks in known:
            return looks
        raise CellError(f"В «{letters}» смешаны русские и латинские буквы: наберите заново.")

    return _LETTERS.sub(meant, text)


def _parts(token: str, values: Collection[str]) -> list[str]:
    """What a token without blanks and slashes says, part by part."""
    if DEBT not in token or token == DEBT:
        return _split_glued(token, values)
    if not token.strip(DEBT):  # a key that was held down
        raise CellError(f"Непонятно «{token}». Точка, «должен сдать», ставится одна.")
    if not _DOTTED.fullmatch(token):
        meant = "/".join(re.findall(r"[^.]+|\.(?!\.)", token))
        raise CellError(
            f"Непонятна точка в «{token}». Если она значит «должен сдать», отделите её дробью: "
            f"«{meant}», а если лишняя, сотрите."
        )
    return [part for place in _DOTTED_PLACE.findall(token) for part in _split_glued(place, values)]


def _split_glued(token: str, values: Collection[str]) -> list[str]:
    """«н4» is «н» and «4»."""
    if token not in values:
        for code in sorted(CODES, key=len, reverse=True):
            if token.startswith(code) and token[len(code) :] in values:
                return [code, token[len(code) :]]
    return [token]


def _quoted(text: str) -> str:
    """As much of it as tells which is meant."""
    return text if len(text) <= 20 else f"{text[:20]}…"


def _what_can_be(values: Collection[str]) -> str:
    absences = f"Пропуски: {', '.join(CODES)}."
    if not values:
        return f"В этом журнале отметок не ставят. {absences}"
    two = "; две через дробь: 4/5" if {"4", "5"} <= set(values) else ""
    debt = "" if is_unmarked(values) else " Точка: должен сдать."
    return f"Отметки: {', '.join(values)}{two}.{debt} {absences}"


# --- what is written in a cell ---


@dataclass(frozen=True, slots=True)
class CellFacts:
    """What decides about a cell beside what stands in it and what was typed.

    `values` are the texts of the scale, as for parse_cell; `day` is the lesson's, school-local;
    `attends`: the pupil belongs to the journal that day. Of the absence that stands there a
    document gives the reason (`documented`), or the class teacher has said it (`confirmed`).
    `on_paper`: it is copied from a paper (3.2). `closed` gives the Refused of a lesson in which
    nothing can be written now, None for any other; it may cost a query and is asked only where it
    matters.
    """

    values: Collection[str]
    day: date
    closed: Callable[[], Refused | None]
    attends: bool
    documented: bool = False
    confirmed: bool = False
    on_paper: bool = False


def decide_cell(present: Cell, was: str | None, typed: Cell, facts: CellFacts) -> Cell:
    """The Cell that is to stand where `present` does, for the Cell that somebody `typed`, who saw
    the text `was` there, None where nobody has looked, which only a paper may say. If it has the
    text of `present`, there is nothing to write.

    Conflict: the cell is not what it `was` (design, section 6). Refused: the lesson takes nothing,
    or the pupil does not belong there; what is stray can be cleared.
    """
    wanted = typed
    if facts.on_paper and facts.confirmed and wanted.absence == Reason.UNKNOWN:
        wanted = replace(wanted, absence=present.absence)  # the paper knew less (2.9)
    if wanted.text == present.text:
        return wanted
    has_looked = was is not None or not facts.on_paper
    stood = present.text if was == present.text else canonical_cell(was or "", facts.values)
    if has_looked and stood != present.text:
        if wanted.absence and facts.documented:
            # Sent a second time, when a document has already put its reason for what was typed.
            wanted = replace(wanted, absence=present.absence)
            if wanted.text == present.text:
                return wanted
        raise Conflict(present.text)
    if refused := facts.closed():
        raise refused
    if wanted.text and not facts.attends:
        raise Refused(
            f"{facts.day:%d.%m.%Y} ученик здесь не учился: отметку и пропуск поставить нельзя."
        )
    return wanted


def canonical_cell(was: str, values: Collection[str]) -> str:
    """`was` as this server writes it, so that a page may send back what was typed."""
    try:
        return parse_cell(was, values).text
    except CellError:
        return visible(was)


class WorkKind(Protocol):
    """A WorkType: its key."""

    @property
    def pk(self) -> int: ...


class NamedWork(Protocol):
    """A work of a lesson, by the key of its WorkType."""

    @property
    def work_type_id(self) -> int: ...


Usual = TypeVar("Usual", bound=WorkKind)


def missing_works(usual: Iterable[Usual], works: Collection[NamedWork], marks: int) -> list[Usual]:
    """Those of the `usual` WorkTypes, in order, that a lesson needs beside the `works` that the
    teacher has named for a cell of so many marks (2.7), as far as there are any."""
    named = {work.work_type_id for work in works}
    return [one for one in usual if one.pk not in named][: max(marks - len(works), 0)]


def refuse_too_many(marks: int, works: int) -> None:
    """Refused for a cell of more marks than its lesson has works (numbers)."""
    if marks > works:
        raise Refused(
            f"Отметок {marks}, а видов работ на уроке {works}. Сначала добавьте вид работы."
        )
