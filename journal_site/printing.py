"""The desk's papers as PDF: who is absent, for the duty; portions, for the kitchen."""

from school.models import School
from school.printing.draw import render_pdf

from .queries.desk.papers import paper


def absent(now):
    """The PDF (bytes) of who is not at school at an instant: names with Б, УП, НП or Н."""
    return render_pdf("desk/print/absent.html", _context(now))


def kitchen(now):
    """The PDF (bytes) of the portions of each class: numbers alone."""
    return render_pdf("desk/print/kitchen.html", _context(now))


def _context(now):
    return {"paper": paper(now), "school": School.objects.first()}
