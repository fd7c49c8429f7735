"""Late entries in the review (2.10): a list, a table to take away; they are excused here."""

from django.contrib import messages
from django.core.paginator import Paginator
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from attendance.refusals import Refused
from school import access
from school.converters import key
from school.models import Journal
from school.xlsx import naive, wants_xlsx, xlsx_response
from school.years import chosen_year

from ..actions.review import excuse, judges_of, withdraw_excuse
from ..forms import Excuse, LateFilter
from ..queries.late import entries_of, late_lines, late_weeks
from ..self_judging import names

PAGE = 100
NOTHING_EXCUSED = (
    "Ничего не извинено: эти записи уже извинены этими же словами, или их больше нет: запись "
    "сделали в срок или её срок сдвинулся."
)


@require_http_methods(["GET", "POST"])
def late(request):
    access.lead(request.user)
    now = timezone.now()
    years = chosen_year(request, access.years(request.user))
    filters = LateFilter(request.GET, year=years.year)
    form = Excuse()
    chosen = [key(pk) for pk in request.POST.getlist("entry")]
    if request.method == "POST":
        form = Excuse(request.POST)
        if "withdraw" in request.POST and chosen:
            if count := withdraw_excuse(chosen):
                messages.success(request, f"Извинение снято с записей: {count}.")
            else:
                messages.warning(request, "Снимать нечего: у этих записей нет извинения.")
            return redirect(request.get_full_path())
        if not chosen:
            form.add_error(None, "Сначала отметьте строки в таблице.")
        if form.is_valid() and _excuse(request, chosen, form):
            return redirect(request.get_full_path())
    entries = filters.late_entries(Journal.objects.filter(group__year=years.year))
    if wants_xlsx(request):
        return _late_xlsx(late_lines(entries, now))
    page = Paginator(entries, PAGE).get_page(request.GET.get("page"))
    context = {
        "years": years,
        "filters": filters,
        "page": page,
        "lines": late_lines(page.object_list, now),
        "weeks": late_weeks(entries),
        "form": form,
        "chosen": chosen,
    }
    return render(request, "journals/review_late.html", context)


def _excuse(request, chosen, form):
    """Returns whether anything was to be excused; if not, the form says why."""
    try:
        count = excuse(chosen, request.user, form.cleaned_data["excuse"])
    except Refused as error:
        form.add_error(None, str(error))
        return False
    if count:
        messages.success(request, f"Извинено записей: {count}.")
    else:
        messages.warning(request, NOTHING_EXCUSED)
    judges = judges_of(request.user, entries_of(chosen))
    if left := [others for others in judges.values() if others]:
        told = f"Ваши собственные записи, {len(left)}, не тронуты (4.2): их извиняет"
        messages.warning(request, f"{told} {names(left[0])}.")
    return True


def _late_xlsx(lines):
    heads = (
        "О чём",
        "Чья обязанность",
        "Урок",
        "Что",
        "Срок",
        "Исполнено",
        "Опоздание",
        "Извинено",
        "Кто извинил",
        "Когда",
    )
    return xlsx_response("prosrochennye-zapisi", heads, map(_late_row, lines))


def _late_row(line):
    entry = line.entry
    return (
        line.told.about,
        line.who,
        line.told.place,
        line.told.what,
        naive(entry.due_at),
        "период закрыт" if line.closed_period else naive(entry.settled_at),
        line.how_late,
        entry.excuse,
        entry.excused_by.short_name if entry.excused_by else "",
        naive(entry.excused_at),
    )
