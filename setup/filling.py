"""What the six questions fill the school with: made of the answers, less what stands already.
Pure."""

import datetime
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from school.rules.bells import Hour
from school.rules.spans import Span, intersect
from school.rules.terms import HALF_YEAR, QUARTER
from school.rules.texts import alphabetical, counted

from . import usual

HIGH_SCHOOL = 10  # from this class on half-years are usual beside quarters


@dataclass(frozen=True)
class Answers:
    """The answers to the six questions. `kind`: of periods; `breaks`: minutes after each lesson;
    `classes`: (number, letter)."""

    name: str
    week_days: int
    kind: str
    first_bell: datetime.time
    minutes: int
    breaks: Sequence[int]
    lessons: int
    programmes: Sequence[str]
    classes: Sequence[tuple[int, str]] = ()


@dataclass(frozen=True)
class Filling:
    """What is to be written. `year`: the span of a new school year, None where it stands;
    `periods`: {kind: spans}; `vacations`, `free_of_homework`: by parallel, None for all;
    `subjects`: (name, short name); `scales` and `works`: keys of `usual.SCALES`, rows of
    `usual.WORKS`."""

    school: tuple[str, int] | None
    year: Span | None
    periods: Mapping[str, Sequence[Span]]
    vacations: Sequence[tuple[int | None, Span]]
    bells: Sequence[Hour]
    subjects: Sequence[tuple[str, str]]
    scales: Sequence[str]
    works: Sequence[tuple[str, str, int, str, int, int | None, bool]]
    classes: Sequence[tuple[int, str]]
    without_homework: Sequence[int] = ()


@dataclass(frozen=True)
class There:
    """What stands: the school's (name, days a week), the span of the year that is set up, the kinds
    of its periods, (parallel, span) of the days of which the school says something, whether there
    are bells, the names of subjects, scales and works (both names), the classes, and the parallels
    that have no homework already."""

    school: tuple[str, int] | None = None
    year: Span | None = None
    kinds: frozenset[str] = frozenset()
    days: Sequence[tuple[int | None, Span]] = ()
    has_bells: bool = False
    subjects: Sequence[str] = ()
    scales: Sequence[str] = ()
    works: Sequence[str] = ()
    classes: frozenset[tuple[int, str]] = frozenset()
    without_homework: frozenset[int] = frozenset()


def filling(answers: Answers, there: There, today: datetime.date) -> Filling:
    """What is written of the Answers on a school-local day, beside what is There."""
    parallels = {number for number, _ in (*answers.classes, *there.classes)}
    kinds = [answers.kind]
    if answers.kind == QUARTER and (not parallels or max(parallels) >= HIGH_SCHOOL):
        kinds.append(HALF_YEAR)
    begins = there.year[0].year if there.year else usual.first_year(today)
    year = usual.year(begins, kinds)
    school = (answers.name, answers.week_days)
    works = {alphabetical(name) for name in there.works}
    return Filling(
        school=None if school == there.school else school,
        year=None if there.year else year.span,
        periods=_periods(year, there),
        vacations=_vacations(year, there, parallels),
        bells=[] if there.has_bells else _bells(answers),
        subjects=[
            one
            for one in usual.subjects_of(answers.programmes)
            if alphabetical(one[0]) not in {alphabetical(name) for name in there.subjects}
        ],
        scales=[name for name in usual.scales_of(answers.programmes) if name not in there.scales],
        works=[
            one for one in usual.WORKS if works.isdisjoint({alphabetical(two) for two in one[:2]})
        ],
        classes=[one for one in answers.classes if one not in there.classes],
        without_homework=sorted(({1} & parallels) - there.without_homework),
    )


def _bells(answers: Answers) -> list[Hour]:
    return usual.bells(answers.first_bell, answers.minutes, answers.breaks, answers.lessons)


def _periods(year: usual.Year, there: There) -> dict[str, list[Span]]:
    """Of a year that stands with other days what lies in it."""
    found = {}
    for kind, spans in year.periods.items():
        if kind not in there.kinds:
            found[kind] = intersect(list(spans), [there.year]) if there.year else list(spans)
    return {kind: spans for kind, spans in found.items() if spans}


def _vacations(
    year: usual.Year, there: There, parallels: Iterable[int]
) -> list[tuple[int | None, Span]]:
    if there.kinds:
        return []  # the year has its days
    return [
        (parallel, span)
        for parallel, span in year.vacations
        if (parallel is None or parallel in parallels)
        and not any(intersect([span], [other]) for whose, other in there.days if whose == parallel)
    ]


def told(found: Filling) -> Iterator[tuple[str, str]]:
    """What is written, line by line: (what, in words); nothing of what stands already."""
    if found.school:
        name, days = found.school
        yield "Школа", f"{name}, {'шесть' if days == 6 else 'пять'} дней"
    if found.year:
        yield "Учебный год", _days(found.year)
    for kind, spans in found.periods.items():
        yield PERIODS[kind], "; ".join(map(_days, spans))
    for parallel, span in found.vacations:
        yield "Каникулы", f"{_days(span)}{f', {parallel}-е классы' if parallel else ''}"
    if found.bells:
        last = found.bells[-1]
        lessons = counted(len(found.bells), "урок", "урока", "уроков")
        yield "Звонки", f"{lessons}, {found.bells[0].starts_at:%H:%M}–{last.ends_at:%H:%M}"
    if found.subjects:
        yield f"Предметы: {len(found.subjects)}", ", ".join(name for name, _ in found.subjects)
    if found.scales:
        yield f"Шкалы: {len(found.scales)}", ", ".join(found.scales)
    if found.works:
        yield f"Виды работ: {len(found.works)}", ", ".join(one[0] for one in found.works)
    if found.classes:
        names = ", ".join(f"{number}{letter}" for number, letter in found.classes)
        yield f"Классы: {len(found.classes)}", names
    for parallel in found.without_homework:
        yield "Без домашних заданий", f"{parallel}-е классы"


PERIODS = {"quarter": "Четверти", "trimester": "Триместры", "half_year": "Полугодия"}


def _days(span: Span) -> str:
    return "{:%d.%m.%Y}–{:%d.%m.%Y}".format(*span)
