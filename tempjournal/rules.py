"""Pure rules of temporary journals (3.1, 3.2). No database."""

import datetime
import re
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Protocol

from school.rules import texts
from school.rules.days import WorkingCalendar
from school.rules.names import Key
from school.rules.spans import ONE_DAY, Span
from school.rules.texts import LOOKS

PACKET_DAYS = 5  # days with lessons that a packet is for
SHEET_DAYS = 2  # of them those that have the short form too: who gets no mail today has tomorrow's
PACKET_REACH = datetime.timedelta(days=14)  # a vacation may lie between them, but no summer
MOST_TRIES = 6  # of a class that can't be made: then it is for the administrator
MORNING = datetime.time(5)  # school-local; the day's packet is written from then on


def packet_days(
    days_with_lessons: Iterable[datetime.date], calendar: WorkingCalendar
) -> Span | None:
    """Of days in order the first five that are taught, be it on a weekend: the first and the last
    of them, None if there is none."""
    found = _taught(days_with_lessons, calendar)[:PACKET_DAYS]
    return (found[0], found[-1]) if found else None


def sheet_days(
    days_with_lessons: Iterable[datetime.date], calendar: WorkingCalendar
) -> list[datetime.date]:
    """Of a packet's days in order the first that are taught: today and the next, or tomorrow and
    the next where it is made on the eve."""
    return _taught(days_with_lessons, calendar)[:SHEET_DAYS]


def _taught(days: Iterable[datetime.date], calendar: WorkingCalendar) -> list[datetime.date]:
    return [day for day in days if calendar.timetable_weekday(day)]


def is_packet_day(
    day: datetime.date, days_with_lessons: Collection[datetime.date], calendar: WorkingCalendar
) -> bool:
    """Whether a packet is written on a day: a working day, and a day off that is taught or that
    comes before another such, so that what changes on a Saturday is on Sunday's paper."""
    taught = [
        one
        for one in (day, day + ONE_DAY)
        if one in days_with_lessons and calendar.timetable_weekday(one)
    ]
    return calendar.is_working(day) or any(not calendar.is_working(one) for one in taught)


class PlacedLesson(Protocol):
    """A Lesson as `school.queries.lessons.with_places` loads it."""

    date: datetime.date
    number: int
    shares_its_day: bool


def lesson_day(lesson: PlacedLesson) -> str:
    """«24.11»; «24.11, 3-й урок» where the journal has another lesson that day."""
    number = f", {lesson.number}-й урок" if lesson.shares_its_day else ""
    return f"{lesson.date:%d.%m}{number}"


# --- names on paper ---

_IN_BRACKETS = re.compile(r"\([^)]*\)?")
# What people add to a name: its number, a patronymic, that somebody has come or gone.
_ADDED = re.compile(
    r"\d+|.+(?:ич|вна|чна|оглы|кызы|гызы|улы)"
    r"|выб|выбыла?|отчислена?|переведена?|перешел|перешла|прибыла?|нов(?:ый|ая|енький|енькая)"
)


@lru_cache(maxsize=4_000)  # a file's every name is compared with every pupil's of its class
def name_words(name: str) -> Counter[str]:
    """Of a name as it is written on paper, how often it has each word, whatever the case, ё or е,
    Latin letters of the same look; without what is in brackets: «Иванов Иван (выбыл)». Nobody
    changes the Counter: it is everybody's."""
    return Counter(texts.words(_IN_BRACKETS.sub(" ", name).translate(_FOLDED)))


_FOLDED = LOOKS | {ord(chr(one).upper()): two for one, two in LOOKS.items()}


def names_pupil(
    written: Counter[str], own: Counter[str], patronymic: Counter[str] | None = None
) -> bool:
    """Whether the `name_words` of what is written name the pupil whose `own` they are: all of them
    in any order, and nothing but what people add, such as a `patronymic`."""
    if not own.keys() <= written.keys() or own - written:  # the first decides of nearly all, sooner
        return False
    added = written - own - (patronymic or Counter())
    return all(_ADDED.fullmatch(word) for word in added)


def which_namesake(written: Counter[str], patronymics: Mapping[Key, Counter[str]]) -> list[Key]:
    """Of namesakes, {key: `name_words` of the patronymic}, those that a written name may mean:
    whose patronymic is there, all of them where nobody's is."""
    meant = [key for key, words in patronymics.items() if words and not words - written]
    return meant or list(patronymics)


NOT_BEGUN, PARTLY, LATE, DONE, DONE_LATE, ENTERED, ENTERED_LATE = (
    "не начат",
    "частично",
    "просрочен",
    "перенесён",
    "перенесён с опозданием",
    "записан в журнале",
    "записан в журнале с опозданием",
)


def complete_at(
    deeds: Sequence[datetime.datetime | None],
    typed_at: datetime.datetime | None,
    held_until: datetime.datetime,
) -> datetime.datetime | None:
    """When a lesson's paper was in the journal: the last of the deeds that it owes (attendance,
    topic, homework, the marks of each of its works) or None if one is missing; of what owes none,
    when it was over. What was transferred is there since it was typed, whatever time stood on the
    paper; `typed_at` is None if nothing was."""
    done = [one for one in [*deeds, typed_at] if one]
    return None if None in deeds else max(done, default=held_until)


def transfer_state(
    begun: bool,
    typed: bool,
    transferred_at: datetime.datetime | None,
    due: datetime.datetime | None,
    now: datetime.datetime,
) -> str:
    """What became of the transfer of a journal (3.2): `begun` says whether anything of it is there,
    `typed` whether anything was transferred from paper or said to be, `transferred_at` when all was
    there, or None; `due` is None while the outage lasts."""
    if transferred_at is not None:
        if due and transferred_at > due:
            return DONE_LATE if typed else ENTERED_LATE
        return DONE if typed else ENTERED
    if due and due < now:
        return LATE
    return PARTLY if begun else NOT_BEGUN


def uncovered(
    first: datetime.datetime,
    last: datetime.datetime,
    spans: Iterable[tuple[datetime.datetime, datetime.datetime | None]],
) -> list[tuple[datetime.datetime, datetime.datetime]]:
    """The pieces of the time from one instant to another that no span of `spans` covers; these are
    in the order of time, and an end that is None is open."""
    pieces = []
    for starts_at, ends_at in spans:
        if first < starts_at:
            pieces.append((first, min(starts_at, last)))
        first = last if ends_at is None else max(first, ends_at)
        if first >= last:
            return pieces
    return [*pieces, (first, last)]
