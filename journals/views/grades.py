"""The page of a journal's grades: of its periods, of the year, exam, final (2.4, 2.6, 4.4)."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from school import access
from school.rights import rights

from ..actions.grades import Disagrees, GradeEntry, GradeErrors, save_grades
from ..queries.grades_page import grades_page
from ..refusals import Conflict


@require_http_methods(["GET", "POST"])
def grades(request, pk):
    journal, granted = access.journal(request.user, pk)
    if not granted.sees_grades:
        raise Http404
    now = timezone.now()
    page = grades_page(journal, granted, now)
    if request.method == "POST":
        access.require(any(granted.writes_row(row.student_id) for row in page.rows))
        if _save(request, page, granted):
            messages.success(request, "Оценки сохранены.")
            return redirect(request.path)
        messages.error(
            request, "Ничего не записано: исправьте или подтвердите отмеченное и сохраните ещё раз."
        )
    context = {
        "journal": journal,
        "page": page,
        "is_leader": rights(request.user).is_leader,
        "granted": granted,
    }
    return render(request, "journals/grades.html", context)


def _save(request, page, granted):
    """Write what was typed; False when it can't be: the cells then carry the errors and what was
    typed. A cell that was closed meanwhile is told so as well."""
    entries = []
    for column, row, cell in page.cells():
        if cell.name not in request.POST or not granted.writes_row(row.student_id):
            continue
        cell.was = request.POST.get(f"was-{cell.name}", "")
        cell.text = request.POST[cell.name].strip()
        sure = f"sure-{cell.name}" in request.POST
        if sure or cell.text != cell.was.strip():
            entries.append(GradeEntry(column.key, row.student_id, cell.was, cell.text, sure))
    try:
        save_grades(page.book.journal, request.user, entries)
    except GradeErrors as found:
        for column, row, cell in page.cells():
            if error := found.errors.get((column.key, row.student_id)):
                cell.error = str(error)
                cell.asks = isinstance(error, Disagrees)
                if isinstance(error, Conflict):
                    cell.was = error.present  # seen by now: the next save may write over it
        return False
    return True
