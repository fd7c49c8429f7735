"""The register as a book: to print, and certified by the director (4.1)."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from school import access, signing
from school.queries import periods

from .. import actions, queries
from ..printing import book_pdf


@require_GET
def print_pdf(request, pk):
    journal, granted = access.whole_journal(request.user, pk)
    period = None
    if asked := request.GET.get("period"):
        period = _period(journal, asked)
    pdf = book_pdf(queries.book(journal, period, granted))
    name = f"zhurnal-{journal.pk}-{period.pk}" if period else f"zhurnal-{journal.pk}"
    headers = {"Content-Disposition": f'inline; filename="{name}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _period(journal, asked):
    for period in periods(journal.group.year_id, journal.period_kind):
        if str(period.pk) == asked:
            return period
    raise Http404


@require_http_methods(["GET", "POST"])
def certificates(request, pk):
    journal, granted = access.whole_journal(request.user, pk)
    is_director = access.rights(request.user).is_director
    error, refused = "", None
    if request.method == "POST":
        access.require(is_director)
        refused = _period(journal, request.POST.get("period"))
        try:
            made = actions.certify(journal, granted, refused, request.user)
        except actions.Refused as refusal:
            error = str(refusal)
        else:
            messages.success(request, f"{made.period}: журнал заверен и положен в архив.")
            return redirect(request.path)
    context = {
        "journal": journal,
        "periods": queries.certified_periods(journal, timezone.now()),
        "is_director": is_director,
        "signs": signing.is_configured(),
        "error": error,
        "refused": refused,
    }
    return render(request, "journals/certificates.html", context)


@require_GET
def certificate_file(request, pk, certificate_pk):
    journal, _ = access.whole_journal(request.user, pk)
    found = get_object_or_404(journal.certificates, pk=certificate_pk)
    if not found.file.storage.exists(found.file.name):
        raise Http404
    name = f"zhurnal-{journal.pk}-{found.period_id}-{timezone.localdate(found.certified_at)}.pdf"
    return FileResponse(found.file.open(), as_attachment=True, filename=name)
