"""From which lesson to which one a teacher is away, and which lessons can be taken together."""

import datetime
from datetime import date

import pytest

from school.rules.bells import Hour
from school.rules.joins import Joinable, why_not_joined
from school.rules.teacher_absences import (
    AwayTime,
    away,
    days_ahead,
    days_shown,
    spans_away,
)

WED, THU, FRI = date(2026, 11, 25), date(2026, 11, 26), date(2026, 11, 27)


@pytest.mark.parametrize(
    ("absence", "touched"),
    [
        (AwayTime(WED, None, WED), {WED: [0, 1, 2, 3, 9]}),
        (AwayTime(WED, 2, WED), {WED: [2, 3, 9]}),
        (AwayTime(WED, None, WED, 2), {WED: [0, 1, 2]}),
        (AwayTime(WED, 2, WED, 2), {WED: [2]}),
        (AwayTime(WED, 0, WED, 0), {WED: [0]}),  # the lesson before the first
        # The lessons of the ends bound the ends alone: Thursday is whole.
        (AwayTime(WED, 3, FRI, 1), {WED: [3, 9], THU: [0, 1, 2, 3, 9], FRI: [0, 1]}),
        (AwayTime(THU, None, None), {THU: [0, 1, 2, 3, 9], FRI: [0, 1, 2, 3, 9]}),
        (AwayTime(THU, 3, None), {THU: [3, 9], FRI: [0, 1, 2, 3, 9]}),
    ],
)
def test_the_lessons_of_an_absence(absence, touched):
    numbers = (0, 1, 2, 3, 9)
    found = {day: [one for one in numbers if away(absence, day, one)] for day in (WED, THU, FRI)}
    assert {day: lessons for day, lessons in found.items() if lessons} == touched


@pytest.mark.parametrize(
    ("one", "other", "is_one_lesson_in_both"),
    [
        (AwayTime(WED, None, WED), AwayTime(THU, None, THU), False),
        (AwayTime(WED, None, THU), AwayTime(THU, None, FRI), True),
        (AwayTime(WED, None, WED, 2), AwayTime(WED, 3, WED), False),
        (AwayTime(WED, None, WED, 3), AwayTime(WED, 3, WED), True),
        (AwayTime(WED, None, THU, 2), AwayTime(THU, 3, FRI), False),
        (AwayTime(WED, None, None), AwayTime(FRI, None, FRI), True),
        (AwayTime(FRI, None, None), AwayTime(WED, None, THU), False),
        (AwayTime(WED, 4, None), AwayTime(WED, None, WED, 3), False),
    ],
)
def test_two_absences(one, other, is_one_lesson_in_both):
    assert one.overlaps(other) is other.overlaps(one) is is_one_lesson_in_both


@pytest.mark.parametrize(
    ("absence", "told"),
    [
        (AwayTime(WED, None, WED), "25.11.2026"),
        (AwayTime(WED, 2, WED), "25.11.2026, со 2-го урока"),
        (AwayTime(WED, None, WED, 4), "25.11.2026, по 4-й урок"),
        (AwayTime(WED, 3, WED, 3), "25.11.2026, 3-й урок"),
        (AwayTime(WED, 2, WED, 4), "25.11.2026, со 2-го по 4-й урок"),
        (AwayTime(WED, None, FRI), "с 25.11.2026 по 27.11.2026"),
        (AwayTime(WED, 3, FRI, 1), "с 25.11.2026 (с 3-го урока) по 27.11.2026 (по 1-й урок)"),
        (AwayTime(WED, 3), "с 25.11.2026 (с 3-го урока), конец неизвестен"),
    ],
)
def test_how_it_is_told(absence, told):
    assert absence.told == told


@pytest.mark.parametrize(
    ("absence", "ahead", "shown"),
    [
        (AwayTime(WED, None, FRI), (THU, FRI), (WED, FRI)),
        (AwayTime(date(2026, 12, 1), None, date(2026, 12, 3)), (1, 3), (1, 3)),
        # A week in the list; on its page a month from today on.
        (AwayTime(WED), (THU, date(2026, 12, 2)), (THU, date(2026, 12, 26))),
        # Of a long one that ends soon, or is over, its last month.
        (
            AwayTime(date(2026, 9, 1), None, FRI),
            (THU, FRI),
            (date(2026, 10, 28), FRI),
        ),
    ],
)
def test_the_days_that_pages_show(absence, ahead, shown):
    def days(pair):
        return tuple(date(2026, 12, one) if isinstance(one, int) else one for one in pair)

    assert days_ahead(absence, THU) == days(ahead)
    assert days_shown(absence, THU) == days(shown)


def hour(number, starts_at=9):
    return Hour(number, datetime.time(starts_at), datetime.time(starts_at, 40))


LESSON = Joinable(1, 10, WED, hour(2))
HOST = Joinable(2, 20, WED, hour(2))


@pytest.mark.parametrize(
    ("lesson", "host", "told"),
    [
        (LESSON, HOST, ""),
        (LESSON, HOST._replace(hour=Hour(3, datetime.time(9, 20), datetime.time(10))), ""),
        (LESSON, HOST._replace(has_joined=True), ""),  # three classes
        (LESSON, HOST._replace(hour=Hour(2, datetime.time(9, 40), datetime.time(10))), "время"),
        (LESSON, HOST._replace(day=THU), "в разное время"),
        (LESSON, LESSON, "с самим собой"),
        (LESSON, HOST._replace(journal=10), "одного журнала"),
        (LESSON._replace(is_joined=True), HOST, "сначала разъедините"),
        (LESSON._replace(has_joined=True), HOST, "уже объединён другой"),
        (LESSON, HOST._replace(is_joined=True), "сам проводится вместе"),
        (LESSON._replace(is_cancelled=True), HOST, "Отменённый"),
        (LESSON, HOST._replace(is_cancelled=True), "Отменённый"),
    ],
)
def test_lessons_taken_together(lesson, host, told):
    found = why_not_joined(lesson, host)
    assert told in found
    assert bool(told) == bool(found)


SAT, SUN, MON, TUE = (date(2026, 11, 28), date(2026, 11, 29), date(2026, 11, 30), date(2026, 12, 1))


@pytest.mark.parametrize(
    ("days", "spans"),
    [
        ([WED], [(WED, WED)]),
        ([THU, WED], [(WED, THU)]),
        ([WED, FRI], [(WED, WED), (FRI, FRI)]),
        ([FRI, MON], [(FRI, MON)]),  # nobody is taught between
        ([FRI, TUE], [(FRI, FRI), (TUE, TUE)]),
        ([FRI, SAT], [(FRI, SAT)]),
    ],
)
def test_on_which_days_in_a_row_a_teacher_is_away(days, spans):
    assert spans_away(days, {WED, THU, FRI, MON, TUE}) == spans
