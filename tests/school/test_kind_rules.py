"""What a lesson owes by its kind and by what is not kept in its journal (2.5–2.8): a table of
cases."""

import datetime

import pytest

from school.rules.kinds import Exempt, Owed, owed

MATHS, MUSIC = 1, 2  # journals
EVER = datetime.date.min, datetime.date.max
NOVEMBER = datetime.date(2026, 11, 1), datetime.date(2026, 11, 30)

LESSON = Owed()
SELF_STUDY = Owed(False, True, False, False, False)
NO_HOMEWORK = Owed(owes_homework=False)


def of_parallel(parallel, duty="owes_homework", days=EVER):
    return Exempt(duty, parallel, None, days)


def of_journal(journal, duty="owes_homework", days=EVER):
    return Exempt(duty, None, journal, days)


@pytest.mark.parametrize(
    ("case", "kind", "exemptions", "parallels", "expected"),
    [
        ("a lesson owes all", LESSON, [], {5}, LESSON),
        ("self-study owes attendance alone", SELF_STUDY, [], {5}, SELF_STUDY),
        ("no homework in class 1", LESSON, [of_parallel(1)], {1}, NO_HOMEWORK),
        ("a preparatory class is of a parallel too", LESSON, [of_parallel(0)], {0}, NO_HOMEWORK),
        ("which is nothing to class 5", LESSON, [of_parallel(1)], {5}, LESSON),
        ("a group of both has some who get it", LESSON, [of_parallel(1)], {1, 5}, LESSON),
        ("each of them is without", LESSON, [of_parallel(1), of_parallel(2)], {1, 2}, NO_HOMEWORK),
        ("of no class nothing is known", LESSON, [of_parallel(1)], set(), LESSON),
        ("no homework in this journal", LESSON, [of_journal(MATHS)], {5}, NO_HOMEWORK),
        ("nor where nobody is of a class", LESSON, [of_journal(MATHS)], set(), NO_HOMEWORK),
        ("in another", LESSON, [of_journal(MUSIC)], {5}, LESSON),
        ("on its days", LESSON, [of_journal(MATHS, days=NOVEMBER)], {5}, NO_HOMEWORK),
        ("not what the kind lacks", SELF_STUDY, [of_journal(MATHS)], {5}, SELF_STUDY),
        ("two of two sorts", LESSON, [of_journal(MATHS), of_parallel(5, "owes_marks")], {5},
         Owed(owes_homework=False, owes_marks=False)),
        ("one by parallel for another duty", LESSON,
         [of_parallel(1), of_parallel(2, "owes_marks")], {1, 2}, LESSON),
    ],
)  # fmt: skip
def test_what_is_owed(case, kind, exemptions, parallels, expected):
    day = datetime.date(2026, 11, 25)
    assert owed(kind, exemptions, MATHS, parallels, day) == expected


@pytest.mark.parametrize(
    ("day", "expected"),
    [("10-31", LESSON), ("11-01", NO_HOMEWORK), ("11-30", NO_HOMEWORK), ("12-01", LESSON)],
)
def test_both_days_belong_to_it(day, expected):
    exemptions = [of_journal(MATHS, days=NOVEMBER)]
    assert owed(LESSON, exemptions, MATHS, {5}, datetime.date.fromisoformat(f"2026-{day}")) == (
        expected
    )
