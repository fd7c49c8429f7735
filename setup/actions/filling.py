"""The six questions answered: the school is filled in one deed."""

import datetime

from django.db import transaction
from django.utils import timezone

from journals.models import WorkType
from school.actions.bells import ring
from school.actions.days import declare_days
from school.models import (
    BellSchedule,
    BellSlot,
    BellUse,
    DayOverride,
    Exemption,
    GradeScale,
    GradeValue,
    Period,
    School,
    SchoolYear,
    Subject,
)
from school.models.history import create_with_history, originating
from school.queries.calendar import lasting_year

from .. import usual
from ..filling import Answers, Filling, filling
from ..queries.filling import there
from .classes import create_classes
from .people import hold_people

ORIGIN = "шесть вопросов"
USUAL_BELLS = "Основное"


@transaction.atomic
def fill(answers: Answers, today: datetime.date | None = None) -> Filling:
    """Write what the Answers say and what does not stand yet, on a school-local day; judged anew
    here, so that two who press at once fill it once. Returns what was written. ScheduleError as
    `declare_days`."""
    today = today or timezone.localdate()
    hold_people()  # of an empty school there is nothing else to hold
    found = filling(answers, there(today), today)
    with originating(ORIGIN):
        _school(found)
        year = _year(found, today)
        _days(found, year)
        _bells(found, year)
        _subjects(found)
        create_classes(year, found.classes)
    return found


def _school(found):
    if found.school:
        school = School.objects.first() or School()
        school.name, school.week_days = found.school
        school.full_clean()
        school.save()


def _year(found, today):
    year = lasting_year(today)
    if found.year:
        year = SchoolYear(starts_on=found.year[0], ends_on=found.year[1])
        year.full_clean()
        year.save()
    periods = [
        Period(year=year, kind=kind, number=number, starts_on=first, ends_on=last)
        for kind, spans in found.periods.items()
        for number, (first, last) in enumerate(spans, start=1)
    ]
    for period in periods:
        period.save()
    return year


def _days(found, year):
    if found.vacations:
        kind = DayOverride.Kind.VACATION
        declare_days(
            *(
                DayOverride(kind=kind, parallel=parallel, starts_on=first, ends_on=last)
                for parallel, (first, last) in found.vacations
            )
        )
    for parallel in found.without_homework:
        what = Exemption.What.HOMEWORK
        Exemption.objects.create(what=what, parallel=parallel, starts_on=year.starts_on)


def _bells(found, year):
    if not found.bells:
        return
    schedule = BellSchedule.objects.create(name=USUAL_BELLS)
    for hour in found.bells:
        BellSlot.objects.create(schedule=schedule, **hour._asdict())
    BellUse.objects.create(schedule=schedule, starts_on=year.starts_on)
    ring()


def _subjects(found):
    for name, short_name in found.subjects:
        Subject(name=name, short_name=short_name).save()
    for name in found.scales:
        scale = GradeScale.objects.create(name=name)
        values = [
            GradeValue(
                scale=scale, text=text, title=title, points=points, meaning=meaning, position=place
            )
            for place, (text, title, points, meaning) in enumerate(usual.SCALES[name])
        ]
        create_with_history(GradeValue, values)
    taken = set(WorkType.objects.exclude(usual_order=None).values_list("usual_order", flat=True))
    for name, short_name, weight, expects, days, order, is_control in found.works:
        WorkType.objects.create(
            name=name,
            short_name=short_name,
            weight=weight,
            expects=expects,
            mark_days=days,
            usual_order=None if order in taken else order,
            is_control=is_control,
        )
