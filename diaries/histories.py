"""What of the printed reports stands in the search over all histories."""

from journals.queries.sources import Source, whole

from .models import PrintApplication, WeeklyReport

NAMED = [(PrintApplication, (("student__user",), str))]
SOURCES = [
    whole(PrintApplication, "student", student="student"),
    Source(
        WeeklyReport,
        ("application",),
        ("monday", "issued_at", "handed_on", "handed_to"),
        student="application__student",
    ),
]
