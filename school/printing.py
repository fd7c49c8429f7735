"""PDFs: a template becomes pages."""

from django.template.loader import render_to_string


def render_pdf(template, context, *, variant=None):
    """The PDF (bytes) of a template that extends school/print/base.html; `variant` such as
    «pdf/a-3u» makes one to be archived. What a template would load from outside is refused."""
    return document(render_to_string(template, context)).write_pdf(pdf_variant=variant)


def document(html):
    """WeasyPrint's HTML of a text; what it would load from outside is refused."""
    # Imported here: it takes 40 MB that a web worker is spared until it prints.
    from weasyprint import HTML

    return HTML(string=html, url_fetcher=_refuse)


def _refuse(url, *args, **kwargs):
    raise ValueError(f"A print loads nothing: {url}")
