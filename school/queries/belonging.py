"""Who belongs to a journal on a day (2.3): the enrolled and the members, less individual plans."""

import datetime
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from django.db.models import CharField, Exists, F, IntegerField, OuterRef, Q, QuerySet, Value

from .. import namesakes
from ..compiled import Compiled, Given
from ..models import Enrolment, GroupMembership, Journal, Lesson, Student, TeachingGroup
from ..models.dated import meets, on_day, overlapping
from ..rules import spans as school_spans
from ..rules.names import Key, PersonName
from ..rules.spans import Span, covers, intersect, subtract


@dataclass(frozen=True)
class Attendee:
    """A pupil of a journal, `name` as in the list of it; `spans` are the days on which he belongs
    to it, `person` is the PersonName, `sort_name` what comes before the id in the order."""

    student_id: int
    name: str
    spans: list[Span]
    person: PersonName
    sort_name: str

    def attends(self, day: datetime.date) -> bool:
        return covers(self.spans, day)


def _individual_plans(
    subject: Given | OuterRef, year: Given | OuterRef
) -> QuerySet[GroupMembership]:
    """Memberships that take a pupil out of the class's journal of that subject (2.3)."""
    return GroupMembership.objects.filter(
        group__kind=TeachingGroup.Kind.INDIVIDUAL,
        group__year=year,
        group__journals__subject=subject,
    )


def attendees(journal: Journal, first: datetime.date, last: datetime.date) -> list[Attendee]:
    """The Attendees of a journal with a day in first … last, in alphabetical order; one query, and
    one more where there are namesakes.

    A class's journal has the enrolled, less those with an individual plan in its subject; a
    subgroup's and an individual plan's have the members, as long as they are enrolled at all.
    """
    group = journal.group
    whole_class = group.kind == TeachingGroup.Kind.CLASS
    rows = (_spans_of_class if whole_class else _spans_of_group)(
        first=first,
        last=last,
        year=group.year_id,
        school_class=group.school_class_id,
        subject=journal.subject_id,
        group=group.pk,
    )
    people = {}
    own: dict[int, list[Span]] = defaultdict(list)
    others: dict[int, list[Span]] = defaultdict(list)
    for student, sort_name, *name, starts_on, ends_on in rows:
        is_base = sort_name is not None
        if is_base:
            people[student] = sort_name, PersonName(*name)
        (own if is_base else others)[student].append(school_spans.span(starts_on, ends_on))
    return named(_listed(people, _spans_of(whole_class, own, others), first, last))


def _spans_of(
    whole_class: bool, own: Mapping[int, Iterable[Span]], others: Mapping[int, Iterable[Span]]
) -> dict[int, list[Span]]:
    """{student id: the days on which he belongs to a journal}, of {student id: spans}: to a class's
    on the days in the class less those with an individual plan (`others`) in the subject, to every
    other's on those in the group on which he is enrolled at all."""
    combine = subtract if whole_class else intersect
    return {student: combine(spans, others.get(student, ())) for student, spans in own.items()}


def _listed(
    people: Mapping[int, tuple[str, PersonName]],
    spans: Mapping[int, list[Span]],
    first: datetime.date,
    last: datetime.date,
) -> list[Attendee]:
    """Attendees of the pupils with a day in first … last, in alphabetical order; `people` {student
    id: (sort_name, PersonName)}, `spans` {student id: days}."""
    found = [
        Attendee(student, person.listed, days, person, sort_name)
        for student, days in spans.items()
        if intersect(days, [(first, last)])
        for sort_name, person in [people[student]]
    ]
    return sorted(found, key=lambda one: (one.sort_name, one.student_id))


def named(attendees: Sequence[Attendee]) -> list[Attendee]:
    """The Attendees of one list, so called that no two look alike."""
    return _named_in_each({None: attendees})[None]


def _named_in_each(lists: Mapping[Key, Sequence[Attendee]]) -> dict[Key, list[Attendee]]:
    names = namesakes.pupils_of_each(
        {key: {one.student_id: one.person for one in found} for key, found in lists.items()}
    )
    return {
        key: [
            one
            if one.name == names[key][one.student_id]
            else replace(one, name=names[key][one.student_id])
            for one in found
        ]
        for key, found in lists.items()
    }


PERSON = ("sort_name", "last_name", "first_name", "patronymic")


def person_columns(way: str = "student__user__") -> list[str]:
    """What `values_list` takes to give what people are sorted by, and their names; `way` leads to
    the User."""
    return [f"{way}{name}" for name in PERSON]


def _spans(base: QuerySet[Any], other: QuerySet[Any]) -> QuerySet[Any]:
    """Rows (pupil, what he is sorted by, names, days) of what takes pupils in, with NULL for all
    that of what puts a bound."""
    base, other = (overlapping(rows, Given("first"), Given("last")) for rows in (base, other))
    days, nothing = ("starts_on", "ends_on"), Value(None, CharField())
    return base.values_list("student", *person_columns(), *days).union(
        other.values_list("student", *[nothing] * len(PERSON), *days)
    )


@Compiled
def _spans_of_class() -> QuerySet[Any]:
    base = Enrolment.objects.filter(school_class=Given("school_class"))
    return _spans(base, _individual_plans(Given("subject"), Given("year")))


@Compiled
def _spans_of_group() -> QuerySet[Any]:
    enrolments = Enrolment.objects.filter(
        school_class__year=Given("year"), student__memberships__group=Given("group")
    )
    return _spans(GroupMembership.objects.filter(group=Given("group")), enrolments)


def attendees_of_each(
    journals: Collection[Journal], first: datetime.date, last: datetime.date
) -> dict[int, list[Attendee]]:
    """{journal id: the Attendees as `attendees` has them} of journals (with group); two queries,
    whatever their number, and one more where there are namesakes."""
    years = {journal.group.year_id for journal in journals}
    of_them = Q(group__in={journal.group_id for journal in journals})
    taught = _taught(
        Enrolment.objects.filter(school_class__year__in=years),
        GroupMembership.objects.filter(
            of_them | Q(group__kind=TeachingGroup.Kind.INDIVIDUAL), group__year__in=years
        ),
        first,
        last,
    )
    spans = {journal.pk: taught.spans(journal) for journal in journals}
    students = Student.objects.filter(pk__in=set().union(*spans.values())).order_by()
    people = {
        student: (sort_name, PersonName(*name))
        for student, sort_name, *name in students.values_list("pk", *person_columns("user__"))
    }
    return _named_in_each({pk: _listed(people, found, first, last) for pk, found in spans.items()})


def belonging(lesson: str = "") -> tuple[QuerySet[Enrolment], QuerySet[GroupMembership]]:
    """(Enrolments, GroupMemberships) of the pupils who belong to a lesson's journal that day, to be
    asked about outer rows from which `lesson` is the way to the Lesson: the same rule as
    `attendees`, as a condition. A class's journal has the first, every other the second."""
    way = lesson and f"{lesson}__"

    def outer(path: str, depth: int = 1) -> OuterRef:
        ref = OuterRef(f"{way}{path}")
        return ref if depth == 1 else OuterRef(ref)

    planned = _individual_plans(outer("journal__subject", 2), outer("journal__group__year", 2))
    elsewhere = planned.filter(on_day(outer("date", 2)), student=OuterRef("student"))
    enrolled = Enrolment.objects.filter(
        on_day(outer("date", 2)),
        student=OuterRef("student"),
        school_class__year=OuterRef("group__year"),
    )
    return (
        Enrolment.objects.filter(
            on_day(outer("date")),
            ~Exists(elsewhere),
            school_class=outer("journal__group__school_class"),
        ).order_by(),
        GroupMembership.objects.filter(
            on_day(outer("date")),
            Exists(enrolled),
            group=outer("journal__group"),
            group__school_class=None,
        ).order_by(),
    )


def is_attended(lesson: str = "") -> Q:
    """Condition for Lessons, or for rows from which `lesson` is the way to one: a pupil belongs to
    the journal that day."""
    enrolled, members = belonging(lesson)
    return Exists(enrolled) | Exists(members)


def attending(student: int | Given) -> Q:
    """Condition for Lessons: that pupil belongs to the lesson's journal that day."""
    enrolled, members = (rows.filter(student=student) for rows in belonging())
    return Exists(enrolled) | Exists(members)


def classes_of_groups(groups: Collection[int]) -> dict[int, list[tuple[int, Span]]]:
    """{group id: [(class id, span of days)]} of the classes whose pupils are taught there; two
    queries. A class's own group has that class on every day."""
    found = defaultdict(list)
    whole = TeachingGroup.objects.filter(pk__in=groups, school_class__isnull=False).order_by()
    for group, school_class in whole.values_list("pk", "school_class"):
        found[group].append((school_class, school_spans.span(datetime.date.min, None)))
    enrolments = "student__enrolments__"
    rows = GroupMembership.objects.filter(
        meets(enrolments),
        group__in=groups,
        student__enrolments__school_class__year=F("group__year"),
    ).values_list(
        "group",
        f"{enrolments}school_class",
        "starts_on",
        "ends_on",
        f"{enrolments}starts_on",
        f"{enrolments}ends_on",
    )
    for group, school_class, *days in rows:
        spans = intersect([school_spans.span(*days[:2])], [school_spans.span(*days[2:])])
        found[group] += [(school_class, span) for span in spans]
    return found


def groups_of(
    students: Collection[Student] | Collection[int] | QuerySet[Any, Any],
    first: datetime.date | Given,
    last: datetime.date | Given,
) -> QuerySet[Any]:
    """The ids of the teaching groups that pupils have a day in, as a queryset: what is asked of
    them in these days is looked for there, not in all their years."""
    enrolled = overlapping(Enrolment.objects.filter(student__in=students), first, last)
    member = overlapping(GroupMembership.objects.filter(student__in=students), first, last)
    return (
        enrolled.order_by().values("school_class__group").union(member.order_by().values("group"))
    )


class TaughtPlace(NamedTuple):
    """Where a journal is taught: its group, that one's year and its class, if it is a whole one,
    and its subject (ids)."""

    group: int
    year: int
    school_class: int | None
    subject: int


def _place(journal: Journal) -> TaughtPlace:
    group = journal.group
    return TaughtPlace(group.pk, group.year_id, group.school_class_id, journal.subject_id)


def _by_place() -> dict[Any, dict[int, set[Span]]]:
    return defaultdict(lambda: defaultdict(set))


@dataclass(frozen=True)
class Taught:
    """Where pupils are taught, {place: {student id: spans of days}}: in classes, in any class of a
    school year, in groups, and by individual plans of a (school year, subject)."""

    in_class: dict[int, dict[int, set[Span]]] = field(default_factory=_by_place)
    in_year: dict[int, dict[int, set[Span]]] = field(default_factory=_by_place)
    in_group: dict[int, dict[int, set[Span]]] = field(default_factory=_by_place)
    planned: dict[tuple[int, int], dict[int, set[Span]]] = field(default_factory=_by_place)
    _of_journals: dict[int, dict[int, list[Span]]] = field(default_factory=dict)

    def spans(self, journal: Journal) -> dict[int, list[Span]]:
        """{student id: the days on which he belongs to a journal (with group)}."""
        if journal.pk not in self._of_journals:
            self._of_journals[journal.pk] = _spans_of(*self._days(_place(journal)))
        return self._of_journals[journal.pk]

    def students(self, journal: Journal) -> Set[int]:
        """The ids of those who belong to a journal on the day that is all it was made for."""
        return self.students_at(_place(journal))

    def students_at(self, place: TaughtPlace) -> Set[int]:
        """The same of where a journal is taught."""
        whole_class, own, others = self._days(place)
        return own.keys() - others.keys() if whole_class else own.keys() & others.keys()

    def _days(
        self, place: TaughtPlace
    ) -> tuple[bool, Mapping[int, Set[Span]], Mapping[int, Set[Span]]]:
        """What `_spans_of` takes."""
        nobody: dict[int, set[Span]] = {}
        if place.school_class is not None:
            own = self.in_class.get(place.school_class, nobody)
            return True, own, self.planned.get((place.year, place.subject), nobody)
        return False, self.in_group.get(place.group, nobody), self.in_year.get(place.year, nobody)

    def has(self, student_id: int, lesson: Lesson) -> bool:
        """Whether the pupil belongs to a Lesson (with journal and group)."""
        return covers(self.spans(lesson.journal).get(student_id, ()), lesson.date)


def _taught(
    enrolments: QuerySet[Enrolment],
    memberships: QuerySet[GroupMembership],
    first: datetime.date,
    last: datetime.date,
) -> Taught:
    """Taught, made of querysets, on the days first … last; one query."""
    return as_taught(taught_rows(enrolments, memberships, first, last))


def taught_rows(
    enrolments: QuerySet[Enrolment],
    memberships: QuerySet[GroupMembership],
    first: datetime.date | Given,
    last: datetime.date | Given,
) -> QuerySet[Any]:
    """The rows of which `as_taught` makes a Taught."""
    enrolments, memberships = (
        overlapping(rows, first, last).order_by() for rows in (enrolments, memberships)
    )
    nothing, days = Value(None, IntegerField()), ("starts_on", "ends_on")
    return enrolments.values_list(
        "student", Value(""), "school_class", "school_class__year", nothing, *days
    ).union(
        memberships.values_list(
            "student", "group__kind", "group", "group__year", "group__journals__subject", *days
        ),
        all=True,
    )


def as_taught(rows: Iterable[Any]) -> Taught:
    taught = Taught()
    for student, kind, place, year, subject, *its_days in rows:
        span = school_spans.span(*its_days)
        if not kind:
            taught.in_class[place][student].add(span)
            taught.in_year[year][student].add(span)
            continue
        taught.in_group[place][student].add(span)
        if kind == TeachingGroup.Kind.INDIVIDUAL:
            taught.planned[year, subject][student].add(span)
    return taught


def taught_where(students: Collection[int], first: datetime.date, last: datetime.date) -> Taught:
    """Taught of students (ids) on the days first … last; one query."""
    return _taught(
        Enrolment.objects.filter(student__in=students),
        GroupMembership.objects.filter(student__in=students),
        first,
        last,
    )


def taught_in(year_id: int, first: datetime.date, last: datetime.date) -> Taught:
    """Taught of all pupils of a year on the days first … last; one query."""
    return _taught(
        Enrolment.objects.filter(school_class__year=year_id),
        GroupMembership.objects.filter(group__year=year_id),
        first,
        last,
    )


def pupil_counts(journals: Iterable[Journal], year_id: int, day: datetime.date) -> dict[int, int]:
    """{journal id: how many pupils it has on a day} of journals (with group) of a year; one
    query."""
    return {pk: len(pupils) for pk, pupils in pupils_on(journals, year_id, day).items()}


def pupils_on(journals: Iterable[Journal], year_id: int, day: datetime.date) -> dict[int, Set[int]]:
    """{journal id: ids of its pupils on a day} of journals (with group) of a year; one query."""
    taught = taught_in(year_id, day, day)
    return {journal.pk: taught.students(journal) for journal in journals}
