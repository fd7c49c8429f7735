"""The class summary: for the class teacher and the leaders (2.9, 2.10)."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from school import access
from school.sheets import xlsx_response

from .. import grading, printing, queries, rules

STANDINGS = [
    (grading.EXCELLENT, "Отличники"),
    (grading.GOOD, "Хорошисты"),
    (grading.ONE_THREE, "С одной тройкой"),
    (grading.FAILING, "Неуспевающие"),
    (grading.UNASSESSED, "Не аттестованы"),
]
INDICATORS = [
    ("Успеваемость, %", "success"),
    ("Качество знаний, %", "quality"),
    ("СОУ, %", "learnt"),
    ("Средний балл", "mean"),
]


@require_GET
def summary(request, pk):
    school_class = access.school_class(request.user, pk)
    periods, period = _asked(request, school_class)
    table = queries.class_summary(school_class, period)
    if request.GET.get("format") == "xlsx":
        return _xlsx(table)
    tabs = [{"key": one.pk, "title": str(one), "current": one == period} for one in periods]
    tabs.append({"key": "year", "title": "Год", "current": period is None})
    context = {"school_class": school_class, "tabs": tabs} | _shown(table)
    return render(request, "journals/summary.html", context)


@require_GET
def summary_pdf(request, pk):
    school_class = access.school_class(request.user, pk)
    _, period = _asked(request, school_class)
    pdf = printing.summary_pdf(_shown(queries.class_summary(school_class, period)))
    headers = {"Content-Disposition": f'inline; filename="svodnaya-vedomost-{pk}.pdf"'}
    return HttpResponse(pdf, content_type="application/pdf", headers=headers)


def _asked(request, school_class):
    """(periods of the class, the one that the address asks for; None for the year)."""
    periods, asked = queries.summary_periods(school_class), request.GET.get("period")
    period = next((one for one in periods if str(one.pk) == asked), None)
    if period is None and asked != "year":
        period = _usual(periods)
    return periods, period


def _shown(table):
    """What a page and a print show of a ClassSummary."""
    return {
        "table": table,
        "indicators": [
            (
                title,
                [getattr(head.indicators, name) for head in table.subjects],
                getattr(table.indicators, name),
            )
            for title, name in INDICATORS
        ],
        "standings": [(title, table.named.get(key, [])) for key, title in STANDINGS],
    }


def _usual(periods):
    """The newest period whose grades are being entered or were, before that the first."""
    today = timezone.localdate()
    opened = [one for one in periods if rules.grades_open_on(one.ends_on) <= today]
    return opened[-1] if opened else next(iter(periods), None)


def _xlsx(table):
    heads = [
        "№",
        "Ученик",
        *(head.name for head in table.subjects),
        "Средний балл",
        "Как учится",
    ]
    of_standing = dict(STANDINGS)
    rows = [
        [
            row.number,
            row.name,
            *(_number(cell.text) or ("нет оценки" if cell.missing else "") for cell in row.cells),
            row.mean,
            of_standing.get(grading.standing(row.grades), "") if row.is_present else "выбыл",
        ]
        for row in table.rows
    ]
    for title, name in INDICATORS:
        values = [getattr(head.indicators, name) for head in table.subjects]
        rows.append(["", title, *values, getattr(table.indicators, name), ""])
    return xlsx_response("svodnaya-vedomost", heads, rows)


def _number(text):
    """A grade that is one as a number, to be computed with."""
    return int(text) if text.isdigit() else text
