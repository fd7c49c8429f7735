"""All that stands of a school year, beside which files are compared: a fixed number of queries."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.db.models import F, Q
from django.utils import timezone

from journals.models import GivenTopic, PlannedTopic
from school.models import (
    BellSlot,
    CurriculumHours,
    Employee,
    Enrolment,
    GradeScale,
    GroupMembership,
    Journal,
    Parent,
    Parenthood,
    Period,
    Room,
    SchoolYear,
    Student,
    Subject,
    TeachingAssignment,
    TeachingGroup,
    TimetableEntry,
    User,
)
from school.queries.people import staff
from school.rules.names import PersonName

NAMES = PersonName._fields


@dataclass(frozen=True)
class StandingClass:
    pk: int
    name: str
    teacher: int | None


@dataclass(frozen=True)
class StandingPupil:
    """`class_name` of the year, «» for who is in none; `since` and `until` of that enrolment. What
    the card says beside the birth date is not read."""

    pk: int
    user: int
    name: PersonName
    born_on: datetime.date | None
    sex: str
    file_number: str
    class_name: str = ""
    enrolment: int | None = None
    since: datetime.date | None = None
    until: datetime.date | None = None
    has_login: bool = False


@dataclass(frozen=True)
class StandingAdult:
    """An employee or a parent. `employee`, `parent`: his rows' primary keys; `children`:
    {primary key of a Student: (of the Parenthood, relation)}."""

    user: int
    name: PersonName
    phone: str
    email: str
    employee: int | None = None
    position: str = ""
    left_on: datetime.date | None = None
    parent: int | None = None
    children: dict[int, tuple[int, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class StandingGroup:
    """`class_name`: of a class's own group; `classes`: those of its members."""

    pk: int
    name: str
    kind: str
    class_name: str
    classes: tuple[str, ...]
    members: dict[int, tuple[int, datetime.date]]  # {student: (membership, since)}


@dataclass(frozen=True)
class StandingAssignment:
    pk: int
    teacher: int
    hours: Decimal | None
    since: datetime.date
    until: datetime.date | None


@dataclass(frozen=True)
class StandingJournal:
    pk: int
    group: int
    subject: int
    scale: int
    period_kind: str
    assignments: tuple[StandingAssignment, ...]


@dataclass(frozen=True)
class StandingEntry:
    """A row of the timetable."""

    pk: int
    journal: int
    weekday: int
    number: int
    weeks: int
    room: str
    teacher: int | None
    since: datetime.date
    until: datetime.date | None


@dataclass
class Standing:
    """What there is of a year (None before the first), on a school-local day. Adults are staff and
    parents, each once, by the account's primary key."""

    today: datetime.date
    year: SchoolYear | None = None
    subjects: list[Subject] = field(default_factory=list)
    periods: dict[tuple[str, int], Period] = field(default_factory=dict)
    bells: dict[tuple[str, int], BellSlot] = field(default_factory=dict)
    classes: dict[str, StandingClass] = field(default_factory=dict)
    pupils: list[StandingPupil] = field(default_factory=list)
    adults: dict[int, StandingAdult] = field(default_factory=dict)
    staff: frozenset[int] = frozenset()
    curriculum: dict[tuple[str, int], CurriculumHours] = field(default_factory=dict)
    groups: dict[int, StandingGroup] = field(default_factory=dict)
    journals: dict[int, StandingJournal] = field(default_factory=dict)
    timetable: list[StandingEntry] = field(default_factory=list)
    rooms: dict[str, int] = field(default_factory=dict)
    plans: dict[int, list[PlannedTopic]] = field(default_factory=dict)
    taught: frozenset[int] = frozenset()  # journals with a lesson that gave a line of their plan
    scales: list[tuple[int, str]] = field(default_factory=list)  # (primary key, name)


def standing(year: SchoolYear | None, day: datetime.date | None = None) -> Standing:
    """The Standing of a year; twenty-one queries whatever its size."""
    found = Standing(day or timezone.localdate(), year)
    found.subjects = list(Subject.objects.all())
    slots = BellSlot.objects.select_related("schedule")
    found.bells = {(slot.schedule.name, slot.number): slot for slot in slots}
    found.rooms = {name: pk for pk, name in Room.objects.values_list("pk", "name")}
    found.scales = list(GradeScale.objects.order_by("pk").values_list("pk", "name"))
    found.adults, found.staff = _adults()
    enrolled = _enrolled(year, found.today)
    found.pupils = list(_pupils(enrolled))
    if year:
        _read_year(found, year, enrolled)
    return found


def _read_year(found, year, enrolled):
    found.periods = {(one.kind, one.number): one for one in year.periods.all()}
    for one in year.classes.all():
        found.classes[str(one)] = StandingClass(one.pk, str(one), one.class_teacher_id)
    hours = CurriculumHours.objects.filter(school_class__year=year)
    names = {one.pk: name for name, one in found.classes.items()}
    found.curriculum = {(names[one.school_class_id], one.subject_id): one for one in hours}
    found.groups = {one.pk: one for one in _groups(year, found.today, enrolled, names)}
    found.journals = {one.pk: one for one in _journals(year, found.today)}
    found.timetable = list(_timetable(year, found.today))
    plans = defaultdict(list)
    for line in PlannedTopic.objects.filter(journal__group__year=year).order_by("position"):
        plans[line.journal_id].append(line)
    found.plans = dict(plans)
    given = GivenTopic.objects.filter(line__journal__group__year=year).order_by()
    found.taught = frozenset(given.values_list("line__journal", flat=True).distinct())


def _not_over(day: datetime.date) -> Q:
    return Q(ends_on__isnull=True) | Q(ends_on__gte=day)


def _enrolled(year, today):
    """{student: (enrolment, class name, since, until)} of the year, the last where there are
    several: a class changed ahead is what the files will say."""
    rows = Enrolment.objects.filter(_not_over(today), school_class__year=year).order_by("starts_on")
    return {
        row.student_id: (row.pk, str(row.school_class), row.starts_on, row.ends_on)
        for row in rows.select_related("school_class")
    }


def _pupils(enrolled):
    rows = Student.objects.order_by("user__sort_name", "pk").values_list(
        *("pk", "user", "sex", "file_number", "card__born_on", "user__password"),
        *(f"user__{name}" for name in NAMES),
    )
    for pk, user, sex, file_number, born_on, password, *names in rows:
        enrolment, class_name, since, until = enrolled.get(pk, (None, "", None, None))
        yield StandingPupil(
            *(pk, user, PersonName(*names), born_on, sex, file_number),
            *(class_name, enrolment, since, until, not password.startswith("!")),
        )


def _adults():
    """({user: StandingAdult}, the users who work at the school)."""
    works = frozenset(staff().values_list("pk", flat=True))
    children: dict[int, dict[int, tuple[int, str]]] = defaultdict(dict)
    rows = Parenthood.objects.values_list("parent__user", "student", "pk", "relation")
    for user, student, pk, relation in rows:
        children[user][student] = (pk, relation)
    parents = dict(Parent.objects.values_list("user", "pk"))
    posts = {one.user_id: one for one in Employee.objects.all()}
    told = ("pk", "phone", "email", *NAMES)
    found = {}
    for pk, phone, email, *names in User.objects.filter(student=None).values_list(*told):
        post = posts.get(pk)
        found[pk] = StandingAdult(
            *(pk, PersonName(*names), phone, email),
            employee=post.pk if post else None,
            position=post.position if post else "",
            left_on=post.left_on if post else None,
            parent=parents.get(pk),
            children=children.get(pk, {}),
        )
    return found, works


def _groups(year, today, enrolled, class_names):
    members: dict[int, dict[int, tuple[int, datetime.date]]] = defaultdict(dict)
    rows = GroupMembership.objects.filter(_not_over(today), group__year=year).order_by("starts_on")
    for group, student, pk, since in rows.values_list("group", "student", "pk", "starts_on"):
        members[group][student] = (pk, since)
    for one in TeachingGroup.objects.filter(year=year):
        own = members.get(one.pk, {})
        there = {enrolled[pk][1] for pk in own if pk in enrolled}
        yield StandingGroup(
            *(one.pk, one.name, one.kind, class_names.get(one.school_class_id, "")),
            *(tuple(sorted(there)), own),
        )


def _journals(year, today):
    assigned = defaultdict(list)
    rows = TeachingAssignment.objects.filter(_not_over(today), journal__group__year=year)
    for row in rows.order_by("starts_on", "pk"):
        assigned[row.journal_id].append(
            StandingAssignment(row.pk, row.teacher_id, row.hours, row.starts_on, row.ends_on)
        )
    for one in Journal.objects.filter(group__year=year).order_by("pk"):
        yield StandingJournal(
            *(one.pk, one.group_id, one.subject_id, one.scale_id, one.period_kind),
            tuple(assigned.get(one.pk, ())),
        )


def _timetable(year, today):
    rows = TimetableEntry.objects.filter(_not_over(today), journal__group__year=year)
    told = ("pk", "journal", "weekday", "number", "weeks", "room_name", "teacher")
    rows = rows.annotate(room_name=F("room__name")).order_by("weekday", "number", "pk")
    for pk, journal, weekday, number, weeks, room, teacher, since, until in rows.values_list(
        *told, "starts_on", "ends_on"
    ):
        yield StandingEntry(
            *(pk, journal, weekday, number, weeks, room or "", teacher, since, until)
        )
