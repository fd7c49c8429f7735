"""PDFs: a template becomes pages."""

from django.template.loader import render_to_string

ROOM = 1 << 16  # words: Python then takes a piece of 1 MiB, and half of it is left


def with_room(function):
    """`function`, whose frame is so large that all frames of what it calls fit beside it into one
    piece of Python's stack. Layout calls deeply and in loops. Where a loop crosses from one piece
    of the usual 16 KiB to the next, each call takes memory from the system and gives it back; how
    deep that is, is chance, and it took a quarter of the time of a print
    (github.com/python/cpython/issues/142183)."""
    function.__code__ = function.__code__.replace(co_stacksize=ROOM)
    return function


def render_pdf(template, context, *, variant=None):
    """The PDF (bytes) of a template that extends school/print/base.html."""
    return draw(render_to_string(template, context), variant)


@with_room
def draw(html, variant=None):
    """The PDF (bytes) of a text; `variant` such as «pdf/a-3u» makes one to be archived. What it
    would load from outside is refused."""
    return document(html).write_pdf(pdf_variant=variant)


def document(html):
    """WeasyPrint's HTML of a text. What it would load from outside is refused: it is drawn without,
    and WeasyPrint's log says so."""
    # Imported here: it takes 40 MB that a web worker is spared until it prints.
    from weasyprint import HTML
    from weasyprint.urls import URLFetcher

    return HTML(string=html, url_fetcher=URLFetcher(allowed_protocols=()))
