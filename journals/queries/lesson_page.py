"""The page of one lesson."""

from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone

from school.models import Lesson
from school.rights import JournalRights
from school.rules.homework import minutes_text, minutes_typed

from .. import marking, rules
from ..models import LessonWork
from ..plans import NOWHERE, Place
from .cell import Work, attendance_noted_at, works_text
from .register import Span, register


@dataclass
class LessonPupil:
    """A pupil's line on the page of a lesson; `was` and `text` are what the form sends back."""

    student_id: int
    name: str
    was: str
    text: str
    writable: bool
    error: str = ""


@dataclass(frozen=True)
class LessonPage:
    """One lesson for one person: texts of its fields, whether attendance may still be taken back,
    pupils, its neighbours in the journal; `works` are (Work, «11 из 22» or «»)."""

    lesson: Lesson
    texts: dict[str, str]
    may_untake: bool
    works: list[tuple[Work, str]]
    planned: Place
    pupils: list[LessonPupil]
    previous: Lesson | None
    next: Lesson | None

    @property
    def time(self) -> str:
        """How long the homework takes, «» where nobody has said."""
        minutes = self.lesson.homework_minutes
        return "" if minutes is None else minutes_text(minutes)


def lesson_page(lesson: Lesson, granted: JournalRights, *, is_closed: bool = False) -> LessonPage:
    """The LessonPage of a lesson (with journal and slot loaded); in a closed period nothing is
    writable."""
    journal, day = lesson.journal, lesson.date
    found = register(journal, Span(day, day), granted, with_plan=True)
    works = found.works.get(lesson.pk, [])
    of_all = [work.pk for work in works if work.expects == marking.PRESENT]
    counts = marking.counts(LessonWork.objects.filter(pk__in=of_all)) if of_all else {}
    noted_at = attendance_noted_at(lesson)
    previous, following = _neighbours(lesson, granted)
    return LessonPage(
        lesson,
        {
            "topic": lesson.topic,
            "homework": rules.homework_text(lesson.homework, lesson.no_homework),
            "homework_minutes": minutes_typed(lesson.homework_minutes),
            "works": works_text(works),
            **{f"title_{place}": work.title for place, work in enumerate(works[:2], start=1)},
            "attendance": rules.ALL_PRESENT if lesson.attendance_taken_at else "",
        },
        noted_at is not None and rules.may_untake(noted_at, timezone.localtime()),
        [(work, rules.given_text(*counts.get(work.pk, (None, None)))) for work in works],
        found.planned.get(lesson.pk, NOWHERE),
        _pupils(found, lesson, granted, is_closed),
        previous,
        following,
    )


def _pupils(found, lesson, granted, is_closed):
    """LessonPupils of a Register: who attends on the lesson's day, and whoever has a cell there."""
    day = lesson.date
    open_now = not (is_closed or lesson.cancelled) and day <= timezone.localdate()
    return [
        LessonPupil(
            row.attendee.student_id,
            row.attendee.name,
            text := found.cell_text(row, lesson),
            text,
            open_now
            and row.attendee.attends(day)
            and granted.writes_cell(lesson.pk, row.attendee.student_id),
        )
        for row in found.rows
        if row.attendee.attends(day) or lesson.pk in row.cells
    ]


def _neighbours(lesson, granted):
    """(the journal's Lesson before, that after): None where there is none to be seen."""
    seen = Lesson.objects.filter(journal=lesson.journal, cancelled="")
    if not granted.sees_rows:
        seen = seen.filter(pk__in=granted.lessons)
    place = (lesson.date, lesson.number)
    return (
        seen.filter(_before(*place)).order_by("-date", "-number").first(),
        seen.filter(_after(*place)).order_by("date", "number").first(),
    )


def _before(day, number):
    return Q(date__lt=day) | Q(date=day, number__lt=number)


def _after(day, number):
    return Q(date__gt=day) | Q(date=day, number__gt=number)
