"""Closing periods and opening a journal of them for corrections (4.2)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.refusals import Refused
from school import access
from school.converters import key
from school.models import Journal, Period, Unlock
from school.years import chosen_year

from ..actions.locks import (
    close_year,
    lock_period,
    relock_journal,
    reopen_year,
    unlock_journal,
)
from ..lock_forms import ReopenForm, UnlockForm
from ..queries.locks import closings, period_lines, reason_openings, unlocks, without_exams
from ..queries.missing import missing


@require_http_methods(["GET", "POST"])
def locks(request):
    """Periods and the year itself: closed, and opened again. Each button sends one deed."""
    access.lead(request.user)
    years = chosen_year(request, access.years(request.user))
    data = request.POST if request.method == "POST" else None
    form = UnlockForm(None if _deed(data) else data, year=years.year, asked=request.GET)
    reopening = ReopenForm(data if _deed(data) == "reopen_year" else None)
    if data is not None and _do(request, years, form, reopening):
        return redirect(f"{reverse('locks')}{years.query}")
    return render(request, "journals/review_locks.html", _page(request, years, form, reopening))


def _page(request, years, form, reopening):
    year, today = years.year, timezone.localdate()
    lines = period_lines(year, today)
    may_close_year = bool(lines) and year.ends_on < today and all(line.lock for line in lines)
    return {
        "years": years,
        "lines": lines,
        "closing": _closing(request, lines),
        "may_close_year": may_close_year and years.closing is None,
        "without_exams": without_exams(year) if may_close_year else 0,
        "closings": closings(year) if year else [],
        "reopening": reopening,
        "unlocks": unlocks(year),
        "reason_openings": reason_openings(year) if year else [],
        "classes": access.school_classes(request.user).filter(year=year),
        "now": timezone.now(),
        "form": form,
    }


DEEDS = ("lock", "relock", "close_year", "reopen_year")


def _deed(data):
    """Which button was pressed, None for that of the form that opens a journal."""
    return next((one for one in DEEDS if data and one in data), None)


def _closing(request, lines):
    """The period that the address asks to close and what it still lacks; None where it can't be
    closed."""
    asked = request.GET.get("close", "")
    for line in lines:
        if str(line.period.pk) == asked and line.has_ended and not line.lock:
            names, journals = missing(line.period)
            return {"period": line.period, "names": names, "journals": journals}
    return None


def _do(request, years, form, reopening):
    """Do what the pressed button says; False when a form must be filled in again."""
    deed = _deed(request.POST)
    shown = {None: form, "reopen_year": reopening}.get(deed)
    if shown is not None and not shown.is_valid():
        return False
    try:
        messages.success(request, _done(request, years, deed, shown))
    except Refused as error:
        if shown is None:
            messages.error(request, str(error))
            return True
        shown.add_error(None, str(error))
        return False
    return True


def _done(request, years, deed, form):
    """Do it and say so."""
    person = request.user
    if deed == "lock":
        period = get_object_or_404(Period, pk=key(request.POST["lock"]))
        lock_period(period.pk, person)
        return f"{period}: период закрыт."
    if deed == "relock":
        relock_journal(get_object_or_404(Unlock, pk=key(request.POST["relock"])).pk)
        return "Журнал снова закрыт."
    if years.year is None:
        raise Http404  # nothing of a year is closed where there is none
    if deed == "close_year":
        close_year(years.year.pk, person)
        return f"Учебный год {years.year} закрыт: его журналы стали архивом."
    if deed == "reopen_year":
        reopen_year(years.year.pk, person, form.cleaned_data["why"])
        return f"Учебный год {years.year} снова открыт. Его периоды остались закрытыми."
    return _unlock(person, form.cleaned_data)


def _unlock(person, data):
    journal = Journal.objects.select_related("group", "subject").get(pk=data["journal"])
    period = Period.objects.get(pk=data["period"])
    unlock = unlock_journal(journal, period, person, data["hours"], data["reason"])
    until = timezone.localtime(unlock.until)
    return f"{journal}, {period}: открыто до {until:%d.%m.%Y %H:%M}."
