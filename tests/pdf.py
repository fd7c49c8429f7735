"""PDFs read back."""

import re
import subprocess


def pages(pdf, order="-layout"):
    """The text of each page: laid out as it stands there, or «-raw», cell after cell."""
    made = subprocess.run(
        ["pdftotext", order, "-", "-"], input=pdf, capture_output=True, check=True
    )
    return made.stdout.decode().split("\f")[:-1]


def words(text):
    """All words and numbers in reading order, those parted at the end of a line put together."""
    return re.sub(r"[\u00ad\u2010-]\s*\n\s*", "", text).split()
