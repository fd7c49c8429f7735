"""How far an import is, what it has written, the way back; workbooks to take along."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from school import access
from school.queries.calendar import lasting_year
from school.xlsx import XLSX, xlsx_response

from .. import preview
from ..actions.preparing import review_of
from ..actions.progress import ask_to_stop, progress, seconds_left
from ..actions.undoing import refusal, start_undoing
from ..changes import State
from ..exported import exported
from ..models import Import
from ..queries.standing import standing
from ..refusals import ImportRefused
from ..workbooks import template, written
from .checklist import checklist_page
from .deciding import an_import, gone, is_open, let_worker_know
from .previews import ON_A_PAGE


@require_GET
def wrong_rows(request, pk):
    """The rows that are not taken, to be mended in a spreadsheet."""
    one = an_import(request, pk)
    if not is_open(one):
        return _lines_xlsx("skipped", one, State.WRONG)
    try:
        review = review_of(one)
    except ImportRefused as refused:
        return gone(request, refused)
    rows = []
    for problem in review.problems:
        place, column = problem.place, preview.wrong_line(problem).column
        where = (place.source.file, place.source.sheet, place.row, column)
        rows.append((*where, problem.written, problem.why, problem.way_out))
    named = ["Файл", "Лист", "Строка", "Столбец", "Написано", "Почему не берём", "Что сделать"]
    return xlsx_response("errors", named, rows)


@require_GET
def report_rows(request, pk):
    """The whole report, to be kept."""
    return _lines_xlsx("report", an_import(request, pk))


def _lines_xlsx(name, one, state=None):
    lines = [its for its in one.report.get("lines", []) if state in (None, its["state"])]
    rows = [
        (preview.KINDS.get(its["kind"], ""), its["where"], its["who"], its["what"]) for its in lines
    ]
    return xlsx_response(f"{name}-{one.pk}", ["Что", "Где", "Кто, что", "Что сделано"], rows)


@require_GET
def report(request, pk):
    """How far the worker is; then what was written, for ever."""
    one = an_import(request, pk)
    if one.state == Import.State.ASKING:
        return redirect("import_preview", pk)
    told = progress(one)
    context = {"one": one, "progress": told, "left": told and seconds_left(one, told)}
    if "part" in request.GET:
        return render(request, "setup/import/_progress.html", context)
    context["refusal"] = refusal(one) if one.state == Import.State.WRITTEN else ""
    lines = one.report.get("lines", [])
    context["page"] = Paginator(lines, ON_A_PAGE).get_page(request.GET.get("page"))
    context["skipped"] = sum(its["state"] == State.WRONG for its in lines)
    context |= {"counts": preview.report_counts(one.report), "totals": preview.totals(one.report)}
    context["further"] = one.first.continued.filter(state=Import.State.ASKING).first()
    context["following"] = checklist_page() if one.state == Import.State.WRITTEN else {}
    return render(request, "setup/import/report.html", context)


@require_POST
def undo(request, pk):
    one = an_import(request, pk)
    try:
        start_undoing(one, request.user)
    except ImportRefused as refused:
        messages.error(request, str(refused))
    else:
        let_worker_know()
    return redirect("import_report", pk)


@require_POST
def stop(request, pk):
    one = an_import(request, pk)
    if one.state == Import.State.WRITING:
        ask_to_stop(one)
        messages.info(request, "Останавливаем: если запись ещё не кончилась, не запишется ничего.")
    return redirect("import_report", pk)


@require_GET
def template_xlsx(request):
    """The blank workbook, with an example of each row and a sheet that explains."""
    access.admin(request.user)
    return _workbook("obrazec", template())


@require_GET
def export(request):
    """The school as it stands, in the same workbook."""
    access.admin(request.user)
    rows = exported(standing(lasting_year(timezone.localdate())))
    return _workbook(f"school-{timezone.localdate():%Y-%m-%d}", written(rows))


def _workbook(name, data):
    disposition = f'attachment; filename="{name}.xlsx"'
    return HttpResponse(data, content_type=XLSX, headers={"Content-Disposition": disposition})
