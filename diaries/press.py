"""Sheets become pages: each one A4 page, in the largest type that its text leaves room for.

`python -m diaries.press` is a process that does nothing else: a line of standard input holds a JSON
list of sheets, the answer on standard output is the length of the PDF and the PDF.
"""

import json
import struct
import sys

from school.printing import document

LENGTH = struct.Struct(">Q")
LARGEST, STEP = 9.0, 0.95  # points; each try is so much smaller than the one before


def draw(sheets):
    """The PDF (bytes) of sheets, a page each; a sheet is (HTML, size of type to try first)."""
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()  # shared: each font is in the file once
    documents = [_fitted(html, size, fonts) for html, size in sheets]
    pages = [page for one in documents for page in one.pages]
    return documents[0].copy(pages).write_pdf()


def _fitted(html, size, fonts):
    """The sheet laid out on one page. Nothing is cut off, so the type gets as small as it must."""
    from weasyprint import CSS

    source = document(html)
    while True:
        type_size = CSS(string=f"html {{ font-size: {size:.2f}pt !important }}")
        laid_out = source.render(font_config=fonts, stylesheets=[type_size])
        if len(laid_out.pages) == 1:
            return laid_out
        size *= STEP


def main():
    for line in sys.stdin.buffer:
        pdf = draw(json.loads(line))
        sys.stdout.buffer.write(LENGTH.pack(len(pdf)) + pdf)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
