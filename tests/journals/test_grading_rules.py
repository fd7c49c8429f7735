"""Grades of periods, by tables of cases (2.4, 2.6, 4.4), and the indicators of a class."""

from decimal import Decimal
from fractions import Fraction

import pytest

from journals import grading
from journals.cells import CellError
from journals.grading import Doubt, Grade, Marks, Worth
from journals.indicators import (
    EXCELLENT,
    FAILING,
    GOOD,
    ONE_THREE,
    UNASSESSED,
    Indicators,
    class_indicators,
    figures_of,
    standing,
    subject_indicators,
)
from school.models import Meaning
from tests.world import MEANINGS

E, G, S, N, P = "excellent", "good", "satisfactory", "insufficient", "passed"


def scale(values, pk=None, name=""):
    """A Scale of {text: points}, whose values mean what they usually do, or of {text: (points,
    meaning)}."""
    worths = {
        text: Worth(*worth)
        if isinstance(worth, tuple)
        else Worth(worth, str(MEANINGS.get(text, "")))
        for text, worth in values.items()
    }
    return grading.Scale(worths, pk, name)


FIVE = scale({"5": 5, "4": 4, "3": 3, "2": 2, "1": 1, "зч": None, "осв": None}, 1)
PASS_FAIL = scale({"зч": None, "нз": None, "осв": None}, 2)
UNMARKED = scale({"осв": None}, 3)
TENTHS = scale({"30": 30, "20": 20, "10": 10}, 4)
TEN = scale(
    {
        "10": (10, E),
        "9": (9, E),
        "8": (8, G),
        "7": (7, G),
        "6": (6, S),
        "5": (5, S),
        "4": (4, S),
        "3": (3, N),
        "2": (2, N),
        "1": (1, N),
    },
    5,
)
LEVELS = scale({"выс": (3, E), "баз": (2, S), "ниже": (1, N)}, 6)
WORDS = scale({"выс": (None, E), "баз": (None, S), "ниже": (None, N)}, 7)  # count in no mean
SIGNS = scale({"а": (None, ""), "я": (None, "")}, 8)  # mean nothing
HALF = Decimal("0.5")


def marks(average, count=5, scale=1):
    return Marks(Fraction(average), count, scale=scale)


@pytest.mark.parametrize(
    ("found", "scale", "up_from", "suggested"),
    [
        (marks("4.33"), FIVE, HALF, "4"),
        (marks("4.50"), FIVE, HALF, "5"),
        (marks("4.49"), FIVE, HALF, "4"),
        (marks("4.59"), FIVE, Decimal("0.60"), "4"),  # the school's threshold
        (marks("4.60"), FIVE, Decimal("0.60"), "5"),
        (marks("4.99"), FIVE, Decimal(1), "4"),  # never up
        (marks("5.00"), FIVE, Decimal(1), "5"),
        # Compared as it is, not as it is shown: 4,645 is shown as 4,65 and 28/11 as 2,55.
        (marks("4.645"), FIVE, Decimal("0.65"), "4"),
        (marks("28/11"), FIVE, Decimal("0.55"), "2"),
        (marks("14/3"), FIVE, Decimal("0.67"), "4"),
        (marks("1.20"), FIVE, HALF, "1"),
        (marks("5.00", 3), FIVE, HALF, "5"),
        (marks("5.00", 2), FIVE, HALF, "н/а"),  # too few
        (Marks(), FIVE, HALF, "н/а"),
        (marks("24.00", scale=4), TENTHS, HALF, "20"),  # the next value is 30, not 25
        (marks("25.00", scale=4), TENTHS, HALF, "30"),
        (marks("2.00"), scale({"5": 5, "4": 4, "3": 3}, 1), HALF, "3"),  # a scale changed meanwhile
        (marks("5.00"), scale({"4": 4, "3": 3}, 1), HALF, "4"),
        (Marks(None, 0, passed=3, failed=2, scale=2), PASS_FAIL, HALF, "зч"),
        (Marks(None, 0, passed=2, failed=2, scale=2), PASS_FAIL, HALF, "зч"),  # no majority of «нз»
        (Marks(None, 0, passed=1, failed=2, scale=2), PASS_FAIL, HALF, "нз"),
        (Marks(None, 0, passed=2, failed=0, scale=2), PASS_FAIL, HALF, "н/а"),
        (Marks(), UNMARKED, HALF, None),
        (Marks(exempt=1), FIVE, HALF, "осв"),  # nothing else was ever given
        (Marks(exempt=4), PASS_FAIL, HALF, "осв"),
        (Marks(Fraction(5), 1, exempt=4, scale=1), FIVE, HALF, "н/а"),
        (Marks(Fraction(5), 3, exempt=4, scale=1), FIVE, HALF, "5"),
        # Own scales, by the same rule.
        (marks("8.49", scale=5), TEN, HALF, "8"),
        (marks("8.50", scale=5), TEN, HALF, "9"),
        (marks("9.80", scale=5), TEN, Decimal("0.85"), "9"),
        (marks("2.50", scale=6), LEVELS, HALF, "выс"),
        (marks("1.49", scale=6), LEVELS, HALF, "ниже"),
        (Marks(None, 0, failed=2, scale=7), WORDS, HALF, None),  # without points nobody knows
        (Marks(None, 0, scale=8), SIGNS, HALF, None),
        (
            Marks(None, 0, passed=3, failed=1, scale=9),
            scale({"сдал": (None, P), "долг": (None, N)}, 9),
            HALF,
            "сдал",  # whatever it is called
        ),
        (marks("4.33"), TEN, HALF, None),  # marks of another scale say nothing in this one
        (marks("4.33"), PASS_FAIL, HALF, None),
    ],
)
def test_of_a_period(found, scale, up_from, suggested):
    """2.4"""
    assert grading.suggest_period(found, scale, up_from, 3) == suggested


def test_without_a_least_number_nothing_comes_of_no_marks():
    assert grading.suggest_period(Marks(), FIVE, HALF, 0) is None


def given(scale, *texts):
    """Grades, None where there is none."""
    return [grade(scale, text) if text else None for text in texts]


def grade(scale, text):
    worth = scale.worth(text)
    return Grade(text, scale, worth.points, worth.meaning)


@pytest.mark.parametrize(
    ("grades", "scale", "suggested"),
    [
        (["5", "4", "4", "5"], FIVE, "5"),  # 4.5
        (["4", "4", "4", "5"], FIVE, "4"),
        (["5", "5"], FIVE, "5"),  # half-years, or who came late
        (["5", "4", "4", ""], FIVE, None),  # one is missing yet
        ([], FIVE, None),
        (["н/а", "4", "4", "5"], FIVE, "4"),
        (["н/а", "н/а", "4", "5"], FIVE, "5"),
        (["н/а", "н/а", "н/а", "5"], FIVE, "н/а"),  # assessed in fewer than half
        (["н/а", "н/а"], FIVE, "н/а"),
        (["осв", "осв", "осв", "осв"], FIVE, "осв"),
        (["осв", "осв", "4", "5"], FIVE, "5"),
        (["осв", "н/а"], FIVE, "осв"),
        (["осв", "зч"], PASS_FAIL, "зч"),
        (["зч", "зч", "нз", "зч"], PASS_FAIL, "зч"),
        (["зч", "нз", "нз", "нз"], PASS_FAIL, "нз"),
        (["8", "9", "10", "7"], TEN, "9"),
        (["баз", "выс", "выс", "баз"], LEVELS, "выс"),
        (["баз", "выс", "выс", "баз"], WORDS, None),
    ],
)
def test_of_the_year(grades, scale, suggested):
    """2.4, 2.6"""
    assert grading.suggest_year(given(scale, *grades), scale, HALF) == suggested


def test_nothing_follows_from_two_scales():
    """2.4"""
    assert grading.suggest_year([grade(FIVE, "5"), grade(TEN, "8")], TEN, HALF) is None
    assert grading.suggest_year([grade(FIVE, "5"), grade(FIVE, "5")], TEN, HALF) is None
    assert grading.suggest_year([grade(FIVE, "осв"), grade(TEN, "8")], TEN, HALF) == "8"
    assert grading.suggest_final(grade(FIVE, "5"), grade(TEN, "8"), TEN, HALF) is None


@pytest.mark.parametrize(
    ("year", "exam", "scale", "up_from", "suggested"),
    [
        ("4", "5", FIVE, HALF, "5"),
        ("4", "5", FIVE, Decimal("0.60"), "4"),  # the school's threshold, as everywhere
        ("4", "3", FIVE, HALF, "4"),
        ("3", "3", FIVE, HALF, "3"),
        ("5", "", FIVE, HALF, None),
        ("", "5", FIVE, HALF, None),
        ("н/а", "5", FIVE, HALF, None),
        ("зч", "зч", PASS_FAIL, HALF, "зч"),
        ("зч", "нз", PASS_FAIL, HALF, "нз"),
        ("зч", "", PASS_FAIL, HALF, None),
        ("8", "9", TEN, HALF, "9"),
        ("8", "9", TEN, Decimal("0.60"), "8"),
        ("баз", "выс", LEVELS, HALF, "выс"),
        ("баз", "выс", WORDS, HALF, None),
    ],
)
def test_the_final_one(year, exam, scale, up_from, suggested):
    """2.4"""
    assert grading.suggest_final(*given(scale, year, exam), scale, up_from) == suggested


@pytest.mark.parametrize(
    ("text", "suggestion", "scale", "asks"),
    [
        ("4", "4", FIVE, False),
        ("3", "4", FIVE, True),
        ("5", "4", FIVE, True),
        ("н/а", "4", FIVE, True),
        ("зч", "4", FIVE, True),
        ("осв", "4", FIVE, False),
        ("", "4", FIVE, False),
        ("4", "н/а", FIVE, False),
        ("4", None, FIVE, False),
        ("нз", "зч", PASS_FAIL, True),
        ("зч", "зч", PASS_FAIL, False),
    ],
)
def test_against_the_suggestion(text, suggestion, scale, asks):
    assert grading.disagrees(text, suggestion, scale) is asks


@pytest.mark.parametrize(
    ("typed", "scale", "text"),
    [
        ("5", FIVE, "5"),
        (" 4 ", FIVE, "4"),
        ("", FIVE, ""),
        ("н/а", FIVE, "н/а"),
        ("НА", FIVE, "н/а"),
        ("н-а", FIVE, "н/а"),
        ("yf", FIVE, "н/а"),  # the same keys in Latin letters
        ("y.f", FIVE, "н/а"),
        ("n/a", FIVE, "н/а"),
        ("px", FIVE, "зч"),
        ("jcd", FIVE, "осв"),
        ("yp", PASS_FAIL, "нз"),
        ("н/а", UNMARKED, "н/а"),
        ("\u200b4\u00a0", FIVE, "4"),
        ("н\u2060/\ufeffа", FIVE, "н/а"),
        ("оcв", FIVE, "осв"),  # a Latin letter among Russian ones is what it looks like
        ("нa", FIVE, "н/а"),
    ],
)
def test_what_is_typed(typed, scale, text):
    assert grading.parse_grade(typed, scale) == text


@pytest.mark.parametrize(
    ("typed", "scale", "told"),
    [
        ("6", FIVE, "Нет такой оценки: «6». Оценки: 5, 4, 3, 2, 1, зч, осв, н/а."),
        ("4/5", FIVE, "Нет такой оценки: «4/5»"),
        ("5", PASS_FAIL, "Оценки: зч, нз, осв, н/а."),
        ("5", UNMARKED, "оценок не ставят"),
        ("<b>", FIVE, "Нет такой оценки"),
        ("зx", FIVE, "В «зx» смешаны русские и латинские буквы"),
        (".", FIVE, "Нет такой оценки: «.»"),
        ("-", FIVE, "Нет такой оценки: «-»"),
    ],
)
def test_what_can_not_be(typed, scale, told):
    with pytest.raises(CellError, match=told.replace(".", r"\.")):
        grading.parse_grade(typed, scale)


# --- a final grade and its parts ---

FOLLOWS_NOT = "не следует"


@pytest.mark.parametrize(
    ("text", "year", "exam", "mark"),
    [
        ("5", "4", "5", None),
        ("4", "4", "4", None),
        ("4", "4", "5", FOLLOWS_NOT),
        ("5", "4", "3", FOLLOWS_NOT),
        ("н/а", "4", "5", FOLLOWS_NOT),
        ("5", "", "5", "без годовой"),
        ("5", "5", "", "без экзаменационной"),
        ("5", "", "", "без годовой и экзаменационной"),
        ("осв", "", "", None),
        ("осв", "4", "осв", None),
        ("н/а", "4", "", None),  # who did not come to the exam
        ("4", "4", "осв", None),  # from such a part nothing follows
        ("5", "н/а", "5", None),
        ("", "4", "", None),
    ],
)
def test_a_final_grade_follows_from_its_parts(text, year, exam, mark):
    """2.4, 4.4"""
    doubt = grading.doubt_of_final(text, *given(FIVE, year, exam), FIVE, HALF)
    assert (doubt and doubt.mark) == mark


def test_what_is_asked_of_it():
    doubt = grading.doubt_of_final("5", *given(FIVE, "4", "3"), FIVE, HALF)
    assert doubt == Doubt(
        FOLLOWS_NOT,
        "Итоговая не следует из годовой и экзаменационной: выходит «4», а стоит «5».",
    )
    doubt = grading.doubt_of_final("5", *given(FIVE, "4", ""), FIVE, HALF)
    assert doubt.told == "Итоговая стоит без экзаменационной оценки."


# --- indicators ---


def grades(text, scale=FIVE):
    return given(scale, *text.split())


@pytest.mark.parametrize(
    ("text", "scale", "degree"),
    [
        ("5", FIVE, "100.0"),
        ("4", FIVE, "64.0"),
        ("3", FIVE, "36.0"),
        ("2", FIVE, "16.0"),
        ("1", FIVE, "16.0"),  # there are four degrees
        ("5 4 3 2", FIVE, "54.0"),
        ("5 5 4", FIVE, "88.0"),
        ("5 зч осв н/а", FIVE, "100.0"),
        ("зч", FIVE, None),
        ("10 8 5 2", TEN, "54.0"),
        ("10 9", TEN, "100.0"),
        ("4", TEN, "36.0"),  # not what a «4» is in five points
        ("выс баз", LEVELS, None),  # has no «good»: it is not defined
        ("зч нз", PASS_FAIL, None),
    ],
)
def test_degree_learnt(text, scale, degree):
    """Simonov's"""
    figures = figures_of(grades(text, scale))[scale.pk]
    assert figures.learnt == (degree and Decimal(degree))


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (grades("5 5 зч"), EXCELLENT),
        (grades("5 4"), GOOD),
        (grades("4 4 осв"), GOOD),
        (grades("5 4 3"), ONE_THREE),
        (grades("5 3 3"), ""),
        (grades("5 5 2"), FAILING),
        (grades("5") + grades("нз", PASS_FAIL), FAILING),
        (grades("5 н/а"), UNASSESSED),
        (grades("2 н/а"), FAILING),
        (grades("зч"), ""),
        ([], ""),
        (grades("10 9", TEN), EXCELLENT),
        (grades("8 7 9", TEN), GOOD),
        (grades("8 7 5", TEN), ONE_THREE),
        (grades("4 4 8", TEN), ""),  # two satisfactory ones
        (grades("3 9", TEN), FAILING),
        (grades("выс", LEVELS), EXCELLENT),
        (grades("выс баз", LEVELS), ONE_THREE),
        (grades("ниже", LEVELS), FAILING),
        (grades("выс ниже", WORDS), FAILING),  # points have nothing to do with it
        (grades("а я н/а", SIGNS), ""),
        (grades("5") + grades("8", TEN), GOOD),  # meanings are alike in all scales
        (grades("5") + grades("10", TEN) + grades("выс", LEVELS), EXCELLENT),
        (grades("4") + grades("4", TEN), ONE_THREE),
    ],
)
def test_how_a_pupil_stands(found, told):
    assert standing(found) == told


@pytest.mark.parametrize(
    ("found", "success", "quality", "mean", "learnt"),
    [
        (grades("5 4 3 2 осв н/а"), 60, 50, "3.50", "54.0"),  # three of five; two of four
        (grades("5 " * 13 + "3 " * 8), 100, "61.9", "4.24", "75.6"),
        (grades("5 4 1"), "66.7", "66.7", "3.33", "60.0"),
        (grades("10 8 5 2", TEN), 75, 50, "6.25", "54.0"),
        (grades("10 7 4 3 3 н/а", TEN), 50, 40, "5.40", "46.4"),
        (grades("выс баз ниже", LEVELS), "66.7", "33.3", "2.00", None),
        (grades("выс баз ниже", WORDS), "66.7", "33.3", None, None),
        (grades("зч нз", PASS_FAIL), 50, None, None, None),
        (grades("зч зч зч н/а", PASS_FAIL), 75, None, None, None),
        (grades("осв", UNMARKED), None, None, None, None),
        (grades("а а я н/а", SIGNS), None, None, None, None),  # says nothing of either
    ],
)
def test_a_subject_of_one_scale(found, success, quality, mean, learnt):
    """Each scale by what its values mean."""
    indicators = subject_indicators(found)
    shares = (success and Decimal(success), quality and Decimal(quality))
    assert (indicators.success, indicators.quality) == shares
    (figures,) = indicators.of_scales.values()
    assert figures.mean == (mean and Decimal(mean))
    assert figures.learnt == (learnt and Decimal(learnt))


def test_a_subject_without_grades():
    assert subject_indicators([]) == Indicators(None, None, {})


def test_a_class():
    pupils = [grades(one) for one in ("5 5", "5 4", "4 3", "4 2", "5 н/а", "")]
    found, counts = class_indicators(pupils)
    assert (found.success, found.quality) == (60, 40)  # of the five who have grades
    assert (counts[EXCELLENT], counts[GOOD], counts[FAILING]) == (1, 1, 1)


def test_a_class_with_all_scales():
    """By hand. Of eight pupils six are judged: all but the unmarked one and the one of signs. Two
    of the six fail or lack a grade. Five have a level or lack one (not who has «зч» alone), of
    those two are good or excellent. Means and СОУ are of each scale alone."""
    pupils = [
        grades("5 5") + grades("10", TEN),  # excellent
        grades("4") + grades("8 9", TEN) + grades("зч", PASS_FAIL),  # good
        grades("3", FIVE) + grades("7", TEN),  # one satisfactory
        grades("выс ниже", LEVELS),  # fails
        grades("4 н/а") + grades("зч", PASS_FAIL),  # not assessed
        grades("зч зч", PASS_FAIL),
        grades("осв", UNMARKED),
        grades("а я", SIGNS),
    ]
    found, counts = class_indicators(pupils)
    assert (found.success, found.quality) == (Decimal("66.7"), Decimal("40.0"))
    assert counts == {
        EXCELLENT: 1,
        GOOD: 1,
        ONE_THREE: 1,
        FAILING: 1,
        UNASSESSED: 1,
        "": 3,
    }
    figures = {pk: (one.mean, one.learnt) for pk, one in found.of_scales.items()}
    assert figures == {
        FIVE.pk: (Decimal("4.20"), Decimal("72.8")),  # 5 5 4 3 4
        TEN.pk: (Decimal("8.50"), Decimal("82.0")),  # 10 8 9 7
        LEVELS.pk: (Decimal("2.00"), None),
        **dict.fromkeys((PASS_FAIL.pk, UNMARKED.pk, SIGNS.pk), (None, None)),
    }


def test_a_class_of_nothing_but_passes_has_no_quality():
    pupils = [grades(one, PASS_FAIL) for one in ("зч зч", "зч нз", "осв")]
    found, _ = class_indicators(pupils)
    assert (found.success, found.quality) == (50, None)


def test_every_meaning_is_known():
    assert {E, G, S, N, P} == set(Meaning.values)
