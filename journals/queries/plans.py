"""The plan of a journal (КТП, 2.7): its lines, what of it was given, how far behind it is."""

import datetime
import hashlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Sequence

from django.db.models import Case, CharField, Count, F, Max, Q, QuerySet, Sum, Value, When

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
    it is ahead}, of journals that have a plan; as `Plan.lag` says, from sums; two queries, four
    where plans have dates."""
    sums = _line_sums(journals, day)
    lessons = _lesson_sums(sums, day)
    last = _last_lines(sums, day)
    found = {}
    for pk, line in sums.items():
        sums_of = lessons.get(pk, (0, 0, 0, 0, 0, 0))
        is_timetabled, timetabled, by_hand, waiting, given, given_by = sums_of
        expected = given_by + min(waiting, line["hours"] - given)
        if line["is_dated"]:
            wanted = line["come"] or 0
            wanted -= last.get(pk, 0)
        else:
            wanted = min(line["hours"], timetabled if is_timetabled else by_hand)
        found[pk] = wanted - expected
    return found


def _line_sums(journals, day):
    """{journal id: hours of all lines, whether any has a date, hours of those that have come}."""
    rows = PlannedTopic.objects.filter(journal__in=journals).order_by().values("journal")
    sums = rows.annotate(
        total=Sum("hours"),
        is_dated=Count("planned_on"),
        come=Sum("hours", filter=Q(planned_on__lte=day)),
        last=Max("planned_on", filter=Q(planned_on__lte=day)),
    )
    return {row["journal"]: row | {"hours": row["total"]} for row in sums}


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


def _last_lines(sums, day):
    """{journal id: hours of its last line that has come, for which no lesson was held since}."""
    dated = {pk: line["last"] for pk, line in sums.items() if line["last"]}
    if not dated:
        return {}
    last: dict[int, int] = {}
    lines = PlannedTopic.objects.filter(journal__in=dated, planned_on__in=set(dated.values()))
    # As Plan.wanted: of several lines of that day the first.
    for journal, hours, on in lines.order_by("-position").values_list(
        "journal", "hours", "planned_on"
    ):
        if dated[journal] == on:
            last[journal] = hours
    held: dict[int, int] = defaultdict(int)
    lessons = Lesson.objects.filter(
        takes_place(), journal__in=dated, owes_topic=True, date__range=(min(dated.values()), day)
    )
    counts = lessons.order_by().values_list("journal", "date").annotate(Count("pk"))
    for journal, on, count in counts:
        if on >= dated[journal]:
            held[journal] += count
    return {pk: max(0, hours - max(1, held[pk])) for pk, hours in last.items()}


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
