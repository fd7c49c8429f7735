"""Pages about the school itself: a class, a pupil's personal card, the school's own days."""

from django.contrib import messages
from django.db import IntegrityError
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from . import access, namesakes
from .actions.cards import Outdated, note_health_look, save_card, save_health
from .actions.days import declare_days, refuse_days, withdraw_days
from .actions.refusals import ScheduleError
from .forms import CardForm, DaysForm, EndOfDaysForm, HealthForm, OrderFormSet
from .models import DayOverride, HealthRecord
from .queries.calendar import year_to_plan
from .queries.cards import card_page, health_looks, health_version
from .queries.overrides import overrides_of_year
from .queries.people import class_list
from .rights import rights


@require_GET
def school_class(request, pk):
    found = access.school_class(request.user, pk)
    context = {
        "school_class": found,
        "pupils": class_list(found, timezone.localdate()),
        "is_leader": rights(request.user).is_leader,
    }
    return render(request, "school/class.html", context)


@require_http_methods(["GET", "POST"])
def card(request, pk):
    """A pupil's personal card: the class teacher writes, the leaders read (4.4)."""
    student, granted = access.card(request.user, pk)
    page = card_page(student)
    form = orders = None
    if granted.writes:
        form = CardForm(request.POST or None, instance=page.card, initial={"version": page.version})
        orders = OrderFormSet(request.POST or None, instance=student)
    if request.method == "POST":
        access.require(granted.writes)
        if form.is_valid() and orders.is_valid() and _save_card(student, form, orders):
            messages.success(request, "Карточка сохранена.")
            return redirect(request.path)
        messages.error(request, "Ничего не записано: исправьте отмеченное и сохраните ещё раз.")
    context = {
        "student": student,
        "name": namesakes.out_of_list([student])[student.pk],
        "granted": granted,
        "page": page,
        "form": form,
        "orders": orders,
    }
    return render(request, "school/card.html", context)


def _save_card(student, form, orders):
    """Write what the forms say; False when it can't be: the form then says why."""
    changed = orders.save(commit=False)
    version = form.cleaned_data["version"]
    if not (changed or orders.deleted_objects or set(form.changed_data) - {"version"}):
        return True  # sent a second time: it stands there already
    card = form.save(commit=False)
    return _saved(form, save_card, student, version, card, changed, orders.deleted_objects)


def _saved(form, action, *arguments):
    try:
        action(*arguments)
    except Outdated as error:
        form.add_error(None, str(error))
        return False
    return True


@require_http_methods(["GET", "POST"])
def health(request, pk):
    """Health group and notes: a page of its own, so that every look at it is meant and noted."""
    student, granted = access.health(request.user, pk)
    record = HealthRecord.objects.filter(student=student).first() or HealthRecord(student=student)
    form = None
    if granted.writes:
        initial = {"version": health_version(student)}
        form = HealthForm(request.POST or None, instance=record, initial=initial)
    if request.method == "POST":
        access.require(granted.writes)
        version = form.is_valid() and form.cleaned_data["version"]
        if form.is_valid() and _saved(form, save_health, student, version, form.save(commit=False)):
            messages.success(request, "Сведения о здоровье сохранены.")
            return redirect("card", pk)
    note_health_look(student, request.user)
    context = {
        "student": student,
        "name": namesakes.out_of_list([student])[student.pk],
        "record": record,
        "form": form,
        "looks": health_looks(student),
    }
    return render(request, "school/health.html", context)


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
    return " ".join(told) or "Уроков это не касается."
