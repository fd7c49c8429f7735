"""PDFs of the journals."""

from django.template.loader import render_to_string
from django.utils import timezone

from school.models import Role, School
from school.printing.draw import draw, render_pdf
from school.queries.people import held_since


def book_pdf(book, *, variant=None, certifier=None):
    """The PDF (bytes) of a queries.book.Book; `certifier` as in `book_html`."""
    return draw(book_html(book, certifier=certifier), variant)


def book_html(book, *, certifier=None):
    """What the PDF of a queries.book.Book is drawn from. It names the `certifier`, a User, if it is
    made to be certified (4.1)."""
    context = {"book": book, "certifier": certifier}
    if certifier:
        asked = (certifier.pk, timezone.now())
        context["director_since"] = held_since(Role.Kind.DIRECTOR, [asked]).get(asked)
    return render_to_string("journals/print/book.html", context)


def summary_pdf(shown):
    """The PDF (bytes) of a class summary, as views.summary shows it."""
    context = {"school": School.objects.first(), "today": timezone.localdate(), **shown}
    return render_pdf("journals/print/summary.html", context)


def substitutions_pdf(found, person):
    """The PDF (bytes) of a queries.substitution_book.DayList, to be signed by a leader. It hangs on
    a wall: nobody reads in it why a teacher is away."""
    context = {"school": School.objects.first(), "now": timezone.now(), "found": found}
    return render_pdf("journals/print/substitutions.html", context | {"person": person})


def substitution_book_pdf(book):
    """The PDF (bytes) of a queries.substitution_book.Book."""
    context = {"school": School.objects.first(), "book": book}
    return render_pdf("journals/print/substitution_book.html", context)
