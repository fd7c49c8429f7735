"""The facts of the school: people, calendar, structure, lessons."""

from .calendar import BellSlot, DayOverride, Period, School, SchoolYear
from .lessons import Lesson, Substitution, TimetableEntry
from .people import Parent, Parenthood, Role, Student, User
from .structure import (
    Enrolment,
    GradeScale,
    GradeValue,
    GroupMembership,
    Journal,
    SchoolClass,
    Subject,
    TeachingAssignment,
    TeachingGroup,
)

__all__ = [
    "BellSlot",
    "DayOverride",
    "Enrolment",
    "GradeScale",
    "GradeValue",
    "GroupMembership",
    "Journal",
    "Lesson",
    "Parent",
    "Parenthood",
    "Period",
    "Role",
    "School",
    "SchoolClass",
    "SchoolYear",
    "Student",
    "Subject",
    "Substitution",
    "TeachingAssignment",
    "TeachingGroup",
    "TimetableEntry",
    "User",
]
