"""How the preview of a filled file draws its tables: strings joined in Python as in
`journals.drawing`, for a class's week has 1200 cells. A sign beside every text says what its colour
says."""

from html import escape

from django.urls import reverse
from django.utils.dates import WEEKDAYS_ABBR
from django.utils.safestring import mark_safe
from django.utils.text import Truncator

from journals.queries.lists import grid_url

from . import rules
from .filled import FIELD_NAMES
from .queries.found import DIFFERS, LEFT, NEW, SAME

ENOUGH = 120  # characters of what is wrong: all of it stands above

TOPIC, HOMEWORK = FIELD_NAMES["topic"], FIELD_NAMES["homework"]
EMPTY = "<td></td>"


def choice_html(one, whose, day):
    """What stands in a cell for a Found, without the `<td>`; safe html. The box of what can be
    chosen carries the text that stands there now; `whose` (safe html) and `day` name it."""
    if one.kind == SAME:
        return f"{escape(one.present)}<i>✓</i>"
    if one.kind in (NEW, DIFFERS):
        was, becomes = escape(one.present), escape(one.becomes)
        box = (
            f'<label><input type="checkbox" name="{one.key}" value="{was}"'
            f"{' checked' if one.chosen else ''}"
            f' aria-label="{whose}, {day}: {becomes}{f" вместо {was}" if was else ""}">'
        )
        if one.kind == NEW:
            return f"{box} {becomes}</label>"
        return f"{box} <span><s>{was}</s> → <b>{becomes}</b></span></label>"
    if one.kind == LEFT:
        return f"<s>{escape(one.text)}</s>"
    sheet, _, _ = one.key.partition("-")
    asked = one.unplaced[0] if one.unplaced else f"e{sheet}-{one.problem_place}"
    return f'<a href="#{asked}">⚠ {escape(Truncator(one.text).chars(ENOUGH)) or "?"}</a>'


def cell_html(one, whose, day):
    """The `<td>` of a Found or of none; safe html."""
    return EMPTY if one is None else f'<td class="{one.kind}">{choice_html(one, whose, day)}</td>'


def rows_html(sheet):
    """The pupils' `<tr>`s of a FoundSheet; safe html."""
    columns, cells = [(place, _day(lesson)) for place, lesson in sheet.columns], sheet.cells
    rows = []
    for down, pupil in sorted(enumerate(sheet.data["pupils"]), key=lambda one: one[1]["at"]):
        name, number = escape(sheet.pupil_name(down)), down + 1 if pupil["name"] else ""
        drawn = [cell_html(cells.get((down, place)), name, day) for place, day in columns]
        rows.append(f'<tr><th scope="row"><b>{number}</b> {name}</th>{"".join(drawn)}</tr>')
    return mark_safe("".join(rows))


def _day(lesson):
    return rules.lesson_day(lesson) if lesson else "?"


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
            f'<tr><th scope="row">{_line_head(lesson, at)}</th>'
            f"{cell_html(topic, TOPIC, _day(lesson))}"
            f"{cell_html(homework, HOMEWORK, _day(lesson))}</tr>"
            for lesson, at, topic, homework in sheet.written_lines
        )
    )


def _line_head(lesson, at):
    if lesson is None:
        return f"? <small>строка {at}</small>"
    return f"{lesson.date:%d.%m}<small> {lesson.number}-й</small>"


def _grid_url(sheet):
    if sheet.first_lesson is None:
        return reverse("grid", args=[sheet.journal.pk])
    return grid_url(sheet.first_lesson)


def drawn(sheet):
    """What a page shows of a FoundSheet."""
    return {
        "sheet": sheet,
        "url": _grid_url(sheet) if sheet.journal else "",
        "heads": heads_html(sheet),
        "rows": rows_html(sheet) if sheet.cells else "",
        "lines": lines_html(sheet) if sheet.texts else "",
    }
