"""PDFs: a template becomes pages."""

from django.template.loader import render_to_string

ARCHIVED = "pdf/a-2u"  # the variant of what is kept for decades


def render_pdf(template, context, *, variant=None):
    """The PDF (bytes) of a template that extends school/print/base.html."""
    return draw(render_to_string(template, context), variant)


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
