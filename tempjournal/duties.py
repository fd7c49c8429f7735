"""The duty to transfer what was written on paper (3.2)."""

from django.db.models import Q
from django.urls import reverse

from journals.queries.duty import Duty, Told

from .models import TemporaryJournal
from .queries.transfers import closed_transfers, transfer_holders, untransferred

NAME = "перенос временного журнала"


def held_by(teacher, entries):
    """Q for the late transfers that are a person's (id) duty; four queries, for there are few."""
    found = TemporaryJournal.objects.select_related("outage").filter(
        pk__in=entries.order_by().values("object_id")
    )
    holders = transfer_holders(list(found), None)
    return Q(object_id__in=[pk for pk, held in holders.items() if teacher in held])


def tell(entries):
    """{key: Told} of late transfers: the duty of those whose lessons are not complete; four
    queries."""
    found = TemporaryJournal.objects.select_related("outage").in_bulk(
        {entry.object_id for entry in entries}
    )
    holders = transfer_holders(found.values(), None)
    told = {}
    for entry in entries:
        one = found[entry.object_id]
        told[entry.pk] = Told(
            str(entry.journal),
            f"сбой {one.outage.days}",
            NAME,
            holders[one.pk],
            reverse("transfer", args=[one.outage_id]),
        )
    return told


TRANSFER = Duty(
    kind="transfer",
    name=NAME,
    clause="3.2",
    model=TemporaryJournal,
    due="transfer_due_at",
    done="transferred_at",
    tell=tell,
    held_by=held_by,
    lesson=None,
    closed=closed_transfers,
    lacking=untransferred,
)
DUTIES = [TRANSFER]
