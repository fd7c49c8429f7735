"""The transfer's row in the deadline watch (3.2)."""

from django.urls import reverse

from journals.deadlines import DEADLINES, Deadline
from journals.queries import TELLERS, Told

from . import queries
from .models import TemporaryJournal

TRANSFER = Deadline(
    *("transfer", "перенос временного журнала", "3.2"),
    *(TemporaryJournal, "transfer_due_at", "transferred_at"),
    lesson=None,
)


def register():
    """Let the watch and the lists of late entries know the transfer."""
    DEADLINES.append(TRANSFER)
    TELLERS[TRANSFER.kind] = tell


def tell(entries):
    """{key: Told} of late transfers: the duty of those whose lessons are not complete; four
    queries."""
    found = TemporaryJournal.objects.select_related("outage").in_bulk(
        {entry.object_id for entry in entries}
    )
    holders = queries.transfer_holders(found.values(), None)
    told = {}
    for entry in entries:
        one = found[entry.object_id]
        told[entry.pk] = Told(
            str(entry.journal),
            f"сбой {one.outage.days}",
            TRANSFER.name,
            holders[one.pk],
            reverse("transfer", args=[one.outage_id]),
        )
    return told
