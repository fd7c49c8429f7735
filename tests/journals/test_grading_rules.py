"""Grades of periods, by tables of cases (2.4, 2.6, 4.4), and the indicators of a class."""

from decimal import Decimal
from fractions import Fraction

import pytest

from journals import grading, rules
from journals.grading import Grade, Marks, Scale

FIVE = Scale({"5": 5, "4": 4, "3": 3, "2": 2, "1": 1, "зч": None, "осв": None})
PASS_FAIL = Scale({"зч": None, "нз": None, "осв": None})
UNMARKED = Scale({"осв": None})
TENTHS = Scale({"30": 30, "20": 20, "10": 10})
HALF = Decimal("0.5")


def marks(average, count=5):
    return Marks(Fraction(average), count)


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
        (marks("24.00"), TENTHS, HALF, "20"),  # the next value is 30, not 25
        (marks("25.00"), TENTHS, HALF, "30"),
        (marks("2.00"), Scale({"5": 5, "4": 4, "3": 3}), HALF, "3"),  # a scale changed meanwhile
        (marks("5.00"), Scale({"4": 4, "3": 3}), HALF, "4"),
        (Marks(None, 0, passed=3, failed=2), PASS_FAIL, HALF, "зч"),
        (Marks(None, 0, passed=2, failed=2), PASS_FAIL, HALF, "зч"),  # no majority of «нз»
        (Marks(None, 0, passed=1, failed=2), PASS_FAIL, HALF, "нз"),
        (Marks(None, 0, passed=2, failed=0), PASS_FAIL, HALF, "н/а"),
        (Marks(), UNMARKED, HALF, None),
        (Marks(exempt=1), FIVE, HALF, "осв"),  # nothing else was ever given
        (Marks(exempt=4), PASS_FAIL, HALF, "осв"),
        (Marks(Fraction(5), 1, exempt=4), FIVE, HALF, "н/а"),
        (Marks(Fraction(5), 3, exempt=4), FIVE, HALF, "5"),
    ],
)
def test_of_a_period(found, scale, up_from, suggested):
    """2.4"""
    assert grading.suggest_period(found, scale, up_from, 3) == suggested


def test_without_a_least_number_nothing_comes_of_no_marks():
    assert grading.suggest_period(Marks(), FIVE, HALF, 0) is None


def given(scale, *texts):
    """Grades, None where there is none."""
    return [grading.Grade(text, scale.points(text)) if text else None for text in texts]


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
    ],
)
def test_of_the_year(grades, scale, suggested):
    """2.4, 2.6"""
    assert grading.suggest_year(given(scale, *grades), scale, HALF) == suggested


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
    with pytest.raises(rules.CellError, match=told.replace(".", r"\.")):
        grading.parse_grade(typed, scale)


# --- indicators ---


def grades(text):
    points = {"5": 5, "4": 4, "3": 3, "2": 2, "1": 1}
    return [Grade(one, points.get(one)) for one in text.split()]


@pytest.mark.parametrize(
    ("text", "degree"),
    [
        ("5", "100.0"),
        ("4", "64.0"),
        ("3", "36.0"),
        ("2", "16.0"),
        ("1", "7.0"),
        ("5 4 3 2", "54.0"),
        ("5 5 4", "88.0"),
        ("5 зч осв н/а", "100.0"),
        ("зч", None),
    ],
)
def test_degree_learnt(text, degree):
    """Simonov's"""
    assert grading.degree_learnt(grades(text)) == (degree and Decimal(degree))


@pytest.mark.parametrize(
    ("text", "standing"),
    [
        ("5 5 зч", grading.EXCELLENT),
        ("5 4", grading.GOOD),
        ("4 4 осв", grading.GOOD),
        ("5 4 3", grading.ONE_THREE),
        ("5 3 3", ""),
        ("5 5 2", grading.FAILING),
        ("5 нз", grading.FAILING),
        ("5 н/а", grading.UNASSESSED),
        ("2 н/а", grading.FAILING),
        ("зч", ""),
        ("", ""),
    ],
)
def test_how_a_pupil_stands(text, standing):
    assert grading.standing(grades(text)) == standing


def test_a_subject():
    found = grading.subject_indicators(grades("5 4 3 2 осв н/а"))
    assert (found.success, found.quality) == (60, 50)  # three of five; two of four
    assert grading.subject_indicators(grades("5 " * 13 + "3 " * 8)).quality == Decimal("61.9")
    assert (found.learnt, found.mean) == (Decimal("54.0"), Decimal("3.50"))
    assert grading.subject_indicators([]) == grading.Indicators(None, None, None, None)
    assert grading.subject_indicators(grades("зч нз")).success == 50


def test_a_class():
    pupils = [grades(one) for one in ("5 5", "5 4", "4 3", "4 2", "5 н/а", "")]
    found, counts = grading.class_indicators(pupils)
    assert (found.success, found.quality) == (60, 40)  # of the five who have grades
    assert (counts[grading.EXCELLENT], counts[grading.GOOD], counts[grading.FAILING]) == (1, 1, 1)
