"""Why a lesson can't stand where it is put, or be changed."""

import datetime
from collections.abc import Collection

from django.db.models import QuerySet
from django.utils import timezone

from ..models import Journal, Lesson, Period, SchoolYear
from ..queries.calendar import periods
from ..queries.lessons import conflicting_lessons
from ..queries.locks import closed_on, closed_period, standing_closings
from ..rules.bells import Hour


class ScheduleError(Exception):
    """A lesson that can't stand where it was put; the text is Russian, for the person who did
    it."""


def refuse_conflict(
    journal: Journal, day: datetime.date, hour: Hour, beside: Collection[int] = ()
) -> None:
    """ScheduleError if one of the journal's pupils has another lesson then, but those `beside`
    (ids); locks the year's timetable."""
    # Of two at once the second waits and sees.
    SchoolYear.objects.select_for_update(no_key=True).get(pk=journal.group.year_id)
    if rivals := conflicting_lessons(journal, day, hour, beside):
        raise ScheduleError(
            f"{day:%d.%m.%Y}, {hour.number}-й урок: у этих учеников уже есть {rivals[0].journal}."
        )


def refuse_closed(journal: Journal, day: datetime.date) -> None:
    """ScheduleError for a day (school-local) of a journal (with group) in a closed period or year
    (4.2)."""
    if period := closed_on(journal, day, timezone.now()):
        raise _closed(journal, day, period)


def refuse_vacation(journal: Journal, day: datetime.date) -> None:
    """ScheduleError for a school-local day that lies in no period of a journal (with group): its
    marks would count in none, and no page of the journal would show it."""
    found = periods(journal.group.year_id, journal.period_kind)
    if not any(one.holds_on(day) for one in found):
        raise ScheduleError(
            f"{day:%d.%m.%Y} не входит ни в один учебный период: это каникулы или другой год."
        )


def refuse_closed_lessons(lessons: QuerySet[Lesson]) -> None:
    """The same for the Lessons of a queryset."""
    found = lessons.annotate(closed=closed_period(timezone.now())).exclude(closed=None)
    if lesson := found.select_related("journal__group", "journal__subject").first():
        raise _closed(
            lesson.journal, lesson.date, Period.objects.select_related("year").get(pk=lesson.closed)
        )


def _closed(journal, day, period):
    what = f"период закрыт ({period})"
    if not period.holds_on(day):
        what = f"учебный год {period.year} закрыт"
    return ScheduleError(
        f"{day:%d.%m.%Y}, {journal}: {what}. Изменить урок можно, когда "
        "заместитель директора откроет журнал для исправлений."
    )


def refuse_archive(days: Collection[datetime.date]) -> None:
    """ScheduleError where one of the school-local days lies in a closed school year (4.2)."""
    if not days:
        return
    closings = standing_closings().filter(
        year__starts_on__lte=max(days), year__ends_on__gte=min(days)
    )
    if closing := closings.select_related("year").first():
        raise ScheduleError(f"Учебный год {closing.year} закрыт: его дни больше не меняют.")


def refuse_second(journal: Journal, day: datetime.date, number: int) -> None:
    """ScheduleError if the journal has a lesson of this number on a school-local day."""
    if Lesson.objects.filter(journal=journal, date=day, number=number).exists():
        raise ScheduleError("В этот день и час урок в журнале уже есть.")
