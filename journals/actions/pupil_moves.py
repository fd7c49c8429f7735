"""A pupil moves to another class or group (2.3, 2.4)."""

import datetime
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from attendance.refusals import Refused
from school.actions.holding import hold
from school.models import (
    Enrolment,
    GradeValue,
    GroupMembership,
    Journal,
    PeriodLock,
    SchoolClass,
    Student,
    TeachingAssignment,
    TeachingGroup,
)
from school.models.dated import on_day
from school.queries.locks import is_archived
from school.rules.spans import ONE_DAY

from ..cells import EXEMPT
from ..models import LessonWork, Mark
from ..queries.pupil_moves import MovePlan, move_plan
from .following import recount


@dataclass(frozen=True)
class Answers:
    """What was said to a MovePlan: `groups` {subject id: group id or None}, `plans` the ids of the
    lacking journals that go on as individual plans, `exempt` the ids of the works that are not to
    be done any more."""

    groups: Mapping[int, int | None] = field(default_factory=dict)
    plans: Collection[int] = ()
    exempt: Collection[int] = ()


@transaction.atomic
def move_pupil(
    student: Student,
    was: SchoolClass | None,
    to: SchoolClass,
    first_day: datetime.date,
    answers: Answers,
) -> MovePlan:
    """Move a pupil to a class from `first_day` (school-local) on, and to the groups that were
    chosen; what was not asked about stays as the plan proposes. His marks and grades stay where
    they are and count in his subjects. Returns what was the MovePlan.

    Refused: a period is closed that has such a day, a mark of such a day stands where he was, he is
    not in the class `was` any more, is in `to` already and in these groups, or came to where he is
    on that day or later."""
    Student.objects.select_for_update(no_key=True).get(pk=student.pk)
    _refuse_closed(was, to, first_day)
    # As whoever writes in a journal does: before anything that their lessons follow, and before it
    # is read what stands there.
    hold(move_plan(student, to, first_day).journals)
    plan = move_plan(student, to, first_day)
    if plan.was != was:
        there = f"в классе {plan.was}" if plan.was else "ни в одном классе"
        raise Refused(f"Ученик уже не там, где был: сейчас он {there}.")
    if last := plan.marked_on:
        raise Refused(
            f"В прежних журналах есть отметки по {last:%d.%m.%Y}: "
            "перевести можно со следующего дня."
        )
    chosen = {one.subject.pk: _chosen(one, answers) for one in plan.groups}
    changes = _membership_changes(plan, chosen)
    if not plan.is_of_class and not any(changes):
        raise Refused(f"Ученик и так учится в {to}: выберите другой класс или другую группу.")
    if plan.is_of_class:
        _enrol(student, to, first_day)
    last_day = student.enrolments.get(on_day(first_day)).ends_on
    _regroup(student, first_day, last_day, *changes)
    for journal in plan.lacking:
        if journal.pk in answers.plans and not chosen.get(journal.subject_id):
            _go_on_by_plan(student, journal, first_day, last_day)
    _exempt(student, [one.work for one in plan.works if one.work.pk in answers.exempt])
    return plan


def _refuse_closed(was, to, first_day):
    """By the periods of either class no day from then on is closed, nor is the year (4.2)."""
    if is_archived(to.year_id):
        raise Refused(f"Учебный год {to.year} закрыт.")
    graded = Journal.objects.filter(group__school_class__in=[one for one in (was, to) if one])
    locks = PeriodLock.objects.filter(
        period__year=to.year_id,
        period__kind__in=graded.values("period_kind"),
        period__ends_on__gte=first_day,
    )
    if lock := locks.select_related("period").order_by("period__starts_on").first():
        raise Refused(f"{lock.period.told_closed}: перевести с {first_day:%d.%m.%Y} нельзя.")


def _chosen(choice, answers):
    if choice.subject.pk in answers.groups:
        return answers.groups[choice.subject.pk]
    if choice.usual is None:
        raise Refused(f"{choice.subject}: выберите группу.")
    return int(choice.usual) if choice.usual else None


def _membership_changes(plan, chosen):
    """(ids of groups he leaves, ids of those he joins) by {subject id: group id or None}."""
    asked = {one.pk for choice in plan.groups for one in [choice.current, *choice.others] if one}
    wanted = {pk for pk in chosen.values() if pk}
    left = {}
    for choice in plan.groups:
        if choice.current and chosen[choice.subject.pk] != choice.current.pk:
            left[choice.current.pk] = choice
    for pk in left.keys() & wanted:
        raise Refused(
            f"{left[pk].current}: в этой группе несколько предметов. "
            "Оставьте её по всем или по всем смените."
        )
    mine = {choice.current.pk for choice in plan.groups if choice.current}
    return set(left), wanted & asked - mine


def _enrol(student, to, first_day):
    """End the enrolment that is in force and begin the new one, which ends when that would have."""
    standing = list(student.enrolments.filter(on_day(first_day)))
    days = {"starts_on": first_day, "ends_on": next((row.ends_on for row in standing), None)}
    _end(standing, first_day)
    _begin(Enrolment(student=student, school_class=to, **days))


def _regroup(student, first_day, last_day, left, joined):
    _end(student.memberships.filter(on_day(first_day), group__in=left), first_day)
    days = {"starts_on": first_day, "ends_on": last_day}
    for group in sorted(joined):
        _begin(GroupMembership(student=student, group_id=group, **days))


def _end(rows: Iterable[Enrolment] | Iterable[GroupMembership], first_day: datetime.date) -> None:
    for row in rows:
        if row.starts_on >= first_day:
            raise Refused(
                f"{row}: с {row.starts_on:%d.%m.%Y}. Перевести можно со следующего дня или позже."
            )
        row.ends_on = first_day - ONE_DAY
        row.save()


def _begin(row):
    try:
        row.full_clean()
    except ValidationError as error:
        raise Refused(f"{row}: {' '.join(error.messages)}") from None
    row.save()


def _go_on_by_plan(student, journal, first_day, last_day):
    """A group of one with the subject, taught as before."""
    group = TeachingGroup.objects.create(
        kind=TeachingGroup.Kind.INDIVIDUAL,
        year_id=journal.group.year_id,
        name=_free_name(
            f"{student.user.short_name}, {journal.subject.name}", journal.group.year_id
        ),
    )
    own = Journal.objects.create(
        group=group,
        subject=journal.subject,
        scale=journal.scale,
        period_kind=journal.period_kind,
        has_exam=journal.has_exam,
        lesson_kind=journal.lesson_kind,
    )
    for one in TeachingAssignment.objects.filter(on_day(first_day), journal=journal):
        TeachingAssignment.objects.create(
            journal=own, teacher=one.teacher, starts_on=first_day, ends_on=one.ends_on
        )
    days = {"starts_on": first_day, "ends_on": last_day}
    _begin(GroupMembership(student=student, group=group, **days))


def _free_name(name, year_id):
    taken = set(TeachingGroup.objects.filter(year=year_id).values_list("name", flat=True))
    names = [name[:95], *(f"{name[:95]} ({n})" for n in range(2, 100))]
    return next(one for one in names if one not in taken)


def _exempt(student, works):
    """«Осв» in the place of marks that are not to come any more."""
    for work in works:
        day, scale = work.lesson.date, work.lesson.journal.scale_id
        value = GradeValue.objects.filter(on_day(day), scale=scale, text=EXEMPT).first()
        mark = Mark.objects.filter(work=work, student=student).first()
        if value is None or (mark and mark.value_id):
            continue  # somebody has marked it meanwhile
        mark = mark or Mark(work=work, student=student, entered_at=timezone.now())
        mark.value = value
        mark.save()
    recount(LessonWork.objects.filter(pk__in=[work.pk for work in works]))
