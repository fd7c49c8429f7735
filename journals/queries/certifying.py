"""Journals of a period that are certified in one deed: which there are, what some lack, how far the
worker is (4.1)."""

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone

from school.models import Journal, Lesson, Period, SchoolYear, Unlock
from school.queries.calendar import in_kind_order

from ..models import Certificate, Certifying, CertifyingLine, GradeSheet
from .lists import class_order

MIXED = "mixed"  # the place of the journals whose pupils are of several classes


@dataclass(frozen=True)
class Unready:
    """Why a journal can't be certified with the others, and where that is put right."""

    journal: Journal
    why: str
    url: str


@dataclass(frozen=True)
class ClassLine:
    """The journals of a class, or of groups of several (`key` MIXED): how many there are, how many
    were certified."""

    key: str
    name: str
    total: int
    certified: int
    unready: list[Unready]

    @property
    def waiting(self) -> int:
        return self.total - self.certified


def closed_periods(year: SchoolYear) -> list[Period]:
    """The closed Periods of a year, in the order of Period.Kind; one query."""
    found = Period.objects.filter(year=year, lock__isnull=False).order_by("starts_on")
    return in_kind_order(found)


def journals_of(period: Period) -> QuerySet[Journal]:
    """The Journals (with group and subject) graded by periods of its kind that had a lesson in it;
    a queryset."""
    span = (period.starts_on, period.ends_on)
    held = Lesson.objects.filter(journal=OuterRef("pk"), date__range=span)
    found = Journal.objects.filter(Exists(held), group__year=period.year_id)
    return found.filter(period_kind=period.kind).select_related("group", "subject")


def place_of(journal: Journal) -> str:
    """The key of the ClassLine that a journal (with group) stands in."""
    return str(journal.group.school_class_id or MIXED)


def in_certifying_order(journals: Iterable[Journal]) -> list[Journal]:
    """By class and subject, the groups of several classes last."""
    return sorted(journals, key=lambda one: (place_of(one) == MIXED, *class_order(one)))


def unready(period: Period, journals: Iterable[Journal], now: datetime.datetime) -> list[Unready]:
    """Which of the journals can't be certified with the others at an instant, in their order; two
    queries."""
    opened: dict[int, datetime.datetime] = dict(
        Unlock.objects.filter(period=period, until__gt=now)
        .order_by("until")
        .values_list("journal", "until")
    )
    ungraded = set(_incomplete(period).values_list("journal", flat=True))
    found = []
    for one in journals:
        if one.pk in opened:
            until = f"{timezone.localtime(opened[one.pk]):%d.%m.%Y %H:%M}"
            found.append(Unready(one, f"открыт для исправлений до {until}", _grid(one, period)))
        elif one.pk in ungraded:
            url = reverse("grades", args=[one.pk])
            found.append(Unready(one, "оценки выставлены не всем", url))
    return found


def _incomplete(period):
    """The GradeSheets that lack grades which the book of the period is to hold."""
    asked = Q(period=period)
    later = Period.objects.filter(year=period.year_id, kind=period.kind)
    if not later.filter(starts_on__gt=period.ends_on).exists():
        asked |= Q(kind=GradeSheet.Kind.YEAR, journal__group__year=period.year_id)
    return GradeSheet.objects.filter(asked, complete_at=None).order_by()


def _grid(journal, period):
    return f"{reverse('grid', args=[journal.pk])}?period={period.pk}"


def class_lines(period: Period, now: datetime.datetime) -> list[ClassLine]:
    """The ClassLines of a closed period, by class; a fixed number of queries."""
    journals = in_certifying_order(journals_of(period))
    certified = set(Certificate.objects.filter(period=period).values_list("journal", flat=True))
    waiting = [one for one in journals if one.pk not in certified]
    not_ready: dict[str, list[Unready]] = defaultdict(list)
    for one in unready(period, waiting, now):
        not_ready[place_of(one.journal)].append(one)
    lines = []
    for key, found in groupby(journals, key=place_of):
        of_class = list(found)
        done = sum(one.pk in certified for one in of_class)
        name = "Группы из нескольких классов" if key == MIXED else of_class[0].group.name
        lines.append(ClassLine(key, name, len(of_class), done, not_ready[key]))
    return lines


@dataclass(frozen=True)
class Progress:
    """How far a Certifying is: of `total` journals so many were certified now, stood certified
    already, were refused. `left` says about how long the rest takes, «» while nobody knows."""

    total: int
    certified: int
    standing: int
    refused: list[tuple[CertifyingLine, str]]  # with the address of what is to be put right
    left: str

    @property
    def done(self) -> int:
        return self.certified + self.standing + len(self.refused)

    @property
    def undone(self) -> int:
        return self.total - self.done


def progress(one: Certifying, now: datetime.datetime) -> Progress:
    """The Progress of a Certifying (with period) at an instant; one query."""
    shown = ("journal__group", "journal__subject")
    lines = list(one.lines.select_related(*shown))
    counts = Counter(_state(line) for line in lines)
    refused = [(line, _grid(line.journal, one.period)) for line in lines if line.refusal]
    left = ""
    if one.started_at and not one.finished_at:
        done = sum(bool(line.done_at and line.done_at >= one.started_at) for line in lines)
        passed = (now - one.started_at).total_seconds()
        left = _about(passed / done * counts["waiting"]) if done else ""
    return Progress(len(lines), counts["certified"], counts["standing"], refused, left)


def _about(seconds):
    return f"{round(seconds / 60)} мин" if seconds >= 90 else f"{max(round(seconds), 1)} с"


def _state(line):
    if line.done_at is None:
        return "waiting"
    if line.refusal:
        return "refused"
    return "standing" if line.was_certified else "certified"


def latest(period: Period | None = None) -> Certifying | None:
    """The newest Certifying, of a period where one is given; one query."""
    found = Certifying.objects.select_related("period", "asked_by", "stopped_by")
    return (found.filter(period=period) if period else found).order_by("-pk").first()


def running() -> Certifying | None:
    """The Certifying that is not finished, there is one at most; one query."""
    found = Certifying.objects.select_related("period", "asked_by", "stopped_by")
    return found.filter(finished_at=None).first()
