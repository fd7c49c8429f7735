"""Outages: recorded, corrected, closed, dismissed by the leaders; what is to be transferred after
them, for everybody who writes journals; the leaders' register (3.1, 3.2)."""

from operator import attrgetter

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.formats import date_format
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attendance.refusals import Refused
from school import access
from school.answers import pdf_response
from school.models import Outage, School
from school.printing.draw import render_pdf
from school.queries.outages import transfer_due
from school.rights import rights
from school.years import chosen_year

from ..actions import outages
from ..actions.outages import close_outage, correct_outage, record_outage
from ..forms import CloseForm, CorrectionForm, OutageForm, minute
from ..queries import outage_lines
from ..queries.outages import outage_version, proposals, unrecorded
from ..queries.transfers import counts
from .transfer import lines_of


def _outage(request, pk):
    """(Outage, whether the person leads the school). One that does not stand is for the leaders."""
    access.school_staff(request.user)
    is_leader = rights(request.user).is_leader
    found = Outage.objects.select_related("recorded_by", "dismissed_by").filter(pk=pk).first()
    if found is None or not (found.stands or is_leader):
        raise Http404
    return found, is_leader


@require_http_methods(["GET", "POST"])
def outage(request, pk):
    """An outage and its transfers; a leader says here when access came back."""
    found, is_leader = _outage(request, pk)
    now = timezone.now()
    form = None
    if is_leader and found.stands and found.ends_at is None:
        form = CloseForm(request.POST or None, outage=found, now=now)
    if request.method == "POST":
        access.require(is_leader)
        if form is None:
            told = "Конец этого сбоя уже записан." if found.stands else "Этот сбой отменён."
            messages.error(request, told)
            return redirect("outage", pk)
        if form.is_valid():
            ends_at = form.cleaned_data["ends_at"]
            if _done(form, "ends_at", close_outage, found, ends_at):
                messages.success(request, "Сбой окончен: срок переноса стоит ниже.")
                found.ends_at = ends_at
                _warn_if_over(request, found)
                return redirect("outage", pk)
    lines = []
    if found.stands:
        lines = lines_of(request.user, found, now)
    context = {
        "outage": found,
        "is_leader": is_leader,
        "form": form,
        "due_at": transfer_due(found, now) if found.stands and found.ends_at else None,
        "lines": sorted(lines, key=attrgetter("is_done")),
        "counts": counts(lines),
        "has_transfers": any(line.typed for line in lines),
        "own_left": any(line.is_own and not line.is_done for line in lines),
    }
    return render(request, "tempjournal/outage.html", context)


@require_http_methods(["GET", "POST"])
def new_outage(request):
    access.school_staff(request.user)
    access.require(rights(request.user).is_leader)
    form = OutageForm(request.POST or None, now=timezone.now())
    if form.is_valid() and _done(form, "starts_at", record_outage, form.instance, request.user):
        messages.success(request, "Сбой записан, сроки передвинуты.")
        _warn_if_over(request, form.instance)
        return redirect("outage", form.instance.pk)
    return render(request, "tempjournal/outage_edit.html", {"form": form})


@require_http_methods(["GET", "POST"])
def edit_outage(request, pk):
    """Correct an outage, or record one that the app has proposed."""
    found, is_leader = _outage(request, pk)
    access.require(is_leader and not found.dismissed_at)
    version = outage_version(found)
    left = [] if found.recorded_at else unrecorded(found)
    if left:
        found.starts_at, found.ends_at = left[0]  # the whole would be refused where a part is known
    form = CorrectionForm(
        request.POST or None, instance=found, now=timezone.now(), initial={"version": version}
    )
    if form.is_valid():
        if found.recorded_at and not set(form.changed_data) - {"version"}:
            done = True  # sent a second time: it stands there already
        elif found.recorded_at:
            version = form.cleaned_data["version"]
            done = _done(form, "starts_at", correct_outage, found, version)
        else:
            done = _done(form, "starts_at", record_outage, found, request.user)
        if done:
            messages.success(request, "Сбой записан, сроки вычислены заново.")
            _warn_if_over(request, found)
            return redirect("outage", pk)
    # What was typed is in the form; the rest of the page tells of the outage as it stands.
    stored = Outage.objects.get(pk=pk)
    whole = minute(stored.starts_at), minute(stored.ends_at)
    context = {"form": form, "outage": stored, "is_part": bool(left) and left[0] != whole}
    return render(request, "tempjournal/outage_edit.html", context)


def _warn_if_over(request, outage):
    """Say so where the transfer (3.2) was due before the outage was written down."""
    due = outage.ends_at and transfer_due(outage)
    if due and due < timezone.now():
        day = date_format(timezone.localdate(due), "j E Y")
        messages.warning(
            request,
            f"Срок переноса уже прошёл: он был до конца дня {day} (3.2). "
            "Журналы, в которых чего-то нет, считаются просроченными с завтрашнего дня.",
        )


def _done(form, field, action, *args):
    """Do it; False where it can't be done: the form then says why."""
    try:
        action(*args)
    except Refused as error:
        form.add_error(field, str(error))
        return False
    return True


@require_POST
def dismiss_outage(request, pk):
    found, is_leader = _outage(request, pk)
    access.require(is_leader)
    try:
        outages.dismiss_outage(found, request.user)
    except Refused as error:
        messages.error(request, str(error))
        return redirect("outage", pk)
    if found.recorded_at:
        messages.success(
            request, "Сбой отменён, сроки снова прежние; что уже прошло, можно внести до конца дня."
        )
    else:
        messages.success(request, "Предложение отклонено.")
    return redirect("outage_register")


@require_GET
def register(request):
    access.lead(request.user)
    now = timezone.now()
    years = chosen_year(request, access.years(request.user))
    context = {
        "years": years,
        "register": outage_lines.register(now, years.year, years.span),
        "proposals": proposals(),
    }
    return render(request, "tempjournal/register.html", context)


@require_GET
def register_pdf(request):
    access.lead(request.user)
    now = timezone.now()
    years = chosen_year(request, access.years(request.user))
    register = outage_lines.register(now, years.year, years.span)
    context = {"register": register, "school": School.objects.first(), "now": now}
    pdf = render_pdf("tempjournal/print/register.html", context)
    return pdf_response(pdf, "sboi-i-perenos")
