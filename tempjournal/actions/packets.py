"""The packet: the temporary journals of the coming school days, written out every morning, so that
they are there when the system is not (3.1).

A worker claims the day in no transaction, tells after each class that it is alive, and writes into
a folder of its own, which becomes the packet's in one step when everything is in it. Whoever finds
a claim without a sign of life begins anew; the first worker, if it is alive after all, sees its
claim gone and throws away what it has.
"""

import datetime
import logging
import shutil
import uuid
import zipfile
from io import BytesIO
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db import transaction
from django.template.loader import render_to_string
from django.utils import timezone

from school import presses
from school.models import School

from .. import printing, queries, sheets
from ..models import Packet
from ..papers import WHOLE_SCHOOL, file_name, worth_having

logger = logging.getLogger(__name__)

# Longer than one class may take (presses.LIMIT), and than a letter: who claimed earlier is dead.
CLAIM_LASTS = datetime.timedelta(minutes=15)
KEPT = 10  # packets
# A mail server may look at each page of it before it says that it has taken it; who gives up
# earlier sends it once more.
MAILING = 300  # seconds


def make_packet():
    """Write the packet that is due, and send it by e-mail to the school's addresses once; returns
    whether it was written here. What fails is logged and tried again when the claim has expired."""
    written = False
    day = queries.packet_due()
    packet = _claim_writing(day) if day else _claim_mailing()
    try:
        if packet and not packet.written_at:
            written = _write(packet)
        if packet and packet.written_at:
            _mail(packet)
    except Exception:
        logger.exception("packet of %s not %s", packet.day, "mailed" if written else "made")
    return written


def _claim_writing(day):
    now = timezone.now()
    packet, is_new = Packet.objects.get_or_create(day=day, defaults={"claimed_at": now})
    return packet if is_new or _still_abandoned(packet, written_at=None) else None


def _claim_mailing():
    packet = queries.packets().first()
    if packet is None or packet.day != timezone.localdate() or not queries.packet_addresses():
        return None
    return packet if _still_abandoned(packet, mailed_at=None) else None


def _still_abandoned(packet, **undone):
    """Claim a packet that another worker has claimed long ago; returns whether it is ours now."""
    now = timezone.now()
    dead = Packet.objects.filter(pk=packet.pk, claimed_at__lt=now - CLAIM_LASTS, **undone)
    packet.claimed_at = now
    return bool(dead.update(claimed_at=now))


def _still_mine(packet):
    """Give a sign of life; returns False if another worker has taken the packet over."""
    now = timezone.now()
    mine = Packet.objects.filter(pk=packet.pk, claimed_at=packet.claimed_at, written_at=None)
    packet.claimed_at = now
    return bool(mine.update(claimed_at=now))


# --- the files ---


def packet_folder(day):
    """Where the packet of a school-local day is."""
    return Path(settings.TEMP_JOURNAL_DIR) / day.isoformat()


def _write(packet):
    """Write a claimed packet; returns whether it was finished here."""
    folder = packet_folder(packet.day).with_name(f".{packet.day}-{uuid.uuid4().hex}")
    folder.mkdir(parents=True)
    try:
        days = queries.packet_days(packet.day)
        finished = _fill(folder, packet, *days) and _put_in_place(folder, packet, *days)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
    if finished:
        _drop_old(packet.day)
    return finished


def _fill(folder, packet, first, last):
    """Write the files for the days first … last; returns False if the packet is not ours any
    more."""
    school, classes = School.objects.get(), packet_classes(first, last)
    forms = _forms(school, classes, first, last)
    with (folder / WHOLE_SCHOOL).open("w+b") as file:
        binder = presses.Binder(file)
        for (school_class, papers), pdf in zip(classes, presses.draw_all(forms), strict=True):
            (folder / file_name(school_class, "pdf")).write_bytes(pdf)
            title = sheets.title(school, school_class, school_class.year)
            content = sheets.class_workbook(papers, title)
            (folder / file_name(school_class, "xlsx")).write_bytes(content)
            binder.add(pdf, str(school_class), in_leaves=True)
            if not _still_mine(packet):
                return False
        binder.close()
    return True


def packet_classes(first, last):
    """[(SchoolClass, its Papers)] of those that have any."""
    found = [(one, worth_having(papers)) for one, papers in queries.class_papers(first, last)]
    return [(one, papers) for one, papers in found if papers]


def _forms(school, classes, first, last):
    """The HTML of each class's form, one after the other."""
    for one, papers in classes:
        yield printing.form(school, str(one), one.year, papers, first, last)


@transaction.atomic
def _put_in_place(folder, packet, first, last):
    """Make a filled folder the packet's; returns False if another worker has taken it over."""
    mine = Packet.objects.select_for_update().filter(
        pk=packet.pk, claimed_at=packet.claimed_at, written_at=None
    )
    if not mine.exists():
        return False
    place = packet_folder(packet.day)
    if place.exists():  # of a worker that died between this step and the next one
        shutil.rmtree(place)
    folder.rename(place)
    packet.written_at, packet.first_day, packet.last_day = timezone.now(), first, last
    packet.save(update_fields=["written_at", "first_day", "last_day"])
    return True


def _drop_old(day):
    """Delete what is older than the last KEPT packets, and what dead workers of the days before
    have left behind."""
    oldest = list(queries.packets().values_list("day", flat=True)[:KEPT])[-1]
    Packet.objects.filter(day__lt=oldest).delete()
    for folder in packet_folder(day).parent.iterdir():
        try:
            its_day = datetime.date.fromisoformat(folder.name.removeprefix(".")[:10])
        except ValueError:  # none of ours
            continue
        if its_day < (day if folder.name.startswith(".") else oldest):
            shutil.rmtree(folder)


# --- the letter ---


def _mail(packet):
    """Send a claimed packet. In no transaction, as a digest: a second letter is sent where the
    worker died, or the server fell silent for MAILING, after it took the first."""
    addresses = queries.packet_addresses()
    if not addresses:
        return
    days = f"{packet.first_day:%d.%m}–{packet.last_day:%d.%m.%Y}"
    letter = EmailMessage(
        f"Временные журналы на {days}",
        render_to_string("letters/packet.txt", {"packet": packet, "site": settings.SITE_URL}),
        to=addresses,
        connection=get_connection(timeout=MAILING),
        headers={"Auto-Submitted": "auto-generated"},
    )
    folder, name = packet_folder(packet.day), f"временные-журналы-{packet.day}"
    letter.attach(f"{name}.pdf", (folder / WHOLE_SCHOOL).read_bytes(), "application/pdf")
    if found := sorted(folder.glob("*.xlsx")):
        letter.attach(f"{name}-xlsx.zip", _zipped(found), "application/zip")
    letter.send()
    Packet.objects.filter(pk=packet.pk).update(mailed_at=timezone.now())


def _zipped(paths):
    """A ZIP (bytes) of files that are compressed already."""
    file = BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for path in paths:
            archive.write(path, path.name)
    return file.getvalue()
