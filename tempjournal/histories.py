"""What of outages stands in the search over all histories."""

from journals.queries.search import NAMED, SOURCES, Source, whole

from .models import Outage, TemporaryJournal


def register():
    NAMED[Outage] = ((), str)
    SOURCES.append(whole(Outage, "id"))
    declared = ("declared_by", "declared_at")
    SOURCES.append(Source(TemporaryJournal, ("journal",), declared, "journal", by_itself=True))
