"""The leaders' pages of who of the teachers is away."""

from copy import copy

from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from .. import access
from ..actions.refusals import ScheduleError
from ..actions.teacher_absences import (
    CHANGED,
    change_absence,
    record_absence,
    version,
    withdraw_absence,
)
from ..converters import is_key
from ..queries.calendar import year_of, year_to_plan
from ..queries.teacher_absences import (
    absence_line,
    past_absences,
    present_and_coming,
    standing_absences,
)
from ..rules.texts import counted
from ..teacher_forms import AbsenceForm

MEANWHILE = "Тем временем отсутствие этого учителя записал кто-то другой. Посмотрите список."


@require_http_methods(["GET", "POST"])
def absences(request):
    """Who is away today and later, and a new absence."""
    access.lead(request.user)
    today = timezone.localdate()
    year = year_to_plan(today)
    form = AbsenceForm(request.POST or None, year=year) if year else None
    if request.method == "POST" and form and form.is_valid():
        try:
            record_absence(form.instance, request.user)
        except ScheduleError as error:
            form.add_error("starts_on", str(error))
        except IntegrityError:
            form.add_error("starts_on", MEANWHILE)
        else:
            messages.success(request, f"Записано: {form.instance}.")
            return redirect("teacher_absence", form.instance.pk)
    lines = present_and_coming(today)
    context = {
        "year": year,
        "present": [one for one in lines if one.absence.starts_on <= today],
        "coming": [one for one in lines if one.absence.starts_on > today],
        "past": past_absences(last, today) if (last := year_of(today)) else [],
        "form": form,
    }
    return render(request, "school/teacher_absences.html", context)


@require_http_methods(["GET", "POST"])
def absence(request, pk):
    """One absence: its lessons and who stands in; changed, or withdrawn."""
    access.lead(request.user)
    found = get_object_or_404(standing_absences().select_related("teacher", "recorded_by"), pk=pk)
    line = absence_line(found)
    told, seen = str(found), version(found)
    is_withdrawn = "withdraw" in request.POST
    data = None if is_withdrawn else request.POST or None
    form = AbsenceForm(data, instance=copy(found), seen=seen)
    if is_withdrawn:
        if _withdrawn(request, found):
            return redirect("teacher_absences")
    elif request.method == "POST" and form.is_valid() and _changed(request, form):
        return redirect("teacher_absence", pk)
    context = {"line": line, "told": told, "seen": seen, "form": form}
    return render(request, "school/teacher_absence.html", context)


def _changed(request, form):
    try:
        left = change_absence(form.instance, form.cleaned_data["seen"] or 0)
    except ScheduleError as error:
        form.add_error(None if str(error) == CHANGED else "starts_on", str(error))
    except IntegrityError:
        form.add_error("starts_on", MEANWHILE)
    else:
        messages.success(request, f"Записано: {form.instance}. {_left(left)}")
        return True
    return False


def _withdrawn(request, found):
    sent = request.POST.get("seen", "")
    try:
        left = withdraw_absence(found, request.user, int(sent) if is_key(sent) else 0)
    except ScheduleError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, f"Отозвано: {found}. {_left(left)}")
    return True


def _left(number):
    if not number:
        return ""
    told = counted(number, "замена остаётся", "замены остаются", "замен остаются")
    return f"{told} без записанного отсутствия: если они не нужны, снимите их."
