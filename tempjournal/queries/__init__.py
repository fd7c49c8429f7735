"""Reads of the temporary journals."""

from .outages import interruptions, lessons_inside, standing_outages, transfer_due
from .papers import class_journals, class_papers, papers

__all__ = [
    "class_journals",
    "class_papers",
    "interruptions",
    "lessons_inside",
    "papers",
    "standing_outages",
    "transfer_due",
]
