"""Reads of the temporary journals."""

from .outages import interruptions, lessons_inside, standing_outages, transfer_due
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
    "class_journals",
    "class_papers",
    "classes_of",
    "interruptions",
    "lessons_inside",
    "packet_days",
    "packet_due",
    "packets",
    "papers",
    "standing_outages",
    "transfer_due",
]
