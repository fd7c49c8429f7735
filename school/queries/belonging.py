"""Who belongs to a journal on a day (2.3): the enrolled and the members, less individual plans."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field, replace

from django.db.models import CharField, Exists, F, OuterRef, Q, Value

from .. import namesakes, rules
from ..compiled import Compiled, Given
from ..models import Enrolment, GroupMembership, TeachingGroup
from ..models.dated import meets, on_day, overlapping


@dataclass(frozen=True)
class Attendee:
    """A pupil of a journal, `name` as in the list of it; `spans` are the days on which he belongs
    to it, `person` is the PersonName, `sort_name` what comes before the id in the order."""

    student_id: int
    name: str
    spans: list
    person: rules.PersonName
    sort_name: str

    def attends(self, day):
        return rules.covers(self.spans, day)


def _individual_plans(subject, year):
    """Memberships that take a pupil out of the class's journal of that subject (2.3)."""
    return GroupMembership.objects.filter(
        group__kind=TeachingGroup.Kind.INDIVIDUAL,
        group__year=year,
        group__journals__subject=subject,
    )


def attendees(journal, first, last):
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
    people, own, others = {}, defaultdict(list), defaultdict(list)
    for student, sort_name, *name, starts_on, ends_on in rows:
        is_base = sort_name is not None
        if is_base:
            people[student] = sort_name, rules.PersonName(*name)
        (own if is_base else others)[student].append(rules.span(starts_on, ends_on))
    combine = rules.subtract if whole_class else rules.intersect
    spans = {student: combine(own[student], others[student]) for student in own}
    return named(_listed(people, spans, first, last))


def _listed(people, spans, first, last):
    """Attendees of the pupils with a day in first … last, in alphabetical order; `people` {student
    id: (sort_name, PersonName)}, `spans` {student id: days}."""
    found = [
        Attendee(student, person.listed, days, person, sort_name)
        for student, days in spans.items()
        if rules.intersect(days, [(first, last)])
        for sort_name, person in [people[student]]
    ]
    return sorted(found, key=lambda one: (one.sort_name, one.student_id))


def named(attendees):
    """The Attendees of one list, so called that no two look alike."""
    return _named_in_each({None: attendees})[None]


def _named_in_each(lists):
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


def person_columns(way="student__user__"):
    """What `values_list` takes to give what people are sorted by, and their names; `way` leads to
    the User."""
    return [f"{way}{name}" for name in PERSON]


def _spans(base, other):
    """Rows (pupil, what he is sorted by, names, days) of what takes pupils in, with NULL for all
    that of what puts a bound."""
    base, other = (overlapping(rows, Given("first"), Given("last")) for rows in (base, other))
    days, nothing = ("starts_on", "ends_on"), Value(None, CharField())
    return base.values_list("student", *person_columns(), *days).union(
        other.values_list("student", *[nothing] * len(PERSON), *days)
    )


@Compiled
def _spans_of_class():
    base = Enrolment.objects.filter(school_class=Given("school_class"))
    return _spans(base, _individual_plans(Given("subject"), Given("year")))


@Compiled
def _spans_of_group():
    enrolments = Enrolment.objects.filter(
        school_class__year=Given("year"), student__memberships__group=Given("group")
    )
    return _spans(GroupMembership.objects.filter(group=Given("group")), enrolments)


def attendees_of_each(journals, first, last):
    """{journal id: the Attendees as `attendees` has them} of journals (with group); two queries,
    whatever their number, and one more where there are namesakes."""
    years = {journal.group.year_id for journal in journals}
    groups = {journal.group_id for journal in journals}
    people = {}
    in_class, in_year, member, planned = (defaultdict(lambda: defaultdict(set)) for _ in range(4))
    enrolments = Enrolment.objects.filter(school_class__year__in=years)
    for student, school_class, year, sort_name, *name, starts_on, ends_on in overlapping(
        enrolments, first, last
    ).values_list(
        *("student", "school_class", "school_class__year"),
        *(*person_columns(), "starts_on", "ends_on"),
    ):
        people[student] = sort_name, rules.PersonName(*name)
        days = starts_on, ends_on
        span = rules.span(*days)
        in_class[school_class][student].add(span)
        in_year[year][student].add(span)
    individual = Q(group__kind=TeachingGroup.Kind.INDIVIDUAL)
    memberships = GroupMembership.objects.filter(
        Q(group__in=groups) | individual, group__year__in=years
    )
    for student, group, kind, year, subject, *days in overlapping(
        memberships, first, last
    ).values_list(
        *("student", "group", "group__kind", "group__year", "group__journals__subject"),
        *("starts_on", "ends_on"),
    ):
        span = rules.span(*days)
        member[group][student].add(span)
        if kind == TeachingGroup.Kind.INDIVIDUAL:
            planned[year, subject][student].add(span)

    def of(journal):
        group = journal.group
        if group.kind == TeachingGroup.Kind.CLASS:
            combine, own = rules.subtract, in_class[group.school_class_id]
            others = planned[group.year_id, journal.subject_id]
        else:
            combine, own, others = rules.intersect, member[group.pk], in_year[group.year_id]
        spans = {student: combine(own[student], others.get(student, ())) for student in own}
        return _listed(people, spans, first, last)

    return _named_in_each({journal.pk: of(journal) for journal in journals})


def attending(student):
    """Q for Lessons: the pupil belongs to the lesson's journal that day; the same rule as
    `attendees`."""
    group = "journal__group"
    whole_class = Q(**{f"{group}__kind": TeachingGroup.Kind.CLASS})
    that_day = on_day(OuterRef("date"))
    enrolled = Enrolment.objects.filter(that_day, student=student)
    in_class = enrolled.filter(school_class=OuterRef(f"{group}__school_class"))
    in_year = enrolled.filter(school_class__year=OuterRef(f"{group}__year"))
    memberships = GroupMembership.objects.filter(that_day, student=student)
    member = memberships.filter(group=OuterRef(group))
    elsewhere = _individual_plans(OuterRef("journal__subject"), OuterRef(f"{group}__year"))
    return (whole_class & Exists(in_class) & ~Exists(memberships & elsewhere)) | (
        ~whole_class & Exists(member) & Exists(in_year)
    )


def belonging(lesson=""):
    """(Enrolments, GroupMemberships) of the pupils who belong to a lesson's journal that day, to be
    asked about outer rows from which `lesson` is the way to the Lesson: the same rule as
    `attendees`, from the other side. A class's journal has the first, every other the second."""
    way = lesson and f"{lesson}__"

    def outer(path, depth=1):
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
            on_day(outer("date")), Exists(enrolled), group=outer("journal__group")
        ).order_by(),
    )


def is_attended(lesson=""):
    """Condition for Lessons, or for rows from which `lesson` is the way to one: a pupil belongs to
    the journal that day."""
    enrolled, members = belonging(lesson)
    return Exists(enrolled) | Exists(members)


def classes_of_groups(groups):
    """{group id: [(class id, span of days)]} of the classes whose pupils are taught there; two
    queries. A class's own group has that class on every day."""
    found = defaultdict(list)
    whole = TeachingGroup.objects.filter(pk__in=groups, school_class__isnull=False).order_by()
    for group, school_class in whole.values_list("pk", "school_class"):
        found[group].append((school_class, rules.span(datetime.date.min, None)))
    enrolments = "student__enrolments__"
    rows = GroupMembership.objects.filter(
        meets(enrolments),
        group__in=groups,
        student__enrolments__school_class__year=F("group__year"),
    ).values_list(
        *("group", f"{enrolments}school_class", "starts_on", "ends_on"),
        *(f"{enrolments}starts_on", f"{enrolments}ends_on"),
    )
    for group, school_class, *days in rows:
        spans = rules.intersect([rules.span(*days[:2])], [rules.span(*days[2:])])
        found[group] += [(school_class, span) for span in spans]
    return found


def groups_of(students, first, last):
    """The ids of the teaching groups that pupils have a day in, as a queryset: what is asked of
    them in these days is looked for there, not in all their years."""
    enrolled = overlapping(Enrolment.objects.filter(student__in=students), first, last)
    member = overlapping(GroupMembership.objects.filter(student__in=students), first, last)
    return (
        enrolled.order_by().values("school_class__group").union(member.order_by().values("group"))
    )


def taught_where(students, first, last):
    """{student id: Taught} on the days first … last; two queries."""
    taught = {student: Taught() for student in students}
    enrolments = overlapping(Enrolment.objects.filter(student__in=taught), first, last)
    for student, school_class, starts_on, ends_on in enrolments.values_list(
        "student", "school_class", "starts_on", "ends_on"
    ):
        taught[student].enrolled[school_class].append(rules.span(starts_on, ends_on))
    memberships = overlapping(GroupMembership.objects.filter(student__in=taught), first, last)
    for student, group, kind, subject, starts_on, ends_on in memberships.values_list(
        "student", "group", "group__kind", "group__journals__subject", "starts_on", "ends_on"
    ):
        taught[student].member[group].append(rules.span(starts_on, ends_on))
        if kind == TeachingGroup.Kind.INDIVIDUAL:
            taught[student].planned[subject].append(rules.span(starts_on, ends_on))
    return taught


@dataclass(frozen=True)
class Taught:
    """A pupil's spans of days by class, by group, and by subject of an individual plan."""

    enrolled: dict = field(default_factory=lambda: defaultdict(list))
    member: dict = field(default_factory=lambda: defaultdict(list))
    planned: dict = field(default_factory=lambda: defaultdict(list))

    def has(self, lesson):
        """Whether the pupil belongs to a Lesson (with journal and group loaded)."""
        group, day = lesson.journal.group, lesson.date
        if group.school_class_id is None:
            return rules.covers(self.member.get(group.pk, ()), day) and any(
                rules.covers(spans, day) for spans in self.enrolled.values()
            )
        return rules.covers(self.enrolled.get(group.school_class_id, ()), day) and not rules.covers(
            self.planned.get(lesson.journal.subject_id, ()), day
        )


def pupil_counts(journals, year_id, day):
    """{journal id: how many pupils it has on a day} of journals (with group) of a year; one
    query."""
    return {pk: len(pupils) for pk, pupils in pupils_on(journals, year_id, day).items()}


def pupils_on(journals, year_id, day):
    """{journal id: ids of its pupils on a day} of journals (with group) of a year; one query. The
    same rule as `attendees`."""
    enrolled, members, planned = defaultdict(set), defaultdict(set), defaultdict(set)
    that_day = on_day(day)
    memberships = GroupMembership.objects.filter(that_day, group__year=year_id).order_by()
    plans = memberships.filter(group__kind=TeachingGroup.Kind.INDIVIDUAL)
    enrolments = Enrolment.objects.filter(that_day, school_class__year=year_id).order_by()
    rows = enrolments.values_list(Value("class"), "school_class", "student").union(
        memberships.values_list(Value("group"), "group", "student"),
        plans.values_list(Value("plan"), "group__journals__subject", "student"),
    )
    places = {"class": enrolled, "group": members, "plan": planned}
    for kind, place, student in rows:
        places[kind][place].add(student)
    anywhere = set().union(*enrolled.values())
    return {
        journal.pk: enrolled[journal.group.school_class_id] - planned[journal.subject_id]
        if journal.group.school_class_id
        else members[journal.group_id] & anywhere
        for journal in journals
    }
