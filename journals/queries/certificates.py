"""Certified journals, and whether they were changed afterwards (4.1)."""

import datetime
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from attendance.models import Absence
from school.models import Lesson, Period, Substitution

from ..models import Certificate, LessonWork, Mark, PeriodGrade, Remark
from .locks import periods_of


def certificates(rows):
    """The Certificates of a queryset, newest first, with period and person loaded and `is_changed`:
    whether what the journal says of the period has a history newer than the certificate; one
    query."""
    return rows.select_related("period", "certified_by").annotate(
        is_changed=ExpressionWrapper(_changed_since(), output_field=BooleanField())
    )


def _changed_since():
    """Q: of lessons, works, marks, absences, substitutions, grades and remarks. Who teaches and who
    is enrolled is not written in the journal and not asked. A deleted row's history still says of
    which lesson, work or journal it was, and that of a lesson moved out of the period that it once
    lay there."""
    later = {"history_date__gt": OuterRef("certified_at")}
    journal, period = OuterRef("journal"), OuterRef("period")
    of_lesson = _in_period(OuterRef, "lesson__")
    works = LessonWork.history.filter(**_in_period(_outer, "lesson__"))
    lessons = Lesson.history.filter(**_in_period(_outer))
    return (
        Exists(Lesson.history.filter(id__in=lessons.values("id"), **later))
        | Exists(LessonWork.history.filter(**of_lesson, **later))
        | Exists(Mark.history.filter(work__in=works.values("id"), **later))
        | Exists(Absence.history.filter(**of_lesson, **later))
        | Exists(Substitution.history.filter(**of_lesson, **later))
        | Exists(PeriodGrade.history.filter(_grades_of(journal, period), **later))
        | Exists(Remark.history.filter(_remarks_of(OuterRef), **later))
    )


def _remarks_of(ref):
    """Q for the remarks that the book of a period holds."""
    days = {
        "made_at__date__gte": ref("period__starts_on"),
        "made_at__date__lte": ref("period__ends_on"),
    }
    on_the_whole = Q(journal=ref("journal"), lesson__isnull=True, **days)
    return Q(**_in_period(ref, "lesson__")) | on_the_whole


def _grades_of(journal, period):
    """Q for the grades that the book of a period holds: its own, and with the last period of the
    year those of the year too."""
    later_ones = Period.objects.filter(
        year=OuterRef(OuterRef("period__year")),
        kind=OuterRef(OuterRef("period__kind")),
        starts_on__gt=OuterRef(OuterRef("period__starts_on")),
    )
    return Q(journal=journal) & (Q(period=period) | (Q(period__isnull=True) & ~Exists(later_ones)))


def _in_period(ref, prefix=""):
    return {
        f"{prefix}journal": ref("journal"),
        f"{prefix}date__gte": ref("period__starts_on"),
        f"{prefix}date__lte": ref("period__ends_on"),
    }


def _outer(name):
    return OuterRef(OuterRef(name))


@dataclass(frozen=True)
class CertifiedPeriod:
    """A period of a journal and its Certificates, newest first. `open_until` (UTC) is set while
    the journal of the locked period is open for corrections."""

    period: Period
    is_locked: bool
    open_until: datetime.datetime | None
    certificates: list

    @property
    def standing(self):
        """The certificate that nothing was changed after, or None."""
        return next((one for one in self.certificates if not one.is_changed), None)

    @property
    def can_be_certified(self):
        return self.is_locked and not self.open_until and not self.standing


def certified_periods(journal, now):
    """The CertifiedPeriods of a journal, in order; two queries."""
    certified = list(certificates(Certificate.objects.filter(journal=journal)))
    return [
        CertifiedPeriod(
            period,
            lock is not None,
            lock and lock.open_until,
            [one for one in certified if one.period_id == period.pk],
        )
        for period, lock in periods_of(journal, now)
    ]
