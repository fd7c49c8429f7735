"""Writes of the temporary journals: one function for each thing that a person, or the app itself,
does."""

from .outages import correct_outage, dismiss_outage, follow_lesson, record_outage, recount
from .packets import make_packet, packet_folder

__all__ = [
    "correct_outage",
    "dismiss_outage",
    "follow_lesson",
    "make_packet",
    "packet_folder",
    "record_outage",
    "recount",
]
