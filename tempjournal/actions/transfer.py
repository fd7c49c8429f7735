"""What was written on paper is moved into the journals (3.2)."""

import datetime
from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from attendance.refusals import Refused
from journals.actions.paper_entries import PaperEntry, PaperErrors, save_paper
from journals.rules import ALL_PRESENT
from school.actions.holding import hold
from school.models import Outage, User
from school.models.history import originating

from .. import cell, filled
from ..models import Transfer, Upload
from ..queries import outages
from ..queries.outages import lessons_inside
from ..queries.resolving import resolve
from .outages import recount, recount_of

NOT_INSIDE = f"{outages.NOT_INSIDE.capitalize()}."
UPLOADS_REMEMBERED = 5  # whose corrections a file that is sent again takes over
UPLOAD_KEPT = datetime.timedelta(days=30)  # the paper is to be transferred in two working days


def attendance_of(entries: Iterable[PaperEntry]) -> list[PaperEntry]:
    """PaperEntries that attendance was taken on the lessons of others: who has written anything on
    a lesson's paper has also seen who is there (2.5)."""
    lessons = dict.fromkeys(entry.lesson_id for entry in entries)
    return [PaperEntry(pk, "attendance", None, ALL_PRESENT) for pk in lessons]


def standing(outage: Outage) -> Outage:
    """The outage as it is stored by now, held until the transaction ends. Refused if it is none any
    more."""
    held = Outage.objects.select_for_update(no_key=True).get(pk=outage.pk)
    if not held.stands:
        raise Refused("Этот сбой отменён: переносить по нему нечего.")
    return held


@transaction.atomic
def transfer(
    outage: Outage,
    person: User,
    entries: Collection[PaperEntry],
    source: str,
    led: Collection[int],
    now: datetime.datetime | None = None,
    derived: Collection[PaperEntry] = (),
) -> dict[tuple[int, int | str], str]:
    """Write PaperEntries of lessons inside an outage, at most one of a place, and note who has
    transferred them. Returns {(lesson id, place): text} of what was changed. The caller has asked
    whether the person may write there; `led` are the ids of the pupils whose class teacher that is
    (2.9). `derived` are PaperEntries that follow from these and are not counted as what the person
    has written. PaperErrors: nothing was written.

    The lesson's end is when it was written on the paper and decides about 2.5 and 2.8; `now`, when
    it is typed, decides about 3.2. Who changes the outage meanwhile waits, or has changed it before
    and is heeded.
    """
    now = now or timezone.now()
    try:
        outage = standing(outage)
    except Refused as refusal:
        raise PaperErrors({one.key: refusal for one in entries}) from None
    keys = {entry.lesson_id for entry in entries}
    inside = lessons_inside(outage, now).filter(pk__in=keys)
    # Held before their TemporaryJournals, in the order of every other writer.
    hold(inside.order_by().values("journal"))
    held = inside.order_by("pk").select_for_update(of=["self"])
    lessons = {one.pk: one for one in held}
    if keys - lessons.keys():
        outside = Refused(NOT_INSIDE)
        raise PaperErrors({one.key: outside for one in entries if one.lesson_id not in lessons})
    # Of a lesson that was made without a signal: counted before the paper's time stands in it.
    there = outage.temporary_journals.values_list("journal", flat=True)
    if missing := {one.journal_id for one in lessons.values()}.difference(there):
        recount(outage, now, missing)
    with originating(outage.origin):
        written = save_paper(
            [*entries, *derived],
            person,
            led,
            {pk: min(one.last_instant, now) for pk, one in lessons.items()},
        )
        if written:
            counts: Counter[int] = Counter()
            uncounted = {entry.key for entry in derived}
            for key in written:
                lesson_id, *_ = key
                counts[lesson_id] += key not in uncounted
            _note(outage, person, source, now, lessons, counts)
            recount_of([lessons[pk] for pk in counts], now)
    return written


def _note(outage, person, source, now, lessons, counts):
    """The Transfers of as many entries as were written of each lesson; the lessons are locked."""
    journals = dict(outage.temporary_journals.values_list("journal", "pk"))
    there = Transfer.objects.filter(
        temporary_journal__outage=outage, lesson__in=counts, made_by=person, source=source
    )
    before = {one.lesson_id: one for one in there}
    for one in before.values():
        one.entries += counts[one.lesson_id]
        one.made_at = now
    Transfer.objects.bulk_update(before.values(), ["entries", "made_at"])
    Transfer.objects.bulk_create(
        Transfer(
            temporary_journal_id=journals[lessons[pk].journal_id],
            lesson_id=pk,
            made_by=person,
            source=source,
            made_at=now,
            entries=count,
        )
        for pk, count in counts.items()
        if pk not in before
    )


# --- a filled file ---

TEXT, PROBLEM = 2, 3  # in an entry of a sheet


@dataclass(frozen=True)
class Corrections:
    """What a person says to what is wrong in a file: `typed` {key of a Found: text}, `confirmed`
    the keys of those whose guess is right, `choices` {name of a Mend: the id of an option, «0» to
    leave it out, «» for nothing}, as texts."""

    typed: dict[str, str] = field(default_factory=dict)
    confirmed: set[str] = field(default_factory=set)
    choices: dict[str, str] = field(default_factory=dict)


def receive_upload(outage: Outage, person: User, name: str, sheets: list[dict[str, Any]]) -> Upload:
    """Keep what a file says for the person to look at: nothing of it is transferred yet. What he
    has corrected in a file of this outage that said the same is corrected in this one too."""
    before = Upload.objects.filter(outage=outage, uploaded_by=person).order_by("-pk")
    for earlier in before.values_list("sheets", flat=True)[:UPLOADS_REMEMBERED]:
        for one in earlier:
            for sheet in sheets:
                if sheet["journal"] == one["journal"]:
                    _correct_alike(sheet, one)
    return Upload.objects.create(outage=outage, uploaded_by=person, name=name[:200], sheets=sheets)


def _correct_alike(sheet, earlier):
    """Take over what has been corrected in an earlier sheet, wherever both say the same, of the
    same row and column, and no later one has said it."""
    done = {*sheet.get("corrected", ())}
    corrected = {at: one for at, one in earlier.get("corrected", {}).items() if at not in done}
    same = {
        kind: _same_places(sheet[kind], earlier[kind]) for kind in ("pupils", "lessons", "lines")
    }
    for kind, parts in (("cells", ("pupils", "lessons")), ("texts", ("lines",))):
        for source in sheet[kind]:
            where = filled.place(sheet, kind, source)
            text, problem, typed = corrected.get(where, (None, None, None))
            is_same = all(place in same[part] for part, place in zip(parts, source, strict=False))
            if is_same and [text, problem] == source[TEXT:]:
                _correct(sheet, where, source, typed)
    for kind, places in same.items():
        for place, choice in places.items():
            if choice is not None:
                sheet[kind][place].setdefault("chosen", choice)


def _same_places(those, earlier):
    """{place: what was chosen for it, or None} of the rows, columns or lines that the file says the
    same of as an earlier one did, and at the same place."""
    choices = {_said(one): one.get("chosen") for one in earlier}
    return {place: choices[said] for place, said in enumerate(map(_said, those)) if said in choices}


def _said(one):
    """What the file itself says of a row, column or line, and where."""
    return tuple(sorted((key, value) for key, value in one.items() if key != "chosen"))


def _correct(sheet, where, source, text):
    kept = sheet.setdefault("corrected", {})
    kept.setdefault(where, [*source[TEXT:], text])[-1] = text
    source[TEXT], source[PROBLEM] = text, ""


@transaction.atomic
def correct_upload(
    upload: Upload, person: User, corrections: Corrections
) -> tuple[set[str], set[str]]:
    """Put right what can't be read or written, as a person says in Corrections. Returns the keys of
    the Founds of which something else is known now, and the names of the choices that are none; of
    an Upload that was applied nothing."""
    upload = _held(upload)
    if upload.applied_at:
        return set(), set()
    changed: set[str] = set()
    unknown = {name for name, choice in corrections.choices.items() if choice}
    for sheet in resolve(upload, person):
        for mend in sheet.mends.values():
            choice, options = corrections.choices.get(mend.name), _options(mend)
            if choice not in options:
                continue
            unknown.discard(mend.name)
            if _choose(mend, choice, options):
                changed.update(one.key for one in mend.found)
        for one in sheet.found:
            text = corrections.typed.get(one.key, one.text)
            text = text.strip() if isinstance(one.across, str) else cell.mark_text(text)
            is_touched = text != one.text or (one.is_guess and one.key in corrections.confirmed)
            if one.mendable and is_touched:
                _correct(sheet.data, one.where, one.source, text)
                changed.add(one.key)
    if changed:
        upload.save(update_fields=["sheets"])
    return changed, unknown


def _options(mend):
    """{what a form sends: what it means}; «» takes a choice back."""
    return {str(pk): pk for pk, _ in mend.options} | {"0": 0, "": None}


def _choose(mend, choice, options):
    """Whether it is another one than before."""
    if options[choice] == mend.chosen:
        return False
    mend.said.pop("chosen", None)
    if choice:
        mend.said["chosen"] = options[choice]
    return True


@transaction.atomic
def apply_upload(
    upload: Upload,
    person: User,
    chosen: Mapping[str, str],
    led: Collection[int],
    now: datetime.datetime | None = None,
) -> None:
    """Transfer what was chosen of an Upload: {key of a Found: the text that stood at its place when
    it was looked at}; `led` as `transfer` takes them. Once: of one that was applied nothing is
    written again. PaperErrors: then nothing is. How many entries were written of a sheet is noted
    in it as `written`, and what was left out alone stays in it."""
    upload = _held(upload)
    if upload.applied_at:
        return
    now = now or timezone.now()
    sheets = resolve(upload, person)
    wanted = [one for one in _all(sheets) if one.key in chosen]
    if wrong := [one for one in wanted if one.problem]:
        raise PaperErrors({(one.lesson_id, one.place): Refused(one.problem) for one in wrong})
    entries = [one.entry(chosen[one.key]) for one in wanted]
    whole = {
        one.lesson_id
        for sheet in sheets
        for one in sheet.found
        if sheet.granted.writes_lesson(one.lesson_id)  # type: ignore[arg-type, union-attr]  # what was found is some journal's
    }
    attended = attendance_of(entry for entry in entries if entry.lesson_id in whole)
    source = Transfer.Source.XLSX
    written = transfer(upload.outage, person, entries, source, led, now, attended)
    for sheet in sheets:
        if sheet.journal is None:
            continue
        wanted = [one for one in sheet.found if one.key in chosen]
        sheet.data["written"] = sum((one.lesson_id, one.place) in written for one in wanted)
        done = {id(one.source) for one in wanted}
        for kind in ("cells", "texts"):
            sheet.data[kind] = [one for one in sheet.data[kind] if id(one) not in done]
    upload.applied_at = now
    upload.save(update_fields=["applied_at", "sheets"])


def remove_upload(upload: Upload) -> bool:
    """Whether it was: one that was applied meanwhile stays."""
    removed, _ = Upload.objects.filter(pk=upload.pk, applied_at=None).delete()
    return bool(removed)


def forget_uploads() -> None:
    """Names and marks of pupils are not kept where nobody looks any more."""
    Upload.objects.filter(uploaded_at__lt=timezone.now() - UPLOAD_KEPT).delete()


def _all(sheets):
    return [one for sheet in sheets for one in sheet.found]


def _held(upload):
    held = Upload.objects.select_for_update(of=["self"]).select_related("outage")
    return held.get(pk=upload.pk)
