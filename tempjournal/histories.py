"""What of outages stands in the search over all histories."""

from journals.queries.sources import Source, whole

from .models import Outage, TemporaryJournal

NAMED = [(Outage, ((), str))]
SOURCES = [
    whole(Outage, "id"),
    Source(
        TemporaryJournal,
        ("journal",),
        ("declared_by", "declared_at"),
        "journal",
        by_itself=True,
    ),
]
