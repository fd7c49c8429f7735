"""Teachers' absences: recorded, changed, withdrawn; substitutions follow."""

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from ..models import Substitution, TeacherAbsence, TeachingAssignment, User
from ..models.dated import overlapping
from ..rules.spans import END_OF_TIME
from .holding import hold
from .refusals import ScheduleError
from .takers import link_absences

CHANGED = "Пока страница была открыта, эту запись изменили. Откройте её снова и внесите своё."


@transaction.atomic
def record_absence(absence: TeacherAbsence, person: User) -> None:
    """Save a new TeacherAbsence, recorded by a person; substitutions of the teacher's lessons point
    to it. ScheduleError if he is away then by another one."""
    _hold(absence.teacher_id, [absence])
    absence.recorded_by = person
    _save(absence)


@transaction.atomic
def change_absence(absence: TeacherAbsence, seen: int) -> int:
    """Save a changed TeacherAbsence. Substitutions of lessons that lie in it no more stay without
    an absence; returns their number. `seen`: the newest of its history (`version`) when the page
    was opened. ScheduleError as `record_absence`, or if it was changed or withdrawn meanwhile."""
    stored = _stored(absence, seen)
    _hold(stored.teacher_id, [stored, absence])
    _stored(absence, seen)
    before = _pointing(absence)
    _save(absence)
    return len(before - _pointing(absence))


@transaction.atomic
def withdraw_absence(absence: TeacherAbsence, person: User, seen: int) -> int:
    """The TeacherAbsence was none: its substitutions stay, without an absence. Returns their
    number. ScheduleError if it was changed or withdrawn meanwhile."""
    stored = _stored(absence, seen)
    _hold(stored.teacher_id, [stored])
    stored = _stored(absence, seen)
    before = _pointing(stored)
    stored.withdrawn_at, stored.withdrawn_by = timezone.now(), person
    stored.save(update_fields=["withdrawn_at", "withdrawn_by"])
    _link(stored.teacher_id)
    return len(before)


def version(absence: TeacherAbsence) -> int:
    """The id of the newest row of an absence's history."""
    found: int = absence.history.latest().history_id
    return found


def _stored(absence, seen):
    stored = TeacherAbsence.objects.get(pk=absence.pk)
    if stored.withdrawn_at:
        raise ScheduleError("Эта запись уже отозвана.")
    if version(stored) != seen:
        raise ScheduleError(CHANGED)
    return stored


def _save(absence):
    try:
        absence.validate_constraints()
    except ValidationError as error:  # somebody else may have been first since the form was judged
        raise ScheduleError(" ".join(error.messages)) from error
    absence.save()
    _link(absence.teacher_id)


def _hold(teacher, absences):
    """Hold the journals of a teacher (id) on the days of some absences, so that nobody names a
    substitute there meanwhile, then the account: of two absences at once the second waits."""
    first = min(one.starts_on for one in absences)
    last = max(one.ends_on or END_OF_TIME for one in absences)
    assigned = overlapping(TeachingAssignment.objects.filter(teacher=teacher), first, last)
    hold(assigned.order_by().values("journal"))
    User.objects.select_for_update(no_key=True).get(pk=teacher)


def _pointing(absence):
    return set(absence.substitutions.values_list("pk", flat=True))


def _link(teacher):
    """All that may point to an absence of a teacher (id) does so, or no longer."""
    assigned = TeachingAssignment.objects.filter(teacher=teacher).values("journal")
    link_absences(Substitution.objects.filter(lesson__journal__in=assigned))
