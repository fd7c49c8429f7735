"""Reads about the school that several pages need."""

import datetime
from collections import defaultdict
from dataclasses import dataclass, field, replace
from functools import reduce
from operator import or_

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Cast, Coalesce, Concat, Greatest, Least, TruncDate
from django.utils import timezone

from . import namesakes, rules
from .compiled import Compiled, Given, columns, instance
from .models import (
    DayOverride,
    Enrolment,
    GroupMembership,
    HealthRecord,
    Lesson,
    Period,
    PeriodLock,
    Role,
    School,
    SchoolClass,
    SchoolYear,
    Student,
    StudentCard,
    TeachingAssignment,
    TeachingGroup,
    Unlock,
)
from .models.dated import meets, on_day, overlapping


def year_of(day):
    """The SchoolYear of a day; between two years the one that ended. None if there is none."""
    return SchoolYear.objects.filter(starts_on__lte=day).order_by("-starts_on").first()


def periods(year_id, kind):
    """The year's quarters or half-years, in order; one query."""
    return [instance(Period, row) for row in _period_rows(year=year_id, kind=kind)]


@Compiled
def _period_rows():
    found = Period.objects.filter(year=Given("year"), kind=Given("kind"))
    return found.order_by("starts_on").values_list(*columns(Period))


def period_at(found, day):
    """Of ordered periods the one that holds `day`, in a vacation the one that just ended, before
    the first one the first. None of none."""
    started = [period for period in found if period.starts_on <= day]
    return started[-1] if started else (found[0] if found else None)


def working_calendar(first, last):
    """rules.WorkingCalendar for the days first … last."""
    week_days = School.objects.values_list("week_days", flat=True).first() or 5
    overrides = DayOverride.objects.filter(date__range=(first, last))
    return rules.WorkingCalendar(
        week_days,
        {o.date: (o.is_working, o.timetable_weekday) for o in overrides},
    )


def days_span(first, last):
    """The first and last instant (UTC) of the school-local days first … last."""
    zone = timezone.get_default_timezone()
    return rules.start_of_day(first, zone), rules.end_of_day(last, zone)


def terms(year_id):
    """The spans of teaching of a school year, in order: days that belong to a period of every kind
    there is, for a vacation between quarters is one for everybody."""
    by_kind = defaultdict(list)
    rows = Period.objects.filter(year=year_id).order_by("starts_on")
    for kind, starts_on, ends_on in rows.values_list("kind", "starts_on", "ends_on"):
        by_kind[kind].append((starts_on, ends_on))
    found = list(by_kind.values())
    spans = found.pop() if found else []
    for others in found:
        spans = rules.intersect(spans, others)
    return spans


def shares_its_day():
    """Exists for Lessons: the journal has another one on that day; `rules.repeated` for who looks
    at one lesson alone."""
    others = Lesson.objects.filter(journal=OuterRef("journal"), date=OuterRef("date"))
    return Exists(others.exclude(pk=OuterRef("pk")).order_by())


def with_places(lessons):
    """The queryset with each lesson's `number` and whether it `shares_its_day`."""
    return lessons.annotate(number=F("slot__number"), shares_its_day=shares_its_day())


# --- closed periods (4.2) ---


def standing_locks(journal, now):
    """The PeriodLocks that close a journal (a value, or an OuterRef) at an instant: of all periods
    but those in which it is open for corrections."""
    if isinstance(journal, OuterRef):
        journal = OuterRef(journal)  # it is asked for one query further in
    unlocked = Unlock.objects.filter(period=OuterRef("period"), journal=journal, until__gt=now)
    return PeriodLock.objects.filter(~Exists(unlocked)).order_by()


def _closing(now, lesson):
    return standing_locks(OuterRef(f"{lesson}journal"), now).filter(
        period__year=OuterRef(f"{lesson}journal__group__year"),
        period__kind=OuterRef(f"{lesson}journal__period_kind"),
        period__starts_on__lte=OuterRef(f"{lesson}date"),
        period__ends_on__gte=OuterRef(f"{lesson}date"),
    )


def closed_period(now, lesson=""):
    """Subquery for Lessons: the period (id) that closes the lesson at an instant, NULL where none
    does; `lesson` is the way to it from other rows."""
    return Subquery(_closing(now, lesson).values("period")[:1])


def is_closed(now, lesson=""):
    """The same as a condition: whether a period does."""
    return Exists(_closing(now, lesson))


def closed_periods(journal, now):
    """The Periods that are closed for a journal (with group) at an instant; one query."""
    found = standing_locks(journal, now).filter(
        period__year=journal.group.year_id, period__kind=journal.period_kind
    )
    return [lock.period for lock in found.select_related("period")]


# --- who is taught where and when ---


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


def lessons_of(student, first, last):
    """The Lessons a pupil belongs to on the days first … last; see `lessons_of_each`."""
    return lessons_of_each([student], first, last)[student.pk]


def lessons_of_each(students, first, last):
    """{student id: the Lessons he belongs to on the days first … last}, cancelled ones too, by date
    and slot, with journal, subject, slot and substitute loaded; three queries."""
    taught = taught_where([student.pk for student in students], first, last)
    classes = {pk for one in taught.values() for pk in one.enrolled}
    groups = {pk for one in taught.values() for pk in one.member}
    lessons = list(
        Lesson.objects.filter(
            Q(journal__group__school_class__in=classes) | Q(journal__group__in=groups),
            date__range=(first, last),
        )
        .select_related("journal__group", "journal__subject", "slot", "substitution__teacher")
        .order_by("date", "slot__number")
    )
    return {
        student: [lesson for lesson in lessons if one.has(lesson)]
        for student, one in taught.items()
    }


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


# --- whose duty it is ---


def lessons_to_write(teacher, first, last, today):
    """The Lessons of the days first … last in which something may be this person's to write by
    `today`: of journals that are assigned to him now, whoever held them, unless somebody stands in,
    and those he takes as a substitute; a queryset. Whose a duty is says `holders_of`."""
    assigned = TeachingAssignment.objects.filter(teacher=teacher)
    that_day = assigned.filter(on_day(OuterRef("date")), journal=OuterRef("journal"))
    own = Q(journal__in=assigned.filter(on_day(today)).values("journal"), substitution=None)
    return (
        Lesson.objects.filter(
            own & (Q(date__lte=today) | Q(Exists(that_day))) | Q(substitution__teacher=teacher),
            date__range=(first, last),
        )
        .select_related("journal__group", "journal__subject", "slot", "substitution")
        .order_by("date", "slot__number")
    )


def holders_of(duties, today):
    """{(lesson's id, due): [user ids]} of such pairs: whose duty it is that is due in a lesson at
    an instant, None where that is not known yet; two queries.

    It is the substitute's; else of those who are assigned on the day on which it is due, or `today`
    if that comes earlier, for they can do it; and where nobody is, of who was on the lesson's day.
    """
    duties = set(duties)
    if not duties:
        return {}
    lessons = {
        pk: rest
        for pk, *rest in Lesson.objects.filter(pk__in={pk for pk, _ in duties})
        .order_by()
        .values_list("pk", "date", "journal", "substitution__teacher")
    }
    assigned = defaultdict(list)
    if any(substitute is None for *_, substitute in lessons.values()):
        journals = {journal for _, journal, _ in lessons.values()}
        rows = TeachingAssignment.objects.filter(journal__in=journals).order_by("pk")
        for journal, teacher, *days in rows.values_list(
            "journal", "teacher", "starts_on", "ends_on"
        ):
            assigned[journal].append((teacher, [rules.span(*days)]))

    def holders(pk, due):
        date, journal, substitute = lessons[pk]
        if substitute is not None:
            return [substitute]
        due_day = timezone.localdate(due) if due else None
        for day in (rules.duty_day(date, due_day, today), date):
            if found := [one for one, spans in assigned[journal] if rules.covers(spans, day)]:
                return list(dict.fromkeys(found))
        return []

    return {(pk, due): holders(pk, due) for pk, due in duties if pk in lessons}


def with_duty_days(rows, due, today):
    """A queryset of rows that have a `lesson` and the instant `due`, each with the day that says
    whose duty that is (`duty_on`), as `held_by` wants it."""
    day = Least(TruncDate(due), Value(today, DateField()))
    return rows.alias(duty_on=Greatest(day, F("lesson__date")))


def held_by(teacher):
    """Q for rows as `with_duty_days` has them: this person is among the `holders_of`."""
    assigned = TeachingAssignment.objects.filter(journal=OuterRef("lesson__journal"))
    own, lesson_day = assigned.filter(teacher=teacher), on_day(OuterRef("lesson__date"))
    on_duty_day = on_day(OuterRef("duty_on"))
    return Q(lesson__substitution__teacher=teacher) | Q(
        Q(Exists(own.filter(on_duty_day)))
        | Q(~Exists(assigned.filter(on_duty_day)), Exists(own.filter(lesson_day))),
        lesson__isnull=False,
        lesson__substitution=None,
    )


def class_teacher_at(instant, school_class="school_class"):
    """Expression for the class teacher (user id, NULL where nobody was) of a class at an instant;
    both are ways from the rows. Before the first that the history knows it was the first; where it
    knows nothing, as in data brought from elsewhere, the present one."""
    told = SchoolClass.history.filter(id=OuterRef(school_class))
    until = told.filter(history_date__lte=OuterRef(instant))
    return Case(
        When(Exists(until), then=_class_teacher(until, "-")),
        When(Exists(told), then=_class_teacher(told, "")),
        default=F(f"{school_class}__class_teacher"),
        output_field=BigIntegerField(),
    )


def _class_teacher(told, order):
    in_order = told.order_by(f"{order}history_date", f"{order}history_id")
    return Subquery(in_order.values("class_teacher")[:1])


MOST_WORDS, LONGEST_WORD = 8, 40  # what is looked for; more is no search but an attack


def matching(rows, text, *ways):
    """The queryset's rows in whose texts, found by `ways`, every word of `text` begins a word or a
    number: in any order, alike on every database (`rules.word_pattern`). All rows for a text in
    which nothing is seen."""
    if not rules.visible(text):
        return rows
    words = rules.words(text)[:MOST_WORDS]
    for word in words:
        pattern = rules.word_pattern(word[:LONGEST_WORD])
        rows = rows.filter(reduce(or_, (Q(**{f"{way}__regex": pattern}) for way in ways)))
    return rows if words else rows.none()


NAMES = rules.PersonName._fields


def by_name(people, text, prefix="user__"):
    """The people of a queryset whose names have the words of `text`; «Иванова А. П.» is found as it
    is shown. `prefix` is the way to the User."""
    return matching(people, text, *(f"{prefix}{name}" for name in NAMES))


def teachers_of_lessons(lessons):
    """{lesson id: [user ids]} of those who hold and write the lessons of a queryset: the
    substitute, else the teachers assigned on the lesson's day; two queries. A lesson without a
    teacher has no key."""
    found = defaultdict(list)
    substituted = lessons.filter(substitution__isnull=False).order_by()
    for lesson, teacher in substituted.values_list("pk", "substitution__teacher"):
        found[lesson].append(teacher)
    assigned = TeachingAssignment.objects.filter(
        on_day(F("journal__lessons__date")),
        journal__lessons__in=lessons.filter(substitution__isnull=True).order_by(),
    )
    for lesson, teacher in assigned.order_by("pk").values_list("journal__lessons", "teacher"):
        found[lesson].append(teacher)
    return found


def students_with_class(students, day):
    """The queryset with names loaded and `class_name` («5А», «» for who is in none that day), in
    the order of the classes and of the alphabet."""
    enrolment = Enrolment.objects.filter(on_day(day), student=OuterRef("pk"))
    number = enrolment.values("school_class__number")
    letter = enrolment.values("school_class__letter")
    return (
        students.select_related("user")
        .annotate(
            class_number=Subquery(number),
            class_name=Concat(
                Coalesce(Cast(Subquery(number), CharField()), Value("")),
                Coalesce(Subquery(letter), Value("")),
                output_field=CharField(),
            ),
        )
        .order_by("class_number", "class_name", "user__sort_name", "pk")
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


def teachers_of(journals, day):
    """{journal id: [User, …]} of the teachers assigned on a day; one query."""
    found = defaultdict(list)
    rows = TeachingAssignment.objects.filter(on_day(day), journal__in=journals).select_related(
        "teacher"
    )
    for row in rows.order_by("starts_on", "pk"):
        found[row.journal_id].append(row.teacher)
    return found


def conflicting_lessons(journal, day, slot):
    """Standing lessons of that day and slot which share a pupil with the journal, or are of the
    same class: nobody sits in two lessons at once, different subgroups may run side by side."""
    there = (
        Lesson.objects.filter(date=day, slot=slot, cancelled="")
        .exclude(journal=journal)
        .select_related("journal__group", "journal__subject")
    )
    own = {attendee.student_id for attendee in attendees(journal, day, day)}
    return [
        other
        for other in there
        if same_class(journal, other.journal)
        or own & {attendee.student_id for attendee in attendees(other.journal, day, day)}
    ]


def same_class(one, other):
    """Whether two journals are of one whole class, which even without pupils is in one place."""
    return (
        one.group.school_class_id is not None
        and one.group.school_class_id == other.group.school_class_id
    )


@dataclass(frozen=True)
class ClassPupil:
    """A pupil in his class's list."""

    number: int
    student: Student
    name: str
    enrolment: Enrolment
    is_present: bool


def class_list(school_class, day):
    """The ClassPupils who are or were in the class, alphabetically; one query, and one more where
    there are namesakes."""
    rows = school_class.enrolments.select_related("student__user")
    found = list(rows.order_by("student__user__sort_name", "student", "starts_on"))
    names = namesakes.students_in_full([row.student for row in found])
    return [
        ClassPupil(
            number,
            row.student,
            names[row.student_id],
            row,
            rules.covers([rules.span(row.starts_on, row.ends_on)], day),
        )
        for number, row in enumerate(found, start=1)
    ]


# --- the personal card (4.4) ---


@dataclass(frozen=True)
class CardGrades:
    """A pupil's grades of a school year: `lines` are (subject, [a text for each of the titles])."""

    year: SchoolYear
    titles: list
    lines: list


# Functions of a Student with his CardGrades; the apps above add theirs when they start.
CARD_GRADES = []


@dataclass(frozen=True)
class CardPage:
    """A pupil's card (a new one if there is none yet) with what other facts tell of him."""

    card: StudentCard
    version: int
    enrolments: list
    memberships: list
    parents: list  # [(Parent, name)]
    orders: list
    grades: list


def card_page(student):
    """The CardPage of a pupil; seven queries."""
    parents = student.parents.select_related("user").order_by("user__sort_name", "pk")
    names = namesakes.in_full({one.pk: one.user.name for one in parents})
    return CardPage(
        StudentCard.objects.filter(student=student).first() or StudentCard(student=student),
        card_version(student),
        list(student.enrolments.select_related("school_class__year").order_by("starts_on")),
        list(student.memberships.select_related("group__year").order_by("starts_on")),
        [(parent, names[parent.pk]) for parent in parents],
        list(student.orders.all()),
        [table for grades_of in CARD_GRADES for table in grades_of(student)],
    )


def card_version(student):
    """Grows with every change of the pupil's card; 0 before the first."""
    return _version(StudentCard, student)


def health_version(student):
    """The same of his health record."""
    return _version(HealthRecord, student)


def _version(model, student):
    newest = model.history.filter(student=student.pk).order_by("-history_id")
    return newest.values_list("history_id", flat=True).first() or 0


def health_looks(student):
    """The last fifty looks at the pupil's health record, newest first."""
    return student.health_looks.select_related("user")[:50]


# --- roles ---


def held_since(kind, asked):
    """{(user id, instant): the school-local day since which that person, at that instant, held a
    role of the kind without a break} for the pairs `asked` that the history tells of; one query."""
    roles = Role.history.filter(user__in={user for user, _ in asked}, kind=kind)
    rows = Role.history.filter(id__in=roles.values("id")).order_by("history_date", "history_id")
    spans, held = [], {}  # [(user id, since, until)], {role id: (user id, since)}
    for row in rows:
        holder = row.user_id if row.kind == kind and row.history_type != "-" else None
        if row.id in held and held[row.id][0] != holder:
            spans.append((*held.pop(row.id), row.history_date))
        if holder and row.id not in held:
            held[row.id] = (holder, row.history_date)
    spans += [(*one, None) for one in held.values()]
    return {
        (user, at): timezone.localdate(since)
        for user, at in asked
        for holder, since, until in spans
        if holder == user and since <= at and (until is None or at < until)
    }
