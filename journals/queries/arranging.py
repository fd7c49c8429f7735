"""The lessons of a teacher who is away: who could take them, and what is decided already."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db.models import Exists, OuterRef, QuerySet
from django.utils import timezone

from attendance.models import Absence
from school import namesakes
from school.models import (
    Journal,
    Lesson,
    Substitution,
    TeacherAbsence,
    User,
)
from school.models.dated import overlapping
from school.queries.belonging import Taught, taught_in
from school.queries.calendar import year_to_plan
from school.queries.lessons import planned_in
from school.queries.loads import Held, Loads
from school.queries.places import Places, places_of_groups
from school.queries.teacher_absences import standing_absences
from school.queries.teaching import staff_of, taken_by
from school.rules.candidates import Answer, Asked, Choice, Deed, Free, answers, to_be_done, told
from school.rules.spans import Span, covers, span, subtract
from school.rules.subjects import within_line
from school.rules.teacher_absences import away, spans_away

from ..models import Mark

SHOWN = 3  # so many ways are seen at once, each with a number to press
MORE = 12  # so many further teachers; whoever else is wanted is named on the lesson's page


@dataclass(frozen=True)
class Option:
    """A Choice as it is told: of a teacher what he teaches, whether that is the lesson's subject,
    his hours of the week without and with the choices above, and how he would come or stay only
    for this lesson («» where he is in school)."""

    choice: Choice
    name: str
    subject: str = ""
    has_subject: bool = False
    base: int = 0
    hours: int = 0
    specially: str = ""
    pupils: int = 0


@dataclass(frozen=True)
class Line:
    """A Lesson (with journal, group, subject and room) of the absent teacher. With `settled` it is
    decided already, and that says how; else `answer` says what may be chosen and what is."""

    lesson: Lesson
    pupils: int = 0
    planned: tuple[str, ...] = ()
    settled: str = ""
    is_recorded: bool = False
    former: Substitution | None = None
    guests: tuple[Lesson, ...] = ()
    answer: Answer | None = None
    shown: tuple[Option, ...] = ()
    more: tuple[Option, ...] = ()
    leaves_at: datetime.time | None = None

    @property
    def chosen(self) -> Choice:
        assert self.answer is not None  # asked of open lines alone
        return self.answer.chosen

    @property
    def nobody_is_there(self) -> bool:
        """Whether nobody is free who is in school anyway."""
        free = self.answer.free if self.answer else []
        return all(one.comes_specially(self.lesson.number) for one in free)

    @property
    def is_open_wide(self) -> bool:
        """Whether what is chosen stands among the further ways."""
        near = {one.choice for one in self.shown}
        return self.chosen.deed is not Deed.CANCEL and self.chosen not in near

    @property
    def week(self) -> datetime.date | None:
        return self.answer.asked.week if self.answer else None

    @property
    def place(self) -> str:
        """«5-й, 6А»"""
        return f"{self.lesson.number}-й, {self.lesson.journal.group}"


@dataclass(frozen=True)
class Arranging:
    """The Lines of a teacher on some days, in order; `absences` are those that stand on them
    already, `unrecorded` the spans of days of which none does."""

    teacher: User
    days: tuple[datetime.date, ...]
    lines: list[Line]
    absences: list[TeacherAbsence]
    unrecorded: list[Span]

    @cached_property
    def open(self) -> list[Line]:
        return [one for one in self.lines if one.answer]

    @property
    def deeds(self) -> list[Deed]:
        return [one.chosen.deed for one in self.open]

    @property
    def told(self) -> str:
        return told(self.deeds)

    @property
    def button(self) -> str:
        return to_be_done(self.deeds)

    @property
    def by_day(self) -> list[tuple[datetime.date, list[Line]]]:
        found: dict[datetime.date, list[Line]] = defaultdict(list)
        for one in self.lines:
            found[one.lesson.date].append(one)
        return list(found.items())

    @property
    def recorded_on(self) -> Mapping[datetime.date, int]:
        """{day: the number of the last lesson that its author has written in}"""
        return {
            one.lesson.date: one.lesson.number
            for one in sorted(self.lines, key=lambda one: one.lesson.number)
            if one.is_recorded
        }


def arranging(
    teacher: User,
    days: Collection[datetime.date],
    now: datetime.datetime,
    said: Mapping[int, Choice] | None = None,
) -> Arranging:
    """The Arranging of a teacher on school-local days; `said` {lesson's id: what was chosen}. A
    fixed number of queries, whatever the number of lessons."""
    return _Reading(teacher, tuple(sorted(days)), now).arranging(said or {})


class _Reading:
    """What all lines are made of, each thing read once."""

    def __init__(
        self, teacher: User, days: tuple[datetime.date, ...], now: datetime.datetime
    ) -> None:
        self.teacher, self.days, self.now = teacher, days, now
        standing = overlapping(standing_absences(), days[0], days[-1]).filter(teacher=teacher)
        self.absences = [
            one
            for one in standing.select_related("teacher")
            if any(one.holds_on(day) for day in days)
        ]
        self.loads = Loads(days)
        self.lessons = [one for one in self._lessons() if self._is_touched(one)]
        year = year_to_plan(days[0])
        assert year is not None  # a teacher was chosen among those of one
        self.year = year.pk
        self.staff = [one for one in staff_of(self.year) if one.pk != teacher.pk]

    def _lessons(self) -> QuerySet[Any]:
        """All that are his by assignment or as a substitute, whoever takes them by now."""
        marks = Mark.objects.filter(work__lesson=OuterRef("pk")).order_by()
        absent = Absence.objects.filter(lesson=OuterRef("pk")).order_by()
        rows = Lesson.objects.filter(
            taken_by(self.teacher), date__in=self.days, nobody_attends=False
        )
        return (
            rows.annotate(has_rows=Exists(marks) | Exists(absent))
            .select_related(
                "journal__group__school_class",
                "journal__subject",
                "room",
                "substitution__teacher",
                "joined_to__journal__group",
            )
            .order_by("date", "starts_at", "number", "pk")
        )

    def _is_touched(self, lesson: Lesson) -> bool:
        """Of a day on which his absence is recorded the lessons that lie in it, else all."""
        of_day = [one for one in self.absences if one.holds_on(lesson.date)]
        return not of_day or any(away(one.time, lesson.date, lesson.number) for one in of_day)

    def arranging(self, said: Mapping[int, Choice]) -> Arranging:
        self._read_rest()
        settled = {one.pk: told for one in self.lessons if (told := self._settled(one))}
        takes = [one for one in self.lessons if one.pk not in settled]
        hosts = {one.pk for one in takes}
        asked = [one for one in takes if one.joined_to_id not in hosts]
        found = {one.asked.pk: one for one in answers([self._asked(one) for one in asked], said)}
        lines = []
        for lesson in self.lessons:
            if lesson.pk in settled:
                is_recorded = self._is_recorded(lesson)
                line = Line(lesson, settled=settled[lesson.pk], is_recorded=is_recorded)
                lines.append(line)
            elif lesson.pk in found:
                guests = tuple(one for one in takes if one.joined_to_id == lesson.pk)
                lines.append(self._line(lesson, found[lesson.pk], guests))
        spans = [span(one.starts_on, one.ends_on) for one in self.absences]
        unrecorded = subtract(spans_away(self.days, self.loads.by_day), spans)
        return Arranging(self.teacher, self.days, lines, self.absences, unrecorded)

    def _read_rest(self) -> None:
        days = {lesson.date for lesson in self.lessons}
        there = {one.journal for day in days for one in self.loads.by_day[day]}
        found = Journal.objects.filter(pk__in=there).select_related("group", "subject")
        self.journals: dict[int, Journal] = {one.pk: one for one in found}
        self.places: Places = places_of_groups({one.group_id for one in self.journals.values()})
        self.taught: Taught = taught_in(self.year, self.days[0], self.days[-1])
        self.planned = planned_in([lesson.pk for lesson in self.lessons])
        known = {one.pk for one in self.staff}
        takers = {pk for day in days for one in self.loads.by_day[day] for pk in one.takers}
        others = User.objects.filter(pk__in=takers - known)
        stand_in = filter(None, (one.substitute for one in self.lessons))
        self.names = namesakes.staff({*self.staff, *others, *stand_in, self.teacher})

    def _settled(self, lesson: Lesson) -> str:
        """How a lesson is decided already, in Russian; «» where somebody has to take it."""
        if lesson.cancelled:
            return f"урок отменён: {lesson.cancelled}"
        substitute = lesson.substitute
        if substitute and substitute != self.teacher:
            if self.loads.absence(substitute.pk, lesson.date, lesson.number):
                return ""
            return f"замена уже назначена: {self.names[substitute.pk]}"
        if self._is_recorded(lesson):
            at = lesson.attendance_taken_at
            told = f"присутствие записано в {timezone.localtime(at):%H:%M}" if at else "записан"
            return f"{told}: урок остаётся за автором записи"
        held = self.loads.held.get(lesson.pk)
        there = [
            self.names[pk]
            for pk in (held.takers if held else ())
            if pk != self.teacher.pk and not self.loads.absence(pk, lesson.date, lesson.number)
        ]
        return f"ведёт {', '.join(there)}" if there else ""

    def _is_recorded(self, lesson: Lesson) -> bool:
        """Whether a lesson that has begun holds a record; what is planned goes with the lesson."""
        written = lesson.attendance_taken_at or lesson.topic_entered_at
        written = written or lesson.homework_entered_at or lesson.has_rows  # type: ignore[attr-defined]  # annotated
        return lesson.first_instant <= self.now and bool(written) and not lesson.cancelled

    def _asked(self, lesson: Lesson) -> Asked:
        free = self.loads.free(lesson, self.staff, self.names)
        return Asked(
            lesson.pk,
            lesson.date,
            lesson.hour,
            free,
            tuple(one.choice for one in self._hosts(lesson)),
            self._is_last(lesson),
            lesson.last_instant <= self.now,
        )

    def _hosts(self, lesson: Lesson) -> list[Option]:
        """Lessons of the same subject and parallel at that time; none for one that others are
        joined to."""
        at_the_time = self.loads.at_the_time(lesson.date, lesson.hour)
        if lesson.joined_to_id or any(one.joined_to == lesson.pk for one in at_the_time):
            return []
        parallels = self._parallels(lesson.journal_id, lesson.date)
        return [
            self._host(lesson, one, teacher)
            for one in at_the_time
            if one.joined_to is None
            and one.journal != lesson.journal_id
            and self.journals[one.journal].subject_id == lesson.journal.subject_id
            and parallels & self._parallels(one.journal, lesson.date)
            for teacher in one.takers
            if teacher != self.teacher.pk
            and not self.loads.absence(teacher, lesson.date, lesson.number)
        ]

    def _host(self, lesson: Lesson, host: Held, teacher: int) -> Option:
        pupils = self._pupils(lesson.journal, lesson.date)
        pupils += self._pupils(self.journals[host.journal], lesson.date)
        name = f"с {self.journals[host.journal].group}: {self.names[teacher]}"
        return Option(Choice(Deed.JOIN, teacher, host.pk), name, pupils=pupils)

    def _parallels(self, journal: int, day: datetime.date) -> set[int]:
        places = self.places.on(self.journals[journal].group_id, day)
        return {one.parallel for one in places if one.parallel is not None}

    def _pupils(self, journal: Journal, day: datetime.date) -> int:
        return sum(covers(spans, day) for spans in self.taught.spans(journal).values())

    def _of_its_class(self, lesson: Lesson) -> list[Held]:
        """What of a whole class's day counts as lessons, beside this one; of others nothing."""
        own = lesson.journal.group.school_class_id
        if own is None:
            return []
        return [
            one
            for one in self.loads.by_day[lesson.date]
            if one.counts and one.pk != lesson.pk
            for its in self.places.on(self.journals[one.journal].group_id, lesson.date)
            if its.school_class == own
        ]

    def _is_last(self, lesson: Lesson) -> bool:
        beside = self._of_its_class(lesson)
        return bool(beside) and all(one.hour.ends_at <= lesson.starts_at for one in beside)

    def _line(self, lesson: Lesson, answer: Answer, guests: tuple[Lesson, ...]) -> Line:
        base = {one.teacher: one.hours for one in answer.asked.free}
        free = [self._option(lesson, one, base[one.teacher]) for one in answer.free]
        hosts = self._hosts(lesson)
        near = [*free[: SHOWN - bool(hosts)], *hosts[:1]]
        further = [one for one in (*free, *hosts) if one not in near]
        chosen = [one for one in further[MORE:] if one.choice == answer.chosen]
        is_last = answer.asked.is_last
        ends = [one.hour.ends_at for one in self._of_its_class(lesson)]
        return Line(
            lesson,
            pupils=self._pupils(lesson.journal, lesson.date),
            planned=tuple(self.planned.get(lesson.pk, ())),
            former=getattr(lesson, "substitution", None),
            guests=guests,
            answer=answer,
            shown=tuple(near),
            more=(*further[:MORE], *chosen),
            leaves_at=max(ends) if is_last else None,
        )

    def _option(self, lesson: Lesson, free: Free, base: int) -> Option:
        subject = lesson.journal.subject.abbreviation
        return Option(
            Choice(Deed.SUBSTITUTE, free.teacher),
            free.name,
            within_line(subject if free.has_subject else self.loads.main_subject(free.teacher)),
            free.has_subject,
            base,
            free.hours,
            _specially(lesson, free),
        )


def _specially(lesson: Lesson, free: Free) -> str:
    if not free.comes_specially(lesson.number):
        return ""
    if free.numbers and lesson.number > max(free.numbers):
        return f"останется до {lesson.ends_at:%H:%M}"
    return f"придёт к {lesson.starts_at:%H:%M}"
