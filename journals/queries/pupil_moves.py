"""What a pupil's move to another class or group touches: what goes along, what is to be asked."""

import datetime
from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q
from django.utils import timezone

from attendance.models import Absence
from school.models import (
    Enrolment,
    GradeValue,
    GroupMembership,
    Journal,
    Lesson,
    SchoolClass,
    Student,
    Subject,
    TeachingGroup,
)
from school.models.dated import on_day
from school.queries.locks import closed_period
from school.rules.spans import ONE_DAY
from school.rules.texts import alphabetical

from ..cells import EXEMPT
from ..marking import lacked_by
from ..models import LessonWork, Mark

Group = TeachingGroup.Kind


@dataclass(frozen=True)
class GroupChoice:
    """A subject that is learnt in groups: `current` is the pupil's own, `others` those in which
    pupils of the class learn it; `usual` is the key of the one he has if nobody says another, None
    where somebody must; «» in the place of a key: none of them."""

    subject: Subject
    current: TeachingGroup | None
    others: list[TeachingGroup]
    in_class: bool
    usual: str | None

    @property
    def name(self) -> str:
        """Its field's."""
        return f"group-{self.subject.pk}"

    @property
    def options(self) -> list[tuple[str, str]]:
        """[(key, what it is called)]."""
        groups = [*filter(None, [self.current]), *self.others]
        none = "в классе, без группы" if self.in_class else "пока без группы"
        return [*((str(one.pk), one.name) for one in groups), ("", none)]


@dataclass(frozen=True)
class OpenWork:
    """A work of a lesson before the move for which the pupil has no mark yet, in a period that is
    open; `is_debt`: a «точка» says that he owes it; `can_be_exempt`: its scale has «осв»."""

    work: LessonWork
    is_debt: bool
    can_be_exempt: bool

    @property
    def name(self) -> str:
        return f"work-{self.work.pk}"


@dataclass(frozen=True)
class Along:
    """A subject that goes on in the journal of `group`, with the number of marks in the former
    one."""

    subject: Subject
    group: str
    marks: int


@dataclass(frozen=True)
class MovePlan:
    """A pupil's move on `first_day` (school-local) from the class `was`, None of who is in none, to
    the class `to`. `lacking` are the journals whose subject he has nowhere then, if nothing else is
    chosen; `after` counts the absences that stand in former journals from that day on, `marked_on`
    is the last day from then on with a mark there, None without one; `journals` are the ids of all
    journals it may touch."""

    student: Student
    was: SchoolClass | None
    to: SchoolClass
    first_day: datetime.date
    groups: list[GroupChoice]
    along: list[Along]
    lacking: list[Journal]
    works: list[OpenWork]
    after: int
    marked_on: datetime.date | None
    journals: set[int]

    @property
    def is_of_class(self) -> bool:
        return self.was != self.to


def move_plan(student: Student, to: SchoolClass, first_day: datetime.date) -> MovePlan:
    """The MovePlan of a pupil to a class (with year); a fixed number of queries."""
    last_day = first_day - ONE_DAY
    enrolment = _at(student.enrolments.select_related("school_class"), first_day, last_day)
    was = enrolment.school_class if enrolment else None
    own = list(student.memberships.filter(_at_days(first_day, last_day)).select_related("group"))
    former = _journals(Q(group__in=[one.group_id for one in own]), was, to.year_id)
    of_class = {one.subject: one for one in _journals(Q(pk__in=[]), to, to.year_id)}
    choices = _choices(own, former, to, of_class, first_day, comes=was != to)
    left = {one.current for one in choices if one.current and one.usual != str(one.current.pk)}
    leaving = [
        one for one in former if one.group in left or (was != to and one.group.kind == Group.CLASS)
    ]
    counts = _marks(student, former)
    return MovePlan(
        student=student,
        was=was,
        to=to,
        first_day=first_day,
        groups=choices,
        along=[
            Along(one.subject, of_class[one.subject].group.name, counts.get(one.pk, 0))
            for one in leaving
            if one.subject in of_class
        ],
        lacking=_lacking(former, leaving, choices, of_class),
        works=_works(student, leaving, first_day),
        after=_after(student, leaving, first_day),
        marked_on=_marked_on(student, leaving, first_day),
        journals=_touched(former, of_class.values(), choices),
    )


def _touched(former, of_class, choices):
    """The ids of the journals whose pupils may be others after the move."""
    groups = {one.pk for choice in choices for one in choice.others}
    offered = Journal.objects.filter(group__in=groups).values_list("pk", flat=True)
    return {one.pk for one in [*former, *of_class]}.union(offered)


def _lacking(former, leaving, choices, of_class):
    """The former journals whose subject the pupil has in no class or group then, unless somebody
    chooses one."""
    chosen = {one.subject: one.usual for one in choices}
    return [
        one
        for one in former
        if one.subject not in of_class
        and (chosen[one.subject] == "" if one.subject in chosen else one in leaving)
    ]


def _at_days(first_day, last_day):
    """Q: in force on the day of the move, or on the one before."""
    return on_day(first_day) | on_day(last_day)


def _at(rows, first_day, last_day):
    return rows.filter(_at_days(first_day, last_day)).order_by("-starts_on").first()


def _journals(more, school_class, year_id):
    """The journals of a class's own group, and those that `more` says, by subject."""
    found = Journal.objects.filter(more | Q(group__school_class=school_class), group__year=year_id)
    if school_class is None:
        found = found.filter(more)
    found = found.select_related("group", "subject")
    return sorted(found, key=lambda one: (alphabetical(one.subject.name), one.pk))


def _choices(own, former, to, of_class, first_day, *, comes):
    """GroupChoices by subject: of his groups, and of those of pupils of the class. Who `comes` to
    the class is asked about what it learns in groups alone."""
    mates = Enrolment.objects.filter(on_day(first_day), school_class=to)
    member = GroupMembership.objects.filter(
        on_day(first_day), group=OuterRef("group"), student__in=mates.values("student")
    )
    offered = Journal.objects.filter(
        Exists(member), group__kind=Group.SUBGROUP, group__year=to.year_id
    ).select_related("group", "subject")
    by_subject: dict[Subject, list[TeachingGroup]] = defaultdict(list)
    for journal in offered.order_by("group__name", "pk"):
        by_subject[journal.subject].append(journal.group)
    mine = {one.group_id for one in own}
    current = {one.subject: one.group for one in former if one.group_id in mine}
    for subject in current:
        by_subject.setdefault(subject, [])
    found = []
    for subject in sorted(by_subject, key=lambda one: (alphabetical(one.name), one.pk)):
        group, groups = current.get(subject), by_subject[subject]
        in_class = subject in of_class
        usual = _usual(group, groups, in_class, comes)
        others = [one for one in groups if one != group]
        found.append(GroupChoice(subject, group, others, in_class, usual))
    return found


def _usual(group, groups, in_class, comes):
    """What a GroupChoice proposes: his group where pupils of the class are in it, or his individual
    plan, but not where he comes to a class that learns the subject: that is to be said."""
    by_plan = group is not None and group.kind == Group.INDIVIDUAL
    if by_plan and comes and in_class:
        return None
    if group in groups or by_plan:
        return str(group.pk)
    return "" if in_class or not groups or not (comes or group) else None


def _marks(student, journals):
    """{journal id: how many marks of the pupil}."""
    marks = Mark.objects.filter(student=student, work__lesson__journal__in=journals)
    marks = marks.filter(value__isnull=False, work__lesson__cancelled="")
    return dict(marks.order_by().values_list("work__lesson__journal").annotate(Count("pk")))


def _works(
    student: Student, journals: Collection[Journal], before: datetime.date
) -> list[OpenWork]:
    """OpenWorks of lessons before a day in these journals; one query."""
    debts = Mark.objects.filter(work=OuterRef("pk"), student=student, value=None)
    exempt = GradeValue.objects.filter(
        on_day(OuterRef("lesson__date")), scale=OuterRef("lesson__journal__scale"), text=EXEMPT
    )
    lessons = Lesson.objects.filter(
        journal__in=journals, date__lt=before, date__lte=timezone.localdate(), cancelled=""
    )
    lessons = lessons.annotate(closed=closed_period(timezone.now())).filter(closed=None)
    works = LessonWork.objects.filter(lesson__in=lessons.values("pk"))
    lacked = lacked_by(works, student).order_by().values("pk")
    found = (
        works.annotate(is_debt=Exists(debts), can_be_exempt=Exists(exempt))
        .filter(Q(is_debt=True) | Q(pk__in=lacked))
        .select_related("lesson__journal__group", "lesson__journal__subject", "work_type")
        .order_by("lesson__date", "lesson__number", "position")
    )
    return [OpenWork(one, one.is_debt, one.can_be_exempt) for one in found]


def _after(student, journals, first_day):
    lessons = Lesson.objects.filter(journal__in=journals, date__gte=first_day)
    return Absence.objects.filter(
        student=student, lesson__in=lessons.order_by().values("pk")
    ).count()


def _marked_on(student, journals, first_day):
    """Where he belongs no more, marks are seen in no diary."""
    marks = Mark.objects.filter(
        student=student, work__lesson__journal__in=journals, work__lesson__date__gte=first_day
    )
    return marks.aggregate(last=Max("work__lesson__date"))["last"]
