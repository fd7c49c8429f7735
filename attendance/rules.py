"""Pure rules of attendance. No database."""

import datetime
from collections import Counter
from dataclasses import dataclass
from io import BytesIO

from PIL import Image

from school.rules import end_of_day, working_day_after

from .reasons import TOTALLED, is_away

REASON_DAYS = 2
MOST_PIXELS = 40_000_000  # an A4 page at 600 dpi has 35 million
A_WEEKEND = datetime.timedelta(days=3)
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


def reason_due(received_on, calendar, zone):
    """Until when the class teacher corrects the reason (UTC): the end of the 2nd working day after
    the document was received (2.9)."""
    return end_of_day(working_day_after(received_on, REASON_DAYS, calendar), zone)


# --- scans ---


class ScanError(ValueError):
    """The file can't be kept as a scan; the text is Russian and says why."""


TOO_MANY_PIXELS = (
    f"В картинке больше {MOST_PIXELS // 1_000_000} миллионов точек: "
    "отсканируйте документ с меньшим разрешением, 300 точек на дюйм довольно."
)


def scan_type(content):
    """«pdf», «jpg» or «png», by the content (bytes) alone: neither the file's name nor what the
    browser calls it says what it is. ScanError if it is none of these or does not open."""
    if content.startswith(b"%PDF-"):
        if b"%%EOF" not in content[-1024:]:
            raise ScanError("Файл PDF обрывается: отсканируйте или скачайте его ещё раз.")
        _open_pdf(content)
        return "pdf"
    if content.startswith(b"\xff\xd8\xff"):
        return _image(content, "jpg", "JPEG")
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return _image(content, "png", "PNG")
    raise ScanError("Это не PDF, не JPEG и не PNG, как бы файл ни назывался.")


def _open_pdf(content):
    from pypdf import PdfReader  # a tenth of a second that only who reads a scan waits for

    try:
        pages = len(PdfReader(BytesIO(content)).pages)
    except Exception as error:  # whatever a broken file makes it stumble over
        raise ScanError("PDF не открывается: отсканируйте или скачайте его ещё раз.") from error
    if not pages:
        raise ScanError("В этом PDF нет ни одной страницы.")


def _image(content, kind, name):
    try:
        with Image.open(BytesIO(content), formats=[name]) as image:
            if image.width * image.height > MOST_PIXELS:
                raise ScanError(TOO_MANY_PIXELS)
            if kind == "png":
                image.verify()  # reads all of it and compares the checksums
            else:
                # An eighth of its size shows whether a JPEG opens, and is small in memory; of a
                # progressive one all the coefficients are held nevertheless, hence MOST_PIXELS.
                image.draft(None, (image.width // 8, image.height // 8))
                image.load()
                # Pillow is told by WeasyPrint, once a page was printed, to be content with less.
                if b"\xff\xd9" not in content[-1024:]:
                    raise ValueError("no end of image")
    except ScanError:
        raise
    except Image.DecompressionBombError as error:
        raise ScanError(TOO_MANY_PIXELS) from error
    except (OSError, SyntaxError, ValueError) as error:
        raise ScanError(f"Картинка {name} повреждена: отсканируйте её ещё раз.") from error
    return kind


# --- spells, totals ---


def spells(days):
    """{day: (first, last)} of some days of one pupil: the absence that each is part of, for one
    document mostly explains all of it. A weekend does not end one."""
    found, spell = {}, []
    for day in sorted(days):
        if spell and day - spell[-1] > A_WEEKEND:
            spell = []
        spell.append(day)
        found[day] = spell
    return {day: (spell[0], spell[-1]) for day, spell in found.items()}


@dataclass(frozen=True)
class Totals:
    """A pupil's absences in a period: school days on which at least one lesson was missed, lessons
    missed; how often for each Reason, in the order of TOTALLED: coming late is among them, though
    it is no absence."""

    days: int
    lessons: int
    by_reason: dict


def totals(absences):
    """Totals of one pupil's (date, reason)."""
    absences = list(absences)
    reasons = Counter(reason for _, reason in absences)
    missed = [date for date, reason in absences if is_away(reason)]
    return Totals(len(set(missed)), len(missed), {one: reasons[one] for one in TOTALLED})
