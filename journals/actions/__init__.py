"""Writes of the journals: one function for each thing that a person does."""

from attendance.actions import Refused

from .certificates import certify
from .entries import (
    FIELDS,
    LessonErrors,
    SavedCell,
    canonical_cell,
    save_cell,
    save_field,
    save_lesson,
)
from .grades import Disagrees, GradeEntry, GradeErrors, save_grades
from .lessons import cancel_lesson, cancel_unattended, move_lesson
from .locks import MOST_HOURS, lock_period, relock_journal, unlock_journal
from .paper import ON_PAPER, PaperCheck, PaperEntry, PaperErrors, check_paper, save_paper
from .refusals import Conflict, Unfit
from .review import (
    answer_remark,
    close_remark,
    excuse,
    judges_of,
    make_remark,
    reopen_remark,
    withdraw_excuse,
)
from .works import change_work_type

__all__ = [
    "FIELDS",
    "MOST_HOURS",
    "ON_PAPER",
    "Conflict",
    "Disagrees",
    "GradeEntry",
    "GradeErrors",
    "LessonErrors",
    "PaperCheck",
    "PaperEntry",
    "PaperErrors",
    "Refused",
    "SavedCell",
    "Unfit",
    "answer_remark",
    "cancel_lesson",
    "cancel_unattended",
    "canonical_cell",
    "certify",
    "change_work_type",
    "check_paper",
    "close_remark",
    "excuse",
    "judges_of",
    "lock_period",
    "make_remark",
    "move_lesson",
    "relock_journal",
    "reopen_remark",
    "save_cell",
    "save_field",
    "save_grades",
    "save_lesson",
    "save_paper",
    "unlock_journal",
    "withdraw_excuse",
]
