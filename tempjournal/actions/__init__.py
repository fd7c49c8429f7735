"""Writes of the temporary journals: one function for each thing that a person, or the app itself,
does."""

from .folders import misplaced
from .hand import transfer_cell, transfer_field
from .heartbeat import beat
from .outages import (
    close_outage,
    correct_outage,
    declare_transferred,
    dismiss_outage,
    follow_calendar,
    follow_lesson,
    follow_works,
    record_outage,
    recount,
    roll_on,
    withdraw_declaration,
)
from .packets import make_packet, packet_folder
from .transfer import (
    Corrections,
    apply_upload,
    attendance_of,
    correct_upload,
    forget_uploads,
    receive_upload,
    remove_upload,
    transfer,
)

__all__ = [
    "Corrections",
    "apply_upload",
    "attendance_of",
    "beat",
    "close_outage",
    "correct_outage",
    "correct_upload",
    "declare_transferred",
    "dismiss_outage",
    "follow_calendar",
    "follow_lesson",
    "follow_works",
    "forget_uploads",
    "make_packet",
    "misplaced",
    "packet_folder",
    "receive_upload",
    "record_outage",
    "recount",
    "remove_upload",
    "roll_on",
    "transfer",
    "transfer_cell",
    "transfer_field",
    "withdraw_declaration",
]
