"""What is due, and what is written in lessons, follows other bells and another timetable."""

from school.actions.bells import rung
from school.actions.timetable import rescheduled

from .dues import set_dues_of_lessons
from .lessons import follow_place


def follow_schedules() -> None:
    """Recompute what changed bells or a new timetable touch. Both write lessons in bulk, which
    sends no signals of single ones."""
    rung.connect(_rung)
    rescheduled.connect(_rescheduled)


def _rung(sender, days, **kwargs):
    set_dues_of_lessons(days)


def _rescheduled(sender, days, moved, **kwargs):
    set_dues_of_lessons(days)
    for lesson in moved:
        follow_place(lesson)
