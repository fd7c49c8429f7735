"""«Сегодня»: all that the desk shows of a day, to those who lead the school."""

import datetime
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse
from django.utils import timezone

from attendance.reasons import ABSENCES, Reason
from attendance.rules import many_away
from journals.queries.away import Pupils, names_of, pupils_of_day
from journals.queries.school_day import (
    Asked,
    DayClass,
    asked_on,
    away_on,
    classes_of,
    lessons_on,
)
from school.models import Lesson, Outage, TeacherAbsence, User
from school.queries.lessons import takes_place
from school.queries.teacher_absences import absences_on
from school.rights import rights
from school.rules.bells import Hour, told_at
from school.rules.teacher_absences import away
from school.rules.texts import counted
from school.rules.timetable import EVEN, week_of
from tempjournal.queries.outages import at_hand

from ..leaders import PacketState, new_changes, packet_state
from ..reminders import Reminded, reminded_on
from .decisions import Decisions, away_text, calm, decisions
from .lessons import Column, DeskDay, Row, columns, desk_day, rows


@dataclass(frozen=True)
class TeacherLine:
    """A TeacherAbsence of today: what of the teacher's lessons nobody takes, somebody else does,
    and is cancelled; `told` is why, and until when."""

    absence: TeacherAbsence
    told: str
    untaught: int
    substituted: int
    cancelled: int


@dataclass(frozen=True)
class Answer:
    """What became of a question: the pupil, the text of the answer, or the reason that the class
    teacher has set («» while nobody has answered), who answered and when, where that is known."""

    name: str
    class_name: str
    text: str
    who: str
    at: datetime.datetime | None


@dataclass(frozen=True)
class Journals:
    """Of the lessons of the day that owe attendance (`owing`) and are over how many were taken, are
    on paper, passed `untaught`, and are not open: of these the teachers' surnames with how many
    each; the number of the day's last Reminder and when (UTC) it was sent; of how many lessons of
    earlier days it is `late`."""

    owing: int
    taken: int
    on_paper: int
    untaught: int
    unopened: int
    teachers: list[tuple[str, int]]
    reminder: int | None
    reminded_at: datetime.datetime | None
    late: int

    @property
    def number(self) -> int:
        return self.taken + self.on_paper + self.untaught + self.unopened

    @property
    def told(self) -> str:
        """What is so while no journal waits to be opened, «» where one does."""
        if not self.owing:
            return "Сегодня отмечать нечего."
        if not self.number:
            return "Ни один урок ещё не закончился."
        if self.unopened:
            return ""
        if not (self.taken or self.on_paper):
            return "Ни на одном прошедшем сегодня уроке не было учителя."
        lessons = "Остальные прошедшие" if self.untaught else "Все прошедшие"
        if not self.taken:
            return f"{lessons} сегодня уроки на бумаге, в журнал ещё не перенесены."
        where = ", в журнале или на бумаге" if self.on_paper else ""
        return f"{lessons} сегодня уроки записаны{where}."


@dataclass(frozen=True)
class Notice:
    """What a leader should know of beside the day."""

    text: str
    url: str


@dataclass(frozen=True)
class Desk:
    """The page; `moment` says where in the day it is, `deadline` until when to decide. On a day
    without lessons `next_lesson` is the (day, time) of the next one, and there are no columns."""

    now: datetime.datetime
    moment: str
    deadline: str
    decisions: Decisions
    calm: str
    teachers: list[TeacherLine]
    pupils: Pupils
    enrolled: int
    reasons: list[tuple[Reason, int]]
    answers: list[Answer]
    journals: Journals
    outages: list[Outage]
    last_outage: Outage | None
    packet: PacketState
    notices: list[Notice]
    classes: list[DayClass]
    columns: list[Column]
    rows: list[Row]
    next_lesson: tuple[datetime.date, datetime.time] | None

    @cached_property
    def many(self) -> set[int]:
        """The ids of the classes with many away."""
        return {
            one.pk
            for one in self.classes
            if many_away(len(self.pupils.away[one.pk]), one.pupils, one.many)
        }

    @property
    def untaken(self) -> int:
        """Of how many classes no attendance was taken yet."""
        return sum(one.pk not in self.pupils.taken and one.pupils > 0 for one in self.classes)

    @property
    def portions(self) -> int:
        return self.enrolled - self.pupils.number


def desk(leader: User, now: datetime.datetime) -> Desk:
    """The Desk of who leads the school at an instant; at most thirteen queries beside the rights,
    while nothing new was done to the leaders' accounts."""
    now = timezone.localtime(now)
    today = now.date()
    classes = {one.pk: one for one in classes_of(today)}
    lessons, teachers = lessons_on(today)
    standing, proposed = at_hand(now)
    day = desk_day(now, lessons, teachers, absences_on(today), standing)
    number = {one.pk: one.pupils for one in classes.values()}
    pupils = pupils_of_day(away_on(today), lessons, number)
    asked = asked_on(today)
    names = names_of([*pupils.missing, *asked])
    heads = columns(day)
    packet = packet_state(now)
    acting = rights(leader).ids("stand_in_class")
    return Desk(
        now,
        _moment(day, heads, classes.values()),
        _deadline(heads),
        decisions(day, classes, pupils, names, asked, (standing, proposed), acting),
        calm(day, pupils),
        [_teacher_line(day, one) for one in day.absences],
        pupils,
        sum(one.pupils for one in classes.values()),
        list(pupils.reasons().items()),
        _answers(asked, pupils, names, classes),
        _journals(day, reminded_on(today)),
        [one for one in standing if one.untransferred],  # type: ignore[attr-defined]  # annotated
        next((one for one in reversed(standing) if one.ends_at), None),
        packet,
        _notices(leader, now, [one for one in classes.values() if one.pk in acting], packet),
        list(classes.values()),
        heads,
        rows(day, classes.values(), [one.number for one in heads]),
        None if lessons else _next_lesson(today),
    )


def _moment(day: DeskDay, heads: list[Column], classes: Iterable[DayClass]) -> str:
    """«7:50 · 1-й урок в 8:30 · чётная неделя», «11:05 · перемена до 11:20»."""
    now, clock = day.now.time(), f"{day.now:%H:%M}"
    told = [clock, told_at(now, [Hour(one.number, one.starts_at, one.ends_at) for one in heads])]
    if heads and now < heads[0].starts_at:
        year = next((one.year_begins for one in classes), day.now.date())
        week = "чётная" if week_of(day.now.date(), year) == EVEN else "нечётная"
        told.append(f"{week} неделя")
    return " · ".join(filter(None, told))


def _deadline(heads: list[Column]) -> str:
    coming = next((one for one in heads if one.minutes is not None), None)
    if coming is None or coming.minutes is None:
        return ""
    left = f"{coming.minutes} мин" if coming.minutes < 100 else f"{coming.minutes // 60} ч"
    return f"{coming.number}-й урок в {coming.starts_at:%H:%M} — {left}"


def _teacher_line(day: DeskDay, absence: TeacherAbsence) -> TeacherLine:
    today, counts = day.now.date(), Counter[str]()
    for lesson in day.lessons:
        own = absence.teacher_id in (*lesson.regular, lesson.taker)
        if not own or not away(absence.time, today, lesson.number):
            continue
        facts = day.facts[lesson.pk]
        if facts.cancelled:
            counts["cancelled"] += 1
        elif facts.untaught and not facts.taken:
            counts["untaught"] += 1
        elif lesson.taker not in (None, absence.teacher_id):
            counts["substituted"] += 1
    told = away_text(absence, today)
    return TeacherLine(
        absence, told, counts["untaught"], counts["substituted"], counts["cancelled"]
    )


def _answers(
    asked: list[Asked],
    pupils: Pupils,
    names: Mapping[int, str],
    classes: Mapping[int, DayClass],
) -> list[Answer]:
    """A reason that was set, or a pupil who is there again, is an answer as well."""
    missing = {one.student for one in pupils.missing}
    words = {one.value: one.label for one in ABSENCES}
    reasons = {one.student: words[one.where.reason] for one in pupils.all_away}
    found = []
    for one in asked:
        text, who = one.answer, one.answered_by.short
        if not text and one.student in missing:
            continue
        text = text or reasons.get(one.student, "на уроке")
        class_name = classes[one.school_class].name if one.school_class in classes else ""
        found.append(Answer(names[one.student], class_name, text, who, one.answered_at))
    return found


def _journals(day: DeskDay, reminded: Reminded) -> Journals:
    owing = [one for one in day.lessons if day.facts[one.pk].owes and not one.cancelled]
    unopened = [one for one in owing if day.facts[one.pk].is_unopened]
    teachers = Counter(name for one in unopened for name in day.who_is_there(one))
    return Journals(
        len(owing),
        sum(day.facts[one.pk].taken and day.facts[one.pk].over for one in owing),
        sum(day.facts[one.pk].is_on_paper for one in owing),
        sum(day.facts[one.pk].passed_untaught for one in owing),
        len(unopened),
        sorted(teachers.items(), key=lambda one: (-one[1], one[0])),
        *reminded,
    )


def _notices(
    leader: User, now: datetime.datetime, acting: Iterable[DayClass], packet: PacketState
) -> list[Notice]:
    found = [
        Notice(
            f"У {one.name} класса нет классного руководителя: за причины пропусков отвечаете вы.",
            reverse("class_attendance", args=[one.pk]),
        )
        for one in acting
    ]
    if packet.left_out:
        told = f"В утренний пакет временных журналов не вошли: {', '.join(packet.left_out)}."
        found.append(Notice(told, reverse("temp_journals")))
    if number := new_changes(leader, now):
        told = counted(number, "новое изменение", "новых изменения", "новых изменений")
        told = f"Кто руководит школой: {told} в ролях и учётных записях."
        found.append(Notice(told, reverse("leaders")))
    return found


def _next_lesson(today: datetime.date) -> tuple[datetime.date, datetime.time] | None:
    found = Lesson.objects.filter(takes_place(), date__gt=today).order_by("date", "starts_at")
    return found.values_list("date", "starts_at").first()
