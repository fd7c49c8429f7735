"""How long homework takes, in words."""

import pytest

from school.rules.homework import homework_time, minutes_text, minutes_typed, parse_minutes


@pytest.mark.parametrize(
    ("text", "minutes"),
    [
        ("", None),
        (" ", None),
        ("20", 20),
        (" 20 мин ", 20),
        ("20мин.", 20),
        ("5 минут", 5),
        ("0", 0),
        ("240", 240),
    ],
)
def test_minutes_as_they_are_typed(text, minutes):
    assert parse_minutes(text) == minutes
    assert parse_minutes(minutes_typed(minutes)) == minutes


@pytest.mark.parametrize("text", ["241", "-5", "час", "20-30", "2,5", "20 ч", "99999999", "²"])
def test_what_is_none(text):
    with pytest.raises(ValueError, match=text):
        parse_minutes(text)


@pytest.mark.parametrize(
    ("minutes", "text"),
    [(0, "0 мин"), (5, "5 мин"), (60, "1 ч"), (80, "1 ч 20 мин"), (240, "4 ч")],
)
def test_in_words(minutes, text):
    assert minutes_text(minutes) == text


@pytest.mark.parametrize(
    ("minutes", "text"),
    [
        ([], ""),
        ([None, None], ""),
        ([20], "≈ 20 мин"),
        ([20, 60], "≈ 1 ч 20 мин"),
        ([20, None, 30], "не меньше 50 мин"),
        ([0], "≈ 0 мин"),
    ],
)
def test_of_a_day(minutes, text):
    assert homework_time(minutes) == text
