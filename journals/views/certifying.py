"""Many journals certified in one deed, by the director alone (4.1)."""

from django.contrib import messages
from django.db import transaction
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from attendance.refusals import Refused
from school import access, signing
from school.years import chosen_year

from .. import tasks
from ..actions.certifying import start_certifying, stop_certifying
from ..forms import CertifyManyForm
from ..queries import certifying

REFRESH = 3  # seconds


def chosen_period(request, years):
    """(the closed periods of the chosen year, the one that the address asks for, by default the
    last that ended, None where none is closed). Http404 for any other."""
    found = certifying.closed_periods(years.year) if years.year else []
    if not (asked := request.GET.get("period")):
        return found, max(found, key=lambda one: one.ends_on, default=None)
    period = next((one for one in found if str(one.pk) == asked), None)
    if period is None:
        raise Http404
    return found, period


@sensitive_variables()
@sensitive_post_parameters("password", "key_password")
@require_http_methods(["GET", "POST"])
def certify_all(request):
    """The classes of a closed period: certified with a press, and how far that is."""
    access.direct(request.user)
    years = chosen_year(request, access.years(request.user))
    periods, period = chosen_period(request, years)
    form, chosen, error = None, request.POST.getlist("place"), ""
    if request.method == "POST" and period:
        form = CertifyManyForm(request, period, request.POST)
        error = _start(request, period, chosen, form) if form.is_valid() else ""
        if error is None:
            return redirect(f"{reverse('certify_all')}?period={period.pk}")
    running = certifying.running()
    context = {"years": years, "periods": periods, "period": period, "running": running}
    now = timezone.now()
    if period:
        shown = certifying.latest(period)
        context |= {
            "lines": certifying.class_lines(period, now),
            "shown": shown,
            "progress": shown and certifying.progress(shown, now),
            "form": form or CertifyManyForm(request, period),
        }
    context |= {"chosen": chosen, "error": error, "signs": signing.is_configured()}
    response = render(request, "journals/certify_all.html", context)
    if running and period == running.period:
        response["Refresh"] = REFRESH
    return response


@sensitive_variables()
def _start(request, period, chosen, form):
    """Let the worker begin; why not, None where it does."""
    found = certifying.journals_of(period)
    journals = [one for one in found if certifying.place_of(one) in chosen]
    try:
        start_certifying(
            period,
            certifying.in_certifying_order(journals),
            request.user,
            form.cleaned_data.get("key_password", ""),
        )
    except Refused as refused:
        return str(refused)
    # Without a broker it waits for the minute's look.
    transaction.on_commit(tasks.certify_journals.delay, robust=True)
    return None


@require_POST
def stop(request):
    access.direct(request.user)
    running = certifying.running()
    if running and stop_certifying(request.user):
        messages.info(request, "Остановим после журналов, которые уже печатаются.")
    query = f"?period={running.period_id}" if running else ""
    return redirect(f"{reverse('certify_all')}{query}")
