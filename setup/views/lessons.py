"""The timetable as it stands, and the lessons that are made of it."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from school import access
from school.actions.refusals import ScheduleError
from school.actions.timetable import generate_lessons
from school.models import Period
from school.queries.calendar import journals_without_periods, year_to_plan
from school.queries.plans import lacking
from school.rules.texts import enumerated

from ..queries.timetable import lessons_state, timetable_by_class


@require_GET
def timetable(request):
    """How many hours of the week each class has, and which journals have none; it is written by a
    file or in the leaders' grid."""
    access.admin(request.user)
    year = year_to_plan(timezone.localdate())
    rows, timeless = timetable_by_class(year)
    context = {"year": year, "rows": rows, "timeless": timeless}
    return render(request, "setup/timetable.html", context)


@require_http_methods(["GET", "POST"])
def lessons(request):
    """One deed: the lessons of the year; again it adds what is missing."""
    access.admin(request.user)
    year = year_to_plan(timezone.localdate())
    if request.method == "POST" and year:
        _make(request, year)
        return redirect("setup_lessons")
    state = lessons_state(year, timezone.localdate())
    return render(request, "setup/lessons.html", {"year": year, "state": state})


def _make(request, year):
    try:
        count = generate_lessons(year, year.starts_on, year.ends_on)
    except ScheduleError as error:
        messages.error(request, f"Уроки не созданы. {error}")
        return
    messages.success(request, f"Создано уроков: {count}.")
    if silent := lacking(year, year.starts_on, year.ends_on):
        messages.warning(request, f"Не созданы: {enumerated(silent)}.")
    for kind, left_out in journals_without_periods(year.pk).items():
        told = f"Журналов, которые оцениваются {Period.Kind(kind).by}: {left_out}."
        told += " Таких периодов в году нет, уроков у них не будет: заведите периоды."
        messages.warning(request, told)
