"""PDFs of the journals."""

from django.utils import timezone

from school.models import School
from school.printing import render_pdf

ARCHIVED = "pdf/a-2u"


def book_pdf(book, *, variant=None):
    """The PDF (bytes) of a queries.book.Book."""
    return render_pdf("journals/print/book.html", {"book": book}, variant=variant)


def summary_pdf(shown):
    """The PDF (bytes) of a class summary, as views.summary shows it."""
    context = {"school": School.objects.first(), "today": timezone.localdate(), **shown}
    return render_pdf("journals/print/summary.html", context)
