"""Slips for the first log-in: eight to a sheet, each group on sheets of its own."""

from collections.abc import Mapping, Sequence
from io import BytesIO
from itertools import groupby

import segno
from django.conf import settings
from django.utils.safestring import mark_safe
from pypdf import PdfWriter

from ..queries.slips import SlipPerson
from ..rules.slips import ON_A_PAGE
from .draw import render_pdf


def slips_pdf(people: Sequence[SlipPerson], passwords: Mapping[int, str]) -> bytes:
    """The PDF of the slips of people, in their order, with the `passwords` {user id: password}. A
    group is drawn for itself: those of a whole school at once would take 600 MB."""
    parts, made = PdfWriter(), BytesIO()
    for _, group in groupby(people, key=lambda one: one.group):
        slips = [(one, passwords[one.user.pk]) for one in group]
        parts.append(BytesIO(_group_pdf(slips)))
    parts.write(made)
    return made.getvalue()


def _group_pdf(slips: Sequence[tuple[SlipPerson, str]]) -> bytes:
    """The code for a phone's camera holds the site's address and nothing else."""
    code = segno.make(settings.SITE_URL, micro=False).svg_inline(border=0, omitsize=True)
    context = {
        "pages": [slips[at : at + ON_A_PAGE] for at in range(0, len(slips), ON_A_PAGE)],
        "code": mark_safe(code),  # drawn by segno of the school's own setting
        "address": settings.SITE_URL.removeprefix("https://"),
    }
    return render_pdf("school/print/slips.html", context)
