"""The journals in which a class is taught: its lessons of today, and what is empty in them."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import F, FilteredRelation, QuerySet
from django.utils import timezone

from school import namesakes
from school.compiled import Compiled, Given
from school.models import Journal, Lesson, SchoolClass
from school.models.dated import on_day
from school.queries.class_people import journals_there
from school.rules.names import PersonName
from school.rules.told import LessonFacts, Told, minutes_until, told_of_hour

from ..dues import time_left
from ..models import LateEntry, LessonWork
from .class_facts import ClassFacts
from .lesson_facts import lesson_facts
from .lists import grid_url
from .open_duties import excused_entries, open_duties, open_lessons, unmarked_works


@dataclass(frozen=True)
class DayLine:
    """The lessons of one subject at one hour of a class's day, those of its subgroups together;
    `state` is «untaught», «empty» (over, and attendance not taken), «paper», «taken», «now»,
    «cancelled» or «»; `told` says it."""

    number: int
    starts_at: datetime.time
    subject: str
    teachers: str
    rooms: str
    state: str
    told: str
    url: str
    is_substitution: bool


@dataclass(frozen=True)
class EmptyLine:
    """What of a lesson is not written yet: `what` of it, `when` it was or is due."""

    subject: str
    teachers: str
    date: datetime.date
    what: str
    when: str
    is_late: bool
    url: str


@dataclass
class ClassTaught:
    """The Journals {id: Journal with group and subject} in which a class is taught on a day, the
    names {journal id: {user id: PersonName}} of who teaches them then, and the lessons: `today`'s,
    and of what is `empty` (Lesson, its OpenDuties), oldest first."""

    journals: dict[int, Journal] = field(default_factory=dict)
    teachers: dict[int, dict[int, PersonName]] = field(default_factory=lambda: defaultdict(dict))
    today: list[Lesson] = field(default_factory=list)
    empty: list[tuple[Lesson, list[Any]]] = field(default_factory=list)


def class_taught(school_class: SchoolClass, now: datetime.datetime) -> ClassTaught:
    """The ClassTaught of a class (with year) at an instant; four queries."""
    today = timezone.localdate(now)
    found = ClassTaught()
    asked = {"school_class": school_class.pk, "year": school_class.year_id, "day": today}
    for row in _journals.instances(**asked):
        found.journals.setdefault(row.pk, row)
        if row.teacher:
            name = PersonName(row.last_name, row.first_name, row.patronymic)
            found.teachers[row.pk][row.teacher] = name
    for lesson in _open_lessons(asked, school_class.year.starts_on, now):
        lesson.journal = found.journals[lesson.journal_id]
        if lesson.date == today:
            found.today.append(lesson)
        duties = [one for one in open_duties(lesson, now) if not one.is_excused]
        if duties and (lesson.date < today or any(one.is_late for one in duties)):
            found.empty.append((lesson, duties))
    return found


def _open_lessons(asked, since, now):
    """The Lessons of today and those with an open duty, as `open_duties` wants them."""
    asked |= {"since": since, "now": now}
    lessons = _lessons.instances(**asked)
    by_key = {one.pk: one for one in lessons}
    for one in lessons:
        one.unmarked_works, one.excused_entries = [], []
    for work in _works.instances(**asked):
        if work.lesson_id in by_key:
            by_key[work.lesson_id].unmarked_works.append(work)
    for entry in _excused.instances(**asked):
        if entry.lesson_id in by_key:
            by_key[entry.lesson_id].excused_entries.append(entry)
    return lessons


_OF_YEAR = {"date__gte": Given("since"), "date__lte": Given("day")}


@Compiled
def _lessons() -> QuerySet[Lesson]:
    own = Lesson.objects.filter(journal__in=journals_there().values("pk"), **_OF_YEAR)
    lessons = open_lessons(own, Given("day"), Given("now"))
    return lessons.select_related("room", "substitution__teacher")


def _of_lessons(rows):
    of_year = {f"lesson__{name}": value for name, value in _OF_YEAR.items()}
    return rows.filter(lesson__journal__in=journals_there().values("pk"), **of_year)


@Compiled
def _works() -> QuerySet[LessonWork]:
    return _of_lessons(unmarked_works())


@Compiled
def _excused() -> QuerySet[LateEntry]:
    return _of_lessons(excused_entries()).order_by()


@Compiled
def _journals() -> QuerySet[Journal]:
    """A row for each teacher of that day."""
    assigned = FilteredRelation("assignments", condition=on_day(Given("day"), "assignments__"))
    return (
        journals_there()
        .select_related("group", "subject")
        .annotate(assigned=assigned)
        .annotate(
            teacher=F("assigned__teacher"),
            last_name=F("assigned__teacher__last_name"),
            first_name=F("assigned__teacher__first_name"),
            patronymic=F("assigned__teacher__patronymic"),
        )
        .order_by("pk", "assigned")
    )


def day_facts(
    taught: ClassTaught, day: ClassFacts, now: datetime.datetime
) -> dict[int, LessonFacts]:
    """{lesson id: LessonFacts} of today's lessons, at an instant."""
    return {
        one.pk: lesson_facts(
            one,
            now,
            day.spans,
            taught.teachers[one.journal_id],
            day.gone(one.date, one.number),
        )
        for one in taught.today
    }


def day_lines(
    taught: ClassTaught, facts: Mapping[int, LessonFacts], now: datetime.datetime
) -> list[DayLine]:
    """The DayLines of today's lessons with their LessonFacts at an instant (school-local), in the
    order of time."""
    names = _names(taught, taught.today)
    by_place: dict[Any, list[Lesson]] = defaultdict(list)
    for one in taught.today:
        by_place[one.starts_at, one.number, one.journal.subject_id, one.cancelled].append(one)
    to_come = [one.first_instant for one in taught.today if not one.cancelled]
    following = min((at for at in to_come if at > now), default=None)
    return [_day_line(by_place[place], facts, names, now, following) for place in sorted(by_place)]


def _day_line(lessons, facts, names, now, following):
    first = lessons[0]
    state, told = _state(lessons, facts, now, following)
    return DayLine(
        first.number,
        first.starts_at,
        first.journal.subject.name,
        ", ".join(filter(None, dict.fromkeys(names[one.pk] for one in lessons))),
        ", ".join(dict.fromkeys(str(one.room) for one in lessons if one.room_id)),
        state,
        told,
        grid_url(first),
        any(hasattr(one, "substitution") for one in lessons),
    )


def _state(lessons, facts, now, following):
    first = lessons[0]
    told, is_taken = told_of_hour([facts[one.pk] for one in lessons])
    if told is Told.CANCELLED:
        return "cancelled", f"отменён: {first.cancelled}"
    if told in STATES:
        return STATES[told]
    if is_taken:
        return "taken", "присутствие отмечено"
    if first.first_instant <= now < first.last_instant:
        return "now", "идёт"
    if first.first_instant == following:
        minutes = minutes_until(now.time(), first.starts_at)
        return "", f"через {minutes} мин" if minutes < 60 else ""
    return "", ""


STATES = {
    Told.UNTAUGHT: ("untaught", Told.UNTAUGHT.words),
    Told.UNOPENED: ("empty", "не открыт"),
    Told.ON_PAPER: ("paper", Told.ON_PAPER.words),
}


def empty_lines(taught: ClassTaught, now: datetime.datetime) -> list[EmptyLine]:
    """The EmptyLines of what is not written, what is late first."""
    names = _names(taught, [lesson for lesson, _ in taught.empty])
    lines = [_empty_line(lesson, duties, names, now) for lesson, duties in taught.empty]
    return sorted(lines, key=lambda line: not line.is_late)


def _empty_line(lesson, duties, names, now):
    zone = timezone.get_default_timezone()
    late = [one for one in duties if one.is_late]
    due = min((one.due for one in late or duties if one.due), default=None)
    when = ""
    if due:
        when = f"срок был {due.astimezone(zone):%d.%m}" if late else time_left(due, now, zone)
    first = (late or duties)[0]
    return EmptyLine(
        lesson.journal.subject.name,
        names[lesson.pk],
        lesson.date,
        ", ".join(one.name for one in duties),
        when,
        bool(late),
        f"{grid_url(lesson)}#{first.anchor}",
    )


def _names(taught: ClassTaught, lessons: Collection[Lesson]) -> Mapping[int, str]:
    """{lesson id: who takes it}: the substitute, else today's teachers of the journal."""
    people = {pk: name for found in taught.teachers.values() for pk, name in found.items()}
    takers: dict[int, list[int]] = {}
    for one in lessons:
        if (substitution := getattr(one, "substitution", None)) is not None:
            people[substitution.teacher_id] = substitution.teacher.name
            takers[one.pk] = [substitution.teacher_id]
        else:
            takers[one.pk] = list(taught.teachers[one.journal_id])
    names = namesakes.staff_names(people)
    return {pk: ", ".join(names[one] for one in found) for pk, found in takers.items()}
