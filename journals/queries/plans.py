"""The plan of a journal (КТП, 2.7): its lines, what of it was given, how far behind it is."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import (
    Case,
    CharField,
    Count,
    F,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce

from school.compiled import Compiled, Given
from school.models import Journal, Lesson
from school.queries.lessons import takes_place

from ..models import PlannedTopic
from ..plan_reading import ReadLine, ReadPlan
from ..plans import Place, Plan, PlanLesson, PlanLine, plan_of

NO_PUPILS = "без учеников"


def plan_lines(journal_id: int) -> list[PlanLine]:
    """The lines of a journal's plan, in order; one query."""
    return [PlanLine(*row) for row in _lines(journal=journal_id)]


@Compiled
def _lines() -> QuerySet[PlannedTopic]:
    lines = PlannedTopic.objects.filter(journal=Given("journal")).order_by("position")
    return lines.values_list(*PlanLine._fields)


def plan_lessons(journal_id: int) -> list[PlanLesson]:
    """The lessons of a journal as its plan takes them, in order; one query."""
    return [PlanLesson(*row) for row in _lessons(journal=journal_id)]


_LESSON = (
    "pk",
    "date",
    "number",
    "topic",
    "given_topic__line",
    "void",
    "owes_topic",
    "planned_on",
)


def _void() -> Case:
    """Why a lesson gives nothing, «» where it may."""
    return Case(
        When(~Q(cancelled=""), then=F("cancelled")),
        When(nobody_attends=True, then=Value(NO_PUPILS)),
        default=Value(""),
        output_field=CharField(),
    )


@Compiled
def _lessons() -> QuerySet[Lesson]:
    lessons = Lesson.objects.filter(journal=Given("journal")).annotate(void=_void())
    return lessons.order_by("date", "number").values_list(*_LESSON)


def plan(journal_id: int) -> Plan:
    """The Plan of a journal with all its lessons; two queries, one where there is no plan."""
    lines = plan_lines(journal_id)
    return plan_of(lines, plan_lessons(journal_id) if lines else [])


def places(journal_id: int) -> dict[int, Place]:
    """{lesson id: Place} of a journal; queries as above."""
    return dict(plan(journal_id).followed.places)


def plans(journals: Collection[int]) -> dict[int, Plan]:
    """{journal id: its Plan}, of those that have one; two queries."""
    lines: dict[int, list[PlanLine]] = defaultdict(list)
    rows = PlannedTopic.objects.filter(journal__in=journals).order_by("journal", "position")
    for journal, *line in rows.values_list("journal", *PlanLine._fields):
        lines[journal].append(PlanLine(*line))
    lessons: dict[int, list[PlanLesson]] = defaultdict(list)
    found = Lesson.objects.filter(journal__in=lines).annotate(void=_void())
    for journal, *lesson in found.order_by("date", "number").values_list("journal", *_LESSON):
        lessons[journal].append(PlanLesson(*lesson))
    return {pk: plan_of(its, lessons[pk]) for pk, its in lines.items()}


def state(lines: Iterable[PlanLine]) -> str:
    """What tells one state of a plan from another: a page says which it was drawn from."""
    told = repr([tuple(line) for line in lines])
    return hashlib.sha256(told.encode()).hexdigest()[:16]


# --- the lag of all journals ---


def lags(journals: Collection[int], day: datetime.date) -> dict[int, int]:
    """{journal id: hours that its plan is behind at the end of a school-local day, negative where
    it is ahead}, of journals that have a plan; as `Plan.lag` says, from sums; two queries, five
    where plans have dates."""
    lines = _line_sums(journals, day)
    lessons = _lesson_sums(lines, day)
    come = _come(lines, day)
    found = {}
    for pk, (hours, _, _) in lines.items():
        sums_of = lessons.get(pk, (0, 0, 0, 0, 0, 0))
        is_timetabled, timetabled, by_hand, waiting, given, given_by = sums_of
        expected = given_by + min(waiting, hours - given)
        before, dated = come.get(pk, (hours, None))
        if dated is None:
            wanted = min(before, timetabled if is_timetabled else by_hand)
        else:
            wanted = before + dated
        found[pk] = wanted - expected
    return found


def _line_sums(journals, day):
    """{journal id: (hours of all lines, how many have a date, the last date that has come)}."""
    rows = PlannedTopic.objects.filter(journal__in=journals).order_by().values_list("journal")
    sums = rows.annotate(
        Sum("hours"),
        Count("planned_on"),
        last=Max("planned_on", filter=Q(planned_on__lte=day)),
    )
    return {journal: counts for journal, *counts in sums}


def _come(lines, day):
    """{journal id: (hours of the lines before the first date, hours wanted of those after it, None
    where no date has come)}, of journals with dates; see `plans.hours_wanted`."""
    dated = {pk: last for pk, (_, dates, last) in lines.items() if dates}
    if not dated:
        return {}
    rows = PlannedTopic.objects.filter(journal__in=dated).annotate(on=_date()).order_by()
    sums = rows.values_list("journal").annotate(
        before=Sum("hours", filter=Q(on=None)), come=Sum("hours", filter=Q(on__lte=day))
    )
    lasts = {pk: last for pk, last in dated.items() if last}
    newest: dict[int, list[int]] = defaultdict(lambda: [0, 0])
    of_lasts = rows.filter(journal__in=lasts, on__in=set(lasts.values()))
    groups = of_lasts.values_list("journal", "on").annotate(Sum("hours"), Count("planned_on"))
    for journal, on, *counts in groups:
        if lasts[journal] == on:
            newest[journal] = counts
    since = _held_since(lasts, day)
    found = {}
    for pk, before, come in sums:
        hours, count = newest[pk]
        wanted = come - hours + min(hours, max(count, since[pk])) if pk in lasts else None
        found[pk] = (before or 0, wanted)
    return found


def _date():
    """Of a line its date or that of the last line before it that has one: `plans.dates`."""
    before = PlannedTopic.objects.filter(
        journal=OuterRef("journal"), position__lt=OuterRef("position"), planned_on__isnull=False
    )
    return Coalesce("planned_on", Subquery(before.order_by("-position").values("planned_on")[:1]))


def _lesson_sums(journals, day):
    """{journal id: (whether the timetable has lessons, those that it had up to a day, all lessons
    up to it, those of them that wait for their topic, hours given by lessons, those up to it)}."""
    until, stands = Q(date__lte=day), takes_place()
    waiting = stands & until & Q(owes_topic=True, topic="", given_topic=None)
    rows = Lesson.objects.filter(journal__in=journals).order_by().values_list("journal")
    sums = rows.annotate(
        is_timetabled=Count("pk", filter=Q(planned_on__isnull=False, owes_topic=True)),
        timetabled=Count("pk", filter=Q(planned_on__lte=day, owes_topic=True)),
        by_hand=Count("pk", filter=until & Q(owes_topic=True)),
        waiting=Count("pk", filter=waiting),
        given=Count("given_topic", filter=stands),
        given_by=Count("given_topic", filter=stands & until),
    )
    return {journal: counts for journal, *counts in sums}


def _held_since(lasts, day):
    """{journal id: its lessons that take place and owe a topic, from its day of `lasts` to a
    day}."""
    held: dict[int, int] = defaultdict(int)
    if not lasts:
        return held
    lessons = Lesson.objects.filter(
        takes_place(), journal__in=lasts, owes_topic=True, date__range=(min(lasts.values()), day)
    )
    counts = lessons.order_by().values_list("journal", "date").annotate(Count("pk"))
    for journal, on, count in counts:
        if on >= lasts[journal]:
            held[journal] += count
    return held


# --- whose plan may be taken ---


def copied(lines: Sequence[PlanLine], *, with_days: bool) -> ReadPlan:
    """The lines of another journal's plan as if they were read of a file."""
    read = [
        ReadLine(at, line._replace(pk=0, planned_on=line.planned_on if with_days else None), None)
        for at, line in enumerate(lines, start=1)
    ]
    return ReadPlan(read, [])


def lesson_count(journal_id: int) -> int:
    """How many lessons of a journal owe a topic and take place; one query."""
    return Lesson.objects.filter(takes_place(), journal=journal_id, owes_topic=True).count()


def copied_from(journal: Journal, seen: QuerySet[Journal]) -> list[Journal]:
    """The journals of the same subject with a plan, of those `seen`, that a journal (with group)
    may take its plan from: of its parallel first, then by year; with `hours` of the plan; one
    query."""
    found = (
        seen.filter(subject=journal.subject_id, planned_topics__isnull=False)
        .exclude(pk=journal.pk)
        .select_related("group__year", "group__school_class", "subject")
        .annotate(hours=Sum("planned_topics__hours"))
    )
    return sorted(found, key=lambda one: _likeness(journal, one))


def _likeness(journal, other):
    number = _number(journal)
    return (
        _number(other) != number,
        -other.group.year.starts_on.toordinal(),
        other.group.name,
        other.pk,
    )


def _number(journal):
    """The parallel, as the group's name says it: subgroups have no class."""
    digits = "".join(sign for sign in journal.group.name[:2] if sign.isdigit())
    return int(digits or 0)
