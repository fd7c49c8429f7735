"""Days that are worked, or not, against the calendar, for all or for some classes, and the lessons
that follow them."""

import datetime
from collections import defaultdict
from collections.abc import Collection

from django.core.exceptions import ValidationError
from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from ..models import DayOverride, Lesson
from ..queries.overrides import Changes, changes, days_touched, lessons_touched
from ..rules.texts import enumerated
from .cancelling import cancel_all, restore_all
from .holding import hold, lessons_to_change
from .refusals import ScheduleError, refuse_archive, refuse_closed_lessons

# Sent once with all the school-local `days` of which something else is said now.
days_changed = Signal()


@transaction.atomic
def declare_days(*overrides: DayOverride) -> Changes:
    """Save DayOverrides, new ones or changed, in one deed. Lessons that become free are cancelled
    with the reason, those that are free no more take place; what was held today stays. Returns the
    Changes. ScheduleError as `refuse_days`, and where the same scope has a word of its own already.
    """
    days = _hold_days(overrides)
    _refuse_wrong(overrides)
    found = refuse_days(overrides)
    for override in overrides:
        override.save()
    _change(found)
    days_changed.send(DayOverride, days=days)
    return found


@transaction.atomic
def withdraw_days(*overrides: DayOverride) -> Changes:
    """Delete DayOverrides; the lessons that they had cancelled take place, unless another word
    cancels them. Returns the Changes. ScheduleError as `refuse_days`."""
    days = _hold_days(overrides)
    found = refuse_days((), overrides)
    _change(found)  # as long as the rows are there that have cancelled them
    for override in overrides:
        override.delete()
    days_changed.send(DayOverride, days=days)
    return found


def refuse_days(
    declared: Collection[DayOverride], withdrawn: Collection[DayOverride] = ()
) -> Changes:
    """ScheduleError if DayOverrides that are to be saved or deleted would change lessons of a
    closed period (4.2), lie in a closed school year, or cancel some that were held on a day before
    today; else their Changes."""
    refuse_archive(days_touched([*declared, *withdrawn]))
    found = changes(declared, withdrawn)
    refuse_closed_lessons(Lesson.objects.filter(pk__in=[one.pk for one in found.lessons]))
    today = timezone.localdate()
    if past := sorted({one.date for one in found.held if one.date < today}):
        raise ScheduleError(_held_already(past))
    return found


def _refuse_wrong(overrides):
    """Somebody else may have been first since the form was judged."""
    for override in overrides:
        try:
            override.validate_constraints()
        except ValidationError as error:
            raise ScheduleError(" ".join(error.messages)) from error


def _held_already(days: list[datetime.date]) -> str:
    told = enumerated([f"{day:%d.%m.%Y}" for day in days])
    them = "этого дня" if len(days) == 1 else "этих дней"
    return f"{told}: уроки {them} уже проведены. Каждый из них можно отменить отдельно."


def _hold_days(overrides):
    """Hold the journals whose lessons may change; returns the school-local days of which something
    else comes to be said."""
    days = days_touched(overrides)
    hold(lessons_touched(days).order_by().values("journal"))
    lessons_to_change.send(DayOverride)
    return days


def _change(found):
    restore_all(found.restored)
    by_override = defaultdict(list)
    for lesson, override in found.cancelled:
        by_override[override].append(lesson)
    for override, lessons in by_override.items():
        cancel_all(lessons, override.told, override)
