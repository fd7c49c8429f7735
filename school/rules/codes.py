"""The codes of the second step: an app's (RFC 6238: SHA-1, 30 s, six digits), spare ones. Pure."""

import base64
import datetime
import hashlib
import hmac
import secrets
from urllib.parse import quote, urlencode

STEP = 30  # seconds
DIGITS = 6
SPARE_CODES = 10
MOST_WRONG = 5  # then no code is taken for a while
CLOSED_FOR = datetime.timedelta(minutes=15)
LETTERS = "abcdefghkmnpqrstuvwxyz23456789"  # none that is taken for another


def new_secret() -> str:
    """160 random bits as the 32 letters that an app takes."""
    return base64.b32encode(secrets.token_bytes(20)).decode()


def code_at(secret: str, step: int) -> str:
    """The code of the `step`-th half-minute since 1970."""
    digest = hmac.digest(base64.b32decode(secret), step.to_bytes(8, "big"), hashlib.sha1)
    start = digest[-1] & 0xF
    number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
    return str(number % 10**DIGITS).zfill(DIGITS)


def step_at(now: datetime.datetime) -> int:
    return int(now.timestamp()) // STEP


def step_of(secret: str, text: str, now: datetime.datetime, after: int) -> int | None:
    """The half-minute whose code was typed: this one, the one before or the next, as clocks differ;
    None if it is none of them. One not later than `after` was used already: a code holds once."""
    typed = text.encode()
    this = step_at(now)
    fits = [
        step
        for step in (this - 1, this, this + 1)
        if hmac.compare_digest(code_at(secret, step).encode(), typed) and step > after
    ]
    return fits[0] if fits else None


def plain(text: str) -> str:
    """A code as it is compared: without blanks and hyphens, in small letters."""
    return "".join(filter(str.isalnum, text)).lower()


def new_spare_codes() -> list[str]:
    """«abcde-fghkm», of 49 random bits each."""

    def part() -> str:
        return "".join(secrets.choice(LETTERS) for _ in range(5))

    return [f"{part()}-{part()}" for _ in range(SPARE_CODES)]


def app_address(secret: str, login: str, school: str) -> str:
    """What the QR code tells the app: whose code it is, and the secret."""
    label = quote(f"{school}:{login}")
    return (
        f"otpauth://totp/{label}?{urlencode({'secret': secret, 'issuer': school}, quote_via=quote)}"
    )
