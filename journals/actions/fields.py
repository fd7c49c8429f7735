"""The fields of a lesson: how each is read and written. `entries.save_field` is who does it, under
the lesson's lock and with what stood there before."""

import datetime
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

from django.utils import timezone

from attendance.refusals import Refused
from school.models import Lesson
from school.rules.homework import MOST_MINUTES, minutes_typed, parse_minutes
from school.rules.texts import visible

from .. import marking, rules
from ..models import LessonWork
from ..queries.cell import attendance_noted_at, work_types, works_of
from ..refusals import Unfit
from .dues import set_dues_of_works
from .late import recheck


def _one_line(text):
    return " ".join(text.split())


def _write_topic(lesson, topic, now):
    _refuse_unfit(topic, Lesson._meta.get_field("topic"))
    lesson.topic = topic
    lesson.topic_entered_at = (lesson.topic_entered_at or now) if topic else None
    return ["topic", "topic_entered_at"]


def _canonical_homework(text):
    lines = "\n".join(visible(line) for line in text.splitlines())
    return rules.homework_text(*rules.parse_homework(lines))


def _read_homework(lesson):
    return rules.homework_text(lesson.homework, lesson.no_homework)


def _write_homework(lesson, text, now):
    _refuse_unfit(text, Lesson._meta.get_field("homework"))
    lesson.homework, lesson.no_homework = rules.parse_homework(text)
    lesson.homework_entered_at = (lesson.homework_entered_at or now) if text else None
    if not lesson.homework:
        lesson.homework_minutes = None
    return ["homework", "no_homework", "homework_entered_at", "homework_minutes"]


def _canonical_minutes(text):
    """A number of them; what is none stays as it was typed, to be refused."""
    try:
        return minutes_typed(parse_minutes(text))
    except ValueError:
        return text.strip()


def _read_minutes(lesson):
    return minutes_typed(lesson.homework_minutes)


def _write_minutes(lesson, text, now):
    try:
        minutes = parse_minutes(text)
    except ValueError as error:
        raise Unfit(f"Число минут, не больше {MOST_MINUTES}: например, 20.") from error
    if minutes is not None and not lesson.homework:
        raise Refused("Сначала запишите задание: минуты говорят, сколько оно займёт.")
    lesson.homework_minutes = minutes
    return ["homework_minutes"]


def _refuse_unfit(text, field):
    if len(text) > field.max_length:
        raise Unfit(f"Не больше {field.max_length} знаков, а здесь {len(text)}.")


def _read_works(lesson):
    return " ".join(str(work.work_type_id) for work in works_of(lesson.pk))


def _write_works(lesson, text, now):
    """Marks follow their work: a work kept in the new list keeps its marks in its new place, one
    replaced by another type takes its marks along, one taken away must have none."""
    works = list(lesson.works.select_related("work_type").order_by("position", "pk"))
    standing = {work.work_type for work in works}
    types = {str(one.pk): one for one in [*work_types(lesson.date), *standing]}
    wanted = [types.get(pk) for pk in text.split()]
    if None in wanted or len(set(wanted)) < len(wanted):
        raise Refused("Вид работы указан дважды или такого вида нет.")
    kept = {work.work_type_id: work for work in works if str(work.work_type_id) in text.split()}
    free = [work for work in works if work.pk not in {k.pk for k in kept.values()}]
    for position, work_type in enumerate(wanted, start=1):
        work = kept.get(work_type.pk) or (free.pop(0) if free else LessonWork(lesson=lesson))  # type: ignore[union-attr]  # None was refused
        if (work.position, work.work_type_id) != (position, work_type.pk):  # type: ignore[union-attr]  # None was refused
            work.position, work.work_type = position, work_type
            work.save()
    for work in free:
        if work.marks.exists():
            raise Refused(f"За «{work.work_type}» уже стоят отметки: сначала уберите их.")
        work.delete()
    set_dues_of_works(lesson.works.all())
    marking.recount(lesson.works.all())
    recheck([lesson.pk])  # of a work taken away nothing is late, another may be done
    marking.changed.send(LessonWork, lessons=[lesson])


def _titled(lesson, place):
    """The LessonWork of a lesson at a place (from 0) whose title is asked for, or None."""
    return next(iter(lesson.works.order_by("position", "pk")[place : place + 1]), None)


def _read_title(place, lesson):
    work = _titled(lesson, place)
    return work.title if work else ""


def _write_title(place, lesson, title, now):
    """A title stays with its work wherever that comes to stand."""
    work = _titled(lesson, place)
    if work is None:
        raise Refused("Сначала выберите вид работы.")
    _refuse_unfit(title, LessonWork._meta.get_field("title"))
    work.title = title
    work.save(update_fields=["title"])


def _read_attendance(lesson):
    return rules.ALL_PRESENT if lesson.attendance_taken_at else ""


def _write_attendance(lesson, text, now):
    """«все», or «» on the day it was taken: a slip of the finger is taken back, a record is not."""
    if text not in ("", rules.ALL_PRESENT):
        raise Refused("Здесь отмечают только, что присутствие отмечено. Кого не было, в клетке: н.")
    if not text:
        noted_at = attendance_noted_at(lesson)
        if not rules.may_untake(noted_at, timezone.localtime()):  # type: ignore[arg-type]  # it is taken
            raise Refused("Отметку о присутствии возвращают только в день, когда она сделана.")
        if lesson.absences.exists():
            raise Refused("На уроке отмечены отсутствующие: сначала уберите их.")
    lesson.attendance_taken_at = (lesson.attendance_taken_at or now) if text else None
    return ["attendance_taken_at"]


class Field(NamedTuple):
    """How a field of a lesson is written: `canonical(text)` is what a text of it becomes,
    `read(lesson)` the text that stands there, and `write(lesson, text, now)` puts one there and
    returns the names of the lesson's columns to be saved; Refused where it can't stand. The fields
    `beside` it may say something else by that."""

    canonical: Callable[[str], str]
    read: Callable[[Lesson], str]
    write: Callable[[Lesson, str, datetime.datetime], list[str] | None]
    beside: tuple[str, ...] = ()


TITLES = ("title_1", "title_2")

FIELDS = {
    "topic": Field(visible, lambda lesson: lesson.topic, _write_topic),
    "homework": Field(
        _canonical_homework, _read_homework, _write_homework, beside=("homework_minutes",)
    ),
    "homework_minutes": Field(_canonical_minutes, _read_minutes, _write_minutes),
    "works": Field(_one_line, _read_works, _write_works, beside=TITLES),
    **{
        name: Field(visible, partial(_read_title, place), partial(_write_title, place))
        for place, name in enumerate(TITLES)
    },
    "attendance": Field(_one_line, _read_attendance, _write_attendance),
}
