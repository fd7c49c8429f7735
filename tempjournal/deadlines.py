"""The transfer's row in the deadline watch (3.2)."""

from django.db.models import Q
from django.urls import reverse

from journals.deadlines import DEADLINES, Deadline
from journals.queries import HOLDERS, MISSING, TELLERS, Told

from . import queries
from .models import TemporaryJournal

TRANSFER = Deadline(
    *("transfer", "перенос временного журнала", "3.2"),
    *(TemporaryJournal, "transfer_due_at", "transferred_at"),
    lesson=None,
    closed=queries.closed_transfers,
)


def register():
    """Let the watch and the lists of late entries know the transfer."""
    DEADLINES.append(TRANSFER)
    TELLERS[TRANSFER.kind] = tell
    HOLDERS[TRANSFER.kind] = held_by
    MISSING.append((TRANSFER.name, queries.untransferred))


def held_by(teacher, entries):
    """Q for the late transfers that are a person's (id) duty; four queries, for there are few."""
    found = TemporaryJournal.objects.select_related("outage").filter(
        pk__in=entries.order_by().values("object_id")
    )
    holders = queries.transfer_holders(list(found), None)
    return Q(object_id__in=[pk for pk, held in holders.items() if teacher in held])


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
