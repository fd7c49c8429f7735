"""What the six questions find standing."""

import datetime
from typing import Any

from django.db.models import Q

from journals.models import WorkType
from school.models import (
    BellSchedule,
    DayOverride,
    Exemption,
    GradeScale,
    Period,
    School,
    SchoolClass,
    Subject,
)
from school.models.dated import on_day, overlapping
from school.queries.calendar import lasting_year

from ..filling import There


def there(today: datetime.date) -> There:
    """What stands; a fixed number of queries."""
    year, school = lasting_year(today), School.objects.first()
    works = WorkType.objects.filter(on_day(today)).values_list("name", "short_name")
    of_year: dict[str, Any] = {}
    if year:
        span = (year.starts_on, year.ends_on)
        days = overlapping(DayOverride.objects.filter(school_class=None), *span)
        classes = SchoolClass.objects.filter(year=year).values_list("number", "letter")
        free = Exemption.objects.filter(Q(ends_on=None) | Q(ends_on__gte=today), what="homework")
        of_year = {
            "year": span,
            "kinds": frozenset(
                Period.objects.filter(year=year).order_by().values_list("kind", flat=True)
            ),
            "days": [(one.parallel, (one.starts_on, one.ends_on)) for one in days],
            "classes": frozenset(classes),
            "without_homework": frozenset(
                free.exclude(parallel=None).values_list("parallel", flat=True)
            ),
        }
    return There(
        school=(school.name, school.week_days) if school else None,
        has_bells=BellSchedule.objects.exists(),
        subjects=list(Subject.objects.values_list("name", flat=True)),
        scales=list(GradeScale.objects.values_list("name", flat=True)),
        works=[name for both in works for name in both],
        **of_year,
    )
