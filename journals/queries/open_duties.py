"""The open duties of a lesson (2.5–2.8), as «Сегодня» and letters tell them."""

import datetime
from dataclasses import dataclass

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from school.compiled import Given
from school.models import Lesson
from school.queries.locks import is_closed

from .. import dues, marking, rules
from ..models import LateEntry, LessonWork
from .duties import OF_JOURNALS
from .duty import Duty, anchor


@dataclass(frozen=True)
class OpenDuty:
    """A duty not done yet: `due` (UTC) is None where it is not known yet; `anchor` names the place
    on the journal's page where it is done. What is excused is late for nobody."""

    name: str
    due: datetime.datetime | None
    is_late: bool
    is_excused: bool
    anchor: str


def open_duties(lesson: Lesson, now: datetime.datetime) -> list[OpenDuty]:
    """The OpenDuties of a lesson that has begun, and of its works; the lesson is as
    `with_open_duties` loads it."""
    if lesson.cancelled or lesson.nobody_attends or lesson.first_instant > now:
        return []
    excused = {(entry.kind, entry.object_id) for entry in lesson.excused_entries}  # type: ignore[attr-defined]  # prefetched
    undone: list[tuple[Duty, Lesson | LessonWork, str]] = []
    for duty in OF_JOURNALS:
        if duty.model is Lesson and lesson.owes(duty.kind):
            undone.append((duty, lesson, duty.name))
        elif duty.model is LessonWork and lesson.owes(duty.kind):
            undone += [(duty, work, _marks_of(work)) for work in lesson.unmarked_works]  # type: ignore[attr-defined]  # prefetched
    return [
        OpenDuty(
            name,
            due := getattr(row, duty.due),
            dues.is_late(due, None, now) and (duty.kind, row.pk) not in excused,
            (duty.kind, row.pk) in excused,
            anchor(duty.kind, lesson.pk),
        )
        for duty, row, name in undone
        if getattr(row, duty.done) is None
    ]


def _marks_of(work):
    """«отметки: Контрольная работа, 11 из 22»."""
    given = rules.given_text(work.given, work.expected)
    return f"отметки: {work.work_type}" + (f", {given}" if given else "")


def with_open_duties(
    lessons: QuerySet[Lesson], since: datetime.date, now: datetime.datetime
) -> QuerySet[Lesson]:
    """Of a queryset of lessons those of the days from `since` on, and the earlier ones with a duty
    not done that can be done at an instant; each as `open_duties` wants it."""
    works = Prefetch("works", unmarked_works(), to_attr="unmarked_works")
    excused = Prefetch("late_entries", excused_entries(), to_attr="excused_entries")
    return open_lessons(lessons, since, now).prefetch_related(works, excused)


def unmarked_works() -> QuerySet[LessonWork]:
    """What stands as `unmarked_works` beside a lesson that `open_duties` is asked about."""
    unmarked = LessonWork.objects.filter(marked_at=None).select_related("work_type")
    return marking.counted(unmarked)


def excused_entries() -> QuerySet[LateEntry]:
    """What stands there as `excused_entries`."""
    return LateEntry.objects.exclude(excuse="")


def open_lessons(
    lessons: QuerySet[Lesson], since: datetime.date | Given, now: datetime.datetime | Given
) -> QuerySet[Lesson]:
    """The same lessons as `with_open_duties`, without what stands beside them."""
    unmarked = LessonWork.objects.filter(marked_at=None, lesson=OuterRef("pk"))
    undone = Q(Exists(unmarked), owes_marks=True)
    for duty in OF_JOURNALS:
        if duty.model is Lesson:
            undone |= Q(**{f"{duty.done}__isnull": True, f"owes_{duty.kind}": True})
    owing = Q(undone, ~is_closed(now), cancelled="", nobody_attends=False)
    return lessons.filter(Q(date__gte=since) | owing)
