"""Some two weeks ago the school was without access for a day (3.1). Most of its temporary journals
were transferred in time, a few late or not to the end (3.2)."""

import datetime
from collections import defaultdict
from random import Random

from django.utils import timezone

from attendance.models import Absence
from journals.models import GivenTopic, LessonWork, Mark
from school.models import Lesson, Outage, Role
from school.queries.outages import transfer_due
from school.queries.teaching import teachers_of_lessons
from tempjournal.actions.outages import record_outage, recount
from tempjournal.models import Transfer
from tempjournal.queries.outages import lessons_inside

AGO = datetime.timedelta(days=15)
DAY = datetime.timedelta(days=1)
MINUTE = datetime.timedelta(minutes=1)
NOT_TO_THE_END, LATE = 0.06, 0.06  # shares of the journals


def have_one(year, leaders, seed, until):
    """A school day before the aware instant `until`; nothing where there was none so long ago."""
    held = Lesson.objects.filter(
        date__gte=year.starts_on, date__lte=timezone.localdate(until) - AGO, cancelled=""
    )
    day = held.order_by("-date").values_list("date", flat=True).first()
    if day is None:
        return
    deputy = next(user for user, kind in leaders if kind == Role.Kind.DEPUTY)
    outage = Outage(
        starts_at=_at(day, 7, 40),
        ends_at=_at(day, 17, 5),
        reason="Обрыв кабеля у провайдера, в школе не было интернета",
    )
    record_outage(outage, deputy, now=_at(day, 17, 20))
    _transfer(outage, Random(seed))
    # What the lessons were filled with was not there yet when the outage was recorded.
    outage.temporary_journals.update(transferred_at=None)
    recount(outage, now=until)


def _at(day, hour, minute):
    return timezone.make_aware(datetime.datetime.combine(day, datetime.time(hour, minute)))


def _transfer(outage, random):
    """What stands in its lessons was typed by their teachers afterwards; some did not get to the
    last one."""
    teachers = teachers_of_lessons(lessons_inside(outage))
    lessons, transfers, due = defaultdict(list), [], transfer_due(outage)
    for lesson in lessons_inside(outage):
        if lesson.pk in teachers:
            lessons[lesson.journal_id].append(lesson)
    found = outage.temporary_journals.order_by("journal__group__name", "journal__subject__name")
    for one in found:
        chance = random.random()
        at = outage.ends_at + random.randint(0, 1) * DAY + random.randint(15, 4 * 60) * MINUTE
        if chance < LATE:
            at = due + random.randint(9 * 60, 17 * 60) * MINUTE
        typed = lessons[one.journal_id]
        if typed and chance > 1 - NOT_TO_THE_END:
            _leave_out(typed.pop())
        for lesson in typed:
            at += random.randint(3, 9) * MINUTE
            source = random.choice(Transfer.Source.values)
            transfers.append(
                Transfer(
                    temporary_journal=one,
                    lesson=lesson,
                    made_by_id=teachers[lesson.pk][0],
                    source=source,
                    made_at=at,
                    entries=_say_when(lesson, at, outage.origin),
                )
            )
    Transfer.objects.bulk_create(transfers)


def _leave_out(lesson):
    Lesson.objects.filter(pk=lesson.pk).update(
        topic="",
        homework="",
        no_homework=False,
        **dict.fromkeys(("topic_entered_at", "homework_entered_at", "homework_minutes")),
    )
    Lesson.history.filter(id=lesson.pk).delete()
    GivenTopic.objects.filter(lesson=lesson).delete()
    GivenTopic.history.filter(lesson=lesson.pk).delete()


def _say_when(lesson, at, origin):
    """Move the history of a lesson's entries to when they were typed; returns how many there
    are."""
    works = list(LessonWork.objects.filter(lesson=lesson).values_list("pk", flat=True))
    rows = (
        Lesson.history.filter(id=lesson.pk),
        LessonWork.history.filter(lesson=lesson.pk),
        Mark.history.filter(work__in=works),
        Absence.history.filter(lesson=lesson.pk),
    )
    typed = {"history_date": at, "history_change_reason": origin}
    return 2 + sum(found.filter(history_date__lt=at).update(**typed) for found in rows)
