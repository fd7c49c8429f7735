"""What a teacher who plans a lesson sees of the norms beside its fields."""

import datetime
from dataclasses import dataclass, replace

from django.utils import timezone

from school import namesakes
from school.models import Lesson, SchoolClass
from school.queries.belonging import classes_of_groups
from school.queries.lessons import NEIGHBOURS
from school.queries.teaching import teachers_of
from school.rules.days import WEEKDAYS, monday_of
from school.rules.spans import ONE_DAY, covers
from school.rules.subjects import within_line
from school.rules.texts import counted

from ..norms import Level, Place, is_ill_placed, is_over_share, share_text, too_soon
from .planned import ClassDay, Planned, PlannedLesson, norms_on, planned, shares


@dataclass(frozen=True)
class Hint:
    """A sentence beside a field; `sign` is «over» for more than the norm, «against» for what goes
    against advice, else «»."""

    text: str
    sign: str = ""


@dataclass(frozen=True)
class Hints:
    homework: list[Hint]
    works: list[Hint]


def norm_hints(lesson: Lesson) -> Hints:
    """The Hints of a lesson (with journal, group and subject) as it is stored: of the classes whose
    pupils it has, what is planned for them; sums and subjects, no marks. Fourteen queries."""
    classes = _classes(lesson)
    monday = monday_of(lesson.date)
    last = max(monday + 6 * ONE_DAY, lesson.date + NEIGHBOURS)
    found = planned(classes, monday, last)
    return Hints(_homework(lesson, classes, found), _works(lesson, classes, found))


def _classes(lesson: Lesson) -> list[SchoolClass]:
    spans = classes_of_groups([lesson.journal.group_id]).get(lesson.journal.group_id, [])
    keys = {pk for pk, days in spans if covers([days], lesson.date)}
    return list(SchoolClass.objects.filter(pk__in=keys))


# --- homework ---


def _homework(lesson: Lesson, classes: list[SchoolClass], found: Planned) -> list[Hint]:
    """Of the day on which the journal has its next lesson: for that the homework is."""
    following = next((pk for pk, one in found.before.items() if one.pk == lesson.pk), None)
    day = next(
        (day for day, there in found.lessons.items() if any(one.pk == following for one in there)),
        None,
    )
    if day is None:
        return []
    return [_sum(one, day, found.class_day(one, day)) for one in classes]


def _sum(school_class: SchoolClass, day: datetime.date, found: ClassDay) -> Hint:
    if found.is_exempt:
        return Hint(f"{school_class} учится без домашних заданий.")
    load = found.load
    assert load is not None  # the lesson that follows is that day
    when = f"{WEEKDAYS[day.weekday()]} {day.day}.{day:%m}"
    if load.at_least and not load.minutes:
        of_norm = f", норма {found.minutes}" if found.minutes is not None else ""
        return Hint(f"У {school_class} на {when} минут ещё никто не указал{of_norm}.")
    least = "не меньше " if load.at_least else ""
    sum_of = counted(load.minutes, "минута", "минуты", "минут")
    if found.minutes is not None:
        sum_of = f"{load.minutes} из {counted(found.minutes, 'минуты', 'минут', 'минут')}"
    told = f"У {school_class} на {when} уже {least}{sum_of}"
    if found.level == Level.OVER:
        return Hint(f"{told}: больше нормы.", "over")
    return Hint(f"{told}.")


# --- works ---


def _works(lesson: Lesson, classes: list[SchoolClass], found: Planned) -> list[Hint]:
    """Of a lesson without a control work they say what would be, and nothing once it is past."""
    norms = norms_on(found.norms, lesson.date)
    own = next((one for one in found.lessons.get(lesson.date, ()) if one.pk == lesson.pk), None)
    if own is None:  # cancelled, or nobody attends it
        return []
    is_control = own.pk in found.control
    if not is_control and lesson.date < timezone.localdate():
        return []
    hints = [*_others(lesson, classes, found), *_placed(own, classes, found)]
    before = too_soon(lesson.date, found.control_days[lesson.journal_id], norms.apart)
    if before and norms.apart:
        apart = counted(norms.apart, "день", "дня", "дней")
        told = f"Прошлая контрольная здесь была {before:%d.%m}"
        hints.append(Hint(f"{told}, советуют не чаще раза в {apart}.", "against"))
    hints += _share(lesson, norms.share, is_control=is_control)
    return hints if is_control else [replace(one, sign="") for one in hints]


def _others(lesson: Lesson, classes: list[SchoolClass], found: Planned) -> list[Hint]:
    """Other control works of the classes that day, and whose: of pupils of this journal."""
    by_class = {
        one: [
            work
            for work in found.class_day(one, lesson.date).works
            if work.journal.pk != lesson.journal_id and found.share_pupils(work.lesson, lesson)
        ]
        for one in classes
    }
    journals = {work.journal.pk for works in by_class.values() for work in works}
    teachers = teachers_of(journals, lesson.date) if journals else {}
    names = namesakes.staff_names(
        {one.pk: one.name for teaching in teachers.values() for one in teaching}
    )
    hints = []
    for one, works in by_class.items():
        told = []
        for work in works:
            by = ", ".join(names[teacher.pk] for teacher in teachers.get(work.journal.pk, ()))
            told.append(within_line(work.journal.subject.name) + (f" ({by})" if by else ""))
        if told:
            hints.append(Hint(f"В {one} в этот день уже контрольная: {'; '.join(told)}.", "over"))
    return hints


def _placed(own: PlannedLesson, classes: list[SchoolClass], found: Planned) -> list[Hint]:
    """One sentence, where it is the first or last lesson of any pupil."""
    norms = norms_on(found.norms, own.date)
    at = found.place_of(own, classes)
    if not is_ill_placed(at, own.date, norms, is_only=found.is_only(own)):
        return []
    if at == Place.FIRST and own.date.isoweekday() == 1:
        what = "первый урок понедельника"
    else:
        what = "первый урок дня" if at == Place.FIRST else "последний урок дня"
    return [Hint(f"Это {what}: контрольных здесь не советуют.", "against")]


def _share(lesson: Lesson, most: int | None, *, is_control: bool) -> list[Hint]:
    journal = lesson.journal
    found = shares([journal], journal.group.year_id, lesson.date, most).get(journal.pk)
    if found is None or not found.period.holds_on(lesson.date):
        return []
    control = found.control + (not is_control)
    hours = counted(found.hours, "час", "часа", "часов")
    whose = "С этой контрольной их" if is_control else "С контрольной на этом уроке их будет"
    told = f"{whose} {control} на {hours}, {found.period}"
    if control > 1:
        told += f": это {share_text(control, found.hours, most)} часов"
    if is_over_share(control, found.hours, most):
        return [Hint(f"{told}, больше {most} %.", "over")]
    return [Hint(f"{told}.")]
