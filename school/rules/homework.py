"""How long homework takes: minutes, as teachers say it, and the lesson for which it is. Pure."""

import datetime
import re
from collections.abc import Iterable
from itertools import pairwise
from typing import NamedTuple

MOST_MINUTES = 240

_MINUTES = re.compile(r"(\d{1,4})\s*(?:м|мин|минут\w*)?\.?", re.IGNORECASE)


def parse_minutes(text: str) -> int | None:
    """«20», «20 мин» → 20; «» → None, nobody has said. ValueError for all else, and for more than
    MOST_MINUTES."""
    if not text.strip():
        return None
    found = _MINUTES.fullmatch(text.strip())
    if not found or int(found[1]) > MOST_MINUTES:
        raise ValueError(text)
    return int(found[1])


def minutes_typed(minutes: int | None) -> str:
    """What the field of minutes shows; `parse_minutes` reads it back."""
    return "" if minutes is None else str(minutes)


def minutes_text(minutes: int) -> str:
    """«50 мин», «1 ч», «1 ч 20 мин»."""
    hours, rest = divmod(minutes, 60)
    parts = [f"{hours} ч"] if hours else []
    if rest or not hours:
        parts.append(f"{rest} мин")
    return " ".join(parts)


def homework_time(minutes: Iterable[int | None]) -> str:
    """How long all the homework of a day takes, each in minutes, None where nobody has said: «≈ 1 ч
    20 мин», «не меньше 50 мин» where not all is said, «» where nothing is."""
    told = list(minutes)
    known = [one for one in told if one is not None]
    if not known:
        return ""
    return f"{'≈' if len(known) == len(told) else 'не меньше'} {minutes_text(sum(known))}"


class Standing(NamedTuple):
    """A lesson that takes place (its id, its journal's id) on a school-local day, with the homework
    that was set in it, «» where none is, and its minutes, None where nobody has said."""

    pk: int
    journal: int
    date: datetime.date
    number: int
    homework: str
    minutes: int | None


def lesson_before(lessons: Iterable[Standing]) -> dict[int, Standing]:
    """{lesson id: the one before it in its journal}, of lessons in the order of journal, day and
    number: the homework set there is for this one."""
    return {one.pk: before for before, one in pairwise(lessons) if before.journal == one.journal}
