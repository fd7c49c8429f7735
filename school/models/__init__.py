"""The facts of the school: people, calendar, structure, lessons, outages."""

from .arrangements import ArrangedLesson, Arrangement
from .bells import BellSchedule, BellSlot, BellUse
from .calendar import Period, School, SchoolYear
from .cards import EnrolmentOrder, HealthLook, HealthRecord, StudentCard
from .days import DayOverride
from .exemptions import Exemption
from .kinds import LessonKind
from .lessons import Lesson, Substitution
from .locks import PeriodLock, Unlock, YearClosing
from .meanings import Meaning
from .outages import Outage
from .people import Employee, Parent, Parenthood, Role, Student, User
from .slips import Agreement, AgreementText, Slip
from .structure import (
    CurriculumHours,
    Enrolment,
    GradeScale,
    GradeValue,
    GradingRule,
    GroupMembership,
    Journal,
    SchoolClass,
    Subject,
    TeachingAssignment,
    TeachingGroup,
)
from .teacher_absences import TeacherAbsence
from .timetable import DraftRow, Room, TimetableDraft, TimetableEntry

__all__ = [
    "Agreement",
    "AgreementText",
    "ArrangedLesson",
    "Arrangement",
    "BellSchedule",
    "BellSlot",
    "BellUse",
    "CurriculumHours",
    "DayOverride",
    "DraftRow",
    "Employee",
    "Enrolment",
    "EnrolmentOrder",
    "Exemption",
    "GradeScale",
    "GradeValue",
    "GradingRule",
    "GroupMembership",
    "HealthLook",
    "HealthRecord",
    "Journal",
    "Lesson",
    "LessonKind",
    "Meaning",
    "Outage",
    "Parent",
    "Parenthood",
    "Period",
    "PeriodLock",
    "Role",
    "Room",
    "School",
    "SchoolClass",
    "SchoolYear",
    "Slip",
    "Student",
    "StudentCard",
    "Subject",
    "Substitution",
    "TeacherAbsence",
    "TeachingAssignment",
    "TeachingGroup",
    "TimetableDraft",
    "TimetableEntry",
    "Unlock",
    "User",
    "YearClosing",
]
