"""The printed weekly reports (2.12): what is printed, the register, the applications."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import FileResponse, Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from attendance.refusals import Refused
from school import access, namesakes
from school.answers import pdf_response
from school.converters import key, monday_asked
from school.models import School
from school.xlsx import naive, wants_xlsx, xlsx_response
from school.years import chosen_year

from .. import printing, tasks
from ..actions.applications import register_application, withdraw_application
from ..actions.batches import request_batch
from ..actions.handing import correct_handing, hand_out, take_back
from ..forms import (
    ApplicationForm,
    CorrectionForm,
    HandingForm,
    PrintForm,
    ReportFilter,
    WithdrawalForm,
)
from ..models import PrintApplication, ReportBatch
from ..queries import reports
from ..queries import week as diaries_week
from ..queries.classes import classes_of_week
from ..queries.reports import report_lines, unprinted_lines

PAGE = 100
REFRESH = 3  # seconds


@require_GET
def week_pdf(request, student_pk):
    """One pupil's week as the batch prints it, for whoever sees the diary."""
    student, _ = access.diary(request.user, student_pk)
    monday = monday_asked(request)
    school_class = classes_of_week([student.pk], monday).get(student.pk)
    week = diaries_week.week(student, monday)
    name = namesakes.out_of_list([student])[student.pk]
    sheet = printing.sheet(School.objects.first(), student, school_class, week, name)
    return pdf_response(printing.draw(sheet), f"nedelya-{week.key}")


@require_http_methods(["GET", "POST"])
def register(request):
    """The register of printed reports; a POST writes down the handing out of the chosen ones, or
    puts right that of the one which the address asks to `correct`."""
    students, may_print = access.printed_reports(request.user)
    if "correct" in request.GET:
        return _correction(request, students, may_print)
    # Without a script all boxes are chosen by a button, which takes those that the page has shown.
    name = "shown" if "all" in request.POST else "report"
    chosen = [key(pk) for pk in request.POST.getlist(name)]
    alone = [key(pk) for pk in request.POST.getlist("unprinted") if name == "report"]
    form = HandingForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _hand_out(request, form, students, chosen, alone):
        return redirect(request.get_full_path())
    return _register_page(
        request, students, may_print, handing=form, chosen=chosen, chosen_alone=alone
    )


def _hand_out(request, form, students, chosen, alone):
    """Returns whether it was written; if not, the form says why."""
    now = timezone.now()
    found = reports.reports(students, "", None, now).filter(pk__in=chosen)
    unprinted = PrintApplication.objects.filter(
        pk__in=alone, student__in=students.order_by().values("pk")
    )
    if not (chosen or alone):
        form.add_error(None, "Отметьте в таблице, что выдано.")
    elif not (found.exists() or unprinted.exists()):
        form.add_error(None, "Отмеченных отчётов больше нет: отметьте заново.")
    if not form.is_valid():
        return False
    try:
        data = form.cleaned_data
        count = hand_out(found, unprinted, data["day"], data["to"], request.user)
    except Refused as error:
        form.add_error(None, list(error.args))
        return False
    messages.success(request, f"Записана выдача отчётов: {count}.")
    return True


def _correction(request, students, may_print):
    # What was taken back meanwhile is told so, with what was typed.
    state = "" if request.method == "POST" else "handed"
    found = reports.reports(students, state, None, timezone.now())
    report = get_object_or_404(found, pk=key(request.GET["correct"]))
    form = CorrectionForm(request.POST if request.method == "POST" else None, report=report)
    if request.method == "POST" and (told := _correct(form)):
        messages.success(request, f"{told}: {report.application.student}.")
        query = request.GET.copy()
        del query["correct"]
        return redirect(f"{request.path}?{query.urlencode()}")
    return _register_page(request, students, may_print, handing=HandingForm(), correction=form)


def _correct(form):
    """What was done, «» if nothing: the form says why."""
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    was = data["was_day"], data["was_to"]
    try:
        if form.takes_back:
            take_back(form.report, was)
            return "Выдача отменена, отчёт снова ждёт выдачи"
        correct_handing(form.report, was, data["day"], data["to"])
        return "Запись о выдаче исправлена"
    except Refused as error:
        form.add_error(None, str(error))
        return ""


def _register_page(
    request,
    students,
    may_print,
    *,
    handing,
    chosen=(),
    chosen_alone=(),
    printing_form=None,
    correction=None,
):
    now = timezone.now()
    years = chosen_year(request, access.years(request.user))
    classes = access.school_classes(request.user).filter(year=years.year)
    filters = ReportFilter(request.GET, years=years, classes=classes)
    found, unprinted = filters.reports(students, now)
    unprinted = unprinted_lines(unprinted, students, now)
    if wants_xlsx(request):
        return _register_xlsx(report_lines(found, students, now) + unprinted)
    page = Paginator(found, PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    if correction and correction.report not in shown:  # the filters or another page hide it
        shown.insert(0, correction.report)
    batches = reports.batches() if may_print else []
    context = {
        "years": years,
        "filters": filters,
        "page": page,
        "lines": report_lines(shown, students, now),
        "waiting": sum(report.is_waiting for report in shown),
        "unprinted": unprinted,
        "handing": handing,
        "chosen": chosen,
        "chosen_alone": chosen_alone,
        "correction": correction,
        "may_print": may_print,
        "printing": printing_form or PrintForm(),
        "batches": batches,
    }
    return render(request, "diaries/reports.html", context)


def _register_xlsx(lines):
    heads = ("Класс", "Ученик", "Заявитель", "Неделя с", "Срок", "Напечатан", "Выдан", "Кому")
    return xlsx_response("pechatnye-otchety", heads, map(_register_row, lines))


def _register_row(line):
    report = line.report
    due_on = line.due_at and timezone.localdate(line.due_at)
    row = line.class_name, line.name, line.application.applicant
    if report is None:
        return (*row, None, due_on, None, None, "")
    return (
        *row,
        report.monday,
        due_on,
        naive(report.issued_at),
        report.handed_on,
        report.handed_to,
    )


@require_POST
def print_batch(request):
    """Request the reports of a week; a worker draws them."""
    students, may_print = access.printed_reports(request.user)
    access.require(may_print)
    form = PrintForm(request.POST)
    if form.is_valid():
        try:
            made = request_batch(request.user, form.cleaned_data["week"])
        except Refused as error:
            form.add_error("week", str(error))
        else:
            # Without a broker the batch waits for the five minutes' look.
            transaction.on_commit(tasks.draw_waiting_batches.delay, robust=True)
            return redirect("report_batch", made.pk)
    return _register_page(request, students, may_print, handing=HandingForm(), printing_form=form)


def _batch(request, pk):
    """The ReportBatch, for who prints. Http404 for others."""
    _, may_print = access.printed_reports(request.user)
    if not may_print:
        raise Http404
    return get_object_or_404(ReportBatch.objects.select_related("requested_by"), pk=pk)


@require_GET
def batch(request, pk):
    """How far the printing is; the page comes again by itself until it is done."""
    found = _batch(request, pk)
    response = render(request, "diaries/report_batch.html", {"batch": found})
    if found.is_waiting:
        response["Refresh"] = REFRESH
    return response


@require_GET
def batch_pdf(request, pk):
    found = _batch(request, pk)
    if not found.file or not found.file.storage.exists(found.file.name):
        raise Http404
    return FileResponse(found.file.open(), filename=f"otchety-{found.monday:%Y-%m-%d}.pdf")


@require_http_methods(["GET", "POST"])
def applications(request):
    """The applications; the leaders register a new one."""
    students, may_print = access.printed_reports(request.user)
    if request.method == "POST":
        access.require(may_print)
        form = ApplicationForm(request.POST, students=students)
        if form.is_valid() and _register(form):
            messages.success(request, "Заявление записано.")
            return redirect("print_applications")
    else:
        form = ApplicationForm(students=students) if may_print else None
    return _applications_page(request, students, may_print, form)


def _register(form):
    try:
        register_application(**form.cleaned_data)
    except Refused as error:
        form.add_error("student", str(error))
        return False
    return True


def _applications_page(request, students, may_print, form, withdrawal=None, withdrawn=None):
    context = {
        "form": form,
        "lines": reports.applications(students, timezone.now()),
        "may_print": may_print,
        "withdrawal": withdrawal or WithdrawalForm(),
        "withdrawn": withdrawn,
    }
    return render(request, "diaries/applications.html", context)


@require_POST
def withdraw(request, pk):
    students, may_print = access.printed_reports(request.user)
    application = get_object_or_404(
        PrintApplication, pk=pk, student__in=students.order_by().values("pk")
    )
    access.require(may_print)
    form = WithdrawalForm(request.POST)
    if form.is_valid():
        try:
            withdraw_application(application, form.cleaned_data["day"])
        except Refused as error:
            form.add_error("day", str(error))
        else:
            messages.success(request, f"Заявление отозвано: {application.student}.")
            return redirect("print_applications")
    return _applications_page(
        request, students, may_print, ApplicationForm(students=students), form, application.pk
    )
