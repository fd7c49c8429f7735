"""What of the site itself stands in the search over all histories."""

from journals.queries.sources import whole

from .models import Reminder, SecondFactor

SOURCES = [whole(Reminder), whole(SecondFactor)]
