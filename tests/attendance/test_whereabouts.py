"""Where a pupil is just now, and when so many of a class are away that it is told."""

import pytest

from attendance.rules import Attended, Whereabouts, many_away, whereabouts


@pytest.mark.parametrize(
    ("day", "document", "told"),
    [
        ("", "", Whereabouts()),
        ("", "б", Whereabouts("б")),  # before attendance was taken a document says it
        ("1:", "б", Whereabouts()),  # he came all the same
        ("1: 2:н", "", Whereabouts("н", 2, 1)),
        ("1: 2: 3:н", "", Whereabouts("н", 3, 2)),
        ("1: 2:н 3:н", "", Whereabouts("н", 2, 1)),
        ("1:н", "", Whereabouts("н", 1)),  # he was at no lesson yet
        ("1:н 2:", "", Whereabouts()),  # he is back
        ("1:оп", "", Whereabouts()),  # late is there
        ("1:оп 2:н", "", Whereabouts("н", 2, 1)),
        ("1: 3:н", "", Whereabouts("н", 3, 1)),  # nobody knows of the second one
        ("1: 2:уп 3:н", "", Whereabouts("уп", 2, 1)),  # who has left with a word is not missing
        ("1:б 2:б", "б", Whereabouts("б", 1)),
        ("1: 2:нп", "", Whereabouts("нп", 2, 1)),
    ],
)
def test_the_last_lesson_says_where_he_is(day, document, told):
    attended = [
        Attended(int(number), reason)
        for number, _, reason in (one.partition(":") for one in day.split())
    ]
    assert whereabouts(attended, document) == told


@pytest.mark.parametrize(
    ("away", "pupils", "percent", "told"),
    [
        (8, 24, 30, True),
        (7, 24, 30, False),
        (3, 10, 30, True),  # exactly as many
        (0, 24, 1, False),
        (0, 0, 30, False),  # a class that nobody is in
        (1, 100, 1, True),
        (24, 24, 100, True),
    ],
)
def test_when_many_of_a_class_are_away(away, pupils, percent, told):
    assert many_away(away, pupils, percent) is told
