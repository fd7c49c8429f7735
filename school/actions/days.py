"""Days that are worked, or not, against the calendar, and the lessons that follow them."""

import datetime

from django.db import transaction
from django.db.models import Q

from ..models import DayOverride, Lesson
from .holding import hold, lessons_to_change
from .lessons import cancel_all, restore_all
from .refusals import ScheduleError, refuse_closed_lessons


@transaction.atomic
def declare_day(override: DayOverride) -> None:
    """Save a DayOverride. A day without work cancels the lessons that stand in it, with its reason;
    one that is worked again restores those that it had cancelled. ScheduleError if one of them is
    in a closed period."""
    _hold_day(override)
    refuse_closed_day(override.pk, override.date, override.is_working)
    restore_all(_cancelled_by(override.pk))
    if not override.is_working:
        if override.pk is None:
            override.save()
        cancel_all(_standing(override.date), override.reason, override)
    override.save()  # last: whoever follows it sees the lessons as they are now


@transaction.atomic
def withdraw_day(override: DayOverride) -> None:
    """Delete a DayOverride; the lessons that it had cancelled take place. ScheduleError if one of
    them is in a closed period."""
    _hold_day(override)
    refuse_closed_day(override.pk, override.date, is_working=True)
    restore_all(_cancelled_by(override.pk))
    override.delete()


def _hold_day(override):
    touched = Lesson.objects.filter(Q(date=override.date) | Q(pk__in=_cancelled_by(override.pk)))
    hold(touched.order_by().values("journal"))
    lessons_to_change.send(DayOverride)


def refuse_closed_day(pk: int | None, day: datetime.date, is_working: bool) -> None:
    """ScheduleError if a DayOverride (its key, None of a new one) that comes to say this of a
    school-local day would change lessons of a closed period (4.2), or take away some that were
    held."""
    refuse_closed_lessons(_cancelled_by(pk))
    if not is_working:
        refuse_closed_lessons(_standing(day))
        if _standing(day).filter(attendance_taken_at__isnull=False).exists():
            raise ScheduleError(
                f"{day:%d.%m.%Y}: уроки этого дня уже проведены. Каждый из них можно отменить "
                "отдельно."
            )


def _standing(day):
    return Lesson.objects.filter(date=day, cancelled="")


def _cancelled_by(pk):
    """The Lessons that a DayOverride (its key, None of a new one) has cancelled."""
    return Lesson.objects.filter(cancelled_by=pk) if pk else Lesson.objects.none()
