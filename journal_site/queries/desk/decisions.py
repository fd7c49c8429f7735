"""What a leader has to decide now, the most urgent first: a line of facts and one deed each."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Container, Iterable, Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from django.urls import reverse
from django.utils import timezone

from attendance.rules import many_away
from journals.queries.away import AwayPupil, Pupils
from journals.queries.school_day import Asked, DayClass, DayLesson
from school.models import Outage, TeacherAbsence
from school.rules.subjects import within_line
from school.rules.teacher_absences import since_lesson
from school.rules.texts import counted
from school.rules.told import Told

from .lessons import DeskDay, RoomTwice, rooms_twice

SHOWN_ABSENT = 4  # of those who were at no lesson yet; the others are folded up


@dataclass(frozen=True)
class Decision:
    """`who` it is about, what is so, and a line of `facts`. Its deed is to open `url`, called
    `title`; to ask the class teacher of the pupil `ask` (id); of an outage that was found to record
    or to dismiss (`dismiss_url`) it; where the answer is awaited there is none. `key` names it on
    the page, `waits` says for what one waits where there is no deed."""

    key: str
    who: str
    told: str
    facts: str
    title: str = ""
    url: str = ""
    ask: int | None = None
    dismiss_url: str = ""
    waits: str = "ждём ответа"
    is_red: bool = False


@dataclass(frozen=True)
class Decisions:
    """The lines; those of pupils who were at no lesson today, but for the first, are `folded`."""

    lines: list[Decision]
    folded: list[Decision]

    @property
    def number(self) -> int:
        return len(self.lines) + len(self.folded)


def decisions(
    day: DeskDay,
    classes: Mapping[int, DayClass],
    pupils: Pupils,
    names: Mapping[int, str],
    asked: Collection[Asked],
    outages: tuple[Iterable[Outage], Iterable[Outage]],
    acting: Container[int],
) -> Decisions:
    """The Decisions of a day. An answer settles the absence that it was asked about, and no later
    one of the same pupil. `acting`: the classes (ids) in which the reader stands in for the class
    teacher whom there is not."""
    waiting = {one.student: one for one in asked if one.answered_at is None}
    answered = {
        one.student: one.asked_at
        for one in asked
        if one.answered_at is not None and one.student not in waiting
    }
    gone: list[Decision] = []
    absent: list[Decision] = []
    for one in pupils.missing:
        asked_at = answered.get(one.student)
        if asked_at is None or (one.known_at and asked_at < one.known_at):
            line = _of_pupil(one, classes[one.school_class], names, waiting, acting)
            (absent if one.where.last_seen is None else gone).append(line)
    # Who was asked about waits for somebody else.
    gone.sort(key=lambda one: one.ask is None and not one.url)
    absent.sort(key=lambda one: one.ask is None and not one.url)
    lines = [
        *gone,
        *absent[:SHOWN_ABSENT],
        *_of_teachers(day, classes),
        *_of_nobody(day, classes),
        *(_of_room(one, classes) for one in rooms_twice(day)),
        *_of_classes(classes, pupils),
        *_of_outages(*outages),
    ]
    return Decisions(lines, absent[SHOWN_ABSENT:])


def _of_pupil(
    one: AwayPupil,
    school_class: DayClass,
    names: Mapping[int, str],
    waiting: Mapping[int, Asked],
    acting: Container[int],
) -> Decision:
    since = since_lesson(one.where.since or 0)
    facts = f"нет {since}"
    if one.where.last_seen is not None:
        facts = f"на {one.where.last_seen}-м был(а), {since} нет"
    line = Decision(
        f"pupil-{one.student}",
        f"{names[one.student]}, {school_class.name}",
        "",
        facts,
        is_red=True,
    )
    if question := waiting.get(one.student):
        asked = f"спрошено {timezone.localtime(question.asked_at):%H:%M}"
        return replace(line, facts=f"{facts} · {asked}")
    if school_class.teacher is None:
        url = reverse("class_attendance", args=[school_class.pk])
        facts = f"{facts} · классного руководителя нет"
        if school_class.pk not in acting:
            return replace(line, facts=facts, waits="решает заместитель")
        return replace(line, facts=facts, title="Причина", url=url)
    return replace(line, title="Спросить", ask=one.student)


def _of_teachers(day: DeskDay, classes: Mapping[int, DayClass]) -> list[Decision]:
    of_absence: dict[TeacherAbsence, list[DayLesson]] = defaultdict(list)
    for lesson in day.lessons:
        absence = day.who_is_missed(lesson)
        if absence and day.is_to_come(lesson) and lesson.taken_at is None:
            of_absence[absence].append(lesson)
    return [
        Decision(
            f"teacher-{absence.pk}",
            absence.teacher.short_name,
            f"нет, {counted(len(found), 'урок', 'урока', 'уроков')} без учителя",
            f"{', '.join(f'{one.number}-й {group_text(one, classes)}' for one in found)} · "
            f"{away_text(absence, day.now.date())}",
            "Замены",
            substitutions_url(absence, day.now.date()),
            is_red=True,
        )
        for absence, found in of_absence.items()
    ]


def _of_nobody(day: DeskDay, classes: Mapping[int, DayClass]) -> list[Decision]:
    """Lessons of journals to which nobody is assigned."""
    return [
        Decision(
            f"nobody-{one.pk}",
            f"{group_text(one, classes)} {within_line(one.abbreviation)}",
            f"{one.number}-й урок без учителя",
            "к журналу сегодня никто не назначен",
            "Замена",
            reverse("lesson_place", args=[one.journal, one.pk]),
            is_red=True,
        )
        for one in day.lessons
        if not one.takers and day.is_to_come(one) and one.taken_at is None
    ]


def calm(day: DeskDay, pupils: Pupils) -> str:
    """What is so on a day with lessons of which nothing is to be decided."""
    if all(one.cancelled for one in day.lessons):
        return "Все уроки сегодня отменены."
    missed = sum(day.told(one) == Told.UNTAUGHT for one in day.lessons)
    taught = f"Прошло без учителя уроков: {missed}" if missed else "Все уроки с учителем"
    told = f"{taught}, кабинеты не спорят"
    if not pupils.taken:
        return f"{told}. Присутствие ещё не отмечено."
    if pupils.missing:
        return f"{told}. Причина неизвестна у {len(pupils.missing)}, о каждом ответили."
    return f"{told}, у всех, кого нет, причины известны."


def substitutions_url(absence: TeacherAbsence, day: datetime.date) -> str:
    """Where somebody is named for the lessons of a teacher who is away."""
    query = urlencode({"teacher": absence.teacher_id, "day": day.isoformat()})
    return f"{reverse('substitutions')}?{query}"


def away_text(absence: TeacherAbsence, day: datetime.date) -> str:
    """«болезнь», «болезнь, 25.11–27.11», «обучение, с 5-го урока»: why and until when a teacher is
    away, said on a day; for the leaders alone."""
    time, kind = absence.time, absence.get_kind_display()
    if time.ends_on == time.starts_on:
        return f"{kind}{time.told.removeprefix(f'{day:%d.%m.%Y}')}"
    if time.ends_on is None:
        return f"{kind} с {time.starts_on:%d.%m}"
    return f"{kind}, {time.starts_on:%d.%m}–{time.ends_on:%d.%m}"


def group_text(lesson: DayLesson, classes: Mapping[int, DayClass]) -> str:
    """«8Б», of a subgroup «8Б, 8В»: whose lesson it is."""
    there = [classes[pk].name for pk in lesson.classes if pk in classes]
    return ", ".join(there) or lesson.group_name


def _of_room(room: RoomTwice, classes: Mapping[int, DayClass]) -> Decision:
    last = room.lessons[-1]
    facts = ", ".join(
        f"{group_text(one, classes)} {within_line(one.abbreviation)}" for one in room.lessons
    )
    facts += f" · свободны {', '.join(room.free)}" if room.free else ""
    return Decision(
        f"room-{last.pk}",
        f"Каб. {room.name}" if room.name[:1].isdigit() else room.name,
        f"на {last.number}-м уроке занят дважды",
        facts,
        "Кабинет",
        reverse("lesson_place", args=[last.journal, last.pk]),
    )


def _of_classes(classes: Mapping[int, DayClass], pupils: Pupils) -> list[Decision]:
    found = []
    for one in classes.values():
        away = len(pupils.away[one.pk])
        if many_away(away, one.pupils, one.many):
            reasons = pupils.reasons(one.pk).items()
            found.append(
                Decision(
                    f"class-{one.pk}",
                    one.name,
                    f"нет {away} из {one.pupils} ({away * 100 // one.pupils} %)",
                    ", ".join(f"{reason.short} {number}" for reason, number in reasons if number),
                    "Класс",
                    reverse("school_class", args=[one.pk]),
                )
            )
    return found


def _of_outages(standing: Iterable[Outage], proposed: Iterable[Outage]) -> list[Decision]:
    lines = [
        Decision(
            f"outage-{one.pk}",
            "Сбой продолжается",
            str(one),
            "Отметьте, когда доступ восстановлен.",
            "Отметить",
            reverse("outage", args=[one.pk]),
        )
        for one in standing
        if one.ends_at is None
    ]
    return lines + [
        Decision(
            f"outage-{one.pk}",
            "Система не подавала признаков жизни",
            str(one),
            "Был сбой? Пока он не записан, сроки идут.",
            "Записать",
            reverse("edit_outage", args=[one.pk]),
            dismiss_url=reverse("dismiss_outage", args=[one.pk]),
        )
        for one in proposed
    ]
