"""Batches of printed weekly reports (2.12).

A batch is drawn by a worker in no transaction: it claims the batch, tells after each class how far
it is, which is its sign of life, and writes file and register together at the end. Whoever finds
a claim without a sign of life takes the batch over and begins anew; the first worker, if it is
alive after all, sees its claim gone and stops.
"""

import datetime
import logging
from tempfile import TemporaryFile

from django.core.files import File
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from attendance.refusals import Refused
from school import namesakes
from school.models import School, User
from school.printing import pool
from school.rules.days import monday_of

from .. import printing, rules
from ..models import ReportBatch
from ..queries import week as diaries_week
from ..queries.classes import classes_of_week
from ..queries.reports import (
    active_applications,
    in_handing_order,
    is_taught,
    last_lesson_ends_at,
    waiting_batches,
)
from .handing import issue

logger = logging.getLogger(__name__)


RETRIES = 2


@transaction.atomic
def request_batch(person: User, monday: datetime.date) -> ReportBatch:
    """Let the reports of the week of `monday` be printed for all applications in force today.
    Refused if nobody has applied, the week is of a vacation, or it is being printed just now."""
    if not active_applications(timezone.localdate()).exists():
        raise Refused("Действующих заявлений нет: печатать нечего.")
    if not is_taught(monday):
        raise Refused("На этой неделе уроков нет: печатать нечего (2.12).")
    School.objects.select_for_update().first()  # of two at once the second sees
    if ReportBatch.objects.filter(monday=monday, finished_at=None, error="").exists():
        raise Refused("Отчёты за эту неделю уже печатаются.")
    return ReportBatch.objects.create(monday=monday, requested_by=person)


@transaction.atomic
def request_weeks_batch(now: datetime.datetime | None = None) -> bool:
    """On Friday after the school's last lesson request the week's batch, once, and again one that
    failed, RETRIES times at most; returns whether it was requested now."""
    now = timezone.localtime(now)
    today = now.date()
    if not rules.is_weeks_print_time(now, last_lesson_ends_at(today)):
        return False
    monday = monday_of(today)
    if not (active_applications(today).exists() and is_taught(monday)):
        return False
    batch, is_new = ReportBatch.objects.get_or_create(
        monday=monday, requested_by=None, defaults={"requested_at": now}
    )
    return is_new or _retry(batch)


def _retry(batch):
    """Let a batch that failed be drawn again, unless a person has requested the week since."""
    since = ReportBatch.objects.filter(
        monday=batch.monday, requested_at__gt=batch.requested_at, error=""
    )
    failed = ReportBatch.objects.filter(pk=batch.pk, retries__lt=RETRIES).exclude(error="")
    if since.exists():
        return False
    return bool(failed.update(error="", claimed_at=None, done=0, retries=F("retries") + 1))


def draw_waiting_batches() -> int:
    """Draw, one after the other, the batches that nobody is drawing; returns how many were
    finished."""
    finished = 0
    while batch := _claim():
        try:
            finished += _draw(batch)
        except Exception as error:
            logger.exception("weekly reports of %s not printed", batch.monday)
            too_long = isinstance(error, pool.TookTooLong)
            why = "Печать длилась слишком долго." if too_long else "Напечатать не удалось."
            batch.mine().update(error=f"{why} Закажите печать ещё раз.")
    return finished


def _claim():
    """A ReportBatch that is this worker's now, None if none waits."""
    for batch in waiting_batches():
        if batch.claim(finished_at=None, error=""):
            return batch
    return None


def _draw(batch):
    """Print a claimed batch; returns whether it was finished here."""
    day = timezone.localdate(batch.requested_at)
    classes = in_handing_order(active_applications(day), day)
    total = sum(len(applications) for _, applications in classes)
    if not batch.renew(total=total, done=0):
        return False
    school = School.objects.get()
    sheets = (_sheets(school, its_class, found, batch.monday) for its_class, found in classes)
    drawn, left_out = [], []
    with TemporaryFile() as file:
        binder = pool.Binder(file)
        for (its_class, found), pdf in zip(classes, printing.draw_all(sheets), strict=True):
            parts = [(found, pdf)]
            if isinstance(pdf, Exception):
                parts = _one_by_one(school, its_class, found, batch.monday)
            for applications, part in parts:
                if isinstance(part, Exception):
                    logger.error("weekly reports of %s not printed", applications, exc_info=part)
                    left_out.append((applications, part))
                else:
                    binder.add(part)
                    drawn.append((its_class, applications))
                done = sum(len(printed) for _, printed in drawn)
                if not batch.renew(done=done):
                    return False
        if left_out and not drawn:
            (_, why), *_ = left_out
            raise why
        binder.close()
        return _finish(batch, drawn, left_out, file)


def _sheets(school, school_class, applications, monday):
    """The sheets of a class as `printing.draw_all` takes them, or what kept one from being made."""
    students = [application.student for application in applications]
    try:
        weeks = diaries_week.weeks(students, monday)
        names = namesakes.out_of_list(students)
        then = classes_of_week([one.pk for one in students], monday)
        return [
            printing.sheet(
                school, one, then.get(one.pk, school_class), weeks[one.pk], names[one.pk]
            )
            for one in students
        ]
    except Exception as error:
        return error


def _one_by_one(school, school_class, applications, monday):
    """([PrintApplication], its PDF or what kept it from being drawn) of each of a class whose
    sheets could not be drawn together: one pupil does not hold up the others."""
    jobs = (_sheets(school, school_class, [one], monday) for one in applications)
    for one, pdf in zip(applications, printing.draw_all(jobs), strict=True):
        yield [one], pdf


@transaction.atomic
def _finish(batch, classes, left_out, file):
    """Write file and register; returns False if another worker has taken the batch over."""
    locked = batch.mine().select_for_update().first()
    if locked is None:
        return False
    now = timezone.now()
    issue(classes, batch.monday, now, batch=locked, person=locked.requested_by)
    locked.left_out.set(one for applications, _ in left_out for one in applications)
    locked.finished_at = now
    locked.file.save(f"otchety-{batch.monday:%Y-%m-%d}.pdf", File(file), save=False)
    locked.save()
    return True
