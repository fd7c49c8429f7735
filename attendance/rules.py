"""Pure rules of attendance. No database."""

import datetime
from collections import Counter
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import dataclass
from io import BytesIO
from itertools import takewhile
from typing import NamedTuple

from PIL import Image

from school.rules.days import WorkingCalendar, end_of_day, working_day_after

from .reasons import TOTALLED, Reason, confirms, is_away
from .refusals import Refused

REASON_DAYS = 2
MOST_PIXELS = 40_000_000  # an A4 page at 600 dpi has 35 million
A_WEEKEND = datetime.timedelta(days=3)
TYPES = {"pdf": "application/pdf", "jpg": "image/jpeg", "png": "image/png"}


def reason_due(
    received_on: datetime.date, calendar: WorkingCalendar, zone: datetime.tzinfo
) -> datetime.datetime:
    """Until when the class teacher corrects the reason (UTC): the end of the 2nd working day after
    the document was received (2.9)."""
    return end_of_day(working_day_after(received_on, REASON_DAYS, calendar), zone)


# --- whose word about an absence stands (2.9) ---


class Said(NamedTuple):
    """What an absence says: its reason («» for none), the id of the document that gives it, and of
    the class teacher who has confirmed it."""

    reason: str
    document_id: int | None = None
    confirmed_by_id: int | None = None


@dataclass(frozen=True)
class ReasonFacts:
    """What decides about a reason that somebody writes: what the absence has `said` so far, None
    where there is none, and the id of the `class_teacher` who writes as the pupil's, else None.

    The others are functions, for each may cost a query: they are asked only where they matter.
    `confirmer` is the name of who has confirmed what stands; `document` what the newest document
    that covers the day says, `before` what the class teacher had said of an absence that was then
    cleared, both None where there is none.
    """

    said: Said | None
    class_teacher: int | None
    confirmer: Callable[[], str]
    document: Callable[[], Said | None]
    before: Callable[[], Said | None]


def decide_reason(reason: str, facts: ReasonFacts) -> Said | None:
    """The Said that is to stand when somebody writes a reason, «» to clear it; None where it stands
    already.

    Refused: somebody else changes a reason that the class teacher has confirmed, or the class
    teacher takes away one that a document gives. Clearing is for all: the pupil was there.
    """
    said = facts.said
    if reason == (said.reason if said else ""):
        return None
    if not reason:
        return Said(reason)
    if said and said.confirmed_by_id and facts.class_teacher is None:
        raise Refused(
            f"Причину уже указал(а) {facts.confirmer()}: меняет её только классный руководитель."
        )
    if facts.class_teacher is not None and confirms(reason):
        return Said(reason, None, facts.class_teacher)
    if not is_away(reason):
        return Said(reason)
    if document := facts.document():
        if document == said:
            raise Refused("Причину даёт документ: чтобы снять её, измените или отзовите документ.")
        return document
    # Written anew it is the same absence, and the class teacher's word still stands.
    return (facts.before() if said is None else None) or Said(reason)


# --- scans ---


class ScanError(ValueError):
    """The file can't be kept as a scan; the text is Russian and says why."""


TOO_MANY_PIXELS = (
    f"В картинке больше {MOST_PIXELS // 1_000_000} миллионов точек: "
    "отсканируйте документ с меньшим разрешением, 300 точек на дюйм довольно."
)


def scan_type(content: bytes) -> str:
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


def _open_pdf(content: bytes) -> None:
    from pypdf import PdfReader  # a tenth of a second that only who reads a scan waits for

    try:
        pages = len(PdfReader(BytesIO(content)).pages)
    except Exception as error:  # whatever a broken file makes it stumble over
        raise ScanError("PDF не открывается: отсканируйте или скачайте его ещё раз.") from error
    if not pages:
        raise ScanError("В этом PDF нет ни одной страницы.")


def _image(content: bytes, kind: str, name: str) -> str:
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


def spells(
    days: Iterable[datetime.date],
) -> dict[datetime.date, tuple[datetime.date, datetime.date]]:
    """{day: (first, last)} of some days of one pupil: the absence that each is part of, for one
    document mostly explains all of it. A weekend does not end one."""
    found: dict[datetime.date, list[datetime.date]] = {}
    spell: list[datetime.date] = []
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
    by_reason: dict[Reason, int]


def totals(absences: Iterable[tuple[datetime.date, str]]) -> Totals:
    """Totals of one pupil's (date, reason)."""
    absences = list(absences)
    reasons = Counter(reason for _, reason in absences)
    missed = [date for date, reason in absences if is_away(reason)]
    return Totals(len(set(missed)), len(missed), {one: reasons[one] for one in TOTALLED})


# --- where a pupil is just now ---


class Attended(NamedTuple):
    """A pupil's lesson of which attendance was taken: its number, and the reason of his absence («»
    for none)."""

    number: int
    reason: str


class Whereabouts(NamedTuple):
    """What is known of a pupil during a day: why he is away («» if he is not), since which lesson
    (None: before any was taken, as a document says), and at which one he was last (None: at none).
    """

    reason: str = ""
    since: int | None = None
    last_seen: int | None = None

    @property
    def is_missing(self) -> bool:
        """Whether nobody knows why he is not there."""
        return self.reason == Reason.UNKNOWN


def whereabouts(attended: Sequence[Attended], by_document: str = "") -> Whereabouts:
    """Where a pupil is, by his lessons of one day, in order, whose attendance was taken: the last
    one says it, and before the first the reason of a document that covers the day (2.9).
    A reason that is known of one lesson in a row explains the others: who has left with a word is
    not missing."""
    if not attended:
        return Whereabouts(by_document)
    away = list(takewhile(lambda one: is_away(one.reason), reversed(attended)))
    if not away:
        return Whereabouts()
    seen = attended[: len(attended) - len(away)]
    explained = (one.reason for one in away if confirms(one.reason))
    return Whereabouts(
        next(explained, Reason.UNKNOWN), away[-1].number, seen[-1].number if seen else None
    )


def away_since(
    missed: Container[datetime.date],
    taught: Iterable[datetime.date],
    today: datetime.date,
    document: datetime.date | None = None,
) -> datetime.date:
    """Since when a pupil who is away today is away: the first of the days in a row on which his
    class was `taught`, given the latest first, and he missed something; or the first day of the
    `document` about today, if that is earlier."""
    return min(min(takewhile(missed.__contains__, taught), default=today), document or today)


def many_away(away: int, pupils: int, percent: int) -> bool:
    """Whether so many of a class are away that its leaders should know: `percent` of it or more."""
    return away > 0 and away * 100 >= percent * pupils
