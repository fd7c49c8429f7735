"""Many lessons cancelled, or taking place after all, at once."""

from collections.abc import Iterable

from ..models import DayOverride, Lesson
from ..models.history import update_with_history


def cancel_all(lessons: Iterable[Lesson], reason: str, override: DayOverride | None) -> None:
    """Cancel Lessons at once for one reason, a DayOverride (None: for no such)."""
    lessons = list(lessons)
    for lesson in lessons:
        lesson.cancel(reason, override)
    update_with_history(Lesson, lessons, Lesson.CANCELLATION)


def restore_all(lessons: Iterable[Lesson]) -> None:
    """Take the cancellations of Lessons back at once."""
    lessons = list(lessons)
    for lesson in lessons:
        lesson.restore()
    update_with_history(Lesson, lessons, Lesson.CANCELLATION)
