"""Sheets become pages: each one A4 page, in the largest type that its text leaves room for; more
pages only where one would be unreadable, in type below 7 points.

`python -m diaries.fitting` is a process that does nothing else, with lists of sheets as its jobs.
"""

import math

from school.printing.draw import document
from school.printing.worker import serve

# In points: the type of a sheet with little text, the smallest that is read, and the type of a
# sheet that needs more than one page.
LARGEST, SMALLEST, FLOWING = 9.0, 7.0, 7.5
SMALL = 0.85  # of what is of less weight, but never under SMALLEST
STEP = 0.95  # how much smaller the second try is than the first
BISECTIONS = 4  # of the sizes between the smallest and the largest: to 5 %


def draw(sheets):
    """The PDF (bytes) of sheets, in their order; a sheet is (HTML, size of type to try first)."""
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()  # shared: each font is in the file once
    documents = [_fitted(html, size, fonts) for html, size in sheets]
    pages = [page for one in documents for page in one.pages]
    return documents[0].copy(pages).write_pdf()


def _fitted(html, size, fonts):
    """The sheet laid out on one page, by BISECTIONS + 3 layouts at most. Nothing is cut off: what
    would be too small to be read there flows over to the next page."""
    source = document(html)
    for first_try in (size, size * STEP):  # a guess is seldom more than a step too large
        if first_try <= SMALLEST:
            break
        if len((laid_out := _laid_out(source, first_try, fonts)).pages) == 1:
            return laid_out
    fits = _laid_out(source, SMALLEST, fonts)
    if len(fits.pages) > 1:
        return _laid_out(source, FLOWING, fonts)
    small, large = SMALLEST, max(first_try, SMALLEST)
    for _ in range(BISECTIONS):
        middle = math.sqrt(small * large)
        laid_out = _laid_out(source, middle, fonts)
        if len(laid_out.pages) == 1:
            small, fits = middle, laid_out
        else:
            large = middle
    return fits


def _laid_out(source, size, fonts):
    from weasyprint import CSS

    small = max(size * SMALL, SMALLEST)
    type_sizes = (
        f"html {{ font-size: {size:.2f}pt !important }} .small {{ font-size: {small:.2f}pt }}"
    )
    return source.render(font_config=fonts, stylesheets=[CSS(string=type_sizes)])


if __name__ == "__main__":
    serve(draw)
