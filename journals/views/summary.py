"""The class summary: for the class teacher and the leaders (2.9, 2.10)."""

from dataclasses import dataclass
from decimal import Decimal

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from school import access
from school.answers import pdf_response
from school.rules.days import grades_open_on
from school.xlsx import wants_xlsx, xlsx_response

from .. import grading, printing
from ..indicators import EXCELLENT, FAILING, GOOD, ONE_THREE, UNASSESSED, standing
from ..queries.summary import class_summary, summary_periods

STANDINGS = [
    (EXCELLENT, "Отличники"),
    (GOOD, "Хорошисты"),
    (ONE_THREE, "С одной тройкой"),
    (FAILING, "Неуспевающие"),
    (UNASSESSED, "Не аттестованы"),
]
SHARES = [("Успеваемость, %", "success"), ("Качество знаний, %", "quality")]
FIGURES = [("СОУ, %", "learnt"), ("Средний балл", "mean")]
NO_SCALE = grading.Scale({})


@dataclass(frozen=True)
class Line:
    """A line of indicators: `values` a column each, `whole` the class's; what is of one scale
    stands in the column of its means, `place` counted from 0, all else (None) over them all."""

    title: str
    values: list[Decimal | None]
    whole: Decimal | None
    place: int | None = None


@require_GET
def summary(request, pk):
    school_class = access.school_class(request.user, pk)
    periods, period = _asked(request, school_class)
    table = class_summary(school_class, period)
    if wants_xlsx(request):
        return _xlsx(table)
    tabs = [{"key": one.pk, "title": str(one), "current": one == period} for one in periods]
    tabs.append({"key": "year", "title": "Год", "current": period is None})
    context = {"school_class": school_class, "tabs": tabs} | _shown(table)
    return render(request, "journals/summary.html", context)


@require_GET
def summary_pdf(request, pk):
    school_class = access.school_class(request.user, pk)
    _, period = _asked(request, school_class)
    pdf = printing.summary_pdf(_shown(class_summary(school_class, period)))
    return pdf_response(pdf, f"svodnaya-vedomost-{pk}")


def _asked(request, school_class):
    """(periods of the class, the one that the address asks for; None for the year)."""
    periods, asked = summary_periods(school_class), request.GET.get("period")
    period = next((one for one in periods if str(one.pk) == asked), None)
    if period is None and asked != "year":
        period = _usual(periods)
    return periods, period


def _shown(table):
    """What a page and a print show of a ClassSummary."""
    scales = _scales(table)
    return {
        "table": table,
        "scales": scales,
        "names_scales": len(scales) > 1,
        "rows": [(row, [row.mean(scale) for scale in scales]) for row in table.rows],
        "indicators": _lines(table),
        "standings": [(title, table.named.get(key, [])) for key, title in STANDINGS],
    }


def _scales(table):
    """Those that have a column of means: one at least."""
    return table.scales or [NO_SCALE]


def _lines(table):
    """The Lines of indicators; each scale has its own, named where there are several."""
    heads = [column.indicators for column in table.columns]
    lines = [
        Line(title, [getattr(head, name) for head in heads], getattr(table.indicators, name))
        for title, name in SHARES
    ]
    for place, scale in enumerate(_scales(table)):
        for title, name in FIGURES:
            values = [getattr(head.figures(scale), name) for head in heads]
            whole = getattr(table.indicators.figures(scale), name)
            lines.append(Line(_of_scale(title, scale, table), values, whole, place))
    return lines


def _of_scale(title, scale, table):
    return f"{title} ({scale.name})" if len(table.scales) > 1 else title


def _usual(periods):
    """The newest period whose grades are being entered or were, before that the first."""
    today = timezone.localdate()
    opened = [one for one in periods if grades_open_on(one.ends_on) <= today]
    return opened[-1] if opened else next(iter(periods), None)


def _xlsx(table):
    scales = _scales(table)
    heads = [
        "№",
        "Ученик",
        *(", ".join(filter(None, (one.name, one.note))) for one in table.columns),
        *(_of_scale("Средний балл", scale, table) for scale in scales),
        "Как учится",
        "Сомнения",
    ]
    of_standing = dict(STANDINGS)
    rows = [
        [
            row.number,
            row.name,
            *(_number(cell.text) or ("нет оценки" if cell.missing else "") for cell in row.cells),
            *(row.mean(scale) for scale in scales),
            of_standing.get(standing(row.grades), "") if row.is_present else "выбыл",
            "; ".join(
                f"{column.name}: итоговая {cell.doubt}"
                for column, cell in zip(table.columns, row.cells, strict=True)
                if cell.doubt
            ),
        ]
        for row in table.rows
    ]
    for line in _lines(table):
        wholes = [""] * len(scales)
        wholes[line.place or 0] = line.whole
        rows.append(["", line.title, *line.values, *wholes, "", ""])
    return xlsx_response("svodnaya-vedomost", heads, rows)


def _number(text):
    """A grade that is one as a number, to be computed with."""
    return int(text) if text.isdigit() else text
