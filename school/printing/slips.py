"""Slips for the first log-in: eight to a sheet, each group on a sheet of its own."""

from collections.abc import Mapping, Sequence
from itertools import groupby

import segno
from django.conf import settings
from django.utils.safestring import mark_safe

from ..queries.slips import SlipPerson
from ..rules.slips import ON_A_PAGE
from .draw import render_pdf


def slips_pdf(people: Sequence[SlipPerson], passwords: Mapping[int, str]) -> bytes:
    """The PDF of the slips of people, in their order, with the `passwords` {user id: password}. The
    code for a phone's camera holds the site's address and nothing else."""
    pages = []
    for _, group in groupby(people, key=lambda one: one.group):
        slips = [(one, passwords[one.user.pk]) for one in group]
        pages += [slips[at : at + ON_A_PAGE] for at in range(0, len(slips), ON_A_PAGE)]
    code = segno.make(settings.SITE_URL, micro=False).svg_inline(border=0, omitsize=True)
    context = {
        "pages": pages,
        "code": mark_safe(code),  # drawn by segno of the school's own setting
        "address": settings.SITE_URL.removeprefix("https://"),
    }
    return render_pdf("school/print/slips.html", context)
