"""Pure rules of period grades and of the class summary (2.4, 2.6, 4.4). No database."""

import re
from collections import Counter
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from school.rules import visible

from . import rules

NOT_ASSESSED = "н/а"
PASSED, FAILED, EXEMPT = "зч", "нз", rules.EXEMPT
_NOT_ASSESSED = "на"  # without what may stand between the letters


@dataclass(frozen=True)
class Scale:
    """A journal's scale: {text of a value: its points or None}, in order."""

    values: dict

    @property
    def is_unmarked(self):
        """«Безотметочное обучение» has no grades either."""
        return rules.is_unmarked(self.values)

    @property
    def has_points(self):
        return any(points is not None for points in self.values.values())

    @property
    def is_pass_fail(self):
        return not self.has_points and {PASSED, FAILED} <= self.values.keys()

    def points(self, text):
        return self.values.get(text)

    def round(self, mean, up_from):
        """The value nearest to a mean (Fraction) of its points; the part of the way to the next
        value from which it is rounded up is `up_from` (Decimal)."""
        by_points = {points: text for text, points in self.values.items() if points is not None}
        # A scale that was changed meanwhile may be narrower than the marks given by it.
        mean = min(max(mean, min(by_points)), max(by_points))
        lower = max(points for points in by_points if points <= mean)
        upper = min(points for points in by_points if points >= mean)
        if lower != upper and (mean - lower) / (upper - lower) >= Fraction(up_from):
            return by_points[upper]
        return by_points[lower]


@dataclass(frozen=True)
class Marks:
    """A pupil's marks of a period: exact weighted average and number of those with points, numbers
    of «зч», «нз» and «осв»."""

    average: Fraction | None = None
    count: int = 0
    passed: int = 0
    failed: int = 0
    exempt: int = 0


# --- suggestions: a value's text, «н/а», or None where nothing can be suggested ---


def suggest_period(marks, scale, up_from, min_marks):
    """For a quarter or half-year, from its marks (2.4): the average, rounded; «зч» unless most
    are «нз»; «осв» for who has nothing else; «н/а» with fewer marks than the school asks for."""
    if not (scale.has_points or scale.is_pass_fail):
        return None
    number = marks.count if scale.has_points else marks.passed + marks.failed
    if marks.exempt and not (marks.count or marks.passed or marks.failed):
        return EXEMPT
    if number < min_marks:
        return NOT_ASSESSED
    if not number:
        return None
    if scale.has_points:
        return scale.round(marks.average, up_from)
    return _passed_unless(marks.failed > marks.passed)


def suggest_year(grades, scale, up_from):
    """For the year, from the Grades of the periods in which the pupil was there; None while one of
    them is missing (None), «н/а» when he was assessed in fewer than half of them, «осв» when he was
    exempt whenever he was."""
    if not grades or not all(grades):
        return None
    given = [grade for grade in grades if grade.text != NOT_ASSESSED]
    if 2 * len(given) < len(grades):
        return NOT_ASSESSED
    if points := [grade.points for grade in given if grade.points is not None]:
        return scale.round(_mean(points), up_from)
    counts = Counter(grade.text for grade in given)
    if counts[EXEMPT] == len(given):
        return EXEMPT
    if counts[PASSED] or counts[FAILED]:
        return _passed_unless(counts[FAILED] > counts[PASSED])
    return None


def suggest_final(year, exam, scale, up_from):
    """The final grade, from the Grades of the year and the exam, either None where it is missing:
    their mean, rounded; with «нз» in one of them «нз»."""
    if not (year and exam):
        return None
    if None not in (year.points, exam.points):
        return scale.round(_mean([year.points, exam.points]), up_from)
    if {year.text, exam.text} <= {PASSED, FAILED}:
        return _passed_unless(FAILED in (year.text, exam.text))
    return None


def _passed_unless(failed):
    return FAILED if failed else PASSED


def _mean(points):
    return Fraction(sum(points), len(points))


def disagrees(text, suggestion, scale):
    """Whether a grade is so far from what was suggested that its giver is asked: by a whole point,
    «нз» for «зч» and the other way round, «н/а» for an assessed pupil. A grade in spite of
    suggested «н/а», and «осв», need no question."""
    if not suggestion or suggestion == NOT_ASSESSED or text in ("", EXEMPT):
        return False
    points, suggested = scale.points(text), scale.points(suggestion)
    if points is None or suggested is None:
        return text != suggestion
    return abs(points - suggested) >= 1


def parse_grade(text, scale):
    """The text of a grade as a person typed it, in any case and on either keyboard layout: a value
    of the scale, «н/а», or «» for none. rules.CellError if it is anything else."""
    text = rules.in_russian(visible(text).casefold(), {*scale.values, _NOT_ASSESSED})
    if re.sub(r"[\s/.\\|-]", "", text) == _NOT_ASSESSED:
        return NOT_ASSESSED
    if text and scale.is_unmarked:
        raise rules.CellError("В этом журнале оценок не ставят: обучение безотметочное.")
    if text and text not in scale.values:
        known = ", ".join([*scale.values, NOT_ASSESSED])
        raise rules.CellError(f"Нет такой оценки: «{text}». Оценки: {known}.")
    return text


# --- the class summary ---

# The degree to which a grade says the subject is learnt, in percent (В. П. Симонов).
_LEARNT = {5: 100, 4: 64, 3: 36, 2: 16, 1: 7}


@dataclass(frozen=True)
class Grade:
    """A grade in the summary; its points are None for «зч», «осв», «н/а»."""

    text: str
    points: int | None = None

    @property
    def is_failing(self):
        return self.text == FAILED or (self.points is not None and self.points <= 2)

    @property
    def is_good(self):
        return self.points is not None and self.points >= 4


@dataclass(frozen=True)
class Indicators:
    """Successful, of quality and СОУ in percent to one place, mean to two; None where no grade
    says anything of it."""

    success: Decimal | None
    quality: Decimal | None
    learnt: Decimal | None
    mean: Decimal | None


def subject_indicators(grades):
    """Indicators of a subject's Grades: of all but «осв» the part that is no «2», «нз» or «н/а»;
    of those with points the part of «4» and «5»."""
    counted = [grade for grade in grades if grade.text != EXEMPT]
    marked = [grade for grade in grades if grade.points is not None]
    return Indicators(
        percent(sum(not _unsuccessful(grade) for grade in counted), len(counted)),
        percent(sum(grade.is_good for grade in marked), len(marked)),
        degree_learnt(grades),
        mean_grade(grades),
    )


def percent(part, whole):
    """Percents to one place, half up: «61,9» of 13 of 21. None of nothing."""
    return rules.rounded(Fraction(100 * part, whole), 1) if whole else None


def mean_grade(grades):
    """The mean of those Grades that have points, to two places; None without any."""
    points = [grade.points for grade in grades if grade.points is not None]
    return rules.mean(sum(points), len(points))


def degree_learnt(grades):
    """СОУ: the mean of Simonov's degrees of all grades from 1 to 5, to one place."""
    degrees = [_LEARNT[grade.points] for grade in grades if grade.points in _LEARNT]
    return rules.rounded(_mean(degrees), 1) if degrees else None


def _unsuccessful(grade):
    return grade.is_failing or grade.text == NOT_ASSESSED


EXCELLENT, GOOD, ONE_THREE, FAILING, UNASSESSED = "excellent", "good", "one_three", "failing", "na"


def standing(grades):
    """How a pupil with these Grades stands: EXCELLENT (only «5»), GOOD («5» and «4»), ONE_THREE,
    FAILING (a «2», «1» or «нз»), UNASSESSED (an «н/а»), «» for the others."""
    if any(grade.is_failing for grade in grades):
        return FAILING
    if any(grade.text == NOT_ASSESSED for grade in grades):
        return UNASSESSED
    points = [grade.points for grade in grades if grade.points is not None]
    if not points:
        return ""
    below = [one for one in points if one < 4]
    if not below:
        return EXCELLENT if min(points) >= 5 else GOOD
    return ONE_THREE if len(below) == 1 else ""


def class_indicators(pupils):
    """(Indicators, Counter of the standings) of a class: `pupils` are the Grades of each. Pupils
    without any grade do not count; «успеваемость» is the part of those who neither fail nor are
    unassessed in a subject, «качество» that of the excellent and good."""
    graded = [grades for grades in pupils if grades]
    counts = Counter(standing(grades) for grades in graded)
    every = [grade for grades in graded for grade in grades]
    found = Indicators(
        percent(len(graded) - counts[FAILING] - counts[UNASSESSED], len(graded)),
        percent(counts[EXCELLENT] + counts[GOOD], len(graded)),
        degree_learnt(every),
        mean_grade(every),
    )
    return found, counts
