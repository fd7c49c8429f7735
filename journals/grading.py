"""Pure rules of the grades of periods and of the year (2.4, 2.6). No database.

What a grade means is said by its value (`school.models.meanings`), never concluded from its text or
points; points and degrees are added up within one scale alone.
"""

import datetime
import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from fractions import Fraction
from functools import cached_property
from typing import NamedTuple

from school.models.meanings import Meaning
from school.rules.spans import Span
from school.rules.texts import visible

from . import cells
from .cells import CellError, in_russian

NOT_ASSESSED = "н/а"
EXEMPT = cells.EXEMPT
_NOT_ASSESSED = "на"  # without what may stand between the letters
# The degree to which a grade says the subject is learnt, in percent (В. П. Симонов).
LEARNT: dict[str, int] = {
    Meaning.EXCELLENT: 100,
    Meaning.GOOD: 64,
    Meaning.SATISFACTORY: 36,
    Meaning.INSUFFICIENT: 16,
}


@dataclass(frozen=True)
class Worth:
    """What a value of a scale counts (None: in no mean) and means («»: nothing)."""

    points: int | None = None
    meaning: str = ""


_WORTH_NOTHING = Worth()


@dataclass(frozen=True)
class Scale:
    """A scale as it is on a day: {text of a value: its Worth}, in order; `pk` and `name` are the
    GradeScale's."""

    values: dict[str, Worth]
    pk: int | None = None
    name: str = ""

    @property
    def is_unmarked(self) -> bool:
        """«Безотметочное обучение» has no grades either."""
        return cells.is_unmarked(self.values)

    @cached_property
    def has_points(self) -> bool:
        return any(worth.points is not None for worth in self.values.values())

    @property
    def is_pass_fail(self) -> bool:
        """Whether without any points it knows who has passed and who has not."""
        return not self.has_points and {Meaning.PASSED, Meaning.INSUFFICIENT} <= self._meanings

    @property
    def judges(self) -> bool:
        """Whether its grades say anything of success."""
        return bool(self._meanings)

    @property
    def has_levels(self) -> bool:
        """Whether its grades say anything of quality."""
        return bool({Meaning.EXCELLENT, Meaning.GOOD} & self._meanings)

    @property
    def has_degrees(self) -> bool:
        """Whether СОУ is defined: only where a value has each of its meanings."""
        return LEARNT.keys() <= self._meanings

    @cached_property
    def _by_points(self) -> dict[int, str]:
        return {one.points: text for text, one in self.values.items() if one.points is not None}

    @cached_property
    def _points(self) -> list[int]:
        return sorted(self._by_points)

    @cached_property
    def _meanings(self) -> set[str]:
        return {worth.meaning for worth in self.values.values()} - {""}

    @cached_property
    def learnt_from(self) -> int | None:
        """The least points of a value from which on none means that the subject is not learnt."""
        failing = [
            one.points
            for one in self.values.values()
            if one.points is not None and one.meaning == Meaning.INSUFFICIENT
        ]
        return next((one for one in self._points if not failing or one > max(failing)), None)

    def points(self, text: str) -> int | None:
        return self.worth(text).points

    def worth(self, text: str) -> Worth:
        return self.values.get(text, _WORTH_NOTHING)

    def verdict(self, meaning: str) -> str | None:
        """The text of its value that means this and has no points, None where it has none."""
        return next(
            (text for text, one in self.values.items() if one == Worth(None, meaning)), None
        )

    def round(self, mean: Fraction, up_from: Decimal) -> str:
        """The value nearest to a mean (Fraction) of its points; the part of the way to the next
        value from which it is rounded up is `up_from` (Decimal)."""
        points = self._points
        # Of integers: fractions take ten times as long. A scale that was changed meanwhile may be
        # narrower than the marks given by it.
        total, count = mean.numerator, mean.denominator
        lower = points[max(bisect_right(points, total // count) - 1, 0)]
        upper = points[min(bisect_left(points, -(-total // count)), len(points) - 1)]
        part, whole = up_from.as_integer_ratio()
        if lower != upper and (total - lower * count) * whole >= part * (upper - lower) * count:
            return self._by_points[upper]
        return self._by_points[lower]


@dataclass(frozen=True)
class Grade:
    """A grade, «н/а» among them: it has neither points nor meaning. `scale` is what it was given
    by."""

    text: str
    scale: Scale
    points: int | None = None
    meaning: str = ""

    @property
    def is_failing(self) -> bool:
        return self.meaning == Meaning.INSUFFICIENT

    @property
    def is_good(self) -> bool:
        return self.meaning in (Meaning.EXCELLENT, Meaning.GOOD)

    @property
    def is_unassessed(self) -> bool:
        """«Н/а» where others are judged."""
        return self.text == NOT_ASSESSED and self.scale.judges

    @property
    def judges(self) -> bool:
        """Whether it says that the pupil is successful or not."""
        return bool(self.meaning) or self.is_unassessed

    @property
    def has_level(self) -> bool:
        """Whether it says anything of quality: «зч» and «нз» do not."""
        return self.is_good or (self.meaning in LEARNT and self.scale.has_levels)


class Marks(NamedTuple):
    """A pupil's marks of a period within one scale (its id): exact weighted average and number of
    those with points, of those that without points mean passed and insufficient; the number of
    «осв» of any scale."""

    average: Fraction | None = None
    count: int = 0  # type: ignore[assignment]  # nobody counts what is in the tuple
    passed: int = 0
    failed: int = 0
    exempt: int = 0
    scale: int | None = None


class Tally(NamedTuple):
    """Marks of one scale added up: points by weights, the weights, how many have points, and what
    Marks has of the others. Of each pupil and subject of a class one is made, and a Marks: tuples
    take a third of the time of frozen dataclasses."""

    total: int = 0
    weights: int = 0
    number: int = 0
    passed: int = 0
    failed: int = 0
    exempt: int = 0

    def __add__(self, other: "Tally") -> "Tally":  # type: ignore[override]  # no longer tuple
        return Tally(
            self.total + other.total,
            self.weights + other.weights,
            self.number + other.number,
            self.passed + other.passed,
            self.failed + other.failed,
            self.exempt + other.exempt,
        )

    def marks(self, scale: int | None, exempt: int) -> Marks:
        """The Marks of it, with the «осв» of any scale."""
        average = Fraction(self.total, self.weights) if self.weights else None
        return Marks(average, self.number, self.passed, self.failed, exempt, scale)


# --- suggestions: a value's text, «н/а», or None where nothing can be suggested ---


def suggest_period(marks: Marks, scale: Scale, up_from: Decimal, min_marks: int) -> str | None:
    """For a quarter, trimester or half-year, from its marks (2.4): the average, rounded; «зч»
    unless most are «нз»; «осв» for who has nothing else; «н/а» with fewer marks than the school
    asks for. Nothing from marks of another scale."""
    if not (scale.has_points or scale.is_pass_fail):
        return None
    given = marks.count or marks.passed or marks.failed
    if given and marks.scale != scale.pk:
        return None
    number = marks.count if scale.has_points else marks.passed + marks.failed
    if marks.exempt and not given:
        return EXEMPT
    if number < min_marks:
        return NOT_ASSESSED
    if not number:
        return None
    if marks.average is not None and scale.has_points:
        return scale.round(marks.average, up_from)
    return _verdict(scale, failed=marks.failed > marks.passed)


class Outlook(StrEnum):
    """What a pupil's marks of a running period say of the grade to come, where it is no good."""

    FAILING = "failing"
    FEW_MARKS = "few"


def outlook(marks: Marks, scale: Scale, up_from: Decimal, min_marks: int) -> Outlook | None:
    """FAILING: the grade that these marks suggest, however few they are, means that the subject is
    not learnt; FEW_MARKS: there are fewer than `min_marks`, as `marks_by_now` has them; None of all
    others."""
    by_now = suggest_period(marks, scale, up_from, min_marks)
    has_few = by_now == NOT_ASSESSED
    if has_few:
        by_now = suggest_period(marks, scale, up_from, 0)
    if by_now and scale.worth(by_now).meaning == Meaning.INSUFFICIENT:
        return Outlook.FAILING
    return Outlook.FEW_MARKS if has_few else None


def is_fine(tally: Tally, scale: Scale, min_marks: int) -> bool:
    """Whether it shows in the sums of a pupil's marks, all of this scale, that their `outlook` is
    None: there are enough of them, and no average that reaches a value is rounded below it. Of the
    others it says nothing."""
    reached = scale.learnt_from
    return (
        reached is not None
        and tally.weights > 0
        and tally.number >= min_marks
        and tally.total >= tally.weights * reached
    )


def marks_by_now(min_marks: int, period: Span, day: datetime.date) -> int:
    """How many marks a pupil has by a day of a period (its span) if those that a grade wants come
    evenly: 1 of 3 in its middle, all of them on its last day."""
    first, last = period
    passed = min(max((day - first).days + 1, 0), (last - first).days + 1)
    return min_marks * passed // ((last - first).days + 1)


def suggest_year(grades: Sequence[Grade | None], scale: Scale, up_from: Decimal) -> str | None:
    """For the year, from the Grades of the periods in which the pupil was there; None while one of
    them is missing (None) or of another scale, «н/а» when he was assessed in fewer than half of
    them, «осв» when he was exempt whenever he was."""
    known = [grade for grade in grades if grade]
    if not grades or len(known) < len(grades):
        return None
    given = [grade for grade in known if grade.text != NOT_ASSESSED]
    if 2 * len(given) < len(grades):
        return NOT_ASSESSED
    graded = [grade for grade in given if grade.text != EXEMPT]
    if not graded:
        return EXEMPT
    if not _are_of(scale, graded):
        return None
    if points := [grade.points for grade in graded if grade.points is not None]:
        return scale.round(_mean(points), up_from)
    counts = Counter(grade.meaning for grade in graded)
    if counts[Meaning.PASSED] or counts[Meaning.INSUFFICIENT]:
        return _verdict(scale, failed=counts[Meaning.INSUFFICIENT] > counts[Meaning.PASSED])
    return None


def suggest_final(
    year: Grade | None, exam: Grade | None, scale: Scale, up_from: Decimal
) -> str | None:
    """The final grade, from the Grades of the year and the exam, either None where it is missing:
    their mean, rounded; with «нз» in one of them «нз». None where they are of another scale."""
    if not (year and exam) or not _are_of(scale, (year, exam)):
        return None
    if year.points is not None and exam.points is not None:
        return scale.round(_mean([year.points, exam.points]), up_from)
    meanings = {year.meaning, exam.meaning}
    if year.points is exam.points is None and meanings <= {Meaning.PASSED, Meaning.INSUFFICIENT}:
        return _verdict(scale, failed=Meaning.INSUFFICIENT in meanings)
    return None


def _are_of(scale: Scale, grades: Iterable[Grade]) -> bool:
    return all(grade.scale.pk == scale.pk for grade in grades)


def _verdict(scale: Scale, *, failed: bool) -> str | None:
    return scale.verdict(Meaning.INSUFFICIENT if failed else Meaning.PASSED)


def _mean(points: Collection[int]) -> Fraction:
    return Fraction(sum(points), len(points))


def disagrees(text: str, suggestion: str | None, scale: Scale) -> bool:
    """Whether a grade is so far from what was suggested that its giver is asked: by a whole point,
    «нз» for «зч» and the other way round, «н/а» for an assessed pupil. A grade in spite of
    suggested «н/а», and «осв», need no question."""
    if not suggestion or suggestion == NOT_ASSESSED or text in ("", EXEMPT):
        return False
    points, suggested = scale.points(text), scale.points(suggestion)
    if points is None or suggested is None:
        return text != suggestion
    return abs(points - suggested) >= 1


@dataclass(frozen=True)
class Doubt:
    """Why a grade is asked about: in a word beside it, and as a sentence."""

    mark: str
    told: str


def doubt_of_period(text: str, suggestion: str | None, scale: Scale) -> Doubt | None:
    """The Doubt about a period's grade («»: none), or None."""
    if disagrees(text, suggestion, scale):
        told = f"По отметкам выходит «{suggestion}», а стоит «{text}»."
        return Doubt("не следует", told)
    return None


def doubt_of_year(text: str, suggestion: str | None, scale: Scale) -> Doubt | None:
    """The same of the year's grade."""
    if disagrees(text, suggestion, scale):
        told = f"Годовая не следует из оценок за периоды: выходит «{suggestion}», а стоит «{text}»."
        return Doubt("не следует", told)
    return None


def doubt_of_final(
    text: str, year: Grade | None, exam: Grade | None, scale: Scale, up_from: Decimal
) -> Doubt | None:
    """The same of the final grade, from the Grades of the year and the exam (2.4): it follows from
    both. Who is exempt or was not assessed at all needs neither."""
    parts = {"годовой": year, "экзаменационной": exam}
    missing = " и ".join(name for name, grade in parts.items() if not grade)
    if missing and text not in ("", EXEMPT, NOT_ASSESSED):
        return Doubt(f"без {missing}", f"Итоговая стоит без {missing} оценки.")
    suggestion = suggest_final(year, exam, scale, up_from)
    if disagrees(text, suggestion, scale):
        return Doubt(
            "не следует",
            "Итоговая не следует из годовой и экзаменационной: "
            f"выходит «{suggestion}», а стоит «{text}».",
        )
    return None


def parse_grade(text: str, scale: Scale) -> str:
    """The text of a grade as a person typed it, in any case and on either keyboard layout: a value
    of the scale, «н/а», or «» for none. CellError if it is anything else."""
    text = in_russian(visible(text).casefold(), {*scale.values, _NOT_ASSESSED})
    if re.sub(r"[\s/.\\|-]", "", text) == _NOT_ASSESSED:
        return NOT_ASSESSED
    if text and scale.is_unmarked:
        raise CellError("В этом журнале оценок не ставят: обучение безотметочное.")
    if text and text not in scale.values:
        known = ", ".join([*scale.values, NOT_ASSESSED])
        raise CellError(f"Нет такой оценки: «{text}». Оценки: {known}.")
    return text
