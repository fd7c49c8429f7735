"""PDFs read back."""

import re
import subprocess
from io import BytesIO
from math import sqrt

from pypdf import PdfReader
from pypdf.generic import ContentStream, NameObject


def pages(pdf, order="-layout"):
    """The text of each page: laid out as it stands there, or «-raw», cell after cell."""
    made = subprocess.run(
        ["pdftotext", order, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return made.stdout.decode().split("\f")[:-1]


def words(text):
    """All words and numbers in reading order, those parted at the end of a line put together."""
    return re.sub(r"[\u00ad\u2010-]\s*\n\s*", "", text).split()


def type_sizes(pdf):
    """The sizes, in points as they are on the paper, of all that is written on it, to a tenth."""
    reader = PdfReader(BytesIO(pdf))
    found = set()
    for page in reader.pages:
        _sizes_of(page.get_contents(), page.get("/Resources", {}), reader, 1.0, found)
    return {round(size, 1) for size in found}


def _sizes_of(content, resources, reader, scale, found):
    """Of a content stream: `scale` is what the matrices before it come to."""
    if content is None:
        return
    outer, font, text = [], 0.0, 1.0
    for operands, operator in ContentStream(content, reader).operations:
        if operator == b"q":
            outer.append(scale)
        elif operator == b"Q":
            scale = outer.pop()
        elif operator == b"cm":
            scale *= _scale(operands)
        elif operator == b"Tf":
            font = float(operands[1])
        elif operator == b"Tm":
            text = _scale(operands)
        elif operator == b"BT":
            text = 1.0
        elif operator in (b"Tj", b"TJ"):
            found.add(font * text * scale)
        elif operator == b"Do":
            one = resources["/XObject"][NameObject(operands[0])].get_object()
            if one["/Subtype"] == "/Form":
                inner = scale * _scale(one.get("/Matrix", (1, 0, 0, 1, 0, 0)))
                _sizes_of(one, one.get("/Resources", resources), reader, inner, found)


def _scale(matrix):
    a, b, c, d, *_ = map(float, matrix)
    return sqrt(abs(a * d - b * c))
