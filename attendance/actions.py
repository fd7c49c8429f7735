"""Writes of attendance."""

from django.db import transaction
from django.utils import timezone

from .models import Absence


@transaction.atomic(savepoint=False)
def set_absence(lesson, student_id, reason, present):
    """Make the pupil's absence from the lesson `reason` («» for none). `present` is the Absence
    that stands now or None, read by the caller under the lesson's lock."""
    if present is not None and not reason:
        present.delete()
    elif present is not None and present.reason != reason:
        present.reason = reason
        present.save(update_fields=["reason"])
    elif present is None and reason:
        Absence.objects.create(lesson=lesson, student_id=student_id, reason=reason)
    if reason and lesson.attendance_taken_at is None:
        take_attendance(lesson)  # who writes down the absent has taken attendance (2.5)


@transaction.atomic(savepoint=False)
def take_attendance(lesson):
    """The absent are written down, all others were there: «все присутствуют» is a deed too (2.5).
    The first time stands."""
    if lesson.attendance_taken_at is None:
        lesson.attendance_taken_at = timezone.now()
        lesson.save(update_fields=["attendance_taken_at"])
