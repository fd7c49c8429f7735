"""Lines of КТП beside the plans of journals. Pure.

A plan that says its class and subject in each row is of their journal. One whose rows say neither
is of the journal that its heading, its tab or its file names; where that fits several, or none, it
is asked, once for a sheet. A plan by which lessons were given stays with its teacher.
"""

from collections import defaultdict
from typing import Any

from school.models import TeachingGroup
from school.rules.texts import tidy

from ..answers import ALL, SKIP
from ..batch import Kind, PlanRow, Question, Source
from ..changes import Change, Difference, Ref, State
from ..reading.plans import class_said, says
from ..refusals import TAUGHT
from .context import Comparison
from .teaching import Teaching
from .words import Words, parallel_of

PLAN_FIELDS = ("title", "hours", "homework", "section", "planned_on")
NO_JOURNALS = "Журналов ещё нет: сначала нагрузка."
ONE_FILE = "План этого журнала уже взят из файла «{}»: уберите лишний файл."


def compare_plans(comparison: Comparison, words: Words, teaching: Teaching) -> None:
    """One change a journal: its lines in order."""
    by_journal: dict[Ref, list[PlanRow]] = defaultdict(list)
    by_sheet: dict[tuple[str, str], list[PlanRow]] = defaultdict(list)
    for row in comparison.rows(Kind.PLAN):
        source = row.place.source
        if not row.subject:
            by_sheet[source.file, source.sheet].append(row)
        elif (journal := _journal_of(comparison, words, teaching, row)) is not None:
            _take(comparison, teaching, by_journal, journal, [row])
    for rows in by_sheet.values():
        for journal in _Asked(comparison, words, teaching, rows).journals():
            _take(comparison, teaching, by_journal, journal, rows)
    for journal, rows in by_journal.items():
        _compare_plan(comparison, teaching, journal, rows)


def _journal_of(
    comparison: Comparison, words: Words, teaching: Teaching, row: PlanRow
) -> Ref | None:
    subject = words.subject(row.subject, row.place)
    classes = teaching.classes([row.class_name], Kind.PLAN, row)
    if subject is None or not classes:
        return None
    group = teaching.own.get(classes[0])
    if row.group or (group, subject) not in teaching.journals:
        group = teaching.group_with(classes[0], subject, row.group)
    journal = teaching.journals.get((group, subject)) if group is not None else None
    if journal is None:
        why = f"Журнала {row.class_name} «{row.subject}» {row.group} нет: сначала нагрузка."
        comparison.wrong(Kind.PLAN, row, "subject", row.subject, why)
    return journal


def _take(
    comparison: Comparison,
    teaching: Teaching,
    by_journal: dict[Ref, list[PlanRow]],
    journal: Ref,
    rows: list[PlanRow],
) -> None:
    """Add rows to a journal's plan: sheets of one file follow each other, two files do not."""
    there = by_journal[journal]
    if there and there[0].place.source.file != rows[0].place.source.file:
        why = ONE_FILE.format(there[0].place.source.file)
        comparison.wrong(Kind.PLAN, rows[0], "", teaching.title(journal), why)
    else:
        there += rows


class _Asked:
    """Whose a plan is that does not say so in its rows."""

    def __init__(
        self, comparison: Comparison, words: Words, teaching: Teaching, rows: list[PlanRow]
    ) -> None:
        self.comparison, self.words, self.teaching = comparison, words, teaching
        self.rows, self.about = rows, rows[0].about
        standing = comparison.standing.groups
        # Who has an individual plan is the deputy's to know.
        self.titles = {
            one: teaching.title(one)
            for one, group in teaching.group_of.items()
            if not (
                isinstance(group, int) and standing[group].kind == TeachingGroup.Kind.INDIVIDUAL
            )
        }

    def journals(self) -> list[Ref]:
        if not self.titles:
            self.comparison.wrong(Kind.PLAN, self.rows[0], "", "", NO_JOURNALS)
            return []
        fit = self._fitting()
        source = self.rows[0].place.source
        key = f"ktp:{source.file}|{source.sheet}"
        answer = self.comparison.answers.get(key, "")
        if answer == SKIP:
            return []
        if answer == ALL or (len(fit) == 1 and not answer):
            return fit
        said = [one for one, title in self.titles.items() if tidy(title) == answer]
        if not said:
            self._ask(key, source, fit)
        return said[:1]

    def _fitting(self) -> list[Ref]:
        """The journals whose subject and class, or parallel, are named."""
        subjects, name = self._subjects(), class_said(self.about)
        found = [
            one
            for one in self.titles
            if self.teaching.subject_of[one] in subjects and self._is_of(one, name)
        ]
        return sorted(found, key=self.titles.__getitem__)

    def _subjects(self) -> set[Ref]:
        """Those that the first text with any of them names, by most words of their names."""
        for line in self.about:
            counted = {ref: says(line, name) for ref, name in self.words.subjects.items()}
            if most := max(counted.values(), default=0):
                return {ref for ref, count in counted.items() if count == most}
        return set()

    def _is_of(self, journal: Ref, name: str) -> bool:
        classes = self.teaching.classes_of.get(self.teaching.group_of[journal], ())
        if name.isdecimal():
            return any(parallel_of(one) == name for one in classes)
        return name in classes

    def _ask(self, key: str, source: Source, fit: list[Ref]) -> None:
        """The likely ones first: of the subject, or of the class."""
        subjects = self._subjects()
        rest = sorted(
            self.titles.keys() - set(fit),
            key=lambda one: (self.teaching.subject_of[one] not in subjects, self.titles[one]),
        )
        options = [(tidy(self.titles[one]), self.titles[one]) for one in (*fit, *rest)]
        if len(fit) > 1:
            told = ", ".join(self.titles[one] for one in fit)
            options.insert(0, (ALL, f"всех: {told}"))
        options.append((SKIP, "не загружать"))
        where = f"«{source.file}», лист «{source.sheet}»" if source.sheet else f"«{source.file}»"
        question = Question(key, f"Чей это план (КТП): {where}?", (), tuple(options))
        for row in self.rows:
            self.words.ask(question, row.place)


def _compare_plan(
    comparison: Comparison, teaching: Teaching, journal: Ref, rows: list[PlanRow]
) -> None:
    standing: list[Any] = []
    if isinstance(journal, int):
        standing = comparison.standing.plans.get(journal, [])
    title = teaching.title(journal)
    lines = [tuple(getattr(row, name) for name in PLAN_FIELDS) for row in rows]
    there = [tuple(getattr(line, name) for name in PLAN_FIELDS) for line in standing]
    if there and there != lines and journal in comparison.standing.taught:
        comparison.wrong(Kind.PLAN, rows[0], "", title, f"{TAUGHT[0].upper()}{TAUGHT[1:]}.")
        return
    change = Change(
        *(Kind.PLAN, State.NEW, f"plan:{tidy(title)}", title, rows[0].place, rows[0]),
        values={"journal": journal, "lines": lines},
    )
    change.note = f"строк: {len(lines)}, часов: {sum(row.hours for row in rows)}"
    if there and isinstance(journal, int):
        change.target = journal
        change.state = State.SAME if there == lines else State.CHANGED
        if change.state is State.CHANGED:
            was = f"строк: {len(there)}, часов: {sum(line.hours for line in standing)}"
            change.differences = (Difference("lines", "План", was, change.note),)
    comparison.add(change)
