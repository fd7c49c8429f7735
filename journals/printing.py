"""PDFs of the journals."""

from school.printing import render_pdf

ARCHIVED = "pdf/a-2u"


def book_pdf(book, *, variant=None):
    """The PDF (bytes) of a queries.book.Book."""
    return render_pdf("journals/print/book.html", {"book": book}, variant=variant)
