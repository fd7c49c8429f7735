"""Pure rules of the class summary (2.6, 4.4): what grades say together, how a pupil stands with
his. No database."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from school.models.meanings import Meaning

from . import averages
from .averages import rounded
from .grading import LEARNT, Grade, Scale


@dataclass(frozen=True)
class Figures:
    """What grades of one scale say together: СОУ in percent to one place, the mean to two; None
    where they say nothing of it."""

    learnt: Decimal | None = None
    mean: Decimal | None = None


@dataclass(frozen=True)
class Indicators:
    """Successful and of quality in percent to one place, None where no grade says anything of it;
    `of_scales` {scale's id: Figures}."""

    success: Decimal | None
    quality: Decimal | None
    of_scales: dict[int | None, Figures]

    def figures(self, scale: Scale) -> Figures:
        return self.of_scales.get(scale.pk, Figures())


def subject_indicators(grades: Sequence[Grade]) -> Indicators:
    """Indicators of a subject's Grades: of those that judge the part that is neither insufficient
    nor «н/а»; of those with a level the part of the good and excellent."""
    judged = [grade for grade in grades if grade.judges]
    levels = [grade for grade in grades if grade.has_level]
    return Indicators(
        percent(sum(not _unsuccessful(grade) for grade in judged), len(judged)),
        percent(sum(grade.is_good for grade in levels), len(levels)),
        figures_of(grades),
    )


def percent(part: int, whole: int) -> Decimal | None:
    """Percents to one place, half up: «61,9» of 13 of 21. None of nothing."""
    return rounded(Fraction(100 * part, whole), 1) if whole else None


def figures_of(grades: Iterable[Grade]) -> dict[int | None, Figures]:
    """{scale's id: Figures} of Grades, each scale by itself."""
    by_scale: dict[int | None, list[Grade]] = {}
    for grade in grades:
        by_scale.setdefault(grade.scale.pk, []).append(grade)
    return {pk: Figures(_degree(found), _mean_grade(found)) for pk, found in by_scale.items()}


def _degree(grades: Sequence[Grade]) -> Decimal | None:
    """СОУ: the mean of Simonov's degrees, to one place; of a scale that has all of them."""
    degrees = [LEARNT[grade.meaning] for grade in grades if grade.meaning in LEARNT]
    if not (degrees and grades[0].scale.has_degrees):
        return None
    return rounded(Fraction(sum(degrees), len(degrees)), 1)


def _mean_grade(grades: Iterable[Grade]) -> Decimal | None:
    """Of those that have points, to two places; None without any."""
    points = [grade.points for grade in grades if grade.points is not None]
    return averages.mean(sum(points), len(points))


def _unsuccessful(grade: Grade) -> bool:
    return grade.is_failing or grade.is_unassessed


EXCELLENT, GOOD, ONE_THREE, FAILING, UNASSESSED = "excellent", "good", "one_three", "failing", "na"


def standing(grades: Sequence[Grade]) -> str:
    """How a pupil with these Grades stands: EXCELLENT (nothing else), GOOD (good and excellent),
    ONE_THREE (the only one below is satisfactory), FAILING (one is insufficient), UNASSESSED (an
    «н/а»), «» for the others."""
    if any(grade.is_failing for grade in grades):
        return FAILING
    if any(grade.is_unassessed for grade in grades):
        return UNASSESSED
    counts = Counter(grade.meaning for grade in grades)
    if counts[Meaning.SATISFACTORY]:
        return ONE_THREE if counts[Meaning.SATISFACTORY] == 1 else ""
    if counts[Meaning.GOOD]:
        return GOOD
    return EXCELLENT if counts[Meaning.EXCELLENT] else ""


def class_indicators(pupils: Sequence[Sequence[Grade]]) -> tuple[Indicators, Counter[str]]:
    """(Indicators, Counter of the standings) of a class: `pupils` are the Grades of each. Pupils
    whom no grade judges do not count; «успеваемость» is the part of those who neither fail nor are
    unassessed in a subject, «качество», of those who have a grade with a level or lack it («н/а»),
    that of the excellent and good."""
    counts = Counter(standing(grades) for grades in pupils)
    judged = [grades for grades in pupils if any(grade.judges for grade in grades)]
    leveled = [
        grades
        for grades in judged
        if any(
            grade.has_level or (grade.is_unassessed and grade.scale.has_levels) for grade in grades
        )
    ]
    found = Indicators(
        percent(len(judged) - counts[FAILING] - counts[UNASSESSED], len(judged)),
        percent(counts[EXCELLENT] + counts[GOOD], len(leveled)),
        figures_of([grade for grades in pupils for grade in grades]),
    )
    return found, counts
