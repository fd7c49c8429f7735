"""A pupil's move, and what he brings from his former school: the leaders' pages."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.refusals import Refused
from school import access, namesakes
from school.actions.cards import Outdated
from school.models import SchoolClass
from school.queries.calendar import year_of, year_to_plan

from ..actions.brought import BroughtErrors, save_brought
from ..actions.pupil_moves import move_pupil
from ..models import TransferDocument
from ..pupil_forms import BroughtForm, MoveForm, WhereToForm
from ..queries.brought import brought_cells, documents_of, version_of
from ..queries.pupil_moves import move_plan


@require_http_methods(["GET", "POST"])
def move(request, pk):
    """Where to is asked first; then what that touches is shown, with what is to be asked."""
    access.lead(request.user)
    student, _ = access.card(request.user, pk)
    year = year_to_plan(timezone.localdate())
    if year is None:
        raise Http404
    where = WhereToForm(request.GET or None, year=year)
    plan = form = None
    if where.is_valid():
        to, on = where.cleaned_data["to"], where.cleaned_data["on"]
        plan = move_plan(student, to, on)
        form = MoveForm(request.POST or None, plan=plan)
        if request.method == "POST" and form.is_valid() and _moved(request, student, form, to, on):
            return redirect("class_pupils", to.pk)
    context = {
        "student": student,
        "name": namesakes.out_of_list([student])[student.pk],
        "where": where,
        "plan": plan,
        "form": form,
    }
    return render(request, "journals/move_pupil.html", context)


def _moved(request, student, form, to, on):
    was = SchoolClass.objects.filter(pk=form.cleaned_data["was"]).first()
    try:
        move_pupil(student, was, to, on, form.answers)
    except Refused as error:
        form.add_error(None, str(error))
        return False
    messages.success(
        request,
        f"{student}: {to} с {on:%d.%m.%Y}. Отметки и оценки считаются в тех же предметах.",
    )
    return True


@require_http_methods(["GET", "POST"])
def brought(request, pk, document_pk=None):
    """The documents of a pupil's former schools: a new one, or one to correct."""
    access.lead(request.user)
    student, _ = access.card(request.user, pk)
    if document_pk:
        documents = TransferDocument.objects.select_related("student__user", "year")
        document = get_object_or_404(documents, pk=document_pk, student=student)
    elif year := year_of(timezone.localdate()):
        document = TransferDocument(student=student, year=year, recorded_by=request.user)
    else:
        raise Http404
    version = version_of(document) if document_pk else None
    cells = brought_cells(document)
    form = BroughtForm(
        request.POST or None, instance=document, cells=cells, initial={"version": version}
    )
    if request.method == "POST":
        if form.is_valid() and _saved_brought(request, form):
            messages.success(request, "Документ и оценки сохранены.")
            return redirect("brought", pk)
        messages.error(request, "Ничего не записано: исправьте отмеченное и сохраните ещё раз.")
    context = {
        "student": student,
        "name": namesakes.out_of_list([student])[student.pk],
        "form": form,
        "document": document if document_pk else None,
        "documents": documents_of(student),
    }
    return render(request, "journals/brought.html", context)


def _saved_brought(request, form):
    document, version = form.instance, form.cleaned_data["version"]
    try:
        save_brought(document, form.texts, request.user, version)
    except (Outdated, Refused) as error:
        form.add_error(None, str(error))
    except BroughtErrors as found:
        form.tell(found.errors)
    else:
        return True
    return False
