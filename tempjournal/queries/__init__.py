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
from .preview import DIFFERS, NEW, SAME, WRONG, entry_counts, preview, resolve
from .transfers import (
    counts,
    outage_lines,
    paper_pages,
    register,
    transfer_holders,
    transfer_lines,
    transfers_of,
)

__all__ = [
    "DIFFERS",
    "NEW",
    "REACH",
    "SAME",
    "WRONG",
    "class_journals",
    "class_papers",
    "classes_of",
    "counts",
    "entry_counts",
    "held_during",
    "interruptions",
    "lessons_inside",
    "outage_lines",
    "packet_days",
    "packet_due",
    "packets",
    "paper_pages",
    "papers",
    "preview",
    "proposals",
    "register",
    "resolve",
    "standing_outages",
    "transfer_due",
    "transfer_dues",
    "transfer_holders",
    "transfer_lines",
    "transfers_of",
]
