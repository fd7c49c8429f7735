"""What of the printed reports stands in the search over all histories."""

from journals.queries.search import NAMED, SOURCES, Source, whole

from .models import PrintApplication, WeeklyReport


def register():
    NAMED[PrintApplication] = (("student__user",), str)
    SOURCES.append(whole(PrintApplication, "student", student="student"))
    SOURCES.append(
        Source(
            WeeklyReport,
            ("application",),
            ("monday", "issued_at", "handed_on", "handed_to"),
            student="application__student",
        )
    )
