"""Lessons of today and of the days to come follow the bells; how it was rung before stays a
fact."""

import datetime
from collections import defaultdict

from django.db import transaction
from django.dispatch import Signal
from django.utils import timezone

from ..models import Journal, Lesson
from ..queries.bells import bells_of
from ..rules.bells import Hour
from .holding import lessons_to_change
from .refusals import ScheduleError
from .takers import follow_places

# Sent with the school-local `days` on which lessons have got other times.
rung = Signal()


def hour_of(journal: Journal, day: datetime.date, number: int) -> Hour:
    """The Hour of a journal's (with group) lesson of that number on a school-local day;
    ScheduleError if the bells of that day have none."""
    hours = bells_of([journal.group_id]).of_group(journal.group_id, day)
    if number not in hours:
        raise ScheduleError(
            f"{day:%d.%m.%Y}: по звонкам этого дня {number}-го урока нет."
            if hours
            else f"{day:%d.%m.%Y}: не указано, какие звонки действуют в этот день."
        )
    return hours[number]


@transaction.atomic
def ring(now: datetime.datetime | None = None) -> int:
    """Give the lessons from today on the times that the bells have for them now; a lesson of a
    number that they lack keeps its own. What is due follows. Returns how many have other times.

    Whoever saves a schedule asks for it; a class that gets another parallel, or a group that gets
    pupils of another class, has its next lessons by the bells of then when it is asked again.
    """
    lessons_to_change.send(Lesson)
    rows = list(
        Lesson.objects.filter(date__gte=timezone.localdate(now))
        .order_by("pk")
        .values_list("pk", "date", "journal__group", "number", "starts_at", "ends_at")
    )
    bells = bells_of({group for _, _, group, *_ in rows})
    moved: dict[Hour, list[int]] = defaultdict(list)
    days = set()
    known: dict[tuple[int, datetime.date], dict[int, Hour]] = {}
    for pk, day, group, number, starts_at, ends_at in rows:
        hours = known.get((group, day))
        if hours is None:
            hours = known[group, day] = bells.of_group(group, day)
        hour = hours.get(number)
        if hour and hour != Hour(number, starts_at, ends_at):
            moved[hour].append(pk)
            days.add(day)
    for hour, keys in moved.items():
        times = {"starts_at": hour.starts_at, "ends_at": hour.ends_at}
        Lesson.objects.filter(pk__in=keys).update(**times)
    if days:
        follow_places()
        rung.send(Lesson, days=days)
    return sum(map(len, moved.values()))
