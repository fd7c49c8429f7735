"""Pure rules of the school: days, spans of days, words and the order of names. No database."""

import datetime
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple, Protocol, TypeVar

import holidays

SATURDAY = 6
ONE_DAY = datetime.timedelta(days=1)
ONE_WEEK = datetime.timedelta(weeks=1)
END_OF_TIME = datetime.date.max

Span = tuple[datetime.date, datetime.date]
Key = TypeVar("Key", bound=Hashable)


# --- spans of days: (first, last), both included; an open end is END_OF_TIME ---


def span(starts_on: datetime.date, ends_on: datetime.date | None) -> Span:
    return starts_on, ends_on or END_OF_TIME


def covers(spans: Iterable[Span], day: datetime.date) -> bool:
    for first, last in spans:  # noqa: SIM110  a grid asks for each cell: any(…) takes thrice as long
        if first <= day <= last:
            return True
    return False


def intersect(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The days that are both in `spans` and in `others`."""
    shared = [
        (max(first, other_first), min(last, other_last))
        for first, last in spans
        for other_first, other_last in others
    ]
    return sorted((first, last) for first, last in shared if first <= last)


def subtract(spans: Iterable[Span], others: Iterable[Span]) -> list[Span]:
    """The days of `spans` that are not in `others`."""
    left = sorted(spans)
    for other_first, other_last in others:
        kept = []
        for first, last in left:
            if other_last < first or last < other_first:
                kept.append((first, last))
                continue
            if first < other_first:
                kept.append((first, other_first - ONE_DAY))
            if other_last < last:
                kept.append((other_last + ONE_DAY, last))
        left = kept
    return left


# --- working days ---


@cache
def _russia() -> holidays.HolidayBase:
    return holidays.country_holidays("RU", language="ru")


@dataclass(frozen=True)
class WorkingCalendar:
    """Russia's production calendar with its moved days, and the school's overrides on top.

    `week_days` is 5 or 6; `overrides` is {date: (is working, ISO weekday whose timetable is
    followed, or None)}. A Saturday that the government made a working day in exchange for another
    is one for everybody.
    """

    week_days: int
    overrides: dict[datetime.date, tuple[bool, int | None]] = field(default_factory=dict)

    def is_working(self, day: datetime.date) -> bool:
        if day in self.overrides:
            return self.overrides[day][0]
        if day in _russia():  # also loads the year's moved days
            return False
        return day.isoweekday() <= self.week_days or day in _russia().weekend_workdays

    def timetable_weekday(self, day: datetime.date) -> int | None:
        """ISO weekday whose timetable is followed that day, None when there is no teaching.

        A working Saturday of a five-day school has no timetable of its own: only the school can
        say which one is followed, by an override.
        """
        if not self.is_working(day):
            return None
        _, weekday = self.overrides.get(day, (True, None))
        if weekday is not None:
            return weekday
        return day.isoweekday() if day.isoweekday() <= self.week_days else None

    def holiday_name(self, day: datetime.date) -> str:
        """«День народного единства», or «» on a day without a public holiday."""
        return _russia().get(day) or ""


def working_day_after(
    day: datetime.date, count: int, calendar: WorkingCalendar, terms: Sequence[Span] = ()
) -> datetime.date:
    """The `count`-th working day after `day`; 0 is the day itself.

    With `terms`, the spans of teaching, school days are counted: no day of a vacation between
    two terms is one, while before the first and after the last the calendar alone decides.
    """
    while count:
        day += ONE_DAY
        in_vacation = terms and terms[0][0] <= day <= terms[-1][1] and not covers(terms, day)
        count -= calendar.is_working(day) and not in_vacation
    return day


def working_day_before(day: datetime.date, calendar: WorkingCalendar) -> datetime.date:
    """The last working day before `day`."""
    day -= ONE_DAY
    while not calendar.is_working(day):
        day -= ONE_DAY
    return day


def working_days_between(
    first: datetime.date, last: datetime.date, calendar: WorkingCalendar
) -> int:
    """How many working days follow `first` up to and with `last`."""
    days = (first + n * ONE_DAY for n in range(1, (last - first).days + 1))
    return sum(calendar.is_working(day) for day in days)


def duty_day(
    lesson_day: datetime.date, due_day: datetime.date | None, today: datetime.date
) -> datetime.date:
    """The day whose assignments say whose a duty of a lesson is: that on which it is due (None: not
    known yet), or today if that comes earlier, and never one before the lesson."""
    return max(lesson_day, min(due_day or today, today))


def repeated(days: Iterable[datetime.date]) -> set[datetime.date]:
    """Those that stand there more than once: of two lessons of a journal on one day the date does
    not say which is meant, and the lesson's number stands beside it."""
    return {day for day, count in Counter(days).items() if count > 1}


def start_of_day(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    """That local day's midnight (aware, UTC)."""
    return datetime.datetime.combine(day, datetime.time(), zone).astimezone(datetime.UTC)


def end_of_day(day: datetime.date, zone: datetime.tzinfo) -> datetime.datetime:
    """The last instant (aware, UTC) before that local day's midnight."""
    return start_of_day(day + ONE_DAY, zone) - datetime.datetime.resolution


GRADES_OPEN = datetime.timedelta(days=7)


def grades_open_on(last_day: datetime.date) -> datetime.date:
    """The first day on which grades of the period that ends with `last_day` are entered (2.6)."""
    return last_day - GRADES_OPEN


def exams_open_until(last_day: datetime.date) -> datetime.date:
    """The last day on which the exam's and the final grade of the school year that ends with
    `last_day` are entered though its periods are closed: exams are held after the last lesson."""
    return datetime.date(last_day.year, 8, 31)


# --- times without access to the system (3.1, 3.2) ---

TRANSFER_DAYS = 2
LAST_MINUTE, ONE_MINUTE = datetime.time(23, 59), datetime.timedelta(minutes=1)


@dataclass(frozen=True)
class Interruption:
    """A time without access: aware instants; `ends_at` is None while it lasts. `due` is until when
    what was written on paper meanwhile is to be in the journals (3.2), while it lasts as if it
    ended now. Who had access for less than `enough` before something was due had too little."""

    starts_at: datetime.datetime
    ends_at: datetime.datetime | None
    due: datetime.datetime
    enough: datetime.timedelta = datetime.timedelta()

    def holds(self, moment: datetime.datetime) -> bool:
        return self.starts_at <= moment and (self.ends_at is None or moment <= self.ends_at)


def transfer_due(
    access_came_back: datetime.datetime, calendar: WorkingCalendar, zone: datetime.tzinfo
) -> datetime.datetime:
    """Until when what was written on paper is to be in the journals (UTC): the end of the 2nd
    working day after access came back, an aware instant (3.2)."""
    day = access_came_back.astimezone(zone).date()
    return end_of_day(working_day_after(day, TRANSFER_DAYS, calendar), zone)


def access_lost_until(ends_at: datetime.datetime, zone: datetime.tzinfo) -> datetime.datetime:
    """Whoever types «23:59» as the end (an aware instant) means the whole of that minute, and what
    is due at the end of the day with it."""
    if ends_at.astimezone(zone).time() == LAST_MINUTE:
        return ends_at + ONE_MINUTE - datetime.timedelta.resolution
    return ends_at


class Lasting(Protocol):
    """What has a beginning and, unless it lasts still, an end."""

    @property
    def starts_at(self) -> datetime.datetime: ...

    @property
    def ends_at(self) -> datetime.datetime | None: ...


def meets(interruption: Lasting, first: datetime.datetime, last: datetime.datetime) -> bool:
    """Whether something that lasts from one instant to another was hindered by an Interruption, or
    by the record of one: its `ends_at` is None while it lasts."""
    ends_at = interruption.ends_at
    return interruption.starts_at < last and (ends_at is None or first < ends_at)


def time_with_access(
    first: datetime.datetime, last: datetime.datetime, interruptions: Iterable[Interruption]
) -> datetime.timedelta:
    """How long there was access between two instants (a timedelta)."""
    without = (
        min(one.ends_at or last, last) - max(one.starts_at, first)
        for one in interruptions
        if meets(one, first, last)
    )
    return last - first - sum(without, datetime.timedelta())


def hinders(
    interruption: Interruption,
    since: datetime.datetime,
    due: datetime.datetime,
    interruptions: Iterable[Interruption],
) -> bool:
    """Whether it left, with the others, too little access for what could be done `since` an instant
    and is due at another."""
    return (
        since < due
        and meets(interruption, since, due)
        and time_with_access(since, due, interruptions) < interruption.enough
    )


def postponed(
    due: datetime.datetime,
    interruptions: Sequence[Interruption],
    taught: Sequence[datetime.datetime] | None = None,
    since: datetime.datetime | None = None,
) -> datetime.datetime:
    """A due instant as interruptions (in the order of time) leave it. It moves to the end of the
    transfer, unless it is later already (3.2), where it falls into such a time, where the lesson
    was `taught` (first and last instant) without access and so is on paper, and where there was too
    little access for the duty `since` it could be done: since the lesson's end, or that instant."""
    if taught:
        _, ends_at = taught
        since = max(ends_at, since or ends_at)
    for one in interruptions:
        if (
            one.holds(due)
            or (taught and meets(one, *taught))
            or (since and hinders(one, since, due, interruptions))
        ):
            due = max(due, one.due)
    return due


# --- what is due earlier by now ---


def brought_forward(
    before: datetime.datetime | None, due: datetime.datetime | None, earliest: datetime.datetime
) -> datetime.datetime | None:
    """What was due at `before` and is due at `due` by what has changed (instants, or None where
    nothing is): a change makes nobody late at once, so it is due at the `earliest` instant at which
    whoever has heard of it can have done it, or at `before` where that is sooner. As long as
    nothing changes again it stays so, whenever it is computed anew."""
    if before is None or due is None or before <= due:
        return due
    return min(before, max(due, earliest))


# --- weeks ---


def week_key(day: datetime.date) -> str:
    """ISO week as addresses have it: «2026-W48»."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of_week(key: str) -> datetime.date:
    """The Monday of «2026-W48». ValueError if there is no such week, or none of this century."""
    if not re.fullmatch(r"20\d\d-W\d\d", key, re.ASCII):
        raise ValueError(key)
    return datetime.date.fromisocalendar(int(key[:4]), int(key[6:]), 1)


# --- words ---


def plural(number: int, one: str, few: str, many: str) -> str:
    """The word that goes with a number: «запись» with 1, «записи» with 3, «записей» with 11."""
    if number % 10 == 1 and number % 100 != 11:
        return one
    if number % 10 in (2, 3, 4) and number % 100 not in (12, 13, 14):
        return few
    return many


def counted(number: int, one: str, few: str, many: str) -> str:
    """A number with its noun: «1 запись», «3 записи», «11 записей»."""
    return f"{number} {plural(number, one, few, many)}"


# Signs that Unicode counts among the letters and marks although they show nothing, or but a blank.
_SHOWS_NOTHING = re.compile("[\u034f\u17b4\u17b5\ufe00-\ufe0f]")
_LOOKS_BLANK = re.compile("[\u115f\u1160\u2800\u3164\uffa0]")


def visible(text: str) -> str:
    """A text as a person sees it: without zero-width, control and format signs, every run of blanks
    of whatever kind one plain blank, none at the ends. What was pasted from a messenger, a PDF or a
    spreadsheet carries such signs along, and «Иванов» with one of them is no other person."""
    text = _LOOKS_BLANK.sub(" ", _SHOWS_NOTHING.sub("", text))
    if not text.isprintable():
        text = "".join(
            letter
            for letter in text
            if letter.isspace() or unicodedata.category(letter) not in ("Cc", "Cf", "Cs")
        )
    text = unicodedata.normalize("NFC", text)  # «й» of two signs looks like «й» of one
    return " ".join(text.split())


def visible_lines(text: str) -> str:
    """The same of a text of several lines; they end as the database keeps them."""
    return "\n".join(visible(line) for line in text.splitlines()).strip("\n")


def alphabetical(text: str) -> str:
    """Sorting key of a Russian text: ё stands with е, whatever the database's collation."""
    return text.casefold().replace("ё", "е")


# Whatever keyboards and messengers make of them.
_APOSTROPHES, _HYPHENS = "'\u2019\u02bc\u2018`\u00b4\u2032", "-\u2010\u2011\u2012\u2013\u2014"
_TYPED_ALIKE = str.maketrans(dict.fromkeys(_APOSTROPHES, "'") | dict.fromkeys(_HYPHENS, "-"))


def tidy(text: str) -> str:
    """As people compare texts: without a difference in case, ё, apostrophes, dashes and what is not
    seen."""
    return alphabetical(visible(text)).translate(_TYPED_ALIKE)


def login(text: str) -> str:
    """A login as it is kept and compared."""
    return visible(text).lower()


def words(text: str) -> list[str]:
    """The words and numbers of a text, «3А» being a number and a word, as `tidy` has them."""
    return re.findall(r"\d+|[^\W\d_]+", tidy(text))


# Latin letters as the Russian ones whose capitals look alike.
LOOKS = str.maketrans("abcehkmoptxy", "авсенкмортху")
# To who looks for a word both are one.
_TWINS = {letter: pair for pair in ((chr(b), chr(a)) for a, b in LOOKS.items()) for letter in pair}


def word_pattern(word: str) -> str:
    """A regular expression that finds a text with a word (or number) that begins as this one of
    `words` does, whatever the case, ё or е, Russian or Latin letters of the same look. Every letter
    is spelled out: so Python (SQLite's REGEXP) and PostgreSQL read it alike, in every locale."""
    before = "0-9" if word.isdigit() else "A-Za-zА-Яа-яЁё"
    # «Оконнор» finds «О'Коннор», too.
    letters = f"[{_APOSTROPHES}]?".join(f"[{''.join(sorted(_faces(one)))}]" for one in word)
    return f"(^|[^{before}]){letters}"


def _faces(letter: str) -> set[str]:
    alike = {letter, *_TWINS.get(letter, ())}
    if "е" in alike:
        alike.add("ё")
    return {face for one in alike for face in (one, one.upper()) if len(face) == 1}


# --- names of people ---

LONGEST_NAME = 100
NAME_ENDS = "\t"
_PARTS_NO_WORDS = str.maketrans(dict.fromkeys(_APOSTROPHES, None) | dict.fromkeys(_HYPHENS, " "))
_CYRILLIC = re.compile("[а-я]")


def sorting_name(*names: str) -> str:
    """What people are sorted by: last name, first name and patronymic, each word by word («ван
    Дейк» by «ван», before «Ванин»), whatever the case. Ё stands with е, an apostrophe is not seen,
    a hyphen parts words, a Latin letter among Russian ones is what it looks like. Who is equal by
    it is sorted by the id.

    Code points, and so bytes in UTF-8, are compared: alike by Python, SQLite and PostgreSQL's
    collation "C". A name ends with what comes before a blank, and that before any letter.
    """
    return NAME_ENDS.join(map(_sorted_as, names))


@lru_cache(maxsize=10_000)
def _sorted_as(name: str) -> str:
    words = tidy(name).translate(_PARTS_NO_WORDS).split()
    words = [word.translate(LOOKS) if _CYRILLIC.search(word) else word for word in words]
    return " ".join(words)[:LONGEST_NAME]


class PersonName(NamedTuple):
    """A name as it is kept. Who has but one word for a name has it as the last name."""

    last_name: str
    first_name: str = ""
    patronymic: str = ""

    @property
    def full(self) -> str:
        """«Иванов Пётр Сергеевич»"""
        return " ".join(filter(None, self))

    @property
    def listed(self) -> str:
        """«Иванов Пётр»: as pupils stand in a list."""
        return " ".join(filter(None, self[:2]))

    @property
    def short(self) -> str:
        """«Иванова А. П.»: as teachers stand in one."""
        initials = [f"{name[0]}." for name in self[1:] if name]
        return "\u00a0".join(filter(None, (self.last_name, *initials)))

    @property
    def polite(self) -> str:
        """«Анна Петровна»: how a letter greets."""
        return " ".join(filter(None, self[1:])) or self.last_name


def look_alike(texts: Mapping[Key, str]) -> set[Key]:
    """Of {key: text} the keys of those that look like another one."""
    alike = defaultdict(list)
    for key, text in texts.items():
        alike[sorting_name(text)].append(key)
    return {key for keys in alike.values() if len(keys) > 1 for key in keys}


def told_apart(forms: Mapping[Key, Sequence[str]]) -> dict[Key, str]:
    """How each in a list is called so that no two look alike: {key: one of its `forms`}, which are
    {key: (form, longer form, …)}. Those that look alike take the next ones together, for as long as
    they have any."""
    places = dict.fromkeys(forms, 0)
    while True:
        texts = {key: forms[key][place] for key, place in places.items()}
        longer = [key for key in look_alike(texts) if places[key] + 1 < len(forms[key])]
        if not longer:
            return texts
        for key in longer:
            places[key] += 1
