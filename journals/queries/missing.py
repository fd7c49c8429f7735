"""What a period that is about to be closed still lacks (4.2)."""

from dataclasses import dataclass

from django.db.models import Count, Q
from django.urls import reverse
from django.utils.http import urlencode

from school.models import Journal, Lesson, Period
from school.queries.teaching import teachers_of

from ..models import GradeSheet, LessonWork
from .debts import owed
from .duties import duties
from .lists import class_order, teacher_names


@dataclass(frozen=True)
class MissingLine:
    """What a journal lacks in a period: `counts` are [(name, how many, or a word)], in the order of
    the names."""

    journal: Journal
    url: str
    teachers: str
    counts: list[tuple[str, int | str]]


def missing(period: Period) -> tuple[list[str], list[MissingLine]]:
    """(the names of what is lacking anywhere, MissingLines of the journals that lack something, by
    class and subject); a fixed number of queries."""
    of_others = [(duty.name, duty.lacking) for duty in duties().values() if duty.lacking]
    found = {name: count(period) for name, count in [*MISSING, *of_others]}
    names = [name for name, counts in found.items() if counts]
    keys = {journal for name in names for journal in found[name]}
    journals = Journal.objects.filter(pk__in=keys).select_related("group", "subject")
    teachers = teacher_names(teachers_of(keys, period.ends_on))
    lines = [
        MissingLine(
            journal,
            f"{reverse('grid', args=[journal.pk])}?{urlencode({'period': period.pk})}",
            teachers.get(journal.pk, ""),
            [(name, found[name].get(journal.pk, 0)) for name in names],
        )
        for journal in journals
    ]
    return names, sorted(lines, key=lambda line: class_order(line.journal))


def _lessons(period):
    return Lesson.objects.filter(
        journal__group__year=period.year_id,
        journal__period_kind=period.kind,
        date__range=(period.starts_on, period.ends_on),
        cancelled="",
        nobody_attends=False,
    ).order_by()


def _lacking(owed, deed):
    def count(period):
        return _by_journal(_lessons(period).filter(**{owed: True, deed: None}), "journal")

    return count


def _by_journal(rows, way):
    return dict(rows.order_by().values_list(way).annotate(Count("pk")))


def _unmarked(period):
    owing = _lessons(period).filter(owes_marks=True)
    works = LessonWork.objects.filter(lesson__in=owing.values("pk"), marked_at=None)
    return _by_journal(works, "lesson__journal")


def _debts(period):
    return _by_journal(
        owed().filter(work__lesson__in=_lessons(period).values("pk")), "work__lesson__journal"
    )


def _ungraded(period):
    """Of the last period also the year's grades, which are closed with it; those of exams are
    entered until September."""
    of_kind = {"journal__group__year": period.year_id, "journal__period_kind": period.kind}
    following = Period.objects.filter(
        year=period.year_id, kind=period.kind, starts_on__gt=period.ends_on
    )
    asked = Q(period=period)
    if not following.exists():
        asked |= Q(kind=GradeSheet.Kind.YEAR, **of_kind)
    lacking = GradeSheet.objects.filter(asked, complete_at=None).values_list("journal", flat=True)
    return dict.fromkeys(lacking, "не все")


# (name, a function of a Period that returns {journal id: how many it lacks, or a word})
MISSING = [
    ("присутствие", _lacking("owes_attendance", "attendance_taken_at")),
    ("тема", _lacking("owes_topic", "topic_entered_at")),
    ("домашнее задание", _lacking("owes_homework", "homework_entered_at")),
    ("отметки за работу", _unmarked),
    ("долги («точка»)", _debts),
    ("оценки", _ungraded),
]
