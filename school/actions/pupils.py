"""Where a pupil belongs: to another class, to the school no longer."""

import datetime

from django.db import transaction

from ..models import Enrolment, SchoolClass, Student
from ..models.dated import on_day
from ..rules.spans import ONE_DAY


@transaction.atomic
def leave_school(student: Student, last_day: datetime.date) -> None:
    """End the pupil's enrolment and memberships with `last_day`; his marks remain."""
    for row in [
        *student.enrolments.filter(on_day(last_day)),
        *student.memberships.filter(on_day(last_day)),
    ]:
        row.ends_on = last_day
        row.save()


@transaction.atomic
def move_to_class(
    student: Student, school_class: SchoolClass, first_day: datetime.date
) -> Enrolment:
    """Move the pupil to another class from `first_day`; memberships are ended, not guessed anew."""
    leave_school(student, first_day - ONE_DAY)
    enrolment = Enrolment(student=student, school_class=school_class, starts_on=first_day)
    enrolment.full_clean()
    enrolment.save()
    return enrolment
