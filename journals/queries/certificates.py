"""Certified journals, and whether they were changed afterwards (4.1)."""

import datetime
import re
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import BooleanField, Exists, ExpressionWrapper, OuterRef, Q

from attendance.models import Absence
from school.models import Journal, Lesson, Period, Substitution
from school.rights import JournalRights

from ..models import Certificate, LessonWork, Mark, PeriodGrade
from .book import FULL_NAME, book, contents
from .locks import periods_of

# What whoever may certify sees of a journal.
WHOLE = JournalRights(sees_all=True, writes_all=False)


@dataclass(frozen=True)
class Difference:
    """What a journal says otherwise than when it was certified."""

    name: str
    was: str
    now: str


def differences(certificate: Certificate, now: Mapping[str, list[str]]) -> list[Difference]:
    """The Differences between what a Certificate keeps and the `contents` of the journal now."""
    was = certificate.contents
    assert was is not None  # of one that was made before they were kept nobody asks
    found = [
        Difference((now.get(key) or was[key])[0], _said(key, was), _said(key, now))
        for key in dict.fromkeys([*was, *now])
        if not key.startswith(FULL_NAME) or (key in was and key in now)
    ]
    return [one for one in found if one.was != one.now]


def _said(key, contents):
    """The text of a key, «» if there is none. Earlier certificates keep a pupil with his number in
    the list, which says nothing but who else is there."""
    text = contents[key][1] if key in contents else ""
    return _NUMBER.sub("", text) if key.startswith("pupil ") else text


_NUMBER = re.compile(r"^\d+\. ")


def _changed_since():
    """Q for Certificates of before their contents were kept: what the journal says of the period
    has a history newer than the certificate: lessons, works, marks, absences, substitutions and
    grades. A deleted row's history still says of which lesson, work or journal it was, and that of
    a lesson moved out of the period that it once lay there."""
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
    )


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
    """A period of a journal and its Certificates, newest first, each with `is_changed` (the journal
    no longer says what was certified) and `differences`, None where its contents were not kept.
    `open_until` (UTC) is set while the journal of the locked period is open for corrections."""

    period: Period
    is_locked: bool
    open_until: datetime.datetime | None
    certificates: list[Certificate]

    @property
    def standing(self) -> Certificate | None:
        """The certificate that says what the journal says, or None."""
        return next((one for one in self.certificates if not one.is_changed), None)  # type: ignore[attr-defined]  # annotated

    @property
    def can_be_certified(self) -> bool:
        return self.is_locked and not self.open_until and not self.standing


def certified_periods(journal: Journal, now: datetime.datetime) -> list[CertifiedPeriod]:
    """The CertifiedPeriods of a journal (with group and subject), in order; two queries, and a
    `book` for each period that was certified."""
    rows = Certificate.objects.filter(journal=journal).select_related("period", "certified_by")
    of_history = ExpressionWrapper(Q(contents__isnull=True) & _changed_since(), BooleanField())
    certified = list(rows.annotate(is_changed=of_history))
    says = {
        period: contents(book(journal, period, WHOLE))
        for period in {one.period for one in certified if one.contents is not None}
    }
    for one in certified:
        one.differences = None  # type: ignore[attr-defined]  # no column
        if one.contents is not None:
            one.differences = differences(one, says[one.period])  # type: ignore[attr-defined]  # no column
            one.is_changed = bool(one.differences)  # type: ignore[attr-defined]  # no column
    return [
        CertifiedPeriod(
            period,
            lock is not None,
            lock.open_until if lock else None,
            [one for one in certified if one.period_id == period.pk],
        )
        for period, lock in periods_of(journal, now)
    ]
