"""The transfer of temporary journals (3.2): own journals, a filled file."""

import re

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from attendance.refusals import Refused
from journals.actions.paper_entries import PaperErrors
from school import access
from school.queries.outages import standing_outages, transfer_due
from school.rules.texts import plural

from .. import drawing
from ..actions import transfer as tempjournal_transfer
from ..actions.outages import declare_transferred, withdraw_declaration
from ..actions.transfer import Corrections, apply_upload, correct_upload, receive_upload
from ..forms import TransferFileForm
from ..models import Upload
from ..queries.found import DIFFERS, NEW, SAME, WRONG
from ..queries.outages import lessons_inside
from ..queries.preview import entry_counts, preview
from ..queries.transfers import transfer_lines, waiting_uploads
from ..xlsx.read import LONGEST

# What is said of 0, 1, 3 and 11 entries.
SAID = {
    NEW: (
        "новых записей",
        "новая запись: запишется",
        "новые записи: запишутся",
        "новых записей: запишутся",
    ),
    SAME: ("✓ уже в журнале",) * 4,
    DIFFERS: (
        "→ в журнале стоит другое",
        "→ в журнале стоит другое: запишется, только если отметить",
        *("→ в журнале стоит другое: запишутся, только если отметить",) * 2,
    ),
    WRONG: (
        "⚠ с ошибкой",
        "⚠ с ошибкой: не перенесётся",
        *("⚠ с ошибкой: не перенесутся",) * 2,
    ),
}
MEND = re.compile(r"[rcl]\d+-\w+")  # the name of a Mend
LEFT = "left_upload"  # in the session: how the page of an Upload was left, as `preview` takes it


@require_http_methods(["GET", "POST"])
def transfer(request, pk):
    access.school_staff(request.user)
    outage = get_object_or_404(standing_outages(), pk=pk)
    lines = lines_of(request.user, outage, timezone.now())
    form = None
    if any(line.is_own for line in lines):
        sent = (request.POST, request.FILES) if request.method == "POST" else ()
        form = TransferFileForm(*sent)
    if request.method == "POST":
        access.require(form is not None)
        if form.is_valid():
            name = form.cleaned_data["file"].name
            made = receive_upload(outage, request.user, name, form.sheets)
            return redirect("uploaded", outage.pk, made.pk)
    context = {
        "outage": outage,
        "due_at": transfer_due(outage) if outage.ends_at else None,
        "lines": lines,
        "form": form,
        "uploads": waiting_uploads(outage, request.user, timezone.now()),
    }
    return render(request, "tempjournal/transfer.html", context)


def lines_of(user, outage, now):
    """The TransferLines of an outage that a person sees: of what he has as a substitute alone the
    lessons that he takes, and none where he takes no lesson of the outage."""
    inside = lessons_inside(outage, now)
    seen = outage.temporary_journals.filter(journal__in=access.journals(user, inside))
    own = rights_in(user, access.written_journals(user, inside))
    return transfer_lines(seen, now, own)


def rights_in(user, journals):
    """{id: JournalRights} of a queryset of journals the person may open."""
    found = access.several_journals(user, list(journals.values_list("pk", flat=True)))
    return {pk: granted for pk, (_, granted) in found.items()}


@require_http_methods(["GET", "POST"])
def uploaded(request, pk, upload_pk):
    access.school_staff(request.user)
    own = _own(request.user).select_related("outage")
    upload = get_object_or_404(own, pk=upload_pk, outage=pk)
    if request.method == "POST":
        chosen, corrections = _sent(request.POST)
        request.session.pop(LEFT, None)
        try:
            corrected, unknown = correct_upload(upload, request.user, corrections)
            if not _apply(request, upload, chosen, corrected, unknown):
                request.session[LEFT] = [upload.pk, chosen, list(corrected)]
        except Upload.DoesNotExist:  # removed in another window
            raise Http404 from None
        return redirect(request.path)
    left_pk, chosen, corrected = request.session.get(LEFT, [None, None, ()])
    if left_pk != upload.pk:
        chosen, corrected = None, ()
    sheets = preview(upload, request.user, _led(request.user), chosen, corrected)
    context = preview_context(upload, sheets)
    page = "applied" if upload.applied_at else "preview"
    return render(request, f"tempjournal/{page}.html", context)


@require_POST
def declare(request, pk, journal_pk):
    """«Всё перенесено» of one journal, and taken back with `undo`."""
    access.school_staff(request.user)
    outage = get_object_or_404(standing_outages(), pk=pk)
    lines = lines_of(request.user, outage, timezone.now())
    line = next((one for one in lines if one.journal.pk == journal_pk), None)
    if line is None:
        raise Http404
    access.require(line.may_declare)
    try:
        if "undo" in request.POST:
            withdraw_declaration(line.temporary_journal)
        else:
            declare_transferred(line.temporary_journal, request.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("transfer", pk)


@require_POST
def remove_upload(request, pk, upload_pk):
    """A file that was sent by mistake."""
    access.school_staff(request.user)
    upload = get_object_or_404(_own(request.user), pk=upload_pk, outage=pk)
    access.require(upload.applied_at is None)
    if tempjournal_transfer.remove_upload(upload):
        messages.success(request, f"Файл «{upload.name}» убран, в журналах ничего не изменилось.")
    return redirect("transfer", pk)


def _own(user):
    return Upload.objects.filter(outage__in=standing_outages(), uploaded_by=user)


def preview_context(upload, sheets):
    """What the pages of an Upload show of its FoundSheets."""
    counts = entry_counts(sheets)
    return {
        "upload": upload,
        "outage": upload.outage,
        "sheets": [drawing.drawn(one) for one in sheets if one.found or one.data.get("written")],
        "empty": [one for one in sheets if not (one.found or one.problem)],
        "wrong": [one for one in sheets if one.problem],
        "counts": counts,
        "told_counts": [_told(kind, number) for kind, number in counts.items()],
        "written": sum(one.data.get("written", 0) for one in sheets),
    }


def _told(kind, number):
    """(kind, number, what is said of so many)."""
    none, *some = SAID[kind]
    return kind, number, plural(number, *some) if number else none


def _led(user):
    """The ids of the pupils whose class teacher somebody is, or acts as."""
    return access.explained_pupils(user)


def _sent(data):
    """({key: what stood at a place that was chosen}, Corrections), with the ends of lines as they
    are kept: a browser sends others."""
    chosen, corrections = {}, Corrections()
    for name, text in data.items():
        text = text.replace("\r\n", "\n")
        if name.startswith("t-"):
            corrections.typed[name[2:]] = text.replace("\0", "")[:LONGEST]
        elif name.startswith("y-"):
            corrections.confirmed.add(name[2:])
        elif MEND.fullmatch(name):
            corrections.choices[name] = text
        elif "-" in name:
            chosen[name] = text
    return chosen, corrections


def _apply(request, upload, chosen, corrected, unknown):
    """Whether it was; else nothing but corrections is written, and the person is told why."""
    if unknown:
        messages.error(
            request,
            "Ничего не перенесено: выбранного ученика или урока в списке нет. Посмотрите ещё раз, "
            "выберите из списка и перенесите.",
        )
    elif "check" in request.POST:
        messages.info(request, "Проверено ещё раз: пока ничего не записано.")
    elif corrected:
        messages.info(request, "Исправленное проверено. Посмотрите и перенесите ещё раз.")
    elif not chosen and not upload.applied_at:
        messages.error(request, "Ничего не выбрано: отметьте, что перенести.")
    else:
        try:
            apply_upload(upload, request.user, chosen, _led(request.user))
        except PaperErrors:
            messages.error(
                request,
                "Ничего не перенесено: пока вы смотрели, в журналах кое-что изменилось. "
                "Посмотрите ещё раз и перенесите.",
            )
        else:
            return True
    return False
