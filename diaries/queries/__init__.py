"""Reads of the diaries and the printed weekly reports."""

from .reports import (
    REPORT_STATES,
    WAITING,
    active_applications,
    applications,
    batches,
    classes_on,
    in_handing_order,
    is_taught,
    last_lesson_ends_at,
    report_lines,
    reports,
    teaching,
    unprinted,
    unprinted_lines,
    waiting_batches,
)
from .week import grades, period_kind_of, week, weeks, year_grades

__all__ = [
    "REPORT_STATES",
    "WAITING",
    "active_applications",
    "applications",
    "batches",
    "classes_on",
    "grades",
    "in_handing_order",
    "is_taught",
    "last_lesson_ends_at",
    "period_kind_of",
    "report_lines",
    "reports",
    "teaching",
    "unprinted",
    "unprinted_lines",
    "waiting_batches",
    "week",
    "weeks",
    "year_grades",
]
