"""Closing periods and opening a journal of them for corrections (4.2)."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.refusals import Refused
from school import access
from school.converters import key
from school.models import Journal, Period, Unlock
from school.queries.calendar import year_of

from ..actions.locks import lock_period, relock_journal, unlock_journal
from ..forms import UnlockForm
from ..queries.locks import period_lines, reason_openings, unlocks
from ..queries.missing import missing


@require_http_methods(["GET", "POST"])
def locks(request):
    access.lead(request.user)
    today = timezone.localdate()
    year = year_of(today)
    form = UnlockForm(request.POST or None, year=year, asked=request.GET)
    if request.method == "POST" and _do(request, form):
        return redirect("locks")
    lines = period_lines(year, today)
    context = {
        "lines": lines,
        "closing": _closing(request, lines),
        "unlocks": unlocks(year),
        "reason_openings": reason_openings(year) if year else [],
        "classes": access.school_classes(request.user).filter(year=year),
        "now": timezone.now(),
        "form": form,
    }
    return render(request, "journals/review_locks.html", context)


def _closing(request, lines):
    """The period that the address asks to close and what it still lacks; None where it can't be
    closed."""
    asked = request.GET.get("close", "")
    for line in lines:
        if str(line.period.pk) == asked and line.has_ended and not line.lock:
            names, journals = missing(line.period)
            return {"period": line.period, "names": names, "journals": journals}
    return None


def _do(request, form):
    """Do what the pressed button says; False when the form must be filled in again."""
    try:
        if "lock" in request.POST:
            period = get_object_or_404(Period, pk=key(request.POST["lock"]))
            lock_period(period.pk, request.user)
            messages.success(request, f"{period}: период закрыт.")
        elif "relock" in request.POST:
            unlock = get_object_or_404(Unlock, pk=key(request.POST["relock"]))
            relock_journal(unlock.pk)
            messages.success(request, "Журнал снова закрыт.")
        else:
            if not form.is_valid():
                return False
            _unlock(request, form.cleaned_data)
    except Refused as error:
        if "lock" in request.POST:
            messages.error(request, str(error))
            return True
        form.add_error(None, str(error))
        return False
    return True


def _unlock(request, data):
    journal = Journal.objects.select_related("group", "subject").get(pk=data["journal"])
    period = Period.objects.get(pk=data["period"])
    unlock = unlock_journal(journal, period, request.user, data["hours"], data["reason"])
    until = timezone.localtime(unlock.until)
    messages.success(request, f"{journal}, {period}: открыто до {until:%d.%m.%Y %H:%M}.")
