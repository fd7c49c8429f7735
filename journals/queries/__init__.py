"""Reads of the journals."""

from .book import book, contents
from .cell import (
    Work,
    attendance_noted_at,
    average,
    cell_state,
    counted_marks,
    has_cell,
    lesson_now,
    scale_values,
    work_types,
    works_of,
)
from .certificates import certified_periods, differences
from .debts import debts
from .grades import GivenGrade, grade_book, grades_page, open_sheets_of
from .history import cell_history, last_change, last_field_change
from .judged import SelfJudged, self_judged
from .late import (
    HOLDERS,
    LATE_STATES,
    TELLERS,
    Told,
    entries_of,
    late_entries,
    late_lines,
    late_weeks,
    tell,
)
from .lists import class_order, grid_url, in_class_order, journal_lines
from .locks import lock_at, period_lines, periods_of, reason_openings, unlocks
from .missing import MISSING, missing
from .paper import PaperState, paper_state
from .reasons import documents_of, tell_of_documents
from .register import Span, column_head, grid, lesson_page, register
from .review import (
    REMARK_STATES,
    fill_rates,
    remarks,
    review,
    review_rows,
    unanswered_remarks,
)
from .search import kinds as history_kinds
from .search import search
from .summary import class_summary, summary_periods
from .unattended import unattended, unattended_lines

TELLERS["reason"] = tell_of_documents
HOLDERS["reason"] = documents_of

__all__ = [
    "HOLDERS",
    "LATE_STATES",
    "MISSING",
    "REMARK_STATES",
    "TELLERS",
    "GivenGrade",
    "PaperState",
    "SelfJudged",
    "Span",
    "Told",
    "Work",
    "attendance_noted_at",
    "average",
    "book",
    "cell_history",
    "cell_state",
    "certified_periods",
    "class_order",
    "class_summary",
    "column_head",
    "contents",
    "counted_marks",
    "debts",
    "differences",
    "entries_of",
    "fill_rates",
    "grade_book",
    "grades_page",
    "grid",
    "grid_url",
    "has_cell",
    "history_kinds",
    "in_class_order",
    "journal_lines",
    "last_change",
    "last_field_change",
    "late_entries",
    "late_lines",
    "late_weeks",
    "lesson_now",
    "lesson_page",
    "lock_at",
    "missing",
    "open_sheets_of",
    "paper_state",
    "period_lines",
    "periods_of",
    "reason_openings",
    "register",
    "remarks",
    "review",
    "review_rows",
    "scale_values",
    "search",
    "self_judged",
    "summary_periods",
    "tell",
    "unanswered_remarks",
    "unattended",
    "unattended_lines",
    "unlocks",
    "work_types",
    "works_of",
]
