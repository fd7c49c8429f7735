"""What of temporary journals stands in the search over all histories."""

from journals.queries.sources import Source

from .models import TemporaryJournal

SOURCES = [
    Source(
        TemporaryJournal,
        ("journal",),
        ("declared_by", "declared_at"),
        "journal",
        by_itself=True,
    ),
]
