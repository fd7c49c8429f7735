"""The register as a book: to print, and certified by the director (4.1)."""

from django.contrib import messages
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_GET, require_http_methods

from attendance.refusals import Refused
from school import access, signing
from school.answers import pdf_response
from school.models import Role
from school.queries.calendar import periods
from school.queries.people import held_since
from school.rights import rights

from ..actions.certificates import certify
from ..forms import CertifyForm
from ..printing import book_pdf
from ..queries.book import book
from ..queries.certificates import certified_periods


@require_GET
def print_pdf(request, pk):
    journal, granted = access.whole_journal(request.user, pk)
    period = None
    if asked := request.GET.get("period"):
        period = _period(journal, asked)
    pdf = book_pdf(book(journal, period, granted))
    name = f"zhurnal-{journal.pk}-{period.pk}" if period else f"zhurnal-{journal.pk}"
    return pdf_response(pdf, name)


def _period(journal, asked):
    for period in periods(journal.group.year_id, journal.period_kind):
        if str(period.pk) == asked:
            return period
    raise Http404


@sensitive_variables("key_password")
@sensitive_post_parameters("password", "key_password")
@require_http_methods(["GET", "POST"])
def certificates(request, pk):
    journal, granted = access.whole_journal(request.user, pk)
    is_director = rights(request.user).is_director
    error, refused, form = "", None, None
    if request.method == "POST":
        access.require(is_director)
        refused = _period(journal, request.POST.get("period"))
        form = CertifyForm(request, refused, request.POST)
        if form.is_valid():
            key_password = form.cleaned_data.get("key_password", "")
            try:
                made = certify(journal, granted, refused, request.user, key_password)
            except Refused as refusal:
                error = str(refusal)
            else:
                messages.success(request, f"{made.period}: журнал заверен и положен в архив.")
                return redirect(request.path)
    places = certified_periods(journal, timezone.now())
    _tell_since_when([one for place in places for one in place.certificates])
    context = {
        "journal": journal,
        "places": [
            (place, form if place.period == refused else CertifyForm(request, place.period))
            for place in places
        ],
        "is_director": is_director,
        "signs": signing.is_configured(),
        "error": error,
        "refused": refused,
    }
    return render(request, "journals/certificates.html", context)


def _tell_since_when(certificates):
    """Each with `director_since`: the day since which its signer was director when he certified."""
    asked = [(one.certified_by_id, one.certified_at) for one in certificates]
    since = held_since(Role.Kind.DIRECTOR, asked)
    for one, key in zip(certificates, asked, strict=True):
        one.director_since = since.get(key)


@require_GET
def certificate_file(request, pk, certificate_pk):
    journal, _ = access.whole_journal(request.user, pk)
    found = get_object_or_404(journal.certificates, pk=certificate_pk)
    if not found.file.storage.exists(found.file.name):
        raise Http404
    name = f"zhurnal-{journal.pk}-{found.period_id}-{timezone.localdate(found.certified_at)}.pdf"
    return FileResponse(found.file.open(), as_attachment=True, filename=name)
