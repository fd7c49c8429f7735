"""Lessons that one teacher takes together. Pure."""

import datetime
from collections.abc import Mapping
from typing import NamedTuple

from .bells import Hour


class Joinable(NamedTuple):
    """What is asked of a lesson (id): its journal (id), its school-local day and Hour, whether it
    is cancelled, whether it is joined to another one, and whether others are joined to it."""

    pk: int
    journal: int
    day: datetime.date
    hour: Hour
    is_cancelled: bool = False
    is_joined: bool = False
    has_joined: bool = False


def together(day: datetime.date, hour: Hour, other_day: datetime.date, other_hour: Hour) -> bool:
    """Whether lessons are at one time, so that one teacher can take them together."""
    return day == other_day and hour.meets(other_hour)


def why_not_joined(lesson: Joinable, host: Joinable) -> str:
    """Why a lesson can't be joined to a host, which carries the hour, in Russian; «» if it can."""
    if lesson.pk == host.pk:
        return "Урок нельзя объединить с самим собой."
    if lesson.journal == host.journal:
        return "Это уроки одного журнала: объединять их незачем."
    if lesson.is_joined:
        return "Этот урок уже проводится вместе с другим: сначала разъедините их."
    if lesson.has_joined:
        return "С этим уроком уже объединён другой: объединять нужно с ним."
    if host.is_joined:
        return "Тот урок сам проводится вместе с другим: выберите тот, за которым остаётся час."
    if lesson.is_cancelled or host.is_cancelled:
        return "Отменённый урок не объединяют."
    if not together(lesson.day, lesson.hour, host.day, host.hour):
        return "Эти уроки идут в разное время."
    return ""


def carry_hour(joined: Mapping[int, int | None]) -> set[int]:
    """Of lessons that take place, {id: that of the one it is joined to}, those whose hour counts
    (`queries.lessons.carries_hour` asks the database the same)."""
    hosts: dict[int, int] = {}
    for pk in sorted(joined):
        host = joined[pk]
        if host is not None and host not in joined:
            hosts.setdefault(host, pk)
    return {pk for pk, host in joined.items() if host is None or hosts.get(host) == pk}
