"""The rules of log-ins: devices, idle ends, codes of the second step."""

import datetime

import pytest

from school.rules import codes
from school.rules.entering import device_name, idle_limit

RFC = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"  # «12345678901234567890», RFC 6238, appendix B
MINUTE = datetime.timedelta(minutes=1)


@pytest.mark.parametrize(
    ("agent", "name"),
    [
        (
            "Mozilla/5.0 (Windows NT 6.1; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/109.0.0.0 Safari/537.36",
            "Windows 7, Chrome",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/130.0.0.0 YaBrowser/24.12.0.0 Safari/537.36",
            "Windows 10 или 11, Яндекс Браузер",
        ),
        (
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
            "Chrome/130.0.0.0 Safari/537.36 Edg/130.0.0.0",
            "Windows 10 или 11, Edge",
        ),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 "
            "(KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "iPhone, Safari",
        ),
        (
            "Mozilla/5.0 (Linux; Android 14; SM-A546E) AppleWebKit/537.36 (KHTML, like Gecko) "
            "SamsungBrowser/27.0 Chrome/125.0.0.0 Mobile Safari/537.36",
            "Android, Samsung Internet",
        ),
        (
            "Mozilla/5.0 (X11; Linux x86_64; rv:132.0) Gecko/20100101 Firefox/132.0",
            "Linux, Firefox",
        ),
        ("curl/8.5.0", "неизвестное устройство"),
        ("", "неизвестное устройство"),
    ],
)
def test_what_a_device_is_called(agent, name):
    assert device_name(agent) == name


@pytest.mark.parametrize(
    ("is_staff", "is_shared", "minutes", "limit"),
    [
        (True, False, 60, 60 * MINUTE),
        (True, False, 240, 240 * MINUTE),
        (True, True, 60, 15 * MINUTE),
        (True, True, 15, 15 * MINUTE),
        (False, True, 60, 15 * MINUTE),
        (False, False, 60, None),  # pupils and parents at home
    ],
)
def test_when_an_idle_session_ends(is_staff, is_shared, minutes, limit):
    assert idle_limit(is_staff, is_shared, minutes) == limit


@pytest.mark.parametrize(
    ("seconds", "code"),
    [
        (59, "287082"),
        (1111111109, "081804"),
        (1111111111, "050471"),
        (1234567890, "005924"),
        (2000000000, "279037"),
        (20000000000, "353130"),
    ],
)
def test_codes_are_those_of_the_rfc(seconds, code):
    assert codes.code_at(RFC, seconds // 30) == code


NOW = datetime.datetime(2026, 11, 25, 9, 0, 10, tzinfo=datetime.UTC)
STEP = codes.step_at(NOW)


@pytest.mark.parametrize(
    ("typed", "after", "found"),
    [
        (codes.code_at(RFC, STEP), 0, STEP),
        (codes.code_at(RFC, STEP - 1), 0, STEP - 1),  # a phone that is slow
        (codes.code_at(RFC, STEP + 1), 0, STEP + 1),
        (codes.code_at(RFC, STEP - 2), 0, None),
        (codes.code_at(RFC, STEP), STEP, None),  # used already
        (codes.code_at(RFC, STEP - 1), STEP, None),  # older than one that was used
        (codes.code_at(RFC, STEP - 2880), 0, None),  # of yesterday
        ("", 0, None),
        ("код", 0, None),
    ],
)
def test_a_code_holds_once_and_for_a_while(typed, after, found):
    assert codes.step_of(RFC, typed, NOW, after) == found


@pytest.mark.parametrize("typed", ["123 456", "123-456", " 123456 "])
def test_codes_are_compared_without_blanks(typed):
    assert codes.plain(typed) == "123456"


def test_spare_codes_differ_and_are_easily_read():
    made = codes.new_spare_codes()
    assert len(set(made)) == 10
    assert all(len(one) == 11 and set(one) <= {*codes.LETTERS, "-"} for one in made)
