"""What the pages of an import show of its Review: tabs, their lines, what the bar says. Pure."""

import datetime
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice, zip_longest
from typing import Any

from school.rules.texts import enumerated

from .batch import KINDS, Batch, Kind, ParentRow, Person, Place, Problem, PupilRow, Question, Row
from .changes import ANOTHER, DAYS, LATER, ONE_PERSON, Change, Review, State
from .comparing.context import told
from .reading.files import ReadFiles, ReadSheet
from .reading.holding import FIRST_WEEK, STARTS_ON
from .reading.recognising import GRID

QUESTIONS, CLASHES = "questions", "clashes"

# Key, title and tone of every tab, in their order; a tone is a colour beside the word.
TABS = (
    (State.WRONG, "Ошибки", "red"),
    (QUESTIONS, "Вопросы", "amber"),
    (State.SIMILAR, "Похожие", "amber"),
    (State.NEW, "Новые", "blue"),
    (State.CHANGED, "Изменённые", "amber"),
    (State.GONE, "Исчезли", "grey"),
    (CLASHES, "Накладки", "red"),
    (State.SAME, "Без изменений", "green"),
)
TITLES = {str(key): title for key, title, _ in TABS}
NEEDS_A_DECISION = (State.WRONG, QUESTIONS, State.SIMILAR)


@dataclass(frozen=True)
class PreviewTab:
    key: str
    title: str
    tone: str
    count: int


@dataclass(frozen=True)
class WrongLine:
    """A Problem with the keys of the answers that mend it; `cell` is «» where no cell is at
    fault, and `column` then too."""

    problem: Problem
    column: str
    cell: str
    skip: str


@dataclass(frozen=True)
class SimilarLine:
    """Two persons; `pairs` (label, ours, theirs, whether they differ)."""

    change: Change
    pairs: tuple[tuple[str, str, str, bool], ...]
    answer: str
    options: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class QuestionLine:
    """`told_cells`: where it stands written; `answer`: what holds, or is preselected."""

    question: Question
    told_cells: str
    answer: str


@dataclass(frozen=True)
class Bar:
    """How many things will be written, and left out."""

    new: int
    changed: int
    gone: int
    wrong: int
    similar: int
    asked: int

    @property
    def total(self) -> int:
        return self.new + self.changed + self.gone

    @property
    def left_out(self) -> str:
        """«5 с ошибками, 2 похожих, 11 без ответа»"""
        counted = (
            (self.wrong, "с ошибками"),
            (self.similar, "похожих"),
            (self.asked, "без ответа"),
        )
        return ", ".join(f"{count} {what}" for count, what in counted if count)


def tabs(review: Review, kind: Kind | None) -> list[PreviewTab]:
    """The tabs that have something, of one kind of rows or of all."""
    counts = {state: review.count(kind, state) for state in State}
    more = {QUESTIONS: len(review.asked), CLASHES: len(review.clashes)}
    found = [
        PreviewTab(str(key), title, tone, counts[key] if isinstance(key, State) else more[key])
        for key, title, tone in TABS
    ]
    return [tab for tab in found if tab.count]


def first_tab(found: Sequence[PreviewTab]) -> str:
    """The first one that needs a decision, else the first one; «» where there is none."""
    waiting = [tab.key for tab in found if tab.key in NEEDS_A_DECISION]
    return (waiting or [tab.key for tab in found] or [""])[0]


def kinds(review: Review) -> list[tuple[Kind, str, int]]:
    """(kind, its name, how many of its rows change something or wait)."""
    waiting = [one for one in State if one is not State.SAME]
    counted = [(one, sum(review.count(one, state) for state in waiting)) for one in Kind]
    there = {one.kind for one in review.changes} | {*review.problem_kinds}
    return [(one, KINDS[one], count) for one, count in counted if one in there]


def bar(review: Review, kind: Kind | None = None) -> Bar:
    written = [one for one in review.written() if kind is None or one.kind is kind]
    count = {state: sum(one.state is state for one in written) for state in State}
    return Bar(
        count[State.NEW],
        count[State.CHANGED],
        count[State.GONE],
        review.count(kind, State.WRONG),
        review.count(kind, State.SIMILAR),
        len(review.unanswered),
    )


def changes(review: Review, kind: Kind | None, state: State) -> list[Change]:
    return [
        one for one in review.changes if one.state is state and (kind is None or one.kind is kind)
    ]


def wrong(review: Review, kind: Kind | None) -> list[Problem]:
    return [
        problem
        for problem, its in zip(review.problems, review.problem_kinds, strict=True)
        if kind is None or its is kind
    ]


def wrong_line(problem: Problem) -> WrongLine:
    letters, head = problem.place.source.columns.get(problem.field, ("", ""))
    where = _where(problem.place)
    cell = f"cell:{where}|{problem.field}" if problem.field else ""
    return WrongLine(problem, f"{letters} {head}".strip(), cell, f"skip:{where}")


def _where(place: Place) -> str:
    return f"{place.source.file}|{place.source.sheet}|{place.row}"


SIMILAR_OPTIONS = (
    (ONE_PERSON, "Это один человек: исправить данные"),
    (ANOTHER, "Другой: добавить нового"),
    (LATER, "Решить позже: строку пропустить"),
)


def similar_line(change: Change, answer: str) -> SimilarLine:
    ours, theirs = change.similar.ours.facts, change.similar.theirs.facts
    pairs = tuple(
        (mine[0] or other[0], mine[1], other[1], mine[1] != other[1].split(", с ")[0])
        for mine, other in zip_longest(ours, theirs, fillvalue=("", ""))
    )
    return SimilarLine(change, pairs, answer, SIMILAR_OPTIONS)


def question_line(question: Question, answer: str) -> QuestionLine:
    cells = [where_told(cell) for cell in question.cells]
    return QuestionLine(question, enumerated(cells, 5), answer or question.usual)


def where_told(place: Place) -> str:
    """«Лист1: C6», «список.csv: строка 4»."""
    sheet = place.source.sheet or place.source.file
    return f"{sheet}: {place.column}{place.row}" if place.column else f"{sheet}: строка {place.row}"


READ_ROWS = 3  # as proof that the columns are understood


def read_as(sheet: ReadSheet, batch: Batch) -> list[list[tuple[str, str]]]:
    """The first rows of a list as they were understood: (what, text) of each that says
    something."""
    of_sheet = (
        row
        for rows in batch.rows.values()
        for row in rows
        if (row.place.source.file, row.place.source.sheet) == (sheet.file, sheet.sheet)
        and not (isinstance(row, ParentRow) and sheet.what == Kind.PUPILS)
    )
    names = dict(sheet.fields)
    return [_read(row, names) for row in islice(of_sheet, READ_ROWS)]


def _read(row: Row, names: dict[str, str]) -> list[tuple[str, str]]:
    found = []
    for field in vars(row):
        value = getattr(row, field)
        if field == "place" or value in ("", None, ()):
            continue
        if isinstance(value, PupilRow):
            value = value.person
        if isinstance(value, Person):
            value = " ".join(filter(None, (value.last, value.first, value.middle)))
        elif isinstance(value, tuple):
            value = ", ".join(value)
        elif field == "sex":
            value = {"m": "м", "f": "ж"}[value]
        found.append((names.get(field, FIELDS.get(field, "")), told(value)))
    return found


FIELDS = {"person": "ФИО", "child": "Ребёнок", "teacher": "Учитель", "classes": "Класс"}


@dataclass(frozen=True)
class Day:
    """A day that is asked before writing: the key of its answer, what for, the one that holds."""

    key: str
    label: str
    value: str


def days(answers: Mapping[str, str], review: Review) -> list[Day]:
    """From when what is written holds, of what there is to write; which week is the first."""
    kinds_asked = (
        ("day", "Классы и группы: с какого дня", (Kind.PUPILS, Kind.GROUPS)),
        ("workload:day", "Нагрузка: с какого дня", (Kind.WORKLOAD,)),
        (STARTS_ON, "Расписание действует с", (Kind.TIMETABLE,)),
    )
    usual = _usual_days(review)
    found = [
        Day(key, label, answers.get(key) or next((usual[one] for one in its if one in usual), ""))
        for key, label, its in kinds_asked
        if any(one.kind in its for one in review.written())
    ]
    weeks = [one for one in review.questions if one.key == FIRST_WEEK]
    return found + [
        Day(FIRST_WEEK, one.told, answers.get(FIRST_WEEK) or one.usual) for one in weeks
    ]


def _usual_days(review: Review) -> dict[Kind, str]:
    """{kind: the day from which its changes hold}, as a field of a form has it."""
    found: dict[Kind, str] = {}
    for change in review.written():
        day = change.values.get("day")
        if isinstance(day, datetime.date):
            found.setdefault(change.kind, day.isoformat())
    return found


# Answers whose outcome a page has shown already when they are sent: boxes, pairs, what is gone.
SEEN = ("take:", "same:", "gone:")
NOT_ASKED = (*SEEN, "cell:", "skip:", "kind:", "head:", "headrow:", "day", "workload:day", *DAYS)


def news(said: Mapping[str, str], answers: Mapping[str, str]) -> dict[str, str]:
    """What of the answers that were sent is another one than those that stand."""
    return {
        key: value
        for key, value in said.items()
        if value != answers.get(key, "") or (key.startswith("cell:") and key not in answers)
    }


def is_seen(key: str) -> bool:
    return key.startswith(SEEN)


def words_said(answers: Mapping[str, str]) -> list[str]:
    """The keys of answers to questions: what can be asked again."""
    return sorted(key for key in answers if not key.startswith(NOT_ASKED))


def has_grid(found: ReadFiles) -> bool:
    """Whether a timetable's grid is among the sheets."""
    return any(sheet.what == GRID for sheet in found.sheets)


# --- of a report (`setup.reports`) ---


def report_counts(report: Mapping[str, Any]) -> list[tuple[str, list[tuple[str, int]]]]:
    """[(kind of rows, [(state, how many)])]"""
    return [
        (
            KINDS.get(Kind(kind), "") if kind else "файлы",
            [(TITLES[state], its[state]) for state in its],
        )
        for kind, its in report.get("counts", {}).items()
    ]


def totals(report: Mapping[str, Any]) -> list[PreviewTab]:
    """How many of each state, of all kinds together, in the order of the tabs."""
    counted: Counter[str] = Counter()
    for its in report.get("counts", {}).values():
        counted.update(its)
    return [PreviewTab(key, title, tone, counted[key]) for key, title, tone in TABS if counted[key]]
