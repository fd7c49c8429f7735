"""The facts of the journals: what is written in lessons, grades, and what of it is reviewed."""

from .grades import GradeSheet, PeriodGrade
from .review import Certificate, LateEntry, Remark, Watch
from .works import LessonWork, Mark, PlannedTopic, WorkType

__all__ = [
    "Certificate",
    "GradeSheet",
    "LateEntry",
    "LessonWork",
    "Mark",
    "PeriodGrade",
    "PlannedTopic",
    "Remark",
    "Watch",
    "WorkType",
]
