"""How the preview of a filled file draws its tables: strings joined in Python as in
`journals.cells`, for a class's week has 1200 cells. A sign beside every text says what its colour
says."""

from html import escape

from django.utils.dates import WEEKDAYS_ABBR
from django.utils.safestring import mark_safe

from .queries import DIFFERS, NEW, SAME

EMPTY = "<td></td>"


def choice_html(one):
    """What stands in a cell for a Found, without the `<td>`; safe html. The box of what can be
    chosen carries the text that stands there now."""
    if one.kind == SAME:
        return f"{escape(one.present)}<i>✓</i>"
    if one.kind in (NEW, DIFFERS):
        was = escape(one.present)
        box = (
            f'<label><input type="checkbox" name="{one.key}" value="{was}"'
            f"{' checked' if one.chosen else ''}>"
        )
        if one.kind == NEW:
            return f"{box} {escape(one.becomes)}</label>"
        return f"{box} <span><s>{was}</s> → <b>{escape(one.becomes)}</b></span></label>"
    sheet, _, _ = one.key.partition("-")
    return f'<a href="#e{sheet}-{one.problem_place}">⚠ {escape(one.text) or "?"}</a>'


def cell_html(one):
    """The `<td>` of a Found or of none; safe html."""
    return EMPTY if one is None else f'<td class="{one.kind}">{choice_html(one)}</td>'


def rows_html(sheet):
    """The pupils' `<tr>`s of a FoundSheet; safe html."""
    places, cells = [place for place, _ in sheet.columns], sheet.cells
    return mark_safe(
        "".join(
            f'<tr><th scope="row"><b>{down + 1}</b> {escape(pupil["name"] or "—")}</th>'
            f"{''.join([cell_html(cells.get((down, place))) for place in places])}</tr>"
            for down, pupil in enumerate(sheet.data["pupils"])
        )
    )


def heads_html(sheet):
    """The `<th>`s of its lessons; safe html."""
    said = sheet.data["lessons"]
    return mark_safe("".join(_head(said[place]["at"], lesson) for place, lesson in sheet.columns))


def _head(at, lesson):
    if lesson is None:
        return f'<th scope="col">?<small>столбец {at}</small></th>'
    return (
        f'<th scope="col">{lesson.date:%d.%m}<small>{WEEKDAYS_ABBR[lesson.date.weekday()]}, '
        f"{lesson.number}-й</small></th>"
    )


def lines_html(sheet):
    """The `<tr>`s of its facing page; safe html."""
    return mark_safe(
        "".join(
            f'<tr><th scope="row">{_day(lesson, at)}</th>'
            f"{cell_html(topic)}{cell_html(homework)}</tr>"
            for lesson, at, topic, homework in sheet.written_lines
        )
    )


def _day(lesson, at):
    if lesson is None:
        return f"? <small>строка {at}</small>"
    return f"{lesson.date:%d.%m}<small> {lesson.number}-й</small>"


def drawn(sheet):
    """What a page shows of a FoundSheet."""
    return {
        "sheet": sheet,
        "heads": heads_html(sheet),
        "rows": rows_html(sheet) if sheet.cells else "",
        "lines": lines_html(sheet) if sheet.texts else "",
    }
