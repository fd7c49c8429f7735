"""The page of norms: what a school week holds for each class, beside what is advised."""

import datetime
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from school.models import Period, SchoolClass
from school.queries.calendar import in_kind_order, week_days, year_of
from school.rules.days import WEEKDAYS
from school.rules.parts import part_of
from school.rules.spans import ONE_DAY
from school.rules.subjects import within_line

from ..models import Norm
from ..norms import Level
from .planned import ClassDay, Planned, Share, norms_on, planned, shares

MOST_TOLD = 12  # places of one kind above the table; all of them are in it
SHORT: dict[str, str] = {
    Period.Kind.QUARTER: "четв.",
    Period.Kind.TRIMESTER: "трим.",
    Period.Kind.HALF_YEAR: "полуг.",
}


@dataclass(frozen=True)
class NormDay:
    """A class's day of the table; `width` is the percentage of the norm that its homework takes,
    at most 100."""

    date: datetime.date
    found: ClassDay

    @property
    def minutes_text(self) -> str:
        """«95», «≥ 70», «—» where homework is not given, «·» without lessons."""
        if self.found.is_exempt:
            return "—"
        return self.found.load.text if self.found.load else "·"

    @property
    def width(self) -> int:
        load, norm = self.found.load, self.found.minutes
        if self.found.is_exempt or load is None or not norm:
            return 0
        return min(100, load.minutes * 100 // norm)

    @property
    def works(self) -> list[str]:
        """«геом, хим», «рус (1-й)»; what several groups write alike is said once."""
        told = (
            " ".join([f"{within_line(one.journal.subject.abbreviation)}", *_bracketed(one.notes)])
            for one in self.found.works
        )
        return list(dict.fromkeys(told))

    @property
    def is_against_advice(self) -> bool:
        return any(one.notes for one in self.found.works)


def _bracketed(notes: list[str]) -> list[str]:
    return [f"({', '.join(notes)})"] if notes else []


@dataclass(frozen=True)
class NormRow:
    """A class in the table; `share` is the greatest of its subjects, None where nothing is planned;
    `begins` a part of the school."""

    school_class: SchoolClass
    norm: int | None
    is_exempt: bool
    days: list[NormDay]
    share: Share | None
    over: list[Share]
    begins: bool

    @property
    def share_text(self) -> str:
        """«рус. яз. 7 %», «химия 13 % (2 из 15)», and how many more are too great."""
        if self.share is None:
            return "—"
        told = f"{called(self.share)} {self.share.text}"
        if self.share.is_over:
            told += f" ({self.share.control} из {self.share.hours})"
        return told + (f" и ещё {len(self.over) - 1}" if len(self.over) > 1 else "")

    @property
    def is_exceeding(self) -> bool:
        """Anything that the page tells of above the table."""
        return bool(self.over) or any(
            day.found.level == Level.OVER or day.found.has_too_many or day.is_against_advice
            for day in self.days
        )


@dataclass(frozen=True)
class Told:
    """What is more than the norm in some places: «домашнее задание», [«5В вт», …]."""

    what: str
    places: list[str]

    @property
    def first(self) -> list[str]:
        return self.places[:MOST_TOLD]

    @property
    def further(self) -> int:
        return len(self.places[MOST_TOLD:])


@dataclass(frozen=True)
class NormPage:
    """A week's rows, the days of which it has columns, what exceeds the norms and what goes against
    advice, the periods of the shares, and the norms in force with their sources."""

    monday: datetime.date
    days: list[datetime.date]
    rows: list[NormRow]
    over: list[Told]
    advice: list[Told]
    periods: list[str]
    norms: list[Norm]

    @property
    def last_day(self) -> datetime.date:
        return self.days[-1]

    @property
    def over_count(self) -> int:
        return sum(len(one.places) for one in self.over)

    @property
    def advice_count(self) -> int:
        return sum(len(one.places) for one in self.advice)

    @property
    def most_share(self) -> int | None:
        return norms_on(self.norms, self.last_day).share

    @property
    def most_works(self) -> int | None:
        return norms_on(self.norms, self.last_day).works


def norm_page(monday: datetime.date) -> NormPage:
    """The NormPage of the week that begins on a Monday; fourteen queries, whatever it holds."""
    sunday = monday + 6 * ONE_DAY
    year = year_of(sunday)
    classes = list(SchoolClass.objects.filter(year=year))
    found = planned(classes, monday, sunday)
    days = _days(monday, found)
    norms = [one for one in found.norms if one.holds_on(days[-1])]
    most = norms_on(norms, days[-1]).share
    of_period = shares(found.journals.values(), year.pk, days[-1], most) if year else {}
    rows = _rows(classes, days, found, of_period)
    return NormPage(
        monday=monday,
        days=days,
        rows=rows,
        over=_over(rows),
        advice=_advice(rows),
        periods=_periods(of_period.values()),
        norms=norms,
    )


def _periods(found: Iterable[Share]) -> list[str]:
    """«2 четв.»."""
    periods = {one.period.pk: one.period for one in found}
    in_order = in_kind_order(sorted(periods.values(), key=lambda one: one.starts_on))
    return [f"{one.number} {SHORT[one.kind]}" for one in in_order]


def _days(monday: datetime.date, found: Planned) -> list[datetime.date]:
    """From Monday to Friday, in a six-day week to Saturday, and what else has lessons."""
    its_days = week_days()
    week = [monday + n * ONE_DAY for n in range(7)]
    return [day for day in week if day.isoweekday() <= its_days or found.lessons.get(day)]


def _rows(
    classes: Sequence[SchoolClass],
    days: list[datetime.date],
    found: Planned,
    of_period: dict[int, Share],
) -> list[NormRow]:
    rows: list[NormRow] = []
    for one in classes:
        of_days = [NormDay(day, found.class_day(one, day)) for day in days]
        own = [
            of_period[pk] for journal in found.journals_of(one) if (pk := journal.pk) in of_period
        ]
        own = sorted(
            (share for share in own if share.control),
            key=lambda share: (share.control == 1, -share.control / share.hours, called(share)),
        )
        rows.append(
            NormRow(
                school_class=one,
                norm=of_days[-1].found.minutes,
                is_exempt=all(day.found.is_exempt for day in of_days),
                days=of_days,
                share=own[0] if own else None,
                over=[share for share in own if share.is_over],
                begins=bool(rows) and part_of(one.number) != part_of(rows[-1].school_class.number),
            )
        )
    return rows


def _over(rows: list[NormRow]) -> list[Told]:
    told = defaultdict(list)
    for row in rows:
        for day in row.days:
            place = _place(row, day)
            if day.found.level == Level.OVER:
                told["домашнее задание"].append(place)
            if day.found.has_too_many:
                told["контрольных за день"].append(place)
        for share in row.over:
            told["доля часов"].append(f"{row.school_class} {called(share)}")
    return [Told(what, places) for what, places in sorted(told.items(), key=_in_order)]


def _in_order(item: tuple[str, list[str]]) -> int:
    return ("домашнее задание", "контрольных за день", "доля часов").index(item[0])


def _advice(rows: list[NormRow]) -> list[Told]:
    placed, soon = [], []
    for row in rows:
        for day in row.days:
            for work in day.found.works:
                told = f"{_place(row, day)} {within_line(work.journal.subject.abbreviation)}"
                if work.place:
                    placed.append(told)
                if work.before:
                    soon.append(told)
    advice = {"первый или последний урок": placed, "слишком скоро": soon}
    found = [Told(what, list(dict.fromkeys(places))) for what, places in advice.items()]
    return [one for one in found if one.places]


def _place(row: NormRow, day: NormDay) -> str:
    """«5В вт»."""
    return f"{row.school_class} {WEEKDAYS[day.date.weekday()]}"


def called(share: Share) -> str:
    """A subject in a narrow place, within a sentence: «физика», «рус. яз.»."""
    subject = share.journal.subject
    return within_line(subject.name if len(subject.name) <= 12 else subject.short_name)
