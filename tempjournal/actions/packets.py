"""The packet: the temporary journals of the coming days with lessons, written out in the morning,
so that they are there when the system is not (3.1).

A worker claims the day in no transaction, tells after each form that it is alive, and writes into
a folder of its own, which becomes the packet's in one step when everything is in it. Whoever finds
a claim without a sign of life begins anew; the first worker, if it is alive after all, sees its
claim gone and throws away what it has. What of the disk may be removed says `folders`.

Beside the full form of all its days each class has a short one of each of the first (3.1: for an
outage of a day it is a sheet to be printed, not sixteen), drawn in the same run.

A class that can't be made does not hold up the others: it is written down as left out, tried again
later, and sent after them.
"""

import logging
import zipfile
from collections import defaultdict
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.db.models import F, Q
from django.template.loader import render_to_string
from django.utils import timezone

from school.models import School
from school.printing import pool
from school.rules.overrides import each_day

from .. import day_printing, printing
from ..form import WHOLE_SCHOOL, file_name, sheet_name
from ..models import LeftOut, Packet, PacketFolder
from ..queries.packets import (
    left_out,
    packet_addresses,
    packet_days,
    packet_due,
    packets,
    to_be_tried,
)
from ..queries.portions import packet_classes
from ..xlsx import write
from . import folders

logger = logging.getLogger(__name__)

KEPT = 10  # packets
# A mail server may look at each page of it before it says that it has taken it; who gives up
# earlier sends it once more.
MAILING = 300  # seconds


def make_packet() -> bool:
    """Write the packet that is due, or the classes that were left out of it, and send by e-mail to
    the school's addresses what was not sent; returns whether the packet was written here. What
    fails is logged and tried again when the claim has expired."""
    written = False
    day = packet_due()
    if day:
        packet = Packet.objects.make_or_claim({"day": day}, written_at=None)
    else:
        packet = _claim_what_is_left()
    try:
        if packet and not packet.written_at:
            written = _write(packet)
        elif packet:
            _write_left_out(packet)
        if packet and packet.written_at:
            _mail(packet)
    except Exception:
        logger.exception("packet of %s not %s", packet.day, "mailed" if written else "made")
    return written


def _claim_what_is_left():
    """The packet of today where a class was left out of it, or something was not sent."""
    packet = packets().first()
    if packet is None or packet.day != timezone.localdate():
        return None
    unsent = packet_addresses() and (packet.mailed_at is None or _additions(packet))
    if not (unsent or to_be_tried(packet)):
        return None
    return packet if packet.claim() else None


# --- the files ---


def packet_folder(packet: Packet) -> Path:
    """Where a packet is."""
    return Path(settings.TEMP_JOURNAL_DIR) / packet.folder_name


def _write(packet):
    """Write a claimed packet; returns whether it was finished here."""
    days = packet_days(packet.day)
    if days is None:
        raise RuntimeError("No day of the packet has lessons")
    classes = packet_classes(*days)
    draft = folders.begin(packet, _names(classes))
    try:
        failed = _fill(draft, packet, classes, days)
        if classes and failed is not None and len(failed) == len(classes):
            raise RuntimeError("No class of the packet could be made")
        finished = failed is not None and _put_in_place(draft, packet, failed, *days)
    finally:
        folders.discard(draft)
    if finished:
        _drop_old(packet.day)
    return finished


def _names(classes):
    """What the files of Portions and of the whole school are called."""
    days = {sheet.day for one in classes for sheet in one.sheets}
    return [*(name for one in classes for name in one.names), WHOLE_SCHOOL, *map(sheet_name, days)]


def _fill(draft, packet, classes, days):
    """Write the files of Portions and of the whole school for the days (first, last); returns the
    SchoolClasses that could not be made, None if the packet is not ours any more."""
    made, failed, school, folder = [], [], School.objects.get(), folders.path_of(draft)
    drawn = pool.draw_all(_forms(school, classes, days))
    short: dict[int, list[bytes | Exception]] = defaultdict(list)
    for whose in [one.school_class.pk for one in classes for _ in one.sheets]:
        short[whose].append(next(drawn))
        if not packet.renew():
            return None
    with (folder / WHOLE_SCHOOL).open("w+b") as file:
        binder = pool.Binder(file)
        for one, pdf in zip(classes, drawn, strict=True):
            if _write_class(folder, school, one, [pdf, *short[one.school_class.pk]]):
                binder.add(pdf, str(one.school_class), in_leaves=True)
                made.append(one)
            else:
                failed.append(one.school_class)
            if not packet.renew():
                return None
        if made:
            binder.close()
    for day in {sheet.day for one in made for sheet in one.sheets}:
        _bind(folder, folder / sheet_name(day), _forms_of(day, made))
    return failed


def _forms_of(day, classes):
    """[(SchoolClass, what its form is called)] of Portions, the short one of a day, without one the
    full one."""
    classes = [one.school_class for one in classes]
    return [(one, sheet_name(day, one) if day else file_name(one, "pdf")) for one in classes]


def _bind(folder, path, forms):
    """Join those of [(SchoolClass, what its form is called)] that are there in a folder."""
    with path.open("w+b") as file:
        binder = pool.Binder(file)
        for school_class, name in forms:
            if (folder / name).exists():
                binder.add((folder / name).read_bytes(), str(school_class), in_leaves=True)
        binder.close()


def _write_class(folder, school, portion, pdfs):
    """Write the files of a Portion, its forms (bytes) as `pool.draw_all` gave them; False if one of
    them or the workbook could not be made: then none is there."""
    one = portion.school_class
    try:
        for pdf in pdfs:
            if isinstance(pdf, Exception):
                raise pdf
        content = write.class_workbook(portion.papers, write.title(school, one, one.year))
    except Exception:
        logger.exception("temporary journals of %s not made", one)
        return False
    for name, written in zip(portion.names, [*pdfs, content], strict=True):
        (folder / name).write_bytes(written)
    return True


def _write_left_out(packet):
    """Try the classes once more that were left out of a claimed packet which is in its place."""
    rows = {row.school_class_id: row for row in to_be_tried(packet)}
    if not rows:
        return
    days = packet.first_day, packet.last_day
    classes = packet_classes(*days)
    again = [one for one in classes if one.school_class.pk in rows]
    LeftOut.objects.filter(pk__in=[row.pk for row in rows.values()]).update(tries=F("tries") + 1)
    draft = folders.begin(packet, _names(again))
    try:
        failed = _fill(draft, packet, again, days)
        if failed is None:
            return
        made = _add_to(packet, draft, [one for one in again if one.school_class not in failed])
        if made:
            _bind_again(packet, draft, classes)
    finally:
        folders.discard(draft)
    keys = [rows[one.school_class.pk].pk for one in made]
    LeftOut.objects.filter(pk__in=keys).update(made_at=timezone.now())
    # Who has no journals any more is not left out of anything.
    gone = set(rows) - {one.school_class.pk for one in again}
    LeftOut.objects.filter(packet=packet, school_class__in=gone).delete()


def _standing_folder(packet):
    """The PacketFolder of a packet that is in its place; of one from before these were kept a new
    one, in which no file is known to be ours."""
    found = packet.folders.filter(is_draft=False).order_by("-pk").first()
    return found or PacketFolder(
        packet=packet, place=str(folders.place()), name=packet.folder_name, is_draft=False
    )


def _add_to(packet, draft, classes):
    """Move the files of Portions from a draft to the packet; returns those in whose way nothing was
    that is not ours."""
    standing, written = _standing_folder(packet), folders.contents(draft)
    made = []
    for one in classes:
        if any(folders.in_the_way(standing, name) for name in one.names):
            logger.error("%s: what is called %s is not ours", packet.day, " or ".join(one.names))
            continue
        for name in one.names:
            _move_to(standing, draft, name, written[name])
        made.append(one)
    return made


def _move_to(standing, draft, name, digest):
    # Written down first: who dies between the two leaves a file of ours, not a stranger's.
    standing.files[name] = digest
    standing.save()
    (folders.path_of(draft) / name).replace(folders.path_of(standing) / name)


def _bind_again(packet, draft, classes):
    """The files of the whole school, of those of the Portions that are there by now; one that
    somebody has changed is left to him."""
    standing, folder = _standing_folder(packet), folders.path_of(draft)
    for day in (None, *sorted({sheet.day for one in classes for sheet in one.sheets})):
        name = sheet_name(day) if day else WHOLE_SCHOOL
        if folders.in_the_way(standing, name):
            logger.error("%s: %s is not ours any more", packet.day, name)
            continue
        _bind(folders.path_of(standing), folder / name, _forms_of(day, classes))
        _move_to(standing, draft, name, folders.digest(folder / name))


def _forms(school, classes, days):
    """The HTML of each form of Portions, or what kept it from being made: first the short ones,
    class by class, then the full ones."""
    for one, _, sheets in classes:
        for sheet in sheets:
            yield _html(day_printing.day_form, school, one.year, [sheet])
    for one, papers, _ in classes:
        yield _html(printing.form, school, str(one), one.year, papers, *days)


def _html(form, *of_what):
    try:
        return form(*of_what)
    except Exception as error:
        return error


def _put_in_place(draft, packet, failed, first, last):
    """Make a filled draft the packet's folder, from which some SchoolClasses were left out; returns
    False if another worker has taken it over."""
    with transaction.atomic():
        if is_mine := packet.mine().select_for_update().filter(written_at=None).exists():
            for left in packet.folders.filter(is_draft=False):  # of a worker that died in between
                folders.discard(left)
            placed = PacketFolder.objects.create(
                packet=packet,
                place=draft.place,
                name=folders.free_name(packet),
                files=folders.contents(draft),
                is_draft=False,
            )
            folders.path_of(draft).rename(folders.path_of(placed))
            packet.written_at, packet.first_day, packet.last_day = timezone.now(), first, last
            packet.folder = placed.name
            packet.save(update_fields=["written_at", "first_day", "last_day", "folder"])
            LeftOut.objects.bulk_create(LeftOut(packet=packet, school_class=one) for one in failed)
    return is_mine


def _drop_old(day):
    """Delete what is older than the last KEPT packets, and what dead workers of the days before
    have left behind."""
    oldest = list(packets().values_list("day", flat=True)[:KEPT])[-1]
    old = Q(packet__day__lt=oldest) | Q(packet__day__lt=day, is_draft=True)
    for folder in PacketFolder.objects.filter(old):
        folders.discard(folder)
    Packet.objects.filter(day__lt=oldest, folders=None).delete()


# --- the letter ---


def _mail(packet):
    """Send what is not sent of a claimed packet: the packet, or the classes that came after it. In
    no transaction, as a digest: a second letter is sent where the worker died, or the server fell
    silent for MAILING, after it took the first."""
    additions = _additions(packet)
    if not packet_addresses() or (packet.mailed_at and not additions):
        return
    folder, days = packet_folder(packet), f"{packet.first_day:%d.%m}–{packet.last_day:%d.%m.%Y}"
    name = f"временные-журналы-{packet.day}"
    if packet.mailed_at:
        classes = ", ".join(map(str, additions))
        letter = _letter(packet, f"Временные журналы {classes} на {days}", additions)
        for one in additions:
            path = folder / file_name(one.school_class, "pdf")
            _attach(letter, name, [path, *_sheets_in(packet, one.school_class)])
        found = [folder / file_name(one.school_class, "xlsx") for one in additions]
    else:
        letter = _letter(packet, f"Временные журналы на {days}")
        letter.attach(f"{name}.pdf", (folder / WHOLE_SCHOOL).read_bytes(), "application/pdf")
        _attach(letter, "по-листу-на-класс", _sheets_in(packet))
        found = [folder / name for name in _workbooks(packet)]
    if found:
        letter.attach(f"{name}-xlsx.zip", _zipped(found), "application/zip")
    letter.send()
    now = timezone.now()
    Packet.objects.filter(pk=packet.pk, mailed_at=None).update(mailed_at=now)
    LeftOut.objects.filter(pk__in=[one.pk for one in additions]).update(mailed_at=now)


def _attach(letter, name, paths):
    for path in paths:
        letter.attach(f"{name}-{path.name}", path.read_bytes(), "application/pdf")


def _sheets_in(packet, school_class=None):
    """The paths of the sheets of a class, without one of those of the whole school, that are there
    with a packet."""
    days = each_day(packet.first_day, packet.last_day)
    found = (packet_folder(packet) / sheet_name(day, school_class) for day in days)
    return [path for path in found if path.is_file()]


def _workbooks(packet):
    """The names of the XLSX that were written with a packet and are there; of one from before they
    were kept all."""
    folder, known = packet_folder(packet), packet.folders.filter(is_draft=False).last()
    there = sorted(path.name for path in folder.glob("*.xlsx"))
    return [name for name in there if known is None or name in known.files]


def _additions(packet):
    """The LeftOuts of a packet that came after all and were not sent."""
    found = packet.left_out.filter(made_at__isnull=False, mailed_at=None)
    return list(found.select_related("school_class"))


def _letter(packet, subject, additions=()):
    context = {
        "packet": packet,
        "site": settings.SITE_URL,
        "additions": ", ".join(map(str, additions)),
        "left_out": ", ".join(map(str, left_out(packet))),
    }
    return EmailMessage(
        subject,
        render_to_string("letters/packet.txt", context),
        to=packet_addresses(),
        connection=get_connection(timeout=MAILING),
        headers={"Auto-Submitted": "auto-generated"},
    )


def _zipped(paths):
    """A ZIP (bytes) of files that are compressed already."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in paths:
            archive.write(path, path.name)
    return file.getvalue()
