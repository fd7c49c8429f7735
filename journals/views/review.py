"""The administration's review of all journals (2.10, 4.1, 4.2)."""

from dataclasses import dataclass
from operator import attrgetter

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from school import access
from school.models import Journal
from school.xlsx import wants_xlsx, xlsx_response
from school.years import chosen_year

from ..actions.lessons import cancel_unattended
from ..forms import Cancellation, PeriodFilter
from ..queries import review
from ..queries import unattended as journals_unattended
from ..queries.review import fill_rates, review_rows
from ..queries.unattended import unattended_lines


@dataclass(frozen=True)
class Column:
    """A column of a table: `path` leads from a line to what stands there and what it is sorted
    by."""

    title: str
    path: str

    def value(self, line):
        return attrgetter(self.path)(line)


JOURNALS = [
    Column("Класс, группа", "journal.group.name"),
    Column("Предмет", "journal.subject.name"),
    Column("Учитель", "teachers"),
    Column("Уроков", "held"),
    Column("Присутствие, %", "attendance_rate"),
    Column("Тема, %", "topic_rate"),
    Column("Дом. задание, %", "homework_rate"),
    Column("Отметок на ученика", "marks_per_pupil"),
    Column("План, отстаём на ч", "lag"),
    Column("Просрочено сейчас", "late_now"),
    Column("Просрочено за период", "late"),
]


@require_GET
def index(request):
    access.lead(request.user)
    years = chosen_year(request, access.years(request.user))
    filters = PeriodFilter(request.GET, year=years.year)
    journals = filters.narrow(Journal.objects.filter(group__year=years.year))
    lines = review.review(journals, *filters.span, timezone.now(), due_until=filters.due_until)
    rates = fill_rates(lines)
    sort = request.GET.get("sort", "")
    lines = _sorted(lines, sort)
    if wants_xlsx(request):
        rows = ([column.value(line) for column in JOURNALS] for line in lines)
        return xlsx_response("zhurnaly", [column.title for column in JOURNALS], rows)
    context = {
        "years": years,
        "filters": filters,
        "lines": lines,
        "rows_html": review_rows(lines),
        "heads": [_head(column, sort) for column in JOURNALS],
        "rates": rates,
        "late_now": sum(line.late_now for line in lines),
        "unattended": journals_unattended.unattended(years.year).count(),
    }
    return render(request, "journals/review.html", context)


def _sorted(lines, sort):
    """By the column that the address names, «-» for the highest first; lines without a value come
    last, an unknown column changes nothing."""
    column = next((one for one in JOURNALS[1:] if one.path == sort.removeprefix("-")), None)
    if column is None:
        return lines
    known = [line for line in lines if column.value(line) is not None]
    unknown = [line for line in lines if column.value(line) is None]
    return sorted(known, key=column.value, reverse=sort.startswith("-")) + unknown


def _head(column, sort):
    """What the head of a column shows: the address of the other order, and ARIA's word for the
    present one. Numbers begin with the highest."""
    if column is JOURNALS[0]:
        return {"title": column.title, "sort": None, "order": "" if sort else "ascending"}
    orders = {column.path: "ascending", f"-{column.path}": "descending"}
    first = column.path if column in JOURNALS[:3] else f"-{column.path}"
    other = next(one for one in orders if one != first)
    return {
        "title": column.title,
        "sort": other if sort == first else first,
        "order": orders.get(sort, ""),
    }


@require_http_methods(["GET", "POST"])
def unattended(request):
    """The lessons that nobody attends; a POST cancels all of them."""
    access.lead(request.user)
    years = chosen_year(request, access.years(request.user))
    form = Cancellation(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        count = cancel_unattended(years.year, form.cleaned_data["reason"])
        messages.success(request, f"Отменено уроков без учеников: {count}.")
        return redirect(f"{reverse('review')}{years.query}")
    lines = unattended_lines(years.year)
    context = {
        "years": years,
        "lines": lines,
        "total": sum(line.count for line in lines),
        "form": form,
    }
    return render(request, "journals/review_unattended.html", context)
