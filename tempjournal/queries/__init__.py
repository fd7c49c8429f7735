"""Reads of the temporary journals."""

from .outages import (
    REACH,
    held_during,
    interruptions,
    lessons_inside,
    proposals,
    standing_outages,
    transfer_due,
    transfer_dues,
)
from .papers import (
    class_journals,
    class_papers,
    classes_of,
    packet_days,
    packet_due,
    packets,
    papers,
)

__all__ = [
    "REACH",
    "class_journals",
    "class_papers",
    "classes_of",
    "held_during",
    "interruptions",
    "lessons_inside",
    "packet_days",
    "packet_due",
    "packets",
    "papers",
    "proposals",
    "standing_outages",
    "transfer_due",
    "transfer_dues",
]
