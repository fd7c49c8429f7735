"""The facts of the journals: what is written in lessons, grades, and what of it is reviewed."""

from .brought import BroughtMark, TransferDocument
from .certifying import Certifying, CertifyingLine
from .grades import GradeSheet, PeriodGrade
from .norms import Norm
from .review import Certificate, LateEntry, Remark, Watch
from .works import GivenTopic, LessonWork, Mark, PlannedTopic, WorkType

__all__ = [
    "BroughtMark",
    "Certificate",
    "Certifying",
    "CertifyingLine",
    "GivenTopic",
    "GradeSheet",
    "LateEntry",
    "LessonWork",
    "Mark",
    "Norm",
    "PeriodGrade",
    "PlannedTopic",
    "Remark",
    "TransferDocument",
    "Watch",
    "WorkType",
]
