"""What of outages stands in the search over all histories."""

from journals.queries.search import NAMED, SOURCES, whole

from .models import Outage


def register():
    NAMED[Outage] = ((), str)
    SOURCES.append(whole(Outage, "id"))
