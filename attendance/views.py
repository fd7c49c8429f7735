"""A class's absences: the class teacher corrects their reasons and keeps the documents about them
(2.9), the leaders look on."""

import datetime

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from school import access
from school.models.dated import overlapping
from school.queries.people import class_list
from school.rules.texts import counted, visible
from school.xlsx import wants_xlsx, xlsx_response

from . import queries, rules
from .actions.absences import Opening, confirm_day
from .actions.documents import change_document, receive_document, withdraw_document
from .actions.inquiries import answer
from .forms import AnswerForm, AttendanceFilter, DocumentForm, ReasonForm
from .models import AbsenceDocument
from .reasons import TOTALLED, Reason
from .refusals import Refused

PAGE = 60  # days of pupils
HEADS = ("Ученик", "Дней", "Уроков", *(reason.head for reason in TOTALLED))


@require_http_methods(["GET", "POST"])
def attendance(request, pk):
    school_class, may_write = access.class_attendance(request.user, pk)
    students = access.documented_pupils(request.user, school_class)
    pupils = queries.pupils_of(school_class)
    names, today = {one.pk: one.name for one in pupils}, timezone.localdate()
    present = {
        one.student.pk: names[one.student.pk]
        for one in class_list(school_class, today)
        if one.is_present
    }
    form = None
    if may_write and present:
        form = _new_document(request, present, school_class)
    if request.method == "POST":
        access.require(may_write)
        if _write(request, school_class, form):
            # The board of the class has the same form, for what is not known yet.
            back = reverse("school_class", args=[pk]) if "board" in request.POST else None
            return redirect(back or request.get_full_path())
        messages.error(request, "Документ не записан: исправьте отмеченное в форме.")
    filters = AttendanceFilter(request.GET, year=school_class.year, pupils=pupils)
    found = queries.class_attendance(school_class, filters.chosen_pupils, *filters.span)
    if wants_xlsx(request):
        return _totals_xlsx(found.totals)
    documents = queries.documents(students, school_class)
    documents = overlapping(documents.filter(student__in=filters.chosen_pupils), *filters.span)
    for one in documents:
        one.student.name = names[one.student_id]
    context = {
        "school_class": school_class,
        "may_write": may_write,
        "own": {one.pk for one in pupils if access.class_teacher(request.user, one.pk)},
        "filters": filters,
        "found": found,
        "page": Paginator(found.settled, PAGE).get_page(request.GET.get("page")),
        "documents": documents,
        "seen": {one.pk for one in documents},
        "form": form,
        "reasons": ReasonForm.base_fields["reason"].choices,
        "inquiries": queries.inquiries_to_answer([pk], today) if may_write else [],
    }
    return render(request, "attendance/class.html", context)


def _write(request, school_class, form):
    """Confirm the reasons of a day, or write the form's document; False where the form, or None,
    can't be written."""
    if "date" in request.POST:
        _confirm(request, school_class)
        return True
    if form and form.is_valid():
        opening = _opening(request.user, form)
        written = receive_document(form.instance, form.scan_content, opening)
        messages.success(request, f"Документ записан. {_told(written)}")
        return True
    return False


def _new_document(request, pupils, school_class):
    """The form of a new document; an address may name the pupil and the days."""
    asked = {
        "student": request.GET.get("for"),
        "starts_on": request.GET.get("from"),
        "ends_on": request.GET.get("to"),
    }
    usual = {
        "kind": AbsenceDocument.Kind.MEDICAL,
        "reason": Reason.ILLNESS,
        "received_on": timezone.localdate(),
    }
    return DocumentForm(
        *((request.POST, request.FILES) if request.method == "POST" else ()),
        instance=AbsenceDocument(entered_by=request.user),
        initial=usual | {name: value for name, value in asked.items() if value},
        pupils=pupils,
        year=school_class.year,
        closed=_closed(school_class, pupils, asked),
    )


def _closed(school_class, pupils, asked):
    """How many absences of the one of the pupils and on the days that an address names have no
    reason in a closed period, 0 where it names none; None where no period is closed."""
    if not queries.has_closed_periods(school_class):
        return None
    if asked["student"] not in {str(pk) for pk in pupils}:
        return 0
    try:
        first = datetime.date.fromisoformat(asked["starts_on"])
        last = datetime.date.fromisoformat(asked["ends_on"])
        return queries.unexplained_in_closed_periods(int(asked["student"]), first, last)
    except (TypeError, ValueError):
        return 0


def _confirm(request, school_class):
    form = ReasonForm(request.POST)
    if not form.is_valid():
        told = "выберите её из списка."
        if "why" in form.errors:
            told = "объяснение слишком длинное."
        messages.error(request, f"Причина не записана: {told}")
        return
    said = form.cleaned_data
    if not (
        access.class_teacher(request.user, said["student"])
        and queries.was_in_class(school_class, said["student"], said["date"])
    ):
        raise Http404
    written = confirm_day(
        *(said["student"], said["date"], said["reason"], request.user),
        said["why"],
        only_unknown="board" in request.POST,
    )
    messages.success(request, _told(written))


def _told(written):
    told = "Причины пропусков не изменились."
    if written.changed:
        told = f"Причина указана: {_absences(written.changed)}."
    if written.opened:
        told += f" Из них в закрытом периоде: {written.opened}."
    if written.closed:
        told += f" Период закрыт, причина осталась прежней: {_absences(written.closed)}."
    return told


def _opening(user, form):
    """The Opening that a form asks for, None if it asks for none."""
    why = form.cleaned_data.get("why")
    return Opening(user, why) if why else None


def _absences(number):
    return counted(number, "пропуск", "пропуска", "пропусков")


def _totals_xlsx(lines):
    rows = (
        (line.student.name, line.totals.days, line.totals.lessons, *line.totals.by_reason.values())
        for line in lines
    )
    return xlsx_response("propuski", HEADS, rows)


@require_http_methods(["GET", "POST"])
def document(request, pk, document_pk):
    school_class, may_write = access.class_attendance(request.user, pk)
    found = _document(request.user, school_class, document_pk)
    form = None
    if may_write:
        form = DocumentForm(
            *((request.POST, request.FILES) if request.method == "POST" else ()),
            instance=found,
            pupils={found.student_id: found.student.user.list_name},
            year=school_class.year,
            closed=_closed_of(school_class, found),
        )
    if request.method == "POST":
        access.require(may_write)
        if "withdraw" in request.POST:
            return _withdraw(request, pk, found)
        if form.is_valid():
            try:
                opening = _opening(request.user, form)
                written = change_document(form.instance, form.scan_content, opening)
            except AbsenceDocument.DoesNotExist as error:
                raise Http404 from error
            messages.success(request, f"Документ изменён. {_told(written)}")
            return redirect("class_attendance", pk)
    context = {"school_class": school_class, "document": found, "form": form}
    return render(request, "attendance/document.html", context)


def _closed_of(school_class, document):
    if not queries.has_closed_periods(school_class):
        return None
    span = document.starts_on, document.ends_on
    return queries.unexplained_in_closed_periods(document.student_id, *span)


def _withdraw(request, pk, found):
    why = visible(request.POST.get("why", ""))[:300]
    try:
        written = withdraw_document(found, Opening(request.user, why) if why else None)
    except AbsenceDocument.DoesNotExist as error:
        raise Http404 from error
    except Refused as error:
        messages.error(request, str(error))
        return redirect("absence_document", pk, found.pk)
    told = f"Документ отозван. Изменились причины: {_absences(written.changed)}."
    if written.opened:
        told += f" Из них в закрытом периоде: {written.opened}."
    messages.success(request, told)
    return redirect("class_attendance", pk)


@require_http_methods(["GET", "POST"])
def inquiry(request, pk, inquiry_pk):
    """A question of the leaders about a pupil of the class, and the class teacher's answer."""
    school_class, _ = access.class_attendance(request.user, pk)
    found = get_object_or_404(queries.inquiries_about(school_class), pk=inquiry_pk)
    may_answer = access.class_teacher(request.user, found.student_id) is not None
    form = AnswerForm(request.POST or None) if may_answer and not found.answered_at else None
    if request.method == "POST":
        access.require(may_answer)
        form = AnswerForm(request.POST)
        if form.is_valid():
            try:
                answer(found.pk, form.cleaned_data["answer"], request.user)
            except Refused as error:
                form.add_error("answer", str(error))
            else:
                messages.success(request, "Ответ записан, руководители его видят.")
                return redirect("home")
    context = {"school_class": school_class, "inquiry": found, "form": form}
    return render(request, "attendance/inquiry.html", context)


def _document(user, school_class, pk):
    students = access.documented_pupils(user, school_class)
    return get_object_or_404(queries.documents(students, school_class), pk=pk)


@require_GET
def scan(request, pk, document_pk):
    school_class, _ = access.class_attendance(request.user, pk)
    found = _document(request.user, school_class, document_pk)
    if not found.scan or not found.scan.storage.exists(found.scan.name):
        raise Http404
    kind = found.scan.name.rsplit(".", 1)[-1]
    return FileResponse(
        found.scan.open(),
        as_attachment=True,
        filename=f"{found.student.user.list_name}, {found.received_on:%d.%m.%Y}.{kind}",
        content_type=rules.TYPES[kind],
        headers={"X-Content-Type-Options": "nosniff"},
    )
