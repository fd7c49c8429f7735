"""Reads of the journals."""

from .cell import Work, average, cell_state, scale_values, works_of
from .history import cell_history, last_change, last_lesson_change
from .lists import journal_lines
from .register import column_head, grid, lesson_page, register

__all__ = [
    "Work",
    "average",
    "cell_history",
    "cell_state",
    "column_head",
    "grid",
    "journal_lines",
    "last_change",
    "last_lesson_change",
    "lesson_page",
    "register",
    "scale_values",
    "works_of",
]
