"""Writes of the temporary journals: one function for each thing that a person, or the app itself,
does."""

from .outages import correct_outage, dismiss_outage, follow_lesson, record_outage, recount

__all__ = [
    "correct_outage",
    "dismiss_outage",
    "follow_lesson",
    "record_outage",
    "recount",
]
