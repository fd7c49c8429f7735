"""Pages about the school itself: a class, a pupil's personal card."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from .. import access, namesakes
from ..actions.cards import Outdated, note_health_look, save_card, save_health
from ..forms import CardForm, HealthForm, OrderFormSet
from ..models import HealthRecord
from ..queries.cards import card_page, health_looks, health_version
from ..queries.people import class_list
from ..rights import rights


@require_GET
def class_pupils(request, pk):
    found = access.school_class(request.user, pk)
    held = rights(request.user)
    context = {
        "school_class": found,
        "pupils": class_list(found, min(timezone.localdate(), found.year.ends_on)),
        "own": held.ids("write_student"),
        "gives_slips": pk in held.ids("lead_class"),
        "is_leader": held.is_leader,
    }
    return render(request, "school/pupils.html", context)


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
        "is_leader": rights(request.user).is_leader,
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
