"""The search in the histories (2.10, 4.2)."""

from django.shortcuts import render
from django.views.decorators.http import require_GET

from school import access
from school.converters import is_key
from school.rules.spans import END_OF_TIME
from school.xlsx import naive, wants_xlsx, xlsx_response
from school.years import chosen_year

from ..forms import HistorySearch
from ..queries import search as journals_search

PAGE = 100

MOST_HISTORY = 5000  # lines of the search that can be taken away or leafed through


@require_GET
def history(request):
    access.lead(request.user)
    years = chosen_year(request, access.years(request.user))
    search = HistorySearch(request.GET, year=years.year)
    asked = request.GET.get("from", "")
    first = min(int(asked), MOST_HISTORY) if is_key(asked) else 0
    lines, more = [], False
    if search.is_valid():
        place = (0, MOST_HISTORY) if wants_xlsx(request) else (first, PAGE)
        lines, more = journals_search.search(
            *place,
            **search.asked,
            during=_during(years),
            classes_on=years.last_day,
        )
    if wants_xlsx(request):
        return _history_xlsx(lines, more)
    context = {
        "years": years,
        "search": search,
        "lines": lines,
        "newer": max(first - PAGE, 0) if first else None,
        "older": first + PAGE if more and first < MOST_HISTORY else None,
        "is_cut": more and first >= MOST_HISTORY,
    }
    return render(request, "journals/review_history.html", context)


def _during(years):
    """The days of a year that is over, with the summer after it; None of the present one, in which
    everything newest is shown."""
    return None if years.is_present or years.span[1] == END_OF_TIME else years.span


def _history_xlsx(lines, more):
    heads = ("Когда", "Кто", "Адрес", "Что", "О чём", "Поле", "Было", "Стало", "Откуда")
    rows = [
        (
            naive(line.at),
            line.who,
            line.address,
            line.kind,
            line.about,
            change.field,
            change.was,
            change.now,
            line.origin,
        )
        for line in lines
        for change in line.changes
    ]
    if more:
        rows.append(
            (None, f"Здесь {MOST_HISTORY} новейших изменений, есть и более ранние.", *[""] * 7)
        )
    return xlsx_response("istoriya", heads, rows)
