"""The leaders' pages of the school's own days."""

from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from .. import access
from ..actions.days import declare_days, refuse_days, withdraw_days
from ..actions.refusals import ScheduleError
from ..forms import DaysForm, EndOfDaysForm
from ..models import DayOverride
from ..queries.calendar import year_to_plan
from ..queries.overrides import overrides_of_year
from ..rules.texts import enumerated


@require_http_methods(["GET", "POST"])
def days(request):
    """The school's own days of the year, and new ones: what they do to lessons is shown first."""
    access.lead(request.user)
    today = timezone.localdate()
    year = year_to_plan(today)
    form = DaysForm(request.POST or None, year=year) if year else None
    found = None
    if request.method == "POST" and form and form.is_valid():
        found = _declared(request, form, form.rows)
        if found and "declare" in request.POST:
            return redirect("days")
    coming, past = overrides_of_year(year, today) if year else ([], [])
    context = {"year": year, "coming": coming, "past": past, "form": form, "changes": found}
    return render(request, "school/days.html", context)


@require_http_methods(["GET", "POST"])
def own_days(request, pk):
    """Own days that end sooner or later, or are withdrawn."""
    access.lead(request.user)
    override = get_object_or_404(DayOverride.objects.select_related("school_class"), pk=pk)
    told, is_withdrawn = str(override), "withdraw" in request.POST
    form = EndOfDaysForm(None if is_withdrawn else request.POST or None, instance=override)
    found = None
    if is_withdrawn:
        if _withdrawn(request, override):
            return redirect("days")
    elif request.method == "POST" and form.is_valid():
        found = _declared(request, form, [override])
        if found and "declare" in request.POST:
            return redirect("days")
    withdrawal, refusal = _withdrawal(pk)
    context = {
        "told": told,
        "form": form,
        "changes": found,
        "withdrawal": withdrawal,
        "refusal": refusal,
    }
    return render(request, "school/own_days.html", context)


TO_BE_MADE = (
    "Уроки рабочего дня появятся, когда администратор создаст их по расписанию (добавится только "
    "недостающее)."
)


def _declared(request, form, rows):
    """The Changes of DayOverrides, which are declared where the pressed button says so; None when
    they can't be: the form then says why."""
    try:
        if "declare" not in request.POST:
            return refuse_days(rows)
        found = declare_days(*rows)
    except ScheduleError as error:
        form.add_error(None, str(error))
    except IntegrityError:
        form.add_error(None, "Тем временем эти дни записал кто-то другой. Посмотрите список.")
    else:
        messages.success(request, f"Записано: {'; '.join(map(str, rows))}. {_told(found)}")
        if any(one.kind == DayOverride.Kind.WORKING for one in rows):
            messages.info(request, TO_BE_MADE)
        return found
    return None


def _withdrawn(request, override):
    try:
        found = withdraw_days(override)
    except ScheduleError as error:
        messages.error(request, str(error))
        return False
    messages.success(request, f"Отменено: {override}. {_told(found)}")
    return True


def _withdrawal(pk):
    """(the Changes that withdrawing the stored row would bring, None where it is refused; why)."""
    try:
        return refuse_days([], list(DayOverride.objects.filter(pk=pk))), ""
    except ScheduleError as error:
        return None, str(error)


def _told(found):
    deeds = (("отменено", found.cancelled), ("возвращено", found.restored))
    told = [f"Уроков {deed}: {len(lessons)}." for deed, lessons in deeds if lessons]
    if found.taken:
        names = enumerated([f"{one}, {one.number}-й" for one in found.taken])
        told.append(f"Остаются отменёнными, потому что в их время уже стоят другие: {names}.")
    return " ".join(told) or "Уроков это не касается."
